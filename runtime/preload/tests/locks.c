/* Mutexes, read-write locks, spin locks and once, pthread and C11.
 * log: misuse lock_acquire 35
 * log: misuse lock_release 1
 * log: misuse rlock_release 1
 * log: wait lock_acquire ok
 * log: wait lock_timed timeout
 * log: wait lock_acquire owner_died
 * log: wait lock_try owner_died
 * log: wait rwlock_read_timed timeout
 * log: wait rwlock_write_timed timeout
 * log: wait rwlock_write ok
 * log: misuse rwlock_read 35
 * log: wait spin_acquire ok
 * log: wait once ok
 * log: batch rlock_acquire
 * log: batch spin_acquire
 * log: batch once$
 * log: object_begin rlock 0 -1
 * log: object_begin lock 2 -1
 * log: object_begin lock 4 -1
 * log: object_begin lock 3 -1
 * log: shared_object lock
 * nolog: misuse .* 110
 * nolog: unobserved
 */
#include "check.h"
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

static void init(pthread_mutex_t *mutex, int type, int robust, int shared, int protocol) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, type);
  pthread_mutexattr_setrobust(&attributes, robust);
  pthread_mutexattr_setpshared(&attributes, shared);
  pthread_mutexattr_setprotocol(&attributes, protocol);
  CHECK(pthread_mutex_init(mutex, &attributes) == 0);
}

/* Runs one call in another thread and gives its result. */
struct elsewhere {
  int (*function)(void *);
  void *argument;
  int result;
};
static void *run_elsewhere(void *given) {
  struct elsewhere *there = given;
  there->result = there->function(there->argument);
  return NULL;
}
static int elsewhere(int (*function)(void *), void *argument) {
  struct elsewhere there = {function, argument, -1};
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, run_elsewhere, &there) == 0 && pthread_join(thread, NULL) == 0);
  return there.result;
}

static int lock(void *mutex) { return pthread_mutex_lock(mutex); }
static int try_lock(void *mutex) { return pthread_mutex_trylock(mutex); }
static int unlock(void *mutex) { return pthread_mutex_unlock(mutex); }
static int lock_50ms(void *mutex) {
  struct timespec until = after_ms(CLOCK_REALTIME, 50);
  return pthread_mutex_timedlock(mutex, &until);
}
static int lock_by_clock(void *mutex) {
  struct timespec until = after_ms(CLOCK_MONOTONIC, 50);
  return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &until);
}
static int lock_at_no_time(void *mutex) { return pthread_mutex_timedlock(mutex, &no_time); }

static void plain(void) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  errno = 77;
  CHECK(pthread_mutex_lock(&mutex) == 0 && elsewhere(try_lock, &mutex) == EBUSY);
  CHECK(elsewhere(lock_50ms, &mutex) == ETIMEDOUT && elsewhere(lock_by_clock, &mutex) == ETIMEDOUT);
  CHECK(elsewhere(lock_at_no_time, &mutex) == EINVAL);
  CHECK(pthread_mutex_destroy(&mutex) == EBUSY);
  CHECK(elsewhere(unlock, &mutex) == 0);                                                      /* anyone may release a plain mutex */
  CHECK(pthread_mutex_timedlock(&mutex, &no_time) == 0 && pthread_mutex_unlock(&mutex) == 0); /* free: the time is not looked at */
  CHECK(pthread_mutex_clocklock(&mutex, 12345, &no_time) == EINVAL);
  CHECK(pthread_mutex_destroy(&mutex) == 0);
  CHECK(errno == 77);
}

static void *hold_100ms(void *mutex) {
  pthread_mutex_lock(mutex);
  pause_ms(100);
  pthread_mutex_unlock(mutex);
  return NULL;
}

static void contended(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, hold_100ms, &mutex) == 0);
  while (pthread_mutex_trylock(&mutex) == 0) pthread_mutex_unlock(&mutex);
  CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
  pthread_join(thread, NULL);
}

static void error_checking(int protocol) {
  pthread_mutex_t mutex;
  init(&mutex, PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE, protocol);
  CHECK(pthread_mutex_unlock(&mutex) == EPERM);
  CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == EDEADLK && elsewhere(unlock, &mutex) == EPERM);
  CHECK(pthread_mutex_unlock(&mutex) == 0 && pthread_mutex_destroy(&mutex) == 0);
}

static void recursive(void) {
  pthread_mutex_t mutex;
  init(&mutex, PTHREAD_MUTEX_RECURSIVE, PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE, PTHREAD_PRIO_NONE);
  CHECK(pthread_mutex_lock(&mutex) == 0 && pthread_mutex_lock(&mutex) == 0 && pthread_mutex_trylock(&mutex) == 0);
  CHECK(elsewhere(try_lock, &mutex) == EBUSY && elsewhere(unlock, &mutex) == EPERM);
  for (int i = 0; i < 3; i++) CHECK(pthread_mutex_unlock(&mutex) == 0);
  CHECK(pthread_mutex_unlock(&mutex) == EPERM && pthread_mutex_destroy(&mutex) == 0);
}

static void robust(int (*again)(void *)) {
  pthread_mutex_t mutex;
  init(&mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_PRIVATE, PTHREAD_PRIO_NONE);
  CHECK(elsewhere(lock, &mutex) == 0); /* and ends with it */
  CHECK(again(&mutex) == EOWNERDEAD && pthread_mutex_consistent(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
  CHECK(elsewhere(lock, &mutex) == 0 && again(&mutex) == EOWNERDEAD && pthread_mutex_unlock(&mutex) == 0);
  for (int i = 0; i < 3; i++) CHECK(pthread_mutex_lock(&mutex) == ENOTRECOVERABLE);
  CHECK(elsewhere(lock, &mutex) == ENOTRECOVERABLE && pthread_mutex_trylock(&mutex) == ENOTRECOVERABLE);
  CHECK(pthread_mutex_destroy(&mutex) == 0);
}

static void shared(void) {
  pthread_mutex_t *mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  init(mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_SHARED, PTHREAD_PRIO_NONE);
  pid_t child = fork();
  if (child == 0) _exit(pthread_mutex_lock(mutex));
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(pthread_mutex_lock(mutex) == EOWNERDEAD && pthread_mutex_consistent(mutex) == 0 && pthread_mutex_unlock(mutex) == 0);
  munmap(mutex, 4096);
  pthread_mutex_t local; /* shared by its attribute, but not in shared memory */
  init(&local, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_SHARED, PTHREAD_PRIO_NONE);
  CHECK(pthread_mutex_lock(&local) == 0 && pthread_mutex_unlock(&local) == 0);
}

static int read_50ms(void *rwlock) {
  struct timespec until = after_ms(CLOCK_REALTIME, 50);
  return pthread_rwlock_timedrdlock(rwlock, &until);
}
static int write_50ms(void *rwlock) {
  struct timespec until = after_ms(CLOCK_MONOTONIC, 50);
  return pthread_rwlock_clockwrlock(rwlock, CLOCK_MONOTONIC, &until);
}
static int try_read(void *rwlock) { return pthread_rwlock_tryrdlock(rwlock); }
static int try_write(void *rwlock) { return pthread_rwlock_trywrlock(rwlock); }
static void *read_100ms(void *rwlock) {
  pthread_rwlock_rdlock(rwlock);
  pause_ms(100);
  pthread_rwlock_unlock(rwlock);
  return NULL;
}

static void read_write(void) {
  static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
  CHECK(pthread_rwlock_rdlock(&rwlock) == 0 && pthread_rwlock_tryrdlock(&rwlock) == 0);
  CHECK(elsewhere(try_write, &rwlock) == EBUSY && elsewhere(write_50ms, &rwlock) == ETIMEDOUT);
  CHECK(pthread_rwlock_unlock(&rwlock) == 0 && pthread_rwlock_unlock(&rwlock) == 0);
  CHECK(pthread_rwlock_wrlock(&rwlock) == 0 && pthread_rwlock_rdlock(&rwlock) == EDEADLK && pthread_rwlock_wrlock(&rwlock) == EDEADLK);
  CHECK(elsewhere(try_read, &rwlock) == EBUSY && elsewhere(read_50ms, &rwlock) == ETIMEDOUT && pthread_rwlock_unlock(&rwlock) == 0);
  CHECK(pthread_rwlock_timedrdlock(&rwlock, &no_time) == EINVAL && pthread_rwlock_timedwrlock(&rwlock, &no_time) == EINVAL);
  CHECK(pthread_rwlock_clockrdlock(&rwlock, 12345, &(struct timespec){1, 0}) == EINVAL);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, read_100ms, &rwlock) == 0);
  while (pthread_rwlock_trywrlock(&rwlock) == 0) pthread_rwlock_unlock(&rwlock);
  CHECK(pthread_rwlock_wrlock(&rwlock) == 0 && pthread_rwlock_unlock(&rwlock) == 0);
  pthread_join(thread, NULL);
  CHECK(pthread_rwlock_destroy(&rwlock) == 0);
}

static pthread_spinlock_t spin_lock;
static int spin_try(void *unused) { return pthread_spin_trylock(&spin_lock); }
static void *spin_50ms(void *unused) {
  pthread_spin_lock(&spin_lock);
  pause_ms(50);
  pthread_spin_unlock(&spin_lock);
  return NULL;
}

static void spin(void) {
  CHECK(pthread_spin_init(&spin_lock, PTHREAD_PROCESS_SHARED) == 0 && pthread_spin_lock(&spin_lock) == 0);
  CHECK(elsewhere(spin_try, NULL) == EBUSY && pthread_spin_unlock(&spin_lock) == 0);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, spin_50ms, NULL) == 0);
  while (pthread_spin_trylock(&spin_lock) == 0) pthread_spin_unlock(&spin_lock);
  CHECK(pthread_spin_lock(&spin_lock) == 0 && pthread_spin_unlock(&spin_lock) == 0);
  pthread_join(thread, NULL);
  CHECK(pthread_spin_destroy(&spin_lock) == 0);
}

static pthread_once_t outer_once = PTHREAD_ONCE_INIT, inner_once = PTHREAD_ONCE_INIT, slow_once = PTHREAD_ONCE_INIT,
                      left_once = PTHREAD_ONCE_INIT;
static int outer_runs, inner_runs, slow_runs, left_runs;
static void inner(void) { inner_runs++; }
static void outer(void) {
  outer_runs++;
  pthread_once(&inner_once, inner);
}
static void slow(void) {
  __atomic_store_n(&slow_runs, 1, __ATOMIC_RELEASE);
  pause_ms(100);
}
static void *run_slow(void *unused) {
  pthread_once(&slow_once, slow);
  return NULL;
}
static void leave(void) {
  if (left_runs++ == 0) pthread_exit(NULL);
}
static void *run_left(void *unused) {
  pthread_once(&left_once, leave);
  return NULL;
}

static void once(void) {
  for (int i = 0; i < 3; i++) CHECK(pthread_once(&outer_once, outer) == 0);
  CHECK(outer_runs == 1 && inner_runs == 1);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, run_slow, NULL) == 0);
  while (!__atomic_load_n(&slow_runs, __ATOMIC_ACQUIRE)) {}
  CHECK(pthread_once(&slow_once, slow) == 0 && pthread_join(thread, NULL) == 0);
  CHECK(pthread_create(&thread, NULL, run_left, NULL) == 0 && pthread_join(thread, NULL) == 0); /* left by a thread that ends in it */
  CHECK(pthread_once(&left_once, leave) == 0 && left_runs == 2);
}

static mtx_t c11_mutex;
static int c11_lock_50ms(void *unused) {
  struct timespec until = after_ms(CLOCK_REALTIME, 50);
  return mtx_timedlock(&c11_mutex, &until);
}
static once_flag c11_once = ONCE_FLAG_INIT;

static void c11(void) {
  CHECK(mtx_init(&c11_mutex, mtx_timed | mtx_recursive) == thrd_success);
  CHECK(mtx_lock(&c11_mutex) == thrd_success && mtx_trylock(&c11_mutex) == thrd_success);
  thrd_t thread;
  int result;
  CHECK(thrd_create(&thread, c11_lock_50ms, NULL) == thrd_success && thrd_join(thread, &result) == thrd_success && result == thrd_timedout);
  CHECK(mtx_unlock(&c11_mutex) == thrd_success && mtx_unlock(&c11_mutex) == thrd_success && mtx_unlock(&c11_mutex) == thrd_error);
  mtx_destroy(&c11_mutex);
  inner_runs = 0;
  call_once(&c11_once, inner);
  call_once(&c11_once, inner);
  CHECK(inner_runs == 1);
}

int main(void) {
  plain();
  contended();
  error_checking(PTHREAD_PRIO_NONE);
  error_checking(PTHREAD_PRIO_INHERIT);
  recursive();
  robust(lock);
  robust(try_lock);
  shared();
  read_write();
  spin();
  once();
  c11();
}
