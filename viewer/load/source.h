/* Where a log's events come from: the mapped traces, and events that were made (from slots, or by another decoder).
 *
 * Decoding walks every packet once and keeps 16 bytes an event: whose it is, its sequence number, where it stands. Everything else
 * is read from the mapping when the event is asked for.
 */
#pragma once
#include "log.h"
#include "model.h"
#include "packets.h"

/* place: number of the plan in the upper 16 bits, address of the payload in the lower 48; or HD_PLACE_MADE and the index of made. */
typedef struct {
  guint32 emitter;
  guint32 sequence;
  guint64 place;
} HdRecord;
#define HD_PLACE_SHIFT 48
#define HD_PLACE_MADE 0xffffu
/* No recording has more emitters; a larger number is damage. */
#define HD_EMITTER_MAX ((1u << 24) - 1)

typedef struct {
  HdRecord *records; /* owned */
  guint64 count;
} HdChunk;

typedef struct {
  GPtrArray *traces;     /* of HdTrace */
  GArray *plans;         /* of HdPlan */
  GArray *made;          /* of HdEvent */
  GPtrArray *payloads;   /* what made events point to */
  GPtrArray *unresolved; /* paths of files without symbols */
  GArray *chunks;        /* of HdChunk: what was decoded, in the order of the packets; hd_arrange takes them */
  HdRecord *records;     /* what hd_arrange made of them: by emitter and sequence */
  guint64 record_count;
  /* What decoding found. */
  guint64 operation_count;   /* events, those in batches one by one */
  guint64 unknown_count;     /* of Heddle's provider, not in our schema */
  guint64 other_count;       /* of other providers */
  guint64 dropped_count;     /* that made no sense */
  guint64 first_ns, last_ns; /* stamps seen; 0 when nothing was */
  GArray *damage;            /* of HdDamage, found inside packets */
} HdSource;

HdSource *hd_source_new(void);
void hd_source_free(gpointer source);
/* Opens the trace in a folder; copy and ours as in hd_trace_open. FALSE: the folder cannot be read. */
gboolean hd_source_add_trace(HdSource *source, const char *folder, gboolean copy, gboolean ours);
/* TRUE when some trace of it declares an event of Heddle's provider. */
gboolean hd_source_is_ours(const HdSource *source);
/* Walks all packets, in parallel. emitter_max: larger numbers are damage; 0 unknown. FALSE: cancelled. */
gboolean hd_source_decode(HdSource *source, guint32 emitter_max, HdProgress progress, gpointer user_data);
/* Copies an event (its texts and sequences, too) into made. Returns its place. */
guint64 hd_source_make(HdSource *source, const HdEvent *event);
/* Adds a chunk; takes the records. */
void hd_source_append(HdSource *source, HdRecord *records, guint64 count);
/* Reads the event at a place. */
void hd_source_read(const HdSource *source, guint64 place, HdEvent *event);
/* HdLogRead of a log with an HdSource. */
void hd_source_log_read(const HdLog *log, guint64 index, HdEvent *event);
