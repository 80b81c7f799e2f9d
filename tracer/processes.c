#include "processes.h"
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool process_read(pid_t id, struct process *process) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)id);
  FILE *file = fopen(path, "re");
  if (!file) return false;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  char *open = strchr(text, '('), *close = strrchr(text, ')'); /* the name may contain anything */
  if (!open || !close) return false;
  *process = (struct process){.id = id};
  snprintf(process->name, sizeof process->name, "%.*s", (int)(close - open - 1), open + 1);
  return sscanf(close + 1, " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %" SCNu64, &process->state,
                &process->parent, &process->group, &process->started_ticks) == 4;
}

void process_each(void (*visit)(const struct process *, void *), void *argument) {
  DIR *folder = opendir("/proc");
  if (!folder) return;
  for (struct dirent *entry; (entry = readdir(folder));) {
    struct process process;
    int id = atoi(entry->d_name);
    if (id > 0 && process_read(id, &process)) visit(&process, argument);
  }
  closedir(folder);
}
