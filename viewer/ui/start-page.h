/* The page without a recording: open one, record one, try a demonstration, take up a recent one; and how to record from a terminal. */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Signals of the page come as window actions: win.open, win.record, win.open-path (s), win.demo (s). */
GtkWidget *hd_start_page_new(void);

G_END_DECLS
