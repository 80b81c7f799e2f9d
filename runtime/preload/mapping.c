/* Mappings that go: what was known of objects in them must be forgotten, since another file may come to the same address. */
#include "preload.h"
#include <stdarg.h>

HD_WRAP int munmap(void *address, size_t bytes) {
  if (hd_emit_is_recording()) hd_emit_forget_mapping(address, bytes);
  return REAL(munmap)(address, bytes);
}

HD_WRAP void *mmap(void *address, size_t bytes, int protection, int flags, int descriptor, off_t offset) {
  if (hd_emit_is_recording() && flags & MAP_FIXED) hd_emit_forget_mapping(address, bytes);
  return REAL(mmap)(address, bytes, protection, flags, descriptor, offset);
}
HD_ALIAS(mmap64, mmap);

HD_WRAP void *mremap(void *address, size_t bytes, size_t new_bytes, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  void *new_address = flags & MREMAP_FIXED ? va_arg(arguments, void *) : NULL;
  va_end(arguments);
  if (hd_emit_is_recording()) {
    hd_emit_forget_mapping(address, bytes);
    if (new_address) hd_emit_forget_mapping(new_address, new_bytes);
  }
  return REAL(mremap)(address, bytes, new_bytes, flags, new_address);
}

/* How large a System V segment is, only the kernel knows; everything above its address is looked up again. */
HD_WRAP int shmdt(const void *address) {
  if (hd_emit_is_recording()) hd_emit_forget_mapping(address, SIZE_MAX - (uintptr_t)address);
  return REAL(shmdt)(address);
}
