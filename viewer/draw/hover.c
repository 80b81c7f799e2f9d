/* What is said about what is under the pointer. */
#include "hit.h"
#include "hover-private.h"
#include "names.h"
#include "ruler.h"
#include "task-words.h"
#include <string.h>

enum { HOLDERS_SAID_MAX = 4 };

void hd_say_site(const HdSource *source, GString *text, const char *before, guint32 site) {
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
    g_autofree char *holder = hd_actor_label_beside(model, hold->actor, wait->actor), *site = hd_site_label(model, hold->acquire_site);
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
  g_autofree char *actor = hd_model_actor_label(model, wait->actor), *lasting = hd_format_duration(wait->end_ns - wait->begin_ns);
  g_autofree char *words = wait->state == HD_STATE_BLOCKED ? NULL : hd_wait_words(source, index);
  if (words) *strchrnul(words, '|') = 0;
  enum hd_operation operation = wait->site < model->site_count ? model->sites[wait->site].operation : HD_OPERATION_NONE;
  if (wait->state == HD_STATE_BLOCKED && hd_operations[operation].role == HD_ROLE_AWAIT) {
    g_autofree char *what = hd_await_words(model, index);
    g_string_append_printf(text, "%s awaits %s", actor, what);
  } else if (wait->state == HD_STATE_BLOCKED && wait->object < model->object_count && model->objects[wait->object].kind == HD_KIND_LOOP)
    g_string_append_printf(text, "%s polls: nothing is ready on its loop", actor);
  else if (wait->state == HD_STATE_BLOCKED)
    g_string_append_printf(text, "%s is blocked in %s", actor,
                           g_str_has_prefix(hd_operations[operation].name, "call_") ? hd_operations[operation].name + 5 : "a call");
  else
    g_string_append_printf(text, "%s %s", actor, words);
  if (wait->descriptor >= 0 && wait->state == HD_STATE_BLOCKED) g_string_append_printf(text, " (descriptor %d)", wait->descriptor);
  g_string_append_printf(text, "\n%s%s", lasting,
                         wait->open                                 ? ", never ended"
                         : wait->result == HD_WAIT_RESULT_TIMEOUT   ? ", timed out"
                         : wait->result == HD_WAIT_RESULT_CANCELLED ? ", left by cancellation"
                                                                    : "");
  if (wait->state == HD_STATE_WAIT_TASK) hd_say_chain(source, text, index);
  if (wait->state != HD_STATE_BLOCKED) say_holders(source, text, index);
  if (wait->waker != HD_NONE) {
    g_autofree char *waker = hd_actor_label_beside(model, wait->waker, wait->actor);
    g_string_append_printf(text, "\nwoken by %s", waker);
    hd_say_site(source, text, "in", wait->waker_site);
  }
  hd_say_site(source, text, "at", wait->site);
  guint32 step = wait->actor < model->actor_count ? hd_step_of_task_at(model, wait->actor, wait->begin_ns) : HD_NONE;
  if (step != HD_NONE && model->steps[step].end_ns > wait->begin_ns) g_string_append(text, "\nwithin a step: its loop waits, too");
  guint32 item = hd_item_of_wait(source, index);
  if (item != HD_NONE) {
    g_string_append_c(text, '\n');
    hd_say_item(source, text, item);
  }
}

static void say_object(const HdSource *source, GString *text, const HdHit *hit) {
  const HdModel *model = source->model;
  g_autofree char *object = hd_object_label(model, hit->object);
  if (hit->hold != HD_NONE) {
    const HdHold *hold = &model->holds[hit->hold];
    g_autofree char *holder = hd_actor_label_beside(model, hold->actor, HD_NONE),
                    *lasting = hd_format_duration(hold->end_ns - hold->begin_ns);
    g_string_append_printf(text, "%s: %s by %s\n%s%s", object, hold->shared ? "read" : "held", holder, lasting,
                           hold->open ? ", never released" : "");
    HdSteps depth = hd_lod_level(source->lod, hit->object, HD_LEVEL_DEPTH);
    guint32 step = hd_steps_at(&depth, hit->at_ns);
    if (step != HD_NONE && depth.value[step] > 1) g_string_append_printf(text, "\ntaken %d times here", depth.value[step]);
    hd_say_site(source, text, "acquired in", hold->acquire_site);
    hd_say_site(source, text, "released in", hold->release_site);
  } else if (hit->box.kind == HD_BOX_WAITERS)
    hd_say_waiters(source, text, hit);
  else
    hd_say_level(source, text, hit);
}

/* A stretch of an actor's life that is no wait. */
static void say_interval(const HdSource *source, GString *text, const HdHit *hit) {
  const HdModel *model = source->model;
  const HdActor *actor = &model->actors[hit->actor];
  guint8 state = model->intervals.state[hit->interval];
  guint32 nth = hit->interval - actor->interval_first,
          step = hd_step_of_task_at(model, hit->actor, model->intervals.begin_ns[hit->interval]);
  if (state == HD_STATE_READY && actor->kind == HD_ACTOR_TASK) return hd_say_ready(source, text, hit->actor, hit->interval);
  if (step != HD_NONE && (state == HD_STATE_RUNNING || state == HD_STATE_RUNNING_GIL)) return hd_say_step(source, text, step);
  gint64 end_ns = nth + 1 < actor->interval_count ? model->intervals.begin_ns[hit->interval + 1] : actor->end_ns;
  g_autofree char *label = hd_model_actor_label(model, hit->actor),
                  *lasting = hd_format_duration(end_ns - model->intervals.begin_ns[hit->interval]);
  g_string_append_printf(text, "%s: %s\n%s", label, hd_state_styles[state].label, lasting);
}

static gboolean is_entry(const HdModel *model, guint32 job) {
  return job != HD_NONE && model->objects[model->jobs[job].executor].kind == HD_KIND_SCHEDULER;
}

char *hd_hover_text(const HdSource *source, const HdHit *hit) {
  const HdModel *model = source->model;
  GString *text = g_string_new(NULL);
  gboolean task = hit->actor < model->actor_count && model->actors[hit->actor].kind == HD_ACTOR_TASK;
  if (hit->members)
    hd_say_crowd(source, text, hit);
  else if (hit->box.kind == HD_BOX_MISSING)
    g_string_append_printf(text, "%d events were lost here: what happened in between is not known", hit->box.value);
  else if (hit->run != HD_NONE)
    hd_say_run(source, text, hit->run);
  else if ((hit->box.kind == HD_BOX_TURN || hit->box.kind == HD_BOX_HANDOVER) && hit->hold != HD_NONE)
    hd_say_turn(source, text, hit->hold);
  else if (is_entry(model, hit->job))
    hd_say_entry(source, text, hit->job);
  else if (hit->job != HD_NONE)
    hd_say_job(source, text, hit->job);
  else if (hit->item != HD_NONE)
    hd_say_item(source, text, hit->item);
  else if (hit->box.kind == HD_BOX_ITEM)
    g_string_append_printf(text, "%d puts and gets", hit->box.value);
  else if (hit->box.kind == HD_BOX_END && task)
    hd_say_task(source, text, hit->actor);
  else if (hit->box.kind == HD_BOX_END || hit->box.kind == HD_BOX_LIFE)
    hd_say_process(source, text, hit->actor);
  else if (hit->wait != HD_NONE)
    say_wait(source, text, hit->wait);
  else if (hit->interval != HD_NONE && hit->actor != HD_NONE)
    say_interval(source, text, hit);
  else if (hit->object != HD_NONE && (hit->actor == HD_NONE || hit->box.kind == HD_BOX_MISUSE))
    say_object(source, text, hit);
  else
    g_string_append(text, hd_state_styles[hit->box.state].label);
  gint64 at_ns = hit->interval == HD_NONE ? hit->at_ns : MAX(hit->at_ns, model->intervals.begin_ns[hit->interval]);
  hd_say_labels(source, text, hit->actor, at_ns);
  return g_string_free(text, FALSE);
}
