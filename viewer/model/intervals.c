/* State intervals: each thread's life is cut exactly. Waits and calls win; of waits that overlap (a signal handler that waits inside a
 * wait) the innermost does. What remains is divided by the CPU schedule, or is "not waiting" when nobody watched it. Records of the
 * schedule may be lost; then a thread's switches do not alternate, and what lies between two that do not fit is unknown. */
#include "builder.h"

/* The switches of each thread id. */
typedef struct {
  guint32 *order;  /* indices of the log's switches, by thread id, then time */
  guint32 *firsts; /* where in order each begins; one more at the end */
  GHashTable *ids; /* thread id -> index */
} Schedule;

typedef struct {
  HdBuilder *builder;
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
static void cut_free(Cutter *cutter, gint64 begin_ns, gint64 end_ns, gboolean ends_with_wait) {
  if (begin_ns >= end_ns) return;
  if (!cutter->scheduled) {
    cut(cutter, begin_ns, end_ns, HD_STATE_NOT_WAITING, HD_NONE);
    return;
  }
  while (cutter->switch_next < cutter->switch_end && switch_time(cutter, cutter->switch_next) <= begin_ns) cutter->switch_next++;
  cutter->cpu_state = HD_STATE_RUNNING;
  for (; cutter->switch_next < cutter->switch_end && switch_time(cutter, cutter->switch_next) < end_ns; cutter->switch_next++) {
    gint64 at_ns = switch_time(cutter, cutter->switch_next);
    HdSwitchKind kind = switch_of(cutter, cutter->switch_next)->kind;
    cut(cutter, begin_ns, at_ns, state_until(cutter, kind), HD_NONE);
    begin_ns = at_ns;
    cutter->cpu_state = state_after(kind);
  }
  cut(cutter, begin_ns, end_ns, ends_with_wait ? state_until(cutter, HD_SWITCH_OUT_BLOCKED) : cutter->cpu_state, HD_NONE);
}

static void cut_actor(Cutter *cutter, const HdActor *actor, guint32 wait_first, guint32 wait_end) {
  const HdWait *waits = cutter->builder->waits.items;
  g_autoptr(GArray) nested = g_array_new(FALSE, FALSE, sizeof(guint32));
  gint64 now_ns = actor->start_ns;
  for (guint32 next = wait_first;;) {
    gint64 next_ns = next < wait_end ? CLAMP(waits[next].begin_ns, now_ns, actor->end_ns) : actor->end_ns;
    while (now_ns < next_ns && nested->len) {
      guint32 innermost = g_array_index(nested, guint32, nested->len - 1);
      gint64 end_ns = CLAMP(waits[innermost].end_ns, now_ns, next_ns);
      cut(cutter, now_ns, end_ns, waits[innermost].state, innermost);
      now_ns = end_ns;
      if (waits[innermost].end_ns <= now_ns) g_array_set_size(nested, nested->len - 1);
    }
    cut_free(cutter, now_ns, next_ns, next < wait_end);
    now_ns = next_ns;
    if (next >= wait_end) break;
    g_array_append_val(nested, next);
    next++;
  }
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
  guint32 wait = 0;
  for (guint32 i = 0; i < model->actor_count; i++) {
    HdActor *actor = &model->actors[i];
    if (actor->kind != HD_ACTOR_THREAD) continue;
    guint32 wait_first = wait;
    while (wait < builder->waits.count && builder->waits.items[wait].actor == i) wait++;
    actor->interval_first = cutter.actor_first = cutter.begins.count;
    schedule_actor(&cutter, actor);
    cut_actor(&cutter, actor, wait_first, wait);
    actor->interval_count = cutter.begins.count - actor->interval_first;
  }
  model->intervals = (HdIntervals){cutter.begins.count, cutter.begins.items, cutter.states.items, cutter.waits.items};
  g_free(cutter.schedule.order);
  g_free(cutter.schedule.firsts);
  g_hash_table_unref(cutter.schedule.ids);
}
