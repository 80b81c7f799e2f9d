/* Holds: the loose halves are paired, all put in order, and the open ones get an end. */
#include "builder.h"

#define SEARCH_MAX 1024 /* open holds of one object that are looked through: bounds the cost of nonsense */
#define BACK_MAX 64     /* holds that are looked back through for one that lasts longer than later ones */

/* Ends the newest open hold of the releaser, else the newest one of anybody: then the lock may be released by all. */
static gboolean release_one(HdBuilder *builder, GArray *open_holds, const HdLoose *release) {
  guint chosen = G_MAXUINT, newest = open_holds->len;
  for (guint i = newest; i-- > 0 && newest - i <= SEARCH_MAX;)
    if (builder->holds.items[g_array_index(open_holds, guint32, i)].actor == release->actor) {
      chosen = i;
      break;
    }
  if (chosen == G_MAXUINT) {
    /* With losses its own acquisition may be what was lost. */
    if (!newest || builder->model->actors[release->actor].lost_count) return FALSE;
    chosen = newest - 1;
    builder->objects.items[release->object].exclusive_owner = FALSE;
  }
  HdHold *hold = &builder->holds.items[g_array_index(open_holds, guint32, chosen)];
  hold->end_ns = MAX(release->at_ns, hold->begin_ns);
  hold->open = FALSE;
  hold->releaser = release->actor;
  hold->release_site = release->site;
  hold->release_stack = release->stack;
  g_array_remove_index(open_holds, chosen);
  return TRUE;
}

void hd_pair_loose(HdBuilder *builder) {
  guint32 count = builder->loose.count;
  g_autofree guint32 *order = HD_ORDER(&builder->loose, HdLoose, object, builder->objects.count, at_ns);
  g_autoptr(GArray) open_holds = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint32 i = 0; i < count; i++) {
    const HdLoose *loose = &builder->loose.items[order[i]];
    if (i && loose->object != builder->loose.items[order[i - 1]].object) g_array_set_size(open_holds, 0);
    if (loose->release) {
      if (!release_one(builder, open_holds, loose)) *hd_vector_add(&builder->orphans) = *loose;
      continue;
    }
    guint32 index = builder->holds.count;
    *hd_vector_add(&builder->holds) = (HdHold){.object = loose->object,
                                               .actor = loose->actor,
                                               .acquire_site = loose->site,
                                               .release_site = HD_NONE,
                                               .release_stack = HD_NONE,
                                               .releaser = HD_NONE,
                                               .wait = HD_NONE,
                                               .sequence = loose->sequence,
                                               .begin_ns = loose->at_ns,
                                               .end_ns = G_MAXINT64,
                                               .depth = 1,
                                               .shared = loose->shared,
                                               .open = TRUE};
    g_array_append_val(open_holds, index);
  }
}

typedef struct {
  HdBuilder *builder;
  guint32 *by_object, *by_actor;
} Orders;

static void take_orders(gpointer orders_pointer, gsize begin, gsize end) {
  Orders *orders = orders_pointer;
  const HdBuilder *builder = orders->builder;
  if (begin == 0) orders->by_object = HD_ORDER(&builder->holds, HdHold, object, builder->objects.count, begin_ns);
  if (end == 2) orders->by_actor = HD_ORDER(&builder->holds, HdHold, actor, builder->model->actor_count, begin_ns);
}

void hd_sort_holds(HdBuilder *builder) {
  HdModel *model = builder->model;
  guint32 count = builder->holds.count;
  /* Both orders are taken now: as the log has them, the holds of an actor are nearly sorted. */
  Orders orders = {.builder = builder};
  hd_in_parts(2, 1, take_orders, &orders);
  hd_vector_reorder(&builder->holds, orders.by_object);
  g_autofree guint32 *moved_to = g_new(guint32, MAX(1, count));
  for (guint32 i = 0; i < count; i++) moved_to[orders.by_object[i]] = i;
  for (guint32 i = 0; i < count; i++) orders.by_actor[i] = moved_to[orders.by_actor[i]];
  g_free(orders.by_object);
  g_free(model->actor_holds);
  model->actor_holds = orders.by_actor;

  for (guint32 i = 0; i < builder->objects.count; i++) builder->objects.items[i].hold_count = 0;
  for (guint32 i = 0; i < count; i++) {
    HdObject *object = &builder->objects.items[builder->holds.items[i].object];
    if (!object->hold_count++) object->hold_first = i;
  }
  for (guint32 i = 0; i < model->actor_count; i++) model->actors[i].hold_count = 0;
  for (guint32 i = 0; i < count; i++) model->actors[builder->holds.items[i].actor].hold_count++;
  for (guint32 i = 0, first = 0; i < model->actor_count; i++) {
    model->actors[i].hold_first = first;
    first += model->actors[i].hold_count;
  }
}

/* Whether a later hold shows that an open one had ended. */
static gboolean excludes(enum hd_object_kind kind, const HdHold *open_hold, const HdHold *later) {
  if (later->inherited || open_hold->inherited) return FALSE;
  if (open_hold->actor == later->actor) return kind == HD_KIND_LOCK || kind == HD_KIND_GIL;
  return !(open_hold->shared && later->shared);
}

/* An open hold lasts as long as its object, which may be longer than its actor; but somebody else's acquisition shows that
 * it ended, unseen (a robust lock whose owner died, a lost event). */
static void end_open_hold(HdBuilder *builder, const HdObject *object, HdHold *hold) {
  hold->end_ns = MAX(object->end_ns, hold->begin_ns);
  const HdHold *holds_end = builder->holds.items + object->hold_first + object->hold_count;
  const HdHold *later = hold + 1;
  for (guint i = 0; later < holds_end && i < SEARCH_MAX; later++, i++)
    if (later->begin_ns > hold->begin_ns && excludes(object->kind, hold, later)) {
      hold->end_ns = later->begin_ns;
      hold->open = FALSE;
      return;
    }
}

/* The outermost hold comes first, and each knows how deep it is. */
static void count_depths(HdBuilder *builder, const HdObject *object) {
  HdHold *holds = builder->holds.items + object->hold_first;
  g_autoptr(GArray) active = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint32 i = 0; i < object->hold_count; i++) {
    if (i + 1 < object->hold_count && holds[i].begin_ns == holds[i + 1].begin_ns && holds[i].actor == holds[i + 1].actor &&
        holds[i].end_ns < holds[i + 1].end_ns) {
      HdHold inner = holds[i];
      holds[i] = holds[i + 1];
      holds[i + 1] = inner;
    }
    guint depth = 1;
    for (guint k = active->len; k-- > 0;) {
      const HdHold *outer = &holds[g_array_index(active, guint32, k)];
      if (outer->end_ns <= holds[i].begin_ns || active->len > SEARCH_MAX)
        g_array_remove_index(active, k);
      else if (outer->actor == holds[i].actor)
        depth++;
    }
    holds[i].depth = MIN(depth, G_MAXUINT16);
    g_array_append_val(active, i);
  }
}

void hd_finish_holds(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->objects.count; i++) {
    const HdObject *object = &builder->objects.items[i];
    for (guint32 k = 0; k < object->hold_count; k++) {
      HdHold *hold = &builder->holds.items[object->hold_first + k];
      if (hold->open) end_open_hold(builder, object, hold);
    }
    if (object->kind == HD_KIND_RLOCK) count_depths(builder, object);
  }
}

guint32 hd_hold_before(const HdBuilder *builder, guint32 object_index, gint64 before_ns) {
  const HdObject *object = &builder->objects.items[object_index];
  guint32 low = object->hold_first, high = low + object->hold_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (builder->holds.items[middle].begin_ns < before_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low > object->hold_first ? low - 1 : HD_NONE;
}

guint32 hd_hold_of_other(const HdBuilder *builder, guint32 object, guint32 actor, gint64 from_ns, gint64 to_ns) {
  guint32 first = builder->objects.items[object].hold_first, hold = hd_hold_before(builder, object, to_ns);
  for (guint i = 0; hold != HD_NONE && i < BACK_MAX; i++) {
    if (builder->holds.items[hold].end_ns > from_ns && builder->holds.items[hold].actor != actor) return hold;
    hold = hold > first ? hold - 1 : HD_NONE;
  }
  return HD_NONE;
}

void hd_index_hold_ends(HdBuilder *builder) {
  guint32 part_count = builder->holds.count / HD_HOLD_PART + 1, object = HD_NONE;
  gint64 *parts = builder->model->hold_part_ends = g_new(gint64, part_count);
  gint64 *past = builder->model->hold_past_ends = g_new(gint64, part_count), latest_ns = G_MININT64;
  for (guint32 part = 0; part < part_count; part++) parts[part] = G_MININT64;
  for (guint32 i = 0; i < builder->holds.count; i++) {
    const HdHold *hold = &builder->holds.items[i];
    gint64 *part_ns = &parts[i / HD_HOLD_PART];
    *part_ns = MAX(*part_ns, hold->end_ns);
    latest_ns = hold->object == object ? MAX(latest_ns, hold->end_ns) : hold->end_ns;
    object = hold->object;
    past[i / HD_HOLD_PART] = latest_ns;
  }
}
