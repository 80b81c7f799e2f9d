/* What is said of tasks, loops, schedulers and the interpreter lock. */
#include "hover-private.h"
#include "names.h"
#include "palette.h"
#include "ruler.h"
#include "task-words.h"

enum { CHAIN_SAID_MAX = 5, STATES_SAID_MAX = 5 };

void hd_say_entry(const HdSource *source, GString *text, guint32 index) {
  const HdModel *model = source->model;
  const HdJob *job = &model->jobs[index];
  g_autofree char *label = hd_run_label(model, index | HD_LOD_CALLBACK), *scheduler = hd_object_label(model, job->executor);
  g_string_append_printf(text, "%s, entry %u of %s", label, job->number, scheduler);
  if (job->planned_ns >= 0) {
    g_autofree char *planned = hd_format_time(job->planned_ns, 1000);
    g_string_append_printf(text, "\nplanned for %s", planned);
  }
  if (job->begun) {
    g_autofree char *began = hd_format_time(job->begin_ns, 1000), *ran = hd_format_duration(job->end_ns - job->begin_ns),
                    *late = hd_format_duration(job->begin_ns - job->planned_ns);
    g_string_append_printf(text, "\nbegan %s", began);
    if (job->planned_ns >= 0 && job->begin_ns > job->planned_ns) g_string_append_printf(text, ": %s late", late);
    g_string_append_printf(text, "\nran %s", ran);
  } else
    g_string_append(text, job->ended ? "\ncancelled" : "\nnever begun");
  if (job->priority) g_string_append_printf(text, "\npriority %d", job->priority);
  hd_say_site(source, text, "entered in", job->submit_site);
}

void hd_say_run(const HdSource *source, GString *text, guint32 run) {
  const HdModel *model = source->model;
  if (run & HD_LOD_CALLBACK) {
    g_autofree char *label = hd_run_label(model, run);
    gint64 begin_ns, end_ns;
    hd_run_span(model, run, &begin_ns, &end_ns);
    const HdJob *job = &model->jobs[run & ~HD_LOD_CALLBACK];
    g_autofree char *ran = hd_format_duration(end_ns - begin_ns), *after = hd_format_duration(begin_ns - job->submit_ns);
    g_string_append_printf(text, "%s, a callback\nran %s", label, ran);
    if (end_ns - begin_ns >= HD_LONG_STEP_NS) g_string_append(text, ": it blocks the loop");
    if (job->submitter != HD_NONE) g_string_append_printf(text, "\n%s after it was scheduled", after);
    hd_say_site(source, text, "scheduled in", job->submit_site);
    return;
  }
  hd_say_step(source, text, run);
}

void hd_say_step(const HdSource *source, GString *text, guint32 index) {
  const HdModel *model = source->model;
  const HdTaskStep *step = &model->steps[index];
  const HdActor *task = &model->actors[step->task];
  g_autofree char *label = hd_model_actor_label(model, step->task), *ran = hd_format_duration(step->end_ns - step->begin_ns),
                  *thread = hd_model_actor_label(model, step->thread);
  g_string_append_printf(text, "%s runs on %s\nstep %u of %u, %s", label, thread, index - task->step_first + 1, task->step_count, ran);
  if (step->end_ns - step->begin_ns >= HD_LONG_STEP_NS) g_string_append(text, ": it blocks the loop");
  guint32 before = hd_model_interval_at(model, step->task, step->begin_ns - 1);
  if (before != HD_NONE && model->intervals.state[before] == HD_STATE_READY) {
    g_autofree char *lag = hd_format_duration(step->begin_ns - model->intervals.begin_ns[before]);
    g_string_append_printf(text, "\nready for %s before", lag);
  }
  if (hd_step_end_words(model, index)) {
    g_string_append_printf(text, "\nthen %s", hd_step_end_words(model, index));
    hd_say_site(source, text, "in", step->end_site);
  }
}

void hd_say_turn(const HdSource *source, GString *text, guint32 index) {
  const HdModel *model = source->model;
  const HdHold *hold = &model->holds[index];
  g_autofree char *holder = hd_model_actor_label(model, hold->actor), *held = hd_format_duration(hold->end_ns - hold->begin_ns),
                  *object = hd_object_label(model, hold->object);
  g_string_append_printf(text, "%s has %s\n%s, ", holder, object, held);
  g_string_append(text, hold->open                         ? "to the end"
                        : hd_hold_was_forced(model, index) ? "until somebody asked for it"
                                                           : "then it gave it up by itself");
  hd_say_site(source, text, "in", hold->release_site);
}

void hd_say_ready(const HdSource *source, GString *text, guint32 task, guint32 interval) {
  const HdModel *model = source->model;
  const HdActor *actor = &model->actors[task];
  gint64 end_ns = interval + 1 < actor->interval_first + actor->interval_count ? model->intervals.begin_ns[interval + 1] : actor->end_ns;
  g_autofree char *label = hd_model_actor_label(model, task), *lasting = hd_format_duration(end_ns - model->intervals.begin_ns[interval]);
  g_string_append_printf(text, "%s: ready for %s", label, lasting);
  guint32 run = hd_lod_blocker(source->lod, task, interval);
  if (run == HD_NONE) {
    g_string_append(text, "\nits loop ran others");
    return;
  }
  gint64 begin_ns;
  hd_run_span(model, run, &begin_ns, &end_ns);
  g_autofree char *culprit = hd_run_label(model, run), *blocked = hd_format_duration(end_ns - begin_ns),
                  *routine = hd_site_label(model, hd_run_task(model, run) == HD_NONE ? hd_run_site(model, run)
                                                                                     : model->actors[hd_run_task(model, run)].routine_site);
  g_string_append_printf(text, "\nthe loop was blocked by %s for %s%s%s", culprit, blocked, routine ? ", " : "", routine ? routine : "");
}

void hd_say_labels(const HdSource *source, GString *text, guint32 actor, gint64 at_ns) {
  g_autofree char *values = actor < source->model->actor_count ? hd_label_values_at(source->model, actor, at_ns) : NULL;
  if (values && *values) g_string_append_printf(text, "\n%s", values);
}

void hd_say_task(const HdSource *source, GString *text, guint32 task) {
  const HdModel *model = source->model;
  const HdActor *actor = &model->actors[task];
  g_autofree char *label = hd_model_actor_label(model, task), *life = hd_format_duration(actor->end_ns - actor->start_ns);
  g_string_append_printf(text, "%s, a task\nlived %s", label, life);
  if (hd_task_result_words(actor)) g_string_append_printf(text, ", %s", hd_task_result_words(actor));
  if (actor->creator < model->actor_count) {
    g_autofree char *creator = hd_actor_label_beside(model, actor->creator, task);
    g_string_append_printf(text, "\nmade by %s", creator);
    hd_say_site(source, text, "in", actor->create_site);
  }
}

void hd_say_chain(const HdSource *source, GString *text, guint32 wait) {
  const HdModel *model = source->model;
  gint64 at_ns = model->waits[wait].begin_ns + (model->waits[wait].end_ns - model->waits[wait].begin_ns) / 2;
  for (guint said = 0; said < CHAIN_SAID_MAX; said++) {
    guint32 target = hd_awaited_task(model, wait);
    wait = target == HD_NONE ? HD_NONE : hd_await_at(model, target, at_ns);
    if (wait == HD_NONE) return;
    g_autofree char *what = hd_await_words(model, wait);
    g_string_append_printf(text, "%s which awaits %s", said ? " ·" : "\n·", what);
  }
}

/* On the average of a moment: "6.5 of 12 waits for a lock". */
static void say_share(GString *text, guint state, double count) {
  g_autofree char *whole = hd_format_count((guint64)(count + 0.5));
  if (count >= 9.95)
    g_string_append_printf(text, "\n%s  %s", whole, hd_state_styles[state].label);
  else
    g_string_append_printf(text, "\n%.1f  %s", count, hd_state_styles[state].label);
}

void hd_say_crowd(const HdSource *source, GString *text, const HdHit *hit) {
  gint64 states_ns[HD_SHOWN_COUNT] = {0}, sum_ns = 0, length_ns = hit->until_ns - hit->at_ns;
  if (hit->member_count >= HD_CROWD_FROM)
    hd_crowd_states(hd_lod_crowd(source->lod, hit->members, hit->member_count), hit->at_ns, hit->until_ns, states_ns);
  for (guint32 i = 0; i < hit->member_count && hit->member_count < HD_CROWD_FROM; i++) {
    HdLodCursor cursor;
    hd_lod_cursor_init(&cursor, source->lod, hit->members[i]);
    hd_lod_states(&cursor, hit->at_ns, hit->until_ns, states_ns);
  }
  for (guint state = 0; state < HD_SHOWN_COUNT; state++) sum_ns += states_ns[state];
  g_autofree char *alive = hd_format_count((guint64)((double)sum_ns / (double)length_ns + 0.5)), *all = hd_format_count(hit->member_count);
  g_string_append_printf(text, "%s of %s live here, on the average:", alive, all);
  for (guint said = 0; said < STATES_SAID_MAX; said++) {
    guint most = 0;
    for (guint state = 1; state < HD_SHOWN_COUNT; state++)
      if (states_ns[state] > states_ns[most]) most = state;
    if (states_ns[most] <= 0) break;
    say_share(text, most, (double)states_ns[most] / (double)length_ns);
    states_ns[most] = 0;
  }
}
