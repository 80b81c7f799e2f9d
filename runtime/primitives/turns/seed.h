/* Seeded runs: with HEDDLE_SEED=n in its environment a program of the runtime runs one thread at a time, and n decides who goes on.
 *
 * The threads pass a turn on. Whoever has it runs alone until its next operation on a primitive: there, before the operation is done, the
 * seed decides who of all that could go on has the turn next. A thread that would sleep on a word is kept off the turn until somebody wakes
 * that word. So the order of all operations follows from the seed and from the program, whatever the system's scheduler does: one seed, one
 * order. How a seed chooses stands in seed-choice.h.
 *
 * Time is virtual: every decision takes a microsecond, and when nobody can go on but some wait with a deadline, the earliest one is reached
 * at once. Deadlines, sleeps and hd_clock_ns (futex.h) follow it. The stamps of a recording are real ones, in the order of the turns; while
 * it is recorded, a skip takes a moment, so that it can be seen. When nobody can go on and no deadline is left, nobody ever will: the
 * process says so on stderr and ends by SIGABRT, which nobody gets to handle, so that a recording shows its threads as they hung.
 *
 * Outside of the schedule are, and not reproducible is what depends on
 *   - calls of the system that block (pipes, children, poll): their thread leaves the turn and comes back when the call returns; meanwhile
 *     time is not skipped. What blocks without the runtime's knowledge (usleep, a bare mutex) keeps the turn.
 *   - words in memory that processes share: sleeping on one is such a call.
 *   - threads that were not made by hd_thread: they run when they like, and time passes as it does.
 *   - other processes: a forked child has a schedule of its own, by a number made of the seed and of how many children came before; another
 *     program that it becomes begins anew with the seed.
 * A loop without any operation never gives the turn away; hd_shared_read in it is enough.
 *
 * A program that runs without a seed pays one look at hd_seed_on for an operation. */
#ifndef HEDDLE_SEED_H
#define HEDDLE_SEED_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern int hd_seed_on;
static inline bool hd_seed_is_on(void) { return __builtin_expect(hd_seed_on, 0); }

/* A decision: the calling thread may stay behind here until others have done something. Every operation passes one before it begins
 * (hd_trace_enter does), whether it is recorded or not; so does who only looks at a primitive, since it may do so in a loop. Never within
 * a guard that others of the runtime need to leave an operation. */
void hd_seed_decide(void);
static inline void hd_seed_step(void) {
  if (hd_seed_is_on()) hd_seed_decide();
}

/* Futexes of one process. wait: false when the calling thread is not of the schedule, and must really sleep; else *timed_out says how
 * it ended. wake: to be followed by a real one when it says true. */
bool hd_seed_wait(const uint32_t *word, uint32_t expected, int64_t deadline, bool *timed_out);
bool hd_seed_wake(const uint32_t *word, uint32_t count);

/* Around a call of the system that may block. Harmless where nothing is seeded, and for threads that are not of the schedule. */
void hd_seed_leave_turn(void);
void hd_seed_take_turn(void);
static inline void hd_seed_leave(void) {
  if (hd_seed_is_on()) hd_seed_leave_turn();
}
static inline void hd_seed_return(void) {
  if (hd_seed_is_on()) hd_seed_take_turn();
}

/* A decision before a look at the virtual clock. Who does nothing but look again waits for time to pass: it passes faster and faster then.
 */
void hd_seed_look(void);
/* The virtual clock; what is on it as a deadline of CLOCK_MONOTONIC. Only while seeded. */
int64_t hd_seed_clock_ns(void);
int64_t hd_seed_real_deadline(int64_t deadline);

/* Threads. Its creator makes a new one's place in the schedule before the system is asked for the thread, and takes it back when there is
 * none; the thread takes it first of all, and leaves it last of all. NULL while not seeded. */
struct hd_seed_actor;
struct hd_seed_actor *hd_seed_reserve(void);
void hd_seed_give_back(struct hd_seed_actor *place);
void hd_seed_begin(struct hd_seed_actor *place);
void hd_seed_end(void);

/* The calling thread has seen, or made, this version of a shared variable: an update that is lost is counted in the report. */
void hd_seed_saw(const void *shared, uint64_t version);
void hd_seed_made(const void *shared, uint64_t version);

#endif
