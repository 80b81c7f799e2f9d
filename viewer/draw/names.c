#include "names.h"
#include <signal.h>
#include <string.h>

char *hd_object_label(const HdModel *model, guint32 index) {
  if (index >= model->object_count) return g_strdup("unknown");
  const HdObject *object = &model->objects[index];
  return hd_display_name(object->name && *object->name ? object->name : hd_object_kind_names[object->kind], HD_NAME_CHARS);
}

char *hd_site_label(const HdModel *model, guint32 index) {
  if (index >= model->site_count) return NULL;
  g_autofree char *text = hd_model_site_text(model, index);
  return hd_display_name(text, HD_NAME_CHARS);
}

char *hd_site_place(const HdModel *model, guint32 index) {
  if (index >= model->site_count || !model->sites[index].file) return NULL;
  const char *file = strrchr(model->sites[index].file, '/');
  g_autofree char *plain = g_strdup_printf("%s:%u", file ? file + 1 : model->sites[index].file, model->sites[index].line);
  return hd_display_name(plain, HD_NAME_CHARS);
}

char *hd_process_label(const HdModel *model, guint32 process) {
  const HdActor *actor = &model->actors[process];
  g_autofree char *name = hd_display_name(actor->name ? actor->name : "process", HD_NAME_CHARS);
  for (guint32 i = 0; i < model->actor_count && actor->process_id; i++)
    if (i != process && model->actors[i].kind == HD_ACTOR_PROCESS && g_strcmp0(model->actors[i].name, actor->name) == 0)
      return g_strdup_printf("%s (%u)", name, actor->process_id);
  return g_steal_pointer(&name);
}

static guint32 process_of(const HdModel *model, guint32 actor) {
  return actor < model->actor_count && model->actors[actor].kind == HD_ACTOR_PROCESS ? actor
         : actor < model->actor_count                                                ? model->actors[actor].parent
                                                                                     : HD_NONE;
}

/* Somebody in another process is called the same. */
static gboolean is_ambiguous(const HdModel *model, guint32 actor) {
  const HdActor *entry = &model->actors[actor];
  for (guint32 i = 0; i < model->actor_count && model->process_count > 1; i++) {
    const HdActor *other = &model->actors[i];
    if (other->kind == entry->kind && other->parent != entry->parent && other->ordinal == entry->ordinal &&
        g_strcmp0(other->name, entry->name) == 0)
      return TRUE;
  }
  return FALSE;
}

char *hd_actor_label_beside(const HdModel *model, guint32 actor, guint32 beside) {
  guint32 process = process_of(model, actor);
  if (process >= model->actor_count || process == actor) return hd_model_actor_label(model, actor);
  if (beside == HD_NONE ? !is_ambiguous(model, actor) : process == process_of(model, beside)) return hd_model_actor_label(model, actor);
  g_autofree char *where = hd_process_label(model, process);
  if (process + 1 == actor) return g_steal_pointer(&where); /* its main thread */
  g_autofree char *name = hd_model_actor_label(model, actor);
  return g_strdup_printf("%s of %s", name, where);
}

char *hd_job_label(const HdModel *model, guint32 index) {
  const HdJob *job = &model->jobs[index];
  const HdObject *future = job->future < model->object_count ? &model->objects[job->future] : NULL;
  if (future && future->named && future->name && *future->name) return hd_display_name(future->name, HD_NAME_CHARS);
  const char *routine = job->routine_site < model->site_count ? model->sites[job->routine_site].function : NULL;
  if (routine) { /* "count_primes #3" */
    const char *number = future && future->name && g_str_has_prefix(future->name, "future #") ? future->name + strlen("future ") : "";
    g_autofree char *called = g_strdup_printf("%s %.*s", routine, (int)strcspn(number, " "), number);
    return hd_display_name(g_strchomp(called), HD_NAME_CHARS);
  }
  if (future && future->name && g_str_has_prefix(future->name, "future #")) { /* "future #3 of main (pool.c:41)" */
    g_autofree char *made_up = g_strdup_printf("job %s", future->name + strlen("future "));
    return hd_display_name(made_up, HD_NAME_CHARS);
  }
  g_autofree char *site = hd_site_label(model, job->routine_site == HD_NONE ? job->submit_site : job->routine_site);
  return site ? g_strdup_printf("job %u of %s", job->number, site) : g_strdup_printf("job %u", job->number);
}

char *hd_job_words(const HdModel *model, guint32 index) {
  const HdJob *job = &model->jobs[index];
  g_autofree char *label = hd_job_label(model, index), *queued = hd_format_duration(job->begin_ns - job->submit_ns);
  const char *result = job->ended && job->result == HD_FUTURE_RESULT_ERROR ? " · failed" : "";
  g_autofree char *short_label = g_strdup(label); /* a made-up one without where it was submitted */
  char *of = g_str_has_prefix(label, "job ") ? strstr(short_label, " of ") : NULL;
  if (of) *of = 0;
  if (job->submitter == HD_NONE) return g_strdup_printf("%s%s|%s%s|%s", label, result, short_label, result, short_label);
  return g_strdup_printf("%s%s · queued %s|%s%s · queued %s|%s%s|%s", label, result, queued, short_label, result, queued, short_label,
                         result, short_label);
}

char *hd_exit_words(int exit) {
  if (exit >= 0) return g_strdup_printf("exit %d", exit);
  const char *name = sigabbrev_np(-exit);
  return name ? g_strdup_printf("killed by SIG%s", name) : g_strdup_printf("killed by signal %d", -exit);
}
