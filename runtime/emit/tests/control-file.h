/* For tests: makes a control file as the tracer does, and reads the slots in it. */
#ifndef HEDDLE_TEST_CONTROL_FILE_H
#define HEDDLE_TEST_CONTROL_FILE_H
#include "schema.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define CHECK(condition)                                                                                                                   \
  do {                                                                                                                                     \
    if (!(condition)) {                                                                                                                    \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                                                              \
      exit(1);                                                                                                                             \
    }                                                                                                                                      \
  } while (0)

/* Creates the file at path with ready slots and maps it. The caller unlinks it. */
static inline struct hd_control_header *control_file_create(const char *path, uint32_t ready) {
  size_t bytes = HD_CONTROL_HEADER_BYTES + (size_t)HD_SLOT_CAPACITY * HD_SLOT_BYTES;
  int descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK(descriptor >= 0 && ftruncate(descriptor, (off_t)bytes) == 0);
  struct hd_control_header *header = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  CHECK(header != MAP_FAILED);
  close(descriptor);
  header->schema_version = HD_SCHEMA_VERSION;
  header->slots_ready = ready;
  header->magic = HD_CONTROL_MAGIC;
  return header;
}

static inline struct hd_slot *control_file_slot(struct hd_control_header *header, uint32_t index) {
  return (struct hd_slot *)((char *)header + HD_CONTROL_HEADER_BYTES + (size_t)index * HD_SLOT_BYTES);
}

#endif
