/* What is set in a context: an array that is never changed while two share it. */
#ifndef HEDDLE_CONTEXT_TABLE_H
#define HEDDLE_CONTEXT_TABLE_H
#include <heddle/context.h>

/* Immutable but for its count; shared by tables and tokens. */
struct hd_context_value {
  uint32_t references;
  void *value;  /* the program's own, or the label */
  char label[]; /* for the recording */
};
/* is_text: the value is the label's copy. NULL: no memory. */
struct hd_context_value *hd_context_value_new(void *value, const char *label, bool is_text);
/* NULL is none. */
void hd_context_value_unref(struct hd_context_value *value);

struct hd_context_table;
static inline size_t hd_context_table_count(const struct hd_context_table *table);
struct hd_context_table *hd_context_table_ref(struct hd_context_table *table); /* NULL is an empty one */
void hd_context_table_unref(struct hd_context_table *table);

/* NULL: it is not set. */
struct hd_context_value *hd_context_table_find(const struct hd_context_table *table, const struct hd_context_var *variable);
/* Sets the variable to a value, whose reference it takes, or to none (NULL). *before: what it was, the caller's from now on; NULL: nothing.
 * *table is another one then, if others share it; false, and nothing, when no memory is left. */
bool hd_context_table_change(struct hd_context_table **table, const struct hd_context_var *variable, struct hd_context_value *value,
                             struct hd_context_value **before);

struct hd_context_binding {
  const struct hd_context_var *variable;
  struct hd_context_value *value;
};
struct hd_context_table {
  uint32_t references;
  uint32_t count;
  struct hd_context_binding bindings[]; /* sorted by the variables' addresses */
};
static inline size_t hd_context_table_count(const struct hd_context_table *table) { return table ? table->count : 0; }

#endif
