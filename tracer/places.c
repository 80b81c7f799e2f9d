#include "places.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The path from the folder of heddle-record in the build folder, and the one when installed. */
static const struct {
  const char *beside, *installed;
} places[] = {
    [PLACE_PRELOAD] = {"../runtime/preload/libheddle-preload.so", HEDDLE_LIBDIR "/libheddle-preload.so"},
    [PLACE_PROVIDER] = {"../runtime/provider/libheddle-provider.so", HEDDLE_LIBDIR "/libheddle-provider.so"},
    [PLACE_SESSION] = {"heddle-session", HEDDLE_LIBEXECDIR "/heddle-session"},
    [PLACE_PRIME] = {"heddle-prime", HEDDLE_LIBEXECDIR "/heddle-prime"},
    [PLACE_FINISH] = {"../viewer/cli/heddle-finish", HEDDLE_LIBEXECDIR "/heddle-finish"},
    [PLACE_UST_FD] = {NULL, LTTNG_UST_LIBDIR "/liblttng-ust-fd.so.1"},
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
  if (places[place].beside && own_folder(folder)) {
    snprintf(joined, sizeof joined, "%s/%s", folder, places[place].beside);
    char *slash = strstr(joined, "/../"); /* a readable path: what the program sees in its environment */
    if (slash) {
      char *parent = slash;
      while (parent > joined && *--parent != '/') continue;
      memmove(parent, slash + 3, strlen(slash + 3) + 1);
    }
    if (strlen(joined) < PATH_MAX && access(joined, R_OK) == 0) {
      strcpy(path, joined);
      return true;
    }
  }
  if (access(places[place].installed, R_OK) != 0) return false;
  snprintf(path, PATH_MAX, "%s", places[place].installed);
  return true;
}
