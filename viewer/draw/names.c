#include "names.h"
#include <string.h>

typedef struct {
  guint32 first, count;
} Bearers;

guint32 *hd_actor_ordinals(const HdModel *model) {
  guint32 *ordinals = g_new0(guint32, model->actor_count);
  g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free); /* "process name" → Bearers */
  for (guint i = 0; i < model->actor_count; i++) {
    const HdActor *actor = &model->actors[i];
    if (actor->kind == HD_ACTOR_PROCESS) continue;
    g_autofree char *key = g_strdup_printf("%u %s", actor->parent, actor->name ? actor->name : "");
    Bearers *bearers = g_hash_table_lookup(names, key);
    if (!bearers) {
      bearers = g_new0(Bearers, 1);
      bearers->first = i;
      g_hash_table_insert(names, g_steal_pointer(&key), bearers);
    }
    bearers->count++;
    if (bearers->count == 2) ordinals[bearers->first] = 1;
    if (bearers->count > 1) ordinals[i] = bearers->count;
  }
  return ordinals;
}

char *hd_actor_label(const HdModel *model, const guint32 *ordinals, guint32 index) {
  if (index >= model->actor_count) return g_strdup("unknown");
  const HdActor *actor = &model->actors[index];
  const char *name = actor->name && *actor->name ? actor->name : "unnamed";
  if (!ordinals || ordinals[index] == 0) return hd_display_name(name, HD_NAME_CHARS);
  g_autofree char *numbered = g_strdup_printf("%s #%u", name, ordinals[index]);
  return hd_display_name(numbered, HD_NAME_CHARS);
}

char *hd_object_label(const HdModel *model, guint32 index) {
  if (index >= model->object_count) return g_strdup("unknown");
  const HdObject *object = &model->objects[index];
  return hd_display_name(object->name && *object->name ? object->name : hd_object_kind_names[object->kind], HD_NAME_CHARS);
}

char *hd_site_label(const HdModel *model, guint32 index) {
  if (index >= model->site_count) return NULL;
  g_autofree char *text = hd_model_site_text(model, index);
  return hd_display_name(text, HD_NAME_CHARS);
}

char *hd_site_place(const HdModel *model, guint32 index) {
  if (index >= model->site_count || !model->sites[index].file) return NULL;
  const char *file = strrchr(model->sites[index].file, '/');
  g_autofree char *plain = g_strdup_printf("%s:%u", file ? file + 1 : model->sites[index].file, model->sites[index].line);
  return hd_display_name(plain, HD_NAME_CHARS);
}
