/* Contexts of tasks: inherited when they are made, their own from then on, whatever runs between their steps. */
#include "async.h"

static struct hd_context_var request = HD_CONTEXT_VAR("request");
static const char *seen(void) { return hd_context_get_or(&request, "none"); }

/* Sets its own value, and finds it again after each await. */
static int keep(void *argument, void *result) {
  char own[16];
  snprintf(own, sizeof own, "%d", (int)(intptr_t)argument);
  CHECK(strcmp(seen(), "maker") == 0);
  for (int i = 0; i < 20; i++) {
    struct hd_context_token token;
    CHECK_OK(hd_task_sleep(0));
    CHECK_OK(hd_context_set_text(&request, own, &token));
    CHECK_OK(hd_task_sleep(0));
    CHECK(strcmp(seen(), own) == 0);
    CHECK_OK(hd_context_reset(&request, &token));
    CHECK(strcmp(seen(), "maker") == 0);
  }
  return 0;
}
static int tasks_have_their_own(void *unused, void *result) {
  enum { TASKS = 8 };
  struct hd_task tasks[TASKS];
  CHECK(strcmp(seen(), "thread") == 0); /* the first task is made by the thread */
  CHECK_OK(hd_context_set_text(&request, "maker", NULL));
  for (int i = 0; i < TASKS; i++) CHECK_OK(hd_task_create(&tasks[i], keep, (void *)(intptr_t)i, 0, 0, NULL));
  CHECK_OK(hd_context_set_text(&request, "later", NULL));
  for (int i = 0; i < TASKS; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  CHECK(strcmp(seen(), "later") == 0);
  return 0;
}

static int grandchild(void *unused, void *result) { return strcmp(seen(), "child") == 0 ? 0 : 1; }
static int child(void *unused, void *result) {
  struct hd_task task;
  CHECK(strcmp(seen(), "thread") == 0);
  CHECK_OK(hd_context_set_text(&request, "child", NULL));
  CHECK_OK(hd_task_create(&task, grandchild, NULL, 0, 0, NULL));
  CHECK_OK(hd_await(&task, NULL));
  hd_task_release(&task);
  return 0;
}
static int they_are_handed_down(void *unused, void *result) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, child, NULL, 0, 0, NULL));
  CHECK_OK(hd_await(&task, NULL));
  CHECK(strcmp(seen(), "thread") == 0);
  hd_task_release(&task);
  return 0;
}

/* A run in a context may await; meanwhile other tasks run in theirs, and none can enter this one. */
static void run_and_await(void *unused) {
  CHECK(strcmp(seen(), "thread") == 0);
  CHECK_OK(hd_context_set_text(&request, "run", NULL));
  rounds(5);
  CHECK(strcmp(seen(), "run") == 0);
}
static void never(void *unused) { CHECK(false); }
static struct hd_context shared;
static int enter_shared(void *unused, void *result) { return hd_context_run(&shared, run_and_await, NULL); }
static int runs_may_await(void *unused, void *result) {
  struct hd_task task;
  void *value;
  CHECK_OK(hd_context_copy(&shared));
  CHECK_OK(hd_task_create(&task, enter_shared, NULL, 0, 0, NULL));
  rounds(2);
  CHECK_ERROR(hd_context_run(&shared, never, NULL), HD_ERROR_ENTERED);
  CHECK(strcmp(seen(), "thread") == 0);
  CHECK_OK(hd_await(&task, NULL));
  hd_task_release(&task);
  CHECK_OK(hd_context_lookup(&shared, &request, &value));
  CHECK(strcmp(value, "run") == 0);
  hd_context_release(&shared);
  return 0;
}

/* A token of another task. */
static struct hd_context_token token;
static int reset_foreign(void *unused, void *result) {
  CHECK_ERROR(hd_context_reset(&request, &token), HD_ERROR_FOREIGN_TOKEN);
  return 0;
}
static int tokens_are_of_one_task(void *unused, void *result) {
  struct hd_task task;
  CHECK_OK(hd_context_set_text(&request, "mine", &token));
  CHECK_OK(hd_task_create(&task, reset_foreign, NULL, 0, 0, NULL));
  CHECK_OK(hd_await(&task, NULL));
  CHECK_OK(hd_context_reset(&request, &token));
  hd_task_release(&task);
  return 0;
}

/* Cancelled before it began, or in its middle: nothing of its context is left (the address sanitizer looks). */
static int cancelled(void *unused, void *result) {
  struct hd_task early, late;
  CHECK_OK(hd_task_create(&early, sleep_long, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_cancel(&early));
  CHECK_OK(hd_task_create(&late, sleep_long, NULL, 0, 0, NULL));
  rounds(2);
  CHECK_OK(hd_task_cancel(&late));
  CHECK_ERROR(hd_await(&early, NULL), HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_await(&late, NULL), HD_ERROR_CANCELLED);
  hd_task_release(&early);
  hd_task_release(&late);
  return 0;
}

int main(void) {
  CHECK_OK(hd_context_set_text(&request, "thread", NULL));
  in_loop(tasks_have_their_own, NULL);
  in_loop(they_are_handed_down, NULL);
  in_loop(runs_may_await, NULL);
  in_loop(tokens_are_of_one_task, NULL);
  in_loop(cancelled, NULL);
  CHECK(strcmp(seen(), "thread") == 0);
  return 0;
}
