#include "window-private.h"

static GtkWidget *message_page(const char *css_class) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class(box, css_class);
  return box;
}

GtkWidget *hd_window_loading_new(HdWindow *window) {
  GtkWidget *box = message_page("message"), *button = gtk_button_new_with_mnemonic("_Cancel");
  window->progress = gtk_progress_bar_new();
  window->progress_text = gtk_label_new(NULL);
  gtk_widget_set_size_request(window->progress, 320, -1);
  gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(window->progress), GTK_ACCESSIBLE_PROPERTY_LABEL, "Loading", -1);
  g_signal_connect_object(button, "clicked", G_CALLBACK(hd_window_cancel), window, G_CONNECT_SWAPPED);
  gtk_box_append(GTK_BOX(box), window->progress_text);
  gtk_box_append(GTK_BOX(box), window->progress);
  gtk_box_append(GTK_BOX(box), button);
  return box;
}

GtkWidget *hd_window_error_new(HdWindow *window) {
  GtkWidget *box = message_page("message"), *title = gtk_label_new("This cannot be opened"),
            *button = gtk_button_new_with_mnemonic("_Open another…");
  window->error = gtk_label_new(NULL);
  gtk_label_set_wrap(GTK_LABEL(window->error), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(window->error), 80);
  gtk_label_set_selectable(GTK_LABEL(window->error), TRUE);
  gtk_widget_add_css_class(title, "heading");
  gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open");
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), window->error);
  gtk_box_append(GTK_BOX(box), button);
  return box;
}
