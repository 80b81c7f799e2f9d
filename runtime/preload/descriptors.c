/* Descriptors: which are pipes. Asked of the kernel once per descriptor, and forgotten when it is closed or made anew.
 *
 * LTTng's own descriptors are kept from the program's close() by liblttng-ust-fd, which the recorder preloads too; but that
 * knows close and fclose only, so closing a range is done here one by one, through the exported close. */
#include "preload.h"
#include <dirent.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* 0 not known, NO_PIPE, or the pipe's reference. */
enum { KNOWN_COUNT = 4096, NO_PIPE = 1 };
static uint64_t known[KNOWN_COUNT];

static uint64_t look(struct hd_emit *emit, int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return 0;
  if (!S_ISFIFO(status.st_mode)) return NO_PIPE;
  return hd_emit_pipe(emit, status.st_dev, status.st_ino);
}

uint64_t hd_descriptor_pipe(struct hd_emit *emit, int descriptor) {
  uint64_t *place = descriptor >= 0 && descriptor < KNOWN_COUNT ? &known[descriptor] : NULL;
  uint64_t pipe = place ? __atomic_load_n(place, __ATOMIC_RELAXED) : 0;
  if (!pipe) pipe = look(emit, descriptor);
  if (place) __atomic_store_n(place, pipe, __ATOMIC_RELAXED);
  return pipe == NO_PIPE ? 0 : pipe;
}

void hd_descriptor_forget(int descriptor) {
  if (descriptor >= 0 && descriptor < KNOWN_COUNT) __atomic_store_n(&known[descriptor], 0, __ATOMIC_RELAXED);
}

static bool would_wait(int descriptor, short what) {
  struct pollfd polled = {.fd = descriptor, .events = what};
  return REAL(poll)(&polled, 1, 0) == 0 && !(REAL(fcntl)(descriptor, F_GETFL) & O_NONBLOCK);
}

/* A pipe with room for a page is ready for writing, whatever the size of the write. */
static bool would_not_fit(int descriptor, size_t bytes) {
  int held = 0, capacity = REAL(fcntl)(descriptor, F_GETPIPE_SZ);
  if (bytes <= 4096 || capacity <= 0 || ioctl(descriptor, FIONREAD, &held) != 0) return false;
  return bytes > (size_t)(capacity - held) && !(REAL(fcntl)(descriptor, F_GETFL) & O_NONBLOCK);
}

/* A transfer that will wait for a pipe's other end is a wait; any other is a call, which is said only if it took long. */
static void begin(struct hd_call *call, int descriptor, bool write, size_t bytes, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  call->wait.descriptor = descriptor;
  call->wait.object = hd_descriptor_pipe(emit, descriptor);
  if (call->wait.object && (would_wait(descriptor, write ? POLLOUT : POLLIN) || (write && would_not_fit(descriptor, bytes)))) {
    call->wait.site = hd_emit_site(emit, write ? HD_OPERATION_PIPE_WRITE : HD_OPERATION_PIPE_READ, return_address);
    hd_wait_begin(call, emit);
    return;
  }
  call->wait.site = hd_emit_site(emit, write ? HD_OPERATION_CALL_WRITE : HD_OPERATION_CALL_READ, return_address);
  hd_emit_call_begin(emit, &call->wait);
  call->emit = emit;
  hd_emit_pause(emit);
}

void hd_read_begin(struct hd_call *call, int descriptor, const void *return_address) { begin(call, descriptor, false, 0, return_address); }

void hd_write_begin(struct hd_call *call, int descriptor, size_t bytes, const void *return_address) {
  begin(call, descriptor, true, bytes, return_address);
}

size_t hd_iovec_bytes(const struct iovec *parts, int count) {
  size_t bytes = 0;
  for (int i = 0; i < count; i++) bytes += parts[i].iov_len;
  return bytes;
}

static void say_pipe(const int ends[2], const void *return_address) {
  struct stat status;
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  hd_descriptor_forget(ends[0]);
  hd_descriptor_forget(ends[1]);
  if (fstat(ends[0], &status) == 0) {
    uint64_t pipe = hd_emit_pipe(emit, status.st_dev, status.st_ino);
    hd_emit_object_begin(emit, pipe, HD_KIND_PIPE, 1, -1, hd_emit_site(emit, HD_OPERATION_OBJECT_INIT, return_address), NULL);
  }
  hd_emit_leave(emit);
}

HD_WRAP int pipe(int ends[2]) {
  int result = REAL(pipe)(ends);
  if (hd_emit_is_recording() && result == 0) say_pipe(ends, HERE);
  return result;
}

HD_WRAP int pipe2(int ends[2], int flags) {
  int result = REAL(pipe2)(ends, flags);
  if (hd_emit_is_recording() && result == 0) say_pipe(ends, HERE);
  return result;
}

HD_WRAP int close(int descriptor) {
  if (hd_emit_is_recording()) hd_descriptor_forget(descriptor);
  return REAL(close)(descriptor);
}

HD_WRAP int fclose(FILE *stream) {
  if (hd_emit_is_recording() && stream) hd_descriptor_forget(fileno(stream));
  return REAL(fclose)(stream);
}

HD_WRAP int dup2(int from, int to) {
  if (hd_emit_is_recording()) hd_descriptor_forget(to);
  return REAL(dup2)(from, to);
}

HD_WRAP int dup3(int from, int to, int flags) {
  if (hd_emit_is_recording()) hd_descriptor_forget(to);
  return REAL(dup3)(from, to, flags);
}

/* Closes what is open in the range. Neither malloc nor opendir: the caller may be a vfork child. False without /proc. */
static bool close_open(unsigned first, unsigned last) {
  int directory = REAL(open)("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (directory < 0) return false;
  char entries[4096] __attribute__((aligned(8)));
  long bytes;
  while ((bytes = REAL(syscall)(SYS_getdents64, directory, entries, sizeof entries)) > 0)
    for (long at = 0; at < bytes; at += ((struct dirent64 *)(entries + at))->d_reclen) {
      const char *name = ((struct dirent64 *)(entries + at))->d_name;
      unsigned descriptor = (unsigned)strtoul(name, NULL, 10);
      if (*name != '.' && descriptor >= first && descriptor <= last && descriptor != (unsigned)directory) close((int)descriptor);
    }
  REAL(close)(directory);
  return true;
}

HD_WRAP int close_range(unsigned first, unsigned last, int flags) {
  unsigned unknown = ~(unsigned)(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC);
  if (!hd_emit_is_recording() || first > last || flags & (CLOSE_RANGE_CLOEXEC | unknown)) return REAL(close_range)(first, last, flags);
  if (flags & CLOSE_RANGE_UNSHARE && unshare(CLONE_FILES) != 0) return -1;
  int saved = errno;
  bool closed = close_open(first, last);
  errno = saved;
  return closed ? 0 : REAL(close_range)(first, last, flags);
}

HD_WRAP void closefrom(int first) { close_range(first < 0 ? 0 : (unsigned)first, ~0u, 0); }
