/* Talking to a child through its pipes. */
#include "subprocess-state.h"
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* As much as a pipe takes at once when poll says that it has room: so no write blocks, and the pipe need not be non-blocking, which its
 * other users might see. */
#define WRITE_BYTES PIPE_BUF
#define READ_BYTES 65536u

void hd_subprocess_close(struct hd_subprocess *subprocess, enum hd_subprocess_stream stream) {
  HD_CALM;
  hd_close(&subprocess->state->ends[stream]);
}

int hd_subprocess_descriptor(const struct hd_subprocess *subprocess, enum hd_subprocess_stream stream) {
  return subprocess->state->ends[stream];
}

/* Of a stream that is to be used: HD_OK, or why not, which is a misuse. */
static int check(const struct hd_subprocess_state *state, enum hd_subprocess_stream stream, struct hd_emit *emit,
                 enum hd_operation operation, const struct hd_source *source) {
  if (state->ends[stream] >= 0) return HD_OK;
  return hd_trace_misuse(emit, state->pipes[stream], operation, source, state->was_pipe[stream] ? HD_ERROR_CLOSED : HD_ERROR_INVALID);
}

/* Waits until the stream is ready, which is told when it is not so at once. */
static int await(const struct hd_subprocess_state *state, enum hd_subprocess_stream stream, short events, hd_deadline deadline,
                 struct hd_emit *emit, const struct hd_source *source) {
  int result = hd_poll_one(state->ends[stream], events, 0);
  if (result != HD_ERROR_TIMEOUT || deadline == 0) return result;
  struct hd_emit_wait wait = {.object = state->pipes[stream]};
  bool timed = deadline != HD_NEVER;
  enum hd_operation reads = timed ? HD_OPERATION_PIPE_READ_TIMED : HD_OPERATION_PIPE_READ;
  enum hd_operation writes = timed ? HD_OPERATION_PIPE_WRITE_TIMED : HD_OPERATION_PIPE_WRITE;
  hd_trace_wait_begin(emit, &wait, events == POLLIN ? reads : writes, source);
  result = hd_poll_one(state->ends[stream], events, deadline);
  hd_trace_wait_end(emit, &wait, result);
  return result;
}

int hd_subprocess_write_timed_at(struct hd_subprocess *subprocess, const void *data, size_t bytes, int64_t timeout_ns, size_t *written,
                                 const struct hd_source *source) {
  struct hd_subprocess_state *state = subprocess->state;
  size_t done = 0;
  if (written) *written = 0;
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  HD_CALM;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_emit *emit = hd_trace_enter();
  int result = check(state, HD_SUBPROCESS_INPUT, emit, HD_OPERATION_PIPE_WRITE, source);
  while (result == HD_OK && done < bytes) {
    result = await(state, HD_SUBPROCESS_INPUT, POLLOUT, deadline, emit, source);
    if (result != HD_OK) break;
    size_t left = bytes - done;
    ssize_t count = hd_write(state->ends[HD_SUBPROCESS_INPUT], (const char *)data + done, left < WRITE_BYTES ? left : WRITE_BYTES);
    if (count >= 0)
      done += (size_t)count;
    else
      result = hd_error_of(errno);
  }
  hd_trace_leave(emit);
  if (written) *written = done;
  return result;
}

int hd_subprocess_read_timed_at(struct hd_subprocess *subprocess, enum hd_subprocess_stream stream, void *buffer, size_t capacity,
                                int64_t timeout_ns, size_t *bytes, const struct hd_source *source) {
  struct hd_subprocess_state *state = subprocess->state;
  *bytes = 0;
  if (!hd_timeout_is_valid(timeout_ns) || capacity == 0 || stream == HD_SUBPROCESS_INPUT) return HD_ERROR_INVALID;
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  int result = check(state, stream, emit, HD_OPERATION_PIPE_READ, source);
  if (result == HD_OK) result = await(state, stream, POLLIN, hd_deadline_after(timeout_ns), emit, source);
  if (result == HD_OK) {
    ssize_t count = hd_read(state->ends[stream], buffer, capacity);
    if (count > 0) *bytes = (size_t)count;
    if (count <= 0) result = count == 0 ? HD_ERROR_END_OF_FILE : hd_error_of(errno);
  }
  hd_trace_leave(emit);
  return result;
}

/* Room for some bytes more, and the zero. */
static bool reserve(struct hd_collected *collected, size_t bytes) {
  if (collected->capacity - collected->bytes > bytes) return true;
  size_t capacity = collected->capacity * 2 > collected->bytes + bytes + 1 ? collected->capacity * 2 : collected->bytes + bytes + 1;
  char *data = realloc(collected->data, capacity);
  if (!data) return false;
  collected->data = data;
  collected->capacity = capacity;
  return true;
}

/* Reads what there is; closes the pipe at its end. */
static int collect(struct hd_subprocess_state *state, int stream) {
  struct hd_collected *collected = &state->collected[stream];
  if (!reserve(collected, READ_BYTES)) return HD_ERROR_NO_MEMORY;
  ssize_t count = hd_read(state->ends[stream], collected->data + collected->bytes, READ_BYTES);
  if (count <= 0)
    hd_close(&state->ends[stream]);
  else
    collected->bytes += (size_t)count;
  return HD_OK;
}

/* Sends a part; closes the pipe when all is sent, or nobody reads. */
static void send_part(struct hd_subprocess_state *state, const char *text, size_t bytes) {
  size_t left = bytes - state->text_sent;
  ssize_t count = left ? hd_write(state->ends[HD_SUBPROCESS_INPUT], text + state->text_sent, left < WRITE_BYTES ? left : WRITE_BYTES) : 0;
  if (count > 0) state->text_sent += (size_t)count;
  if (count < 0 || state->text_sent >= bytes) hd_close(&state->ends[HD_SUBPROCESS_INPUT]);
}

/* Whatever is ready, until all pipes are closed: in neither direction does anything wait for the other. */
static int exchange(struct hd_subprocess_state *state, const char *text, size_t bytes, hd_deadline deadline) {
  if (bytes <= state->text_sent) hd_close(&state->ends[HD_SUBPROCESS_INPUT]);
  for (;;) {
    struct pollfd polled[HD_STREAM_COUNT];
    bool open = false;
    for (int i = 0; i < HD_STREAM_COUNT; i++) {
      polled[i] = (struct pollfd){.fd = state->ends[i], .events = i == HD_SUBPROCESS_INPUT ? POLLOUT : POLLIN};
      open |= state->ends[i] >= 0;
    }
    if (!open) return HD_OK;
    int result = hd_poll(polled, HD_STREAM_COUNT, deadline);
    if (polled[HD_SUBPROCESS_INPUT].fd >= 0 && polled[HD_SUBPROCESS_INPUT].revents) send_part(state, text, bytes);
    for (int i = HD_SUBPROCESS_OUTPUT; i < HD_STREAM_COUNT && result == HD_OK; i++)
      if (polled[i].fd >= 0 && polled[i].revents) result = collect(state, i);
    if (result != HD_OK) return result;
  }
}

static char *take(struct hd_collected *collected, size_t *bytes) {
  char *data = collected->data;
  *bytes = collected->bytes;
  if (data) data[*bytes] = 0;
  *collected = (struct hd_collected){0};
  return data;
}

/* Hands over what was read. A pipe that brought nothing gives an empty text. */
static int hand_over(struct hd_subprocess_state *state, struct hd_subprocess_result *result) {
  if (!result) return HD_OK;
  for (int i = HD_SUBPROCESS_OUTPUT; i < HD_STREAM_COUNT; i++)
    if (state->was_pipe[i] && !reserve(&state->collected[i], 0)) return HD_ERROR_NO_MEMORY;
  result->output = take(&state->collected[HD_SUBPROCESS_OUTPUT], &result->output_bytes);
  result->error = take(&state->collected[HD_SUBPROCESS_ERROR], &result->error_bytes);
  result->return_code = state->return_code;
  return HD_OK;
}

/* In the recording all of it is one wait for the child: what it waits for there is that the child reads, writes and ends. */
static int communicate(struct hd_subprocess_state *state, const char *text, size_t bytes, hd_deadline deadline,
                       const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  struct hd_emit_wait wait = {.object = (uint64_t)state->process_id};
  hd_trace_wait_begin(emit, &wait, deadline == HD_NEVER ? HD_OPERATION_PROCESS_WAIT : HD_OPERATION_PROCESS_WAIT_TIMED, source);
  int result = exchange(state, text, bytes, deadline);
  while (result == HD_OK && (result = hd_subprocess_reap(state, emit)) == HD_ERROR_WOULD_BLOCK)
    result = hd_poll_one(state->process_descriptor, POLLIN, deadline);
  hd_trace_wait_end(emit, &wait, result);
  hd_trace_leave(emit);
  return result;
}

int hd_subprocess_communicate_at(struct hd_subprocess *subprocess, const void *text, size_t bytes, int64_t timeout_ns,
                                 struct hd_subprocess_result *result, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns) || (bytes && !text)) return HD_ERROR_INVALID;
  HD_CALM;
  int error = communicate(subprocess->state, text, bytes, hd_deadline_after(timeout_ns), source);
  return error == HD_OK ? hand_over(subprocess->state, result) : error;
}

/* What the killed child had written. Its own children may still hold the pipes: nobody waits for them. */
static void collect_rest(struct hd_subprocess_state *state) {
  hd_close(&state->ends[HD_SUBPROCESS_INPUT]);
  for (int i = HD_SUBPROCESS_OUTPUT; i < HD_STREAM_COUNT; i++)
    while (state->ends[i] >= 0 && hd_poll_one(state->ends[i], POLLIN, 0) == HD_OK && collect(state, i) == HD_OK) {}
}

bool hd_subprocess_run_options(const struct hd_subprocess_options *options, struct hd_subprocess_options *own) {
  if (options->text && options->input != HD_STREAM_INHERIT && options->input != HD_STREAM_PIPE) return false;
  *own = *options;
  if (options->text) own->input = HD_STREAM_PIPE;
  if (options->capture) own->output = HD_STREAM_PIPE;
  if (options->capture && own->error != HD_STREAM_OUTPUT) own->error = HD_STREAM_PIPE;
  return true;
}

int hd_subprocess_run_at(const struct hd_subprocess_options *options, int64_t timeout_ns, struct hd_subprocess_result *result,
                         const struct hd_source *source) {
  *result = (struct hd_subprocess_result){0};
  struct hd_subprocess_options own;
  if (!hd_timeout_is_valid(timeout_ns) || !hd_subprocess_run_options(options, &own)) return HD_ERROR_INVALID;
  HD_CALM;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_subprocess subprocess;
  int error = hd_subprocess_spawn_at(&subprocess, &own, source);
  if (error != HD_OK) return error;
  error = communicate(subprocess.state, options->text, options->text ? options->text_bytes : 0, deadline, source);
  if (error != HD_OK && error != HD_ERROR_NOT_CHILD) {
    hd_subprocess_signal_at(&subprocess, SIGKILL, source);
    hd_subprocess_wait_timed_at(&subprocess, HD_FOREVER, NULL, source);
    collect_rest(subprocess.state);
  }
  int handed = hand_over(subprocess.state, result);
  if (error == HD_OK) error = handed;
  if (error == HD_OK && options->check && result->return_code != 0) error = HD_ERROR_CHILD_FAILED;
  hd_subprocess_release(&subprocess);
  return error;
}

void hd_subprocess_result_free(struct hd_subprocess_result *result) {
  free(result->output);
  free(result->error);
  *result = (struct hd_subprocess_result){0};
}
