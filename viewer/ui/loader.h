/* The loader opens a recording off the main thread: it decodes, builds the model, hands the document over, and only then computes the
 * findings and statistics, so that the timeline is on the screen first.
 *
 * Signals, all in the main thread, none after hd_loader_cancel:
 *   "progress" (double fraction, const char *what)
 *   "loaded"   (HdDocument *)  the model is there; the document emits "analysed" when the rest is
 *   "failed"   (GError *)      one line of what is wrong
 * A running job holds a reference to the loader and holds the application, so that the process does not end below a worker.
 */
#pragma once
#include "document.h"

G_BEGIN_DECLS

#define HD_TYPE_LOADER (hd_loader_get_type())
G_DECLARE_FINAL_TYPE(HdLoader, hd_loader, HD, LOADER, GObject)

/* Reads a recording into a model; runs in a worker. What tests replace by something slow or broken. */
typedef HdModel *(*HdLoaderRead)(const char *path, HdProgress progress, gpointer user_data, GError **error);

/* read NULL: load and model. */
HdLoader *hd_loader_new(HdLoaderRead read);
/* Once a loader. */
void hd_loader_start(HdLoader *loader, const char *path);
/* The worker stops at its next report of progress; nothing is emitted any more. */
void hd_loader_cancel(HdLoader *loader);
/* Computes the analysis of a document that has none; as the second half of hd_loader_start. */
void hd_loader_analyse(HdLoader *loader, HdDocument *document);

G_END_DECLS
