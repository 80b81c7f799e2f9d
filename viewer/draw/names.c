#include "names.h"
#include <string.h>

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
