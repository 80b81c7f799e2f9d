/* Scheduler: a queue of routines that are to run at given times, with the semantics of Python's sched.
 *
 * A routine is entered for a time, with a priority; whoever calls hd_scheduler_run sleeps until the next is due, runs it, and so on until
 * nothing is left. Those of one time run in the order of their priorities, the lowest number first, and those of one priority in the
 * order in which they were entered. A routine runs in the thread that runs the scheduler, never beside another one of that thread: one that
 * takes long makes the next ones late, and none is ever dropped for that. It may itself enter others, and cancel.
 *
 *     struct hd_scheduler plan;
 *     hd_scheduler_init(&plan, "plan");
 *     hd_scheduler_enter(&plan, 2 * HD_SECOND_NS, 0, ring, &bell, NULL);
 *     hd_scheduler_run(&plan, NULL);
 *
 * Times are those of the monotonic clock (hd_scheduler_now); in a seeded run of its virtual one. A recording shows when each entry was to
 * run and when it did.
 *
 * A scheduler may be embedded, and works from HD_SCHEDULER_INIT (zeroed memory) on. It owns the memory for as many entries as were ever in
 * it at a time, until hd_scheduler_destroy. It must not move while it is in use. Threads: any thread may call anything here at any time; an
 * entry that is sooner than the others wakes who sleeps for them. Several threads may run one scheduler: each entry runs once.
 */
#ifndef HEDDLE_SCHEDULER_H
#define HEDDLE_SCHEDULER_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 0, or an error number of its own, which ends the run that it is in. */
typedef int hd_scheduler_routine(void *argument);

/* Names an entry, never another one of its scheduler; 0 names none. */
typedef uint64_t hd_scheduler_entry;

struct hd_scheduler_slot;
/* The fields are the runtime's own. */
struct hd_scheduler {
  uint32_t guard;                 /* held for some instructions around every change */
  uint32_t changes;               /* of which entry is the next: who waits for it sleeps on this */
  uint32_t run_count;             /* calls that are running it */
  size_t count, capacity;         /* of entries */
  struct hd_scheduler_slot *heap; /* owned; the next one first */
  uint64_t entered_count;         /* since ever: an entry's name */
};
#define HD_SCHEDULER_INIT                                                                                                                  \
  { 0, 0, 0, 0, 0, 0, 0 }

/* name: for the recording, copied; NULL: it is called by its variable. */
#define hd_scheduler_init(scheduler, name) hd_scheduler_init_at((scheduler), (name), HD_HERE)
HD_API void hd_scheduler_init_at(struct hd_scheduler *scheduler, const char *name, const struct hd_source *source);
/* Gives its memory back; entries that are still in it never run. HD_ERROR_BUSY while it is being run. */
#define hd_scheduler_destroy(scheduler) hd_scheduler_destroy_at((scheduler), HD_HERE)
HD_API int hd_scheduler_destroy_at(struct hd_scheduler *scheduler, const struct hd_source *source);

/* The time on the scheduler's clock, ns: CLOCK_MONOTONIC (in a run with a seed a virtual one). */
HD_API int64_t hd_scheduler_now(void);

/* Enters routine(argument), to run in delay_ns from now, or at a time; one that has passed is due at once, before those that were to run
 * later. entry: its name, to cancel it by; may be NULL. HD_ERROR_NO_MEMORY. */
#define hd_scheduler_enter(scheduler, delay_ns, priority, routine, argument, entry)                                                        \
  hd_scheduler_enter_at((scheduler), (delay_ns), (priority), (routine), (argument), (entry), HD_HERE)
HD_API int hd_scheduler_enter_at(struct hd_scheduler *scheduler, int64_t delay_ns, int32_t priority, hd_scheduler_routine *routine,
                                 void *argument, hd_scheduler_entry *entry, const struct hd_source *source);
#define hd_scheduler_enter_absolute(scheduler, time_ns, priority, routine, argument, entry)                                                \
  hd_scheduler_enter_absolute_at((scheduler), (time_ns), (priority), (routine), (argument), (entry), HD_HERE)
HD_API int hd_scheduler_enter_absolute_at(struct hd_scheduler *scheduler, int64_t time_ns, int32_t priority, hd_scheduler_routine *routine,
                                          void *argument, hd_scheduler_entry *entry, const struct hd_source *source);

/* Takes it out; takes time in proportion to the number of entries. HD_ERROR_NOT_QUEUED: it has begun, or was cancelled, or never was: a
 * misuse. */
#define hd_scheduler_cancel(scheduler, entry) hd_scheduler_cancel_at((scheduler), (entry), HD_HERE)
HD_API int hd_scheduler_cancel_at(struct hd_scheduler *scheduler, hd_scheduler_entry entry, const struct hd_source *source);

/* Runs all entries, also those that are entered meanwhile, each at its time; HD_OK when nothing is left. When a routine gives an error,
 * HD_ERROR_JOB_FAILED at once, and *error is that number (error may be NULL): the others stay, and a further run goes on with them. */
#define hd_scheduler_run(scheduler, error) hd_scheduler_run_at((scheduler), (error), HD_HERE)
HD_API int hd_scheduler_run_at(struct hd_scheduler *scheduler, int *error, const struct hd_source *source);
/* Runs only those that are due, without waiting. next_ns: how long it is until the next one is due; HD_FOREVER: nothing is left; it is set
 * on HD_OK and may be NULL. */
#define hd_scheduler_run_due(scheduler, next_ns, error) hd_scheduler_run_due_at((scheduler), (next_ns), (error), HD_HERE)
HD_API int hd_scheduler_run_due_at(struct hd_scheduler *scheduler, int64_t *next_ns, int *error, const struct hd_source *source);

/* What is in the queue at this moment: not what runs. */
HD_API bool hd_scheduler_is_empty(struct hd_scheduler *scheduler);
HD_API size_t hd_scheduler_size(struct hd_scheduler *scheduler);
/* One of them. */
struct hd_scheduled {
  hd_scheduler_entry entry;
  int64_t time_ns;
  int32_t priority;
  hd_scheduler_routine *routine;
  void *argument;
};
/* Copies those that are next, at most capacity, in the order in which they will run; *count (may be NULL) is how many there are, which may
 * be more. HD_ERROR_NO_MEMORY. */
HD_API int hd_scheduler_queue(struct hd_scheduler *scheduler, struct hd_scheduled *entries, size_t capacity, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
