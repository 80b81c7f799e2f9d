/* The timers of a loop: a heap with four branches at each knot, which touches less memory than one with two (D. H. Larkin, S. Sen, R. E.
 * Tarjan, "A Back-to-Basics Empirical Study of Priority Queues", 2014). The deadlines stand in the heap, so that comparing them leaves
 * the timers alone. */
#include "loop-state.h"
#include <stdlib.h>

#define BRANCH_COUNT 4

static bool is_before(const struct hd_timer_place *a, const struct hd_timer_place *b) {
  return a->deadline != b->deadline ? a->deadline < b->deadline : a->timer->order < b->timer->order;
}

static void put(struct hd_loop_state *loop, size_t at, struct hd_timer_place place) {
  loop->timers[at] = place;
  place.timer->place = at + 1;
}

static void move_up(struct hd_loop_state *loop, size_t at, struct hd_timer_place place) {
  for (size_t above; at && is_before(&place, &loop->timers[above = (at - 1) / BRANCH_COUNT]); at = above)
    put(loop, at, loop->timers[above]);
  put(loop, at, place);
}

static void move_down(struct hd_loop_state *loop, size_t at, struct hd_timer_place place) {
  for (;;) {
    size_t below = at * BRANCH_COUNT + 1, end = below + BRANCH_COUNT < loop->timer_count ? below + BRANCH_COUNT : loop->timer_count;
    if (below >= end) break;
    size_t first = below;
    while (++below < end)
      if (is_before(&loop->timers[below], &loop->timers[first])) first = below;
    if (!is_before(&loop->timers[first], &place)) break;
    put(loop, at, loop->timers[first]);
    at = first;
  }
  put(loop, at, place);
}

int hd_loop_timer_add(struct hd_loop_state *loop, struct hd_loop_timer *timer, hd_deadline deadline) {
  if (loop->timer_count == loop->timer_capacity) {
    size_t capacity = loop->timer_capacity ? loop->timer_capacity * 2 : 64;
    struct hd_timer_place *larger = realloc(loop->timers, capacity * sizeof *larger);
    if (!larger) return HD_ERROR_NO_MEMORY;
    loop->timers = larger;
    loop->timer_capacity = capacity;
  }
  timer->deadline = deadline;
  timer->order = ++loop->timer_order;
  move_up(loop, loop->timer_count++, (struct hd_timer_place){deadline, timer});
  return HD_OK;
}

void hd_loop_timer_remove(struct hd_loop_state *loop, struct hd_loop_timer *timer) {
  if (!timer->place) return;
  size_t at = timer->place - 1;
  timer->place = 0;
  struct hd_timer_place last = loop->timers[--loop->timer_count];
  if (last.timer == timer) return;
  if (at && is_before(&last, &loop->timers[(at - 1) / BRANCH_COUNT]))
    move_up(loop, at, last);
  else
    move_down(loop, at, last);
}

void hd_loop_fire(struct hd_loop_state *loop, hd_deadline now) {
  for (struct hd_loop_timer *timer; loop->timer_count && loop->timers[0].deadline <= now;) {
    timer = loop->timers[0].timer;
    hd_loop_timer_remove(loop, timer);
    timer->fire(timer);
  }
}
