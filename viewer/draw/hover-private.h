/* What is said of queues, jobs, variables and processes, line by line. */
#pragma once
#include "hit.h"

/* "\nBEFORE slow_flush (log.c:118)"; nothing for a site that is not known. */
void hd_say_site(const HdSource *source, GString *text, const char *before, guint32 site);
void hd_say_waiters(const HdSource *source, GString *text, const HdHit *hit);
/* What an object's lane shows besides holders and waiters. */
void hd_say_level(const HdSource *source, GString *text, const HdHit *hit);
void hd_say_job(const HdSource *source, GString *text, guint32 job);
/* An entry of a scheduler; what ran on a loop; who had the interpreter lock and how it passed on; how many are ready. */
void hd_say_entry(const HdSource *source, GString *text, guint32 job);
void hd_say_run(const HdSource *source, GString *text, guint32 run);
void hd_say_turn(const HdSource *source, GString *text, guint32 hold);
/* Of a task: what it is ready for, the step it is in, its context variables, its end. */
void hd_say_ready(const HdSource *source, GString *text, guint32 task, guint32 interval);
void hd_say_step(const HdSource *source, GString *text, guint32 step);
void hd_say_labels(const HdSource *source, GString *text, guint32 actor, gint64 at_ns);
void hd_say_task(const HdSource *source, GString *text, guint32 task);
/* What several do together at a time: the states in which most of them are. */
void hd_say_crowd(const HdSource *source, GString *text, const HdHit *hit);
/* Of an await: on what that is awaited waits itself, and so on. */
void hd_say_chain(const HdSource *source, GString *text, guint32 wait);
void hd_say_item(const HdSource *source, GString *text, guint32 item);
/* actor: the process or a thread of it. */
void hd_say_process(const HdSource *source, GString *text, guint32 actor);
