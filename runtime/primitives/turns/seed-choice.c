#include "seed-choice.h"
#include <stddef.h>

#define STAY_MAX 1000u
#define SCALE_LOWEST 4u /* choices */
#define SCALE_STEPS 10u /* doublings, from the lowest on */

static uint64_t draw(struct hd_seed_choice *choice) { return hd_seed_mix(choice->random += 0x9e3779b97f4a7c15u); }
static uint64_t draw_below(struct hd_seed_choice *choice, uint64_t bound) { return draw(choice) % bound; }

void hd_seed_choice_begin(struct hd_seed_choice *choice, uint64_t seed) {
  static const enum hd_seed_way ways[] = {HD_SEED_AT_RANDOM, HD_SEED_BY_PRIORITY, HD_SEED_BY_PRIORITY, HD_SEED_FEW_PREEMPTIONS};
  *choice = (struct hd_seed_choice){.random = hd_seed_mix(seed), .way = ways[seed % 4], .short_sleeps = seed >> 2 & 1};
  static const uint32_t stays_of_8[] = {0, 4, 6};
  choice->stay_of_8 = stays_of_8[draw_below(choice, 3)];
  choice->moment_count = 1 + (uint32_t)draw_below(choice, choice->way == HD_SEED_BY_PRIORITY ? 3 : 2);
  uint64_t scale = SCALE_LOWEST << draw_below(choice, SCALE_STEPS);
  for (uint32_t i = 0; i < choice->moment_count; i++) choice->moments[i] = 1 + draw_below(choice, scale);
}

int64_t hd_seed_choice_priority(struct hd_seed_choice *choice) { return 1 + (int64_t)(draw(choice) >> 2); }

static uint32_t count_candidates(const struct hd_seed_actor *first) {
  uint32_t count = 0;
  for (const struct hd_seed_actor *actor = first; actor; actor = actor->next) count += actor->candidate;
  return count;
}

/* Any candidate but this one (NULL: any at all). */
static struct hd_seed_actor *any(struct hd_seed_choice *choice, struct hd_seed_actor *first, const struct hd_seed_actor *but) {
  uint64_t left = draw_below(choice, count_candidates(first) - (but && but->candidate));
  for (struct hd_seed_actor *actor = first;; actor = actor->next)
    if (actor->candidate && actor != but && left-- == 0) return actor;
}

static struct hd_seed_actor *highest(struct hd_seed_actor *first) {
  struct hd_seed_actor *best = NULL;
  for (struct hd_seed_actor *actor = first; actor; actor = actor->next)
    if (actor->candidate && (!best || actor->priority > best->priority)) best = actor;
  return best;
}

static bool is_moment(const struct hd_seed_choice *choice) {
  for (uint32_t i = 0; i < choice->moment_count; i++)
    if (choice->moments[i] == choice->choice_count) return true;
  return false;
}

struct hd_seed_actor *hd_seed_choose(struct hd_seed_choice *choice, struct hd_seed_actor *first, struct hd_seed_actor *current) {
  if (count_candidates(first) == 1) return highest(first);
  choice->choice_count++;
  bool may_stay = current && current->candidate, overtaken = may_stay && choice->stay_count >= STAY_MAX;
  bool interrupted = may_stay && (overtaken || is_moment(choice));
  struct hd_seed_actor *next;
  switch (choice->way) {
  case HD_SEED_BY_PRIORITY:
    if (interrupted) current->priority = --choice->lowest;
    next = highest(first);
    break;
  case HD_SEED_FEW_PREEMPTIONS:
    next = may_stay && !interrupted ? current : any(choice, first, current);
    break;
  default:
    next = may_stay && !overtaken && draw_below(choice, 8) < choice->stay_of_8 ? current : any(choice, first, overtaken ? current : NULL);
  }
  choice->stay_count = next == current ? choice->stay_count + 1 : 0;
  return next;
}
