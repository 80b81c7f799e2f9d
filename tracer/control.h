/* The control file: what the emitters in the traced program have not sent yet, and the word that silences them (schema.h: struct
 * hd_control_header). The recorder creates it, keeps disk space reserved for more slots than are in use, and ends it; heddle-session
 * maps it too, so that the recording can be ended when the recorder was killed. */
#pragma once
#include "schema.h"
#include <stdbool.h>

struct control {
  int file;
  uint32_t last_peak; /* slots_peak at the last control_keep_ahead */
  struct hd_control_header *header;
};

/* Creates the file "control" in the folder, with the first slots reserved. 0 or negative errno. */
int control_create(struct control *control, int folder);
/* Maps the one that is there. 0 or negative errno. */
int control_open(struct control *control, int folder);
/* Reserves disk space for slots that may soon be claimed; faster when many were claimed since the last call. */
void control_keep_ahead(struct control *control);
/* The recording is over: every emitter falls silent. May be called again; the first time counts. emitters_live: then it returns when
 * the events that were just being sent have been, too. */
void control_over(struct control *control, bool emitters_live);
bool control_is_over(const struct control *control);
/* Gives back the space behind the last slot ever used. keep_size: processes that outlived the recording still map it. */
void control_cut(struct control *control, bool keep_size);
