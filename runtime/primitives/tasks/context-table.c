#include "context-table.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hd_context_value *hd_context_value_new(void *value, const char *label, bool is_text) {
  char address[32];
  if (!label) {
    snprintf(address, sizeof address, "%p", value);
    label = address;
  }
  size_t bytes = strlen(label) + 1;
  struct hd_context_value *made = malloc(sizeof *made + bytes);
  if (!made) return NULL;
  made->references = 1;
  memcpy(made->label, label, bytes);
  made->value = is_text ? made->label : value;
  return made;
}

static struct hd_context_value *value_ref(struct hd_context_value *value) {
  __atomic_add_fetch(&value->references, 1, __ATOMIC_RELAXED);
  return value;
}

void hd_context_value_unref(struct hd_context_value *value) {
  if (value && __atomic_sub_fetch(&value->references, 1, __ATOMIC_ACQ_REL) == 0) free(value);
}

struct hd_context_table *hd_context_table_ref(struct hd_context_table *table) {
  if (table) __atomic_add_fetch(&table->references, 1, __ATOMIC_RELAXED);
  return table;
}

void hd_context_table_unref(struct hd_context_table *table) {
  if (!table || __atomic_sub_fetch(&table->references, 1, __ATOMIC_ACQ_REL)) return;
  for (uint32_t i = 0; i < table->count; i++) hd_context_value_unref(table->bindings[i].value);
  free(table);
}

/* Where it is, or belongs. */
static uint32_t place_of(const struct hd_context_table *table, const struct hd_context_var *variable) {
  uint32_t low = 0, high = (uint32_t)hd_context_table_count(table);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if ((uintptr_t)table->bindings[middle].variable < (uintptr_t)variable)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
static bool is_at(const struct hd_context_table *table, uint32_t place, const struct hd_context_var *variable) {
  return place < hd_context_table_count(table) && table->bindings[place].variable == variable;
}

struct hd_context_value *hd_context_table_find(const struct hd_context_table *table, const struct hd_context_var *variable) {
  uint32_t place = place_of(table, variable);
  return is_at(table, place, variable) ? table->bindings[place].value : NULL;
}

static void copy_bindings(struct hd_context_binding *to, const struct hd_context_binding *from, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) to[i] = (struct hd_context_binding){from[i].variable, value_ref(from[i].value)};
}

/* A new table as it will be; NULL: no memory. */
static struct hd_context_table *changed(const struct hd_context_table *old, uint32_t place, bool is_set,
                                        const struct hd_context_var *variable, struct hd_context_value *value) {
  uint32_t count = (uint32_t)hd_context_table_count(old), rest = place + (is_set ? 1 : 0);
  uint32_t new_count = place + (value ? 1 : 0) + (count - rest);
  struct hd_context_table *table = malloc(sizeof *table + new_count * sizeof *table->bindings);
  if (!table) return NULL;
  table->references = 1;
  table->count = new_count;
  if (place) copy_bindings(table->bindings, old->bindings, place);
  if (value) table->bindings[place] = (struct hd_context_binding){variable, value};
  if (count > rest) copy_bindings(table->bindings + new_count - (count - rest), old->bindings + rest, count - rest);
  return table;
}

bool hd_context_table_change(struct hd_context_table **table, const struct hd_context_var *variable, struct hd_context_value *value,
                             struct hd_context_value **before) {
  struct hd_context_table *old = *table;
  uint32_t place = place_of(old, variable);
  bool is_set = is_at(old, place, variable);
  *before = NULL;
  if (!is_set && !value) return true;
  if (is_set && value && __atomic_load_n(&old->references, __ATOMIC_ACQUIRE) == 1) {
    *before = old->bindings[place].value;
    old->bindings[place].value = value;
    return true;
  }
  struct hd_context_table *made = NULL;
  if (value || old->count > 1) {
    made = changed(old, place, is_set, variable, value);
    if (!made) return false;
  }
  if (is_set) *before = value_ref(old->bindings[place].value);
  *table = made;
  hd_context_table_unref(old);
  return true;
}
