/* A thread's place in the schedule of a seeded run. */
#ifndef HEDDLE_SEED_ACTOR_H
#define HEDDLE_SEED_ACTOR_H
#include <stdbool.h>
#include <stdint.h>

enum hd_seed_state {
  HD_SEED_READY,   /* could go on */
  HD_SEED_RUNNING, /* has the turn */
  HD_SEED_WAITING, /* sleeps on a word */
  HD_SEED_AWAY,    /* in a call of the system, without the turn */
};

/* What its thread's turn word says. */
enum { HD_TURN_NONE, HD_TURN_HAS, HD_TURN_KEEPS_TIME };

#define HD_SEED_SEEN_COUNT 16u
struct hd_seed_seen {
  const void *shared;
  uint64_t version;
};

struct hd_seed_actor {
  struct hd_seed_actor *next, *previous; /* in the order in which they came */
  uint32_t index;                        /* how many came before */
  uint32_t turn;                         /* its thread sleeps on it */
  uint32_t thread_id;                    /* kernel's; 0 until the thread runs */
  enum hd_seed_state state;
  bool candidate; /* for the decision that is being made */
  bool timed_out;
  const uint32_t *word; /* while it waits */
  int64_t deadline;     /* while it waits; HD_NEVER: none */
  uint64_t ticket;      /* numbers the waits */
  int64_t left_clock_ns, left_real_ns;
  int64_t priority;
  int64_t look_ns;                              /* what its last look at the clock took, when it did nothing since */
  struct hd_seed_seen seen[HD_SEED_SEEN_COUNT]; /* versions read, and not built upon yet */
  uint32_t seen_next;
};

#endif
