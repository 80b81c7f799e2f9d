/* heddle explore: runs a program of the runtime under one seed after the other, until one makes it hang, lose an update, or crash.
 *
 * A run without recording takes milliseconds, and the runtime itself tells what is worth a closer look (explore-run.h). Such a seed is run
 * again under `heddle record`, in the same order of events, and only what that recording shows is reported. */
#include "explore-run.h"
#include "open.h"
#include <ftw.h>
#include <gio/gio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS_DEFAULT = 200, LIMIT_DEFAULT_S = 10, RECORDER_S = 60 };
/* So many recordings of runs of a kind may show nothing; then runs of that kind are no news any more. */
enum { FRUITLESS_MAX = 5 };

typedef struct {
  char **program;
  gint64 first_seed, run_count;
  guint limit_s;
  char *recording; /* where a recording goes that is kept */
  char *recorder;
} Search;

typedef struct {
  char *sentence; /* what was found, NULL: nothing */
  gboolean same;  /* recorded in the same order of events */
} Verdict;

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)status, (void)kind, (void)place;
  return remove(path);
}
static void remove_recording(const char *path) { nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS); }

static gboolean is_wanted(const HdFinding *finding) {
  static const HdFindingKind kinds[] = {HD_FINDING_DEADLOCK,    HD_FINDING_SELF_DEADLOCK,       HD_FINDING_HELD_BY_EXITED,
                                        HD_FINDING_LOST_WAKEUP, HD_FINDING_EXECUTOR_STARVATION, HD_FINDING_STUCK,
                                        HD_FINDING_LOST_UPDATE};
  if (finding->grade != HD_GRADE_OCCURRED) return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (finding->kind == kinds[i]) return TRUE;
  return FALSE;
}

/* What the recording of a run shows; NULL: nothing, or it cannot be read. */
static char *judge(const char *recording, const Run *run) {
  g_autoptr(GError) error = NULL;
  HdLog *log = hd_load(recording, NULL, NULL, NULL, &error);
  HdModel *model = log ? hd_model_new(log, NULL, NULL, &error) : NULL;
  HdAnalysis *analysis = model ? hd_analysis_new(model, NULL, NULL) : NULL;
  char *sentence = NULL;
  for (guint i = 0; analysis && i < analysis->finding_count && !sentence; i++) {
    const HdFinding *finding = &analysis->findings[i];
    if (is_wanted(finding)) sentence = g_strdup_printf("%s: %s", hd_finding_kind_names[finding->kind], finding->summary);
  }
  if (!sentence && model && run->report.hung_count) sentence = g_strdup("hang: there came a moment at which no thread could ever go on");
  if (!sentence && model && model->info->exit_known && model->info->exit < 0 && -model->info->exit != SIGINT &&
      -model->info->exit != SIGTERM && -model->info->exit != SIGKILL)
    sentence = g_strdup_printf("crash: the program was ended by signal %d (%s)", -model->info->exit, strsignal(-model->info->exit));
  hd_analysis_free(analysis);
  hd_model_free(model);
  return sentence;
}

/* Records the run of a seed, and judges it; keeps the recording only when it shows something. */
static Verdict record(const Search *search, gint64 seed, const Run *unrecorded) {
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  g_strv_builder_add_many(builder, search->recorder, "-o", search->recording, "--", NULL);
  g_strv_builder_addv(builder, (const char **)search->program);
  g_auto(GStrv) arguments = g_strv_builder_end(builder);
  guint limit_s = unrecorded->kind == RUN_LONG ? search->limit_s : search->limit_s + RECORDER_S;
  Run run = hd_run(arguments, seed, limit_s, TRUE);
  Verdict verdict = {.same = run.report.order == unrecorded->report.order};
  if (!hd_run_interrupted()) verdict.sentence = judge(search->recording, &run);
  if (!verdict.sentence) remove_recording(search->recording);
  return verdict;
}

static void show_progress(const Search *search, gint64 run) {
  if (isatty(STDERR_FILENO))
    fprintf(stderr, "\r\033[Kseed %" G_GINT64_FORMAT ", run %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, search->first_seed + run, run + 1,
            search->run_count);
}
static void hide_progress(void) {
  if (isatty(STDERR_FILENO)) fputs("\r\033[K", stderr);
}

static void tell_found(const Search *search, gint64 run, const Verdict *verdict) {
  gint64 seed = search->first_seed + run;
  g_autoptr(GString) command = g_string_new(NULL);
  for (char **argument = search->program; *argument; argument++) {
    g_autofree char *quoted = strpbrk(*argument, " \t\n\"'\\$`*?[]{}()<>|&;#~!") || !**argument ? g_shell_quote(*argument) : NULL;
    g_string_append_printf(command, " %s", quoted ? quoted : *argument);
  }
  printf("seed %" G_GINT64_FORMAT ": %s\n", seed, verdict->sentence);
  printf("found after %" G_GINT64_FORMAT " run%s; recorded in %s (heddle view %s)\n", run + 1, run ? "s" : "", search->recording,
         search->recording);
  printf("again: HEDDLE_SEED=%" G_GINT64_FORMAT " heddle record --%s\n", seed, command->str);
  if (!verdict->same)
    printf("The recorded run took another order than the one before: the seed does not decide about all that this program does.\n");
}

/* Runs one seed after the other. The exit code. */
static int search_all(const Search *search) {
  guint fruitless[RUN_KIND_COUNT] = {0}, counts[RUN_KIND_COUNT] = {0};
  for (gint64 i = 0; i < search->run_count; i++) {
    show_progress(search, i);
    Run run = hd_run(search->program, search->first_seed + i, search->limit_s, FALSE);
    if (hd_run_interrupted()) return HD_EXIT_FINE;
    const char *problem = !run.began                  ? "cannot be executed"
                          : !run.report.process_count ? "does not use Heddle's runtime, so a seed makes no difference to it"
                                                      : NULL;
    if (problem) {
      hide_progress();
      fprintf(stderr, "heddle: %s %s\n", search->program[0], problem);
      return HD_EXIT_BAD_INPUT;
    }
    counts[run.kind]++;
    if (run.kind == RUN_FINE || fruitless[run.kind] >= FRUITLESS_MAX) continue;
    Verdict verdict = record(search, search->first_seed + i, &run);
    g_autofree char *sentence = verdict.sentence;
    if (hd_run_interrupted()) return HD_EXIT_FINE;
    if (sentence) {
      hide_progress();
      tell_found(search, i, &verdict);
      return HD_EXIT_FINDINGS;
    }
    fruitless[run.kind]++;
  }
  hide_progress();
  printf("nothing found in %" G_GINT64_FORMAT " runs, seeds %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "\n", search->run_count,
         search->first_seed, search->first_seed + search->run_count - 1);
  if (counts[RUN_LONG]) printf("%u of them had not ended after %u s (--limit)\n", counts[RUN_LONG], search->limit_s);
  return HD_EXIT_FINE;
}

/* The recorder, beside this program once both are installed. */
static char *find_recorder(void) {
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname(self) : g_strdup(".");
  static const char *const places[] = {"../../tracer/heddle-record", "heddle-record"};
  for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
    g_autofree char *path = g_build_filename(folder, places[i], NULL);
    if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE)) return g_canonicalize_filename(path, NULL);
  }
  return NULL;
}

/* PROGRAM-1.heddle, or the first number that is free. */
static char *new_recording(const char *program) {
  g_autofree char *name = g_path_get_basename(program);
  for (guint number = 1;; number++) {
    char *path = g_strdup_printf("%s-%u.heddle", name, number);
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) return path;
    g_free(path);
  }
}

static G_NORETURN void refuse(const char *format, ...) G_GNUC_PRINTF(1, 2);
static void refuse(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fputs("heddle: ", stderr);
  vfprintf(stderr, format, values);
  fputs("; see 'heddle explore --help'\n", stderr);
  va_end(values);
  exit(HD_EXIT_USAGE);
}

static gint64 parse_number(const char *option, const char *text, gint64 standard, gint64 least, gint64 most) {
  gint64 number = standard;
  if (text && (!hd_seed_parse(text, &number) || number < least || number > most))
    refuse("%s '%s': wanted is a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option, text, least, most);
  return number;
}

static Search parse(int argument_count, char **arguments) {
  g_autofree char *runs = NULL, *seed = NULL, *limit = NULL, *output = NULL;
  const GOptionEntry entries[] = {
      {"runs", 'n', 0, G_OPTION_ARG_STRING, &runs, "How many seeds to try (default 200)", "N"},
      {"seed", 's', 0, G_OPTION_ARG_STRING, &seed, "The first of them (default 1)", "SEED"},
      {"limit", 0, 0, G_OPTION_ARG_STRING, &limit, "How long a run may take (default 10)", "SECONDS"},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Where the recording of what was found goes (default ./PROGRAM-N.heddle)", "DIR"},
      {NULL}};
  g_autoptr(GOptionContext) context = g_option_context_new("-- PROGRAM [ARG…]");
  g_autoptr(GError) error = NULL;
  g_set_prgname("heddle explore");
  g_option_context_set_summary(
      context, "Runs PROGRAM, which uses Heddle's runtime, in one order of events after the other, until one makes it hang,\n"
               "lose an update, or crash: then records it. PROGRAM has neither input nor output meanwhile.");
  g_option_context_set_description(context, "Exit codes: 0 nothing was found, 1 something was, 2 usage, 3 PROGRAM cannot be explored.");
  g_option_context_add_main_entries(context, entries, NULL);
  g_option_context_set_strict_posix(context, TRUE);
  if (!g_option_context_parse(context, &argument_count, &arguments, &error)) refuse("%s", error->message);
  char **program = arguments + 1;
  if (*program && strcmp(*program, "--") == 0) program++;
  if (!*program || !**program) refuse("which program?");
  Search search = {.program = program,
                   .run_count = parse_number("--runs", runs, RUNS_DEFAULT, 1, 1000000000),
                   .limit_s = (guint)parse_number("--limit", limit, LIMIT_DEFAULT_S, 1, 86400)};
  search.first_seed = parse_number("--seed", seed, 1, 0, G_MAXINT64 - search.run_count);
  if (output && g_file_test(output, G_FILE_TEST_EXISTS)) refuse("%s exists, and nothing is overwritten", output);
  search.recording = output ? g_steal_pointer(&output) : new_recording(*program);
  search.recorder = find_recorder();
  if (!search.recorder) refuse("heddle-record is not part of this installation");
  return search;
}

int main(int argument_count, char **arguments) {
  setlocale(LC_ALL, "");
  Search search = parse(argument_count, arguments);
  if (!hd_run_prepare()) return HD_EXIT_BAD_INPUT;
  int code = search_all(&search);
  hd_run_conclude();
  g_free(search.recording);
  g_free(search.recorder);
  if (!hd_run_interrupted()) return code;
  hide_progress();
  sigset_t number;
  sigemptyset(&number);
  sigaddset(&number, hd_run_interrupted());
  raise(hd_run_interrupted()); /* blocked until now: as who was not asked to look */
  sigprocmask(SIG_UNBLOCK, &number, NULL);
  return 128 + hd_run_interrupted();
}
