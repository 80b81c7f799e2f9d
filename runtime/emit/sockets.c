/* LTTng's sockets in a forked child.
 *
 * liblttng-ust's listener threads do not live in a child, but the child keeps copies of their sockets open. When the parent has ended, the
 * session daemon takes them for an application that does not answer, and waits 5 s for it (its socket time-out) before it can stop. So
 * a child puts /dev/null in their place: the numbers stay taken, as the library believes. */
#include "self.h"
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define DESCRIPTORS_LOOKED_AT 1024
#define SOCKETS_MAX 8u /* a listener has two, and there are two listeners */
static int sockets[SOCKETS_MAX];
static uint32_t socket_count;

static bool leads_to_daemon(int descriptor) {
  struct sockaddr_un peer = {0};
  socklen_t bytes = sizeof peer;
  if (getpeername(descriptor, (struct sockaddr *)&peer, &bytes) != 0 || peer.sun_family != AF_UNIX) return false;
  peer.sun_path[sizeof peer.sun_path - 1] = 0;
  return strstr(peer.sun_path, "/lttng-ust-sock-") != NULL;
}

/* The library has connected them when its constructor returns. */
void hd_sockets_note(void) {
  for (int descriptor = STDERR_FILENO + 1; descriptor < DESCRIPTORS_LOOKED_AT && socket_count < SOCKETS_MAX; descriptor++)
    if (leads_to_daemon(descriptor)) sockets[socket_count++] = descriptor;
}

void hd_sockets_forget(void) {
  if (!socket_count) return;
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0) return;
  for (uint32_t i = 0; i < socket_count; i++)
    if (leads_to_daemon(sockets[i])) dup3(nothing, sockets[i], O_CLOEXEC);
  close(nothing);
}
