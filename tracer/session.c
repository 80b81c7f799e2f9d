#include "session.h"
#include "clock.h"
#include <lttng/lttng.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <unistd.h>

static const char session_name[] = "heddle";
enum { SUBBUFFER_COUNT = 8, SWITCH_TIMER_US = 200000, STOP_LIMIT_MS = 20000, ALL_BUFFERS_BYTES = 256 << 20 };

/* 4 MiB lost nothing in any measurement but with hundreds of threads on two CPUs, where one that is preempted while it writes holds up its
 * CPU's buffer for long. Less where memory is short (all buffers together take at most a sixteenth of it, and a quarter of what is free
 * in the memory folder), and on many CPUs: LTTng writes all of the buffers once before the program starts. */
static uint64_t subbuffer_bytes(const char *memory_folder) {
  struct sysinfo memory;
  struct statvfs disk;
  uint64_t limit = ALL_BUFFERS_BYTES;
  if (sysinfo(&memory) == 0 && (uint64_t)memory.totalram * memory.mem_unit / 16 < limit)
    limit = (uint64_t)memory.totalram * memory.mem_unit / 16;
  if (statvfs(memory_folder ? memory_folder : "/dev/shm", &disk) == 0) {
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize / 4;
    if (free_bytes < limit) limit = free_bytes;
  }
  uint64_t bytes = 4u << 20;
  while (bytes > 64u << 10 && bytes * SUBBUFFER_COUNT * (uint64_t)get_nprocs_conf() > limit) bytes /= 2;
  return bytes;
}

static int create(const char *trace_path, const char *memory_folder) {
  lttng_set_tracing_group("-"); /* no such group: else its members would be led to root's global daemon */
  struct lttng_session_descriptor *descriptor = lttng_session_descriptor_local_create(session_name, trace_path);
  if (!descriptor) return -LTTNG_ERR_NOMEM;
  int error = -(int)lttng_create_session_ext(descriptor);
  lttng_session_descriptor_destroy(descriptor);
  if (error != -LTTNG_OK) return error;
  return memory_folder ? lttng_set_session_shm_path(session_name, memory_folder) : 0;
}

static int enable(const char *memory_folder) {
  struct lttng_domain domain = {.type = LTTNG_DOMAIN_UST, .buf_type = LTTNG_BUFFER_PER_UID};
  struct lttng_handle *handle = lttng_create_handle(session_name, &domain);
  struct lttng_channel *channel = lttng_channel_create(&domain);
  struct lttng_event *event = lttng_event_create();
  int error = -LTTNG_ERR_NOMEM;
  if (handle && channel && event) {
    strcpy(channel->name, "heddle");
    channel->attr.overwrite = 0;
    channel->attr.subbuf_size = subbuffer_bytes(memory_folder);
    channel->attr.num_subbuf = SUBBUFFER_COUNT;
    channel->attr.switch_timer_interval = SWITCH_TIMER_US;
    channel->attr.output = LTTNG_EVENT_MMAP;
    error = lttng_enable_channel(handle, channel);
    strcpy(event->name, "heddle:*");
    event->type = LTTNG_EVENT_TRACEPOINT;
    event->loglevel_type = LTTNG_EVENT_LOGLEVEL_ALL;
    event->loglevel = -1;
    if (error >= 0) error = lttng_enable_event(handle, event, channel->name);
  }
  if (event) lttng_event_destroy(event);
  if (channel) lttng_channel_destroy(channel);
  lttng_destroy_handle(handle);
  return error;
}

int session_start(const char *trace_path, const char *memory_folder, char *reason, unsigned reason_bytes) {
  const char *step = "create its session";
  int error = create(trace_path, memory_folder);
  if (error >= 0) {
    step = "enable its events";
    error = enable(memory_folder);
  }
  if (error >= 0) {
    step = "start tracing";
    error = lttng_start_tracing(session_name);
  }
  if (error >= 0) return 0;
  snprintf(reason, reason_bytes, "LTTng could not %s: %s", step, lttng_strerror(error));
  return -1;
}

int session_write_metadata(void) { return lttng_stop_tracing_no_wait(session_name) < 0 || lttng_start_tracing(session_name) < 0 ? -1 : 0; }

int session_stop(void) {
  if (lttng_stop_tracing_no_wait(session_name) < 0) return -1;
  /* The library's own waiting looks every 200 ms only. */
  for (uint64_t end_ns = now_ns() + STOP_LIMIT_MS * 1000000ull; now_ns() < end_ns; usleep(2000)) {
    int pending = lttng_data_pending(session_name);
    if (pending <= 0) return pending;
  }
  return -1;
}
