/* Many jobs through an executor, from four submitters; every tenth may be cancelled. Prints how many were run, and how many cancelled.
 *
 * usage: job-load threads|processes JOBS WORKERS */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUBMITTERS 4

static struct hd_executor executor;
static long job_count, run_count, cancelled_count;

static int triple(const void *argument, void *result) {
  *(long *)result = *(const long *)argument * 3;
  return 0;
}

static void fail(const char *what) {
  fprintf(stderr, "job-load: %s\n", what);
  exit(1);
}

static void submit(void *unused) {
  long mine = job_count / SUBMITTERS, run = 0, cancelled = 0, result;
  struct hd_future *futures = calloc((size_t)mine, sizeof *futures);
  if (!futures) fail("no memory");
  for (long i = 0; i < mine; i++) {
    if (hd_executor_submit(&executor, triple, &i, sizeof i, sizeof i, &futures[i]) != HD_OK) fail("a job was refused");
    if (i % 10 == 9) hd_future_cancel(&futures[i]);
  }
  for (long i = 0; i < mine; i++) {
    if (hd_future_is_cancelled(&futures[i])) {
      cancelled++;
    } else {
      if (hd_future_result(&futures[i], &result, HD_FOREVER) != HD_OK || result != 3 * i) fail("a result is wrong");
      run++;
    }
    hd_future_release(&futures[i]);
  }
  free(futures);
  __atomic_add_fetch(&run_count, run, __ATOMIC_RELAXED);
  __atomic_add_fetch(&cancelled_count, cancelled, __ATOMIC_RELAXED);
}

int main(int argc, char **argv) {
  struct hd_thread submitters[SUBMITTERS];
  if (argc != 4) fail("usage: job-load threads|processes JOBS WORKERS");
  bool threads = strcmp(argv[1], "threads") == 0;
  job_count = atol(argv[2]);
  if (hd_executor_init_simply_at(&executor, threads ? HD_EXECUTOR_THREADS : HD_EXECUTOR_PROCESSES, (uint32_t)atoi(argv[3]), "load",
                                 HD_HERE) != HD_OK)
    fail("no executor");
  for (int i = 0; i < SUBMITTERS; i++) hd_thread_create(&submitters[i], submit, NULL, NULL);
  for (int i = 0; i < SUBMITTERS; i++) hd_thread_join(&submitters[i]);
  hd_executor_shutdown(&executor, true, false);
  hd_executor_release(&executor);
  printf("%ld %ld\n", run_count, cancelled_count);
  return 0;
}
