/* One access of a number that processes share: of a value, of an element of an array. */
#ifndef HEDDLE_PROCESS_NUMBER_H
#define HEDDLE_PROCESS_NUMBER_H
#include <heddle/process-value.h>

/* Where it is, what it is, and the lock that an access holds (NULL: none). */
struct hd_process_place {
  struct hd_shared *number; /* NULL: out of range */
  struct hd_process_rlock *lock;
  enum hd_process_type type;
};

int hd_process_place_get_int64(struct hd_process_place place, int64_t *number, const struct hd_source *source);
int hd_process_place_get_double(struct hd_process_place place, double *number, const struct hd_source *source);
int hd_process_place_set_int64(struct hd_process_place place, int64_t number, const struct hd_source *source);
int hd_process_place_set_double(struct hd_process_place place, double number, const struct hd_source *source);
int hd_process_place_update_int64(struct hd_process_place place, int64_t addend, const struct hd_source *source);
int hd_process_place_update_double(struct hd_process_place place, double addend, const struct hd_source *source);

#endif
