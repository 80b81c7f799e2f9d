/* When threads really ended, as the CPU schedule saw it: who is killed cannot say it himself. */
#include "builder.h"

void hd_build_exits(HdBuilder *builder) {
  const HdLog *log = builder->log;
  builder->exits = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  for (guint64 i = 0; i < log->switch_count; i++) {
    if (log->switches[i].kind != HD_SWITCH_EXIT) continue;
    gpointer thread_id = GUINT_TO_POINTER(log->switches[i].thread_id);
    gint64 at_ns = MIN(hd_builder_time(builder, log->switches[i].at_ns), builder->model->duration_ns);
    GArray *exits = g_hash_table_lookup(builder->exits, thread_id);
    if (!exits) g_hash_table_insert(builder->exits, thread_id, exits = g_array_new(FALSE, FALSE, sizeof(gint64)));
    if (!exits->len || g_array_index(exits, gint64, exits->len - 1) <= at_ns) g_array_append_val(exits, at_ns); /* sorted, or damage */
  }
}

gint64 hd_exit_after(const HdBuilder *builder, guint32 thread_id, gint64 from_ns) {
  const GArray *exits = thread_id ? g_hash_table_lookup(builder->exits, GUINT_TO_POINTER(thread_id)) : NULL;
  guint low = 0, high = exits ? exits->len : 0;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index(exits, gint64, middle) < from_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return exits && low < exits->len ? g_array_index(exits, gint64, low) : G_MAXINT64;
}
