#include "task-bunch.h"
#include <heddle/task-group.h>
#include <stdlib.h>

struct hd_task_group_member {
  struct hd_task_watcher watcher;
  struct hd_task_group *group;
  struct hd_task_state *task; /* a reference is owned */
  struct hd_task_group_member *next, *previous;
};

int hd_task_group_begin_at(struct hd_task_group *group, const char *name, const struct hd_source *source) {
  *group = (struct hd_task_group){0};
  int result = hd_task_may_await(NULL, HD_OPERATION_GROUP_AWAIT_ALL, source);
  if (result != HD_OK) return result;
  group->parent = hd_task_ref(hd_task_running());
  group->reference = hd_trace_begin_shared(HD_KIND_GROUP, 0, -1, name, source);
  return HD_OK;
}

/* Cancels all members; no others may come. */
static void cancel(struct hd_task_group *group, const struct hd_source *source) {
  group->cancelled = true;
  for (struct hd_task_group_member *member = group->members; member; member = member->next) hd_task_cancel_state(member->task, source);
}

/* What a member's failure does. */
static void fail(struct hd_task_group *group, const struct hd_task_state *task) {
  if (group->error_count < HD_TASK_GROUP_ERRORS) group->errors[group->error_count] = task->error;
  group->error_count++;
  if (group->cancelled) return;
  cancel(group, task->at);
  if (group->waiter) return; /* the parent is at the end already */
  group->parent_cancelled = true;
  hd_task_cancel_state(group->parent, task->at);
}

static void leave(struct hd_task_group_member *member) {
  struct hd_task_group *group = member->group;
  *(member->previous ? &member->previous->next : &group->members) = member->next;
  if (member->next) member->next->previous = member->previous;
  hd_task_unref(member->task);
  member->next = group->spare;
  group->spare = member;
}

static void over(struct hd_task_watcher *watcher, struct hd_task_state *task) {
  struct hd_task_group_member *member = (struct hd_task_group_member *)watcher;
  struct hd_task_group *group = member->group;
  leave(member);
  if (task->outcome == HD_ERROR_JOB_FAILED) {
    task->retrieved = true;
    fail(group, task);
  }
  if (!group->members && group->waiter) hd_async_wake_one(group->waiter, HD_OK, task->at);
}

static struct hd_task_group_member *new_member(struct hd_task_group *group) {
  struct hd_task_group_member *member = group->spare;
  if (!member) return malloc(sizeof *member);
  group->spare = member->next;
  return member;
}

static void tell_member(const struct hd_task_group *group, const struct hd_task_state *task, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter_if(group->reference);
  hd_trace_instant(emit, group->reference, HD_OPERATION_TASK_MEMBER, source, (uint32_t)task->reference);
  hd_trace_leave(emit);
}

int hd_task_group_spawn_at(struct hd_task_group *group, struct hd_task *task, hd_task_routine *routine, void *argument,
                           size_t argument_bytes, size_t result_bytes, const char *name, const struct hd_source *source) {
  if (group->cancelled || !group->parent) return hd_task_refuse(group->reference, HD_OPERATION_TASK_CREATE, source, HD_ERROR_SHUT_DOWN);
  struct hd_task_group_member *member = new_member(group);
  if (!member) return HD_ERROR_NO_MEMORY;
  struct hd_task made;
  int result = hd_task_create_at(&made, routine, argument, argument_bytes, result_bytes, name, source);
  if (result != HD_OK) {
    member->next = group->spare;
    group->spare = member;
    return result;
  }
  *member = (struct hd_task_group_member){.watcher.over = over, .group = group, .task = made.state, .next = group->members};
  if (member->next) member->next->previous = member;
  group->members = member;
  if (task) hd_task_copy(&made, task);
  tell_member(group, member->task, source);
  hd_task_watch(member->task, &member->watcher);
  return HD_OK;
}

void hd_task_group_cancel_at(struct hd_task_group *group, const struct hd_source *source) { cancel(group, source); }

/* What the waiter of the parent begins with. */
struct end {
  struct hd_async_waiter waiter;
  struct hd_task_group *group;
};

/* A cancellation of the parent at the end is handed on to the members, once; it waits for them all the same. */
static bool hand_on(struct hd_async_waiter *waiter, const struct hd_source *source) {
  struct hd_task_group *group = ((struct end *)waiter)->group;
  group->parent_interrupted = true;
  if (!group->cancelled) cancel(group, source);
  return true;
}

static void await_members(struct hd_task_group *group, const struct hd_source *source) {
  while (group->members) {
    bool is_only = !group->members->next;
    struct end end = {.waiter.cancel = hand_on, .group = group};
    group->waiter = &end.waiter;
    int result = hd_task_await_with(NULL, &end.waiter, is_only ? HD_OPERATION_TASK_AWAIT : HD_OPERATION_GROUP_AWAIT_ALL,
                                    is_only ? group->members->task->reference : group->reference, HD_NEVER, source);
    if (result == HD_ERROR_CANCELLED) hand_on(&end.waiter, source);
  }
  group->waiter = NULL;
}

/* What the end gives, once no member is left. */
static int judge(struct hd_task_group *group, int body, const struct hd_source *source) {
  struct hd_task parent = {group->parent};
  bool interrupted = group->parent_interrupted || body == HD_ERROR_CANCELLED;
  if (group->parent_cancelled && hd_task_uncancel(&parent) == 0) interrupted = false; /* it was by the group alone */
  if (group->error_count) {
    /* Somebody else cancelled it, too: it hears of that at its next await. */
    if (hd_task_cancelling(&parent)) {
      hd_task_uncancel(&parent);
      hd_task_cancel_state(group->parent, source);
    }
    return HD_ERROR_JOB_FAILED;
  }
  if (interrupted) return HD_ERROR_CANCELLED;
  return body == HD_ERROR_CANCELLED ? HD_OK : body;
}

int hd_task_group_end_at(struct hd_task_group *group, int body, const struct hd_source *source) {
  if (!group->parent || group->parent != hd_task_running())
    return hd_task_refuse(group->reference, HD_OPERATION_GROUP_AWAIT_ALL, source, HD_ERROR_NOT_OWNER);
  if (body != HD_OK && !group->cancelled) cancel(group, source);
  await_members(group, source);
  int result = judge(group, body, source);
  for (struct hd_task_group_member *member; (member = group->spare); free(member)) group->spare = member->next;
  hd_trace_end(group->reference, source);
  hd_task_unref(group->parent);
  group->parent = NULL;
  return result;
}
