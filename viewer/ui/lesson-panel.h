/* The lesson of a demonstration, beside its timeline: what it shows, what to look at, what to try, and buttons that run it again or go on.
 * What is asked of it comes as window actions: win.demo (s), win.demo-as (sxb: name, seed or −1, without the interpreter lock),
 * win.gallery, win.lesson (which closes it). */
#pragma once
#include "catalog.h"
#include "log.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

enum { HD_LESSON_WIDTH_PX = 300 };

/* The catalog must outlive the widget. info: of the recording, which may have had a seed; NULL: not known. */
GtkWidget *hd_lesson_panel_new(const HdCatalog *catalog, const HdDemo *demo, const HdLogInfo *info);

G_END_DECLS
