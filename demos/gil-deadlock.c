/* The interpreter lock and a library's lock.
 *
 * A library has a mutex of its own, and knows nothing of interpreter locks. The indexer takes that mutex, gives the interpreter lock up
 * while it reads its files, and wants it back with the mutex still held. The reader waits for the mutex, and keeps the interpreter lock
 * meanwhile: each has what the other waits for. Extensions of interpreters hang like this.
 *
 * What to look at: one of the two locks in the circle is the interpreter lock. The reader's wait is for a bare mutex, which does not give
 * it up, as an hd_lock would. What to try: HEDDLE_GIL=0. Then hd_gil_release and hd_gil_acquire around the reader's pthread_mutex_lock,
 * with the interpreter lock on.
 *
 * expect: exit 1
 * expect: lost 0
 * expect: actor thread indexer
 * expect: objects gil 1
 * expect: finding deadlock occurred indexer,reader
 * expect: state indexer wait-gil 500 -
 * expect: state reader wait-lock 500 -
 */
#include <heddle/heddle.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t index_mutex = PTHREAD_MUTEX_INITIALIZER;
static int entries;

static void build_index(void *unused) {
  pthread_mutex_lock(&index_mutex);
  hd_gil_release();
  usleep(300000); /* it reads its files */
  hd_gil_acquire();
  entries = 1000;
  pthread_mutex_unlock(&index_mutex);
}

static void look_up(void *unused) {
  hd_thread_sleep(150 * HD_MILLISECOND_NS);
  pthread_mutex_lock(&index_mutex);
  printf("%d entries\n", entries);
  pthread_mutex_unlock(&index_mutex);
}

int main(void) {
  struct hd_thread indexer, reader;
  hd_gil_enable(0);
  hd_thread_create(&indexer, build_index, NULL, "indexer");
  hd_thread_create(&reader, look_up, NULL, "reader");
  hd_gil_withdraw(); /* main only waits, and must be able to give up */
  if (hd_thread_join_timed(&indexer, 1300 * HD_MILLISECOND_NS) == HD_ERROR_TIMEOUT) {
    fputs("deadlock: indexer and reader hang; giving up\n", stderr);
    _exit(1);
  }
  hd_thread_join(&reader);
  return 0;
}
