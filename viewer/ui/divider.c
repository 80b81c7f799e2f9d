#include "divider.h"
#include <stdlib.h>

#define HANDLE_PX 8

static const char moved_key[] = "moved-by-reader";

static void moved(GtkWidget *paned) { g_object_set_data(G_OBJECT(paned), moved_key, (gpointer)moved_key); }

static void drag_begin(GtkGestureDrag *drag, double x, double y, GtkWidget *paned) {
  if (abs((int)y - gtk_paned_get_position(GTK_PANED(paned))) <= HANDLE_PX) moved(paned);
}

GtkWidget *hd_divider_paned_new(GtkWidget *upper, GtkWidget *lower) {
  GtkWidget *paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_start_child(GTK_PANED(paned), upper);
  gtk_paned_set_end_child(GTK_PANED(paned), lower);
  /* With a growing upper part, GtkPaned would add a change of its size to the position that was set for it. */
  gtk_paned_set_resize_start_child(GTK_PANED(paned), FALSE);
  gtk_paned_set_resize_end_child(GTK_PANED(paned), TRUE);
  gtk_paned_set_shrink_start_child(GTK_PANED(paned), TRUE);
  gtk_paned_set_shrink_end_child(GTK_PANED(paned), FALSE);
  GtkGesture *drag = gtk_gesture_drag_new();
  gtk_event_controller_set_propagation_phase(GTK_EVENT_CONTROLLER(drag), GTK_PHASE_CAPTURE);
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin), paned);
  gtk_widget_add_controller(paned, GTK_EVENT_CONTROLLER(drag));
  g_signal_connect(paned, "move-handle", G_CALLBACK(moved), NULL);
  return paned;
}

void hd_divider_place(GtkWidget *paned, int upper_px) {
  if (g_object_get_data(G_OBJECT(paned), moved_key) || gtk_paned_get_position(GTK_PANED(paned)) == upper_px) return;
  gtk_paned_set_position(GTK_PANED(paned), upper_px);
}
