/* What hands and the desktop do to the window: drop, choose, pinch, drag the border of the names, follow a link to the code, stop a
 * recording in progress. */
#include "../../draw/tests/fixture.h"
#include "appearance.h"
#include "harness.h"
#include "tile-nodes.h"
#include <glib/gstdio.h>

static void keep(gpointer pointer) {}

static GtkEventController *controller_of(GtkWidget *widget, GType type) {
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(widget);
  for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
    g_autoptr(GtkEventController) controller = g_list_model_get_item(controllers, i);
    if (G_TYPE_CHECK_INSTANCE_TYPE(controller, type)) return controller; /* the widget keeps it */
  }
  g_error("%s has no %s", G_OBJECT_TYPE_NAME(widget), g_type_name(type));
}

static void drop(Harness *h, GFile *file) {
  GValue value = G_VALUE_INIT;
  gboolean taken = FALSE;
  g_value_init(&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed(&value, g_slist_append(NULL, g_object_ref(file)));
  g_signal_emit_by_name(controller_of(GTK_WIDGET(h->window), GTK_TYPE_DROP_TARGET), "drop", &value, 10.0, 10.0, &taken);
  g_assert_true(taken);
  g_value_unset(&value);
}

/* A folder that is dropped is opened; what it says when it is none of ours stands on the page. */
static void test_drop(void) {
  Harness *h = harness_new_empty();
  g_autofree char *folder = g_dir_make_tmp("heddle-drop-XXXXXX", NULL), *name = g_path_get_basename(folder);
  g_autoptr(GFile) file = g_file_new_for_path(folder), far = g_file_new_for_uri("sftp://elsewhere/run.heddle");
  drop(h, file);
  harness_until(g_strcmp0(hd_window_page(h->window), "error") == 0);
  g_assert_nonnull(strstr(hd_window_error(h->window), name));
  drop(h, far);
  g_assert_cmpstr(hd_window_page(h->window), ==, "error");
  g_assert_nonnull(strstr(hd_window_error(h->window), "sftp://elsewhere/run.heddle"));
  g_rmdir(folder);
  harness_free(h);
}

static void test_pinch(void) {
  Harness *h = harness_new(TRUE);
  GtkEventController *pinch = controller_of(GTK_WIDGET(h->timeline), GTK_TYPE_GESTURE_ZOOM);
  double before = hd_view_state_ns_per_px(h->state);
  g_signal_emit_by_name(pinch, "begin", NULL);
  g_signal_emit_by_name(pinch, "scale-changed", 1.5);
  g_signal_emit_by_name(pinch, "scale-changed", 2.0);
  g_assert_cmpfloat_with_epsilon(hd_view_state_ns_per_px(h->state), before / 2, before * 0.01);
  g_signal_emit_by_name(pinch, "scale-changed", 1.0);
  g_assert_cmpfloat_with_epsilon(hd_view_state_ns_per_px(h->state), before, before * 0.01);
  harness_free(h);
}

static void test_names(void) {
  Harness *h = harness_new(TRUE);
  HdScene *scene = hd_timeline_scene(h->timeline);
  int before_px = scene->names_px;
  hd_timeline_set_names_px(h->timeline, 300);
  harness_until(scene->names_px == 300);
  g_assert_cmpint(hd_view_state_view(h->state).width_px, ==, gtk_widget_get_width(GTK_WIDGET(h->timeline)) - 300);
  hd_timeline_set_names_px(h->timeline, 5);
  harness_until(scene->names_px == HD_NAMES_MIN_PX);
  hd_timeline_set_names_px(h->timeline, 5000);
  harness_until(scene->names_px == HD_NAMES_MAX_PX);
  harness_settle(h);
  harness_picture(h, "names.png");
  harness_click(h, scene->names_px + 1, 200, 2); /* as wide as the longest name, which is short here */
  harness_until(scene->names_px < before_px);
  harness_free(h);
}

static void find_source(GtkWidget *widget, gpointer found) {
  if (GTK_IS_TEXT_VIEW(widget)) *(GtkWidget **)found = widget;
}

static void find_note(GtkWidget *widget, gpointer found) {
  if (gtk_widget_has_css_class(widget, "source-note")) *(GtkWidget **)found = widget;
}

static char *source_text(GtkWidget *view) {
  GtkTextIter begin, end;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
  gtk_text_buffer_get_bounds(buffer, &begin, &end);
  return gtk_text_buffer_get_text(buffer, &begin, &end, FALSE);
}

static void test_source(void) {
  g_autofree char *path = NULL;
  g_autoptr(GString) code = g_string_new(NULL);
  int file = g_file_open_tmp("heddle-source-XXXXXX.c", &path, NULL);
  g_assert_cmpint(file, >=, 0);
  g_close(file, NULL);
  for (guint line = 1; line <= 400; line++) g_string_append_printf(code, "\tline_%u();\n", line);
  g_assert_true(g_file_set_contents(path, code->str, -1, NULL));
  HdSource source;
  hd_fixture_ingest(TRUE, &source);
  HdModel model = *source.model;
  HdSite sites[] = {
      {.function = "flush", .file = path, .line = 250}, {.function = "gone", .file = "/nowhere/gone.c", .line = 3}, {.function = "bare"}};
  model.sites = sites;
  model.site_count = G_N_ELEMENTS(sites);
  g_autoptr(HdDocument) document = hd_document_new("ingest.heddle", &model, keep, hd_lod_new(&model, NULL, NULL));
  Harness *h = harness_new_empty();
  hd_window_show_document(h->window, document);
  h->page = hd_window_trace_page(h->window);
  h->state = hd_trace_page_state(h->page);
  GtkWidget *view = NULL, *note = NULL;
  harness_visit(GTK_WIDGET(h->window), find_source, &view);
  harness_visit(GTK_WIDGET(h->window), find_note, &note);
  g_assert_true(view && note);
  hd_view_state_show_site(h->state, 0);
  harness_until(gtk_widget_get_mapped(view));
  g_autofree char *text = source_text(view);
  g_assert_nonnull(strstr(text, "   250      line_250();"));
  g_assert_null(strstr(text, "line_1()"));
  /* The line is in sight. */
  GtkTextIter here;
  GdkRectangle place, seen;
  gint64 scrolled_us = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
  gtk_text_buffer_get_iter_at_mark(buffer, &here, gtk_text_buffer_get_insert(buffer));
  g_assert_cmpint(gtk_text_iter_get_line(&here), ==, 100);
  do {
    g_main_context_iteration(NULL, FALSE);
    gtk_text_view_get_iter_location(GTK_TEXT_VIEW(view), &here, &place);
    gtk_text_view_get_visible_rect(GTK_TEXT_VIEW(view), &seen);
  } while ((seen.y == 0 || place.y < seen.y || place.y > seen.y + seen.height) && g_get_monotonic_time() < scrolled_us);
  g_assert_cmpint(place.y, >, seen.y);
  g_assert_cmpint(place.y, <, seen.y + seen.height);
  harness_picture(h, "source.png");
  hd_view_state_show_site(h->state, 1);
  harness_until(strstr(gtk_label_get_text(GTK_LABEL(note)), "/nowhere/gone.c cannot be read"));
  g_assert_false(gtk_widget_get_mapped(view));
  hd_view_state_show_site(h->state, 2);
  g_assert_nonnull(strstr(gtk_label_get_text(GTK_LABEL(note)), "no debug information"));
  h->state = NULL;
  harness_free(h);
  g_unlink(path);
}

static void find_recording(GtkWidget *widget, gpointer found) {
  if (gtk_widget_has_css_class(widget, "recording")) *(GtkWidget **)found = widget;
}

/* The recorder is none any more (process 1 is never one): the banner says so and offers the whole recording. */
static void test_recording_banner(void) {
  HdSource source;
  hd_fixture_ingest(TRUE, &source);
  HdModel model = *source.model;
  g_autofree char *folder = g_dir_make_tmp("heddle-progress-XXXXXX", NULL);
  HdLogInfo info = *source.model->info;
  info.in_progress = TRUE;
  info.recorder_process_id = 1;
  info.path = folder;
  model.info = &info;
  g_autoptr(HdDocument) document = hd_document_new(folder, &model, keep, hd_lod_new(&model, NULL, NULL));
  Harness *h = harness_new_empty();
  hd_window_show_document(h->window, document);
  GtkWidget *banner = NULL;
  harness_visit(GTK_WIDGET(h->window), find_recording, &banner);
  g_assert_nonnull(banner);
  GtkWidget *label = gtk_widget_get_first_child(banner), *stop = gtk_widget_get_next_sibling(label);
  g_assert_nonnull(strstr(gtk_label_get_text(GTK_LABEL(label)), "has ended"));
  g_assert_false(gtk_widget_get_visible(stop));
  g_assert_cmpstr(gtk_button_get_label(GTK_BUTTON(gtk_widget_get_next_sibling(stop))), ==, "Show all of it");
  harness_free(h);
  g_rmdir(folder);
}

static void test_icon(void) {
  Harness *h = harness_new_empty();
  GtkIconTheme *icons = gtk_icon_theme_get_for_display(gtk_widget_get_display(GTK_WIDGET(h->window)));
  g_assert_true(gtk_icon_theme_has_icon(icons, HD_APPLICATION_ID));
  g_assert_cmpstr(gtk_window_get_default_icon_name(), ==, HD_APPLICATION_ID);
  harness_free(h);
}

/* What a GL renderer gets is what the cairo renderer gets. */
static void test_textures(void) {
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, HD_TILE_WIDTH_PX, 26);
  cairo_t *cr = cairo_create(surface);
  cairo_set_source_rgba(cr, 0.8, 0.2, 0.1, 1);
  cairo_rectangle(cr, 40, 3, 100, 20);
  cairo_fill(cr);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  HdTileKey key = {.row = 1, .height_px = 26, .scale = 1};
  HdTileNodes *nodes = hd_tile_nodes_new();
  static const GskRenderNodeType types[] = {GSK_CAIRO_NODE, GSK_TEXTURE_NODE};
  guint32 pixels[2][26][HD_TILE_WIDTH_PX];
  for (guint textures = 0; textures < 2; textures++) {
    hd_tile_nodes_begin_frame(nodes, textures);
    GskRenderNode *node = hd_tile_nodes_get(nodes, &key, surface);
    g_assert_cmpint(gsk_render_node_get_node_type(node), ==, types[textures]);
    g_assert_true(hd_tile_nodes_get(nodes, &key, surface) == node); /* wrapped once */
    cairo_surface_t *copy =
        cairo_image_surface_create_for_data((guchar *)pixels[textures], CAIRO_FORMAT_ARGB32, HD_TILE_WIDTH_PX, 26, HD_TILE_WIDTH_PX * 4);
    memset(pixels[textures], 0, sizeof pixels[textures]);
    cr = cairo_create(copy);
    gsk_render_node_draw(node, cr);
    cairo_destroy(cr);
    cairo_surface_destroy(copy);
  }
  g_assert_cmpuint(pixels[0][10][60], !=, 0);
  g_assert_cmpmem(pixels[0], sizeof pixels[0], pixels[1], sizeof pixels[1]);
  hd_tile_nodes_free(nodes);
  cairo_surface_destroy(surface);
}

int main(int argument_count, char **arguments) {
  gtk_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/hands/drop", test_drop);
  g_test_add_func("/hands/pinch", test_pinch);
  g_test_add_func("/hands/names", test_names);
  g_test_add_func("/hands/source", test_source);
  g_test_add_func("/hands/recording-banner", test_recording_banner);
  g_test_add_func("/hands/icon", test_icon);
  g_test_add_func("/hands/textures", test_textures);
  return g_test_run();
}
