#include "perf-schedule.h"
#include "perf-ring.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

enum { DRAIN_INTERVAL_MS = 100, FILE_BUFFER_BYTES = 1 << 18 };

struct schedule {
  FILE *file;
  pthread_t reader;
  int end; /* an eventfd: the reader is to come to an end */
  int ring_count;
  struct perf_ring rings[];
};

static void drain_all(struct schedule *schedule) {
  for (int i = 0; i < schedule->ring_count; i++) perf_ring_drain(&schedule->rings[i], schedule->file);
}

/* This thread sleeps but for moments; only root may let it come first. A program with real-time threads, which is root's too, would
 * otherwise keep it from the CPU for a second at a time. */
static void keep_pace(void) {
  struct sched_param first = {.sched_priority = sched_get_priority_max(SCHED_RR)};
  if (pthread_setschedparam(pthread_self(), SCHED_RR, &first) != 0) setpriority(PRIO_PROCESS, (id_t)gettid(), -10);
}

static void *read_rings(void *argument) {
  struct schedule *schedule = argument;
  keep_pace();
  struct pollfd *polled = calloc((size_t)schedule->ring_count + 1, sizeof *polled);
  if (!polled) abort();
  for (int i = 0; i < schedule->ring_count; i++) polled[i] = (struct pollfd){.fd = schedule->rings[i].event, .events = POLLIN};
  polled[schedule->ring_count] = (struct pollfd){.fd = schedule->end, .events = POLLIN};
  bool ending = false;
  while (!ending) {
    poll(polled, (nfds_t)schedule->ring_count + 1, DRAIN_INTERVAL_MS);
    ending = polled[schedule->ring_count].revents != 0;
    for (int i = 0; i < schedule->ring_count; i++)
      if (polled[i].revents & (POLLHUP | POLLERR)) polled[i].fd = -1; /* its threads are gone; what it holds is drained all the same */
    drain_all(schedule);
    fflush(schedule->file);
  }
  free(polled);
  return NULL;
}

static void explain(int error, char *reason, unsigned reason_bytes) {
  char level[16] = "";
  FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
  if (file) {
    if (fgets(level, sizeof level, file)) level[strcspn(level, "\n")] = 0;
    fclose(file);
  }
  if ((error == EACCES || error == EPERM) && atoi(level) > 2)
    snprintf(reason, reason_bytes, "kernel.perf_event_paranoid is %s; 2 or lower would allow it", level);
  else if (error == ENOENT || error == ENOSYS)
    snprintf(reason, reason_bytes, "this kernel has no perf events");
  else
    snprintf(reason, reason_bytes, "the kernel refused perf events: %s", strerror(error));
}

static void release(struct schedule *schedule) {
  for (int i = 0; i < schedule->ring_count; i++) perf_ring_close(&schedule->rings[i]);
  if (schedule->end >= 0) close(schedule->end);
  free(schedule);
}

struct schedule *schedule_start(pid_t program, int folder, char *reason, unsigned reason_bytes) {
  int cpu_count = get_nprocs_conf();
  struct schedule *schedule = calloc(1, sizeof *schedule + (size_t)cpu_count * sizeof *schedule->rings);
  if (!schedule) abort();
  schedule->end = eventfd(0, EFD_CLOEXEC);
  int error = schedule->end < 0 ? -errno : 0;
  for (int cpu = 0; cpu < cpu_count && !error; cpu++) {
    error = perf_ring_open(&schedule->rings[schedule->ring_count], program, cpu);
    if (!error) schedule->ring_count++;
    if (error == -ENODEV) error = 0; /* a CPU that is switched off */
  }
  int file = error ? -1 : openat(folder, "schedule", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (!error && (file < 0 || !(schedule->file = fdopen(file, "w")))) error = -errno;
  if (!error) setvbuf(schedule->file, NULL, _IOFBF, FILE_BUFFER_BYTES);
  if (!error) error = -pthread_create(&schedule->reader, NULL, read_rings, schedule);
  if (!error) return schedule;
  explain(-error, reason, reason_bytes);
  if (schedule->file) fclose(schedule->file);
  if (file >= 0) unlinkat(folder, "schedule", 0);
  release(schedule);
  return NULL;
}

bool schedule_stop(struct schedule *schedule) {
  if (!schedule) return true;
  uint64_t one = 1;
  bool fine = write(schedule->end, &one, sizeof one) == sizeof one;
  pthread_join(schedule->reader, NULL);
  drain_all(schedule);
  fine = !ferror(schedule->file) && fine;
  fine = fclose(schedule->file) == 0 && fine;
  release(schedule);
  return fine;
}
