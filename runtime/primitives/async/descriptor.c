#include "descriptor.h"
#include "system.h"
#include <stdlib.h>

/* So often a descriptor may be used without a pause. */
#define UNPAUSED_MAX 32

static const uint32_t event_bits[HD_DESCRIPTOR_EVENT_COUNT] = {UV_READABLE, UV_WRITABLE};

static void on_ready(uv_poll_t *poll, int failure, int ready);

/* What libuv looks for. Adding is done at once, taking away when an event comes that nobody waits for: who reads all that there is, waits,
 * and reads again changes nothing. */
static void look_for(struct hd_descriptor *descriptor, uint32_t events) {
  if (events == descriptor->events) return;
  descriptor->events = events;
  hd_emit_mute();
  if (events)
    uv_poll_start(&descriptor->poll, (int)events, on_ready);
  else
    uv_poll_stop(&descriptor->poll);
  hd_emit_unmute();
}

static void wake(struct hd_descriptor *descriptor, int event, int outcome, const struct hd_source *source) {
  hd_async_wake(&descriptor->waiters[event], SIZE_MAX, outcome, source);
  if (descriptor->watchers[event]) hd_async_wake_one(descriptor->watchers[event], outcome, source);
}

/* A failure is one of the descriptor's own, which shows when it is used; libuv has stopped looking then. */
static void on_ready(uv_poll_t *poll, int failure, int ready) {
  struct hd_descriptor *descriptor = poll->data;
  if (failure) descriptor->events = 0;
  for (int event = 0; event < HD_DESCRIPTOR_EVENT_COUNT; event++) {
    if (!failure && !((uint32_t)ready & event_bits[event])) continue;
    if (descriptor->waiters[event].first || descriptor->watchers[event])
      wake(descriptor, event, HD_OK, descriptor->source);
    else
      look_for(descriptor, descriptor->events & ~event_bits[event]);
  }
}

/* The descriptors of a loop, by number. It closes those that are left when it ends. */
struct hd_watched {
  struct hd_loop_closer closer;
  struct hd_descriptor **by_number;
  int capacity;
};
static void close_all(struct hd_loop_closer *closer, struct hd_loop_state *loop) {
  struct hd_watched *watched = (struct hd_watched *)closer;
  for (int i = 0; i < watched->capacity; i++)
    if (watched->by_number[i]) hd_descriptor_close(watched->by_number[i], loop->source);
  free(watched->by_number);
  free(watched);
}
static struct hd_watched *watched_of(struct hd_loop_state *loop) {
  for (struct hd_loop_closer *closer = loop->closers; closer; closer = closer->next)
    if (closer->close == close_all) return (struct hd_watched *)closer;
  struct hd_watched *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  made->closer.close = close_all;
  hd_loop_add_closer(loop, &made->closer);
  return made;
}
/* Its place; NULL: no memory. */
static struct hd_descriptor **place_of(struct hd_watched *watched, int number) {
  if (number >= watched->capacity) {
    int capacity = number + number / 2 + 16;
    struct hd_descriptor **by_number = reallocarray(watched->by_number, (size_t)capacity, sizeof(struct hd_descriptor *));
    if (!by_number) return NULL;
    for (int i = watched->capacity; i < capacity; i++) by_number[i] = NULL;
    watched->by_number = by_number;
    watched->capacity = capacity;
  }
  return &watched->by_number[number];
}

int hd_descriptor_new(int number, struct hd_descriptor **descriptor) {
  struct hd_loop_state *loop = hd_loop_running();
  *descriptor = NULL;
  if (!loop) return HD_ERROR_NO_LOOP;
  if (number < 0) return HD_ERROR_INVALID;
  struct hd_watched *watched = watched_of(loop);
  struct hd_descriptor **place = watched ? place_of(watched, number) : NULL;
  if (place && *place) return HD_ERROR_INVALID; /* somebody waits for it already */
  struct hd_descriptor *made = place ? calloc(1, sizeof *made) : NULL;
  if (!made) return HD_ERROR_NO_MEMORY;
  hd_emit_mute();
  int failure = uv_poll_init(&loop->uv, &made->poll, number);
  hd_emit_unmute();
  if (failure) {
    free(made);
    return failure == UV_ENOMEM ? HD_ERROR_NO_MEMORY : failure == UV_ENOSPC ? HD_ERROR_NO_RESOURCES : HD_ERROR_INVALID;
  }
  made->poll.data = made;
  made->loop = loop;
  made->watched = watched;
  made->source = loop->source;
  made->number = number;
  made->references = 2;
  *place = *descriptor = made;
  return HD_OK;
}

void hd_descriptor_unref(struct hd_descriptor *descriptor) {
  if (descriptor && --descriptor->references == 0) free(descriptor);
}

static void forget(uv_handle_t *handle) { hd_descriptor_unref(handle->data); }

void hd_descriptor_close(struct hd_descriptor *descriptor, const struct hd_source *source) {
  if (!hd_descriptor_is_open(descriptor)) return;
  HD_CALM;
  descriptor->watched->by_number[descriptor->number] = NULL;
  hd_emit_mute();
  uv_close((uv_handle_t *)&descriptor->poll, forget);
  hd_close(&descriptor->number);
  hd_emit_unmute();
  for (int event = 0; event < HD_DESCRIPTOR_EVENT_COUNT; event++) wake(descriptor, event, HD_ERROR_CLOSED, source);
}

int hd_descriptor_pause(struct hd_descriptor *descriptor, const struct hd_source *source) {
  if (++descriptor->unpaused_count < UNPAUSED_MAX) return HD_OK;
  descriptor->unpaused_count = 0;
  descriptor->references++;
  int result = hd_task_yield(source);
  if (result == HD_OK && !hd_descriptor_is_open(descriptor)) result = HD_ERROR_CLOSED;
  hd_descriptor_unref(descriptor);
  return result;
}

int hd_descriptor_enter(struct hd_descriptor *descriptor, enum hd_operation operation, const struct hd_source *source) {
  if (!hd_task_running()) return hd_task_refuse(0, operation, source, HD_ERROR_NO_TASK);
  if (!hd_descriptor_is_open(descriptor)) return hd_task_refuse(0, operation, source, HD_ERROR_CLOSED);
  if (descriptor->loop != hd_loop_running()) return hd_task_refuse(0, operation, source, HD_ERROR_INVALID);
  return hd_descriptor_pause(descriptor, source);
}

int hd_descriptor_await(struct hd_descriptor *descriptor, enum hd_descriptor_event event, enum hd_operation operation, uint64_t object,
                        hd_deadline deadline, const struct hd_source *source) {
  struct hd_async_waiter waiter;
  descriptor->unpaused_count = 0;
  descriptor->references++;
  look_for(descriptor, descriptor->events | event_bits[event]);
  int result = hd_task_await(&descriptor->waiters[event], &waiter, operation, object, deadline, source);
  if (result == HD_OK && !hd_descriptor_is_open(descriptor)) result = HD_ERROR_CLOSED;
  hd_descriptor_unref(descriptor);
  return result;
}

void hd_descriptor_watch(struct hd_descriptor *descriptor, enum hd_descriptor_event event, struct hd_async_waiter *waiter) {
  descriptor->watchers[event] = waiter;
  if (waiter && hd_descriptor_is_open(descriptor)) look_for(descriptor, descriptor->events | event_bits[event]);
}
