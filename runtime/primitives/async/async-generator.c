#include "task-bunch.h"
#include <heddle/async-generator.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum phase { NEW, STOPPED, RUNNING, ENDED };

struct hd_async_generator_state {
  struct hd_async_generator self; /* what its routine knows it by */
  struct hd_coroutine coroutine;
  struct hd_coroutine *caller; /* while it runs: whose turn it is when it stops */
  struct hd_loop_state *loop;  /* a reference is owned; NULL: it has not begun */
  enum phase phase;
  bool closing;
  int result; /* of its routine */
  hd_async_generator_routine *routine;
  void *argument;
  const void *value; /* while it is handed out */
  size_t value_bytes;
  _Alignas(max_align_t) unsigned char data[]; /* copy of the argument */
};

int hd_async_generator_begin(struct hd_async_generator *generator, hd_async_generator_routine *routine, void *argument,
                             size_t argument_bytes, size_t value_bytes, const char *name) {
  generator->state = NULL;
  if (argument_bytes > SIZE_MAX / 2) return HD_ERROR_NO_MEMORY;
  struct hd_async_generator_state *state = calloc(1, sizeof *state + argument_bytes);
  if (!state) return HD_ERROR_NO_MEMORY;
  if (argument_bytes) memcpy(state->data, argument, argument_bytes);
  state->self.state = state;
  state->coroutine.name = name;
  state->routine = routine;
  state->argument = argument_bytes ? state->data : argument;
  state->value_bytes = value_bytes;
  generator->state = state;
  return HD_OK;
}

/* Goes back to who asked. */
static struct hd_coroutine *give_back_turn(struct hd_async_generator_state *state) {
  hd_task_running()->innermost = state->caller;
  return state->caller;
}

static void run(void *argument) {
  struct hd_async_generator_state *state = argument;
  state->result = state->routine(&state->self, state->argument);
  state->phase = ENDED;
  hd_coroutine_leave(&state->coroutine, give_back_turn(state));
}

/* Lets it run, inside the acting task, until it stops or ends. */
static void take_turn(struct hd_async_generator_state *state) {
  struct hd_task_state *task = hd_task_running();
  state->caller = task->innermost;
  state->phase = RUNNING;
  task->innermost = &state->coroutine;
  hd_coroutine_switch(state->caller, &state->coroutine);
  if (state->phase == ENDED) hd_coroutine_end(&state->coroutine, &state->loop->stacks);
}

static int misuse(const struct hd_source *source, int error) { return hd_task_refuse(0, HD_OPERATION_TASK_STEP, source, error); }

static int may_run(const struct hd_async_generator_state *state, const struct hd_source *source) {
  if (state->phase == RUNNING) return misuse(source, HD_ERROR_BUSY);
  if (!hd_task_running()) return misuse(source, HD_ERROR_NO_TASK);
  return state->loop && state->loop != hd_loop_running() ? misuse(source, HD_ERROR_OTHER_LOOP) : HD_OK;
}

/* How it ended. */
static int outcome(const struct hd_async_generator_state *state) {
  if (state->result == HD_OK || state->result == HD_ERROR_CANCELLED) return state->result;
  return state->closing && state->result == HD_ERROR_CLOSED ? HD_OK : HD_ERROR_JOB_FAILED;
}

int hd_async_generator_next_at(struct hd_async_generator *generator, void *value, const struct hd_source *source) {
  struct hd_async_generator_state *state = generator->state;
  if (!state || state->phase == ENDED) return HD_ERROR_NO_MORE;
  int result = may_run(state, source);
  if (result != HD_OK) return result;
  if (state->phase == NEW) {
    struct hd_loop_state *loop = hd_loop_running();
    result = hd_coroutine_begin(&state->coroutine, &loop->stacks, 0, run, state);
    if (result != HD_OK) return result;
    state->loop = hd_loop_ref(loop);
  }
  take_turn(state);
  if (state->phase == ENDED) return state->result == HD_OK ? HD_ERROR_NO_MORE : outcome(state);
  if (value) memcpy(value, state->value, state->value_bytes);
  return HD_OK;
}

int hd_async_yield_at(struct hd_async_generator *self, const void *value, const struct hd_source *source) {
  struct hd_async_generator_state *state = self->state;
  const struct hd_task_state *task = hd_task_running();
  if (state->phase != RUNNING || !task || task->innermost != &state->coroutine) return misuse(source, HD_ERROR_NOT_OWNER);
  if (state->closing) return misuse(source, HD_ERROR_CLOSED);
  state->value = value;
  state->phase = STOPPED;
  hd_coroutine_switch(&state->coroutine, give_back_turn(state));
  return state->closing ? HD_ERROR_CLOSED : HD_OK;
}

int hd_async_generator_close_at(struct hd_async_generator *generator, const struct hd_source *source) {
  struct hd_async_generator_state *state = generator->state;
  if (!state) return HD_OK;
  int result = state->phase == RUNNING ? misuse(source, HD_ERROR_BUSY) : HD_OK;
  if (state->phase == STOPPED && !state->loop->closed) {
    result = may_run(state, source);
    state->closing = result == HD_OK;
    if (state->closing) take_turn(state);
  }
  if (result != HD_OK) return result;
  result = state->phase == ENDED ? outcome(state) : HD_OK;
  if (state->loop) hd_loop_unref(state->loop);
  free(state);
  generator->state = NULL;
  return result;
}

int hd_async_generator_error(const struct hd_async_generator *generator) {
  const struct hd_async_generator_state *state = generator->state;
  bool failed = state && state->phase == ENDED && outcome(state) == HD_ERROR_JOB_FAILED;
  return failed ? state->result : 0;
}
