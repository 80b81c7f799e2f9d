#include "catalog.h"
#include "places.h"
#include <json-glib/json-glib.h>
#include <string.h>

static void demo_clear(HdDemo *demo) {
  g_free(demo->name);
  g_free(demo->title);
  g_free(demo->text);
  g_free(demo->theme_title);
  for (guint i = 0; i < demo->paragraph_count; i++) {
    g_free(demo->paragraphs[i].head);
    g_free(demo->paragraphs[i].text);
  }
  g_free(demo->paragraphs);
}

void hd_catalog_free(HdCatalog *catalog) {
  for (guint i = 0; i < catalog->demo_count; i++) demo_clear(&catalog->demos[i]);
  for (guint i = 0; i < catalog->theme_count; i++) {
    g_free(catalog->themes[i].name);
    g_free(catalog->themes[i].title);
  }
  g_free(catalog->demos);
  g_free(catalog->themes);
  g_free(catalog->folder);
  g_free(catalog);
}

/* What is not there, or of another type, is an empty array: a damaged catalog shows what is left of it. */
static JsonArray *array_member(JsonObject *object, const char *name) {
  JsonNode *node = object ? json_object_get_member(object, name) : NULL;
  return node && JSON_NODE_HOLDS_ARRAY(node) ? json_array_ref(json_node_get_array(node)) : json_array_new();
}

static JsonObject *object_at(JsonArray *array, guint index) {
  JsonNode *node = json_array_get_element(array, index);
  return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

/* NULL unless it is a text that is not empty. */
static char *text_member(JsonObject *object, const char *name) {
  JsonNode *node = object ? json_object_get_member(object, name) : NULL;
  const char *text = node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
  return text && *text ? g_strdup(text) : NULL;
}

static char *text_member_or(JsonObject *object, const char *name, const char *otherwise) {
  char *text = text_member(object, name);
  return text ? text : g_strdup(otherwise);
}

static gboolean lists(JsonObject *object, const char *name, const char *word) {
  g_autoptr(JsonArray) array = array_member(object, name);
  for (guint i = 0; i < json_array_get_length(array); i++) {
    JsonNode *node = json_array_get_element(array, i);
    if (JSON_NODE_HOLDS_VALUE(node) && g_strcmp0(json_node_get_string(node), word) == 0) return TRUE;
  }
  return FALSE;
}

static gboolean read_demo(JsonObject *object, const HdDemoTheme *theme, HdDemo *demo) {
  *demo = (HdDemo){.name = text_member(object, "name")};
  if (!demo->name) return FALSE;
  demo->title = text_member_or(object, "title", demo->name);
  demo->text = text_member_or(object, "text", "");
  demo->theme_title = g_strdup(theme->title);
  demo->uses_seed = lists(object, "uses", "seed");
  demo->uses_gil = lists(object, "uses", "gil");
  g_autoptr(JsonArray) lesson = array_member(object, "lesson");
  demo->paragraphs = g_new0(HdParagraph, json_array_get_length(lesson) + 1);
  for (guint i = 0; i < json_array_get_length(lesson); i++) {
    JsonObject *paragraph = object_at(lesson, i);
    char *text = text_member(paragraph, "text");
    if (text) demo->paragraphs[demo->paragraph_count++] = (HdParagraph){text_member(paragraph, "head"), text};
  }
  return TRUE;
}

static void read_themes(JsonObject *root, HdCatalog *catalog) {
  g_autoptr(JsonArray) themes = array_member(root, "themes");
  g_autoptr(GArray) all_themes = g_array_new(FALSE, TRUE, sizeof(HdDemoTheme)), all_demos = g_array_new(FALSE, TRUE, sizeof(HdDemo));
  for (guint i = 0; i < json_array_get_length(themes); i++) {
    JsonObject *object = object_at(themes, i);
    g_autoptr(JsonArray) demos = array_member(object, "demos");
    HdDemoTheme theme = {.name = text_member_or(object, "name", ""), .demo_first = all_demos->len};
    theme.title = text_member_or(object, "title", theme.name);
    for (guint j = 0; j < json_array_get_length(demos); j++) {
      HdDemo demo;
      if (read_demo(object_at(demos, j), &theme, &demo)) g_array_append_val(all_demos, demo);
    }
    theme.demo_count = all_demos->len - theme.demo_first;
    if (theme.demo_count) {
      g_array_append_val(all_themes, theme);
      continue;
    }
    g_free(theme.name);
    g_free(theme.title);
  }
  catalog->demo_count = all_demos->len;
  catalog->theme_count = all_themes->len;
  catalog->demos = (HdDemo *)(void *)g_array_free(g_steal_pointer(&all_demos), FALSE);
  catalog->themes = (HdDemoTheme *)(void *)g_array_free(g_steal_pointer(&all_themes), FALSE);
}

HdCatalog *hd_catalog_read(const char *folder, GError **error) {
  g_autofree char *found = folder ? g_strdup(folder) : hd_place_catalog();
  if (!found) {
    g_set_error(error, HD_CATALOG_ERROR, HD_CATALOG_ERROR_NOT_FOUND, "the demonstrations are not part of this installation");
    return NULL;
  }
  g_autofree char *path = g_build_filename(found, "catalog.json", NULL);
  g_autoptr(JsonParser) parser = json_parser_new_immutable();
  g_autoptr(GError) cause = NULL;
  JsonNode *root = json_parser_load_from_file(parser, path, &cause) ? json_parser_get_root(parser) : NULL;
  g_autoptr(HdCatalog) catalog = g_new0(HdCatalog, 1);
  catalog->folder = g_strdup(found);
  if (root && JSON_NODE_HOLDS_OBJECT(root)) read_themes(json_node_get_object(root), catalog);
  if (catalog->demo_count) return g_steal_pointer(&catalog);
  g_set_error(error, HD_CATALOG_ERROR, HD_CATALOG_ERROR_INVALID, "%s: %s", path, cause ? cause->message : "no demonstration in it");
  return NULL;
}

static gpointer read_installed(gpointer unused) { return hd_catalog_read(NULL, NULL); }

const HdCatalog *hd_catalog_installed(void) {
  static GOnce once = G_ONCE_INIT;
  return g_once(&once, read_installed, NULL);
}

const HdDemo *hd_catalog_find(const HdCatalog *catalog, const char *name) {
  for (guint i = 0; i < catalog->demo_count; i++)
    if (g_strcmp0(catalog->demos[i].name, name) == 0) return &catalog->demos[i];
  return NULL;
}

const HdDemo *hd_catalog_of_program(const HdCatalog *catalog, const char *program) {
  if (!program) return NULL;
  g_autofree char *name = g_path_get_basename(program), *folder = g_path_get_dirname(program), *in = g_path_get_basename(folder);
  return strcmp(in, "demos") == 0 ? hd_catalog_find(catalog, name) : NULL;
}

const HdDemo *hd_catalog_next(const HdCatalog *catalog, const HdDemo *demo) {
  guint next = (guint)(demo - catalog->demos) + 1;
  return next < catalog->demo_count ? &catalog->demos[next] : NULL;
}

gboolean hd_demo_matches(const HdDemo *demo, const char *words) {
  /* A name is told from a word by its hyphens only: "hot-lock" is found by "lock", too. */
  g_autofree char *all = g_strdelimit(g_strjoin(" ", demo->name, demo->title, demo->text, demo->theme_title, NULL), "-", ' ');
  g_autofree char *wanted = g_strdelimit(g_strdup(words), "-", ' ');
  return *g_strstrip(wanted) == '\0' || g_str_match_string(wanted, all, TRUE);
}

char *hd_catalog_picture(const HdCatalog *catalog, const HdDemo *demo, gboolean dark) {
  g_autofree char *file = g_strdup_printf("%s-%s.png", demo->name, dark ? "dark" : "light");
  return g_build_filename(catalog->folder, "gallery", file, NULL);
}
