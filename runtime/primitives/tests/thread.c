#include "check.h"
#include <string.h>
#include <time.h>

static struct hd_event go = HD_EVENT_INIT;
static int runs;

static void run_once(void *argument) {
  CHECK(argument == &runs);
  COUNT(runs);
}
static void wait_for_go(void *unused) { CHECK_OK(hd_event_wait(&go)); }

static void starts_once(void) {
  struct hd_thread thread;
  CHECK_OK(hd_thread_init(&thread, run_once, &runs, "once"));
  CHECK(!hd_thread_is_alive(&thread));
  CHECK(hd_thread_ident(&thread) == 0);
  CHECK_ERROR(hd_thread_join(&thread), HD_ERROR_NOT_STARTED);
  CHECK_OK(hd_thread_start(&thread));
  CHECK_ERROR(hd_thread_start(&thread), HD_ERROR_STARTED);
  CHECK_ERROR(hd_thread_set_daemon(&thread, true), HD_ERROR_STARTED);
  CHECK_OK(hd_thread_join(&thread));
  CHECK(!hd_thread_is_alive(&thread));
  CHECK_ERROR(hd_thread_start(&thread), HD_ERROR_STARTED);
  CHECK_OK(hd_thread_join(&thread));
  CHECK_OK(hd_thread_join_timed(&thread, 0));
  CHECK(runs == 1);
  hd_thread_release(&thread);
}

/* Many want to start it; one does. */
static struct hd_thread contested;
static int started;
static void *start_contested(void *unused) {
  int result = hd_thread_start(&contested);
  CHECK(result == HD_OK || result == HD_ERROR_STARTED);
  if (result == HD_OK) COUNT(started);
  return unused;
}
static void one_of_many_starts_it(void) {
  for (int i = 0; i < 20; i++) {
    struct bunch bunch;
    runs = started = 0;
    CHECK_OK(hd_thread_init(&contested, run_once, &runs, NULL));
    bunch_start(&bunch, 4, start_contested, NULL);
    bunch_join(&bunch);
    CHECK_OK(hd_thread_join(&contested));
    CHECK(started == 1 && runs == 1);
    hd_thread_release(&contested);
  }
}

static struct hd_thread target;
static void *join_target(void *unused) {
  CHECK_OK(hd_thread_join(&target));
  return unused;
}
static void *join_target_timed(void *unused) {
  CHECK_OK(hd_thread_join_timed(&target, LONG_NS));
  return unused;
}

static void has_many_joiners(void) {
  struct bunch forever, timed;
  hd_event_clear(&go);
  CHECK_OK(hd_thread_create(&target, wait_for_go, NULL, "target"));
  CHECK(hd_thread_is_alive(&target));
  bunch_start(&forever, 4, join_target, NULL);
  bunch_start(&timed, 4, join_target_timed, NULL);
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_thread_join_timed(&target, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK_ERROR(hd_thread_join_timed(&target, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_thread_join_timed(&target, -2), HD_ERROR_INVALID);
  CHECK(hd_thread_is_alive(&target));
  CHECK(hd_thread_active_count() == 2);
  hd_event_set(&go);
  bunch_join(&forever);
  bunch_join(&timed);
  CHECK(!hd_thread_is_alive(&target));
  CHECK(hd_thread_active_count() == 1);
  hd_thread_release(&target);
}

static struct hd_thread itself;
static void look_at_itself(void *unused) {
  CHECK_OK(hd_event_wait(&go));
  CHECK_ERROR(hd_thread_join(&itself), HD_ERROR_SELF_JOIN);
  CHECK_ERROR(hd_thread_join_timed(&itself, SHORT_NS), HD_ERROR_SELF_JOIN);
  CHECK(hd_thread_ident(&itself) == hd_thread_current_ident());
  struct hd_thread again;
  CHECK_OK(hd_thread_current(&again));
  CHECK_ERROR(hd_thread_join(&again), HD_ERROR_SELF_JOIN);
  CHECK_OK(hd_thread_set_name(&again, "renamed from inside"));
  hd_thread_release(&again);
}

static void knows_itself(void) {
  char name[64];
  hd_event_clear(&go);
  CHECK_OK(hd_thread_create(&itself, look_at_itself, NULL, "itself"));
  CHECK(hd_thread_ident(&itself) != 0);
  CHECK(hd_thread_ident(&itself) != hd_thread_current_ident());
  CHECK(hd_thread_current_ident() == (uint32_t)gettid());
  hd_event_set(&go);
  CHECK_OK(hd_thread_join(&itself));
  CHECK(hd_thread_get_name(&itself, name, sizeof name) == strlen("renamed from inside"));
  CHECK(strcmp(name, "renamed from inside") == 0);
  hd_thread_release(&itself);
  struct hd_thread none;
  CHECK_ERROR(hd_thread_current(&none), HD_ERROR_INVALID);
}

static void check_name(const struct hd_thread *thread, const char *expected) {
  char name[64];
  CHECK(hd_thread_get_name(thread, name, sizeof name) == strlen(expected));
  CHECK(strcmp(name, expected) == 0);
}

static void has_a_name_at_any_time(void) {
  struct hd_thread thread;
  char cut[4] = "???";
  hd_event_clear(&go);
  CHECK_OK(hd_thread_init(&thread, wait_for_go, NULL, "first"));
  check_name(&thread, "first");
  CHECK_OK(hd_thread_set_name(&thread, "before its start"));
  CHECK_OK(hd_thread_start(&thread));
  check_name(&thread, "before its start");
  CHECK_OK(hd_thread_set_name(&thread, "while it runs, longer than the kernel likes"));
  check_name(&thread, "while it runs, longer than the kernel likes");
  CHECK(hd_thread_get_name(&thread, cut, sizeof cut) == strlen("while it runs, longer than the kernel likes"));
  CHECK(strcmp(cut, "whi") == 0);
  CHECK(hd_thread_get_name(&thread, NULL, 0) > 0);
  hd_event_set(&go);
  CHECK_OK(hd_thread_join(&thread));
  CHECK_OK(hd_thread_set_name(&thread, "after its end"));
  check_name(&thread, "after its end");
  hd_thread_release(&thread);
  CHECK_OK(hd_thread_init(&thread, wait_for_go, NULL, NULL));
  CHECK(hd_thread_get_name(&thread, cut, sizeof cut) > 0);
  hd_thread_release(&thread);
}

/* Names change while others read them, and while their thread begins and ends. */
static void *rename_target(void *name) {
  for (int i = 0; i < 200; i++) CHECK_OK(hd_thread_set_name(&target, name));
  return NULL;
}
static void *read_name_of_target(void *unused) {
  for (int i = 0; i < 200; i++) {
    char name[32];
    size_t length = hd_thread_get_name(&target, name, sizeof name);
    CHECK(length == strlen(name) && (length == 3 || length == 12));
  }
  return unused;
}
static void a_name_changes_as_a_whole(void) {
  struct bunch one, other, readers;
  hd_event_clear(&go);
  CHECK_OK(hd_thread_init(&target, wait_for_go, NULL, "abc"));
  bunch_start(&one, 1, rename_target, "xyz");
  bunch_start(&other, 1, rename_target, "a long, long");
  bunch_start(&readers, 2, read_name_of_target, NULL);
  CHECK_OK(hd_thread_start(&target));
  hd_event_set(&go);
  bunch_join(&one);
  bunch_join(&other);
  bunch_join(&readers);
  CHECK_OK(hd_thread_join(&target));
  hd_thread_release(&target);
}

static void enumerates_those_alive(void) {
  struct hd_thread threads[3], seen[8];
  hd_event_clear(&go);
  CHECK(hd_thread_enumerate(NULL, 0) == 0);
  for (int i = 0; i < 3; i++) {
    CHECK_OK(hd_thread_init(&threads[i], wait_for_go, NULL, "listed"));
    CHECK(hd_thread_enumerate(NULL, 0) == (size_t)i);
    CHECK_OK(hd_thread_set_daemon(&threads[i], i == 1)); /* daemons are listed, too */
    CHECK_OK(hd_thread_start(&threads[i]));
  }
  CHECK(hd_thread_active_count() == 4);
  CHECK(hd_thread_enumerate(NULL, 0) == 3);
  CHECK(hd_thread_enumerate(seen, 1) == 3); /* one is filled in */
  CHECK(hd_thread_ident(&seen[0]) == hd_thread_ident(&threads[2]));
  hd_thread_release(&seen[0]);
  CHECK(hd_thread_enumerate(seen, 8) == 3);
  for (int i = 0; i < 3; i++) CHECK(hd_thread_ident(&seen[i]) == hd_thread_ident(&threads[2 - i]));
  hd_event_set(&go);
  for (int i = 0; i < 3; i++) { /* a handle found so is as good as any */
    CHECK_OK(hd_thread_join(&seen[i]));
    CHECK(!hd_thread_is_alive(&threads[2 - i]));
    hd_thread_release(&seen[i]);
    hd_thread_release(&threads[2 - i]);
  }
  CHECK(hd_thread_enumerate(seen, 8) == 0);
}

static void come_and_go(void *unused) {}
static void *list_again_and_again(void *unused) {
  for (int i = 0; i < 200; i++) {
    struct hd_thread seen[8];
    size_t count = hd_thread_enumerate(seen, 8);
    for (size_t k = 0; k < count && k < 8; k++) {
      if (i % 2) CHECK_OK(hd_thread_join(&seen[k]));
      hd_thread_release(&seen[k]);
    }
  }
  return unused;
}
static void enumerates_while_they_come_and_go(void) {
  struct bunch bunch;
  bunch_start(&bunch, 2, list_again_and_again, NULL);
  for (int i = 0; i < 200; i++) {
    struct hd_thread thread;
    CHECK_OK(hd_thread_create(&thread, come_and_go, NULL, NULL));
    hd_thread_release(&thread);
  }
  bunch_join(&bunch);
  UNTIL(hd_thread_active_count() == 1);
}

static void look_and_run(void *argument) {
  struct hd_thread self;
  CHECK_OK(hd_thread_current(&self));
  CHECK(hd_thread_is_daemon(&self));
  hd_thread_release(&self);
  run_once(argument);
}
static void starts_one_without_a_handle(void) {
  runs = 0;
  for (int i = 0; i < 5; i++) CHECK_OK(hd_thread_start_new(look_and_run, &runs));
  UNTIL(LOAD(runs) == 5 && hd_thread_active_count() == 1);
}

static void a_handle_may_go_first(void) {
  for (int i = 0; i < 20; i++) {
    struct hd_thread thread;
    hd_event_clear(&go);
    CHECK_OK(hd_thread_create(&thread, wait_for_go, NULL, "left alone"));
    if (i % 2) hd_event_set(&go);
    hd_thread_release(&thread);
    hd_event_set(&go);
    UNTIL(hd_thread_active_count() == 1);
  }
}

static void sleeps(void) {
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  CHECK_OK(hd_thread_sleep(2 * HD_MILLISECOND_NS));
  CHECK_OK(hd_thread_sleep(0));
  clock_gettime(CLOCK_MONOTONIC, &after);
  CHECK((after.tv_sec - before.tv_sec) * HD_SECOND_NS + after.tv_nsec - before.tv_nsec >= 2 * HD_MILLISECOND_NS);
  CHECK(hd_thread_sleep(-1) == HD_ERROR_INVALID);
}

int main(void) {
  sleeps();
  starts_once();
  one_of_many_starts_it();
  has_many_joiners();
  knows_itself();
  has_a_name_at_any_time();
  a_name_changes_as_a_whole();
  enumerates_those_alive();
  enumerates_while_they_come_and_go();
  starts_one_without_a_handle();
  a_handle_may_go_first();
  return 0;
}
