/* What a program asks of tasks by their handles. */
#include "task-core.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int hd_task_create_in_at(struct hd_loop *loop, struct hd_task *task, hd_task_routine *routine, void *argument,
                         const struct hd_task_options *options, const struct hd_source *source) {
  static const struct hd_task_options usual;
  struct hd_loop_state *in = loop ? loop->state : hd_loop_running();
  if (!in) return HD_ERROR_NO_LOOP;
  if (hd_loop_is_elsewhere(in)) return hd_task_refuse(in->reference, HD_OPERATION_TASK_CREATE, source, HD_ERROR_WRONG_THREAD);
  int error;
  struct hd_task_state *made = hd_task_make(in, routine, argument, options ? options : &usual, &error, source);
  if (!made) return error;
  hd_task_begin(made);
  if (task)
    task->state = made;
  else
    hd_task_unref(made);
  return HD_OK;
}

int hd_task_create_at(struct hd_task *task, hd_task_routine *routine, void *argument, size_t argument_bytes, size_t result_bytes,
                      const char *name, const struct hd_source *source) {
  struct hd_task_options options = {.argument_bytes = argument_bytes, .result_bytes = result_bytes, .name = name};
  return hd_task_create_in_at(NULL, task, routine, argument, &options, source);
}

void hd_task_copy(const struct hd_task *task, struct hd_task *copy) { copy->state = hd_task_ref(task->state); }

void hd_task_release(struct hd_task *task) {
  hd_task_unref(task->state);
  task->state = NULL;
}

int hd_task_result_at(struct hd_task *task, void *result, const struct hd_source *source) {
  struct hd_task_state *state = task->state;
  if (hd_task_is_over(state)) return hd_task_collect(state, result);
  return hd_task_refuse(state->reference, HD_OPERATION_TASK_AWAIT, source, HD_ERROR_NOT_DONE);
}

int hd_task_error_at(struct hd_task *task, int *error, const struct hd_source *source) {
  *error = 0;
  int outcome = hd_task_result_at(task, NULL, source);
  if (outcome != HD_OK && outcome != HD_ERROR_JOB_FAILED) return outcome;
  *error = task->state->error;
  return HD_OK;
}

bool hd_task_is_done(const struct hd_task *task) { return hd_task_is_over(task->state); }
bool hd_task_is_cancelled(const struct hd_task *task) { return hd_task_is_over(task->state) && task->state->outcome == HD_ERROR_CANCELLED; }

int hd_task_cancel_at(struct hd_task *task, const struct hd_source *source) {
  const struct hd_loop_state *loop = task->state->loop;
  if (loop && hd_loop_is_elsewhere(loop))
    return hd_task_refuse(task->state->reference, HD_OPERATION_TASK_CANCEL, source, HD_ERROR_WRONG_THREAD);
  if (hd_task_cancel_state(task->state, source)) return HD_OK;
  return hd_task_refuse(task->state->reference, HD_OPERATION_TASK_CANCEL, source, HD_ERROR_DONE);
}

uint32_t hd_task_cancelling(const struct hd_task *task) { return task->state->cancel_count; }

uint32_t hd_task_uncancel(struct hd_task *task) {
  struct hd_task_state *state = task->state;
  if (state->cancel_count && !--state->cancel_count) state->must_cancel = false;
  return state->cancel_count;
}

/* A callback looks for the task's end, then is one of the loop's calls. */
struct callback {
  struct hd_task_watcher watcher;
  struct hd_task task;
  hd_task_callback *function;
  void *argument;
  const struct hd_source *source;
};

static void call_back(void *argument) {
  struct callback *callback = argument;
  callback->function(&callback->task, callback->argument);
  hd_task_release(&callback->task);
  free(callback);
}

static void schedule(struct hd_task_watcher *watcher, struct hd_task_state *task) {
  struct callback *callback = (struct callback *)watcher;
  callback->task.state = hd_task_ref(task);
  struct hd_loop loop = {task->loop};
  if (hd_loop_call_soon_at(&loop, call_back, callback, NULL, callback->source) == HD_OK) return;
  call_back(callback); /* no memory: at once, rather than never */
}

int hd_task_add_callback_at(struct hd_task *task, hd_task_callback *function, void *argument, const struct hd_source *source) {
  struct hd_task_state *state = task->state;
  struct callback *callback = malloc(sizeof *callback);
  if (!callback) return HD_ERROR_NO_MEMORY;
  *callback = (struct callback){.watcher = {.over = schedule}, .function = function, .argument = argument, .source = source};
  if (!hd_task_is_over(state)) {
    hd_task_watch(state, &callback->watcher);
    return HD_OK;
  }
  callback->task.state = hd_task_ref(state);
  int error = hd_loop_call_soon_at(NULL, call_back, callback, NULL, source);
  if (error == HD_OK) return HD_OK;
  hd_task_release(&callback->task);
  free(callback);
  return error;
}

size_t hd_task_remove_callback(struct hd_task *task, hd_task_callback *function, void *argument) {
  size_t count = 0;
  for (struct hd_task_watcher *watcher = task->state->first_watcher, *next; watcher; watcher = next) {
    next = watcher->next;
    struct callback *callback = (struct callback *)watcher;
    if (watcher->over != schedule || callback->function != function || callback->argument != argument) continue;
    hd_task_unwatch(watcher);
    free(callback);
    count++;
  }
  return count;
}

int hd_task_set_name(struct hd_task *task, const char *name) {
  struct hd_task_state *state = task->state;
  char *copy = strdup(name);
  if (!copy) return HD_ERROR_NO_MEMORY;
  state->coroutine.name = copy;
  free(state->name);
  state->name = copy;
  struct hd_emit *emit = hd_trace_enter_if(state->reference);
  if (emit) hd_emit_object_name(emit, state->reference, copy);
  hd_trace_leave(emit);
  return HD_OK;
}

size_t hd_task_get_name(const struct hd_task *task, char *name, size_t bytes) {
  const struct hd_task_state *state = task->state;
  int length = state->name ? snprintf(name, bytes, "%s", state->name) : snprintf(name, bytes, "Task-%" PRIu32, state->coroutine.number);
  return length > 0 ? (size_t)length : 0;
}

int hd_task_current(struct hd_task *task) {
  if (!hd_task_running()) return HD_ERROR_NO_TASK;
  task->state = hd_task_ref(hd_task_running());
  return HD_OK;
}

size_t hd_task_all(struct hd_loop *loop, struct hd_task *tasks, size_t capacity) {
  struct hd_loop_state *of = loop ? loop->state : hd_loop_running();
  if (!of) return 0;
  struct hd_task_state *task = of->tasks;
  for (size_t i = 0; task && i < capacity; i++, task = task->next) tasks[i].state = hd_task_ref(task);
  return of->task_count;
}

/* Runs the loop until the task is over, and collects how it ended. */
static int complete(struct hd_loop_state *loop, struct hd_task_state *task, void *result, const struct hd_source *source) {
  int error = hd_loop_turn(loop, task, source);
  return error == HD_OK ? hd_task_collect(task, result) : error;
}

int hd_loop_run_until_complete_at(struct hd_loop *loop, struct hd_task *task, void *result, const struct hd_source *source) {
  struct hd_task_state *state = task->state;
  if (hd_task_is_over(state) ? false : state->loop != loop->state)
    return hd_task_refuse(state->reference, HD_OPERATION_TASK_AWAIT, source, HD_ERROR_INVALID);
  return complete(loop->state, state, result, source);
}

int hd_loop_run_at(hd_task_routine *routine, void *argument, void *result, size_t result_bytes, const struct hd_loop_options *options,
                   const struct hd_source *source) {
  static const struct hd_loop_options usual;
  if (!options) options = &usual;
  if (options->error) *options->error = 0;
  if (hd_loop_running()) return hd_task_refuse(hd_loop_running()->reference, HD_OPERATION_LOOP_POLL, source, HD_ERROR_LOOP_RUNNING);
  int error;
  struct hd_loop_state *loop = hd_loop_make(options, &error, source);
  if (!loop) return error;
  struct hd_task_options task_options = {
      .argument_bytes = options->argument_bytes, .result_bytes = result_bytes, .name = options->task_name};
  struct hd_task_state *task = hd_task_make(loop, routine, argument, &task_options, &error, source);
  if (task) {
    hd_task_begin(task);
    error = complete(loop, task, result, source);
    if (options->error) *options->error = task->error;
    hd_task_unref(task);
  }
  hd_loop_shut(loop, source);
  hd_loop_unref(loop);
  return error;
}
