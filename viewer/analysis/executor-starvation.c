/* An executor whose workers all wait for jobs that only they could run (deadlock.h). Two executors that wait for each other starve neither
 * itself: that is a deadlock. */
#include "finding-list.h"
#include "hang.h"
#include "sentences.h"

/* Whether a blocked thread waits for a job in the executor's queue, or for somebody who does. */
static gboolean reaches_queue(const HdJudgement *judgement, guint32 actor, guint32 executor, GHashTable *seen) {
  if (judgement->standing[actor] != HD_STANDING_BLOCKED || judgement->wait[actor] == HD_NONE) return FALSE;
  if (!g_hash_table_add(seen, GUINT_TO_POINTER(actor))) return FALSE;
  if (hd_wait_queued_in(judgement->model, judgement->wait[actor], judgement->at_ns) == executor) return TRUE;
  const GArray *owners = judgement->owners[actor];
  for (guint i = 0; owners && i < owners->len; i++)
    if (reaches_queue(judgement, g_array_index(owners, HdOwner, i).actor, executor, seen)) return TRUE;
  return FALSE;
}

GArray *hd_starved_workers(const HdJudgement *judgement, guint32 executor) {
  g_autoptr(GArray) workers = hd_executor_workers(judgement->model, executor, judgement->at_ns);
  if (workers->len == 0 || !hd_executor_is_full(judgement->model, executor, workers)) return NULL;
  guint direct_count = 0;
  for (guint i = 0; i < workers->len; i++) {
    guint32 worker = g_array_index(workers, guint32, i);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    if (!reaches_queue(judgement, worker, executor, seen)) return NULL;
    direct_count += hd_wait_queued_in(judgement->model, judgement->wait[worker], judgement->at_ns) == executor;
  }
  return direct_count ? g_steal_pointer(&workers) : NULL;
}

static gboolean all_direct(const HdModel *model, const HdHang *hang) {
  for (guint i = 0; i < hang->waits->len; i++)
    if (hd_wait_queued_in(model, g_array_index(hang->waits, guint32, i), hang->moment_ns) != hang->executor) return FALSE;
  return TRUE;
}

/* The first job that lies in the queue and is waited for; NULL when only any of several is. */
static const HdJob *awaited_job(const HdModel *model, const HdHang *hang) {
  for (guint i = 0; i < hang->waits->len; i++) {
    const HdWait *wait = &model->waits[g_array_index(hang->waits, guint32, i)];
    guint32 job = wait->state == HD_STATE_WAIT_FUTURE && wait->object < model->object_count ? model->objects[wait->object].job : HD_NONE;
    if (job < model->job_count && hd_wait_queued_in(model, g_array_index(hang->waits, guint32, i), hang->moment_ns) == hang->executor)
      return &model->jobs[job];
  }
  return NULL;
}

void hd_tell_executor_starvation(const HdModel *model, const HdHang *hang, const GArray *among, const char *rest, HdFinding *finding) {
  const HdJob *job = awaited_job(model, hang);
  guint count = hang->waits->len;
  g_autofree char *executor = hd_text_object(model, hang->executor), *names = hd_text_actors(model, hang->actors, among);
  g_autofree char *site = job ? hd_text_in_site(model, job->submit_site) : g_strdup("");
  g_autofree char *number = hd_text_number(count);
  g_autofree char *who = count == 1   ? g_strdup_printf("The only worker of %s, %s, waits", executor, names)
                         : count == 2 ? g_strdup_printf("Both workers of %s (%s) wait", executor, names)
                                      : g_strdup_printf("All %s workers of %s (%s) wait", number, executor, names);
  g_autofree char *submitted = *site ? g_strdup_printf(", submitted%s", site) : g_strdup("");
  finding->summary = g_strdup_printf("%s%s for the results of jobs that are still queued in %s itself%s; no worker is left to run them%s.",
                                     who, all_direct(model, hang) ? "" : ", directly or for each other,", executor, submitted, rest);
  finding->advice =
      g_strdup("Do not wait in a job for another job of the same executor: hand such jobs to a second executor, or return the "
               "future and wait for it outside.");
  hd_finding_add_object(finding, hang->executor);
}
