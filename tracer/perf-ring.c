#include "perf-ring.h"
#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

/* A program that does little but switch makes half a million records of 32 bytes a second on each CPU, and leaves the reader little time.
 */
enum { LARGEST_RING_BYTES = 8 << 20, ALL_RINGS_BYTES = 64 << 20, SMALLEST_RING_BYTES = 32 << 10 };

/* What sample_id_all puts at the end of each record. */
struct sample_id {
  uint32_t process_id, thread_id;
  uint64_t at_ns;
  uint32_t cpu, reserved;
};
struct task_record { /* PERF_RECORD_EXIT */
  struct perf_event_header header;
  uint32_t process_id, parent_process_id, thread_id, parent_thread_id;
  uint64_t at_ns;
};
struct lost_record {
  struct perf_event_header header;
  uint64_t id, count;
};

int perf_ring_open(struct perf_ring *ring, pid_t program, int cpu) {
  struct perf_event_attr attributes = {
      .type = PERF_TYPE_SOFTWARE,
      .size = sizeof attributes,
      .config = PERF_COUNT_SW_DUMMY,
      .sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU,
      .sample_id_all = 1,
      .context_switch = 1,
      .task = 1,
      .disabled = 1,
      .enable_on_exec = 1,
      .inherit = 1,
      .exclude_kernel = 1,
      .exclude_hv = 1,
      .use_clockid = 1,
      .clockid = CLOCK_MONOTONIC,
      .watermark = 1,
  };
  size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
  size_t bytes = LARGEST_RING_BYTES;
  while (bytes > SMALLEST_RING_BYTES && bytes * (size_t)get_nprocs_conf() > ALL_RINGS_BYTES) bytes /= 2;
  for (;; bytes /= 2) { /* a user may lock so much memory only, and another recording may have used it up */
    attributes.wakeup_watermark = (uint32_t)(bytes / 4);
    ring->event = (int)syscall(SYS_perf_event_open, &attributes, program, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    if (ring->event < 0) return -errno;
    ring->data_bytes = bytes;
    ring->page = mmap(NULL, page_bytes + ring->data_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring->event, 0);
    if (ring->page != MAP_FAILED) return 0;
    int error = errno;
    close(ring->event);
    ring->event = -1;
    if (bytes / 2 < SMALLEST_RING_BYTES) return -error;
  }
}

/* Copies out of the ring, over its edge where need be. */
static void copy_out(const struct perf_ring *ring, uint64_t position, void *target, size_t bytes) {
  const char *data = (const char *)ring->page + ring->page->data_offset;
  size_t offset = (size_t)(position & (ring->data_bytes - 1)), first = ring->data_bytes - offset;
  if (first > bytes) first = bytes;
  memcpy(target, data + offset, first);
  memcpy((char *)target + first, data, bytes - first);
}

static bool translate(const struct perf_event_header *header, const char *bytes, struct hd_schedule_record *record) {
  struct sample_id id;
  memcpy(&id, bytes + header->size - sizeof id, sizeof id);
  *record = (struct hd_schedule_record){.at_ns = id.at_ns, .process_id = id.process_id, .thread_id = id.thread_id, .cpu = (uint16_t)id.cpu};
  if (header->type == PERF_RECORD_SWITCH) {
    record->kind = !(header->misc & PERF_RECORD_MISC_SWITCH_OUT)        ? HD_SCHEDULE_IN
                   : header->misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT ? HD_SCHEDULE_OUT_PREEMPTED
                                                                        : HD_SCHEDULE_OUT_BLOCKED;
    return true;
  }
  if (header->type == PERF_RECORD_EXIT) {
    struct task_record task;
    memcpy(&task, bytes, sizeof task);
    record->kind = HD_SCHEDULE_EXIT;
    record->process_id = task.process_id;
    record->thread_id = task.thread_id;
    return true;
  }
  if (header->type == PERF_RECORD_LOST) {
    struct lost_record lost;
    memcpy(&lost, bytes, sizeof lost);
    record->kind = HD_SCHEDULE_LOST;
    record->thread_id = lost.count > UINT32_MAX ? UINT32_MAX : (uint32_t)lost.count;
    return true;
  }
  return false;
}

void perf_ring_drain(struct perf_ring *ring, FILE *file) {
  uint64_t head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE), tail = ring->page->data_tail;
  while (tail < head) {
    struct perf_event_header header;
    char bytes[256];
    copy_out(ring, tail, &header, sizeof header);
    if (header.size < sizeof header) break; /* cannot be; would go round for ever */
    if (header.size >= sizeof header + sizeof(struct sample_id) && header.size <= sizeof bytes) {
      copy_out(ring, tail, bytes, header.size);
      struct hd_schedule_record record;
      if (translate(&header, bytes, &record)) fwrite_unlocked(&record, sizeof record, 1, file);
    }
    tail += header.size;
  }
  __atomic_store_n(&ring->page->data_tail, tail, __ATOMIC_RELEASE);
}

void perf_ring_close(struct perf_ring *ring) {
  if (ring->event < 0) return;
  munmap(ring->page, ring->data_bytes + (size_t)sysconf(_SC_PAGESIZE));
  close(ring->event);
}
