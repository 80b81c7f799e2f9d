/* State intervals: each thread's and each task's life is cut exactly. Waits and calls win; of waits that overlap (a signal handler that
 * waits inside a wait) the innermost does. What remains of a thread's is divided by the CPU schedule, or is "not waiting" when nobody
 * watched it. Records of the schedule may be lost; then a thread's switches do not alternate, and what lies between two that do not fit is
 * unknown. What remains of a task's is running in its steps, ready between them, unknown after a step whose end was lost. Who runs while
 * its thread has an interpreter lock runs with it. A wait inside a step stops the task and its thread, so it stands in the lives of both.
 */
#include "builder.h"

/* The switches of each thread id. */
typedef struct {
  guint32 *order;  /* indices of the log's switches, by thread id, then time */
  guint32 *firsts; /* where in order each begins; one more at the end */
  GHashTable *ids; /* thread id -> index */
} Schedule;

/* A wait of one actor that another one's life shows, too. */
typedef struct {
  guint32 actor; /* who shows it */
  guint32 wait;
  gint64 begin_ns;
} Mirror;

/* A time in which a thread had an interpreter lock. */
typedef struct {
  guint32 actor;
  gint64 begin_ns, end_ns;
} GilHold;

typedef struct {
  HdBuilder *builder;
  HD_VECTOR(Mirror) mirrors;               /* by actor, then begin */
  HD_VECTOR(GilHold) gil_holds;            /* by thread, then begin */
  guint32 *gil_firsts;                     /* of each actor and one more: where its part of them begins; NULL: there are none */
  guint32 step_first, step_next, step_end; /* of this task */
  HD_VECTOR(gint64) begins;
  HD_VECTOR(guint8) states;
  HD_VECTOR(guint32) waits;
  Schedule schedule;
  guint32 switch_next, switch_end; /* in schedule.order: those of this thread */
  gboolean scheduled;              /* it was seen by the schedule */
  guint8 cpu_state;
  guint32 actor_first; /* its first interval */
} Cutter;

static void cut(Cutter *cutter, gint64 begin_ns, gint64 end_ns, guint8 state, guint32 wait) {
  if (begin_ns >= end_ns) return;
  guint32 count = cutter->begins.count;
  if (count > cutter->actor_first && cutter->states.items[count - 1] == state && cutter->waits.items[count - 1] == wait)
    return; /* goes on */
  *hd_vector_add(&cutter->begins) = begin_ns;
  *hd_vector_add(&cutter->states) = state;
  *hd_vector_add(&cutter->waits) = wait;
}

/* A stretch on a thread's CPU or what is taken for it: with an interpreter lock, where the thread has one. */
static void cut_running(Cutter *cutter, guint32 thread, gint64 begin_ns, gint64 end_ns, guint8 state) {
  gboolean runs = state == HD_STATE_RUNNING || state == HD_STATE_NOT_WAITING;
  guint32 low = runs && cutter->gil_firsts ? cutter->gil_firsts[thread] : 0,
          high = runs && cutter->gil_firsts ? cutter->gil_firsts[thread + 1] : 0;
  const GilHold *holds = cutter->gil_holds.items, *holds_end = holds + high;
  while (low < high) { /* those before low ended by then */
    guint32 middle = low + (high - low) / 2;
    if (holds[middle].end_ns <= begin_ns)
      low = middle + 1;
    else
      high = middle;
  }
  for (const GilHold *hold = holds + low; hold < holds_end && hold->begin_ns < end_ns; hold++) {
    gint64 from_ns = MAX(hold->begin_ns, begin_ns), to_ns = MIN(hold->end_ns, end_ns);
    if (to_ns <= from_ns) continue;
    cut(cutter, begin_ns, from_ns, state, HD_NONE);
    cut(cutter, from_ns, to_ns, HD_STATE_RUNNING_GIL, HD_NONE);
    begin_ns = to_ns;
  }
  cut(cutter, begin_ns, end_ns, state, HD_NONE);
}

static const HdSwitch *switch_of(const Cutter *cutter, guint32 nth) { return &cutter->builder->log->switches[cutter->schedule.order[nth]]; }

static gint64 switch_time(const Cutter *cutter, guint32 nth) { return hd_builder_time(cutter->builder, switch_of(cutter, nth)->at_ns); }

static guint8 state_after(HdSwitchKind kind) {
  switch (kind) {
  case HD_SWITCH_IN:
    return HD_STATE_RUNNING;
  case HD_SWITCH_OUT_PREEMPTED:
    return HD_STATE_READY;
  default:
    return HD_STATE_OFF_CPU;
  }
}

/* The state up to the next switch: only who runs can leave the CPU, only who does not can get it. */
static guint8 state_until(const Cutter *cutter, HdSwitchKind next) {
  return (cutter->cpu_state == HD_STATE_RUNNING) == (next != HD_SWITCH_IN) ? cutter->cpu_state : HD_STATE_UNKNOWN;
}

/* A stretch without wait. It begins with what the thread itself said: its start, or a wait's end; so it ran. So it did at the end when that
 * is a wait's begin. */
static void cut_free(Cutter *cutter, guint32 thread, gint64 begin_ns, gint64 end_ns, gboolean ends_with_wait) {
  if (begin_ns >= end_ns) return;
  if (!cutter->scheduled) {
    cut_running(cutter, thread, begin_ns, end_ns, HD_STATE_NOT_WAITING);
    return;
  }
  while (cutter->switch_next < cutter->switch_end && switch_time(cutter, cutter->switch_next) <= begin_ns) cutter->switch_next++;
  cutter->cpu_state = HD_STATE_RUNNING;
  for (; cutter->switch_next < cutter->switch_end && switch_time(cutter, cutter->switch_next) < end_ns; cutter->switch_next++) {
    gint64 at_ns = switch_time(cutter, cutter->switch_next);
    HdSwitchKind kind = switch_of(cutter, cutter->switch_next)->kind;
    cut_running(cutter, thread, begin_ns, at_ns, state_until(cutter, kind));
    begin_ns = at_ns;
    cutter->cpu_state = state_after(kind);
  }
  cut_running(cutter, thread, begin_ns, end_ns, ends_with_wait ? state_until(cutter, HD_SWITCH_OUT_BLOCKED) : cutter->cpu_state);
}

/* A stretch of a task without wait. */
static void cut_free_task(Cutter *cutter, gint64 begin_ns, gint64 end_ns) {
  const HdTaskStep *steps = cutter->builder->steps.items;
  while (begin_ns < end_ns) {
    while (cutter->step_next < cutter->step_end && steps[cutter->step_next].end_ns <= begin_ns) cutter->step_next++;
    const HdTaskStep *step = cutter->step_next < cutter->step_end ? &steps[cutter->step_next] : NULL;
    gboolean lost = cutter->step_next > cutter->step_first && steps[cutter->step_next - 1].end_site == HD_NONE;
    gint64 free_end_ns = step ? CLAMP(step->begin_ns, begin_ns, end_ns) : end_ns;
    cut(cutter, begin_ns, free_end_ns, lost ? HD_STATE_UNKNOWN : HD_STATE_READY, HD_NONE);
    begin_ns = free_end_ns;
    if (!step || begin_ns >= end_ns) break;
    gint64 step_end_ns = MIN(step->end_ns, end_ns);
    cut_running(cutter, step->thread, begin_ns, step_end_ns, HD_STATE_RUNNING);
    begin_ns = step_end_ns;
  }
}

/* An actor's waits, its own and those that it shows, by begin. */
typedef struct {
  const HdWait *waits;
  guint32 own, own_end;
  const Mirror *mirrors, *mirrors_end;
} Waits;

static guint32 next_wait(Waits *waits) {
  gboolean own = waits->own < waits->own_end, mirrored = waits->mirrors < waits->mirrors_end;
  if (mirrored && (!own || waits->mirrors->begin_ns < waits->waits[waits->own].begin_ns)) return waits->mirrors++->wait;
  return own ? waits->own++ : HD_NONE;
}

static void cut_actor(Cutter *cutter, guint32 index, Waits of_actor) {
  const HdWait *waits = cutter->builder->waits.items;
  const HdActor *actor = &cutter->builder->model->actors[index];
  g_autoptr(GArray) nested = g_array_new(FALSE, FALSE, sizeof(guint32));
  gint64 now_ns = actor->start_ns;
  for (;;) {
    guint32 next = next_wait(&of_actor);
    gint64 next_ns = next != HD_NONE ? CLAMP(waits[next].begin_ns, now_ns, actor->end_ns) : actor->end_ns;
    while (now_ns < next_ns && nested->len) {
      guint32 innermost = g_array_index(nested, guint32, nested->len - 1);
      gint64 end_ns = CLAMP(waits[innermost].end_ns, now_ns, next_ns);
      cut(cutter, now_ns, end_ns, waits[innermost].state, innermost);
      now_ns = end_ns;
      if (waits[innermost].end_ns <= now_ns) g_array_set_size(nested, nested->len - 1);
    }
    if (actor->kind == HD_ACTOR_TASK)
      cut_free_task(cutter, now_ns, next_ns);
    else
      cut_free(cutter, index, now_ns, next_ns, next != HD_NONE);
    now_ns = next_ns;
    if (next == HD_NONE) break;
    g_array_append_val(nested, next);
  }
}

/* The step among some of one actor's, by begin, that covers a time; NULL. */
static const HdTaskStep *step_among(const HdBuilder *builder, const guint32 *indices, guint32 first, guint32 count, gint64 at_ns) {
  guint32 low = first, high = first + count; /* those before low began by then */
#define STEP(i) (&builder->steps.items[indices ? indices[i] : (i)])
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (STEP(middle)->begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  const HdTaskStep *step = low > first ? STEP(low - 1) : NULL;
#undef STEP
  return step && at_ns < step->end_ns ? step : NULL;
}

/* What a task waits for inside a step its thread shows; the interpreter lock, which its thread waits for, the task shows. */
static void find_mirrors(Cutter *cutter) {
  const HdBuilder *builder = cutter->builder;
  const HdModel *model = builder->model;
  for (guint32 i = 0; builder->steps.count && i < builder->waits.count; i++) {
    const HdWait *wait = &builder->waits.items[i];
    const HdActor *actor = &model->actors[wait->actor];
    if (!actor->step_count || hd_is_await(builder, wait)) continue;
    gboolean by_task = actor->kind == HD_ACTOR_TASK;
    if (!by_task && wait->state != HD_STATE_WAIT_GIL) continue;
    const HdTaskStep *step =
        step_among(builder, by_task ? NULL : model->thread_steps, actor->step_first, actor->step_count, wait->begin_ns);
    if (step) *hd_vector_add(&cutter->mirrors) = (Mirror){by_task ? step->thread : step->task, i, wait->begin_ns};
  }
  guint32 *order = HD_ORDER(&cutter->mirrors, Mirror, actor, model->actor_count, begin_ns);
  hd_vector_reorder(&cutter->mirrors, order);
  g_free(order);
}

static void find_gil_holds(Cutter *cutter) {
  const HdBuilder *builder = cutter->builder;
  guint32 actor_count = builder->model->actor_count;
  for (guint32 i = 0; i < builder->objects.count; i++) {
    const HdObject *object = &builder->objects.items[i];
    for (guint32 k = 0; object->kind == HD_KIND_GIL && k < object->hold_count; k++) {
      const HdHold *hold = &builder->holds.items[object->hold_first + k];
      *hd_vector_add(&cutter->gil_holds) = (GilHold){hold->actor, hold->begin_ns, hold->end_ns};
    }
  }
  if (!cutter->gil_holds.count) return;
  guint32 *order = HD_ORDER(&cutter->gil_holds, GilHold, actor, actor_count, begin_ns);
  hd_vector_reorder(&cutter->gil_holds, order);
  g_free(order);
  cutter->gil_firsts = g_new0(guint32, (gsize)actor_count + 1);
  for (guint32 i = 0; i < cutter->gil_holds.count; i++) {
    GilHold *hold = &cutter->gil_holds.items[i];
    cutter->gil_firsts[hold->actor + 1]++;
    /* They cannot overlap; of nonsense the ends still stand in order, to be searched. */
    if (i && hold[-1].actor == hold->actor) hold->end_ns = MAX(hold->end_ns, hold[-1].end_ns);
  }
  for (guint32 i = 0; i < actor_count; i++) cutter->gil_firsts[i + 1] += cutter->gil_firsts[i];
}

typedef struct {
  guint32 id;
  gint64 at_ns;
} SwitchKey;

static void schedule_init(Schedule *schedule, const HdLog *log) {
  guint32 count = MIN(log->switch_count, HD_NONE - 1), id_count = 0;
  schedule->ids = g_hash_table_new(NULL, NULL);
  g_autofree SwitchKey *keys = g_new(SwitchKey, MAX(1, count));
  for (guint32 i = 0; i < count; i++) {
    guint32 id = hd_number_find(schedule->ids, log->switches[i].thread_id);
    if (id == HD_NONE) hd_number_set(schedule->ids, log->switches[i].thread_id, id = id_count++);
    keys[i] = (SwitchKey){id, MIN(log->switches[i].at_ns, G_MAXINT64)};
  }
  schedule->order = hd_order(keys, sizeof(SwitchKey), count, G_STRUCT_OFFSET(SwitchKey, id), id_count, G_STRUCT_OFFSET(SwitchKey, at_ns));
  schedule->firsts = g_new0(guint32, (gsize)id_count + 1);
  for (guint32 i = 0; i < count; i++) schedule->firsts[keys[i].id + 1]++;
  for (guint32 id = 0; id < id_count; id++) schedule->firsts[id + 1] += schedule->firsts[id];
}

/* Switches before a thread's start belong to an earlier one of its id. */
static void schedule_actor(Cutter *cutter, const HdActor *actor) {
  guint32 id = actor->thread_id ? hd_number_find(cutter->schedule.ids, actor->thread_id) : HD_NONE;
  cutter->scheduled = id != HD_NONE;
  if (!cutter->scheduled) return;
  guint32 low = cutter->schedule.firsts[id], high = cutter->switch_end = cutter->schedule.firsts[id + 1];
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (switch_time(cutter, middle) < actor->start_ns)
      low = middle + 1;
    else
      high = middle;
  }
  cutter->switch_next = low;
}

void hd_build_intervals(HdBuilder *builder) {
  HdModel *model = builder->model;
  Cutter cutter = {.builder = builder};
  schedule_init(&cutter.schedule, builder->log);
  find_mirrors(&cutter);
  find_gil_holds(&cutter);
  guint32 wait = 0, mirror = 0;
  for (guint32 i = 0; i < model->actor_count; i++) {
    HdActor *actor = &model->actors[i];
    if (actor->kind == HD_ACTOR_PROCESS) continue;
    guint32 wait_first = wait, mirror_first = mirror;
    while (wait < builder->waits.count && builder->waits.items[wait].actor == i) wait++;
    while (mirror < cutter.mirrors.count && cutter.mirrors.items[mirror].actor == i) mirror++;
    actor->interval_first = cutter.actor_first = cutter.begins.count;
    cutter.step_first = cutter.step_next = actor->step_first;
    cutter.step_end = actor->step_first + actor->step_count;
    if (actor->kind == HD_ACTOR_THREAD) schedule_actor(&cutter, actor);
    cut_actor(&cutter, i,
              (Waits){builder->waits.items, wait_first, wait, cutter.mirrors.items + mirror_first, cutter.mirrors.items + mirror});
    actor->interval_count = cutter.begins.count - actor->interval_first;
  }
  model->intervals = (HdIntervals){cutter.begins.count, cutter.begins.items, cutter.states.items, cutter.waits.items};
  g_free(cutter.schedule.order);
  g_free(cutter.schedule.firsts);
  g_hash_table_unref(cutter.schedule.ids);
  g_free(cutter.mirrors.items);
  g_free(cutter.gil_holds.items);
  g_free(cutter.gil_firsts);
}
