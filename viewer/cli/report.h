/* The two forms of report, on standard output. */
#pragma once
#include <stdio.h>
#include "open.h"

void hd_report_json(const HdModel *model, const HdAnalysis *analysis);
void hd_report_text(const HdModel *model, const HdAnalysis *analysis);

/* One finding as text, indented: title, grade, summary, advice; with its evidence when asked for. Also for the end of record. */
void hd_report_finding(FILE *to, const HdModel *model, const HdFinding *finding, gboolean with_evidence);
