#include "async-wait.h"
#include <heddle/async-semaphore.h>

static int init(struct hd_async_semaphore *semaphore, uint32_t permits, uint32_t bound, const char *name, const struct hd_source *source) {
  if (permits > HD_SEMAPHORE_MAX) return HD_ERROR_INVALID;
  *semaphore = (struct hd_async_semaphore){.permits = permits, .bound = bound};
  hd_trace_begin(hd_reference(semaphore), HD_KIND_SEMAPHORE, permits, name, source);
  return HD_OK;
}

int hd_async_semaphore_init_at(struct hd_async_semaphore *semaphore, uint32_t permits, const char *name, const struct hd_source *source) {
  return init(semaphore, permits, HD_SEMAPHORE_MAX, name, source);
}

int hd_async_semaphore_init_bounded_at(struct hd_async_semaphore *semaphore, uint32_t permits, const char *name,
                                       const struct hd_source *source) {
  return init(semaphore, permits, permits, name, source);
}

int hd_async_semaphore_destroy_at(struct hd_async_semaphore *semaphore, const struct hd_source *source) {
  return hd_async_destroy(semaphore, hd_async_has_waiters(&semaphore->waiters), source);
}

/* To those who wait, and what is left over to whoever comes. */
static void give(struct hd_async_semaphore *semaphore, uint32_t count, const struct hd_source *source) {
  semaphore->permits += count - (uint32_t)hd_async_wake(&semaphore->waiters, count, HD_OK, source);
}

static int acquire(struct hd_async_semaphore *semaphore, enum hd_operation operation, hd_deadline deadline,
                   const struct hd_source *source) {
  if (semaphore->permits) {
    semaphore->permits--;
  } else {
    struct hd_async_waiter waiter;
    int result = hd_async_check(&semaphore->waiters, semaphore, operation, source);
    if (result != HD_OK) return result;
    result = hd_task_await(&semaphore->waiters, &waiter, HD_OPERATION_ASYNC_SEMAPHORE_AWAIT, hd_reference(semaphore), deadline, source);
    if (result != HD_OK) {
      if (waiter.woken) give(semaphore, 1, source);
      return result;
    }
  }
  hd_async_tell(semaphore, operation, 1, source);
  return HD_OK;
}

int hd_async_semaphore_acquire_timed_at(struct hd_async_semaphore *semaphore, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_SEMAPHORE_ACQUIRE : HD_OPERATION_SEMAPHORE_TIMED;
  return acquire(semaphore, operation, hd_deadline_after(timeout_ns), source);
}

int hd_async_semaphore_try_at(struct hd_async_semaphore *semaphore, const struct hd_source *source) {
  return semaphore->permits ? acquire(semaphore, HD_OPERATION_SEMAPHORE_TRY, 0, source) : HD_ERROR_WOULD_BLOCK;
}

int hd_async_semaphore_release_at(struct hd_async_semaphore *semaphore, uint32_t count, const struct hd_source *source) {
  if (count == 0) return HD_ERROR_INVALID;
  if ((uint64_t)semaphore->permits + count > semaphore->bound)
    return hd_task_refuse(hd_reference(semaphore), HD_OPERATION_SEMAPHORE_POST, source,
                          semaphore->bound == HD_SEMAPHORE_MAX ? HD_ERROR_OVERFLOW : HD_ERROR_OVER_RELEASE);
  int result = hd_async_check(&semaphore->waiters, semaphore, HD_OPERATION_SEMAPHORE_POST, source);
  if (result != HD_OK) return result;
  hd_async_tell(semaphore, HD_OPERATION_SEMAPHORE_POST, count, source);
  give(semaphore, count, source);
  return HD_OK;
}

uint32_t hd_async_semaphore_permits(const struct hd_async_semaphore *semaphore) { return semaphore->permits; }
