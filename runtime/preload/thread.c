/* Threads: creation, end, join, detach, cancel and names.
 *
 * A thread starts in a trampoline with the emitter number that its creator reserved, and ends in the destructor of a
 * thread-specific key, in the last round but one of destructors: what other destructors do still belongs to it. That covers a
 * return, pthread_exit and cancellation alike.
 *
 * join, detach, cancel and setname name the thread by a pthread_t. Its emitter number stands in a thread-local variable of
 * the thread itself: an initial-exec variable lies at the same distance from the pthread_t in every thread, so another
 * thread's is read without any table, and is as valid as the handle is. */
#include "preload.h"
#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <stdarg.h>
#include <string.h>

pid_t hd_process_id;
static pthread_key_t end_key;
static bool has_end_key;
__thread uint32_t hd_own_number;
static __thread pid_t own_thread_id;
static __thread enum hd_thread_end_way end_way;

pid_t hd_thread_id(void) {
  if (__builtin_expect(!own_thread_id, 0)) own_thread_id = gettid();
  return own_thread_id;
}

static uint32_t *number_of(pthread_t thread) { return (uint32_t *)((char *)thread + ((char *)&hd_own_number - (char *)pthread_self())); }

static uint32_t emitter_of(struct hd_emit *emit, pthread_t thread) {
  return pthread_equal(thread, pthread_self()) ? hd_emit_number(emit) : __atomic_load_n(number_of(thread), __ATOMIC_RELAXED);
}

/* The value counts the rounds of destructors. The last round is left to LTTng, which cleans up after our last emission. */
static void end_round(void *value) {
  uintptr_t round = (uintptr_t)value;
  if (round < PTHREAD_DESTRUCTOR_ITERATIONS - 1 && pthread_setspecific(end_key, (void *)(round + 1)) == 0) return;
  hd_emit_thread_end(end_way);
  hd_emit_mute();
}

static void expect_end(enum hd_thread_end_way way) {
  end_way = way;
  if (has_end_key && !pthread_getspecific(end_key)) pthread_setspecific(end_key, (void *)1);
}

static void remember_self(void) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_emit_enter() : NULL;
  if (!emit) return;
  hd_own_number = hd_emit_number(emit);
  hd_emit_leave(emit);
}

/* Made by clone(), or by a library that looks up pthread_create behind us, as jemalloc does. */
void hd_thread_adopt(struct hd_emit *emit) {
  hd_own_number = hd_emit_number(emit);
  expect_end(HD_THREAD_END_WAY_RETURNED);
}

void hd_thread_forked(void) {
  hd_process_id = getpid();
  own_thread_id = 0;
  remember_self();
}

__attribute__((constructor)) static void start(void) {
  hd_process_id = getpid();
  pthread_atfork(NULL, NULL, hd_thread_forked);
  if (!hd_emit_is_recording()) return;
  has_end_key = pthread_key_create(&end_key, end_round) == 0;
  remember_self();
}

/* What the creator hands to the new thread. Both want the number to stand in the thread before anyone can ask for it: the
 * thread before its routine runs, the creator before it gives the handle away. The first to move the state writes it, and
 * the second to have come by frees this. */
enum { FRESH, CREATOR_WRITES, CREATOR_WROTE, THREAD_WROTE };
struct hd_thread_start {
  void *(*routine)(void *);
  void *argument;
  uint32_t number; /* 0: the thread stays silent */
  uint32_t creator;
  uint32_t site, stack;
  uint64_t at_ns;
  int state;
};

void *hd_thread_run(void *given) {
  struct hd_thread_start *shared = given, start = *shared;
  int fresh = FRESH;
  hd_own_number = start.number;
  bool first = __atomic_compare_exchange_n(&shared->state, &fresh, THREAD_WROTE, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  while (!first && __atomic_load_n(&shared->state, __ATOMIC_ACQUIRE) != CREATOR_WROTE) sched_yield();
  if (start.number)
    hd_emit_thread_begin(start.number, start.creator, (const void *)start.routine);
  else
    hd_emit_mute();
  if (!first) free(shared); /* an allocator's locks are known as this thread's by now */
  if (!start.number) return start.routine(start.argument);
  expect_end(HD_THREAD_END_WAY_CANCELLED);
  void *result = start.routine(start.argument);
  end_way = HD_THREAD_END_WAY_RETURNED;
  return result;
}

struct hd_thread_start *hd_thread_prepare(struct hd_emit *emit, void *(*routine)(void *), void *argument, const void *return_address) {
  struct hd_thread_start *start = malloc(sizeof *start);
  if (!start) return NULL;
  *start = (struct hd_thread_start){.routine = routine, .argument = argument};
  if (!emit) return start;
  start->number = hd_emit_reserve_actor();
  start->creator = hd_emit_number(emit);
  start->site = hd_emit_site(emit, HD_OPERATION_THREAD_CREATE, return_address);
  start->stack = hd_emit_stack(emit);
  start->at_ns = hd_emit_now();
  return start;
}

void hd_thread_created(struct hd_emit *emit, struct hd_thread_start *start, const pthread_t *thread, int error) {
  if (error) {
    free(start);
    return;
  }
  struct hd_thread_start said = *start;
  int fresh = FRESH;
  if (__atomic_compare_exchange_n(&start->state, &fresh, CREATOR_WRITES, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    __atomic_store_n(number_of(*thread), said.number, __ATOMIC_RELAXED);
    __atomic_store_n(&start->state, CREATOR_WROTE, __ATOMIC_RELEASE);
  } else
    free(start);
  if (emit) hd_emit_thread_create(emit, said.number, said.site, said.stack, said.at_ns);
}

/* LTTng's listeners must stay unseen; they are made while its libraries are loaded, before tracer.c knows these. The loader's
 * lock is not taken to find out: a constructor may hold it and wait for us. */
static bool is_tracer_routine(void *(*routine)(void *)) {
  struct dl_find_object object;
  if (_dl_find_object((void *)routine, &object) != 0 || !object.dlfo_link_map->l_name) return false;
  return strstr(object.dlfo_link_map->l_name, "/liblttng-ust") != NULL;
}

HD_WRAP int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *), void *argument) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (!emit && !is_tracer_routine(routine)) return REAL(pthread_create)(thread, attributes, routine, argument);
  struct hd_thread_start *start = hd_thread_prepare(emit, routine, argument, HERE);
  uint32_t number = start ? start->number : 0, site = start ? start->site : 0;
  int error = start ? REAL(pthread_create)(thread, attributes, hd_thread_run, start) : EAGAIN;
  if (start) hd_thread_created(emit, start, thread, error);
  int state = PTHREAD_CREATE_JOINABLE;
  if (emit && !error && attributes && pthread_attr_getdetachstate(attributes, &state) == 0 && state == PTHREAD_CREATE_DETACHED)
    hd_emit_thread_detach(emit, number, site);
  if (emit) hd_emit_leave(emit);
  return error;
}

void hd_thread_exits(void) {
  if (hd_emit_is_recording()) expect_end(HD_THREAD_END_WAY_EXITED);
}

HD_WRAP void pthread_exit(void *result) {
  hd_thread_exits();
  REAL(pthread_exit)(result);
  __builtin_unreachable();
}

void hd_join_begin(struct hd_call *call, pthread_t thread, enum hd_operation operation, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  uint32_t site = hd_emit_site(emit, operation, return_address);
  if (pthread_equal(thread, pthread_self())) { /* refused at once: nobody waits */
    hd_emit_misuse(emit, hd_emit_number(emit), site, EDEADLK);
    hd_emit_leave(emit);
    return;
  }
  call->wait = (struct hd_emit_wait){.object = emitter_of(emit, thread), .site = site, .descriptor = -1};
  hd_wait_begin(call, emit);
}

void hd_join_end(struct hd_call *call, int error) {
  struct hd_emit *emit = call->emit;
  if (!emit) return;
  hd_wait_end(call, hd_wait_result_of(error));
  if (error == EDEADLK || error == EINVAL || error == ESRCH) hd_emit_misuse(emit, call->wait.object, call->wait.site, error);
  hd_emit_leave(emit);
}

HD_WRAP int pthread_join(pthread_t thread, void **result) {
  if (!hd_emit_is_recording()) return REAL(pthread_join)(thread, result);
  HD_CALL(call);
  hd_join_begin(&call, thread, HD_OPERATION_THREAD_JOIN, HERE);
  int error = REAL(pthread_join)(thread, result);
  hd_join_end(&call, error);
  return error;
}

#define JOIN_TIMED(name, parameters, arguments)                                                                                            \
  HD_WRAP int name parameters {                                                                                                            \
    if (!hd_emit_is_recording()) return REAL(name) arguments;                                                                              \
    HD_CALL(call);                                                                                                                         \
    hd_join_begin(&call, thread, HD_OPERATION_THREAD_JOIN_TIMED, HERE);                                                                    \
    int error = REAL(name) arguments;                                                                                                      \
    hd_join_end(&call, error);                                                                                                             \
    return error;                                                                                                                          \
  }
JOIN_TIMED(pthread_timedjoin_np, (pthread_t thread, void **result, const struct timespec *until), (thread, result, until))
JOIN_TIMED(pthread_clockjoin_np, (pthread_t thread, void **result, clockid_t clock, const struct timespec *until),
           (thread, result, clock, until))

/* Only a try that succeeds is a join; it is a wait of no length. The number must be asked for before: then the handle is gone. */
HD_WRAP int pthread_tryjoin_np(pthread_t thread, void **result) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (!emit) return REAL(pthread_tryjoin_np)(thread, result);
  struct hd_emit_wait wait = {.object = emitter_of(emit, thread), .descriptor = -1};
  int error = REAL(pthread_tryjoin_np)(thread, result);
  if (!error) {
    wait.site = hd_emit_site(emit, HD_OPERATION_THREAD_JOIN_TIMED, HERE);
    hd_emit_wait_begin(emit, &wait);
    hd_emit_wait_end(emit, &wait, HD_WAIT_RESULT_OK);
  }
  hd_emit_leave(emit);
  return error;
}

void hd_thread_detaches(pthread_t thread, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  hd_emit_thread_detach(emit, emitter_of(emit, thread), hd_emit_site(emit, HD_OPERATION_THREAD_DETACH, return_address));
  hd_emit_leave(emit);
}

HD_WRAP int pthread_detach(pthread_t thread) {
  if (hd_emit_is_recording()) hd_thread_detaches(thread, HERE);
  return REAL(pthread_detach)(thread);
}

HD_WRAP int pthread_cancel(pthread_t thread) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (emit) {
    hd_emit_instant(emit, emitter_of(emit, thread), hd_emit_site(emit, HD_OPERATION_THREAD_CANCEL, HERE), hd_emit_now(), 0);
    hd_emit_leave(emit);
  }
  return REAL(pthread_cancel)(thread);
}

/* The kernel refuses the name of a thread that has ended; it is a name all the same. One that is too long is none. */
HD_WRAP int pthread_setname_np(pthread_t thread, const char *name) {
  int error = REAL(pthread_setname_np)(thread, name);
  struct hd_emit *emit = hd_emit_is_recording() && error != ERANGE ? hd_enter(HERE) : NULL;
  if (!emit) return error;
  uint32_t number = emitter_of(emit, thread);
  if (number) hd_emit_actor_name(emit, number, name);
  hd_emit_leave(emit);
  return error;
}

HD_WRAP int prctl(int option, ...) {
  unsigned long a[4];
  va_list arguments;
  va_start(arguments, option);
  for (int i = 0; i < 4; i++) a[i] = va_arg(arguments, unsigned long);
  va_end(arguments);
  int result = REAL(prctl)(option, a[0], a[1], a[2], a[3]);
  struct hd_emit *emit = hd_emit_is_recording() && option == PR_SET_NAME && result == 0 ? hd_enter(HERE) : NULL;
  if (!emit) return result;
  char name[16];
  memcpy(name, (const char *)a[0], strnlen((const char *)a[0], sizeof name - 1) + 1);
  name[sizeof name - 1] = 0;
  hd_emit_actor_name(emit, hd_emit_number(emit), name);
  hd_emit_leave(emit);
  return result;
}
