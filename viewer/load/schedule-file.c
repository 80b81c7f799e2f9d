#include "schedule-file.h"
#include "bounded-file.h"
#include "recording-info.h"
#include "schedule.h"
#include <stdio.h>
#include <string.h>

#define RECORDS_READ 4096

static int compare_switches(const void *a, const void *b) {
  const HdSwitch *first = a, *second = b;
  return first->at_ns < second->at_ns ? -1 : first->at_ns > second->at_ns;
}

void hd_schedule_read(HdLog *log, const char *folder) {
  g_autofree char *path = g_build_filename(folder, "schedule", NULL);
  if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) return;
  FILE *file = fopen(path, "re");
  if (!file) return hd_info_damage(log->info, "The CPU schedule could not be read.");
  g_autofree struct hd_schedule_record *records = g_new(struct hd_schedule_record, RECORDS_READ);
  GArray *switches = g_array_new(FALSE, FALSE, sizeof(HdSwitch));
  guint64 lost_count = 0, damaged_count = 0;
  guint64 left = hd_file_data_end(fileno(file));
  for (gsize bytes; (bytes = fread(records, 1, MIN(left, RECORDS_READ * sizeof *records), file)) > 0; left -= bytes) {
    if (bytes % sizeof *records && !log->info->in_progress) damaged_count++; /* cut within a record */
    for (gsize i = 0; i < bytes / sizeof *records; i++) {
      const struct hd_schedule_record *record = &records[i];
      if (record->kind == HD_SCHEDULE_LOST)
        lost_count += record->thread_id;
      else if (record->kind > HD_SCHEDULE_LOST || record->at_ns == 0 || record->at_ns > G_MAXINT64)
        damaged_count++;
      else
        g_array_append_val(switches, ((HdSwitch){record->at_ns, record->process_id, record->thread_id, record->cpu, record->kind}));
    }
  }
  fclose(file);
  if (damaged_count)
    hd_info_damage(log->info, "The CPU schedule is damaged: %" G_GUINT64_FORMAT " of its records could not be read.", damaged_count);
  if (lost_count) hd_info_note(log->info, "%" G_GUINT64_FORMAT " records of the CPU schedule were lost.", lost_count);
  log->switch_count = switches->len;
  log->switches = (HdSwitch *)g_array_free(switches, FALSE);
  qsort(log->switches, log->switch_count, sizeof *log->switches, compare_switches);
}
