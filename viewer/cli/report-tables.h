/* The tables of report as text, on standard output: what was waited for, and what the threads did. */
#pragma once
#include "open.h"

void hd_report_waits(const HdModel *model, const HdAnalysis *analysis);
void hd_report_actors(const HdModel *model);
