/* What the tables' cells have in common. */
#include "columns.h"
#include "report-tables.h"
#include <string.h>

void hd_print_time(gint64 time_ns, int width) {
  g_autofree char *time = hd_format_duration(time_ns);
  hd_print_cell(stdout, time, -width);
}

void hd_print_count(guint64 count, int width) {
  g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, count);
  hd_print_cell(stdout, text, -width);
}

/* "mutex #3 in Session::send (s.cc:41)": the column is for names, not for what was done first. */
char *hd_short_name(const HdObject *object) {
  static const char *const verbs[] = {", first locked in ", ", first used in ", ", created in "};
  const char *name = object->name && *object->name ? object->name : hd_object_kind_names[object->kind];
  for (guint i = 0; i < G_N_ELEMENTS(verbs) && !object->named; i++) {
    const char *verb = strstr(name, verbs[i]);
    if (!verb) continue;
    g_autofree char *shorter = g_strdup_printf("%.*s in %s", (int)(verb - name), name, verb + strlen(verbs[i]));
    return hd_display_name(shorter, HD_NAME_WIDTH);
  }
  return hd_display_name(name, HD_NAME_WIDTH);
}

void hd_print_mean(gint64 total_ns, guint64 count, int width) {
  if (count)
    hd_print_time(total_ns / (gint64)count, width);
  else
    hd_print_cell(stdout, "–", -width);
}

void hd_print_head(const char *title, const char *const *columns, const int *widths, guint count) {
  printf("\n%s\n  ", title);
  hd_print_cell(stdout, "", HD_NAME_WIDTH);
  for (guint i = 0; i < count; i++) hd_print_cell(stdout, columns[i], -widths[i]);
  printf("\n");
}
