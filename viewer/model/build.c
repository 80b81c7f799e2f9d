/* Builds a model from a log: the stages in their order, and what owns what. */
#include "builder.h"

/* The model with what its pointers point to. */
typedef struct {
  HdModel model;
  HdLog *log;
  GStringChunk *strings;
} OwningModel;

G_DEFINE_QUARK(hd - model - error, hd_model_error)

#define DAMAGE_MARGIN_NS (10 * G_GINT64_CONSTANT(1000000000)) /* stamps further behind the recording's end are damage */

gboolean hd_builder_progress(HdBuilder *builder, double fraction, const char *what) {
  if (!builder->cancelled && builder->progress) builder->cancelled = !builder->progress(fraction, what, builder->user_data);
  return !builder->cancelled;
}

const char *hd_builder_text(HdBuilder *builder, const char *text) {
  if (!text || !*text) return NULL;
  if (g_utf8_validate(text, -1, NULL)) return g_string_chunk_insert_const(builder->strings, text);
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  return g_string_chunk_insert_const(builder->strings, valid);
}

static HdBuilder *builder_new(HdModel *model, HdLog *log, GStringChunk *strings) {
  HdBuilder *builder = g_new0(HdBuilder, 1);
  const HdLogInfo *info = log->info;
  builder->model = model;
  builder->log = log;
  builder->strings = strings;
  builder->origin_ns = info->started_ns;
  builder->limit_ns = G_MAXINT64 / 4;
  if (info->ended_ns > info->started_ns && info->ended_ns - info->started_ns < (guint64)builder->limit_ns - DAMAGE_MARGIN_NS)
    builder->limit_ns = info->ended_ns - info->started_ns + DAMAGE_MARGIN_NS;
  builder->thread_numbers = g_hash_table_new(NULL, NULL);
  builder->shared_numbers = g_hash_table_new(g_int64_hash, g_int64_equal);
  builder->image_numbers = g_hash_table_new(NULL, NULL);
  builder->large_sites = g_hash_table_new(NULL, NULL);
  builder->module_numbers = g_hash_table_new(NULL, NULL);
  builder->stack_numbers = g_hash_table_new(NULL, NULL);
  builder->reacquire_sites = g_hash_table_new(NULL, NULL);
  builder->wrapper_verdicts = g_hash_table_new(NULL, NULL);
  builder->outer_sites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  builder->unobserved_details = g_hash_table_new(g_str_hash, g_str_equal);
  builder->small_sites = g_new(guint32, 1u << HD_BATCH_SITE_BITS);
  for (guint32 i = 0; i < 1u << HD_BATCH_SITE_BITS; i++) builder->small_sites[i] = HD_NONE;
  return builder;
}

static void builder_free(HdBuilder *builder) {
  g_free(builder->lives.items);
  g_free(builder->threads.items);
  g_free(builder->boundaries.items);
  g_free(builder->object_names.items);
  g_free(builder->shared.items);
  g_free(builder->images.items);
  g_free(builder->processes.items);
  g_free(builder->mappings.items);
  g_free(builder->places.items);
  g_free(builder->place_table);
  g_free(builder->object_next.items);
  g_free(builder->object_places.items);
  g_free(builder->object_hits);
  g_free(builder->loose.items);
  g_free(builder->orphans.items);
  g_free(builder->mark_partners);
  g_free(builder->tasks.items);
  g_clear_pointer(&builder->task_numbers, g_hash_table_unref);
  g_free(builder->context_events.items);
  g_free(builder->step_taken);
  g_free(builder->readies.items);
  g_free(builder->schedule_entries.items);
  g_free(builder->small_sites);
  g_hash_table_unref(builder->thread_numbers);
  g_hash_table_unref(builder->shared_numbers);
  g_hash_table_unref(builder->image_numbers);
  g_hash_table_unref(builder->large_sites);
  g_hash_table_unref(builder->module_numbers);
  g_hash_table_unref(builder->stack_numbers);
  g_hash_table_unref(builder->reacquire_sites);
  g_clear_pointer(&builder->usual_wrappers, g_regex_unref);
  g_hash_table_unref(builder->wrapper_verdicts);
  g_hash_table_unref(builder->outer_sites);
  g_hash_table_unref(builder->unobserved_details);
  g_clear_pointer(&builder->process_ids, g_hash_table_unref);
  g_clear_pointer(&builder->thread_ids, g_hash_table_unref);
  g_clear_pointer(&builder->exits, g_hash_table_unref);
  g_free(builder);
}

/* What has been collected so far becomes the model's; also of a builder that was stopped. */
static void hand_over(HdBuilder *builder) {
  HdModel *model = builder->model;
  model->objects = builder->objects.items;
  model->object_count = builder->objects.count;
  model->waits = builder->waits.items;
  model->wait_count = builder->waits.count;
  model->holds = builder->holds.items;
  model->hold_count = builder->holds.count;
  model->marks = builder->marks.items;
  model->mark_count = builder->marks.count;
  model->items = builder->items.items;
  model->item_count = builder->items.count;
  model->jobs = builder->jobs.items;
  model->job_count = builder->jobs.count;
  model->steps = builder->steps.items;
  model->step_count = builder->steps.count;
  model->members = builder->members.items;
  model->member_count = builder->members.count;
  model->labels = builder->labels.items;
  model->label_count = builder->labels.count;
  model->links = builder->links.items;
  model->link_count = builder->links.count;
  model->sites = builder->sites.items;
  model->site_count = builder->sites.count;
  model->modules = builder->modules.items;
  model->module_count = builder->modules.count;
  model->frames = builder->frames.items;
  model->frame_count = builder->frames.count;
  model->stacks = builder->stacks.items;
  model->stack_count = builder->stacks.count;
  model->unobserved = builder->unobserved.items;
  model->unobserved_count = builder->unobserved.count;
}

/* The recording's length: to the last thing seen or the program's end, whichever is later. */
static void measure(HdBuilder *builder) {
  HdModel *model = builder->model;
  const HdLogInfo *info = model->info;
  gint64 duration_ns = info->ended_ns && info->ended_ns != HD_LOG_OPEN_NS ? hd_builder_time(builder, info->ended_ns) : 0;
  for (guint32 i = 0; i < builder->threads.count; i++) duration_ns = MAX(duration_ns, builder->threads.items[i].last_ns);
  model->duration_ns = duration_ns;
  model->judged_ns = info->interrupted_ns ? MIN(hd_builder_time(builder, info->interrupted_ns), duration_ns) : duration_ns;
  model->complete = !info->lost_count && !info->damaged && !info->in_progress && (info->exit_known || info->interrupted_ns);
}

/* While it was built an object's process was an image's index. */
static void objects_to_actors(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->objects.count; i++) {
    HdObject *object = &builder->objects.items[i];
    if (object->process != HD_NONE) object->process = builder->processes.items[builder->images.items[object->process].process].actor;
  }
  for (guint32 i = 0; i < builder->modules.count; i++) {
    const HdThread *thread = hd_thread_find(builder, builder->mappings.items[i].emitter);
    builder->modules.items[i].process = thread ? builder->model->actors[thread->actor].parent : HD_NONE;
  }
}

static void connect_waits(HdBuilder *builder) {
  hd_sort_steps(builder);
  hd_sort_marks(builder);
  hd_sort_waits(builder);
  hd_end_awaits(builder);
  hd_index_object_waits(builder);
  hd_build_members(builder);
  hd_build_items(builder);
  hd_build_jobs(builder);
  hd_find_wakers(builder);
  hd_find_transfers(builder);
  if (hd_split_condition_waits(builder)) hd_index_object_waits(builder);
  hd_find_handovers(builder);
  hd_unwrap_holds(builder);
  hd_build_links(builder);
}

static void build(HdBuilder *builder) {
  hd_scan(builder);
  if (builder->cancelled) return;
  measure(builder);
  hd_build_sites(builder);
  hd_build_processes(builder);
  hd_build_exits(builder);
  hd_build_steps(builder);
  hd_build_actors(builder);
  hd_build_places(builder);
  hd_connect_tasks(builder);
  hd_read_operations(builder);
  if (!hd_builder_progress(builder, 0.5, "Sorting holds")) return;
  hd_finish_task_objects(builder);
  hd_finish_objects(builder);
  hd_pair_loose(builder);
  hd_sort_holds(builder);
  if (hd_inherit_holds(builder)) {
    hd_finish_objects(builder);
    hd_sort_holds(builder);
  }
  hd_finish_holds(builder);
  hd_index_hold_ends(builder);
  if (!hd_builder_progress(builder, 0.8, "Connecting waits")) return;
  connect_waits(builder);
  hd_find_loop_threads(builder);
  hd_build_labels(builder);
  hd_build_unobserved(builder);
  if (!hd_builder_progress(builder, 0.9, "Cutting lives into states")) return;
  hd_build_intervals(builder);
  hand_over(builder); /* names ask the model for places */
  hd_build_names(builder);
  objects_to_actors(builder);
  hd_builder_progress(builder, 1, "Done");
}

HdModel *hd_model_new(HdLog *log, HdProgress progress, gpointer user_data, GError **error) {
  OwningModel *owning = g_new0(OwningModel, 1);
  owning->log = log;
  owning->strings = g_string_chunk_new(1 << 16);
  owning->model.info = log->info;
  HdBuilder *builder = builder_new(&owning->model, log, owning->strings);
  builder->progress = progress;
  builder->user_data = user_data;
  build(builder);
  hand_over(builder);
  gboolean cancelled = builder->cancelled;
  builder_free(builder);
  if (!cancelled) return &owning->model;
  hd_model_free(&owning->model);
  g_set_error_literal(error, HD_MODEL_ERROR, HD_MODEL_ERROR_CANCELLED, "Cancelled");
  return NULL;
}

void hd_model_free(HdModel *model) {
  if (!model) return;
  OwningModel *owning = (OwningModel *)model;
  g_free(model->actors);
  g_free(model->objects);
  g_free(model->intervals.begin_ns);
  g_free(model->intervals.state);
  g_free(model->intervals.wait);
  g_free(model->waits);
  g_free(model->object_waits);
  g_free(model->holds);
  g_free(model->actor_holds);
  g_free(model->hold_part_ends);
  g_free(model->hold_past_ends);
  g_free(model->marks);
  g_free(model->items);
  g_free(model->jobs);
  g_free(model->actor_jobs);
  g_free(model->steps);
  g_free(model->thread_steps);
  g_free(model->members);
  g_free(model->labels);
  g_free(model->links);
  g_free(model->sites);
  g_free(model->modules);
  g_free(model->frames);
  g_free(model->stacks);
  g_free(model->unobserved);
  g_string_chunk_free(owning->strings);
  hd_log_free(owning->log);
  g_free(owning);
}
