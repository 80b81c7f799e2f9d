/* Sentences about what happened: what the panel of the selected wait and the wait-for list say (the words under the pointer are hit.h's).
 * Text with links (links.h) where it says markup; else plain. All returned strings belong to the caller. */
#pragma once
#include "links.h"
#include "queue-stats.h"

G_BEGIN_DECLS

/* "writer-1 waited 17.2 ms for log_lock", plain. */
char *hd_describe_wait_title(const HdModel *model, guint32 wait);
/* "of which 16.9 ms flusher held it (slow_flush (log.c:118)) and 0.3 ms nobody; flusher woke it", markup. main_hold: the hold that
 * covers most of the wait, HD_NONE when nobody was seen to hold it. */
char *hd_describe_wait_markup(const HdModel *model, guint32 wait, guint32 *main_hold);
/* The frames of a stack or, without one, the site: "a (x.c:1) ‹ b (x.c:2)", markup. */
char *hd_describe_stack_markup(const HdModel *model, guint32 stack, guint32 site);
/* "writer-1 waits for log_lock, held by flusher for 3.1 ms", markup. */
char *hd_describe_edge_markup(const HdModel *model, const HdWaitEdge *edge, gint64 at_ns);

/* Of a job and an item: a title and what there is to say besides, with links. Of a queue or pipe, an executor, a
 * shared variable: what happened to it in all. */
char *hd_describe_job_title(const HdModel *model, guint32 job);
char *hd_describe_job_markup(const HdModel *model, guint32 job);
char *hd_describe_item_title(const HdModel *model, guint32 item);
char *hd_describe_item_markup(const HdModel *model, guint32 item);
char *hd_describe_queue_markup(const HdSource *source, guint32 object);
char *hd_describe_executor_markup(const HdSource *source, guint32 object);
/* What an interpreter lock cost, what an event loop did, whom a group has. */
char *hd_describe_gil_markup(const HdModel *model, guint32 object);
char *hd_describe_loop_markup(const HdModel *model, guint32 object);
char *hd_describe_group_markup(const HdModel *model, guint32 object);
/* Of a stretch of a task's life that is no wait: the step, with where it ended; who blocked the loop while it was ready. "" for others. */
char *hd_describe_task_markup(const HdSource *source, guint32 task, guint32 interval);
/* "; which awaits fetch #3; which …", following what an awaited task itself awaits; "" for none. */
char *hd_describe_chain_markup(const HdModel *model, guint32 wait);
char *hd_describe_shared_markup(const HdSource *source, guint32 object);

G_END_DECLS
