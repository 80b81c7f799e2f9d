/* What went through queues and pipes, what executors did, and what was used wrongly. */
#include "columns.h"
#include "report-tables.h"

enum { ROW_COUNT = 12, MISUSE_COUNT = 20, MISUSE_INDENT = 17 };

static void print_name(const HdObject *object) {
  g_autofree char *name = hd_short_name(object);
  printf("  ");
  hd_print_cell(stdout, name, HD_NAME_WIDTH);
}

void hd_report_queues(const HdModel *model) {
  static const char *const columns[] = {"items", "most", "latency", "longest", "put waits", "get waits"};
  static const int widths[] = {9, 8, 10, 10, 11, 11};
  guint shown = 0;
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    if (object->kind != HD_KIND_QUEUE && !object->item_count) continue;
    if (shown++ >= ROW_COUNT) continue;
    if (shown == 1) hd_print_head("Queues and pipes", columns, widths, G_N_ELEMENTS(columns));
    HdQueueUse use = hd_queue_use(model, i);
    print_name(object);
    hd_print_count(object->item_count, widths[0]);
    hd_print_count(use.depth_max, widths[1]);
    hd_print_mean(use.latency_total_ns, use.paired_count, widths[2]);
    hd_print_time(use.latency_max_ns, widths[3]);
    hd_print_time(use.put_wait_ns, widths[4]);
    hd_print_time(use.get_wait_ns, widths[5]);
    printf("\n");
    if (use.put_count != use.got_count || use.paired_count != use.put_count)
      printf("    %" G_GUINT64_FORMAT " put, %" G_GUINT64_FORMAT " got; of %" G_GUINT64_FORMAT " both were seen\n", use.put_count,
             use.got_count, use.paired_count);
  }
  if (shown > ROW_COUNT) printf("  … and %u more\n", shown - ROW_COUNT);
}

static void print_executor(const HdModel *model, guint32 index, const int *widths) {
  const HdObject *object = &model->objects[index];
  HdExecutorUse use = hd_executor_use(model, index);
  print_name(object);
  hd_print_count(use.worker_count, widths[0]);
  hd_print_count(use.job_count, widths[1]);
  hd_print_mean(use.queued_total_ns, use.job_count, widths[2]);
  hd_print_time(use.queued_max_ns, widths[3]);
  hd_print_mean(use.run_total_ns, use.begun_count, widths[4]);
  hd_print_time(use.run_max_ns, widths[5]);
  printf("\n");
  GString *rest = g_string_new(NULL);
  if (use.failed_count) g_string_append_printf(rest, ", %u failed", use.failed_count);
  if (use.cancelled_count) g_string_append_printf(rest, ", %u cancelled", use.cancelled_count);
  guint32 never_count = use.job_count - use.begun_count - use.cancelled_count, unfinished_count = use.begun_count - use.ended_count;
  if (never_count) g_string_append_printf(rest, ", %u never begun", never_count);
  if (unfinished_count) g_string_append_printf(rest, ", %u begun and not ended", unfinished_count);
  g_autofree char *idle = hd_format_duration(use.idle_ns);
  printf("    workers were idle for %s%s\n", idle, rest->str);
  g_string_free(rest, TRUE);
}

void hd_report_jobs(const HdModel *model) {
  static const char *const columns[] = {"workers", "jobs", "queued", "longest", "run", "longest"};
  static const int widths[] = {9, 8, 10, 11, 10, 11};
  guint shown = 0;
  for (guint32 i = 0; i < model->object_count; i++) {
    if (model->objects[i].kind != HD_KIND_EXECUTOR && model->objects[i].kind != HD_KIND_POOL) continue;
    if (shown++ >= ROW_COUNT) continue;
    if (shown == 1) hd_print_head("Jobs", columns, widths, G_N_ELEMENTS(columns));
    print_executor(model, i, widths);
  }
  if (shown > ROW_COUNT) printf("  … and %u more\n", shown - ROW_COUNT);
}

void hd_report_schedules(const HdModel *model) {
  static const char *const columns[] = {"entries", "begun", "cancelled", "late", "latest", "run"};
  static const int widths[] = {9, 8, 11, 10, 10, 10};
  guint shown = 0;
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    if (object->kind != HD_KIND_SCHEDULER || !object->job_count || shown++ >= ROW_COUNT) continue;
    if (shown == 1) hd_print_head("Schedules", columns, widths, G_N_ELEMENTS(columns));
    HdScheduleUse use = hd_schedule_use(model, i);
    print_name(object);
    hd_print_count(use.entry_count, widths[0]);
    hd_print_count(use.begun_count, widths[1]);
    hd_print_count(use.cancelled_count, widths[2]);
    hd_print_mean(use.late_total_ns, use.begun_count, widths[3]);
    hd_print_time(use.late_max_ns, widths[4]);
    hd_print_time(use.run_total_ns, widths[5]);
    printf("\n");
  }
  if (shown > ROW_COUNT) printf("  … and %u more\n", shown - ROW_COUNT);
}

static int compare_moments(gconstpointer a, gconstpointer b, gpointer model_pointer) {
  const HdModel *model = model_pointer;
  gint64 left = model->marks[*(const guint32 *)a].at_ns, right = model->marks[*(const guint32 *)b].at_ns;
  return (left > right) - (left < right);
}

GArray *hd_misuses_of(const HdModel *model) {
  GArray *misuses = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint32 i = 0; i < model->mark_count; i++)
    if (model->marks[i].error) g_array_append_val(misuses, i);
  g_array_sort_with_data(misuses, compare_moments, (gpointer)model);
  return misuses;
}

/* The object, or the thread, process or task, that was used. NULL: not known. */
static char *used_name(const HdModel *model, const HdMark *mark, enum hd_operation operation) {
  guint kind = hd_operations[operation].object_kind;
  if (mark->object != HD_NONE) return hd_short_name(&model->objects[mark->object]);
  gboolean is_actor = (kind == HD_KIND_THREAD || kind == HD_KIND_PROCESS) && mark->value >= 0 && mark->value < model->actor_count;
  return is_actor ? hd_model_actor_label(model, (guint32)mark->value) : NULL;
}

static void print_misuse(const HdModel *model, const HdMark *mark) {
  enum hd_operation operation = mark->site < model->site_count ? model->sites[mark->site].operation : HD_OPERATION_NONE;
  g_autofree char *at = hd_format_duration(mark->at_ns), *who = hd_model_actor_label(model, mark->actor);
  g_autofree char *site = hd_model_site_text(model, mark->site), *name = used_name(model, mark, operation);
  g_autofree char *text = g_strdup_printf("%s, %s%s%s in %s: %s, %s", who, hd_operations[operation].name, name ? " of " : "",
                                          name ? name : "", site, hd_model_error_name(mark->error), hd_model_error_text(mark->error));
  printf("    at ");
  hd_print_cell(stdout, at, -8);
  printf("  ");
  hd_print_wrapped(stdout, MISUSE_INDENT, text, MISUSE_INDENT);
}

void hd_report_misuses(const HdModel *model) {
  g_autoptr(GArray) misuses = hd_misuses_of(model);
  if (misuses->len) printf("\nUsed wrongly\n");
  for (guint i = 0; i < misuses->len && i < MISUSE_COUNT; i++) print_misuse(model, &model->marks[g_array_index(misuses, guint32, i)]);
  if (misuses->len > MISUSE_COUNT) printf("  … and %u more\n", misuses->len - MISUSE_COUNT);
}
