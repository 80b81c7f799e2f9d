/* The session daemon of one recording: a child of heddle-session, with its consumer daemon as a grandchild. All of them die with
 * heddle-session. */
#pragma once
#include <sys/types.h>

struct sessiond {
  pid_t process;
  int process_handle; /* pidfds: readable once the process is dead; -1 when there is none */
  int consumer_handle;
};

/* Starts it and waits until it takes commands. LTTNG_HOME must be set. log: file for its messages. 0 or negative errno. */
int sessiond_start(struct sessiond *daemon, const char *log);
/* Looks for the consumer daemon, once it has been started by the first channel. */
void sessiond_find_consumer(struct sessiond *daemon);
/* Ends all descendants of this process and waits for them. They have nothing left to write. */
void sessiond_end(struct sessiond *daemon);
