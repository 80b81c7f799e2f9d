/* Process locks: mutual exclusion, time-outs, re-entrance, release by others, and holders that die at bad moments. */
#include "process-check.h"
#include <signal.h>

static struct shared {
  struct hd_process_lock lock;
  struct hd_process_rlock rlock;
  uint32_t ready, died_count, result;
  uint64_t first, second; /* equal whenever the lock is free */
} * shared;

static void renew(void) {
  *shared = (struct shared){0};
  hd_process_lock_init(&shared->lock, "lock");
  hd_process_rlock_init(&shared->rlock, "rlock");
}

static void check_alone(void) {
  renew();
  CHECK(!hd_process_lock_is_held(&shared->lock));
  CHECK_ERROR(hd_process_lock_release(&shared->lock), HD_ERROR_NOT_LOCKED);
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK(hd_process_lock_is_held(&shared->lock));
  CHECK_ERROR(hd_process_lock_try(&shared->lock), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_process_lock_acquire_timed(&shared->lock, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_lock_acquire_timed(&shared->lock, -5), HD_ERROR_INVALID);
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_process_lock_acquire_timed(&shared->lock, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK_ERROR(hd_process_lock_destroy(&shared->lock), HD_ERROR_BUSY);
  CHECK_OK(hd_process_lock_release(&shared->lock));
  CHECK_OK(hd_process_lock_try(&shared->lock));
  CHECK_OK(hd_process_lock_release(&shared->lock));
  CHECK_OK(hd_process_lock_acquire_timed(&shared->lock, HD_FOREVER));
  CHECK_OK(hd_process_lock_release(&shared->lock));
  CHECK_OK(hd_process_lock_destroy(&shared->lock));
}

static int release_lock(void *unused) { return hd_process_lock_release(&shared->lock) != HD_OK; }
static int release_rlock(void *unused) { return hd_process_rlock_release(&shared->rlock) != HD_ERROR_NOT_OWNER; }
static int try_rlock(void *unused) {
  return hd_process_rlock_try(&shared->rlock) != HD_ERROR_WOULD_BLOCK || hd_process_rlock_depth(&shared->rlock) != 0;
}
static void run(hd_process_routine *routine) {
  struct hd_process child;
  CHECK_OK(hd_process_create(&child, routine, NULL, NULL));
  finish(&child);
}

static void check_release_by_another(void) {
  renew();
  struct hd_process child;
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_create(&child, release_lock, NULL, NULL));
  CHECK_OK(hd_process_lock_acquire(&shared->lock)); /* waits for the child */
  CHECK_OK(hd_process_lock_release(&shared->lock));
  finish(&child);
}

static void *try_rlock_in_thread(void *unused) {
  CHECK_ERROR(hd_process_rlock_try(&shared->rlock), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_process_rlock_release(&shared->rlock), HD_ERROR_NOT_OWNER);
  return NULL;
}
static void check_rlock(void) {
  renew();
  CHECK_ERROR(hd_process_rlock_release(&shared->rlock), HD_ERROR_NOT_OWNER);
  CHECK_OK(hd_process_rlock_acquire(&shared->rlock));
  CHECK_OK(hd_process_rlock_try(&shared->rlock));
  CHECK_OK(hd_process_rlock_acquire_timed(&shared->rlock, 0));
  CHECK(hd_process_rlock_depth(&shared->rlock) == 3);
  run(try_rlock);
  run(release_rlock);
  elsewhere(try_rlock_in_thread, NULL);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_process_rlock_release(&shared->rlock));
  CHECK(hd_process_rlock_depth(&shared->rlock) == 0 && !hd_process_rlock_is_held(&shared->rlock));
  CHECK_ERROR(hd_process_rlock_release(&shared->rlock), HD_ERROR_NOT_OWNER);
}

#define STEPS 20000
static int count_under_lock(void *unused) {
  for (int i = 0; i < STEPS; i++) {
    CHECK_OK(hd_process_lock_acquire(&shared->lock));
    shared->first++;
    CHECK_OK(hd_process_lock_release(&shared->lock));
  }
  return 0;
}
static void check_exclusion(void) {
  struct hd_process children[4];
  renew();
  for (int i = 0; i < 4; i++) CHECK_OK(hd_process_create(&children[i], count_under_lock, NULL, NULL));
  for (int i = 0; i < 4; i++) finish(&children[i]);
  CHECK(shared->first == 4 * STEPS);
}

static int hold(void *unused) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_rlock_acquire(&shared->rlock));
  CHECK_OK(hd_process_rlock_acquire(&shared->rlock));
  STORE(shared->ready, 1);
  for (;;) pause();
}
static struct hd_process start_holder(void) {
  struct hd_process holder;
  renew();
  CHECK_OK(hd_process_create(&holder, hold, NULL, NULL));
  UNTIL(LOAD(shared->ready));
  return holder;
}

/* The next to acquire, by each way of acquiring; reaped or not, the holder is dead. */
static void check_killed_holder(void) {
  for (int way = 0; way < 6; way++) {
    struct hd_process holder = start_holder();
    CHECK_ERROR(hd_process_lock_try(&shared->lock), HD_ERROR_WOULD_BLOCK);
    if (way % 2)
      kill_and_release(&holder);
    else
      CHECK_OK(hd_process_kill(&holder)); /* may be a zombie for long */
    int result = HD_ERROR_WOULD_BLOCK, second = HD_ERROR_WOULD_BLOCK;
    while (way < 2 && result == HD_ERROR_WOULD_BLOCK) result = hd_process_lock_try(&shared->lock);
    while (way < 2 && second == HD_ERROR_WOULD_BLOCK) second = hd_process_rlock_try(&shared->rlock);
    if (way >= 2) result = way < 4 ? hd_process_lock_acquire(&shared->lock) : hd_process_lock_acquire_timed(&shared->lock, LONG_NS);
    if (way >= 2) second = way < 4 ? hd_process_rlock_acquire(&shared->rlock) : hd_process_rlock_acquire_timed(&shared->rlock, LONG_NS);
    CHECK_ERROR(result, HD_ERROR_OWNER_DIED);
    CHECK_ERROR(second, HD_ERROR_OWNER_DIED);
    CHECK_ERROR(hd_process_lock_try(&shared->lock), HD_ERROR_WOULD_BLOCK);
    CHECK(hd_process_rlock_depth(&shared->rlock) == 1);
    CHECK_OK(hd_process_rlock_release(&shared->rlock));
    CHECK_OK(hd_process_lock_release(&shared->lock));
    CHECK_OK(hd_process_lock_acquire(&shared->lock)); /* as if nothing had been */
    CHECK_OK(hd_process_lock_release(&shared->lock));
    if (way % 2 == 0) kill_and_release(&holder);
  }
}

/* Waits already when the holder dies: one of the waiters is told, the others get it in turn. */
static int wait_and_tell(void *unused) {
  COUNT(shared->ready);
  int result = hd_process_lock_acquire(&shared->lock);
  if (result == HD_ERROR_OWNER_DIED) COUNT(shared->died_count);
  CHECK(result == HD_OK || result == HD_ERROR_OWNER_DIED);
  CHECK_OK(hd_process_lock_release(&shared->lock));
  return 0;
}
static void check_waiters_of_killed(void) {
  struct hd_process holder = start_holder(), waiters[6];
  for (int i = 0; i < 6; i++) CHECK_OK(hd_process_create(&waiters[i], wait_and_tell, NULL, NULL));
  UNTIL(LOAD(shared->ready) == 7);
  usleep(30000);
  kill_and_release(&waiters[5]); /* a waiter that is killed is no loss */
  CHECK_OK(hd_process_kill(&holder));
  for (int i = 0; i < 5; i++) finish(&waiters[i]);
  CHECK(LOAD(shared->died_count) == 1);
  finish_killed(&holder);
}

/* Ends in an orderly way, but does not release. */
static int forget_lock(void *unused) { return hd_process_lock_acquire(&shared->lock) != HD_OK; }
static void check_exited_holder(void) {
  renew();
  run(forget_lock);
  CHECK_ERROR(hd_process_lock_acquire(&shared->lock), HD_ERROR_OWNER_DIED);
  CHECK_OK(hd_process_lock_release(&shared->lock));
}

/* A thread ends while its process lives: that is the death of an rlock's owner, not of a lock's. */
static void *acquire_both(void *unused) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_rlock_acquire(&shared->rlock));
  return NULL;
}
static void check_ended_thread(void) {
  renew();
  elsewhere(acquire_both, NULL);
  CHECK_ERROR(hd_process_lock_acquire_timed(&shared->lock, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_rlock_acquire(&shared->rlock), HD_ERROR_OWNER_DIED);
  CHECK_OK(hd_process_rlock_release(&shared->rlock));
  CHECK_OK(hd_process_lock_release(&shared->lock));
}

/* The first thread of a process ends, another one goes on: the process holds what it held. */
static void *end_later(void *unused) {
  UNTIL(LOAD(shared->result));
  _exit(hd_process_lock_release(&shared->lock) != HD_OK);
}
static int leave_by_thread(void *unused) {
  pthread_t other;
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK(pthread_create(&other, NULL, end_later, NULL) == 0);
  STORE(shared->ready, 1);
  pthread_exit(NULL);
}
static void check_ended_first_thread(void) {
  struct hd_process child;
  renew();
  CHECK_OK(hd_process_create(&child, leave_by_thread, NULL, NULL));
  UNTIL(LOAD(shared->ready));
  CHECK_ERROR(hd_process_lock_acquire_timed(&shared->lock, 5 * SHORT_NS), HD_ERROR_TIMEOUT);
  STORE(shared->result, 1);
  CHECK_OK(hd_process_lock_acquire_timed(&shared->lock, LONG_NS));
  CHECK_OK(hd_process_lock_release(&shared->lock));
  finish(&child);
}

/* Somebody else has got the holder's process id meanwhile. */
static void check_reused_pid(void) {
  renew();
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_ERROR(hd_process_lock_acquire_timed(&shared->lock, SHORT_NS), HD_ERROR_TIMEOUT);
  shared->lock.state ^= (uint64_t)1 << 32; /* the same process id, another begin */
  CHECK_ERROR(hd_process_lock_acquire_timed(&shared->lock, LONG_NS), HD_ERROR_OWNER_DIED);
  CHECK_OK(hd_process_lock_release(&shared->lock));
}

/* Kills at any moment: whoever acquires finds the two numbers equal, or is told that they may not be. */
static int count_twice_for_ever(void *unused) {
  for (;;) {
    int result = hd_process_lock_acquire(&shared->lock);
    if (result == HD_ERROR_OWNER_DIED)
      shared->second = shared->first;
    else
      CHECK_OK(result);
    CHECK(shared->first == shared->second);
    shared->first++;
    shared->second++;
    CHECK_OK(hd_process_lock_release(&shared->lock));
  }
}
static void check_kill_storm(void) {
  struct hd_process children[3];
  unsigned seed = 1;
  renew();
  for (int i = 0; i < 3; i++) CHECK_OK(hd_process_create(&children[i], count_twice_for_ever, NULL, NULL));
  for (int round = 0; round < 60; round++) {
    usleep(rand_r(&seed) % 5000);
    kill_and_release(&children[round % 3]);
    CHECK_OK(hd_process_create(&children[round % 3], count_twice_for_ever, NULL, NULL));
  }
  uint64_t seen = LOAD(shared->first);
  UNTIL(LOAD(shared->first) > seen);
  for (int i = 0; i < 3; i++) kill_and_release(&children[i]);
  int result = hd_process_lock_acquire(&shared->lock);
  CHECK(result == HD_ERROR_OWNER_DIED || (result == HD_OK && shared->first == shared->second));
}

int main(void) {
  begin_test();
  shared = hd_process_memory_new(sizeof *shared);
  check_alone();
  check_release_by_another();
  check_rlock();
  check_exclusion();
  check_killed_holder();
  check_waiters_of_killed();
  check_exited_holder();
  check_ended_thread();
  check_ended_first_thread();
  check_reused_pid();
  check_kill_storm();
  hd_process_memory_free(shared);
  return 0;
}
