/* Which tasks belong to which group, and which thread runs which loop. */
#include "builder.h"

static void add_members(HdBuilder *builder, HdObject *group) {
  for (guint32 k = group->mark_first; k < group->mark_first + group->mark_count; k++) {
    const HdMark *mark = &builder->marks.items[k];
    if (mark->error || hd_site_operation(builder, mark->site) != &hd_operations[HD_OPERATION_TASK_MEMBER]) continue;
    guint32 task = hd_task_find(builder, HD_OBJECT_SHARED_BIT | (guint32)mark->value);
    if (task != HD_NONE) *hd_vector_add(&builder->members) = builder->tasks.items[task].actor;
  }
}

void hd_build_members(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->objects.count; i++) {
    HdObject *object = &builder->objects.items[i];
    object->member_first = builder->members.count;
    if (object->kind == HD_KIND_GROUP) add_members(builder, object);
    object->member_count = builder->members.count - object->member_first;
  }
}

typedef struct {
  guint32 thread;
  gint64 at_ns;
} Runner;

static void run_by(HdBuilder *builder, Runner *runners, guint32 object, guint32 thread, gint64 at_ns) {
  if (object == HD_NONE || at_ns < runners[object].at_ns) return;
  runners[object] = (Runner){thread, at_ns};
  builder->objects.items[object].actor = thread;
}

void hd_find_loop_threads(HdBuilder *builder) {
  HdModel *model = builder->model;
  g_autofree Runner *runners = g_new0(Runner, MAX(1, builder->objects.count));
  for (guint32 i = 0; i < model->actor_count; i++) {
    const HdActor *task = &model->actors[i];
    if (task->kind != HD_ACTOR_TASK || !task->step_count) continue;
    const HdTaskStep *last = &builder->steps.items[task->step_first + task->step_count - 1];
    run_by(builder, runners, task->loop, last->thread, last->begin_ns);
  }
  for (guint32 i = 0; i < builder->objects.count; i++) {
    const HdObject *object = &builder->objects.items[i];
    for (guint32 k = 0; object->kind == HD_KIND_LOOP && k < object->wait_count; k++) {
      const HdWait *wait = &builder->waits.items[model->object_waits[object->wait_first + k]];
      if (model->actors[wait->actor].kind == HD_ACTOR_THREAD) run_by(builder, runners, i, wait->actor, wait->begin_ns);
    }
  }
}
