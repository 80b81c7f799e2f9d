#include "context-state.h"
#include "context-table.h"
#include "run-then.h"
#include "task-core.h"
#include "thread-state.h"
#include <pthread.h>
#include <stdlib.h>

/* The context of a thread outside of its tasks' steps; NULL while nothing was set. */
static __attribute__((tls_model("initial-exec"))) __thread struct hd_context_state *thread_context;

/* Where the acting one's is kept. */
static struct hd_context_state **acting(void) {
  struct hd_task_state *task = hd_task_running();
  return task ? &task->context : &thread_context;
}

static struct hd_context_state *new_context(struct hd_context_table *table) {
  static uint64_t last_identity;
  struct hd_context_state *context = calloc(1, sizeof *context);
  if (!context) return NULL;
  context->references = 1;
  context->identity = __atomic_add_fetch(&last_identity, 1, __ATOMIC_RELAXED);
  context->table = hd_context_table_ref(table);
  return context;
}

void hd_context_unref(struct hd_context_state *context) {
  if (!context || __atomic_sub_fetch(&context->references, 1, __ATOMIC_ACQ_REL)) return;
  hd_context_table_unref(context->table);
  free(context);
}

/* Its number in the recording, told now if it was not before; here: by who runs in it. */
static uint64_t tell_number(struct hd_context_state *context, struct hd_emit *emit, bool here) {
  if (context->number) return context->number;
  context->number = hd_emit_new_object(emit);
  hd_emit_context_copy(emit, context->number, 0);
  if (here) hd_emit_context_enter(emit, context->number);
  return context->number;
}

/* A thread that ends gives up the context that it made for itself. */
static pthread_key_t thread_end_key;
static void end_thread(void *context) {
  thread_context = NULL;
  hd_context_unref(context);
}
static void make_key(void) { pthread_key_create(&thread_end_key, end_thread); }
static void keep_for_thread(struct hd_context_state *context) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  hd_emit_mute();
  pthread_once(&once, make_key);
  hd_emit_unmute();
  pthread_setspecific(thread_end_key, context);
  thread_context = context;
}

/* The acting one's context, made now if there is none; NULL: no memory. */
static struct hd_context_state *need_acting(void) {
  struct hd_context_state **slot = acting(), *context = *slot;
  if (context) return context;
  context = new_context(NULL);
  if (!context) return NULL;
  context->entered = 1;
  if (slot == &thread_context)
    keep_for_thread(context);
  else
    *slot = context;
  return context;
}

void hd_context_begin_thread(struct hd_context_state *context) {
  if (!context) return;
  context->entered = 1;
  keep_for_thread(context);
  struct hd_emit *emit = hd_trace_enter();
  if (emit && context->number) hd_emit_context_enter(emit, context->number);
  hd_trace_leave(emit);
}

/* Changes the acting one's context and tells it. Takes the value. */
static bool change(struct hd_context_state *context, const struct hd_context_var *variable, struct hd_context_value *value,
                   struct hd_context_value **before, enum hd_operation operation, const struct hd_source *source) {
  hd_guard_enter(&context->guard);
  bool changed = hd_context_table_change(&context->table, variable, value, before);
  hd_guard_leave(&context->guard);
  struct hd_emit *emit = hd_trace_enter_if(changed);
  if (emit)
    hd_emit_context_value(emit, tell_number(context, emit, true), hd_emit_source_site(emit, operation, source), variable->name,
                          value ? value->label : NULL);
  hd_trace_leave(emit);
  return changed;
}

static int set(const struct hd_context_var *variable, struct hd_context_value *value, struct hd_context_token *token,
               const struct hd_source *source) {
  struct hd_context_state *context = value ? need_acting() : NULL;
  struct hd_context_value *before;
  if (token) *token = (struct hd_context_token){0};
  if (!context || !change(context, variable, value, &before, HD_OPERATION_CONTEXT_SET, source)) {
    hd_context_value_unref(value);
    return HD_ERROR_NO_MEMORY;
  }
  if (token)
    *token = (struct hd_context_token){variable, context->identity, before};
  else
    hd_context_value_unref(before);
  return HD_OK;
}

int hd_context_set_at(const struct hd_context_var *variable, void *value, const char *label, struct hd_context_token *token,
                      const struct hd_source *source) {
  return set(variable, hd_context_value_new(value, label, false), token, source);
}

int hd_context_set_text_at(const struct hd_context_var *variable, const char *text, struct hd_context_token *token,
                           const struct hd_source *source) {
  return set(variable, hd_context_value_new(NULL, text, true), token, source);
}

int hd_context_reset_at(const struct hd_context_var *variable, struct hd_context_token *token, const struct hd_source *source) {
  struct hd_context_state *context = *acting();
  if (!context || token->variable != variable || token->context != context->identity)
    return hd_task_refuse(0, HD_OPERATION_CONTEXT_RESET, source, HD_ERROR_FOREIGN_TOKEN);
  struct hd_context_value *now;
  if (!change(context, variable, token->before, &now, HD_OPERATION_CONTEXT_RESET, source)) return HD_ERROR_NO_MEMORY;
  hd_context_value_unref(now);
  *token = (struct hd_context_token){0};
  return HD_OK;
}

void hd_context_token_release(struct hd_context_token *token) {
  hd_context_value_unref(token->before);
  *token = (struct hd_context_token){0};
}

/* Only who runs in a context changes it: so the acting one reads its own without the guard. */
static const struct hd_context_value *find(const struct hd_context_var *variable) {
  const struct hd_context_state *context = *acting();
  return context ? hd_context_table_find(context->table, variable) : NULL;
}

int hd_context_get(const struct hd_context_var *variable, void **value) {
  const struct hd_context_value *found = find(variable);
  *value = found ? found->value : variable->has_default ? variable->default_value : NULL;
  return found || variable->has_default ? HD_OK : HD_ERROR_NO_VALUE;
}

void *hd_context_get_or(const struct hd_context_var *variable, void *otherwise) {
  const struct hd_context_value *found = find(variable);
  return found ? found->value : otherwise;
}

/* A copy, which emit (may be NULL) can tell; NULL: no memory. */
static struct hd_context_state *copy(struct hd_context_state *from, struct hd_emit *emit) {
  if (from) hd_guard_enter(&from->guard);
  struct hd_context_state *context = new_context(from ? from->table : NULL);
  if (from) hd_guard_leave(&from->guard);
  if (context && emit && from && from->number) context->number = hd_emit_new_object(emit);
  return context;
}

static int copy_for(struct hd_context_state *from, struct hd_context_state **made) {
  struct hd_emit *emit = hd_trace_enter();
  *made = copy(from, emit);
  if (*made && (*made)->number) hd_emit_context_copy(emit, (*made)->number, from->number);
  hd_trace_leave(emit);
  return *made ? HD_OK : HD_ERROR_NO_MEMORY;
}

int hd_context_init(struct hd_context *context) { return copy_for(NULL, &context->state); }
int hd_context_copy(struct hd_context *context) { return copy_for(*acting(), &context->state); }
int hd_context_copy_of(const struct hd_context *other, struct hd_context *context) { return copy_for(other->state, &context->state); }

void hd_context_release(struct hd_context *context) {
  hd_context_unref(context->state);
  context->state = NULL;
}

struct hd_context_state *hd_context_for_new_task(struct hd_emit *emit, uint64_t *number, uint64_t *from) {
  struct hd_context_state *maker = *acting();
  *number = *from = 0;
  if (!maker || !maker->table) return NULL;
  struct hd_context_state *context = copy(maker, emit);
  if (!context) return NULL;
  context->entered = 1;
  *number = context->number;
  *from = context->number ? maker->number : 0;
  return context;
}

void hd_context_task_ended(struct hd_context_state *context) { hd_context_unref(context); }

struct run {
  struct hd_context_state *context, *outer;
  void (*routine)(void *argument);
  void *argument;
};
static void tell_entered(struct hd_context_state *context) {
  struct hd_emit *emit = hd_trace_enter_if(context);
  if (emit) hd_emit_context_enter(emit, tell_number(context, emit, false));
  hd_trace_leave(emit);
}
static void call(void *argument) {
  const struct run *run = argument;
  run->routine(run->argument);
}
static void leave(void *argument) {
  const struct run *run = argument;
  *acting() = run->outer;
  tell_entered(run->outer);
  __atomic_store_n(&run->context->entered, 0, __ATOMIC_RELEASE);
  hd_context_unref(run->context);
}

int hd_context_run_at(struct hd_context *context, void (*routine)(void *argument), void *argument, const struct hd_source *source) {
  struct run run = {context->state, *acting(), routine, argument};
  if (hd_emit_is_recording() && !run.outer && !(run.outer = need_acting()))
    return HD_ERROR_NO_MEMORY; /* what it comes back to has a name */
  uint32_t free = 0;
  if (!__atomic_compare_exchange_n(&run.context->entered, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return hd_task_refuse(0, HD_OPERATION_CONTEXT_SET, source, HD_ERROR_ENTERED);
  __atomic_add_fetch(&run.context->references, 1, __ATOMIC_RELAXED);
  *acting() = run.context;
  tell_entered(run.context);
  hd_run_then(call, leave, &run);
  return HD_OK;
}

int hd_context_lookup(const struct hd_context *context, const struct hd_context_var *variable, void **value) {
  struct hd_context_state *state = context->state;
  hd_guard_enter(&state->guard);
  const struct hd_context_value *found = hd_context_table_find(state->table, variable);
  *value = found ? found->value : NULL;
  hd_guard_leave(&state->guard);
  return found ? HD_OK : HD_ERROR_NO_VALUE;
}

size_t hd_context_items(const struct hd_context *context, struct hd_context_item *items, size_t capacity) {
  struct hd_context_state *state = context->state;
  hd_guard_enter(&state->guard);
  size_t count = hd_context_table_count(state->table);
  for (size_t i = 0; i < count && i < capacity; i++)
    items[i] = (struct hd_context_item){state->table->bindings[i].variable, state->table->bindings[i].value->value};
  hd_guard_leave(&state->guard);
  return count;
}

int hd_context_inherit_at(struct hd_thread *thread, const struct hd_source *source) {
  struct hd_thread_state *state = thread->state;
  if (hd_thread_phase(state) != HD_PHASE_NEW) return hd_task_refuse(state->actor, HD_OPERATION_THREAD_CREATE, source, HD_ERROR_STARTED);
  struct hd_context_state *made;
  int result = copy_for(*acting(), &made);
  if (result != HD_OK) return result;
  hd_context_unref(state->context);
  state->context = made;
  return HD_OK;
}
