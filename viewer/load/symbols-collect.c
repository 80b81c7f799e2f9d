#include "symbols.h"
#include <string.h>

#define RECENT_COUNT 256 /* objects, remembered to look up each only once */

typedef struct {
  GPtrArray *modules;
  GHashTable *by_number; /* of modules */
  guint64 recent[RECENT_COUNT];
  GHashTable *objects; /* guint64* set of object addresses */
} Collector;

static void module_free(gpointer data) {
  HdSymbolModule *module = data;
  g_free(module->path);
  g_bytes_unref(module->build_id);
  g_hash_table_unref(module->addresses);
  g_array_unref(module->objects);
  g_free(module);
}

static void add_module(Collector *collector, const struct hd_event_module *event) {
  if (g_hash_table_contains(collector->by_number, GUINT_TO_POINTER(event->module)) || event->module >> (64 - HD_FRAME_OFFSET_BITS)) return;
  HdSymbolModule *module = g_new0(HdSymbolModule, 1);
  module->number = event->module;
  module->path = g_strdup(event->path);
  module->build_id = g_bytes_new(event->build_id, event->build_id_count);
  module->base = event->base;
  module->begin = event->begin;
  module->end = event->end;
  module->addresses = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  module->objects = g_array_new(FALSE, FALSE, sizeof(guint64));
  g_ptr_array_add(collector->modules, module);
  g_hash_table_insert(collector->by_number, GUINT_TO_POINTER(event->module), module);
}

static void add_address(Collector *collector, guint32 number, guint64 offset, gboolean is_return) {
  HdSymbolModule *module = g_hash_table_lookup(collector->by_number, GUINT_TO_POINTER(number));
  if (module) g_hash_table_insert(module->addresses, g_memdup2(&offset, sizeof offset), GINT_TO_POINTER(is_return));
}

static void add_object(Collector *collector, guint64 object) {
  if (object == 0 || object & HD_OBJECT_SHARED_BIT) return;
  guint64 *recent = &collector->recent[object / 8 % RECENT_COUNT];
  if (*recent == object) return;
  *recent = object;
  if (!g_hash_table_contains(collector->objects, &object)) g_hash_table_add(collector->objects, g_memdup2(&object, sizeof object));
}

static void add_batch(Collector *collector, const struct hd_event_batch *batch) {
  for (guint32 i = 0; i + 1 < batch->operations_count; i += 2) {
    guint64 object = hd_log_word(batch->operations, i) >> HD_BATCH_SITE_BITS;
    if (!(object & HD_BATCH_OBJECT_SHARED_BIT)) add_object(collector, object * 4);
  }
}

/* What an event says about objects. */
static void collect_objects(Collector *collector, const HdEvent *event) {
  if (event->id == HD_EVENT_BATCH) add_batch(collector, &event->batch);
  if (event->id == HD_EVENT_OBJECT_BEGIN) add_object(collector, event->object_begin.object);
  if (event->id == HD_EVENT_ACQUIRED) add_object(collector, event->acquired.object);
  if (event->id == HD_EVENT_RELEASED) add_object(collector, event->released.object);
  if (event->id == HD_EVENT_OPERATION) add_object(collector, event->operation.object);
  if (event->id == HD_EVENT_WAIT) add_object(collector, event->wait.object);
}

static void collect_addresses(Collector *collector, const HdEvent *event) {
  if (event->id == HD_EVENT_CODE_SITE)
    add_address(collector, event->code_site.module, event->code_site.offset, event->code_site.operation != HD_OPERATION_THREAD_ROUTINE);
  for (guint32 i = 0; event->id == HD_EVENT_STACK && i < event->stack.frames_count; i++) {
    guint64 frame = hd_log_word(event->stack.frames, i);
    add_address(collector, frame >> HD_FRAME_OFFSET_BITS, frame & ((G_GUINT64_CONSTANT(1) << HD_FRAME_OFFSET_BITS) - 1), TRUE);
  }
}

static void walk(const HdLog *log, Collector *collector, void (*visit)(Collector *, const HdEvent *)) {
  for (guint i = 0; i < log->emitter_count; i++)
    for (guint64 k = 0; k < log->emitters[i].count; k++) {
      HdEvent event;
      log->read(log, log->emitters[i].first + k, &event);
      visit(collector, &event);
    }
}

static void collect_modules(Collector *collector, const HdEvent *event) {
  if (event->id == HD_EVENT_MODULE) add_module(collector, &event->module);
  collect_objects(collector, event);
}

static gint compare_offsets(gconstpointer a, gconstpointer b) {
  guint64 first = *(const guint64 *)a, second = *(const guint64 *)b;
  return first < second ? -1 : first > second;
}

GPtrArray *hd_symbols_collect(const HdLog *log) {
  g_autofree Collector *collector = g_new0(Collector, 1);
  collector->modules = g_ptr_array_new_with_free_func(module_free);
  collector->by_number = g_hash_table_new(NULL, NULL);
  collector->objects = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  walk(log, collector, collect_modules); /* another emitter may tell a module that a site needs */
  walk(log, collector, collect_addresses);
  for (guint i = 0; i < collector->modules->len; i++) {
    HdSymbolModule *module = collector->modules->pdata[i];
    GHashTableIter iterator;
    gpointer key;
    g_hash_table_iter_init(&iterator, collector->objects);
    while (g_hash_table_iter_next(&iterator, &key, NULL)) {
      guint64 object = *(guint64 *)key, offset = object - module->base;
      if (object >= module->begin && object < module->end) g_array_append_val(module->objects, offset);
    }
    g_array_sort(module->objects, compare_offsets);
  }
  g_hash_table_unref(collector->by_number);
  g_hash_table_unref(collector->objects);
  return collector->modules;
}
