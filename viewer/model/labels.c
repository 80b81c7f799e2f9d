/* Labels: the values of context variables that each actor saw. A context is a set of variables that several actors may run in; a copy of it
 * goes its own way. All that was told of contexts is followed in the order of time. Copies share their variables until one of them
 * changes, and strings are the model's: a hundred thousand tasks that inherit three values cost three labels each, nothing more. */
#include "builder.h"

#define LABEL_MAX (8u << 20) /* a quarter of a GiB: what would be more is counted, and said */
#define VARIABLE_MAX 1024    /* in one context */

typedef struct {
  const char *variable; /* interned: compared by address */
  const char *value;
} Binding;

typedef struct {
  GArray *bindings;   /* of Binding, in the order in which they were set first; shared by copies; NULL: none */
  GHashTable *actors; /* that entered it, some of which may have left; NULL: none */
} Context;

typedef struct {
  HdBuilder *builder;
  GHashTable *contexts; /* guint64* number -> Context* */
  Context **current;    /* of each actor; NULL */
} Follower;

static void context_free(gpointer pointer) {
  Context *context = pointer;
  g_clear_pointer(&context->bindings, g_array_unref);
  g_clear_pointer(&context->actors, g_hash_table_unref);
  g_free(context);
}

static Context *context_find(const Follower *follower, guint64 number) {
  return number ? g_hash_table_lookup(follower->contexts, &number) : NULL;
}

static Context *context_get(Follower *follower, guint64 number) {
  Context *context = context_find(follower, number);
  if (context || !number) return context;
  context = g_new0(Context, 1);
  g_hash_table_insert(follower->contexts, g_memdup2(&number, sizeof number), context);
  return context;
}

static void copy_bindings(Context *to, const Context *from) {
  if (!from || from == to || to->bindings) return;
  if (from->bindings) to->bindings = g_array_ref(from->bindings);
}

static const char *value_in(const Context *context, const char *variable) {
  for (guint i = 0; context && context->bindings && i < context->bindings->len; i++) {
    const Binding *binding = &g_array_index(context->bindings, Binding, i);
    if (binding->variable == variable) return binding->value;
  }
  return NULL;
}

/* Sets a value in this context alone. */
static void bind_value(Context *context, const char *variable, const char *value) {
  GArray *mine = g_array_new(FALSE, FALSE, sizeof(Binding));
  gboolean known = FALSE;
  for (guint i = 0; context->bindings && i < context->bindings->len; i++) {
    Binding binding = g_array_index(context->bindings, Binding, i);
    if (binding.variable == variable) {
      binding.value = value;
      known = TRUE;
    }
    if (binding.value) g_array_append_val(mine, binding);
  }
  Binding binding = {variable, value};
  if (!known && value && mine->len < VARIABLE_MAX) g_array_append_val(mine, binding);
  g_clear_pointer(&context->bindings, g_array_unref);
  context->bindings = mine;
}

static void add_label(const Follower *follower, guint32 actor, const char *variable, const char *value, gint64 at_ns, guint32 site) {
  HdBuilder *builder = follower->builder;
  const HdActor *life = &builder->model->actors[actor];
  if (at_ns > life->end_ns) return;
  if (builder->labels.count >= LABEL_MAX) {
    builder->label_missing_count++;
    return;
  }
  *hd_vector_add(&builder->labels) =
      (HdLabel){.actor = actor, .site = site, .variable = variable, .value = value, .from_ns = MAX(at_ns, life->start_ns)};
}

/* An actor runs in another context from now on: what is different there it sees. */
static void enter(Follower *follower, guint32 actor, Context *context, gint64 at_ns) {
  Context *before = follower->current[actor];
  if (before == context) return;
  for (guint i = 0; before && before->bindings && i < before->bindings->len; i++) {
    const char *variable = g_array_index(before->bindings, Binding, i).variable;
    if (!value_in(context, variable)) add_label(follower, actor, variable, NULL, at_ns, HD_NONE);
  }
  for (guint i = 0; context && context->bindings && i < context->bindings->len; i++) {
    const Binding *binding = &g_array_index(context->bindings, Binding, i);
    if (g_strcmp0(value_in(before, binding->variable), binding->value) != 0)
      add_label(follower, actor, binding->variable, binding->value, at_ns, HD_NONE);
  }
  follower->current[actor] = context;
  if (!context) return;
  if (!context->actors) context->actors = g_hash_table_new(NULL, NULL);
  g_hash_table_add(context->actors, GUINT_TO_POINTER(actor));
}

/* A value is set for all that run in the context then. Who left it or ended is forgotten. */
static void set_value(Follower *follower, Context *context, const HdContextEvent *event) {
  if (!context) return;
  bind_value(context, event->variable, event->value);
  if (!context->actors) return;
  if (follower->builder->labels.count >= LABEL_MAX) {
    follower->builder->label_missing_count += g_hash_table_size(context->actors);
    return;
  }
  guint32 site = hd_site_index(follower->builder, event->site);
  GHashTableIter at;
  gpointer key;
  for (g_hash_table_iter_init(&at, context->actors); g_hash_table_iter_next(&at, &key, NULL);) {
    guint32 actor = GPOINTER_TO_UINT(key);
    if (follower->current[actor] != context || follower->builder->model->actors[actor].end_ns < event->at_ns)
      g_hash_table_iter_remove(&at);
    else
      add_label(follower, actor, event->variable, event->value, event->at_ns, site);
  }
}

/* Who acts when it is told: the task in whose step it is, else the thread. */
static guint32 acting(const HdBuilder *builder, guint32 thread, gint64 at_ns) {
  const HdModel *model = builder->model;
  const HdActor *actor = &model->actors[thread];
  guint32 low = actor->step_first, high = low + actor->step_count; /* those before low began by then */
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (builder->steps.items[model->thread_steps[middle]].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  const HdTaskStep *step = low > actor->step_first ? &builder->steps.items[model->thread_steps[low - 1]] : NULL;
  return step && at_ns <= step->end_ns ? step->task : thread;
}

static void follow(Follower *follower, const HdContextEvent *event) {
  HdBuilder *builder = follower->builder;
  switch ((HdContextKind)event->kind) {
  case HD_CONTEXT_COPY: {
    Context *context = context_get(follower, event->context);
    if (context) copy_bindings(context, context_find(follower, event->from));
    break;
  }
  case HD_CONTEXT_VALUE:
    set_value(follower, context_get(follower, event->context), event);
    break;
  case HD_CONTEXT_ENTER: {
    guint32 thread = hd_actor_of_emitter(builder, event->emitter);
    enter(follower, acting(builder, thread, event->at_ns), context_get(follower, event->context), event->at_ns);
    break;
  }
  case HD_CONTEXT_TASK: {
    Context *context = context_get(follower, event->context);
    if (context) copy_bindings(context, context_find(follower, event->from));
    enter(follower, builder->tasks.items[event->task].actor, context, event->at_ns);
    break;
  }
  }
}

void hd_build_labels(HdBuilder *builder) {
  HdModel *model = builder->model;
  g_autofree guint32 *order = HD_ORDER(&builder->context_events, HdContextEvent, kind, 0, at_ns); /* one group: by time */
  Follower follower = {.builder = builder,
                       .contexts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, context_free),
                       .current = g_new0(Context *, MAX(1, model->actor_count))};
  for (guint32 i = 0; i < builder->context_events.count; i++) follow(&follower, &builder->context_events.items[order[i]]);
  g_hash_table_unref(follower.contexts);
  g_free(follower.current);
  guint32 *labels_order = HD_ORDER(&builder->labels, HdLabel, actor, model->actor_count, from_ns);
  hd_vector_reorder(&builder->labels, labels_order);
  g_free(labels_order);
  for (guint32 i = 0; i < builder->labels.count; i++) {
    HdActor *actor = &model->actors[builder->labels.items[i].actor];
    if (!actor->label_count++) actor->label_first = i;
  }
}
