/* Holds that came through fork. A child's memory is a copy: a lock that the forking thread held is held by the child's main thread; one
 * that another thread of the parent held is held for ever, by a thread that does not exist in the child. Only objects that the child uses
 * are looked at. */
#include "builder.h"

static const HdHold *hold_at(const HdBuilder *builder, GHashTable *inherited, guint32 object_index, gint64 at_ns) {
  guint32 index = hd_hold_of_other(builder, object_index, HD_NONE, at_ns, at_ns + 1);
  if (index == HD_NONE) index = hd_number_find(inherited, object_index);
  if (index == HD_NONE) return NULL;
  const HdHold *hold = &builder->holds.items[index];
  return hold->begin_ns <= at_ns && at_ns < hold->end_ns ? hold : NULL;
}

/* A release in the child that had no acquisition there. */
static void apply_orphan(HdBuilder *builder, GHashTable *orphans, HdHold *hold) {
  guint32 index = hd_number_find(orphans, hold->object);
  const HdLoose *release = index == HD_NONE ? NULL : &builder->orphans.items[index];
  if (!release || release->at_ns < hold->begin_ns) return;
  hold->open = FALSE;
  hold->end_ns = release->at_ns;
  hold->releaser = release->actor;
  hold->release_site = release->site;
  hold->release_stack = release->stack;
  if (release->actor != hold->actor) builder->objects.items[hold->object].exclusive_owner = FALSE;
}

static gboolean inherit_one(HdBuilder *builder, guint32 object_index, GHashTable *inherited, GHashTable *orphans) {
  HdObject *object = &builder->objects.items[object_index];
  if (object->process == HD_NONE || (object->kind != HD_KIND_LOCK && object->kind != HD_KIND_RLOCK && object->kind != HD_KIND_RWLOCK))
    return FALSE;
  const HdImage *image = &builder->images.items[object->process];
  if (image->forked_from == HD_NONE || object->birth_seen) return FALSE;
  guint32 original = hd_object_find(builder, image->forked_from, object->address, object->kind, image->fork_ns);
  const HdHold *held = original == HD_NONE ? NULL : hold_at(builder, inherited, original, image->fork_ns);
  if (!held) return FALSE;
  HdHold copy = *held;
  /* Who forks in a step of a task goes on in it, in the child. */
  gboolean by_forker = copy.actor == hd_actor_of_emitter(builder, image->fork_emitter) ||
                       copy.actor == builder->model->actors[builder->processes.items[image->process].actor].creator;
  if (by_forker && image->main_actor != HD_NONE) copy.actor = image->main_actor;
  copy.object = object_index;
  copy.begin_ns = image->main_actor == HD_NONE ? image->start_ns : builder->model->actors[image->main_actor].start_ns;
  copy.end_ns = G_MAXINT64;
  object->start_ns = MIN(object->start_ns, copy.begin_ns);
  copy.releaser = copy.release_site = copy.release_stack = copy.wait = HD_NONE;
  copy.open = copy.inherited = TRUE;
  apply_orphan(builder, orphans, &copy);
  hd_number_set(inherited, object_index, builder->holds.count);
  *hd_vector_add(&builder->holds) = copy;
  return TRUE;
}

gboolean hd_inherit_holds(HdBuilder *builder) {
  gboolean forked = FALSE, any = FALSE;
  for (guint32 i = 0; i < builder->images.count; i++) forked |= builder->images.items[i].forked_from != HD_NONE;
  if (!forked) return FALSE;
  g_autoptr(GHashTable) inherited = g_hash_table_new(NULL, NULL), orphans = g_hash_table_new(NULL, NULL);
  for (guint32 i = builder->orphans.count; i-- > 0;) hd_number_set(orphans, builder->orphans.items[i].object, i); /* the first one stays */
  /* Children after their parents: what a parent inherited its children inherit. */
  g_autofree guint32 *order = HD_ORDER(&builder->objects, HdObject, process, builder->images.count, start_ns);
  for (guint32 i = 0; i < builder->objects.count; i++) any |= inherit_one(builder, order[i], inherited, orphans);
  return any;
}
