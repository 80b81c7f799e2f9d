/* The lost wake-up.
 *
 * The postman rings once, and goes. The sleeper wakes up later and waits for the bell. A condition does not remember: a notification that
 * finds no one waiting is gone.
 *
 * What to look at: the mark of the notify on the lane of the bell, before the sleeper's wait begins, with no arrow to anybody. The
 * finding cites both.
 * What to try: keep what happened in a variable under the lock, and wait only `while (!rung)`.
 *
 * The alarm ends the process from outside, by a signal: so no thread of it could have ended the wait.
 *
 * expect: exit -14
 * expect: lost 0
 * expect: actor thread sleeper
 * expect: objects condition 1
 * expect: finding lost-wakeup occurred sleeper
 * expect: state sleeper wait-condition 700 -
 */
#include <heddle/heddle.h>
#include <unistd.h>

static struct hd_lock door;
static struct hd_condition bell;

static void deliver(void *unused) {
  hd_lock_acquire(&door);
  hd_condition_notify(&bell, 1);
  hd_lock_release(&door);
}

static void sleep_and_wait(void *unused) {
  hd_thread_sleep(500 * HD_MILLISECOND_NS);
  hd_lock_acquire(&door);
  hd_condition_wait(&bell);
  hd_lock_release(&door);
}

int main(void) {
  struct hd_thread postman, sleeper;
  alarm(2);
  hd_lock_init(&door, "door");
  hd_condition_init(&bell, &door, "bell");
  hd_thread_create(&sleeper, sleep_and_wait, NULL, "sleeper");
  hd_thread_create(&postman, deliver, NULL, "postman");
  hd_thread_join(&postman);
  hd_thread_join(&sleeper);
  return 0;
}
