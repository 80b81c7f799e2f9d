/* What the files of the seeded schedule share: the process's schedule, under its guard. */
#ifndef HEDDLE_SEED_SCHEDULE_H
#define HEDDLE_SEED_SCHEDULE_H
#include "futex.h"
#include "seed-choice.h"
#include "seed-report.h"
#include "seed.h"

struct hd_seed_schedule {
  uint32_t guard; /* 0 free, 1 held, 2 held and perhaps slept for: as word.h's, but beneath what the schedule itself hooks into */
  int64_t seed;
  struct hd_seed_choice choice;
  struct hd_seed_actor *first, *last;
  struct hd_seed_actor *current; /* has the turn; NULL: all of them wait or are away */
  struct hd_seed_actor *keeper;  /* waits for the earliest deadline in real time, while current is NULL */
  uint32_t actor_count;          /* in the list */
  uint32_t away_count;
  uint32_t entered_count, child_count, last_unseeded; /* ever */
  uint64_t ticket;
  int64_t clock_ns;
  int64_t shown_ns;      /* of skipped time, in the recording */
  bool others_seen;      /* threads that are not of the schedule wait for words of the runtime, or exist */
  bool is_first;         /* the process that the report's order is of */
  uint32_t silent_count; /* threads that are none of the program's: LTTng's, a sanitizer's */
  struct hd_seed_report *report;
};
extern struct hd_seed_schedule hd_seed_schedule;
extern struct hd_seed_actor hd_seed_first_place;    /* of the thread that a process begins with */
extern __thread struct hd_seed_actor *hd_seed_self; /* NULL: the calling thread is not of the schedule */

void hd_seed_guard_enter(void);
void hd_seed_guard_leave(void);

/* With the guard held: puts a new place at the list's end, ready; takes one out. */
void hd_seed_add(struct hd_seed_actor *actor);
void hd_seed_remove(struct hd_seed_actor *actor);
/* With the guard held: chooses who goes on, and gives it the turn; from: who has it now, NULL when nobody has. Returns who is to be woken
 * at its turn word once the guard is left, NULL when that is nobody or the calling thread itself. */
struct hd_seed_actor *hd_seed_pass(struct hd_seed_actor *from);
void hd_seed_wake_up(struct hd_seed_actor *actor);
/* Without the guard: sleeps until the calling thread has the turn. */
void hd_seed_park(struct hd_seed_actor *self);

/* With the guard held, and nobody running: when it is recorded, lets some time pass, so that it can be seen that time passed. */
void hd_seed_pause(int64_t length_ns);

/* seed-stuck.c. With the guard held: whether threads exist that the schedule knows nothing of. Ends the process, when none of its threads
 * can ever go on. A thread that leaves the schedule may go on existing for a while: not to be taken for a stranger. */
bool hd_seed_others_exist(void);
_Noreturn void hd_seed_stuck(void);
void hd_seed_note_end(uint32_t thread_id);

/* With the guard held: something of the run is not decided by the seed. */
static inline void hd_seed_note_unseeded(void) { __atomic_add_fetch(&hd_seed_schedule.report->unseeded_count, 1, __ATOMIC_RELAXED); }

#endif
