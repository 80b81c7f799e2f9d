/* Condition waits. An interposed pthread_cond_wait is seen as one wait, from its call to its return; but once it was notified the
 * thread waits for the lock. That is a wait of its own when others held the lock for most of that time. When they did not, what passed was
 * the time to wake up, and nobody is to blame: usually the notifier lets go of the lock microseconds after the notify. */
#include "builder.h"

#define BACK_MAX 256 /* holds that are looked back through */

static gboolean is_condition_wait(const HdBuilder *builder, const HdWait *wait) {
  return wait->object != HD_NONE && builder->objects.items[wait->object].kind == HD_KIND_CONDITION &&
         hd_site_operation(builder, wait->site)->role == HD_ROLE_WAIT;
}

/* The emitter said the re-acquire itself: the next wait of this actor. */
static HdWait *told_reacquire(HdBuilder *builder, guint32 index) {
  HdWait *wait = &builder->waits.items[index], *next = wait + 1;
  if (index + 1 >= builder->waits.count || next->actor != wait->actor || next->object != wait->partner || next->begin_ns < wait->end_ns)
    return NULL;
  return next->site < builder->sites.count && builder->sites.items[next->site].operation == HD_OPERATION_CONDITION_REACQUIRE ? next : NULL;
}

/* How long others held an object within (from, to). */
static gint64 held_by_others(const HdBuilder *builder, guint32 object, guint32 actor, gint64 from_ns, gint64 to_ns) {
  gint64 held_ns = 0, free_before_ns = to_ns; /* what lies behind is counted */
  guint32 first = builder->objects.items[object].hold_first, hold = hd_hold_before(builder, object, to_ns);
  for (guint i = 0; hold != HD_NONE && i < BACK_MAX; i++) {
    const HdHold *at = &builder->holds.items[hold];
    gint64 begin_ns = MAX(at->begin_ns, from_ns), end_ns = MIN(at->end_ns, free_before_ns);
    if (at->actor != actor && begin_ns < end_ns) {
      held_ns += end_ns - begin_ns;
      free_before_ns = begin_ns;
    }
    hold = hold > first ? hold - 1 : HD_NONE;
  }
  return held_ns;
}

/* Whether a notified wait became one for the lock. One that never came back did if the lock stayed with somebody else to the end. */
static gboolean waited_for_lock(const HdBuilder *builder, const HdWait *wait) {
  if (wait->open) return hd_hold_of_other(builder, wait->partner, wait->actor, wait->end_ns - 1, wait->end_ns) != HD_NONE;
  gint64 held_ns = held_by_others(builder, wait->partner, wait->actor, wait->waker_ns, wait->end_ns);
  return held_ns >= (wait->end_ns - wait->waker_ns) / 2 && held_ns > 0;
}

gboolean hd_split_condition_waits(HdBuilder *builder) {
  guint32 told_count = builder->waits.count;
  for (guint32 i = 0; i < told_count; i++) {
    HdWait *wait = &builder->waits.items[i];
    if (!is_condition_wait(builder, wait) || wait->partner == HD_NONE) continue;
    HdWait *told = told_reacquire(builder, i);
    if (told) told->partner = i;
    if (told || wait->waker == HD_NONE || wait->waker_ns <= wait->begin_ns || wait->waker_ns >= wait->end_ns) continue;
    if (!waited_for_lock(builder, wait)) {
      if (wait->open) wait->waker = wait->waker_site = HD_NONE;
      continue;
    }
    HdWait reacquire = *wait;
    reacquire.object = wait->partner;
    reacquire.partner = i;
    reacquire.site = hd_reacquire_site(builder, wait->site);
    reacquire.state = HD_STATE_WAIT_LOCK;
    reacquire.flags = 0;
    reacquire.begin_ns = wait->waker_ns;
    reacquire.waker = reacquire.waker_site = HD_NONE;
    reacquire.waker_ns = 0;
    wait->end_ns = wait->waker_ns;
    wait->open = FALSE;
    *hd_vector_add(&builder->waits) = reacquire;
  }
  if (builder->waits.count == told_count) return FALSE;
  hd_sort_waits(builder);
  return TRUE;
}
