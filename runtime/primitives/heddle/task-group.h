/* Task group: tasks that end together.
 *
 * A task begins a group, spawns members into it, and ends it, which waits for all members: no member outlives the group. When a member
 * fails, the others are cancelled, and so is the task that began the group, if it has not come to the group's end yet: its awaits give
 * HD_ERROR_CANCELLED, and it goes to the end. A member that is cancelled disturbs nobody.
 *
 *     struct hd_task_group kitchen;
 *     hd_task_group_begin(&kitchen, "kitchen");
 *     hd_task_group_spawn(&kitchen, NULL, cook, "soup", 0, 0, "soup");
 *     hd_task_group_spawn(&kitchen, NULL, cook, "rice", 0, 0, "rice");
 *     int body = hd_task_sleep(HD_SECOND_NS);                               // whatever the task itself does meanwhile
 *     int result = hd_task_group_end(&kitchen, body);
 *
 * Every group that was begun must be ended, by the same task. It may be embedded, and must not move in between; a further
 * hd_task_group_begin makes a new one of it. Members may spawn further members.
 */
#ifndef HEDDLE_TASK_GROUP_H
#define HEDDLE_TASK_GROUP_H
#include <heddle/async-waiters.h>
#include <heddle/task.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many error numbers of its members a group keeps. */
#define HD_TASK_GROUP_ERRORS 16

struct hd_task_group_member;
struct hd_task_group {
  /* Of members that failed, in the order in which they did: how many, and the error numbers of the first of them. To be read at any time,
   * after the end, too. */
  size_t error_count;
  int errors[HD_TASK_GROUP_ERRORS];
  /* The other fields are the runtime's own. */
  struct hd_task_state *parent;         /* NULL: it has ended */
  struct hd_task_group_member *members; /* that are not over */
  struct hd_task_group_member *spare;   /* whose memory is used again */
  struct hd_async_waiter *waiter;       /* of the parent, at the end */
  bool cancelled;                       /* so are its members; no others may come */
  bool parent_cancelled;                /* because of a member's failure */
  bool parent_interrupted;              /* somebody cancelled it while it waited */
  uint64_t reference;                   /* in the recording, 0 while not recorded */
};

/* Begins a group; the acting task is its parent. name: copied, for the recording; may be NULL. HD_ERROR_NO_TASK. */
#define hd_task_group_begin(group, name) hd_task_group_begin_at((group), (name), HD_HERE)
HD_API int hd_task_group_begin_at(struct hd_task_group *group, const char *name, const struct hd_source *source);
/* Makes a member: as hd_task_create. HD_ERROR_SHUT_DOWN: the group was cancelled, or has ended: there is no new task. */
#define hd_task_group_spawn(group, task, routine, argument, argument_bytes, result_bytes, name)                                            \
  hd_task_group_spawn_at((group), (task), (routine), (argument), (argument_bytes), (result_bytes), (name), HD_HERE)
HD_API int hd_task_group_spawn_at(struct hd_task_group *group, struct hd_task *task, hd_task_routine *routine, void *argument,
                                  size_t argument_bytes, size_t result_bytes, const char *name, const struct hd_source *source);
/* Cancels all members, now. */
#define hd_task_group_cancel(group) hd_task_group_cancel_at((group), HD_HERE)
HD_API void hd_task_group_cancel_at(struct hd_task_group *group, const struct hd_source *source);
/* Waits for all members. body: HD_OK when what the parent itself did between begin and end went well, else its error: then the members are
 * cancelled first. So they are when the parent is cancelled while it waits. Gives
 *   HD_ERROR_JOB_FAILED when a member failed;
 *   HD_ERROR_CANCELLED when the parent was cancelled by somebody else than the group, before or meanwhile;
 *   else body, but HD_OK for the HD_ERROR_CANCELLED that came from the group itself.
 * HD_ERROR_NOT_OWNER, a misuse: the acting task did not begin it. */
#define hd_task_group_end(group, body) hd_task_group_end_at((group), (body), HD_HERE)
HD_API int hd_task_group_end_at(struct hd_task_group *group, int body, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
