/* The gallery and the lessons: all demonstrations with their pictures, the search, the keys, recording one, giving it up, its lesson, and
 * its buttons. What is recorded lies in a folder of the test's own. */
#include "../../draw/tests/fixture.h"
#include "appearance.h"
#include "catalog.h"
#include "demo-picture.h"
#include "gallery.h"
#include "harness.h"
#include "lesson-panel.h"
#include "places.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum { L = 46, ESCAPE = 9 };

/* The fastest, and one that takes long enough to be stopped. */
#define FAST_DEMO "recursion"
#define SLOW_DEMO "slow-consumer"

static void find_picture(GtkWidget *widget, gpointer found) {
  if (HD_IS_DEMO_PICTURE(widget)) *(GtkWidget **)found = widget;
}

static void test_all(void) {
  const HdCatalog *catalog = hd_catalog_installed();
  g_assert_nonnull(catalog);
  Harness *h = harness_new_empty();
  HdGallery *gallery = hd_window_gallery(h->window);
  g_assert_cmpuint(hd_gallery_shown_count(gallery), ==, catalog->demo_count);
  harness_until(hd_gallery_complete(gallery));
  for (guint i = 0; i < catalog->demo_count; i++) {
    GtkWidget *card = hd_gallery_card(gallery, catalog->demos[i].name), *picture = NULL;
    g_assert_nonnull(card);
    harness_visit(card, find_picture, &picture);
    g_assert_nonnull(picture);
    g_autofree char *path = hd_catalog_picture(catalog, &catalog->demos[i], FALSE);
    g_assert_true(hd_demo_picture_shown(HD_DEMO_PICTURE(picture)) == g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_true(gtk_test_accessible_has_property(GTK_ACCESSIBLE(card), GTK_ACCESSIBLE_PROPERTY_LABEL));
    g_assert_true(gtk_test_accessible_has_property(GTK_ACCESSIBLE(card), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
  }
  harness_picture(h, "gallery-light.png");
  g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", TRUE, NULL);
  g_assert_false(hd_gallery_complete(gallery)); /* others for the dark */
  harness_until(hd_gallery_complete(gallery));
  harness_picture(h, "gallery-dark.png");
  g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", FALSE, NULL);
  harness_free(h);
}

static void search_for(HdGallery *gallery, const char *words, guint count) {
  gtk_editable_set_text(GTK_EDITABLE(hd_gallery_field(gallery)), words);
  harness_until(hd_gallery_shown_count(gallery) == count);
}

static void test_search(void) {
  const HdCatalog *catalog = hd_catalog_installed();
  Harness *h = harness_new_empty();
  HdGallery *gallery = hd_window_gallery(h->window);
  guint expected = 0;
  for (guint i = 0; i < catalog->demo_count; i++) expected += hd_demo_matches(&catalog->demos[i], "Philosophers");
  g_assert_cmpuint(expected, >, 0);
  g_assert_cmpuint(expected, <, catalog->demo_count);
  search_for(gallery, "philosoph", expected);
  g_assert_true(gtk_widget_get_mapped(hd_gallery_card(gallery, "philosophers")));
  g_assert_false(gtk_widget_get_mapped(hd_gallery_card(gallery, "hot-lock")));
  search_for(gallery, "hot-lock", 1);
  harness_picture(h, "gallery-search.png");
  search_for(gallery, "no such thing", 0);
  harness_picture(h, "gallery-nothing.png");
  g_signal_emit_by_name(hd_gallery_field(gallery), "stop-search");
  harness_until(hd_gallery_shown_count(gallery) == catalog->demo_count);
  harness_free(h);
}

static GtkWidget *focus_of(Harness *h) { return gtk_window_get_focus(GTK_WINDOW(h->window)); }
static void press(HdGallery *gallery, guint key) { harness_key_on(GTK_WIDGET(gallery), "card-keys", key); }

static double top_of(GtkWidget *widget, HdGallery *gallery) {
  graphene_rect_t bounds;
  g_assert_true(gtk_widget_compute_bounds(widget, GTK_WIDGET(gallery), &bounds));
  return bounds.origin.y;
}

static void test_keys(void) {
  const HdCatalog *catalog = hd_catalog_installed();
  Harness *h = harness_new_empty();
  HdGallery *gallery = hd_window_gallery(h->window);
  GtkWidget *first = hd_gallery_card(gallery, catalog->demos[0].name), *second = hd_gallery_card(gallery, catalog->demos[1].name);
  harness_settle(h);
  gtk_widget_grab_focus(hd_gallery_field(gallery));
  harness_key_on(hd_gallery_field(gallery), "field-keys", GDK_KEY_Down);
  g_assert_true(focus_of(h) == first);
  press(gallery, GDK_KEY_Right);
  g_assert_true(focus_of(h) == second);
  press(gallery, GDK_KEY_Left);
  g_assert_true(focus_of(h) == first);
  press(gallery, GDK_KEY_Left); /* there is nothing before it */
  g_assert_true(focus_of(h) == first);
  press(gallery, GDK_KEY_Down);
  g_assert_cmpfloat(top_of(focus_of(h), gallery), >, top_of(first, gallery));
  press(gallery, GDK_KEY_Up);
  g_assert_true(focus_of(h) == first);
  press(gallery, GDK_KEY_Up);
  g_assert_true(gtk_widget_is_ancestor(focus_of(h), hd_gallery_field(gallery)));
  /* Every card can be reached. */
  gtk_widget_grab_focus(first);
  guint reached = 1;
  for (GtkWidget *before = NULL; focus_of(h) != before; reached++) {
    before = focus_of(h);
    press(gallery, GDK_KEY_Right);
    if (focus_of(h) == before) break;
  }
  g_assert_cmpuint(reached, ==, catalog->demo_count);
  harness_free(h);
}

/* Recording */

static guint recording_count(void) {
  g_autoptr(GDir) folder = g_dir_open(".", 0, NULL);
  const char *name;
  guint count = 0;
  while ((name = g_dir_read_name(folder))) count += g_str_has_suffix(name, ".heddle");
  return count;
}

/* A variable in the environment of the recorder that this program has started; the caller frees it, NULL: not set. */
static char *recorder_variable(const char *name) {
  g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", getpid()), *children = NULL;
  char *value = NULL;
  if (!g_file_get_contents(path, &children, NULL, NULL)) return NULL;
  g_auto(GStrv) numbers = g_strsplit(g_strchomp(children), " ", -1);
  for (guint i = 0; numbers[i] && *numbers[i]; i++) {
    g_autofree char *file = g_strdup_printf("/proc/%s/environ", numbers[i]), *environment = NULL;
    gsize length = 0, name_length = strlen(name);
    if (!g_file_get_contents(file, &environment, &length, NULL)) continue;
    for (const char *entry = environment; entry < environment + length; entry += strlen(entry) + 1)
      if (strncmp(entry, name, name_length) == 0 && entry[name_length] == '=') {
        g_free(value);
        value = g_strdup(entry + name_length + 1);
      }
  }
  return value;
}

static gboolean can_record(void) {
  g_autofree char *heddle = hd_place_heddle(), *demo = hd_place_demo(FAST_DEMO);
  if (heddle && demo) return TRUE;
  g_test_skip("the demonstrations are not built");
  return FALSE;
}

static gboolean is_page(Harness *h, const char *page) { return g_strcmp0(hd_window_page(h->window), page) == 0; }

static void test_record(void) {
  if (!can_record()) return;
  Harness *h = harness_new_empty();
  guint before = recording_count();
  gtk_widget_activate(hd_gallery_card(hd_window_gallery(h->window), FAST_DEMO));
  harness_until(is_page(h, "recording"));
  g_autofree char *seed = recorder_variable("HEDDLE_SEED");
  g_assert_null(seed);
  harness_picture(h, "recording.png");
  harness_until(is_page(h, "trace") || is_page(h, "error"));
  g_assert_true(is_page(h, "trace"));
  g_assert_cmpuint(recording_count(), ==, before + 1);
  h->page = hd_window_trace_page(h->window);
  h->timeline = hd_trace_page_timeline(h->page);
  g_assert_true(hd_trace_page_lesson_open(h->page));
  harness_picture(h, "lesson.png");
  harness_free(h);
}

static void test_cancel(void) {
  if (!can_record()) return;
  Harness *h = harness_new_empty();
  guint before = recording_count();
  gtk_widget_activate(hd_gallery_card(hd_window_gallery(h->window), SLOW_DEMO));
  harness_until(recording_count() > before);
  g_assert_true(is_page(h, "recording"));
  harness_key(h, GDK_KEY_Escape, ESCAPE);
  g_assert_true(is_page(h, "start"));
  harness_until(recording_count() == before); /* nothing is left of it */
  g_assert_true(is_page(h, "start"));
  g_assert_null(hd_window_trace_page(h->window));
  harness_free(h);
}

/* Lessons */

/* A window on a recording of which the program was this one. */
static Harness *harness_new_program(const char *program) {
  static HdSource source;
  static HdModel model;
  static HdLogInfo info;
  hd_fixture_ingest(TRUE, &source);
  model = *source.model;
  info = *model.info;
  info.program = (char *)program;
  model.info = &info;
  source.model = &model;
  return harness_new_source(source, TRUE);
}

typedef struct {
  const char *words;
  GtkWidget *found;
} Wanted;

static void find_words(GtkWidget *widget, gpointer user_data) {
  Wanted *wanted = user_data;
  if (GTK_IS_LABEL(widget) && strstr(gtk_label_get_text(GTK_LABEL(widget)), wanted->words)) wanted->found = widget;
}

static GtkWidget *label_with(Harness *h, const char *words) {
  Wanted wanted = {words, NULL};
  harness_visit(GTK_WIDGET(h->window), find_words, &wanted);
  return wanted.found;
}

static void find_seed(GtkWidget *widget, gpointer found) {
  if (GTK_IS_SPIN_BUTTON(widget)) *(GtkWidget **)found = widget;
}

/* A demonstration that can be run so; NULL: there is none. */
static const HdDemo *demo_using(gboolean seed, gboolean gil) {
  const HdCatalog *catalog = hd_catalog_installed();
  for (guint i = 0; i < catalog->demo_count; i++)
    if ((seed && catalog->demos[i].uses_seed) || (gil && catalog->demos[i].uses_gil)) return &catalog->demos[i];
  return NULL;
}

static void test_lesson(void) {
  const HdDemo *demo = hd_catalog_find(hd_catalog_installed(), "deadlock");
  Harness *h = harness_new_program("/somewhere/demos/deadlock");
  g_assert_true(hd_trace_page_lesson_open(h->page));
  g_assert_nonnull(label_with(h, demo->title));
  g_assert_nonnull(label_with(h, "What to look at"));
  for (guint i = 0; i < demo->paragraph_count; i++) g_assert_nonnull(label_with(h, demo->paragraphs[i].text)); /* no code in these */
  int beside_px = gtk_widget_get_width(GTK_WIDGET(h->timeline));
  harness_key(h, GDK_KEY_l, L);
  g_assert_false(hd_trace_page_lesson_open(h->page));
  harness_until(gtk_widget_get_width(GTK_WIDGET(h->timeline)) == beside_px + HD_LESSON_WIDTH_PX);
  harness_key(h, GDK_KEY_l, L);
  g_assert_true(hd_trace_page_lesson_open(h->page));
  /* To the gallery and back: the recording stays open. */
  gtk_widget_activate_action(GTK_WIDGET(h->window), "win.gallery", NULL);
  g_assert_true(is_page(h, "start"));
  g_signal_emit_by_name(hd_gallery_field(hd_window_gallery(h->window)), "stop-search"); /* Escape in the field */
  g_assert_true(is_page(h, "trace"));
  g_assert_true(hd_window_trace_page(h->window) == h->page);
  harness_free(h);
}

/* Code stands without its marks, and nothing in a lesson is taken for markup. */
static void test_markup(void) {
  HdParagraph paragraphs[] = {{NULL, "Try `a < b` & see <b>it</b>, `open"}};
  HdDemo demo = {"x", "X", "", "Theme", .paragraphs = paragraphs, .paragraph_count = 1};
  HdCatalog catalog = {&demo, 1};
  GtkWidget *panel = g_object_ref_sink(hd_lesson_panel_new(&catalog, &demo, NULL));
  Wanted wanted = {"Try a < b & see <b>it</b>, open", NULL};
  harness_visit(panel, find_words, &wanted);
  g_assert_nonnull(wanted.found);
  g_object_unref(panel);
}

static void test_no_lesson(void) {
  Harness *h = harness_new_program("/somewhere/else/deadlock");
  g_assert_false(hd_trace_page_has_lesson(h->page));
  harness_key(h, GDK_KEY_l, L);
  g_assert_false(hd_trace_page_lesson_open(h->page));
  harness_free(h);
}

static void press_button(Harness *h, const char *words) {
  GtkWidget *label = label_with(h, words), *button = label ? gtk_widget_get_ancestor(label, GTK_TYPE_BUTTON) : NULL;
  g_assert_nonnull(button);
  gtk_widget_activate(button);
  harness_until(is_page(h, "recording"));
}

/* Run to its end: the new recording says its seed, and the one behind is offered. */
static void test_seed(void) {
  const HdDemo *demo = demo_using(TRUE, FALSE);
  if (!can_record() || !demo) return;
  g_autofree char *program = g_build_filename("/somewhere/demos", demo->name, NULL);
  Harness *h = harness_new_program(program);
  GtkWidget *spin = NULL;
  guint before = recording_count();
  harness_visit(GTK_WIDGET(h->window), find_seed, &spin);
  g_assert_nonnull(spin);
  g_assert_cmpint(gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(spin)), ==, 1);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(spin), 7);
  press_button(h, "Run again with seed");
  g_autofree char *seed = NULL;
  harness_until((seed = recorder_variable("HEDDLE_SEED")));
  g_assert_cmpstr(seed, ==, "7");
  harness_until(!is_page(h, "recording") && !is_page(h, "loading"));
  g_assert_true(is_page(h, "trace"));
  g_assert_cmpuint(recording_count(), ==, before + 1);
  h->page = hd_window_trace_page(h->window);
  h->timeline = hd_trace_page_timeline(h->page);
  g_assert_nonnull(label_with(h, "This run: seed 7"));
  harness_visit(GTK_WIDGET(h->window), find_seed, &spin);
  g_assert_cmpint(gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(spin)), ==, 8);
  harness_picture(h, "lesson-seed.png");
  harness_free(h);
}

static void test_gil(void) {
  if (!can_record()) return;
  Harness *h = harness_new_program("/somewhere/demos/" SLOW_DEMO);
  guint before = recording_count();
  g_autofree char *none = recorder_variable("HEDDLE_GIL");
  g_assert_null(none);
  gtk_widget_activate_action(GTK_WIDGET(h->window), "win.demo-as", "(sxb)", SLOW_DEMO, (gint64)-1, TRUE);
  g_autofree char *gil = NULL;
  harness_until((gil = recorder_variable("HEDDLE_GIL")));
  g_assert_cmpstr(gil, ==, "0");
  harness_key(h, GDK_KEY_Escape, ESCAPE);
  harness_until(recording_count() == before);
  harness_free(h);
}

/* The buttons that make sense are there, and no others. */
static void test_buttons(void) {
  static HdLogInfo info = {.seed = "41", .gil = "0"};
  const HdCatalog *catalog = hd_catalog_installed();
  for (guint i = 0; i < catalog->demo_count; i++) {
    GtkWidget *panel = g_object_ref_sink(hd_lesson_panel_new(catalog, &catalog->demos[i], &info)), *spin = NULL;
    Wanted without = {"Run again without the interpreter lock", NULL}, again = {"Run again", NULL}, told = {"seed 41", NULL};
    harness_visit(panel, find_seed, &spin);
    harness_visit(panel, find_words, &without);
    harness_visit(panel, find_words, &again);
    harness_visit(panel, find_words, &told);
    g_assert_true((told.found != NULL) == catalog->demos[i].uses_seed);
    g_assert_true((spin != NULL) == catalog->demos[i].uses_seed);
    if (spin) g_assert_cmpint(gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(spin)), ==, 42);
    g_assert_true((without.found != NULL) == catalog->demos[i].uses_gil);
    g_assert_nonnull(again.found);
    g_object_unref(panel);
  }
}

static void delete_tree(const char *path) {
  g_autoptr(GDir) folder = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
  for (const char *name = folder ? g_dir_read_name(folder) : NULL; name; name = g_dir_read_name(folder)) {
    g_autofree char *inside = g_build_filename(path, name, NULL);
    delete_tree(inside);
  }
  g_remove(path);
}

int main(int argument_count, char **arguments) {
  gtk_test_init(&argument_count, &arguments, NULL);
  g_autofree char *folder = g_dir_make_tmp("heddle-gallery-XXXXXX", NULL), *before = g_get_current_dir();
  g_assert_cmpint(g_chdir(folder), ==, 0);
  g_test_add_func("/gallery/all", test_all);
  g_test_add_func("/gallery/search", test_search);
  g_test_add_func("/gallery/keys", test_keys);
  g_test_add_func("/gallery/cancel", test_cancel);
  g_test_add_func("/lesson/lesson", test_lesson);
  g_test_add_func("/lesson/markup", test_markup);
  g_test_add_func("/lesson/none", test_no_lesson);
  g_test_add_func("/lesson/buttons", test_buttons);
  g_test_add_func("/lesson/seed", test_seed);
  g_test_add_func("/lesson/gil", test_gil);
  g_test_add_func("/gallery/record", test_record);
  int status = g_test_run();
  g_assert_cmpint(g_chdir(before), ==, 0);
  delete_tree(folder);
  return status;
}
