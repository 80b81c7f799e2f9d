#include "process-guard.h"
#include "trace.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

/* The preload wraps what a guard is made of: a guard is no lock of the program's, so these calls are silent. */
void hd_process_guard_init(struct hd_process_guard *guard) {
  pthread_mutexattr_t attributes;
  hd_emit_mute();
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&guard->mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  hd_emit_unmute();
}

/* A release wakes one sleeper. When that one is killed before it has the mutex, and another who never slept has taken it meanwhile, the
 * kernel does not pass the wake on: the rest would sleep for ever, so they look. By the wall clock, since ThreadSanitizer does not know
 * pthread_mutex_clocklock; set back, it makes that look late. */
static int lock_by_looking(pthread_mutex_t *mutex) {
  int error;
  do {
    struct timespec look;
    clock_gettime(CLOCK_REALTIME, &look);
    look.tv_nsec += HD_PROCESS_LOOK_NS;
    look.tv_sec += look.tv_nsec / HD_SECOND_NS;
    look.tv_nsec %= HD_SECOND_NS;
    error = pthread_mutex_timedlock(mutex, &look);
  } while (error == ETIMEDOUT);
#ifdef __SANITIZE_THREAD__
  if (error == EOWNERDEAD) { /* it takes that for a failure */
    __tsan_mutex_pre_lock(mutex, __tsan_mutex_try_lock);
    __tsan_mutex_post_lock(mutex, __tsan_mutex_try_lock, 0);
  }
#endif
  return error;
}

void hd_process_guard_enter(struct hd_process_guard *guard, void (*repair)(void *object), void *object) {
  hd_emit_mute();
  int error = pthread_mutex_trylock(&guard->mutex);
  if (__builtin_expect(error == EBUSY, 0)) error = lock_by_looking(&guard->mutex);
  if (__builtin_expect(error == 0, 1)) return;
  if (error != EOWNERDEAD) abort(); /* no guard: the structure was never made, or something else has overwritten it */
  repair(object);
  pthread_mutex_consistent(&guard->mutex); /* only now: killed in the middle of the repair, the next one does it again */
}

void hd_process_guard_leave(struct hd_process_guard *guard) {
  pthread_mutex_unlock(&guard->mutex);
  hd_emit_unmute();
}

int hd_process_bell_sleep(const struct hd_process_bell *bell, uint32_t heard, hd_deadline deadline) {
  hd_deadline look = hd_deadline_sooner(deadline, HD_PROCESS_LOOK_NS);
  int result = hd_process_futex_wait(&bell->rings, heard, look);
  return look == deadline ? result : HD_OK;
}

void hd_process_bell_ring(struct hd_process_bell *bell, uint32_t count) {
  __atomic_add_fetch(&bell->rings, 1, __ATOMIC_RELEASE);
  hd_process_futex_wake(&bell->rings, count);
}
