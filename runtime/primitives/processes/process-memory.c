#include "trace.h"
#include <errno.h>
#include <heddle/process-memory.h>
#include <stdint.h>
#include <sys/mman.h>

/* Before the memory that the program sees. */
struct header {
  _Alignas(64) size_t bytes; /* mapped in all */
};

void *hd_process_memory_new(size_t bytes) {
  if (bytes == 0 || bytes > SIZE_MAX - sizeof(struct header)) return NULL;
  int saved_errno = errno;
  size_t mapped = bytes + sizeof(struct header);
  struct header *header = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  errno = saved_errno;
  if (header == MAP_FAILED) return NULL;
  header->bytes = mapped;
  return header + 1;
}

void hd_process_memory_free(void *memory) {
  if (!memory) return;
  struct header *header = (struct header *)memory - 1;
  munmap(header, header->bytes);
}
