#include "task-bunch.h"
#include <stdlib.h>

int hd_task_may_await(const struct hd_task_state *task, enum hd_operation operation, const struct hd_source *source) {
  const struct hd_task_state *self = hd_task_running();
  int result = HD_OK;
  if (!self)
    result = HD_ERROR_NO_TASK;
  else if (task == self)
    result = HD_ERROR_SELF_AWAIT;
  else if (task && !hd_task_is_over(task) && task->loop != self->loop)
    result = HD_ERROR_INVALID;
  return result == HD_OK ? HD_OK : hd_task_refuse(task ? task->reference : 0, operation, source, result);
}

static void note_over(struct hd_task_bunch *bunch, struct hd_task_bunch_member *member) {
  member->next_over = NULL;
  *(bunch->last_over ? &bunch->last_over->next_over : &bunch->first_over) = member;
  bunch->last_over = member;
}

static void over(struct hd_task_watcher *watcher, struct hd_task_state *task) {
  struct hd_task_bunch_member *member = (struct hd_task_bunch_member *)watcher;
  struct hd_task_bunch *bunch = member->bunch;
  bunch->left--;
  note_over(bunch, member);
  if (!bunch->awaited || !bunch->is_enough(bunch, task)) return;
  bunch->awaited = false;
  hd_async_wake_one(&bunch->waiter, HD_OK, task->at);
}

int hd_task_bunch_new(const struct hd_task *tasks, size_t count, enum hd_operation operation, const struct hd_source *source,
                      struct hd_task_bunch **made) {
  int result = hd_task_may_await(NULL, operation, source);
  for (size_t i = 0; i < count && result == HD_OK; i++) result = hd_task_may_await(tasks[i].state, operation, source);
  if (result != HD_OK) return result;
  if (count > (SIZE_MAX - sizeof(struct hd_task_bunch)) / sizeof(struct hd_task_bunch_member)) return HD_ERROR_INVALID;
  struct hd_task_bunch *bunch = calloc(1, sizeof *bunch + count * sizeof *bunch->members);
  if (!bunch) return HD_ERROR_NO_MEMORY;
  bunch->count = count;
  bunch->deadline = HD_NEVER;
  for (size_t i = 0; i < count; i++) {
    struct hd_task_bunch_member *member = &bunch->members[i];
    *member = (struct hd_task_bunch_member){.watcher.over = over, .bunch = bunch, .task = hd_task_ref(tasks[i].state)};
    if (hd_task_is_over(member->task)) {
      note_over(bunch, member);
      continue;
    }
    bunch->left++;
    hd_task_watch(member->task, &member->watcher);
  }
  *made = bunch;
  return HD_OK;
}

/* The only member that is not over, or NULL when there are more. */
static const struct hd_task_state *only_one_left(const struct hd_task_bunch *bunch) {
  if (bunch->left != 1) return NULL;
  const struct hd_task_bunch_member *member = bunch->members;
  while (hd_task_is_over(member->task)) member++;
  return member->task;
}

/* The group's reference, told with its members at the first time. */
static uint64_t reference_of(struct hd_task_bunch *bunch, const struct hd_source *source) {
  if (bunch->reference) return bunch->reference;
  bunch->reference = hd_trace_begin_shared(HD_KIND_GROUP, 0, -1, NULL, source);
  struct hd_emit *emit = hd_trace_enter_if(bunch->reference);
  if (!emit) return bunch->reference;
  for (size_t i = 0; i < bunch->count; i++)
    if (!hd_task_is_over(bunch->members[i].task))
      hd_trace_instant(emit, bunch->reference, HD_OPERATION_TASK_MEMBER, source, (uint32_t)bunch->members[i].task->reference);
  hd_emit_leave(emit);
  return bunch->reference;
}

int hd_task_bunch_await(struct hd_task_bunch *bunch, enum hd_operation operation, const struct hd_source *source) {
  const struct hd_task_state *only = only_one_left(bunch);
  uint64_t object = only ? only->reference : reference_of(bunch, source);
  bunch->waiter = (struct hd_async_waiter){.cancel = bunch->cancel};
  bunch->awaited = true;
  int result = hd_task_await_with(NULL, &bunch->waiter, only ? HD_OPERATION_TASK_AWAIT : operation, object, bunch->deadline, source);
  bunch->awaited = false;
  return result;
}

void hd_task_bunch_free(struct hd_task_bunch *bunch, const struct hd_source *source) {
  for (size_t i = 0; i < bunch->count; i++) {
    hd_task_unwatch(&bunch->members[i].watcher);
    hd_task_unref(bunch->members[i].task);
  }
  hd_trace_end(bunch->reference, source);
  free(bunch);
}
