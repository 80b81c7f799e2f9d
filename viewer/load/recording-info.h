/* recording.json: what the recorder says about a recording, and the notes for the banner. */
#pragma once
#include "log.h"

/* Reads recording.json of a recording's folder into info. FALSE: there is none. A damaged one is noted, and what it does not say stays
 * unknown. */
gboolean hd_recording_info_read(HdLogInfo *info, const char *folder);
/* A sentence for the banner; those on damage go before the others and set info->damaged. */
void hd_info_note(HdLogInfo *info, const char *format, ...) G_GNUC_PRINTF(2, 3);
void hd_info_damage(HdLogInfo *info, const char *format, ...) G_GNUC_PRINTF(2, 3);
