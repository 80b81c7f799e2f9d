/* preload: the wrappers that make an unmodified pthread program speak.
 *
 * Every exported function has the name of one of the C library and does exactly what that one does: same result, same errno,
 * same cancellation point. A wrapper begins with `if (!hd_emit_is_recording()) return REAL(name)(…)`, which is all that a
 * program pays that is not recorded. When recording it says what happens through emit (emit.h), and where: by its return
 * address, hence HERE, which must stand in the wrapper itself.
 *
 * Cancellation unwinds a thread through a wrapper's frame. Whatever a wrapper has begun when it calls a cancellation point
 * therefore lives in a struct hd_call declared by HD_CALL, whose clean-up ends it as abandoned; -fexceptions makes that work.
 */
#ifndef HEDDLE_PRELOAD_H
#define HEDDLE_PRELOAD_H
#include "emit.h"
#include "real.h"
#include <errno.h>

#define HD_WRAP __attribute__((visibility("default")))
#define HD_ALIAS(alias_name, name) HD_WRAP extern __typeof__(name) alias_name __attribute__((alias(#name)))
#define HERE __builtin_return_address(0)

/* tracer.c: LTTng's libraries, all in this range, and whether an address in it is really one of theirs. */
struct hd_range {
  uintptr_t begin, end;
};
extern struct hd_range hd_tracer_range;
bool hd_is_tracer_code(const void *address);

/* thread.c: this thread's emitter number, and how to get it for a thread whose creation was not seen. */
extern __thread uint32_t hd_own_number;
void hd_thread_adopt(struct hd_emit *emit);

/* As hd_emit_enter, for a call that returns to this address. */
static inline struct hd_emit *hd_enter(const void *return_address) {
  bool near = (uintptr_t)return_address - hd_tracer_range.begin < hd_tracer_range.end - hd_tracer_range.begin;
  if (__builtin_expect(near, 0) && hd_is_tracer_code(return_address)) return NULL;
  struct hd_emit *emit = hd_emit_enter();
  if (emit && __builtin_expect(!hd_own_number, 0)) hd_thread_adopt(emit);
  return emit;
}

/* A wait or blocking call that is going on: begun and paused. emit is NULL when nothing is to be said. */
struct hd_call {
  struct hd_emit *emit;
  bool is_wait;
  struct hd_emit_wait wait;
};
void hd_call_abandon(struct hd_call *call);
#define HD_CALL(variable) struct hd_call variable __attribute__((cleanup(hd_call_abandon))) = {.emit = NULL}

/* Begins a blocking call; enters emit by itself. */
void hd_call_begin(struct hd_call *call, enum hd_operation operation, int descriptor, const void *return_address);
/* Ends it, leaves emit and keeps errno. */
void hd_call_end(struct hd_call *call, int64_t result_or_minus_errno);
/* Of functions that return -1 and set errno. */
static inline void hd_call_end_errno(struct hd_call *call, int64_t result) { hd_call_end(call, result == -1 ? -errno : result); }

/* Begins a wait within an emission that was entered; call->wait holds what the caller knows of it (object, site …). */
void hd_wait_begin(struct hd_call *call, struct hd_emit *emit);
/* Ends the wait; the emission stays entered. */
void hd_wait_end(struct hd_call *call, enum hd_wait_result result);
/* The result of a wait from the error number of a pthread function. */
enum hd_wait_result hd_wait_result_of(int error);

/* A wrapper of a function that may block and does nothing else: `begin` begins `call`, unless it cannot block. */
#define HD_BLOCKING(return_type, name, parameters, arguments, begin)                                                                       \
  HD_WRAP return_type name parameters {                                                                                                    \
    if (!hd_emit_is_recording()) return REAL(name) arguments;                                                                              \
    HD_CALL(call);                                                                                                                         \
    begin;                                                                                                                                 \
    return_type result = REAL(name) arguments;                                                                                             \
    hd_call_end_errno(&call, result);                                                                                                      \
    return result;                                                                                                                         \
  }

/* How a lock is asked for. until is absolute, on clock. */
enum hd_patience { HD_BLOCK, HD_TIMED, HD_TIMED_BY_CLOCK };
struct hd_request {
  enum hd_patience patience;
  clockid_t clock;
  const struct timespec *until;
};
/* What the C library refuses before it looks at the object: a time that is none, a clock that no futex can wait by. */
static inline bool hd_is_time(const struct timespec *time) { return time->tv_nsec >= 0 && time->tv_nsec < 1000000000; }
static inline bool hd_is_clock(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC; }

/* The calling thread's id in the kernel, as the C library stores it in locks. */
pid_t hd_thread_id(void);
/* This process as it was when it began; a vfork child sees its parent's. */
extern pid_t hd_process_id;
/* In the child of a fork: nothing that was remembered of the forking thread is true any more. */
void hd_thread_forked(void);

/* mutex.c, for conditions and C11 */
int hd_mutex_acquire(pthread_mutex_t *mutex, const struct hd_request *request, const void *return_address);
int hd_mutex_try(pthread_mutex_t *mutex, const void *return_address);
int hd_mutex_release(pthread_mutex_t *mutex, const void *return_address);
void hd_mutex_began(pthread_mutex_t *mutex, const void *return_address);
void hd_mutex_ends(pthread_mutex_t *mutex, const void *return_address);
uint64_t hd_mutex_object(struct hd_emit *emit, const pthread_mutex_t *mutex);
/* Says the release of a mutex that is about to happen. False when the C library will refuse it: nothing was said. */
bool hd_mutex_say_released(struct hd_emit *emit, const pthread_mutex_t *mutex, const void *return_address);

/* condition.c, for C11 */
int hd_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct hd_request *request, const void *return_address);
void hd_condition_began(pthread_cond_t *condition, const void *return_address);
void hd_condition_ends(pthread_cond_t *condition, const void *return_address);
void hd_condition_notifies(pthread_cond_t *condition, enum hd_operation operation, const void *return_address);

/* once.c, for C11 */
int hd_once(pthread_once_t *once, void (*routine)(void), const void *return_address);

/* thread.c, for C11 */
struct hd_thread_start;
struct hd_thread_start *hd_thread_prepare(struct hd_emit *emit, void *(*routine)(void *), void *argument, const void *return_address);
void *hd_thread_run(void *start);
void hd_thread_created(struct hd_emit *emit, struct hd_thread_start *start, const pthread_t *thread, int error);
void hd_thread_exits(void);
void hd_join_begin(struct hd_call *call, pthread_t thread, enum hd_operation operation, const void *return_address);
void hd_join_end(struct hd_call *call, int error);
void hd_thread_detaches(pthread_t thread, const void *return_address);

/* descriptors.c */
/* The pipe's reference when the descriptor is one, else 0. */
uint64_t hd_descriptor_pipe(struct hd_emit *emit, int descriptor);
void hd_descriptor_forget(int descriptor);
/* Begin a read or write: of a pipe that would make it wait a wait, else a call. */
void hd_read_begin(struct hd_call *call, int descriptor, const void *return_address);
void hd_write_begin(struct hd_call *call, int descriptor, size_t bytes, const void *return_address);
size_t hd_iovec_bytes(const struct iovec *parts, int count);

/* environment.c */
/* The environment of a program that is about to be started, with what makes Heddle see it put back. room: as many bytes as
 * hd_environment_bytes says, to be taken from the stack: the caller may be a vfork child, which must not use malloc. */
size_t hd_environment_bytes(char *const environment[]);
char *const *hd_environment_complete(char *const environment[], void *room);
#define HD_ENVIRONMENT(environment) hd_environment_complete(environment, __builtin_alloca(hd_environment_bytes(environment)))

#endif
