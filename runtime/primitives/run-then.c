#include "run-then.h"
#include <pthread.h>

static void run_in_thread(void (*routine)(void *), void (*last)(void *), void *argument) {
  pthread_cleanup_push(last, argument);
  routine(argument);
  pthread_cleanup_pop(1);
}

void hd_run_then(void (*routine)(void *), void (*last)(void *), void *argument) { run_in_thread(routine, last, argument); }
