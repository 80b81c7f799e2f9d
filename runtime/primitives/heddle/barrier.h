/* Barrier: a fixed number of threads wait for each other, phase after phase.
 *
 * The last of a phase to arrive runs the action, if there is one, before anybody goes on; then all leave, each with an index of its own
 * from 0 to parties - 1 (the last to arrive has parties - 1), and the next phase begins. When a wait times out, when the action
 * fails or when somebody aborts, the barrier is broken: everybody in it, and everybody who comes, gets HD_ERROR_BROKEN until it is reset.
 *
 * A barrier has no memory of its own, may be embedded and needs no destruction; static: HD_BARRIER_INIT(parties). Threads: any
 * thread may call anything here at any time; when all waits have returned it may be freed. An action may call hd_barrier_abort, but must
 * not wait at its own barrier.
 */
#ifndef HEDDLE_BARRIER_H
#define HEDDLE_BARRIER_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <heddle/waiters.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Runs in the last thread to arrive. Not HD_OK: the barrier breaks, and that thread's wait returns what the action did. */
typedef int hd_barrier_action(void *argument);

/* The fields are the runtime's own. */
struct hd_barrier {
  uint32_t parties;
  uint32_t arrived; /* in this phase */
  uint32_t phase;   /* counts phases and resets; those who must not enter yet sleep for its change */
  bool broken;
  bool acting; /* all have arrived, the action is running */
  struct hd_waiters waiters;
  hd_barrier_action *action;
  void *argument;
};
#define HD_BARRIER_INIT(parties)                                                                                                           \
  { (parties), 0, 0, false, false, HD_WAITERS_INIT, 0, 0 }

/* parties: at least 1, else HD_ERROR_INVALID. action may be NULL. name: for the recording, copied; NULL: it is called by its variable. */
#define hd_barrier_init(barrier, parties, action, argument, name)                                                                          \
  hd_barrier_init_at((barrier), (parties), (action), (argument), (name), HD_HERE)
HD_API int hd_barrier_init_at(struct hd_barrier *barrier, uint32_t parties, hd_barrier_action *action, void *argument, const char *name,
                              const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_barrier_destroy(barrier) hd_barrier_destroy_at((barrier), HD_HERE)
HD_API int hd_barrier_destroy_at(struct hd_barrier *barrier, const struct hd_source *source);

/* Waits for all parties and returns this thread's index, or HD_ERROR_BROKEN. */
#define hd_barrier_wait(barrier) hd_barrier_wait_timed_at((barrier), HD_FOREVER, HD_HERE)
/* When not all have arrived within timeout_ns, the barrier breaks, and this thread's wait returns HD_ERROR_TIMEOUT. HD_ERROR_INVALID. */
#define hd_barrier_wait_timed(barrier, timeout_ns) hd_barrier_wait_timed_at((barrier), (timeout_ns), HD_HERE)
HD_API int hd_barrier_wait_timed_at(struct hd_barrier *barrier, int64_t timeout_ns, const struct hd_source *source);
/* Breaks the barrier. */
#define hd_barrier_abort(barrier) hd_barrier_abort_at((barrier), HD_HERE)
HD_API void hd_barrier_abort_at(struct hd_barrier *barrier, const struct hd_source *source);
/* Makes it whole and empty; who waits in it gets HD_ERROR_BROKEN. */
#define hd_barrier_reset(barrier) hd_barrier_reset_at((barrier), HD_HERE)
HD_API void hd_barrier_reset_at(struct hd_barrier *barrier, const struct hd_source *source);

/* At this moment: how many wait in it, and whether it is broken. */
HD_API uint32_t hd_barrier_waiting(struct hd_barrier *barrier);
HD_API bool hd_barrier_is_broken(struct hd_barrier *barrier);

#ifdef __cplusplus
}
#endif
#endif
