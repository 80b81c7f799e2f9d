#include "disk.h"
#include "tree.h"
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static uint64_t size_bytes(const struct recording *recording, const struct control *control) {
  char trace[PATH_MAX + 8];
  snprintf(trace, sizeof trace, "%s/trace", recording->path);
  struct stat schedule;
  uint64_t bytes = tree_size_bytes(trace) + (uint64_t)control->header->slots_peak * HD_SLOT_BYTES;
  return bytes + (fstatat(recording->folder, "schedule", &schedule, 0) == 0 ? (uint64_t)schedule.st_size : 0);
}

bool disk_is_used_up(const struct recording *recording, const struct control *control, const struct options *options, char *reason,
                     unsigned reason_bytes) {
  struct statvfs disk;
  if (fstatvfs(recording->folder, &disk) == 0 && (uint64_t)disk.f_bavail * 100 < (uint64_t)disk.f_blocks * options->min_free_percent) {
    snprintf(reason, reason_bytes, "recording stopped: less than %u %% of the disk is free (--min-free)", options->min_free_percent);
    return true;
  }
  if (!options->max_size_bytes) return false;
  uint64_t bytes = size_bytes(recording, control);
  if (bytes < options->max_size_bytes) return false;
  snprintf(reason, reason_bytes, "recording stopped: it has reached %llu bytes (--max-size)", (unsigned long long)bytes);
  return true;
}
