/* Processes that are killed at any moment in whatever they share, and very many of them that wait for one thing. */
#include "process-check.h"

static struct shared {
  struct hd_process_semaphore semaphore;
  struct hd_process_event event;
  struct hd_process_barrier barrier;
  struct hd_process_lock lock;
  struct hd_process_condition condition;
  uint32_t ready, passed;
} * shared;

static int use_all(void *number) {
  unsigned seed = (unsigned)(intptr_t)number;
  for (;;) {
    hd_process_semaphore_release(&shared->semaphore, 1);
    CHECK_OK(hd_process_semaphore_acquire_timed(&shared->semaphore, LONG_NS));
    int result = hd_process_barrier_wait_timed(&shared->barrier, HD_MILLISECOND_NS);
    if (result < 0) hd_process_barrier_reset(&shared->barrier);
    int acquired = hd_process_lock_acquire(&shared->lock);
    CHECK(acquired == HD_OK || acquired == HD_ERROR_OWNER_DIED);
    hd_process_condition_notify(&shared->condition, 2);
    if (rand_r(&seed) % 2) hd_process_condition_wait_timed(&shared->condition, HD_MILLISECOND_NS);
    shared->passed++;
    CHECK_OK(hd_process_lock_release(&shared->lock));
  }
}
static void check_kill_storm(void) {
  struct hd_process children[4];
  unsigned seed = 7;
  CHECK_OK(hd_process_semaphore_init(&shared->semaphore, 0, NULL));
  CHECK_OK(hd_process_barrier_init(&shared->barrier, 3, NULL, NULL, NULL));
  hd_process_lock_init(&shared->lock, NULL);
  hd_process_condition_init(&shared->condition, &shared->lock, NULL);
  for (int i = 0; i < 4; i++) CHECK_OK(hd_process_create(&children[i], use_all, (void *)(intptr_t)i, NULL));
  for (int round = 0; round < 100; round++) {
    usleep(rand_r(&seed) % 3000);
    kill_and_release(&children[round % 4]);
    hd_process_semaphore_release(&shared->semaphore, 1); /* what it may have had */
    CHECK_OK(hd_process_create(&children[round % 4], use_all, (void *)(intptr_t)round, NULL));
  }
  uint32_t seen = LOAD(shared->passed);
  UNTIL(LOAD(shared->passed) > seen + 20);
  for (int i = 0; i < 4; i++) kill_and_release(&children[i]);
}

/* Many that wait for one thing. */
#define MANY 200
static int wait_among_many(void *unused) {
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  shared->ready++;
  CHECK_OK(hd_process_condition_wait(&shared->condition));
  CHECK_OK(hd_process_lock_release(&shared->lock));
  return hd_process_event_wait(&shared->event);
}
static void check_many(void) {
  static struct hd_process many[MANY];
  hd_process_event_init(&shared->event, NULL);
  hd_process_lock_init(&shared->lock, NULL);
  hd_process_condition_init(&shared->condition, &shared->lock, NULL);
  for (int i = 0; i < MANY; i++) CHECK_OK(hd_process_create(&many[i], wait_among_many, NULL, NULL));
  for (bool all = false; !all; usleep(1000)) {
    CHECK_OK(hd_process_lock_acquire(&shared->lock));
    all = shared->ready == MANY;
    CHECK_OK(hd_process_lock_release(&shared->lock));
  }
  CHECK_OK(hd_process_lock_acquire(&shared->lock));
  CHECK_OK(hd_process_condition_notify(&shared->condition, MANY - 1));
  CHECK_OK(hd_process_condition_notify(&shared->condition, 1));
  CHECK_OK(hd_process_lock_release(&shared->lock));
  hd_process_event_set(&shared->event);
  for (int i = 0; i < MANY; i++) finish(&many[i]);
}

int main(void) {
  begin_test();
  shared = hd_process_memory_new(sizeof *shared);
  check_kill_storm();
  check_many();
  return 0;
}
