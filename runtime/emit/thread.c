/* A thread's way in and out of an emission, its beginning and its end. */
#include "self.h"
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

__thread struct hd_emit hd_self;
int hd_emit_recording;

void hd_self_begin(struct hd_emit *self, uint32_t number) {
  self->errno_at = &errno;
  self->number = number;
  self->sequence = self->ended = self->nested_count = 0;
  self->thread_id = (uint32_t)syscall(SYS_gettid);
  hd_process.provider.init_thread();
  hd_slot_claim(self);
}

void hd_emit_mute(void) { hd_self.muted++; }
void hd_emit_unmute(void) { hd_self.muted--; }

uint32_t hd_emit_number(struct hd_emit *self) { return self->number; }

uint32_t hd_emit_reserve_actor(void) { return hd_control_count(&hd_process.header->next_emitter); }

static void begin(struct hd_emit *self, uint32_t number, uint32_t creator, const void *routine) {
  hd_self_begin(self, number);
  if (self->slot) self->slot->creator = creator;
  struct hd_event_thread_begin event = {.process = hd_process.number, .thread_id = self->thread_id, .creator = creator};
  uint64_t now_ns = hd_emit_now();
  /* A routine is an entry, sites are return addresses: one byte on, so that "just before it" is inside the routine. */
  if (routine) event.routine = hd_emit_site(self, HD_OPERATION_THREAD_ROUTINE, (const char *)routine + 1);
  HD_SEND(self, thread_begin, event, now_ns);
}

void hd_emit_thread_begin(uint32_t number, uint32_t creator, const void *routine) {
  struct hd_emit *self = &hd_self;
  if (!hd_emit_is_recording() || hd_emit_is_over() || self->muted || self->number) return;
  int saved = errno;
  self->place = HD_INSIDE;
  begin(self, number, creator, routine);
  self->place = HD_OUTSIDE;
  errno = saved;
}

/* A thread whose creation was not seen: made by clone(), or before the recording could begin. LTTng's own listeners are no news. */
bool hd_thread_adopt(struct hd_emit *self) {
  char name[16] = "";
  prctl(PR_GET_NAME, name);
  size_t length = strlen(name);
  if (length >= 4 && strcmp(name + length - 4, "-ust") == 0) {
    self->muted++;
    return false;
  }
  begin(self, hd_control_count(&hd_process.header->next_emitter), 0, NULL);
  return true;
}

struct hd_emit *hd_emit_enter_slowly(void) {
  struct hd_emit *self = &hd_self;
  if (!hd_emit_is_recording() || self->muted) return NULL;
  if (self->place != HD_OUTSIDE) {
    if (self->place == HD_CHANGING) self->nested_count++;
    return NULL;
  }
  if (hd_emit_is_over()) {
    __atomic_store_n(&hd_emit_recording, 0, __ATOMIC_RELAXED);
    return NULL;
  }
  if (!self->number) {
    int saved = errno;
    self->place = HD_INSIDE;
    bool adopted = hd_thread_adopt(self);
    self->place = HD_OUTSIDE;
    errno = saved;
    if (!adopted) return NULL;
  }
  hd_emit_resume(self);
  return self;
}

void hd_emit_thread_end(enum hd_thread_end_way way) {
  struct hd_emit *self = &hd_self;
  if (!hd_emit_is_recording() || hd_emit_is_over() || self->muted || !self->number || self->ended) return;
  int saved = errno;
  self->place = HD_INSIDE;
  if (self->nested_count) hd_emit_unobserved(HD_UNOBSERVED_WHAT_NESTED, self->nested_count, "");
  struct hd_event_thread_end event = {.way = (uint8_t)way};
  hd_slot_retire(self);
  HD_SEND(self, thread_end, event, hd_emit_now());
  self->ended = 1;
  self->place = HD_OUTSIDE;
  errno = saved;
}

void hd_emit_thread_create(struct hd_emit *self, uint32_t child, uint32_t site, uint32_t stack, uint64_t at_ns) {
  struct hd_event_thread_create event = {.child = child, .site = site, .stack = stack};
  HD_SEND(self, thread_create, event, at_ns);
}

void hd_emit_thread_detach(struct hd_emit *self, uint32_t thread, uint32_t site) {
  struct hd_event_thread_detach event = {.thread = thread, .site = site};
  HD_SEND(self, thread_detach, event, hd_emit_now());
}

void hd_emit_actor_name(struct hd_emit *self, uint32_t actor, const char *name) {
  struct hd_event_actor_name event = {.actor = actor, .name = name};
  HD_SEND(self, actor_name, event, hd_emit_now());
}

void hd_emit_daemon(struct hd_emit *self, uint32_t actor, bool is_process) {
  struct hd_event_daemon event = {.actor = actor, .is_process = is_process};
  HD_SEND(self, daemon, event, hd_emit_now());
}

void hd_emit_unobserved(enum hd_unobserved_what what, uint64_t count, const char *detail) {
  struct hd_emit *self = &hd_self;
  struct hd_event_unobserved event = {.what = (uint8_t)what, .count = count, .detail = detail};
  HD_SEND(self, unobserved, event, hd_emit_now());
}
