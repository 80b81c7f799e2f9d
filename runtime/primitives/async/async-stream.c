#include "async-stream-state.h"
#include "system.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a read asks the system for at least. */
#define READ_BYTES 65536u

int hd_stream_new(struct hd_async_stream *stream, int descriptor) {
  struct hd_async_stream_state *state = calloc(1, sizeof *state);
  stream->state = NULL;
  if (!state) return HD_ERROR_NO_MEMORY;
  int result = hd_descriptor_new(descriptor, &state->descriptor);
  if (result != HD_OK) {
    free(state);
    return result;
  }
  struct stat status;
  state->is_socket = fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
  state->references = 1;
  stream->state = state;
  return HD_OK;
}

int hd_async_stream_open(struct hd_async_stream *stream, int descriptor) {
  HD_CALM;
  return hd_stream_new(stream, descriptor);
}

int hd_async_stream_pair(struct hd_async_stream *first, struct hd_async_stream *second) {
  HD_CALM;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return hd_error_of(errno);
  int result = hd_stream_new(first, ends[0]);
  if (result == HD_OK) {
    result = hd_stream_new(second, ends[1]);
    if (result == HD_OK) return HD_OK;
    hd_async_stream_release(first);
    close(ends[1]);
    return result;
  }
  close(ends[0]);
  close(ends[1]);
  return result;
}

static void unref(struct hd_async_stream_state *stream) {
  if (!stream || --stream->references) return;
  hd_descriptor_close(stream->descriptor, stream->descriptor->source);
  hd_descriptor_unref(stream->descriptor);
  free(stream->data);
  free(stream);
}

void hd_async_stream_copy(const struct hd_async_stream *stream, struct hd_async_stream *copy) {
  stream->state->references++;
  copy->state = stream->state;
}

void hd_async_stream_release(struct hd_async_stream *stream) {
  struct hd_async_stream_state *state = stream->state;
  stream->state = NULL;
  unref(state);
}

void hd_async_stream_close_at(struct hd_async_stream *stream, const struct hd_source *source) {
  struct hd_async_stream_state *state = stream->state;
  if (!hd_descriptor_is_open(state->descriptor)) return;
  state->begin = state->end = 0;
  hd_descriptor_close(state->descriptor, source);
  hd_async_wake(&state->writers, SIZE_MAX, HD_ERROR_CLOSED, source);
}

bool hd_async_stream_is_closed(const struct hd_async_stream *stream) { return !hd_descriptor_is_open(stream->state->descriptor); }
int hd_async_stream_descriptor(const struct hd_async_stream *stream) { return stream->state->descriptor->number; }
bool hd_async_stream_is_at_end(const struct hd_async_stream *stream) {
  const struct hd_async_stream_state *state = stream->state;
  return state->at_end && state->begin == state->end;
}

/* Room behind what was read ahead, and for a zero. */
static bool reserve(struct hd_async_stream_state *stream, size_t bytes) {
  if (stream->begin == stream->end) stream->begin = stream->end = 0;
  if (stream->capacity - stream->end > bytes) return true;
  if (stream->begin && stream->capacity - (stream->end - stream->begin) > bytes && stream->begin >= stream->capacity / 2) {
    memmove(stream->data, stream->data + stream->begin, stream->end - stream->begin);
    stream->end -= stream->begin;
    stream->begin = 0;
    return true;
  }
  size_t capacity = stream->capacity * 2 > stream->end + bytes + 1 ? stream->capacity * 2 : stream->end + bytes + 1;
  char *data = realloc(stream->data, capacity);
  if (!data) return false;
  stream->data = data;
  stream->capacity = capacity;
  return true;
}

int hd_stream_fill(struct hd_async_stream_state *stream) {
  if (stream->at_end) return HD_ERROR_END_OF_FILE;
  if (!hd_descriptor_is_open(stream->descriptor)) return HD_ERROR_CLOSED;
  if (!reserve(stream, READ_BYTES)) return HD_ERROR_NO_MEMORY;
  HD_CALM;
  hd_emit_mute();
  ssize_t count = hd_read(stream->descriptor->number, stream->data + stream->end, stream->capacity - stream->end - 1);
  int number = errno;
  hd_emit_unmute();
  if (count > 0) {
    stream->end += (size_t)count;
    return HD_OK;
  }
  if (count < 0 && (number == EAGAIN || number == EWOULDBLOCK)) return HD_ERROR_WOULD_BLOCK;
  if (count < 0 && number != EIO) return hd_error_of(number);
  stream->at_end = true; /* EIO: a terminal whose other side is gone */
  return HD_ERROR_END_OF_FILE;
}

int hd_stream_send(struct hd_async_stream_state *stream, const void *data, size_t bytes, size_t *sent) {
  *sent = 0;
  if (!hd_descriptor_is_open(stream->descriptor)) return HD_ERROR_CLOSED;
  HD_CALM;
  int descriptor = stream->descriptor->number;
  hd_emit_mute();
  ssize_t count = stream->is_socket ? send(descriptor, data, bytes, MSG_NOSIGNAL) : hd_write(descriptor, data, bytes);
  int number = errno;
  hd_emit_unmute();
  if (count >= 0) {
    *sent = (size_t)count;
    return HD_OK;
  }
  return number == EAGAIN || number == EWOULDBLOCK || number == EINTR ? HD_ERROR_WOULD_BLOCK : hd_error_of(number);
}

char *hd_stream_take_all(struct hd_async_stream_state *stream, size_t *bytes) {
  *bytes = 0;
  if (!reserve(stream, 0)) return NULL;
  char *data = stream->data;
  *bytes = stream->end - stream->begin;
  if (stream->begin) memmove(data, data + stream->begin, *bytes);
  data[*bytes] = 0;
  stream->data = NULL;
  stream->begin = stream->end = stream->capacity = 0;
  return data;
}

static size_t take(struct hd_async_stream_state *stream, void *buffer, size_t bytes) {
  size_t ahead = stream->end - stream->begin, taken = bytes < ahead ? bytes : ahead;
  if (taken) memcpy(buffer, stream->data + stream->begin, taken);
  stream->begin += taken;
  return taken;
}

/* Around a read: nobody else reads meanwhile, and the stream stays. */
static int begin_read(struct hd_async_stream_state *stream, const struct hd_source *source) {
  int result = hd_descriptor_enter(stream->descriptor, HD_OPERATION_READ_AWAIT, source);
  if (result != HD_OK) return result;
  if (stream->reading) return hd_task_refuse(0, HD_OPERATION_READ_AWAIT, source, HD_ERROR_BUSY);
  stream->reading = true;
  stream->references++;
  return HD_OK;
}
static int end_read(struct hd_async_stream_state *stream, int result) {
  stream->reading = false;
  unref(stream);
  return result;
}

/* More is read ahead than was, after waiting for it. */
static int fill(struct hd_async_stream_state *stream, const struct hd_source *source) {
  int result = hd_descriptor_pause(stream->descriptor, source);
  if (result != HD_OK) return result;
  while ((result = hd_stream_fill(stream)) == HD_ERROR_WOULD_BLOCK) {
    result = hd_descriptor_await(stream->descriptor, HD_DESCRIPTOR_READABLE, HD_OPERATION_READ_AWAIT, 0, HD_NEVER, source);
    if (result != HD_OK) return result;
  }
  return result;
}

int hd_async_stream_read_at(struct hd_async_stream *stream, void *buffer, size_t capacity, size_t *bytes, const struct hd_source *source) {
  struct hd_async_stream_state *state = stream->state;
  *bytes = 0;
  if (capacity == 0) return HD_ERROR_INVALID;
  int result = begin_read(state, source);
  if (result != HD_OK) return result;
  if (state->begin == state->end) result = fill(state, source);
  if (result == HD_OK) *bytes = take(state, buffer, capacity);
  return end_read(state, result);
}

int hd_async_stream_read_exactly_at(struct hd_async_stream *stream, void *buffer, size_t bytes, size_t *got,
                                    const struct hd_source *source) {
  struct hd_async_stream_state *state = stream->state;
  if (got) *got = 0;
  int result = begin_read(state, source);
  if (result != HD_OK) return result;
  while (result == HD_OK && state->end - state->begin < bytes) result = fill(state, source);
  if (result == HD_OK || result == HD_ERROR_END_OF_FILE) {
    size_t taken = take(state, buffer, bytes);
    if (got) *got = taken;
  }
  return end_read(state, result);
}

int hd_async_stream_read_until_at(struct hd_async_stream *stream, const char *separator, char *buffer, size_t capacity, size_t *bytes,
                                  const struct hd_source *source) {
  struct hd_async_stream_state *state = stream->state;
  size_t length = strlen(separator), searched = 0;
  *bytes = 0;
  if (length == 0 || capacity == 0) return HD_ERROR_INVALID;
  int result = begin_read(state, source);
  if (result != HD_OK) return result;
  for (;;) {
    size_t ahead = state->end - state->begin;
    const char *text = ahead ? state->data + state->begin : NULL;
    const char *found = ahead > searched ? memmem(text + searched, ahead - searched, separator, length) : NULL;
    size_t wanted = found ? (size_t)(found - text) + length : ahead;
    if (wanted >= capacity)
      result = HD_ERROR_TOO_SMALL;
    else if (found || result == HD_ERROR_END_OF_FILE)
      buffer[ *bytes = take(state, buffer, wanted)] = 0;
    if (found || result != HD_OK) return end_read(state, result);
    searched = ahead >= length ? ahead - length + 1 : 0;
    result = fill(state, source);
    if (result != HD_OK && result != HD_ERROR_END_OF_FILE) return end_read(state, result);
  }
}

int hd_async_stream_read_all_at(struct hd_async_stream *stream, char **data, size_t *bytes, const struct hd_source *source) {
  struct hd_async_stream_state *state = stream->state;
  *data = NULL;
  *bytes = 0;
  int result = begin_read(state, source);
  if (result != HD_OK) return result;
  while (result == HD_OK) result = fill(state, source);
  if (result == HD_ERROR_END_OF_FILE) {
    *data = hd_stream_take_all(state, bytes);
    result = *data ? HD_OK : HD_ERROR_NO_MEMORY;
  }
  return end_read(state, result);
}

/* The turn to write goes to the next. */
static void end_turn(struct hd_async_stream_state *stream, const struct hd_source *source) {
  if (stream->writers.first)
    hd_async_wake(&stream->writers, 1, HD_OK, source);
  else
    stream->writing = false;
}

/* Around a write: one task after the other, and the stream stays. */
static int begin_write(struct hd_async_stream_state *stream, const struct hd_source *source) {
  int result = hd_descriptor_enter(stream->descriptor, HD_OPERATION_WRITE_AWAIT, source);
  if (result != HD_OK) return result;
  stream->references++;
  if (stream->writing) {
    struct hd_async_waiter waiter;
    result = hd_task_await(&stream->writers, &waiter, HD_OPERATION_WRITE_AWAIT, 0, HD_NEVER, source);
    if (result != HD_OK && waiter.woken && waiter.outcome == HD_OK) end_turn(stream, source);
  }
  stream->writing |= result == HD_OK;
  if (result != HD_OK) unref(stream);
  return result;
}
static int end_write(struct hd_async_stream_state *stream, int result, const struct hd_source *source) {
  end_turn(stream, source);
  unref(stream);
  return result;
}

int hd_async_stream_write_at(struct hd_async_stream *stream, const void *data, size_t bytes, const struct hd_source *source) {
  struct hd_async_stream_state *state = stream->state;
  int result = begin_write(state, source);
  if (result != HD_OK) return result;
  for (size_t done = 0, sent; result == HD_OK && done < bytes; done += sent) {
    result = hd_stream_send(state, (const char *)data + done, bytes - done, &sent);
    if (result == HD_ERROR_WOULD_BLOCK)
      result = hd_descriptor_await(state->descriptor, HD_DESCRIPTOR_WRITABLE, HD_OPERATION_WRITE_AWAIT, 0, HD_NEVER, source);
    else if (result == HD_OK && done + sent < bytes)
      result = hd_descriptor_pause(state->descriptor, source);
  }
  return end_write(state, result, source);
}

int hd_async_stream_write_end_at(struct hd_async_stream *stream, const struct hd_source *source) {
  struct hd_async_stream_state *state = stream->state;
  int result = begin_write(state, source);
  if (result != HD_OK) return result;
  HD_CALM;
  if (!hd_descriptor_is_open(state->descriptor))
    result = HD_ERROR_CLOSED;
  else if (!state->is_socket)
    hd_async_stream_close_at(stream, source);
  else if (shutdown(state->descriptor->number, SHUT_WR) != 0 && errno != ENOTCONN)
    result = hd_error_of(errno);
  return end_write(state, result, source);
}
