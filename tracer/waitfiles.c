#include "waitfiles.h"
#include "processes.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char prefix[] = "lttng-ust-wait-8"; /* the number is that of liblttng-ust's interface */

/* The file for all users, when it was not there at the start: then the only programs that may have it mapped unseen are other users' that
 * started meanwhile. */
static bool is_ours;

void waitfiles_note(void) { is_ours = access("/dev/shm/lttng-ust-wait-8", F_OK) < 0; }

struct search {
  const char *path; /* as it stands in /proc/PID/maps */
  bool everybody;   /* the file is for all users, not just for us */
  bool mapped;      /* found, or not to be known */
};

static void look_into(const struct process *process, void *argument) {
  struct search *search = argument;
  char path[64], line[512];
  if (search->mapped || process->state == 'Z' || process->id == 1) return; /* init is no traced program, and may not let us look */
  snprintf(path, sizeof path, "/proc/%d", (int)process->id);
  struct stat status;
  if (!search->everybody && (stat(path, &status) < 0 || status.st_uid != geteuid())) return;
  snprintf(path, sizeof path, "/proc/%d/maps", (int)process->id);
  FILE *maps = fopen(path, "re");
  if (!maps) {
    /* Otherwise it has ended, or is the kernel's and maps nothing. */
    search->mapped = (errno == EACCES || errno == EPERM) && !(search->everybody && is_ours);
    return;
  }
  while (!search->mapped && fgets(line, sizeof line, maps)) search->mapped = strstr(line, search->path) != NULL;
  fclose(maps);
}

void waitfiles_remove(void) {
  DIR *folder = opendir("/dev/shm");
  if (!folder) return;
  for (struct dirent *entry; (entry = readdir(folder));) {
    struct stat status;
    if (strncmp(entry->d_name, prefix, sizeof prefix - 1) != 0) continue;
    if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 || status.st_uid != geteuid()) continue;
    char path[300];
    snprintf(path, sizeof path, "/dev/shm/%s\n", entry->d_name);
    struct search search = {.path = path, .everybody = entry->d_name[sizeof prefix - 1] == 0};
    process_each(look_into, &search);
    if (!search.mapped) unlinkat(dirfd(folder), entry->d_name, 0);
  }
  closedir(folder);
}
