/* heddle-session HOME [MEMORY]: LTTng's side of one recording (protocol.h). HOME: a short-named folder for the daemon's sockets;
 * MEMORY: a folder in memory for the buffers. Both are removed at the end, whatever happened. */
#include "control.h"
#include "identity.h"
#include "protocol.h"
#include "session.h"
#include "sessiond.h"
#include "tree.h"
#include "waitfiles.h"
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { METADATA_LIMIT_MS = 3000, METADATA_LOOK_MS = 5 };
static const char *memory_folder;
static char trace_folder[64]; /* by way of this process's descriptor, since the path may be closed to the identity that LTTng runs under */
static struct sessiond daemon_of_recording;

static void tell(enum message message, const char *text) {
  char packet[MESSAGE_BYTES];
  int length = snprintf(packet, sizeof packet, "%c%s", message, text);
  if (length >= (int)sizeof packet) length = (int)sizeof packet - 1;
  send(SESSION_SOCKET, packet, (size_t)length, MSG_NOSIGNAL); /* the recorder may be dead: its end is seen elsewhere */
}

/* The next message of the recorder, 0 when it is gone, or -1 with the name of the daemon that died. */
static int next_event(const char **dead_daemon) {
  for (;;) {
    sessiond_find_consumer(&daemon_of_recording);
    struct pollfd polled[] = {{.fd = SESSION_SOCKET, .events = POLLIN},
                              {.fd = daemon_of_recording.process_handle, .events = POLLIN},
                              {.fd = daemon_of_recording.consumer_handle, .events = POLLIN}};
    if (poll(polled, 3, -1) < 0) continue;
    if (polled[1].revents || polled[2].revents) {
      *dead_daemon = polled[1].revents ? "session daemon" : "consumer daemon";
      return -1;
    }
    char packet[MESSAGE_BYTES];
    ssize_t length = recv(SESSION_SOCKET, packet, sizeof packet, 0);
    return length > 0 ? packet[0] : 0;
  }
}

/* Writes what is still in the buffers to trace/recovered: of a killed daemon all; else the part of a buffer in which a thread was killed
 * while it wrote an event, since LTTng hands on whole buffers only. */
static void recover(void) {
  if (!memory_folder) return;
  char recovered[96], streams[160];
  snprintf(recovered, sizeof recovered, "%s/recovered", trace_folder);
  snprintf(streams, sizeof streams, "%s/ust/uid/*/*/heddle_*", recovered);
  pid_t child = fork();
  if (child == 0) {
    execlp("lttng-crash", "lttng-crash", "-x", recovered, memory_folder, NULL);
    _exit(127);
  }
  if (child > 0) waitpid(child, NULL, 0);
  glob_t found;
  if (glob(streams, GLOB_NOSORT, NULL, &found) == GLOB_NOMATCH)
    tree_remove(recovered);
  else
    globfree(&found);
}

/* Whether LTTng can write at all: a daemon that has too few descriptors or cannot share memory accepts everything, and writes nothing. */
static bool metadata_is_there(void) {
  char metadata[128];
  snprintf(metadata, sizeof metadata, "%s/ust/uid/*/*/metadata", trace_folder);
  for (int waited_ms = 0; waited_ms <= METADATA_LIMIT_MS; waited_ms += METADATA_LOOK_MS, usleep(METADATA_LOOK_MS * 1000)) {
    struct stat status;
    glob_t found;
    if (glob(metadata, GLOB_NOSORT, NULL, &found) != 0) continue;
    bool written = stat(found.gl_pathv[0], &status) == 0 && status.st_size > 0;
    globfree(&found);
    if (written) return true;
  }
  return false;
}

/* Everything up to the message that says how it ended. */
static void record(const char *home) {
  char reason[MESSAGE_BYTES - 8], text[MESSAGE_BYTES], log[256];
  struct control control;
  int error = control_open(&control, SESSION_FOLDER);
  int trace = openat(SESSION_FOLDER, "trace", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (error < 0 || trace < 0) return tell(MESSAGE_FAILED, "the recording's folder cannot be used");
  snprintf(trace_folder, sizeof trace_folder, "/proc/%d/fd/%d", (int)getpid(), trace);
  snprintf(log, sizeof log, "%s/log", home);

  error = identity_assume(home, memory_folder, trace);
  if (error < 0) {
    snprintf(text, sizeof text, "root cannot run a session daemon of LTTng for itself alone here: %s", strerror(-error));
    return tell(MESSAGE_FAILED, text);
  }
  error = sessiond_start(&daemon_of_recording, log);
  if (error < 0) {
    snprintf(text, sizeof text, "LTTng's session daemon (lttng-sessiond, package lttng-tools) does not start: %s", strerror(-error));
    return tell(MESSAGE_FAILED, text);
  }
  if (session_start(trace_folder, memory_folder, reason, sizeof reason) < 0) return tell(MESSAGE_FAILED, reason);
  tell(MESSAGE_STARTED, "");
  const char *dead_daemon = NULL;
  int event = next_event(&dead_daemon);
  if (event == MESSAGE_PRIMED) {
    session_write_metadata();
    if (!metadata_is_there()) return tell(MESSAGE_FAILED, "LTTng wrote nothing (too few descriptors or too little shared memory)");
    tell(MESSAGE_READY, "");
    event = next_event(&dead_daemon);
  }
  control_over(&control, event == 0);
  if (event == 0) control_cut(&control, true); /* what the recorder would have done */
  if (event >= 0) {
    if (session_stop() == 0) {
      recover();
      return tell(MESSAGE_STOPPED, "");
    }
    dead_daemon = "session daemon";
  }
  sessiond_end(&daemon_of_recording);
  recover();
  snprintf(text, sizeof text, "LTTng's %s died while recording; what was recorded until then can be read", dead_daemon);
  tell(MESSAGE_ENDED, text);
}

int main(int argument_count, char **arguments) {
  if (argument_count < 2 || argument_count > 3) {
    fputs("heddle-session is a part of heddle-record\n", stderr);
    return 2;
  }
  const char *home = arguments[1];
  memory_folder = argument_count > 2 ? arguments[2] : NULL;
  static const int ignored[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGQUIT};
  for (unsigned i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
  umask(077);
  struct rlimit files;
  /* The daemon keeps some for each program that registers; but LTTng closes all that there might be, one by one, at each start. */
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max < 4096 ? files.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  setenv("LTTNG_HOME", home, 1);
  record(home);
  sessiond_end(&daemon_of_recording);
  tree_remove(home);
  if (memory_folder) tree_remove(memory_folder);
  waitfiles_remove();
  return 0;
}
