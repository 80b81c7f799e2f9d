/* The dialog that records: a command line, then size, time and Stop, then the recording is opened. */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef void (*HdRecordDone)(const char *path, gpointer user_data);

/* Shows the dialog over parent. done is called when a recording is there, unless parent went away. command_line, if not NULL, is started at
 * once. */
GtkWidget *hd_record_dialog_show(GtkWindow *parent, const char *command_line, HdRecordDone done, gpointer user_data);

G_END_DECLS
