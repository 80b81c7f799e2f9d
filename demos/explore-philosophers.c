/* Dining philosophers who hardly ever hang.
 *
 * Three guests, three forks, and nobody arranges a bad moment: each thinks for a while of his own, takes the fork on the left, the one on
 * the right, eats, and puts both back. Three meals each, and everybody goes home.
 *
 * What to look at: here and there somebody waits for a neighbour's fork, never for long. The finding says that the three forks are taken in
 * a circle, though nothing happened. What to try: `heddle explore -- build/demos/explore-philosophers`: after some tens of other orders of
 * the same events it finds one in which all three sit with one fork each. `heddle demo explore-philosophers --seed N` shows it, as often as
 * you like.
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
  for (int meal = 0; meal < MEALS; meal++) {
    hd_thread_sleep((20 + 70 * seat) * HD_MILLISECOND_NS); /* thinks; seldom do two get hungry at once */
    hd_lock_acquire(left);
    hd_lock_acquire(right);
    hd_thread_sleep(30 * HD_MILLISECOND_NS); /* eats */
    hd_lock_release(right);
    hd_lock_release(left);
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
