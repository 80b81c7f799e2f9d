/* Memory that processes share: what one writes, all see.
 *
 * It is shared by the process that makes it and all that are started (forked) afterwards, at the same address, so pointers into it may lie
 * in it. It has no name and no file: when the last process that has it is gone, however it ended, so is the memory.
 *
 *     struct table *table = hd_process_memory_new(sizeof *table);
 *     hd_process_lock_init(&table->lock, "table");
 */
#ifndef HEDDLE_PROCESS_MEMORY_H
#define HEDDLE_PROCESS_MEMORY_H
#include <heddle/error.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* bytes of zeroes, aligned to 64; NULL when none are left, or bytes is 0. */
HD_API void *hd_process_memory_new(size_t bytes);
/* Gives it up for the calling process; the others still have it. NULL: nothing. */
HD_API void hd_process_memory_free(void *memory);

#ifdef __cplusplus
}
#endif
#endif
