/* What the files of emit share: the thread's own state, the process's, and how an event is sent. */
#ifndef HEDDLE_EMIT_SELF_H
#define HEDDLE_EMIT_SELF_H
#include "emit.h"
#include "provider-table.h"
#include <errno.h>

#define HD_HIDDEN __attribute__((visibility("hidden")))

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
HD_HIDDEN void hd_slot_retire(struct hd_emit *self);  /* sends all that is in it and gives it back */
HD_HIDDEN void hd_slot_abandon(struct hd_emit *self); /* forgets it: it belongs to a fork's parent */

/* batch.c: sends what is pending. */
HD_HIDDEN void hd_batch_flush(struct hd_emit *self);

/* thread.c: gives the calling thread its number and a slot, before it emits anything. */
HD_HIDDEN void hd_self_begin(struct hd_emit *self, uint32_t number);
/* Makes the calling thread known when its creation was not seen. */
HD_HIDDEN bool hd_thread_adopt(struct hd_emit *self);

/* sockets.c: remembers LTTng's, and takes a forked child's copies of them away. */
HD_HIDDEN void hd_sockets_note(void);
HD_HIDDEN void hd_sockets_forget(void);

/* modules.c: module number and offset of an address; 0 and the address itself when it is in none. own: in Heddle's libraries. */
HD_HIDDEN uint32_t hd_module_of(struct hd_emit *self, uint64_t address, uint64_t *offset, bool *own);
HD_HIDDEN void hd_modules_reset(void);

/* Reserves the next sequence number, in the slot or the header first: a number that never reached the trace counts as lost. */
static inline uint32_t hd_next_sequence(struct hd_emit *self) {
  uint32_t sequence = ++self->sequence;
  if (self->slot)
    __atomic_store_n(&self->slot->last_sequence, sequence, __ATOMIC_RELEASE);
  else
    __atomic_fetch_add(&hd_process.header->slotless_events, 1, __ATOMIC_RELAXED);
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

#endif
