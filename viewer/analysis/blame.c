/* The sweep over one object's holds and waits that shares out the waiting. */
#include "contention.h"

gint64 hd_hold_end_ns(const HdModel *model, guint32 hold_index) {
  const HdHold *hold = &model->holds[hold_index];
  if (!hold->open) return MAX(hold->end_ns, hold->begin_ns);
  const HdObject *object = &model->objects[hold->object];
  for (guint32 next = hold_index + 1; !hold->shared && next < object->hold_first + object->hold_count; next++)
    if (model->holds[next].depth <= 1 && model->holds[next].actor != hold->actor) return model->holds[next].begin_ns;
  return G_MAXINT64;
}

static int compare_times(gconstpointer a, gconstpointer b) {
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
  return (left > right) - (left < right);
}

typedef struct {
  gint64 end_ns;
  guint32 hold;
} HoldEnd;

static int compare_ends(gconstpointer a, gconstpointer b) {
  const HoldEnd *left = a, *right = b;
  if (left->end_ns != right->end_ns) return left->end_ns < right->end_ns ? -1 : 1;
  return (left->hold > right->hold) - (left->hold < right->hold);
}

/* Outermost holds by their ends. Those of an exclusive lock are so already. */
static HoldEnd *hold_ends(const HdModel *model, const HdObject *object, guint32 *count) {
  HoldEnd *ends = g_new(HoldEnd, MAX(object->hold_count, 1));
  gboolean sorted = TRUE;
  *count = 0;
  for (guint32 i = 0; i < object->hold_count; i++) {
    if (model->holds[object->hold_first + i].depth > 1) continue;
    ends[*count] = (HoldEnd){hd_hold_end_ns(model, object->hold_first + i), i};
    if (*count > 0 && ends[*count].end_ns < ends[*count - 1].end_ns) sorted = FALSE;
    ++*count;
  }
  if (!sorted) qsort(ends, *count, sizeof *ends, compare_ends);
  return ends;
}

void hd_blame_sweep(const HdModel *model, guint32 object_index, gint64 *blame_ns, gint64 *wait_total_ns, gint64 *blame_total_ns) {
  const HdObject *object = &model->objects[object_index];
  const guint32 *waits = model->object_waits + object->wait_first;
  g_autofree gint64 *wait_ends = g_new(gint64, MAX(object->wait_count, 1));
  *wait_total_ns = *blame_total_ns = 0;
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &model->waits[waits[i]];
    wait_ends[i] = MAX(wait->end_ns, wait->begin_ns);
    *wait_total_ns += wait_ends[i] - wait->begin_ns;
  }
  qsort(wait_ends, object->wait_count, sizeof *wait_ends, compare_times);
  for (guint32 i = 0; i < object->hold_count; i++) blame_ns[i] = 0;
  guint32 hold_count;
  g_autofree HoldEnd *ends = hold_ends(model, object, &hold_count);
  g_autofree gint64 *charged_before = g_new(gint64, MAX(object->hold_count, 1));
  gint64 charged = 0, carry = 0, now = G_MININT64; /* charged: to each hold that would have lasted all the time */
  gint64 waiter_count = 0, holder_count = 0;
  guint32 wait_begun = 0, wait_ended = 0, hold_begun = 0, hold_ended = 0;
  while (wait_ended < object->wait_count) { /* behind the last wait nobody can be blamed */
    while (hold_begun < object->hold_count && model->holds[object->hold_first + hold_begun].depth > 1) hold_begun++;
    gint64 next = wait_ends[wait_ended];
    if (wait_begun < object->wait_count) next = MIN(next, model->waits[waits[wait_begun]].begin_ns);
    if (hold_begun < object->hold_count) next = MIN(next, model->holds[object->hold_first + hold_begun].begin_ns);
    if (hold_ended < hold_count) next = MIN(next, ends[hold_ended].end_ns);
    if (holder_count > 0 && waiter_count > 0) {
      gint64 waiting = carry + waiter_count * (next - now);
      charged += waiting / holder_count;
      carry = waiting % holder_count;
    }
    now = next;
    if (hold_ended < hold_count && ends[hold_ended].end_ns == now && ends[hold_ended].hold < hold_begun) {
      guint32 hold = ends[hold_ended++].hold;
      blame_ns[hold] = charged - charged_before[hold];
      if (--holder_count == 0) {
        blame_ns[hold] += carry;
        carry = 0;
      }
      *blame_total_ns += blame_ns[hold];
    } else if (hold_begun < object->hold_count && model->holds[object->hold_first + hold_begun].begin_ns == now) {
      charged_before[hold_begun++] = charged;
      holder_count++;
    } else if (wait_begun < object->wait_count && model->waits[waits[wait_begun]].begin_ns == now) {
      wait_begun++;
      waiter_count++;
    } else {
      wait_ended++;
      waiter_count--;
    }
  }
  for (; hold_ended < hold_count; hold_ended++) { /* holds that outlast the last wait */
    guint32 hold = ends[hold_ended].hold;
    if (hold >= hold_begun) continue;
    blame_ns[hold] = charged - charged_before[hold];
    if (--holder_count == 0) blame_ns[hold] += carry;
    *blame_total_ns += blame_ns[hold];
  }
}
