/* Where the parts of Heddle lie. Uninstalled (in the build folder) they are found beside the running executable, installed at the
 * places that meson was told, seen from it. */
#pragma once
#include <stdbool.h>

enum place {
  PLACE_PRELOAD,  /* libheddle-preload.so */
  PLACE_PROVIDER, /* libheddle-provider.so */
  PLACE_SESSION,  /* heddle-session, which drives LTTng */
  PLACE_PRIME,    /* heddle-prime, the tiny program that makes LTTng write its metadata */
  PLACE_FINISH,   /* heddle-finish, which looks at the recording */
  PLACE_UST_FD,   /* liblttng-ust-fd.so, LTTng's own */
};

/* Writes the absolute path into path (PATH_MAX bytes); false when there is no such file. */
bool place_find(enum place place, char *path);
