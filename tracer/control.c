#include "control.h"
#include "clock.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS_AHEAD = 1024, SETTLE_US = 20000 };

static off_t slot_offset(uint64_t slot) { return (off_t)(HD_CONTROL_HEADER_BYTES + slot * HD_SLOT_BYTES); }

static int map(struct control *control) {
  control->header = mmap(NULL, HD_CONTROL_HEADER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, control->file, 0);
  return control->header == MAP_FAILED ? -errno : 0;
}

int control_create(struct control *control, int folder) {
  *control = (struct control){.file = openat(folder, "control", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (control->file < 0) return -errno;
  if (ftruncate(control->file, slot_offset(HD_SLOT_CAPACITY)) < 0) return -errno;
  int error = posix_fallocate(control->file, 0, slot_offset(SLOTS_AHEAD));
  if (error) return -error;
  error = map(control);
  if (error) return error;
  control->header->schema_version = HD_SCHEMA_VERSION;
  control->header->slots_ready = SLOTS_AHEAD;
  __atomic_store_n(&control->header->magic, HD_CONTROL_MAGIC, __ATOMIC_RELEASE);
  return 0;
}

int control_open(struct control *control, int folder) {
  *control = (struct control){.file = openat(folder, "control", O_RDWR | O_CLOEXEC)};
  return control->file < 0 ? -errno : map(control);
}

void control_keep_ahead(struct control *control) {
  struct hd_control_header *header = control->header;
  uint32_t peak = __atomic_load_n(&header->slots_peak, __ATOMIC_RELAXED);
  uint32_t ready = header->slots_ready;
  /* A storm claims as many again before the next look; eight times that is safe, and costs no disk that is not given back. */
  uint64_t wanted = (uint64_t)peak + SLOTS_AHEAD + 8u * (uint64_t)(peak - control->last_peak);
  if (wanted > HD_SLOT_CAPACITY) wanted = HD_SLOT_CAPACITY;
  control->last_peak = peak;
  if (wanted <= ready || control_is_over(control)) return;
  /* Without the reservation the slots stay unclaimed: on a full disk a write to a hole would kill the program. */
  if (posix_fallocate(control->file, slot_offset(ready), slot_offset(wanted) - slot_offset(ready)) != 0) return;
  __atomic_store_n(&header->slots_ready, (uint32_t)wanted, __ATOMIC_RELEASE);
}

bool control_is_over(const struct control *control) { return __atomic_load_n(&control->header->over, __ATOMIC_ACQUIRE) != 0; }

void control_over(struct control *control, bool emitters_live) {
  if (control_is_over(control)) return;
  control->header->over_ns = now_ns();
  __atomic_store_n(&control->header->over, 1, __ATOMIC_RELEASE);
  if (emitters_live) usleep(SETTLE_US);
}

void control_cut(struct control *control, bool keep_size) {
  off_t used = slot_offset(__atomic_load_n(&control->header->slots_peak, __ATOMIC_RELAXED));
  /* Cutting a file that somebody maps would kill him at his next access; a hole frees the space as well. */
  if (keep_size)
    fallocate(control->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, used, slot_offset(HD_SLOT_CAPACITY) - used);
  else if (ftruncate(control->file, used) < 0)
    return; /* it stays long; readers go by slots_peak */
}
