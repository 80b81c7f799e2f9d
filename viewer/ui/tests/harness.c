#include "harness.h"
#include "../../draw/tests/fixture.h"
#include "appearance.h"
#include "screenshot.h"

static GtkApplication *application;

static void nothing(gpointer pointer) {}

Harness *harness_new_empty(void) {
  g_autoptr(GError) error = NULL;
  if (!application) {
    application = gtk_application_new(NULL, G_APPLICATION_NON_UNIQUE);
    g_application_register(G_APPLICATION(application), NULL, &error);
    g_assert_no_error(error);
    g_application_set_default(G_APPLICATION(application));
    hd_appearance_init();
  }
  Harness *harness = g_new0(Harness, 1);
  harness->application = application;
  harness->window = HD_WINDOW(hd_window_new(application));
  gtk_widget_add_css_class(GTK_WIDGET(harness->window), "screenshot");
  gtk_window_present(GTK_WINDOW(harness->window));
  gtk_test_widget_wait_for_draw(GTK_WIDGET(harness->window));
  return harness;
}

Harness *harness_new_source(HdSource source, gboolean analysed) {
  Harness *harness = harness_new_empty();
  g_autoptr(HdDocument) document = hd_document_new("ingest.heddle", (HdModel *)source.model, nothing, hd_lod_new(source.model, NULL, NULL));
  if (analysed) hd_document_take_analysis(document, (HdAnalysis *)source.analysis, nothing);
  hd_window_show_document(harness->window, document);
  harness->page = hd_window_trace_page(harness->window);
  harness->timeline = hd_trace_page_timeline(harness->page);
  harness->state = hd_trace_page_state(harness->page);
  harness->model = source.model;
  harness_settle(harness);
  return harness;
}

Harness *harness_new(gboolean analysed) {
  static HdSource source; /* built once; the same for all tests, as it never changes */
  if (!source.model) hd_fixture_ingest(TRUE, &source);
  return harness_new_source(source, analysed);
}

void harness_free(Harness *harness) {
  gtk_window_destroy(GTK_WINDOW(harness->window));
  while (g_main_context_iteration(NULL, FALSE)) {}
  g_free(harness);
}

static gboolean raise_flag(gpointer flag) {
  *(gboolean *)flag = TRUE;
  return G_SOURCE_REMOVE;
}

void harness_settle(Harness *harness) {
  harness_until(!harness->page || hd_trace_page_is_placed(harness->page));
  for (guint i = 0; i < 2; i++) {
    gboolean passed = FALSE;
    g_timeout_add(60, raise_flag, &passed);
    harness_until(passed && (!harness->timeline || hd_timeline_complete(harness->timeline)));
  }
}

void harness_picture(Harness *harness, const char *name) {
  const char *folder = g_getenv("HD_TEST_PICTURES");
  if (!folder) return;
  harness_settle(harness);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  harness_until(hd_screenshot_save(GTK_WIDGET(harness->window), path, NULL)); /* a window being resized has nothing to show */
}

static GtkEventController *controller_of(GtkWidget *widget, GType type) {
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(widget);
  for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
    g_autoptr(GtkEventController) controller = g_list_model_get_item(controllers, i);
    if (!G_TYPE_CHECK_INSTANCE_TYPE(controller, type)) continue;
    if (GTK_IS_GESTURE_SINGLE(controller) && gtk_gesture_single_get_button(GTK_GESTURE_SINGLE(controller)) == GDK_BUTTON_SECONDARY)
      continue;
    return controller; /* the widget keeps it */
  }
  g_error("%s has no %s", G_OBJECT_TYPE_NAME(widget), g_type_name(type));
}

static void emit_key(GtkWidget *widget, const char *controller_name, guint key, guint key_code) {
  gboolean handled = FALSE, found = FALSE;
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(widget);
  for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
    g_autoptr(GtkEventController) controller = g_list_model_get_item(controllers, i);
    if (g_strcmp0(gtk_event_controller_get_name(controller), controller_name) != 0) continue;
    g_signal_emit_by_name(controller, "key-pressed", key, key_code, 0, &handled);
    found = TRUE;
  }
  g_assert_true(found);
}

void harness_key(Harness *harness, guint key, guint key_code) { emit_key(GTK_WIDGET(harness->window), "heddle-keys", key, key_code); }
void harness_key_on(GtkWidget *widget, const char *controller_name, guint key) { emit_key(widget, controller_name, key, 0); }

void harness_move_to(Harness *harness, double x, double y) {
  g_signal_emit_by_name(controller_of(GTK_WIDGET(harness->timeline), GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x, y);
}

void harness_click(Harness *harness, double x, double y, int press_count) {
  g_signal_emit_by_name(controller_of(GTK_WIDGET(harness->timeline), GTK_TYPE_GESTURE_CLICK), "pressed", press_count, x, y);
}

gboolean harness_point_of_wait(Harness *harness, guint32 wait, double *x, double *y) {
  const HdWait *w = &harness->model->waits[wait];
  HdScene *scene = hd_timeline_scene(harness->timeline);
  const HdRow *row = hd_lanes_row_of_actor(scene->lanes, w->actor);
  *x = hd_scene_x(scene, w->begin_ns + (w->end_ns - w->begin_ns) / 2);
  for (*y = 0; row && *y < gtk_widget_get_height(GTK_WIDGET(harness->timeline)); *y += 2) {
    double y_px;
    const HdRow *found = hd_timeline_row_at(harness->timeline, *x, *y, &y_px);
    if (found && found->id == row->id && y_px > row->height_px * 0.4) return TRUE;
  }
  return FALSE;
}

guint32 harness_actor(Harness *harness, const char *name) {
  for (guint32 i = 0; i < harness->model->actor_count; i++)
    if (g_strcmp0(harness->model->actors[i].name, name) == 0) return i;
  g_error("no actor %s", name);
}

guint32 harness_object(Harness *harness, const char *name) {
  for (guint32 i = 0; i < harness->model->object_count; i++)
    if (g_strcmp0(harness->model->objects[i].name, name) == 0) return i;
  g_error("no object %s", name);
}

guint32 harness_wait_of(Harness *harness, guint32 actor) {
  guint32 longest = HD_NONE;
  for (guint32 i = 0; i < harness->model->wait_count; i++) {
    const HdWait *wait = &harness->model->waits[i];
    if (wait->actor != actor || wait->object == HD_NONE) continue;
    if (longest == HD_NONE ||
        wait->end_ns - wait->begin_ns > harness->model->waits[longest].end_ns - harness->model->waits[longest].begin_ns)
      longest = i;
  }
  g_assert_cmpuint(longest, !=, HD_NONE);
  return longest;
}

void harness_visit(GtkWidget *widget, void (*visit)(GtkWidget *, gpointer), gpointer user_data) {
  visit(widget, user_data);
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child; child = gtk_widget_get_next_sibling(child))
    harness_visit(child, visit, user_data);
}
