/* What emitters could not record, gathered from all of them into a few sentences. */
#include "builder.h"

void hd_note_unobserved(HdBuilder *builder, const struct hd_event_unobserved *event) {
  const char *detail = hd_builder_text(builder, event->detail);
  guint what = event->what < HD_UNOBSERVED_WHAT_COUNT ? event->what : HD_UNOBSERVED_WHAT_OTHER;
  if (what != HD_UNOBSERVED_WHAT_OTHER || !detail)
    builder->unobserved_counts[what] += MIN(MAX(event->count, 1), G_MAXUINT64 - builder->unobserved_counts[what]);
  else if (!g_hash_table_contains(builder->unobserved_details, detail)) {
    g_hash_table_add(builder->unobserved_details, (gpointer)detail);
    *hd_vector_add(&builder->unobserved) = detail;
  }
}

static void say(HdBuilder *builder, guint64 count, const char *what) {
  if (!count) return;
  g_autofree char *sentence = g_strdup_printf("%" G_GUINT64_FORMAT " %s", count, what);
  *hd_vector_add(&builder->unobserved) = g_string_chunk_insert(builder->strings, sentence);
}

void hd_build_unobserved(HdBuilder *builder) {
  static const char *const sentences[HD_UNOBSERVED_WHAT_COUNT] = {
      [HD_UNOBSERVED_WHAT_NESTED] = "operations in signal handlers that interrupted an emission were not recorded",
      [HD_UNOBSERVED_WHAT_SLOTS] = "threads found no slot; what they had not sent when they died is missing",
      [HD_UNOBSERVED_WHAT_THREAD] = "threads were not created through pthread_create; their begin and end are unknown",
      [HD_UNOBSERVED_WHAT_PROVIDER] = "processes could not open the LTTng provider; nothing of them was recorded",
      [HD_UNOBSERVED_WHAT_OTHER] = "times something could not be recorded",
  };
  say(builder, builder->unknown_task_count, "times something was told of a task that nobody was seen to make or run");
  say(builder, builder->label_missing_count, "values of context variables are left out: there are too many of them");
  for (guint what = 0; what < HD_UNOBSERVED_WHAT_COUNT; what++) say(builder, builder->unobserved_counts[what], sentences[what]);
}
