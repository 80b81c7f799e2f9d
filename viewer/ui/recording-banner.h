/* Over a recording that is still being made: how large it is by now, and buttons to stop it and to take up what is new. */
#pragma once
#include "document.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hd_recording_banner_new(HdDocument *document);

G_END_DECLS
