/* A document: one opened recording, its model and, once they are computed, its findings and statistics.
 *
 * The model is there from the start and never changes; the analysis arrives later (signal "analysed"). Widgets keep a reference to the
 * document, so that what they show lives as long as they do. Main thread only, but the model and the analysis may be read by any thread
 * that holds a reference.
 */
#pragma once
#include "analysis.h"
#include "display.h"
#include "lod.h"
#include "model.h"
#include <glib-object.h>

G_BEGIN_DECLS

#define HD_TYPE_DOCUMENT (hd_document_get_type())
G_DECLARE_FINAL_TYPE(HdDocument, hd_document, HD, DOCUMENT, GObject)

/* Takes the model, freed by model_free (NULL: hd_model_free), and the index of its levels of detail. path may be NULL. */
HdDocument *hd_document_new(const char *path, HdModel *model, GDestroyNotify model_free, HdLod *lod);
/* Takes the analysis and emits "analysed"; analysis_free NULL: hd_analysis_free. */
void hd_document_take_analysis(HdDocument *document, HdAnalysis *analysis, GDestroyNotify analysis_free);

const char *hd_document_path(HdDocument *document);
const HdModel *hd_document_model(HdDocument *document);
/* What is drawn: the model, its levels of detail, the analysis as soon as it is there. */
HdSource hd_document_source(HdDocument *document);
/* NULL while it is being computed. */
const HdAnalysis *hd_document_analysis(HdDocument *document);

/* "ingest.heddle"; the caller frees it. */
char *hd_document_title(HdDocument *document);
G_END_DECLS
