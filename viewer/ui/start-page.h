/* The page without a recording: at the side open one, record one, take up a recent one; beside it the gallery of demonstrations. */
#pragma once
#include "gallery.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HD_TYPE_START_PAGE (hd_start_page_get_type())
G_DECLARE_FINAL_TYPE(HdStartPage, hd_start_page, HD, START_PAGE, GtkBox)

/* What is asked of the page comes as window actions: win.open, win.record, win.open-path (s), win.demo (s). */
GtkWidget *hd_start_page_new(void);
/* NULL when the demonstrations are not part of this installation. */
HdGallery *hd_start_page_gallery(HdStartPage *page);
/* Reads the recent recordings anew. */
void hd_start_page_refresh(HdStartPage *page);

G_END_DECLS
