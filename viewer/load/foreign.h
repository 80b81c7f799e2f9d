/* Traces through Babeltrace, in the helper process heddle-foreign: it may loop for ever on a damaged trace. */
#pragma once
#include "source.h"

/* Loads a trace that is not ours: LTTng's pthread wrapper's. */
HdLog *hd_foreign_load(const char *path, HdProgress progress, gpointer user_data, GError **error);
/* Decodes our own events through Babeltrace into the source's records: the reference that tests compare with. */
gboolean hd_foreign_read_ours(HdSource *source, const char *path, HdProgress progress, gpointer user_data, GError **error);
