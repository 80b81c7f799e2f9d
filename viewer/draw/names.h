/* How objects and places are called on the screen. Any thread. */
#pragma once
#include "model.h"

G_BEGIN_DECLS

#define HD_NAME_CHARS 64

/* The name to show, safe. The caller frees it. An actor's is hd_model_actor_label(). */
char *hd_object_label(const HdModel *model, guint32 object);
/* An actor as another one sees it: with its process when that is a different one, "worker #3 of ingest", "child-2" of a main thread; a
 * process that shares its name with another has its pid. beside HD_NONE: with its process when somebody in another one is called the same.
 * The caller frees it. */
char *hd_actor_label_beside(const HdModel *model, guint32 actor, guint32 beside);
/* "ingest (4107)": with the pid when another process has the same name. The caller frees it. */
char *hd_process_label(const HdModel *model, guint32 process);
/* How a job is called: by its future's name, else its number. The caller frees it. */
char *hd_job_label(const HdModel *model, guint32 job);
/* In its box, longest first, '|' between: "resize · queued 3.2 ms|resize". The caller frees it. */
char *hd_job_words(const HdModel *model, guint32 job);
/* "exit 3", "killed by SIGTERM". The caller frees it. */
char *hd_exit_words(int exit);
/* "slow_flush (log.c:118)", the file without its folders; NULL for HD_NONE. The caller frees it. */
char *hd_site_label(const HdModel *model, guint32 site);
/* "log.c:22"; NULL when it is not known. The caller frees it. */
char *hd_site_place(const HdModel *model, guint32 site);

G_END_DECLS
