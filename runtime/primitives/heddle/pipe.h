/* Pipe: messages between two ends, across processes and threads.
 *
 * What one end sends, the other receives, whole and in order, whatever its size. A duplex pipe carries messages both ways, a one-way pipe
 * from its sender to its receiver. A pipe holds some 200 KiB of messages, of a larger message only its beginning counts; then send waits.
 * Make a pipe before the fork that shares it; then each process closes the end that it does not use:
 *
 *     struct hd_pipe receiver, sender;
 *     hd_pipe_create_one_way(&receiver, &sender, "words");
 *     // in the parent: hd_pipe_close(&receiver), then hd_pipe_send(&sender, "hello", 5) …
 *     // in the child: hd_pipe_close(&sender), then hd_pipe_receive(&receiver, text, sizeof text, &bytes) …
 *
 * An end that all processes have closed is what tells the other side: a receiver gets HD_ERROR_END_OF_FILE when it has received all, a
 * sender HD_ERROR_CLOSED at once. A process that keeps a sender's end open without using it keeps its readers waiting for ever.
 *
 * Any number of processes and threads may send to an end, and receive from one, at the same time: each message goes to one of them, never
 * in parts. A process that is killed while it sends or receives leaves the message wholly sent or not at all, and hinders nobody.
 * close is for one thread, when no other uses this process's end. A struct hd_pipe may be embedded, and must not be moved. Its descriptor
 * is close-on-exec. No call here is a cancellation point, or raises SIGPIPE.
 *
 * How: a pair of sockets that keep packets apart (AF_UNIX, SOCK_SEQPACKET). The kernel sends and receives each packet as one, so no lock is
 * needed that a killed process could leave held. Of a message that is too large for a packet the rest travels beside it, in an unnamed file
 * in memory (memfd_create) whose descriptor the packet carries. In a recording each direction is a pipe of its own, and every message has
 * its number: the arrow leads from the send of just that message.
 */
#ifndef HEDDLE_PIPE_H
#define HEDDLE_PIPE_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_pipe_message;
/* One end. The fields are the runtime's own. */
struct hd_pipe {
  int descriptor; /* -1: closed */
  bool may_send;
  bool may_receive;
  struct hd_pipe_message *kept; /* was received, but did not fit where it should go */
  uint64_t sending, receiving;  /* references of the two directions, 0 while not recorded */
  uint32_t *sent_count;         /* messages sent from this end, by all processes; only while recorded */
};

/* Makes a duplex pipe. name: for the recording, copied; may be NULL. HD_ERROR_NO_RESOURCES, HD_ERROR_NO_MEMORY: both ends are closed. */
#define hd_pipe_create(first, second, name) hd_pipe_create_at((first), (second), true, (name), HD_HERE)
/* The same, one-way. */
#define hd_pipe_create_one_way(receiver, sender, name) hd_pipe_create_at((receiver), (sender), false, (name), HD_HERE)
HD_API int hd_pipe_create_at(struct hd_pipe *first, struct hd_pipe *second, bool duplex, const char *name, const struct hd_source *source);
/* Closes this process's copy of the end. Closing it again does nothing. */
#define hd_pipe_close(pipe) hd_pipe_close_at((pipe), HD_HERE)
HD_API void hd_pipe_close_at(struct hd_pipe *pipe, const struct hd_source *source);

/* Sends a message, which may be empty; waits while the pipe is full. HD_ERROR_CLOSED: nobody can receive it, or (a misuse) this end is
 * closed. HD_ERROR_INVALID: a misuse, this end only receives. HD_ERROR_NO_RESOURCES, HD_ERROR_NO_MEMORY: of a large message. */
#define hd_pipe_send(pipe, message, bytes) hd_pipe_send_timed_at((pipe), (message), (bytes), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT: the pipe was full for timeout_ns, nothing was sent. HD_ERROR_INVALID. */
#define hd_pipe_send_timed(pipe, message, bytes, timeout_ns) hd_pipe_send_timed_at((pipe), (message), (bytes), (timeout_ns), HD_HERE)
HD_API int hd_pipe_send_timed_at(struct hd_pipe *pipe, const void *message, size_t bytes, int64_t timeout_ns,
                                 const struct hd_source *source);

/* Receives the next message into a buffer; waits until there is one. *bytes: its length. HD_ERROR_TOO_SMALL: the buffer is, *bytes is what
 * it takes, and the message is what this process's end receives next. HD_ERROR_END_OF_FILE: no more will come. HD_ERROR_CLOSED,
 * HD_ERROR_INVALID: misuses, this end is closed, or only sends. HD_ERROR_NO_RESOURCES: no descriptor was left for a large message, or
 * HD_ERROR_NO_MEMORY: no memory to keep one that did not fit; it is lost. */
#define hd_pipe_receive(pipe, buffer, capacity, bytes) hd_pipe_receive_timed_at((pipe), (buffer), (capacity), HD_FOREVER, (bytes), HD_HERE)
/* HD_ERROR_TIMEOUT: nothing came within timeout_ns. */
#define hd_pipe_receive_timed(pipe, buffer, capacity, timeout_ns, bytes)                                                                   \
  hd_pipe_receive_timed_at((pipe), (buffer), (capacity), (timeout_ns), (bytes), HD_HERE)
HD_API int hd_pipe_receive_timed_at(struct hd_pipe *pipe, void *buffer, size_t capacity, int64_t timeout_ns, size_t *bytes,
                                    const struct hd_source *source);
/* The same into new memory of its size, which the caller frees with free(); a zero byte follows the message. */
#define hd_pipe_receive_new(pipe, message, bytes) hd_pipe_receive_new_timed_at((pipe), (message), HD_FOREVER, (bytes), HD_HERE)
#define hd_pipe_receive_new_timed(pipe, message, timeout_ns, bytes)                                                                        \
  hd_pipe_receive_new_timed_at((pipe), (message), (timeout_ns), (bytes), HD_HERE)
HD_API int hd_pipe_receive_new_timed_at(struct hd_pipe *pipe, void **message, int64_t timeout_ns, size_t *bytes,
                                        const struct hd_source *source);

/* Waits until a receive would not wait: there is a message, or the end of file. Where others receive too, they may be faster.
 * HD_ERROR_TIMEOUT: not within timeout_ns (0: not now). HD_ERROR_CLOSED, HD_ERROR_INVALID as receive. */
#define hd_pipe_poll(pipe, timeout_ns) hd_pipe_poll_at((pipe), (timeout_ns), HD_HERE)
HD_API int hd_pipe_poll_at(struct hd_pipe *pipe, int64_t timeout_ns, const struct hd_source *source);

/* For a poll over several; owned by the end. A message that did not fit does not show there. -1: closed. */
HD_API int hd_pipe_descriptor(const struct hd_pipe *pipe);

#ifdef __cplusplus
}
#endif
#endif
