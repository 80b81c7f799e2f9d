/* Something that must be done after the program's own function, even if that ends its thread. */
#ifndef HEDDLE_RUN_THEN_H
#define HEDDLE_RUN_THEN_H

/* Calls routine(argument), then, also when that leaves by pthread_exit or a cancellation of the thread, last(argument). In a task only the
 * return counts: its stack is no thread's, and pthread's list of cleanup handlers would get mixed up with those of other tasks. */
void hd_run_then(void (*routine)(void *), void (*last)(void *), void *argument);

#endif
