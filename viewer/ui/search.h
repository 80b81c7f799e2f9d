/* Search: where a query occurs in a recording. A query is text that is looked for (letter case ignored) in the names of actors and objects
 * and in sites, or conditions on waits:
 *
 *   log_lock                     names and sites that contain it
 *   request=42                   tasks and threads that saw this value of a context variable (then only their lanes are shown)
 *   state:wait-lock              waits in this state ("wait-" may be left out)
 *   state:wait-lock > 5ms        … and at least this long; units ns us ms s
 *   > 20ms                       any wait that long
 *   state:lock log_lock          … and for this object, or at this site
 *   job:resize > 5ms             jobs whose name or place of submission contains it, and that were queued that long; "job:" alone is all
 *   item:17                      the item of this number in any queue or pipe; "item: > 5ms": those that were in one that long
 *
 * Pure functions of immutable input; any thread.
 */
#pragma once
#include "model.h"

G_BEGIN_DECLS

typedef enum { HD_MATCH_ACTOR, HD_MATCH_OBJECT, HD_MATCH_WAIT, HD_MATCH_HOLD, HD_MATCH_JOB, HD_MATCH_ITEM } HdMatchKind;
typedef struct {
  HdMatchKind kind;
  guint32 index;
} HdMatch;

/* At most HD_MATCHES_MAX matches: actors, objects, jobs, then waits by time; holds only for sites at which nobody waited. Of HdMatch; the
 * caller frees it. total, if wanted, counts all. error is set for a condition that cannot be understood (then NULL is returned). */
#define HD_MATCHES_MAX 10000
GArray *hd_search(const HdModel *model, const char *query, guint *total, GError **error);

G_END_DECLS
