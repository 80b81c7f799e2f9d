/* Dining philosophers who hardly ever hang.
 *
 * Three guests, three forks, and nobody arranges a bad moment: each comes a little later than the one before, takes the fork on the left,
 * the one on the right, eats, puts both back, and thinks for a while. Three meals each, and everybody goes home.
 *
 * What to look at: whoever gets hungry finds both forks free. The finding says that the three forks are taken in a circle, though nothing
 * happened.
 * What to try: `heddle explore -- build/demos/explore-philosophers`: after some tens of other orders of the same events it finds one in
 * which all three sit with one fork each. `heddle demo explore-philosophers --seed N` shows it, as often as you like.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 4
 * expect: objects lock 3
 * expect: finding lock-order predicted|potential plato,laozi,hypatia
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define GUESTS 3
#define MEALS 3
static const char *const names[GUESTS] = {"plato", "laozi", "hypatia"};
static struct hd_lock forks[GUESTS];

static void dine(void *argument) {
  int seat = (int)((struct hd_lock *)argument - forks);
  struct hd_lock *left = &forks[seat], *right = &forks[(seat + 1) % GUESTS];
  hd_thread_sleep((20 + 60 * seat) * HD_MILLISECOND_NS);
  for (int meal = 0; meal < MEALS; meal++) {
    hd_lock_acquire(left);
    hd_lock_acquire(right);
    hd_thread_sleep(30 * HD_MILLISECOND_NS); /* eats */
    hd_lock_release(right);
    hd_lock_release(left);
    hd_thread_sleep(150 * HD_MILLISECOND_NS); /* thinks */
  }
}

int main(void) {
  struct hd_thread guests[GUESTS];
  for (int i = 0; i < GUESTS; i++) {
    char name[16];
    snprintf(name, sizeof name, "fork-%d", i);
    hd_lock_init(&forks[i], name);
  }
  for (int i = 0; i < GUESTS; i++) hd_thread_create(&guests[i], dine, &forks[i], names[i]);
  for (int i = 0; i < GUESTS; i++) hd_thread_join(&guests[i]);
  return 0;
}
