/* Measures what a reader feels, for the benchmark (heddle-view --measure RECORDING): the time from the program's start to the first picture
 * of the timeline, the cost of a frame (processor time of the main thread, layout to present) while panning at five zooms, and the longest
 * turn of the main loop (processor time, too) before and after that picture: so long a hand has to wait for an answer. Prints "name value
 * unit" lines on stdout, then closes the window. Without a recording: the time to the first frame of the start page and to the one with all
 * pictures of its gallery, and the longest turn.
 */
#pragma once
#include "window.h"

G_BEGIN_DECLS

/* The window must be realized. started_us: g_get_monotonic_time() at the program's start. */
void hd_measure(HdWindow *window, gint64 started_us);

G_END_DECLS
