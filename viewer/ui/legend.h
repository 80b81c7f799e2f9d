/* The legend: a swatch and words for each state that occurs in the recording, as draw paints it. */
#pragma once
#include "document.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hd_legend_new(HdDocument *document, double scale);

G_END_DECLS
