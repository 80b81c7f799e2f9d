/* One of everything, to be recorded: each wait must be a state of its own kind, each object one of its own kind and name.
 *
 * expect: exit 7
 * expect: lost 0
 * expect: actors thread 11
 * expect: objects lock 3
 * expect: objects rlock 1
 * expect: objects condition 1
 * expect: objects semaphore 2
 * expect: objects barrier 1
 * expect: objects event 2
 * expect: acquisitions relay 40
 * expect: acquisitions deep 3
 * expect: state waits-lock wait-lock 150 -
 * expect: state waits-condition wait-condition 150 -
 * expect: state waits-condition wait-lock 80 -
 * expect: state waits-semaphore wait-semaphore 150 -
 * expect: state waits-barrier wait-barrier 150 -
 * expect: state waits-event wait-event 150 -
 * expect: state waits-join wait-join 150 -
 * expect: state renamed blocked 150 -
 * expect: state main wait-join 50 -
 * expect: actor thread relay-runner
 * expect: actor thread late
 * expect: actor thread daemon
 * expect: finding contention occurred -
 * expect: finding over-release occurred main
 * expect: nofinding deadlock
 * expect: nofinding self-deadlock
 * expect: nofinding stuck
 * expect: nofinding lock-order
 */
#include "check.h"

static struct hd_lock held, relay, door;
static struct hd_rlock deep;
static struct hd_condition changed;
static struct hd_semaphore permits, bounded;
static struct hd_barrier meeting;
static struct hd_event flag, relay_over;
static struct hd_thread sleeper;
static int changes;

static void wait_for_lock(void *unused) {
  CHECK_OK(hd_lock_acquire(&held));
  CHECK_OK(hd_lock_release(&held));
}
static void wait_for_condition(void *unused) {
  CHECK_OK(hd_rlock_acquire(&deep));
  CHECK_OK(hd_rlock_acquire(&deep));
  while (!changes) CHECK_OK(hd_condition_wait(&changed));
  CHECK(hd_rlock_depth(&deep) == 2);
  CHECK_OK(hd_rlock_release(&deep));
  CHECK_OK(hd_rlock_release(&deep));
}
static void wait_for_semaphore(void *unused) { CHECK_OK(hd_semaphore_acquire(&permits)); }
static void wait_at_barrier(void *unused) { CHECK(hd_barrier_wait(&meeting) >= 0); }
static void wait_for_event(void *unused) { CHECK_OK(hd_event_wait_timed(&flag, LONG_NS)); }
static void sleep_a_while(void *unused) { usleep(200000); }
static void wait_for_thread(void *unused) { CHECK_OK(hd_thread_join(&sleeper)); }

/* Acquires; somebody else releases: the lock's holds are nobody's for long. */
static void run_relay(void *unused) {
  for (int i = 0; i < 39; i++) CHECK_OK(hd_lock_acquire(&relay));
  hd_event_set(&relay_over);
}
static void pass_baton(void) {
  struct hd_thread runner;
  CHECK_OK(hd_lock_acquire(&relay));
  CHECK_OK(hd_thread_create(&runner, run_relay, NULL, "relay-runner"));
  for (int releases = 0; releases < 40;)
    if (hd_lock_is_held(&relay)) {
      CHECK_OK(hd_lock_release(&relay));
      releases++;
    } else {
      usleep(100);
    }
  CHECK_OK(hd_event_wait(&relay_over));
  CHECK_OK(hd_thread_join(&runner));
  CHECK(!hd_lock_is_held(&relay));
}

static void end_late(void *unused) { usleep(300000); }
static void never_end(void *unused) {
  for (;;) pause();
}

int main(void) {
  hd_lock_init(&held, "held");
  hd_lock_init(&relay, "relay");
  hd_lock_init(&door, "door");
  hd_rlock_init(&deep, "deep");
  hd_condition_init_rlock(&changed, &deep, "changed");
  CHECK_OK(hd_semaphore_init(&permits, 0, "permits"));
  CHECK_OK(hd_semaphore_init_bounded(&bounded, 1, "bounded"));
  CHECK_OK(hd_barrier_init(&meeting, 2, NULL, NULL, "meeting"));
  hd_event_init(&flag, "flag");
  hd_event_init(&relay_over, "relay over");

  CHECK_OK(hd_lock_acquire(&held));
  struct hd_thread threads[7], daemon, late;
  int count = 0;
  CHECK_OK(hd_thread_create(&threads[count++], wait_for_lock, NULL, "waits-lock"));
  CHECK_OK(hd_thread_create(&threads[count++], wait_for_condition, NULL, "waits-condition"));
  CHECK_OK(hd_thread_create(&threads[count++], wait_for_semaphore, NULL, "waits-semaphore"));
  CHECK_OK(hd_thread_create(&threads[count++], wait_at_barrier, NULL, "waits-barrier"));
  CHECK_OK(hd_thread_create(&threads[count++], wait_for_event, NULL, "waits-event"));
  CHECK_OK(hd_thread_create(&sleeper, sleep_a_while, NULL, "first-name"));
  CHECK_OK(hd_thread_create(&threads[count++], wait_for_thread, NULL, "waits-join"));
  usleep(200000);
  CHECK_OK(hd_lock_release(&held));
  CHECK_OK(hd_rlock_acquire(&deep));
  changes++;
  CHECK_OK(hd_condition_notify(&changed, 1));
  usleep(100000); /* the notified thread waits for the lock meanwhile */
  CHECK_OK(hd_rlock_release(&deep));
  CHECK_OK(hd_semaphore_release(&permits, 1));
  CHECK(hd_barrier_wait(&meeting) == 1);
  hd_event_set(&flag);
  CHECK_OK(hd_thread_join(&sleeper));
  CHECK_OK(hd_thread_set_name(&sleeper, "renamed"));
  for (int i = 0; i < count; i++) CHECK_OK(hd_thread_join(&threads[i]));

  pass_baton();
  CHECK_OK(hd_lock_acquire(&door));
  CHECK_ERROR(hd_lock_try(&door), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_lock_acquire_timed(&door, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_lock_release(&door));
  CHECK_ERROR(hd_lock_release(&door), HD_ERROR_NOT_LOCKED);
  CHECK_ERROR(hd_semaphore_release(&bounded, 1), HD_ERROR_OVER_RELEASE);

  CHECK_OK(hd_thread_init(&daemon, never_end, NULL, "daemon"));
  CHECK_OK(hd_thread_set_daemon(&daemon, true));
  CHECK_OK(hd_thread_start(&daemon));
  CHECK_OK(hd_thread_create(&late, end_late, NULL, "late"));
  return 7; /* main waits for late, and not for the daemon */
}
