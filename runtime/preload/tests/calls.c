/* Calls that may block: results, errno, what cancels them, and which are worth a word.
 * log: call call_sleep
 * log: call call_pause
 * log: call call_poll_timed
 * log: call call_open
 * log: call call_accept
 * log: call call_receive
 * log: wait pipe_read ok
 * log: wait pipe_read abandoned
 * log: wait pipe_write ok
 * log: object_begin pipe
 * log: object_name .*fifo
 * log: wait file_lock_acquire ok
 * log: wait file_lock_shared ok
 * log: batch file_lock_try
 * log: shared_object lock
 * log: shared_object pipe
 * log: wait futex_wait ok
 * log: wait futex_wait_timed timeout
 * log: batch futex_wake
 * nolog: wait pipe_.* error
 * nolog: unobserved
 */
#include "check.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Unknown to the compiler, so that the fortified build calls the checking functions. */
static volatile size_t one = 1;

static void nothing(int signal_number) {}
static void *interrupt(void *thread) {
  pause_ms(50);
  pthread_kill(*(pthread_t *)thread, SIGUSR1);
  return NULL;
}
/* Runs call while a signal comes to this thread. */
#define INTERRUPTED(call)                                                                                                                  \
  do {                                                                                                                                     \
    pthread_t main_thread = pthread_self(), other;                                                                                         \
    CHECK(pthread_create(&other, NULL, interrupt, &main_thread) == 0);                                                                     \
    call;                                                                                                                                  \
    pthread_join(other, NULL);                                                                                                             \
  } while (0)

static void sleeps(void) {
  struct timespec left = {0, 0}, long_time = {100, 0};
  sigset_t set, old;
  int number;
  INTERRUPTED(CHECK_ERRNO(nanosleep(&long_time, &left), EINTR));
  CHECK(left.tv_sec == 99);
  INTERRUPTED(CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, &left) == EINTR));
  INTERRUPTED(CHECK(sleep(100) >= 99));
  INTERRUPTED(CHECK_ERRNO(usleep(999999), EINTR));
  INTERRUPTED(CHECK_ERRNO(pause(), EINTR));
  sigemptyset(&set);
  INTERRUPTED(CHECK_ERRNO(sigsuspend(&set), EINTR));
  CHECK_ERRNO(nanosleep(&no_time, NULL), EINVAL);
  CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &no_time, NULL) == EINVAL);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, &old);
  INTERRUPTED(CHECK(sigwait(&set, &number) == 0 && number == SIGUSR1));
  INTERRUPTED(CHECK(sigwaitinfo(&set, NULL) == SIGUSR1));
  CHECK_ERRNO(sigtimedwait(&set, NULL, &(struct timespec){0, 1000}), EAGAIN);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static int ends[2];
static void *write_late(void *unused) {
  pause_ms(50);
  CHECK(write(ends[1], "x", 1) == 1);
  return NULL;
}
static void *read_all(void *unused) {
  static char sink[300000];
  pause_ms(50);
  for (size_t got = 0; got < sizeof sink;) {
    ssize_t more = read(ends[0], sink, sizeof sink);
    CHECK(more > 0);
    got += (size_t)more;
  }
  return NULL;
}
static void *read_for_ever(void *unused) {
  char byte;
  read(ends[0], &byte, 1) == 1 ? abort() : (void)0;
  return NULL;
}

static void pipes(void) {
  static char many[300000];
  char buffer[4];
  pthread_t thread;
  void *result;
  CHECK(pipe(ends) == 0 && pthread_create(&thread, NULL, write_late, NULL) == 0);
  CHECK(read(ends[0], buffer, sizeof buffer) == 1 && buffer[0] == 'x');
  pthread_join(thread, NULL);
  CHECK(pthread_create(&thread, NULL, read_all, NULL) == 0 && write(ends[1], many, sizeof many) == sizeof many);
  pthread_join(thread, NULL);
  CHECK(pthread_create(&thread, NULL, read_for_ever, NULL) == 0);
  pause_ms(50);
  CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  CHECK_ERRNO(read(ends[0], buffer, one), EAGAIN);
  while (write(ends[1], many, sizeof many) > 0) {}
  CHECK(errno == EAGAIN);
  signal(SIGPIPE, SIG_IGN);
  close(ends[0]);
  CHECK_ERRNO(write(ends[1], "x", 1), EPIPE);
  close(ends[1]);
  CHECK_ERRNO(read(ends[0], buffer, 1), EBADF);
  CHECK(pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[0], F_GETFD) == FD_CLOEXEC && dup2(ends[1], ends[0]) == ends[0]);
  CHECK_ERRNO(read(ends[0], buffer, 1), EBADF); /* now the writing end */
  close(ends[0]);
  close(ends[1]);
}

static char folder[] = "/tmp/heddle-calls-XXXXXX";
static char path[64];
static void *open_late(void *unused) {
  pause_ms(50);
  close(open(path, O_WRONLY));
  return NULL;
}

static void files(void) {
  char buffer[8];
  pthread_t thread;
  snprintf(path, sizeof path, "%s/fifo", folder);
  CHECK(mkfifo(path, 0600) == 0 && pthread_create(&thread, NULL, open_late, NULL) == 0);
  int descriptor = open(path, O_RDONLY);
  CHECK(descriptor >= 0 && pthread_join(thread, NULL) == 0 && read(descriptor, buffer, one) == 0);
  close(descriptor);
  unlink(path);
  CHECK_ERRNO(open(path, O_RDONLY), ENOENT);
  descriptor = open(path, O_CREAT | O_RDWR, 0640);
  struct stat status;
  CHECK(fstat(descriptor, &status) == 0 && (status.st_mode & 0777 & ~0640) == 0 && (status.st_mode & 0400));
  struct iovec parts[] = {{"abc", 3}, {"def", 3}};
  CHECK(writev(descriptor, parts, 2) == 6 && pread(descriptor, buffer, one * 2, 4) == 2 && memcmp(buffer, "ef", 2) == 0);
  CHECK(pwrite(descriptor, "X", 1, 0) == 1 && fsync(descriptor) == 0 && fdatasync(descriptor) == 0);
  CHECK_ERRNO(pread(descriptor, buffer, 1, -1), EINVAL);
  CHECK_ERRNO(fsync(-1), EBADF);
  char *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, descriptor, 0);
  CHECK(map != MAP_FAILED && map[0] == 'X' && msync(map, 4096, MS_SYNC) == 0);
  map = mremap(map, 4096, 8192, MREMAP_MAYMOVE);
  CHECK(map != MAP_FAILED && munmap(map, 8192) == 0 && mmap(NULL, 0, PROT_READ, MAP_SHARED, descriptor, 0) == MAP_FAILED &&
        errno == EINVAL);
  close(descriptor);
  CHECK_ERRNO(close(descriptor), EBADF);
  FILE *stream = fopen(path, "r");
  CHECK(stream && fgets(buffer, 4, stream) && strcmp(buffer, "Xbc") == 0 && fclose(stream) == 0);
}

/* A child holds the lock for a while. */
static pid_t child_holds(int (*lock)(int, int)) {
  int ready[2];
  char byte;
  CHECK(pipe(ready) == 0);
  pid_t child = fork();
  if (!child) {
    int descriptor = open(path, O_RDWR);
    CHECK(lock(descriptor, 0) == 0 && write(ready[1], "x", 1) == 1);
    pause_ms(100);
    _exit(0);
  }
  CHECK(read(ready[0], &byte, 1) == 1);
  close(ready[0]);
  close(ready[1]);
  return child;
}
static int by_flock(int descriptor, int try) { return flock(descriptor, LOCK_EX | (try ? LOCK_NB : 0)); }
static int by_flock_shared(int descriptor, int try) { return flock(descriptor, LOCK_SH | (try ? LOCK_NB : 0)); }
static int by_fcntl(int descriptor, int try) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(descriptor, try ? F_SETLK : F_SETLKW, &lock);
}
static int by_lockf(int descriptor, int try) { return lockf(descriptor, try ? F_TLOCK : F_LOCK, 0); }

static void file_lock(int (*held)(int, int), int (*lock)(int, int), int refusal) {
  int descriptor = open(path, O_RDWR);
  pid_t child = child_holds(held);
  CHECK_ERRNO(lock(descriptor, 1), refusal);
  CHECK(lock(descriptor, 0) == 0 && waitpid(child, NULL, 0) == child && lock(descriptor, 1) == 0);
  struct flock unlock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
  CHECK(flock(descriptor, LOCK_UN) == 0 && fcntl(descriptor, F_SETLK, &unlock) == 0 && lockf(descriptor, F_ULOCK, 0) == 0);
  close(descriptor);
}

static void *connect_late(void *address) {
  int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
  pause_ms(50);
  CHECK(connect(descriptor, address, sizeof(struct sockaddr_un)) == 0);
  pause_ms(50);
  CHECK(send(descriptor, "abc", 3, 0) == 3);
  close(descriptor);
  return NULL;
}

static void sockets(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
  int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_ERRNO(connect(descriptor, (struct sockaddr *)&address, sizeof address), ENOENT);
  CHECK(bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0 && listen(descriptor, 1) == 0);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, connect_late, &address) == 0);
  int peer = accept(descriptor, NULL, NULL);
  char buffer[8];
  struct iovec part = {buffer, 8};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  CHECK(peer >= 0 && recvmsg(peer, &message, 0) == 3 && recv(peer, buffer, one * 8, 0) == 0);
  pthread_join(thread, NULL);
  CHECK_ERRNO(recv(-1, buffer, 1, 0), EBADF);
  close(peer);
  close(descriptor);
  unlink(address.sun_path);
}

static void polls(void) {
  CHECK(pipe(ends) == 0);
  struct pollfd polled = {ends[0], POLLIN, 0};
  struct timespec little = {0, 20000000};
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  CHECK(poll(&polled, one, 20) == 0 && poll(&polled, one, 0) == 0 && ppoll(&polled, one, &little, NULL) == 0);
  CHECK(select(ends[0] + 1, &set, NULL, NULL, &(struct timeval){0, 20000}) == 0 && pselect(0, NULL, NULL, NULL, &little, NULL) == 0);
  int set_of_events = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  CHECK(epoll_ctl(set_of_events, EPOLL_CTL_ADD, ends[0], &event) == 0 && epoll_wait(set_of_events, &event, 1, 20) == 0);
  CHECK(write(ends[1], "x", 1) == 1 && epoll_pwait(set_of_events, &event, 1, -1, NULL) == 1 && poll(&polled, 1, -1) == 1);
  CHECK_ERRNO(epoll_wait(-1, &event, 1, 0), EBADF);
  close(set_of_events);
  close(ends[0]);
  close(ends[1]);
}

static int word;
static void *wake(void *unused) {
  pause_ms(50);
  word = 1;
  CHECK(syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 1);
  return NULL;
}

static void futexes(void) {
  struct timespec little = {0, 20000000};
  pthread_t thread;
  CHECK_ERRNO(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 5, NULL, NULL, 0), EAGAIN);
  CHECK_ERRNO(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &little, NULL, 0), ETIMEDOUT);
  CHECK_ERRNO(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &little, NULL, 0), EINVAL); /* the sixth argument, no bits */
  CHECK(pthread_create(&thread, NULL, wake, NULL) == 0);
  CHECK(syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0) == 0);
  pthread_join(thread, NULL);
  char *map = (char *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(map != MAP_FAILED && (map[0] = 1) && syscall(SYS_munmap, map, 4096) == 0 && syscall(SYS_getpid) == getpid());
}

int main(void) {
  struct sigaction action = {.sa_handler = nothing};
  sigaction(SIGUSR1, &action, NULL);
  CHECK(mkdtemp(folder));
  sleeps();
  pipes();
  files();
  file_lock(by_flock, by_flock, EWOULDBLOCK);
  file_lock(by_flock, by_flock_shared, EWOULDBLOCK);
  file_lock(by_fcntl, by_fcntl, EAGAIN);
  file_lock(by_lockf, by_lockf, EAGAIN);
  sockets();
  polls();
  futexes();
  unlink(path);
  CHECK(rmdir(folder) == 0);
}
