/* The C library's own functions, behind our wrappers of the same names.
 *
 * They are all looked up at the first call of any wrapper, at the latest when this library is started. A look-up takes the
 * loader's lock, which others must not wait for: a forked child, a signal handler, and LTTng's threads, which come to life
 * while the provider is being loaded. If a look-up itself calls a wrapper (an allocator of the program's own may lock), that
 * one function is looked up first; a successful look-up calls nothing.
 */
#ifndef HEDDLE_PRELOAD_REAL_H
#define HEDDLE_PRELOAD_REAL_H
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* Wrappers of open, read … also stand for open64, pread64 …: the two are the same where off_t has 64 bits. */
_Static_assert(sizeof(off_t) == 8, "64-bit off_t");

/* What a program built with _FORTIFY_SOURCE calls; no header declares these without it. */
ssize_t __read_chk(int descriptor, void *buffer, size_t count, size_t room);
ssize_t __pread_chk(int descriptor, void *buffer, size_t count, off_t offset, size_t room);
ssize_t __pread64_chk(int descriptor, void *buffer, size_t count, off64_t offset, size_t room);
ssize_t __recv_chk(int descriptor, void *buffer, size_t count, size_t room, int flags);
ssize_t __recvfrom_chk(int descriptor, void *buffer, size_t count, size_t room, int flags, __SOCKADDR_ARG address, socklen_t *length);
int __poll_chk(struct pollfd *polled, nfds_t count, int timeout_ms, size_t room);
int __ppoll_chk(struct pollfd *polled, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t room);
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int directory, const char *path, int flags);
int __openat64_2(int directory, const char *path, int flags);
int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack_end);

/* clang-format off */
#define HD_REAL_FUNCTIONS(X)                                                                                                               \
  X(pthread_mutex_init) X(pthread_mutex_destroy) X(pthread_mutex_lock) X(pthread_mutex_trylock) X(pthread_mutex_timedlock)                 \
  X(pthread_mutex_clocklock) X(pthread_mutex_unlock)                                                                                       \
  X(pthread_rwlock_init) X(pthread_rwlock_destroy) X(pthread_rwlock_rdlock) X(pthread_rwlock_tryrdlock) X(pthread_rwlock_timedrdlock)      \
  X(pthread_rwlock_clockrdlock) X(pthread_rwlock_wrlock) X(pthread_rwlock_trywrlock) X(pthread_rwlock_timedwrlock)                         \
  X(pthread_rwlock_clockwrlock) X(pthread_rwlock_unlock)                                                                                   \
  X(pthread_cond_init) X(pthread_cond_destroy) X(pthread_cond_wait) X(pthread_cond_timedwait) X(pthread_cond_clockwait)                    \
  X(pthread_cond_signal) X(pthread_cond_broadcast)                                                                                         \
  X(sem_init) X(sem_destroy) X(sem_open) X(sem_close) X(sem_wait) X(sem_trywait) X(sem_timedwait) X(sem_clockwait)           \
  X(sem_post)                                                                                                                              \
  X(pthread_barrier_init) X(pthread_barrier_destroy) X(pthread_barrier_wait)                                                               \
  X(pthread_spin_init) X(pthread_spin_destroy) X(pthread_spin_lock) X(pthread_spin_trylock) X(pthread_spin_unlock)                         \
  X(pthread_once)                                                                                                                          \
  X(pthread_create) X(pthread_exit) X(pthread_join) X(pthread_tryjoin_np) X(pthread_timedjoin_np) X(pthread_clockjoin_np)                  \
  X(pthread_detach) X(pthread_cancel) X(pthread_setname_np) X(prctl)                                                                       \
  X(mtx_init) X(mtx_destroy) X(mtx_lock) X(mtx_trylock) X(mtx_timedlock) X(mtx_unlock)                                                     \
  X(cnd_init) X(cnd_destroy) X(cnd_wait) X(cnd_timedwait) X(cnd_signal) X(cnd_broadcast)                                                   \
  X(thrd_create) X(thrd_exit) X(thrd_join) X(thrd_detach) X(thrd_sleep) X(call_once)                                                       \
  X(fork) X(_Fork) X(posix_spawn) X(posix_spawnp) X(execve) X(execvpe) X(execveat) X(fexecve)                                              \
  X(wait4) X(waitid) X(system) X(pclose) X(_exit) X(quick_exit) X(__libc_start_main)                                                       \
  X(open) X(openat) X(__open_2) X(__openat_2) X(creat) X(read) X(readv) X(pread) X(preadv) X(preadv2) X(__read_chk) X(__pread_chk)         \
  X(write) X(writev) X(pwrite) X(pwritev) X(pwritev2) X(sendfile) X(splice) X(fsync) X(fdatasync) X(sync_file_range) X(msync)              \
  X(flock) X(fcntl) X(lockf)                                                                                                               \
  X(close) X(fclose) X(dup2) X(dup3) X(pipe) X(pipe2) X(close_range)                                                                       \
  X(accept) X(accept4) X(connect) X(recv) X(recvfrom) X(recvmsg) X(recvmmsg) X(__recv_chk) X(__recvfrom_chk)                               \
  X(send) X(sendto) X(sendmsg) X(sendmmsg)                                                                                                 \
  X(poll) X(ppoll) X(__poll_chk) X(__ppoll_chk) X(select) X(pselect) X(epoll_wait) X(epoll_pwait) X(epoll_pwait2)                          \
  X(nanosleep) X(clock_nanosleep) X(usleep) X(sleep) X(pause) X(sigsuspend) X(sigwait) X(sigwaitinfo) X(sigtimedwait)                      \
  X(mmap) X(munmap) X(mremap) X(shmdt) X(syscall)
/* clang-format on */

#define HD_REAL_NUMBER(name) HD_REAL_##name,
enum hd_real_number { HD_REAL_FUNCTIONS(HD_REAL_NUMBER) HD_REAL_COUNT };
#undef HD_REAL_NUMBER

#define HD_REAL_FIELD(name) __typeof__(&name) name;
struct hd_real {
  HD_REAL_FUNCTIONS(HD_REAL_FIELD)
};
#undef HD_REAL_FIELD
extern struct hd_real hd_real;

/* Finds all functions, or the one that is still missing. Ends the program with a line on stderr when the C library lacks it. */
void *hd_real_find(enum hd_real_number number);

#define REAL(name) (__builtin_expect(hd_real.name != NULL, 1) ? hd_real.name : (__typeof__(&name))hd_real_find(HD_REAL_##name))

#endif
