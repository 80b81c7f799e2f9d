/* How objects and places are called on the screen. Any thread. */
#pragma once
#include "model.h"

G_BEGIN_DECLS

#define HD_NAME_CHARS 64

/* The name to show, safe. The caller frees it. An actor's is hd_model_actor_label(). */
char *hd_object_label(const HdModel *model, guint32 object);
/* "slow_flush (log.c:118)", the file without its folders; NULL for HD_NONE. The caller frees it. */
char *hd_site_label(const HdModel *model, guint32 site);
/* "log.c:22"; NULL when it is not known. The caller frees it. */
char *hd_site_place(const HdModel *model, guint32 site);

G_END_DECLS
