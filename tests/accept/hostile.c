/* A program that closes every descriptor, allows itself few of them, blocks all signals, changes its folder and root, forks, and execs
 * itself while another thread runs: all is still recorded, but for the three events of `true`, which has no descriptors left for LTTng.
 * expect: exit 9
 * expect: processes 3
 * expect: lost 3
 * expect: actor thread after_close
 * expect: actor thread after_exec
 * expect: actor thread in_root
 * expect: finding lock-order predicted|potential after_exec,reversed
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void both(pthread_mutex_t *x, pthread_mutex_t *y) {
  pthread_mutex_lock(x);
  pthread_mutex_lock(y);
  pthread_mutex_unlock(y);
  pthread_mutex_unlock(x);
}
static void *after_close(void *p) {
  both(&a, &b);
  return p;
}
static void *after_exec(void *p) {
  both(&a, &b);
  return p;
}
static void *reversed(void *p) {
  usleep(30000);
  both(&b, &a);
  return p;
}
static void *in_root(void *p) {
  both(&a, &b);
  return p;
}
static void *runs_on(void *p) {
  for (;;) {
    both(&a, &b);
    usleep(100);
  }
  return p;
}
static void run(void *(*routine)(void *)) {
  pthread_t t;
  if (pthread_create(&t, NULL, routine, NULL) == 0) pthread_join(t, NULL);
}
int main(int argc, char **argv) {
  pthread_t t, u;
  if (argc > 1) {
    pthread_create(&t, NULL, after_exec, NULL);
    pthread_create(&u, NULL, reversed, NULL);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
    return 9;
  }
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  int program = open("/proc/self/exe", O_PATH);
  dup2(program, 100);
  for (int i = 0; i < 1024; i++)
    if (i != 100) close(i);
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){4, 1024});
  setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, 4096});
  signal(SIGXFSZ, SIG_IGN);
  run(after_close);
  if (fork() == 0) {
    if (chdir("/proc") == 0 && chroot("/proc") == 0) {}
    run(in_root);
    _exit(0);
  }
  wait(NULL);
  if (vfork() == 0) {
    execl("/bin/true", "true", NULL);
    _exit(1);
  }
  wait(NULL);
  pthread_create(&t, NULL, runs_on, NULL);
  usleep(50000);
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){24, 24});
  fexecve(100, (char *[]){argv[0], "again", NULL}, environ);
  return 1;
}
