/* Many processes at a time: each takes a shared lock some times and puts one item into a queue that the first reads.
 * usage: process-load PROCESSES. Prints how many items came. */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>

#define SECTIONS 20
static struct hd_process_lock *lock;
static struct hd_process_queue *results;

static int work(void *argument) {
  int number = (int)(intptr_t)argument;
  for (int i = 0; i < SECTIONS; i++) {
    hd_process_lock_acquire(lock);
    hd_process_lock_release(lock);
  }
  return hd_process_queue_put(results, &number, sizeof number) == HD_OK ? number % 7 : 99;
}

int main(int argument_count, char **arguments) {
  int count = argument_count > 1 ? atoi(arguments[1]) : 0, failed = 0, came = 0;
  struct hd_process *processes = calloc((size_t)count + 1, sizeof *processes);
  if (count <= 0 || !processes || !(lock = hd_process_memory_new(sizeof *lock))) return 2;
  hd_process_lock_init(lock, "shared lock");
  /* cppcheck-suppress memleak */
  if (hd_process_queue_new(&results, 16, 16 * sizeof(int), "results") != HD_OK) return 2;
  for (int i = 0; i < count; i++)
    if (hd_process_create(&processes[i], work, (void *)(intptr_t)i, "worker") != HD_OK) return 3;
  for (int i = 0, number; i < count; i++) {
    size_t bytes;
    came += hd_process_queue_get(results, &number, sizeof number, &bytes) == HD_OK;
  }
  for (int i = 0, code; i < count; i++) {
    hd_process_join(&processes[i]);
    failed += hd_process_exit_code(&processes[i], &code) != HD_OK || code != i % 7;
  }
  printf("%d\n", came);
  return failed > 0;
}
