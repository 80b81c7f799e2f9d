/* The program that is to be recorded: where it is, and whether anything inside it can be seen. */
#pragma once
#include <stdbool.h>

/* Finds it as a shell does. 0, or the status a shell would give: 127 not found, 126 not executable (said on stderr). path: PATH_MAX
 * bytes. */
int program_find(const char *name, char *path);
/* NULL when its inside can be observed, else a sentence that says why not. It stays valid until the next call. */
const char *program_why_unobservable(const char *path);
