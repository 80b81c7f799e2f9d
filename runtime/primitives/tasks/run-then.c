#include "run-then.h"
#include "task-core.h"
#include <pthread.h>

static void run_in_thread(void (*routine)(void *), void (*last)(void *), void *argument) {
  pthread_cleanup_push(last, argument);
  routine(argument);
  pthread_cleanup_pop(1);
}

void hd_run_then(void (*routine)(void *), void (*last)(void *), void *argument) {
  if (!hd_task_running()) {
    run_in_thread(routine, last, argument);
  } else {
    routine(argument);
    last(argument);
  }
}
