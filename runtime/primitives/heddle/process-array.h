/* Process array: numbers that processes share, with one lock for all or without. Its memory is its own, shared with what is forked later.
 *
 * Accesses, lock, types and errors are as of a process value (heddle/process-value.h); HD_ERROR_INVALID also for an index out of range.
 */
#ifndef HEDDLE_PROCESS_ARRAY_H
#define HEDDLE_PROCESS_ARRAY_H
#include <heddle/process-value.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_process_array;

/* count numbers of that type, 0 at first; NULL: count is 0, or no memory is left. name: of the lock, and name[i] of the numbers, for the
 * recording; may be NULL. */
#define hd_process_array_new(type, count, locked, name) hd_process_array_new_at((type), (count), (locked), (name), HD_HERE)
HD_API struct hd_process_array *hd_process_array_new_at(enum hd_process_type type, size_t count, bool locked, const char *name,
                                                        const struct hd_source *source);
/* Gives its memory up for the calling process; the others still have it. NULL: nothing. */
HD_API void hd_process_array_free(struct hd_process_array *array);
HD_API size_t hd_process_array_count(const struct hd_process_array *array);
/* Its lock; NULL: it has none. */
HD_API struct hd_process_rlock *hd_process_array_lock(struct hd_process_array *array);

#define hd_process_array_get_int64(array, index, number) hd_process_array_get_int64_at((array), (index), (number), HD_HERE)
HD_API int hd_process_array_get_int64_at(struct hd_process_array *array, size_t index, int64_t *number, const struct hd_source *source);
#define hd_process_array_get_double(array, index, number) hd_process_array_get_double_at((array), (index), (number), HD_HERE)
HD_API int hd_process_array_get_double_at(struct hd_process_array *array, size_t index, double *number, const struct hd_source *source);
#define hd_process_array_set_int64(array, index, number) hd_process_array_set_int64_at((array), (index), (number), HD_HERE)
HD_API int hd_process_array_set_int64_at(struct hd_process_array *array, size_t index, int64_t number, const struct hd_source *source);
#define hd_process_array_set_double(array, index, number) hd_process_array_set_double_at((array), (index), (number), HD_HERE)
HD_API int hd_process_array_set_double_at(struct hd_process_array *array, size_t index, double number, const struct hd_source *source);
/* Adds in one step; integers wrap around. */
#define hd_process_array_update_int64(array, index, addend) hd_process_array_update_int64_at((array), (index), (addend), HD_HERE)
HD_API int hd_process_array_update_int64_at(struct hd_process_array *array, size_t index, int64_t addend, const struct hd_source *source);
#define hd_process_array_update_double(array, index, addend) hd_process_array_update_double_at((array), (index), (addend), HD_HERE)
HD_API int hd_process_array_update_double_at(struct hd_process_array *array, size_t index, double addend, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
