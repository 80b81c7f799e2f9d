#include "deadlock.h"
#include "wait-graph.h"

/* The last notify of a condition before a time; HD_NONE. */
static guint32 last_notify(const HdModel *model, const HdObject *condition, gint64 before_ns) {
  for (guint32 i = condition->mark_count; i-- > 0;) {
    const HdMark *mark = &model->marks[condition->mark_first + i];
    enum hd_operation operation = hd_site_operation(model, mark->site);
    if (mark->at_ns <= before_ns && !mark->error &&
        (operation == HD_OPERATION_CONDITION_NOTIFY || operation == HD_OPERATION_CONDITION_NOTIFY_ALL))
      return condition->mark_first + i;
  }
  return HD_NONE;
}

/* Whether somebody waited then. The notify itself may be the end of a wait: what follows is the wait for the mutex. */
static gboolean found_waiter(const HdModel *model, const HdObject *condition, gint64 at_ns) {
  for (guint32 i = 0; i < condition->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[condition->wait_first + i]];
    if (wait->begin_ns > at_ns) break;
    if (at_ns <= wait->end_ns || wait->open) return TRUE;
  }
  return FALSE;
}

guint32 hd_lost_notify(const HdModel *model, guint32 wait_index) {
  const HdWait *wait = &model->waits[wait_index];
  if (wait->state != HD_STATE_WAIT_CONDITION || wait->object >= model->object_count) return HD_NONE;
  const HdObject *condition = &model->objects[wait->object];
  guint32 notify = last_notify(model, condition, wait->begin_ns);
  if (notify == HD_NONE || found_waiter(model, condition, model->marks[notify].at_ns)) return HD_NONE;
  /* The section in which it waits is the waiter's last hold of the mutex before the wait; an earlier one after the notify saw its effect.
   */
  const HdActor *actor = &model->actors[wait->actor];
  guint sections = 0;
  for (guint32 i = actor->hold_count; i-- > 0;) {
    const HdHold *hold = &model->holds[model->actor_holds[actor->hold_first + i]];
    if (hold->begin_ns > wait->begin_ns || hold->object != wait->partner || hold->depth > 1) continue;
    if (hold->begin_ns <= model->marks[notify].at_ns) break;
    if (++sections > 1) return HD_NONE;
  }
  return notify;
}
