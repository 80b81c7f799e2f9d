#include "timeline-private.h"

#define OBJECT_TITLE_LEFT_PX 26

void hd_timeline_say_object_count(HdTimeline *timeline) {
  guint shown_count, all_count;
  hd_lanes_object_counts(timeline->scene->lanes, &shown_count, &all_count);
  g_autofree char *note = g_strdup_printf("sorted by time lost · %u of %u shown", shown_count, all_count);
  gtk_label_set_text(GTK_LABEL(timeline->object_note), note);
}

void hd_timeline_place_object_title(HdTimeline *timeline) {
  int names_px = hd_scene_names_px(timeline->scene, gtk_widget_get_width(GTK_WIDGET(timeline)));
  gtk_widget_set_size_request(timeline->object_title, names_px - OBJECT_TITLE_LEFT_PX, -1);
}

static void quiet_toggled(GtkToggleButton *button, HdTimeline *timeline) {
  hd_lanes_set_quiet_objects(timeline->scene->lanes, gtk_toggle_button_get_active(button));
  hd_timeline_rows_changed(timeline);
}

GtkWidget *hd_timeline_object_pane_new(HdTimeline *timeline) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = gtk_label_new("Locks and queues"), *quiet = gtk_toggle_button_new_with_label("all");
  timeline->object_note = gtk_label_new(NULL);
  gtk_widget_add_css_class(head, "pane-head");
  gtk_widget_add_css_class(title, "heading-small");
  gtk_widget_add_css_class(timeline->object_note, "dim-text");
  gtk_widget_add_css_class(quiet, "flat");
  gtk_widget_set_tooltip_text(quiet, "Show those, too, that nobody waited for");
  gtk_label_set_xalign(GTK_LABEL(title), 0);
  timeline->object_title = title;
  gtk_widget_set_size_request(title, HD_NAMES_WIDTH_PX - OBJECT_TITLE_LEFT_PX, -1);
  gtk_label_set_xalign(GTK_LABEL(timeline->object_note), 0);
  gtk_widget_set_hexpand(timeline->object_note, TRUE);
  g_signal_connect_object(quiet, "toggled", G_CALLBACK(quiet_toggled), timeline, 0);
  gtk_box_append(GTK_BOX(head), title);
  gtk_box_append(GTK_BOX(head), timeline->object_note);
  gtk_box_append(GTK_BOX(head), quiet);
  timeline->object_head = head;
  gtk_box_append(GTK_BOX(box), head);
  gtk_box_append(GTK_BOX(box), hd_timeline_scrolled(timeline->panes[HD_PANE_OBJECTS]));
  return box;
}
