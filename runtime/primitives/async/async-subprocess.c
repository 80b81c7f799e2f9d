#include "async-stream-state.h"
#include "subprocess-state.h"
#include <fcntl.h>
#include <heddle/async-subprocess.h>
#include <signal.h>
#include <stdlib.h>

/* So often communicate goes on without a pause when its child is always ready. */
#define UNPAUSED_MAX 16

struct hd_async_subprocess_state {
  uint32_t references; /* the handle, and who is in a call */
  bool communicating;
  struct hd_subprocess subprocess;
  struct hd_async_stream streams[HD_STREAM_COUNT];
  struct hd_descriptor *end; /* a pidfd, readable when the child has ended; NULL: its status was taken before */
};

static void unref(struct hd_async_subprocess_state *state) {
  if (!state || --state->references) return;
  for (int i = 0; i < HD_STREAM_COUNT; i++) hd_async_stream_release(&state->streams[i]);
  if (state->end) hd_descriptor_close(state->end, state->end->source);
  hd_descriptor_unref(state->end);
  hd_subprocess_release(&state->subprocess);
  free(state);
}

/* The pipes become streams, and the loop looks at the end. */
static int adopt(struct hd_async_subprocess_state *state) {
  struct hd_subprocess_state *child = state->subprocess.state;
  int result = HD_OK;
  for (int i = 0; i < HD_STREAM_COUNT && result == HD_OK; i++) {
    if (child->ends[i] < 0) continue;
    result = hd_stream_new(&state->streams[i], child->ends[i]);
    if (result == HD_OK) child->ends[i] = -1;
  }
  if (result != HD_OK || child->process_descriptor < 0) return result;
  int descriptor = fcntl(child->process_descriptor, F_DUPFD_CLOEXEC, HD_STREAM_COUNT);
  if (descriptor < 0) return hd_error_of(errno);
  result = hd_descriptor_new(descriptor, &state->end);
  if (result != HD_OK) hd_close(&descriptor);
  return result;
}

int hd_async_subprocess_spawn_at(struct hd_async_subprocess *subprocess, const struct hd_subprocess_options *options,
                                 const struct hd_source *source) {
  subprocess->state = NULL;
  if (!hd_loop_running()) return hd_task_refuse(0, HD_OPERATION_PROCESS_SPAWN, source, HD_ERROR_NO_LOOP);
  HD_CALM;
  struct hd_async_subprocess_state *state = calloc(1, sizeof *state);
  if (!state) return HD_ERROR_NO_MEMORY;
  state->references = 1;
  int result = hd_subprocess_spawn_at(&state->subprocess, options, source);
  if (result == HD_OK && (result = adopt(state)) != HD_OK) hd_subprocess_signal_at(&state->subprocess, SIGKILL, source);
  if (result == HD_OK)
    subprocess->state = state;
  else
    unref(state);
  return result;
}

void hd_async_subprocess_release(struct hd_async_subprocess *subprocess) {
  struct hd_async_subprocess_state *state = subprocess->state;
  subprocess->state = NULL;
  unref(state);
}

struct hd_async_stream *hd_async_subprocess_stream(struct hd_async_subprocess *subprocess, enum hd_subprocess_stream stream) {
  struct hd_async_stream *found = &subprocess->state->streams[stream];
  return found->state ? found : NULL;
}

static int reap(struct hd_async_subprocess_state *state) {
  struct hd_emit *emit = hd_trace_enter();
  int result = hd_subprocess_reap(state->subprocess.state, emit);
  hd_trace_leave(emit);
  return result;
}

static uint64_t pid_of(const struct hd_async_subprocess_state *state) { return (uint64_t)state->subprocess.state->process_id; }

static int await_end(struct hd_async_subprocess_state *state, const struct hd_source *source) {
  int result;
  while ((result = reap(state)) == HD_ERROR_WOULD_BLOCK) {
    result = hd_descriptor_await(state->end, HD_DESCRIPTOR_READABLE, HD_OPERATION_PROCESS_AWAIT, pid_of(state), HD_NEVER, source);
    if (result != HD_OK) return result;
  }
  return result == HD_ERROR_NOT_CHILD ? hd_task_refuse(pid_of(state), HD_OPERATION_PROCESS_AWAIT, source, result) : result;
}

int hd_async_subprocess_wait_at(struct hd_async_subprocess *subprocess, int *return_code, const struct hd_source *source) {
  struct hd_async_subprocess_state *state = subprocess->state;
  int result = state->end ? hd_descriptor_enter(state->end, HD_OPERATION_PROCESS_AWAIT, source) : HD_OK;
  if (result != HD_OK) return result;
  HD_CALM;
  state->references++;
  result = await_end(state, source);
  if (result == HD_OK && return_code) *return_code = state->subprocess.state->return_code;
  unref(state);
  return result;
}

int hd_async_subprocess_poll(struct hd_async_subprocess *subprocess, int *return_code) {
  return hd_subprocess_poll(&subprocess->state->subprocess, return_code);
}

int hd_async_subprocess_signal_at(struct hd_async_subprocess *subprocess, int number, const struct hd_source *source) {
  return hd_subprocess_signal_at(&subprocess->state->subprocess, number, source);
}

pid_t hd_async_subprocess_process_id(const struct hd_async_subprocess *subprocess) {
  return hd_subprocess_process_id(&subprocess->state->subprocess);
}

/* The stream while it is open and not at its end; else NULL. */
static struct hd_async_stream_state *unfinished(const struct hd_async_subprocess_state *state, int stream) {
  struct hd_async_stream_state *found = state->streams[stream].state;
  return found && !found->at_end && hd_descriptor_is_open(found->descriptor) ? found : NULL;
}

/* Sends a part of what is left of the text; closes the pipe when all is sent, or nobody reads. True: something was done. */
static bool send_part(struct hd_async_subprocess_state *state, const char *text, size_t bytes, const struct hd_source *source) {
  struct hd_async_stream_state *input = unfinished(state, HD_SUBPROCESS_INPUT);
  size_t *done = &state->subprocess.state->text_sent, sent = 0;
  if (!input) return false;
  int result = *done < bytes ? hd_stream_send(input, text + *done, bytes - *done, &sent) : HD_OK;
  *done += sent;
  if (*done < bytes && (result == HD_OK || result == HD_ERROR_WOULD_BLOCK)) return result == HD_OK;
  hd_async_stream_close_at(&state->streams[HD_SUBPROCESS_INPUT], source);
  return true;
}

/* Whatever can be done at once, in all directions: HD_OK, HD_ERROR_WOULD_BLOCK, HD_ERROR_NO_MEMORY; HD_ERROR_NO_MORE: all is done. */
static int exchange_once(struct hd_async_subprocess_state *state, const char *text, size_t bytes, const struct hd_source *source) {
  bool progress = send_part(state, text, bytes, source);
  for (int i = HD_SUBPROCESS_OUTPUT; i < HD_STREAM_COUNT; i++) {
    struct hd_async_stream_state *output = unfinished(state, i);
    int result = output ? hd_stream_fill(output) : HD_ERROR_WOULD_BLOCK;
    if (result == HD_ERROR_NO_MEMORY) return result;
    if (result != HD_OK && result != HD_ERROR_WOULD_BLOCK) output->at_end = true;
    progress |= result != HD_ERROR_WOULD_BLOCK;
  }
  if (progress) return HD_OK;
  for (int i = 0; i < HD_STREAM_COUNT; i++)
    if (unfinished(state, i)) return HD_ERROR_WOULD_BLOCK;
  return HD_ERROR_NO_MORE;
}

/* Until one of the pipes that are left is ready. */
static int await_any(struct hd_async_subprocess_state *state, const struct hd_source *source) {
  struct hd_async_waiter waiter;
  for (int i = 0; i < HD_STREAM_COUNT; i++)
    if (unfinished(state, i))
      hd_descriptor_watch(state->streams[i].state->descriptor, i == HD_SUBPROCESS_INPUT ? HD_DESCRIPTOR_WRITABLE : HD_DESCRIPTOR_READABLE,
                          &waiter);
  int result = hd_task_await(NULL, &waiter, HD_OPERATION_PROCESS_AWAIT, pid_of(state), HD_NEVER, source);
  for (int i = 0; i < HD_STREAM_COUNT; i++)
    if (state->streams[i].state)
      for (int event = 0; event < HD_DESCRIPTOR_EVENT_COUNT; event++)
        hd_descriptor_watch(state->streams[i].state->descriptor, (enum hd_descriptor_event)event, NULL);
  return result == HD_ERROR_CLOSED ? HD_OK : result;
}

static int exchange(struct hd_async_subprocess_state *state, const char *text, size_t bytes, const struct hd_source *source) {
  for (int unpaused_count = 0;;) {
    int result = exchange_once(state, text, bytes, source);
    if (result == HD_ERROR_NO_MORE) return HD_OK;
    if (result == HD_ERROR_WOULD_BLOCK) {
      result = await_any(state, source);
      unpaused_count = 0;
    } else if (result == HD_OK && ++unpaused_count == UNPAUSED_MAX) {
      result = hd_task_yield(source);
      unpaused_count = 0;
    }
    if (result != HD_OK) return result;
  }
}

/* Nobody else uses the pipes meanwhile. */
static bool begin_communicate(struct hd_async_subprocess_state *state) {
  if (state->communicating) return false;
  for (int i = 0; i < HD_STREAM_COUNT; i++)
    if (state->streams[i].state && (state->streams[i].state->reading || state->streams[i].state->writing)) return false;
  state->communicating = true;
  state->references++;
  for (int i = HD_SUBPROCESS_OUTPUT; i < HD_STREAM_COUNT; i++)
    if (state->streams[i].state) state->streams[i].state->reading = true;
  return true;
}
static void end_communicate(struct hd_async_subprocess_state *state) {
  for (int i = HD_SUBPROCESS_OUTPUT; i < HD_STREAM_COUNT; i++)
    if (state->streams[i].state) state->streams[i].state->reading = false;
  state->communicating = false;
  unref(state);
}

static int communicate(struct hd_async_subprocess_state *state, const void *text, size_t bytes, const struct hd_source *source) {
  if (!hd_task_running()) return hd_task_refuse(pid_of(state), HD_OPERATION_PROCESS_AWAIT, source, HD_ERROR_NO_TASK);
  if (!begin_communicate(state)) return hd_task_refuse(pid_of(state), HD_OPERATION_PROCESS_AWAIT, source, HD_ERROR_BUSY);
  int result = exchange(state, text, bytes, source);
  if (result == HD_OK) result = await_end(state, source);
  end_communicate(state);
  return result;
}

static int hand_over(struct hd_async_subprocess_state *state, struct hd_subprocess_result *result) {
  struct hd_async_stream_state *output = state->streams[HD_SUBPROCESS_OUTPUT].state, *error = state->streams[HD_SUBPROCESS_ERROR].state;
  *result = (struct hd_subprocess_result){.return_code = state->subprocess.state->return_code};
  if (output && !(result->output = hd_stream_take_all(output, &result->output_bytes))) return HD_ERROR_NO_MEMORY;
  if (error && !(result->error = hd_stream_take_all(error, &result->error_bytes))) return HD_ERROR_NO_MEMORY;
  return HD_OK;
}

int hd_async_subprocess_communicate_at(struct hd_async_subprocess *subprocess, const void *text, size_t bytes,
                                       struct hd_subprocess_result *result, const struct hd_source *source) {
  if (bytes && !text) return HD_ERROR_INVALID;
  HD_CALM;
  struct hd_async_subprocess_state *state = subprocess->state;
  state->references++;
  int error = communicate(state, text, bytes, source);
  if (error == HD_OK && result) error = hand_over(state, result);
  unref(state);
  return error;
}

/* Kills the child of a task that is to end, and takes what it had written. Its own children may hold the pipes: nobody waits for them. */
static void end_early(struct hd_async_subprocess_state *state, const struct hd_source *source) {
  hd_subprocess_signal_at(&state->subprocess, SIGKILL, source);
  await_end(state, source);
  for (int i = HD_SUBPROCESS_OUTPUT; i < HD_STREAM_COUNT; i++)
    if (state->streams[i].state)
      while (hd_stream_fill(state->streams[i].state) == HD_OK) {}
}

int hd_async_subprocess_run_at(const struct hd_subprocess_options *options, struct hd_subprocess_result *result,
                               const struct hd_source *source) {
  *result = (struct hd_subprocess_result){0};
  struct hd_subprocess_options own;
  struct hd_async_subprocess subprocess;
  if (!hd_task_running()) return hd_task_refuse(0, HD_OPERATION_PROCESS_SPAWN, source, HD_ERROR_NO_TASK);
  if (!hd_subprocess_run_options(options, &own)) return HD_ERROR_INVALID;
  HD_CALM;
  int error = hd_async_subprocess_spawn_at(&subprocess, &own, source);
  if (error != HD_OK) return error;
  error = communicate(subprocess.state, options->text, options->text ? options->text_bytes : 0, source);
  if (error != HD_OK && error != HD_ERROR_NOT_CHILD) end_early(subprocess.state, source);
  int handed = hand_over(subprocess.state, result);
  if (error == HD_OK) error = handed;
  if (error == HD_OK && options->check && result->return_code != 0) error = HD_ERROR_CHILD_FAILED;
  hd_async_subprocess_release(&subprocess);
  return error;
}
