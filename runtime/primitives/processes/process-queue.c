#include "process-guard.h"
#include "process-ring.h"
#include "system.h"
#include "trace.h"
#include <heddle/process-memory.h>
#include <heddle/process-queue.h>

/* Those who sleep for a bell. One that was killed in its sleep is counted for ever, which costs a useless ring now and then. */
struct crowd {
  struct hd_process_bell bell;
  uint32_t sleeping;
};

/* Lies in shared memory. */
struct hd_process_queue {
  struct hd_process_guard guard;
  struct crowd getters, putters, joiners;
  uint64_t object;     /* reference while recorded, else 0 */
  uint64_t stamp_ns;   /* last one given, while recorded */
  uint32_t number;     /* last one given to an item, while recorded */
  uint64_t bound;      /* items; 0: none */
  uint64_t done_count; /* items told done */
  uint64_t done_then;  /* done_count when its items have been forgotten */
  uint32_t shut_down;  /* enum shut_down */
  struct hd_ring ring; /* last: its bytes follow */
};
enum shut_down { OPEN, FORGETTING, SHUT_DOWN };

/* With the guard held, and again by the next one when who did it was killed. */
static void forget_items(struct hd_process_queue *queue) {
  hd_ring_clear(&queue->ring);
  queue->done_count = queue->done_then;
  __atomic_store_n(&queue->shut_down, SHUT_DOWN, __ATOMIC_RELEASE);
}

static void repair(void *object) {
  struct hd_process_queue *queue = object;
  if (queue->shut_down == FORGETTING) forget_items(queue);
  hd_ring_repair(&queue->ring);
}
static void enter(struct hd_process_queue *queue) { hd_process_guard_enter(&queue->guard, repair, queue); }
static void leave(struct hd_process_queue *queue) { hd_process_guard_leave(&queue->guard); }

int hd_process_queue_new_at(struct hd_process_queue **queue, uint32_t bound, size_t room_bytes, const char *name,
                            const struct hd_source *source) {
  *queue = NULL;
  size_t room = room_bytes / HD_RING_ALIGNMENT * HD_RING_ALIGNMENT;
  if (room < 2 * HD_RING_ALIGNMENT || room > SIZE_MAX - sizeof **queue) return HD_ERROR_INVALID;
  struct hd_process_queue *made = hd_process_memory_new(sizeof *made + room);
  if (!made) return HD_ERROR_NO_MEMORY;
  hd_process_guard_init(&made->guard);
  made->bound = bound;
  made->ring.room_bytes = room;
  struct hd_emit *emit = hd_trace_enter();
  if (emit) {
    made->object = hd_emit_new_object(emit);
    uint32_t site = hd_emit_source_site(emit, HD_OPERATION_OBJECT_INIT, source);
    hd_emit_object_begin(emit, made->object, HD_KIND_QUEUE, 1, bound ? (int64_t)bound : -1, site, name);
    hd_emit_leave(emit);
  }
  *queue = made;
  return HD_OK;
}

void hd_process_queue_free(struct hd_process_queue *queue) { hd_process_memory_free(queue); }

/* With the guard held: wakes them, when there are any. */
static void wake(struct crowd *crowd, uint32_t count) {
  if (crowd->sleeping) hd_process_bell_ring(&crowd->bell, count);
}

/* What one operation goes through that may have to wait. */
struct turn {
  struct hd_process_queue *queue;
  struct crowd *crowd;
  enum hd_operation operation;
  const struct hd_source *source;
  hd_deadline deadline;
  struct hd_emit *emit;
  struct hd_emit_wait wait;
  bool waits;
};

/* With the guard held, which it leaves meanwhile: sleeps until there may be reason to look again. False: no time is left. */
static bool sleep_once(struct turn *turn) {
  if (turn->deadline == 0) return false;
  uint32_t heard = hd_process_bell_listen(&turn->crowd->bell);
  turn->crowd->sleeping++;
  leave(turn->queue);
  if (!turn->waits) {
    turn->wait.object = turn->queue->object;
    hd_trace_wait_begin(turn->emit, &turn->wait, turn->operation, turn->source);
  }
  turn->waits = true;
  bool in_time = hd_process_bell_sleep(&turn->crowd->bell, heard, turn->deadline) == HD_OK;
  enter(turn->queue);
  turn->crowd->sleeping--;
  if (!in_time) turn->deadline = 0; /* a last look */
  return true;
}

/* Without the guard: tells the wait, and leaves. */
static int end_turn(struct turn *turn, int result) {
  if (turn->waits) hd_trace_wait_end(turn->emit, &turn->wait, result);
  hd_trace_leave(turn->emit);
  return result;
}

/* With the guard held: a stamp that no other of the queue's items has. */
static uint64_t stamp(const struct turn *turn) {
  if (!turn->emit) return 0;
  uint64_t now_ns = hd_emit_now();
  return turn->queue->stamp_ns = now_ns > turn->queue->stamp_ns ? now_ns : turn->queue->stamp_ns + 1;
}

static void tell_item(struct turn *turn, uint64_t at_ns, uint32_t number) {
  if (turn->emit)
    hd_emit_instant(turn->emit, turn->queue->object, hd_emit_source_site(turn->emit, turn->operation, turn->source), at_ns, number);
}

static bool has_room(const struct hd_process_queue *queue, size_t bytes) {
  return (!queue->bound || queue->ring.count < queue->bound) && hd_ring_can_hold(&queue->ring, bytes);
}

/* HD_ERROR_TIMEOUT also when it is not to wait at all. */
static int put(struct hd_process_queue *queue, const void *item, size_t bytes, enum hd_operation operation, hd_deadline deadline,
               const struct hd_source *source) {
  if (bytes && !item) return HD_ERROR_INVALID;
  if (!hd_ring_could_hold(&queue->ring, bytes)) return HD_ERROR_TOO_LARGE;
  HD_CALM;
  struct turn turn = {queue, &queue->putters, operation, source, deadline, hd_trace_enter(), {0}, false};
  int result = HD_ERROR_TIMEOUT;
  enter(queue);
  do {
    if (queue->shut_down) {
      result = HD_ERROR_SHUT_DOWN;
    } else if (has_room(queue, bytes)) {
      /* Told before it is there, and with a number that nobody will get again: a kill leaves no item that was never put. */
      if (turn.emit) tell_item(&turn, stamp(&turn), ++queue->number);
      hd_ring_put(&queue->ring, item, bytes, queue->number);
      wake(&queue->getters, 1);
      result = HD_OK;
    }
  } while (result == HD_ERROR_TIMEOUT && sleep_once(&turn));
  leave(queue);
  return end_turn(&turn, result);
}

static int get(struct hd_process_queue *queue, void *buffer, size_t capacity, size_t *bytes, enum hd_operation operation,
               hd_deadline deadline, const struct hd_source *source) {
  *bytes = 0;
  if (capacity && !buffer) return HD_ERROR_INVALID;
  HD_CALM;
  struct turn turn = {queue, &queue->getters, operation, source, deadline, hd_trace_enter(), {0}, false};
  uint64_t got_ns = 0;
  uint32_t number = 0;
  int result = HD_ERROR_TIMEOUT;
  enter(queue);
  do {
    if (queue->ring.count) {
      *bytes = hd_ring_oldest_bytes(&queue->ring);
      if (*bytes > capacity) {
        wake(&queue->getters, 1); /* somebody else may have the room */
        result = HD_ERROR_TOO_SMALL;
        break;
      }
      number = hd_ring_oldest_label(&queue->ring);
      hd_ring_get(&queue->ring, buffer);
      got_ns = stamp(&turn);
      wake(&queue->putters, UINT32_MAX); /* whose items fit is not known here */
      result = HD_OK;
    } else if (queue->shut_down) {
      result = HD_ERROR_SHUT_DOWN;
    }
  } while (result == HD_ERROR_TIMEOUT && sleep_once(&turn));
  leave(queue);
  if (result == HD_OK) tell_item(&turn, got_ns, number);
  return end_turn(&turn, result);
}

int hd_process_queue_put_timed_at(struct hd_process_queue *queue, const void *item, size_t bytes, int64_t timeout_ns,
                                  const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  return put(queue, item, bytes, timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_PUT : HD_OPERATION_QUEUE_PUT_TIMED,
             hd_deadline_after(timeout_ns), source);
}

int hd_process_queue_put_try_at(struct hd_process_queue *queue, const void *item, size_t bytes, const struct hd_source *source) {
  int result = put(queue, item, bytes, HD_OPERATION_QUEUE_PUT_TRY, 0, source);
  return result == HD_ERROR_TIMEOUT ? HD_ERROR_FULL : result;
}

int hd_process_queue_get_timed_at(struct hd_process_queue *queue, void *buffer, size_t capacity, int64_t timeout_ns, size_t *bytes,
                                  const struct hd_source *source) {
  *bytes = 0;
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  return get(queue, buffer, capacity, bytes, timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_GET : HD_OPERATION_QUEUE_GET_TIMED,
             hd_deadline_after(timeout_ns), source);
}

int hd_process_queue_get_try_at(struct hd_process_queue *queue, void *buffer, size_t capacity, size_t *bytes,
                                const struct hd_source *source) {
  int result = get(queue, buffer, capacity, bytes, HD_OPERATION_QUEUE_GET_TRY, 0, source);
  return result == HD_ERROR_TIMEOUT ? HD_ERROR_EMPTY : result;
}

int hd_process_queue_task_done_at(struct hd_process_queue *queue, const struct hd_source *source) {
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  enter(queue);
  bool all_done = queue->done_count == queue->ring.put_count;
  uint64_t at_ns = emit ? hd_emit_now() : 0;
  if (!all_done && ++queue->done_count == queue->ring.put_count) wake(&queue->joiners, UINT32_MAX);
  leave(queue);
  if (all_done)
    hd_trace_misuse(emit, queue->object, HD_OPERATION_QUEUE_TASK_DONE, source, HD_ERROR_ALL_DONE);
  else if (emit)
    hd_emit_instant(emit, queue->object, hd_emit_source_site(emit, HD_OPERATION_QUEUE_TASK_DONE, source), at_ns, 0);
  hd_trace_leave(emit);
  return all_done ? HD_ERROR_ALL_DONE : HD_OK;
}

int hd_process_queue_join_timed_at(struct hd_process_queue *queue, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  HD_CALM;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_JOIN : HD_OPERATION_QUEUE_JOIN_TIMED;
  struct turn turn = {queue, &queue->joiners, operation, source, hd_deadline_after(timeout_ns), hd_trace_enter(), {0}, false};
  enter(queue);
  uint32_t heard = hd_process_bell_listen(&queue->joiners.bell);
  bool done;
  do /* a ring says that all was done for a moment, though more has been put since */
    done = queue->done_count == queue->ring.put_count || hd_process_bell_listen(&queue->joiners.bell) != heard;
  while (!done && sleep_once(&turn));
  leave(queue);
  return end_turn(&turn, done ? HD_OK : HD_ERROR_TIMEOUT);
}

void hd_process_queue_shutdown_at(struct hd_process_queue *queue, bool immediately, const struct hd_source *source) {
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  enter(queue);
  hd_trace_instant(emit, queue->object, HD_OPERATION_QUEUE_SHUTDOWN, source, immediately ? (uint32_t)queue->ring.count : 0);
  if (immediately) {
    queue->done_then = queue->done_count + queue->ring.count;
    __atomic_store_n(&queue->shut_down, FORGETTING, __ATOMIC_RELEASE);
    forget_items(queue);
  }
  queue->shut_down = SHUT_DOWN;
  wake(&queue->getters, UINT32_MAX);
  wake(&queue->putters, UINT32_MAX);
  if (queue->done_count == queue->ring.put_count) wake(&queue->joiners, UINT32_MAX);
  leave(queue);
  hd_trace_leave(emit);
}

size_t hd_process_queue_size(struct hd_process_queue *queue) {
  enter(queue);
  size_t count = (size_t)queue->ring.count;
  leave(queue);
  return count;
}

bool hd_process_queue_is_shut_down(struct hd_process_queue *queue) {
  enter(queue);
  bool shut_down = queue->shut_down;
  leave(queue);
  return shut_down;
}
