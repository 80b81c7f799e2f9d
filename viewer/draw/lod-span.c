/* What the index keeps of work: jobs in the lives of workers, phases of barriers, what each actor put and got. */
#include "lod-private.h"
#include <stdlib.h>

void hd_lod_append_span(HdLod *lod, guint32 first, gint64 begin_ns, gint64 end_ns, guint32 what) {
  gint64 reach_ns = end_ns, before_ns = 0;
  if (lod->span_begin_ns->len > first) {
    guint last = lod->span_begin_ns->len - 1;
    reach_ns = MAX(end_ns, g_array_index(lod->span_reach_ns, gint64, last));
    before_ns = g_array_index(lod->span_before_ns, gint64, last) + g_array_index(lod->span_end_ns, gint64, last) -
                g_array_index(lod->span_begin_ns, gint64, last);
  }
  g_array_append_val(lod->span_begin_ns, begin_ns);
  g_array_append_val(lod->span_end_ns, end_ns);
  g_array_append_val(lod->span_reach_ns, reach_ns);
  g_array_append_val(lod->span_before_ns, before_ns);
  g_array_append_val(lod->span_what, what);
}

static int compare_phases(const void *a, const void *b, gpointer user_data) {
  const HdWait *waits = ((const HdModel *)user_data)->waits;
  const HdWait *first = &waits[*(const guint32 *)a], *second = &waits[*(const guint32 *)b];
  if (first->waker_ns != second->waker_ns) return first->waker_ns < second->waker_ns ? -1 : 1;
  return (first->begin_ns > second->begin_ns) - (first->begin_ns < second->begin_ns);
}

/* A phase lasts from the first to arrive to the last, who ended all its waits. */
void hd_lod_index_phases(HdLod *lod, guint32 index) {
  const HdModel *model = lod->model;
  const HdObject *object = &model->objects[index];
  HdLodObject *entry = &lod->objects[index];
  if (object->kind != HD_KIND_BARRIER) return;
  entry->span_first = lod->span_begin_ns->len;
  g_autoptr(GArray) ended = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint32 i = 0; i < object->wait_count; i++) {
    guint32 wait = model->object_waits[object->wait_first + i];
    if (model->waits[wait].waker != HD_NONE && !model->waits[wait].open) g_array_append_val(ended, wait);
  }
  g_array_sort_with_data(ended, compare_phases, (gpointer)model);
  for (guint i = 0; i < ended->len; i++) {
    const HdWait *wait = &model->waits[g_array_index(ended, guint32, i)];
    const HdWait *before = i ? &model->waits[g_array_index(ended, guint32, i - 1)] : NULL;
    if (before && before->waker_ns == wait->waker_ns && before->waker == wait->waker) continue;
    hd_lod_append_span(lod, entry->span_first, wait->begin_ns, MAX(wait->waker_ns, wait->begin_ns), g_array_index(ended, guint32, i));
  }
  entry->span_count = lod->span_begin_ns->len - entry->span_first;
}

static void index_jobs(HdLod *lod, guint32 actor) {
  const HdModel *model = lod->model;
  HdLodWork *work = &lod->work[actor];
  work->span_first = lod->span_begin_ns->len;
  for (guint32 i = 0; i < model->actors[actor].job_count; i++) {
    guint32 job = model->actor_jobs[model->actors[actor].job_first + i];
    enum hd_object_kind kind = model->objects[model->jobs[job].executor].kind;
    if (kind == HD_KIND_LOOP || kind == HD_KIND_SCHEDULER) continue; /* their own lanes show these */
    work->span_count++;
    hd_lod_append_span(lod, work->span_first, model->jobs[job].begin_ns, MAX(model->jobs[job].end_ns, model->jobs[job].begin_ns), job);
  }
}

gint64 hd_lod_item_ns(const HdLod *lod, guint32 entry) {
  const HdItem *item = &lod->model->items[entry & ~HD_LOD_GOT];
  return entry & HD_LOD_GOT ? item->get_ns : item->put_ns;
}

static int compare_entries(const void *a, const void *b, gpointer lod) {
  gint64 first = hd_lod_item_ns(lod, *(const guint32 *)a), second = hd_lod_item_ns(lod, *(const guint32 *)b);
  return (first > second) - (first < second);
}

/* Each item stands with who put it and with who got it: counted first, then placed, then sorted by time. */
static void index_items(HdLod *lod) {
  const HdModel *model = lod->model;
  for (guint32 i = 0; i < model->item_count; i++) {
    const HdItem *item = &model->items[i];
    if (item->put_actor < model->actor_count) lod->work[item->put_actor].item_count++;
    if (item->get_actor < model->actor_count) lod->work[item->get_actor].item_count++;
  }
  guint32 total = 0;
  for (guint32 i = 0; i < model->actor_count; i++) {
    lod->work[i].item_first = total;
    total += lod->work[i].item_count;
    lod->work[i].item_count = 0;
  }
  g_array_set_size(lod->items, total);
  guint32 *entries = (guint32 *)lod->items->data;
  for (guint32 i = 0; i < model->item_count; i++) {
    const HdItem *item = &model->items[i];
    HdLodWork *putter = item->put_actor < model->actor_count ? &lod->work[item->put_actor] : NULL;
    HdLodWork *getter = item->get_actor < model->actor_count ? &lod->work[item->get_actor] : NULL;
    if (putter) entries[putter->item_first + putter->item_count++] = i;
    if (getter) entries[getter->item_first + getter->item_count++] = i | HD_LOD_GOT;
  }
  for (guint32 i = 0; i < model->actor_count; i++)
    g_qsort_with_data(entries + lod->work[i].item_first, (int)lod->work[i].item_count, sizeof *entries, compare_entries, lod);
}

void hd_lod_index_work(HdLod *lod) {
  const HdModel *model = lod->model;
  for (guint32 i = 0; i < model->actor_count; i++) index_jobs(lod, i);
  index_items(lod);
  for (guint32 i = 0; i < model->mark_count; i++)
    if (model->marks[i].error) g_array_append_val(lod->misuses, i);
  for (guint32 i = 0; i < model->link_count; i++)
    if (model->links[i].kind == HD_LINK_CREATE || model->links[i].kind == HD_LINK_FORK)
      g_array_append_val(lod->births, i);
    else if (model->links[i].kind == HD_LINK_CANCEL || model->links[i].kind == HD_LINK_AWAIT)
      g_array_append_val(lod->requests, i);
}

static HdSpans spans_of(const HdLod *lod, guint32 first, guint32 count) {
  return (HdSpans){count,
                   (const gint64 *)lod->span_begin_ns->data + first,
                   (const gint64 *)lod->span_end_ns->data + first,
                   (const gint64 *)lod->span_reach_ns->data + first,
                   (const gint64 *)lod->span_before_ns->data + first,
                   (const guint32 *)lod->span_what->data + first};
}

HdSpans hd_lod_jobs(const HdLod *lod, guint32 actor) { return spans_of(lod, lod->work[actor].span_first, lod->work[actor].span_count); }

HdSpans hd_lod_runs(const HdLod *lod, guint32 object) { return hd_lod_phases(lod, object); }

HdSpans hd_lod_phases(const HdLod *lod, guint32 object) {
  return spans_of(lod, lod->objects[object].span_first, lod->objects[object].span_count);
}

/* The number of ascending values that are ≤ at_ns. */
static guint32 count_until(const gint64 *values, guint32 count, gint64 at_ns) {
  return count == 0 || values[0] > at_ns ? 0 : hd_lod_search(values, count, 0, at_ns) + 1;
}

guint32 hd_spans_after(const HdSpans *spans, gint64 at_ns) {
  guint32 index = count_until(spans->reach_ns, spans->count, at_ns);
  return index < spans->count ? index : HD_NONE;
}

gint64 hd_spans_sum(const HdSpans *spans, gint64 from_ns, gint64 to_ns, guint32 *count) {
  guint32 first = hd_spans_after(spans, from_ns), end = count_until(spans->begin_ns, spans->count, to_ns - 1);
  *count = 0;
  if (first == HD_NONE || first >= end || to_ns <= from_ns) return 0;
  *count = end - MAX(count_until(spans->begin_ns, spans->count, from_ns - 1), first);
  if (end - first == 1) return MAX(MIN(spans->end_ns[first], to_ns) - MAX(spans->begin_ns[first], from_ns), 0);
  gint64 between_ns = spans->before_ns[end - 1] - spans->before_ns[first] - (spans->end_ns[first] - spans->begin_ns[first]);
  gint64 outer_ns =
      spans->end_ns[first] - MAX(spans->begin_ns[first], from_ns) + MIN(spans->end_ns[end - 1], to_ns) - spans->begin_ns[end - 1];
  return CLAMP(between_ns + outer_ns, 0, to_ns - from_ns);
}

const guint32 *hd_lod_items(const HdLod *lod, guint32 actor, guint32 *count) {
  *count = lod->work[actor].item_count;
  return (const guint32 *)lod->items->data + lod->work[actor].item_first;
}

guint32 hd_lod_item_from(const HdLod *lod, guint32 actor, gint64 at_ns) {
  guint32 count, low = 0;
  const guint32 *entries = hd_lod_items(lod, actor, &count);
  for (guint32 high = count; low < high;) {
    guint32 middle = low + (high - low) / 2;
    if (hd_lod_item_ns(lod, entries[middle]) < at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const guint32 *hd_lod_misuses(const HdLod *lod, guint32 *count) {
  *count = lod->misuses->len;
  return (const guint32 *)lod->misuses->data;
}

guint32 hd_lod_misuse_from(const HdLod *lod, guint32 object, gint64 at_ns) {
  guint32 count, low = 0;
  const guint32 *misuses = hd_lod_misuses(lod, &count);
  for (guint32 high = count; low < high;) {
    guint32 middle = low + (high - low) / 2;
    const HdMark *mark = &lod->model->marks[misuses[middle]];
    if (mark->object < object || (mark->object == object && mark->at_ns < at_ns))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const guint32 *hd_lod_births(const HdLod *lod, guint32 *count) {
  *count = lod->births->len;
  return (const guint32 *)lod->births->data;
}

const guint32 *hd_lod_requests(const HdLod *lod, guint32 *count) {
  *count = lod->requests->len;
  return (const guint32 *)lod->requests->data;
}
