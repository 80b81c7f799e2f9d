/* A child hangs in two deadlocks of its own at once, each of two threads; the parent kills it and goes on as if nothing were.
 * expect: exit 0
 * expect: finding deadlock occurred red,green
 * expect: finding deadlock occurred white,black
 * expect: processes 2
 * expect: lost 0
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t m[4] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static void both(int x, int y) {
  pthread_mutex_lock(&m[x]);
  usleep(100000);
  pthread_mutex_lock(&m[y]);
}
static void *red(void *p) {
  both(0, 1);
  return p;
}
static void *green(void *p) {
  both(1, 0);
  return p;
}
static void *white(void *p) {
  both(2, 3);
  return p;
}
static void *black(void *p) {
  both(3, 2);
  return p;
}
int main(void) {
  pid_t child = fork();
  if (child == 0) {
    void *(*const all[])(void *) = {red, green, white, black};
    pthread_t t[4];
    for (int i = 0; i < 4; i++) pthread_create(&t[i], NULL, all[i], NULL);
    pthread_join(t[0], NULL);
    _exit(0);
  }
  usleep(600000);
  kill(child, SIGKILL);
  return waitpid(child, NULL, 0) != child;
}
