/* What every uncontended operation runs through, inline in whoever emits: a call from one library into another costs as much as the whole
 * of what these do. Each has a slow twin behind it for what happens seldom. Included by emit.h, where the functions are described; the rest
 * of emit adds to it in self.h. */
#ifndef HEDDLE_EMIT_FAST_H
#define HEDDLE_EMIT_FAST_H
#include <time.h>

/* A direct-mapped cache in front of the process's table of sites. */
#define HD_SITE_CACHE_COUNT 64u
struct hd_site_cache {
  const void *address;
  uint32_t operation;
  uint32_t site;
};

/* Where a thread is. HD_CHANGING: its slot is being changed; what a signal handler does meanwhile is counted, not recorded. */
enum hd_emit_place { HD_OUTSIDE, HD_INSIDE, HD_CHANGING };

/* The calling thread. Initial-exec TLS: reading it never allocates. */
struct hd_emit {
  struct hd_slot *slot;           /* NULL: none was left, or it was given back */
  int *errno_at;                  /* the thread's errno: asking the C library where it lies is a call */
  const struct hd_source *source; /* the last source line that it told */
  uint32_t number;                /* its emitter number; 0 before its first emission */
  uint32_t place;                 /* enum hd_emit_place; HD_OUTSIDE while paused, too */
  uint32_t muted;
  int saved_errno;
  uint32_t thread_id;
  uint32_t sequence;     /* last one given to an event */
  uint32_t nested_count; /* operations of signal handlers that were not recorded */
  uint32_t ended;        /* said its end: no slot any more */
  uint32_t fork_child;   /* number reserved for the child of a fork that is going on */
  struct hd_site_cache sites[HD_SITE_CACHE_COUNT];
};
HD_EMIT_API extern __thread struct hd_emit hd_self __attribute__((tls_model("initial-exec")));

/* The control file's word that says so; to be read only while recording. */
HD_EMIT_API extern const uint32_t *hd_emit_over;

HD_EMIT_API struct hd_emit *hd_emit_enter_slowly(void);
HD_EMIT_API uint32_t hd_emit_site_slowly(struct hd_emit *emit, enum hd_operation operation, const void *return_address);
HD_EMIT_API uint32_t hd_emit_source_site_slowly(struct hd_emit *emit, enum hd_operation operation, const struct hd_source *source);

/* Keeps the compiler from moving stores across: a signal handler of this thread, or who reads the slot after a kill, sees them in order. */
static inline void hd_emit_order(void) { __asm__ volatile("" ::: "memory"); }

/* The recorder has ended the recording, or the process is ending: from then on nothing is sent and no slot changes. */
static inline bool hd_emit_is_over(void) {
  return __builtin_expect(!__atomic_load_n(&hd_emit_recording, __ATOMIC_RELAXED) || __atomic_load_n(hd_emit_over, __ATOMIC_RELAXED), 0);
}

/* Around changes of the slot, within an emission. They do not nest. */
static inline void hd_emit_change_begin(struct hd_emit *self) {
  self->place = HD_CHANGING;
  hd_emit_order();
}
static inline void hd_emit_change_end(struct hd_emit *self) {
  hd_emit_order();
  self->place = HD_INSIDE;
}

/* errno is saved inside and restored before leaving: outside, a signal handler's own emission would take the place of what was saved. */
static inline struct hd_emit *hd_emit_enter(void) {
  struct hd_emit *self = &hd_self;
  if (__builtin_expect(hd_emit_is_over() || self->place | self->muted || !self->number, 0)) return hd_emit_enter_slowly();
  hd_emit_resume(self);
  return self;
}
static inline void hd_emit_leave(struct hd_emit *self) { hd_emit_pause(self); }

static inline void hd_emit_pause(struct hd_emit *self) {
  *self->errno_at = self->saved_errno;
  hd_emit_order();
  self->place = HD_OUTSIDE;
}
static inline void hd_emit_resume(struct hd_emit *self) {
  self->place = HD_INSIDE;
  hd_emit_order();
  self->saved_errno = *self->errno_at;
}

static inline bool hd_emit_is_muted(void) { return hd_self.muted; }
static inline bool hd_emit_is_inside(void) { return hd_self.place != HD_OUTSIDE; }
static inline struct hd_emit *hd_emit_inside(void) {
  struct hd_emit *self = &hd_self;
  return self->place == HD_INSIDE && !self->muted && !hd_emit_is_over() ? self : NULL;
}
static inline const struct hd_source *hd_emit_last_source(void) { return hd_self.source; }

static inline uint64_t hd_emit_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline struct hd_site_cache *hd_site_cached(struct hd_emit *self, enum hd_operation operation, const void *address) {
  return &self->sites[((uintptr_t)address ^ (uintptr_t)address >> 7 ^ (unsigned)operation * 11u) % HD_SITE_CACHE_COUNT];
}

static inline uint32_t hd_emit_site(struct hd_emit *self, enum hd_operation operation, const void *address) {
  const struct hd_site_cache *entry = hd_site_cached(self, operation, address);
  bool found = entry->address == address && entry->operation == (uint32_t)operation;
  return __builtin_expect(found, 1) ? entry->site : hd_emit_site_slowly(self, operation, address);
}

static inline uint32_t hd_emit_source_site(struct hd_emit *self, enum hd_operation operation, const struct hd_source *source) {
  const struct hd_site_cache *entry = hd_site_cached(self, operation, source);
  self->source = source;
  bool found = entry->address == source && entry->operation == (uint32_t)operation;
  return __builtin_expect(found, 1) ? entry->site : hd_emit_source_site_slowly(self, operation, source);
}

static inline void hd_emit_acquired(struct hd_emit *self, uint64_t object, uint32_t site, uint64_t at_ns) {
  struct hd_slot *slot = self->slot;
  if (hd_emit_is_over()) return;
  if (__builtin_expect(!slot || slot->hold_count >= HD_SLOT_HOLD_CAPACITY, 0)) {
    hd_emit_acquired_open(self, object, site, at_ns);
    return;
  }
  uint32_t count = slot->hold_count;
  hd_emit_change_begin(self);
  slot->holds[count] = (struct hd_slot_hold){.object = object, .acquired_ns = at_ns, .site = site, .depth = 1};
  __atomic_store_n(&slot->hold_count, count + 1, __ATOMIC_RELEASE);
  hd_emit_change_end(self);
}

/* A batch's first word, 0 when the operation does not fit in one. */
static inline uint64_t hd_batch_word(uint64_t object, uint32_t site) {
  if (__builtin_expect(site >> HD_BATCH_SITE_BITS, 0)) return 0;
  if (__builtin_expect(object & HD_OBJECT_SHARED_BIT, 0))
    return ((object & ~HD_OBJECT_SHARED_BIT) | HD_BATCH_OBJECT_SHARED_BIT) << HD_BATCH_SITE_BITS | site;
  if (__builtin_expect(object & 3 || object >> 47, 0)) return 0;
  return (object >> 2) << HD_BATCH_SITE_BITS | site;
}

/* Puts an operation into the batch, which has room for it. Its words are there before the count says so: a kill at any moment leaves a
 * whole operation or none. */
static inline void hd_batch_put(struct hd_slot *slot, uint64_t word, uint64_t after_base_ns, uint64_t length_ns) {
  uint32_t count = slot->batch_count;
  slot->batch[count * 2] = word;
  slot->batch[count * 2 + 1] = after_base_ns << 32 | length_ns;
  __atomic_store_n(&slot->batch_count, count + 1, __ATOMIC_RELEASE);
}

/* The first operation of a batch, and one for which the batch must be sent before, go the other way. */
static inline bool hd_emit_released_last(struct hd_emit *self, uint64_t object, uint64_t at_ns) {
  struct hd_slot *slot = self->slot;
  if (__builtin_expect(hd_emit_is_over() || !slot || !slot->hold_count, 0)) return false;
  uint32_t last = slot->hold_count - 1, batch_count = slot->batch_count;
  const struct hd_slot_hold *hold = &slot->holds[last];
  uint64_t word = hd_batch_word(object, hold->site), length_ns = at_ns - hold->acquired_ns, after_base_ns = at_ns - slot->batch_base_ns;
  if (__builtin_expect(hold->object != object || !word || length_ns > UINT32_MAX, 0)) return false;
  if (__builtin_expect(!batch_count || batch_count >= HD_SLOT_BATCH_CAPACITY || after_base_ns > HD_BATCH_FLUSH_NS, 0)) return false;
  hd_emit_change_begin(self);
  hd_batch_put(slot, word, after_base_ns, length_ns);
  /* Only now it is no longer open; a kill before shows it twice, which load recognises. */
  __atomic_store_n(&slot->hold_count, last, __ATOMIC_RELEASE);
  hd_emit_change_end(self);
  return true;
}

static inline void hd_emit_released(struct hd_emit *self, uint64_t object, uint32_t site, uint64_t at_ns, bool waited_for) {
  if (__builtin_expect(waited_for || !hd_emit_released_last(self, object, at_ns), 0))
    hd_emit_released_otherwise(self, object, site, at_ns, waited_for);
}

#endif
