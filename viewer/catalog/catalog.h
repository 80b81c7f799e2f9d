/* The catalog of the demonstrations: what there is by theme, and each one's lesson.
 *
 * The build makes it (demos/lessons.py) of demos/catalog.json, demos/themes.json and the comments on top of the programs, and puts it
 * beside the programs, where this finds it. Immutable once read; any thread.
 */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

#define HD_CATALOG_ERROR (g_quark_from_static_string("hd-catalog-error"))
typedef enum { HD_CATALOG_ERROR_NOT_FOUND, HD_CATALOG_ERROR_INVALID } HdCatalogError;

/* A paragraph of a lesson: what the demonstration shows, what to look at, what to try. */
typedef struct {
  char *head; /* "What to look at"; NULL: it has none */
  char *text;
} HdParagraph;

typedef struct {
  char *name;  /* its program's */
  char *title; /* "Two locks, two orders" */
  char *text;  /* a sentence */
  char *theme_title;
  gboolean uses_seed; /* another order of events is worth a try: HEDDLE_SEED */
  gboolean uses_gil;  /* so is a run without the interpreter lock: HEDDLE_GIL=0 */
  HdParagraph *paragraphs;
  guint paragraph_count;
} HdDemo;

/* Demonstrations that belong together: demos[demo_first …] of the catalog. */
typedef struct {
  char *name;  /* as the catalog calls it: "deadlock" */
  char *title; /* "Deadlocks" */
  guint demo_first, demo_count;
} HdDemoTheme;

typedef struct {
  HdDemo *demos; /* by theme */
  guint demo_count;
  HdDemoTheme *themes; /* none is empty */
  guint theme_count;
  char *folder; /* that it was read from */
} HdCatalog;

/* Reads the catalog of a folder; NULL: of this installation. NULL with error when there is none, or it is not one. */
HdCatalog *hd_catalog_read(const char *folder, GError **error);
void hd_catalog_free(HdCatalog *catalog);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdCatalog, hd_catalog_free)

/* This installation's, read once and kept; NULL: there is none. */
const HdCatalog *hd_catalog_installed(void);

/* NULL: there is none of that name. */
const HdDemo *hd_catalog_find(const HdCatalog *catalog, const char *name);
/* The demonstration that a recorded program is: it has its name and lies in a folder demos. NULL: none. */
const HdDemo *hd_catalog_of_program(const HdCatalog *catalog, const char *program);
/* The one after it in the catalog; NULL after the last. */
const HdDemo *hd_catalog_next(const HdCatalog *catalog, const HdDemo *demo);
/* Every one of the words begins a word of its name, title, sentence or theme; letter case does not matter. */
gboolean hd_demo_matches(const HdDemo *demo, const char *words);
/* Its small picture for a light or a dark window, whether it exists or not. The caller frees it. */
char *hd_catalog_picture(const HdCatalog *catalog, const HdDemo *demo, gboolean dark);

G_END_DECLS
