#include "recording-banner.h"
#include "recorder.h"

#define REFRESH_MS 1000

/* Belongs to the widget. */
typedef struct {
  HdDocument *document;
  GtkWidget *label, *stop, *reload;
  guint timer;
} RecordingBanner;

static void recording_banner_free(RecordingBanner *banner) {
  g_clear_handle_id(&banner->timer, g_source_remove);
  g_object_unref(banner->document);
  g_free(banner);
}

static const char *path_of(const RecordingBanner *banner) {
  const char *path = hd_document_path(banner->document);
  return path ? path : hd_document_model(banner->document)->info->path;
}

static gboolean refresh(gpointer user_data) {
  RecordingBanner *banner = user_data;
  const HdModel *model = hd_document_model(banner->document);
  gboolean lives = hd_recorder_lives(model->info->recorder_process_id);
  g_autofree char *seen = hd_format_duration(model->duration_ns),
                  *size = path_of(banner) ? g_format_size(hd_recording_bytes(path_of(banner))) : g_strdup("");
  g_autofree char *words = lives
                               ? g_strdup_printf("Recording in progress: %s by now. Shown are its first %s, %" G_GUINT64_FORMAT " events.",
                                                 size, seen, model->info->event_count)
                               : g_strdup_printf("The recording has ended: %s. Shown are its first %s.", size, seen);
  gtk_label_set_text(GTK_LABEL(banner->label), words);
  gtk_widget_set_visible(banner->stop, lives);
  gtk_button_set_label(GTK_BUTTON(banner->reload), lives ? "Show what is new" : "Show all of it");
  if (!lives) banner->timer = 0;
  return lives;
}

static void stop(GtkButton *button, RecordingBanner *banner) {
  gtk_widget_set_sensitive(banner->stop, FALSE);
  hd_recorder_stop_other(hd_document_model(banner->document)->info->recorder_process_id);
}

GtkWidget *hd_recording_banner_new(HdDocument *document) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class(box, "note");
  gtk_widget_add_css_class(box, "recording");
  RecordingBanner *banner = g_new0(RecordingBanner, 1);
  g_object_set_data_full(G_OBJECT(box), "banner", banner, (GDestroyNotify)recording_banner_free);
  banner->document = g_object_ref(document);
  banner->label = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(banner->label), 0);
  gtk_label_set_ellipsize(GTK_LABEL(banner->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand(banner->label, TRUE);
  banner->stop = gtk_button_new_with_label("Stop");
  banner->reload = gtk_button_new();
  g_signal_connect(banner->stop, "clicked", G_CALLBACK(stop), banner);
  if (path_of(banner)) {
    gtk_actionable_set_action_name(GTK_ACTIONABLE(banner->reload), "win.open-path");
    gtk_actionable_set_action_target(GTK_ACTIONABLE(banner->reload), "s", path_of(banner));
  }
  gtk_box_append(GTK_BOX(box), banner->label);
  gtk_box_append(GTK_BOX(box), banner->stop);
  gtk_box_append(GTK_BOX(box), banner->reload);
  if (refresh(banner)) banner->timer = g_timeout_add(REFRESH_MS, refresh, banner);
  return box;
}
