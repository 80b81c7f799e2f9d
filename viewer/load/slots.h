/* The control file: what the threads of a recording had not sent when it ended.
 *
 * It may be cut, half-written or damaged: every number in it is checked before it is used.
 */
#pragma once
#include "source.h"

/* The last owner of a slot that was given back and not taken again. */
typedef struct {
  guint32 emitter;
  guint32 last_sequence; /* of all but what it sent after that: its end */
} HdRetired;

typedef struct {
  gboolean present; /* a control file with the right magic was there */
  gboolean damaged;
  gboolean over;
  guint32 next_emitter; /* last emitter number given out, 0 unknown */
  guint32 slots_refused;
  guint64 started_ns, interrupted_ns, over_ns; /* 0 unknown */
  GArray *slots;                               /* of struct hd_slot, those in use; counts in them are within their capacities */
  GArray *retired;                             /* of HdRetired */
  guint64 slotless_events;                     /* numbered by emitters without a slot in slots; 0 unknown */
} HdSlots;

HdSlots *hd_slots_read(const char *path);
void hd_slots_free(HdSlots *slots);

/* The events that a slot stands for, less what its emitter's records (sorted by sequence) hold already. Those that are put before
 * all others go to before (the emitter's birth, when it was lost), the others to after; both are arrays of HdEvent. */
void hd_slot_events(const struct hd_slot *slot, const HdSource *source, const HdRecord *records, guint64 count, GArray *before,
                    GArray *after);
