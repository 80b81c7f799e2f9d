/* Very many tasks, and very many switches.
 *
 * usage: stress-task alive COUNT | switches COUNT
 *   alive     COUNT tasks that sleep at once: prints the memory and the mappings that they take
 *   switches  COUNT steps of a hundred tasks that take turns */
#include "async.h"
#include <malloc.h>

struct memory {
  long resident_bytes, page_table_bytes, mapping_count;
};

static struct memory memory_now(void) {
  struct memory memory = {0};
  char line[512];
  FILE *file = fopen("/proc/self/status", "r");
  CHECK(file);
  long kib;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "VmRSS: %ld", &kib) == 1) memory.resident_bytes = kib << 10;
    if (sscanf(line, "VmPTE: %ld", &kib) == 1) memory.page_table_bytes = kib << 10;
  }
  fclose(file);
  file = fopen("/proc/self/maps", "r");
  CHECK(file);
  while (fgets(line, sizeof line, file)) memory.mapping_count++;
  fclose(file);
  return memory;
}

static long begun_count, ended_count;

static int stay(void *argument, void *result) {
  begun_count++;
  int error = hd_task_sleep(LONG_NS);
  ended_count++;
  return error;
}

static int all_alive(void *argument, void *result) {
  long count = *(long *)argument;
  struct hd_task *tasks = calloc((size_t)count, sizeof *tasks);
  CHECK(tasks);
  memset(tasks, 1, (size_t)count * sizeof *tasks);
  struct memory before = memory_now();
  for (long i = 0; i < count; i++) CHECK_OK(hd_task_create(&tasks[i], stay, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_sleep(0));
  CHECK(begun_count == count);
  CHECK(hd_task_all(NULL, NULL, 0) == (size_t)count + 1);
  struct memory alive = memory_now();
  printf("%ld tasks alive: %ld bytes of memory each, %ld of page tables; %ld mappings for all\n", count,
         (alive.resident_bytes - before.resident_bytes) / count, (alive.page_table_bytes - before.page_table_bytes) / count,
         alive.mapping_count - before.mapping_count);
  CHECK(alive.mapping_count - before.mapping_count < 10000);
  for (long i = 0; i < count; i++) CHECK_OK(hd_task_cancel(&tasks[i]));
  for (long i = 0; i < count; i++) {
    CHECK_ERROR(hd_await(&tasks[i], NULL), HD_ERROR_CANCELLED);
    hd_task_release(&tasks[i]);
  }
  CHECK(ended_count == count);
  malloc_trim(0);
  struct memory after = memory_now();
  printf("after their ends: %ld bytes of memory each\n", (after.resident_bytes - before.resident_bytes) / count);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
  CHECK(after.resident_bytes - before.resident_bytes < (alive.resident_bytes - before.resident_bytes) / 2);
#endif
  free(tasks);
  return 0;
}

static long step_count;
static int take_turns(void *argument, void *result) {
  for (long left = *(long *)argument; left > 0; left--) {
    CHECK_OK(hd_task_sleep(0));
    step_count++;
  }
  return 0;
}

static int all_switch(void *argument, void *result) {
  enum { TASKS = 100 };
  struct hd_task tasks[TASKS];
  long each = *(long *)argument / TASKS;
  for (int i = 0; i < TASKS; i++) CHECK_OK(hd_task_create(&tasks[i], take_turns, &each, sizeof each, 0, NULL));
  for (int i = 0; i < TASKS; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  CHECK(step_count == each * TASKS);
  printf("%ld switches\n", step_count);
  return 0;
}

int main(int argument_count, char **arguments) {
  CHECK(argument_count == 3);
  long count = atol(arguments[2]);
  in_loop(strcmp(arguments[1], "alive") == 0 ? all_alive : all_switch, &count);
  return 0;
}
