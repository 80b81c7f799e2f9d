#include "check.h"

static struct hd_lock lock = HD_LOCK_INIT;
static int inside, done;

static void *check_held(void *unused) {
  CHECK_ERROR(hd_lock_try(&lock), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_lock_acquire_timed(&lock, 0), HD_ERROR_TIMEOUT);
  return unused;
}

static void acquires_and_releases(void) {
  CHECK(!hd_lock_is_held(&lock));
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK(hd_lock_is_held(&lock));
  elsewhere(check_held, NULL);
  CHECK_OK(hd_lock_release(&lock));
  CHECK(!hd_lock_is_held(&lock));
  CHECK_OK(hd_lock_try(&lock));
  CHECK_OK(hd_lock_release(&lock));
  CHECK_OK(hd_lock_acquire_timed(&lock, HD_FOREVER));
  CHECK_OK(hd_lock_release(&lock));
}

static void refuses_misuse(void) {
  CHECK_ERROR(hd_lock_release(&lock), HD_ERROR_NOT_LOCKED);
  CHECK_ERROR(hd_lock_acquire_timed(&lock, -2), HD_ERROR_INVALID);
  CHECK_ERROR(hd_lock_acquire_timed(&lock, INT64_MIN), HD_ERROR_INVALID);
  CHECK(!hd_lock_is_held(&lock));
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_ERROR(hd_lock_destroy(&lock), HD_ERROR_BUSY);
  CHECK_OK(hd_lock_release(&lock));
  CHECK_ERROR(hd_lock_release(&lock), HD_ERROR_NOT_LOCKED);
}

static void is_not_reentrant(void) {
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_ERROR(hd_lock_try(&lock), HD_ERROR_WOULD_BLOCK);
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_lock_acquire_timed(&lock, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK(lock_sleepers(&lock) == 0);
  CHECK_OK(hd_lock_release(&lock));
  CHECK(lock.state == 0);
}

static void *release_it(void *unused) {
  CHECK_OK(hd_lock_release(&lock));
  return unused;
}

static void anyone_may_release(void) {
  for (int i = 0; i < 3; i++) {
    CHECK_OK(hd_lock_acquire(&lock));
    elsewhere(release_it, NULL);
    CHECK(!hd_lock_is_held(&lock));
  }
  CHECK_OK(hd_lock_acquire(&lock));
  struct bunch releaser;
  bunch_start(&releaser, 1, release_it, NULL);
  CHECK_OK(hd_lock_acquire(&lock)); /* its own lock, given free by the other thread */
  bunch_join(&releaser);
  CHECK_OK(hd_lock_release(&lock));
}

static void *acquire_timed(void *unused) {
  CHECK_OK(hd_lock_acquire_timed(&lock, LONG_NS));
  COUNT(done);
  CHECK_OK(hd_lock_release(&lock));
  return unused;
}

static void a_release_wakes_the_sleepers(void) {
  struct bunch bunch;
  done = 0;
  CHECK_OK(hd_lock_acquire(&lock));
  bunch_start(&bunch, 4, acquire_timed, NULL);
  UNTIL(lock_sleepers(&lock) == 4);
  CHECK(LOAD(done) == 0);
  CHECK_OK(hd_lock_release(&lock));
  bunch_join(&bunch);
  CHECK(done == 4);
  CHECK(lock.state == 0);
}

static void *give_up(void *unused) {
  CHECK_ERROR(hd_lock_acquire_timed(&lock, SHORT_NS), HD_ERROR_TIMEOUT);
  return unused;
}

/* Those who give up must not take a wake-up with them that another needs. */
static void giving_up_loses_no_wake_up(void) {
  struct bunch patient, impatient;
  done = 0;
  for (int round = 0; round < 10; round++) {
    CHECK_OK(hd_lock_acquire(&lock));
    bunch_start(&impatient, 3, give_up, NULL);
    bunch_start(&patient, 2, acquire_timed, NULL);
    bunch_join(&impatient);
    UNTIL(lock_sleepers(&lock) == 2);
    CHECK_OK(hd_lock_release(&lock));
    bunch_join(&patient);
  }
  CHECK(done == 20);
  CHECK(lock.state == 0);
}

/* After a time-out it works as before, for who waited and for others; and the longest time there is does not overflow. */
static void a_time_out_changes_nothing(void) {
  struct bunch bunch;
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_ERROR(hd_lock_acquire_timed(&lock, HD_MILLISECOND_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_lock_release(&lock));
  CHECK_OK(hd_lock_acquire_timed(&lock, INT64_MAX));
  done = 0;
  bunch_start(&bunch, 1, acquire_timed, NULL);
  UNTIL(lock_sleepers(&lock) == 1);
  CHECK_OK(hd_lock_release(&lock));
  bunch_join(&bunch);
  CHECK(done == 1 && lock.state == 0);
}

/* A thread that ends with the lock held leaves it held; another may release it. */
static void *acquire_and_end(void *unused) {
  CHECK_OK(hd_lock_acquire(&lock));
  return unused;
}
static void outlives_its_holder(void) {
  elsewhere(acquire_and_end, NULL);
  CHECK(hd_lock_is_held(&lock));
  CHECK_ERROR(hd_lock_try(&lock), HD_ERROR_WOULD_BLOCK);
  CHECK_OK(hd_lock_release(&lock));
  CHECK_OK(hd_lock_try(&lock));
  CHECK_OK(hd_lock_release(&lock));
}

static long shared_count;
static void *count_up(void *unused) {
  for (int i = 0; i < 20000; i++) {
    if (i % 3 == 0)
      while (hd_lock_acquire_timed(&lock, HD_MICROSECOND_NS) != HD_OK) {}
    else
      CHECK_OK(hd_lock_acquire(&lock));
    CHECK(COUNT(inside) == 1);
    shared_count++;
    __atomic_sub_fetch(&inside, 1, __ATOMIC_ACQ_REL);
    CHECK_OK(hd_lock_release(&lock));
  }
  return unused;
}

static void excludes(void) {
  struct bunch bunch;
  shared_count = 0;
  bunch_start(&bunch, 4, count_up, NULL);
  bunch_join(&bunch);
  CHECK(shared_count == 80000);
  CHECK(lock.state == 0);
}

/* Who acquires last may free it at once, though another has just released it. */
static void *release_and_forget(void *argument) {
  CHECK_OK(hd_lock_release((struct hd_lock *)argument));
  return NULL;
}
static void may_be_freed_after_the_last_acquisition(void) {
  for (int i = 0; i < 50; i++) {
    struct hd_lock *own = malloc(sizeof *own);
    hd_lock_init(own, "own");
    CHECK_OK(hd_lock_acquire(own));
    struct bunch bunch;
    bunch_start(&bunch, 1, release_and_forget, own);
    CHECK_OK(hd_lock_acquire(own));
    CHECK_OK(hd_lock_release(own));
    CHECK_OK(hd_lock_destroy(own));
    free(own);
    bunch_join(&bunch);
  }
}

int main(void) {
  acquires_and_releases();
  hd_lock_init(&lock, "lock");
  acquires_and_releases();
  refuses_misuse();
  is_not_reentrant();
  anyone_may_release();
  a_release_wakes_the_sleepers();
  giving_up_loses_no_wake_up();
  a_time_out_changes_nothing();
  outlives_its_holder();
  excludes();
  may_be_freed_after_the_last_acquisition();
  CHECK_OK(hd_lock_destroy(&lock));
  return 0;
}
