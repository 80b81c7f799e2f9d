/* A picture of a window as it would be on the screen, without one: its render node goes through a private cairo renderer, so that the
 * picture is the same whichever renderer the window uses. */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* G_IO_ERROR_PENDING: the widget has not been drawn since it changed; try again after the next frame. */
gboolean hd_screenshot_save(GtkWidget *widget, const char *path, GError **error);

G_END_DECLS
