/* Who ended the waits of queues, pipes, executors and futures. A put or get that waited is told a second time, by the instant of its item,
 * whose stamp lies within the wait: so one sweep over an object's marks and waits tells which item a wait was for. */
#include "builder.h"

typedef struct {
  HdBuilder *builder;
  const HdObject *object;
  guint32 *current; /* the wait that each actor is in, HD_NONE; of all actors */
  guint32 *gets;    /* marks of gets so far, oldest first */
  guint32 get_first, get_count;
  const HdMark *last_put, *last_done, *last_closing; /* up to now */
} Sweep;

static void set_waker(HdWait *wait, const HdMark *mark) {
  wait->waker = mark->actor;
  wait->waker_ns = mark->at_ns;
  wait->waker_site = mark->site;
}
static void wake(const HdBuilder *builder, HdWait *wait, const HdMark *mark) {
  if (!hd_is_told(builder, wait)) set_waker(wait, mark);
}

/* The wait that led to an item's put or get: the one its actor is in. */
static HdWait *wait_of_mark(const Sweep *sweep, const HdMark *mark) {
  guint32 index = sweep->current[mark->actor];
  HdWait *wait = index == HD_NONE ? NULL : &sweep->builder->waits.items[index];
  gboolean same = wait && mark->at_ns <= wait->end_ns && !wait->open &&
                  hd_site_operation(sweep->builder, wait->site)->role == hd_site_operation(sweep->builder, mark->site)->role;
  return same ? wait : NULL;
}

/* What was got was put there by somebody. */
static void sweep_get(Sweep *sweep, guint32 index) {
  const HdMark *mark = &sweep->builder->marks.items[index];
  HdWait *wait = wait_of_mark(sweep, mark);
  guint32 put = sweep->builder->mark_partners[index];
  if (wait && put != HD_NONE && sweep->builder->marks.items[put].actor != mark->actor)
    wake(sweep->builder, wait, &sweep->builder->marks.items[put]);
  sweep->gets[sweep->get_count++] = index;
}

/* A put that waited found no room: the first get since then that made room for nobody else ended its wait, or else the last one before,
 * which was stamped before it took effect. */
static void sweep_put(Sweep *sweep, const HdMark *mark) {
  HdWait *wait = wait_of_mark(sweep, mark);
  const HdMark *marks = sweep->builder->marks.items, *room = NULL;
  while (wait && sweep->get_first < sweep->get_count && marks[sweep->gets[sweep->get_first]].at_ns < wait->begin_ns)
    room = &marks[sweep->gets[sweep->get_first++]];
  if (sweep->get_first < sweep->get_count) room = &marks[sweep->gets[sweep->get_first++]];
  if (wait && room && room->actor != mark->actor) wake(sweep->builder, wait, room);
  sweep->last_put = mark;
}

/* A wait that was for no item ended: by the last task_done, put or closing before it, whatever it waited for. */
static void end_wait(const Sweep *sweep, HdWait *wait) {
  if (wait->waker != HD_NONE || wait->result == HD_WAIT_RESULT_TIMEOUT || wait->result == HD_WAIT_RESULT_ABANDONED) return;
  const HdMark *cause = sweep->last_closing;
  switch (wait->site < sweep->builder->sites.count ? sweep->builder->sites.items[wait->site].operation : HD_OPERATION_NONE) {
  case HD_OPERATION_QUEUE_JOIN:
  case HD_OPERATION_QUEUE_JOIN_TIMED:
    cause = wait->result == HD_WAIT_RESULT_OK ? sweep->last_done : cause;
    break;
  case HD_OPERATION_PIPE_POLL:
  case HD_OPERATION_PIPE_POLL_TIMED:
    cause = sweep->last_put && sweep->last_put->at_ns >= wait->begin_ns ? sweep->last_put : cause;
    break;
  case HD_OPERATION_FUTURE_WAIT_ANY:
  case HD_OPERATION_FUTURE_WAIT_ANY_TIMED:
    return; /* ended by a future */
  default:
    break;
  }
  gboolean meant = cause && (cause != sweep->last_closing || cause->at_ns >= wait->begin_ns); /* who came later would not have waited */
  if (meant && cause->actor != wait->actor) wake(sweep->builder, wait, cause);
}

static void sweep_mark(Sweep *sweep, guint32 index) {
  const HdMark *mark = &sweep->builder->marks.items[index];
  const struct hd_operation_info *operation = hd_site_operation(sweep->builder, mark->site);
  if (mark->error) return;
  if (operation->flags & HD_OPERATION_FLAG_ITEM) {
    if (operation->role == HD_ROLE_TAKE) sweep_get(sweep, index);
    if (operation->role == HD_ROLE_ENABLE) sweep_put(sweep, mark);
  } else if (operation == &hd_operations[HD_OPERATION_QUEUE_TASK_DONE])
    sweep->last_done = mark;
  else if (operation == &hd_operations[HD_OPERATION_QUEUE_SHUTDOWN] || operation == &hd_operations[HD_OPERATION_PIPE_CLOSE] ||
           operation == &hd_operations[HD_OPERATION_EXECUTOR_SHUTDOWN])
    sweep->last_closing = mark;
}

typedef struct {
  guint32 wait;
  gint64 end_ns;
} WaitEnd;

/* Marks, begins and ends of waits in the order of time; at one time first begins, then marks, then ends. */
static void sweep_object(Sweep *sweep) {
  HdBuilder *builder = sweep->builder;
  const HdObject *object = sweep->object;
  const guint32 *waits = builder->model->object_waits + object->wait_first;
  g_autofree WaitEnd *ends = g_new(WaitEnd, object->wait_count);
  for (guint32 i = 0; i < object->wait_count; i++) ends[i] = (WaitEnd){waits[i], builder->waits.items[waits[i]].end_ns};
  g_autofree guint32 *order = hd_order(ends, sizeof *ends, object->wait_count, 0, 0, G_STRUCT_OFFSET(WaitEnd, end_ns));
  guint32 begun = 0, ended = 0;
  for (guint32 k = 0; k <= object->mark_count; k++) {
    gint64 now_ns = k < object->mark_count ? builder->marks.items[object->mark_first + k].at_ns : G_MAXINT64;
    for (; ended < object->wait_count && ends[order[ended]].end_ns < now_ns; ended++) {
      HdWait *wait = &builder->waits.items[ends[order[ended]].wait];
      if (!wait->open) end_wait(sweep, wait);
    }
    for (; begun < object->wait_count && builder->waits.items[waits[begun]].begin_ns <= now_ns; begun++)
      sweep->current[builder->waits.items[waits[begun]].actor] = waits[begun];
    if (k < object->mark_count) sweep_mark(sweep, object->mark_first + k);
  }
  for (guint32 i = 0; i < object->wait_count; i++) sweep->current[builder->waits.items[waits[i]].actor] = HD_NONE;
}

/* A future ends once, and that ends all its waits. A task is made ready by its loop then, which only passes on what a worker did. */
static void sweep_future(HdBuilder *builder, const HdObject *future) {
  const HdMark *done = hd_future_done(builder, future);
  for (guint32 i = 0; done && i < future->wait_count; i++) {
    HdWait *wait = &builder->waits.items[builder->model->object_waits[future->wait_first + i]];
    gboolean by_done = !wait->open && wait->result != HD_WAIT_RESULT_TIMEOUT && wait->result != HD_WAIT_RESULT_ABANDONED;
    if (hd_is_await(builder, wait)) by_done = !wait->open && wait->result == HD_WAIT_RESULT_OK;
    if (by_done && done->at_ns <= wait->end_ns && done->actor != wait->actor) set_waker(wait, done);
  }
}

/* A wait for any of several futures, of which the first one's executor is known: the last of its futures that ended until then. */
static void sweep_any(HdBuilder *builder, const HdObject *executor) {
  HD_VECTOR(HdNumbered) done = {0};
  for (guint32 i = 0; i < executor->job_count; i++) {
    const HdJob *job = &builder->jobs.items[executor->job_first + i];
    const HdMark *mark = job->future == HD_NONE ? NULL : hd_future_done(builder, &builder->objects.items[job->future]);
    if (mark) *hd_vector_add(&done) = (HdNumbered){.index = mark - builder->marks.items, .at_ns = mark->at_ns};
  }
  g_autofree guint32 *order = HD_ORDER(&done, HdNumbered, object, 1, at_ns);
  for (guint32 i = 0; i < executor->wait_count; i++) {
    HdWait *wait = &builder->waits.items[builder->model->object_waits[executor->wait_first + i]];
    if (wait->state != HD_STATE_WAIT_FUTURE || wait->open || wait->result != HD_WAIT_RESULT_OK) continue;
    guint32 low = 0, high = done.count; /* those before low ended until then */
    while (low < high) {
      guint32 middle = low + (high - low) / 2;
      if (done.items[order[middle]].at_ns <= wait->end_ns)
        low = middle + 1;
      else
        high = middle;
    }
    const HdMark *mark = low ? &builder->marks.items[done.items[order[low - 1]].index] : NULL;
    if (mark && mark->at_ns >= wait->begin_ns && mark->actor != wait->actor) wake(builder, wait, mark);
  }
  g_free(done.items);
}

void hd_find_transfers(HdBuilder *builder) {
  guint32 actor_count = builder->model->actor_count, mark_max = 0;
  for (guint32 i = 0; i < builder->objects.count; i++) mark_max = MAX(mark_max, builder->objects.items[i].mark_count);
  Sweep sweep = {.builder = builder, .current = g_new(guint32, MAX(1, actor_count)), .gets = g_new(guint32, MAX(1, mark_max))};
  for (guint32 i = 0; i < actor_count; i++) sweep.current[i] = HD_NONE;
  for (guint32 i = 0; i < builder->objects.count; i++) {
    const HdObject *object = &builder->objects.items[i];
    if (!object->wait_count) continue;
    sweep.object = object;
    sweep.get_first = sweep.get_count = 0;
    sweep.last_put = sweep.last_done = sweep.last_closing = NULL;
    if (object->kind == HD_KIND_QUEUE || object->kind == HD_KIND_PIPE || object->kind == HD_KIND_EXECUTOR || object->kind == HD_KIND_POOL)
      sweep_object(&sweep);
    if (object->kind == HD_KIND_EXECUTOR || object->kind == HD_KIND_POOL) sweep_any(builder, object);
    if (object->kind == HD_KIND_FUTURE) sweep_future(builder, object);
  }
  g_free(sweep.current);
  g_free(sweep.gets);
}
