#include "check.h"
#include "queue.h"

static struct hd_lock lock = HD_LOCK_INIT;
static struct hd_condition condition = HD_CONDITION_INIT(&lock);
static struct hd_rlock rlock = HD_RLOCK_INIT;
static struct hd_condition deep_condition = HD_CONDITION_INIT_RLOCK(&rlock);
static int waiting, woken, phase;

static int count_under_lock(const int *counter) {
  CHECK_OK(hd_lock_acquire(&lock));
  int value = *counter;
  CHECK_OK(hd_lock_release(&lock));
  return value;
}

static void *wait_once(void *unused) {
  CHECK_OK(hd_lock_acquire(&lock));
  waiting++;
  CHECK_OK(hd_condition_wait(&condition));
  CHECK(hd_lock_is_held(&lock));
  woken++;
  CHECK_OK(hd_lock_release(&lock));
  return unused;
}

static void notify(uint32_t count) {
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_OK(hd_condition_notify(&condition, count));
  CHECK_OK(hd_lock_release(&lock));
}

static void notifies_as_many_as_asked(void) {
  struct bunch bunch;
  waiting = woken = 0;
  bunch_start(&bunch, 6, wait_once, NULL);
  UNTIL(count_under_lock(&waiting) == 6);
  notify(0);
  notify(1);
  UNTIL(count_under_lock(&woken) == 1);
  notify(2);
  UNTIL(count_under_lock(&woken) == 3);
  usleep(20000);
  CHECK(count_under_lock(&woken) == 3);
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_OK(hd_condition_notify_all(&condition));
  CHECK(woken == 3); /* they must acquire the lock first */
  CHECK_OK(hd_lock_release(&lock));
  bunch_join(&bunch);
  CHECK(woken == 6);
}

static int order[4];
static void *wait_in_order(void *argument) {
  CHECK_OK(hd_lock_acquire(&lock));
  int place = waiting++;
  CHECK_OK(hd_condition_wait(&condition));
  order[woken++] = place;
  CHECK_OK(hd_lock_release(&lock));
  return argument;
}

static void wakes_the_longest_waiting_first(void) {
  struct bunch bunch;
  waiting = woken = 0;
  bunch_start(&bunch, 4, wait_in_order, NULL);
  UNTIL(count_under_lock(&waiting) == 4);
  for (int i = 0; i < 4; i++) {
    notify(1);
    UNTIL(count_under_lock(&woken) == i + 1);
    CHECK(order[i] == i);
  }
  bunch_join(&bunch);
}

static void a_notify_without_a_waiter_is_lost(void) {
  notify(5);
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_OK(hd_condition_notify_all(&condition));
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_condition_wait_timed(&condition, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK(hd_lock_is_held(&lock));
  CHECK_ERROR(hd_condition_wait_timed(&condition, 0), HD_ERROR_TIMEOUT);
  CHECK(hd_lock_is_held(&lock));
  CHECK_OK(hd_lock_release(&lock));
}

static void *misuse(void *unused) { /* while another thread holds the lock */
  CHECK_ERROR(hd_condition_notify(&condition, 1), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_condition_notify_all(&condition), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_condition_wait(&condition), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_condition_wait_timed(&deep_condition, SHORT_NS), HD_ERROR_NOT_OWNER);
  return unused;
}

/* Notifying more than there are wakes those there are; those who come later get nothing of the rest. */
static void what_is_notified_too_much_is_lost(void) {
  struct bunch bunch, late;
  waiting = woken = 0;
  bunch_start(&bunch, 2, wait_once, NULL);
  UNTIL(count_under_lock(&waiting) == 2);
  notify(UINT32_MAX);
  bunch_join(&bunch);
  CHECK(woken == 2);
  bunch_start(&late, 1, wait_once, NULL);
  UNTIL(count_under_lock(&waiting) == 3);
  usleep(5000);
  CHECK(count_under_lock(&woken) == 2);
  notify(1);
  bunch_join(&late);
  CHECK(woken == 3);
}

/* Several conditions share a lock: each wakes its own. */
static struct hd_condition second = HD_CONDITION_INIT(&lock);
static int second_woken;
static void *wait_for_second(void *unused) {
  CHECK_OK(hd_lock_acquire(&lock));
  waiting++;
  CHECK_OK(hd_condition_wait(&second));
  second_woken++;
  CHECK_OK(hd_lock_release(&lock));
  return unused;
}
static void conditions_share_a_lock(void) {
  struct bunch first_bunch, second_bunch;
  waiting = woken = 0;
  bunch_start(&first_bunch, 2, wait_once, NULL);
  bunch_start(&second_bunch, 2, wait_for_second, NULL);
  UNTIL(count_under_lock(&waiting) == 4);
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_OK(hd_condition_notify_all(&second));
  CHECK_OK(hd_lock_release(&lock));
  bunch_join(&second_bunch);
  CHECK(count_under_lock(&woken) == 0 && second_woken == 2);
  notify(2);
  bunch_join(&first_bunch);
  CHECK(woken == 2);
}

/* A notification that comes in time counts, however long the lock is held after it. */
static void *wait_timed(void *result) {
  CHECK_OK(hd_lock_acquire(&lock));
  waiting++;
  *(int *)result = hd_condition_wait_timed(&condition, 5 * SHORT_NS);
  CHECK_OK(hd_lock_release(&lock));
  return NULL;
}
static void what_is_notified_in_time_does_not_time_out(void) {
  struct bunch bunch;
  int result;
  for (bool in_time = false; !in_time;) {
    waiting = 0;
    bunch_start(&bunch, 1, wait_timed, &result);
    UNTIL(count_under_lock(&waiting) == 1);
    CHECK_OK(hd_lock_acquire(&lock));
    in_time = queue_length(&condition.waiters) == 1; /* else the machine was slow, and it has given up */
    CHECK_OK(hd_condition_notify(&condition, 1));
    usleep(7 * SHORT_NS / 1000);
    CHECK_OK(hd_lock_release(&lock));
    bunch_join(&bunch);
  }
  CHECK_OK(result);
}

static void needs_the_lock(void) {
  misuse(NULL);
  CHECK_OK(hd_lock_acquire(&lock));
  elsewhere(misuse, NULL);
  CHECK(hd_lock_is_held(&lock));
  CHECK_ERROR(hd_condition_wait_timed(&condition, -5), HD_ERROR_INVALID);
  CHECK_OK(hd_lock_release(&lock));
}

static void *wait_deeply(void *unused) {
  for (int i = 0; i < 3; i++) CHECK_OK(hd_rlock_acquire(&rlock));
  STORE(waiting, 1);
  CHECK_OK(hd_condition_wait(&deep_condition));
  CHECK(hd_rlock_depth(&rlock) == 3);
  CHECK_ERROR(hd_condition_wait_timed(&deep_condition, HD_MILLISECOND_NS), HD_ERROR_TIMEOUT);
  CHECK(hd_rlock_depth(&rlock) == 3);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_rlock_release(&rlock));
  CHECK(hd_rlock_depth(&rlock) == 0);
  return unused;
}

static void an_rlock_is_released_wholly_and_restored(void) {
  struct bunch bunch;
  waiting = 0;
  bunch_start(&bunch, 1, wait_deeply, NULL);
  UNTIL(LOAD(waiting));
  CHECK_OK(hd_rlock_acquire(&rlock)); /* succeeds only when all three levels were given back */
  CHECK_OK(hd_rlock_acquire(&rlock));
  CHECK_OK(hd_condition_notify(&deep_condition, 1));
  CHECK_OK(hd_rlock_release(&rlock));
  CHECK_OK(hd_rlock_release(&rlock));
  bunch_join(&bunch);
  CHECK(!hd_rlock_is_held(&rlock));
}

static bool reached(void *argument) {
  CHECK(hd_lock_is_held(&lock));
  return phase >= *(int *)argument;
}

static void *wait_for_four(void *unused) {
  int four = 4;
  CHECK_OK(hd_lock_acquire(&lock));
  waiting = 1;
  CHECK_OK(hd_condition_wait_for(&condition, reached, &four, LONG_NS));
  CHECK(phase == 4);
  CHECK_OK(hd_lock_release(&lock));
  return unused;
}

static void waits_for_a_predicate(void) {
  struct bunch bunch;
  phase = waiting = 0;
  bunch_start(&bunch, 3, wait_for_four, NULL);
  for (int i = 0; i < 4; i++) {
    CHECK_OK(hd_lock_acquire(&lock));
    phase++;
    CHECK_OK(hd_condition_notify_all(&condition));
    CHECK_OK(hd_lock_release(&lock));
    usleep(2000);
  }
  bunch_join(&bunch);
  int five = 5;
  CHECK_OK(hd_lock_acquire(&lock));
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_condition_wait_for(&condition, reached, &five, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK_ERROR(hd_condition_wait_for(&condition, reached, &five, -3), HD_ERROR_INVALID);
  phase = 5;
  CHECK_OK(hd_condition_wait_for(&condition, reached, &five, 0));
  CHECK_OK(hd_lock_release(&lock));
  CHECK_ERROR(hd_condition_notify(&condition, 1), HD_ERROR_NOT_OWNER);
}

static void is_busy_while_somebody_waits(void) {
  struct bunch bunch;
  waiting = woken = 0;
  bunch_start(&bunch, 1, wait_once, NULL);
  UNTIL(count_under_lock(&waiting) == 1);
  CHECK_ERROR(hd_condition_destroy(&condition), HD_ERROR_BUSY);
  notify(1);
  bunch_join(&bunch);
}

/* Time-outs and notifications race: every notification of somebody who waited must be answered by a wait that was not timed out. */
static int notified, answered, finished;
static void *wait_briefly(void *unused) {
  while (!LOAD(finished)) {
    CHECK_OK(hd_lock_acquire(&lock));
    waiting++;
    int result = hd_condition_wait_timed(&condition, 50 * HD_MICROSECOND_NS);
    if (result == HD_OK) answered++;
    waiting--;
    CHECK_OK(hd_lock_release(&lock));
  }
  return unused;
}
static void time_outs_and_notifications_do_not_mix(void) {
  struct bunch bunch;
  waiting = finished = 0;
  bunch_start(&bunch, 3, wait_briefly, NULL);
  for (int i = 0; i < 2000; i++) {
    CHECK_OK(hd_lock_acquire(&lock));
    if (queue_length(&condition.waiters) > 0) notified++; /* may give up by itself before the notify: then nobody may answer */
    CHECK_OK(hd_condition_notify(&condition, 1));
    CHECK_OK(hd_lock_release(&lock));
  }
  STORE(finished, 1);
  bunch_join(&bunch);
  CHECK(answered <= notified);
  CHECK(condition.waiters.first == NULL && condition.waiters.last == NULL);
}

int main(void) {
  notifies_as_many_as_asked();
  hd_condition_init(&condition, &lock, "condition");
  hd_condition_init_rlock(&deep_condition, &rlock, "deep condition");
  notifies_as_many_as_asked();
  wakes_the_longest_waiting_first();
  a_notify_without_a_waiter_is_lost();
  what_is_notified_too_much_is_lost();
  conditions_share_a_lock();
  what_is_notified_in_time_does_not_time_out();
  needs_the_lock();
  an_rlock_is_released_wholly_and_restored();
  waits_for_a_predicate();
  is_busy_while_somebody_waits();
  time_outs_and_notifications_do_not_mix();
  CHECK_OK(hd_condition_destroy(&condition));
  CHECK_OK(hd_condition_destroy(&deep_condition));
  return 0;
}
