/* bench-decode RECORDING: how fast a recording is decoded, and how fast its events are read afterwards. One line for `./dev bench`. */
#include "load.h"
#include <stdio.h>

int main(int argument_count, char **arguments) {
  if (argument_count != 2 && argument_count != 3) {
    fputs("usage: bench-decode RECORDING [DECODER]\n", stderr);
    return 2;
  }
  g_autoptr(GError) error = NULL;
  gint64 begin_us = g_get_monotonic_time();
  g_autoptr(HdLog) log = hd_load(arguments[1], arguments[2], NULL, NULL, &error);
  if (!log) {
    fprintf(stderr, "%s\n", error->message);
    return 3;
  }
  gint64 decoded_us = g_get_monotonic_time();
  guint64 count = 0, operations = 0;
  for (guint i = 0; i < log->emitter_count; i++)
    for (guint64 k = 0; k < log->emitters[i].count; k++, count++) {
      HdEvent event;
      log->read(log, log->emitters[i].first + k, &event);
      operations += event.id == HD_EVENT_BATCH ? event.batch.operations_count / 2 : 1;
    }
  gint64 read_us = g_get_monotonic_time();
  double decode_s = (decoded_us - begin_us) / 1e6, read_s = (read_us - decoded_us) / 1e6;
  printf("decode: %" G_GUINT64_FORMAT " operations in %" G_GUINT64_FORMAT " events, %u emitters, %" G_GUINT64_FORMAT
         " lost, %.3f s, %.1f M operations/s, %.1f M events/s; reading them %.3f s\n",
         operations, count, log->emitter_count, log->info->lost_count, decode_s, operations / decode_s / 1e6, count / decode_s / 1e6,
         read_s);
  for (guint i = 0; i < log->info->notes->len; i++) printf("note: %s\n", (char *)log->info->notes->pdata[i]);
  return operations == log->info->event_count ? 0 : 1;
}
