/* Where a thread may sleep, and where an operation of the runtime ends: the places at which others get their turn.
 *
 * Whatever may sleep calls hd_blocking_begin before it does (hd_futex_wait, the functions of system.h, what calls the system by itself):
 * with that the thread gives the interpreter lock up. It takes it again when the operation is over, after what it waited for was got and
 * told: at hd_operation_end, which hd_trace_leave calls. So an operation may sleep several times and takes it once; and a lock may be
 * held by a thread that waits for the interpreter lock.
 *
 * An operation never ends with a guard held: it might wait there for who waits for the guard. */
#ifndef HEDDLE_BLOCKING_H
#define HEDDLE_BLOCKING_H
#include <stdbool.h>
#include <stdint.h>

/* gil.c. The program has turned the interpreter lock on; somebody asks its holder to give it up. */
extern uint32_t hd_gil_on, hd_gil_asked;
void hd_gil_lend(void);
void hd_gil_settle(void);

static inline bool hd_gil_is_asked(void) { return __builtin_expect(__atomic_load_n(&hd_gil_asked, __ATOMIC_RELAXED), 0); }

static inline void hd_blocking_begin(void) {
  if (__builtin_expect(__atomic_load_n(&hd_gil_on, __ATOMIC_RELAXED), 0)) hd_gil_lend();
}
static inline void hd_operation_end(void) {
  if (__builtin_expect(__atomic_load_n(&hd_gil_on, __ATOMIC_RELAXED), 0)) hd_gil_settle();
}

/* A thread of the runtime that takes part begins, and any ends: within what is recorded of it. */
void hd_gil_thread_begin(void);
void hd_gil_thread_end(void);

#endif
