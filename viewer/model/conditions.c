/* Condition waits. An interposed pthread_cond_wait is seen as one wait, from its call to its return; but once it was notified the
 * thread waits for the lock, which is a wait of its own when somebody else held it meanwhile. */
#include "builder.h"

static gboolean is_condition_wait(const HdBuilder *builder, const HdWait *wait) {
  return wait->object != HD_NONE && builder->objects.items[wait->object].kind == HD_KIND_CONDITION &&
         hd_site_operation(builder, wait->site)->role == HD_ROLE_WAIT;
}

/* The emitter said the re-acquire itself: the next wait of this actor. */
static HdWait *told_reacquire(HdBuilder *builder, guint32 index) {
  HdWait *wait = &builder->waits.items[index], *next = wait + 1;
  if (index + 1 >= builder->waits.count || next->actor != wait->actor || next->object != wait->partner || next->begin_ns < wait->end_ns) return NULL;
  return next->site < builder->sites.count && builder->sites.items[next->site].operation == HD_OPERATION_CONDITION_REACQUIRE ? next : NULL;
}

void hd_split_condition_waits(HdBuilder *builder) {
  guint32 told_count = builder->waits.count;
  for (guint32 i = 0; i < told_count; i++) {
    HdWait *wait = &builder->waits.items[i];
    if (!is_condition_wait(builder, wait) || wait->partner == HD_NONE) continue;
    HdWait *told = told_reacquire(builder, i);
    if (told) told->partner = i;
    if (told || wait->waker == HD_NONE || wait->waker_ns <= wait->begin_ns || wait->waker_ns >= wait->end_ns) continue;
    /* One that never came back was notified, too, if the lock stayed with somebody else to the end. */
    gint64 from_ns = wait->open ? wait->end_ns - 1 : wait->waker_ns;
    if (hd_hold_of_other(builder, wait->partner, wait->actor, from_ns, wait->end_ns) == HD_NONE) {
      if (wait->open) wait->waker = HD_NONE;
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
  hd_sort_waits(builder);
}
