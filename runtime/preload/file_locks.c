/* Locks on files: flock, fcntl and lockf. The object is the file, by device and inode, so that processes meet in it; locks on
 * parts of a file are not told apart. */
#include "preload.h"
#include <stdarg.h>
#include <sys/stat.h>

enum file_lock { UNLOCK, SHARED, EXCLUSIVE };

static uint64_t object_of(struct hd_emit *emit, int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 ? hd_emit_file(emit, status.st_dev, status.st_ino, HD_KIND_LOCK) : 0;
}

/* A new lock of a file that this thread has locked already replaces the old one. */
static void say_released(struct hd_emit *emit, uint64_t object, const void *return_address) {
  uint32_t site = hd_emit_site(emit, HD_OPERATION_FILE_LOCK_RELEASE, return_address);
  if (hd_emit_holds(emit, object)) hd_emit_released(emit, object, site, hd_emit_now(), false);
}

/* One attempt of a function to lock; argument is what it gets. */
struct attempt {
  int (*function)(const struct attempt *, bool block);
  int descriptor;
  int operation;
  void *argument;
};

static enum hd_operation operation_of(enum file_lock what, bool block) {
  if (what == SHARED) return HD_OPERATION_FILE_LOCK_SHARED;
  return block ? HD_OPERATION_FILE_LOCK_ACQUIRE : HD_OPERATION_FILE_LOCK_TRY;
}

static int lock_file(const struct attempt *attempt, enum file_lock what, bool block, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  uint64_t object = emit ? object_of(emit, attempt->descriptor) : 0;
  if (!object) {
    if (emit) hd_emit_leave(emit);
    return attempt->function(attempt, block);
  }
  HD_CALL(call);
  uint32_t site = hd_emit_site(emit, operation_of(what, block), return_address);
  if (what == UNLOCK) say_released(emit, object, return_address);
  hd_emit_pause(emit);
  int result = attempt->function(attempt, what == UNLOCK);
  hd_emit_resume(emit);
  if (result == -1 && block && (errno == EWOULDBLOCK || errno == EACCES)) {
    call.wait = (struct hd_emit_wait){.object = object, .site = site, .descriptor = attempt->descriptor};
    hd_wait_begin(&call, emit);
    result = attempt->function(attempt, true);
    hd_wait_end(&call, result == 0 ? HD_WAIT_RESULT_OK : HD_WAIT_RESULT_ERROR);
  }
  if (result == 0 && what != UNLOCK) {
    say_released(emit, object, return_address);
    hd_emit_acquired(emit, object, site, hd_emit_now());
  }
  hd_emit_leave(emit);
  return result;
}

static int try_flock(const struct attempt *attempt, bool block) {
  return REAL(flock)(attempt->descriptor, block ? attempt->operation : attempt->operation | LOCK_NB);
}

HD_WRAP int flock(int descriptor, int operation) {
  if (!hd_emit_is_recording()) return REAL(flock)(descriptor, operation);
  int kind = operation & ~LOCK_NB;
  struct attempt attempt = {.function = try_flock, .descriptor = descriptor, .operation = operation};
  if (kind == LOCK_UN) return lock_file(&attempt, UNLOCK, false, HERE);
  return lock_file(&attempt, kind == LOCK_SH ? SHARED : EXCLUSIVE, !(operation & LOCK_NB), HERE);
}

static int try_fcntl(const struct attempt *attempt, bool block) {
  int command = attempt->operation;
  if (!block) command = command == F_SETLKW ? F_SETLK : command == F_OFD_SETLKW ? F_OFD_SETLK : command;
  return REAL(fcntl)(attempt->descriptor, command, attempt->argument);
}

/* Whatever its type, the third argument fits in a pointer's register. */
HD_WRAP int fcntl(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  bool blocks = command == F_SETLKW || command == F_OFD_SETLKW;
  if (!hd_emit_is_recording() || !(blocks || command == F_SETLK || command == F_OFD_SETLK) || !argument)
    return REAL(fcntl)(descriptor, command, argument);
  if (blocks) pthread_testcancel(); /* a cancellation point even when it need not wait */
  short type = ((const struct flock *)argument)->l_type;
  struct attempt attempt = {.function = try_fcntl, .descriptor = descriptor, .operation = command, .argument = argument};
  return lock_file(&attempt, type == F_UNLCK ? UNLOCK : type == F_RDLCK ? SHARED : EXCLUSIVE, blocks, HERE);
}
HD_ALIAS(fcntl64, fcntl);

static int try_lockf(const struct attempt *attempt, bool block) {
  int command = attempt->operation == F_LOCK && !block ? F_TLOCK : attempt->operation;
  return REAL(lockf)(attempt->descriptor, command, (off_t)(intptr_t)attempt->argument);
}

HD_WRAP int lockf(int descriptor, int command, off_t bytes) {
  if (!hd_emit_is_recording() || command == F_TEST) return REAL(lockf)(descriptor, command, bytes);
  if (command == F_LOCK) pthread_testcancel();
  struct attempt attempt = {.function = try_lockf, .descriptor = descriptor, .operation = command, .argument = (void *)(intptr_t)bytes};
  return lock_file(&attempt, command == F_ULOCK ? UNLOCK : EXCLUSIVE, command == F_LOCK, HERE);
}
HD_ALIAS(lockf64, lockf);
