/* Hangs in the way its argument names, holding a lock; what it waits for and holds must stand in its slot. */
#include "check.h"
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

int main(int argument_count, char **arguments) {
  const char *way = argument_count > 1 ? arguments[1] : "";
  pthread_mutex_lock(&held);
  if (strcmp(way, "relock") == 0) pthread_mutex_lock(&held);
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  if (strcmp(way, "semaphore") == 0) sem_wait(&semaphore);
  pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
  pthread_rwlock_rdlock(&rwlock);
  if (strcmp(way, "rwlock") == 0) pthread_rwlock_wrlock(&rwlock);
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  if (strcmp(way, "condition") == 0) pthread_cond_wait(&condition, &mutex);
  int ends[2];
  char byte;
  CHECK(pipe(ends) == 0);
  if (strcmp(way, "pipe") == 0) CHECK(read(ends[0], &byte, 1) == 1);
  if (strcmp(way, "pause") == 0) pause();
  return 1;
}
