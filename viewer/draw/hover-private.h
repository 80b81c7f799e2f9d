/* What is said of queues, jobs, variables and processes, line by line. */
#pragma once
#include "hit.h"

/* "\nBEFORE slow_flush (log.c:118)"; nothing for a site that is not known. */
void hd_say_site(const HdSource *source, GString *text, const char *before, guint32 site);
void hd_say_waiters(const HdSource *source, GString *text, const HdHit *hit);
/* What an object's lane shows besides holders and waiters. */
void hd_say_level(const HdSource *source, GString *text, const HdHit *hit);
void hd_say_job(const HdSource *source, GString *text, guint32 job);
void hd_say_item(const HdSource *source, GString *text, guint32 item);
/* actor: the process or a thread of it. */
void hd_say_process(const HdSource *source, GString *text, guint32 actor);
