#include "process-number.h"

int hd_process_value_init_at(struct hd_process_value *value, enum hd_process_type type, bool locked, const char *name,
                             const struct hd_source *source) {
  if (type != HD_PROCESS_INT64 && type != HD_PROCESS_DOUBLE) return HD_ERROR_INVALID;
  *value = (struct hd_process_value){.type = type, .locked = locked};
  hd_shared_init_at(&value->number, 0, name, source); /* the bits of 0.0, too */
  if (locked) hd_process_rlock_init_at(&value->lock, name, source);
  return HD_OK;
}

int hd_process_value_destroy_at(struct hd_process_value *value, const struct hd_source *source) {
  int result = value->locked ? hd_process_rlock_destroy_at(&value->lock, source) : HD_OK;
  if (result == HD_OK) hd_shared_destroy_at(&value->number, source);
  return result;
}

struct hd_process_rlock *hd_process_value_lock(struct hd_process_value *value) {
  return value->locked ? &value->lock : NULL;
}

static struct hd_process_place place_of(struct hd_process_value *value) {
  return (struct hd_process_place){&value->number, hd_process_value_lock(value), (enum hd_process_type)value->type};
}

int hd_process_value_get_int64_at(struct hd_process_value *value, int64_t *number, const struct hd_source *source) {
  return hd_process_place_get_int64(place_of(value), number, source);
}
int hd_process_value_get_double_at(struct hd_process_value *value, double *number, const struct hd_source *source) {
  return hd_process_place_get_double(place_of(value), number, source);
}
int hd_process_value_set_int64_at(struct hd_process_value *value, int64_t number, const struct hd_source *source) {
  return hd_process_place_set_int64(place_of(value), number, source);
}
int hd_process_value_set_double_at(struct hd_process_value *value, double number, const struct hd_source *source) {
  return hd_process_place_set_double(place_of(value), number, source);
}
int hd_process_value_update_int64_at(struct hd_process_value *value, int64_t addend, const struct hd_source *source) {
  return hd_process_place_update_int64(place_of(value), addend, source);
}
int hd_process_value_update_double_at(struct hd_process_value *value, double addend, const struct hd_source *source) {
  return hd_process_place_update_double(place_of(value), addend, source);
}
