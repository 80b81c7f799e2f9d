/* What tasks, event loops and interpreter locks did. */
#include "columns.h"
#include "report-tables.h"

enum { ROW_COUNT = 12, TASK_ROW_COUNT = 16, NOTE_INDENT = 8 };
enum { ALIKE_COUNT = 8, SHORT_NS = 1000000 }; /* more tasks of one name are one row; shorter waits are not explained */

static void print_label(const char *label) {
  g_autofree char *shown = hd_display_name(label, HD_NAME_WIDTH);
  printf("  ");
  hd_print_cell(stdout, shown, HD_NAME_WIDTH);
}

static void print_note(const char *text) {
  printf("    ");
  hd_print_wrapped(stdout, 4, text, NOTE_INDENT);
}

static void print_loop(const HdModel *model, guint32 index, const int *widths) {
  HdLoopUse use = hd_loop_use(model, index);
  g_autofree char *name = hd_short_name(&model->objects[index]);
  print_label(name);
  hd_print_count(use.task_count, widths[0]);
  hd_print_count(use.step_count, widths[1]);
  hd_print_time(use.busy_ns, widths[2]);
  hd_print_time(use.polling_ns, widths[3]);
  hd_print_mean(use.lag_total_ns, use.lag_count, widths[4]);
  hd_print_time(use.lag_max_ns, widths[5]);
  printf("\n");
  if (!use.lag_max_ns) return;
  g_autofree char *who = use.lag_max_actor == HD_NONE ? g_strdup("a callback") : hd_model_actor_label(model, use.lag_max_actor);
  g_autofree char *lag = hd_format_duration(use.lag_max_ns), *text = g_strdup_printf("%s was ready for %s before it was run", who, lag);
  print_note(text);
}

void hd_report_loops(const HdModel *model) {
  static const char *const columns[] = {"tasks", "steps", "busy", "polling", "lag", "longest"};
  static const int widths[] = {8, 10, 10, 10, 10, 10};
  guint shown = 0;
  for (guint32 i = 0; i < model->object_count; i++) {
    if (model->objects[i].kind != HD_KIND_LOOP) continue;
    if (shown++ >= ROW_COUNT) continue;
    if (shown == 1) hd_print_head("Event loops", columns, widths, G_N_ELEMENTS(columns));
    print_loop(model, i, widths);
  }
  if (shown > ROW_COUNT) printf("  … and %u more\n", shown - ROW_COUNT);
}

/* A task, or all tasks of one name when there are many: what they did together, and the longest wait among them (being ready counts). */
typedef struct {
  guint32 actor;    /* whose wait it is */
  guint32 interval; /* HD_NONE: it waited for nothing */
  gint64 longest_ns;
  guint32 count;
  guint64 step_count;
  gint64 busy_ns, scheduled_ns, idle_ns, step_max_ns;
} Row;

static int compare_rows(gconstpointer a, gconstpointer b) {
  const Row *left = a, *right = b;
  if (left->longest_ns != right->longest_ns) return left->longest_ns > right->longest_ns ? -1 : 1;
  return (left->actor > right->actor) - (left->actor < right->actor);
}

static Row row_of(const HdModel *model, guint32 index) {
  const HdActor *task = &model->actors[index];
  HdTaskUse use = hd_task_use(model, index);
  Row row = {index, HD_NONE, -1, 1, use.step_count, use.busy_ns, use.scheduled_ns, use.idle_ns, use.step_max_ns};
  for (guint32 i = task->interval_first; i < task->interval_first + task->interval_count; i++) {
    gboolean waits = model->intervals.wait[i] != HD_NONE || model->intervals.state[i] == HD_STATE_READY;
    gint64 length_ns = hd_model_interval_end_ns(model, index, i) - model->intervals.begin_ns[i];
    if (!waits || length_ns <= row.longest_ns) continue;
    row.interval = i;
    row.longest_ns = length_ns;
  }
  return row;
}

static gint64 bounded_sum(gint64 a, gint64 b) { return a > G_MAXINT64 - b ? G_MAXINT64 : a + b; }

static void add_row(Row *sum, const Row *row) {
  sum->count++;
  sum->step_count += row->step_count;
  sum->busy_ns = bounded_sum(sum->busy_ns, row->busy_ns);
  sum->scheduled_ns = bounded_sum(sum->scheduled_ns, row->scheduled_ns);
  sum->idle_ns = bounded_sum(sum->idle_ns, row->idle_ns);
  sum->step_max_ns = MAX(sum->step_max_ns, row->step_max_ns);
  if (row->longest_ns <= sum->longest_ns) return;
  sum->actor = row->actor;
  sum->interval = row->interval;
  sum->longest_ns = row->longest_ns;
}

/* How many tasks of its process bear each name: "process name" -> number. */
static GHashTable *count_names(const HdModel *model) {
  GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint32 i = 0; i < model->actor_count; i++) {
    const HdActor *actor = &model->actors[i];
    if (actor->kind != HD_ACTOR_TASK || !actor->ordinal) continue;
    char *key = g_strdup_printf("%u %s", actor->parent, actor->name);
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
    g_hash_table_insert(counts, key, GUINT_TO_POINTER(count + 1));
  }
  return counts;
}

static GArray *rows_of(const HdModel *model) {
  GArray *rows = g_array_new(FALSE, FALSE, sizeof(Row));
  g_autoptr(GHashTable) counts = count_names(model);
  g_autoptr(GHashTable) together = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL); /* "process name" -> index of rows + 1 */
  for (guint32 i = 0; i < model->actor_count; i++) {
    const HdActor *actor = &model->actors[i];
    if (actor->kind != HD_ACTOR_TASK) continue;
    Row row = row_of(model, i);
    g_autofree char *key = actor->ordinal ? g_strdup_printf("%u %s", actor->parent, actor->name) : NULL;
    if (key && GPOINTER_TO_UINT(g_hash_table_lookup(counts, key)) > ALIKE_COUNT) {
      guint known = GPOINTER_TO_UINT(g_hash_table_lookup(together, key));
      if (known) {
        add_row(&g_array_index(rows, Row, known - 1), &row);
        continue;
      }
      g_hash_table_insert(together, g_steal_pointer(&key), GUINT_TO_POINTER(rows->len + 1));
    }
    g_array_append_val(rows, row);
  }
  g_array_sort(rows, compare_rows);
  return rows;
}

/* "task_await of chopper in cook (kitchen.c:31)", "ready, and not run" */
static char *longest_text(const HdModel *model, const Row *row) {
  const HdActor *task = &model->actors[row->actor];
  guint32 index = model->intervals.wait[row->interval];
  const HdWait *wait = index == HD_NONE ? NULL : &model->waits[index];
  gboolean open = row->interval + 1 == task->interval_first + task->interval_count && !task->end_seen;
  if (!wait) return g_strdup(open ? "ready to the end, and not run" : "ready, and not run");
  const char *operation = hd_operations[wait->site == HD_NONE ? HD_OPERATION_NONE : model->sites[wait->site].operation].name;
  g_autofree char *site = wait->site == HD_NONE ? NULL : hd_model_site_text(model, wait->site);
  /* A group is called by the place of its await. */
  gboolean by_place =
      wait->object == HD_NONE || (model->objects[wait->object].kind == HD_KIND_GROUP && !model->objects[wait->object].named);
  g_autofree char *object = by_place ? NULL : hd_short_name(&model->objects[wait->object]);
  return g_strdup_printf("%s%s%s%s%s%s", operation, object ? " of " : "", object ? object : "", site ? " in " : "", site ? site : "",
                         wait->open ? ", to the end" : "");
}

static void print_task(const HdModel *model, const Row *row, const int *widths) {
  g_autofree char *one = hd_model_actor_label(model, row->actor);
  g_autofree char *label =
      row->count > 1 ? g_strdup_printf("%s, %u tasks together", model->actors[row->actor].name, row->count) : g_strdup(one);
  print_label(label);
  hd_print_count(row->step_count, widths[0]);
  hd_print_time(row->busy_ns, widths[1]);
  hd_print_time(row->step_max_ns, widths[2]);
  hd_print_time(row->scheduled_ns, widths[3]);
  hd_print_time(row->idle_ns, widths[4]);
  hd_print_time(MAX(row->longest_ns, 0), widths[5]);
  printf("\n");
  if (row->interval == HD_NONE || row->longest_ns < SHORT_NS) return;
  g_autofree char *longest = longest_text(model, row);
  g_autofree char *text = g_strdup_printf("longest wait: %s%s%s", row->count > 1 ? one : "", row->count > 1 ? ", " : "", longest);
  print_note(text);
}

void hd_report_tasks(const HdModel *model) {
  static const char *const columns[] = {"steps", "busy", "long step", "ready", "awaits", "long wait"};
  static const int widths[] = {8, 10, 10, 10, 10, 10};
  g_autoptr(GArray) rows = rows_of(model);
  if (!rows->len) return;
  hd_print_head("Tasks, by their longest wait", columns, widths, G_N_ELEMENTS(columns));
  guint32 more = 0;
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index(rows, Row, i);
    if (i < TASK_ROW_COUNT)
      print_task(model, row, widths);
    else
      more += row->count;
  }
  if (more) printf("  … and %u more\n", more);
}

static void print_share(double value, const char *format, int width) {
  g_autofree char *text = g_strdup_printf(format, value);
  hd_print_cell(stdout, text, -width);
}

void hd_report_gils(const HdModel *model) {
  static const char *const columns[] = {"threads", "held", "factor", "parallel", "waited", "longest hold"};
  static const int widths[] = {8, 9, 9, 10, 10, 14};
  guint shown = 0;
  for (guint32 i = 0; i < model->object_count; i++) {
    if (model->objects[i].kind != HD_KIND_GIL) continue;
    if (shown++ >= ROW_COUNT) continue;
    if (shown == 1) hd_print_head("Interpreter locks", columns, widths, G_N_ELEMENTS(columns));
    HdGilUse use = hd_gil_use(model, i);
    g_autofree char *name = hd_short_name(&model->objects[i]);
    print_label(name);
    hd_print_count(use.thread_count, widths[0]);
    print_share(use.held_fraction * 100, "%.1f %%", widths[1]);
    print_share(use.serialization_factor, "%.2f", widths[2]);
    print_share(use.useful_parallelism, "%.2f", widths[3]);
    hd_print_time(use.waiting_ns, widths[4]);
    hd_print_time(use.hold_max_ns, widths[5]);
    g_autofree char *who = use.hold_max_actor == HD_NONE ? NULL : hd_model_actor_label(model, use.hold_max_actor);
    g_autofree char *text = g_strdup_printf(
        "taken %" G_GUINT64_FORMAT " times, handed over %" G_GUINT64_FORMAT " times by request and %" G_GUINT64_FORMAT " times freely%s%s",
        use.acquisition_count, use.forced_count, use.voluntary_count, who ? "; held longest by " : "", who ? who : "");
    printf("\n");
    print_note(text);
  }
  if (shown > ROW_COUNT) printf("  … and %u more\n", shown - ROW_COUNT);
}
