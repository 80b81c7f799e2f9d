#include "identity.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static int write_text(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -errno;
  int error = write(file, text, strlen(text)) < 0 ? -errno : 0;
  close(file);
  return error;
}

static int enter_namespace(void) {
  gid_t group = getegid();
  /* A number that nobody else has: LTTng names a file in /dev/shm by it, which can then be removed at the end. */
  unsigned inner = 0x40000000u + (unsigned)getpid();
  if (unshare(CLONE_NEWUSER) < 0) return -errno;
  char map[64];
  snprintf(map, sizeof map, "%u 0 1", inner);
  int error = write_text("/proc/self/uid_map", map);
  if (error) return error;
  write_text("/proc/self/setgroups", "deny"); /* wanted by some kernels before a gid_map; others do not have it */
  snprintf(map, sizeof map, "%u %u 1", inner, group);
  error = write_text("/proc/self/gid_map", map);
  if (error) return error;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {0}; /* power over the namespace is not wanted */
  return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

static int become_nobody(const char *home, const char *memory, int trace_folder) {
  if (chown(home, NOBODY, NOBODY) < 0 || (memory && chown(memory, NOBODY, NOBODY) < 0) || fchown(trace_folder, NOBODY, NOBODY) < 0 ||
      setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
    return -errno;
  return 0;
}

int identity_assume(const char *home, const char *memory, int trace_folder) {
  if (geteuid() != 0) return 0;
  if (enter_namespace() < 0) {
    int error = become_nobody(home, memory, trace_folder);
    if (error) return error;
  }
  /* The daemons go to the recording by way of this process's descriptors, which the kernel has hidden from them at the change. */
  return prctl(PR_SET_DUMPABLE, 1) < 0 ? -errno : 0;
}
