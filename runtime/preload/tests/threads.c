/* Threads: their results, ends, names, and what runs after their routine.
 * log: thread_end returned
 * log: thread_end exited
 * log: thread_end cancelled
 * log: wait thread_join ok
 * log: wait thread_join_timed timeout
 * log: wait thread_join_timed ok
 * log: misuse thread_join 35
 * log: actor_name worker
 * log: actor_name mine
 * log: thread_detach
 * log: batch thread_cancel
 * log: process_end 0 returned
 * nolog: unobserved
 */
#include "check.h"
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <threads.h>
#include <unistd.h>

static void *give(void *argument) { return argument; }
static void *leave(void *argument) { pthread_exit(argument); }
static void *sleep_long(void *unused) {
  sleep(100);
  return NULL;
}
static void *join_self(void *unused) { return (void *)(intptr_t)pthread_join(pthread_self(), NULL); }
static int give_3(void *unused) { return 3; }
static int leave_4(void *unused) { thrd_exit(4); }

static void *result_of(void *(*routine)(void *), void *argument) {
  pthread_t thread;
  void *result = NULL;
  CHECK(pthread_create(&thread, NULL, routine, argument) == 0 && pthread_join(thread, &result) == 0);
  return result;
}

static void joins(void) {
  CHECK(result_of(give, (void *)7) == (void *)7 && result_of(leave, (void *)8) == (void *)8);
  CHECK(result_of(join_self, NULL) == (void *)EDEADLK);
  pthread_t thread;
  void *result;
  CHECK(pthread_create(&thread, NULL, sleep_long, NULL) == 0 && pthread_tryjoin_np(thread, &result) == EBUSY);
  struct timespec until = after_ms(CLOCK_REALTIME, 20);
  CHECK(pthread_timedjoin_np(thread, &result, &until) == ETIMEDOUT);
  until = after_ms(CLOCK_MONOTONIC, 20);
  CHECK(pthread_clockjoin_np(thread, &result, CLOCK_MONOTONIC, &until) == ETIMEDOUT);
  CHECK(pthread_cancel(thread) == 0);
  while (pthread_tryjoin_np(thread, &result) == EBUSY) pause_ms(1);
  CHECK(result == PTHREAD_CANCELED);
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  CHECK(pthread_create(&thread, &detached, give, NULL) == 0);
  CHECK(pthread_create(&thread, NULL, sleep_long, NULL) == 0 && pthread_detach(thread) == 0 && pthread_join(thread, NULL) == EINVAL);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int destroyed;
static void destroy(void *unused) { /* locks behind the routine's end, as libraries do */
  pthread_mutex_lock(&mutex);
  destroyed++;
  pthread_mutex_unlock(&mutex);
}
static pthread_key_t key;
static void *with_key(void *value) {
  pthread_setspecific(key, value);
  return NULL;
}

static void names(void) {
  pthread_t thread;
  char name[16];
  CHECK(pthread_create(&thread, NULL, sleep_long, NULL) == 0 && pthread_setname_np(thread, "worker") == 0);
  CHECK(pthread_getname_np(thread, name, sizeof name) == 0 && strcmp(name, "worker") == 0);
  CHECK(pthread_setname_np(thread, "a name that is too long") == ERANGE);
  pthread_cancel(thread);
  pthread_join(thread, NULL);
  CHECK(prctl(PR_SET_NAME, "mine") == 0 && prctl(PR_GET_NAME, name) == 0 && strcmp(name, "mine") == 0);
  CHECK_ERRNO(prctl(-1, 0, 0, 0, 0), EINVAL);
}

static void c11(void) {
  thrd_t thread;
  int result;
  CHECK(thrd_create(&thread, give_3, NULL) == thrd_success && thrd_join(thread, &result) == thrd_success && result == 3);
  CHECK(thrd_create(&thread, leave_4, NULL) == thrd_success && thrd_join(thread, &result) == thrd_success && result == 4);
  CHECK(thrd_create(&thread, give_3, NULL) == thrd_success && thrd_detach(thread) == thrd_success);
  CHECK(thrd_sleep(&(struct timespec){0, 1000}, NULL) == 0);
}

int main(void) {
  joins();
  CHECK(pthread_key_create(&key, destroy) == 0);
  for (int i = 0; i < 100; i++) result_of(with_key, &key);
  CHECK(destroyed == 100);
  names();
  c11();
}
