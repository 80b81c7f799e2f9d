/* Context variables and event schedulers, to be recorded.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 4
 * expect: actors task 4
 * expect: objects scheduler 1
 * expect: objects executor 1
 * expect: label main request main
 * expect: label main request -
 * expect: label main request in a copy
 * expect: label heir request main
 * expect: label first request main
 * expect: label first request one
 * expect: label second request main
 * expect: label second request two words
 * expect: label second user anna
 * expect: label child request two words
 * expect: label child user anna
 * expect: label to-thread-1 request two words
 * expect: misuse -1038 1
 * expect: misuse -1039 1
 * expect: misuse -1040 1
 * expect: state main blocked 40 -
 * expect: state second wait-future 15 -
 * expect: nofinding blocked-loop
 * expect: nofinding deadlock
 */
#include "check.h"
#include <string.h>

static struct hd_context_var request = HD_CONTEXT_VAR("request"), user = HD_CONTEXT_VAR("user");
static struct hd_scheduler scheduler;

static int slow(void *unused) { return hd_thread_sleep(SHORT_NS); }
static int twice(void *unused) {
  static int count;
  return ++count < 2 ? hd_scheduler_enter(&scheduler, SHORT_NS, 0, twice, NULL, NULL) : 0;
}
static void schedule(void) {
  hd_scheduler_entry entry;
  hd_scheduler_init(&scheduler, "scheduler");
  CHECK_OK(hd_scheduler_enter(&scheduler, 0, 0, slow, NULL, NULL));
  CHECK_OK(hd_scheduler_enter(&scheduler, SHORT_NS / 2, 0, twice, NULL, NULL));
  CHECK_OK(hd_scheduler_enter(&scheduler, LONG_NS, 0, twice, NULL, &entry));
  CHECK_OK(hd_scheduler_cancel(&scheduler, entry));
  CHECK_ERROR(hd_scheduler_cancel(&scheduler, entry), HD_ERROR_NOT_QUEUED);
  CHECK_OK(hd_scheduler_run(&scheduler, NULL));
  CHECK_OK(hd_scheduler_destroy(&scheduler));
}

static struct hd_context copy;
static void in_copy(void *unused) {
  CHECK_ERROR(hd_context_run(&copy, in_copy, NULL), HD_ERROR_ENTERED);
  CHECK_OK(hd_context_set_text(&request, "in a copy", NULL));
}
static void see_main(void *unused) { CHECK(strcmp(hd_context_get_or(&request, "none"), "main") == 0); }
static void see_nothing(void *unused) { CHECK(!hd_context_get_or(&request, NULL)); }

static int job(const void *unused, void *result) { return hd_thread_sleep(SHORT_NS); }
static int child(void *unused, void *result) { return hd_task_sleep(HD_MILLISECOND_NS); }
static int first(void *unused, void *result) {
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  CHECK_OK(hd_context_set_text(&request, "one", NULL));
  return hd_task_sleep(HD_MILLISECOND_NS);
}
static int second(void *unused, void *result) {
  struct hd_task task;
  CHECK_OK(hd_context_set_text(&request, "two words", NULL));
  CHECK_OK(hd_context_set(&user, &scheduler, "anna", NULL));
  CHECK_OK(hd_task_create(&task, child, NULL, 0, 0, "child"));
  CHECK_OK(hd_to_thread(job, NULL, 0, NULL, 0));
  CHECK_OK(hd_await(&task, NULL));
  hd_task_release(&task);
  return 0;
}
static int make_tasks(void *unused, void *result) {
  struct hd_task tasks[2];
  CHECK_OK(hd_task_create(&tasks[0], first, NULL, 0, 0, "first"));
  CHECK_OK(hd_task_create(&tasks[1], second, NULL, 0, 0, "second"));
  for (int i = 0; i < 2; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  return 0;
}

int main(void) {
  struct hd_thread heir, stranger;
  struct hd_context_token token, used;
  schedule();
  CHECK_OK(hd_context_set_text(&request, "main", &token));
  CHECK_OK(hd_context_copy(&copy));
  CHECK_OK(hd_context_run(&copy, in_copy, NULL));
  hd_context_release(&copy);
  CHECK_OK(hd_thread_init(&heir, see_main, NULL, "heir"));
  CHECK_OK(hd_context_inherit(&heir));
  CHECK_OK(hd_thread_start(&heir));
  CHECK_OK(hd_thread_create(&stranger, see_nothing, NULL, "stranger"));
  CHECK_OK(hd_thread_join(&heir));
  CHECK_OK(hd_thread_join(&stranger));
  CHECK_OK(hd_loop_run(make_tasks, NULL, NULL, 0, NULL));
  CHECK_OK(hd_context_reset(&request, &token));
  used = token;
  CHECK_ERROR(hd_context_reset(&request, &used), HD_ERROR_FOREIGN_TOKEN);
  return 0;
}
