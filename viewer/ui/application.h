/* The program heddle-view: command line, theme, windows, and the hidden --screenshot for tests and documents. */
#pragma once
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Runs heddle-view. Returns its exit code: 0 fine, 2 usage or no display, 3 the recording on the command line cannot be opened. */
int hd_application_run(int argument_count, char **arguments);

G_END_DECLS
