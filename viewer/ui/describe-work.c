/* Jobs and items in words with links. */
#include "describe.h"
#include "names.h"

static void append_beside(GString *markup, const HdModel *model, guint32 actor, guint32 beside) {
  g_autofree char *name =
      actor < model->actor_count ? hd_actor_label_beside(model, actor, beside == HD_NONE ? actor : beside) : g_strdup("somebody not seen");
  hd_link_append(markup, HD_LINK_TO_ACTOR, actor < model->actor_count ? actor : HD_NONE, name);
}

static void append_duration(GString *markup, const char *before, gint64 duration_ns, const char *after) {
  g_autofree char *duration = hd_format_duration(duration_ns);
  g_string_append_printf(markup, "%s<b>%s</b>%s", before, duration, after);
}

char *hd_describe_job_title(const HdModel *model, guint32 index) {
  const HdJob *job = &model->jobs[index];
  g_autofree char *label = hd_job_label(model, index), *executor = hd_object_label(model, job->executor);
  g_autofree char *queued = hd_format_duration((job->begun ? job->begin_ns : job->end_ns) - job->submit_ns),
                  *ran = hd_format_duration(job->end_ns - job->begin_ns);
  if (!job->begun)
    return g_strdup_printf("%s was queued %s in %s and %s", label, queued, executor, job->ended ? "cancelled" : "never begun");
  if (job->submitter == HD_NONE) return g_strdup_printf("%s ran %s in %s", label, ran, executor);
  return g_strdup_printf("%s was queued %s and ran %s in %s%s", label, queued, ran, executor,
                         !job->ended                             ? ", to the end"
                         : job->result == HD_FUTURE_RESULT_ERROR ? ", and failed"
                                                                 : "");
}

char *hd_describe_job_markup(const HdModel *model, guint32 index) {
  const HdJob *job = &model->jobs[index];
  GString *markup = g_string_new("submitted by ");
  append_beside(markup, model, job->submitter, job->worker);
  if (job->begun) {
    g_string_append(markup, ", run by ");
    append_beside(markup, model, job->worker, job->submitter);
  }
  const HdObject *future = job->future < model->object_count ? &model->objects[job->future] : NULL;
  const guint shown_max = 4;
  for (guint32 i = 0; future && i < MIN(future->wait_count, shown_max); i++) {
    guint32 wait = model->object_waits[future->wait_first + i];
    g_string_append(markup, i ? ", " : "; ");
    append_beside(markup, model, model->waits[wait].actor, job->worker);
    append_duration(markup, " ", model->waits[wait].end_ns - model->waits[wait].begin_ns, " ");
    hd_link_append(markup, HD_LINK_TO_WAIT, wait, "waited for its result");
  }
  if (future && future->wait_count > shown_max) g_string_append_printf(markup, " and %u more", future->wait_count - shown_max);
  return g_string_free(markup, FALSE);
}

char *hd_describe_item_title(const HdModel *model, guint32 index) {
  const HdItem *item = &model->items[index];
  gboolean message = model->objects[item->object].kind == HD_KIND_PIPE;
  g_autofree char *object = hd_object_label(model, item->object), *latency = hd_format_duration(item->get_ns - item->put_ns);
  const char *what = message ? "Message" : "Item";
  if (item->get_actor == HD_NONE) return g_strdup_printf("%s %u of %s: nobody got it", what, item->number, object);
  if (item->put_actor == HD_NONE) return g_strdup_printf("%s %u of %s: its put was not seen", what, item->number, object);
  return g_strdup_printf("%s %u was %s in %s", what, item->number, latency, object);
}

char *hd_describe_item_markup(const HdModel *model, guint32 index) {
  const HdItem *item = &model->items[index];
  GString *markup = g_string_new(NULL);
  if (item->put_actor != HD_NONE) {
    g_string_append(markup, "put by ");
    append_beside(markup, model, item->put_actor, item->get_actor);
  }
  if (item->get_actor != HD_NONE) {
    g_string_append(markup, markup->len ? ", got by " : "got by ");
    append_beside(markup, model, item->get_actor, item->put_actor);
  }
  g_string_append(markup, " through ");
  hd_link_append_object(markup, model, item->object);
  return g_string_free(markup, FALSE);
}

char *hd_describe_queue_markup(const HdSource *source, guint32 object) {
  HdQueueStats stats = hd_queue_stats(source, object);
  GString *markup = g_string_new(hd_object_kind_names[source->model->objects[object].kind]);
  g_string_append_printf(markup, "; %u item%s, %d at a time at most", stats.item_count, stats.item_count == 1 ? "" : "s", stats.deepest);
  append_duration(markup, "; in it ", stats.latency_mean_ns, " on the average");
  append_duration(markup, ", ", stats.latency_max_ns, " at most");
  if (stats.producers_ns) append_duration(markup, "; producers waited ", stats.producers_ns, "");
  if (stats.consumers_ns) append_duration(markup, "; consumers waited ", stats.consumers_ns, "");
  if (stats.left_count) g_string_append_printf(markup, "; %u were never got", stats.left_count);
  return g_string_free(markup, FALSE);
}

char *hd_describe_executor_markup(const HdSource *source, guint32 index) {
  const HdModel *model = source->model;
  const HdObject *object = &model->objects[index];
  gint64 queued_ns = 0, queued_max_ns = 0, ran_ns = 0;
  guint32 begun_count = 0, failed_count = 0, cancelled_count = 0;
  for (guint32 i = object->job_first; i < object->job_first + object->job_count; i++) {
    const HdJob *job = &model->jobs[i];
    failed_count += job->ended && job->begun && job->result == HD_FUTURE_RESULT_ERROR;
    cancelled_count += job->ended && !job->begun;
    if (!job->begun) continue;
    begun_count++;
    queued_ns += job->begin_ns - job->submit_ns;
    queued_max_ns = MAX(queued_max_ns, job->begin_ns - job->submit_ns);
    ran_ns += job->end_ns - job->begin_ns;
  }
  GString *markup = g_string_new(hd_object_kind_names[object->kind]);
  g_string_append_printf(markup, "; %u job%s", object->job_count, object->job_count == 1 ? "" : "s");
  if (begun_count) {
    append_duration(markup, "; queued ", queued_ns / begun_count, " on the average");
    append_duration(markup, ", ", queued_max_ns, " at most");
    append_duration(markup, "; ran ", ran_ns / begun_count, " on the average");
  }
  if (failed_count) g_string_append_printf(markup, "; %u failed", failed_count);
  if (cancelled_count) g_string_append_printf(markup, "; %u cancelled", cancelled_count);
  return g_string_free(markup, FALSE);
}

char *hd_describe_shared_markup(const HdSource *source, guint32 index) {
  const HdModel *model = source->model;
  const HdObject *object = &model->objects[index];
  guint32 read_count = 0, write_count = 0, lost_count = 0;
  for (guint32 i = object->mark_first; i < object->mark_first + object->mark_count; i++) {
    const HdMark *mark = &model->marks[i];
    enum hd_operation operation = mark->site < model->site_count ? model->sites[mark->site].operation : HD_OPERATION_NONE;
    read_count += operation == HD_OPERATION_SHARED_READ;
    write_count += operation == HD_OPERATION_SHARED_WRITE || operation == HD_OPERATION_SHARED_UPDATE;
    lost_count += hd_lod_is_lost(source->lod, i);
  }
  GString *markup = g_string_new("shared variable");
  g_string_append_printf(markup, "; read %u time%s, written %u time%s", read_count, read_count == 1 ? "" : "s", write_count,
                         write_count == 1 ? "" : "s");
  if (lost_count) g_string_append_printf(markup, "; <b>%u write%s lost</b>", lost_count, lost_count == 1 ? "" : "s");
  for (guint line = 0; line < hd_lod_access_lines(source->lod, index); line++) {
    g_string_append(markup, line ? ", " : "; by ");
    hd_link_append_actor(markup, model, hd_lod_access_actor(source->lod, index, line));
  }
  return g_string_free(markup, FALSE);
}
