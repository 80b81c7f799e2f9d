/* Runs "heddle record" beside the window and tells how it goes.
 *
 * Signals, main thread:
 *   "progress" (gint64 bytes, gint64 elapsed_us)  about twice a second while it runs
 *   "done"     (const char *path)                 the recording is there; the program's own exit status does not matter
 *   "failed"   (const char *line)                 no recording, and why
 * An unreferenced recorder lets the recording go on and end by itself.
 */
#pragma once
#include <gio/gio.h>

G_BEGIN_DECLS

#define HD_TYPE_RECORDER (hd_recorder_get_type())
G_DECLARE_FINAL_TYPE(HdRecorder, hd_recorder, HD, RECORDER, GObject)

HdRecorder *hd_recorder_new(void);
/* Before the start: the recording is NAME-N.heddle instead of PROGRAM-N.heddle; a variable of the program's environment. */
void hd_recorder_set_name(HdRecorder *recorder, const char *name);
void hd_recorder_set_environment(HdRecorder *recorder, const char *variable, const char *value);
/* Starts a command line as typed in a shell (quotes are understood, variables and pipes are not). The recording lies in the working
 * directory, or in the home directory when that cannot be written. FALSE with error when it cannot be started. */
gboolean hd_recorder_start(HdRecorder *recorder, const char *command_line, GError **error);
/* As Ctrl-C does: the program gets an interrupt, the recording is completed. */
void hd_recorder_stop(HdRecorder *recorder);
/* The same, and what was recorded is deleted as soon as the recorder has ended; the application lives until then. No signal comes any
 * more. */
void hd_recorder_cancel(HdRecorder *recorder);

/* Where the recording lies; NULL before the start. */
const char *hd_recorder_path(HdRecorder *recorder);
/* The same for a recording that somebody else makes: interrupts its recorder. FALSE when that is no recorder (any more). */
gboolean hd_recorder_stop_other(guint32 process_id);
gboolean hd_recorder_lives(guint32 process_id);
/* What a recording's folder takes on the disk. */
gint64 hd_recording_bytes(const char *path);

G_END_DECLS
