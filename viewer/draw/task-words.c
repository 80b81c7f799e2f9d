#include "task-words.h"
#include "names.h"
#include "palette.h"
#include <string.h>

enum { LABELS_SHOWN_MAX = 3, VALUE_CHARS = 24 };

char *hd_format_count(guint64 count) {
  if (count < 1000) return g_strdup_printf("%u", (guint)count);
  g_autofree char *most = hd_format_count(count / 1000);
  return g_strdup_printf("%s,%03u", most, (guint)(count % 1000));
}

const char *hd_task_result_words(const HdActor *task) {
  if (!task->end_seen) return NULL;
  return task->result == HD_TASK_RESULT_ERROR ? "failed" : task->result == HD_TASK_RESULT_CANCELLED ? "cancelled" : "done";
}

static void append_label(GString *text, const HdLabel *label, const char *separator) {
  g_autofree char *variable = hd_display_name(label->variable ? label->variable : "", VALUE_CHARS),
                  *value = hd_display_name(label->value, VALUE_CHARS);
  g_string_append_printf(text, "%s%s=%s", text->len ? separator : "", variable, value);
}

char *hd_label_values(const HdModel *model, guint32 actor, const char *separator) {
  const HdActor *entry = &model->actors[actor];
  GString *text = g_string_new(NULL);
  for (guint32 i = entry->label_first; i < entry->label_first + entry->label_count; i++)
    if (model->labels[i].value) append_label(text, &model->labels[i], separator);
  return g_string_free(text, FALSE);
}

/* The last of each variable, later ones first; of a handful of labels. */
char *hd_label_values_at(const HdModel *model, guint32 actor, gint64 at_ns) {
  const HdActor *entry = &model->actors[actor];
  const HdLabel *labels = model->labels ? model->labels + entry->label_first : NULL;
  GString *text = g_string_new(NULL);
  guint said = 0;
  for (guint32 i = entry->label_count; i-- > 0 && said < LABELS_SHOWN_MAX;) {
    gboolean overridden = labels[i].from_ns > at_ns || !labels[i].value;
    for (guint32 j = i + 1; j < entry->label_count && !overridden; j++)
      overridden = labels[j].from_ns <= at_ns && g_strcmp0(labels[j].variable, labels[i].variable) == 0;
    if (overridden) continue;
    append_label(text, &labels[i], ", ");
    said++;
  }
  return g_string_free(text, FALSE);
}

char *hd_task_note(const HdModel *model, guint32 task) {
  const HdActor *actor = &model->actors[task];
  const char *result = hd_task_result_words(actor);
  gboolean bad = result && actor->result != HD_TASK_RESULT_OK;
  g_autofree char *values = hd_label_values_at(model, task, G_MAXINT64);
  return g_strdup_printf("task%s%s%s%s", bad ? " · " : "", bad ? result : "", *values ? " · " : "", values);
}

char *hd_run_label(const HdModel *model, guint32 run) {
  if (!(run & HD_LOD_CALLBACK)) return hd_model_actor_label(model, model->steps[run].task);
  const HdJob *job = &model->jobs[run & ~HD_LOD_CALLBACK];
  const char *routine = job->routine_site < model->site_count ? model->sites[job->routine_site].function : NULL;
  if (routine) return hd_display_name(routine, HD_NAME_CHARS);
  return g_strdup_printf("%s %u", model->objects[job->executor].kind == HD_KIND_SCHEDULER ? "entry" : "callback", job->number);
}

void hd_run_span(const HdModel *model, guint32 run, gint64 *begin_ns, gint64 *end_ns) {
  gboolean callback = run & HD_LOD_CALLBACK;
  *begin_ns = callback ? model->jobs[run & ~HD_LOD_CALLBACK].begin_ns : model->steps[run].begin_ns;
  *end_ns = callback ? model->jobs[run & ~HD_LOD_CALLBACK].end_ns : model->steps[run].end_ns;
}

guint32 hd_run_task(const HdModel *model, guint32 run) { return run & HD_LOD_CALLBACK ? HD_NONE : model->steps[run].task; }

guint32 hd_run_site(const HdModel *model, guint32 run) {
  if (run & HD_LOD_CALLBACK) {
    const HdJob *job = &model->jobs[run & ~HD_LOD_CALLBACK];
    return job->routine_site < model->site_count ? job->routine_site : job->submit_site;
  }
  const HdTaskStep *step = &model->steps[run];
  return step->end_site < model->site_count ? step->end_site : model->actors[step->task].routine_site;
}

char *hd_starved_words(const HdSource *source, guint32 task, guint32 interval) {
  guint32 run = hd_lod_blocker(source->lod, task, interval);
  if (run == HD_NONE) return g_strdup("ready");
  g_autofree char *culprit = hd_run_label(source->model, run);
  return g_strdup_printf("ready · %s blocks the loop|ready · %s|%s", culprit, culprit, culprit);
}

const char *hd_step_end_words(const HdModel *model, guint32 step) {
  guint32 site = model->steps[step].end_site;
  if (site >= model->site_count) return NULL;
  enum hd_operation operation = model->sites[site].operation;
  if (operation == HD_OPERATION_TASK_YIELD) return "it yielded";
  if (operation == HD_OPERATION_TASK_END) return "it ended";
  return hd_operations[operation].role == HD_ROLE_AWAIT ? "it awaited something" : NULL;
}

guint32 hd_step_of_task_from(const HdModel *model, guint32 task, gint64 at_ns) {
  const HdActor *actor = &model->actors[task];
  guint32 low = 0;
  if (actor->kind != HD_ACTOR_TASK) return HD_NONE;
  for (guint32 high = actor->step_count; low < high;) {
    guint32 middle = low + (high - low) / 2;
    if (model->steps[actor->step_first + middle].end_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low < actor->step_count ? actor->step_first + low : HD_NONE;
}

guint32 hd_step_of_task_at(const HdModel *model, guint32 task, gint64 at_ns) {
  guint32 step = hd_step_of_task_from(model, task, at_ns);
  return step != HD_NONE && model->steps[step].begin_ns <= at_ns ? step : HD_NONE;
}

guint32 hd_await_at(const HdModel *model, guint32 task, gint64 at_ns) {
  guint32 interval = hd_model_interval_at(model, task, at_ns);
  return interval == HD_NONE ? HD_NONE : model->intervals.wait[interval];
}

static enum hd_operation operation_of(const HdModel *model, const HdWait *wait) {
  return wait->site < model->site_count ? model->sites[wait->site].operation : HD_OPERATION_NONE;
}

guint32 hd_awaited_task(const HdModel *model, guint32 index) {
  const HdWait *wait = &model->waits[index];
  if (wait->target < model->actor_count) return wait->target;
  if (wait->object >= model->object_count) return HD_NONE;
  const HdObject *object = &model->objects[wait->object];
  if (object->kind == HD_KIND_TASK) return object->actor;
  return object->kind == HD_KIND_GROUP && object->member_count == 1 ? model->members[object->member_first] : HD_NONE;
}

char *hd_await_words(const HdModel *model, guint32 index) {
  const HdWait *wait = &model->waits[index];
  guint32 task = hd_awaited_task(model, index);
  if (task < model->actor_count) return hd_model_actor_label(model, task);
  if (wait->object < model->object_count) {
    const HdObject *object = &model->objects[wait->object];
    if (object->kind != HD_KIND_GROUP) return hd_object_label(model, wait->object);
    g_autofree char *name = hd_object_label(model, wait->object), *count = hd_format_count(object->member_count);
    gboolean all = operation_of(model, wait) == HD_OPERATION_GROUP_AWAIT_ALL;
    return g_strdup_printf("%s of %s task%s%s%s", all ? "all" : "any", count, object->member_count == 1 ? "" : "s",
                           object->named ? " of " : "", object->named ? name : "");
  }
  if (wait->state != HD_STATE_BLOCKED) return g_strdup(hd_state_styles[wait->state].label + strlen("waits for "));
  const char *name = hd_operations[operation_of(model, wait)].name;
  if (g_str_has_prefix(name, "call_")) name += strlen("call_");
  return g_strndup(name, g_str_has_suffix(name, "_await") ? strlen(name) - strlen("_await") : strlen(name));
}

char *hd_await_box_words(const HdModel *model, guint32 index) {
  const HdWait *wait = &model->waits[index];
  g_autofree char *what = hd_await_words(model, index);
  guint32 task = hd_awaited_task(model, index);
  guint32 next = task == HD_NONE ? HD_NONE : hd_await_at(model, task, wait->begin_ns + (wait->end_ns - wait->begin_ns) / 2);
  if (next != HD_NONE) {
    g_autofree char *further = hd_await_words(model, next);
    return g_strdup_printf("awaits %s · which awaits %s|%s · %s|%s", what, further, what, further, what);
  }
  if (task == HD_NONE && wait->waker < model->actor_count && model->actors[wait->waker].kind == HD_ACTOR_TASK) {
    g_autofree char *last = hd_model_actor_label(model, wait->waker);
    return g_strdup_printf("awaits %s · %s comes last|%s|%s", what, last, what, last);
  }
  return g_strdup_printf("awaits %s|%s", what, what);
}
