#include "check.h"

static struct hd_rlock rlock = HD_RLOCK_INIT;

static void *check_not_mine(void *unused) {
  CHECK(hd_rlock_is_held(&rlock));
  CHECK(hd_rlock_depth(&rlock) == 0);
  CHECK_ERROR(hd_rlock_try(&rlock), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_rlock_acquire_timed(&rlock, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_rlock_release(&rlock), HD_ERROR_NOT_OWNER);
  return unused;
}

static void has_depth(void) {
  CHECK(hd_rlock_depth(&rlock) == 0);
  CHECK_OK(hd_rlock_acquire(&rlock));
  CHECK_OK(hd_rlock_try(&rlock));
  CHECK_OK(hd_rlock_acquire_timed(&rlock, SHORT_NS));
  CHECK_OK(hd_rlock_acquire_timed(&rlock, 0));
  CHECK(hd_rlock_depth(&rlock) == 4);
  for (uint32_t depth = 4; depth > 0; depth--) {
    CHECK(hd_rlock_depth(&rlock) == depth);
    elsewhere(check_not_mine, NULL);
    CHECK_OK(hd_rlock_release(&rlock));
  }
  CHECK(!hd_rlock_is_held(&rlock));
  CHECK(hd_rlock_depth(&rlock) == 0);
}

static void refuses_misuse(void) {
  CHECK_ERROR(hd_rlock_release(&rlock), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_rlock_acquire_timed(&rlock, -7), HD_ERROR_INVALID);
  CHECK_OK(hd_rlock_acquire(&rlock));
  CHECK_ERROR(hd_rlock_destroy(&rlock), HD_ERROR_BUSY);
  CHECK_OK(hd_rlock_release(&rlock));
  CHECK_ERROR(hd_rlock_release(&rlock), HD_ERROR_NOT_OWNER);
  rlock.depth = UINT32_MAX;
  CHECK_OK(hd_lock_acquire(&rlock.lock));
  CHECK_ERROR(hd_rlock_acquire(&rlock), HD_ERROR_OVERFLOW);
  rlock.depth = 1;
  CHECK_OK(hd_rlock_release(&rlock));
}

static int turns;
static void *take_turns(void *unused) {
  for (int i = 0; i < 3000; i++) {
    int depth = 1 + i % 3;
    for (int k = 0; k < depth; k++) CHECK_OK(hd_rlock_acquire(&rlock));
    turns++;
    CHECK(hd_rlock_depth(&rlock) == (uint32_t)depth);
    for (int k = 0; k < depth; k++) CHECK_OK(hd_rlock_release(&rlock));
  }
  return unused;
}

static void excludes(void) {
  struct bunch bunch;
  bunch_start(&bunch, 4, take_turns, NULL);
  bunch_join(&bunch);
  CHECK(turns == 12000);
  CHECK(!hd_rlock_is_held(&rlock));
}

static void *acquire_once(void *unused) {
  CHECK_OK(hd_rlock_acquire(&rlock));
  CHECK(hd_rlock_depth(&rlock) == 1);
  CHECK_OK(hd_rlock_release(&rlock));
  return unused;
}

static void only_the_last_release_lets_others_in(void) {
  struct bunch bunch;
  CHECK_OK(hd_rlock_acquire(&rlock));
  CHECK_OK(hd_rlock_acquire(&rlock));
  bunch_start(&bunch, 2, acquire_once, NULL);
  UNTIL(lock_sleepers(&rlock.lock) == 2);
  CHECK_OK(hd_rlock_release(&rlock));
  CHECK(lock_sleepers(&rlock.lock) == 2);
  CHECK_OK(hd_rlock_release(&rlock));
  bunch_join(&bunch);
}

/* A time-out of another thread, and one's own deeper ones, leave owner and depth as they were. */
static void a_time_out_changes_nothing(void) {
  CHECK_OK(hd_rlock_acquire_timed(&rlock, INT64_MAX));
  elsewhere(check_not_mine, NULL);
  CHECK(hd_rlock_depth(&rlock) == 1);
  CHECK_OK(hd_rlock_acquire_timed(&rlock, HD_FOREVER));
  elsewhere(check_not_mine, NULL);
  CHECK(hd_rlock_depth(&rlock) == 2);
  CHECK_OK(hd_rlock_release(&rlock));
  CHECK_OK(hd_rlock_release(&rlock));
  CHECK(!hd_rlock_is_held(&rlock) && lock_sleepers(&rlock.lock) == 0);
}

/* Waiting in turns, timed and not: whoever gets it gets it at depth 1. */
static void *take_and_leave(void *unused) {
  for (int i = 0; i < 1000; i++) {
    if (i % 2)
      CHECK_OK(hd_rlock_acquire(&rlock));
    else
      while (hd_rlock_acquire_timed(&rlock, HD_MICROSECOND_NS) != HD_OK) {}
    CHECK(hd_rlock_depth(&rlock) == 1);
    CHECK_OK(hd_rlock_try(&rlock));
    CHECK_OK(hd_rlock_release(&rlock));
    CHECK_OK(hd_rlock_release(&rlock));
    CHECK(hd_rlock_depth(&rlock) == 0);
    CHECK_ERROR(hd_rlock_release(&rlock), HD_ERROR_NOT_OWNER);
  }
  return unused;
}
static void time_outs_do_not_mix_owners_up(void) {
  struct bunch bunch;
  bunch_start(&bunch, 4, take_and_leave, NULL);
  bunch_join(&bunch);
  CHECK(!hd_rlock_is_held(&rlock));
}

int main(void) {
  has_depth();
  hd_rlock_init(&rlock, "rlock");
  has_depth();
  refuses_misuse();
  excludes();
  only_the_last_release_lets_others_in();
  a_time_out_changes_nothing();
  time_outs_do_not_mix_owners_up();
  CHECK_OK(hd_rlock_destroy(&rlock));
  return 0;
}
