#include "daemon.h"
#include "message.h"
#include "places.h"
#include "protocol.h"
#include "tree.h"
#include "waitfiles.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_LIMIT_MS = 15000, PRIME_LIMIT_MS = 8000, STOP_LIMIT_MS = 30000, END_LIMIT_MS = 10000 };

static int fail(struct daemon *daemon, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(daemon->reason, sizeof daemon->reason, format, arguments);
  va_end(arguments);
  return -1;
}

/* Short names: a socket's path has room for 108 bytes. */
static bool make_folder(char *path, size_t path_bytes, const char *const *parents) {
  for (; *parents; parents++) {
    snprintf(path, path_bytes, "%s/heddle-XXXXXX", *parents);
    if (mkdtemp(path)) return true;
  }
  *path = 0;
  return false;
}

/* What is preloaded is meant for the program. And when this recorder is itself recorded, LTTng is not to be: that the name stands there,
 * empty, keeps the outer recording's preload from putting its own environment back. */
static void be_silent(void) {
  unsetenv("LD_PRELOAD");
  setenv("HEDDLE_CONTROL", "", 1);
}

/* In a new process: leaves the terminal, and hands over only what is meant for it. Never returns. */
static void become_session(const struct daemon *daemon, int socket, int folder) {
  setsid();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  /* First out of the way of the numbers that they are to get. */
  int moved_socket = fcntl(socket, F_DUPFD, 16), moved_folder = fcntl(folder, F_DUPFD, 16), nothing = open("/dev/null", O_RDWR);
  for (int standard = 0; standard < 3; standard++) dup2(nothing, standard);
  dup2(moved_socket, SESSION_SOCKET);
  dup2(moved_folder, SESSION_FOLDER);
  close_range(SESSION_FOLDER + 1, ~0u, 0);
  be_silent();
  char path[PATH_MAX];
  if (chdir("/") == 0 && place_find(PLACE_SESSION, path))
    execl(path, "heddle-session", daemon->home, *daemon->memory ? daemon->memory : NULL, NULL);
  _exit(127);
}

/* Waits for a message; 0 when heddle-session is gone, -1 when it took too long. A text is kept as the reason. */
static int receive(struct daemon *daemon, int limit_ms) {
  struct pollfd polled = {.fd = daemon->socket, .events = POLLIN};
  int ready;
  do ready = poll(&polled, 1, limit_ms);
  while (ready < 0 && errno == EINTR);
  if (ready <= 0) return fail(daemon, "LTTng did not answer");
  char packet[MESSAGE_BYTES + 1];
  ssize_t length = recv(daemon->socket, packet, MESSAGE_BYTES, 0);
  if (length <= 0) {
    fail(daemon, "heddle-session, which drives LTTng, died");
    return 0;
  }
  packet[length] = 0;
  if (length > 1) snprintf(daemon->reason, sizeof daemon->reason, "%s", packet + 1);
  return packet[0];
}

static void send_message(struct daemon *daemon, char message) { send(daemon->socket, &message, 1, MSG_NOSIGNAL); }

/* Waits for a child, but not for ever; then kills it. */
static int wait_limited(pid_t child, int limit_ms) {
  int status = -1;
  for (int waited_ms = 0; waitpid(child, &status, WNOHANG) == 0; waited_ms++) {
    if (waited_ms == limit_ms) kill(child, SIGKILL);
    usleep(1000);
  }
  return status;
}

static int prime(struct daemon *daemon) {
  char program[PATH_MAX], provider[PATH_MAX];
  if (!place_find(PLACE_PRIME, program) || !place_find(PLACE_PROVIDER, provider))
    return fail(daemon, "libheddle-provider.so or heddle-prime is missing");
  pid_t child = fork();
  if (child == 0) {
    setenv("LTTNG_HOME", daemon->home, 1);
    setenv("LTTNG_UST_REGISTER_TIMEOUT", "3000", 1);
    be_silent();
    setsid();
    int nothing = open("/dev/null", O_RDWR);
    for (int standard = 0; standard < 3; standard++) dup2(nothing, standard);
    execl(program, "heddle-prime", provider, NULL);
    _exit(127);
  }
  if (child < 0) return fail(daemon, "no process for heddle-prime: %s", strerror(errno));
  return wait_limited(child, PRIME_LIMIT_MS) == 0 ? 0 : fail(daemon, "the provider %s cannot be opened", provider);
}

int daemon_start(struct daemon *daemon, int folder) {
  *daemon = (struct daemon){.socket = -1};
  waitfiles_note();
  const char *run = getenv("XDG_RUNTIME_DIR"), *const homes[] = {"/tmp", run && strlen(run) < 32 ? run : "/dev/shm", NULL};
  const char *const memories[] = {"/dev/shm", NULL};
  int sockets[2];
  if (!make_folder(daemon->home, sizeof daemon->home, homes))
    return fail(daemon, "no folder in /tmp for LTTng's sockets: %s", strerror(errno));
  make_folder(daemon->memory, sizeof daemon->memory, memories);
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0) return fail(daemon, "no socket: %s", strerror(errno));
  daemon->process = fork();
  if (daemon->process == 0) become_session(daemon, sockets[1], folder);
  close(sockets[1]);
  daemon->socket = sockets[0];
  if (daemon->process < 0) return fail(daemon, "no process for heddle-session: %s", strerror(errno));
  if (receive(daemon, START_LIMIT_MS) != MESSAGE_STARTED || prime(daemon) < 0) return -1;
  send_message(daemon, MESSAGE_PRIMED);
  return receive(daemon, START_LIMIT_MS) == MESSAGE_READY ? 0 : -1;
}

bool daemon_has_died(struct daemon *daemon) {
  int message = receive(daemon, 0);
  return message == 0 || message == MESSAGE_ENDED;
}

bool daemon_stop(struct daemon *daemon) {
  send_message(daemon, MESSAGE_STOP);
  return receive(daemon, STOP_LIMIT_MS) == MESSAGE_STOPPED;
}

void daemon_end(struct daemon *daemon) {
  if (daemon->socket >= 0) close(daemon->socket);
  daemon->socket = -1;
  if (daemon->process > 0) wait_limited(daemon->process, END_LIMIT_MS);
  /* It did all of this itself, unless it was killed. */
  if (*daemon->home) tree_remove(daemon->home);
  if (*daemon->memory) tree_remove(daemon->memory);
  waitfiles_remove();
  daemon->process = 0;
}
