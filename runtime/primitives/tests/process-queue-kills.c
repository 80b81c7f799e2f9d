/* A process that is killed at any instruction of what it does with a process queue: that is done wholly or not at all, and the queue goes
 * on. */
#include "begin-test.h"
#include "check.h"
#include "descriptors.h"
#include "kill-step.h"
#include <string.h>

enum { FIRST, SECOND, THIRD, LATER };
/* As long as that they wrap around the ring's end. */
struct item {
  uint32_t number;
  char text[60];
};

static struct item item_of(uint32_t number) {
  struct item item = {.number = number};
  memset(item.text, (int)('a' + number), sizeof item.text);
  return item;
}
static void put(struct hd_process_queue *queue, uint32_t number) {
  struct item item = item_of(number);
  CHECK_OK(hd_process_queue_put_timed(queue, &item, sizeof item, LONG_NS));
}
static uint32_t get(struct hd_process_queue *queue) {
  struct item item, expected;
  size_t bytes;
  CHECK_OK(hd_process_queue_get_timed(queue, &item, sizeof item, LONG_NS, &bytes));
  expected = item_of(item.number);
  CHECK(bytes == sizeof item && memcmp(&item, &expected, sizeof item) == 0);
  return item.number;
}

/* A ring that has gone round, with two items in it. */
static struct hd_process_queue *two_items(void) {
  struct hd_process_queue *queue;
  CHECK_OK(hd_process_queue_new(&queue, 0, 272, NULL));
  for (uint32_t i = 0; i < 2; i++) {
    put(queue, LATER);
    CHECK(get(queue) == LATER);
    CHECK_OK(hd_process_queue_task_done(queue));
  }
  put(queue, FIRST);
  put(queue, SECOND);
  return queue;
}

/* What is in it comes out in order, then what is put now; then every item can be told done, and no more. */
static void goes_on(struct hd_process_queue *queue, uint32_t from, uint32_t until, unsigned got_before) {
  CHECK(hd_process_queue_size(queue) == until - from);
  for (uint32_t number = from; number < until; number++) CHECK(get(queue) == number);
  CHECK(hd_process_queue_size(queue) == 0);
  put(queue, LATER);
  CHECK(get(queue) == LATER);
  for (unsigned i = 0; i < until - from + 1 + got_before; i++) CHECK_OK(hd_process_queue_task_done(queue));
  CHECK_OK(hd_process_queue_join_timed(queue, LONG_NS));
  CHECK_ERROR(hd_process_queue_task_done(queue), HD_ERROR_ALL_DONE);
  hd_process_queue_free(queue);
}

/* Each acts on a queue of two items, in a child that may be killed in its midst; whether it took effect is found out, and all that follows
 * from it, afterwards. */
static void put_third(void *queue) {
  struct item item = item_of(THIRD);
  CHECK_OK(hd_process_queue_put(queue, &item, sizeof item)); /* without a time, whose reading takes now more instructions, now fewer */
}
static bool was_put(struct hd_process_queue *queue) {
  bool there = hd_process_queue_size(queue) == 3;
  goes_on(queue, FIRST, there ? LATER : THIRD, 0);
  return there;
}

static void get_first(void *queue) {
  struct item item;
  size_t bytes;
  CHECK_OK(hd_process_queue_get(queue, &item, sizeof item, &bytes));
}
static bool was_got(struct hd_process_queue *queue) {
  bool there = hd_process_queue_size(queue) == 2;
  goes_on(queue, there ? FIRST : SECOND, THIRD, !there);
  return !there;
}

static void tell_done(void *queue) { CHECK_OK(hd_process_queue_task_done(queue)); }
static bool was_told(struct hd_process_queue *queue) {
  CHECK(get(queue) == FIRST && get(queue) == SECOND);
  CHECK_OK(hd_process_queue_task_done(queue));
  bool done = hd_process_queue_join_timed(queue, 0) == HD_OK;
  goes_on(queue, THIRD, THIRD, !done);
  return done;
}

static void shut_down(void *queue) { hd_process_queue_shutdown((struct hd_process_queue *)queue, true); }
static bool was_shut_down(struct hd_process_queue *queue) {
  if (!hd_process_queue_is_shut_down(queue)) {
    goes_on(queue, FIRST, THIRD, 0);
    return false;
  }
  CHECK(hd_process_queue_size(queue) == 0);
  CHECK_ERROR(hd_process_queue_put_try(queue, "x", 1), HD_ERROR_SHUT_DOWN);
  CHECK_OK(hd_process_queue_join_timed(queue, LONG_NS));
  CHECK_ERROR(hd_process_queue_task_done(queue), HD_ERROR_ALL_DONE);
  hd_process_queue_free(queue);
  return true;
}

struct trial {
  void (*act)(void *queue);
  bool (*took_effect)(struct hd_process_queue *queue);
};

static bool killed_at(const struct trial *trial, long step, bool *took_effect) {
  struct hd_process_queue *queue = two_items();
  bool killed = kill_after(step, trial->act, queue);
  *took_effect = trial->took_effect(queue);
  return killed;
}

/* From begin to end in long steps; then every single instruction about the one at which it takes effect. */
static void kill_anywhere(const struct trial *trial) {
  enum { STRIDE = 16, BEFORE = 48, AFTER = 32 };
  long first_with = 0, kills[2] = {0};
  bool took_effect;
  for (long step = 0; killed_at(trial, step, &took_effect); step += STRIDE) {
    kills[took_effect]++;
    if (took_effect && !first_with) first_with = step;
  }
  CHECK(took_effect); /* when it was not killed */
  CHECK(first_with > BEFORE);
  for (long step = first_with - BEFORE; step < first_with + AFTER; step++)
    if (killed_at(trial, step, &took_effect)) kills[took_effect]++;
  CHECK(kills[0] > BEFORE - STRIDE && kills[1] > STRIDE);
}

int main(void) {
  static const struct trial trials[] = {{put_third, was_put}, {get_first, was_got}, {tell_done, was_told}, {shut_down, was_shut_down}};
  if (!can_kill_by_step()) return 77; /* skipped */
  begin_test();
  for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) kill_anywhere(&trials[i]);
  CHECK(count_children(0) == 0);
  return 0;
}
