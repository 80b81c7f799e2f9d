/* Several tasks that one task awaits: what gather, wait_tasks and as_completed are made of. */
#ifndef HEDDLE_TASK_BUNCH_H
#define HEDDLE_TASK_BUNCH_H
#include "task-core.h"

struct hd_task_bunch_member {
  struct hd_task_watcher watcher;
  struct hd_task_bunch *bunch;
  struct hd_task_state *task;             /* a reference is owned */
  struct hd_task_bunch_member *next_over; /* in the order in which they were over */
};

struct hd_task_bunch {
  struct hd_async_waiter waiter; /* of the task that awaits; set by hd_task_bunch_await */
  bool awaited;                  /* somebody does, and has not been woken */
  bool cancelled;                /* who awaited was, and all members with it */
  size_t count, left;            /* members, those of them that are not over */
  struct hd_task_bunch_member *first_over, *last_over;
  /* Asked at each end of a member while it is awaited: whether that is enough. */
  bool (*is_enough)(const struct hd_task_bunch *bunch, const struct hd_task_state *over);
  /* As of the waiter: what a cancellation of who awaits does. */
  bool (*cancel)(struct hd_async_waiter *waiter, const struct hd_source *source);
  uint64_t reference; /* of the group in the recording, once it was awaited; 0 while not recorded */
  hd_deadline deadline;
  struct hd_task_bunch_member members[];
};

/* Whether the acting task may await this one: HD_OK; HD_ERROR_NO_TASK, HD_ERROR_SELF_AWAIT, HD_ERROR_INVALID (of another loop), told as
 * misuses. task NULL: whether there is an acting task. */
int hd_task_may_await(const struct hd_task_state *task, enum hd_operation operation, const struct hd_source *source);

/* Looks for the ends of count tasks, for the acting task. HD_OK, HD_ERROR_NO_MEMORY, or as above. */
int hd_task_bunch_new(const struct hd_task *tasks, size_t count, enum hd_operation operation, const struct hd_source *source,
                      struct hd_task_bunch **bunch);
/* Awaits until is_enough says so of a member that is over then: HD_OK; HD_ERROR_CANCELLED, HD_ERROR_TIMEOUT. operation: group_await_all or
 * group_await_any; when only one member is left, that is awaited as a task. */
int hd_task_bunch_await(struct hd_task_bunch *bunch, enum hd_operation operation, const struct hd_source *source);
void hd_task_bunch_free(struct hd_task_bunch *bunch, const struct hd_source *source);

#endif
