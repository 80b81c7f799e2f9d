/* Five dining philosophers.
 *
 * Five sit at a round table with a fork between each two. Who is hungry takes the fork on the left, then the one on the right. Once they
 * are hungry all at the same time: each has a left fork, and none a right one.
 *
 * What to look at: one meal each goes well, as they come one after the other. Then five waits begin at nearly the same moment, and the
 * finding names a circle of five.
 * What to try: let hypatia take her right fork first. One left-handed guest is enough.
 *
 * expect: exit 1
 * expect: lost 0
 * expect: actors thread 6
 * expect: objects lock 5
 * expect: finding deadlock occurred plato,laozi,hypatia,kant,arendt
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define GUESTS 5
static const char *const names[GUESTS] = {"plato", "laozi", "hypatia", "kant", "arendt"};
static struct hd_lock forks[GUESTS];
static struct hd_event all_hungry;

static void eat(int seat, int64_t between_ns) {
  struct hd_lock *left = &forks[seat], *right = &forks[(seat + 1) % GUESTS];
  hd_lock_acquire(left);
  hd_thread_sleep(between_ns);
  hd_lock_acquire(right);
  hd_thread_sleep(20 * HD_MILLISECOND_NS);
  hd_lock_release(right);
  hd_lock_release(left);
}

static void dine(void *argument) {
  int seat = (int)((struct hd_lock *)argument - forks);
  hd_thread_sleep((100 * seat + 1) * HD_MILLISECOND_NS);
  eat(seat, HD_MILLISECOND_NS);
  hd_event_wait(&all_hungry);
  eat(seat, 200 * HD_MILLISECOND_NS);
}

int main(void) {
  struct hd_thread guests[GUESTS];
  hd_event_init(&all_hungry, "all hungry");
  for (int i = 0; i < GUESTS; i++) {
    char name[16];
    snprintf(name, sizeof name, "fork-%d", i);
    hd_lock_init(&forks[i], name);
  }
  for (int i = 0; i < GUESTS; i++) hd_thread_create(&guests[i], dine, &forks[i], names[i]);
  hd_thread_sleep(700 * HD_MILLISECOND_NS);
  hd_event_set(&all_hungry);
  if (hd_thread_join_timed(&guests[0], 1200 * HD_MILLISECOND_NS) == HD_ERROR_TIMEOUT) {
    fputs("philosophers: nobody eats any more; giving up\n", stderr);
    _exit(1);
  }
  for (int i = 1; i < GUESTS; i++) hd_thread_join(&guests[i]);
  return 0;
}
