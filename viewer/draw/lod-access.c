/* Accesses of shared variables: which actors they are of, and which writes were lost.
 *
 * A write is lost when another actor that had read the variable before it writes without reading again (an actor's read, another's write,
 * the first one's write). Versions tell: they are counted in the variable, so they order accesses that stamps cannot. */
#include "lod-private.h"

enum { VERSIONS_LOOKED_AT = 64 }; /* before a write, when accesses are missing */

static gboolean is_shared_operation(const HdModel *model, const HdMark *mark, gboolean *writes) {
  enum hd_operation operation = mark->site < model->site_count ? model->sites[mark->site].operation : HD_OPERATION_NONE;
  *writes = operation == HD_OPERATION_SHARED_WRITE || operation == HD_OPERATION_SHARED_UPDATE || operation == HD_OPERATION_LOCAL_SET;
  return (*writes || operation == HD_OPERATION_SHARED_READ) && !mark->error;
}

static int compare_numbers(gconstpointer a, gconstpointer b) {
  guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;
  return (first > second) - (first < second);
}

void hd_lod_index_accesses(HdLod *lod, guint32 index) {
  const HdModel *model = lod->model;
  const HdObject *object = &model->objects[index];
  HdLodObject *entry = &lod->objects[index];
  entry->access_first = lod->access_actors->len;
  if (!hd_object_is_variable(object)) return;
  g_autoptr(GHashTable) writer_of = g_hash_table_new(NULL, NULL); /* version → mark + 1 */
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);      /* actor → version it read last + 1; none since its last write */
  gboolean writes;
  for (guint32 i = object->mark_first; i < object->mark_first + object->mark_count; i++) {
    if (!is_shared_operation(model, &model->marks[i], &writes)) continue;
    if (writes) g_hash_table_insert(writer_of, GSIZE_TO_POINTER(model->marks[i].value), GUINT_TO_POINTER(i + 1));
    if (entry->access_count < HD_LOD_ACCESS_LINES && hd_lod_access_line(lod, index, model->marks[i].actor) == entry->access_count) {
      g_array_append_val(lod->access_actors, model->marks[i].actor);
      entry->access_count++;
    }
  }
  if (object->kind == HD_KIND_LOCAL) return; /* each thread has a value of its own */
  for (guint32 i = object->mark_first; i < object->mark_first + object->mark_count; i++) {
    const HdMark *mark = &model->marks[i];
    if (!is_shared_operation(model, mark, &writes)) continue;
    gpointer actor = GUINT_TO_POINTER(mark->actor);
    if (!writes) {
      g_hash_table_insert(seen, actor, GSIZE_TO_POINTER(mark->value + 1));
      continue;
    }
    gint64 read = (gint64)GPOINTER_TO_SIZE(g_hash_table_lookup(seen, actor)) - 1;
    g_hash_table_remove(seen, actor);
    if (read < 0 || model->sites[mark->site].operation == HD_OPERATION_SHARED_UPDATE) continue;
    guint32 lost = 0; /* only the last is told: those before it were lost, too, or read by it */
    for (gint64 version = mark->value - 1; version > MAX(read, mark->value - VERSIONS_LOOKED_AT) && !lost; version--) {
      guint32 writer = GPOINTER_TO_UINT(g_hash_table_lookup(writer_of, GSIZE_TO_POINTER(version)));
      if (writer && model->marks[writer - 1].actor != mark->actor) lost = writer;
    }
    if (lost) {
      lost--;
      g_array_append_val(lod->lost, lost);
    }
  }
}

void hd_lod_sort_lost(HdLod *lod) { g_array_sort(lod->lost, compare_numbers); }

guint hd_lod_access_lines(const HdLod *lod, guint32 object) { return lod->objects[object].access_count; }

guint hd_lod_access_line(const HdLod *lod, guint32 object, guint32 actor) {
  const HdLodObject *entry = &lod->objects[object];
  const guint32 *actors = (const guint32 *)lod->access_actors->data + entry->access_first;
  for (guint line = 0; line < entry->access_count; line++)
    if (actors[line] == actor) return line;
  return MIN(entry->access_count, HD_LOD_ACCESS_LINES - 1);
}

guint32 hd_lod_access_actor(const HdLod *lod, guint32 object, guint line) {
  return g_array_index(lod->access_actors, guint32, lod->objects[object].access_first + line);
}

gboolean hd_lod_lost_between(const HdLod *lod, guint32 first_mark, guint32 end_mark) {
  const guint32 *lost = (const guint32 *)lod->lost->data;
  guint32 low = 0;
  for (guint32 high = lod->lost->len; low < high;) {
    guint32 middle = low + (high - low) / 2;
    if (lost[middle] < first_mark)
      low = middle + 1;
    else
      high = middle;
  }
  return low < lod->lost->len && lost[low] < end_mark;
}

gboolean hd_lod_is_lost(const HdLod *lod, guint32 mark) { return hd_lod_lost_between(lod, mark, mark + 1); }
