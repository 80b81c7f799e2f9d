/* Many tasks use all the async primitives at random, and are cancelled and timed out at random moments: whatever happens, nothing that one
 * of them was given is lost, and nothing is given twice. The same seed gives the same order of operations, but for the moments of
 * time-outs. */
#include "tasks.h"

enum { SEEDS = 25, WORKERS = 20, ROUNDS = 150, PERMITS = 3, ITEMS_MAX = WORKERS * ROUNDS };

static uint64_t random_state;
static uint32_t random_below(uint32_t bound) { /* xorshift64*, S. Vigna, "An experimental exploration of Marsaglia's xorshift generators" */
  random_state ^= random_state >> 12;
  random_state ^= random_state << 25;
  random_state ^= random_state >> 27;
  return (uint32_t)((random_state * 0x2545f4914f6cdd1dull) >> 33) % bound;
}
static int64_t some_time(void) { return random_below(4) ? (int64_t)random_below(200) * HD_MICROSECOND_NS : 0; }

static struct hd_async_lock lock;
static struct hd_async_condition condition;
static struct hd_async_semaphore semaphore;
static struct hd_async_queue queue;
static struct hd_async_event event;
static struct hd_async_barrier barrier;
static int holders, in_use, working, cancel_count, called_off_count;
static intptr_t put_count;
static uint8_t put[ITEMS_MAX], got[ITEMS_MAX];

/* Cancelled or late: then it does something else. */
static bool is_called_off(int result) {
  bool called_off = result == HD_ERROR_CANCELLED || result == HD_ERROR_TIMEOUT;
  called_off_count += called_off;
  return called_off;
}
static void dawdle(void) {
  for (uint32_t i = random_below(3); i; i--) hd_task_sleep(0);
}

static void use_lock(void) {
  int result = hd_async_lock_acquire_timed(&lock, some_time());
  if (is_called_off(result)) return;
  CHECK_OK(result);
  CHECK(++holders == 1);
  dawdle();
  if (random_below(2)) {
    holders--;
    result = hd_async_condition_wait_timed(&condition, some_time());
    CHECK(result == HD_OK || is_called_off(result));
    CHECK(++holders == 1); /* the lock is held whatever happened */
  } else
    CHECK_OK(hd_async_condition_notify(&condition, random_below(3)));
  holders--;
  CHECK_OK(hd_async_lock_release(&lock));
}

static void use_semaphore(void) {
  int result = random_below(4) ? hd_async_semaphore_acquire_timed(&semaphore, some_time()) : hd_async_semaphore_try(&semaphore);
  if (is_called_off(result) || result == HD_ERROR_WOULD_BLOCK) return;
  CHECK_OK(result);
  CHECK(++in_use <= PERMITS);
  dawdle();
  in_use--;
  CHECK_OK(hd_async_semaphore_release(&semaphore, 1));
}

static void use_queue(void) {
  if (random_below(2)) {
    intptr_t number = put_count++;
    int result = hd_async_queue_put_timed(&queue, (void *)number, some_time());
    if (!is_called_off(result)) {
      CHECK_OK(result);
      put[number] = 1;
    }
  } else {
    void *item;
    int result = random_below(4) ? hd_async_queue_get_timed(&queue, &item, some_time()) : hd_async_queue_get_try(&queue, &item);
    if (is_called_off(result) || result == HD_ERROR_EMPTY) return;
    CHECK_OK(result);
    got[(intptr_t)item]++;
    CHECK_OK(hd_async_queue_task_done(&queue));
  }
}

static void use_event(void) {
  switch (random_below(3)) {
  case 0:
    CHECK_OK(hd_async_event_set(&event));
    return;
  case 1:
    hd_async_event_clear(&event);
    return;
  default:
    CHECK(hd_async_event_wait_timed(&event, some_time()) != HD_ERROR_INVALID);
  }
}

static void use_barrier(void) {
  int result = hd_async_barrier_wait_timed(&barrier, some_time() + 1);
  CHECK(result < 4 && (result >= 0 || is_called_off(result) || result == HD_ERROR_BROKEN));
  if (result == HD_ERROR_BROKEN || result == HD_ERROR_TIMEOUT) CHECK_OK(hd_async_barrier_reset(&barrier));
}

static int work(void *unused, void *nothing) {
  static void (*const uses[])(void) = {use_lock, use_semaphore, use_queue, use_queue, use_event, use_barrier};
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  for (int i = 0; i < ROUNDS; i++) {
    uses[random_below(6)]();
    while (hd_task_cancelling(&self)) hd_task_uncancel(&self); /* it goes on all the same */
  }
  hd_task_release(&self);
  working--;
  return 0;
}

static int sabotage(void *argument, void *nothing) {
  struct hd_task *workers = argument;
  while (working) {
    for (uint32_t i = random_below(3); i; i--) {
      struct hd_task *victim = &workers[random_below(WORKERS)];
      if (!hd_task_is_done(victim)) CHECK_OK(hd_task_cancel(victim));
      cancel_count++;
    }
    CHECK_OK(hd_task_sleep(random_below(20) ? 0 : (int64_t)random_below(30) * HD_MICROSECOND_NS));
  }
  return 0;
}

static int chaos(void *unused, void *nothing) {
  struct hd_task workers[WORKERS];
  void *item;
  hd_async_lock_init(&lock, NULL);
  hd_async_condition_init(&condition, &lock, NULL);
  hd_async_event_init(&event, NULL);
  CHECK_OK(hd_async_semaphore_init_bounded(&semaphore, PERMITS, NULL));
  CHECK_OK(hd_async_queue_init(&queue, (enum hd_queue_order)random_below(3), 1 + random_below(4), NULL));
  CHECK_OK(hd_async_barrier_init(&barrier, 4, NULL, NULL, NULL));
  memset(put, 0, sizeof put);
  memset(got, 0, sizeof got);
  put_count = 0;
  working = WORKERS;
  for (int i = 0; i < WORKERS; i++) workers[i] = spawn(work, NULL);
  struct hd_task saboteur = spawn(sabotage, workers);
  int outcomes[WORKERS];
  CHECK_OK(hd_gather(workers, WORKERS, NULL, outcomes));
  for (int i = 0; i < WORKERS; i++) { /* one that was cancelled before it began never did */
    CHECK(outcomes[i] == HD_OK || outcomes[i] == HD_ERROR_CANCELLED);
    hd_task_release(&workers[i]);
  }
  working = 0;
  CHECK_OK(end_of(&saboteur));

  while (hd_async_queue_get_try(&queue, &item) == HD_OK) {
    got[(intptr_t)item]++;
    CHECK_OK(hd_async_queue_task_done(&queue));
  }
  for (intptr_t i = 0; i < put_count; i++) CHECK(got[i] == put[i]);
  CHECK_OK(hd_async_queue_join_timed(&queue, 0));
  CHECK(holders == 0 && in_use == 0 && hd_async_semaphore_permits(&semaphore) == PERMITS);
  CHECK(!hd_async_lock_is_held(&lock) && hd_async_barrier_waiting(&barrier) == 0);
  CHECK_OK(hd_async_lock_destroy(&lock)); /* nobody waits for anything */
  CHECK_OK(hd_async_condition_destroy(&condition));
  CHECK_OK(hd_async_semaphore_destroy(&semaphore));
  CHECK_OK(hd_async_event_destroy(&event));
  CHECK_OK(hd_async_barrier_destroy(&barrier));
  CHECK_OK(hd_async_queue_destroy(&queue));
  return 0;
}

int main(void) {
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    random_state = seed * 0x9e3779b97f4a7c15ull;
    in_loop(chaos);
  }
  CHECK(cancel_count > 100 * SEEDS && called_off_count > 100 * SEEDS); /* it was chaos */
  return 0;
}
