/* Async stream: bytes that come and go through a socket or a pipe, while the other tasks of the loop go on.
 *
 * What cannot be read or written at once is awaited. A stream reads ahead: what has arrived and was not asked for yet stays in it, so a
 * read that was cancelled, or ran out of the time of its scope (heddle/timeout.h), has lost nothing. A write goes on until the system has
 * taken all of it: who writes faster than the other side reads is slowed down to that. Writes of several tasks do not mix: each has its
 * turn.
 *
 *     struct hd_async_stream stream;
 *     if (hd_async_stream_connect(&stream, "localhost", 8080) != HD_OK) …
 *     hd_async_stream_write(&stream, "hello\n", 6);
 *     hd_async_stream_read_line(&stream, line, sizeof line, &bytes);
 *     hd_async_stream_release(&stream);
 *
 * A struct hd_async_stream is a handle; several may name one stream, which is closed with the last of them, or with its loop. All functions
 * are for tasks of the loop that it was made in: HD_ERROR_NO_TASK, HD_ERROR_NO_LOOP. All that wait give HD_ERROR_CANCELLED when their task
 * is cancelled meanwhile, and HD_ERROR_CLOSED when the stream is closed, by a task of the program (to use it then is a misuse) or by an
 * other side that was reset. No write raises SIGPIPE. Descriptors are non-blocking and close-on-exec. */
#ifndef HEDDLE_ASYNC_STREAM_H
#define HEDDLE_ASYNC_STREAM_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_async_stream_state;
/* The field is the runtime's own. */
struct hd_async_stream {
  struct hd_async_stream_state *state; /* a reference is owned */
};

/* Takes over a descriptor: a socket, a pipe, a terminal; on failure it stays the caller's. HD_ERROR_INVALID: it cannot be waited for, as a
 * regular file; HD_ERROR_NO_MEMORY, HD_ERROR_NO_RESOURCES. */
HD_API int hd_async_stream_open(struct hd_async_stream *stream, int descriptor);
/* Two that are connected with each other; each can be read and written. */
HD_API int hd_async_stream_pair(struct hd_async_stream *first, struct hd_async_stream *second);
/* Connects to a TCP port; a host name is looked up in a thread (hd_to_thread). HD_ERROR_UNREACHABLE: nobody listens, or answers, there;
 * HD_ERROR_NOT_FOUND: no host of this name; HD_ERROR_NO_MEMORY, HD_ERROR_NO_RESOURCES. */
#define hd_async_stream_connect(stream, host, port) hd_async_stream_connect_at((stream), (host), (port), HD_HERE)
HD_API int hd_async_stream_connect_at(struct hd_async_stream *stream, const char *host, uint16_t port, const struct hd_source *source);
/* Connects to a Unix socket. HD_ERROR_NOT_FOUND: no such path; HD_ERROR_INVALID: it is too long. */
#define hd_async_stream_connect_unix(stream, path) hd_async_stream_connect_unix_at((stream), (path), HD_HERE)
HD_API int hd_async_stream_connect_unix_at(struct hd_async_stream *stream, const char *path, const struct hd_source *source);

/* One task at a time reads: HD_ERROR_BUSY else, a misuse. At the end, when the other side has closed its side and all was read,
 * HD_ERROR_END_OF_FILE, again and again. HD_ERROR_NO_MEMORY. */

/* Reads what there is, at least a byte and at most capacity (not 0: HD_ERROR_INVALID). */
#define hd_async_stream_read(stream, buffer, capacity, bytes) hd_async_stream_read_at((stream), (buffer), (capacity), (bytes), HD_HERE)
HD_API int hd_async_stream_read_at(struct hd_async_stream *stream, void *buffer, size_t capacity, size_t *bytes,
                                   const struct hd_source *source);
/* Reads exactly so many. HD_ERROR_END_OF_FILE: there were only *got (may be NULL), which are in the buffer. */
#define hd_async_stream_read_exactly(stream, buffer, bytes, got)                                                                           \
  hd_async_stream_read_exactly_at((stream), (buffer), (bytes), (got), HD_HERE)
HD_API int hd_async_stream_read_exactly_at(struct hd_async_stream *stream, void *buffer, size_t bytes, size_t *got,
                                           const struct hd_source *source);
/* Reads up to and with a separator (a text that is not empty), and puts a zero behind it; *bytes does not count the zero.
 * HD_ERROR_END_OF_FILE: the end came before a separator; *bytes are in the buffer. HD_ERROR_TOO_SMALL: it does not fit into the buffer;
 * nothing was taken out of the stream. */
#define hd_async_stream_read_until(stream, separator, buffer, capacity, bytes)                                                             \
  hd_async_stream_read_until_at((stream), (separator), (buffer), (capacity), (bytes), HD_HERE)
#define hd_async_stream_read_line(stream, buffer, capacity, bytes)                                                                         \
  hd_async_stream_read_until_at((stream), "\n", (buffer), (capacity), (bytes), HD_HERE)
HD_API int hd_async_stream_read_until_at(struct hd_async_stream *stream, const char *separator, char *buffer, size_t capacity,
                                         size_t *bytes, const struct hd_source *source);
/* Reads to the end: HD_OK. *data is the caller's to free, and a zero follows it. */
#define hd_async_stream_read_all(stream, data, bytes) hd_async_stream_read_all_at((stream), (data), (bytes), HD_HERE)
HD_API int hd_async_stream_read_all_at(struct hd_async_stream *stream, char **data, size_t *bytes, const struct hd_source *source);
/* Whether a read gives HD_ERROR_END_OF_FILE: it has seen the end, and nothing is left. */
HD_API bool hd_async_stream_is_at_end(const struct hd_async_stream *stream);

/* Writes all of it. HD_ERROR_CLOSED: nobody reads it any more. What a cancelled write has written stays written. */
#define hd_async_stream_write(stream, data, bytes) hd_async_stream_write_at((stream), (data), (bytes), HD_HERE)
HD_API int hd_async_stream_write_at(struct hd_async_stream *stream, const void *data, size_t bytes, const struct hd_source *source);
/* Tells the other side that no more will come, while this one can still read: of a socket; a pipe is closed. Waits for the writes of other
 * tasks. */
#define hd_async_stream_write_end(stream) hd_async_stream_write_end_at((stream), HD_HERE)
HD_API int hd_async_stream_write_end_at(struct hd_async_stream *stream, const struct hd_source *source);

/* Closes it for all; what was read ahead is forgotten. Closing it again does nothing. */
#define hd_async_stream_close(stream) hd_async_stream_close_at((stream), HD_HERE)
HD_API void hd_async_stream_close_at(struct hd_async_stream *stream, const struct hd_source *source);
HD_API bool hd_async_stream_is_closed(const struct hd_async_stream *stream);
/* The descriptor; the stream's own. -1: it is closed. */
HD_API int hd_async_stream_descriptor(const struct hd_async_stream *stream);
HD_API void hd_async_stream_copy(const struct hd_async_stream *stream, struct hd_async_stream *copy);
/* Gives up the handle; nothing of an empty one. */
HD_API void hd_async_stream_release(struct hd_async_stream *stream);

/* Server: a socket where others connect.
 *
 *     hd_async_server_listen(&server, "127.0.0.1", 0, 16);
 *     while (hd_async_server_accept(&server, &client) == HD_OK) hd_task_create(NULL, serve, &client, sizeof client, 0, "client");
 */
struct hd_async_server_state;
/* The field is the runtime's own. */
struct hd_async_server {
  struct hd_async_server_state *state; /* owned */
};
/* Listens at an address of this machine (a number, or NULL: any); port 0: a free one. backlog: how many may be waiting to be accepted.
 * HD_ERROR_BUSY: somebody listens there; HD_ERROR_INVALID: no such address; HD_ERROR_NOT_PERMITTED, HD_ERROR_NO_MEMORY,
 * HD_ERROR_NO_RESOURCES. */
#define hd_async_server_listen(server, address, port, backlog) hd_async_server_listen_at((server), (address), (port), (backlog), HD_HERE)
HD_API int hd_async_server_listen_at(struct hd_async_server *server, const char *address, uint16_t port, unsigned backlog,
                                     const struct hd_source *source);
/* Listens at a path, which must not exist; it is removed when the server is closed. HD_ERROR_NOT_FOUND: no such folder. */
#define hd_async_server_listen_unix(server, path, backlog) hd_async_server_listen_unix_at((server), (path), (backlog), HD_HERE)
HD_API int hd_async_server_listen_unix_at(struct hd_async_server *server, const char *path, unsigned backlog,
                                          const struct hd_source *source);
/* The TCP port; 0 of a path. */
HD_API uint16_t hd_async_server_port(const struct hd_async_server *server);
/* Waits for the next who connects. HD_ERROR_CLOSED, HD_ERROR_CANCELLED, HD_ERROR_NO_RESOURCES, HD_ERROR_NO_MEMORY. */
#define hd_async_server_accept(server, stream) hd_async_server_accept_at((server), (stream), HD_HERE)
HD_API int hd_async_server_accept_at(struct hd_async_server *server, struct hd_async_stream *stream, const struct hd_source *source);
/* Nobody can connect any more; who waits to accept gets HD_ERROR_CLOSED. */
#define hd_async_server_close(server) hd_async_server_close_at((server), HD_HERE)
HD_API void hd_async_server_close_at(struct hd_async_server *server, const struct hd_source *source);
/* Closes it and gives up the handle; nothing of an empty one. */
HD_API void hd_async_server_release(struct hd_async_server *server);

#ifdef __cplusplus
}
#endif
#endif
