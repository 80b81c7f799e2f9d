/* The CPU schedule: every switch of the program's threads on and off a CPU, from the kernel's perf events, which an ordinary user may
 * have where kernel.perf_event_paranoid is 2 or lower. One event and one ring for each CPU, inherited by all threads and children;
 * a thread of the recorder empties the rings into the recording's file "schedule" (runtime/schema/schedule.h). */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

struct schedule;

/* Begins with the next exec of the program. NULL when it is not allowed; then reason says why, and what would allow it. */
struct schedule *schedule_start(pid_t program, int folder, char *reason, unsigned reason_bytes);
/* Writes what is left and ends. NULL is allowed. True when nothing went wrong with the file. */
bool schedule_stop(struct schedule *schedule);
