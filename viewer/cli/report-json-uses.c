#include "report-json-private.h"
#include "report-tables.h"

static gint64 mean(gint64 total_ns, guint64 count) { return count ? total_ns / (gint64)count : 0; }

static void add_items(JsonBuilder *json, const HdModel *model, guint32 object) {
  HdQueueUse use = hd_queue_use(model, object);
  json_builder_set_member_name(json, "items");
  json_builder_begin_object(json);
  add_int(json, "put", (gint64)use.put_count);
  add_int(json, "got", (gint64)use.got_count);
  add_int(json, "paired", (gint64)use.paired_count);
  add_int(json, "depth_max", use.depth_max);
  add_int(json, "latency_total_ns", use.latency_total_ns);
  add_int(json, "latency_mean_ns", mean(use.latency_total_ns, use.paired_count));
  add_int(json, "latency_max_ns", use.latency_max_ns);
  add_int(json, "put_waits", use.put_wait_count);
  add_int(json, "put_wait_ns", use.put_wait_ns);
  add_int(json, "get_waits", use.get_wait_count);
  add_int(json, "get_wait_ns", use.get_wait_ns);
  add_int(json, "join_wait_ns", use.join_wait_ns);
  json_builder_end_object(json);
}

static void add_jobs(JsonBuilder *json, const HdModel *model, guint32 object) {
  HdExecutorUse use = hd_executor_use(model, object);
  json_builder_set_member_name(json, "jobs");
  json_builder_begin_object(json);
  add_int(json, "count", use.job_count);
  add_int(json, "begun", use.begun_count);
  add_int(json, "ended", use.ended_count);
  add_int(json, "failed", use.failed_count);
  add_int(json, "cancelled", use.cancelled_count);
  add_int(json, "workers", use.worker_count);
  add_int(json, "queued_max", use.queued_max);
  add_int(json, "queued_total_ns", use.queued_total_ns);
  add_int(json, "queued_mean_ns", mean(use.queued_total_ns, use.job_count));
  add_int(json, "queued_max_ns", use.queued_max_ns);
  add_int(json, "run_total_ns", use.run_total_ns);
  add_int(json, "run_mean_ns", mean(use.run_total_ns, use.begun_count));
  add_int(json, "run_max_ns", use.run_max_ns);
  add_int(json, "idle_ns", use.idle_ns);
  json_builder_end_object(json);
}

static void add_schedule(JsonBuilder *json, const HdModel *model, guint32 object) {
  HdScheduleUse use = hd_schedule_use(model, object);
  json_builder_set_member_name(json, "schedule");
  json_builder_begin_object(json);
  add_int(json, "entries", use.entry_count);
  add_int(json, "begun", use.begun_count);
  add_int(json, "cancelled", use.cancelled_count);
  add_int(json, "late_total_ns", use.late_total_ns);
  add_int(json, "late_mean_ns", mean(use.late_total_ns, use.begun_count));
  add_int(json, "late_max_ns", use.late_max_ns);
  add_int(json, "run_total_ns", use.run_total_ns);
  add_int(json, "run_max_ns", use.run_max_ns);
  json_builder_end_object(json);
}

void hd_report_json_uses(JsonBuilder *json, const HdModel *model, guint32 index) {
  const HdObject *object = &model->objects[index];
  if (object->initial_value >= 0) add_int(json, "value", object->initial_value);
  if (object->kind == HD_KIND_QUEUE || object->item_count) add_items(json, model, index);
  if (object->kind == HD_KIND_EXECUTOR || object->kind == HD_KIND_POOL) add_jobs(json, model, index);
  if (object->kind == HD_KIND_SCHEDULER) add_schedule(json, model, index);
}

void hd_report_json_misuses(JsonBuilder *json, const HdModel *model) {
  json_builder_set_member_name(json, "misuses");
  json_builder_begin_array(json);
  g_autoptr(GArray) misuses = hd_misuses_of(model);
  for (guint i = 0; i < misuses->len; i++) {
    const HdMark *mark = &model->marks[g_array_index(misuses, guint32, i)];
    json_builder_begin_object(json);
    add_int(json, "at_ns", mark->at_ns);
    add_id(json, "actor", mark->actor);
    add_id(json, "object", mark->object);
    add_string(json, "operation",
               hd_operations[mark->site < model->site_count ? model->sites[mark->site].operation : HD_OPERATION_NONE].name);
    add_site(json, "site", model, mark->site);
    add_int(json, "error", mark->error);
    add_string(json, "error_name", hd_model_error_name(mark->error));
    add_string(json, "text", hd_model_error_text(mark->error));
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
}
