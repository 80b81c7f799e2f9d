/* Loops over many items, on all processors at once. */
#include "builder.h"

#define PARTS_MAX 16

typedef struct {
  HdPartWork work;
  gpointer data;
  gsize begin, end;
} Part;

static gpointer do_part(gpointer part_pointer) {
  const Part *part = part_pointer;
  part->work(part->data, part->begin, part->end);
  return NULL;
}

void hd_in_parts(gsize count, gsize least, HdPartWork work, gpointer data) {
  gsize part_count = CLAMP(MIN(count / least, g_get_num_processors()), 1, PARTS_MAX);
  Part parts[PARTS_MAX];
  GThread *threads[PARTS_MAX];
  for (gsize i = 0; i < part_count; i++) {
    parts[i] = (Part){work, data, count * i / part_count, count * (i + 1) / part_count};
    threads[i] = i + 1 < part_count ? g_thread_try_new("heddle-part", do_part, &parts[i], NULL) : NULL;
    if (!threads[i]) do_part(&parts[i]); /* the last one, or the system has no thread to give */
  }
  for (gsize i = 0; i < part_count; i++)
    if (threads[i]) g_thread_join(threads[i]);
}
