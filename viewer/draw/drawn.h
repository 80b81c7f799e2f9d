/* What is drawn, as all that draws gets it. */
#pragma once
#include "analysis.h"
#include "lod.h"

G_BEGIN_DECLS

/* All borrowed and immutable; analysis may be NULL. */
typedef struct {
  const HdModel *model;
  const HdAnalysis *analysis;
  const HdLod *lod;
} HdSource;

G_END_DECLS
