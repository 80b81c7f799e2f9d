/* Plain sentences about actors, objects, waits. Every function's result is the caller's. */
#pragma once
#include "analysis.h"

G_BEGIN_DECLS

/* An actor's label, as lanes show it; when another thread of among (of guint32, may be NULL) lives in another process, with its own:
 * by name, "main of Worker-1" (just "Worker-1" when both are called so), or when that is the other's, too, by number, "main (process
 * 4711)". */
char *hd_text_actor(const HdModel *model, guint32 actor, const GArray *among);
/* An object's name; of one without a name only its kind and number; "the interpreter lock". */
char *hd_text_object(const HdModel *model, guint32 object);
/* A text that begins a sentence. */
char *hd_text_capital(const char *text);
/* " in f (file:line)", empty when the site is unknown. */
char *hd_text_in_site(const HdModel *model, guint32 site);
/* "waits for fork_right", "waits in join for worker" */
char *hd_text_wait(const HdModel *model, guint32 wait, const GArray *among);
/* "a", "a and b", "a, b and c", "a, b, c and 7 more": at most four names. among as above. */
char *hd_text_actors(const HdModel *model, const GArray *actors, const GArray *among);
char *hd_text_objects(const HdModel *model, const GArray *objects);
/* "two", "eleven", "13" */
char *hd_text_number(guint number);
/* "31.4 s", of a moment */
char *hd_text_time(gint64 at_ns);

G_END_DECLS
