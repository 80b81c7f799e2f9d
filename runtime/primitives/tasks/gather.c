#include "task-bunch.h"
#include <heddle/gather.h>

static bool all_are_over(const struct hd_task_bunch *bunch, const struct hd_task_state *over) { return bunch->left == 0; }
static bool any_is_over(const struct hd_task_bunch *bunch, const struct hd_task_state *over) { return true; }
static bool one_failed(const struct hd_task_bunch *bunch, const struct hd_task_state *over) {
  return bunch->left == 0 || over->outcome == HD_ERROR_JOB_FAILED;
}
static bool one_did_not_go_well(const struct hd_task_bunch *bunch, const struct hd_task_state *over) {
  return bunch->left == 0 || (over->outcome != HD_OK && !bunch->cancelled);
}

/* Whether the members that are over already are enough. */
static bool is_enough_now(const struct hd_task_bunch *bunch) {
  if (bunch->left == 0) return true;
  for (const struct hd_task_bunch_member *member = bunch->first_over; member; member = member->next_over)
    if (bunch->is_enough(bunch, member->task)) return true;
  return false;
}

/* What a cancellation of who gathers does: it hands it on to all, and waits for their end. */
static bool cancel_all(struct hd_async_waiter *waiter, const struct hd_source *source) {
  struct hd_task_bunch *bunch = (struct hd_task_bunch *)waiter;
  bunch->cancelled = true;
  for (size_t i = 0; i < bunch->count; i++) hd_task_cancel_state(bunch->members[i].task, source);
  return true;
}

static int await_gathered(struct hd_task_bunch *bunch, const struct hd_source *source) {
  int result = hd_task_bunch_await(bunch, HD_OPERATION_GROUP_AWAIT_ALL, source);
  bool untold = result == HD_ERROR_CANCELLED && !bunch->cancelled && !bunch->waiter.woken; /* it was to be cancelled before it waited */
  if (untold) cancel_all(&bunch->waiter, source);
  while (bunch->cancelled && bunch->left) hd_task_bunch_await(bunch, HD_OPERATION_GROUP_AWAIT_ALL, source);
  return bunch->cancelled ? HD_ERROR_CANCELLED : result;
}

/* The outcome of the first that did not go well, in the order of their ends. */
static int first_bad_outcome(const struct hd_task_bunch *bunch) {
  for (const struct hd_task_bunch_member *member = bunch->first_over; member; member = member->next_over)
    if (member->task->outcome != HD_OK) return hd_task_collect(member->task, NULL);
  return HD_OK;
}

static void collect(struct hd_task_bunch *bunch, char *results, int *outcomes) {
  for (size_t i = 0; i < bunch->count; i++) {
    struct hd_task_state *task = bunch->members[i].task;
    int outcome = hd_task_collect(task, results ? results + i * task->result_bytes : NULL);
    if (outcomes) outcomes[i] = outcome;
  }
}

int hd_gather_at(const struct hd_task *tasks, size_t count, void *results, int *outcomes, const struct hd_source *source) {
  for (size_t i = 1; results && i < count; i++)
    if (tasks[i].state->result_bytes != tasks[0].state->result_bytes) return HD_ERROR_INVALID;
  struct hd_task_bunch *bunch;
  int result = hd_task_bunch_new(tasks, count, HD_OPERATION_GROUP_AWAIT_ALL, source, &bunch);
  if (result != HD_OK) return result;
  bunch->is_enough = outcomes ? all_are_over : one_did_not_go_well;
  bunch->cancel = cancel_all;
  if (!is_enough_now(bunch)) result = await_gathered(bunch, source);
  if (result == HD_OK && !outcomes) result = first_bad_outcome(bunch);
  if (result == HD_OK) collect(bunch, results, outcomes);
  hd_task_bunch_free(bunch, source);
  return result;
}

int hd_wait_tasks_at(const struct hd_task *tasks, size_t count, enum hd_future_until until, int64_t timeout_ns,
                     const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns) || count == 0 || until < HD_UNTIL_ALL || until > HD_UNTIL_FIRST_ERROR) return HD_ERROR_INVALID;
  enum hd_operation operation = until == HD_UNTIL_FIRST ? HD_OPERATION_GROUP_AWAIT_ANY : HD_OPERATION_GROUP_AWAIT_ALL;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_task_bunch *bunch;
  int result = hd_task_bunch_new(tasks, count, operation, source, &bunch);
  if (result != HD_OK) return result;
  bunch->is_enough = until == HD_UNTIL_ALL ? all_are_over : until == HD_UNTIL_FIRST ? any_is_over : one_failed;
  bunch->deadline = deadline;
  if (!is_enough_now(bunch)) result = hd_task_bunch_await(bunch, operation, source);
  hd_task_bunch_free(bunch, source);
  return result;
}

int hd_tasks_as_completed_begin_at(struct hd_tasks_as_completed *iteration, const struct hd_task *tasks, size_t count, int64_t timeout_ns,
                                   const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  int result = hd_task_bunch_new(tasks, count, HD_OPERATION_GROUP_AWAIT_ANY, source, &iteration->bunch);
  if (result != HD_OK) return result;
  iteration->bunch->is_enough = any_is_over;
  iteration->bunch->deadline = hd_deadline_after(timeout_ns);
  return HD_OK;
}

int hd_tasks_as_completed_next_at(struct hd_tasks_as_completed *iteration, size_t *index, const struct hd_source *source) {
  struct hd_task_bunch *bunch = iteration->bunch;
  if (bunch->awaited) return HD_ERROR_BUSY;
  if (!bunch->first_over) {
    if (!bunch->left) return HD_ERROR_NO_MORE;
    int result = hd_task_bunch_await(bunch, HD_OPERATION_GROUP_AWAIT_ANY, source);
    if (result != HD_OK) return result;
  }
  struct hd_task_bunch_member *member = bunch->first_over;
  bunch->first_over = member->next_over;
  if (!bunch->first_over) bunch->last_over = NULL;
  *index = (size_t)(member - bunch->members);
  return HD_OK;
}

void hd_tasks_as_completed_end_at(struct hd_tasks_as_completed *iteration, const struct hd_source *source) {
  hd_task_bunch_free(iteration->bunch, source);
  iteration->bunch = NULL;
}
