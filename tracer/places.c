#include "places.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Paths from the folder of heddle-record: in the build folder, and installed (so that an installation may be moved). */
static const struct {
  const char *in_build, *installed;
} places[] = {
    [PLACE_PRELOAD] = {"../runtime/preload/libheddle-preload.so", HEDDLE_LIBDIR_FROM_LIBEXEC "/libheddle-preload.so"},
    [PLACE_PROVIDER] = {"../runtime/provider/libheddle-provider.so", HEDDLE_LIBDIR_FROM_LIBEXEC "/libheddle-provider.so"},
    [PLACE_SESSION] = {"heddle-session", "heddle-session"},
    [PLACE_PRIME] = {"heddle-prime", "heddle-prime"},
    [PLACE_FINISH] = {"../viewer/cli/heddle-finish", "heddle-finish"},
    [PLACE_UST_FD] = {LTTNG_UST_LIBDIR "/liblttng-ust-fd.so.1", LTTNG_UST_LIBDIR "/liblttng-ust-fd.so.1"},
};

/* The folder of the running executable, without a slash at its end. */
static bool own_folder(char *folder) {
  ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
  if (length <= 0) return false;
  folder[length] = 0;
  char *slash = strrchr(folder, '/');
  if (!slash) return false;
  *slash = 0;
  return true;
}

bool place_find(enum place place, char *path) {
  char folder[PATH_MAX], joined[2 * PATH_MAX];
  if (!own_folder(folder)) return false;
  const char *const relative[] = {places[place].in_build, places[place].installed};
  for (unsigned i = 0; i < 2; i++) {
    if (relative[i][0] == '/')
      snprintf(joined, sizeof joined, "%s", relative[i]);
    else
      snprintf(joined, sizeof joined, "%s/%s", folder, relative[i]);
    if (realpath(joined, path) && access(path, R_OK) == 0) return true; /* the program sees it in its environment: no dots in it */
  }
  return false;
}
