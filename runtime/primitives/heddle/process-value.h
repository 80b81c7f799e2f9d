/* Process value: a number that processes share, with a lock of its own or without. It lies in shared memory (heddle/process-memory.h).
 *
 * Every access is atomic by itself, and in a recording an access of an annotated variable (heddle/shared.h): it tells the version that it
 * read or made. With a lock, each access holds it; but a read and a write that follow each other are two accesses, between which
 * another process may write: hold the lock around both, or use update.
 *
 *     hd_process_rlock_acquire(hd_process_value_lock(&total));
 *     hd_process_value_get_int64(&total, &number);
 *     hd_process_value_set_int64(&total, number + 1);
 *     hd_process_rlock_release(hd_process_value_lock(&total));
 *
 * Threads: any thread of any process that shares the memory, once init has returned. Errors of every access: HD_ERROR_INVALID, of the
 * other type, nothing done; HD_ERROR_OWNER_DIED, the access was made, but who held the lock before was killed, perhaps between two
 * accesses that belong together.
 */
#ifndef HEDDLE_PROCESS_VALUE_H
#define HEDDLE_PROCESS_VALUE_H
#include <heddle/process-rlock.h>
#include <heddle/shared.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hd_process_type { HD_PROCESS_INT64, HD_PROCESS_DOUBLE };

/* The fields are the runtime's own. */
struct hd_process_value {
  struct hd_shared number;
  struct hd_process_rlock lock;
  uint32_t type;   /* enum hd_process_type */
  uint32_t locked; /* 1: accesses hold the lock */
};

/* A number of that type, 0 at first. name: of the number and its lock, for the recording, copied; may be NULL. HD_ERROR_INVALID. */
#define hd_process_value_init(value, type, locked, name) hd_process_value_init_at((value), (type), (locked), (name), HD_HERE)
HD_API int hd_process_value_init_at(struct hd_process_value *value, enum hd_process_type type, bool locked, const char *name,
                                    const struct hd_source *source);
/* HD_ERROR_BUSY while somebody holds its lock. */
#define hd_process_value_destroy(value) hd_process_value_destroy_at((value), HD_HERE)
HD_API int hd_process_value_destroy_at(struct hd_process_value *value, const struct hd_source *source);
/* Its lock; NULL: it has none. */
HD_API struct hd_process_rlock *hd_process_value_lock(struct hd_process_value *value);

#define hd_process_value_get_int64(value, number) hd_process_value_get_int64_at((value), (number), HD_HERE)
HD_API int hd_process_value_get_int64_at(struct hd_process_value *value, int64_t *number, const struct hd_source *source);
#define hd_process_value_get_double(value, number) hd_process_value_get_double_at((value), (number), HD_HERE)
HD_API int hd_process_value_get_double_at(struct hd_process_value *value, double *number, const struct hd_source *source);
#define hd_process_value_set_int64(value, number) hd_process_value_set_int64_at((value), (number), HD_HERE)
HD_API int hd_process_value_set_int64_at(struct hd_process_value *value, int64_t number, const struct hd_source *source);
#define hd_process_value_set_double(value, number) hd_process_value_set_double_at((value), (number), HD_HERE)
HD_API int hd_process_value_set_double_at(struct hd_process_value *value, double number, const struct hd_source *source);
/* Adds in one step; integers wrap around. */
#define hd_process_value_update_int64(value, addend) hd_process_value_update_int64_at((value), (addend), HD_HERE)
HD_API int hd_process_value_update_int64_at(struct hd_process_value *value, int64_t addend, const struct hd_source *source);
#define hd_process_value_update_double(value, addend) hd_process_value_update_double_at((value), (addend), HD_HERE)
HD_API int hd_process_value_update_double_at(struct hd_process_value *value, double addend, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
