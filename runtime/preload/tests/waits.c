/* Conditions, semaphores and barriers; cancellation of those who wait in them.
 * log: wait condition_wait ok
 * log: wait condition_wait_timed timeout
 * log: wait condition_wait abandoned
 * log: batch condition_notify$
 * log: batch condition_notify_all
 * log: (batch|released) condition_reacquire
 * log: misuse condition_wait 1
 * log: wait semaphore_acquire ok
 * log: wait semaphore_acquire error
 * log: wait semaphore_acquire abandoned
 * log: wait semaphore_timed timeout
 * log: batch semaphore_acquire
 * log: batch semaphore_try
 * log: batch semaphore_post
 * log: object_begin semaphore 0 2
 * log: object_begin semaphore 1 1 .*heddle-test
 * log: shared_object semaphore
 * log: wait barrier_wait ok
 * log: object_begin barrier 0 3
 * nolog: unobserved
 */
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <threads.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int turn, left_with_mutex;
static sem_t semaphore;

static void *take_turns(void *unused) {
  pthread_mutex_lock(&mutex);
  turn = 1;
  pthread_cond_signal(&condition);
  while (turn != 2) pthread_cond_wait(&condition, &mutex);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void conditions(void) {
  pthread_t thread;
  pthread_mutex_lock(&mutex);
  CHECK(pthread_create(&thread, NULL, take_turns, NULL) == 0);
  while (turn != 1) CHECK(pthread_cond_wait(&condition, &mutex) == 0);
  turn = 2;
  CHECK(pthread_cond_broadcast(&condition) == 0);
  pthread_mutex_unlock(&mutex);
  pthread_join(thread, NULL);

  pthread_mutex_lock(&mutex);
  struct timespec until = after_ms(CLOCK_REALTIME, 20);
  CHECK(pthread_cond_timedwait(&condition, &mutex, &until) == ETIMEDOUT);
  until = after_ms(CLOCK_MONOTONIC, 20);
  CHECK(pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &until) == ETIMEDOUT);
  CHECK(pthread_cond_timedwait(&condition, &mutex, &no_time) == EINVAL);
  CHECK(pthread_cond_clockwait(&condition, &mutex, 12345, &until) == EINVAL);
  CHECK(pthread_mutex_unlock(&mutex) == 0);

  pthread_mutexattr_t attributes;
  pthread_mutex_t checking;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  CHECK(pthread_mutex_init(&checking, &attributes) == 0 && pthread_cond_wait(&condition, &checking) == EPERM);
  CHECK(pthread_cond_init(&condition, NULL) == 0 && pthread_cond_destroy(&condition) == 0);
}

static void leave_condition(void *unused) { left_with_mutex = pthread_mutex_trylock(&mutex) == EBUSY && pthread_mutex_unlock(&mutex) == 0; }
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static void *wait_for_ever(void *unused) {
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(leave_condition, NULL);
  turn = 3;
  for (;;) pthread_cond_wait(&never, &mutex);
  pthread_cleanup_pop(0);
  return NULL;
}

static void cancel_condition(void) {
  pthread_t thread;
  void *result;
  CHECK(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0);
  for (int now = 0; now != 3; pthread_mutex_unlock(&mutex)) {
    pthread_mutex_lock(&mutex);
    now = turn;
  }
  CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  CHECK(left_with_mutex && pthread_mutex_trylock(&mutex) == 0 && pthread_mutex_unlock(&mutex) == 0);
}

static void *take(void *given) {
  CHECK(sem_wait(given) == 0);
  return NULL;
}
static void nothing(int signal_number) {}
static void *take_for_ever(void *given) {
  CHECK_ERRNO(sem_wait(given), EINTR);
  sem_wait(given);
  return NULL;
}
static void *take_cancelled(void *given) {
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  pthread_cancel(pthread_self());
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  sem_wait(given); /* a cancellation point even though it need not wait */
  return NULL;
}

static void semaphores(void) {
  CHECK(sem_init(&semaphore, 0, 2) == 0 && sem_wait(&semaphore) == 0 && sem_trywait(&semaphore) == 0);
  CHECK_ERRNO(sem_trywait(&semaphore), EAGAIN);
  struct timespec until = after_ms(CLOCK_REALTIME, 20);
  CHECK_ERRNO(sem_timedwait(&semaphore, &until), ETIMEDOUT);
  until = after_ms(CLOCK_MONOTONIC, 20);
  CHECK_ERRNO(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until), ETIMEDOUT);
  CHECK_ERRNO(sem_timedwait(&semaphore, &no_time), EINVAL);
  CHECK_ERRNO(sem_init(&semaphore, 0, ~0u), EINVAL);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, take, &semaphore) == 0);
  pause_ms(50);
  CHECK(sem_post(&semaphore) == 0 && pthread_join(thread, NULL) == 0);

  struct sigaction action = {.sa_handler = nothing};
  sigaction(SIGUSR1, &action, NULL);
  CHECK(pthread_create(&thread, NULL, take_for_ever, &semaphore) == 0);
  pause_ms(50);
  pthread_kill(thread, SIGUSR1);
  pause_ms(50);
  void *result;
  CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  sem_post(&semaphore);
  CHECK(pthread_create(&thread, NULL, take_cancelled, &semaphore) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  int value;
  CHECK(sem_getvalue(&semaphore, &value) == 0 && value == 1 && sem_destroy(&semaphore) == 0);
}

static void named_semaphores(void) {
  char name[64];
  snprintf(name, sizeof name, "/heddle-test-%d", (int)getpid());
  CHECK(sem_open(name, 0) == SEM_FAILED && errno == ENOENT);
  sem_t *opened = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
  CHECK(opened != SEM_FAILED && sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED && errno == EEXIST);
  CHECK(sem_wait(opened) == 0 && sem_post(opened) == 0 && sem_unlink(name) == 0 && sem_close(opened) == 0);
}

static pthread_barrier_t barrier;
static int serial_count;
static void *meet(void *unused) {
  for (int phase = 0; phase < 5; phase++) {
    int result = pthread_barrier_wait(&barrier);
    CHECK(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD);
    if (result) __atomic_fetch_add(&serial_count, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

static void barriers(void) {
  pthread_t threads[2];
  CHECK(pthread_barrier_init(&barrier, NULL, 0) == EINVAL && pthread_barrier_init(&barrier, NULL, 3) == 0);
  for (int i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, meet, NULL) == 0);
  meet(NULL);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  CHECK(serial_count == 5 && pthread_barrier_destroy(&barrier) == 0);
}

static void c11_conditions(void) {
  mtx_t lock;
  cnd_t changed;
  CHECK(mtx_init(&lock, mtx_plain) == thrd_success && cnd_init(&changed) == thrd_success && mtx_lock(&lock) == thrd_success);
  struct timespec until = after_ms(CLOCK_REALTIME, 20);
  CHECK(cnd_timedwait(&changed, &lock, &until) == thrd_timedout);
  CHECK(cnd_signal(&changed) == thrd_success && cnd_broadcast(&changed) == thrd_success && mtx_unlock(&lock) == thrd_success);
  cnd_destroy(&changed);
  mtx_destroy(&lock);
}

int main(void) {
  cancel_condition();
  conditions();
  semaphores();
  named_semaphores();
  barriers();
  c11_conditions();
}
