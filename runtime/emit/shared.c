/* Objects in shared memory have one identity in all processes: device, inode and offset of their mapping. */
#include "intern.h"
#include "self.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define SHARED_CAPACITY 16384u

static struct hd_intern_entry shared_entries[SHARED_CAPACITY], file_entries[SHARED_CAPACITY];
static struct hd_intern by_address = {shared_entries, SHARED_CAPACITY}, by_file = {file_entries, SHARED_CAPACITY};
static uint64_t lowest_address = UINT64_MAX, highest_address;

/* Between the two lies every address in the table: most mappings that go are elsewhere. */
static void remember(uint64_t address, uint64_t number) {
  uint64_t lowest = __atomic_load_n(&lowest_address, __ATOMIC_RELAXED), highest = __atomic_load_n(&highest_address, __ATOMIC_RELAXED);
  while (address < lowest && !__atomic_compare_exchange_n(&lowest_address, &lowest, address, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
  while (address > highest && !__atomic_compare_exchange_n(&highest_address, &highest, address, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  hd_intern_add(&by_address, address, number);
}

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
  int cancellable;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellable); /* a lock operation is no cancellation point, reading a file is */
  bool found = find_mapping((uintptr_t)address, &mapping);
  pthread_setcancelstate(cancellable, NULL);
  if (!found) { /* not shared at all, whatever its attributes say; not to be looked for each time */
    remember((uintptr_t)address, (uintptr_t)address);
    return (uintptr_t)address;
  }
  struct hd_event_shared_object event = {.object = HD_OBJECT_SHARED_BIT | hd_control_count(&hd_process.header->next_shared),
                                         .kind = (uint8_t)kind,
                                         .device = mapping.device,
                                         .inode = mapping.inode,
                                         .offset = mapping.offset + ((uintptr_t)address - mapping.begin),
                                         .address = (uintptr_t)address,
                                         .name = mapping.path};
  HD_SEND(self, shared_object, event, hd_emit_now());
  remember((uintptr_t)address, event.object);
  return event.object;
}

uint64_t hd_emit_new_object(struct hd_emit *self) {
  (void)self;
  return HD_OBJECT_SHARED_BIT | hd_control_count(&hd_process.header->next_shared);
}

uint64_t hd_emit_file(struct hd_emit *self, uint64_t device, uint64_t inode, enum hd_object_kind kind) {
  uint64_t key = hd_mix(device << 40 ^ (uint64_t)kind << 32 ^ inode) | 1;
  uint64_t known = hd_intern_find(&by_file, key);
  if (known) return known;
  struct hd_event_shared_object event = {.object = HD_OBJECT_SHARED_BIT | hd_control_count(&hd_process.header->next_shared),
                                         .kind = (uint8_t)kind,
                                         .device = device,
                                         .inode = inode,
                                         .name = ""};
  HD_SEND(self, shared_object, event, hd_emit_now());
  hd_intern_add(&by_file, key, event.object);
  return event.object;
}

uint64_t hd_emit_pipe(struct hd_emit *self, uint64_t device, uint64_t inode) { return hd_emit_file(self, device, inode, HD_KIND_PIPE); }

/* A forgotten address keeps its place in the table with number 0: it will be looked up in the mappings and told again. */
void hd_emit_forget_mapping(const void *address, size_t bytes) {
  uint64_t begin = (uintptr_t)address, lowest = __atomic_load_n(&lowest_address, __ATOMIC_RELAXED);
  if (begin > __atomic_load_n(&highest_address, __ATOMIC_RELAXED) || (begin < lowest && bytes <= lowest - begin)) return;
  for (uint32_t i = 0; i < SHARED_CAPACITY; i++) {
    uint64_t key = __atomic_load_n(&shared_entries[i].key, __ATOMIC_RELAXED);
    if (key - begin < bytes) __atomic_store_n(&shared_entries[i].number, 0, __ATOMIC_RELEASE);
  }
}
