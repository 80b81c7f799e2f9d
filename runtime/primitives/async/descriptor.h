/* Descriptors that tasks wait for: sockets, pipes, pidfds, watched by the loop through libuv's uv_poll.
 *
 * Whoever wants to read tries; when there is nothing, it awaits that the descriptor is readable, and tries again. To be woken is a hint:
 * somebody else may have been quicker. For the loop's thread only.
 */
#ifndef HEDDLE_DESCRIPTOR_H
#define HEDDLE_DESCRIPTOR_H
#include "task-core.h"

enum hd_descriptor_event { HD_DESCRIPTOR_READABLE, HD_DESCRIPTOR_WRITABLE, HD_DESCRIPTOR_EVENT_COUNT };

struct hd_watched;
struct hd_descriptor {
  uv_poll_t poll;
  struct hd_loop_state *loop;     /* only compared once it is closed */
  const struct hd_source *source; /* the loop's, of what happens by itself */
  struct hd_watched *watched;     /* all of the loop */
  int number;                     /* owned; -1: closed */
  uint32_t references;            /* the owner's, libuv's, of those who wait */
  uint32_t unpaused_count;        /* uses since somebody waited for it */
  uint32_t events;                /* that libuv looks for; more than anybody waits for, until one of them comes */
  struct hd_async_waiters waiters[HD_DESCRIPTOR_EVENT_COUNT];
  struct hd_async_waiter *watchers[HD_DESCRIPTOR_EVENT_COUNT]; /* one who waits for several descriptors at once; NULL: nobody */
};

/* Takes over a descriptor, which is made non-blocking; on failure it stays the caller's. The loop closes it at its own end.
 * HD_ERROR_NO_LOOP, HD_ERROR_NO_MEMORY, HD_ERROR_NO_RESOURCES; HD_ERROR_INVALID: it cannot be waited for, as a regular file, or somebody
 * does already. */
int hd_descriptor_new(int number, struct hd_descriptor **descriptor);
static inline bool hd_descriptor_is_open(const struct hd_descriptor *descriptor) { return descriptor->number >= 0; }
/* Whoever waits for it gets HD_ERROR_CLOSED. */
void hd_descriptor_close(struct hd_descriptor *descriptor, const struct hd_source *source);
/* Frees it with the last reference; it is closed before. NULL is none. */
void hd_descriptor_unref(struct hd_descriptor *descriptor);

/* Between uses: a task whose peer is always quicker would never wait; so now and then it lets others go first. HD_OK, HD_ERROR_CLOSED,
 * HD_ERROR_CANCELLED. */
int hd_descriptor_pause(struct hd_descriptor *descriptor, const struct hd_source *source);
/* Before what is done with it: checks, and a pause. HD_ERROR_CLOSED; HD_ERROR_NO_TASK, HD_ERROR_INVALID (another loop's): misuses. */
int hd_descriptor_enter(struct hd_descriptor *descriptor, enum hd_operation operation, const struct hd_source *source);
/* Waits until it may be ready, or closed: HD_OK, HD_ERROR_CLOSED, HD_ERROR_CANCELLED, HD_ERROR_TIMEOUT, HD_ERROR_NO_MEMORY. Tells the
 * await of the object (0: it has no name). */
int hd_descriptor_await(struct hd_descriptor *descriptor, enum hd_descriptor_event event, enum hd_operation operation, uint64_t object,
                        hd_deadline deadline, const struct hd_source *source);
/* Wakes the waiter, too, which waits in no queue, from now on (NULL: does not any more). */
void hd_descriptor_watch(struct hd_descriptor *descriptor, enum hd_descriptor_event event, struct hd_async_waiter *waiter);

#endif
