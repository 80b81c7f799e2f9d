/* Who ended a wait. An enabling operation is stamped before it is done, a wait's end after it, so the waker's stamp lies before the
 * waiter's end. Each kind of object has its own rule; each is one sweep over the object's marks and waits. */
#include "builder.h"

typedef struct {
  HdBuilder *builder;
  const HdObject *object;
  const HdMark *marks;  /* of the object, by time */
  const guint32 *waits; /* of the object, by begin */
} Sweep;

static enum hd_role mark_role(const Sweep *sweep, const HdMark *mark) { return hd_site_operation(sweep->builder, mark->site)->role; }

static HdWait *wait_of(const Sweep *sweep, guint32 nth) { return &sweep->builder->waits.items[sweep->waits[nth]]; }

static void wake(const Sweep *sweep, HdWait *wait, guint32 actor, gint64 at_ns, guint32 site) {
  if (hd_is_told(sweep->builder, wait)) return;
  wait->waker = actor;
  wait->waker_ns = at_ns;
  wait->waker_site = site;
}

static gboolean succeeded(const HdWait *wait) { return wait->result == HD_WAIT_RESULT_OK || wait->result == HD_WAIT_RESULT_OWNER_DIED; }

/* A heap of waits, the one that ends first on top. */
typedef struct {
  const HdBuilder *builder;
  GArray *items; /* of indices of waits */
} Heap;

static gint64 heap_end_ns(const Heap *heap, guint at) {
  const HdWait *wait = &heap->builder->waits.items[g_array_index(heap->items, guint32, at)];
  return wait->open ? G_MAXINT64 : wait->end_ns;
}

static void heap_swap(Heap *heap, guint a, guint b) {
  guint32 *items = (guint32 *)heap->items->data, item = items[a];
  items[a] = items[b];
  items[b] = item;
}

static void heap_push(Heap *heap, guint32 wait) {
  g_array_append_val(heap->items, wait);
  for (guint at = heap->items->len - 1; at && heap_end_ns(heap, at) < heap_end_ns(heap, (at - 1) / 2); at = (at - 1) / 2)
    heap_swap(heap, at, (at - 1) / 2);
}

static void heap_pop(Heap *heap) {
  g_array_remove_index_fast(heap->items, 0);
  for (guint at = 0, child; (child = 2 * at + 1) < heap->items->len; at = child) {
    if (child + 1 < heap->items->len && heap_end_ns(heap, child + 1) < heap_end_ns(heap, child)) child++;
    if (heap_end_ns(heap, at) <= heap_end_ns(heap, child)) break;
    heap_swap(heap, at, child);
  }
}

/* Conditions, events, futexes: each notify ends one wait of those that wait then, the one that returned first; notify-all ends all
 * of them. A notify that finds nobody is lost. An open wait stays open, but may have been notified. */
static void sweep_notifies(const Sweep *sweep) {
  Heap heap = {sweep->builder, g_array_new(FALSE, FALSE, sizeof(guint32))};
  guint32 next = 0;
  for (guint32 i = 0; i < sweep->object->mark_count; i++) {
    const HdMark *mark = &sweep->marks[i];
    const struct hd_operation_info *operation = hd_site_operation(sweep->builder, mark->site);
    if (operation->role != HD_ROLE_ENABLE || mark->error) continue;
    for (; next < sweep->object->wait_count && wait_of(sweep, next)->begin_ns <= mark->at_ns; next++) {
      const HdWait *wait = wait_of(sweep, next);
      if (succeeded(wait) && (!wait->open || wait->partner != HD_NONE)) heap_push(&heap, sweep->waits[next]);
    }
    while (heap.items->len && heap_end_ns(&heap, 0) < mark->at_ns) heap_pop(&heap);
    gint64 woken_count = operation->flags & HD_OPERATION_FLAG_ALL ? G_MAXINT64 : MAX(1, mark->value);
    for (; heap.items->len && woken_count > 0; woken_count--) {
      wake(sweep, &sweep->builder->waits.items[g_array_index(heap.items, guint32, 0)], mark->actor, mark->at_ns, mark->site);
      heap_pop(&heap);
    }
  }
  g_array_unref(heap.items);
}

typedef struct {
  guint32 wait;
  gint64 end_ns;
} WaitEnd;

static gint compare_ends(gconstpointer a, gconstpointer b) {
  gint64 a_ns = ((const WaitEnd *)a)->end_ns, b_ns = ((const WaitEnd *)b)->end_ns;
  return a_ns < b_ns ? -1 : a_ns > b_ns;
}

/* The object's waits that got what they waited for, by their ends. */
static GArray *successful_ends(const Sweep *sweep) {
  GArray *ends = g_array_new(FALSE, FALSE, sizeof(WaitEnd));
  for (guint32 i = 0; i < sweep->object->wait_count; i++) {
    const HdWait *wait = wait_of(sweep, i);
    if (!wait->open && succeeded(wait)) g_array_append_val(ends, ((WaitEnd){sweep->waits[i], wait->end_ns}));
  }
  g_array_sort(ends, compare_ends);
  return ends;
}

/* Semaphores: permits are used up in the order of their posts. A waiter found none left, so only what was posted since its
 * begin can have ended its wait; or else the last post before, which was stamped before it took effect. */
static void sweep_posts(const Sweep *sweep) {
  g_autoptr(GArray) ends = successful_ends(sweep);
  guint32 first = 0;  /* the oldest post with permits left */
  gint64 used = 0;    /* of its permits */
  guint32 posted = 0; /* marks before this one are past */
  const HdMark *marks = sweep->marks;
#define SKIP_OTHERS()                                                                                                                      \
  while (first < posted &&                                                                                                                 \
         (mark_role(sweep, &marks[first]) != HD_ROLE_ENABLE || marks[first].error || used >= MAX(1, marks[first].value))) {                \
    first++;                                                                                                                               \
    used = 0;                                                                                                                              \
  }
  for (guint i = 0; i < ends->len; i++) {
    const WaitEnd *end = &g_array_index(ends, WaitEnd, i);
    HdWait *wait = &sweep->builder->waits.items[end->wait];
    for (; posted < sweep->object->mark_count && marks[posted].at_ns <= end->end_ns; posted++) {
      if (mark_role(sweep, &marks[posted]) != HD_ROLE_TAKE || marks[posted].error) continue;
      SKIP_OTHERS();
      if (first < posted) used++;
    }
    guint32 last = HD_NONE;
    SKIP_OTHERS();
    while (first < posted && marks[first].at_ns < wait->begin_ns) {
      last = first++;
      used = 0;
      SKIP_OTHERS();
    }
    if (first < posted) {
      wake(sweep, wait, marks[first].actor, marks[first].at_ns, marks[first].site);
      used++;
    } else if (last != HD_NONE)
      wake(sweep, wait, marks[last].actor, marks[last].at_ns, marks[last].site);
  }
#undef SKIP_OTHERS
}

typedef struct {
  guint32 actor;
  guint32 wait; /* HD_NONE: it had not to wait, or it is no arrival */
  guint32 site;
  gint64 at_ns;
  gboolean breaks; /* abort or reset */
} Arrival;

static gint compare_arrivals(gconstpointer a, gconstpointer b) {
  gint64 a_ns = ((const Arrival *)a)->at_ns, b_ns = ((const Arrival *)b)->at_ns;
  return a_ns < b_ns ? -1 : a_ns > b_ns;
}

static GArray *barrier_arrivals(const Sweep *sweep) {
  GArray *arrivals = g_array_new(FALSE, FALSE, sizeof(Arrival));
  for (guint32 i = 0; i < sweep->object->wait_count; i++) {
    const HdWait *wait = wait_of(sweep, i);
    g_array_append_val(arrivals, ((Arrival){wait->actor, sweep->waits[i], wait->site, wait->begin_ns, FALSE}));
  }
  for (guint32 i = 0; i < sweep->object->mark_count; i++) {
    const HdMark *mark = &sweep->marks[i];
    enum hd_role role = mark_role(sweep, mark);
    if (role == HD_ROLE_WAIT || role == HD_ROLE_ENABLE)
      g_array_append_val(arrivals, ((Arrival){mark->actor, HD_NONE, mark->site, mark->at_ns, role == HD_ROLE_ENABLE}));
  }
  g_array_sort(arrivals, compare_arrivals);
  return arrivals;
}

static void end_phase(const Sweep *sweep, const Arrival *arrivals, guint count, const Arrival *last) {
  for (guint i = 0; i < count; i++) {
    HdWait *wait = arrivals[i].wait == HD_NONE ? NULL : &sweep->builder->waits.items[arrivals[i].wait];
    if (!wait || wait->open || wait->actor == last->actor || wait->end_ns < last->at_ns) continue;
    if (wait->result == (last->breaks ? HD_WAIT_RESULT_BROKEN : HD_WAIT_RESULT_OK)) wake(sweep, wait, last->actor, last->at_ns, last->site);
  }
}

/* Barriers: the last to arrive ends all waits of its phase. A phase is over when all parties are there; when their number is unknown, when
 * somebody had not to wait; and at the latest before an arrival after the first of its waits ended. */
static void sweep_barrier(const Sweep *sweep) {
  g_autoptr(GArray) array = barrier_arrivals(sweep);
  const Arrival *arrivals = (const Arrival *)array->data;
  guint first = 0;
  gint64 first_end_ns = G_MAXINT64;
  for (guint i = 0; i < array->len; i++) {
    const Arrival *arrival = &arrivals[i];
    if (i > first && arrival->at_ns > first_end_ns && !arrival->breaks) {
      end_phase(sweep, arrivals + first, i - first, &arrivals[i - 1]);
      first = i;
      first_end_ns = G_MAXINT64;
    }
    const HdWait *wait = arrival->wait == HD_NONE ? NULL : &sweep->builder->waits.items[arrival->wait];
    if (wait && !wait->open && wait->result == HD_WAIT_RESULT_OK) first_end_ns = MIN(first_end_ns, wait->end_ns);
    gint64 parties = sweep->object->initial_value;
    if (arrival->breaks || (parties > 0 ? i - first + 1 == parties : !wait)) {
      end_phase(sweep, arrivals + first, i - first + 1, arrival);
      first = i + 1;
      first_end_ns = G_MAXINT64;
    }
  }
  if (first < array->len && first_end_ns != G_MAXINT64) end_phase(sweep, arrivals + first, array->len - first, &arrivals[array->len - 1]);
}

#define TRANSFERS_MAX 64 /* that are looked through for one wait */

static gboolean writes(const Sweep *sweep, const HdWait *wait) {
  const struct hd_operation_info *operation = hd_site_operation(sweep->builder, wait->site);
  return operation == &hd_operations[HD_OPERATION_PIPE_WRITE] || operation == &hd_operations[HD_OPERATION_CALL_WRITE];
}

/* Pipes: a read that waits finds the pipe empty, so the first write that begins during it ends it; a write that waits likewise. Transfers
 * that neither wait nor take long are not recorded: then nobody is known. */
static void sweep_transfers(const Sweep *sweep) {
  for (guint32 i = 0; i < sweep->object->wait_count; i++) {
    HdWait *wait = wait_of(sweep, i);
    if (wait->open || !succeeded(wait) || wait->state != HD_STATE_WAIT_PIPE) continue;
    for (guint32 j = i + 1; j < sweep->object->wait_count && j - i <= TRANSFERS_MAX; j++) {
      const HdWait *other = wait_of(sweep, j);
      if (other->begin_ns > wait->end_ns) break;
      if (other->actor == wait->actor || writes(sweep, other) == writes(sweep, wait)) continue;
      wake(sweep, wait, other->actor, other->begin_ns, other->site);
      break;
    }
  }
}

void hd_find_wakers(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->objects.count; i++) {
    const HdObject *object = &builder->objects.items[i];
    if (!object->wait_count) continue;
    Sweep sweep = {builder, object, builder->marks.items + object->mark_first, builder->model->object_waits + object->wait_first};
    switch (object->kind) {
    case HD_KIND_CONDITION:
    case HD_KIND_EVENT:
    case HD_KIND_FUTEX:
      sweep_notifies(&sweep);
      break;
    case HD_KIND_SEMAPHORE:
      sweep_posts(&sweep);
      break;
    case HD_KIND_BARRIER:
      sweep_barrier(&sweep);
      break;
    case HD_KIND_PIPE:
      if (!object->mark_count) sweep_transfers(&sweep);
      break;
    default:
      break;
    }
  }
}
