/* Care for the disk: a recording ends before it fills it. The program goes on. */
#pragma once
#include "control.h"
#include "options.h"
#include "recording.h"

/* Whether recording should stop; then with a sentence that says why. */
bool disk_is_used_up(const struct recording *recording, const struct control *control, const struct options *options, char *reason,
                     unsigned reason_bytes);
