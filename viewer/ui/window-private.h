/* The window's inside: documents and keys (window.c), the header bar with the search (window-header.c), the pages without a recording
 * (window-pages.c). */
#pragma once
#include "window.h"

struct _HdWindow {
  GtkApplicationWindow parent;
  GtkWidget *title, *subtitle, *search, *search_status, *findings_button, *bottom_button;
  GtkWidget *stack, *progress, *progress_text, *error;
  HdTracePage *trace; /* the stack's, NULL when none */
  HdLoader *loader;   /* NULL when nothing is loading */
  char *path;
  gboolean was_opened;
};

GtkWidget *hd_window_header_new(HdWindow *window);
/* The buttons of the header follow the panels. */
void hd_window_update_toggles(HdWindow *window);
/* Empties the search and gives the keys back to the timeline. */
void hd_window_stop_search(HdWindow *window);
/* While something is being read, with a way to stop; when nothing could be. */
GtkWidget *hd_window_loading_new(HdWindow *window);
GtkWidget *hd_window_error_new(HdWindow *window);
/* Stops reading: back to what was open before. */
void hd_window_cancel(HdWindow *window);
