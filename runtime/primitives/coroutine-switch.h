/* Leaving one stack for another: the machine's own part of a coroutine. */
#ifndef HEDDLE_COROUTINE_SWITCH_H
#define HEDDLE_COROUTINE_SWITCH_H
#include "coroutine.h"

#ifdef HD_SWITCH_IS_OURS
/* Saves what a function must keep on the stack that runs, its stack pointer at *from, and goes on where `to` was saved. */
void hd_stack_switch(void **from, void *to);
static inline void hd_switch(struct hd_coroutine *from, struct hd_coroutine *to) { hd_stack_switch(&from->resume_at, to->resume_at); }
#else
static inline void hd_switch(struct hd_coroutine *from, struct hd_coroutine *to) { swapcontext(&from->context, &to->context); }
#endif
/* Prepares the first switch to it: calls enter(coroutine) on its stack. */
void hd_switch_prepare(struct hd_coroutine *coroutine, void (*enter)(struct hd_coroutine *coroutine));

#endif
