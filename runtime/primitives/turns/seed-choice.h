/* How a seed chooses who goes on, where several could.
 *
 * One way of choosing finds one kind of mistake, so the seed also decides which way (its remainder by 4) and with which numbers:
 *
 *   0     at random: stays with the thread that runs, with a chance of 0, 1/2 or 3/4; else takes any, each as likely.
 *   1, 2  by priorities, as PCT (S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte: "A Randomized Scheduler with Probabilistic
 *         Guarantees of Finding Bugs", ASPLOS 2010): each thread has a random priority, the highest that could goes on; at one to three
 *         random moments whoever runs falls below all others. Mistakes that need few steps in a certain order are found with a chance that
 *         the paper gives: at least 1/(n·k^(d−1)) for n threads, k steps, and d of these steps.
 *   3     with few preemptions, as CHESS bounds them (M. Musuvathi, S. Qadeer: "Iterative Context Bounding for Systematic Testing of
 *         Multithreaded Programs", PLDI 2007): a thread runs until it must wait, then any goes on; at one or two random moments it is
 *         preempted.
 *
 * How many choices a run will have is not known when it begins, so the seed also draws the scale of its moments, 4 to 2048 choices.
 * Under half of the seeds (by their third bit) a thread that only sleeps may wake before the others have done what they could in that
 * time: that finds programs in which a sleep stands for synchronization. And since a thread may wait for another in a loop, who went on
 * STAY_MAX times while others could is overtaken. */
#ifndef HEDDLE_SEED_CHOICE_H
#define HEDDLE_SEED_CHOICE_H
#include "seed-actor.h"

#define HD_SEED_MOMENTS_MAX 3

enum hd_seed_way { HD_SEED_AT_RANDOM, HD_SEED_BY_PRIORITY, HD_SEED_FEW_PREEMPTIONS };

struct hd_seed_choice {
  uint64_t random; /* state of the generator */
  enum hd_seed_way way;
  bool short_sleeps;
  uint32_t stay_of_8; /* at random: in eighths */
  uint32_t moment_count;
  uint64_t moments[HD_SEED_MOMENTS_MAX]; /* numbers of the choices at which a thread falls back or is preempted */
  uint64_t choice_count;
  uint32_t stay_count; /* how often one went on while others could */
  int64_t lowest;      /* priority given to who fell back last */
};

void hd_seed_choice_begin(struct hd_seed_choice *choice, uint64_t seed);
/* A new thread's priority. */
int64_t hd_seed_choice_priority(struct hd_seed_choice *choice);
/* One of the candidates (at least one) in the list; current: the one that had the turn, NULL when it must wait or has ended. */
struct hd_seed_actor *hd_seed_choose(struct hd_seed_choice *choice, struct hd_seed_actor *first, struct hd_seed_actor *current);

/* Mixes bits (the finalizer of splitmix64: S. Vigna, public domain). */
static inline uint64_t hd_seed_mix(uint64_t bits) {
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
  return bits ^ bits >> 31;
}

#endif
