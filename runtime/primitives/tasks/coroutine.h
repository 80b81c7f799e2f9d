/* Coroutine: a function with a stack of its own, which can be left in its middle and gone on with later, by the same thread.
 *
 * Coroutines are symmetric: hd_coroutine_switch goes from one to another, and the thread's own stack counts as one, too (an empty
 * struct hd_coroutine). A task of a loop has one; a generator has one that its task runs inside of its own.
 *
 * Below each stack lies a guard (stack.h): an overflow ends the program by SIGSEGV after one clear line (overflow.c).
 * Threads: a coroutine belongs to the thread that began it.
 */
#ifndef HEDDLE_COROUTINE_H
#define HEDDLE_COROUTINE_H
#include "stack.h"
#if defined __x86_64__ || defined __aarch64__
#define HD_SWITCH_IS_OURS 1
#endif
#if defined HD_SWITCH_BY_UCONTEXT || !defined HD_SWITCH_IS_OURS
#include <ucontext.h>
#undef HD_SWITCH_IS_OURS
#endif

struct hd_coroutine {
  /* What a switch touches. */
#ifdef HD_SWITCH_IS_OURS
  void *resume_at; /* saved stack pointer, while it does not run */
#else
  ucontext_t context;
#endif
  bool is_watched;       /* its switches are told to a sanitizer, or its guard is looked at */
  struct hd_stack stack; /* base NULL: the thread's own */
  const char *name;      /* what an overflow is told of: lent, may change. NULL: its number says it */
  uint32_t number;
  void (*routine)(void *argument);
  void *argument;
  void *fiber;      /* ThreadSanitizer's */
  void *fake_stack; /* AddressSanitizer's, as what follows */
  const void *bottom;
  size_t bottom_bytes;
};

/* Prepares it to run routine(argument) on a stack of the pool at the first switch to it; the routine must not return: it leaves for ever by
 * hd_coroutine_leave. stack_bytes: 0 for the pool's own size. Keeps name and number. HD_OK, HD_ERROR_NO_MEMORY. */
int hd_coroutine_begin(struct hd_coroutine *coroutine, struct hd_stack_pool *pool, size_t stack_bytes, void (*routine)(void *),
                       void *argument);
/* Goes on with `to` until somebody switches to `from` again; `from` is the one that runs. */
static inline void hd_coroutine_switch(struct hd_coroutine *from, struct hd_coroutine *to);
/* The same for the last time: nobody will switch to `from` again. */
_Noreturn void hd_coroutine_leave(struct hd_coroutine *from, struct hd_coroutine *to);
/* Gives its stack back; it does not run, and what stands on the stack is forgotten. Nothing when it has none. */
void hd_coroutine_end(struct hd_coroutine *coroutine, struct hd_stack_pool *pool);

/* What follows is for this header and its neighbours. The one that runs in this thread; NULL before the first switch. */
extern __thread struct hd_coroutine *hd_coroutine_running __attribute__((tls_model("initial-exec"), visibility("hidden")));
void hd_coroutine_switch_watched(struct hd_coroutine *from, struct hd_coroutine *to);
#ifdef HD_SWITCH_IS_OURS
/* Saves what a function must keep on the stack that runs, its stack pointer at *from, and goes on where `to` was saved. */
void hd_stack_switch(void **from, void *to) __attribute__((visibility("hidden")));
static inline void hd_switch(struct hd_coroutine *from, struct hd_coroutine *to) { hd_stack_switch(&from->resume_at, to->resume_at); }
#else
static inline void hd_switch(struct hd_coroutine *from, struct hd_coroutine *to) { swapcontext(&from->context, &to->context); }
#endif
/* Prepares the first switch to it: calls enter(coroutine) on its stack. */
void hd_switch_prepare(struct hd_coroutine *coroutine, void (*enter)(struct hd_coroutine *coroutine));
/* What a thread needs to tell an overflow; and the end of a program whose stack was found to be overrun. */
void hd_overflow_prepare(void);
_Noreturn void hd_overflow_die(const struct hd_coroutine *coroutine);

/* Inline: the processor predicts a return by the calls that it has seen, which were those of the other stack. So each return between here
 * and the code that awaits is one that is predicted wrongly. */
static inline void hd_coroutine_switch(struct hd_coroutine *from, struct hd_coroutine *to) {
  if (__builtin_expect(from->is_watched | to->is_watched, 0)) {
    hd_coroutine_switch_watched(from, to);
  } else {
    hd_coroutine_running = to;
    hd_switch(from, to);
  }
}

#endif
