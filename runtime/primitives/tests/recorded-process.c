/* Processes and what they share, to be recorded: names, exit codes, one object for all, waits of their kinds, and a holder that is killed.
 *
 * expect: exit 9
 * expect: lost 0
 * expect: processes 8
 * expect: actor process worker-1
 * expect: actor thread worker-1
 * expect: actor process worker-2
 * expect: actor process renamed
 * expect: actor process terminated
 * expect: actor process victim
 * expect: actor process daemon
 * expect: ended worker-1 3
 * expect: ended worker-2 4
 * expect: ended terminated -15
 * expect: ended victim -9
 * expect: ended daemon -15
 * expect: ended user 0
 * expect: objects lock 2
 * expect: objects rlock 1
 * expect: objects semaphore 1
 * expect: objects event 1
 * expect: objects barrier 1
 * expect: objects condition 1
 * expect: state user wait-condition - -
 * expect: state worker-1 wait-event 100 -
 * expect: state worker-2 wait-event 100 -
 * expect: state main wait-process 50 -
 * expect: acquisitions table 203
 * expect: acquisitions deep 2
 * expect: acquisitions fragile 2
 * expect: misuse -1006 1
 * expect: misuse -1025 1
 * expect: finding over-release occurred -
 * expect: finding held-by-exited occurred victim,main
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: nofinding lock-order
 */
#include "process-check.h"

static struct shared {
  struct hd_process_lock table, fragile;
  struct hd_process_rlock deep;
  struct hd_process_semaphore permits;
  struct hd_process_event flag;
  struct hd_process_barrier meeting;
  struct hd_process_condition changed;
  int changes, ready, refused;
} * shared;

static int work(void *exit_code_given) {
  CHECK(hd_process_barrier_wait(&shared->meeting) >= 0);
  for (int i = 0; i < 100; i++) {
    CHECK_OK(hd_process_lock_acquire(&shared->table));
    CHECK_OK(hd_process_lock_release(&shared->table));
  }
  CHECK_OK(hd_process_semaphore_acquire(&shared->permits));
  CHECK_OK(hd_process_event_wait(&shared->flag));
  for (int i = 0; i < 3; i++) CHECK_OK(hd_process_rlock_acquire(&shared->deep));
  for (int i = 0; i < 3; i++) CHECK_OK(hd_process_rlock_release(&shared->deep));
  return (int)(intptr_t)exit_code_given;
}

static int use_condition(void *unused) {
  CHECK_OK(hd_process_lock_acquire(&shared->table));
  STORE(shared->ready, 1);
  while (!shared->changes) CHECK_OK(hd_process_condition_wait(&shared->changed));
  CHECK_OK(hd_process_lock_release(&shared->table));
  return 0;
}

static int stay(void *unused) {
  for (;;) pause();
  return 0;
}
/* A daemon that wants a child. */
static int serve(void *unused) {
  struct hd_process child;
  CHECK_ERROR(hd_process_create(&child, stay, NULL, "child"), HD_ERROR_DAEMON_CHILDREN); /* misuse */
  STORE(shared->refused, 1);
  return stay(NULL);
}

static int hold_and_stay(void *unused) {
  CHECK_OK(hd_process_lock_acquire(&shared->fragile));
  STORE(shared->ready, 2);
  return stay(NULL);
}

int main(void) {
  struct hd_process workers[2], user, terminated, victim, named, daemon;
  shared = hd_process_memory_new(sizeof *shared);
  hd_process_lock_init(&shared->table, "table");
  hd_process_lock_init(&shared->fragile, "fragile");
  hd_process_rlock_init(&shared->deep, "deep");
  CHECK_OK(hd_process_semaphore_init_bounded(&shared->permits, 2, "permits"));
  hd_process_event_init(&shared->flag, "flag");
  CHECK_OK(hd_process_barrier_init(&shared->meeting, 2, NULL, NULL, "meeting"));
  hd_process_condition_init(&shared->changed, &shared->table, "changed");
  CHECK_ERROR(hd_process_semaphore_release(&shared->permits, 1), HD_ERROR_OVER_RELEASE);

  CHECK_OK(hd_process_create(&workers[0], work, (void *)3, "worker-1"));
  CHECK_OK(hd_process_create(&workers[1], work, (void *)4, "worker-2"));
  usleep(150000);
  hd_process_event_set(&shared->flag);
  for (int i = 0; i < 2; i++) CHECK_OK(hd_process_join(&workers[i]));

  CHECK_OK(hd_process_create(&user, use_condition, NULL, "user"));
  UNTIL(LOAD(shared->ready) == 1);
  CHECK_OK(hd_process_lock_acquire(&shared->table));
  shared->changes = 1;
  CHECK_OK(hd_process_condition_notify(&shared->changed, 1));
  CHECK_OK(hd_process_lock_release(&shared->table));
  CHECK_OK(hd_process_join(&user));

  CHECK_OK(hd_process_create(&victim, hold_and_stay, NULL, "victim"));
  UNTIL(LOAD(shared->ready) == 2);
  CHECK_OK(hd_process_kill(&victim));
  CHECK_ERROR(hd_process_lock_acquire(&shared->fragile), HD_ERROR_OWNER_DIED);
  CHECK_OK(hd_process_lock_release(&shared->fragile));
  CHECK_OK(hd_process_join(&victim));

  CHECK_OK(hd_process_create(&terminated, stay, NULL, "terminated"));
  CHECK_ERROR(hd_process_join_timed(&terminated, 50 * HD_MILLISECOND_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_process_terminate(&terminated));
  CHECK_OK(hd_process_create(&named, stay, NULL, "named"));
  CHECK_OK(hd_process_set_name(&named, "renamed"));
  CHECK_OK(hd_process_kill(&named));
  CHECK_OK(hd_process_init(&daemon, serve, NULL, "daemon"));
  CHECK_OK(hd_process_set_daemon(&daemon, true));
  CHECK_OK(hd_process_start(&daemon));
  UNTIL(LOAD(shared->refused));
  return 9;
}
