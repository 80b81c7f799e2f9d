#include "jobs.h"

static struct hd_executor executor;
static struct hd_event gates[4] = {HD_EVENT_INIT, HD_EVENT_INIT, HD_EVENT_INIT, HD_EVENT_INIT};
static struct hd_future futures[4];

/* Four that run until their gates open; the last fails. */
struct gated {
  struct hd_event *gate;
  int error;
};
static int pass_gate(const void *argument, void *result) {
  const struct gated *gated = argument;
  CHECK_OK(hd_event_wait(gated->gate));
  return gated->error;
}
static void begin(uint32_t worker_count) {
  CHECK_OK(hd_executor_init_threads(&executor, worker_count, "wait-test"));
  for (int i = 0; i < 4; i++) {
    hd_event_clear(&gates[i]);
    struct gated gated = {&gates[i], i == 3 ? 13 : 0};
    CHECK_OK(hd_executor_submit(&executor, pass_gate, &gated, sizeof gated, 0, &futures[i]));
  }
}
static void end(void) {
  for (int i = 0; i < 4; i++) hd_event_set(&gates[i]);
  for (int i = 0; i < 4; i++) hd_future_release(&futures[i]);
  close_executor(&executor);
}
static void open_and_see(int i) {
  hd_event_set(&gates[i]);
  UNTIL(hd_future_is_done(&futures[i]));
}
/* Opens a gate somewhat later. */
static void *open_late(void *gate) {
  usleep(20000);
  hd_event_set(gate);
  return NULL;
}
#define LATE(i, statement)                                                                                                                 \
  do {                                                                                                                                     \
    struct bunch late;                                                                                                                     \
    bunch_start(&late, 1, open_late, &gates[i]);                                                                                           \
    statement;                                                                                                                             \
    bunch_join(&late);                                                                                                                     \
  } while (0)

static void waits_for_the_first(void) {
  begin(4);
  CHECK_ERROR(hd_future_wait(futures, 4, HD_UNTIL_FIRST, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_future_wait(futures, 4, HD_UNTIL_FIRST, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_future_wait(futures, 4, HD_UNTIL_FIRST, -3), HD_ERROR_INVALID);
  LATE(2, CHECK_OK(hd_future_wait(futures, 4, HD_UNTIL_FIRST, LONG_NS)));
  CHECK(hd_future_is_done(&futures[2]) && !hd_future_is_done(&futures[0]));
  CHECK_OK(hd_future_wait(futures, 4, HD_UNTIL_FIRST, 0)); /* one is done already */
  CHECK_OK(hd_future_wait(futures, 0, HD_UNTIL_FIRST, 0)); /* of none */
  CHECK_ERROR(hd_future_wait(futures, 2, HD_UNTIL_FIRST, SHORT_NS), HD_ERROR_TIMEOUT);
  end();
}

static void waits_for_the_first_error(void) {
  begin(4);
  open_and_see(0);
  CHECK_ERROR(hd_future_wait(futures, 4, HD_UNTIL_FIRST_ERROR, SHORT_NS), HD_ERROR_TIMEOUT);
  LATE(3, CHECK_OK(hd_future_wait(futures, 4, HD_UNTIL_FIRST_ERROR, LONG_NS)));
  CHECK(hd_future_is_done(&futures[3]) && !hd_future_is_done(&futures[1]));
  CHECK_OK(hd_future_wait(futures, 4, HD_UNTIL_FIRST_ERROR, 0));
  /* Without an error: all. */
  CHECK_ERROR(hd_future_wait(futures, 3, HD_UNTIL_FIRST_ERROR, SHORT_NS), HD_ERROR_TIMEOUT);
  open_and_see(1);
  LATE(2, CHECK_OK(hd_future_wait(futures, 3, HD_UNTIL_FIRST_ERROR, LONG_NS)));
  CHECK(hd_future_is_done(&futures[2]));
  end();
}

static void a_cancelled_one_has_not_failed(void) {
  begin(2);
  UNTIL(hd_future_is_running(&futures[0]) && hd_future_is_running(&futures[1]));
  CHECK(hd_future_cancel(&futures[2]));
  CHECK_ERROR(hd_future_wait(futures, 3, HD_UNTIL_FIRST_ERROR, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_future_wait(futures, 3, HD_UNTIL_FIRST, SHORT_NS)); /* but it is done */
  open_and_see(0);
  open_and_see(1);
  CHECK_OK(hd_future_wait(futures, 3, HD_UNTIL_FIRST_ERROR, 0));
  CHECK_OK(hd_future_wait(futures, 3, HD_UNTIL_ALL, 0));
  end();
}

static void waits_for_all(void) {
  begin(4);
  for (int i = 0; i < 3; i++) open_and_see(i);
  CHECK_ERROR(hd_future_wait(futures, 4, HD_UNTIL_ALL, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_future_wait(futures, 4, HD_UNTIL_ALL, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_future_wait(futures, 3, HD_UNTIL_ALL, 0));
  LATE(3, CHECK_OK(hd_future_wait(futures, 4, HD_UNTIL_ALL, HD_FOREVER)));
  CHECK_OK(hd_future_wait(futures, 0, HD_UNTIL_ALL, HD_FOREVER));
  end();
}

static void iterates_as_completed(void) {
  struct hd_as_completed iteration;
  size_t index = 99;
  begin(4);
  open_and_see(1);
  CHECK_OK(hd_as_completed_begin(&iteration, futures, 4, LONG_NS));
  CHECK_OK(hd_as_completed_next(&iteration, &index));
  CHECK(index == 1);
  open_and_see(3);
  open_and_see(0);
  CHECK_OK(hd_as_completed_next(&iteration, &index));
  CHECK(index == 3);
  CHECK_OK(hd_as_completed_next(&iteration, &index));
  CHECK(index == 0);
  LATE(2, CHECK_OK(hd_as_completed_next(&iteration, &index)));
  CHECK(index == 2);
  CHECK_ERROR(hd_as_completed_next(&iteration, &index), HD_ERROR_NO_MORE);
  CHECK_ERROR(hd_as_completed_next(&iteration, &index), HD_ERROR_NO_MORE);
  hd_as_completed_end(&iteration);
  CHECK_OK(hd_as_completed_begin(&iteration, futures, 0, 0));
  CHECK_ERROR(hd_as_completed_next(&iteration, &index), HD_ERROR_NO_MORE);
  hd_as_completed_end(&iteration);
  end();
}

static void iteration_times_out(void) {
  struct hd_as_completed iteration;
  size_t index;
  begin(4);
  CHECK_ERROR(hd_as_completed_begin(&iteration, futures, 4, -9), HD_ERROR_INVALID);
  open_and_see(0);
  CHECK_OK(hd_as_completed_begin(&iteration, futures, 4, 0)); /* only what is there */
  CHECK_OK(hd_as_completed_next(&iteration, &index));
  CHECK(index == 0);
  CHECK_ERROR(hd_as_completed_next(&iteration, &index), HD_ERROR_TIMEOUT);
  hd_as_completed_end(&iteration);
  CHECK_OK(hd_as_completed_begin(&iteration, futures, 4, SHORT_NS));
  CHECK_OK(hd_as_completed_next(&iteration, &index));
  CHECK_ERROR(hd_as_completed_next(&iteration, &index), HD_ERROR_TIMEOUT);
  open_and_see(2);
  CHECK_OK(hd_as_completed_next(&iteration, &index)); /* what is done is still given */
  CHECK(index == 2);
  hd_as_completed_end(&iteration);
  end();
}

static void handles_may_go_during_an_iteration(void) {
  struct hd_as_completed iteration;
  size_t index;
  int seen = 0;
  begin(4);
  CHECK_OK(hd_as_completed_begin(&iteration, futures, 4, LONG_NS));
  for (int i = 0; i < 4; i++) {
    hd_event_set(&gates[i]);
    hd_future_release(&futures[i]);
  }
  while (hd_as_completed_next(&iteration, &index) == HD_OK) seen |= 1 << index;
  CHECK(seen == 15);
  hd_as_completed_end(&iteration);
  close_executor(&executor);
}

/* The same future twice, and two iterations at once. */
static void futures_may_be_watched_twice(void) {
  struct hd_as_completed one, other;
  struct hd_future twice[2];
  size_t index;
  begin(4);
  hd_future_copy(&futures[0], &twice[0]);
  hd_future_copy(&futures[0], &twice[1]);
  CHECK_OK(hd_as_completed_begin(&one, twice, 2, LONG_NS));
  CHECK_OK(hd_as_completed_begin(&other, futures, 2, LONG_NS));
  hd_event_set(&gates[0]);
  CHECK_OK(hd_as_completed_next(&one, &index));
  CHECK_OK(hd_as_completed_next(&one, &index));
  CHECK_ERROR(hd_as_completed_next(&one, &index), HD_ERROR_NO_MORE);
  CHECK_OK(hd_as_completed_next(&other, &index));
  CHECK(index == 0);
  hd_as_completed_end(&other); /* before the second is done */
  hd_as_completed_end(&one);
  hd_future_release(&twice[0]);
  hd_future_release(&twice[1]);
  end();
}

/* Iterations that begin and end while their futures are being done. */
static int sleep_some(const void *argument, void *result) {
  usleep(*(const unsigned *)argument);
  return 0;
}
static void *iterate(void *argument) {
  const struct hd_future *some = argument;
  for (int round = 0; round < 30; round++) {
    struct hd_as_completed iteration;
    size_t index;
    CHECK_OK(hd_as_completed_begin(&iteration, some, 40, round % 3 ? LONG_NS : 0));
    for (int i = 0; i < round + 5; i++)
      if (hd_as_completed_next(&iteration, &index) == HD_OK) CHECK(hd_future_is_done(&some[index]));
    hd_as_completed_end(&iteration);
    CHECK_OK(hd_future_wait(some, 40, round % 2 ? HD_UNTIL_FIRST : HD_UNTIL_ALL, LONG_NS));
  }
  return NULL;
}
static void many_may_iterate(void) {
  struct hd_future some[40];
  struct bunch bunch;
  CHECK_OK(hd_executor_init_threads(&executor, 4, "wait-test"));
  for (unsigned i = 0; i < 40; i++) {
    unsigned microseconds = i * 7 % 13 * 200;
    CHECK_OK(hd_executor_submit(&executor, sleep_some, &microseconds, sizeof microseconds, 0, &some[i]));
  }
  bunch_start(&bunch, 4, iterate, some);
  bunch_join(&bunch);
  for (int i = 0; i < 40; i++) hd_future_release(&some[i]);
  close_executor(&executor);
}

int main(void) {
  waits_for_the_first();
  waits_for_the_first_error();
  a_cancelled_one_has_not_failed();
  waits_for_all();
  iterates_as_completed();
  iteration_times_out();
  handles_may_go_during_an_iteration();
  futures_may_be_watched_twice();
  many_may_iterate();
  return 0;
}
