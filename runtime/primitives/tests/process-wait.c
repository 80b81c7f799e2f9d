/* Process semaphore, event, barrier and condition: what their twins among threads promise, and processes that are killed in them. */
#include "process-check.h"
#include <signal.h>
#include <string.h>

static struct shared {
  struct hd_process_semaphore semaphore;
  struct hd_process_event event;
  struct hd_process_barrier barrier;
  struct hd_process_lock lock;
  struct hd_process_rlock rlock;
  struct hd_process_condition condition, rcondition;
  uint32_t ready, passed, actions, inside, most_inside, order[8], go;
  uint32_t index_seen[16];
} * shared;

static struct hd_process start(hd_process_routine *routine, void *argument) {
  struct hd_process child;
  CHECK_OK(hd_process_create(&child, routine, argument, NULL));
  return child;
}
#define CHILDREN_MAX 16
static struct hd_process children[CHILDREN_MAX];
static void start_all(int count, hd_process_routine *routine) {
  memset(&shared->ready, 0, sizeof *shared - offsetof(struct shared, ready));
  for (int i = 0; i < count; i++) children[i] = start(routine, (void *)(intptr_t)i);
}
static void finish_all(int count) {
  for (int i = 0; i < count; i++) finish(&children[i]);
}
/* As good as certainly: it has had time to go to sleep. What the tests assert does not depend on it. */
static void let_sleep(void) { usleep(20000); }

/* --- semaphore --- */
static int use_permit(void *unused) {
  for (int i = 0; i < 50; i++) {
    CHECK_OK(hd_process_semaphore_acquire(&shared->semaphore));
    uint32_t inside = COUNT(shared->inside);
    CHECK(inside <= 2);
    usleep(100);
    __atomic_sub_fetch(&shared->inside, 1, __ATOMIC_ACQ_REL);
    CHECK_OK(hd_process_semaphore_release(&shared->semaphore, 1));
  }
  return 0;
}
static int take_permit(void *unused) {
  COUNT(shared->ready);
  CHECK_OK(hd_process_semaphore_acquire(&shared->semaphore));
  COUNT(shared->passed);
  return 0;
}
static void check_semaphore(void) {
  struct hd_process_semaphore *semaphore = &shared->semaphore;
  CHECK_ERROR(hd_process_semaphore_init(semaphore, (uint32_t)HD_SEMAPHORE_MAX + 1, NULL), HD_ERROR_INVALID);
  CHECK_OK(hd_process_semaphore_init_bounded(semaphore, 2, "two"));
  CHECK(hd_process_semaphore_permits(semaphore) == 2);
  CHECK_ERROR(hd_process_semaphore_release(semaphore, 1), HD_ERROR_OVER_RELEASE);
  CHECK_ERROR(hd_process_semaphore_release(semaphore, 0), HD_ERROR_INVALID);
  CHECK_OK(hd_process_semaphore_acquire(semaphore));
  CHECK_OK(hd_process_semaphore_try(semaphore));
  CHECK_ERROR(hd_process_semaphore_try(semaphore), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_process_semaphore_acquire_timed(semaphore, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_semaphore_acquire_timed(semaphore, -2), HD_ERROR_INVALID);
  CHECK_OK(hd_process_semaphore_release(semaphore, 2));
  CHECK(hd_process_semaphore_permits(semaphore) == 2);
  start_all(5, use_permit);
  finish_all(5);
  CHECK(hd_process_semaphore_permits(semaphore) == 2);
  CHECK_OK(hd_process_semaphore_destroy(semaphore));

  CHECK_OK(hd_process_semaphore_init(semaphore, 0, NULL));
  start_all(6, take_permit);
  UNTIL(LOAD(shared->ready) == 6);
  let_sleep();
  CHECK_ERROR(hd_process_semaphore_destroy(semaphore), HD_ERROR_BUSY);
  kill_and_release(&children[5]); /* takes no permit with it */
  CHECK_OK(hd_process_semaphore_release(semaphore, 2));
  UNTIL(LOAD(shared->passed) == 2);
  CHECK_OK(hd_process_semaphore_release(semaphore, 4)); /* one more than they want */
  finish_all(5);
  CHECK(hd_process_semaphore_permits(semaphore) == 1);
  CHECK_ERROR(hd_process_semaphore_release(semaphore, HD_SEMAPHORE_MAX), HD_ERROR_OVERFLOW);
  CHECK_OK(hd_process_semaphore_destroy(semaphore));
}

/* --- event --- */
static int wait_for_event(void *unused) {
  COUNT(shared->ready);
  CHECK_OK(hd_process_event_wait(&shared->event));
  COUNT(shared->passed);
  return 0;
}
static void check_event(void) {
  struct hd_process_event *event = &shared->event;
  hd_process_event_init(event, "event");
  CHECK(!hd_process_event_is_set(event));
  CHECK_ERROR(hd_process_event_wait_timed(event, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_event_wait_timed(event, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_event_wait_timed(event, -2), HD_ERROR_INVALID);
  start_all(6, wait_for_event);
  UNTIL(LOAD(shared->ready) == 6);
  let_sleep();
  CHECK_ERROR(hd_process_event_destroy(event), HD_ERROR_BUSY);
  kill_and_release(&children[5]);
  CHECK(LOAD(shared->passed) == 0);
  for (int i = 0; LOAD(shared->passed) < 5; i++) { /* who sleeps is woken though it is cleared at once */
    hd_process_event_set(event);
    hd_process_event_clear(event);
    usleep(1000);
  }
  finish_all(5);
  CHECK(!hd_process_event_is_set(event));
  hd_process_event_set(event);
  hd_process_event_set(event);
  CHECK(hd_process_event_is_set(event));
  CHECK_OK(hd_process_event_wait(event));
  CHECK_OK(hd_process_event_wait_timed(event, 0));
  hd_process_event_clear(event);
  CHECK(!hd_process_event_is_set(event));
  CHECK_OK(hd_process_event_destroy(event));
}

/* --- barrier --- */
#define PARTIES 4
#define PHASES 100
static int act(void *unused) {
  CHECK(LOAD(shared->passed) % PARTIES == 0);
  COUNT(shared->actions);
  return HD_OK;
}
static int pass_phases(void *unused) {
  for (int phase = 0; phase < PHASES; phase++) {
    COUNT(shared->passed);
    int index = hd_process_barrier_wait(&shared->barrier);
    CHECK(index >= 0 && index < PARTIES);
    COUNT(shared->index_seen[index]);
    CHECK(hd_process_barrier_wait(&shared->barrier) >= 0);
  }
  return 0;
}
static int wait_at_barrier(void *unused) {
  COUNT(shared->ready);
  int result = hd_process_barrier_wait(&shared->barrier);
  CHECK(result >= 0 || result == HD_ERROR_BROKEN);
  if (result == HD_ERROR_BROKEN) COUNT(shared->passed);
  return 0;
}
static int hang_in_action(void *unused) {
  STORE(shared->go, 1);
  for (;;) pause();
  return HD_OK;
}
static int fail(void *unused) { return 77; }
static void check_barrier(void) {
  struct hd_process_barrier *barrier = &shared->barrier;
  CHECK_ERROR(hd_process_barrier_init(barrier, 0, NULL, NULL, NULL), HD_ERROR_INVALID);
  CHECK_OK(hd_process_barrier_init(barrier, PARTIES, act, NULL, "barrier"));
  start_all(PARTIES, pass_phases);
  finish_all(PARTIES);
  CHECK(shared->actions == 2 * PHASES);
  for (int i = 0; i < PARTIES; i++) CHECK(shared->index_seen[i] == PHASES);

  CHECK_ERROR(hd_process_barrier_wait_timed(barrier, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(hd_process_barrier_is_broken(barrier));
  CHECK_ERROR(hd_process_barrier_wait(barrier), HD_ERROR_BROKEN);
  hd_process_barrier_reset(barrier);
  start_all(PARTIES - 1, wait_at_barrier);
  UNTIL(hd_process_barrier_waiting(barrier) == PARTIES - 1);
  CHECK_ERROR(hd_process_barrier_destroy(barrier), HD_ERROR_BUSY);
  hd_process_barrier_abort(barrier);
  finish_all(PARTIES - 1);
  CHECK(shared->passed == PARTIES - 1);
  hd_process_barrier_reset(barrier);
  CHECK(!hd_process_barrier_is_broken(barrier) && hd_process_barrier_waiting(barrier) == 0);
  CHECK_OK(hd_process_barrier_destroy(barrier));

  CHECK_OK(hd_process_barrier_init(barrier, 2, fail, NULL, NULL));
  start_all(1, wait_at_barrier);
  UNTIL(hd_process_barrier_waiting(barrier) == 1);
  CHECK(hd_process_barrier_wait(barrier) == 77);
  finish_all(1);
  CHECK(shared->passed == 1);

  /* Killed in the action; and while it waited, when it has arrived. */
  CHECK_OK(hd_process_barrier_init(barrier, 2, hang_in_action, NULL, NULL));
  start_all(2, wait_at_barrier);
  UNTIL(LOAD(shared->go));
  struct hd_process late = start(wait_at_barrier, NULL);
  let_sleep();
  uint64_t actor = LOAD(barrier->actor);
  int killed = (uint32_t)actor == hd_process_pid(&children[1]);
  kill_and_release(&children[killed]);
  finish(&children[!killed]);
  finish(&late);
  CHECK(shared->passed == 2 && hd_process_barrier_is_broken(barrier));
  CHECK_OK(hd_process_barrier_init(barrier, 2, NULL, NULL, NULL));
  start_all(1, wait_at_barrier);
  UNTIL(hd_process_barrier_waiting(barrier) == 1);
  kill_and_release(&children[0]);
  CHECK(hd_process_barrier_wait_timed(barrier, LONG_NS) == 1);
}

/* --- condition --- */
static int wait_in_order(void *number) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  shared->ready++;
  CHECK_OK(hd_process_condition_wait(&shared->condition));
  shared->order[shared->passed++] = (uint32_t)(intptr_t)number;
  CHECK_OK(hd_process_lock_release(&shared->lock));
  return 0;
}
static uint32_t read_under_lock(const uint32_t *number) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  uint32_t read = *number;
  CHECK_OK(hd_process_lock_release(&shared->lock));
  return read;
}
static void notify(uint32_t count) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_condition_notify(&shared->condition, count));
  CHECK_OK(hd_process_lock_release(&shared->lock));
}
static int wait_deep(void *unused) {
  for (int i = 0; i < 3; i++) CHECK_OK(hd_process_rlock_acquire(&shared->rlock));
  COUNT(shared->ready);
  CHECK_OK(hd_process_condition_wait(&shared->rcondition));
  CHECK(hd_process_rlock_depth(&shared->rlock) == 3);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_process_rlock_release(&shared->rlock));
  return 0;
}
static bool is_going(void *unused) { return shared->go; }
static int wait_for_go(void *unused) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_condition_wait_for(&shared->condition, is_going, NULL, LONG_NS));
  CHECK_OK(hd_process_lock_release(&shared->lock));
  return 0;
}
static int die_with_lock(void *unused) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_condition_notify_all(&shared->condition));
  raise(SIGKILL);
  return 0;
}
static int wait_to_be_told(void *unused) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  COUNT(shared->ready);
  CHECK_ERROR(hd_process_condition_wait(&shared->condition), HD_ERROR_OWNER_DIED);
  CHECK_OK(hd_process_lock_release(&shared->lock));
  return 0;
}
static void check_condition(void) {
  struct hd_process_condition *condition = &shared->condition;
  hd_process_lock_init(&shared->lock, NULL);
  hd_process_rlock_init(&shared->rlock, NULL);
  hd_process_condition_init(condition, &shared->lock, "condition");
  hd_process_condition_init_rlock(&shared->rcondition, &shared->rlock, NULL);
  CHECK_ERROR(hd_process_condition_wait(condition), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_process_condition_notify(condition, 1), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_process_condition_notify_all(condition), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_process_condition_wait_timed(condition, -2), HD_ERROR_INVALID);
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_condition_notify_all(condition)); /* nobody waits: forgotten */
  CHECK_ERROR(hd_process_condition_wait_timed(condition, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_condition_wait_timed(condition, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_condition_wait_for(condition, is_going, NULL, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_lock_try(&shared->lock), HD_ERROR_WOULD_BLOCK);
  CHECK_OK(hd_process_lock_release(&shared->lock));

  start_all(0, NULL);
  for (int i = 0; i < 6; i++) { /* one after the other, so that who waits longest is known */
    children[i] = start(wait_in_order, (void *)(intptr_t)i);
    UNTIL(read_under_lock(&shared->ready) == (uint32_t)i + 1);
  }
  CHECK_ERROR(hd_process_condition_destroy(condition), HD_ERROR_BUSY);
  kill_and_release(&children[0]); /* the killed do not use up a notification */
  notify(1);
  UNTIL(read_under_lock(&shared->passed) == 1);
  CHECK(shared->order[0] == 1);
  notify(2);
  UNTIL(read_under_lock(&shared->passed) == 3);
  let_sleep();
  CHECK(read_under_lock(&shared->passed) == 3);
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_condition_notify_all(condition));
  CHECK_OK(hd_process_lock_release(&shared->lock));
  for (int i = 1; i < 6; i++) finish(&children[i]);
  CHECK(shared->order[1] + shared->order[2] == 2 + 3);

  start_all(1, wait_deep);
  UNTIL(LOAD(shared->ready) == 1);
  CHECK_OK(hd_process_rlock_acquire(&shared->rlock)); /* it was released wholly */
  CHECK_OK(hd_process_condition_notify(&shared->rcondition, 1));
  CHECK_OK(hd_process_rlock_release(&shared->rlock));
  finish_all(1);

  start_all(3, wait_for_go);
  for (int i = 0; i < 3; i++) notify(3);
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  shared->go = 1;
  CHECK_OK(hd_process_condition_notify_all(condition));
  CHECK_OK(hd_process_lock_release(&shared->lock));
  finish_all(3);

  start_all(1, wait_to_be_told);
  UNTIL(read_under_lock(&shared->ready) == 1);
  struct hd_process dies = start(die_with_lock, NULL);
  finish_all(1);
  finish_killed(&dies);
  CHECK_OK(hd_process_condition_destroy(condition));
}

int main(void) {
  begin_test();
  shared = hd_process_memory_new(sizeof *shared);
  check_semaphore();
  check_event();
  check_barrier();
  check_condition();
  return 0;
}
