/* For root the paths of LTTng's daemon are fixed, and it refuses to start beside a global one. In a user namespace whose only user is
 * another number for the same root, LTTng takes itself for an ordinary user and follows LTTNG_HOME. */
#pragma once
#include <sys/types.h>

/* Enters such a namespace when this is root; otherwise does nothing. The process must have one thread. 0 or negative errno. Afterwards
 * getuid() is a number that no user has. */
int namespace_enter(void);
