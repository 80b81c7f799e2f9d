/* Items: the put and the get of the same number on the same object. A number may come again (it has 32 bits, and a program may be
 * wrong), so a get belongs to the last put of its number before it that nobody got; what has no other half was not seen, or did not
 * happen. */
#include "builder.h"

guint32 *hd_match_numbers(const HdNumbered *puts, guint32 put_count, const HdNumbered *gets, guint32 get_count, guint32 object_count) {
  guint32 *matches = g_new(guint32, MAX(1, get_count));
#define BY_NUMBER(items, count)                                                                                                            \
  hd_order(items, sizeof(HdNumbered), count, G_STRUCT_OFFSET(HdNumbered, object), object_count, G_STRUCT_OFFSET(HdNumbered, number))
  g_autofree guint32 *put_order = BY_NUMBER(puts, put_count), *get_order = BY_NUMBER(gets, get_count);
#undef BY_NUMBER
  guint32 next = 0, candidate = HD_NONE;
  for (guint32 i = 0; i < get_count; i++) {
    const HdNumbered *get = &gets[get_order[i]];
    if (candidate != HD_NONE && (puts[candidate].object != get->object || puts[candidate].number != get->number)) candidate = HD_NONE;
    for (; next < put_count; next++) {
      const HdNumbered *put = &puts[put_order[next]];
      if (put->object > get->object || (put->object == get->object && put->number > get->number)) break;
      gboolean same = put->object == get->object && put->number == get->number;
      if (same && put->at_ns > get->at_ns) break;
      if (same) candidate = put_order[next];
    }
    matches[get_order[i]] = candidate;
    candidate = HD_NONE;
  }
  return matches;
}

/* The marks of one side, as they stand: by object, then time. */
static HdNumbered *numbered_marks(const HdBuilder *builder, enum hd_role role, guint32 *count) {
  HD_VECTOR(HdNumbered) numbered = {0};
  for (guint32 i = 0; i < builder->marks.count && builder->marks.items[i].object != HD_NONE; i++) {
    const HdMark *mark = &builder->marks.items[i];
    const struct hd_operation_info *operation = hd_site_operation(builder, mark->site);
    if (operation->role != role || !hd_has_number(operation) || mark->error) continue;
    *hd_vector_add(&numbered) = (HdNumbered){.object = mark->object, .index = i, .number = (guint32)mark->value, .at_ns = mark->at_ns};
  }
  *count = numbered.count;
  return numbered.items;
}

/* Each mark of an item learns which mark is the other half. */
static void pair_marks(HdBuilder *builder) {
  guint32 put_count, get_count;
  g_autofree HdNumbered *puts = numbered_marks(builder, HD_ROLE_ENABLE, &put_count);
  g_autofree HdNumbered *gets = numbered_marks(builder, HD_ROLE_TAKE, &get_count);
  if (!put_count && !get_count) return;
  builder->mark_partners = g_new(guint32, builder->marks.count);
  for (guint32 i = 0; i < builder->marks.count; i++) builder->mark_partners[i] = HD_NONE;
  g_autofree guint32 *matches = hd_match_numbers(puts, put_count, gets, get_count, builder->objects.count);
  for (guint32 i = 0; i < get_count; i++) {
    if (matches[i] == HD_NONE) continue;
    builder->mark_partners[gets[i].index] = puts[matches[i]].index;
    builder->mark_partners[puts[matches[i]].index] = gets[i].index;
  }
}

static void add_item(HdBuilder *builder, const HdObject *object, const HdMark *put, const HdMark *get) {
  const HdMark *known = put ? put : get;
  HdItem *item = hd_vector_add(&builder->items);
  *item = (HdItem){.object = known->object,
                   .number = (guint32)known->value,
                   .put_actor = put ? put->actor : HD_NONE,
                   .put_site = put ? put->site : HD_NONE,
                   .put_sequence = put ? put->sequence : HD_NONE,
                   .get_actor = get ? get->actor : HD_NONE,
                   .get_site = get ? get->site : HD_NONE,
                   .get_sequence = get ? get->sequence : HD_NONE,
                   .put_ns = known->at_ns};
  item->get_ns = get ? get->at_ns : MAX(object->end_ns, put->at_ns);
}

/* A queue that is shut down at once drops what is in it: those items end there, and nobody got them. */
static void end_dropped(HdBuilder *builder, const HdObject *object, const HdMark *mark) {
  if (hd_site_operation(builder, mark->site) != &hd_operations[HD_OPERATION_QUEUE_SHUTDOWN] || mark->value <= 0) return;
  for (guint32 i = object->item_first; i < builder->items.count; i++) {
    HdItem *item = &builder->items.items[i];
    if (item->get_actor == HD_NONE && item->put_ns <= mark->at_ns && mark->at_ns < item->get_ns) item->get_ns = mark->at_ns;
  }
}

void hd_build_items(HdBuilder *builder) {
  pair_marks(builder);
  if (!builder->mark_partners) return;
  for (guint32 i = 0; i < builder->objects.count; i++) {
    HdObject *object = &builder->objects.items[i];
    object->item_first = builder->items.count;
    if (object->kind != HD_KIND_QUEUE && object->kind != HD_KIND_PIPE) continue;
    for (guint32 k = object->mark_first; k < object->mark_first + object->mark_count; k++) {
      const HdMark *mark = &builder->marks.items[k];
      const struct hd_operation_info *operation = hd_site_operation(builder, mark->site);
      end_dropped(builder, object, mark);
      if (!(operation->flags & HD_OPERATION_FLAG_ITEM) || mark->error) continue;
      const HdMark *other = builder->mark_partners[k] == HD_NONE ? NULL : &builder->marks.items[builder->mark_partners[k]];
      if (operation->role == HD_ROLE_ENABLE)
        add_item(builder, object, mark, other);
      else if (operation->role == HD_ROLE_TAKE && !other)
        add_item(builder, object, NULL, mark);
    }
    object->item_count = builder->items.count - object->item_first;
  }
}
