/* Members of the JSON of report. */
#pragma once
#include "report.h"
#include <json-glib/json-glib.h>

static inline void add_int(JsonBuilder *json, const char *name, gint64 value) {
  json_builder_set_member_name(json, name);
  json_builder_add_int_value(json, value);
}

static inline void add_string(JsonBuilder *json, const char *name, const char *value) {
  json_builder_set_member_name(json, name);
  if (value)
    json_builder_add_string_value(json, value);
  else
    json_builder_add_null_value(json);
}

static inline void add_bool(JsonBuilder *json, const char *name, gboolean value) {
  json_builder_set_member_name(json, name);
  json_builder_add_boolean_value(json, value);
}

/* An index, null for none. */
static inline void add_id(JsonBuilder *json, const char *name, guint32 index) {
  json_builder_set_member_name(json, name);
  if (index == HD_NONE)
    json_builder_add_null_value(json);
  else
    json_builder_add_int_value(json, index);
}

static inline void add_site(JsonBuilder *json, const char *name, const HdModel *model, guint32 site) {
  g_autofree char *text = site == HD_NONE ? NULL : hd_model_site_text(model, site);
  add_string(json, name, text);
}

/* report-json-uses.c: what went through an object, if it is a queue or an executor; and what was used wrongly. */
void hd_report_json_uses(JsonBuilder *json, const HdModel *model, guint32 object);
void hd_report_json_misuses(JsonBuilder *json, const HdModel *model);

/* report-json-tasks.c: what is said of an actor if it is a task, or has labels; all tasks and loops; all interpreter locks. */
void hd_report_json_task(JsonBuilder *json, const HdModel *model, guint32 actor);
void hd_report_json_tasks(JsonBuilder *json, const HdModel *model);
void hd_report_json_gil(JsonBuilder *json, const HdModel *model);
