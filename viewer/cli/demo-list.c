#include "demo-list.h"
#include <string.h>

enum { COLUMNS = 80, NAME_COLUMNS = 23 };

/* Words in lines that begin at a column; the cursor stands there already. */
static void print_wrapped(const char *text, FILE *to) {
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  glong at = NAME_COLUMNS;
  for (guint i = 0; words[i]; i++) {
    glong length = g_utf8_strlen(words[i], -1);
    if (at > NAME_COLUMNS && at + 1 + length > COLUMNS) {
      fprintf(to, "\n%*s", NAME_COLUMNS, "");
      at = NAME_COLUMNS;
    }
    if (at > NAME_COLUMNS) at += fprintf(to, " ");
    fputs(words[i], to);
    at += length;
  }
  fputc('\n', to);
}

static void print_demo(const HdDemo *demo, FILE *to) {
  fprintf(to, "  %-*s", NAME_COLUMNS - 2, demo->name);
  if (strlen(demo->name) > NAME_COLUMNS - 3) fprintf(to, "\n%*s", NAME_COLUMNS, "");
  print_wrapped(demo->text, to);
}

guint hd_demo_list(const HdCatalog *catalog, const char *words, FILE *to) {
  guint count = 0;
  for (guint i = 0; i < catalog->theme_count; i++) {
    const HdDemoTheme *theme = &catalog->themes[i];
    gboolean whole = words && g_ascii_strcasecmp(words, theme->name) == 0, titled = FALSE;
    for (guint j = 0; j < theme->demo_count; j++) {
      const HdDemo *demo = &catalog->demos[theme->demo_first + j];
      if (words && !whole && !hd_demo_matches(demo, words)) continue;
      if (!titled) fprintf(to, "%s%s\n", count ? "\n" : "", theme->title);
      titled = TRUE;
      print_demo(demo, to);
      count++;
    }
  }
  if (count == 0) fprintf(stderr, "heddle: no demonstration and no theme '%s'; 'heddle demo --list' shows all\n", words);
  return count;
}
