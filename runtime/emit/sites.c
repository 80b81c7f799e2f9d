/* Sites and stacks: code addresses with an operation, sent once each. */
#include "intern.h"
#include "self.h"
#include <unwind.h>

#define SITE_CAPACITY 65536u
#define STACK_CAPACITY 65536u
#define STACK_FRAME_COUNT 48

static struct hd_intern_entry site_entries[SITE_CAPACITY], stack_entries[STACK_CAPACITY];
static struct hd_intern sites = {site_entries, SITE_CAPACITY}, stacks = {stack_entries, STACK_CAPACITY};

/* Addresses have 47 bits and operations 16; where an address has more, two keys may meet, never two sites within one binary. */
static inline uint64_t site_key(enum hd_operation operation, const void *address) { return (uint64_t)operation << 48 ^ (uintptr_t)address; }

static uint32_t new_code_site(struct hd_emit *self, enum hd_operation operation, const void *address) {
  struct hd_event_code_site event = {.site = hd_control_count(&hd_process.header->next_site), .operation = (uint16_t)operation};
  event.module = hd_module_of(self, (uintptr_t)address, &event.offset, &(bool){false});
  HD_SEND(self, code_site, event, hd_emit_now());
  return event.site;
}

/* Puts a site in front of the table. A signal handler's look meanwhile must not match half an entry. */
static uint32_t remember(struct hd_emit *self, enum hd_operation operation, const void *address, uint32_t site) {
  struct hd_site_cache *entry = hd_site_cached(self, operation, address);
  entry->address = NULL;
  hd_emit_order();
  entry->site = site;
  entry->operation = (uint32_t)operation;
  hd_emit_order();
  entry->address = address;
  return site;
}

uint32_t hd_emit_site_slowly(struct hd_emit *self, enum hd_operation operation, const void *address) {
  uint64_t key = site_key(operation, address);
  uint32_t site = (uint32_t)hd_intern_find(&sites, key);
  if (!site) hd_intern_add(&sites, key, site = new_code_site(self, operation, address));
  return remember(self, operation, address, site);
}

uint32_t hd_emit_source_site_slowly(struct hd_emit *self, enum hd_operation operation, const struct hd_source *source) {
  uint64_t key = site_key(operation, source);
  uint32_t site = (uint32_t)hd_intern_find(&sites, key);
  if (!site) {
    struct hd_event_source_site event = {.site = hd_control_count(&hd_process.header->next_site),
                                         .operation = (uint16_t)operation,
                                         .line = source->line,
                                         .file = source->file,
                                         .function = source->function};
    HD_SEND(self, source_site, event, hd_emit_now());
    hd_intern_add(&sites, key, site = event.site);
  }
  return remember(self, operation, source, site);
}

struct walk {
  struct hd_emit *self;
  uint32_t count;
  uint64_t hash;
  uint64_t frames[STACK_FRAME_COUNT];
};

static _Unwind_Reason_Code step(struct _Unwind_Context *context, void *argument) {
  struct walk *walk = argument;
  uint64_t address = _Unwind_GetIP(context), offset = 0;
  bool own = false;
  if (!address || walk->count == STACK_FRAME_COUNT) return _URC_END_OF_STACK;
  uint32_t module = hd_module_of(walk->self, address, &offset, &own);
  if (own) return _URC_NO_REASON;
  walk->frames[walk->count++] = (uint64_t)module << HD_FRAME_OFFSET_BITS | (offset & ((1ull << HD_FRAME_OFFSET_BITS) - 1));
  walk->hash = hd_mix(walk->hash ^ address);
  return _URC_NO_REASON;
}

uint32_t hd_emit_stack(struct hd_emit *self) {
  struct walk walk = {.self = self, .hash = 1};
  _Unwind_Backtrace(step, &walk);
  if (!walk.count) return 0;
  if (!walk.hash) walk.hash = 1;
  uint32_t number = (uint32_t)hd_intern_find(&stacks, walk.hash);
  if (number) return number;
  struct hd_event_stack event = {
      .stack = hd_control_count(&hd_process.header->next_stack), .frames = walk.frames, .frames_count = walk.count};
  HD_SEND(self, stack, event, hd_emit_now());
  hd_intern_add(&stacks, walk.hash, event.stack);
  return event.stack;
}
