/* For root the paths of LTTng's daemon are fixed, and it refuses to start beside a global one. So for root it runs under an identity in
 * which it takes itself for an ordinary user and follows LTTNG_HOME: in a user namespace whose only user is another number for the same
 * root; where that is forbidden, as in most containers, as the user nobody. */
#pragma once
#include <sys/types.h>

/* Assumes that identity when this is root; otherwise does nothing. The process must have one thread. The folders will belong to it.
 * memory may be NULL. 0 or negative errno. */
int identity_assume(const char *home, const char *memory, int trace_folder);
