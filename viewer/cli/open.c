#include "open.h"
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What --wrapper gave; of the process, as its arguments are. */
static GRegex *wrapper;

static void parse_wrappers(char **patterns) {
  if (!patterns) return;
  g_autofree char *all = g_strjoinv("|", patterns);
  g_autoptr(GError) error = NULL;
  for (char **pattern = patterns; *pattern && !error; pattern++) {
    g_autoptr(GRegex) alone = g_regex_new(*pattern, 0, 0, &error);
    if (error) fprintf(stderr, "heddle: --wrapper '%s': %s\n", *pattern, error->message);
  }
  if (!error && !(wrapper = g_regex_new(all, G_REGEX_OPTIMIZE, 0, &error))) fprintf(stderr, "heddle: --wrapper: %s\n", error->message);
  if (error) exit(HD_EXIT_USAGE);
}

char *hd_cli_arguments(int *argument_count, char ***arguments, const GOptionEntry *entries, const char *description) {
  setlocale(LC_ALL, "");
  g_autoptr(GOptionContext) context = g_option_context_new("RECORDING");
  g_autoptr(GError) error = NULL;
  g_autofree char *name = g_path_get_basename((*arguments)[0]);
  const char *command = g_str_has_prefix(name, "heddle-") ? name + strlen("heddle-") : name;
  g_autofree char *spoken = g_strdup_printf("heddle %s", command);
  g_set_prgname(spoken);
  g_option_context_set_summary(context, description);
  g_auto(GStrv) wrappers = NULL;
  const GOptionEntry common[] = {{"wrapper", 0, 0, G_OPTION_ARG_STRING_ARRAY, &wrappers,
                                  "Functions whose name matches only wrap a lock: show their callers (may be repeated)", "REGEX"},
                                 {NULL}};
  g_option_context_add_main_entries(context, common, NULL);
  if (entries) g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, argument_count, arguments, &error)) {
    fprintf(stderr, "heddle: %s\n", error->message);
    exit(HD_EXIT_USAGE);
  }
  if (*argument_count != 2) {
    fprintf(stderr, "heddle: '%s' takes one recording, not %d; see '%s --help'\n", command, *argument_count - 1, spoken);
    exit(HD_EXIT_USAGE);
  }
  parse_wrappers(wrappers);
  return g_strdup((*arguments)[1]);
}

typedef struct {
  gint64 began_us;
  gboolean shown;
} Progress;

static gboolean show_progress(double fraction, const char *what, gpointer user_data) {
  Progress *progress = user_data;
  if (!isatty(STDERR_FILENO) || g_get_monotonic_time() - progress->began_us < G_USEC_PER_SEC) return TRUE;
  fprintf(stderr, "\r\033[K%s %3.0f %%", what, fraction * 100);
  progress->shown = TRUE;
  return TRUE;
}

static HdOpened open_path(const char *path, gboolean judged) {
  HdOpened opened = {NULL, NULL};
  Progress progress = {g_get_monotonic_time(), FALSE};
  g_autoptr(GError) error = NULL;
  HdLog *log = hd_load(path, NULL, show_progress, &progress, &error);
  if (log && wrapper) log->wrapper = g_regex_ref(wrapper);
  if (log) opened.model = hd_model_new(log, show_progress, &progress, &error);
  if (opened.model && judged) opened.analysis = hd_analysis_new(opened.model, show_progress, &progress);
  if (progress.shown) fputs("\r\033[K", stderr);
  if (!opened.model || (judged && !opened.analysis)) {
    fprintf(stderr, "heddle: %s\n", error ? error->message : "cancelled");
    exit(HD_EXIT_BAD_INPUT);
  }
  return opened;
}

HdOpened hd_cli_open(const char *path) { return open_path(path, TRUE); }

HdOpened hd_cli_open_unjudged(const char *path) { return open_path(path, FALSE); }

void hd_cli_close(HdOpened *opened) {
  hd_analysis_free(opened->analysis);
  hd_model_free(opened->model);
}

static guint count_actors(const HdModel *model, HdActorKind kind) {
  guint count = 0;
  for (guint i = 0; i < model->actor_count; i++) count += model->actors[i].kind == kind;
  return count;
}

char *hd_cli_summary(const HdModel *model) {
  const HdLogInfo *info = model->info;
  g_autofree char *duration = hd_format_duration(model->duration_ns);
  GString *text = g_string_new(NULL);
  guint threads = count_actors(model, HD_ACTOR_THREAD), tasks = count_actors(model, HD_ACTOR_TASK);
  g_string_append_printf(text, "%u process%s, %u thread%s, ", model->process_count, model->process_count == 1 ? "" : "es", threads,
                         threads == 1 ? "" : "s");
  if (tasks) g_string_append_printf(text, "%u task%s, ", tasks, tasks == 1 ? "" : "s");
  g_string_append_printf(text, "%" G_GUINT64_FORMAT " events in %s; ", info->event_count, duration);
  if (info->lost_count)
    g_string_append_printf(text, "%" G_GUINT64_FORMAT " events lost", info->lost_count);
  else
    g_string_append(text, "nothing lost");
  g_string_append(text, info->schedule_observed ? "; CPU observed" : "; CPU not observed");
  if (info->exit_known && info->exit < 0)
    g_string_append_printf(text, "; ended by signal %d", -info->exit);
  else if (info->exit_known)
    g_string_append_printf(text, "; exit %d", info->exit);
  if (info->in_progress) g_string_append(text, "; still being recorded");
  return g_string_free(text, FALSE);
}

char **hd_cli_caveats(const HdModel *model) {
  const HdLogInfo *info = model->info;
  GStrvBuilder *caveats = g_strv_builder_new();
  for (guint i = 0; info->notes && i < info->notes->len; i++) g_strv_builder_add(caveats, info->notes->pdata[i]);
  if (!info->schedule_observed) {
    g_autofree char *text = g_strdup_printf("the CPU schedule was not observed%s%s", info->schedule_reason ? ": " : "",
                                            info->schedule_reason ? info->schedule_reason : "");
    g_strv_builder_add(caveats, text);
  }
  if (info->unknown_count) {
    g_autofree char *text =
        g_strdup_printf("%" G_GUINT64_FORMAT " events of a kind that this version does not know were skipped", info->unknown_count);
    g_strv_builder_add(caveats, text);
  }
  for (guint i = 0; i < model->unobserved_count; i++) g_strv_builder_add(caveats, model->unobserved[i]);
  for (guint i = 0; info->outlived && i < info->outlived->len; i++) {
    g_autofree char *text =
        g_strdup_printf("process %u was still alive when the recording ended", g_array_index(info->outlived, guint32, i));
    g_strv_builder_add(caveats, text);
  }
  char **result = g_strv_builder_end(caveats);
  g_strv_builder_unref(caveats);
  return result;
}
