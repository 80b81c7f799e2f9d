/* Golden recordings, and copies of them that a test may break. */
#pragma once
#include "load.h"

/* Path of a golden recording; the caller frees it. */
char *golden_path(const char *name);
/* A copy of a folder in a fresh temporary one. scratch_remove deletes and frees it. */
char *scratch_copy(const char *folder);
char *scratch_new(void);
void scratch_remove(char *folder);
/* All regular files below a folder, sorted, of char*. */
GPtrArray *files_below(const char *folder);
