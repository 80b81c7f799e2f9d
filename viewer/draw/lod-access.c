/* Accesses of shared variables: which actors they are of, and which writes were lost (analysis.h). */
#include "analysis.h"
#include "lod-private.h"

static gboolean is_access(const HdModel *model, const HdMark *mark) {
  enum hd_operation operation = mark->site < model->site_count ? model->sites[mark->site].operation : HD_OPERATION_NONE;
  return !mark->error && (operation == HD_OPERATION_SHARED_READ || operation == HD_OPERATION_SHARED_WRITE ||
                          operation == HD_OPERATION_SHARED_UPDATE || operation == HD_OPERATION_LOCAL_SET);
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
  for (guint32 i = object->mark_first; i < object->mark_first + object->mark_count && entry->access_count < HD_LOD_ACCESS_LINES; i++) {
    const HdMark *mark = &model->marks[i];
    if (!is_access(model, mark) || hd_lod_access_line(lod, index, mark->actor) != entry->access_count) continue;
    g_array_append_val(lod->access_actors, mark->actor);
    entry->access_count++;
  }
  g_autoptr(GArray) lost = hd_lost_writes(model, index);
  if (lost->len) g_array_append_vals(lod->lost, lost->data, lost->len);
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
