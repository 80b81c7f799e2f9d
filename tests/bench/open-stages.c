/* How long each stage of opening a recording takes, as the window does it: processor and wall ms. The first picture needs all but the last.
 *
 * usage: open-stages RECORDING */
#include "analysis.h"
#include "load.h"
#include "lod.h"
#include "model.h"
#include <stdio.h>
#include <time.h>

static double ms_of(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double wall_ms, processor_ms;

static void say(const char *stage) {
  double wall = ms_of(CLOCK_MONOTONIC), processor = ms_of(CLOCK_PROCESS_CPUTIME_ID);
  if (stage) printf("%-10s %8.0f ms wall %8.0f ms processor\n", stage, wall - wall_ms, processor - processor_ms);
  wall_ms = wall;
  processor_ms = processor;
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) {
    fputs("usage: open-stages RECORDING\n", stderr);
    return 2;
  }
  g_autoptr(GError) error = NULL;
  say(NULL);
  HdLog *log = hd_load(arguments[1], NULL, NULL, NULL, &error);
  if (log) say("decode");
  HdModel *model = log ? hd_model_new(log, NULL, NULL, &error) : NULL;
  if (!model) {
    fprintf(stderr, "%s\n", error->message);
    return 3;
  }
  say("model");
  HdLod *lod = hd_lod_new(model, NULL, NULL);
  say("zoom index");
  HdAnalysis *analysis = hd_analysis_new(model, NULL, NULL);
  say("analysis");
  printf("%u holds, %u waits, %u intervals, %u objects, %u actors\n", model->hold_count, model->wait_count, model->intervals.count,
         model->object_count, model->actor_count);
  hd_analysis_free(analysis);
  hd_lod_free(lod);
  hd_model_free(model);
  return 0;
}
