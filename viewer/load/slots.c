#include "slots.h"
#include "load.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECENT_COUNT 8 /* of an emitter's last and first events, that are compared with its slot */

static gboolean read_at(int descriptor, gpointer bytes, gsize length, guint64 offset) {
  gssize part;
  do part = pread(descriptor, bytes, length, offset);
  while (part < 0 && errno == EINTR);
  return part == (gssize)length;
}

/* Makes a slot's numbers safe. FALSE: it is not in use. */
static gboolean check_slot(HdSlots *slots, struct hd_slot *slot) {
  if (slot->emitter == 0) return FALSE;
  if (slots->next_emitter && slot->emitter > slots->next_emitter) {
    slots->damaged = TRUE;
    return FALSE;
  }
  if (slot->hold_count > HD_SLOT_HOLD_CAPACITY || slot->batch_count > HD_SLOT_BATCH_CAPACITY || slot->wait.active > 2)
    slots->damaged = TRUE;
  slot->hold_count = MIN(slot->hold_count, HD_SLOT_HOLD_CAPACITY);
  slot->batch_count = MIN(slot->batch_count, HD_SLOT_BATCH_CAPACITY);
  if (slot->wait.active > 2 || slot->wait.begin_ns > G_MAXINT64) slot->wait.active = 0;
  if (slot->batch_base_ns == 0 || slot->batch_base_ns > G_MAXINT64) slot->batch_count = 0;
  return TRUE;
}

HdSlots *hd_slots_read(const char *path) {
  HdSlots *slots = g_new0(HdSlots, 1);
  slots->slots = g_array_new(FALSE, TRUE, sizeof(struct hd_slot));
  slots->retired = g_array_new(FALSE, FALSE, sizeof(HdRetired));
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return slots;
  struct hd_control_header header;
  struct stat status = {0};
  slots->present = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && read_at(descriptor, &header, sizeof header, 0) &&
                   header.magic == HD_CONTROL_MAGIC;
  slots->damaged = !slots->present;
  if (slots->present) {
    slots->over = header.over == 1;
    slots->next_emitter = header.next_emitter;
    slots->slots_refused = header.slots_refused;
    slots->slotless_events = header.slotless_events;
    slots->started_ns = header.started_ns;
    slots->interrupted_ns = header.interrupted_ns;
    slots->over_ns = header.over_ns;
    guint64 whole = status.st_size > HD_CONTROL_HEADER_BYTES ? (status.st_size - HD_CONTROL_HEADER_BYTES) / HD_SLOT_BYTES : 0;
    if (header.slots_peak > HD_SLOT_CAPACITY || header.slots_peak > whole) slots->damaged = TRUE;
    guint64 peak = MIN(header.slots_peak, whole);
    for (guint64 i = 0; i < MIN(peak, HD_SLOT_CAPACITY); i++) {
      struct hd_slot slot;
      if (!read_at(descriptor, &slot, sizeof slot, HD_CONTROL_HEADER_BYTES + i * HD_SLOT_BYTES)) break;
      if (check_slot(slots, &slot))
        g_array_append_val(slots->slots, slot);
      else if (!slot.emitter && slot.retired)
        g_array_append_val(slots->retired, ((HdRetired){slot.retired, slot.last_sequence}));
    }
  }
  close(descriptor);
  return slots;
}

void hd_slots_free(HdSlots *slots) {
  if (!slots) return;
  g_array_unref(slots->slots);
  g_array_unref(slots->retired);
  g_free(slots);
}

gboolean hd_load_progress(const char *path, guint *emitter_count, guint64 *event_count) {
  g_autofree char *control = g_build_filename(path, "control", NULL);
  HdSlots *slots = hd_slots_read(control);
  gboolean present = slots->present;
  *emitter_count = slots->next_emitter;
  *event_count = slots->slotless_events;
  for (guint i = 0; i < slots->slots->len; i++) {
    const struct hd_slot *slot = &g_array_index(slots->slots, struct hd_slot, i);
    *event_count += slot->last_sequence + slot->batch_count;
  }
  for (guint i = 0; i < slots->retired->len; i++) *event_count += g_array_index(slots->retired, HdRetired, i).last_sequence;
  hd_slots_free(slots);
  return present;
}

static gboolean was_sent(const HdRecord *records, guint64 count, guint32 sequence) {
  guint64 low = 0, high = count;
  while (low < high) {
    guint64 middle = (low + high) / 2;
    if (records[middle].sequence < sequence)
      low = middle + 1;
    else
      high = middle;
  }
  return sequence != 0 && low < count && records[low].sequence == sequence;
}

/* Whether a batch holds the section of a hold: the release was batched, and death came before the slot forgot the hold. */
static gboolean batch_ends_hold(const uint64_t *words, guint32 word_count, guint64 base_ns, const struct hd_slot_hold *hold) {
  for (guint32 i = 0; i + 1 < word_count; i += 2) {
    guint64 first = hd_log_word(words, i), second = hd_log_word(words, i + 1);
    guint64 batch_object = first >> HD_BATCH_SITE_BITS;
    guint64 object =
        batch_object & HD_BATCH_OBJECT_SHARED_BIT ? HD_OBJECT_SHARED_BIT | (batch_object & ~HD_BATCH_OBJECT_SHARED_BIT) : batch_object * 4;
    guint64 acquired_ns = base_ns + (second >> 32) - (guint32)second;
    if ((guint32)second && object == hold->object && acquired_ns == hold->acquired_ns) return TRUE;
  }
  return FALSE;
}

/* Death in the middle of closing a gap in the table leaves a hold in two places. */
static gboolean stands_twice(const struct hd_slot *slot, guint32 index) {
  const struct hd_slot_hold *hold = &slot->holds[index];
  return index && hold->object == hold[-1].object && hold->acquired_ns == hold[-1].acquired_ns;
}

static gboolean hold_was_sent(const struct hd_slot *slot, const struct hd_slot_hold *hold, const HdSource *source, const HdRecord *records,
                              guint64 count) {
  if (batch_ends_hold(slot->batch, slot->batch_count * 2, slot->batch_base_ns, hold)) return TRUE;
  for (guint64 i = count; i > 0 && count - i < RECENT_COUNT; i--) {
    HdEvent event;
    hd_source_read(source, records[i - 1].place, &event);
    if (event.id == HD_EVENT_BATCH && batch_ends_hold(event.batch.operations, event.batch.operations_count, event.batch.base_ns, hold))
      return TRUE;
    if (event.id == HD_EVENT_RELEASED && event.released.object == hold->object && event.released.acquired_ns == hold->acquired_ns)
      return TRUE;
    if (event.id == HD_EVENT_ACQUIRED && event.acquired.object == hold->object && event.acquired.at_ns == hold->acquired_ns) return TRUE;
  }
  return FALSE;
}

static void add_batch(const struct hd_slot *slot, GArray *events) {
  guint32 count = 0;
  guint64 end_ns = slot->batch_base_ns;
  while (count < slot->batch_count && slot->batch[2 * count] != 0) { /* a pair that was not written yet is zero */
    end_ns = MAX(end_ns, slot->batch_base_ns + (slot->batch[2 * count + 1] >> 32));
    count++;
  }
  if (count == 0) return;
  HdEvent event = {.id = HD_EVENT_BATCH};
  event.batch = (struct hd_event_batch){.emitter = slot->emitter,
                                        .sequence = slot->batch_sequence,
                                        .at_ns = end_ns,
                                        .base_ns = slot->batch_base_ns,
                                        .operations = slot->batch,
                                        .operations_count = 2 * count};
  g_array_append_val(events, event);
}

static void add_wait(const struct hd_slot *slot, GArray *events) {
  const struct hd_slot_wait *wait = &slot->wait;
  HdEvent event = {.id = wait->active == 2 ? HD_EVENT_CALL : HD_EVENT_WAIT};
  if (wait->active == 2)
    event.call = (struct hd_event_call){.emitter = slot->emitter,
                                        .sequence = wait->sequence,
                                        .at_ns = HD_LOG_OPEN_NS,
                                        .begin_ns = wait->begin_ns,
                                        .object = wait->object,
                                        .descriptor = wait->descriptor,
                                        .site = wait->site,
                                        .stack = wait->stack};
  else
    event.wait = (struct hd_event_wait){.emitter = slot->emitter,
                                        .sequence = wait->sequence,
                                        .at_ns = HD_LOG_OPEN_NS,
                                        .object = wait->object,
                                        .begin_ns = wait->begin_ns,
                                        .partner = wait->partner,
                                        .site = wait->site,
                                        .stack = wait->stack,
                                        .owner = wait->owner};
  g_array_append_val(events, event);
}

/* The births of an emitter whose first events are missing: its slot knows whose it is. */
static void add_birth(const struct hd_slot *slot, const HdSource *source, const HdRecord *records, guint64 count, guint64 at_ns,
                      GArray *events) {
  gboolean process_born = slot->process != slot->emitter, thread_born = slot->thread_id == 0;
  for (guint64 i = 0; i < MIN(count, RECENT_COUNT); i++) {
    HdEvent event;
    hd_source_read(source, records[i].place, &event);
    process_born |= event.id == HD_EVENT_PROCESS_BEGIN;
    thread_born |= event.id == HD_EVENT_THREAD_BEGIN;
    at_ns = MIN(at_ns, event.common.at_ns);
  }
  if (at_ns == HD_LOG_OPEN_NS || slot->process == 0) return;
  HdEvent event = {.id = HD_EVENT_PROCESS_BEGIN};
  event.process_begin = (struct hd_event_process_begin){.emitter = slot->emitter,
                                                        .at_ns = at_ns,
                                                        .process = slot->process,
                                                        .process_id = slot->process_id,
                                                        .schema_version = HD_SCHEMA_VERSION,
                                                        .program = ""};
  if (!process_born) g_array_append_val(events, event);
  event = (HdEvent){.id = HD_EVENT_THREAD_BEGIN};
  event.thread_begin = (struct hd_event_thread_begin){
      .emitter = slot->emitter, .at_ns = at_ns, .process = slot->process, .thread_id = slot->thread_id, .creator = slot->creator};
  if (!thread_born) g_array_append_val(events, event);
}

void hd_slot_events(const struct hd_slot *slot, const HdSource *source, const HdRecord *records, guint64 count, GArray *before,
                    GArray *after) {
  guint64 first_ns = HD_LOG_OPEN_NS;
  if (slot->batch_count) first_ns = slot->batch_base_ns;
  if (slot->batch_count && !was_sent(records, count, slot->batch_sequence)) add_batch(slot, after);
  for (guint32 i = 0; i < slot->hold_count; i++) {
    const struct hd_slot_hold *hold = &slot->holds[i];
    if (hold->object == 0 || hold->acquired_ns == 0 || hold->acquired_ns > G_MAXINT64 || stands_twice(slot, i)) continue;
    if (hold_was_sent(slot, hold, source, records, count)) continue;
    HdEvent event = {.id = HD_EVENT_ACQUIRED};
    event.acquired =
        (struct hd_event_acquired){.emitter = slot->emitter, .at_ns = hold->acquired_ns, .object = hold->object, .site = hold->site};
    g_array_append_val(after, event);
    first_ns = MIN(first_ns, hold->acquired_ns);
  }
  if (slot->wait.active && slot->wait.begin_ns && !was_sent(records, count, slot->wait.sequence)) {
    add_wait(slot, after);
    first_ns = MIN(first_ns, slot->wait.begin_ns);
  }
  add_birth(slot, source, records, count, first_ns, before);
}
