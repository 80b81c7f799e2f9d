#include "document.h"

struct _HdDocument {
  GObject parent;
  char *path;
  HdModel *model;
  GDestroyNotify model_free;
  HdLod *lod;
  HdAnalysis *analysis;
  GDestroyNotify analysis_free;
};

G_DEFINE_TYPE(HdDocument, hd_document, G_TYPE_OBJECT)

static void finalize(GObject *object) {
  HdDocument *document = HD_DOCUMENT(object);
  if (document->analysis) document->analysis_free(document->analysis);
  hd_lod_free(document->lod);
  document->model_free(document->model);
  g_free(document->path);
  G_OBJECT_CLASS(hd_document_parent_class)->finalize(object);
}

static void hd_document_class_init(HdDocumentClass *class) {
  G_OBJECT_CLASS(class)->finalize = finalize;
  g_signal_new("analysed", HD_TYPE_DOCUMENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void hd_document_init(HdDocument *document) {}

HdDocument *hd_document_new(const char *path, HdModel *model, GDestroyNotify model_free, HdLod *lod) {
  HdDocument *document = g_object_new(HD_TYPE_DOCUMENT, NULL);
  document->path = g_strdup(path);
  document->model = model;
  document->model_free = model_free ? model_free : (GDestroyNotify)hd_model_free;
  document->lod = lod;
  return document;
}

void hd_document_take_analysis(HdDocument *document, HdAnalysis *analysis, GDestroyNotify analysis_free) {
  g_return_if_fail(!document->analysis);
  document->analysis = analysis;
  document->analysis_free = analysis_free ? analysis_free : (GDestroyNotify)hd_analysis_free;
  g_signal_emit_by_name(document, "analysed");
}

const char *hd_document_path(HdDocument *document) { return document->path; }
const HdModel *hd_document_model(HdDocument *document) { return document->model; }
const HdAnalysis *hd_document_analysis(HdDocument *document) { return document->analysis; }

HdSource hd_document_source(HdDocument *document) { return (HdSource){document->model, document->analysis, document->lod}; }

char *hd_document_title(HdDocument *document) {
  const HdLogInfo *info = document->model->info;
  const char *path = document->path ? document->path : info ? info->path : NULL;
  g_autofree char *name = path ? g_path_get_basename(path) : g_strdup(info && info->program ? info->program : "recording");
  return hd_display_name(name, 80);
}
