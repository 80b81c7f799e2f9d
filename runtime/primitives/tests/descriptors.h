/* What a test may leave behind: descriptors and children of this process. */
#ifndef HEDDLE_DESCRIPTORS_H
#define HEDDLE_DESCRIPTORS_H
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>

static inline int count_descriptors(void) {
  DIR *folder = opendir("/proc/self/fd");
  CHECK(folder);
  int count = 0;
  while (readdir(folder)) count++;
  closedir(folder);
  return count - 3; /* . and .. and the folder's own */
}

/* Leaves so many descriptors that can still be opened; what the limit was comes back. */
static inline struct rlimit limit_descriptors(int left) {
  struct rlimit limit, low;
  int taken[16], count = 0;
  CHECK(left < 16 && getrlimit(RLIMIT_NOFILE, &limit) == 0);
  for (; count <= left; count++) CHECK((taken[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0);
  low = limit;
  low.rlim_cur = (rlim_t)taken[left];
  while (count) close(taken[--count]);
  CHECK(setrlimit(RLIMIT_NOFILE, &low) == 0);
  return limit;
}

/* Children in that state (a letter as ps shows it: Z a zombie), 0: in any. */
static inline int count_children(char wanted) {
  char path[64], name[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *children = fopen(path, "r");
  CHECK(children);
  int count = 0, child;
  while (fscanf(children, "%d", &child) == 1) {
    char state = 0;
    snprintf(name, sizeof name, "/proc/%d/stat", child);
    FILE *status = fopen(name, "r");
    if (!status) continue;
    if (fscanf(status, "%*d (%*[^)]) %c", &state) == 1 && (!wanted || state == wanted)) count++;
    fclose(status);
  }
  fclose(children);
  return count;
}

#endif
