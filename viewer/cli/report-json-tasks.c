/* Of the JSON of report: what is only a task's, and what event loops and interpreter locks did. */
#include "report-json-private.h"

static void begin(JsonBuilder *json, const char *name) {
  json_builder_set_member_name(json, name);
  json_builder_begin_object(json);
}

static void add_double(JsonBuilder *json, const char *name, double value) {
  json_builder_set_member_name(json, name);
  json_builder_add_double_value(json, value);
}

static void add_use(JsonBuilder *json, const HdTaskUse *use) {
  add_int(json, "busy_ns", use->busy_ns);
  add_int(json, "scheduled_ns", use->scheduled_ns);
  add_int(json, "idle_ns", use->idle_ns);
  add_int(json, "step_max_ns", use->step_max_ns);
  add_int(json, "scheduled_max_ns", use->scheduled_max_ns);
}

/* The last value of each variable that the actor saw. */
static void add_labels(JsonBuilder *json, const HdModel *model, const HdActor *actor) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  begin(json, "labels");
  for (guint32 i = actor->label_first + actor->label_count; i-- > actor->label_first;)
    if (g_hash_table_add(seen, (gpointer)model->labels[i].variable) && model->labels[i].value)
      add_string(json, model->labels[i].variable, model->labels[i].value);
  json_builder_end_object(json);
}

void hd_report_json_task(JsonBuilder *json, const HdModel *model, guint32 index) {
  const HdActor *actor = &model->actors[index];
  add_id(json, "creator", actor->creator);
  if (actor->label_count) add_labels(json, model, actor);
  if (actor->kind != HD_ACTOR_TASK) return;
  add_id(json, "process", actor->parent);
  add_id(json, "loop", actor->loop);
  add_string(json, "result", actor->end_seen ? hd_task_result_names[actor->result] : NULL);
  HdTaskUse use = hd_task_use(model, index);
  begin(json, "task");
  add_int(json, "steps", use.step_count);
  add_use(json, &use);
  json_builder_end_object(json);
}

/* The counts of each power of two of nanoseconds, up to the last that is not 0. */
static void add_histogram(JsonBuilder *json, const char *name, const guint64 *counts, guint count) {
  json_builder_set_member_name(json, name);
  json_builder_begin_array(json);
  while (count && !counts[count - 1]) count--;
  for (guint i = 0; i < count; i++) json_builder_add_int_value(json, (gint64)counts[i]);
  json_builder_end_array(json);
}

static void add_loop(JsonBuilder *json, const HdModel *model, guint32 index) {
  HdLoopUse use = hd_loop_use(model, index);
  json_builder_begin_object(json);
  add_id(json, "object", index);
  add_id(json, "thread", model->objects[index].actor);
  add_int(json, "tasks", use.task_count);
  add_int(json, "callbacks", use.callback_count);
  add_int(json, "steps", (gint64)use.step_count);
  add_int(json, "busy_ns", use.busy_ns);
  add_int(json, "polling_ns", use.polling_ns);
  add_int(json, "lag_count", (gint64)use.lag_count);
  add_int(json, "lag_total_ns", use.lag_total_ns);
  add_int(json, "lag_mean_ns", use.lag_count ? use.lag_total_ns / (gint64)use.lag_count : 0);
  add_int(json, "lag_max_ns", use.lag_max_ns);
  add_id(json, "lag_max_actor", use.lag_max_actor);
  json_builder_end_object(json);
}

/* Of a damaged recording sums may be beyond all bounds. */
static gint64 bounded_sum(gint64 a, gint64 b) { return a > G_MAXINT64 - b ? G_MAXINT64 : a + b; }

void hd_report_json_tasks(JsonBuilder *json, const HdModel *model) {
  HdTaskUse sum = {0};
  guint64 step_counts[G_N_ELEMENTS(sum.step_histogram.counts)] = {0}, scheduled_counts[G_N_ELEMENTS(step_counts)] = {0};
  gint64 result_counts[HD_TASK_RESULT_COUNT] = {0}, count = 0;
  for (guint32 i = 0; i < model->actor_count; i++) {
    if (model->actors[i].kind != HD_ACTOR_TASK) continue;
    HdTaskUse use = hd_task_use(model, i);
    count++;
    if (model->actors[i].end_seen) result_counts[model->actors[i].result]++;
    sum.busy_ns = bounded_sum(sum.busy_ns, use.busy_ns);
    sum.scheduled_ns = bounded_sum(sum.scheduled_ns, use.scheduled_ns);
    sum.idle_ns = bounded_sum(sum.idle_ns, use.idle_ns);
    sum.step_max_ns = MAX(sum.step_max_ns, use.step_max_ns);
    sum.scheduled_max_ns = MAX(sum.scheduled_max_ns, use.scheduled_max_ns);
    for (guint k = 0; k < G_N_ELEMENTS(step_counts); k++) {
      step_counts[k] += use.step_histogram.counts[k];
      scheduled_counts[k] += use.scheduled_histogram.counts[k];
    }
  }
  begin(json, "tasks");
  add_int(json, "count", count);
  add_int(json, "ok", result_counts[HD_TASK_RESULT_OK]);
  add_int(json, "failed", result_counts[HD_TASK_RESULT_ERROR]);
  add_int(json, "cancelled", result_counts[HD_TASK_RESULT_CANCELLED]);
  add_int(json, "steps", model->step_count);
  add_use(json, &sum);
  add_histogram(json, "step_histogram", step_counts, G_N_ELEMENTS(step_counts));
  add_histogram(json, "scheduled_histogram", scheduled_counts, G_N_ELEMENTS(scheduled_counts));
  json_builder_set_member_name(json, "loops");
  json_builder_begin_array(json);
  for (guint32 i = 0; i < model->object_count; i++)
    if (model->objects[i].kind == HD_KIND_LOOP) add_loop(json, model, i);
  json_builder_end_array(json);
  json_builder_end_object(json);
}

static void add_gil(JsonBuilder *json, const HdModel *model, guint32 index) {
  HdGilUse use = hd_gil_use(model, index);
  json_builder_begin_object(json);
  add_id(json, "object", index);
  add_int(json, "threads", use.thread_count);
  add_int(json, "wall_ns", use.wall_ns);
  add_int(json, "held_ns", use.held_ns);
  add_int(json, "waiting_ns", use.waiting_ns);
  add_int(json, "running_without_ns", use.running_without_ns);
  add_double(json, "held_fraction", use.held_fraction);
  add_double(json, "serialization_factor", use.serialization_factor);
  add_double(json, "useful_parallelism", use.useful_parallelism);
  add_int(json, "acquisitions", (gint64)use.acquisition_count);
  add_int(json, "requests", (gint64)use.request_count);
  add_int(json, "forced", (gint64)use.forced_count);
  add_int(json, "voluntary", (gint64)use.voluntary_count);
  add_int(json, "hold_max_ns", use.hold_max_ns);
  add_id(json, "hold_max_actor", use.hold_max_actor);
  json_builder_end_object(json);
}

void hd_report_json_gil(JsonBuilder *json, const HdModel *model) {
  begin(json, "gil");
  json_builder_set_member_name(json, "locks");
  json_builder_begin_array(json);
  for (guint32 i = 0; i < model->object_count; i++)
    if (model->objects[i].kind == HD_KIND_GIL) add_gil(json, model, i);
  json_builder_end_array(json);
  json_builder_end_object(json);
}
