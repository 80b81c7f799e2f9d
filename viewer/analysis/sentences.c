#include "sentences.h"
#include "wait-graph.h"
#include <string.h>

enum { NAME_CHARS_MAX = 60, LIST_MAX = 4 };

/* Where an actor lives, when the others of among do not all live there, too. */
typedef enum { PLACE_CLEAR, PLACE_BY_NAME, PLACE_BY_NUMBER } Place;

static Place place_of(const HdModel *model, guint32 actor, const GArray *among) {
  const HdActor *it = &model->actors[actor];
  guint32 process = hd_actor_process(model, actor);
  Place place = it->kind == HD_ACTOR_PROCESS ? PLACE_BY_NUMBER : PLACE_CLEAR;
  for (guint i = 0; among && i < among->len && place != PLACE_BY_NUMBER; i++) {
    guint32 other = g_array_index(among, guint32, i);
    if (other >= model->actor_count || model->actors[other].kind == HD_ACTOR_PROCESS) continue;
    guint32 elsewhere = hd_actor_process(model, other);
    if (elsewhere == process) continue;
    place = g_strcmp0(model->actors[elsewhere].name, model->actors[process].name) == 0 ? PLACE_BY_NUMBER : PLACE_BY_NAME;
  }
  return place;
}

char *hd_text_actor(const HdModel *model, guint32 actor, const GArray *among) {
  if (actor >= model->actor_count) return g_strdup("somebody unknown");
  const HdActor *it = &model->actors[actor];
  g_autofree char *label = it->name && *it->name ? hd_model_actor_label(model, actor) : g_strdup("a thread without a name");
  Place place = place_of(model, actor, among);
  if (place == PLACE_CLEAR) return g_steal_pointer(&label);
  if (place == PLACE_BY_NUMBER) return g_strdup_printf("%s (process %u)", label, it->process_id);
  g_autofree char *process = hd_model_actor_label(model, hd_actor_process(model, actor));
  if (strcmp(label, process) == 0) return g_steal_pointer(&label); /* the first thread of a process that the runtime named */
  return g_strdup_printf("%s of %s", label, process);
}

char *hd_text_object(const HdModel *model, guint32 object) {
  if (object >= model->object_count) return g_strdup("something unknown");
  const char *name = model->objects[object].name, *comma = name && !model->objects[object].named ? strstr(name, ", first ") : NULL;
  if (!comma && name && !model->objects[object].named) comma = strstr(name, ", created ");
  g_autofree char *number = comma ? g_strndup(name, (gsize)(comma - name)) : NULL; /* "mutex #3, first locked in …" */
  if (number) name = number;
  if (model->objects[object].kind == HD_KIND_GIL && (!name || strcmp(name, "interpreter lock") == 0))
    return g_strdup("the interpreter lock");
  return hd_display_name(name && *name ? name : hd_object_kind_names[model->objects[object].kind], NAME_CHARS_MAX);
}

char *hd_text_capital(const char *text) {
  g_autofree char *first = g_utf8_substring(text, 0, MIN(1, g_utf8_strlen(text, -1))), *upper = g_utf8_strup(first, -1);
  return g_strconcat(upper, text + strlen(first), NULL);
}

char *hd_text_in_site(const HdModel *model, guint32 site) {
  if (site >= model->site_count) return g_strdup("");
  g_autofree char *text = hd_model_site_text(model, site);
  return g_strdup_printf(" in %s", text);
}

static gboolean waits_for_all_done(enum hd_operation operation) {
  return operation == HD_OPERATION_QUEUE_JOIN || operation == HD_OPERATION_QUEUE_JOIN_TIMED;
}

/* What goes through a queue or a pipe, and jobs: by what is done, not by the state. NULL for others. */
static const char *transfer_words(enum hd_operation operation) {
  switch (operation) {
  case HD_OPERATION_QUEUE_PUT:
  case HD_OPERATION_QUEUE_PUT_TIMED:
    return "waits to put into";
  case HD_OPERATION_QUEUE_GET:
  case HD_OPERATION_QUEUE_GET_TIMED:
    return "waits to get from";
  case HD_OPERATION_QUEUE_JOIN:
  case HD_OPERATION_QUEUE_JOIN_TIMED:
    return "waits for all of";
  case HD_OPERATION_PIPE_SEND:
  case HD_OPERATION_PIPE_SEND_TIMED:
    return "waits to send through";
  case HD_OPERATION_PIPE_RECEIVE:
  case HD_OPERATION_PIPE_RECEIVE_TIMED:
  case HD_OPERATION_PIPE_POLL:
  case HD_OPERATION_PIPE_POLL_TIMED:
    return "waits to receive from";
  case HD_OPERATION_PIPE_WRITE:
  case HD_OPERATION_PIPE_WRITE_TIMED:
  case HD_OPERATION_CALL_WRITE:
    return "waits to write into";
  case HD_OPERATION_JOB_BEGIN:
    return "waits for a job of";
  case HD_OPERATION_FUTURE_WAIT_ANY:
  case HD_OPERATION_FUTURE_WAIT_ANY_TIMED:
    return "waits for results of";
  default:
    return NULL;
  }
}

char *hd_text_wait(const HdModel *model, guint32 wait, const GArray *among) {
  const HdWait *it = &model->waits[wait];
  g_autofree char *object = hd_text_object(model, it->object);
  g_autofree char *target = it->target < model->actor_count ? hd_text_actor(model, it->target, among) : NULL;
  enum hd_operation operation = hd_site_operation(model, it->site);
  gboolean read_write = it->object < model->object_count && model->objects[it->object].kind == HD_KIND_RWLOCK;
  const char *transfer = transfer_words(operation);
  if (transfer) return g_strdup_printf("%s %s%s", transfer, object, waits_for_all_done(operation) ? " to be done" : "");
  switch ((enum hd_state)it->state) {
  case HD_STATE_WAIT_LOCK:
    if (operation == HD_OPERATION_CONDITION_REACQUIRE) return g_strdup_printf("waits to take %s again after a condition wait", object);
    if (!read_write) return g_strdup_printf("waits for %s", object);
    return g_strdup_printf(it->flags & HD_OPERATION_FLAG_READ ? "waits to read under %s" : "waits to write under %s", object);
  case HD_STATE_WAIT_CONDITION:
    return g_strdup_printf("waits for the condition %s", object);
  case HD_STATE_WAIT_SEMAPHORE:
    return g_strdup_printf("waits for the semaphore %s", object);
  case HD_STATE_WAIT_BARRIER:
    return g_strdup_printf("waits at the barrier %s", object);
  case HD_STATE_WAIT_EVENT:
    return g_strdup_printf("waits for the event %s", object);
  case HD_STATE_WAIT_QUEUE:
    return g_strdup_printf("waits on the queue %s", object);
  case HD_STATE_WAIT_PIPE:
    return g_strdup_printf("waits to read from %s", object);
  case HD_STATE_WAIT_JOIN:
    return target ? g_strdup_printf("waits in join for %s", target) : g_strdup("waits in join");
  case HD_STATE_WAIT_PROCESS:
    return target ? g_strdup_printf("waits for the end of %s", target) : g_strdup("waits for the end of a child process");
  case HD_STATE_WAIT_FUTURE:
    return g_strdup_printf("waits for the result of %s", target ? target : object);
  case HD_STATE_WAIT_TASK:
    return g_strdup_printf("waits for the task %s", target ? target : object);
  case HD_STATE_WAIT_GIL:
    return g_strdup("waits for the interpreter lock");
  case HD_STATE_WAIT_FUTEX:
    return g_strdup_printf("waits on the futex %s", object);
  default:
    return g_strdup("is in a blocking call");
  }
}

static char *join_names(GPtrArray *names, guint total) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < names->len; i++) {
    if (i > 0) g_string_append(text, i + 1 == total ? " and " : ", ");
    g_string_append(text, g_ptr_array_index(names, i));
  }
  if (total > names->len) g_string_append_printf(text, " and %u more", total - names->len);
  return g_string_free(text, FALSE);
}

char *hd_text_actors(const HdModel *model, const GArray *actors, const GArray *among) {
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  guint shown = actors->len > LIST_MAX ? LIST_MAX - 1 : actors->len;
  for (guint i = 0; i < shown; i++) g_ptr_array_add(names, hd_text_actor(model, g_array_index(actors, guint32, i), among));
  return join_names(names, actors->len);
}

char *hd_text_objects(const HdModel *model, const GArray *objects) {
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  guint shown = objects->len > LIST_MAX ? LIST_MAX - 1 : objects->len;
  for (guint i = 0; i < shown; i++) g_ptr_array_add(names, hd_text_object(model, g_array_index(objects, guint32, i)));
  return join_names(names, objects->len);
}

char *hd_text_number(guint number) {
  static const char *const words[] = {"no",    "one",   "two",  "three", "four",   "five",  "six",
                                      "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  return number < G_N_ELEMENTS(words) ? g_strdup(words[number]) : g_strdup_printf("%u", number);
}

char *hd_text_time(gint64 at_ns) { return hd_format_duration(MAX(at_ns, 0)); }
