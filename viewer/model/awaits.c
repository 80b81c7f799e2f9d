/* Ends of awaits. Who makes a task ready says so, and how its await came out; the next step of the task is the latest time at which that
 * can have been. A task of which neither was seen awaits to its end. One that ran out of time was ready from then on, even if its loop,
 * busy with another task, saw it later. Until its end is known an await has that moment in waker_ns, 0 for none. */
#include "builder.h"

typedef struct {
  HdBuilder *builder;
  const guint32 *order; /* of the readies: by task, then time */
  guint32 ready_next, ready_end;
} Sweep;

static const HdReady *ready_at(const Sweep *sweep, guint32 nth) { return &sweep->builder->readies.items[sweep->order[nth]]; }

/* What always ends by itself is well when it did. */
static gboolean is_sleep(const HdBuilder *builder, const HdWait *wait) {
  return hd_site_operation(builder, wait->site)->flags & HD_OPERATION_FLAG_TIMED;
}

static void end_await(const HdBuilder *builder, HdWait *wait, const HdReady *ready) {
  gboolean by_itself = wait->waker_ns && ready->result == (is_sleep(builder, wait) ? HD_WAIT_RESULT_OK : HD_WAIT_RESULT_TIMEOUT);
  gint64 at_ns = by_itself ? MIN(wait->waker_ns, ready->at_ns) : ready->at_ns;
  wait->open = FALSE;
  wait->end_ns = CLAMP(at_ns, wait->begin_ns, wait->end_ns);
  wait->result = ready->result;
  wait->waker = ready->actor;
  wait->waker_ns = wait->end_ns;
  wait->waker_site = ready->site;
}

/* Nobody was seen to make it ready: at its next step it was, or when its time had run out. */
static void end_unseen(const HdBuilder *builder, HdWait *wait, gint64 next_step_ns) {
  gint64 limit_ns = wait->waker_ns ? wait->waker_ns : G_MAXINT64;
  wait->waker_ns = 0;
  if (next_step_ns == G_MAXINT64 && limit_ns >= wait->end_ns) return;
  wait->open = FALSE;
  if (limit_ns < MIN(next_step_ns, wait->end_ns) && !is_sleep(builder, wait)) wait->result = HD_WAIT_RESULT_TIMEOUT;
  wait->end_ns = CLAMP(MIN(next_step_ns, limit_ns), wait->begin_ns, wait->end_ns);
}

/* The first time from then on at which a task was made ready. One that was told within the step before, by another thread, whose stamp came
 * before the await's, counts when there is no other. */
static void end_by_ready(Sweep *sweep, HdWait *wait, gint64 step_begin_ns, gint64 next_step_ns) {
  const HdReady *early = NULL;
  for (; sweep->ready_next < sweep->ready_end && ready_at(sweep, sweep->ready_next)->at_ns < wait->begin_ns; sweep->ready_next++)
    if (ready_at(sweep, sweep->ready_next)->at_ns > step_begin_ns) early = ready_at(sweep, sweep->ready_next);
  if (sweep->ready_next < sweep->ready_end && ready_at(sweep, sweep->ready_next)->at_ns <= next_step_ns)
    end_await(sweep->builder, wait, ready_at(sweep, sweep->ready_next++));
  else if (early && next_step_ns != G_MAXINT64)
    end_await(sweep->builder, wait, early);
  else
    end_unseen(sweep->builder, wait, next_step_ns);
}

/* The task's steps and its awaits side by side: each await begins where a step ends. */
static void end_awaits_of(Sweep *sweep, const HdActor *task, HdWait *waits, guint32 wait_count) {
  const HdTaskStep *steps = sweep->builder->steps.items + task->step_first;
  guint32 step = 0; /* the last one that began before the await, or with it */
  for (guint32 i = 0; i < wait_count; i++) {
    HdWait *wait = &waits[i];
    if (!hd_is_await(sweep->builder, wait)) continue;
    while (step + 1 < task->step_count && steps[step].end_ns < wait->begin_ns) step++;
    gboolean more = step + 1 < task->step_count;
    end_by_ready(sweep, wait, task->step_count ? steps[step].begin_ns : wait->begin_ns, more ? steps[step + 1].begin_ns : G_MAXINT64);
    step += more;
  }
}

void hd_end_awaits(HdBuilder *builder) {
  if (!builder->steps.count) return;
  HdModel *model = builder->model;
  g_autofree guint32 *order = HD_ORDER(&builder->readies, HdReady, task, model->actor_count, at_ns);
  Sweep sweep = {.builder = builder, .order = order};
  for (guint32 first = 0, end; first < builder->waits.count; first = end) {
    guint32 actor = builder->waits.items[first].actor;
    for (end = first; end < builder->waits.count && builder->waits.items[end].actor == actor;) end++;
    if (model->actors[actor].kind != HD_ACTOR_TASK) continue;
    while (sweep.ready_end < builder->readies.count && ready_at(&sweep, sweep.ready_end)->task < actor) sweep.ready_end++;
    sweep.ready_next = sweep.ready_end;
    while (sweep.ready_end < builder->readies.count && ready_at(&sweep, sweep.ready_end)->task == actor) sweep.ready_end++;
    end_awaits_of(&sweep, &model->actors[actor], builder->waits.items + first, end - first);
  }
}
