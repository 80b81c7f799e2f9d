/* The window of keyboard shortcuts. */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkShortcutsWindow *hd_shortcuts_window_new(void);

G_END_DECLS
