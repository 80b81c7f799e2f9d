/* The process: its start, its forks, its end. */
#include "self.h"
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

/* The thread sanitizer cannot bear liblttng-ust, which takes locks when a thread has all but ended: it crashes. */
static bool has_thread_sanitizer(void) {
  if (!dlsym(RTLD_DEFAULT, "__tsan_init")) return false;
  fprintf(stderr, "heddle: %s is built with the thread sanitizer, and is not recorded\n", program_invocation_short_name);
  return true;
}

/* The provider and liblttng-ust come in here and nowhere else; their threads and locks stay silent. */
static bool open_provider(void) {
  char path[PATH_MAX];
  const char *told = getenv("HEDDLE_PROVIDER");
  if (told) {
    snprintf(path, sizeof path, "%s", told);
  } else {
    Dl_info own;
    if (!dladdr((void *)(uintptr_t)hd_emit_enter_slowly, &own) || !own.dli_fname) return false;
    snprintf(path, sizeof path, "%s", own.dli_fname);
    char *slash = strrchr(path, '/');
    size_t room = sizeof path - (size_t)(slash ? slash + 1 - path : 0);
    snprintf(slash ? slash + 1 : path, room, "libheddle-provider.so");
    if (access(path, R_OK) != 0) { /* not installed: the build keeps each layer in a folder of its own */
      snprintf(path, sizeof path, "%s", own.dli_fname);
      slash = strrchr(path, '/');
      room = sizeof path - (size_t)(slash ? slash + 1 - path : 0);
      snprintf(slash ? slash + 1 : path, room, "../provider/libheddle-provider.so");
    }
  }
  hd_emit_mute();
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  void (*fill)(struct hd_provider *) = library ? (void (*)(struct hd_provider *))(uintptr_t)dlsym(library, "hd_provider_fill") : NULL;
  if (fill) fill(&hd_process.provider);
  hd_emit_unmute();
  return fill != NULL;
}

/* The path that exec was asked for: "/bin/sh" is what people know, not the shell that it leads to. By a descriptor it has none. */
static const char *program_path(char *room, size_t room_bytes) {
  const char *asked = (const char *)getauxval(AT_EXECFN);
  if (asked && *asked && strncmp(asked, "/dev/fd/", 8) != 0 && strncmp(asked, "/proc/", 6) != 0) return asked;
  ssize_t length = readlink("/proc/self/exe", room, room_bytes - 1);
  room[length > 0 ? length : 0] = 0;
  return room;
}

static void say_begin(struct hd_emit *self, enum hd_origin origin, uint32_t parent) {
  char room[PATH_MAX];
  struct hd_event_process_begin event = {.process = hd_process.number,
                                         .parent_process = parent,
                                         .process_id = (uint32_t)hd_process.process_id,
                                         .parent_process_id = (uint32_t)getppid(),
                                         .origin = (uint8_t)origin,
                                         .schema_version = HD_SCHEMA_VERSION,
                                         .program = program_path(room, sizeof room)};
  uint64_t now_ns = hd_emit_now();
  HD_SEND(self, process_begin, event, now_ns);
  struct hd_event_thread_begin thread = {.process = hd_process.number, .thread_id = self->thread_id};
  HD_SEND(self, thread_begin, thread, now_ns);
}

static void begin_image(struct hd_emit *self, uint32_t number, enum hd_origin origin, uint32_t parent) {
  hd_process.number = number;
  hd_process.process_id = getpid();
  hd_self_begin(self, number);
  say_begin(self, origin, parent);
}

/* forks that no wrapper sees (daemon(), forkpty()) come through here all the same. */
static void before_fork(void) {
  struct hd_emit_fork fork;
  if (!hd_self.fork_child) hd_emit_fork_prepare(&fork, NULL);
}
static void fork_parent(void) { hd_self.fork_child = 0; }
static void fork_child(void) { hd_emit_fork_in_child(NULL); }

__attribute__((constructor(101))) static void start(void) {
  const char *path = getenv("HEDDLE_CONTROL");
  int saved = errno;
  if (path && *path && hd_control_open(path)) {
    if (!has_thread_sanitizer() && open_provider()) {
      struct hd_emit *self = &hd_self;
      self->place = HD_INSIDE;
      begin_image(self, hd_control_count(&hd_process.header->next_emitter), HD_ORIGIN_EXEC, 0);
      hd_sockets_note();
      pthread_atfork(before_fork, fork_parent, fork_child);
      self->place = HD_OUTSIDE;
      __atomic_store_n(&hd_emit_recording, 1, __ATOMIC_RELEASE);
    } else {
      hd_process.header = NULL;
    }
  }
  errno = saved;
}

/* Where: a return address, a source line, or neither. */
static void prepare_fork(struct hd_emit_fork *fork, const void *return_address, const struct hd_source *source) {
  *fork = (struct hd_emit_fork){0};
  struct hd_emit *self = &hd_self;
  if (!hd_emit_is_recording() || hd_emit_is_over() || self->muted || self->fork_child) return;
  int saved = errno;
  bool outermost = !self->place;
  self->place = HD_INSIDE;
  if (self->number || hd_thread_adopt(self)) {
    fork->at_ns = hd_emit_now();
    if (source) fork->site = hd_emit_source_site(self, HD_OPERATION_PROCESS_FORK, source);
    if (return_address) fork->site = hd_emit_site(self, HD_OPERATION_PROCESS_FORK, return_address);
    if (fork->site) fork->stack = hd_emit_stack(self);
    fork->child = hd_control_count(&hd_process.header->next_emitter);
    self->fork_child = fork->child;
    hd_process.provider.init_thread();
  }
  if (outermost) self->place = HD_OUTSIDE;
  errno = saved;
}

void hd_emit_fork_prepare(struct hd_emit_fork *fork, const void *return_address) { prepare_fork(fork, return_address, NULL); }
void hd_emit_fork_prepare_at(struct hd_emit_fork *fork, const struct hd_source *source) { prepare_fork(fork, NULL, source); }

void hd_emit_fork_in_parent(struct hd_emit_fork *fork, pid_t pid) {
  struct hd_emit *self = &hd_self;
  self->fork_child = 0;
  if (!fork->child || pid < 0 || !hd_emit_is_recording() || hd_emit_is_over()) return;
  int saved = errno;
  struct hd_event_process_fork event = {
      .child_process = fork->child, .child_process_id = (uint32_t)pid, .site = fork->site, .stack = fork->stack};
  HD_SEND(self, process_fork, event, fork->at_ns);
  errno = saved;
}

/* The child has its parent's memory: tables of what was sent stay valid, since their numbers are the recording's. Its slot is not. */
void hd_emit_fork_in_child(struct hd_emit_fork *fork) {
  struct hd_emit *self = &hd_self;
  uint32_t child = self->fork_child;
  self->fork_child = 0;
  if (!child || !hd_emit_is_recording() || hd_emit_is_over()) return;
  int saved = errno;
  uint32_t place = self->place;
  self->place = HD_INSIDE;
  hd_slot_abandon(self);
  hd_modules_reset();
  hd_sockets_forget();
  begin_image(self, child, HD_ORIGIN_FORK, hd_process.number);
  self->place = place;
  errno = saved;
}

void hd_emit_process_spawn(struct hd_emit *self, pid_t child, const char *program, uint32_t site, uint32_t stack, uint64_t at_ns) {
  struct hd_event_process_spawn event = {
      .child_process_id = (uint32_t)child, .site = site, .stack = stack, .program = program ? program : ""};
  HD_SEND(self, process_spawn, event, at_ns);
}

void hd_emit_process_exec(const char *program) {
  struct hd_emit *self = &hd_self;
  if (!hd_emit_is_recording() || hd_emit_is_over() || self->muted || !self->number) return;
  int saved = errno;
  uint32_t place = self->place;
  self->place = HD_INSIDE;
  pid_t caller = getpid();
  struct hd_event_process_exec event = {.emitter_process_id = (uint32_t)caller, .program = program ? program : ""};
  if (caller == hd_process.process_id) hd_slot_retire(self);
  HD_SEND(self, process_exec, event, hd_emit_now());
  self->place = place;
  errno = saved;
}

void hd_emit_process_name_of(struct hd_emit *self, uint32_t process, const char *name) {
  struct hd_event_process_name event = {.process = process, .name = name};
  HD_SEND(self, process_name, event, hd_emit_now());
}

void hd_emit_process_name(struct hd_emit *self, const char *name) { hd_emit_process_name_of(self, hd_process.number, name); }

uint32_t hd_emit_process_number(void) { return hd_process.number; }

void hd_emit_process_status(struct hd_emit *self, pid_t child, int wait_status) {
  if (!WIFEXITED(wait_status) && !WIFSIGNALED(wait_status)) return;
  struct hd_event_process_status event = {.child_process_id = (uint32_t)child,
                                          .status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -WTERMSIG(wait_status)};
  HD_SEND(self, process_status, event, hd_emit_now());
}

void hd_emit_process_end(int status, enum hd_process_end_way way) {
  struct hd_emit *self = &hd_self;
  /* A vfork child ends by _exit, in the memory of its parent, which goes on. */
  if (!hd_emit_is_recording() || hd_emit_is_over() || self->muted || !self->number || self->ended || getpid() != hd_process.process_id)
    return;
  int saved = errno;
  uint32_t place = self->place;
  self->place = HD_INSIDE;
  if (self->nested_count) hd_emit_unobserved(HD_UNOBSERVED_WHAT_NESTED, self->nested_count, "");
  hd_slot_retire(self);
  struct hd_event_process_end event = {.status = status, .way = (uint8_t)way};
  HD_SEND(self, process_end, event, hd_emit_now());
  self->ended = 1;
  self->place = place;
  errno = saved;
}
