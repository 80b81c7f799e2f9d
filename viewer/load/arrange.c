#include "arrange.h"
#include "recording-info.h"
#include <string.h>

#define EVENT_MIN_NS 10 /* nobody sends events faster: a larger gap in the sequence is a damaged number */
#define GAP_ALWAYS_FINE 1000
#define DENSE_EXTRA 64
#define BEFORE_MAX 2 /* events that a slot may put in front */
#define AFTER_MAX (HD_SLOT_HOLD_CAPACITY + 2)
#define CANCEL_CHECK_COUNT 4096

/* One emitter's place while its records are put in order. Its sequence numbers are dense but for losses, so a record's place follows
 * from its number, and no sorting is needed; where damaged numbers stretch the range, the records are sorted. */
typedef struct {
  guint64 start;            /* of its room; its slot's events find room there, too */
  guint64 count;            /* records */
  guint64 filled;           /* of those of a sparse part */
  guint32 min, max;         /* sequence numbers */
  guint32 retired_sequence; /* the last that its slot knew when it was given back; 0 unknown */
  gboolean dense;
  const struct hd_slot *slot;
} Part;

typedef struct {
  HdLog *log;
  HdSource *source;
  guint64 complete_ns;
  Part *parts; /* by emitter number */
  guint32 part_count;
  HdRecord *room;
  guint64 written;        /* records in their final place, at the beginning of room */
  guint64 accounted;      /* events of emitters without a slot, there or known to be lost */
  GArray *before, *after; /* of HdEvent */
} Arrangement;

static guint64 stamp_of(const HdSource *source, const HdRecord *record) {
  HdEvent event;
  hd_source_read(source, record->place, &event);
  return event.common.at_ns;
}

static int compare_sequences(const void *a, const void *b) {
  const HdRecord *first = a, *second = b;
  return first->sequence < second->sequence ? -1 : first->sequence > second->sequence;
}

static void count_record(Arrangement *arrangement, const HdRecord *record) {
  Part *part = &arrangement->parts[record->emitter];
  if (part->count++ == 0) part->min = record->sequence;
  part->min = MIN(part->min, record->sequence);
  part->max = MAX(part->max, record->sequence);
}

static void make_parts(Arrangement *arrangement, const HdSlots *slots) {
  const GArray *chunks = arrangement->source->chunks;
  guint32 max = 0;
  for (guint i = 0; i < chunks->len; i++) {
    const HdChunk *chunk = &g_array_index(chunks, HdChunk, i);
    for (guint64 k = 0; k < chunk->count; k++) max = MAX(max, chunk->records[k].emitter);
  }
  for (guint i = 0; slots && i < slots->slots->len; i++) {
    guint32 emitter = g_array_index(slots->slots, struct hd_slot, i).emitter;
    if (emitter <= HD_EMITTER_MAX) max = MAX(max, emitter);
  }
  arrangement->part_count = max + 1;
  arrangement->parts = g_new0(Part, arrangement->part_count);
  for (guint i = 0; i < chunks->len; i++) {
    const HdChunk *chunk = &g_array_index(chunks, HdChunk, i);
    for (guint64 k = 0; k < chunk->count; k++) count_record(arrangement, &chunk->records[k]);
  }
  for (guint i = 0; slots && i < slots->slots->len; i++) {
    const struct hd_slot *slot = &g_array_index(slots->slots, struct hd_slot, i);
    if (slot->emitter <= max && !arrangement->parts[slot->emitter].slot) arrangement->parts[slot->emitter].slot = slot;
  }
  for (guint i = 0; slots && i < slots->retired->len; i++) {
    const HdRetired *retired = &g_array_index(slots->retired, HdRetired, i);
    if (retired->emitter <= max) arrangement->parts[retired->emitter].retired_sequence = retired->last_sequence;
  }
}

static guint64 room_of(Part *part) {
  guint64 range = part->count ? (guint64)part->max - part->min + 1 : 0;
  part->dense = range <= part->count + part->count / 2 + DENSE_EXTRA;
  return part->dense ? range : part->count;
}

static void place_record(Arrangement *arrangement, const HdRecord *record) {
  HdSource *source = arrangement->source;
  Part *part = &arrangement->parts[record->emitter];
  HdRecord *room = arrangement->room + part->start;
  if (!part->dense) {
    room[part->filled++] = *record;
    return;
  }
  HdRecord *place = &room[record->sequence - part->min];
  if (place->emitter == 0)
    *place = *record;
  else if (stamp_of(source, place) != stamp_of(source, record))
    source->dropped_count++;
}

/* Moves the records to room, each emitter's together, and forgets the chunks. */
static void scatter(Arrangement *arrangement) {
  GArray *chunks = arrangement->source->chunks;
  guint64 total = 0;
  for (guint32 i = 0; i < arrangement->part_count; i++) {
    Part *part = &arrangement->parts[i];
    part->start = total + (part->slot ? BEFORE_MAX : 0);
    total = part->start + room_of(part) + (part->slot ? AFTER_MAX : 0);
  }
  arrangement->room = g_new0(HdRecord, MAX(total, 1)); /* emitter 0: empty */
  for (guint i = 0; i < chunks->len; i++) {
    HdChunk *chunk = &g_array_index(chunks, HdChunk, i);
    for (guint64 k = 0; k < chunk->count; k++) place_record(arrangement, &chunk->records[k]);
    g_clear_pointer(&chunk->records, g_free);
  }
  g_array_set_size(chunks, 0);
}

/* Leaves the part's records in order at its start. Returns how many there are. */
static guint64 order(Arrangement *arrangement, const Part *part) {
  HdRecord *records = arrangement->room + part->start;
  if (!part->dense) {
    qsort(records, part->count, sizeof *records, compare_sequences);
    return part->count;
  }
  guint64 range = part->count ? (guint64)part->max - part->min + 1 : 0, left = 0;
  for (guint64 i = 0; i < range; i++)
    if (records[i].emitter) records[left++] = records[i];
  return left;
}

/* Leaves out what came twice and what can only be a damaged number. Returns how many are left. */
static guint64 clean(Arrangement *arrangement, HdRecord *records, guint64 count) {
  HdSource *source = arrangement->source;
  guint64 left = 0;
  for (guint64 i = 0; i < count; i++) {
    guint32 previous = left ? records[left - 1].sequence : 0, sequence = records[i].sequence;
    if (left && sequence == previous) {
      if (stamp_of(source, &records[i]) != stamp_of(source, &records[left - 1])) source->dropped_count++;
      continue;
    }
    if (sequence - previous > GAP_ALWAYS_FINE) {
      guint64 before_ns = left ? stamp_of(source, &records[left - 1]) : source->first_ns, after_ns = stamp_of(source, &records[i]);
      guint64 span_ns = after_ns > before_ns ? after_ns - before_ns : 0;
      if ((sequence - previous) / GAP_ALWAYS_FINE > span_ns / EVENT_MIN_NS / GAP_ALWAYS_FINE + 1) {
        source->dropped_count++;
        continue;
      }
    }
    records[left++] = records[i];
  }
  return left;
}

static void add_loss(Arrangement *arrangement, HdLogEmitter *emitter, guint32 lost, guint64 before_ns, guint64 after_ns) {
  if (after_ns > arrangement->complete_ns) return;
  emitter->lost_count += lost;
  if (!emitter->lost_first_ns) emitter->lost_first_ns = before_ns;
  emitter->lost_last_ns = after_ns;
}

/* Whether so many events can have been sent in the time since the recording's start. */
static gboolean is_plausible(const HdSource *source, guint64 count) {
  return count / GAP_ALWAYS_FINE <= (source->last_ns - source->first_ns) / EVENT_MIN_NS / GAP_ALWAYS_FINE + 1;
}

/* Counts the gaps of records and what their emitter had numbered beyond them, as its slot knows. */
static void count_losses(Arrangement *arrangement, HdLogEmitter *emitter, const HdRecord *records, guint64 count, const Part *part) {
  const HdSource *source = arrangement->source;
  for (guint64 i = 0; i < count; i++) {
    guint32 previous = i ? records[i - 1].sequence : 0;
    if (records[i].sequence - previous <= 1) continue;
    guint64 after_ns = stamp_of(source, &records[i]);
    add_loss(arrangement, emitter, records[i].sequence - previous - 1, i ? stamp_of(source, &records[i - 1]) : after_ns, after_ns);
  }
  guint32 last = count ? records[count - 1].sequence : 0;
  guint32 numbered = part->slot ? part->slot->last_sequence : part->retired_sequence;
  if (numbered <= last) return;
  guint32 lost = numbered - last;
  /* Numbers whose events the slot itself still holds are not lost. */
  for (guint i = 0; i < arrangement->after->len; i++) {
    guint32 sequence = g_array_index(arrangement->after, HdEvent, i).common.sequence;
    if (sequence > last && sequence <= numbered && lost) lost--;
  }
  guint64 before_ns = count ? stamp_of(source, &records[count - 1]) : source->first_ns, end_ns = MAX(source->last_ns, before_ns);
  if (!lost || !is_plausible(source, lost)) return;
  if (arrangement->complete_ns == G_MAXUINT64) add_loss(arrangement, emitter, lost, before_ns, end_ns);
}

static void write_made(Arrangement *arrangement, const GArray *events) {
  HdSource *source = arrangement->source;
  for (guint i = 0; i < events->len; i++) {
    const HdEvent *event = &g_array_index(events, HdEvent, i);
    arrangement->room[arrangement->written++] = (HdRecord){event->common.emitter, event->common.sequence, hd_source_make(source, event)};
    source->operation_count += event->id == HD_EVENT_BATCH ? event->batch.operations_count / 2 : 1;
    if (event->common.at_ns != HD_LOG_OPEN_NS) source->last_ns = MAX(source->last_ns, event->common.at_ns);
  }
}

static void arrange_part(Arrangement *arrangement, guint32 number, GArray *emitters) {
  Part *part = &arrangement->parts[number];
  HdRecord *records = arrangement->room + part->start;
  guint64 count = clean(arrangement, records, order(arrangement, part));
  g_array_set_size(arrangement->before, 0);
  g_array_set_size(arrangement->after, 0);
  if (part->slot) hd_slot_events(part->slot, arrangement->source, records, count, arrangement->before, arrangement->after);
  HdLogEmitter emitter = {.number = number, .first = arrangement->written};
  count_losses(arrangement, &emitter, records, count, part);
  if (!part->slot) arrangement->accounted += count + emitter.lost_count;
  write_made(arrangement, arrangement->before);
  memmove(arrangement->room + arrangement->written, records, count * sizeof *records);
  arrangement->written += count;
  write_made(arrangement, arrangement->after);
  emitter.count = arrangement->written - emitter.first;
  if (emitter.count) g_array_append_val(emitters, emitter);
  arrangement->log->info->lost_count += emitter.lost_count;
}

/* What emitters that had given back their slots lost at their very end, or in whole: nobody knows how much whose it is. */
static void count_last_losses(const Arrangement *arrangement, const HdSlots *slots) {
  if (slots->slotless_events <= arrangement->accounted || arrangement->complete_ns != G_MAXUINT64) return;
  guint64 lost = slots->slotless_events - arrangement->accounted;
  if (!is_plausible(arrangement->source, lost)) return;
  arrangement->log->info->lost_count += lost;
  hd_info_note(
      arrangement->log->info,
      "%" G_GUINT64_FORMAT
      " of the lost events were those of threads that had ended, or of processes that could not reach LTTng: it is not known whose.",
      lost);
}

gboolean hd_arrange(HdLog *log, const HdSlots *slots, guint64 complete_ns, HdProgress progress, gpointer user_data) {
  Arrangement arrangement = {.log = log, .source = log->source, .complete_ns = complete_ns};
  arrangement.before = g_array_new(FALSE, FALSE, sizeof(HdEvent));
  arrangement.after = g_array_new(FALSE, FALSE, sizeof(HdEvent));
  make_parts(&arrangement, slots);
  scatter(&arrangement);
  GArray *emitters = g_array_new(FALSE, FALSE, sizeof(HdLogEmitter));
  gboolean going_on = TRUE;
  for (guint32 i = 0; i < arrangement.part_count && going_on; i++) {
    const Part *part = &arrangement.parts[i];
    if (part->count || part->slot || part->retired_sequence) arrange_part(&arrangement, i, emitters);
    if (i % CANCEL_CHECK_COUNT == 0 && progress) going_on = progress((double)i / arrangement.part_count, "Sorting the events", user_data);
  }
  if (going_on) count_last_losses(&arrangement, slots);
  HdSource *source = arrangement.source;
  source->records = g_renew(HdRecord, arrangement.room, MAX(arrangement.written, 1));
  source->record_count = arrangement.written;
  log->emitter_count = emitters->len;
  log->emitters = (HdLogEmitter *)g_array_free(emitters, FALSE);
  log->info->event_count = source->operation_count;
  g_free(arrangement.parts);
  g_array_unref(arrangement.before);
  g_array_unref(arrangement.after);
  return going_on;
}
