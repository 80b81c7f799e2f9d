#include "process-owner.h"
#include "current.h"
#include "emit.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t hd_owner_own_process;
__attribute__((tls_model("initial-exec"))) __thread uint64_t hd_owner_own_thread;

/* What /proc says of a process or thread (proc_pid_stat(5)). */
struct stat_line {
  char state;
  unsigned thread_count;
  unsigned long long began_ticks;
};

/* In silence, and no cancellation point: it is part of an operation that is neither. */
static bool read_stat(const char *path, struct stat_line *line) {
  char text[1024];
  int cancellable, saved_errno = errno;
  hd_emit_mute();
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellable);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t length = descriptor < 0 ? -1 : read(descriptor, text, sizeof text - 1);
  if (descriptor >= 0) close(descriptor);
  pthread_setcancelstate(cancellable, NULL);
  hd_emit_unmute();
  errno = saved_errno;
  if (length <= 0) return false;
  text[length] = 0;
  const char *behind_name = strrchr(text, ')'); /* the name may contain anything */
  return behind_name && sscanf(behind_name, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %u %*d %llu",
                               &line->state, &line->thread_count, &line->began_ticks) == 3;
}

static uint64_t make_owner(uint32_t id, const char *path) {
  struct stat_line line;
  return (read_stat(path, &line) ? (uint64_t)line.began_ticks << 32 : 0) | id;
}

uint64_t hd_owner_find_process(void) {
  uint64_t own = make_owner((uint32_t)getpid(), "/proc/self/stat");
  __atomic_store_n(&hd_owner_own_process, own, __ATOMIC_RELAXED);
  return own;
}

uint64_t hd_owner_find_thread(void) { return hd_owner_own_thread = make_owner(hd_current_thread_id(), "/proc/thread-self/stat"); }

/* The first thread of a process may end before the others: then its state is that of the dead, while they live. */
static bool died(uint64_t owner, bool with_all_threads) {
  char path[32];
  struct stat_line line;
  uint32_t id = hd_owner_id(owner), began_ticks = (uint32_t)(owner >> 32);
  int saved_errno = errno;
  bool absent = syscall(SYS_tkill, id, 0) != 0 && errno == ESRCH;
  errno = saved_errno;
  if (absent) return true;
  snprintf(path, sizeof path, "/proc/%u/stat", id);
  if (!read_stat(path, &line)) return false;
  if (began_ticks && (uint32_t)line.began_ticks != began_ticks) return true;
  bool ended = line.state == 'Z' || line.state == 'X';
  return ended && !(with_all_threads && line.thread_count > 1);
}

bool hd_owner_process_died(uint64_t owner) { return died(owner, true); }
bool hd_owner_thread_died(uint64_t owner) { return died(owner, false); }

static void forget(void) { hd_owner_own_process = hd_owner_own_thread = 0; }
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(NULL, NULL, forget); }
