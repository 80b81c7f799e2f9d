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
  X(STARTED, -1009, "it has been started already")                                                                                         \
  X(NOT_STARTED, -1010, "it has not been started")                                                                                         \
  X(SELF_JOIN, -1011, "nobody can join itself")                                                                                            \
  X(BUSY, -1012, "it is in use")                                                                                                           \
  X(NO_MEMORY, -1013, "no memory is left")                                                                                                 \
  X(NO_RESOURCES, -1014, "the system permits no more of them")                                                                             \
  X(FULL, -1015, "it is full")                                                                                                             \
  X(EMPTY, -1016, "there is nothing in it")                                                                                                \
  X(SHUT_DOWN, -1017, "it has been shut down")                                                                                             \
  X(CANCELLED, -1018, "it was cancelled")                                                                                                  \
  X(JOB_FAILED, -1019, "the job failed")                                                                                                   \
  X(BROKEN_POOL, -1020, "a worker died, and the others cannot go on")                                                                      \
  X(OWNER_DIED, -1021, "the process that held it has died; it is held now by who was told so")                                             \
  X(END_OF_FILE, -1022, "all other ends are closed, and nothing is left in it")                                                            \
  X(CLOSED, -1023, "it is closed")                                                                                                         \
  X(NOT_CHILD, -1024, "it is no child of the calling process")                                                                             \
  X(DAEMON_CHILDREN, -1025, "a daemon may not have children")                                                                              \
  X(ALL_DONE, -1026, "every item that was put has been told done already")                                                                 \
  X(WORKER_DIED, -1027, "the worker died in the middle of the job")                                                                        \
  X(NO_MORE, -1028, "there are no more")                                                                                                   \
  X(NOT_CLOSED, -1029, "it has not been closed")                                                                                           \
  X(NOT_FOUND, -1030, "there is no such program or directory")                                                                             \
  X(NOT_PERMITTED, -1031, "the system does not permit it")                                                                                 \
  X(CHILD_FAILED, -1032, "the program ended with another code than 0")                                                                     \
  X(TOO_LARGE, -1033, "it is larger than there can ever be room for")                                                                      \
  X(TOO_SMALL, -1034, "the buffer is too small for it")                                                                                    \
  X(HELD, -1035, "the calling thread holds it already")                                                                                    \
  X(ENROLLED, -1036, "the calling thread takes part already")                                                                              \
  X(NOT_ENROLLED, -1037, "the calling thread takes no part")                                                                               \
  X(NOT_QUEUED, -1038, "it is not in the queue, or not any more")                                                                          \
  X(FOREIGN_TOKEN, -1039, "the token is not of this variable and context, or has been used")                                               \
  X(ENTERED, -1040, "somebody runs in it already")                                                                                         \
  X(NO_VALUE, -1041, "it has no value, and no default")                                                                                    \
  X(NO_TASK, -1042, "it is for tasks, and no task acts here")                                                                              \
  X(NO_LOOP, -1043, "no event loop runs in the calling thread")                                                                            \
  X(LOOP_RUNNING, -1044, "an event loop runs in the calling thread already")                                                               \
  X(STOPPED, -1045, "the event loop was stopped before")                                                                                   \
  X(SELF_AWAIT, -1046, "a task cannot await itself")                                                                                       \
  X(DONE, -1047, "it is over already")                                                                                                     \
  X(NOT_DONE, -1048, "it is not over yet")                                                                                                 \
  X(BLOCKS_LOOP, -1049, "it blocks the thread of an event loop, and all its tasks")                                                        \
  X(NEVER_RETRIEVED, -1050, "it failed, and nobody asked how it ended")                                                                    \
  X(STACK_OVERFLOW, -1051, "the stack of the task is too small for what it calls")                                                         \
  X(OTHER_LOOP, -1052, "tasks of another event loop wait there")                                                                           \
  X(UNREACHABLE, -1053, "nobody listens, or answers, there")                                                                               \
  X(WRONG_THREAD, -1054, "another thread runs its event loop")

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
