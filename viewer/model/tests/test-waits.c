/* Waits: what they are cut into, and who ended them. */
#include "script.h"

#define OK HD_WAIT_RESULT_OK
#define LOCK HD_OPERATION_LOCK_ACQUIRE
#define RELEASE HD_OPERATION_LOCK_RELEASE
#define NOTIFY HD_OPERATION_CONDITION_NOTIFY
#define NOTIFY_ALL HD_OPERATION_CONDITION_NOTIFY_ALL
#define CONDITION HD_OPERATION_CONDITION_WAIT

static void test_handover(void) {
  Script *script = script_threads(3);
  script_hold(script, 1, LOCK, 0x1000, 50, 200);
  script_wait(script, 2, LOCK, 0x1000, 0, 100, 210, OK);
  script_hold(script, 2, LOCK, 0x1000, 210, 300);
  script_wait(script, 3, LOCK, 0x1000, 0, 120, 310, OK);
  script_batch(script, 3, LOCK, 0x1000, 310, 320);
  script_batch(script, 3, LOCK, 0x1000, 330, 340);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_woken(model, wait_of(model, 2, 0), 1, 200);
  assert_woken(model, wait_of(model, 3, 0), 2, 300);
  g_assert_cmpuint(model->holds[0].wait, ==, HD_NONE);
  g_assert_true(&model->waits[model->holds[1].wait] == wait_of(model, 2, 0));
  g_assert_true(&model->waits[model->holds[2].wait] == wait_of(model, 3, 0));
  g_assert_cmpuint(model->holds[3].wait, ==, HD_NONE);
  guint handover_count = 0;
  for (guint32 i = 0; i < model->link_count; i++) handover_count += model->links[i].kind == HD_LINK_HANDOVER;
  g_assert_cmpuint(handover_count, ==, 2);
  g_autofree char *states = describe(model, find_thread(model, 2));
  g_assert_true(g_str_has_prefix(states, "not-waiting 3-100, wait-lock 100-210"));
}

static void test_condition_split(void) {
  Script *script = script_threads(2);
  script_hold(script, 2, LOCK, 0x1000, 50, 100);
  script_wait(script, 2, CONDITION, 0x2000, 0x1000, 100, 400, OK);
  script_hold(script, 2, HD_OPERATION_CONDITION_REACQUIRE, 0x1000, 400, 420);
  script_mark(script, 1, NOTIFY, 0x2000, 200);
  script_hold(script, 1, LOCK, 0x1000, 150, 390);
  script_process_end(script, 1, 0, 500);
  g_autoptr(HdModel) model = script_model(script, 500);
  const HdWait *wait = wait_of(model, 2, 0), *reacquire = wait_of(model, 2, 1);
  assert_woken(model, wait, 1, 200);
  g_assert_cmpint(wait->end_ns, ==, 200);
  g_assert_cmpint(reacquire->state, ==, HD_STATE_WAIT_LOCK);
  g_assert_cmpuint(reacquire->partner, ==, wait - model->waits);
  g_assert_cmpint(model->sites[reacquire->site].operation, ==, HD_OPERATION_CONDITION_REACQUIRE);
  g_assert_cmpuint(model->objects[reacquire->object].address, ==, 0x1000);
  assert_woken(model, reacquire, 1, 390);
  guint32 hold = hd_model_holder_at(model, reacquire->object, 410);
  g_assert_cmpuint(model->holds[hold].wait, ==, reacquire - model->waits);
  g_autofree char *states = describe(model, find_thread(model, 2));
  g_assert_cmpstr(states, ==, "not-waiting 3-100, wait-condition 100-200, wait-lock 200-400, not-waiting 400-500");
}

/* A reader of an empty pipe is ended by the write that begins meanwhile, when that was recorded. */
static void test_pipe(void) {
  const guint64 pipe = HD_OBJECT_SHARED_BIT | 7;
  Script *script = script_threads(3);
  script_shared(script, 1, HD_KIND_PIPE, pipe, 70, 0);
  script_wait(script, 2, HD_OPERATION_PIPE_READ, pipe, 0, 100, 210, OK);
  script_wait(script, 3, HD_OPERATION_PIPE_READ, pipe, 0, 120, 130, OK); /* a reader does not end a read */
  script_wait(script, 1, HD_OPERATION_PIPE_WRITE, pipe, 0, 200, 400, OK);
  script_wait(script, 2, HD_OPERATION_PIPE_READ, pipe, 0, 390, 500, OK);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_woken(model, wait_of(model, 2, 0), 1, 200);
  g_assert_cmpuint(wait_of(model, 3, 0)->waker, ==, HD_NONE);
  assert_woken(model, wait_of(model, 1, 0), 2, 390);
  g_assert_cmpuint(wait_of(model, 2, 1)->waker, ==, HD_NONE);
}

/* Notified by somebody who does not hold the lock: nothing to wait for. */
static void test_condition_unsplit(void) {
  Script *script = script_threads(2);
  script_wait(script, 2, CONDITION, 0x2000, 0x1000, 100, 400, OK);
  script_mark(script, 1, NOTIFY, 0x2000, 390);
  script_wait(script, 2, HD_OPERATION_CONDITION_WAIT_TIMED, 0x2000, 0x1000, 500, 600, HD_WAIT_RESULT_TIMEOUT);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->wait_count, ==, 2);
  assert_woken(model, wait_of(model, 2, 0), 1, 390);
  g_assert_cmpint(wait_of(model, 2, 0)->end_ns, ==, 400);
  g_assert_cmpuint(wait_of(model, 2, 1)->waker, ==, HD_NONE);
}

/* The notifier let go of the lock at once; what passed was the time to wake up. */
static void test_condition_slow_wake(void) {
  Script *script = script_threads(2);
  script_wait(script, 2, CONDITION, 0x2000, 0x1000, 100, 900, OK);
  script_hold(script, 1, LOCK, 0x1000, 190, 210);
  script_mark(script, 1, NOTIFY, 0x2000, 200);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->wait_count, ==, 1);
  g_assert_cmpint(wait_of(model, 2, 0)->end_ns, ==, 900);
  assert_woken(model, wait_of(model, 2, 0), 1, 200);
}

/* A runtime that says the re-acquire itself. */
static void test_condition_told(void) {
  Script *script = script_threads(2);
  script_hold(script, 1, LOCK, 0x1000, 150, 390);
  script_mark(script, 1, NOTIFY, 0x2000, 200);
  script_wait(script, 2, CONDITION, 0x2000, 0x1000, 100, 250, OK);
  script_wait(script, 2, HD_OPERATION_CONDITION_REACQUIRE, 0x1000, 0, 255, 400, OK);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->wait_count, ==, 2);
  g_assert_cmpint(wait_of(model, 2, 0)->end_ns, ==, 250);
  g_assert_cmpuint(wait_of(model, 2, 1)->partner, ==, wait_of(model, 2, 0) - model->waits);
  assert_woken(model, wait_of(model, 2, 1), 1, 390);
}

/* Notified, but the lock never comes back: an open wait for the lock. */
static void test_condition_open(void) {
  Script *script = script_threads(3);
  script_wait(script, 2, CONDITION, 0x2000, 0x1000, 100, NEVER, OK);
  script_wait(script, 3, CONDITION, 0x3000, 0x1000, 100, NEVER, OK); /* nobody notifies this one */
  script_mark(script, 1, NOTIFY, 0x2000, 200);
  script_acquired(script, 1, LOCK, 0x1000, 150);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->wait_count, ==, 3);
  g_assert_cmpint(wait_of(model, 2, 0)->end_ns, ==, 200);
  g_assert_false(wait_of(model, 2, 0)->open);
  g_assert_cmpint(wait_of(model, 2, 1)->state, ==, HD_STATE_WAIT_LOCK);
  g_assert_true(wait_of(model, 2, 1)->open);
  g_assert_cmpint(wait_of(model, 2, 1)->end_ns, ==, 1000);
  g_assert_true(wait_of(model, 3, 0)->open);
  g_assert_cmpint(wait_of(model, 3, 0)->state, ==, HD_STATE_WAIT_CONDITION);
}

static void test_notify_matching(void) {
  Script *script = script_threads(4);
  script_mark(script, 1, NOTIFY, 0x2000, 50); /* nobody waits: lost */
  script_wait(script, 2, CONDITION, 0x2000, 0, 100, 300, OK);
  script_wait(script, 3, CONDITION, 0x2000, 0, 110, 310, OK);
  script_mark(script, 1, NOTIFY, 0x2000, 250);
  script_mark(script, 4, NOTIFY, 0x2000, 260);
  script_wait(script, 2, CONDITION, 0x2000, 0, 400, 510, OK);
  script_wait(script, 3, CONDITION, 0x2000, 0, 410, 520, OK);
  script_mark(script, 4, NOTIFY_ALL, 0x2000, 500);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_woken(model, wait_of(model, 2, 0), 1, 250);
  assert_woken(model, wait_of(model, 3, 0), 4, 260);
  assert_woken(model, wait_of(model, 2, 1), 4, 500);
  assert_woken(model, wait_of(model, 3, 1), 4, 500);
}

static void test_semaphore(void) {
  Script *script = script_threads(4);
  const enum hd_operation post = HD_OPERATION_SEMAPHORE_POST, acquire = HD_OPERATION_SEMAPHORE_ACQUIRE;
  script_object(script, 1, HD_KIND_SEMAPHORE, 0x3000, 1, 10);
  script_mark(script, 1, post, 0x3000, 20);
  script_mark(script, 1, acquire, 0x3000, 30); /* the permit just posted, as seen from its poster */
  script_wait(script, 2, acquire, 0x3000, 0, 100, 210, OK);
  script_wait(script, 3, acquire, 0x3000, 0, 110, 260, OK);
  script_mark(script, 1, post, 0x3000, 200);
  script_mark(script, 4, post, 0x3000, 220);
  script_mark(script, 1, acquire, 0x3000, 230); /* barges in */
  script_mark(script, 1, post, 0x3000, 250);
  script_wait(script, 2, HD_OPERATION_SEMAPHORE_TIMED, 0x3000, 0, 300, 400, HD_WAIT_RESULT_TIMEOUT);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_woken(model, wait_of(model, 2, 0), 1, 200);
  assert_woken(model, wait_of(model, 3, 0), 1, 250);
  g_assert_cmpuint(wait_of(model, 2, 1)->waker, ==, HD_NONE);
}

static void test_barrier(void) {
  for (int known = 0; known < 2; known++) {
    Script *script = script_threads(3);
    const enum hd_operation arrive = HD_OPERATION_BARRIER_WAIT;
    if (known) script_object(script, 1, HD_KIND_BARRIER, 0x4000, 3, 10);
    script_wait(script, 1, arrive, 0x4000, 0, 100, 310, OK);
    script_wait(script, 2, arrive, 0x4000, 0, 200, 350, OK);
    script_mark(script, 3, arrive, 0x4000, 300);
    script_wait(script, 3, arrive, 0x4000, 0, 320, 510, OK); /* the next phase begins before thread 2 has left this one */
    script_wait(script, 1, arrive, 0x4000, 0, 400, 510, OK);
    script_mark(script, 2, arrive, 0x4000, 500);
    g_autoptr(HdModel) model = script_model(script, 1000);
    assert_woken(model, wait_of(model, 1, 0), 3, 300);
    assert_woken(model, wait_of(model, 2, 0), 3, 300);
    assert_woken(model, wait_of(model, 3, 0), 2, 500);
    assert_woken(model, wait_of(model, 1, 1), 2, 500);
  }
}

static void test_join_and_event(void) {
  Script *script = script_threads(3);
  script_wait(script, 1, HD_OPERATION_THREAD_JOIN, 2, 0, 100, 310, OK);
  script_thread_end(script, 2, 300);
  script_wait(script, 1, HD_OPERATION_THREAD_JOIN, 77, 0, 320, 330, OK); /* of nobody known */
  script_wait(script, 3, HD_OPERATION_EVENT_WAIT, 0x5000, 0, 100, 250, OK);
  script_mark(script, 2, HD_OPERATION_EVENT_SET, 0x5000, 240);
  g_autoptr(HdModel) model = script_model(script, 1000);
  const HdWait *join = wait_of(model, 1, 0);
  g_assert_cmpuint(join->target, ==, find_thread(model, 2));
  assert_woken(model, join, 2, 300);
  g_assert_cmpuint(wait_of(model, 1, 1)->target, ==, HD_NONE);
  assert_woken(model, wait_of(model, 3, 0), 2, 240);
}

/* A signal handler that waits inside a wait: the innermost is what the thread does. */
static void test_nested(void) {
  Script *script = script_threads(1);
  script_wait(script, 1, HD_OPERATION_SEMAPHORE_ACQUIRE, 0x1000, 0, 200, 300, OK);
  script_wait(script, 1, LOCK, 0x2000, 0, 100, 500, OK);
  script_wait(script, 1, HD_OPERATION_EVENT_WAIT, 0x3000, 0, 250, 600, OK); /* overlaps both: nonsense */
  script_process_end(script, 1, 0, 1000);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_autofree char *states = describe(model, find_thread(model, 1));
  g_assert_cmpstr(states, ==, "not-waiting 0-100, wait-lock 100-200, wait-semaphore 200-250, wait-event 250-600, not-waiting 600-1000");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/waits/handover", test_handover);
  g_test_add_func("/model/waits/pipe", test_pipe);
  g_test_add_func("/model/waits/condition-split", test_condition_split);
  g_test_add_func("/model/waits/condition-unsplit", test_condition_unsplit);
  g_test_add_func("/model/waits/condition-slow-wake", test_condition_slow_wake);
  g_test_add_func("/model/waits/condition-told", test_condition_told);
  g_test_add_func("/model/waits/condition-open", test_condition_open);
  g_test_add_func("/model/waits/notify-matching", test_notify_matching);
  g_test_add_func("/model/waits/semaphore", test_semaphore);
  g_test_add_func("/model/waits/barrier", test_barrier);
  g_test_add_func("/model/waits/join-and-event", test_join_and_event);
  g_test_add_func("/model/waits/nested", test_nested);
  return g_test_run();
}
