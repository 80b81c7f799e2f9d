/* Reading what was recorded. load is the only place that knows how a trace stands on disk.
 *
 * Opens: a recording folder (NAME.heddle), a folder with a plain CTF trace (LTTng-UST's, by babeltrace in a helper process), or a
 * file of STD text. A recording in progress opens with what is there so far. Damage is normal input: what
 * can be read is read, and info->notes says what is missing; only when nothing can be read there is an error.
 */
#pragma once
#include "log.h"
#include "model.h"

G_BEGIN_DECLS

#define HD_LOAD_ERROR (hd_load_error_quark())
GQuark hd_load_error_quark(void);
typedef enum {
  HD_LOAD_ERROR_NOT_FOUND,   /* no such path, or not readable */
  HD_LOAD_ERROR_NOT_A_TRACE, /* nothing of a recording or trace there */
  HD_LOAD_ERROR_DAMAGED,     /* nothing in it can be read */
  HD_LOAD_ERROR_CANCELLED
} HdLoadError;

/* Decodes a recording. progress may be NULL. Any thread. Messages say in one line what is wrong and where.
 * decoder: NULL for the best; "babeltrace" reads our own traces through Babeltrace, too (the reference in tests). */
HdLog *hd_load(const char *path, const char *decoder, HdProgress progress, gpointer user_data, GError **error);

/* How far a recording that is being made has come: threads (and single-threaded processes) so far, and the events of all but those whose
 * place another thread has taken since. Any thread, fast. FALSE: it has not begun, or is none of ours. */
gboolean hd_load_progress(const char *path, guint *emitter_count, guint64 *event_count);

/* Resolves the recording's sites, frames and objects to functions, lines and variables from ELF and DWARF, and writes them into the
 * recording (file "symbols"), so that it can be read elsewhere. */
gboolean hd_load_write_symbols(HdLog *log, GError **error);

G_END_DECLS
