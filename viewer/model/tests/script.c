#include "script.h"
#include <string.h>

#define ORIGIN_NS 1000000000000u

struct Script {
  HdLogWriter *writer;
  GHashTable *sequences; /* emitter -> last */
  gboolean sites[HD_OPERATION_COUNT];
};

Script *script_new(void) {
  Script *script = g_new0(Script, 1);
  script->writer = hd_log_writer_new();
  script->sequences = g_hash_table_new(NULL, NULL);
  return script;
}

void script_lose(Script *script, guint32 emitter, guint32 count) {
  guint32 last = GPOINTER_TO_UINT(g_hash_table_lookup(script->sequences, GUINT_TO_POINTER(emitter)));
  g_hash_table_insert(script->sequences, GUINT_TO_POINTER(emitter), GUINT_TO_POINTER(last + count));
}

void script_event(Script *script, HdEvent event) {
  script_lose(script, event.common.emitter, 1);
  event.common.sequence = GPOINTER_TO_UINT(g_hash_table_lookup(script->sequences, GUINT_TO_POINTER(event.common.emitter)));
  if (event.common.at_ns != HD_LOG_OPEN_NS) event.common.at_ns += ORIGIN_NS;
  hd_log_writer_add(script->writer, &event);
}
#define EVENT(ID, name, emitter_number, when, ...)                                                                                         \
  script_event(script, (HdEvent){.id = HD_EVENT_##ID, .name = {.emitter = (emitter_number), .at_ns = (when), __VA_ARGS__}})

guint32 script_site(Script *script, guint32 emitter, enum hd_operation operation, gint64 at_ns) {
  if (!script->sites[operation]) {
    script->sites[operation] = TRUE;
    HdEvent event = {.id = HD_EVENT_SOURCE_SITE,
                     .source_site = {.emitter = emitter,
                                     .sequence = 0,
                                     .at_ns = ORIGIN_NS + at_ns,
                                     .site = operation + 1,
                                     .operation = operation,
                                     .line = 7,
                                     .file = "dir/script.c",
                                     .function = hd_operations[operation].name}};
    hd_log_writer_add(script->writer, &event);
  }
  return operation + 1;
}

static void begin_process(Script *script, guint32 emitter, guint32 process, guint32 parent, guint32 process_id, guint32 parent_process_id,
                          enum hd_origin origin, gint64 at_ns, const char *program) {
  EVENT(PROCESS_BEGIN, process_begin, emitter, at_ns, .process = process, .parent_process = parent, .process_id = process_id,
        .parent_process_id = parent_process_id, .origin = origin, .program = program);
  EVENT(THREAD_BEGIN, thread_begin, emitter, at_ns, .process = process, .thread_id = process_id);
}

void script_process(Script *script, guint32 number, guint32 process_id, gint64 at_ns, const char *program) {
  begin_process(script, number, number, 0, process_id, 1, HD_ORIGIN_EXEC, at_ns, program);
}

void script_exec(Script *script, guint32 number, guint32 process_id, guint32 parent_process_id, gint64 at_ns, const char *program) {
  begin_process(script, number, number, 0, process_id, parent_process_id, HD_ORIGIN_EXEC, at_ns, program);
}

void script_fork(Script *script, guint32 parent, guint32 child, guint32 process_id, gint64 at_ns) {
  EVENT(PROCESS_FORK, process_fork, parent, at_ns, .child_process = child, .child_process_id = process_id,
        .site = script_site(script, parent, HD_OPERATION_PROCESS_FORK, at_ns));
}

void script_forked(Script *script, guint32 parent, guint32 child, guint32 process_id, gint64 at_ns, const char *program) {
  begin_process(script, child, child, parent, process_id, 0, HD_ORIGIN_FORK, at_ns, program);
}

void script_status(Script *script, guint32 emitter, guint32 process_id, int status, gint64 at_ns) {
  EVENT(PROCESS_STATUS, process_status, emitter, at_ns, .child_process_id = process_id, .status = status);
}

void script_process_end(Script *script, guint32 emitter, int status, gint64 at_ns) {
  EVENT(PROCESS_END, process_end, emitter, at_ns, .status = status);
}

void script_thread(Script *script, guint32 creator, guint32 number, guint32 process, gint64 at_ns) {
  EVENT(THREAD_CREATE, thread_create, creator, at_ns, .child = number,
        .site = script_site(script, creator, HD_OPERATION_THREAD_CREATE, at_ns));
  EVENT(THREAD_BEGIN, thread_begin, number, at_ns + 1, .process = process, .thread_id = 1000 + number, .creator = creator,
        .routine = script_site(script, creator, HD_OPERATION_THREAD_ROUTINE, at_ns));
}

void script_thread_end(Script *script, guint32 number, gint64 at_ns) { EVENT(THREAD_END, thread_end, number, at_ns); }

void script_hold(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 begin_ns, gint64 end_ns) {
  EVENT(RELEASED, released, emitter, end_ns, .object = object, .acquired_ns = begin_ns + ORIGIN_NS,
        .acquire_site = script_site(script, emitter, operation, end_ns),
        .site = script_site(script, emitter, HD_OPERATION_LOCK_RELEASE, end_ns));
}

void script_batch(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 begin_ns, gint64 end_ns) {
  guint64 place = object & HD_OBJECT_SHARED_BIT ? HD_BATCH_OBJECT_SHARED_BIT | (object & ~HD_OBJECT_SHARED_BIT) : object / 4;
  guint64 words[2] = {place << HD_BATCH_SITE_BITS | script_site(script, emitter, operation, end_ns), (guint64)(end_ns - begin_ns)};
  EVENT(BATCH, batch, emitter, end_ns, .base_ns = end_ns + ORIGIN_NS, .operations = words, .operations_count = 2);
}

void script_acquired(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 at_ns) {
  EVENT(ACQUIRED, acquired, emitter, at_ns, .object = object, .site = script_site(script, emitter, operation, at_ns));
}

void script_released(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 at_ns) {
  EVENT(RELEASED, released, emitter, at_ns, .object = object, .site = script_site(script, emitter, operation, at_ns));
}

void script_value(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 value, gint64 at_ns) {
  EVENT(OPERATION, operation, emitter, at_ns, .object = object, .value = value, .site = script_site(script, emitter, operation, at_ns));
}

void script_mark(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 at_ns) {
  script_value(script, emitter, operation, object, 0, at_ns);
}

void script_process_name(Script *script, guint32 emitter, guint32 process, const char *name, gint64 at_ns) {
  EVENT(PROCESS_NAME, process_name, emitter, at_ns, .process = process, .name = name);
}

void script_daemon(Script *script, guint32 emitter, guint32 actor, gboolean is_process, gint64 at_ns) {
  EVENT(DAEMON, daemon, emitter, at_ns, .actor = actor, .is_process = is_process);
}

void script_wait(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, guint64 partner, gint64 begin_ns,
                 gint64 end_ns, enum hd_wait_result result) {
  EVENT(WAIT, wait, emitter, end_ns == NEVER ? HD_LOG_OPEN_NS : (guint64)end_ns, .object = object, .begin_ns = begin_ns + ORIGIN_NS,
        .partner = partner, .site = script_site(script, emitter, operation, begin_ns), .result = result);
}

void script_object(Script *script, guint32 emitter, enum hd_object_kind kind, guint64 object, gint64 value, gint64 at_ns) {
  EVENT(OBJECT_BEGIN, object_begin, emitter, at_ns, .object = object, .kind = kind, .value = value,
        .site = script_site(script, emitter, HD_OPERATION_OBJECT_INIT, at_ns));
}

void script_object_end(Script *script, guint32 emitter, guint64 object, gint64 at_ns) {
  EVENT(OBJECT_END, object_end, emitter, at_ns, .object = object);
}

void script_shared(Script *script, guint32 emitter, enum hd_object_kind kind, guint64 object, guint64 inode, guint64 offset) {
  EVENT(SHARED_OBJECT, shared_object, emitter, 1, .object = object, .kind = kind, .device = 1, .inode = inode, .offset = offset);
}

void script_task_in(Script *script, guint32 emitter, guint32 number, guint64 context, guint64 context_from, gint64 at_ns) {
  EVENT(TASK_CREATE, task_create, emitter, at_ns, .task = TASK(number), .context = context, .context_from = context_from,
        .site = script_site(script, emitter, HD_OPERATION_TASK_CREATE, at_ns), .name = "");
}

void script_task(Script *script, guint32 emitter, guint32 number, guint64 loop, gint64 at_ns, const char *name) {
  EVENT(TASK_CREATE, task_create, emitter, at_ns, .task = TASK(number), .loop = loop,
        .site = script_site(script, emitter, HD_OPERATION_TASK_CREATE, at_ns),
        .routine = script_site(script, emitter, HD_OPERATION_TASK_ROUTINE, at_ns), .name = name);
}

void script_instant(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, guint32 value, gint64 at_ns) {
  script_batch(script, emitter, operation, object, at_ns - (gint64)value, at_ns);
}

void script_step(Script *script, guint32 emitter, guint32 task, gint64 begin_ns, gint64 end_ns, enum hd_operation operation, guint64 object,
                 gint64 value) {
  script_instant(script, emitter, HD_OPERATION_TASK_STEP, TASK(task), 0, begin_ns);
  if (end_ns != NEVER) script_instant(script, emitter, operation, object, (guint32)value, end_ns);
}

HdLog *script_log(Script *script, gint64 end_ns) {
  HdLog *log = hd_log_writer_end(script->writer);
  log->info->started_ns = ORIGIN_NS;
  log->info->ended_ns = ORIGIN_NS + end_ns;
  g_hash_table_unref(script->sequences);
  g_free(script);
  return log;
}

HdModel *script_model(Script *script, gint64 end_ns) {
  g_autoptr(GError) error = NULL;
  HdModel *model = hd_model_new(script_log(script, end_ns), NULL, NULL, &error);
  g_assert_no_error(error);
  check_model(model);
  return model;
}

Script *script_threads(guint count) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  for (guint32 i = 2; i <= count; i++) script_thread(script, 1, i, 1, i);
  return script;
}
