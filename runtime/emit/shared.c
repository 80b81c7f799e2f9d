/* Objects in shared memory have one identity in all processes: device, inode and offset of their mapping. */
#include "intern.h"
#include "self.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define SHARED_CAPACITY 16384u

static struct hd_intern_entry shared_entries[SHARED_CAPACITY], pipe_entries[SHARED_CAPACITY];
static struct hd_intern by_address = {shared_entries, SHARED_CAPACITY}, by_pipe = {pipe_entries, SHARED_CAPACITY};
static uint32_t shared_count;

/* A shared mapping that contains an address. */
struct mapping {
  uint64_t begin, offset, device, inode;
  char path[256];
};

/* Reads one line of /proc/self/maps: begin-end perms offset major:minor inode path. */
static bool parse(const char *line, uint64_t address, struct mapping *mapping) {
  char *rest;
  mapping->begin = strtoull(line, &rest, 16);
  uint64_t end = *rest == '-' ? strtoull(rest + 1, &rest, 16) : 0;
  if (address < mapping->begin || address >= end || strlen(rest) < 6 || rest[4] != 's') return false;
  mapping->offset = strtoull(rest + 6, &rest, 16);
  uint64_t major = strtoull(rest, &rest, 16);
  uint64_t minor = *rest == ':' ? strtoull(rest + 1, &rest, 16) : 0;
  mapping->device = makedev(major, minor);
  mapping->inode = strtoull(rest, &rest, 10);
  rest += strspn(rest, " ");
  strncpy(mapping->path, rest, sizeof mapping->path - 1);
  mapping->path[sizeof mapping->path - 1] = 0;
  return true;
}

static bool find_mapping(uint64_t address, struct mapping *mapping) {
  int descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  char buffer[8192];
  size_t have = 0;
  bool found = false;
  for (;;) {
    ssize_t got = read(descriptor, buffer + have, sizeof buffer - 1 - have);
    if (got <= 0) break;
    have += (size_t)got;
    buffer[have] = 0;
    char *line = buffer, *end;
    for (; !found && (end = strchr(line, '\n')); line = end + 1) {
      *end = 0;
      found = parse(line, address, mapping);
    }
    if (found) break;
    have = strlen(line);
    if (have == sizeof buffer - 1) have = 0; /* a line longer than any path may be */
    memmove(buffer, line, have);
  }
  close(descriptor);
  return found;
}

uint64_t hd_emit_shared_object(struct hd_emit *self, const void *address, enum hd_object_kind kind) {
  uint64_t known = hd_intern_find(&by_address, (uintptr_t)address);
  if (known) return known;
  struct mapping mapping;
  if (!find_mapping((uintptr_t)address, &mapping)) return (uintptr_t)address;
  struct hd_event_shared_object event = {.object = HD_OBJECT_SHARED_BIT | hd_control_count(&hd_process.header->next_shared),
                                         .kind = (uint8_t)kind,
                                         .device = mapping.device,
                                         .inode = mapping.inode,
                                         .offset = mapping.offset + ((uintptr_t)address - mapping.begin),
                                         .address = (uintptr_t)address,
                                         .name = mapping.path};
  HD_SEND(self, shared_object, event, hd_emit_now());
  hd_intern_add(&by_address, (uintptr_t)address, event.object);
  __atomic_fetch_add(&shared_count, 1, __ATOMIC_RELAXED);
  return event.object;
}

uint64_t hd_emit_pipe(struct hd_emit *self, uint64_t device, uint64_t inode) {
  uint64_t key = hd_mix(device << 40 ^ inode) | 1;
  uint64_t known = hd_intern_find(&by_pipe, key);
  if (known) return known;
  struct hd_event_shared_object event = {.object = HD_OBJECT_SHARED_BIT | hd_control_count(&hd_process.header->next_shared),
                                         .kind = HD_KIND_PIPE,
                                         .device = device,
                                         .inode = inode,
                                         .name = ""};
  HD_SEND(self, shared_object, event, hd_emit_now());
  hd_intern_add(&by_pipe, key, event.object);
  return event.object;
}

/* A forgotten address keeps its place in the table with number 0: it will be looked up in the mappings and told again. */
void hd_emit_forget_mapping(const void *address, size_t bytes) {
  if (!__atomic_load_n(&shared_count, __ATOMIC_RELAXED)) return;
  uint64_t begin = (uintptr_t)address;
  for (uint32_t i = 0; i < SHARED_CAPACITY; i++) {
    uint64_t key = __atomic_load_n(&shared_entries[i].key, __ATOMIC_RELAXED);
    if (key - begin < bytes) __atomic_store_n(&shared_entries[i].number, 0, __ATOMIC_RELEASE);
  }
}
