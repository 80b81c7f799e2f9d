/* A server at rest: workers wait for jobs, a child waits for a byte, main for a connection. Whoever stops it stops no hang.
 * expect: interrupt 2
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: nofinding lost-wakeup
 * expect: nofinding held-by-exited
 * expect: state worker wait-condition 100 -
 * expect: lost 0
 */
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static sem_t jobs;
static int pending;
static void *worker(void *p) {
  pthread_mutex_lock(&m);
  for (;;) {
    while (!pending) pthread_cond_wait(&work, &m);
    pending--;
  }
  return p;
}
static void *taker(void *p) {
  for (;;) sem_wait(&jobs);
  return p;
}
int main(void) {
  pthread_t t[3];
  int ends[2];
  char byte;
  sem_init(&jobs, 0, 0);
  if (pipe(ends)) return 1;
  if (fork() == 0) {
    close(ends[1]);
    _exit(read(ends[0], &byte, 1) == 1);
  }
  for (int i = 0; i < 3; i++) pthread_create(&t[i], NULL, i == 2 ? taker : worker, NULL);
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&any, sizeof any) || listen(listener, 1)) return 2;
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) return 3;
    pthread_mutex_lock(&m);
    pending++;
    pthread_cond_signal(&work);
    pthread_mutex_unlock(&m);
    sem_post(&jobs);
    if (write(ends[1], "x", 1) != 1) return 4;
  }
}
