/* Emits pairs on one made-up lock as fast as it can: COUNT of them, or for ever with 0, in THREADS threads. Work for other tests. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "emit.h"

static long pair_count;

static void run_pairs(void) {
  static __thread long lock; /* its own: nobody waits */
  for (long i = 0; !pair_count || i < pair_count; i++) {
    struct hd_emit *emit = hd_emit_enter();
    if (!emit) continue;
    hd_emit_acquired(emit, (uintptr_t)&lock, hd_emit_site(emit, HD_OPERATION_LOCK_ACQUIRE, __builtin_return_address(0)), hd_emit_now());
    hd_emit_leave(emit);
    emit = hd_emit_enter();
    if (!emit) continue;
    hd_emit_released(emit, (uintptr_t)&lock, 0, hd_emit_now(), false);
    hd_emit_leave(emit);
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
  pthread_t handles[64];
  if (!hd_emit_is_recording()) return 3;
  printf("begun\n");
  fflush(stdout);
  for (int i = 1; i < threads && i < 64; i++) pthread_create(&handles[i], NULL, thread, (void *)(uintptr_t)hd_emit_reserve_actor());
  run_pairs();
  for (int i = 1; i < threads && i < 64; i++) pthread_join(handles[i], NULL);
  hd_emit_process_end(0, HD_PROCESS_END_WAY_RETURNED);
  return 0;
}
