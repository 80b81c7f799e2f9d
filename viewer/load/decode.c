/* The walk over the packets. Packets are independent of each other, so each is a job of a thread pool. */
#include "source.h"
#include <string.h>

#define LATE_MAX_NS G_GUINT64_CONSTANT(86400000000000) /* between an operation's stamp and its sending: a thread may be stopped there */
#define EARLY_MAX_NS G_GUINT64_CONSTANT(1000000000)    /* a stamp later than its packet's end */
#define PROGRESS_US 50000
#define SMALL_EVENT_BYTES 32

typedef struct {
  const HdPacket *packet;
  HdRecord *records;
  guint64 count, capacity;
  guint64 operation_count, unknown_count, other_count, dropped_count;
  guint64 first_ns, last_ns;
  GArray *damage; /* of HdDamage; NULL none */
} Job;

typedef struct {
  const HdSource *source;
  const HdPlan *plans;
  guint32 emitter_max;
  gint cancelled;
  GMutex lock;
  GCond done_changed;
  guint done;
} Walk;

typedef struct {
  guint32 emitter, sequence;
  guint64 at_ns;
} Common;

static void push(Job *job, HdRecord record) {
  if (job->count == job->capacity) {
    job->capacity = job->capacity ? job->capacity * 2 : (guint64)(job->packet->end - job->packet->begin) / SMALL_EVENT_BYTES + 1;
    job->records = g_renew(HdRecord, job->records, job->capacity);
  }
  job->records[job->count++] = record;
}

/* The event's number, and where its payload begins; NULL when the header does not fit. */
static const guint8 *read_header(const HdEventHeader *header, const guint8 *here, const guint8 *end, guint32 *id) {
  gsize left = end - here;
  if (left < header->compact_bytes) return NULL;
  guint32 value = 0;
  memcpy(&value, here, MIN((header->id_bits + 7) / 8, sizeof value));
  guint32 escape = header->id_bits >= 32 ? G_MAXUINT32 : (1u << header->id_bits) - 1;
  *id = value & escape;
  if (*id != escape || header->extended_bytes == 0) return here + header->compact_bytes;
  if (left < header->extended_bytes) return NULL;
  *id = 0;
  memcpy(id, here + header->extended_id_offset, header->extended_id_bytes);
  return here + header->extended_bytes;
}

static gboolean makes_sense(const Walk *walk, const HdPacket *packet, const Common *common) {
  if (common->emitter == 0 || common->sequence == 0 || common->at_ns == 0) return FALSE;
  if (common->emitter > walk->emitter_max) return FALSE;
  if (packet->end_ns && packet->end_ns >= packet->begin_ns && common->at_ns > packet->end_ns + EARLY_MAX_NS) return FALSE;
  return common->at_ns + LATE_MAX_NS >= packet->begin_ns;
}

/* An event as it stands at a place. FALSE: there is none that makes sense. behind: set to the first byte behind it. */
static gboolean event_at(const Walk *walk, const HdPacket *packet, const guint8 *here, guint32 *plan_number, const guint8 **payload,
                         const guint8 **behind, guint32 *element_count, Common *common) {
  guint32 id;
  *payload = read_header(&packet->stream->header, here, packet->end, &id);
  if (!*payload || id >= packet->stream->plans->len) return FALSE;
  *plan_number = g_array_index(packet->stream->plans, guint32, id);
  if (*plan_number >= HD_PLACE_MADE || !walk->plans[*plan_number].planned) return FALSE;
  const HdPlan *plan = &walk->plans[*plan_number];
  *behind = hd_plan_measure(plan, *payload, packet->end, element_count);
  if (!*behind) return FALSE;
  if (plan->event < 0) return TRUE;
  memcpy(common, *payload + plan->common_offset, sizeof *common);
  return makes_sense(walk, packet, common);
}

/* The next place at which an event of ours stands that was stamped while the packet was open: after damage, the walk goes on there. */
static const guint8 *find_event(const Walk *walk, const HdPacket *packet, const guint8 *from) {
  for (const guint8 *here = from; here < packet->end; here++) {
    guint32 plan_number, element_count = 0;
    const guint8 *payload, *behind;
    Common common;
    if (!event_at(walk, packet, here, &plan_number, &payload, &behind, &element_count, &common)) continue;
    if (walk->plans[plan_number].event >= 0 && common.at_ns + EARLY_MAX_NS >= packet->begin_ns) return here;
  }
  return packet->end;
}

static void note_damage(Job *job, const guint8 *begin, const guint8 *end) {
  const guint8 *file = job->packet->file->bytes;
  HdDamage damage = {.file = job->packet->file->name, .begin = begin - file, .end = end - file};
  if (!job->damage) job->damage = g_array_new(FALSE, FALSE, sizeof(HdDamage));
  g_array_append_val(job->damage, damage);
}

static void walk_packet(Walk *walk, Job *job) {
  const HdPacket *packet = job->packet;
  if (packet->stream->header.id_bits == 0) return note_damage(job, packet->begin, packet->end);
  job->first_ns = G_MAXUINT64;
  for (const guint8 *here = packet->begin; here < packet->end;) {
    guint32 plan_number, element_count = 0;
    const guint8 *payload, *behind;
    Common common;
    if (!event_at(walk, packet, here, &plan_number, &payload, &behind, &element_count, &common)) {
      const guint8 *next = find_event(walk, packet, here + 1);
      note_damage(job, here, next);
      job->dropped_count++;
      here = next;
      continue;
    }
    here = behind;
    const HdPlan *plan = &walk->plans[plan_number];
    if (plan->event < 0) {
      plan->heddle ? job->unknown_count++ : job->other_count++;
      continue;
    }
    push(job, (HdRecord){common.emitter, common.sequence, (guint64)plan_number << HD_PLACE_SHIFT | (guintptr)payload});
    job->operation_count += plan->event == HD_EVENT_BATCH ? element_count / 2 : 1;
    job->first_ns = MIN(job->first_ns, common.at_ns);
    job->last_ns = MAX(job->last_ns, common.at_ns);
  }
}

static void run_job(gpointer data, gpointer user_data) {
  Walk *walk = user_data;
  if (!g_atomic_int_get(&walk->cancelled)) walk_packet(walk, data);
  g_mutex_lock(&walk->lock);
  walk->done++;
  g_cond_signal(&walk->done_changed);
  g_mutex_unlock(&walk->lock);
}

static gboolean run_jobs(Walk *walk, Job *jobs, guint count, HdProgress progress, gpointer user_data) {
  GThreadPool *pool = g_thread_pool_new(run_job, walk, MAX(1, g_get_num_processors()), FALSE, NULL);
  for (guint i = 0; i < count; i++) g_thread_pool_push(pool, &jobs[i], NULL);
  g_mutex_lock(&walk->lock);
  while (walk->done < count) {
    gint64 until = g_get_monotonic_time() + PROGRESS_US;
    while (walk->done < count && g_cond_wait_until(&walk->done_changed, &walk->lock, until)) {}
    double fraction = (double)walk->done / count;
    g_mutex_unlock(&walk->lock);
    if (progress && !progress(fraction, "Reading the trace", user_data)) g_atomic_int_set(&walk->cancelled, 1);
    g_mutex_lock(&walk->lock);
  }
  g_mutex_unlock(&walk->lock);
  g_thread_pool_free(pool, FALSE, TRUE);
  return !walk->cancelled;
}

static void gather(HdSource *source, Job *jobs, guint count) {
  for (guint i = 0; i < count; i++) {
    Job *job = &jobs[i];
    if (job->count) {
      source->first_ns = source->first_ns ? MIN(source->first_ns, job->first_ns) : job->first_ns;
      source->last_ns = MAX(source->last_ns, job->last_ns);
      hd_source_append(source, g_steal_pointer(&job->records), job->count);
    }
    source->operation_count += job->operation_count;
    source->unknown_count += job->unknown_count;
    source->other_count += job->other_count;
    source->dropped_count += job->dropped_count;
    if (job->damage) g_array_append_vals(source->damage, job->damage->data, job->damage->len);
  }
}

gboolean hd_source_decode(HdSource *source, guint32 emitter_max, HdProgress progress, gpointer user_data) {
  guint count = 0;
  for (guint i = 0; i < source->traces->len; i++) count += ((HdTrace *)source->traces->pdata[i])->packets->len;
  g_autofree Job *jobs = g_new0(Job, count);
  guint next = 0;
  for (guint i = 0; i < source->traces->len; i++) {
    GArray *packets = ((HdTrace *)source->traces->pdata[i])->packets;
    for (guint k = 0; k < packets->len; k++) jobs[next++].packet = &g_array_index(packets, HdPacket, k);
  }
  Walk walk = {.source = source,
               .plans = (const HdPlan *)source->plans->data,
               .emitter_max = emitter_max ? MIN(emitter_max, HD_EMITTER_MAX) : HD_EMITTER_MAX};
  g_mutex_init(&walk.lock);
  g_cond_init(&walk.done_changed);
  gboolean finished = run_jobs(&walk, jobs, count, progress, user_data);
  if (finished) gather(source, jobs, count);
  for (guint i = 0; i < count; i++) {
    g_free(jobs[i].records);
    if (jobs[i].damage) g_array_unref(jobs[i].damage);
  }
  g_mutex_clear(&walk.lock);
  g_cond_clear(&walk.done_changed);
  return finished;
}
