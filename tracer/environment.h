/* The environment of the traced program: its own, and what makes it speak. */
#pragma once

/* A new environment (owned by the caller, for the lifetime of the process). home: LTTNG_HOME; control: path of the control file;
 * reason: set to a sentence when it cannot be traced. NULL then. */
char **environment_make(const char *home, const char *control, const char **reason);
