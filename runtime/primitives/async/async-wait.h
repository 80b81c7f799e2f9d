/* What the async primitives share: the end of an object, and whose it is. */
#ifndef HEDDLE_ASYNC_WAIT_H
#define HEDDLE_ASYNC_WAIT_H
#include "task-core.h"

/* HD_ERROR_OTHER_LOOP, told as a misuse of the object, when tasks wait there whose loop runs in another thread: nobody but that may wake
 * them. */
int hd_async_check(const struct hd_async_waiters *waiters, const void *object, enum hd_operation operation, const struct hd_source *source);
/* Tells an operation on the object that did not wait, with its value. */
void hd_async_tell(const void *object, enum hd_operation operation, uint32_t value, const struct hd_source *source);
/* The end of the object, told; HD_ERROR_BUSY when it is in use. */
int hd_async_destroy(const void *object, bool busy, const struct hd_source *source);

#endif
