#include "hit.h"
#include "names.h"
#include "ruler.h"
#include <string.h>

enum { NEAR_PX = 2 };

/* The worst interval (blamed wait, then other wait, then longest) of an actor around x. */
static guint32 worst_interval(const HdSource *source, guint32 actor_index, const HdView *view, double x_px) {
  const HdModel *model = source->model;
  const HdActor *actor = &model->actors[actor_index];
  gint64 from_ns = MAX(hd_view_time(view, x_px - 1), actor->start_ns), to_ns = MIN(hd_view_time(view, x_px + 1), actor->end_ns);
  HdLodCursor cursor;
  hd_lod_cursor_init(&cursor, source->lod, actor_index);
  guint32 interval = hd_lod_interval_at(&cursor, from_ns), best = HD_NONE;
  int best_rank = -1;
  gint64 best_ns = -1;
  for (; interval < actor->interval_count; interval++) {
    guint32 index = actor->interval_first + interval;
    gint64 begin_ns = model->intervals.begin_ns[index];
    gint64 end_ns = interval + 1 < actor->interval_count ? model->intervals.begin_ns[index + 1] : actor->end_ns;
    if (begin_ns >= to_ns) break;
    HdShape shape = hd_state_styles[model->intervals.state[index]].shape;
    int rank = shape >= HD_SHAPE_LOW ? (int)shape : 0;
    if (rank < best_rank || (rank == best_rank && end_ns - begin_ns <= best_ns)) continue;
    best = index;
    best_rank = rank;
    best_ns = end_ns - begin_ns;
  }
  return best;
}

/* The longest hold of an object around x. */
static guint32 hold_at(const HdSource *source, guint32 object, const HdView *view, double x_px) {
  gint64 from_ns = hd_view_time(view, x_px - 1), to_ns = hd_view_time(view, x_px + 1);
  const HdObject *entry = &source->model->objects[object];
  guint32 best = HD_NONE;
  gint64 best_ns = -1;
  for (guint32 i = hd_lod_hold_after(source->lod, object, from_ns); i < entry->hold_first + entry->hold_count; i++) {
    const HdHold *hold = &source->model->holds[i];
    if (hold->begin_ns >= to_ns) break;
    if (hold->depth > 1 || hold->end_ns <= from_ns || hold->end_ns - hold->begin_ns <= best_ns) continue;
    best = i;
    best_ns = hold->end_ns - hold->begin_ns;
  }
  return best;
}

static const HdBox *find_box(const HdDisplayList *list, double x_px, double y_px) {
  const HdBox *best = NULL;
  double best_rank = G_MAXDOUBLE;
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    if (x_px < box->x0_px - NEAR_PX || x_px >= box->x1_px + NEAR_PX) continue;
    gboolean inside = x_px >= box->x0_px && x_px < box->x1_px && y_px >= box->y_px - 1 && y_px < box->y_px + box->height_px + 1;
    gboolean narrow_wait = box->shape >= HD_SHAPE_LOW && box->x1_px - box->x0_px < 6;
    /* narrow waits win even beside them; then what is inside; then what is above or below, thin lines among them */
    double rank = (narrow_wait ? 0 : inside ? 1e6 : x_px >= box->x0_px && x_px < box->x1_px ? 2e6 : 3e6) + box->x1_px - box->x0_px;
    if (rank >= best_rank) continue;
    best = box;
    best_rank = rank;
  }
  return best_rank < 3e6 ? best : NULL;
}

gboolean hd_hit_test(const HdSource *source, const HdRow *row, const HdDisplayList *list, const HdView *view, double x_px, double y_px,
                     HdHit *hit) {
  *hit = (HdHit){.actor = HD_NONE, .interval = HD_NONE, .wait = HD_NONE, .object = HD_NONE, .hold = HD_NONE};
  const HdBox *box = find_box(list, x_px, y_px);
  if (!box) return FALSE;
  hit->box = *box;
  if (row->kind == HD_ROW_OBJECT) {
    hit->object = row->index;
    hit->hold = box->kind == HD_BOX_HOLD && box->index != HD_NONE ? box->index
                : box->kind == HD_BOX_HOLD                        ? hold_at(source, row->index, view, x_px)
                                                                  : HD_NONE;
    return TRUE;
  }
  if (row->kind != HD_ROW_THREAD) return TRUE;
  hit->actor = row->index;
  if (box->kind == HD_BOX_STATE)
    hit->interval = box->index;
  else if (box->kind == HD_BOX_COLUMN)
    hit->interval = worst_interval(source, row->index, view, CLAMP(x_px, box->x0_px, box->x1_px));
  if (hit->interval != HD_NONE) hit->wait = source->model->intervals.wait[hit->interval];
  if (hit->wait != HD_NONE) hit->object = source->model->waits[hit->wait].object;
  return TRUE;
}

/* --- what to say --- */

enum { HOLDERS_SAID_MAX = 4 };

static char *actor_label(const HdSource *source, guint32 actor) { return hd_model_actor_label(source->model, actor); }

static void say_site(const HdSource *source, GString *text, const char *before, guint32 site) {
  g_autofree char *label = hd_site_label(source->model, site);
  if (label) g_string_append_printf(text, "\n%s %s", before, label);
}

/* The first few who held it: a look at their holds only, for a wait may be overtaken a hundred thousand times. */
static void say_holders(const HdSource *source, GString *text, guint32 index) {
  const HdModel *model = source->model;
  const HdWait *wait = &model->waits[index];
  guint32 begin = wait->object == HD_NONE ? HD_NONE : hd_lod_hold_after(source->lod, wait->object, wait->begin_ns);
  guint32 end = begin == HD_NONE ? HD_NONE : model->objects[wait->object].hold_first + model->objects[wait->object].hold_count;
  guint said = 0;
  for (guint32 i = begin; i < end && said < HOLDERS_SAID_MAX && model->holds[i].begin_ns < wait->end_ns; i++) {
    const HdHold *hold = &model->holds[i];
    gint64 overlap_ns = MIN(hold->end_ns, wait->end_ns) - MAX(hold->begin_ns, wait->begin_ns);
    if (hold->depth > 1 || overlap_ns <= 0 || hold->actor == wait->actor) continue;
    g_autofree char *holder = actor_label(source, hold->actor), *site = hd_site_label(model, hold->acquire_site);
    g_autofree char *lasting = hd_format_duration(overlap_ns), *since = hd_format_time(hold->begin_ns, 1000);
    g_string_append_printf(text, "\nheld by %s for %s of it, since %s%s%s", holder, lasting, since, site ? ", acquired in " : "",
                           site ? site : "");
    said++;
  }
  if (!said && wait->state == HD_STATE_WAIT_LOCK) g_string_append(text, "\nholder not observed");
}

static void say_wait(const HdSource *source, GString *text, guint32 index) {
  const HdModel *model = source->model;
  const HdWait *wait = &model->waits[index];
  g_autofree char *actor = actor_label(source, wait->actor), *lasting = hd_format_duration(wait->end_ns - wait->begin_ns);
  g_autofree char *words = wait->state == HD_STATE_BLOCKED ? NULL : hd_wait_words(source, index);
  if (words) *strchrnul(words, '|') = 0;
  enum hd_operation operation = wait->site < model->site_count ? model->sites[wait->site].operation : HD_OPERATION_NONE;
  if (wait->state == HD_STATE_BLOCKED)
    g_string_append_printf(text, "%s is blocked in %s", actor,
                           g_str_has_prefix(hd_operations[operation].name, "call_") ? hd_operations[operation].name + 5 : "a call");
  else
    g_string_append_printf(text, "%s %s", actor, words);
  if (wait->descriptor >= 0 && wait->state == HD_STATE_BLOCKED) g_string_append_printf(text, " (descriptor %d)", wait->descriptor);
  g_string_append_printf(text, "\n%s%s", lasting,
                         wait->open                               ? ", never ended"
                         : wait->result == HD_WAIT_RESULT_TIMEOUT ? ", timed out"
                                                                  : "");
  if (wait->state != HD_STATE_BLOCKED) say_holders(source, text, index);
  if (wait->waker != HD_NONE) {
    g_autofree char *waker = actor_label(source, wait->waker);
    g_string_append_printf(text, "\nwoken by %s", waker);
    say_site(source, text, "in", wait->waker_site);
  }
  say_site(source, text, "at", wait->site);
}

static void say_object(const HdSource *source, GString *text, const HdHit *hit) {
  const HdModel *model = source->model;
  g_autofree char *object = hd_object_label(model, hit->object);
  if (hit->hold != HD_NONE) {
    const HdHold *hold = &model->holds[hit->hold];
    g_autofree char *holder = actor_label(source, hold->actor), *lasting = hd_format_duration(hold->end_ns - hold->begin_ns);
    g_string_append_printf(text, "%s: %s by %s\n%s%s", object, hold->shared ? "read" : "held", holder, lasting,
                           hold->open ? ", never released" : "");
    say_site(source, text, "acquired in", hold->acquire_site);
    say_site(source, text, "released in", hold->release_site);
  } else if (hit->box.kind == HD_BOX_WAITERS)
    g_string_append_printf(text, "%s: %d waiting", object, hit->box.value);
  else if (hit->box.kind == HD_BOX_LEVEL)
    g_string_append_printf(text, "%s: %d permit%s %s", object, hit->box.value, hit->box.value == 1 ? "" : "s",
                           model->objects[hit->object].initial_value > 0 ? "in use" : "free");
  else if (hit->box.kind == HD_BOX_MARK) {
    g_string_append_printf(text, "%s: %d operation%s", object, hit->box.value, hit->box.value == 1 ? "" : "s");
    if (hit->box.index != HD_NONE) say_site(source, text, "in", model->marks[hit->box.index].site);
  } else
    g_string_append(text, object);
}

char *hd_hover_text(const HdSource *source, const HdHit *hit) {
  const HdModel *model = source->model;
  GString *text = g_string_new(NULL);
  if (hit->box.kind == HD_BOX_MISSING)
    g_string_append_printf(text, "%d events were lost here: what happened in between is not known", hit->box.value);
  else if (hit->wait != HD_NONE)
    say_wait(source, text, hit->wait);
  else if (hit->interval != HD_NONE && hit->actor != HD_NONE) {
    const HdActor *actor = &model->actors[hit->actor];
    guint32 nth = hit->interval - actor->interval_first;
    gint64 end_ns = nth + 1 < actor->interval_count ? model->intervals.begin_ns[hit->interval + 1] : actor->end_ns;
    g_autofree char *label = actor_label(source, hit->actor),
                    *lasting = hd_format_duration(end_ns - model->intervals.begin_ns[hit->interval]);
    g_string_append_printf(text, "%s: %s\n%s", label, hd_state_styles[model->intervals.state[hit->interval]].label, lasting);
  } else if (hit->object != HD_NONE && hit->actor == HD_NONE)
    say_object(source, text, hit);
  else
    g_string_append(text, hd_state_styles[hit->box.state].label);
  return g_string_free(text, FALSE);
}
