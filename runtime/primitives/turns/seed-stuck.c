/* When nobody of the schedule can go on: whether anybody else could make them, and the end if not. */
#include "seed-schedule.h"
#include "trace.h"
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define schedule hd_seed_schedule

/* Kernel's ids of threads that have left the schedule, and may not be gone yet. */
#define ENDED_COUNT 1024u
static uint32_t ended[ENDED_COUNT], ended_next;

void hd_seed_note_end(uint32_t thread_id) {
  hd_seed_guard_enter();
  ended[ended_next++ % ENDED_COUNT] = thread_id;
  hd_seed_guard_leave();
}

static bool is_known(uint32_t thread_id) {
  for (const struct hd_seed_actor *actor = schedule.first; actor; actor = actor->next)
    if (__atomic_load_n(&actor->thread_id, __ATOMIC_RELAXED) == thread_id) return true;
  for (uint32_t i = 0; i < ENDED_COUNT; i++)
    if (ended[i] == thread_id) return true;
  return false;
}

/* Threads of LTTng, which record. */
static bool is_silent(uint32_t thread_id) {
  char path[64], name[32];
  snprintf(path, sizeof path, "/proc/self/task/%u/comm", thread_id);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return true; /* gone */
  ssize_t bytes = read(descriptor, name, sizeof name);
  close(descriptor);
  return bytes > 4 && memcmp(name + bytes - 5, "-ust\n", 5) == 0;
}

static bool find_others(void) {
#ifdef __SANITIZE_THREAD__
  uint32_t left_count = 1; /* the sanitizer's own */
#else
  uint32_t left_count = 0;
#endif
  uint32_t strange_count = 0, silent_count = 0;
  DIR *tasks = opendir("/proc/self/task");
  if (!tasks) return false;
  for (const struct dirent *entry; (entry = readdir(tasks));) {
    uint32_t thread_id = (uint32_t)strtoul(entry->d_name, NULL, 10);
    if (!thread_id || is_known(thread_id)) continue;
    if (is_silent(thread_id))
      silent_count++;
    else
      strange_count++;
  }
  closedir(tasks);
  schedule.silent_count = silent_count + (strange_count < left_count ? strange_count : left_count);
  return strange_count > left_count;
}

/* Most often their number tells that there is nobody else: one call of the system. */
bool hd_seed_others_exist(void) {
  if (__atomic_load_n(&schedule.others_seen, __ATOMIC_SEQ_CST)) return true;
  struct stat tasks;
  hd_emit_mute();
  bool as_before = stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink == 2 + schedule.actor_count + schedule.silent_count;
  bool others = !as_before && find_others();
  hd_emit_unmute();
  if (others) {
    __atomic_store_n(&schedule.others_seen, true, __ATOMIC_SEQ_CST);
    hd_seed_note_unseeded();
  }
  return others;
}

/* Neither a handler nor a core, and nothing is told any more: the recording keeps every thread's wait as the last that it did. */
void hd_seed_stuck(void) {
  char line[128];
  int bytes =
      snprintf(line, sizeof line, "heddle: seed %lld: no thread can ever go on; the program is aborted\n", (long long)schedule.seed);
  struct rlimit no_core = {0, 0};
  sigset_t abortion;
  hd_seed_pause(HD_SECOND_NS);
  __atomic_add_fetch(&schedule.report->hung_count, 1, __ATOMIC_RELAXED);
  hd_emit_mute();
  if (write(STDERR_FILENO, line, (size_t)bytes) < 0) { /* nobody to be told */
  }
  setrlimit(RLIMIT_CORE, &no_core);
  signal(SIGABRT, SIG_DFL);
  sigemptyset(&abortion);
  sigaddset(&abortion, SIGABRT);
  pthread_sigmask(SIG_UNBLOCK, &abortion, NULL);
  syscall(SYS_tgkill, getpid(), gettid(), SIGABRT);
  syscall(SYS_exit_group, 128 + SIGABRT);
  __builtin_unreachable();
}
