#include "packet.h"
#include "system.h"
#include "trace.h"
#include <heddle/pipe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* A message that was received, but did not fit. */
struct hd_pipe_message {
  struct hd_pipe_message *next;
  pid_t process; /* whose it is: a child that is forked while it lies here has a copy of it, but not the message */
  struct hd_packet packet;
  char first[]; /* its bytes from the packet */
};

/* Tells a direction's birth; its name says which way it goes when there are two. */
static uint64_t begin_direction(struct hd_emit *emit, const char *name, const char *way, const struct hd_source *source) {
  char whole[256];
  snprintf(whole, sizeof whole, "%s%s", name ? name : "pipe", way);
  uint64_t object = hd_emit_new_object(emit);
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_OBJECT_INIT, source);
  hd_emit_object_begin(emit, object, HD_KIND_PIPE, 1, -1, site, name || *way ? whole : NULL);
  return object;
}

static uint32_t *new_count(void) {
  void *page = mmap(NULL, sizeof(uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? NULL : page;
}

int hd_pipe_create_at(struct hd_pipe *first, struct hd_pipe *second, bool duplex, const char *name, const struct hd_source *source) {
  HD_CALM;
  *first = (struct hd_pipe){.descriptor = -1, .may_send = duplex, .may_receive = true};
  *second = (struct hd_pipe){.descriptor = -1, .may_send = true, .may_receive = duplex};
  int both[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, both) != 0) return hd_error_of(errno);
  first->descriptor = both[0];
  second->descriptor = both[1];
  struct hd_emit *emit = hd_trace_enter();
  if (emit) {
    first->receiving = second->sending = begin_direction(emit, name, duplex ? " 2>1" : "", source);
    second->sent_count = new_count();
    if (duplex) {
      first->sending = second->receiving = begin_direction(emit, name, " 1>2", source);
      first->sent_count = new_count();
    }
    hd_emit_leave(emit);
  }
  return HD_OK;
}

static void drop(struct hd_pipe_message *message) {
  hd_close(&message->packet.rest);
  free(message);
}

void hd_pipe_close_at(struct hd_pipe *pipe, const struct hd_source *source) {
  if (pipe->descriptor < 0) return;
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  if (pipe->may_send) hd_trace_instant(emit, pipe->sending, HD_OPERATION_PIPE_CLOSE, source, 0);
  if (pipe->may_receive) hd_trace_instant(emit, pipe->receiving, HD_OPERATION_PIPE_CLOSE, source, 0);
  hd_close(&pipe->descriptor);
  for (struct hd_pipe_message *message; (message = pipe->kept);) {
    pipe->kept = message->next;
    drop(message);
  }
  if (pipe->sent_count) munmap(pipe->sent_count, sizeof *pipe->sent_count);
  pipe->sent_count = NULL;
  hd_trace_leave(emit);
}

int hd_pipe_descriptor(const struct hd_pipe *pipe) { return pipe->descriptor; }

/* Whether this end can be used so; what it tells otherwise is a misuse. */
static int check(const struct hd_pipe *pipe, bool allowed, uint64_t object, enum hd_operation operation, struct hd_emit *emit,
                 const struct hd_source *source) {
  if (pipe->descriptor >= 0 && allowed) return HD_OK;
  return hd_trace_misuse(emit, object, operation, source, pipe->descriptor < 0 ? HD_ERROR_CLOSED : HD_ERROR_INVALID);
}

/* Says an item's passage, stamped where it belongs: before the message can be seen, after it was taken out. */
static void tell(struct hd_emit *emit, uint64_t object, enum hd_operation operation, const struct hd_source *source, uint64_t at_ns,
                 uint32_t number) {
  if (emit) hd_emit_instant(emit, object, hd_emit_source_site(emit, operation, source), at_ns, number);
}

/* Without a deadline the kernel does the waiting, unless others must be let go on meanwhile. */
static bool kernel_waits(hd_deadline deadline) { return deadline == HD_NEVER && !hd_seed_is_on(); }
/* When a wait is to be recorded, whether there is one must be known first. */
static int first_flags(const struct hd_emit *emit, hd_deadline deadline) { return !emit && kernel_waits(deadline) ? 0 : MSG_DONTWAIT; }

static int send_message(struct hd_pipe *pipe, const struct hd_frame *frame, const void *message, int rest, hd_deadline deadline,
                        struct hd_emit *emit, const struct hd_source *source) {
  enum hd_operation operation = deadline == HD_NEVER ? HD_OPERATION_PIPE_SEND : HD_OPERATION_PIPE_SEND_TIMED;
  uint64_t at_ns = emit ? hd_emit_now() : 0;
  int result = hd_packet_send(pipe->descriptor, frame, message, rest, first_flags(emit, deadline));
  bool waits = result == HD_ERROR_WOULD_BLOCK && deadline != 0;
  struct hd_emit_wait wait = {.object = pipe->sending};
  if (waits) hd_trace_wait_begin(emit, &wait, operation, source);
  while (waits && result == HD_ERROR_WOULD_BLOCK) {
    result = hd_poll_one(pipe->descriptor, POLLOUT, deadline);
    if (result != HD_OK) break;
    at_ns = emit ? hd_emit_now() : 0;
    result = hd_packet_send(pipe->descriptor, frame, message, rest, MSG_DONTWAIT);
  }
  if (result == HD_OK) tell(emit, pipe->sending, operation, source, at_ns, frame->number);
  if (waits) hd_trace_wait_end(emit, &wait, result);
  return result == HD_ERROR_WOULD_BLOCK ? HD_ERROR_TIMEOUT : result;
}

int hd_pipe_send_timed_at(struct hd_pipe *pipe, const void *message, size_t bytes, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns) || (bytes && !message)) return HD_ERROR_INVALID;
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  int rest = -1, result = check(pipe, pipe->may_send, pipe->sending, HD_OPERATION_PIPE_SEND, emit, source);
  if (result == HD_OK) result = hd_packet_make_rest(message, bytes, &rest);
  if (result == HD_OK) {
    struct hd_frame frame = {.bytes = bytes};
    if (pipe->sent_count) frame.number = __atomic_add_fetch(pipe->sent_count, 1, __ATOMIC_RELAXED);
    result = send_message(pipe, &frame, message, rest, deadline, emit, source);
    hd_close(&rest);
  }
  hd_trace_leave(emit);
  return result;
}

/* Puts messages back, last to first. Without a guard, which a fork in another thread could leave held in the child. */
static void keep(struct hd_pipe *pipe, struct hd_pipe_message *first, struct hd_pipe_message *last) {
  last->next = __atomic_load_n(&pipe->kept, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(&pipe->kept, &last->next, first, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {}
}

/* A message that did not fit, of this process's; NULL: there is none. */
static struct hd_pipe_message *take_kept(struct hd_pipe *pipe) {
  if (!__atomic_load_n(&pipe->kept, __ATOMIC_RELAXED)) return NULL;
  struct hd_pipe_message *message = __atomic_exchange_n(&pipe->kept, NULL, __ATOMIC_ACQUIRE), *last;
  while (message && message->process != getpid()) { /* copies, by a fork */
    struct hd_pipe_message *next = message->next;
    drop(message);
    message = next;
  }
  if (message && (last = message->next)) {
    while (last->next) last = last->next;
    keep(pipe, message->next, last);
  }
  return message;
}

/* Where a message goes: a buffer of the caller's, or new memory. */
struct target {
  char *buffer;
  size_t capacity;
  bool is_new;
};

/* Whether a message of this size has room in the target. */
static int make_room(struct target *target, size_t bytes) {
  if (!target->is_new) return bytes <= target->capacity ? HD_OK : HD_ERROR_TOO_SMALL;
  target->buffer = bytes < SIZE_MAX ? malloc(bytes + 1) : NULL;
  if (target->buffer) target->buffer[bytes] = 0;
  return target->buffer ? HD_OK : HD_ERROR_NO_MEMORY;
}

static int finish(const struct hd_packet *packet, struct target *target) {
  int result = packet->rest < 0 ? HD_OK : hd_packet_read_rest(packet, target->buffer);
  if (result != HD_OK && target->is_new) {
    free(target->buffer);
    target->buffer = NULL;
  }
  return result;
}

/* A message that lay here because it did not fit before. */
static int deliver_kept(struct hd_pipe *pipe, struct hd_pipe_message *message, struct target *target) {
  int result = make_room(target, (size_t)message->packet.frame.bytes);
  if (result != HD_OK) {
    keep(pipe, message, message);
    return result;
  }
  memcpy(target->buffer, message->first, hd_packet_bytes(&message->packet.frame));
  result = finish(&message->packet, target);
  drop(message);
  return result;
}

/* A message whose first bytes lie in the target as far as it has room, the others in spill. */
static int deliver(struct hd_pipe *pipe, struct hd_packet *packet, const char *spill, struct target *target) {
  size_t first = hd_packet_bytes(&packet->frame), placed = first < target->capacity ? first : target->capacity;
  int result = make_room(target, (size_t)packet->frame.bytes);
  if (result == HD_OK) {
    memcpy(target->buffer + placed, spill, first - placed);
    result = finish(packet, target);
    hd_close(&packet->rest);
    return result;
  }
  struct hd_pipe_message *message = malloc(sizeof *message + first);
  if (!message) {
    hd_close(&packet->rest);
    return HD_ERROR_NO_MEMORY;
  }
  message->process = getpid();
  message->packet = *packet;
  if (placed) memcpy(message->first, target->buffer, placed);
  memcpy(message->first + placed, spill, first - placed);
  keep(pipe, message, message);
  return result;
}

static int receive(struct hd_pipe *pipe, struct target *target, hd_deadline deadline, size_t *bytes, struct hd_emit *emit,
                   const struct hd_source *source) {
  enum hd_operation operation = deadline == HD_NEVER ? HD_OPERATION_PIPE_RECEIVE : HD_OPERATION_PIPE_RECEIVE_TIMED;
  struct hd_packet packet;
  struct hd_pipe_message *kept = take_kept(pipe);
  struct hd_emit_wait wait = {.object = pipe->receiving};
  bool waits = false;
  int result;
  if (kept) {
    packet = kept->packet;
    result = deliver_kept(pipe, kept, target);
  } else {
    char spill[HD_PACKET_BYTES];
    result = hd_packet_receive(pipe->descriptor, &packet, target->buffer, target->capacity, spill, first_flags(emit, deadline));
    waits = result == HD_ERROR_WOULD_BLOCK && deadline != 0;
    if (waits) hd_trace_wait_begin(emit, &wait, operation, source);
    while (waits && result == HD_ERROR_WOULD_BLOCK) {
      if (!kernel_waits(deadline) && (result = hd_poll_one(pipe->descriptor, POLLIN, deadline)) != HD_OK) break;
      result =
          hd_packet_receive(pipe->descriptor, &packet, target->buffer, target->capacity, spill, kernel_waits(deadline) ? 0 : MSG_DONTWAIT);
    }
    if (result == HD_OK) result = deliver(pipe, &packet, spill, target);
  }
  if (result == HD_OK) tell(emit, pipe->receiving, operation, source, emit ? hd_emit_now() : 0, packet.frame.number);
  if (result == HD_OK || result == HD_ERROR_TOO_SMALL) *bytes = (size_t)packet.frame.bytes;
  if (waits) hd_trace_wait_end(emit, &wait, result);
  return result == HD_ERROR_WOULD_BLOCK ? HD_ERROR_TIMEOUT : result;
}

static int receive_into(struct hd_pipe *pipe, struct target *target, int64_t timeout_ns, size_t *bytes, const struct hd_source *source) {
  *bytes = 0;
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  int result = check(pipe, pipe->may_receive, pipe->receiving, HD_OPERATION_PIPE_RECEIVE, emit, source);
  if (result == HD_OK) result = receive(pipe, target, hd_deadline_after(timeout_ns), bytes, emit, source);
  hd_trace_leave(emit);
  return result;
}

int hd_pipe_receive_timed_at(struct hd_pipe *pipe, void *buffer, size_t capacity, int64_t timeout_ns, size_t *bytes,
                             const struct hd_source *source) {
  struct target target = {.buffer = buffer, .capacity = capacity};
  return receive_into(pipe, &target, timeout_ns, bytes, source);
}

int hd_pipe_receive_new_timed_at(struct hd_pipe *pipe, void **message, int64_t timeout_ns, size_t *bytes, const struct hd_source *source) {
  struct target target = {.is_new = true};
  int result = receive_into(pipe, &target, timeout_ns, bytes, source);
  *message = result == HD_OK ? target.buffer : NULL;
  return result;
}

int hd_pipe_poll_at(struct hd_pipe *pipe, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_PIPE_POLL : HD_OPERATION_PIPE_POLL_TIMED;
  int result = check(pipe, pipe->may_receive, pipe->receiving, operation, emit, source);
  struct hd_pipe_message *kept = result == HD_OK ? take_kept(pipe) : NULL;
  if (kept) {
    keep(pipe, kept, kept);
  } else if (result == HD_OK && (result = hd_poll_one(pipe->descriptor, POLLIN, 0)) == HD_ERROR_TIMEOUT && timeout_ns != 0) {
    struct hd_emit_wait wait = {.object = pipe->receiving};
    hd_trace_wait_begin(emit, &wait, operation, source);
    result = hd_poll_one(pipe->descriptor, POLLIN, hd_deadline_after(timeout_ns));
    hd_trace_wait_end(emit, &wait, result);
  }
  hd_trace_leave(emit);
  return result;
}
