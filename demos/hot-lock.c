/* One hot lock, and who is to blame.
 *
 * Three writers append lines to a log: they hold its lock for a tenth of a millisecond. A flusher holds the same lock for 40 milliseconds,
 * thirty times. Everybody is slow; a table of who waits most would name the writers, who are the victims.
 *
 * What to look at: the contention table lists holders, not waiters: nearly all waiting is charged to slow_flush. In the lane of
 * log_lock its holds are the wide ones.
 * What to try: let slow_flush take the lines out under the lock and write them after it.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 5
 * expect: objects lock 1
 * expect: finding contention occurred -
 * expect: culprit slow_flush 80
 */
#include <heddle/heddle.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static struct hd_lock log_lock;
static struct hd_event stop;

static void slow_flush(void) {
  hd_lock_acquire(&log_lock);
  usleep(40000); /* the disk */
  hd_lock_release(&log_lock);
}

static void quick_append(void) {
  hd_lock_acquire(&log_lock);
  usleep(100);
  hd_lock_release(&log_lock);
}

static void flush_often(void *unused) {
  for (int i = 0; i < 30; i++) {
    slow_flush();
    usleep(8000);
  }
  hd_event_set(&stop);
}

static void write_lines(void *unused) {
  while (!hd_event_is_set(&stop)) {
    quick_append();
    usleep(1000);
  }
}

int main(void) {
  struct hd_thread flusher, writers[3];
  hd_lock_init(&log_lock, "log_lock");
  hd_event_init(&stop, "stop");
  hd_thread_create(&flusher, flush_often, NULL, "flusher");
  for (int i = 0; i < 3; i++) {
    char name[16];
    snprintf(name, sizeof name, "writer-%d", i + 1);
    hd_thread_create(&writers[i], write_lines, NULL, name);
  }
  hd_thread_join(&flusher);
  for (int i = 0; i < 3; i++) hd_thread_join(&writers[i]);
  return 0;
}
