#include "tasks.h"

HdWaitRule hd_group_rule(const HdModel *model, guint32 wait) {
  const HdWait *it = &model->waits[wait];
  if (!model->objects[it->object].member_count) return HD_ENDS_BY_ANY;
  return it->flags & HD_OPERATION_FLAG_ALL ? HD_ENDS_BY_ALL : HD_ENDS_BY_SOME;
}

void hd_group_owners(const HdModel *model, guint32 wait, gint64 at_ns, GArray *owners) {
  const HdObject *group = &model->objects[model->waits[wait].object];
  for (guint32 i = group->member_first; i < group->member_first + group->member_count; i++) {
    HdOwner owner = {model->members[i], HD_NONE, FALSE};
    if (owner.actor < model->actor_count && hd_actor_alive_at(model, owner.actor, at_ns)) g_array_append_val(owners, owner);
  }
}

/* The task in whose step a thread is; HD_NONE. A step that never ended is one at its last moment, too. */
static guint32 stepping_task(const HdModel *model, guint32 thread, gint64 at_ns) {
  if (thread >= model->actor_count || !model->actors[thread].step_count) return HD_NONE;
  guint32 step = hd_model_step_at(model, thread, at_ns);
  if (step == HD_NONE && at_ns > 0) step = hd_model_step_at(model, thread, at_ns - 1);
  return step != HD_NONE && model->steps[step].end_ns >= at_ns ? model->steps[step].task : HD_NONE;
}

static gboolean is_polling(const HdModel *model, guint32 wait, gboolean *timed) {
  enum hd_operation operation = wait == HD_NONE ? HD_OPERATION_NONE : hd_site_operation(model, model->waits[wait].site);
  *timed = operation == HD_OPERATION_LOOP_POLL_TIMED;
  return *timed || operation == HD_OPERATION_LOOP_POLL;
}

guint32 hd_actor_behind(const HdModel *model, guint32 actor, gint64 at_ns) {
  const HdActor *it = &model->actors[actor];
  gboolean timed;
  if (it->kind == HD_ACTOR_THREAD) {
    guint32 task = stepping_task(model, actor, at_ns);
    if (task != HD_NONE) return task;
    return is_polling(model, hd_wait_at(model, actor, at_ns), &timed) && !timed ? hd_actor_process(model, actor) : HD_NONE;
  }
  guint32 thread = it->kind == HD_ACTOR_TASK && it->loop < model->object_count ? model->objects[it->loop].actor : HD_NONE;
  if (thread >= model->actor_count) return HD_NONE;
  guint32 task = stepping_task(model, thread, at_ns), wait = hd_wait_at(model, thread, at_ns);
  if (task != HD_NONE) return task == actor ? HD_NONE : task;
  return wait == HD_NONE || is_polling(model, wait, &timed) ? HD_NONE : thread;
}
