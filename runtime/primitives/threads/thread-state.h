/* A thread's state, shared by its handles and by the thread itself. */
#ifndef HEDDLE_THREAD_STATE_H
#define HEDDLE_THREAD_STATE_H
#include "seed.h"
#include "word.h"
#include <heddle/thread.h>
#include <pthread.h>

enum hd_thread_phase {
  HD_PHASE_NEW,
  HD_PHASE_RUNNING,
  HD_PHASE_ENDED,   /* the routine has returned; what the system keeps of the thread is still to be collected */
  HD_PHASE_REAPING, /* a joiner collects it */
  HD_PHASE_REAPED,
};

struct hd_thread_state {
  uint32_t phase;      /* enum hd_thread_phase; joiners sleep on it */
  uint32_t references; /* handles, and the running thread's own */
  uint32_t guard;      /* of name, and of the step from RUNNING to ENDED */
  uint32_t thread_id;  /* kernel's, 0 until the thread runs; who asks earlier sleeps on it */
  uint32_t actor;      /* emitter number, 0 while it is not recorded */
  uint32_t creator;    /* emitter number of who started it */
  bool daemon;
  bool enrolled;    /* the interpreter lock was on when it was started: it takes part */
  bool named;       /* by the program */
  bool returned;    /* its routine did; else it ended by pthread_exit or was cancelled */
  pthread_t handle; /* set by the thread itself */
  hd_thread_routine *routine;
  void *argument;
  struct hd_context_state *context;        /* that it is to begin in; owned until it begins; NULL: an empty one */
  char *name;                              /* owned */
  struct hd_seed_actor *place;             /* in a seeded schedule, made by who starts it */
  struct hd_thread_state *next, *previous; /* in the registry, while it is alive */
};

static inline enum hd_thread_phase hd_thread_phase(const struct hd_thread_state *state) {
  return (enum hd_thread_phase)__atomic_load_n(&state->phase, __ATOMIC_ACQUIRE);
}
/* Moves on and wakes who sleeps for it. */
void hd_thread_set_phase(struct hd_thread_state *state, enum hd_thread_phase phase);

struct hd_thread_state *hd_thread_state_new(hd_thread_routine *routine, void *argument, const char *name);
static inline struct hd_thread_state *hd_thread_state_ref(struct hd_thread_state *state) {
  __atomic_add_fetch(&state->references, 1, __ATOMIC_RELAXED);
  return state;
}
/* Frees it with the last reference. */
void hd_thread_state_unref(struct hd_thread_state *state);

/* As hd_thread_start, but no end of an operation: a guard may be held. */
int hd_thread_state_start(struct hd_thread_state *state, const struct hd_source *source);
/* Waits for its end until the deadline: HD_OK or HD_ERROR_TIMEOUT. */
int hd_thread_state_join(struct hd_thread_state *state, int64_t timeout_ns, const struct hd_source *source);

/* The registry of all that are alive. */
void hd_registry_add(struct hd_thread_state *state);
void hd_registry_remove(struct hd_thread_state *state);
/* Waits for all threads but daemons and the calling one. */
void hd_threads_end(void);

#endif
