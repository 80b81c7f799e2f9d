/* The LTTng session of a recording, through LTTng's control library. Needs a running session daemon under LTTNG_HOME.
 *
 * One channel with buffers per user, so that forked children go on writing where their parent did; they lie in the memory folder, from
 * where they can be read when a daemon was killed. Buffers that are full drop events (the emitters' sequence numbers count them):
 * a program is never made to wait for us. */
#pragma once

/* Creates the session, writing its trace to trace_path, and starts it. memory_folder: where the buffers lie, NULL when nowhere
 * in particular. Returns 0, or -1 with a line in reason. */
int session_start(const char *trace_path, const char *memory_folder, char *reason, unsigned reason_bytes);
/* Stops and starts it again, which writes the metadata that is known by now. 0 or -1. */
int session_write_metadata(void);
/* Stops it, and returns when all events are on disk. 0 or -1. */
int session_stop(void);
