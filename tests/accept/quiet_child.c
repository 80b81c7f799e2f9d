/* A forked child keeps no socket to LTTng's daemon: when it outlived its parent, the daemon would wait for an answer of the dead.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 2
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int count_sockets(void) {
  int count = 0;
  for (int descriptor = 0; descriptor < 256; descriptor++) {
    struct sockaddr_un peer = {0};
    socklen_t bytes = sizeof peer;
    if (getpeername(descriptor, (struct sockaddr *)&peer, &bytes) == 0 && peer.sun_family == AF_UNIX)
      count += strstr(peer.sun_path, "lttng") != NULL;
  }
  return count;
}

int main(void) {
  if (getenv("HEDDLE_CONTROL") && count_sockets() == 0) return 2; /* nothing would be tested */
  pid_t child = fork();
  if (child == 0) _exit(count_sockets() ? 1 : 0);
  int status;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}
