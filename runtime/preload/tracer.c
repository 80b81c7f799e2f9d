/* What LTTng's own libraries do is not the program's doing. Within an emission, and in the threads that they made, they are
 * silent anyway; but they also run in the program's threads on their own, at a thread's end for instance, and hold locks then
 * that an emission needs. So a call that returns into them is passed on without a word. */
#include "preload.h"
#include <link.h>
#include <string.h>

struct hd_range hd_tracer_range;

enum { LIBRARY_COUNT = 16 };
static struct hd_range libraries[LIBRARY_COUNT];
static unsigned library_count;

static bool is_tracer(const char *path) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  return strncmp(name, "liblttng-ust", 12) == 0 || strncmp(name, "libheddle-provider", 18) == 0;
}

static int add(struct dl_phdr_info *library, size_t size, void *unused) {
  if (!library->dlpi_name || !is_tracer(library->dlpi_name) || library_count == LIBRARY_COUNT) return 0;
  struct hd_range range = {UINTPTR_MAX, 0};
  for (int i = 0; i < library->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &library->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD) continue;
    uintptr_t begin = library->dlpi_addr + segment->p_vaddr, end = begin + segment->p_memsz;
    if (begin < range.begin) range.begin = begin;
    if (end > range.end) range.end = end;
  }
  libraries[library_count++] = range;
  if (!hd_tracer_range.end || range.begin < hd_tracer_range.begin) hd_tracer_range.begin = range.begin;
  if (range.end > hd_tracer_range.end) hd_tracer_range.end = range.end;
  return 0;
}

/* emit, which we depend on, has been started before, and with it the provider. */
__attribute__((constructor)) static void find_libraries(void) {
  if (hd_emit_is_recording()) dl_iterate_phdr(add, NULL);
}

bool hd_is_tracer_code(const void *address) {
  for (unsigned i = 0; i < library_count; i++)
    if ((uintptr_t)address >= libraries[i].begin && (uintptr_t)address < libraries[i].end) return true;
  return false;
}
