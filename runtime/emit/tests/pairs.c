/* Emits pairs on a made-up lock of each thread as fast as it can: COUNT of them, or for ever with 0, in THREADS threads; FORKS children do
 * the same, one thread each. Each thread counts the pairs that it has completed in the file named by PAIRS_COUNTER (64 words), so
 * that a test can kill it and know what must be there. Work for other tests.
 *
 * SPIN turns of an empty loop between pairs keep the rate below what the disk takes.
 *
 * usage: emit-pairs [COUNT [THREADS [FORKS [SPIN]]]] */
#include "emit.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static long pair_count, spin_count;
static uint64_t *counters, unused_counters[64];
static int next_counter;

static void run_pairs(void) {
  static __thread long lock; /* its own: nobody waits */
  uint64_t *counter = &counters[__atomic_fetch_add(&next_counter, 1, __ATOMIC_RELAXED) % 64];
  for (long i = 0; !pair_count || i < pair_count; i++) {
    struct hd_emit *emit = hd_emit_enter();
    if (!emit) continue;
    hd_emit_acquired(emit, (uintptr_t)&lock, hd_emit_site(emit, HD_OPERATION_LOCK_ACQUIRE, __builtin_return_address(0)), hd_emit_now());
    hd_emit_leave(emit);
    emit = hd_emit_enter();
    if (!emit) continue;
    hd_emit_released(emit, (uintptr_t)&lock, 0, hd_emit_now(), false);
    hd_emit_leave(emit);
    __atomic_store_n(counter, *counter + 1, __ATOMIC_RELAXED);
    for (long turn = 0; turn < spin_count; turn++) __asm__ volatile("");
  }
}

static void *thread(void *number) {
  hd_emit_thread_begin((uint32_t)(uintptr_t)number, 1, (void *)(uintptr_t)thread);
  run_pairs();
  hd_emit_thread_end(HD_THREAD_END_WAY_RETURNED);
  return NULL;
}

int main(int argument_count, char **arguments) {
  pair_count = argument_count > 1 ? atol(arguments[1]) : 1000;
  int threads = argument_count > 2 ? atoi(arguments[2]) : 1;
  int forks = argument_count > 3 ? atoi(arguments[3]) : 0;
  spin_count = argument_count > 4 ? atol(arguments[4]) : 0;
  pthread_t handles[64];
  if (!hd_emit_is_recording()) return 3;
  const char *path = getenv("PAIRS_COUNTER");
  int descriptor = path ? open(path, O_RDWR) : -1;
  counters = descriptor >= 0 ? mmap(NULL, sizeof unused_counters, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0) : unused_counters;
  if (counters == MAP_FAILED) return 4;
  for (int i = 0; i < forks; i++) {
    if (fork() == 0) {
      run_pairs();
      hd_emit_process_end(0, HD_PROCESS_END_WAY_QUICK);
      _exit(0);
    }
    __atomic_fetch_add(&next_counter, 1, __ATOMIC_RELAXED);
  }
  printf("begun\n");
  fflush(stdout);
  for (int i = 1; i < threads && i < 64; i++) pthread_create(&handles[i], NULL, thread, (void *)(uintptr_t)hd_emit_reserve_actor());
  run_pairs();
  for (int i = 1; i < threads && i < 64; i++) pthread_join(handles[i], NULL);
  while (wait(NULL) > 0) {}
  hd_emit_process_end(0, HD_PROCESS_END_WAY_RETURNED);
  return 0;
}
