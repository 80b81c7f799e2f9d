/* Objects: identity is the place (image and address, or device, inode and offset of what is shared) and the births seen there. Between two
 * births the operations at a place tell apart only its uses as another kind of primitive. */
#include "builder.h"

/* Kinds that one object may show in turn: a re-entrant lock is re-acquired after a condition wait as any lock, a
 * pool takes jobs as any executor. */
static enum hd_object_kind kind_class(enum hd_object_kind kind) {
  return kind == HD_KIND_RLOCK || kind == HD_KIND_RWLOCK ? HD_KIND_LOCK : kind == HD_KIND_POOL ? HD_KIND_EXECUTOR : kind;
}

static guint32 place_hash(guint32 image, guint64 reference) {
  guint64 mixed = (reference ^ (guint64)image << 48) * 0x9e3779b97f4a7c15u;
  return (mixed ^ mixed >> 29) * 0xbf58476d1ce4e5b9u >> 32;
}

static void table_grow(HdBuilder *builder) {
  builder->place_table_mask = builder->place_table_mask * 2 + 1;
  builder->place_table = g_renew(guint32, builder->place_table, (gsize)builder->place_table_mask + 1);
  for (guint32 i = 0; i <= builder->place_table_mask; i++) builder->place_table[i] = HD_NONE;
  for (guint32 place = 0; place < builder->places.count; place++) {
    guint32 slot = place_hash(builder->places.items[place].image, builder->places.items[place].reference);
    while (builder->place_table[slot & builder->place_table_mask] != HD_NONE) slot++;
    builder->place_table[slot & builder->place_table_mask] = place;
  }
}

static guint32 place_of(HdBuilder *builder, guint32 image, guint64 reference, gboolean make) {
  guint32 slot = place_hash(image, reference), place;
  while ((place = builder->place_table[slot & builder->place_table_mask]) != HD_NONE) {
    if (builder->places.items[place].reference == reference && builder->places.items[place].image == image) return place;
    slot++;
  }
  if (!make) return HD_NONE;
  place = builder->places.count;
  *hd_vector_add(&builder->places) = (HdPlace){.reference = reference, .image = image, .object = HD_NONE};
  builder->place_table[slot & builder->place_table_mask] = place;
  if (builder->places.count > builder->place_table_mask / 2) table_grow(builder);
  return place;
}

/* A shared object's image is none, and its number that of the first one that stands for the same place. */
static void canonical(HdBuilder *builder, guint32 *image, guint64 *reference) {
  if (!(*reference & HD_OBJECT_SHARED_BIT)) return;
  *image = HD_NONE;
  gpointer found = g_hash_table_lookup(builder->shared_numbers, reference);
  if (found) *reference = builder->shared.items[GPOINTER_TO_UINT(found) - 1].reference;
}

static guint shared_hash(gconstpointer shared_pointer) {
  const HdShared *shared = shared_pointer;
  return place_hash(kind_class(shared->kind), shared->device * 31 + shared->inode * 0x100000001b3u + shared->offset);
}

static gboolean shared_equal(gconstpointer a_pointer, gconstpointer b_pointer) {
  const HdShared *a = a_pointer, *b = b_pointer;
  return a->device == b->device && a->inode == b->inode && a->offset == b->offset && kind_class(a->kind) == kind_class(b->kind);
}

static void build_shared(HdBuilder *builder) {
  g_autoptr(GHashTable) firsts = g_hash_table_new(shared_hash, shared_equal);
  for (guint32 i = 0; i < builder->shared.count; i++) {
    HdShared *shared = &builder->shared.items[i], *first = g_hash_table_lookup(firsts, shared);
    if (!first) g_hash_table_add(firsts, first = shared);
    if (!g_hash_table_contains(builder->shared_numbers, &shared->reference))
      g_hash_table_insert(builder->shared_numbers, &shared->reference, GUINT_TO_POINTER(first - builder->shared.items + 1));
  }
}

/* The first of the chained objects that live at a place at a time, and until when. */
static guint32 *chain_at(HdBuilder *builder, guint32 place_index, gint64 at_ns, gint64 *until_ns) {
  HdPlace *place = &builder->places.items[place_index];
  const HdBoundary *boundaries = builder->boundaries.items + place->boundary_first;
  guint32 low = 0, high = place->boundary_count; /* boundaries before low are past */
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (boundaries[middle].at_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  *until_ns = low < place->boundary_count ? boundaries[low].at_ns : G_MAXINT64;
  return low ? &builder->boundaries.items[place->boundary_first + low - 1].object : &place->object;
}

static guint32 object_add(HdBuilder *builder, guint32 place, enum hd_object_kind kind, guint32 *chain, gint64 start_ns, gint64 end_ns) {
  guint32 object = builder->objects.count;
  const HdPlace *at = &builder->places.items[place];
  *hd_vector_add(&builder->objects) = (HdObject){.kind = kind,
                                                 .process = at->image,
                                                 .address = at->reference,
                                                 .create_site = HD_NONE,
                                                 .start_ns = start_ns,
                                                 .end_ns = end_ns,
                                                 .exclusive_owner = TRUE,
                                                 .initial_value = -1,
                                                 .job = HD_NONE,
                                                 .actor = HD_NONE};
  *hd_vector_add(&builder->object_next) = *chain;
  *hd_vector_add(&builder->object_places) = place;
  *chain = object;
  return object;
}

static void add_born(HdBuilder *builder, HdBoundary *boundary, gint64 end_ns) {
  guint32 object = object_add(builder, boundary->place, boundary->kind, &boundary->object, boundary->at_ns, end_ns);
  HdObject *born = &builder->objects.items[object];
  born->birth_seen = TRUE;
  born->flags = boundary->flags;
  born->initial_value = boundary->value;
  born->create_site = hd_site_index(builder, boundary->site);
  born->name = hd_builder_text(builder, boundary->name);
}

void hd_build_places(HdBuilder *builder) {
  builder->place_table_mask = 511;
  table_grow(builder);
  builder->object_hits = g_new0(HdObjectHit, HD_OBJECT_HIT_COUNT);
  for (guint i = 0; i < HD_OBJECT_HIT_COUNT; i++) builder->object_hits[i].object = HD_NONE;
  build_shared(builder);
  for (guint32 i = 0; i < builder->boundaries.count; i++) {
    HdBoundary *boundary = &builder->boundaries.items[i];
    const HdThread *thread = hd_thread_find(builder, boundary->image);
    boundary->image = thread ? thread->image : HD_NONE;
    canonical(builder, &boundary->image, &boundary->reference);
    boundary->place = place_of(builder, boundary->image, boundary->reference, TRUE);
  }
  guint32 *order = HD_ORDER(&builder->boundaries, HdBoundary, place, builder->places.count, at_ns);
  hd_vector_reorder(&builder->boundaries, order);
  g_free(order);
  for (guint32 i = 0; i < builder->boundaries.count; i++) {
    HdBoundary *boundary = &builder->boundaries.items[i];
    HdPlace *place = &builder->places.items[boundary->place];
    if (!place->boundary_count++) place->boundary_first = i;
    gboolean more = i + 1 < builder->boundaries.count && boundary[1].place == boundary->place;
    if (boundary->begin) add_born(builder, boundary, more ? boundary[1].at_ns : G_MAXINT64);
  }
}

static guint32 find_in_chain(const HdBuilder *builder, guint32 object, enum hd_object_kind kind) {
  if (kind == HD_KIND_NONE) return object; /* what it is was lost: whatever is there */
  for (; object != HD_NONE; object = builder->object_next.items[object]) {
    enum hd_object_kind found = builder->objects.items[object].kind;
    if (found == HD_KIND_NONE || kind_class(found) == kind_class(kind)) break;
  }
  return object;
}

static guint32 resolve(HdBuilder *builder, guint32 image, guint64 reference, enum hd_object_kind kind, gint64 at_ns, gboolean make) {
  if (!reference || kind == HD_KIND_THREAD || kind == HD_KIND_PROCESS) return HD_NONE;
  if (kind == HD_KIND_TASK && hd_task_find(builder, reference) == HD_NONE) return HD_NONE; /* nothing is known of it */
  guint64 told = reference;
  guint32 told_image = image;
  HdObjectHit *hit = &builder->object_hits[place_hash(image, reference) % HD_OBJECT_HIT_COUNT];
  if (hit->object != HD_NONE && hit->reference == reference && hit->image == image && hit->kind == (guint32)kind) {
    HdObject *object = &builder->objects.items[hit->object];
    if (at_ns >= object->start_ns) return hit->object;
    if (!object->birth_seen && make) {
      object->start_ns = at_ns;
      return hit->object;
    }
  }
  canonical(builder, &image, &reference);
  guint32 place = place_of(builder, image, reference, make);
  if (place == HD_NONE) return HD_NONE;
  gint64 until_ns;
  guint32 *chain = chain_at(builder, place, at_ns, &until_ns), found = find_in_chain(builder, *chain, kind);
  if (found == HD_NONE && !make) return HD_NONE;
  if (found == HD_NONE) found = object_add(builder, place, kind, chain, at_ns, until_ns);
  HdObject *object = &builder->objects.items[found];
  if (make && !object->birth_seen) {
    object->start_ns = MIN(object->start_ns, at_ns);
    if (object->kind == HD_KIND_NONE || kind_class(kind) == HD_KIND_LOCK)
      object->kind = MAX(object->kind, kind); /* lock, then rlock, then rwlock */
  }
  if (make && !builder->places.items[place].boundary_count) *hit = (HdObjectHit){told, told_image, kind, found};
  return found;
}

guint32 hd_object_at(HdBuilder *builder, guint32 image, guint64 reference, enum hd_object_kind kind, gint64 at_ns) {
  return resolve(builder, image, reference, kind, at_ns, TRUE);
}

guint32 hd_object_find(HdBuilder *builder, guint32 image, guint64 reference, enum hd_object_kind kind, gint64 at_ns) {
  return resolve(builder, image, reference, kind, at_ns, FALSE);
}

static void apply_given_names(HdBuilder *builder) {
  guint32 *order = HD_ORDER(&builder->object_names, HdGivenName, emitter, 0, at_ns); /* one group: the last name given stays */
  for (guint32 i = 0; i < builder->object_names.count; i++) {
    const HdGivenName *given = &builder->object_names.items[order[i]];
    const HdThread *thread = hd_thread_find(builder, given->emitter);
    guint32 image = thread ? thread->image : HD_NONE;
    guint64 reference = given->reference;
    canonical(builder, &image, &reference);
    guint32 place = place_of(builder, image, reference, FALSE);
    if (place == HD_NONE) continue;
    gint64 until_ns;
    const char *name = hd_builder_text(builder, given->name);
    for (guint32 object = *chain_at(builder, place, given->at_ns, &until_ns); object != HD_NONE;
         object = builder->object_next.items[object])
      if (name) builder->objects.items[object].name = name;
  }
  g_free(order);
}

typedef struct {
  guint32 place, object;
  gint64 start_ns;
} Birth;

static void count_generations(HdBuilder *builder) {
  guint32 count = builder->objects.count;
  g_autofree Birth *births = g_new(Birth, MAX(1, count));
  for (guint32 i = 0; i < count; i++) births[i] = (Birth){builder->object_places.items[i], i, builder->objects.items[i].start_ns};
  g_autofree guint32 *order =
      hd_order(births, sizeof(Birth), count, G_STRUCT_OFFSET(Birth, place), builder->places.count, G_STRUCT_OFFSET(Birth, start_ns));
  for (guint32 i = 0; i < count; i++) {
    gboolean again = i && births[order[i]].place == births[order[i - 1]].place;
    builder->objects.items[order[i]].generation = again ? builder->objects.items[order[i - 1]].generation + 1 : 0;
  }
}

void hd_finish_objects(HdBuilder *builder) {
  apply_given_names(builder);
  count_generations(builder);
  for (guint32 i = 0; i < builder->objects.count; i++) {
    HdObject *object = &builder->objects.items[i];
    const HdImage *image = object->process == HD_NONE ? NULL : &builder->images.items[object->process];
    gint64 life_end_ns = image ? image->end_ns : builder->model->duration_ns;
    object->end_ns = MAX(MIN(object->end_ns, life_end_ns), object->start_ns);
  }
}
