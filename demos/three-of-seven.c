/* Three of seven.
 *
 * Seven divers share three oxygen bottles: a semaphore with three permits. Each dives three times. Nobody owns a permit: whoever comes up
 * gives one back, and any of those who wait may take it.
 *
 * What to look at: at every moment at most three lanes are without a semaphore wait, and the lane of the semaphore shows how many
 * permits are in use. Each wait ends with somebody's release (the arrow).
 * What to try: four bottles; then seven.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 8
 * expect: objects semaphore 1
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define DIVERS 7
#define DIVES 3
static struct hd_semaphore bottles;

static void dive(void *unused) {
  for (int i = 0; i < DIVES; i++) {
    hd_semaphore_acquire(&bottles);
    usleep(200000);
    hd_semaphore_release(&bottles, 1);
    usleep(20000);
  }
}

int main(void) {
  struct hd_thread divers[DIVERS];
  hd_semaphore_init_bounded(&bottles, 3, "bottles");
  for (int i = 0; i < DIVERS; i++) {
    char name[16];
    snprintf(name, sizeof name, "diver-%d", i + 1);
    hd_thread_create(&divers[i], dive, NULL, name);
  }
  for (int i = 0; i < DIVERS; i++) hd_thread_join(&divers[i]);
  return 0;
}
