#include "process-number.h"
#include "trace.h"
#include <heddle/process-array.h>
#include <stdio.h>

struct hd_process_array {
  struct hd_process_rlock lock;
  enum hd_process_type type;
  bool locked; /* accesses hold the lock */
  size_t count;
  struct hd_shared numbers[];
};

struct hd_process_array *hd_process_array_new_at(enum hd_process_type type, size_t count, bool locked, const char *name,
                                                 const struct hd_source *source) {
  if (count == 0 || count > SIZE_MAX / 2 / sizeof(struct hd_shared)) return NULL;
  if (type != HD_PROCESS_INT64 && type != HD_PROCESS_DOUBLE) return NULL;
  struct hd_process_array *array = hd_process_memory_new(sizeof *array + count * sizeof *array->numbers);
  if (!array) return NULL;
  array->type = type;
  array->locked = locked;
  array->count = count;
  if (locked) hd_process_rlock_init_at(&array->lock, name, source);
  for (size_t i = 0; i < count; i++) {
    char element[64];
    snprintf(element, sizeof element, "%.40s[%zu]", name ? name : "", i);
    hd_shared_init_at(&array->numbers[i], 0, element, source);
  }
  return array;
}

void hd_process_array_free(struct hd_process_array *array) { hd_process_memory_free(array); }
size_t hd_process_array_count(const struct hd_process_array *array) { return array->count; }
struct hd_process_rlock *hd_process_array_lock(struct hd_process_array *array) {
  return array->locked ? &array->lock : NULL;
}

static struct hd_process_place place_of(struct hd_process_array *array, size_t index) {
  return (struct hd_process_place){index < array->count ? &array->numbers[index] : NULL, hd_process_array_lock(array), array->type};
}

int hd_process_array_get_int64_at(struct hd_process_array *array, size_t index, int64_t *number, const struct hd_source *source) {
  return hd_process_place_get_int64(place_of(array, index), number, source);
}
int hd_process_array_get_double_at(struct hd_process_array *array, size_t index, double *number, const struct hd_source *source) {
  return hd_process_place_get_double(place_of(array, index), number, source);
}
int hd_process_array_set_int64_at(struct hd_process_array *array, size_t index, int64_t number, const struct hd_source *source) {
  return hd_process_place_set_int64(place_of(array, index), number, source);
}
int hd_process_array_set_double_at(struct hd_process_array *array, size_t index, double number, const struct hd_source *source) {
  return hd_process_place_set_double(place_of(array, index), number, source);
}
int hd_process_array_update_int64_at(struct hd_process_array *array, size_t index, int64_t addend, const struct hd_source *source) {
  return hd_process_place_update_int64(place_of(array, index), addend, source);
}
int hd_process_array_update_double_at(struct hd_process_array *array, size_t index, double addend, const struct hd_source *source) {
  return hd_process_place_update_double(place_of(array, index), addend, source);
}
