/* Who has the turn, and who gets it next. */
#include "seed-schedule.h"
#include "trace.h"
#include <stddef.h>

#define STEP_NS HD_MICROSECOND_NS
#define LOOK_MAX_NS HD_MILLISECOND_NS
/* How long a skip of time seems in a recording, and all of them together. */
#define SHOWN_SKIP_NS (100 * HD_MILLISECOND_NS)
#define SHOWN_MAX_NS (3 * HD_SECOND_NS)

struct hd_seed_schedule hd_seed_schedule;
#define schedule hd_seed_schedule
__attribute__((tls_model("initial-exec"))) __thread struct hd_seed_actor *hd_seed_self;

void hd_seed_guard_enter(void) {
  uint32_t free = 0;
  if (__atomic_compare_exchange_n(&schedule.guard, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return;
  while (__atomic_exchange_n(&schedule.guard, 2, __ATOMIC_ACQUIRE)) hd_futex_really_wait(&schedule.guard, 2, HD_NEVER);
}

void hd_seed_guard_leave(void) {
  if (__atomic_exchange_n(&schedule.guard, 0, __ATOMIC_RELEASE) == 2) hd_futex_really_wake(&schedule.guard, 1);
}

/* Only forward. Who is not of the schedule reads it without the guard. */
static void set_clock(int64_t at_ns) {
  if (at_ns > schedule.clock_ns) __atomic_store_n(&schedule.clock_ns, at_ns, __ATOMIC_RELAXED);
}

static bool sleeps(const struct hd_seed_actor *actor) { return actor->state == HD_SEED_WAITING && actor->word == &hd_nobody_wakes; }

/* The one whose deadline comes first; of those who only sleep, if that is asked for. NULL: none has one. */
static struct hd_seed_actor *earliest(bool of_sleepers) {
  struct hd_seed_actor *best = NULL;
  for (struct hd_seed_actor *actor = schedule.first; actor; actor = actor->next)
    if (actor->state == HD_SEED_WAITING && actor->deadline != HD_NEVER && (!of_sleepers || sleeps(actor)) &&
        (!best || actor->deadline < best->deadline))
      best = actor;
  return best;
}

static void end_wait(struct hd_seed_actor *actor, bool timed_out) {
  if (actor->deadline == HD_NEVER) __atomic_sub_fetch(&schedule.report->waiting_count, 1, __ATOMIC_RELAXED);
  actor->state = HD_SEED_READY;
  actor->timed_out = timed_out;
}

/* Ends the waits whose time has come. Says how many could go on. */
static uint32_t expire(void) {
  uint32_t ready_count = 0;
  for (struct hd_seed_actor *actor = schedule.first; actor; actor = actor->next) {
    if (actor->state == HD_SEED_WAITING && actor->deadline <= schedule.clock_ns) end_wait(actor, true);
    actor->candidate = actor->state == HD_SEED_READY;
    ready_count += actor->candidate;
  }
  return ready_count;
}

/* A sleeper wakes although others could go on: they were slow. Slow is not late: their own deadlines move with it. */
static void wake_early(struct hd_seed_actor *sleeper) {
  int64_t skipped_ns = sleeper->deadline > schedule.clock_ns ? sleeper->deadline - schedule.clock_ns : 0;
  for (struct hd_seed_actor *actor = schedule.first; actor; actor = actor->next)
    if (actor->state == HD_SEED_WAITING && !sleeps(actor) && actor->deadline < HD_NEVER - skipped_ns) actor->deadline += skipped_ns;
  set_clock(schedule.clock_ns + skipped_ns);
  end_wait(sleeper, true);
}

void hd_seed_pause(int64_t length_ns) {
  int64_t left_ns = SHOWN_MAX_NS - schedule.shown_ns;
  if (!hd_emit_is_recording()) return;
  if (length_ns > left_ns) length_ns = left_ns;
  if (length_ns > SHOWN_SKIP_NS) length_ns = SHOWN_SKIP_NS;
  int64_t until_ns = hd_real_clock_ns() + length_ns;
  while (!hd_futex_really_wait(&hd_nobody_wakes, 0, until_ns)) {}
  schedule.shown_ns += length_ns;
}

/* Nobody can go on. True when time was skipped, and somebody can now. */
static bool skip_time(void) {
  struct hd_seed_actor *next = earliest(false);
  if (schedule.away_count || hd_seed_others_exist()) { /* time passes as it does: one of those who wait looks at it */
    schedule.keeper = next;
    return false;
  }
  if (next) {
    hd_seed_pause(next->deadline - schedule.clock_ns);
    set_clock(next->deadline);
  } else {
    hd_seed_stuck();
  }
  return true;
}

static void give_turn(struct hd_seed_actor *actor) {
  actor->state = HD_SEED_RUNNING;
  schedule.current = actor;
  if (!schedule.is_first) return;
  __atomic_add_fetch(&schedule.report->step_count, 1, __ATOMIC_RELAXED);
  __atomic_store_n(&schedule.report->order, hd_seed_mix(schedule.report->order ^ (actor->index + 1)), __ATOMIC_RELAXED);
}

struct hd_seed_actor *hd_seed_pass(struct hd_seed_actor *from) {
  struct hd_seed_actor *keeper = schedule.keeper;
  schedule.keeper = schedule.current = NULL;
  set_clock(schedule.clock_ns + STEP_NS);
  uint32_t ready_count = expire();
  if (!ready_count) {
    if (!schedule.first) return NULL; /* the last thread has left */
    if (!skip_time()) {
      if (schedule.keeper) __atomic_store_n(&schedule.keeper->turn, HD_TURN_KEEPS_TIME, __ATOMIC_RELEASE);
      return schedule.keeper;
    }
    expire();
  }
  struct hd_seed_actor *sleeper = schedule.choice.short_sleeps ? earliest(true) : NULL;
  if (sleeper) sleeper->candidate = true;
  struct hd_seed_actor *next = hd_seed_choose(&schedule.choice, schedule.first, from);
  if (next->state == HD_SEED_WAITING) wake_early(next);
  if (keeper && keeper != next) __atomic_store_n(&keeper->turn, HD_TURN_NONE, __ATOMIC_RELEASE);
  give_turn(next);
  if (next == from) return NULL;
  __atomic_store_n(&next->turn, HD_TURN_HAS, __ATOMIC_RELEASE);
  return next;
}

void hd_seed_wake_up(struct hd_seed_actor *actor) {
  if (actor) hd_futex_really_wake(&actor->turn, 1); /* it may have ended by now: waking a word that means something else is harmless */
}

/* In real time, until the earliest deadline of all who wait: unless somebody has the turn by then, it has come. */
static void keep_time(struct hd_seed_actor *self) {
  if (!hd_futex_really_wait(&self->turn, HD_TURN_KEEPS_TIME, hd_seed_real_deadline(self->deadline))) return;
  hd_seed_guard_enter();
  struct hd_seed_actor *next = NULL;
  if (schedule.keeper == self) {
    set_clock(self->deadline);
    next = hd_seed_pass(NULL);
  }
  hd_seed_guard_leave();
  if (next != self) hd_seed_wake_up(next);
}

void hd_seed_park(struct hd_seed_actor *self) {
  for (uint32_t turn; (turn = __atomic_load_n(&self->turn, __ATOMIC_ACQUIRE)) != HD_TURN_HAS;)
    if (turn == HD_TURN_KEEPS_TIME)
      keep_time(self);
    else
      hd_futex_really_wait(&self->turn, HD_TURN_NONE, HD_NEVER);
  __atomic_store_n(&self->turn, HD_TURN_NONE, __ATOMIC_RELAXED);
}

/* With the guard held, which it leaves: others may go on, until it is this one's turn again. */
static void pass_and_park(struct hd_seed_actor *self) {
  struct hd_seed_actor *next = hd_seed_pass(self);
  bool stays = schedule.current == self;
  hd_seed_guard_leave();
  if (stays) return;
  hd_seed_wake_up(next);
  hd_seed_park(self);
}

/* A signal handler may run on a thread that has not the turn. */
static struct hd_seed_actor *running_self(void) {
  struct hd_seed_actor *self = hd_seed_self;
  return self && self->state == HD_SEED_RUNNING ? self : NULL;
}

void hd_seed_look(void) {
  struct hd_seed_actor *self = running_self();
  if (!self) return;
  int64_t look_ns = self->look_ns ? self->look_ns * 2 : STEP_NS;
  hd_seed_decide();
  self->look_ns = look_ns < LOOK_MAX_NS ? look_ns : LOOK_MAX_NS;
  hd_seed_guard_enter();
  set_clock(schedule.clock_ns + self->look_ns);
  hd_seed_guard_leave();
}

void hd_seed_decide(void) {
  struct hd_seed_actor *self = running_self();
  if (!self) return;
  self->look_ns = 0;
  hd_seed_guard_enter();
  self->state = HD_SEED_READY;
  pass_and_park(self);
}

bool hd_seed_wait(const uint32_t *word, uint32_t expected, int64_t deadline, bool *timed_out) {
  struct hd_seed_actor *self = running_self();
  if (!self) {
    if (!__atomic_exchange_n(&schedule.others_seen, true, __ATOMIC_SEQ_CST)) hd_seed_note_unseeded();
    return false;
  }
  hd_seed_guard_enter();
  self->timed_out = __atomic_load_n(word, __ATOMIC_SEQ_CST) == expected && deadline <= schedule.clock_ns;
  if (__atomic_load_n(word, __ATOMIC_SEQ_CST) != expected || self->timed_out) {
    hd_seed_guard_leave();
  } else {
    self->state = HD_SEED_WAITING;
    self->word = word;
    self->deadline = deadline;
    self->ticket = ++schedule.ticket;
    if (deadline == HD_NEVER) __atomic_add_fetch(&schedule.report->waiting_count, 1, __ATOMIC_RELAXED);
    pass_and_park(self);
  }
  *timed_out = self->timed_out;
  return true;
}

/* Who sleeps on the word longest; NULL: nobody. */
static struct hd_seed_actor *first_waiting(const uint32_t *word) {
  struct hd_seed_actor *best = NULL;
  for (struct hd_seed_actor *actor = schedule.first; actor; actor = actor->next)
    if (actor->state == HD_SEED_WAITING && actor->word == word && (!best || actor->ticket < best->ticket)) best = actor;
  return best;
}

bool hd_seed_wake(const uint32_t *word, uint32_t count) {
  __sync_synchronize(); /* the word has changed, before this looks for who sleeps on it */
  hd_seed_guard_enter();
  bool woken = false;
  for (struct hd_seed_actor *actor; count && (actor = first_waiting(word)); count--, woken = true) end_wait(actor, false);
  struct hd_seed_actor *next = woken && !schedule.current ? hd_seed_pass(NULL) : NULL; /* by who is not of the schedule */
  hd_seed_guard_leave();
  hd_seed_wake_up(next);
  return count && __atomic_load_n(&schedule.others_seen, __ATOMIC_SEQ_CST);
}

void hd_seed_leave_turn(void) {
  struct hd_seed_actor *self = running_self();
  if (!self) return;
  hd_seed_guard_enter();
  self->left_clock_ns = schedule.clock_ns;
  self->left_real_ns = hd_real_clock_ns();
  self->state = HD_SEED_AWAY;
  schedule.away_count++;
  hd_seed_note_unseeded();
  struct hd_seed_actor *next = hd_seed_pass(NULL);
  hd_seed_guard_leave();
  hd_seed_wake_up(next);
}

void hd_seed_take_turn(void) {
  struct hd_seed_actor *self = hd_seed_self;
  if (!self || self->state != HD_SEED_AWAY) return;
  hd_seed_guard_enter();
  set_clock(self->left_clock_ns + hd_real_clock_ns() - self->left_real_ns);
  schedule.away_count--;
  self->state = HD_SEED_READY;
  struct hd_seed_actor *next = schedule.current ? NULL : hd_seed_pass(NULL);
  hd_seed_guard_leave();
  if (next != self) hd_seed_wake_up(next);
  hd_seed_park(self);
}

int64_t hd_seed_clock_ns(void) { return __atomic_load_n(&schedule.clock_ns, __ATOMIC_RELAXED); }

int64_t hd_seed_real_deadline(int64_t deadline) {
  if (deadline == HD_NEVER) return HD_NEVER;
  int64_t left_ns = deadline - hd_seed_clock_ns(), now_ns = hd_real_clock_ns();
  return left_ns > HD_NEVER - now_ns ? HD_NEVER : now_ns + left_ns;
}
