/* What heddle-record and heddle-session say to each other: messages over a SOCK_SEQPACKET socket, each a letter and, where said, a text.
 *
 *     session -> record  STARTED          the session daemon runs and traces; now prime it
 *     record  -> session PRIMED           a process with the provider has been there and gone
 *     session -> record  READY            metadata is on disk: the program may begin
 *     record  -> session STOP             the program has ended, or enough was recorded
 *     session -> record  STOPPED          the trace is complete on disk
 *     session -> record  FAILED text      LTTng could not be started
 *     session -> record  ENDED text       LTTng died on the way; what it had is on disk; the control file says "over"
 *
 * When the recorder's end is closed, for whatever reason, heddle-session stops what is still going on and removes every process,
 * socket and memory file of the recording. It is a process of its own for three reasons: it outlives a killed recorder; it has
 * left the terminal's session, so that no Ctrl-C reaches LTTng; and run by root it lives in a user namespace, which only a
 * process of one thread can enter. */
#pragma once

enum message {
  MESSAGE_STARTED = 'B',
  MESSAGE_PRIMED = 'P',
  MESSAGE_READY = 'R',
  MESSAGE_STOP = 'S',
  MESSAGE_STOPPED = 'D',
  MESSAGE_FAILED = 'F',
  MESSAGE_ENDED = 'E',
};
enum {
  MESSAGE_BYTES = 512, /* longest message */
  SESSION_SOCKET = 3,  /* descriptors that heddle-session is started with */
  SESSION_FOLDER = 4,  /* the recording's folder */
};
