/* Reading, writing, opening and synchronizing files. */
#include "preload.h"
#include <stdarg.h>
#include <sys/stat.h>

#define READ hd_read_begin(&call, descriptor, HERE)
#define WRITE(bytes) hd_write_begin(&call, descriptor, bytes, HERE)
#define CALL(operation) hd_call_begin(&call, HD_OPERATION_CALL_##operation, descriptor, HERE)

HD_BLOCKING(ssize_t, read, (int descriptor, void *buffer, size_t count), (descriptor, buffer, count), READ)
HD_BLOCKING(ssize_t, __read_chk, (int descriptor, void *buffer, size_t count, size_t room), (descriptor, buffer, count, room), READ)
HD_BLOCKING(ssize_t, readv, (int descriptor, const struct iovec *parts, int count), (descriptor, parts, count), READ)
HD_BLOCKING(ssize_t, pread, (int descriptor, void *buffer, size_t count, off_t offset), (descriptor, buffer, count, offset), CALL(READ))
HD_BLOCKING(ssize_t, __pread_chk, (int descriptor, void *buffer, size_t count, off_t offset, size_t room),
            (descriptor, buffer, count, offset, room), CALL(READ))
HD_BLOCKING(ssize_t, preadv, (int descriptor, const struct iovec *parts, int count, off_t offset), (descriptor, parts, count, offset),
            CALL(READ))
HD_BLOCKING(ssize_t, preadv2, (int descriptor, const struct iovec *parts, int count, off_t offset, int flags),
            (descriptor, parts, count, offset, flags), CALL(READ))

HD_BLOCKING(ssize_t, write, (int descriptor, const void *buffer, size_t count), (descriptor, buffer, count), WRITE(count))
HD_BLOCKING(ssize_t, writev, (int descriptor, const struct iovec *parts, int count), (descriptor, parts, count),
            WRITE(hd_iovec_bytes(parts, count)))
HD_BLOCKING(ssize_t, pwrite, (int descriptor, const void *buffer, size_t count, off_t offset), (descriptor, buffer, count, offset),
            CALL(WRITE))
HD_BLOCKING(ssize_t, pwritev, (int descriptor, const struct iovec *parts, int count, off_t offset), (descriptor, parts, count, offset),
            CALL(WRITE))
HD_BLOCKING(ssize_t, pwritev2, (int descriptor, const struct iovec *parts, int count, off_t offset, int flags),
            (descriptor, parts, count, offset, flags), CALL(WRITE))
HD_BLOCKING(ssize_t, sendfile, (int descriptor, int from, off_t *offset, size_t count), (descriptor, from, offset, count), CALL(WRITE))
HD_BLOCKING(ssize_t, splice, (int from, off64_t *from_offset, int descriptor, off64_t *offset, size_t count, unsigned flags),
            (from, from_offset, descriptor, offset, count, flags), CALL(WRITE))

HD_BLOCKING(int, fsync, (int descriptor), (descriptor), CALL(SYNC))
HD_BLOCKING(int, fdatasync, (int descriptor), (descriptor), CALL(SYNC))
HD_BLOCKING(int, sync_file_range, (int descriptor, off64_t offset, off64_t count, unsigned flags), (descriptor, offset, count, flags),
            CALL(SYNC))
HD_BLOCKING(int, msync, (void *address, size_t bytes, int flags), (address, bytes, flags),
            hd_call_begin(&call, HD_OPERATION_CALL_SYNC, -1, HERE))

HD_ALIAS(pread64, pread);
HD_ALIAS(__pread64_chk, __pread_chk);
HD_ALIAS(preadv64, preadv);
HD_ALIAS(preadv64v2, preadv2);
HD_ALIAS(pwrite64, pwrite);
HD_ALIAS(pwritev64, pwritev);
HD_ALIAS(pwritev64v2, pwritev2);
HD_ALIAS(sendfile64, sendfile);

/* Opening blocks where the other end of a FIFO is missing. A FIFO gets its path as its name. */
static void end_open(struct hd_call *call, int descriptor, const char *path) {
  hd_call_end_errno(call, descriptor);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) != 0) return;
  hd_descriptor_forget(descriptor);
  struct hd_emit *emit = S_ISFIFO(status.st_mode) ? hd_emit_enter() : NULL;
  if (!emit) return;
  hd_emit_object_name(emit, hd_emit_pipe(emit, status.st_dev, status.st_ino), path);
  hd_emit_leave(emit);
}

/* The mode stands in the variable arguments only when a file may be made. */
#define MODE(flags)                                                                                                                        \
  mode_t mode = 0;                                                                                                                         \
  if (((flags)&O_CREAT) || ((flags)&O_TMPFILE) == O_TMPFILE) {                                                                             \
    va_list arguments;                                                                                                                     \
    va_start(arguments, flags);                                                                                                            \
    mode = va_arg(arguments, mode_t);                                                                                                      \
    va_end(arguments);                                                                                                                     \
  }

#define OPEN(call_of_real)                                                                                                                 \
  if (!hd_emit_is_recording()) return call_of_real;                                                                                        \
  HD_CALL(call);                                                                                                                           \
  hd_call_begin(&call, HD_OPERATION_CALL_OPEN, -1, HERE);                                                                                  \
  int descriptor = call_of_real;                                                                                                           \
  end_open(&call, descriptor, path);                                                                                                       \
  return descriptor

HD_WRAP int open(const char *path, int flags, ...) {
  MODE(flags);
  OPEN(REAL(open)(path, flags, mode));
}

HD_WRAP int openat(int directory, const char *path, int flags, ...) {
  MODE(flags);
  OPEN(REAL(openat)(directory, path, flags, mode));
}

HD_WRAP int creat(const char *path, mode_t mode) { OPEN(REAL(creat)(path, mode)); }
HD_WRAP int __open_2(const char *path, int flags) { OPEN(REAL(__open_2)(path, flags)); }
HD_WRAP int __openat_2(int directory, const char *path, int flags) { OPEN(REAL(__openat_2)(directory, path, flags)); }

HD_ALIAS(open64, open);
HD_ALIAS(openat64, openat);
HD_ALIAS(creat64, creat);
HD_ALIAS(__open64_2, __open_2);
HD_ALIAS(__openat64_2, __openat_2);
