/* The calling thread, as the runtime knows it. */
#ifndef HEDDLE_CURRENT_H
#define HEDDLE_CURRENT_H
#include <stdint.h>

struct hd_current {
  struct hd_thread_state *state; /* NULL: the thread was not made by hd_thread */
  uint32_t thread_id;            /* kernel's; 0: not asked for yet */
  uint32_t gil;                  /* enum hd_gil_part: what it has to do with the interpreter lock */
};
extern __thread struct hd_current hd_current;

/* Tells threads apart, costs nothing, and stays the same across a fork. */
static inline uintptr_t hd_current_identity(void) { return (uintptr_t)&hd_current; }
/* The kernel's thread id. */
uint32_t hd_current_thread_id(void);

#endif
