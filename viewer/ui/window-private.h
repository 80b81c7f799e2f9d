/* The window's inside: documents and keys (window.c), the header bar with the search (window-header.c), the pages without a recording
 * (window-pages.c). */
#pragma once
#include "demo-run.h"
#include "start-page.h"
#include "window.h"

struct _HdWindow {
  GtkApplicationWindow parent;
  GtkWidget *title, *subtitle, *search, *search_status, *findings_button, *bottom_button, *lesson_button, *home_button;
  GtkWidget *start, *demo_run; /* the stack's */
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
/* What Escape does where there is no timeline: out of the gallery's field, the gallery, a recording in the making. FALSE: nothing. */
gboolean hd_window_back(HdWindow *window);
/* Records a demonstration, then opens it. */
void hd_window_run_demo(HdWindow *window, const HdDemoWish *wish);
/* The start page; a recording that is open stays where it is. */
void hd_window_show_gallery(HdWindow *window);
/* Stops reading: back to what was open before. */
void hd_window_cancel(HdWindow *window);
