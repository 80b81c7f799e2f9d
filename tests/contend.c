/* Work for the tests: 'threads N COUNT' makes N threads fight for one lock, COUNT times each; 'alone N COUNT' gives each a lock of its own;
 * 'forks N' forks N children, every second one of which is killed, each after ten pairs on a lock of its own.
 *
 * usage: contend threads N COUNT | contend alone N COUNT | contend forks N */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREAD_CAPACITY = 512 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, own_locks[THREAD_CAPACITY];
static long round_count;
static volatile long shared;

static void *fight(void *argument) {
  for (long i = 0; i < round_count; i++) {
    pthread_mutex_lock(&lock);
    for (int spin = 0; spin < 20; spin++) shared++;
    pthread_mutex_unlock(&lock);
  }
  return argument;
}

static void *be_alone(void *own) {
  for (long i = 0; i < round_count; i++) {
    pthread_mutex_lock(own);
    pthread_mutex_unlock(own);
  }
  return own;
}

static void child(int number) {
  for (int i = 0; i < 10; i++) {
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
  }
  if (number % 2) raise(SIGKILL);
  _exit(0);
}

int main(int argument_count, char **arguments) {
  int count = argument_count > 2 ? atoi(arguments[2]) : 2;
  if (argument_count > 3) {
    bool alone = strcmp(arguments[1], "alone") == 0;
    pthread_t threads[THREAD_CAPACITY];
    round_count = atol(arguments[3]);
    for (int i = 0; i < THREAD_CAPACITY; i++) pthread_mutex_init(&own_locks[i], NULL);
    for (int i = 0; i < count && i < THREAD_CAPACITY; i++) pthread_create(&threads[i], NULL, alone ? be_alone : fight, &own_locks[i]);
    for (int i = 0; i < count && i < THREAD_CAPACITY; i++) pthread_join(threads[i], NULL);
    return !alone && shared != 20 * round_count * count;
  }
  for (int i = 0; i < count; i++) {
    pid_t pid = fork();
    if (pid == 0) child(i);
    if (pid < 0 || waitpid(pid, NULL, 0) != pid) return 1;
  }
  return 0;
}
