/* Process barrier: a fixed number of threads, of several processes, wait for each other. It lies in shared memory
 * (heddle/process-memory.h). Phases, indices, action and breaking are as of a barrier (heddle/barrier.h).
 *
 * A process that is killed while it waits has arrived: the others go on without it. Killed in the action, or half-way into the barrier, it
 * breaks the barrier; that may take up to a tenth of a second. The action is called in the process that arrived last, where it must be at
 * the same address: a function of the program that they were all forked from.
 *
 * Threads: any thread of any process that shares the memory may call anything here, once init has returned.
 */
#ifndef HEDDLE_PROCESS_BARRIER_H
#define HEDDLE_PROCESS_BARRIER_H
#include <heddle/barrier.h>
#include <heddle/process-guard.h>
#include <heddle/process-memory.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_process_barrier {
  struct hd_process_guard guard; /* of all that follows */
  struct hd_process_bell bell;   /* rings at the end of a phase */
  uint32_t parties;
  uint32_t arrived;     /* in this phase */
  uint32_t phase;       /* counts phases and resets */
  uint32_t broken;      /* 1: until it is reset */
  uint64_t broken_ends; /* of the last 64 phases, a bit for each: it ended by breaking */
  uint64_t actor;       /* thread that runs the action, when all have arrived; 0: nobody */
  uint64_t reference;   /* of the object in the recording; 0: not recorded */
  hd_barrier_action *action;
  void *argument;
};

/* parties: at least 1, else HD_ERROR_INVALID. action may be NULL. name: for the recording, copied; may be NULL. */
#define hd_process_barrier_init(barrier, parties, action, argument, name)                                                                  \
  hd_process_barrier_init_at((barrier), (parties), (action), (argument), (name), HD_HERE)
HD_API int hd_process_barrier_init_at(struct hd_process_barrier *barrier, uint32_t parties, hd_barrier_action *action, void *argument,
                                      const char *name, const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_process_barrier_destroy(barrier) hd_process_barrier_destroy_at((barrier), HD_HERE)
HD_API int hd_process_barrier_destroy_at(struct hd_process_barrier *barrier, const struct hd_source *source);

/* Waits for all parties and returns this thread's index, or HD_ERROR_BROKEN, or what the action returned. */
#define hd_process_barrier_wait(barrier) hd_process_barrier_wait_timed_at((barrier), HD_FOREVER, HD_HERE)
/* When not all have arrived within timeout_ns, the barrier breaks, and this thread's wait returns HD_ERROR_TIMEOUT. HD_ERROR_INVALID. */
#define hd_process_barrier_wait_timed(barrier, timeout_ns) hd_process_barrier_wait_timed_at((barrier), (timeout_ns), HD_HERE)
HD_API int hd_process_barrier_wait_timed_at(struct hd_process_barrier *barrier, int64_t timeout_ns, const struct hd_source *source);
/* Breaks the barrier. */
#define hd_process_barrier_abort(barrier) hd_process_barrier_abort_at((barrier), HD_HERE)
HD_API void hd_process_barrier_abort_at(struct hd_process_barrier *barrier, const struct hd_source *source);
/* Makes it whole and empty; who waits in it gets HD_ERROR_BROKEN. */
#define hd_process_barrier_reset(barrier) hd_process_barrier_reset_at((barrier), HD_HERE)
HD_API void hd_process_barrier_reset_at(struct hd_process_barrier *barrier, const struct hd_source *source);

/* At this moment: how many wait in it, and whether it is broken. */
HD_API uint32_t hd_process_barrier_waiting(struct hd_process_barrier *barrier);
HD_API bool hd_process_barrier_is_broken(struct hd_process_barrier *barrier);

#ifdef __cplusplus
}
#endif
#endif
