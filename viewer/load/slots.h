/* The control file: what the threads of a recording had not sent when it ended.
 *
 * It may be cut, half-written or damaged: every number in it is checked before it is used.
 */
#pragma once
#include "source.h"

typedef struct {
  gboolean present; /* a control file with the right magic was there */
  gboolean damaged;
  gboolean over;
  guint32 next_emitter; /* last emitter number given out, 0 unknown */
  guint32 slots_refused;
  guint64 started_ns, interrupted_ns, over_ns; /* 0 unknown */
  GArray *slots;                               /* of struct hd_slot, those in use; counts in them are within their capacities */
} HdSlots;

HdSlots *hd_slots_read(const char *path);
void hd_slots_free(HdSlots *slots);

/* The events that a slot stands for, less what its emitter's records (sorted by sequence) hold already. Those that are put before
 * all others go to before (the emitter's birth, when it was lost), the others to after; both are arrays of HdEvent. */
void hd_slot_events(const struct hd_slot *slot, const HdSource *source, const HdRecord *records, guint64 count, GArray *before,
                    GArray *after);
