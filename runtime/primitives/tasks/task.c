/* A task's life: its beginning, its steps, its end. */
#include "context-state.h"
#include "future-state.h"
#include "task-core.h"
#include <stdlib.h>
#include <string.h>

static struct hd_task_state *of_entry(struct hd_loop_entry *entry) { return (struct hd_task_state *)entry; }

static void tell(const struct hd_task_state *task, enum hd_operation operation, const struct hd_source *source, uint32_t value) {
  struct hd_emit *emit = hd_trace_enter_if(task->reference);
  hd_trace_instant(emit, task->reference, operation, source, value);
  hd_trace_leave(emit);
}

static void tell_made(struct hd_task_state *task) {
  struct hd_emit *emit = hd_trace_enter_if(task->loop->reference);
  uint64_t context, context_from;
  task->context = hd_context_for_new_task(emit, &context, &context_from);
  if (!emit) return;
  task->reference = hd_emit_new_object(emit);
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_TASK_CREATE, task->source);
  hd_emit_task_create(emit, task->reference, task->loop->reference, context, context_from, site, (const void *)(uintptr_t)task->routine,
                      task->name, hd_emit_now());
  hd_emit_leave(emit);
}

static void enlist(struct hd_task_state *task) {
  struct hd_loop_state *loop = task->loop;
  task->next = loop->tasks;
  if (task->next) task->next->previous = task;
  loop->tasks = task;
  loop->task_count++;
}

static void delist(struct hd_task_state *task) {
  struct hd_loop_state *loop = task->loop;
  *(task->previous ? &task->previous->next : &loop->tasks) = task->next;
  if (task->next) task->next->previous = task->previous;
  loop->task_count--;
}

/* On the task's own stack. */
static void run(void *argument) {
  struct hd_task_state *task = argument;
  struct hd_loop_state *loop = task->loop;
  hd_task_end(task, task->routine(task->argument, task->result));
  hd_coroutine_leave(&task->coroutine, &loop->own);
}

/* The first step may fail for want of memory, or be called off. */
static bool begin(struct hd_task_state *task) {
  int error = HD_ERROR_CANCELLED;
  if (!task->must_cancel) {
    error = hd_coroutine_begin(&task->coroutine, &task->loop->stacks, task->stack_bytes, run, task);
    task->innermost = &task->coroutine;
  }
  if (error == HD_OK) return true;
  task->must_cancel = false;
  hd_task_end(task, error);
  return false;
}

static void step(struct hd_loop_entry *entry) {
  struct hd_task_state *task = of_entry(entry);
  struct hd_loop_state *loop = task->loop;
  bool is_new = task->phase == HD_TASK_NEW;
  task->phase = HD_TASK_RUNNING;
  hd_async_thread.task = task;
  tell(task, HD_OPERATION_TASK_STEP, task->at, 0);
  if (!is_new || begin(task)) hd_coroutine_switch(&loop->own, task->innermost);
  hd_async_thread.task = NULL;
  if (!hd_task_is_over(task)) return;
  hd_coroutine_end(&task->coroutine, &loop->stacks);
  hd_task_unref(task);
}

struct hd_task_state *hd_task_make(struct hd_loop_state *loop, hd_task_routine *routine, void *argument,
                                   const struct hd_task_options *options, int *error, const struct hd_source *source) {
  size_t stack_bytes = options->stack_bytes, result_at = hd_aligned(options->argument_bytes);
  *error = HD_ERROR_INVALID;
  if (stack_bytes && (stack_bytes < HD_STACK_BYTES_MIN || stack_bytes > HD_STACK_BYTES_MAX)) return NULL;
  *error = HD_ERROR_CLOSED;
  if (loop->closed) return NULL;
  *error = HD_ERROR_NO_MEMORY;
  size_t bytes = sizeof(struct hd_task_state) + result_at;
  if (result_at < options->argument_bytes || bytes < result_at || bytes + options->result_bytes < bytes) return NULL;
  char *name = options->name ? strdup(options->name) : NULL;
  struct hd_task_state *task = calloc(1, bytes + options->result_bytes);
  if (!task || (options->name && !name)) {
    free(task);
    free(name);
    return NULL;
  }
  task->entry.run = step;
  task->coroutine.name = name;
  task->coroutine.number = ++loop->task_number;
  task->loop = loop;
  task->references = 1;
  task->source = task->at = source;
  task->name = name;
  task->stack_bytes = stack_bytes;
  task->routine = routine;
  task->argument = options->argument_bytes ? memcpy(task->data, argument, options->argument_bytes) : argument;
  task->result = options->result_bytes ? task->data + result_at : NULL;
  task->result_bytes = options->result_bytes;
  *error = HD_OK;
  return task;
}

void hd_task_begin(struct hd_task_state *task) {
  enlist(hd_task_ref(task));
  tell_made(task);
  hd_loop_push(task->loop, &task->entry);
}

void hd_task_end(struct hd_task_state *task, int error) {
  /* As in Python, a request that came too late to be delivered makes it cancelled, unless it failed. */
  bool cancelled = error == HD_ERROR_CANCELLED || (task->must_cancel && error == 0);
  task->must_cancel = false;
  task->outcome = cancelled ? HD_ERROR_CANCELLED : error ? HD_ERROR_JOB_FAILED : HD_OK;
  task->error = cancelled ? 0 : error;
  task->phase = HD_TASK_OVER;
  for (struct hd_task_watcher *watcher; (watcher = task->first_watcher);) {
    hd_task_unwatch(watcher);
    watcher->over(watcher, task);
  }
  hd_async_wake(&task->waiters, SIZE_MAX, HD_OK, task->at);
  tell(task, HD_OPERATION_TASK_END, task->at, cancelled ? HD_TASK_RESULT_CANCELLED : error ? HD_TASK_RESULT_ERROR : HD_TASK_RESULT_OK);
  hd_context_task_ended(task->context);
  task->context = NULL;
  delist(task);
  task->loop = NULL;
}

void hd_task_unref(struct hd_task_state *task) {
  if (!task || --task->references) return;
  if (task->outcome == HD_ERROR_JOB_FAILED && !task->retrieved)
    hd_task_refuse(task->reference, HD_OPERATION_TASK_END, task->source, HD_ERROR_NEVER_RETRIEVED);
  free(task->name);
  free(task);
}

void hd_task_watch(struct hd_task_state *task, struct hd_task_watcher *watcher) {
  watcher->task = task;
  watcher->next = NULL;
  watcher->previous = task->last_watcher;
  *(task->last_watcher ? &task->last_watcher->next : &task->first_watcher) = watcher;
  task->last_watcher = watcher;
}

void hd_task_unwatch(struct hd_task_watcher *watcher) {
  struct hd_task_state *task = watcher->task;
  if (!task) return;
  *(watcher->previous ? &watcher->previous->next : &task->first_watcher) = watcher->next;
  *(watcher->next ? &watcher->next->previous : &task->last_watcher) = watcher->previous;
  watcher->task = NULL;
}

int hd_task_collect(struct hd_task_state *task, void *result) {
  task->retrieved = true;
  if (task->outcome == HD_OK && result && task->result) memcpy(result, task->result, task->result_bytes);
  return task->outcome;
}
