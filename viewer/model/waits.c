/* Waits and marks put in order. */
#include "builder.h"

void hd_sort_marks(HdBuilder *builder) {
  guint32 *order = HD_ORDER(&builder->marks, HdMark, object, builder->objects.count, at_ns);
  hd_vector_reorder(&builder->marks, order);
  g_free(order);
  for (guint32 i = 0; i < builder->marks.count && builder->marks.items[i].object != HD_NONE; i++) {
    HdObject *object = &builder->objects.items[builder->marks.items[i].object];
    if (!object->mark_count++) object->mark_first = i;
  }
}

static gboolean is_reacquire(const HdBuilder *builder, const HdWait *wait) {
  return wait->site < builder->sites.count && builder->sites.items[wait->site].operation == HD_OPERATION_CONDITION_REACQUIRE;
}

/* A re-acquire's partner is the index of another wait: it moves along. */
void hd_sort_waits(HdBuilder *builder) {
  guint32 count = builder->waits.count;
  guint32 *order = HD_ORDER(&builder->waits, HdWait, actor, builder->model->actor_count, begin_ns);
  g_autofree guint32 *moved_to = g_new(guint32, MAX(1, count));
  for (guint32 i = 0; i < count; i++) moved_to[order[i]] = i;
  hd_vector_reorder(&builder->waits, order);
  g_free(order);
  for (guint32 i = 0; i < count; i++) {
    HdWait *wait = &builder->waits.items[i];
    if (is_reacquire(builder, wait) && wait->partner < count) wait->partner = moved_to[wait->partner];
  }
}

/* A wait for an object. Most of many waits may be for none (sleeps of tasks). */
typedef struct {
  guint32 object, wait;
  gint64 begin_ns;
} Use;

void hd_index_object_waits(HdBuilder *builder) {
  HdModel *model = builder->model;
  HD_VECTOR(Use) uses = {0};
  for (guint32 i = 0; i < builder->waits.count; i++) {
    const HdWait *wait = &builder->waits.items[i];
    if (wait->object != HD_NONE) *hd_vector_add(&uses) = (Use){wait->object, i, wait->begin_ns};
  }
  g_free(model->object_waits);
  model->object_waits = HD_ORDER(&uses, Use, object, builder->objects.count, begin_ns);
  for (guint32 i = 0; i < builder->objects.count; i++) builder->objects.items[i].wait_count = 0;
  for (guint32 i = 0; i < uses.count; i++) {
    const Use *use = &uses.items[model->object_waits[i]];
    HdObject *object = &builder->objects.items[use->object];
    if (!object->wait_count++) object->wait_first = i;
    model->object_waits[i] = use->wait;
  }
  g_free(uses.items);
}
