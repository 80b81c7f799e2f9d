/* A window: a header bar over the start page, a recording being loaded, a recording, or a line of what went wrong. */
#pragma once
#include "gallery.h"
#include "loader.h"
#include "trace-page.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HD_TYPE_WINDOW (hd_window_get_type())
G_DECLARE_FINAL_TYPE(HdWindow, hd_window, HD, WINDOW, GtkApplicationWindow)

GtkWidget *hd_window_new(GtkApplication *application);
/* Loads and shows a recording; what was loading or shown before goes. */
void hd_window_open(HdWindow *window, const char *path);
/* The same for what was dropped or chosen; one that is not on this machine's disks is refused on the error page. */
void hd_window_open_file(HdWindow *window, GFile *file);
/* The same with a loader of one's own, not yet started. */
void hd_window_open_with(HdWindow *window, const char *path, HdLoader *loader);
/* Shows a document that is there already. */
void hd_window_show_document(HdWindow *window, HdDocument *document);
/* Of the start page; NULL when the demonstrations are not part of this installation. */
HdGallery *hd_window_gallery(HdWindow *window);
/* NULL unless a recording is shown. */
HdTracePage *hd_window_trace_page(HdWindow *window);
/* "start", "recording", "loading", "error" or "trace". */
const char *hd_window_page(HdWindow *window);
/* The line on the error page. */
const char *hd_window_error(HdWindow *window);
/* A recording was opened in it before. */
gboolean hd_window_was_opened(HdWindow *window);
/* A key as the window gets it; FALSE: not ours. */
gboolean hd_window_key(HdWindow *window, guint key, guint key_code, GdkModifierType modifiers);
/* Signal "failed" (const char *line): a recording could not be opened. */

G_END_DECLS
