#include "check.h"

static struct hd_semaphore semaphore = HD_SEMAPHORE_INIT(0);
static int acquired;

static uint32_t sleepers(void) { return (uint32_t)(__atomic_load_n(&semaphore.state, __ATOMIC_RELAXED) >> 32); }

static void *acquire_one(void *unused) {
  CHECK_OK(hd_semaphore_acquire(&semaphore));
  COUNT(acquired);
  return unused;
}

static void begins_empty(void) {
  struct bunch bunch;
  acquired = 0;
  CHECK(hd_semaphore_permits(&semaphore) == 0);
  CHECK_ERROR(hd_semaphore_try(&semaphore), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_semaphore_acquire_timed(&semaphore, 0), HD_ERROR_TIMEOUT);
  bunch_start(&bunch, 5, acquire_one, NULL);
  UNTIL(sleepers() == 5);
  CHECK(LOAD(acquired) == 0);
  CHECK_OK(hd_semaphore_release(&semaphore, 1));
  UNTIL(LOAD(acquired) == 1);
  CHECK_OK(hd_semaphore_release(&semaphore, 3));
  UNTIL(LOAD(acquired) == 4);
  usleep(10000);
  CHECK(LOAD(acquired) == 4 && sleepers() == 1);
  CHECK_OK(hd_semaphore_release(&semaphore, 4));
  bunch_join(&bunch);
  CHECK(hd_semaphore_permits(&semaphore) == 3);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_semaphore_try(&semaphore));
  CHECK_ERROR(hd_semaphore_try(&semaphore), HD_ERROR_WOULD_BLOCK);
}

static void times_out(void) {
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_semaphore_acquire_timed(&semaphore, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK(semaphore.state == 0);
  CHECK_ERROR(hd_semaphore_acquire_timed(&semaphore, -2), HD_ERROR_INVALID);
  CHECK_OK(hd_semaphore_release(&semaphore, 1));
  CHECK_OK(hd_semaphore_acquire_timed(&semaphore, SHORT_NS));
}

static void *acquire_two_timed(void *unused) {
  for (int i = 0; i < 2; i++) {
    CHECK_OK(hd_semaphore_acquire_timed(&semaphore, LONG_NS));
    COUNT(acquired);
  }
  return unused;
}
/* As many go on as permits are given, however they are given: no permit is lost, none is made up. */
static void each_permit_serves_once(void) {
  struct bunch bunch;
  acquired = 0;
  bunch_start(&bunch, 6, acquire_two_timed, NULL);
  UNTIL(sleepers() == 6);
  CHECK_OK(hd_semaphore_release(&semaphore, 7));
  UNTIL(LOAD(acquired) == 7);
  usleep(5000);
  CHECK(LOAD(acquired) == 7);
  for (int i = 8; i <= 12; i++) {
    CHECK_OK(hd_semaphore_release(&semaphore, 1));
    UNTIL(LOAD(acquired) == i);
  }
  bunch_join(&bunch);
  CHECK(semaphore.state == 0);
  CHECK_OK(hd_semaphore_release(&semaphore, 1));
  CHECK_OK(hd_semaphore_acquire_timed(&semaphore, INT64_MAX));
}

static void refuses_misuse(void) {
  struct hd_semaphore own;
  CHECK_ERROR(hd_semaphore_init(&own, (uint32_t)HD_SEMAPHORE_MAX + 1, "own"), HD_ERROR_INVALID);
  CHECK_OK(hd_semaphore_init(&own, HD_SEMAPHORE_MAX - 1, "own"));
  CHECK_ERROR(hd_semaphore_release(&own, 0), HD_ERROR_INVALID);
  CHECK_ERROR(hd_semaphore_release(&own, 2), HD_ERROR_OVERFLOW);
  CHECK_ERROR(hd_semaphore_release(&own, UINT32_MAX), HD_ERROR_OVERFLOW);
  CHECK_OK(hd_semaphore_release(&own, 1));
  CHECK_ERROR(hd_semaphore_release(&own, 1), HD_ERROR_OVERFLOW);
  CHECK(hd_semaphore_permits(&own) == HD_SEMAPHORE_MAX);
  CHECK_OK(hd_semaphore_destroy(&own));
}

static void a_bounded_one_refuses_over_release(void) {
  struct hd_semaphore bounded = HD_SEMAPHORE_INIT_BOUNDED(2);
  CHECK_ERROR(hd_semaphore_release(&bounded, 1), HD_ERROR_OVER_RELEASE);
  CHECK_OK(hd_semaphore_init_bounded(&bounded, 2, "bounded"));
  CHECK_ERROR(hd_semaphore_release(&bounded, 1), HD_ERROR_OVER_RELEASE);
  CHECK_OK(hd_semaphore_acquire(&bounded));
  CHECK_ERROR(hd_semaphore_release(&bounded, 2), HD_ERROR_OVER_RELEASE);
  CHECK(hd_semaphore_permits(&bounded) == 1);
  CHECK_OK(hd_semaphore_acquire(&bounded));
  CHECK_ERROR(hd_semaphore_try(&bounded), HD_ERROR_WOULD_BLOCK);
  CHECK_OK(hd_semaphore_release(&bounded, 2));
  CHECK_ERROR(hd_semaphore_release(&bounded, 1), HD_ERROR_OVER_RELEASE);
  CHECK_OK(hd_semaphore_init_bounded(&bounded, 0, "never"));
  CHECK_ERROR(hd_semaphore_release(&bounded, 1), HD_ERROR_OVER_RELEASE);
}

static int in_use;
static void *use_permit(void *unused) {
  for (int i = 0; i < 3000; i++) {
    if (i % 2)
      CHECK_OK(hd_semaphore_acquire(&semaphore));
    else
      while (hd_semaphore_acquire_timed(&semaphore, HD_MICROSECOND_NS) != HD_OK) {}
    CHECK(COUNT(in_use) <= 3);
    __atomic_sub_fetch(&in_use, 1, __ATOMIC_ACQ_REL);
    CHECK_OK(hd_semaphore_release(&semaphore, 1));
  }
  return unused;
}

static void limits_its_users(void) {
  struct bunch bunch;
  CHECK_OK(hd_semaphore_init_bounded(&semaphore, 3, "three of seven"));
  bunch_start(&bunch, 7, use_permit, NULL);
  bunch_join(&bunch);
  CHECK(semaphore.state == 3);
}

static void *release_and_forget(void *argument) {
  CHECK_OK(hd_semaphore_release((struct hd_semaphore *)argument, 1));
  return NULL;
}
static void may_be_freed_by_its_last_user(void) {
  for (int i = 0; i < 50; i++) {
    struct hd_semaphore *own = malloc(sizeof *own);
    CHECK_OK(hd_semaphore_init(own, 0, NULL));
    struct bunch bunch;
    bunch_start(&bunch, 1, release_and_forget, own);
    CHECK_OK(hd_semaphore_acquire(own));
    CHECK_OK(hd_semaphore_destroy(own));
    free(own);
    bunch_join(&bunch);
  }
}

static void is_busy_while_somebody_waits(void) {
  struct bunch bunch;
  CHECK_OK(hd_semaphore_init(&semaphore, 0, "semaphore"));
  bunch_start(&bunch, 1, acquire_one, NULL);
  UNTIL(sleepers() == 1);
  CHECK_ERROR(hd_semaphore_destroy(&semaphore), HD_ERROR_BUSY);
  CHECK_OK(hd_semaphore_release(&semaphore, 1));
  bunch_join(&bunch);
  CHECK_OK(hd_semaphore_destroy(&semaphore));
}

int main(void) {
  begins_empty();
  times_out();
  each_permit_serves_once();
  refuses_misuse();
  a_bounded_one_refuses_over_release();
  limits_its_users();
  may_be_freed_by_its_last_user();
  is_busy_while_somebody_waits();
  return 0;
}
