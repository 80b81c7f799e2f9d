/* Coroutine: a function with a stack of its own, which can be left in its middle and gone on with later, by the same thread.
 *
 * Coroutines are symmetric: hd_coroutine_switch goes from one to another, and the thread's own stack counts as one, too (an empty
 * struct hd_coroutine). A task of a loop has one; a generator has one that its task runs inside of its own.
 *
 * Stacks come from a pool, touched lazily; below each lies a guard (stack.h), so that an overflow ends the program by SIGSEGV after one
 * clear line. Threads: a coroutine belongs to the thread that started it.
 */
#ifndef HEDDLE_COROUTINE_H
#define HEDDLE_COROUTINE_H
#include "stack.h"

struct hd_coroutine {
  void *resume_at;       /* saved stack pointer, while it is not running */
  struct hd_stack stack; /* base NULL: the thread's own */
  const char *name;      /* what an overflow is told of: lent, may change while it does not run. NULL: none */
  void (*routine)(void *argument);
  void *argument;
  void *fiber;           /* ThreadSanitizer's */
  void *fake_stack;      /* AddressSanitizer's */
};

/* Prepares it to run routine(argument) on a stack of the pool at the first switch to it; the routine must not return: it leaves for ever by
 * hd_coroutine_leave. stack_bytes: 0 for the pool's own size. HD_OK, HD_ERROR_NO_MEMORY. */
int hd_coroutine_begin(struct hd_coroutine *coroutine, struct hd_stack_pool *pool, size_t stack_bytes, void (*routine)(void *),
                       void *argument);
/* Goes on with `to` until somebody switches to `from` again; `from` is the one that runs. */
void hd_coroutine_switch(struct hd_coroutine *from, struct hd_coroutine *to);
/* The same for the last time: nobody will switch to `from` again. */
_Noreturn void hd_coroutine_leave(struct hd_coroutine *from, struct hd_coroutine *to);
/* Gives its stack back to the pool it came from; it has been left for ever, or was never run, or what stands on its stack is forgotten. */
void hd_coroutine_end(struct hd_coroutine *coroutine, struct hd_stack_pool *pool);

#endif
