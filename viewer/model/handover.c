/* Locks, the interpreter lock too: the hold that a wait led to, and the release that ended the wait. */
#include "builder.h"

#define FOLLOWS_NS 1000000 /* an acquisition this long after its wait's end is still that wait's, when none lies between */
#define BACK_MAX 64        /* earlier holds that are looked through for the last release (many readers) */
#define AHEAD_MAX 64       /* later holds of the actor that are looked through */

static gboolean acquires(const HdBuilder *builder, const HdWait *wait) {
  return wait->object != HD_NONE && !wait->open && (wait->state == HD_STATE_WAIT_LOCK || wait->state == HD_STATE_WAIT_GIL) &&
         (wait->result == HD_WAIT_RESULT_OK || wait->result == HD_WAIT_RESULT_OWNER_DIED);
}

/* Until when an acquisition is the wait's. A task acquires when it is run, which may be much later than it was made ready: in its next
 * step.
 */
static gint64 follows_until(const HdBuilder *builder, const HdWait *wait) {
  if (!hd_is_await(builder, wait)) return wait->end_ns + FOLLOWS_NS;
  const HdActor *task = &builder->model->actors[wait->actor];
  guint32 low = task->step_first, high = low + task->step_count; /* those before low began before the wait's end */
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (builder->steps.items[middle].begin_ns < wait->end_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low < task->step_first + task->step_count ? builder->steps.items[low].end_ns : wait->end_ns;
}

/* The actor's first hold of the object that began when the wait ended. */
static guint32 hold_of_wait(const HdBuilder *builder, const HdWait *wait) {
  const HdActor *actor = &builder->model->actors[wait->actor];
  const guint32 *holds = builder->model->actor_holds + actor->hold_first;
  guint32 low = 0, high = actor->hold_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (builder->holds.items[holds[middle]].begin_ns < wait->end_ns)
      low = middle + 1;
    else
      high = middle;
  }
  gint64 until_ns = follows_until(builder, wait);
  for (guint32 i = low; i < actor->hold_count && i - low < AHEAD_MAX; i++) {
    const HdHold *hold = &builder->holds.items[holds[i]];
    if (hold->begin_ns > until_ns) break;
    if (hold->object == wait->object) return holds[i];
  }
  return HD_NONE;
}

/* The last release of the object before the wait's end. */
static const HdHold *release_before(const HdBuilder *builder, const HdWait *wait) {
  guint32 first = builder->objects.items[wait->object].hold_first, at = hd_hold_before(builder, wait->object, wait->end_ns + 1);
  const HdHold *last = NULL;
  for (guint i = 0; at != HD_NONE && i < BACK_MAX; i++) {
    const HdHold *hold = &builder->holds.items[at];
    gboolean ended = !hold->open && hold->end_ns <= wait->end_ns && hold->releaser != HD_NONE;
    if (ended && hold->actor != wait->actor && (!last || hold->end_ns > last->end_ns)) last = hold;
    at = at > first ? at - 1 : HD_NONE;
  }
  return last;
}

void hd_find_handovers(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->waits.count; i++) {
    HdWait *wait = &builder->waits.items[i];
    if (!acquires(builder, wait)) continue;
    guint32 hold = hold_of_wait(builder, wait);
    if (hold != HD_NONE && builder->holds.items[hold].wait == HD_NONE) builder->holds.items[hold].wait = i;
    const HdHold *release = hd_is_told(builder, wait) ? NULL : release_before(builder, wait);
    if (!release) continue;
    wait->waker = release->releaser;
    wait->waker_ns = release->end_ns;
    wait->waker_site = release->release_site;
  }
}
