/* Blocks that hold an async lock, or a permit of an async semaphore: what Python writes as `async with`.
 *
 *     int result;
 *     HD_WITH_ASYNC_LOCK(&stove, result) {
 *       …                                          // return, break (which leaves the block) and goto give the lock back, too
 *     }
 *     if (result != HD_OK) return result;          // the block was not run: HD_ERROR_CANCELLED …
 *
 * For anything else C has the attribute cleanup: a function that is called with a variable's address when its block is left, by whatever
 * way. It may await. HD_CLOSED_AT_END of heddle/async-generator.h is such a one.
 */
#ifndef HEDDLE_ASYNC_SCOPE_H
#define HEDDLE_ASYNC_SCOPE_H
#include <heddle/async-lock.h>
#include <heddle/async-semaphore.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The following block, once, with the lock; result: how hd_async_lock_acquire ended. */
#define HD_WITH_ASYNC_LOCK(lock, result) HD_WITH_ASYNC_SCOPE(hd_async_lock, lock, result, HD_ASYNC_SCOPE_NAME(__LINE__))
/* The same with a permit of the semaphore. */
#define HD_WITH_ASYNC_PERMIT(semaphore, result) HD_WITH_ASYNC_SCOPE(hd_async_semaphore, semaphore, result, HD_ASYNC_SCOPE_NAME(__LINE__))

/* What these are made of, the runtime's own. */
struct hd_async_lock_scope {
  struct hd_async_lock *held; /* NULL: it is not, or has been given back */
  const struct hd_source *source;
};
struct hd_async_semaphore_scope {
  struct hd_async_semaphore *held;
  const struct hd_source *source;
};
static inline struct hd_async_lock_scope hd_async_lock_enter(struct hd_async_lock *lock, int *result, const struct hd_source *source) {
  struct hd_async_lock_scope scope = {0, source};
  *result = hd_async_lock_acquire_timed_at(lock, HD_FOREVER, source);
  if (*result == HD_OK) scope.held = lock;
  return scope;
}
static inline void hd_async_lock_leave(struct hd_async_lock_scope *scope) {
  if (scope->held) (void)hd_async_lock_release_at(scope->held, scope->source);
  scope->held = 0;
}
static inline struct hd_async_semaphore_scope hd_async_semaphore_enter(struct hd_async_semaphore *semaphore, int *result,
                                                                       const struct hd_source *source) {
  struct hd_async_semaphore_scope scope = {0, source};
  *result = hd_async_semaphore_acquire_timed_at(semaphore, HD_FOREVER, source);
  if (*result == HD_OK) scope.held = semaphore;
  return scope;
}
static inline void hd_async_semaphore_leave(struct hd_async_semaphore_scope *scope) {
  if (scope->held) (void)hd_async_semaphore_release_at(scope->held, 1, scope->source);
  scope->held = 0;
}
#define HD_ASYNC_SCOPE_NAME(line) HD_ASYNC_SCOPE_NAMED(line)
#define HD_ASYNC_SCOPE_NAMED(line) hd_scope_##line
#define HD_WITH_ASYNC_SCOPE(family, object, result, scope)                                                                                 \
  for (struct family##_scope scope __attribute__((cleanup(family##_leave))) = family##_enter((object), &(result), HD_HERE); scope.held;    \
       family##_leave(&scope))

#ifdef __cplusplus
}
#endif
#endif
