/* The gallery: all demonstrations by theme, a card with a small picture each, and a field that narrows them down. Arrows go from card to
 * card, letters into the field, Enter records the card's demonstration (window action win.demo). */
#pragma once
#include "catalog.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HD_TYPE_GALLERY (hd_gallery_get_type())
G_DECLARE_FINAL_TYPE(HdGallery, hd_gallery, HD, GALLERY, GtkBox)

/* The catalog must outlive the widget. */
GtkWidget *hd_gallery_new(const HdCatalog *catalog);
GtkWidget *hd_gallery_field(HdGallery *gallery);
/* Cards that match what stands in the field. */
guint hd_gallery_shown_count(HdGallery *gallery);
/* The card of a demonstration, hidden or not; NULL: there is none of that name. */
GtkWidget *hd_gallery_card(HdGallery *gallery, const char *name);
/* What Escape does: empties the field. FALSE: it was empty. */
gboolean hd_gallery_escape(HdGallery *gallery);
/* Every picture has been read, or cannot be. */
gboolean hd_gallery_complete(HdGallery *gallery);

G_END_DECLS
