/* The divider of a GtkPaned that stands where the content wants it until the reader moves it; from then on it is the reader's. */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A vertical paned whose divider is placed by hd_divider_place. */
GtkWidget *hd_divider_paned_new(GtkWidget *upper, GtkWidget *lower);
/* Height of the upper part. To be called whenever the content or the size changes; does nothing once the reader has moved it. */
void hd_divider_place(GtkWidget *paned, int upper_px);

G_END_DECLS
