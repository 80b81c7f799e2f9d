/* Where time goes: every call that blocks, with a timeout or until another does something.
 * expect: exit 0
 * expect: state sleep_usleep blocked 140 -
 * expect: state sleep_clock blocked 140 -
 * expect: state in_poll blocked 140 -
 * expect: state in_select blocked 140 -
 * expect: state in_epoll blocked 140 -
 * expect: state in_socket blocked 140 -
 * expect: state in_eventfd blocked 140 -
 * expect: state in_pipe wait-pipe 140 -
 * expect: state in_futex wait-futex 140 -
 * expect: state in_barrier wait-barrier 140 -
 * expect: state in_flock wait-lock 140 -
 * expect: state in_fcntl wait-lock 140 -
 * expect: state main wait-process 100 -
 * expect: state joiner wait-join 140 -
 * expect: lost 0
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static int ends[2], sockets[2], event, word, files[4];
static pthread_barrier_t barrier;
static pthread_t sleeper;
static char byte;
static void *sleep_usleep(void *p) {
  usleep(200000);
  return p;
}
static void *sleep_clock(void *p) {
  clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = 200000000}, NULL);
  return p;
}
static void *in_poll(void *p) {
  poll(NULL, 0, 200);
  return p;
}
static void *in_select(void *p) {
  select(0, NULL, NULL, NULL, &(struct timeval){.tv_usec = 200000});
  return p;
}
static void *in_epoll(void *p) {
  struct epoll_event got;
  int set = epoll_create1(0);
  epoll_wait(set, &got, 1, 200);
  close(set);
  return p;
}
static void *in_socket(void *p) { return recv(sockets[0], &byte, 1, 0) == 1 ? p : NULL; }
static void *in_eventfd(void *p) {
  uint64_t value;
  return read(event, &value, sizeof value) == sizeof value ? p : NULL;
}
static void *in_pipe(void *p) { return read(ends[0], &byte, 1) == 1 ? p : NULL; }
static void *in_futex(void *p) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
  return p;
}
static void *in_barrier(void *p) {
  pthread_barrier_wait(&barrier);
  return p;
}
static void *in_flock(void *p) {
  flock(files[1], LOCK_EX);
  flock(files[1], LOCK_UN);
  return p;
}
static void *in_fcntl(void *p) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  fcntl(files[2], F_SETLKW, &lock);
  return p;
}
static void *joiner(void *p) {
  pthread_join(sleeper, NULL);
  return p;
}
int main(void) {
  void *(*const all[])(void *) = {sleep_clock, in_poll,  in_select,  in_epoll, in_socket, in_eventfd,
                                  in_pipe,     in_futex, in_barrier, in_flock, in_fcntl,  joiner};
  enum { COUNT = sizeof all / sizeof *all };
  pthread_t t[COUNT];
  char path[64], other[64];
  int told[2];
  snprintf(path, sizeof path, "/tmp/heddle-accept-flock-%d", (int)getpid());
  snprintf(other, sizeof other, "/tmp/heddle-accept-fcntl-%d", (int)getpid());
  if (pipe(ends) || pipe(told) || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets)) return 1;
  event = eventfd(0, 0);
  pthread_barrier_init(&barrier, NULL, 2);
  files[0] = open(path, O_RDWR | O_CREAT, 0600), files[1] = open(path, O_RDWR), files[2] = open(other, O_RDWR | O_CREAT, 0600);
  flock(files[0], LOCK_EX);
  pid_t child = fork();
  if (child == 0) { /* a record lock of another process */
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    fcntl(files[2], F_SETLK, &lock);
    if (write(told[1], "x", 1) != 1) _exit(1);
    usleep(400000);
    _exit(0);
  }
  if (read(told[0], &byte, 1) != 1) return 1;
  pthread_create(&sleeper, NULL, sleep_usleep, NULL);
  for (int i = 0; i < COUNT; i++) pthread_create(&t[i], NULL, all[i], NULL);
  usleep(200000);
  uint64_t one = 1;
  if (send(sockets[1], "x", 1, 0) != 1 || write(event, &one, sizeof one) != sizeof one || write(ends[1], "x", 1) != 1) return 2;
  word = 1;
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
  pthread_barrier_wait(&barrier);
  flock(files[0], LOCK_UN);
  waitpid(child, NULL, 0);
  for (int i = 0; i < COUNT; i++) pthread_join(t[i], NULL);
  unlink(path);
  unlink(other);
}
