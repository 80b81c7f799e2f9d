/* How long a model of many steps takes: ten thousand tasks on one loop, each step ended by an await, each await by somebody.
 * usage: bench-steps [STEPS] */
#include "script.h"
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

enum { TASK_COUNT = 10000, BATCH_WORDS = 126 };

typedef struct {
  HdLogWriter *writer;
  guint64 *words;
  guint32 count, sequence;
  gint64 base_ns;
} Batches;

static void flush(Batches *batches, gint64 now_ns) {
  HdEvent event = {.id = HD_EVENT_BATCH,
                   .batch = {.emitter = 1,
                             .sequence = ++batches->sequence,
                             .at_ns = (guint64)now_ns,
                             .base_ns = (guint64)batches->base_ns,
                             .operations = batches->words,
                             .operations_count = batches->count}};
  if (batches->count) hd_log_writer_add(batches->writer, &event);
  batches->count = 0;
}

static void instant(Batches *batches, guint32 site, guint32 number, gint64 now_ns) {
  if (!batches->count) batches->base_ns = now_ns;
  guint64 place = number ? HD_BATCH_OBJECT_SHARED_BIT | number : 0;
  batches->words[batches->count++] = place << HD_BATCH_SITE_BITS | site;
  batches->words[batches->count++] = (guint64)(now_ns - batches->base_ns) << 32;
  if (batches->count == BATCH_WORDS) flush(batches, now_ns);
}

static void site(HdLogWriter *writer, guint32 number, enum hd_operation operation) {
  hd_log_writer_add(
      writer,
      &(HdEvent){.id = HD_EVENT_SOURCE_SITE,
                 .source_site = {
                     .emitter = 1, .at_ns = 1, .site = number, .operation = operation, .line = 1, .file = "bench.c", .function = "bench"}});
}

int main(int argc, char **argv) {
  guint64 step_count = argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : 10 * 1000 * 1000;
  guint64 words[BATCH_WORDS];
  Batches batches = {.writer = hd_log_writer_new(), .words = words};
  hd_log_writer_add(
      batches.writer,
      &(HdEvent){.id = HD_EVENT_PROCESS_BEGIN,
                 .process_begin = {
                     .emitter = 1, .sequence = ++batches.sequence, .at_ns = 1, .process = 1, .process_id = 100, .program = "bench"}});
  for (guint32 i = 0; i < TASK_COUNT; i++)
    hd_log_writer_add(batches.writer, &(HdEvent){.id = HD_EVENT_TASK_CREATE,
                                                 .task_create = {.emitter = 1,
                                                                 .sequence = ++batches.sequence,
                                                                 .at_ns = 2 + i,
                                                                 .task = HD_OBJECT_SHARED_BIT | (i + 1),
                                                                 .loop = 0x1000,
                                                                 .name = "task"}});
  site(batches.writer, 1, HD_OPERATION_TASK_STEP);
  site(batches.writer, 2, HD_OPERATION_SLEEP_AWAIT);
  site(batches.writer, 3, HD_OPERATION_TASK_READY);
  gint64 now_ns = 20000;
  for (guint64 i = 0; i < step_count; i++) {
    guint32 number = 1 + i % TASK_COUNT;
    if (i >= TASK_COUNT) instant(&batches, 3, number, now_ns += 20);
    instant(&batches, 1, number, now_ns += 100);
    instant(&batches, 2, 0, now_ns += 100);
  }
  flush(&batches, now_ns);
  HdLog *log = hd_log_writer_end(batches.writer);
  clock_t begin = clock();
  gint64 begin_us = g_get_monotonic_time();
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, NULL);
  double seconds = (double)(g_get_monotonic_time() - begin_us) / 1e6;
  double cpu_s = (double)(clock() - begin) / CLOCKS_PER_SEC;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("%u steps, %u waits, %u intervals: %.1f s (%.1f s of CPU), %.1f million steps a second, at most %.1f GB\n", model->step_count,
         model->wait_count, model->intervals.count, seconds, cpu_s, model->step_count / seconds / 1e6, (double)usage.ru_maxrss / 1e6);
  return 0;
}
