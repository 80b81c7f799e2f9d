#include "explore-run.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 20 }; /* for who was asked to end */

static struct hd_seed_report *report;
static char *report_path;
static sigset_t awaited, mask_at_start;
static int interrupted;

gboolean hd_run_prepare(void) {
  g_autoptr(GError) error = NULL;
  int descriptor = g_file_open_tmp("heddle-explore-XXXXXX", &report_path, &error);
  void *map = MAP_FAILED;
  if (descriptor >= 0 && ftruncate(descriptor, HD_SEED_REPORT_BYTES) == 0)
    map = mmap(NULL, HD_SEED_REPORT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (descriptor >= 0) close(descriptor);
  if (map == MAP_FAILED) {
    fprintf(stderr, "heddle: no temporary file: %s\n", error ? error->message : g_strerror(errno));
    return FALSE;
  }
  report = map;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  sigaddset(&awaited, SIGINT);
  sigaddset(&awaited, SIGTERM);
  sigaddset(&awaited, SIGHUP);
  signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_BLOCK, &awaited, &mask_at_start);
  return TRUE;
}

void hd_run_conclude(void) {
  g_unlink(report_path);
  g_free(report_path);
}

int hd_run_interrupted(void) { return interrupted; }

/* Addresses are the same in every run, so what depends on them is, too. */
static void become(char *const *arguments, gint64 seed, pid_t explorer, int failure) {
  char text[32];
  snprintf(text, sizeof text, "%" G_GINT64_FORMAT, seed);
  setenv("HEDDLE_SEED", text, 1);
  setenv("HEDDLE_SEED_REPORT", report_path, 1);
  int nothing = open("/dev/null", O_RDWR);
  for (int standard = 0; standard < 3; standard++) dup2(nothing, standard);
  if (nothing > 2) close(nothing);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != explorer) _exit(1);
  personality(personality(0xffffffff) | ADDR_NO_RANDOMIZE);
  sigprocmask(SIG_SETMASK, &mask_at_start, NULL);
  execvp(arguments[0], arguments);
  int error = errno;
  if (write(failure, &error, sizeof error) < 0) _exit(126);
  _exit(127);
}

/* Whether the child has ended by then (monotonic, us). A signal to this process ends the wait, too. */
static gboolean await_end(pid_t child, gint64 until_us, int *status) {
  for (;;) {
    if (waitpid(child, status, WNOHANG) == child) return TRUE;
    gint64 left_us = until_us - g_get_monotonic_time();
    if (left_us <= 0) return FALSE;
    struct timespec left = {.tv_sec = left_us / G_USEC_PER_SEC, .tv_nsec = left_us % G_USEC_PER_SEC * 1000};
    int number = sigtimedwait(&awaited, NULL, &left);
    if (number <= 0 || number == SIGCHLD) continue;
    interrupted = number;
    return waitpid(child, status, WNOHANG) == child;
  }
}

static int end(pid_t child, gboolean gently) {
  int status = 0;
  gint64 until_us = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;
  if (gently) {
    kill(child, SIGINT);
    for (int before = interrupted;; before = interrupted) { /* who is impatient gets what is patient killed */
      if (await_end(child, until_us, &status)) return status;
      if (interrupted == before || g_get_monotonic_time() >= until_us) break;
    }
  }
  kill(-child, SIGKILL);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return status;
}

static RunKind judge(const Run *run, gboolean ended) {
  if (run->report.hung_count) return RUN_HUNG;
  if (run->report.lost_update_count) return RUN_LOST_UPDATE;
  if (!ended) return RUN_LONG;
  if (WIFSIGNALED(run->wait_status)) return RUN_KILLED;
  return run->report.waiting_count ? RUN_WAITED : RUN_FINE;
}

Run hd_run(char *const *arguments, gint64 seed, guint limit_s, gboolean gently) {
  Run run = {.kind = RUN_FINE};
  int failure[2], error = 0;
  pid_t explorer = getpid();
  *report = (struct hd_seed_report){0};
  if (pipe2(failure, O_CLOEXEC) != 0) return run;
  pid_t child = fork();
  if (child == 0) become(arguments, seed, explorer, failure[1]);
  close(failure[1]);
  run.began = child > 0 && read(failure[0], &error, sizeof error) == 0;
  close(failure[0]);
  gboolean ended = child > 0 && await_end(child, g_get_monotonic_time() + limit_s * G_USEC_PER_SEC, &run.wait_status);
  if (child > 0 && !ended) run.wait_status = end(child, gently);
  if (child > 0) kill(-child, SIGKILL); /* what it has left behind */
  run.report = *report;
  run.kind = judge(&run, ended);
  return run;
}
