/* The tables of report as text, on standard output: what was waited for, what went through queues and executors, what tasks,
 * event loops and interpreter locks did, what was used wrongly, and what the threads did. */
#pragma once
#include "open.h"

enum { HD_NAME_WIDTH = 36 };

void hd_report_waits(const HdModel *model, const HdAnalysis *analysis);
void hd_report_queues(const HdModel *model);
void hd_report_jobs(const HdModel *model);
void hd_report_schedules(const HdModel *model);
void hd_report_loops(const HdModel *model);
void hd_report_tasks(const HdModel *model);
void hd_report_gils(const HdModel *model);
void hd_report_misuses(const HdModel *model);
/* Each misuse by the moment: indices of marks. The caller unrefs the array. */
GArray *hd_misuses_of(const HdModel *model);
void hd_report_actors(const HdModel *model);

/* Cells, on the right of a column so wide. */
void hd_print_time(gint64 time_ns, int width);
void hd_print_count(guint64 count, int width);
/* "–" when there is nothing to divide by. */
void hd_print_mean(gint64 total_ns, guint64 count, int width);
/* A table's title and the heads of its columns, right of the names. */
void hd_print_head(const char *title, const char *const *columns, const int *widths, guint count);
/* An object's name for a column of HD_NAME_WIDTH. The caller frees it. */
char *hd_short_name(const HdObject *object);
