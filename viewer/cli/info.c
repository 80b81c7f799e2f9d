/* heddle info: what a recording holds, and what it does not. */
#include "open.h"
#include <stdio.h>

int main(int argument_count, char **arguments) {
  g_autofree char *path = hd_cli_arguments(&argument_count, &arguments, NULL, "Counts, duration, losses, what was observed.");
  HdOpened opened = hd_cli_open_unjudged(path);
  const HdModel *model = opened.model;
  const HdLogInfo *info = model->info;
  guint threads = 0, tasks = 0;
  for (guint i = 0; i < model->actor_count; i++) {
    threads += model->actors[i].kind == HD_ACTOR_THREAD;
    tasks += model->actors[i].kind == HD_ACTOR_TASK;
  }
  g_autofree char *command = info->arguments ? g_strjoinv(" ", info->arguments) : g_strdup(info->program ? info->program : "?");
  g_autofree char *shown = hd_display_name(command, 400);
  g_autofree char *duration = hd_format_duration(model->duration_ns);
  g_autoptr(GDateTime) start = info->started_realtime_ns ? g_date_time_new_from_unix_local(info->started_realtime_ns / 1000000000) : NULL;
  g_autofree char *started = start ? g_date_time_format(start, "%F %T %Z") : g_strdup("unknown");
  printf("program      %s\n", shown);
  printf("started      %s%s%s\n", started, info->host ? " on " : "", info->host ? info->host : "");
  printf("duration     %s%s\n", duration, info->in_progress ? ", still being recorded" : "");
  if (info->seed) {
    g_autofree char *seed = hd_display_name(info->seed, 40);
    printf("seed         %s\n", seed);
  }
  if (info->exit_known) printf("exit         %s%d\n", info->exit < 0 ? "signal " : "", ABS(info->exit));
  printf("processes    %u\nthreads      %u\n", model->process_count, threads);
  if (tasks) printf("tasks        %u\nsteps        %u\n", tasks, model->step_count);
  printf("objects      %u\n", model->object_count);
  printf("events       %" G_GUINT64_FORMAT "\nlost         %" G_GUINT64_FORMAT "\n", info->event_count, info->lost_count);
  printf("waits        %u\nholds        %u\n", model->wait_count, model->hold_count);
  if (model->item_count) printf("items        %u\n", model->item_count);
  if (model->job_count) printf("jobs         %u\n", model->job_count);
  printf("CPU          %s%s%s\n", info->schedule_observed ? "observed" : "not observed", info->schedule_reason ? ": " : "",
         info->schedule_reason ? info->schedule_reason : "");
  printf("complete     %s\n", model->complete ? "yes" : "no");
  g_auto(GStrv) caveats = hd_cli_caveats(model);
  for (char **caveat = caveats; *caveat; caveat++) printf("note         %s\n", *caveat);
  hd_cli_close(&opened);
  return HD_EXIT_FINE;
}
