/* Interpreter locks, event loops, groups and tasks in words with links. */
#include "describe.h"
#include "names.h"
#include "task-words.h"

enum { MEMBERS_SAID_MAX = 8, CHAIN_SAID_MAX = 8 };

static void append_duration(GString *markup, const char *before, gint64 duration_ns, const char *after) {
  g_autofree char *duration = hd_format_duration(duration_ns);
  g_string_append_printf(markup, "%s<b>%s</b>%s", before, duration, after);
}

char *hd_describe_gil_markup(const HdModel *model, guint32 object) {
  HdGilUse use = hd_gil_use(model, object);
  GString *markup = g_string_new("interpreter lock");
  g_string_append_printf(markup, "; held <b>%.0f %%</b> of the time, serialization <b>%.2f</b>, useful parallelism <b>%.2f</b>",
                         use.held_fraction * 100, use.serialization_factor, use.useful_parallelism);
  append_duration(markup, "; ", use.waiting_ns, " waited for it");
  g_string_append_printf(markup, " by %u thread%s", use.thread_count, use.thread_count == 1 ? "" : "s");
  g_autofree char *forced = hd_format_count(use.forced_count), *voluntary = hd_format_count(use.voluntary_count),
                  *requests = hd_format_count(use.request_count);
  g_string_append_printf(markup, "; handed over %s times because somebody asked (%s request%s), %s times of itself", forced, requests,
                         use.request_count == 1 ? "" : "s", voluntary);
  if (use.hold_max_actor < model->actor_count) {
    append_duration(markup, "; longest hold ", use.hold_max_ns, " by ");
    hd_link_append_actor(markup, model, use.hold_max_actor);
  }
  return g_string_free(markup, FALSE);
}

char *hd_describe_loop_markup(const HdModel *model, guint32 object) {
  HdLoopUse use = hd_loop_use(model, object);
  GString *markup = g_string_new("event loop");
  g_autofree char *tasks = hd_format_count(use.task_count), *steps = hd_format_count(use.step_count),
                  *callbacks = hd_format_count(use.callback_count);
  g_string_append_printf(markup, "; %s task%s in %s step%s, %s callback%s", tasks, use.task_count == 1 ? "" : "s", steps,
                         use.step_count == 1 ? "" : "s", callbacks, use.callback_count == 1 ? "" : "s");
  append_duration(markup, "; busy ", use.busy_ns, "");
  append_duration(markup, ", polling ", use.polling_ns, "");
  if (use.lag_count) {
    append_duration(markup, "; lag from ready to running ", use.lag_total_ns / (gint64)use.lag_count, " on the average");
    append_duration(markup, ", ", use.lag_max_ns, " at most");
  }
  if (use.lag_max_actor < model->actor_count) {
    g_string_append(markup, " (");
    hd_link_append_actor(markup, model, use.lag_max_actor);
    g_string_append_c(markup, ')');
  }
  return g_string_free(markup, FALSE);
}

char *hd_describe_group_markup(const HdModel *model, guint32 index) {
  const HdObject *object = &model->objects[index];
  GString *markup = g_string_new(hd_object_kind_names[object->kind]);
  for (guint32 i = 0; i < MIN(object->member_count, MEMBERS_SAID_MAX); i++) {
    g_string_append(markup, i ? ", " : " of ");
    hd_link_append_actor(markup, model, model->members[object->member_first + i]);
  }
  if (object->member_count > MEMBERS_SAID_MAX) g_string_append_printf(markup, " and %u more", object->member_count - MEMBERS_SAID_MAX);
  return g_string_free(markup, FALSE);
}

char *hd_describe_chain_markup(const HdModel *model, guint32 wait) {
  GString *markup = g_string_new(NULL);
  gint64 at_ns = model->waits[wait].begin_ns + (model->waits[wait].end_ns - model->waits[wait].begin_ns) / 2;
  for (guint said = 0; said < CHAIN_SAID_MAX; said++) {
    guint32 task = hd_awaited_task(model, wait);
    wait = task < model->actor_count ? hd_await_at(model, task, at_ns) : HD_NONE;
    if (wait == HD_NONE) break;
    g_autofree char *what = hd_await_words(model, wait);
    g_string_append(markup, said ? ", which awaits " : "which itself awaits ");
    hd_link_append(markup, HD_LINK_TO_WAIT, wait, what);
  }
  return g_string_free(markup, FALSE);
}

static void append_blocker(GString *markup, const HdModel *model, guint32 run) {
  gint64 begin_ns, end_ns;
  hd_run_span(model, run, &begin_ns, &end_ns);
  g_autofree char *label = hd_run_label(model, run);
  g_string_append(markup, "its loop was blocked by ");
  hd_link_append(markup, HD_LINK_TO_ACTOR, hd_run_task(model, run), label);
  append_duration(markup, " for ", end_ns - begin_ns, "");
  guint32 routine =
      hd_run_task(model, run) < model->actor_count ? model->actors[hd_run_task(model, run)].routine_site : hd_run_site(model, run);
  if (routine >= model->site_count) return;
  g_string_append(markup, " at ");
  hd_link_append_site(markup, model, routine);
}

char *hd_describe_task_markup(const HdSource *source, guint32 task, guint32 interval) {
  const HdModel *model = source->model;
  GString *markup = g_string_new(NULL);
  guint32 run = hd_lod_blocker(source->lod, task, interval), step = hd_step_of_task_at(model, task, model->intervals.begin_ns[interval]);
  if (run != HD_NONE) append_blocker(markup, model, run);
  if (step != HD_NONE) {
    const HdTaskStep *entry = &model->steps[step];
    append_duration(markup, "a step of ", entry->end_ns - entry->begin_ns, " on ");
    hd_link_append_actor(markup, model, entry->thread);
    if (hd_step_end_words(model, step)) {
      g_string_append_printf(markup, "; then %s at ", hd_step_end_words(model, step));
      hd_link_append_site(markup, model, entry->end_site);
    }
  }
  g_autofree char *labels = hd_label_values_at(model, task, model->intervals.begin_ns[interval]);
  if (*labels && markup->len) g_string_append(markup, "; ");
  hd_markup_append(markup, labels);
  return g_string_free(markup, FALSE);
}
