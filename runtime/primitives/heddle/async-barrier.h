/* Async barrier: a fixed number of tasks wait for each other, phase after phase.
 *
 * The last of a phase to arrive runs the action, if there is one, before anybody goes on; then all leave, each with an index of its own
 * from 0 to parties - 1 in the order in which they came (the last has parties - 1), and the next phase begins. A task that is cancelled
 * while it waits leaves the barrier as if it had never come. When a wait times out, when the action fails or when somebody aborts, the
 * barrier is broken: everybody in it, and everybody who comes, gets HD_ERROR_BROKEN until it is reset.
 *
 * A barrier may be embedded and needs no destruction; static: HD_ASYNC_BARRIER_INIT(parties). Threads: only in that of the loop
 * (HD_ERROR_OTHER_LOOP, as of heddle/async-lock.h). An action may await, but must not wait at its own barrier; who comes meanwhile waits
 * for the next phase.
 */
#ifndef HEDDLE_ASYNC_BARRIER_H
#define HEDDLE_ASYNC_BARRIER_H
#include <heddle/async-waiters.h>
#include <heddle/barrier.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_async_barrier_place;
/* The fields are the runtime's own. */
struct hd_async_barrier {
  uint32_t parties;
  uint32_t arrived; /* in this phase */
  uint32_t phase;   /* counts phases and resets */
  bool broken;
  bool acting;                                 /* all have arrived, the action is running */
  struct hd_async_barrier_place *first, *last; /* who waits for the others of this phase */
  struct hd_async_waiters early;               /* who came while the action ran */
  hd_barrier_action *action;
  void *argument;
};
#define HD_ASYNC_BARRIER_INIT(parties)                                                                                                     \
  { (parties), 0, 0, false, false, 0, 0, HD_ASYNC_WAITERS_INIT, 0, 0 }

/* parties: 1 to INT32_MAX, else HD_ERROR_INVALID. action (runs in the last task to arrive) may be NULL. name: for the recording, copied;
 * NULL: it is called by its variable. */
#define hd_async_barrier_init(barrier, parties, action, argument, name)                                                                    \
  hd_async_barrier_init_at((barrier), (parties), (action), (argument), (name), HD_HERE)
HD_API int hd_async_barrier_init_at(struct hd_async_barrier *barrier, uint32_t parties, hd_barrier_action *action, void *argument,
                                    const char *name, const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_async_barrier_destroy(barrier) hd_async_barrier_destroy_at((barrier), HD_HERE)
HD_API int hd_async_barrier_destroy_at(struct hd_async_barrier *barrier, const struct hd_source *source);

/* Awaits all parties and returns this task's index, or HD_ERROR_BROKEN, HD_ERROR_CANCELLED, HD_ERROR_NO_TASK. */
#define hd_async_barrier_wait(barrier) hd_async_barrier_wait_timed_at((barrier), HD_FOREVER, HD_HERE)
/* When not all have arrived within timeout_ns, the barrier breaks, and this task's wait returns HD_ERROR_TIMEOUT. HD_ERROR_INVALID. */
#define hd_async_barrier_wait_timed(barrier, timeout_ns) hd_async_barrier_wait_timed_at((barrier), (timeout_ns), HD_HERE)
HD_API int hd_async_barrier_wait_timed_at(struct hd_async_barrier *barrier, int64_t timeout_ns, const struct hd_source *source);
/* Breaks the barrier. HD_OK; HD_ERROR_OTHER_LOOP. */
#define hd_async_barrier_abort(barrier) hd_async_barrier_abort_at((barrier), HD_HERE)
HD_API int hd_async_barrier_abort_at(struct hd_async_barrier *barrier, const struct hd_source *source);
/* Makes it whole and empty; who waits in it gets HD_ERROR_BROKEN. HD_OK; HD_ERROR_OTHER_LOOP. */
#define hd_async_barrier_reset(barrier) hd_async_barrier_reset_at((barrier), HD_HERE)
HD_API int hd_async_barrier_reset_at(struct hd_async_barrier *barrier, const struct hd_source *source);

/* At this moment: how many wait in it, and whether it is broken. */
HD_API uint32_t hd_async_barrier_waiting(const struct hd_async_barrier *barrier);
HD_API bool hd_async_barrier_is_broken(const struct hd_async_barrier *barrier);

#ifdef __cplusplus
}
#endif
#endif
