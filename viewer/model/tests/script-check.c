/* What must hold of any model. */
#include "script.h"
#include <string.h>

/* A wait stands in the life of who waits; one inside a step, which is the task's or (the interpreter lock) the thread's, in both lives. */
static void check_shown(const HdModel *model, guint32 actor, const HdWait *wait, gint64 at_ns) {
  if (wait->actor == actor) return;
  gboolean by_task = model->actors[actor].kind == HD_ACTOR_THREAD;
  guint32 step = hd_model_step_at(model, by_task ? actor : wait->actor, wait->begin_ns);
  g_assert_cmpuint(step, !=, HD_NONE);
  g_assert_cmpuint(model->steps[step].task, ==, by_task ? wait->actor : actor);
  g_assert_cmpint(at_ns, >=, model->steps[step].begin_ns);
  g_assert_cmpint(hd_operations[wait->site == HD_NONE ? 0 : model->sites[wait->site].operation].role, !=, HD_ROLE_AWAIT);
}

/* Steps of a task, or those that a thread ran, one after the other. */
static void check_steps(const HdModel *model, guint32 index) {
  const HdActor *actor = &model->actors[index];
  if (actor->kind == HD_ACTOR_PROCESS) g_assert_cmpuint(actor->step_count, ==, 0);
  gint64 before_ns = actor->start_ns;
  for (guint32 i = actor->step_first; i < actor->step_first + actor->step_count; i++) {
    const HdTaskStep *step = &model->steps[actor->kind == HD_ACTOR_TASK ? i : model->thread_steps[i]];
    g_assert_cmpuint(actor->kind == HD_ACTOR_TASK ? step->task : step->thread, ==, index);
    g_assert_cmpint(model->actors[step->task].kind, ==, HD_ACTOR_TASK);
    g_assert_cmpint(model->actors[step->thread].kind, ==, HD_ACTOR_THREAD);
    g_assert_true(step->end_site == HD_NONE || step->end_site < model->site_count);
    g_assert_cmpint(before_ns, <=, step->begin_ns);
    g_assert_cmpint(step->begin_ns, <=, step->end_ns);
    before_ns = step->end_ns;
  }
  g_assert_cmpint(before_ns, <=, actor->end_ns);
}

static void check_task(const HdModel *model, guint32 index) {
  const HdActor *task = &model->actors[index];
  g_assert_cmpuint(task->creator, <, model->actor_count);
  g_assert_cmpuint(task->creator, !=, index);
  g_assert_true(task->loop == HD_NONE || model->objects[task->loop].kind == HD_KIND_LOOP);
  g_assert_true(task->task == HD_NONE || model->objects[task->task].actor == index);
  g_assert_cmpuint(task->result, <, HD_TASK_RESULT_COUNT);
}

static void check_labels(const HdModel *model, guint32 index) {
  const HdActor *actor = &model->actors[index];
  for (guint32 i = actor->label_first; i < actor->label_first + actor->label_count; i++) {
    const HdLabel *label = &model->labels[i];
    g_assert_cmpuint(label->actor, ==, index);
    g_assert_nonnull(label->variable);
    g_assert_true(label->site == HD_NONE || label->site < model->site_count);
    g_assert_true(label->from_ns >= actor->start_ns && label->from_ns <= actor->end_ns);
    if (i > actor->label_first) g_assert_cmpint(model->labels[i - 1].from_ns, <=, label->from_ns);
  }
}

static void check_actor(const HdModel *model, guint32 index) {
  const HdActor *actor = &model->actors[index];
  g_assert_nonnull(actor->name);
  g_assert_true(g_utf8_validate(actor->name, -1, NULL));
  g_assert_cmpint(actor->start_ns, <=, actor->end_ns);
  g_assert_cmpint(actor->end_ns, <=, model->duration_ns);
  check_steps(model, index);
  check_labels(model, index);
  if (actor->kind == HD_ACTOR_TASK) check_task(model, index);
  if (actor->kind != HD_ACTOR_PROCESS) {
    g_assert_cmpuint(actor->parent, <, index);
    g_assert_cmpint(model->actors[actor->parent].kind, ==, HD_ACTOR_PROCESS);
  } else if (actor->parent != HD_NONE)
    g_assert_cmpuint(actor->parent, !=, index);
  g_assert_cmpuint(actor->interval_first + actor->interval_count, <=, model->intervals.count);
  gint64 now_ns = actor->start_ns, sums[HD_STATE_COUNT], sum_ns = 0;
  for (guint32 i = actor->interval_first; i < actor->interval_first + actor->interval_count; i++) {
    g_assert_cmpint(model->intervals.begin_ns[i], ==, now_ns);
    now_ns = hd_model_interval_end_ns(model, index, i);
    g_assert_cmpint(model->intervals.begin_ns[i], <, now_ns);
    guint32 wait = model->intervals.wait[i];
    if (wait == HD_NONE) continue;
    g_assert_cmpuint(wait, <, model->wait_count);
    check_shown(model, index, &model->waits[wait], model->intervals.begin_ns[i]);
    g_assert_cmpint(model->waits[wait].begin_ns, <=, model->intervals.begin_ns[i]);
    g_assert_cmpint(model->waits[wait].end_ns, >=, now_ns);
    g_assert_cmpint(model->waits[wait].state, ==, model->intervals.state[i]);
  }
  if (actor->kind != HD_ACTOR_PROCESS) g_assert_cmpint(now_ns, ==, actor->end_ns);
  hd_model_state_times(model, index, sums);
  for (guint state = 0; state < HD_STATE_COUNT; state++) sum_ns += sums[state];
  if (actor->kind != HD_ACTOR_PROCESS) g_assert_cmpint(sum_ns, ==, actor->end_ns - actor->start_ns);
  gint64 before_ns = G_MININT64;
  for (guint32 i = actor->hold_first; i < actor->hold_first + actor->hold_count; i++) {
    const HdHold *hold = &model->holds[model->actor_holds[i]];
    g_assert_cmpuint(hold->actor, ==, index);
    g_assert_cmpint(before_ns, <=, hold->begin_ns);
    before_ns = hold->begin_ns;
  }
  before_ns = G_MININT64;
  for (guint32 i = actor->job_first; i < actor->job_first + actor->job_count; i++) {
    const HdJob *job = &model->jobs[model->actor_jobs[i]];
    g_assert_cmpuint(job->worker, ==, index);
    g_assert_cmpint(before_ns, <=, job->begin_ns);
    before_ns = job->begin_ns;
  }
}

#define CHECK_INDEX(index, count) g_assert_true((index) == HD_NONE || (index) < (count))

static void check_items(const HdModel *model, const HdObject *object, guint32 index) {
  for (guint32 i = object->item_first; i < object->item_first + object->item_count; i++) {
    const HdItem *item = &model->items[i];
    g_assert_cmpuint(item->object, ==, index);
    g_assert_true(item->put_actor != HD_NONE || item->get_actor != HD_NONE);
    CHECK_INDEX(item->put_actor, model->actor_count);
    CHECK_INDEX(item->get_actor, model->actor_count);
    CHECK_INDEX(item->put_site, model->site_count);
    CHECK_INDEX(item->get_site, model->site_count);
    g_assert_cmpint(item->put_ns, <=, item->get_ns);
    if (i > object->item_first) g_assert_cmpint(model->items[i - 1].put_ns, <=, item->put_ns);
  }
}

static void check_jobs(const HdModel *model, const HdObject *object, guint32 index) {
  CHECK_INDEX(object->job, model->job_count);
  if (object->job != HD_NONE) g_assert_true(&model->objects[model->jobs[object->job].future] == object);
  for (guint32 i = object->job_first; i < object->job_first + object->job_count; i++) {
    const HdJob *job = &model->jobs[i];
    g_assert_cmpuint(job->executor, ==, index);
    CHECK_INDEX(job->future, model->object_count);
    if (job->future != HD_NONE) g_assert_cmpuint(model->objects[job->future].job, ==, i);
    CHECK_INDEX(job->submitter, model->actor_count);
    CHECK_INDEX(job->submit_site, model->site_count);
    g_assert_cmpint(job->submit_ns, <=, job->begin_ns);
    g_assert_cmpint(job->begin_ns, <=, job->end_ns);
    g_assert_true(job->begun == (job->worker != HD_NONE));
    if (job->begun) { /* its span nests in its worker's life */
      g_assert_cmpuint(job->worker, <, model->actor_count);
      g_assert_cmpint(model->actors[job->worker].start_ns, <=, job->begin_ns);
      g_assert_cmpint(job->end_ns, <=, model->actors[job->worker].end_ns);
    }
    g_assert_cmpuint(job->result, <, HD_FUTURE_RESULT_COUNT);
    if (i > object->job_first) g_assert_cmpint(model->jobs[i - 1].submit_ns, <=, job->submit_ns);
  }
}

/* The quick searches among an object's holds find what a slow one finds. */
static void check_hold_searches(const HdModel *model, guint32 index) {
  const HdObject *object = &model->objects[index];
  guint32 end = object->hold_first + object->hold_count, step = MAX(object->hold_count / 8, 1);
  for (guint32 i = object->hold_first; i < end; i += step) {
    gint64 at_ns = model->holds[i].end_ns - 1;
    guint32 after = object->hold_first, covering = HD_NONE;
    while (after < end && model->holds[after].begin_ns <= at_ns) after++;
    for (guint32 k = after; k-- > object->hold_first && covering == HD_NONE;) {
      const HdHold *hold = &model->holds[k];
      if (at_ns < hold->end_ns || (hold->open && at_ns == hold->end_ns)) covering = k;
      if (!hold->shared && hold->depth <= 1) break;
    }
    g_assert_cmpuint(hd_model_hold_after(model, index, object->hold_first, at_ns), ==, after);
    guint32 before = hd_model_hold_before(model, index, after, at_ns);
    /* Behind an exclusive hold nothing needs to be looked for, but in nonsense there may be something. */
    gboolean further = covering == HD_NONE && before != HD_NONE && at_ns < model->holds[before].end_ns;
    if (!further) g_assert_cmpuint(before, ==, covering);
  }
}

static void check_object(const HdModel *model, guint32 index) {
  const HdObject *object = &model->objects[index];
  g_assert_nonnull(object->name);
  g_assert_true(g_utf8_validate(object->name, -1, NULL));
  CHECK_INDEX(object->process, model->actor_count);
  CHECK_INDEX(object->create_site, model->site_count);
  CHECK_INDEX(object->actor, model->actor_count);
  if (object->kind == HD_KIND_TASK && object->actor != HD_NONE) g_assert_cmpint(model->actors[object->actor].kind, ==, HD_ACTOR_TASK);
  for (guint32 i = object->member_first; i < object->member_first + object->member_count; i++)
    g_assert_cmpint(model->actors[model->members[i]].kind, ==, HD_ACTOR_TASK);
  g_assert_cmpint(object->start_ns, <=, object->end_ns);
  for (guint32 i = object->hold_first; i < object->hold_first + object->hold_count; i++) {
    g_assert_cmpuint(model->holds[i].object, ==, index);
    if (i > object->hold_first) g_assert_cmpint(model->holds[i - 1].begin_ns, <=, model->holds[i].begin_ns);
  }
  for (guint32 i = object->mark_first; i < object->mark_first + object->mark_count; i++)
    g_assert_cmpuint(model->marks[i].object, ==, index);
  for (guint32 i = object->wait_first; i < object->wait_first + object->wait_count; i++)
    g_assert_cmpuint(model->waits[model->object_waits[i]].object, ==, index);
  check_hold_searches(model, index);
  check_items(model, object, index);
  check_jobs(model, object, index);
}

/* An await begins where a step of its task ends, by the same operation. */
static void check_await(const HdModel *model, const HdWait *wait) {
  if (wait->site == HD_NONE || hd_operations[model->sites[wait->site].operation].role != HD_ROLE_AWAIT) return;
  const HdActor *task = &model->actors[wait->actor];
  gboolean found = FALSE;
  for (guint32 i = task->step_first; i < task->step_first + task->step_count && !found; i++)
    found = model->steps[i].end_ns == wait->begin_ns && model->steps[i].end_site == wait->site;
  g_assert_true(found);
}

static void check_wait(const HdModel *model, const HdWait *wait) {
  check_await(model, wait);
  g_assert_cmpuint(wait->actor, <, model->actor_count);
  g_assert_cmpint(wait->begin_ns, <=, wait->end_ns);
  g_assert_cmpint(wait->begin_ns, >=, model->actors[wait->actor].start_ns);
  g_assert_cmpint(wait->end_ns, <=, model->actors[wait->actor].end_ns);
  CHECK_INDEX(wait->object, model->object_count);
  CHECK_INDEX(wait->site, model->site_count);
  CHECK_INDEX(wait->waker_site, model->site_count);
  CHECK_INDEX(wait->stack, model->stack_count);
  CHECK_INDEX(wait->owner, model->actor_count);
  CHECK_INDEX(wait->waker, model->actor_count);
  CHECK_INDEX(wait->target, model->actor_count);
  gboolean reacquire = wait->site != HD_NONE && model->sites[wait->site].operation == HD_OPERATION_CONDITION_REACQUIRE;
  CHECK_INDEX(wait->partner, reacquire ? model->wait_count : model->object_count);
  if (wait->waker != HD_NONE) g_assert_cmpint(wait->waker_ns, <=, wait->end_ns);
}

/* Every item and job is in its object's part, every job that began in its worker's. */
static void check_parts(const HdModel *model) {
  guint64 item_count = 0, job_count = 0, begun_count = 0, worker_job_count = 0, step_counts[HD_ACTOR_TASK + 1] = {0}, member_count = 0;
  for (guint32 i = 0; i < model->object_count; i++) {
    item_count += model->objects[i].item_count;
    job_count += model->objects[i].job_count;
    member_count += model->objects[i].member_count;
  }
  for (guint32 i = 0; i < model->job_count; i++) begun_count += model->jobs[i].begun;
  for (guint32 i = 0; i < model->actor_count; i++) {
    worker_job_count += model->actors[i].job_count;
    step_counts[model->actors[i].kind] += model->actors[i].step_count;
  }
  g_assert_cmpuint(member_count, ==, model->member_count);
  g_assert_cmpuint(step_counts[HD_ACTOR_TASK], ==, model->step_count);
  g_assert_cmpuint(step_counts[HD_ACTOR_THREAD], ==, model->step_count);
  g_assert_cmpuint(item_count, ==, model->item_count);
  g_assert_cmpuint(job_count, ==, model->job_count);
  g_assert_cmpuint(begun_count, ==, worker_job_count);
}

void check_model(const HdModel *model) {
  check_parts(model);
  for (guint32 i = 0; i < model->actor_count; i++) check_actor(model, i);
  for (guint32 i = 0; i < model->object_count; i++) check_object(model, i);
  for (guint32 i = 0; i < model->wait_count; i++) {
    check_wait(model, &model->waits[i]);
    if (i)
      g_assert_true(model->waits[i - 1].actor < model->waits[i].actor ||
                    (model->waits[i - 1].actor == model->waits[i].actor && model->waits[i - 1].begin_ns <= model->waits[i].begin_ns));
  }
  for (guint32 i = 0; i < model->hold_count; i++) {
    const HdHold *hold = &model->holds[i];
    g_assert_cmpuint(hold->object, <, model->object_count);
    g_assert_cmpuint(hold->actor, <, model->actor_count);
    CHECK_INDEX(hold->releaser, model->actor_count);
    CHECK_INDEX(hold->wait, model->wait_count);
    CHECK_INDEX(hold->acquire_site, model->site_count);
    CHECK_INDEX(hold->release_site, model->site_count);
    CHECK_INDEX(hold->release_stack, model->stack_count);
    g_assert_cmpint(hold->begin_ns, <=, hold->end_ns);
    g_assert_cmpint(hold->end_ns, <=, model->duration_ns);
    g_assert_cmpuint(hold->depth, >=, 1);
  }
  for (guint32 i = 0; i < model->mark_count; i++) {
    CHECK_INDEX(model->marks[i].object, model->object_count);
    CHECK_INDEX(model->marks[i].site, model->site_count);
    CHECK_INDEX(model->marks[i].stack, model->stack_count);
    g_assert_cmpuint(model->marks[i].actor, <, model->actor_count);
  }
  for (guint32 i = 0; i < model->link_count; i++) {
    g_assert_cmpuint(model->links[i].from_actor, <, model->actor_count);
    g_assert_cmpuint(model->links[i].to_actor, <, model->actor_count);
    g_assert_cmpint(model->links[i].from_ns, <=, model->links[i].to_ns);
    if (i) g_assert_cmpint(model->links[i - 1].to_ns, <=, model->links[i].to_ns);
  }
  for (guint32 i = 0; i < model->site_count; i++) CHECK_INDEX(model->sites[i].module, model->module_count);
  for (guint32 i = 0; i < model->stack_count; i++)
    g_assert_cmpuint(model->stacks[i].first + model->stacks[i].count, <=, model->frame_count);
}
