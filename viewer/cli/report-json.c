/* The JSON of report: the contract for scripts. Keys are only ever added; times are nanoseconds since the recording's start. */
#include "report-json-private.h"
#include <stdio.h>

static void add_ids(JsonBuilder *json, const char *name, const GArray *ids) {
  json_builder_set_member_name(json, name);
  json_builder_begin_array(json);
  for (guint i = 0; ids && i < ids->len; i++) json_builder_add_int_value(json, g_array_index(ids, guint32, i));
  json_builder_end_array(json);
}

static void add_recording(JsonBuilder *json, const HdModel *model) {
  const HdLogInfo *info = model->info;
  json_builder_set_member_name(json, "recording");
  json_builder_begin_object(json);
  add_string(json, "program", info->program);
  json_builder_set_member_name(json, "arguments");
  json_builder_begin_array(json);
  for (char **argument = info->arguments; argument && *argument; argument++) json_builder_add_string_value(json, *argument);
  json_builder_end_array(json);
  g_autoptr(GDateTime) start = info->started_realtime_ns ? g_date_time_new_from_unix_utc(info->started_realtime_ns / 1000000000) : NULL;
  g_autofree char *text = start ? g_date_time_format_iso8601(start) : NULL;
  add_string(json, "start", text);
  add_int(json, "start_realtime_ns", info->started_realtime_ns);
  add_int(json, "duration_ns", model->duration_ns);
  add_int(json, "events", (gint64)info->event_count);
  add_int(json, "events_lost", (gint64)info->lost_count);
  add_int(json, "processes", model->process_count);
  add_bool(json, "complete", model->complete);
  add_bool(json, "schedule_observed", info->schedule_observed);
  add_bool(json, "in_progress", info->in_progress);
  json_builder_set_member_name(json, "interrupted_at_ns");
  if (info->interrupted_ns)
    json_builder_add_int_value(json, (gint64)(info->interrupted_ns - info->started_ns));
  else
    json_builder_add_null_value(json);
  json_builder_set_member_name(json, "exit");
  if (info->exit_known)
    json_builder_add_int_value(json, info->exit);
  else
    json_builder_add_null_value(json);
  g_auto(GStrv) caveats = hd_cli_caveats(model);
  json_builder_set_member_name(json, "notes");
  json_builder_begin_array(json);
  for (char **note = caveats; *note; note++) json_builder_add_string_value(json, *note);
  json_builder_end_array(json);
  json_builder_end_object(json);
}

static void add_actors(JsonBuilder *json, const HdModel *model) {
  static const char *const kinds[] = {"process", "thread", "task"};
  json_builder_set_member_name(json, "actors");
  json_builder_begin_array(json);
  for (guint32 i = 0; i < model->actor_count; i++) {
    const HdActor *actor = &model->actors[i];
    json_builder_begin_object(json);
    add_int(json, "id", i);
    add_string(json, "kind", kinds[actor->kind]);
    add_string(json, "name", actor->name);
    add_int(json, "pid", actor->process_id);
    add_int(json, "tid", actor->thread_id);
    add_id(json, "parent", actor->kind == HD_ACTOR_TASK ? actor->creator : actor->parent);
    add_int(json, "start_ns", actor->start_ns);
    add_int(json, "end_ns", actor->end_ns);
    json_builder_set_member_name(json, "exit");
    if (actor->exit_known)
      json_builder_add_int_value(json, actor->exit);
    else
      json_builder_add_null_value(json);
    add_bool(json, "outlived", actor->outlived);
    add_bool(json, "daemon", actor->daemon);
    add_int(json, "jobs", actor->job_count);
    add_int(json, "events_lost", actor->lost_count);
    hd_report_json_task(json, model, i);
    gint64 states_ns[HD_STATE_COUNT] = {0};
    hd_model_state_times(model, i, states_ns);
    json_builder_set_member_name(json, "states_ns");
    json_builder_begin_object(json);
    for (int state = 0; state < HD_STATE_COUNT; state++)
      if (states_ns[state]) add_int(json, hd_state_names[state], states_ns[state]);
    json_builder_end_object(json);
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
}

static void add_blame(JsonBuilder *json, const char *name, const HdModel *model, const HdBlame *blame, guint count) {
  json_builder_set_member_name(json, name);
  json_builder_begin_array(json);
  for (guint i = 0; i < count; i++) {
    json_builder_begin_object(json);
    add_site(json, "site", model, blame[i].site);
    add_id(json, "actor", blame[i].actor);
    add_int(json, "ns", blame[i].blame_ns);
    add_int(json, "count", blame[i].hold_count);
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
}

static void add_objects(JsonBuilder *json, const HdModel *model, const HdAnalysis *analysis) {
  json_builder_set_member_name(json, "objects");
  json_builder_begin_array(json);
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    static const HdContention none;
    const HdContention *contention = hd_analysis_contention(analysis, i);
    if (!contention) contention = &none;
    json_builder_begin_object(json);
    add_int(json, "id", i);
    add_string(json, "kind", hd_object_kind_names[object->kind]);
    add_string(json, "name", object->name);
    add_id(json, "process", object->process);
    add_site(json, "created_at", model, object->create_site);
    add_int(json, "acquisitions", (gint64)contention->acquisition_count);
    add_int(json, "contentions", (gint64)contention->contention_count);
    add_int(json, "wait_total_ns", contention->wait_total_ns);
    add_int(json, "wait_max_ns", contention->wait_max_ns);
    add_int(json, "hold_total_ns", contention->hold_total_ns);
    add_int(json, "hold_max_ns", contention->hold_max_ns);
    add_int(json, "handoff_ns", contention->handoff_ns);
    add_blame(json, "blame", model, contention->blame, contention->blame_count);
    add_blame(json, "waiters", model, contention->waiters, contention->waiter_count);
    hd_report_json_uses(json, model, i);
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
}

static void add_finding(JsonBuilder *json, const HdModel *model, const HdFinding *finding) {
  json_builder_begin_object(json);
  add_string(json, "kind", hd_finding_kind_names[finding->kind]);
  add_string(json, "grade", hd_grade_names[finding->grade]);
  add_string(json, "title", finding->title);
  add_string(json, "summary", finding->summary);
  add_string(json, "advice", finding->advice);
  add_int(json, "at_ns", finding->at_ns);
  add_int(json, "from_ns", finding->from_ns);
  add_int(json, "to_ns", finding->to_ns);
  add_bool(json, "resolved", finding->resolved);
  add_int(json, "lost_ns", finding->lost_ns);
  json_builder_set_member_name(json, "share");
  json_builder_add_double_value(json, finding->share);
  add_site(json, "site", model, finding->site);
  add_ids(json, "actors", finding->actors);
  add_ids(json, "objects", finding->objects);
  json_builder_set_member_name(json, "evidence");
  json_builder_begin_array(json);
  for (guint i = 0; finding->evidence && i < finding->evidence->len; i++) {
    const HdEvidence *evidence = &g_array_index(finding->evidence, HdEvidence, i);
    json_builder_begin_object(json);
    add_int(json, "at_ns", evidence->at_ns);
    add_id(json, "actor", evidence->actor);
    add_site(json, "site", model, evidence->site);
    add_string(json, "text", evidence->text);
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
  json_builder_end_object(json);
}

void hd_report_json(const HdModel *model, const HdAnalysis *analysis) {
  g_autoptr(JsonBuilder) json = json_builder_new();
  json_builder_begin_object(json);
  add_int(json, "schema", 1);
  add_recording(json, model);
  add_actors(json, model);
  add_objects(json, model, analysis);
  json_builder_set_member_name(json, "findings");
  json_builder_begin_array(json);
  for (guint i = 0; i < analysis->finding_count; i++) add_finding(json, model, &analysis->findings[i]);
  json_builder_end_array(json);
  hd_report_json_misuses(json, model);
  hd_report_json_tasks(json, model);
  hd_report_json_gil(json, model);
  json_builder_end_object(json);
  g_autoptr(JsonNode) root = json_builder_get_root(json);
  g_autoptr(JsonGenerator) generator = json_generator_new();
  json_generator_set_root(generator, root);
  json_generator_set_pretty(generator, TRUE);
  json_generator_set_indent(generator, 1);
  gsize length;
  g_autofree char *text = json_generator_to_data(generator, &length);
  g_autoptr(GString) escaped = g_string_new_len(text, length);
  g_string_replace(escaped, "\x1f", "\\u001f", 0); /* the one control character that json-glib 1.6 leaves as it is */
  puts(escaped->str);
}
