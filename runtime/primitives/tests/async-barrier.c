#include "tasks.h"

static struct hd_async_barrier barrier;

/* Its index as its result, or how its wait ended. */
static int arrive(void *unused, void *result) {
  int index = hd_async_barrier_wait(&barrier);
  if (index < 0) return index;
  *(intptr_t *)result = index;
  return 0;
}
static int index_of(struct hd_task *task) {
  intptr_t index;
  int outcome = hd_await(task, &index), error = 0;
  if (outcome == HD_ERROR_JOB_FAILED) CHECK_OK(hd_task_error(task, &error));
  hd_task_release(task);
  return outcome == HD_OK ? (int)index : error ? error : outcome;
}

static int lets_all_go_when_all_are_there(void *unused, void *nothing) {
  struct hd_task tasks[3];
  CHECK_ERROR(hd_async_barrier_init(&barrier, 0, NULL, NULL, NULL), HD_ERROR_INVALID);
  CHECK_OK(hd_async_barrier_init(&barrier, 4, NULL, NULL, "barrier"));
  for (int phase = 0; phase < 3; phase++) {
    for (int i = 0; i < 3; i++) tasks[i] = spawn(arrive, NULL);
    turns(3);
    CHECK(hd_async_barrier_waiting(&barrier) == 3);
    CHECK_ERROR(hd_async_barrier_destroy(&barrier), HD_ERROR_BUSY);
    CHECK(hd_async_barrier_wait(&barrier) == 3);
    CHECK(hd_async_barrier_waiting(&barrier) == 0);
    for (int i = 0; i < 3; i++) CHECK(index_of(&tasks[i]) == i);
  }
  CHECK_OK(hd_async_barrier_destroy(&barrier));
  CHECK_OK(hd_async_barrier_init(&barrier, 1, NULL, NULL, NULL));
  for (int i = 0; i < 3; i++) CHECK(hd_async_barrier_wait(&barrier) == 0);
  return 0;
}

/* Each goes on to the next phase at once: nobody overtakes a whole phase. */
static int laps[4];
static int run_laps(void *number, void *unused) {
  for (int lap = 0; lap < 10; lap++) {
    CHECK(hd_async_barrier_wait(&barrier) >= 0);
    laps[(intptr_t)number]++;
    for (int i = 0; i < 4; i++) CHECK(laps[i] == lap || laps[i] == lap + 1);
    turns((int)(intptr_t)number);
  }
  return 0;
}
static int phase_after_phase(void *unused, void *nothing) {
  struct hd_task tasks[4];
  CHECK_OK(hd_async_barrier_init(&barrier, 4, NULL, NULL, NULL));
  for (intptr_t i = 0; i < 4; i++) tasks[i] = spawn(run_laps, (void *)i);
  for (int i = 0; i < 4; i++) CHECK_OK(end_of(&tasks[i]));
  return 0;
}

/* One that is cancelled while it waits has never come; the indexes are still distinct. */
static int a_cancelled_task_leaves(void *unused, void *nothing) {
  struct hd_task tasks[3];
  CHECK_OK(hd_async_barrier_init(&barrier, 3, NULL, NULL, NULL));
  tasks[0] = spawn(arrive, NULL);
  tasks[1] = spawn(arrive, NULL);
  turn();
  CHECK_OK(hd_task_cancel(&tasks[0]));
  CHECK(index_of(&tasks[0]) == HD_ERROR_CANCELLED);
  CHECK(hd_async_barrier_waiting(&barrier) == 1);
  CHECK(!hd_async_barrier_is_broken(&barrier));
  tasks[2] = spawn(arrive, NULL);
  turn();
  CHECK(hd_async_barrier_wait(&barrier) == 2);
  CHECK(index_of(&tasks[1]) == 0);
  CHECK(index_of(&tasks[2]) == 1);

  tasks[0] = spawn(arrive, NULL); /* cancelled when the phase has ended: the others have gone, and the next phase is whole */
  tasks[1] = spawn(arrive, NULL);
  turn();
  CHECK(hd_async_barrier_wait(&barrier) == 2);
  CHECK_OK(hd_task_cancel(&tasks[0]));
  CHECK(index_of(&tasks[0]) == HD_ERROR_CANCELLED);
  CHECK(index_of(&tasks[1]) == 1);
  CHECK(hd_async_barrier_waiting(&barrier) == 0);
  return 0;
}

static int breaks(void *unused, void *nothing) {
  struct hd_task tasks[2];
  CHECK_OK(hd_async_barrier_init(&barrier, 3, NULL, NULL, NULL));
  tasks[0] = spawn(arrive, NULL);
  turn();
  CHECK_ERROR(hd_async_barrier_wait_timed(&barrier, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(hd_async_barrier_is_broken(&barrier));
  CHECK(index_of(&tasks[0]) == HD_ERROR_BROKEN);
  CHECK_ERROR(hd_async_barrier_wait(&barrier), HD_ERROR_BROKEN);
  CHECK_ERROR(hd_async_barrier_wait_timed(&barrier, -2), HD_ERROR_INVALID);
  CHECK_OK(hd_async_barrier_reset(&barrier));
  CHECK(!hd_async_barrier_is_broken(&barrier));

  for (int i = 0; i < 2; i++) tasks[i] = spawn(arrive, NULL);
  turn();
  CHECK_OK(hd_async_barrier_abort(&barrier));
  CHECK(hd_async_barrier_is_broken(&barrier) && hd_async_barrier_waiting(&barrier) == 0);
  for (int i = 0; i < 2; i++) CHECK(index_of(&tasks[i]) == HD_ERROR_BROKEN);
  CHECK_OK(hd_async_barrier_reset(&barrier));

  for (int i = 0; i < 2; i++) tasks[i] = spawn(arrive, NULL);
  turn();
  CHECK_OK(hd_async_barrier_reset(&barrier)); /* who waits is sent away, the barrier is whole */
  for (int i = 0; i < 2; i++) CHECK(index_of(&tasks[i]) == HD_ERROR_BROKEN);
  for (int i = 0; i < 2; i++) tasks[i] = spawn(arrive, NULL);
  turn();
  CHECK(hd_async_barrier_wait(&barrier) == 2);
  for (int i = 0; i < 2; i++) CHECK(index_of(&tasks[i]) == i);
  CHECK_ERROR(hd_async_barrier_wait_timed(&barrier, 0), HD_ERROR_TIMEOUT);
  CHECK(hd_async_barrier_is_broken(&barrier));
  return 0;
}

static int action_result, actions;
static int act(void *turns_to_take) {
  note('[');
  int result = HD_OK;
  for (int i = *(int *)turns_to_take; i && result == HD_OK; i--) result = hd_task_sleep(0);
  note(']');
  actions++;
  return result != HD_OK ? result : action_result;
}
static int arrive_and_note(void *unused, void *nothing) {
  int index = hd_async_barrier_wait(&barrier);
  if (index >= 0) note((char)('0' + index));
  return index < 0 ? index : 0;
}
static int runs_its_action_first(void *unused, void *nothing) {
  int no_turn = 0, some_turns = 5;
  struct hd_task tasks[4];
  CHECK_OK(hd_async_barrier_init(&barrier, 3, act, &no_turn, NULL));
  for (int i = 0; i < 3; i++) tasks[i] = spawn(arrive_and_note, NULL);
  for (int i = 0; i < 3; i++) CHECK_OK(end_of(&tasks[i]));
  CHECK_HAPPENED("[]201");

  action_result = 42; /* it fails: the barrier breaks */
  for (int i = 0; i < 2; i++) tasks[i] = spawn(arrive, NULL);
  turn();
  CHECK(hd_async_barrier_wait(&barrier) == 42);
  CHECK(hd_async_barrier_is_broken(&barrier));
  for (int i = 0; i < 2; i++) CHECK(index_of(&tasks[i]) == HD_ERROR_BROKEN);
  action_result = 0;
  forget();

  /* One that awaits: who comes meanwhile, and who is cancelled, does not disturb the phase. */
  CHECK_OK(hd_async_barrier_init(&barrier, 3, act, &some_turns, NULL));
  for (int i = 0; i < 4; i++) tasks[i] = spawn(arrive_and_note, NULL);
  turns(3);
  CHECK_HAPPENED("[");
  CHECK(hd_async_barrier_waiting(&barrier) == 0);
  CHECK_OK(hd_task_cancel(&tasks[0]));
  CHECK_ERROR(end_of(&tasks[0]), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&tasks[1]));
  CHECK_OK(end_of(&tasks[2]));
  CHECK_HAPPENED("]20");
  CHECK(hd_async_barrier_waiting(&barrier) == 1); /* the fourth, for the next phase */
  CHECK_OK(hd_async_barrier_reset(&barrier));
  CHECK(index_of(&tasks[3]) == HD_ERROR_BROKEN);

  for (int i = 0; i < 3; i++) tasks[i] = spawn(arrive, NULL); /* aborted meanwhile */
  turns(2);
  CHECK_OK(hd_async_barrier_abort(&barrier));
  for (int i = 0; i < 3; i++) CHECK(index_of(&tasks[i]) == HD_ERROR_BROKEN);
  CHECK(hd_async_barrier_is_broken(&barrier));
  CHECK_OK(hd_async_barrier_reset(&barrier));

  for (int i = 0; i < 3; i++) tasks[i] = spawn(arrive, NULL); /* cancelled in its action: that fails */
  turns(2);
  CHECK_OK(hd_task_cancel(&tasks[2]));
  CHECK(index_of(&tasks[2]) == HD_ERROR_CANCELLED);
  for (int i = 0; i < 2; i++) CHECK(index_of(&tasks[i]) == HD_ERROR_BROKEN);
  forget();

  CHECK_OK(hd_async_barrier_reset(&barrier)); /* a time-out that comes while the action runs is none */
  some_turns = 200;
  for (int i = 0; i < 2; i++) tasks[i] = spawn(arrive, NULL);
  turn();
  CHECK(hd_async_barrier_wait_timed(&barrier, 1) == 2);
  for (int i = 0; i < 2; i++) CHECK(index_of(&tasks[i]) == i);
  CHECK_HAPPENED("[]");
  return 0;
}
static int arrive_in_time(void *unused, void *result) {
  int index = hd_async_barrier_wait_timed(&barrier, 300 * HD_MILLISECOND_NS);
  return index < 0 ? index : (*(intptr_t *)result = index, 0);
}
static int act_for_long(void *unused) { return hd_task_sleep(400 * HD_MILLISECOND_NS); }
static int in_time_is_when_all_have_come(void *unused, void *nothing) {
  CHECK_OK(hd_async_barrier_init(&barrier, 2, act_for_long, NULL, NULL));
  struct hd_task task = spawn(arrive_in_time, NULL);
  turn();
  CHECK(hd_async_barrier_wait(&barrier) == 1);
  CHECK(index_of(&task) == 0);
  return 0;
}

static void *abort_elsewhere(void *unused) {
  CHECK_ERROR(hd_async_barrier_abort(&barrier), HD_ERROR_OTHER_LOOP);
  CHECK_ERROR(hd_async_barrier_wait(&barrier), HD_ERROR_OTHER_LOOP);
  return unused;
}
static int is_for_one_loop(void *unused, void *nothing) {
  CHECK_OK(hd_async_barrier_init(&barrier, 2, NULL, NULL, NULL));
  struct hd_task task = spawn(arrive, NULL);
  turn();
  elsewhere(abort_elsewhere, NULL);
  CHECK(hd_async_barrier_wait(&barrier) == 1);
  CHECK(index_of(&task) == 0);
  return 0;
}

int main(void) {
  CHECK_OK(hd_async_barrier_init(&barrier, 2, NULL, NULL, NULL));
  CHECK_ERROR(hd_async_barrier_wait(&barrier), HD_ERROR_NO_TASK);
  CHECK(hd_async_barrier_waiting(&barrier) == 0);
  in_loop(lets_all_go_when_all_are_there);
  in_loop(phase_after_phase);
  in_loop(a_cancelled_task_leaves);
  in_loop(breaks);
  in_loop(runs_its_action_first);
  in_loop(in_time_is_when_all_have_come);
  in_loop(is_for_one_loop);
  return 0;
}
