/* A loop's state: what is ready, what waits for a time, what libuv polls. All of it is for the loop's thread, but the inbox. */
#ifndef HEDDLE_LOOP_STATE_H
#define HEDDLE_LOOP_STATE_H
#include "coroutine.h"
#include "futex.h"
#include "trace.h"
#include <heddle/loop.h>
#include <uv.h>

/* Something in the queue of what is ready: run once, in the order of coming. */
struct hd_loop_entry {
  struct hd_loop_entry *next;
  void (*run)(struct hd_loop_entry *entry);
};
struct hd_loop_queue {
  struct hd_loop_entry *first, *last;
  size_t count;
};

/* Something that happens at a time, unless it is taken away before. Lies wherever its owner likes. fire is called by the loop, outside of
 * any task: it makes something ready, and nothing else. */
struct hd_loop_timer {
  hd_deadline deadline;
  uint64_t order; /* among those of one deadline */
  size_t place;   /* in the heap, from 1; 0: not in it */
  void (*fire)(struct hd_loop_timer *timer);
};

/* What is called once when the loop is about to be freed, in its thread, when no task is left; the last added first. The place for what
 * else lives as long as a loop (an executor, libuv's handles: what they close is waited for). */
struct hd_loop_closer {
  struct hd_loop_closer *next;
  void (*close)(struct hd_loop_closer *closer, struct hd_loop_state *loop);
};

struct hd_task_state;
struct hd_loop_state {
  uint32_t references;
  struct hd_loop_queue ready;
  struct hd_loop_timer **timers; /* a heap with four branches, from index 0 */
  size_t timer_count, timer_capacity;
  uint64_t timer_order;
  struct hd_task_state *tasks; /* all that are not over, the youngest first */
  size_t task_count;
  uint32_t callback_number; /* last one given; atomic, the callbacks of other threads are counted, too */
  uint32_t task_number;     /* last one given, for names */
  bool running;             /* its thread is in it */
  bool stopping;
  bool polling;             /* inside libuv, whose calls are not told */
  struct hd_coroutine own;  /* the thread's stack, while a task runs */
  struct hd_stack_pool stacks;
  struct hd_task_state *spare; /* states to be used again */
  uint64_t reference;       /* in the recording, 0 while not recorded */
  const struct hd_source *source;
  struct hd_loop_closer *closers;
  uint32_t inbox_guard;
  struct hd_loop_queue inbox; /* from other threads */
  int bell;                   /* eventfd: something is in the inbox */
  uint32_t bell_rung;
  uv_loop_t uv;               /* polls descriptors and processes */
};

/* What the calling thread is in. */
struct hd_async_thread {
  struct hd_loop_state *loop; /* that runs in it */
  struct hd_task_state *task; /* that acts; NULL outside of a step */
};
extern __thread struct hd_async_thread hd_async_thread __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The loop that runs in the calling thread; NULL when none does. */
static inline struct hd_loop_state *hd_loop_running(void) { return hd_async_thread.loop; }

/* Puts it at the end of the queue. The loop's thread only. */
static inline void hd_loop_push(struct hd_loop_state *loop, struct hd_loop_entry *entry) {
  entry->next = NULL;
  *(loop->ready.last ? &loop->ready.last->next : &loop->ready.first) = entry;
  loop->ready.last = entry;
  loop->ready.count++;
}
/* The same from any thread: the loop is woken when it polls. False: the loop is closed, nothing was done. */
bool hd_loop_push_threadsafe(struct hd_loop_state *loop, struct hd_loop_entry *entry);

/* fire at the deadline. HD_OK, HD_ERROR_NO_MEMORY. */
int hd_loop_timer_add(struct hd_loop_state *loop, struct hd_loop_timer *timer, hd_deadline deadline);
/* Nothing when it is not in the heap. */
void hd_loop_timer_remove(struct hd_loop_state *loop, struct hd_loop_timer *timer);

static inline void hd_loop_add_closer(struct hd_loop_state *loop, struct hd_loop_closer *closer) {
  closer->next = loop->closers;
  loop->closers = closer;
}

#endif
