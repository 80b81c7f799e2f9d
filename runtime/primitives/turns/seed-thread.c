/* How threads come into the schedule, and leave it. */
#include "current.h"
#include "seed-schedule.h"
#include <pthread.h>
#include <stdlib.h>

#define schedule hd_seed_schedule

void hd_seed_add(struct hd_seed_actor *actor) {
  actor->index = schedule.entered_count++;
  actor->state = HD_SEED_READY;
  actor->deadline = HD_NEVER;
  actor->priority = hd_seed_choice_priority(&schedule.choice);
  actor->previous = schedule.last;
  *(schedule.last ? &schedule.last->next : &schedule.first) = actor;
  schedule.last = actor;
  schedule.actor_count++;
}

void hd_seed_remove(struct hd_seed_actor *actor) {
  *(actor->previous ? &actor->previous->next : &schedule.first) = actor->next;
  *(actor->next ? &actor->next->previous : &schedule.last) = actor->previous;
  schedule.actor_count--;
}

struct hd_seed_actor *hd_seed_reserve(void) {
  struct hd_seed_actor *place = hd_seed_is_on() ? calloc(1, sizeof *place) : NULL;
  if (!place) return NULL; /* without memory the thread is not of the schedule */
  hd_seed_guard_enter();
  hd_seed_add(place);
  if (!hd_seed_self) hd_seed_note_unseeded(); /* when its creator makes it is not for the seed to say */
  struct hd_seed_actor *next = schedule.current ? NULL : hd_seed_pass(NULL);
  hd_seed_guard_leave();
  hd_seed_wake_up(next);
  return place;
}

/* Leaves the schedule; who has the turn gives it to another. */
static void leave(struct hd_seed_actor *place) {
  hd_seed_guard_enter();
  hd_seed_remove(place);
  struct hd_seed_actor *next = schedule.current == place ? hd_seed_pass(NULL) : NULL;
  hd_seed_guard_leave();
  hd_seed_wake_up(next);
  if (place != &hd_seed_first_place) free(place);
}

void hd_seed_give_back(struct hd_seed_actor *place) {
  if (place) leave(place);
}

void hd_seed_begin(struct hd_seed_actor *place) {
  if (!place) return;
  hd_seed_self = place;
  __atomic_store_n(&place->thread_id, hd_current_thread_id(), __ATOMIC_RELAXED);
  hd_seed_park(place);
}

void hd_seed_end(void) {
  struct hd_seed_actor *self = hd_seed_self;
  if (!self) return;
  hd_seed_self = NULL;
  hd_seed_note_end(self->thread_id);
  leave(self);
}
