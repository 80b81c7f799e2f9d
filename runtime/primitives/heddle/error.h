/* Errors of the Heddle runtime.
 *
 * Every function that can fail returns HD_OK or one of these negative codes; none sets errno. The codes are one table, so that a code,
 * its name and its sentence cannot drift apart. A misuse (as releasing a lock that nobody holds) gives its code, changes nothing, and is
 * a mark in the recording.
 */
#ifndef HEDDLE_ERROR_H
#define HEDDLE_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

#define HD_API __attribute__((visibility("default")))

/*  X(name, code, sentence) */
#define HD_ERRORS(X)                                                                                                                       \
  X(TIMEOUT, -1001, "the time ran out")                                                                                                    \
  X(WOULD_BLOCK, -1002, "it would have to wait")                                                                                           \
  X(INVALID, -1003, "an argument is out of range")                                                                                         \
  X(NOT_LOCKED, -1004, "nobody holds it")                                                                                                  \
  X(NOT_OWNER, -1005, "the calling thread does not hold it")                                                                               \
  X(OVER_RELEASE, -1006, "released more often than it was acquired")                                                                       \
  X(OVERFLOW, -1007, "a count would overflow")                                                                                             \
  X(BROKEN, -1008, "the barrier is broken")                                                                                                \
  X(STARTED, -1009, "the thread has been started already")                                                                                 \
  X(NOT_STARTED, -1010, "the thread has not been started")                                                                                 \
  X(SELF_JOIN, -1011, "a thread cannot join itself")                                                                                       \
  X(BUSY, -1012, "it is in use")                                                                                                           \
  X(NO_MEMORY, -1013, "no memory is left")                                                                                                 \
  X(NO_RESOURCES, -1014, "the system permits no further thread")                                                                           \
  X(SHUT_DOWN, -1031, "it accepts nothing more")                                                                                           \
  X(CANCELLED, -1032, "the job was cancelled")                                                                                             \
  X(JOB_FAILED, -1033, "the job failed")                                                                                                   \
  X(BROKEN_POOL, -1034, "the workers cannot go on")                                                                                        \
  X(WORKER_DIED, -1035, "the worker died in the middle of the job")                                                                        \
  X(NO_MORE, -1036, "there are no more")

enum hd_error {
  HD_OK = 0,
#define HD_ERROR_VALUE(name, code, sentence) HD_ERROR_##name = code,
  HD_ERRORS(HD_ERROR_VALUE)
#undef HD_ERROR_VALUE
};

/* "HD_ERROR_TIMEOUT"; of no known code "HD_ERROR_UNKNOWN". Static. */
HD_API const char *hd_error_name(int error);
/* "the time ran out"; of no known code "unknown error". Static. */
HD_API const char *hd_error_text(int error);

#ifdef __cplusplus
}
#endif
#endif
