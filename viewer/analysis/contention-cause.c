#include "contention-cause.h"
#include "contention.h"
#include "sentences.h"

#define SEGMENTS_MAX 4096 /* holds that are looked into; a wait for more of them is one for many short holds */

typedef struct {
  gint64 spent_ns[HD_CAUSE_HANDOFF + 1];
  gint64 most_ns[HD_CAUSE_HANDOFF + 1]; /* in one stretch */
  guint32 holder[HD_CAUSE_HANDOFF + 1];
  guint32 object[HD_CAUSE_HANDOFF + 1];
} Spent;

static HdCause cause_of_state(enum hd_state state) {
  switch (state) {
  case HD_STATE_RUNNING:
  case HD_STATE_RUNNING_GIL:
    return HD_CAUSE_WORK;
  case HD_STATE_READY:
    return HD_CAUSE_PREEMPTED;
  case HD_STATE_BLOCKED:
    return HD_CAUSE_BLOCKED;
  case HD_STATE_UNKNOWN:
  case HD_STATE_OFF_CPU:
  case HD_STATE_NOT_WAITING:
    return HD_CAUSE_NONE;
  default:
    return HD_CAUSE_WAITS;
  }
}

static void spend(Spent *spent, HdCause cause, gint64 length_ns, guint32 holder, guint32 object) {
  spent->spent_ns[cause] += length_ns;
  if (length_ns <= spent->most_ns[cause]) return;
  spent->most_ns[cause] = length_ns;
  spent->holder[cause] = holder;
  spent->object[cause] = object;
}

static void spend_hold(const HdModel *model, Spent *spent, guint32 actor, gint64 begin_ns, gint64 end_ns) {
  while (begin_ns < end_ns) {
    guint32 interval = hd_model_interval_at(model, actor, begin_ns);
    if (interval == HD_NONE) return;
    gint64 until_ns = MIN(end_ns, hd_model_interval_end_ns(model, actor, interval));
    guint32 wait = model->intervals.wait[interval];
    if (until_ns <= begin_ns) return;
    spend(spent, cause_of_state(model->intervals.state[interval]), until_ns - begin_ns, actor,
          wait < model->wait_count ? model->waits[wait].object : HD_NONE);
    begin_ns = until_ns;
  }
}

HdCause hd_wait_cause(const HdModel *model, guint32 wait_index, gint64 *cause_ns, guint32 *holder, guint32 *object) {
  const HdWait *wait = &model->waits[wait_index];
  g_autoptr(GArray) segments = hd_wait_segments(model, wait_index);
  Spent spent = {0};
  for (guint i = 0; i < segments->len && segments->len <= SEGMENTS_MAX; i++) {
    const HdWaitSegment *segment = &g_array_index(segments, HdWaitSegment, i);
    if (segment->hold == HD_NONE)
      spend(&spent, HD_CAUSE_HANDOFF, segment->end_ns - segment->begin_ns, HD_NONE, HD_NONE);
    else if (model->holds[segment->hold].actor < model->actor_count)
      spend_hold(model, &spent, model->holds[segment->hold].actor, segment->begin_ns, segment->end_ns);
  }
  for (HdCause cause = HD_CAUSE_WORK; cause <= HD_CAUSE_HANDOFF; cause++) {
    if (spent.spent_ns[cause] == 0 || 2 * spent.spent_ns[cause] < wait->end_ns - wait->begin_ns) continue;
    *cause_ns = spent.spent_ns[cause];
    *holder = spent.holder[cause];
    *object = spent.object[cause];
    return cause;
  }
  return HD_CAUSE_NONE;
}

char *hd_wait_cause_text(const HdModel *model, guint32 wait_index, const GArray *among, char **advice) {
  gint64 cause_ns;
  guint32 holder, object;
  HdCause cause = hd_wait_cause(model, wait_index, &cause_ns, &holder, &object);
  if (cause == HD_CAUSE_NONE || cause == HD_CAUSE_WORK) return NULL;
  const HdWait *wait = &model->waits[wait_index];
  g_autofree char *name = holder < model->actor_count ? hd_text_actor(model, holder, among) : NULL;
  g_autofree char *lock = hd_text_object(model, wait->object), *took = hd_format_duration(cause_ns);
  g_autofree char *length = hd_format_duration(wait->end_ns - wait->begin_ns);
  g_autofree char *other = object < model->object_count ? hd_text_object(model, object) : g_strdup("something else");
  switch (cause) {
  case HD_CAUSE_BLOCKED:
    *advice = g_strdup_printf("Sleep, read and write before or after holding %s, not while.", lock);
    return g_strdup_printf("In the longest wait, %s, %s slept or was in I/O for %s while holding it.", length, name, took);
  case HD_CAUSE_PREEMPTED:
    *advice = g_strdup_printf("More threads want a CPU than there are: use fewer of them, or hold %s for less.", lock);
    return g_strdup_printf("In the longest wait, %s, %s held it and wanted a CPU for %s.", length, name, took);
  case HD_CAUSE_WAITS:
    *advice = g_strdup_printf("Do not wait for %s while holding %s.", other, lock);
    return g_strdup_printf("In the longest wait, %s, %s held it and waited for %s for %s.", length, name, other, took);
  default:
    *advice = g_strdup("The lock was free, but who waited had not come to run: too few CPUs, or very many hand-overs.");
    return g_strdup_printf("In the longest wait, %s, nobody held it for %s.", length, took);
  }
}
