/* Prints what happened in a recording, a line each, in the order of the stamps: who (emitter number), what (operation or event), with what
 * (object reference), where (site number). No stamp, no length, no kernel's id, and nothing of how events travelled: so two recordings of
 * one seed print the same.
 *
 * usage: event-order RECORDING */
#include "load.h"
#include <stdio.h>

typedef struct {
  guint64 at_ns;
  guint32 emitter;
  guint32 index; /* among all lines of the emitter */
  char *text;
} Line;

typedef struct {
  const HdLog *log;
  GHashTable *operations; /* site -> enum hd_operation, + 1 */
  GArray *lines;
} Order;

static const char *operation_name(const Order *order, guint32 site) {
  guint operation = GPOINTER_TO_UINT(g_hash_table_lookup(order->operations, GUINT_TO_POINTER(site)));
  return operation ? hd_operations[operation - 1].name : "?";
}

static gboolean is_section(const Order *order, guint32 site) {
  guint operation = GPOINTER_TO_UINT(g_hash_table_lookup(order->operations, GUINT_TO_POINTER(site)));
  return operation && hd_operations[operation - 1].role == HD_ROLE_ACQUIRE;
}

static void add(Order *order, guint64 at_ns, guint32 emitter, const char *what, guint32 site, guint64 object) {
  Line line = {.at_ns = at_ns, .emitter = emitter, .index = order->lines->len};
  line.text =
      g_strdup_printf("%u %s %s %" G_GINT64_MODIFIER "x site %u", emitter, what, site ? operation_name(order, site) : "-", object, site);
  g_array_append_val(order->lines, line);
}

static void add_batch(Order *order, const struct hd_event_batch *batch) {
  for (guint32 i = 0; i + 1 < batch->operations_count; i += 2) {
    guint64 what = hd_log_word(batch->operations, i), when = hd_log_word(batch->operations, i + 1), place = what >> HD_BATCH_SITE_BITS;
    guint64 end_ns = batch->base_ns + (when >> 32), length_ns = when & G_MAXUINT32;
    guint64 object = place & HD_BATCH_OBJECT_SHARED_BIT ? HD_OBJECT_SHARED_BIT | (place & (HD_BATCH_OBJECT_SHARED_BIT - 1)) : place << 2;
    guint32 site = what & ((1u << HD_BATCH_SITE_BITS) - 1);
    if (is_section(order, site)) {
      add(order, end_ns - length_ns, batch->emitter, "has", site, object);
      add(order, end_ns, batch->emitter, "gives back", 0, object);
    } else {
      g_autofree char *told = g_strdup_printf("does(%u)", (guint)length_ns);
      add(order, end_ns, batch->emitter, told, site, object);
    }
  }
}

static void add_event(Order *order, const HdEvent *event) {
  guint32 emitter = event->common.emitter;
  guint64 at_ns = event->common.at_ns;
  switch (event->id) {
  case HD_EVENT_BATCH:
    add_batch(order, &event->batch);
    break;
  case HD_EVENT_ACQUIRED:
    add(order, at_ns, emitter, "has", event->acquired.site, event->acquired.object);
    break;
  case HD_EVENT_RELEASED:
    if (event->released.acquired_ns)
      add(order, event->released.acquired_ns, emitter, "has", event->released.acquire_site, event->released.object);
    add(order, at_ns, emitter, "gives back", 0, event->released.object);
    break;
  case HD_EVENT_OPERATION:
    add(order, at_ns, emitter, "does", event->operation.site, event->operation.object);
    break;
  case HD_EVENT_WAIT:
    add(order, event->wait.begin_ns, emitter, "waits", event->wait.site, event->wait.object);
    if (at_ns != HD_LOG_OPEN_NS) add(order, at_ns, emitter, "waited", event->wait.site, event->wait.object);
    break;
  case HD_EVENT_CALL:
    add(order, event->call.begin_ns, emitter, "calls", event->call.site, event->call.object);
    if (at_ns != HD_LOG_OPEN_NS) add(order, at_ns, emitter, "called", event->call.site, event->call.object);
    break;
  case HD_EVENT_MISUSE:
    add(order, at_ns, emitter, "misuses", event->misuse.site, event->misuse.object);
    break;
  case HD_EVENT_OBJECT_BEGIN:
    add(order, at_ns, emitter, "makes", event->object_begin.site, event->object_begin.object);
    break;
  case HD_EVENT_OBJECT_END:
    add(order, at_ns, emitter, "ends", event->object_end.site, event->object_end.object);
    break;
  case HD_EVENT_THREAD_CREATE:
    add(order, at_ns, emitter, "starts", event->thread_create.site, event->thread_create.child);
    break;
  case HD_EVENT_STACK:
    add(order, at_ns, emitter, "stack", 0, event->stack.stack);
    break;
  default:
    add(order, at_ns, emitter, hd_events[event->id].name, 0, 0);
  }
}

static gint compare(gconstpointer a, gconstpointer b) {
  const Line *left = a, *right = b;
  if (left->at_ns != right->at_ns) return left->at_ns < right->at_ns ? -1 : 1;
  if (left->emitter != right->emitter) return left->emitter < right->emitter ? -1 : 1;
  return left->index < right->index ? -1 : left->index > right->index;
}

static void clear_line(gpointer line) { g_free(((Line *)line)->text); }

/* Where sites are defined is of no matter: their operations are needed first. */
static void learn_sites(Order *order, const HdEvent *event) {
  if (event->id == HD_EVENT_SOURCE_SITE)
    g_hash_table_insert(order->operations, GUINT_TO_POINTER(event->source_site.site), GUINT_TO_POINTER(event->source_site.operation + 1u));
  if (event->id == HD_EVENT_CODE_SITE)
    g_hash_table_insert(order->operations, GUINT_TO_POINTER(event->code_site.site), GUINT_TO_POINTER(event->code_site.operation + 1u));
}

static void for_all(Order *order, void (*action)(Order *order, const HdEvent *event)) {
  for (guint i = 0; i < order->log->emitter_count; i++)
    for (guint64 n = 0; n < order->log->emitters[i].count; n++) {
      HdEvent event;
      order->log->read(order->log, order->log->emitters[i].first + n, &event);
      action(order, &event);
    }
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) return 2;
  g_autoptr(GError) error = NULL;
  g_autoptr(HdLog) log = hd_load(arguments[1], NULL, NULL, NULL, &error);
  if (!log) {
    fprintf(stderr, "%s\n", error->message);
    return 3;
  }
  g_autoptr(GHashTable) operations = g_hash_table_new(NULL, NULL);
  g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));
  g_array_set_clear_func(lines, clear_line);
  Order order = {log, operations, lines};
  for_all(&order, learn_sites);
  for_all(&order, add_event);
  g_array_sort(lines, compare);
  for (guint i = 0; i < lines->len; i++) puts(g_array_index(lines, Line, i).text);
  return 0;
}
