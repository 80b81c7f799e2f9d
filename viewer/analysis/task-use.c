/* What tasks and event loops did, in the terms of tokio-console (tokio-rs/console, "Tasks"): a task's total life = busy (inside a step;
 * what it waits for there blocks its thread, and is busy) + scheduled (ready, until it is run) + idle (awaiting). Loop lag = from ready to
 * running of a task or callback, as libuv's and Node.js's "event loop delay". A loop calls all that is ready before it polls: so what was
 * planned for later became ready at the earliest when the last poll before its run ended. */
#include "sums.h"
#include "wait-graph.h"

static gboolean is_await(const HdModel *model, guint32 wait) {
  return wait != HD_NONE && hd_operations[hd_site_operation(model, model->waits[wait].site)].role == HD_ROLE_AWAIT;
}

HdTaskUse hd_task_use(const HdModel *model, guint32 task) {
  const HdActor *actor = &model->actors[task];
  HdTaskUse use = {.step_count = actor->step_count};
  for (guint32 i = actor->step_first; i < actor->step_first + actor->step_count; i++) {
    gint64 length_ns = model->steps[i].end_ns - model->steps[i].begin_ns;
    hd_add_ns(&use.busy_ns, length_ns);
    use.step_max_ns = MAX(use.step_max_ns, length_ns);
    hd_histogram_add(&use.step_histogram, length_ns);
  }
  for (guint32 i = actor->interval_first; i < actor->interval_first + actor->interval_count; i++) {
    gint64 length_ns = hd_model_interval_end_ns(model, task, i) - model->intervals.begin_ns[i];
    if (is_await(model, model->intervals.wait[i])) hd_add_ns(&use.idle_ns, length_ns);
    if (model->intervals.state[i] != HD_STATE_READY) continue;
    hd_add_ns(&use.scheduled_ns, length_ns);
    use.scheduled_max_ns = MAX(use.scheduled_max_ns, length_ns);
    hd_histogram_add(&use.scheduled_histogram, length_ns);
  }
  return use;
}

static void add_lag(HdLoopUse *use, gint64 lag_ns, guint32 actor) {
  use->lag_count++;
  hd_add_ns(&use->lag_total_ns, lag_ns);
  if (lag_ns <= use->lag_max_ns) return;
  use->lag_max_ns = lag_ns;
  use->lag_max_actor = actor;
}

/* A stretch in which a task was ready and was run at its end. */
static void add_task(const HdModel *model, guint32 index, HdLoopUse *use) {
  const HdActor *task = &model->actors[index];
  use->task_count++;
  use->step_count += task->step_count;
  for (guint32 i = task->step_first; i < task->step_first + task->step_count; i++)
    hd_add_ns(&use->busy_ns, model->steps[i].end_ns - model->steps[i].begin_ns);
  for (guint32 i = task->interval_first; i + 1 < task->interval_first + task->interval_count; i++)
    if (model->intervals.state[i] == HD_STATE_READY) add_lag(use, model->intervals.begin_ns[i + 1] - model->intervals.begin_ns[i], index);
}

static gboolean is_poll(const HdModel *model, const HdWait *wait) {
  return hd_operations[hd_site_operation(model, wait->site)].role == HD_ROLE_CALL;
}

/* When the last poll before a time ended; it began where the search of the loop's waits ends. */
static gint64 polled_before(const HdModel *model, const HdObject *loop, gint64 at_ns) {
  guint32 low = 0, high = loop->wait_count; /* those before low began by then */
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->waits[model->object_waits[loop->wait_first + middle]].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  const HdWait *last = low ? &model->waits[model->object_waits[loop->wait_first + low - 1]] : NULL;
  return last && is_poll(model, last) && last->end_ns <= at_ns ? last->end_ns : G_MININT64;
}

static void add_callback(const HdModel *model, const HdObject *loop, const HdJob *job, HdLoopUse *use) {
  use->callback_count++;
  if (!job->begun) return;
  hd_add_ns(&use->busy_ns, job->end_ns - job->begin_ns);
  gint64 ready_ns = MAX(MAX(job->submit_ns, job->planned_ns), polled_before(model, loop, job->begin_ns));
  if (job->submitter != HD_NONE) add_lag(use, MAX(job->begin_ns - ready_ns, 0), HD_NONE);
}

HdLoopUse hd_loop_use(const HdModel *model, guint32 index) {
  const HdObject *loop = &model->objects[index];
  HdLoopUse use = {.lag_max_actor = HD_NONE};
  for (guint32 i = 0; i < model->actor_count; i++)
    if (model->actors[i].kind == HD_ACTOR_TASK && model->actors[i].loop == index) add_task(model, i, &use);
  for (guint32 i = 0; i < loop->job_count; i++) add_callback(model, loop, &model->jobs[loop->job_first + i], &use);
  for (guint32 i = 0; i < loop->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[loop->wait_first + i]];
    if (is_poll(model, wait)) hd_add_ns(&use.polling_ns, wait->end_ns - wait->begin_ns);
  }
  return use;
}
