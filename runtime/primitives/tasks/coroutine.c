#include "coroutine.h"
#include "sanitizer.h"
#include <heddle/error.h>
#include <stdlib.h>

__thread struct hd_coroutine *hd_coroutine_running __attribute__((tls_model("initial-exec")));
/* AddressSanitizer tells the place of the stack that was left. */
static __thread struct hd_coroutine *left_last;

/* Before a switch. fake_stack NULL: `from` is left for ever. */
static void announce(struct hd_coroutine *from, struct hd_coroutine *to, void **fake_stack) {
  if (__builtin_expect(from->stack.base && from->stack.guard == HD_GUARD_WORDS, 0) && hd_stack_is_overrun(&from->stack))
    hd_overflow_die(from);
  if (__sanitizer_start_switch_fiber) {
    left_last = from;
    __sanitizer_start_switch_fiber(fake_stack, to->bottom, to->bottom_bytes);
  }
  if (__tsan_switch_to_fiber) {
    if (!from->fiber) from->fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(to->fiber, 0);
  }
  hd_coroutine_running = to;
}

/* After a switch to self. */
static void arrive(struct hd_coroutine *self) {
  if (__sanitizer_finish_switch_fiber) {
    const void *bottom;
    size_t bytes;
    __sanitizer_finish_switch_fiber(self->fake_stack, &bottom, &bytes);
    if (!left_last->stack.base) {
      left_last->bottom = bottom;
      left_last->bottom_bytes = bytes;
    }
  }
}

static void enter(struct hd_coroutine *self) {
  arrive(self);
  self->routine(self->argument);
  abort();
}

int hd_coroutine_begin(struct hd_coroutine *coroutine, struct hd_stack_pool *pool, size_t stack_bytes, void (*routine)(void *),
                       void *argument) {
  hd_overflow_prepare();
  int error = hd_stack_take(pool, stack_bytes, &coroutine->stack);
  if (error != HD_OK) return error;
  coroutine->routine = routine;
  coroutine->argument = argument;
  coroutine->fake_stack = NULL;
  coroutine->bottom = coroutine->stack.base;
  coroutine->bottom_bytes = coroutine->stack.bytes;
  if (__tsan_create_fiber) coroutine->fiber = __tsan_create_fiber(0);
  coroutine->is_watched = __sanitizer_start_switch_fiber || __tsan_create_fiber || coroutine->stack.guard == HD_GUARD_WORDS;
  hd_switch_prepare(coroutine, enter);
  return HD_OK;
}

void hd_coroutine_switch_watched(struct hd_coroutine *from, struct hd_coroutine *to) {
  announce(from, to, &from->fake_stack);
  hd_switch(from, to);
  arrive(from);
}

_Noreturn void hd_coroutine_leave(struct hd_coroutine *from, struct hd_coroutine *to) {
  announce(from, to, NULL);
  hd_switch(from, to);
  abort();
}

void hd_coroutine_end(struct hd_coroutine *coroutine, struct hd_stack_pool *pool) {
  if (!coroutine->stack.base) return;
  if (__tsan_destroy_fiber) __tsan_destroy_fiber(coroutine->fiber);
  coroutine->fiber = NULL;
  hd_stack_give(pool, &coroutine->stack);
}
