/* Stands in for the LTTng provider in tests: writes one line an event to the file that HEDDLE_TEST_LOG names, without addresses
 * and stamps. Operations are told by name: sites are remembered as they are defined, also those of the programs before an exec. */
#include "provider-table.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SITE_COUNT = 65536 };
static uint16_t operations[SITE_COUNT];

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  if ((size_t)length >= sizeof line) length = sizeof line - 1;
  line[length] = '\n';
  const char *path = getenv("HEDDLE_TEST_LOG");
  /* Past the wrappers: what is wrapped and called within an emission counts as a signal handler's. */
  long descriptor = path ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (descriptor < 0) return;
  if (syscall(SYS_write, descriptor, line, (size_t)length + 1) < 0) abort();
  syscall(SYS_close, descriptor);
}

static const char *operation_of(uint64_t site) { return hd_operations[site < SITE_COUNT ? operations[site] : 0].name; }

static void init_thread(void) {}
static void process_begin(const struct hd_event_process_begin *e) { say("process_begin %s %s", hd_origin_names[e->origin], e->program); }
static void process_fork(const struct hd_event_process_fork *e) { say("process_fork %u", e->child_process); }
static void process_spawn(const struct hd_event_process_spawn *e) { say("process_spawn %s", e->program); }
static void process_exec(const struct hd_event_process_exec *e) { say("process_exec %s", e->program); }
static void process_status(const struct hd_event_process_status *e) { say("process_status %d", e->status); }
static void process_end(const struct hd_event_process_end *e) { say("process_end %d %s", e->status, hd_process_end_way_names[e->way]); }
static void thread_create(const struct hd_event_thread_create *e) { say("thread_create %u", e->child); }
static void thread_begin(const struct hd_event_thread_begin *e) { say("thread_begin %u", e->emitter); }
static void thread_end(const struct hd_event_thread_end *e) { say("thread_end %s %u", hd_thread_end_way_names[e->way], e->emitter); }
static void thread_detach(const struct hd_event_thread_detach *e) { say("thread_detach %u", e->thread); }
static void actor_name(const struct hd_event_actor_name *e) { say("actor_name %s %u", e->name, e->actor); }
static void object_begin(const struct hd_event_object_begin *e) {
  say("object_begin %s %u %lld %s", hd_object_kind_names[e->kind], e->flags, (long long)e->value, e->name);
}
static void object_end(const struct hd_event_object_end *e) {}
static void object_name(const struct hd_event_object_name *e) { say("object_name %s", e->name); }
static void shared_object(const struct hd_event_shared_object *e) { say("shared_object %s", hd_object_kind_names[e->kind]); }
static void batch(const struct hd_event_batch *e) {
  for (uint32_t i = 0; i < e->operations_count; i += 2) say("batch %s", operation_of(e->operations[i] & ((1u << HD_BATCH_SITE_BITS) - 1)));
}
static void acquired(const struct hd_event_acquired *e) { say("acquired %s", operation_of(e->site)); }
static void released(const struct hd_event_released *e) { say("released %s by %s", operation_of(e->acquire_site), operation_of(e->site)); }
static void operation(const struct hd_event_operation *e) { say("operation %s", operation_of(e->site)); }
static void wait(const struct hd_event_wait *e) {
  say("wait %s %s %llu", operation_of(e->site), hd_wait_result_names[e->result], (unsigned long long)e->object);
}
static void call(const struct hd_event_call *e) { say("call %s %lld", operation_of(e->site), (long long)e->result); }
static void misuse(const struct hd_event_misuse *e) { say("misuse %s %d", operation_of(e->site), e->error); }
static void module(const struct hd_event_module *e) {}
static void code_site(const struct hd_event_code_site *e) {
  if (e->site < SITE_COUNT) operations[e->site] = e->operation;
}
static void source_site(const struct hd_event_source_site *e) {
  if (e->site < SITE_COUNT) operations[e->site] = e->operation;
}
static void stack(const struct hd_event_stack *e) {}
static void unobserved(const struct hd_event_unobserved *e) { say("unobserved %s %s", hd_unobserved_what_names[e->what], e->detail); }

__attribute__((visibility("default"))) void hd_provider_fill(struct hd_provider *provider);
void hd_provider_fill(struct hd_provider *provider) {
  *provider = (struct hd_provider){.init_thread = init_thread,
                                   .process_begin = process_begin,
                                   .process_fork = process_fork,
                                   .process_spawn = process_spawn,
                                   .process_exec = process_exec,
                                   .process_status = process_status,
                                   .process_end = process_end,
                                   .thread_create = thread_create,
                                   .thread_begin = thread_begin,
                                   .thread_end = thread_end,
                                   .thread_detach = thread_detach,
                                   .actor_name = actor_name,
                                   .object_begin = object_begin,
                                   .object_end = object_end,
                                   .object_name = object_name,
                                   .shared_object = shared_object,
                                   .batch = batch,
                                   .acquired = acquired,
                                   .released = released,
                                   .operation = operation,
                                   .wait = wait,
                                   .call = call,
                                   .misuse = misuse,
                                   .module = module,
                                   .code_site = code_site,
                                   .source_site = source_site,
                                   .stack = stack,
                                   .unobserved = unobserved};
}
