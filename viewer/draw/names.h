/* How actors and objects are called on the screen. Threads that share a name in their process get a number: "worker #3". Any thread. */
#pragma once
#include "model.h"

G_BEGIN_DECLS

#define HD_NAME_CHARS 64

/* For each actor its number among the threads of its process that share its name, counted from 1; 0 when the name is its own. The
 * caller frees it with g_free. */
guint32 *hd_actor_ordinals(const HdModel *model);
/* The name to show, safe. ordinals may be NULL. The caller frees it. */
char *hd_actor_label(const HdModel *model, const guint32 *ordinals, guint32 actor);
char *hd_object_label(const HdModel *model, guint32 object);
/* "slow_flush (log.c:118)", the file without its folders; NULL for HD_NONE. The caller frees it. */
char *hd_site_label(const HdModel *model, guint32 site);
/* "log.c:22"; NULL when it is not known. The caller frees it. */
char *hd_site_place(const HdModel *model, guint32 site);

G_END_DECLS
