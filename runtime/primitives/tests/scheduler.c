#include "check.h"
#include <string.h>

/* What has run, in its order. */
static struct hd_scheduler scheduler = HD_SCHEDULER_INIT;
static struct hd_lock order_lock = HD_LOCK_INIT;
static char order[64];
static int note(void *letter) {
  hd_lock_acquire(&order_lock);
  order[strlen(order)] = *(const char *)letter;
  hd_lock_release(&order_lock);
  return 0;
}
static bool noted(const char *expected) {
  hd_lock_acquire(&order_lock);
  bool same = strcmp(order, expected) == 0;
  hd_lock_release(&order_lock);
  return same;
}
static void forget(void) { memset(order, 0, sizeof order); }

static hd_scheduler_entry enter(int64_t time_ns, int32_t priority, const char *letter) {
  hd_scheduler_entry entry = 0;
  CHECK_OK(hd_scheduler_enter_absolute(&scheduler, time_ns, priority, note, (void *)(uintptr_t)letter, &entry));
  CHECK(entry != 0);
  return entry;
}

static void runs_in_the_order_of_times(void) {
  int64_t base_ns = hd_scheduler_now();
  forget();
  enter(base_ns + 4 * HD_MILLISECOND_NS, 1, "d");
  enter(base_ns + 1 * HD_MILLISECOND_NS, 1, "a");
  enter(base_ns + 3 * HD_MILLISECOND_NS, 1, "c");
  enter(base_ns + 2 * HD_MILLISECOND_NS, 1, "b");
  CHECK_OK(hd_scheduler_enter(&scheduler, 5 * HD_MILLISECOND_NS, 1, note, "e", NULL));
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  CHECK(noted("abcde"));
  CHECK(hd_scheduler_now() - base_ns >= 5 * HD_MILLISECOND_NS);
}

static void equal_times_run_by_priority_then_by_entering(void) {
  int64_t time_ns = hd_scheduler_now() + 2 * HD_MILLISECOND_NS;
  forget();
  enter(time_ns, 2, "e");
  enter(time_ns, 1, "c");
  enter(time_ns, INT32_MIN, "a");
  enter(time_ns, 1, "d");
  enter(time_ns, -1, "b");
  enter(time_ns, INT32_MAX, "f");
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  CHECK(noted("abcdef"));
}

static void what_is_past_is_due_at_once(void) {
  int64_t next_ns = -7;
  forget();
  enter(0, 1, "b");
  enter(INT64_MIN, 9, "a");
  CHECK_OK(hd_scheduler_enter(&scheduler, -5, 0, note, "c", NULL));
  CHECK_OK(hd_scheduler_run_due(&scheduler, &next_ns, NULL));
  CHECK(noted("abc"));
  CHECK(next_ns == HD_FOREVER);
}

static void without_waiting_it_runs_only_what_is_due(void) {
  int64_t now_ns = hd_scheduler_now(), next_ns = -7;
  forget();
  CHECK_OK(hd_scheduler_run_due(&scheduler, &next_ns, NULL));
  CHECK(next_ns == HD_FOREVER);
  for (int i = 10; i > 0; i--) enter(now_ns + LONG_NS + i, 0, "z");
  enter(now_ns, 0, "a");
  CHECK_OK(hd_scheduler_run_due(&scheduler, &next_ns, NULL));
  CHECK(noted("a"));
  CHECK(next_ns > 0 && next_ns <= LONG_NS + 1);
  CHECK_OK(hd_scheduler_run_due(&scheduler, NULL, NULL));
  CHECK(hd_scheduler_size(&scheduler) == 10);
  CHECK_OK(hd_scheduler_destroy(&scheduler));
  CHECK(hd_scheduler_is_empty(&scheduler));
}

static void cancels_exactly_one(void) {
  int64_t time_ns = hd_scheduler_now() + HD_MILLISECOND_NS;
  hd_scheduler_entry entries[6];
  forget();
  for (int i = 0; i < 6; i++) entries[i] = enter(time_ns, 1, &"abcdef"[i]); /* as much alike as they can be */
  CHECK_OK(hd_scheduler_cancel(&scheduler, entries[1]));
  CHECK_OK(hd_scheduler_cancel(&scheduler, entries[4]));
  CHECK_OK(hd_scheduler_cancel(&scheduler, entries[0]));
  CHECK_ERROR(hd_scheduler_cancel(&scheduler, entries[4]), HD_ERROR_NOT_QUEUED);
  CHECK_ERROR(hd_scheduler_cancel(&scheduler, 0), HD_ERROR_NOT_QUEUED);
  CHECK_ERROR(hd_scheduler_cancel(&scheduler, UINT64_MAX), HD_ERROR_NOT_QUEUED);
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  CHECK(noted("cdf"));
  CHECK_ERROR(hd_scheduler_cancel(&scheduler, entries[2]), HD_ERROR_NOT_QUEUED);
}

static void the_queue_can_be_seen(void) {
  int64_t now_ns = hd_scheduler_now();
  struct hd_scheduled seen[8];
  size_t count = 7;
  CHECK_OK(hd_scheduler_queue(&scheduler, seen, 8, &count));
  CHECK(count == 0 && hd_scheduler_is_empty(&scheduler));
  hd_scheduler_entry e = enter(now_ns + 5 * LONG_NS, 1, "e"), a = enter(now_ns + 1 * LONG_NS, 1, "a"),
                     c = enter(now_ns + 3 * LONG_NS, 1, "c"), d = enter(now_ns + 3 * LONG_NS, 2, "d"),
                     b = enter(now_ns + 3 * LONG_NS, 0, "b");
  CHECK_OK(hd_scheduler_queue(&scheduler, seen, 8, &count));
  CHECK(count == 5);
  hd_scheduler_entry expected[] = {a, b, c, d, e};
  for (int i = 0; i < 5; i++) {
    CHECK(seen[i].entry == expected[i]);
    CHECK(seen[i].routine == note && *(const char *)seen[i].argument == "abcde"[i]);
  }
  CHECK(seen[3].priority == 2 && seen[3].time_ns == now_ns + 3 * LONG_NS);
  CHECK_OK(hd_scheduler_queue(&scheduler, seen + 5, 2, &count));
  CHECK(count == 5 && seen[5].entry == a && seen[6].entry == b);
  CHECK_OK(hd_scheduler_queue(&scheduler, NULL, 0, NULL));
  CHECK(hd_scheduler_size(&scheduler) == 5);
  for (int i = 0; i < 5; i++) CHECK_OK(hd_scheduler_cancel(&scheduler, seen[i].entry));
  CHECK(hd_scheduler_is_empty(&scheduler));
}

/* Routines that enter and cancel others, and see what is queued: not themselves. */
static hd_scheduler_entry last_entry;
static int enter_more(void *unused) {
  int64_t now_ns = hd_scheduler_now();
  CHECK(hd_scheduler_size(&scheduler) == 1);
  CHECK_OK(hd_scheduler_cancel(&scheduler, last_entry));
  enter(now_ns + HD_MILLISECOND_NS, 0, "y");
  enter(now_ns, 0, "x");
  return note("w");
}
static int repeat(void *left) {
  note("r");
  if (--*(int *)left) CHECK_OK(hd_scheduler_enter(&scheduler, 100 * HD_MICROSECOND_NS, 0, repeat, left, NULL));
  return 0;
}
static void routines_enter_and_cancel(void) {
  int left = 5;
  forget();
  last_entry = enter(hd_scheduler_now() + LONG_NS, 0, "z");
  CHECK_OK(hd_scheduler_enter(&scheduler, 0, 0, enter_more, NULL, NULL));
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  CHECK(noted("wxy"));
  forget();
  CHECK_OK(hd_scheduler_enter(&scheduler, 0, 0, repeat, &left, NULL));
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  CHECK(noted("rrrrr"));
}

static int fail(void *unused) { return 42; }
static void an_error_ends_the_run_and_leaves_the_rest(void) {
  int error = 7;
  int64_t next_ns = -7;
  forget();
  enter(1, 0, "a");
  CHECK_OK(hd_scheduler_enter_absolute(&scheduler, 2, 0, fail, NULL, NULL));
  CHECK_OK(hd_scheduler_enter_absolute(&scheduler, 2, 0, fail, NULL, NULL));
  enter(3, 0, "b");
  CHECK_ERROR(hd_scheduler_run(&scheduler, &error), HD_ERROR_JOB_FAILED);
  CHECK(error == 42 && noted("a"));
  CHECK_ERROR(hd_scheduler_run_due(&scheduler, &next_ns, NULL), HD_ERROR_JOB_FAILED);
  CHECK(next_ns == -7);
  CHECK_OK(hd_scheduler_run(&scheduler, &error));
  CHECK(error == 0 && noted("ab"));
}

static int run_it(void *unused) {
  CHECK_ERROR(hd_scheduler_destroy(&scheduler), HD_ERROR_BUSY);
  int64_t next_ns;
  CHECK_OK(hd_scheduler_run_due(&scheduler, &next_ns, NULL)); /* a run inside a run takes what is due */
  CHECK(next_ns == HD_FOREVER && noted("a"));
  return note("b");
}
static void may_be_run_by_its_own_routine(void) {
  forget();
  CHECK_OK(hd_scheduler_enter_absolute(&scheduler, 1, 0, run_it, NULL, NULL));
  enter(2, 0, "a");
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  CHECK(noted("ab"));
}

static void *run(void *unused) {
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  return unused;
}
/* Whether somebody sleeps for the next entry cannot be seen; but what is entered now comes before it in any case. */
static void a_sooner_entry_wakes_the_sleeper(void) {
  struct bunch bunch;
  forget();
  hd_scheduler_entry far = enter(hd_scheduler_now() + LONG_NS, 0, "z");
  bunch_start(&bunch, 1, run, NULL);
  UNTIL(LOAD(scheduler.run_count) == 1);
  enter(hd_scheduler_now() + HD_MILLISECOND_NS, 0, "a");
  UNTIL(noted("a"));
  usleep(2000); /* most probably it sleeps for the far one by now */
  enter(hd_scheduler_now(), 0, "b");
  UNTIL(noted("ab"));
  CHECK_OK(hd_scheduler_cancel(&scheduler, far)); /* nothing is left: the run ends */
  bunch_join(&bunch);
  CHECK(noted("ab"));
}

static int end_thread(void *unused) {
  pthread_exit(NULL);
  return 0;
}
static void a_routine_may_end_its_thread(void) {
  forget();
  CHECK_OK(hd_scheduler_enter(&scheduler, 0, 0, end_thread, NULL, NULL));
  enter(hd_scheduler_now() + LONG_NS, 0, "z");
  elsewhere(run, NULL);
  CHECK(LOAD(scheduler.run_count) == 0);
  CHECK_OK(hd_scheduler_destroy(&scheduler));
}

/* Several threads enter, cancel and run at once: what was not cancelled runs exactly once. */
enum { THREADS = 4, ENTRIES = 500 };
static int ran[THREADS][ENTRIES], cancelled[THREADS][ENTRIES], next_row;
static int count(void *counter) {
  COUNT(*(int *)counter);
  return 0;
}
static void *enter_and_run(void *unused) {
  int row = __atomic_fetch_add(&next_row, 1, __ATOMIC_RELAXED);
  for (int i = 0; i < ENTRIES; i++) {
    hd_scheduler_entry entry;
    CHECK_OK(hd_scheduler_enter(&scheduler, (i * 7919 % 100) * HD_MICROSECOND_NS, i % 3, count, &ran[row][i], &entry));
    if (i % 5 == 0 && hd_scheduler_cancel(&scheduler, entry) == HD_OK) cancelled[row][i] = 1;
    if (i % 50 == 0) CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  }
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  return unused;
}
static void many_threads_share_one(void) {
  struct bunch bunch;
  bunch_start(&bunch, THREADS, enter_and_run, NULL);
  bunch_join(&bunch);
  CHECK(hd_scheduler_is_empty(&scheduler));
  for (int row = 0; row < THREADS; row++)
    for (int i = 0; i < ENTRIES; i++) CHECK(LOAD(ran[row][i]) + cancelled[row][i] == 1);
}

/* The order of many random ones is that of their times, priorities and names. */
static int64_t last_time_ns;
static int32_t last_priority;
static size_t run_total;
static int check_order(void *argument) {
  const struct hd_scheduled *self = argument;
  CHECK(self->time_ns > last_time_ns || (self->time_ns == last_time_ns && self->priority >= last_priority));
  last_time_ns = self->time_ns;
  last_priority = self->priority;
  run_total++;
  return 0;
}
static void many_keep_their_order(void) {
  enum { MANY = 3000 };
  static struct hd_scheduled planned[MANY];
  srand(4);
  size_t left = 0;
  for (int i = 0; i < MANY; i++) {
    planned[i].time_ns = 1 + rand() % 100;
    planned[i].priority = rand() % 7 - 3;
    CHECK_OK(hd_scheduler_enter_absolute(&scheduler, planned[i].time_ns, planned[i].priority, check_order, &planned[i], &planned[i].entry));
  }
  for (int i = 0; i < MANY; i++)
    if (rand() % 4 == 0)
      CHECK_OK(hd_scheduler_cancel(&scheduler, planned[i].entry));
    else
      left++;
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  CHECK(run_total == left);
}

int main(void) {
  runs_in_the_order_of_times();
  CHECK_OK(hd_scheduler_destroy(&scheduler));
  hd_scheduler_init(&scheduler, "scheduler");
  equal_times_run_by_priority_then_by_entering();
  what_is_past_is_due_at_once();
  without_waiting_it_runs_only_what_is_due();
  cancels_exactly_one();
  the_queue_can_be_seen();
  routines_enter_and_cancel();
  an_error_ends_the_run_and_leaves_the_rest();
  may_be_run_by_its_own_routine();
  a_sooner_entry_wakes_the_sleeper();
  a_routine_may_end_its_thread();
  many_threads_share_one();
  many_keep_their_order();
  CHECK_OK(hd_scheduler_destroy(&scheduler));
  return 0;
}
