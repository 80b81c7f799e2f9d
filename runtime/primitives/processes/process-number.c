#include "process-number.h"
#include "shared-pair.h"

/* Checks the access and takes the lock. HD_OK or HD_ERROR_OWNER_DIED: it may be made. */
static int begin(const struct hd_process_place *place, enum hd_process_type type, const struct hd_source *source) {
  if (!place->number || place->type != type) return HD_ERROR_INVALID;
  return place->lock ? hd_process_rlock_acquire_at(place->lock, source) : HD_OK;
}
static bool may_access(int result) { return result == HD_OK || result == HD_ERROR_OWNER_DIED; }
static int end(const struct hd_process_place *place, int result, const struct hd_source *source) {
  if (place->lock) hd_process_rlock_release_at(place->lock, source);
  return result;
}

#define ACCESS(name, type, parameter, access)                                                                                              \
  int hd_process_place_##name(struct hd_process_place place, parameter, const struct hd_source *source) {                                  \
    int result = begin(&place, type, source);                                                                                              \
    if (!may_access(result)) return result;                                                                                                \
    access;                                                                                                                                \
    return end(&place, result, source);                                                                                                    \
  }
ACCESS(get_int64, HD_PROCESS_INT64, int64_t *number, *number = hd_shared_read_at(place.number, source))
ACCESS(get_double, HD_PROCESS_DOUBLE, double *number, *number = hd_double_of_bits(hd_shared_read_at(place.number, source)))
ACCESS(set_int64, HD_PROCESS_INT64, int64_t number, hd_shared_write_at(place.number, number, source))
ACCESS(set_double, HD_PROCESS_DOUBLE, double number, hd_shared_write_at(place.number, hd_bits_of_double(number), source))
ACCESS(update_int64, HD_PROCESS_INT64, int64_t addend, hd_shared_update_at(place.number, addend, source))
ACCESS(update_double, HD_PROCESS_DOUBLE, double addend, hd_shared_update_double_at(place.number, addend, source))
