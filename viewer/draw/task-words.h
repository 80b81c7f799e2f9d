/* How tasks, their steps and their context variables are put into words. All returned strings belong to the caller. Any thread. */
#pragma once
#include "drawn.h"

G_BEGIN_DECLS

/* "9,998". */
char *hd_format_count(guint64 count);
/* Beside the name of a task's lane: "task · request=42", "task · failed". */
char *hd_task_note(const HdModel *model, guint32 task);
/* The context variables that an actor ever saw: "request=42 user=7", between them a separator; "" for none. */
char *hd_label_values(const HdModel *model, guint32 actor, const char *separator);
/* The same as they were at a time, "request=42, user=7". */
char *hd_label_values_at(const HdModel *model, guint32 actor, gint64 at_ns);
/* What ran on a loop, as in hd_lod_runs: "parse #2", "callback 17". */
char *hd_run_label(const HdModel *model, guint32 run);
/* … and when: its begin and end; whose it is (HD_NONE). */
void hd_run_span(const HdModel *model, guint32 run, gint64 *begin_ns, gint64 *end_ns);
guint32 hd_run_task(const HdModel *model, guint32 run);
/* Where a run is to be found in the code: of a step the await, yield or end that ended it, else the routine. HD_NONE. */
guint32 hd_run_site(const HdModel *model, guint32 run);
/* In a box of a task that was ready while its loop was blocked, longest first, '|' between: "ready · parse blocks the loop|parse". */
char *hd_starved_words(const HdSource *source, guint32 task, guint32 interval);
/* How a step ended: "it awaits a lock", "it yielded", "it ended"; NULL not known. Static. */
const char *hd_step_end_words(const HdModel *model, guint32 step);
/* The step of a task that contains a time (binary search); HD_NONE. */
guint32 hd_step_of_task_at(const HdModel *model, guint32 task, gint64 at_ns);
/* … or the next one after it. */
guint32 hd_step_of_task_from(const HdModel *model, guint32 task, gint64 at_ns);
/* What a task awaits at a time: its wait, HD_NONE. */
guint32 hd_await_at(const HdModel *model, guint32 task, gint64 at_ns);
/* The task that a wait is for; HD_NONE: for none, or for several. */
guint32 hd_awaited_task(const HdModel *model, guint32 wait);
/* What a wait is for, shortly: "fetch #3", "gate", "sleep", "all of 3 tasks". */
char *hd_await_words(const HdModel *model, guint32 wait);
/* In the box of a task that awaits another, longest first: "awaits fetch #3 · which awaits gate|fetch #3". */
char *hd_await_box_words(const HdModel *model, guint32 wait);
/* "done", "failed", "cancelled" of a task whose end was seen, else NULL. Static. */
const char *hd_task_result_words(const HdActor *task);

G_END_DECLS
