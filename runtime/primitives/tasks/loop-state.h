/* A loop's state: what is ready, what waits for a time, what libuv polls. All of it is for the loop's thread, but the inbox. */
#ifndef HEDDLE_LOOP_STATE_H
#define HEDDLE_LOOP_STATE_H
#include "coroutine.h"
#include "trace.h"
#include "word.h"
#include <heddle/timeout.h>
#include <uv.h>

/* Something in the queue of what is ready: run once, in the order of coming. What is left when the loop is closed is run then, with
 * loop->closed set: it only frees what it has. */
struct hd_loop_entry {
  struct hd_loop_entry *next;
  void (*run)(struct hd_loop_entry *entry);
};
struct hd_loop_queue {
  struct hd_loop_entry *first, *last;
};

struct hd_timer_place {
  hd_deadline deadline;
  struct hd_loop_timer *timer;
};

struct hd_loop_state;
/* What is called once when the loop is about to be closed, in its thread, when no task is left; the last added first. The place for what
 * else lives as long as a loop (an executor, handles of libuv: those that it closes are waited for). */
struct hd_loop_closer {
  struct hd_loop_closer *next;
  void (*close)(struct hd_loop_closer *closer, struct hd_loop_state *loop);
};

/* A loop sleeps on a word; when libuv has something to poll, in a poll that an eventfd ends, too. */
enum hd_loop_sleep { HD_LOOP_AWAKE, HD_LOOP_ON_WORD, HD_LOOP_IN_POLL };

struct hd_task_state;
struct hd_loop_state {
  struct hd_loop_queue ready;
  struct hd_timer_place *timers; /* a heap */
  size_t timer_count, timer_capacity;
  uint64_t timer_order;
  struct hd_task_state *tasks; /* all that are not over, the youngest first */
  size_t task_count;
  uint32_t task_number; /* last one given, for names */
  bool stopping, closed;
  struct hd_coroutine own; /* the thread's stack, while a task runs */
  struct hd_stack_pool stacks;
  struct hd_loop_closer *closers;
  uint64_t reference; /* in the recording, 0 while not recorded */
  const struct hd_source *source;
  bool polling; /* inside libuv, whose calls are not told */
  uv_loop_t uv; /* polls descriptors and processes */

  /* For all threads. */
  uint32_t references;
  uint32_t callback_number; /* last one given, for the recording */
  uintptr_t thread;         /* hd_current_identity of the one that runs it; 0: none does */
  uint32_t mail;            /* 1: there is something in the inbox. Changed under the guard; the loop reads it without, and sleeps on it */
  uint32_t guard;           /* of what follows */
  uint8_t sleep;            /* enum hd_loop_sleep: how who puts something into the inbox wakes it */
  bool shut;                /* nothing may be put into it any more */
  struct hd_loop_queue inbox;
  int bell; /* eventfd */
};

/* What the calling thread is in. */
struct hd_async_thread {
  struct hd_loop_state *loop; /* that it runs */
  struct hd_task_state *task; /* that acts; NULL outside of a step */
};
extern __thread struct hd_async_thread hd_async_thread __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The loop that runs in the calling thread; NULL when none does. */
static inline struct hd_loop_state *hd_loop_running(void) { return hd_async_thread.loop; }

/* Whether another thread runs it: then this one must keep off. */
static inline bool hd_loop_is_elsewhere(const struct hd_loop_state *loop) {
  return loop != hd_async_thread.loop && __atomic_load_n(&loop->thread, __ATOMIC_RELAXED);
}

static inline void hd_loop_append(struct hd_loop_queue *queue, struct hd_loop_entry *entry) {
  entry->next = NULL;
  *(queue->last ? &queue->last->next : &queue->first) = entry;
  queue->last = entry;
}
/* Puts it at the end of what is ready. The loop's thread only. */
static inline void hd_loop_push(struct hd_loop_state *loop, struct hd_loop_entry *entry) { hd_loop_append(&loop->ready, entry); }
/* The same from any thread: the loop is woken when it sleeps. tell, when not NULL, is called before anybody can see the entry, with what to
 * tell it to (NULL: nobody). False: the loop is closed, nothing was done. No emission is open, no guard held. */
bool hd_loop_push_threadsafe(struct hd_loop_state *loop, struct hd_loop_entry *entry,
                             void (*tell)(struct hd_loop_entry *entry, struct hd_emit *emit));

/* Calls timer->fire (set by the caller) at the deadline, by the loop, outside of any task: it makes something ready, and nothing else. The
 * timer lies wherever its owner likes; its place is 0 at first. HD_OK, HD_ERROR_NO_MEMORY. */
int hd_loop_timer_add(struct hd_loop_state *loop, struct hd_loop_timer *timer, hd_deadline deadline);
/* Nothing when it has fired or was not added. */
void hd_loop_timer_remove(struct hd_loop_state *loop, struct hd_loop_timer *timer);
/* Fires what is due. */
void hd_loop_fire(struct hd_loop_state *loop, hd_deadline now);

static inline void hd_loop_add_closer(struct hd_loop_state *loop, struct hd_loop_closer *closer) {
  closer->next = loop->closers;
  loop->closers = closer;
}

static inline struct hd_loop_state *hd_loop_ref(struct hd_loop_state *loop) {
  __atomic_add_fetch(&loop->references, 1, __ATOMIC_RELAXED);
  return loop;
}
/* Frees it with the last reference; one that is not closed is so then. */
void hd_loop_unref(struct hd_loop_state *loop);
struct hd_loop_state *hd_loop_make(const struct hd_loop_options *options, int *error, const struct hd_source *source);
/* Runs it until the task is over (NULL: for ever), or it is stopped: HD_OK, HD_ERROR_STOPPED; or HD_ERROR_LOOP_RUNNING, HD_ERROR_CLOSED. */
int hd_loop_turn(struct hd_loop_state *loop, const struct hd_task_state *until, const struct hd_source *source);
/* hd_loop_close. */
int hd_loop_shut(struct hd_loop_state *loop, const struct hd_source *source);

#endif
