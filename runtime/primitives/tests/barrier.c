#include "check.h"
#include "queue.h"
#include <string.h>

#define PARTIES 5
static struct hd_barrier barrier = HD_BARRIER_INIT(PARTIES);
static int arrived, acted, indices[PARTIES];
static struct { int fine, broken, timed_out, other; } results;

static void count_result(int result) {
  if (result >= 0)
    COUNT(results.fine);
  else if (result == HD_ERROR_BROKEN)
    COUNT(results.broken);
  else if (result == HD_ERROR_TIMEOUT)
    COUNT(results.timed_out);
  else
    COUNT(results.other);
}
static void expect_results(int fine, int broken, int timed_out, int other) {
  CHECK(results.fine == fine);
  CHECK(results.broken == broken);
  CHECK(results.timed_out == timed_out);
  CHECK(results.other == other);
  memset(&results, 0, sizeof results);
}

static void *go_through_phases(void *unused) {
  for (int phase = 1; phase <= 200; phase++) {
    COUNT(arrived);
    int index = hd_barrier_wait_timed(&barrier, LONG_NS);
    CHECK(index >= 0 && index < PARTIES);
    COUNT(indices[index]);
    CHECK(LOAD(arrived) >= phase * PARTIES); /* nobody leaves before all have come */
  }
  return unused;
}

static void separates_phases(void) {
  struct bunch bunch;
  arrived = 0;
  memset(indices, 0, sizeof indices);
  bunch_start(&bunch, PARTIES, go_through_phases, NULL);
  bunch_join(&bunch);
  for (int i = 0; i < PARTIES; i++) CHECK(indices[i] == 200);
  CHECK(hd_barrier_waiting(&barrier) == 0);
  CHECK(!hd_barrier_is_broken(&barrier));
}

static int act(void *argument) {
  CHECK(argument == &acted);
  CHECK(LOAD(arrived) == (acted + 1) * PARTIES); /* all have come, none has gone on */
  acted++;
  return HD_OK;
}

static void runs_an_action(void) {
  CHECK_OK(hd_barrier_init(&barrier, PARTIES, act, &acted, "acts"));
  separates_phases();
  CHECK(acted == 200);
}

static void *wait_once(void *unused) {
  count_result(hd_barrier_wait(&barrier));
  return unused;
}
static void *wait_briefly(void *unused) {
  count_result(hd_barrier_wait_timed(&barrier, SHORT_NS));
  return unused;
}

static void a_time_out_breaks_it(void) {
  struct bunch patient, impatient;
  CHECK_OK(hd_barrier_init(&barrier, PARTIES, NULL, NULL, "breaks"));
  bunch_start(&patient, 3, wait_once, NULL);
  UNTIL(hd_barrier_waiting(&barrier) == 3);
  CHECK_ERROR(hd_barrier_destroy(&barrier), HD_ERROR_BUSY);
  bunch_start(&impatient, 1, wait_briefly, NULL);
  bunch_join(&impatient);
  bunch_join(&patient);
  expect_results(0, 3, 1, 0);
  CHECK(hd_barrier_is_broken(&barrier));
  CHECK_ERROR(hd_barrier_wait(&barrier), HD_ERROR_BROKEN);
  CHECK_ERROR(hd_barrier_wait_timed(&barrier, 0), HD_ERROR_BROKEN);
  hd_barrier_reset(&barrier);
  CHECK(!hd_barrier_is_broken(&barrier));
  separates_phases();
}

static void abort_breaks_it(void) {
  struct bunch bunch;
  bunch_start(&bunch, 4, wait_once, NULL);
  UNTIL(hd_barrier_waiting(&barrier) == 4);
  hd_barrier_abort(&barrier);
  bunch_join(&bunch);
  expect_results(0, 4, 0, 0);
  CHECK(hd_barrier_is_broken(&barrier));
  CHECK_ERROR(hd_barrier_wait(&barrier), HD_ERROR_BROKEN);
  hd_barrier_reset(&barrier);
  separates_phases();
}

static void reset_sends_the_waiting_away(void) {
  struct bunch bunch;
  bunch_start(&bunch, 3, wait_once, NULL);
  UNTIL(hd_barrier_waiting(&barrier) == 3);
  hd_barrier_reset(&barrier);
  bunch_join(&bunch);
  expect_results(0, 3, 0, 0);
  CHECK(!hd_barrier_is_broken(&barrier));
  CHECK(hd_barrier_waiting(&barrier) == 0);
  separates_phases();
}

/* One of the parties breaks it; all meet at another one, one resets the first, and it works again. */
static struct hd_barrier reunion = HD_BARRIER_INIT(PARTIES);
static void *break_and_mend(void *unused) {
  int place = COUNT(arrived);
  if (place == PARTIES / 2 + 1)
    hd_barrier_abort(&barrier);
  else
    CHECK_ERROR(hd_barrier_wait(&barrier), HD_ERROR_BROKEN);
  if (hd_barrier_wait(&reunion) == 0) hd_barrier_reset(&barrier);
  CHECK(hd_barrier_wait(&reunion) >= 0);
  int index = hd_barrier_wait(&barrier);
  CHECK(index >= 0);
  COUNT(indices[index]);
  return unused;
}
static void may_be_broken_and_mended(void) {
  for (int i = 0; i < 20; i++) {
    struct bunch bunch;
    arrived = 0;
    memset(indices, 0, sizeof indices);
    bunch_start(&bunch, PARTIES, break_and_mend, NULL);
    bunch_join(&bunch);
    for (int k = 0; k < PARTIES; k++) CHECK(indices[k] == 1);
  }
}

static int fail(void *unused) { return HD_ERROR_NO_RESOURCES; }
static int abort_inside(void *unused) {
  hd_barrier_abort(&barrier);
  return HD_OK;
}
static int reset_inside(void *unused) {
  hd_barrier_reset(&barrier);
  return HD_OK;
}

static void a_failing_action_breaks_it(void) {
  struct bunch bunch;
  CHECK_OK(hd_barrier_init(&barrier, PARTIES, fail, NULL, "fails"));
  bunch_start(&bunch, PARTIES, wait_once, NULL);
  bunch_join(&bunch);
  expect_results(0, PARTIES - 1, 0, 1);
  CHECK(hd_barrier_is_broken(&barrier));

  CHECK_OK(hd_barrier_init(&barrier, PARTIES, abort_inside, NULL, "aborts"));
  bunch_start(&bunch, PARTIES, wait_once, NULL);
  bunch_join(&bunch);
  expect_results(0, PARTIES, 0, 0);
  CHECK(hd_barrier_is_broken(&barrier));

  CHECK_OK(hd_barrier_init(&barrier, PARTIES, reset_inside, NULL, "resets"));
  bunch_start(&bunch, PARTIES, wait_once, NULL);
  bunch_join(&bunch);
  expect_results(0, PARTIES, 0, 0);
  CHECK(!hd_barrier_is_broken(&barrier));
}

/* Who comes while the action runs belongs to the next phase; and a wait does not time out once all have come. */
static int release_action;
static int act_slowly(void *unused) {
  COUNT(acted);
  UNTIL(LOAD(release_action));
  return HD_OK;
}
static void an_action_keeps_the_next_phase_out(void) {
  struct bunch first, second;
  acted = release_action = 0;
  CHECK_OK(hd_barrier_init(&barrier, 2, act_slowly, NULL, "slow"));
  bunch_start(&first, 2, wait_briefly, NULL);
  UNTIL(LOAD(acted) == 1 || results.timed_out);
  if (results.timed_out) { /* the two did not meet in time on this machine */
    bunch_join(&first);
    memset(&results, 0, sizeof results);
    return;
  }
  bunch_start(&second, 2, wait_once, NULL);
  usleep(2 * SHORT_NS / 1000);
  CHECK(hd_barrier_waiting(&barrier) == 0);
  CHECK(LOAD(acted) == 1);
  STORE(release_action, 1);
  bunch_join(&first);
  bunch_join(&second);
  CHECK(acted == 2);
  expect_results(4, 0, 0, 0);
}

static void refuses_misuse(void) {
  struct hd_barrier own;
  CHECK_ERROR(hd_barrier_init(&own, 0, NULL, NULL, "none"), HD_ERROR_INVALID);
  CHECK_OK(hd_barrier_init(&own, 1, NULL, NULL, "alone"));
  for (int i = 0; i < 3; i++) CHECK(hd_barrier_wait(&own) == 0);
  CHECK(hd_barrier_wait_timed(&own, 0) == 0);
  CHECK_ERROR(hd_barrier_wait_timed(&own, -2), HD_ERROR_INVALID);
  CHECK_OK(hd_barrier_destroy(&own));
}

int main(void) {
  separates_phases();
  runs_an_action();
  a_time_out_breaks_it();
  abort_breaks_it();
  reset_sends_the_waiting_away();
  may_be_broken_and_mended();
  a_failing_action_breaks_it();
  an_action_keeps_the_next_phase_out();
  refuses_misuse();
  return 0;
}
