#include "descendants.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct search {
  void (*visit)(const struct process *process, void *argument);
  void *argument;
  char variable[4200]; /* HEDDLE_CONTROL=... as it stands in the environment */
  uint64_t started_ticks;
  uint32_t slot_count;
  const char *slots; /* NULL when there are none */
};

static bool has_variable(pid_t process, const char *variable) {
  char path[64], *line = NULL;
  size_t room = 0;
  snprintf(path, sizeof path, "/proc/%d/environ", (int)process);
  FILE *file = fopen(path, "re");
  if (!file) return false;
  bool found = false;
  while (!found && getdelim(&line, &room, 0, file) > 0) found = strcmp(line, variable) == 0;
  free(line);
  fclose(file);
  return found;
}

static bool has_slot(const struct search *search, pid_t process) {
  for (uint32_t i = 0; i < search->slot_count; i++) {
    const struct hd_slot *slot = (const struct hd_slot *)(search->slots + (size_t)i * HD_SLOT_BYTES);
    if (slot->emitter && slot->process_id == (uint32_t)process) return true;
  }
  return false;
}

static void look_at(const struct process *process, void *argument) {
  const struct search *search = argument;
  if (process->state == 'Z' || process->id == getpid() || process->started_ticks < search->started_ticks) return;
  if (has_slot(search, process->id) || has_variable(process->id, search->variable)) search->visit(process, search->argument);
}

void descendants_each(const struct descendants *descendants, void (*visit)(const struct process *, void *), void *argument) {
  const struct control *control = descendants->control;
  struct search search = {.visit = visit, .argument = argument, .slot_count = control->header->slots_peak};
  search.started_ticks = descendants->since_boottime_ns / (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
  snprintf(search.variable, sizeof search.variable, "HEDDLE_CONTROL=%s/control", descendants->recording->path);
  if (search.slot_count > HD_SLOT_CAPACITY) search.slot_count = HD_SLOT_CAPACITY;
  size_t bytes = HD_CONTROL_HEADER_BYTES + (size_t)search.slot_count * HD_SLOT_BYTES;
  char *file = mmap(NULL, bytes, PROT_READ, MAP_SHARED, control->file, 0);
  if (file == MAP_FAILED) search.slot_count = 0;
  search.slots = file + HD_CONTROL_HEADER_BYTES;
  process_each(look_at, &search);
  if (file != MAP_FAILED) munmap(file, bytes);
}

static void note(const struct process *process, void *argument) {
  struct recording *recording = argument;
  pid_t *longer = realloc(recording->outlived, (recording->outlived_count + 1) * sizeof *longer);
  if (!longer) return;
  recording->outlived = longer;
  longer[recording->outlived_count++] = process->id;
}

void descendants_note_outlived(const struct descendants *descendants, struct recording *recording) {
  descendants_each(descendants, note, recording);
}
