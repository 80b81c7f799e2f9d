/* The environment of the traced program: its own, and what makes it speak. */
#pragma once

/* A new environment (owned by the caller, for the lifetime of the process). home: LTTNG_HOME; control: path of the control file;
 * missing: set to a sentence when the preload library is not there, so that only programs that link the runtime can be seen. */
char **environment_make(const char *home, const char *control, const char **missing);
