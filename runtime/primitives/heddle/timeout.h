/* Time-out: a part of a task that may last only so long.
 *
 *     struct hd_timeout timeout;
 *     hd_timeout_begin(&timeout, 2 * HD_SECOND_NS);
 *     int result = fetch(&page);                   // any number of awaits; each hands on HD_ERROR_CANCELLED
 *     result = hd_timeout_end(&timeout, result);   // HD_ERROR_TIMEOUT when it lasted too long
 *
 * When the time is over the task is cancelled, as by hd_task_cancel: what it awaits is left, and it cleans up on its way to the end of the
 * scope. There the cancellation is taken back and becomes HD_ERROR_TIMEOUT, unless somebody else has cancelled the task, too: then it stays
 * HD_ERROR_CANCELLED. Scopes nest, each has its own time; they are ended in the reverse order. A result that was reached in spite of the
 * cancellation is kept.
 * Threads: a scope is for the task that began it. It lies on its stack, and must be ended before that goes.
 */
#ifndef HEDDLE_TIMEOUT_H
#define HEDDLE_TIMEOUT_H
#include <heddle/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The runtime's own: something that happens at a time in a loop. */
struct hd_loop_timer {
  int64_t deadline;
  uint64_t order;
  size_t place;
  void (*fire)(struct hd_loop_timer *timer);
};
/* The fields are the runtime's own. */
struct hd_timeout {
  struct hd_loop_timer timer;
  struct hd_task_state *task;
  const struct hd_source *source;
  uint32_t cancel_count; /* the task's, when it began */
  bool expired;
};

/* timeout_ns from now on; 0: at the next await that waits; HD_FOREVER: not at all, until it is rescheduled. HD_ERROR_NO_TASK, a misuse;
 * HD_ERROR_INVALID, HD_ERROR_NO_MEMORY: the scope then does nothing, and may be ended. */
#define hd_timeout_begin(timeout, timeout_ns) hd_timeout_begin_at((timeout), (timeout_ns), HD_HERE)
HD_API int hd_timeout_begin_at(struct hd_timeout *timeout, int64_t timeout_ns, const struct hd_source *source);
/* Its time is now timeout_ns from now on. HD_ERROR_TIMEOUT: too late; HD_ERROR_INVALID, HD_ERROR_NO_MEMORY. */
HD_API int hd_timeout_reschedule(struct hd_timeout *timeout, int64_t timeout_ns);
/* result: what came of what was to be done. HD_ERROR_TIMEOUT when that is HD_ERROR_CANCELLED and this scope's time is why; else result. */
HD_API int hd_timeout_end(struct hd_timeout *timeout, int result);
/* Whether its time was over before it was ended. */
HD_API bool hd_timeout_is_expired(const struct hd_timeout *timeout);

#ifdef __cplusplus
}
#endif
#endif
