/* Loading: progress, cancel, a window closed meanwhile, what cannot be opened. */
#include "harness.h"

static gint finished; /* workers that have returned */

/* Works until it is told to stop. */
static HdModel *read_for_ever(const char *path, HdProgress progress, gpointer user_data, GError **error) {
  while (progress(0.25, "reading for ever", user_data)) g_usleep(1000);
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  g_atomic_int_inc(&finished);
  return NULL;
}

static HdModel *read_garbage(const char *path, HdProgress progress, gpointer user_data, GError **error) {
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: not a recording", path);
  return NULL;
}

static void test_close_while_loading(void) {
  Harness *h = harness_new_empty();
  g_autoptr(HdLoader) loader = hd_loader_new(read_for_ever);
  int before = g_atomic_int_get(&finished);
  hd_window_open_with(h->window, "/nowhere/slow.heddle", loader);
  g_assert_cmpstr(hd_window_page(h->window), ==, "loading");
  harness_settle(h);
  g_assert_cmpint(g_atomic_int_get(&finished), ==, before);
  gpointer weak = loader;
  g_object_add_weak_pointer(G_OBJECT(loader), &weak);
  harness_free(h);
  harness_until(g_atomic_int_get(&finished) == before + 1);
  g_clear_object(&loader);
  harness_until(weak == NULL); /* nothing keeps the job */
}

static void click_cancel(GtkWidget *widget, gpointer user_data) {
  if (GTK_IS_BUTTON(widget) && g_strcmp0(gtk_button_get_label(GTK_BUTTON(widget)), "_Cancel") == 0)
    g_signal_emit_by_name(widget, "clicked");
}

static void test_cancel(void) {
  Harness *h = harness_new_empty();
  g_autoptr(HdLoader) loader = hd_loader_new(read_for_ever);
  int before = g_atomic_int_get(&finished);
  hd_window_open_with(h->window, "/nowhere/slow.heddle", loader);
  harness_settle(h);
  harness_picture(h, "loading.png");
  harness_visit(GTK_WIDGET(h->window), click_cancel, NULL);
  g_assert_cmpstr(hd_window_page(h->window), ==, "start");
  harness_until(g_atomic_int_get(&finished) == before + 1);
  harness_picture(h, "start.png");
  harness_free(h);
}

static void test_another_meanwhile(void) {
  Harness *h = harness_new_empty();
  g_autoptr(HdLoader) slow = hd_loader_new(read_for_ever), bad = hd_loader_new(read_garbage);
  int before = g_atomic_int_get(&finished);
  hd_window_open_with(h->window, "/nowhere/slow.heddle", slow);
  hd_window_open_with(h->window, "/nowhere/bad.heddle", bad);
  harness_until(g_strcmp0(hd_window_page(h->window), "error") == 0);
  g_assert_cmpstr(hd_window_error(h->window), ==, "/nowhere/bad.heddle: not a recording");
  harness_until(g_atomic_int_get(&finished) == before + 1);
  harness_picture(h, "error.png");
  harness_free(h);
}

static void test_not_found(void) {
  Harness *h = harness_new_empty();
  hd_window_open(h->window, "/nowhere/at-all.heddle");
  harness_until(g_strcmp0(hd_window_page(h->window), "error") == 0);
  g_assert_nonnull(strstr(hd_window_error(h->window), "/nowhere/at-all.heddle"));
  g_assert_null(strchr(hd_window_error(h->window), '\n'));
  harness_free(h);
}

int main(int argument_count, char **arguments) {
  gtk_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/loading/close", test_close_while_loading);
  g_test_add_func("/loading/cancel", test_cancel);
  g_test_add_func("/loading/another", test_another_meanwhile);
  g_test_add_func("/loading/not-found", test_not_found);
  return g_test_run();
}
