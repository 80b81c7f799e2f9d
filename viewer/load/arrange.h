/* From records in the order of the packets to a log: by emitter, in the order of their sequence, with what the slots held. */
#pragma once
#include "slots.h"

/* Fills the log's emitters and its info's counts of events and losses, and orders the source's records. The log's source must be set.
 * slots may be NULL. complete_ns: of a recording in progress the time up to which all streams are there, so that what is missing
 * later is not yet lost; G_MAXUINT64 of an ended one. FALSE: cancelled. */
gboolean hd_arrange(HdLog *log, const HdSlots *slots, guint64 complete_ns, HdProgress progress, gpointer user_data);
