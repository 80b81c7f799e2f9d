/* How to read one kind of event of a trace into its structure of schema.h: a list of steps, compiled from the trace's metadata and
 * the schema's tables, field by field by name. What only the trace has is skipped, what only the schema has is zero or "".
 * Neighbouring fields that lie the same way in both become one copy, so a trace of the same schema is read by a few memcpy.
 *
 * Only byte-aligned little-endian layouts can be planned; that is what LTTng-UST writes on the machines that Heddle runs on.
 */
#pragma once
#include "log.h"
#include "metadata.h"

typedef enum {
  HD_STEP_COPY,    /* bytes, from the trace to the destination */
  HD_STEP_INTEGER, /* of another width than the destination's */
  HD_STEP_SKIP,    /* bytes */
  HD_STEP_TEXT,    /* zero-terminated; the destination gets the pointer */
  HD_STEP_TEXT_SKIP,
  HD_STEP_SEQUENCE, /* length, then elements: pointer, and behind it the count */
  HD_STEP_SEQUENCE_SKIP,
  HD_STEP_EMPTY_TEXT /* takes nothing from the trace */
} HdStepKind;

typedef struct {
  guint8 kind;              /* HdStepKind */
  guint8 width_bytes;       /* in the trace: of an integer, of a sequence's length */
  guint8 destination_bytes; /* of an integer */
  gboolean is_signed;
  guint16 destination; /* offset in the event's structure */
  guint32 bytes;       /* to copy or skip; of a sequence: an element's */
} HdStep;

typedef struct {
  gboolean planned;      /* FALSE: events of this kind cannot be measured, so nothing behind one in its packet can be read */
  gboolean heddle;       /* of our provider */
  int event;             /* enum hd_event_id, or -1: skipped and counted */
  guint32 fixed_bytes;   /* size when every event has the same; else 0 */
  guint32 common_offset; /* of emitter, sequence and at_ns (16 bytes together) */
  gboolean partial;      /* some fields of the structure are not in the trace */
  HdStep *steps;
  guint step_count;
} HdPlan;

/* stream_context: what precedes the event's own context, may be NULL. */
void hd_plan_compile(HdPlan *plan, const HdEventClass *event, const HdType *stream_context);
void hd_plan_clear(HdPlan *plan);
/* First byte behind the event that begins at here (behind its header), NULL when it would not end by end. element_count: set to the
 * length of its last sequence, if it has one. */
const guint8 *hd_plan_measure(const HdPlan *plan, const guint8 *here, const guint8 *end, guint32 *element_count);
/* Reads an event that was measured before. Its texts and sequences point into the trace. */
void hd_plan_read(const HdPlan *plan, const guint8 *here, HdEvent *event);

/* Size in bytes of a type whose every value has the same, 0 for the others. */
guint32 hd_type_fixed_bytes(const HdType *type);
