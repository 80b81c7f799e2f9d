#include "hover-private.h"
#include "names.h"
#include "ruler.h"

enum { WAITERS_SAID_MAX = 4, WAITS_LOOKED_AT = 100000 };

/* Both stamps of the put or get lie within its wait. */
guint32 hd_item_of_wait(const HdSource *source, guint32 index) {
  const HdWait *wait = &source->model->waits[index];
  guint32 count;
  if ((wait->state != HD_STATE_WAIT_QUEUE && wait->state != HD_STATE_WAIT_PIPE) || wait->open || wait->actor >= source->model->actor_count)
    return HD_NONE;
  const guint32 *items = hd_lod_items(source->lod, wait->actor, &count);
  guint32 found = HD_NONE;
  for (guint32 i = hd_lod_item_from(source->lod, wait->actor, wait->begin_ns); i < count; i++) {
    if (hd_lod_item_ns(source->lod, items[i]) > wait->end_ns) break;
    if (source->model->items[items[i] & ~HD_LOD_GOT].object == wait->object) found = items[i] & ~HD_LOD_GOT;
  }
  return found;
}

void hd_say_item(const HdSource *source, GString *text, guint32 index) {
  const HdModel *model = source->model;
  const HdItem *item = &model->items[index];
  gboolean message = model->objects[item->object].kind == HD_KIND_PIPE;
  g_autofree char *object = hd_object_label(model, item->object), *latency = hd_format_duration(item->get_ns - item->put_ns);
  g_string_append_printf(text, "%s %u of %s", message ? "message" : "item", item->number, object);
  if (item->get_actor == HD_NONE)
    g_string_append(text, "\nnobody got it");
  else if (item->put_actor != HD_NONE)
    g_string_append_printf(text, "\n%s from put to get", latency);
  if (item->put_actor != HD_NONE) {
    g_autofree char *putter = hd_actor_label_beside(model, item->put_actor, item->get_actor == HD_NONE ? item->put_actor : item->get_actor);
    g_string_append_printf(text, "\n%s by %s", message ? "sent" : "put", putter);
    hd_say_site(source, text, "in", item->put_site);
  }
  if (item->get_actor == HD_NONE) return;
  g_autofree char *getter = hd_actor_label_beside(model, item->get_actor, item->put_actor == HD_NONE ? item->get_actor : item->put_actor);
  g_string_append_printf(text, "\n%s by %s", message ? "received" : "got", getter);
  hd_say_site(source, text, "in", item->get_site);
}

/* The first who waited for a job's result. */
static void say_result_waiters(const HdSource *source, GString *text, const HdJob *job) {
  const HdModel *model = source->model;
  const HdObject *future = job->future < model->object_count ? &model->objects[job->future] : NULL;
  for (guint32 i = 0; future && i < MIN(future->wait_count, WAITERS_SAID_MAX); i++) {
    const HdWait *wait = &model->waits[model->object_waits[future->wait_first + i]];
    g_autofree char *waiter = hd_actor_label_beside(model, wait->actor, job->submitter == HD_NONE ? wait->actor : job->submitter);
    g_autofree char *lasting = hd_format_duration(wait->end_ns - wait->begin_ns);
    g_string_append_printf(text, "\n%s waited %s for the result", waiter, lasting);
    hd_say_site(source, text, "in", wait->site);
  }
}

void hd_say_job(const HdSource *source, GString *text, guint32 index) {
  const HdModel *model = source->model;
  const HdJob *job = &model->jobs[index];
  g_autofree char *label = hd_job_label(model, index), *executor = hd_object_label(model, job->executor);
  g_autofree char *queued = hd_format_duration((job->begun ? job->begin_ns : job->end_ns) - job->submit_ns);
  g_autofree char *ran = hd_format_duration(job->end_ns - job->begin_ns);
  g_string_append_printf(text, "%s of %s", label, executor);
  if (job->submitter != HD_NONE) g_string_append_printf(text, "\nqueued %s", queued);
  if (job->begun) {
    g_autofree char *worker = hd_actor_label_beside(model, job->worker, job->submitter == HD_NONE ? job->worker : job->submitter);
    g_string_append_printf(text, "\n%s %s by %s", job->ended ? "run" : "running to the end,", ran, worker);
  } else
    g_string_append(text, job->ended ? "\ncancelled before it began" : "\nnever begun");
  if (job->ended && job->result == HD_FUTURE_RESULT_ERROR) g_string_append(text, "\nit failed");
  if (job->submitter != HD_NONE) {
    g_autofree char *submitter = hd_actor_label_beside(model, job->submitter, job->begun ? job->worker : job->submitter);
    g_string_append_printf(text, "\nsubmitted by %s", submitter);
    hd_say_site(source, text, "in", job->submit_site);
  }
  say_result_waiters(source, text, job);
}

void hd_say_process(const HdSource *source, GString *text, guint32 actor) {
  const HdModel *model = source->model;
  guint32 process = model->actors[actor].kind == HD_ACTOR_PROCESS ? actor : model->actors[actor].parent;
  if (process >= model->actor_count) return;
  const HdActor *entry = &model->actors[process];
  g_autofree char *label = hd_process_label(model, process), *life = hd_format_duration(entry->end_ns - entry->start_ns);
  g_string_append_printf(text, "%s, process %u\nlived %s", label, entry->process_id, life);
  if (entry->exit_known) {
    g_autofree char *exit = hd_exit_words(entry->exit);
    g_string_append_printf(text, "\n%s", exit);
  }
  if (entry->creator < model->actor_count) {
    g_autofree char *parent = hd_actor_label_beside(model, entry->creator, process);
    g_string_append_printf(text, "\nstarted by %s", parent);
  }
  if (entry->daemon) g_string_append(text, "\na daemon: it ends with its parent");
  if (entry->emitter == 0) g_string_append(text, "\nit recorded nothing itself: only its parent saw it");
}

/* What those who wait for a queue want: of the first waits only. */
static void say_intentions(const HdSource *source, GString *text, const HdHit *hit) {
  const HdModel *model = source->model;
  const HdObject *object = &model->objects[hit->object];
  guint put_count = 0, get_count = 0, join_count = 0;
  gboolean pipe = object->kind == HD_KIND_PIPE;
  for (guint32 i = 0; i < MIN(object->wait_count, WAITS_LOOKED_AT); i++) {
    const HdWait *wait = &model->waits[model->object_waits[object->wait_first + i]];
    if (wait->begin_ns > hit->at_ns) break;
    if (wait->end_ns <= hit->at_ns) continue;
    guint role = hd_operations[wait->site < model->site_count ? model->sites[wait->site].operation : HD_OPERATION_NONE].role;
    put_count += role == HD_ROLE_ENABLE;
    get_count += role == HD_ROLE_TAKE;
    join_count += role == HD_ROLE_WAIT;
  }
  if (put_count) g_string_append_printf(text, "\n%u to %s", put_count, pipe ? "send" : "put something in");
  if (get_count) g_string_append_printf(text, "\n%u to %s", get_count, pipe ? "receive" : "get something");
  if (join_count) g_string_append_printf(text, "\n%u until %s", join_count, pipe ? "there is a message" : "all is done");
}

void hd_say_waiters(const HdSource *source, GString *text, const HdHit *hit) {
  enum hd_object_kind kind = source->model->objects[hit->object].kind;
  g_autofree char *object = hd_object_label(source->model, hit->object);
  if (kind == HD_KIND_LOOP)
    g_string_append_printf(text, "%s: %d ready to run", object, hit->box.value);
  else
    g_string_append_printf(text, "%s: %d waiting", object, hit->box.value);
  if (kind == HD_KIND_QUEUE || kind == HD_KIND_PIPE) say_intentions(source, text, hit);
}

static void say_items(const HdSource *source, GString *text, const HdHit *hit) {
  const HdModel *model = source->model;
  const HdObject *object = &model->objects[hit->object];
  g_autofree char *label = hd_object_label(model, hit->object);
  if (object->kind == HD_KIND_EVENT) {
    g_string_append_printf(text, "%s: %s", label, hit->box.value ? "set" : "not set");
    return;
  }
  gboolean jobs = object->job_count > 0, bounded = object->initial_value > 0 && !jobs;
  g_string_append_printf(text, "%s: %d %s%s", label, hit->box.value,
                         jobs                           ? "queued job"
                         : object->kind == HD_KIND_PIPE ? "message"
                                                        : "item",
                         hit->box.value == 1 ? "" : "s");
  if (bounded)
    g_string_append_printf(text, " of %" G_GINT64_FORMAT "%s", object->initial_value,
                           hit->box.value >= object->initial_value ? ", full" : "");
  if (jobs) {
    HdSteps running = hd_lod_level(source->lod, hit->object, HD_LEVEL_RUNNING);
    guint32 step = hd_steps_at(&running, hit->at_ns);
    g_string_append_printf(text, "\n%d running", step == HD_NONE ? 0 : running.value[step]);
  }
}

static void say_access(const HdSource *source, GString *text, const HdHit *hit) {
  const HdModel *model = source->model;
  g_autofree char *label = hd_object_label(model, hit->object);
  if (hit->box.index == HD_NONE) {
    g_string_append_printf(text, "%s: %d accesses%s", label, hit->box.value, hit->box.cited ? ", lost writes among them" : "");
    return;
  }
  const HdMark *mark = &model->marks[hit->box.index];
  enum hd_operation operation = mark->site < model->site_count ? model->sites[mark->site].operation : HD_OPERATION_NONE;
  g_autofree char *actor = hd_actor_label_beside(model, mark->actor, HD_NONE);
  if (operation == HD_OPERATION_LOCAL_SET) {
    g_string_append_printf(text, "%s sets its %s to %" G_GINT64_FORMAT " (0x%" G_GINT64_MODIFIER "x)", actor, label, mark->value,
                           mark->value);
    hd_say_site(source, text, "in", mark->site);
    return;
  }
  g_string_append_printf(text, "%s %s %s, version %" G_GINT64_FORMAT, actor,
                         operation == HD_OPERATION_SHARED_READ    ? "reads"
                         : operation == HD_OPERATION_SHARED_WRITE ? "writes"
                                                                  : "updates",
                         label, mark->value);
  if (hit->box.cited) g_string_append(text, "\nlost: who overwrites it had read the value before");
  hd_say_site(source, text, "in", mark->site);
}

/* "semaphore_post" → "semaphore post". */
static char *operation_words(const HdModel *model, guint32 site) {
  char *words = g_strdup(hd_operations[site < model->site_count ? model->sites[site].operation : HD_OPERATION_NONE].name);
  return g_strdelimit(words, "_", ' ');
}

/* An operation on an object, or one that was refused. */
static void say_mark(const HdSource *source, GString *text, const HdHit *hit, gboolean refused) {
  const HdModel *model = source->model;
  g_autofree char *label = hd_object_label(model, hit->object);
  if (hit->box.index == HD_NONE) {
    g_string_append_printf(text, refused ? "%s: wrongly used %d times" : "%s: %d operations", label, hit->box.value);
    return;
  }
  const HdMark *mark = &model->marks[hit->box.index];
  g_autofree char *operation = operation_words(model, mark->site), *actor = hd_actor_label_beside(model, mark->actor, HD_NONE);
  g_string_append_printf(text, "%s: %s by %s%s", label, operation, actor, refused ? " was refused" : "");
  if (refused) g_string_append_printf(text, "\n%s: %s", hd_model_error_name((gint32)mark->error), hd_model_error_text((gint32)mark->error));
  hd_say_site(source, text, "in", mark->site);
  if (!refused && hit->box.cited) g_string_append(text, "\nnobody was waiting: it is lost");
}

void hd_say_level(const HdSource *source, GString *text, const HdHit *hit) {
  const HdModel *model = source->model;
  const HdObject *object = &model->objects[hit->object];
  g_autofree char *label = hd_object_label(model, hit->object);
  switch ((HdBoxKind)hit->box.kind) {
  case HD_BOX_LEVEL:
    if (object->job_count)
      g_string_append_printf(text, "%s: %d job%s running", label, hit->box.value, hit->box.value == 1 ? "" : "s");
    else
      g_string_append_printf(text, "%s: %d permit%s %s", label, hit->box.value, hit->box.value == 1 ? "" : "s",
                             object->initial_value > 0 ? "in use" : "free");
    break;
  case HD_BOX_CHART:
    say_items(source, text, hit);
    break;
  case HD_BOX_ACCESS:
    say_access(source, text, hit);
    break;
  case HD_BOX_MARK:
    say_mark(source, text, hit, FALSE);
    break;
  case HD_BOX_MISUSE:
    say_mark(source, text, hit, TRUE);
    break;
  case HD_BOX_PHASE:
    g_string_append_printf(text, "%s: some wait at it for the others", label);
    if (hit->box.index != HD_NONE) {
      g_autofree char *last = hd_model_actor_label(model, model->waits[hit->box.index].waker);
      g_string_append_printf(text, "\n%s comes last", last);
    }
    break;
  case HD_BOX_POLL:
    g_string_append_printf(text, "%s waits for something to happen: nothing is ready", label);
    break;
  default:
    g_string_append(text, label);
  }
}
