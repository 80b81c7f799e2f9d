/* What the files of emit share: the thread's own state, the process's, and how an event is sent. */
#ifndef HEDDLE_EMIT_SELF_H
#define HEDDLE_EMIT_SELF_H
#include <errno.h>
#include "emit.h"
#include "provider-table.h"

#define HD_HIDDEN __attribute__((visibility("hidden")))

/* A direct-mapped cache in front of the process's table of sites. */
#define HD_SITE_CACHE_COUNT 64u
struct hd_site_cache {
  const void *address;
  uint32_t operation;
  uint32_t site;
};

/* The calling thread. Initial-exec TLS: reading it never allocates. */
struct hd_emit {
  struct hd_slot *slot;    /* NULL: none was left, or it was given back */
  uint32_t number;         /* its emitter number; 0 before its first emission */
  uint32_t thread_id;
  uint32_t sequence;       /* last one given to an event */
  uint32_t inside;         /* between enter and leave, and not paused */
  uint32_t muted;
  volatile uint32_t busy;  /* changing the slot: what a signal handler does now is counted, not recorded */
  uint32_t nested_count;   /* operations that were not recorded because of that */
  uint32_t ended;          /* said its end: no slot any more */
  uint32_t fork_child;     /* number reserved for the child of a fork that is going on */
  int saved_errno;
  struct hd_site_cache sites[HD_SITE_CACHE_COUNT];
};
extern HD_HIDDEN __thread struct hd_emit hd_self;

/* The process. */
struct hd_process {
  struct hd_control_header *header; /* NULL: not recorded */
  uint8_t *slots;
  struct hd_provider provider;
  uint32_t number;
  pid_t process_id;
};
extern HD_HIDDEN struct hd_process hd_process;

/* control.c */
HD_HIDDEN bool hd_control_open(const char *path);
HD_HIDDEN uint32_t hd_control_count(uint32_t *counter); /* next number of a counter of the header */
HD_HIDDEN void hd_slot_claim(struct hd_emit *self);
HD_HIDDEN void hd_slot_retire(struct hd_emit *self);    /* sends all that is in it and gives it back */
HD_HIDDEN void hd_slot_abandon(struct hd_emit *self);   /* forgets it: it belongs to a fork's parent */

/* batch.c */
HD_HIDDEN void hd_batch_flush(struct hd_emit *self);

/* thread.c: makes the calling thread known when its creation was not seen. */
HD_HIDDEN bool hd_thread_adopt(struct hd_emit *self);

/* modules.c: module number and offset of an address; 0 and the address itself when it is in none. own: in Heddle's libraries. */
HD_HIDDEN uint32_t hd_module_of(struct hd_emit *self, uint64_t address, uint64_t *offset, bool *own);
HD_HIDDEN void hd_modules_reset(void);

/* The recorder has ended the recording, or the process is ending: from then on nothing is sent and no slot changes. */
static inline bool hd_is_over(void) {
  return __builtin_expect(__atomic_load_n(&hd_process.header->over, __ATOMIC_RELAXED) != 0, 0) || !hd_emit_is_recording();
}

/* Reserves the next sequence number, in the slot or the header first: a number that never reached the trace counts as lost. */
static inline uint32_t hd_next_sequence(struct hd_emit *self) {
  uint32_t sequence = ++self->sequence;
  if (self->slot) __atomic_store_n(&self->slot->last_sequence, sequence, __ATOMIC_RELEASE);
  else __atomic_fetch_add(&hd_process.header->slotless_events, 1, __ATOMIC_RELAXED);
  return sequence;
}

/* Sends event (a structure of type struct hd_event_NAME whose own fields are set), stamped at. */
#define HD_SEND(self, name, event, at)                                                                                                     \
  do {                                                                                                                                     \
    (event).emitter = (self)->number;                                                                                                      \
    (event).sequence = hd_next_sequence(self);                                                                                             \
    (event).at_ns = (at);                                                                                                                  \
    hd_process.provider.name(&(event));                                                                                                    \
  } while (0)

/* Around changes of the slot: keeps a signal handler's operations out, and the compiler's reordering. */
static inline void hd_busy_begin(struct hd_emit *self) {
  self->busy++;
  __asm__ volatile("" ::: "memory");
}
static inline void hd_busy_end(struct hd_emit *self) {
  __asm__ volatile("" ::: "memory");
  self->busy--;
}

#endif
