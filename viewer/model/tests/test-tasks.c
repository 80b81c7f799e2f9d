/* Tasks: actors with steps and awaits, who share a thread. */
#include "script.h"

#define OK HD_WAIT_RESULT_OK
#define LOOP 0x1000
#define LOCK 0x2000
#define YIELD HD_OPERATION_TASK_YIELD
#define END HD_OPERATION_TASK_END
#define READY HD_OPERATION_TASK_READY
#define SLEEP HD_OPERATION_SLEEP_AWAIT
#define AWAIT HD_OPERATION_TASK_AWAIT
#define LOCK_AWAIT HD_OPERATION_ASYNC_LOCK_AWAIT

static void assert_states(const HdModel *model, guint32 actor, const char *expected) {
  g_autofree char *states = describe(model, actor);
  g_assert_cmpstr(states, ==, expected);
}

static guint count_links(const HdModel *model, HdLinkKind kind, guint32 from, guint32 to) {
  guint count = 0;
  for (guint32 i = 0; i < model->link_count; i++)
    count += model->links[i].kind == kind && model->links[i].from_actor == from && model->links[i].to_actor == to;
  return count;
}

/* Created, run, yielded, asleep, ended; another one that never ran. */
static void test_life(void) {
  Script *script = script_threads(1);
  script_task(script, 1, 7, LOOP, 100, "reader");
  script_task(script, 1, 8, LOOP, 110, "idler");
  script_step(script, 1, 7, 200, 250, YIELD, TASK(7), 0);
  script_step(script, 1, 7, 300, 350, SLEEP, 0, 0);
  script_instant(script, 1, READY, TASK(7), OK, 500);
  script_step(script, 1, 7, 520, 600, END, TASK(7), HD_TASK_RESULT_ERROR);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 reader = find_task(model, "reader"), idler = find_task(model, "idler"), thread = find_thread(model, 1);
  const HdActor *actor = &model->actors[reader];
  g_assert_cmpuint(reader, ==, thread + 1);
  g_assert_cmpuint(idler, ==, thread + 2);
  g_assert_cmpuint(actor->creator, ==, thread);
  g_assert_cmpuint(actor->parent, ==, find_process(model, 100, 0));
  g_assert_cmpint(actor->start_ns, ==, 100);
  g_assert_cmpint(actor->end_ns, ==, 600);
  g_assert_true(actor->end_seen);
  g_assert_cmpuint(actor->result, ==, HD_TASK_RESULT_ERROR);
  g_assert_cmpuint(actor->step_count, ==, 3);
  g_assert_cmpstr(model->sites[model->steps[actor->step_first].end_site].function, ==, "task_yield");
  assert_states(model, reader,
                "ready 100-200, running 200-250, ready 250-300, running 300-350, blocked 350-500, ready 500-520, running 520-600");
  assert_states(model, idler, "ready 110-1000");
  assert_states(model, thread, "not-waiting 0-1000");
  g_assert_false(model->actors[idler].end_seen);
  const HdWait *sleep = wait_of_actor(model, reader, 0);
  g_assert_cmpint(sleep->flags, ==, HD_OPERATION_FLAG_TIMED);
  assert_woken(model, sleep, 1, 500);
  g_assert_false(sleep->open);
  const HdObject *loop = &model->objects[actor->loop];
  g_assert_cmpint(loop->kind, ==, HD_KIND_LOOP);
  g_assert_cmpuint(loop->actor, ==, thread);
  g_assert_cmpuint(actor->task, ==, HD_NONE);
  g_assert_cmpuint(hd_model_step_at(model, thread, 320), ==, actor->step_first + 1);
  g_assert_cmpuint(hd_model_step_at(model, thread, 350), ==, HD_NONE);
  g_assert_cmpuint(hd_model_step_at(model, thread, 150), ==, HD_NONE);
  g_assert_cmpuint(hd_model_step_at(model, reader, 320), ==, HD_NONE);
  g_assert_cmpuint(count_links(model, HD_LINK_CREATE, thread, reader), ==, 1);
  g_assert_cmpuint(model->mark_count, ==, 0);
}

/* The time of three sleepers runs out while another task keeps the loop: they are ready from then on, though the loop sees it later, or
 * never. A task that is woken in time is not. */
static void test_time_runs_out(void) {
  Script *script = script_threads(1);
  for (guint32 task = 7; task <= 11; task++)
    script_task(script, 1, task, LOOP, 100, (const char *[]){"a", "b", "c", "d", "busy"}[task - 7]);
  script_step(script, 1, 7, 1000, 2000, SLEEP, 0, 3);         /* until 5000, told at 9000 */
  script_step(script, 1, 8, 2100, 3000, LOCK_AWAIT, LOCK, 1); /* until nobody knows when */
  script_step(script, 1, 9, 3100, 4000, SLEEP, 0, 4);         /* until 8000, never told */
  script_step(script, 1, 10, 4100, 4500, LOCK_AWAIT, LOCK, 100);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(11), 0, 4600);
  script_instant(script, 1, READY, TASK(10), OK, 4700);
  script_instant(script, 1, END, TASK(11), 0, 8900);
  script_instant(script, 1, READY, TASK(7), OK, 9000);
  script_instant(script, 1, READY, TASK(8), HD_WAIT_RESULT_TIMEOUT, 9001);
  script_step(script, 1, 7, 9100, 9200, END, TASK(7), 0);
  g_autoptr(HdModel) model = script_model(script, 10000);
  assert_states(model, find_task(model, "a"), "ready 100-1000, running 1000-2000, blocked 2000-5000, ready 5000-9100, running 9100-9200");
  assert_states(model, find_task(model, "b"), "ready 100-2100, running 2100-3000, wait-lock 3000-9001, ready 9001-10000");
  assert_states(model, find_task(model, "c"), "ready 100-3100, running 3100-4000, blocked 4000-8000, ready 8000-10000");
  assert_states(model, find_task(model, "d"), "ready 100-4100, running 4100-4500, wait-lock 4500-4700, ready 4700-10000");
  const HdWait *sleep = wait_of_actor(model, find_task(model, "c"), 0);
  g_assert_false(sleep->open);
  g_assert_cmpuint(sleep->result, ==, OK);
  g_assert_cmpuint(sleep->waker, ==, HD_NONE);
  g_assert_cmpint(wait_of_actor(model, find_task(model, "d"), 0)->flags & HD_OPERATION_FLAG_TIMED, !=, 0);
}

/* A task awaits a future that a thread completes. Its loop makes it ready, but the thread has ended its wait; not one that was cancelled.
 */
static void test_future(void) {
  Script *script = script_threads(2);
  guint64 first = HD_OBJECT_SHARED_BIT | 50, second = HD_OBJECT_SHARED_BIT | 51;
  script_task(script, 1, 7, LOOP, 100, "a");
  script_task(script, 1, 8, LOOP, 110, "b");
  script_step(script, 1, 7, 200, 300, HD_OPERATION_FUTURE_AWAIT, first, 0);
  script_step(script, 1, 8, 310, 400, HD_OPERATION_FUTURE_AWAIT, second, 0);
  script_instant(script, 2, HD_OPERATION_FUTURE_DONE, first, HD_FUTURE_RESULT_OK, 500);
  script_instant(script, 2, HD_OPERATION_FUTURE_DONE, second, HD_FUTURE_RESULT_OK, 510);
  script_instant(script, 1, READY, TASK(8), HD_WAIT_RESULT_CANCELLED, 590);
  script_instant(script, 1, READY, TASK(7), OK, 600);
  script_step(script, 1, 7, 700, 800, END, TASK(7), 0);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 a = find_task(model, "a"), b = find_task(model, "b"), worker = find_thread(model, 2);
  const HdWait *wait = wait_of_actor(model, a, 0);
  g_assert_cmpint(wait->end_ns, ==, 600);
  g_assert_cmpuint(wait->waker, ==, worker);
  g_assert_cmpint(wait->waker_ns, ==, 500);
  g_assert_cmpuint(wait_of_actor(model, b, 0)->waker, ==, find_thread(model, 1));
  g_assert_cmpuint(count_links(model, HD_LINK_RESULT, worker, a), ==, 1);
  g_assert_cmpuint(count_links(model, HD_LINK_RESULT, worker, b), ==, 0);
}

/* A task makes another one and awaits it; both bear the name of their routine. */
static void test_await(void) {
  Script *script = script_threads(1);
  script_task(script, 1, 7, LOOP, 100, "");
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  script_task(script, 1, 8, LOOP, 220, "");
  script_instant(script, 1, AWAIT, TASK(8), 1, 250);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(8), 0, 300);
  script_instant(script, 1, END, TASK(8), 0, 400);
  script_instant(script, 1, READY, TASK(7), OK, 401);
  script_step(script, 1, 7, 450, 500, END, TASK(7), 0);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 parent = find_thread(model, 1) + 1, child = parent + 1;
  g_assert_cmpstr(model->actors[child].name, ==, "task_routine");
  g_assert_cmpuint(model->actors[parent].ordinal, ==, 1);
  g_assert_cmpuint(model->actors[child].ordinal, ==, 2);
  g_assert_cmpuint(model->actors[child].creator, ==, parent);
  const HdWait *wait = wait_of_actor(model, parent, 0);
  g_assert_cmpuint(wait->target, ==, child);
  g_assert_cmpint(wait->state, ==, HD_STATE_WAIT_TASK);
  g_assert_cmpint(wait->flags & HD_OPERATION_FLAG_TIMED, !=, 0);
  g_assert_cmpint(wait->end_ns, ==, 401);
  const HdObject *object = &model->objects[wait->object];
  g_assert_cmpint(object->kind, ==, HD_KIND_TASK);
  g_assert_cmpuint(object->actor, ==, child);
  g_assert_cmpuint(model->actors[child].task, ==, wait->object);
  g_assert_cmpstr(object->name, ==, "task_routine #2");
  g_assert_cmpuint(object->process, ==, find_process(model, 100, 0));
  g_assert_cmpint(object->start_ns, ==, 220);
  g_assert_cmpuint(count_links(model, HD_LINK_AWAIT, child, parent), ==, 1);
  g_assert_cmpuint(count_links(model, HD_LINK_CREATE, parent, child), ==, 1);
  assert_states(model, parent, "ready 100-200, running 200-250, wait-task 250-401, ready 401-450, running 450-500");
}

/* What begins in a step is the task's, whenever it ends and is told. */
static void test_acting(void) {
  Script *script = script_threads(2);
  script_task(script, 1, 7, LOOP, 100, "a");
  script_task(script, 1, 8, LOOP, 110, "b");
  script_hold(script, 1, HD_OPERATION_LOCK_ACQUIRE, 0x3000, 120, 130); /* the thread's own, before any step */
  script_step(script, 1, 7, 200, 300, YIELD, TASK(7), 0);
  script_step(script, 1, 8, 310, 400, YIELD, TASK(8), 0);
  script_step(script, 1, 7, 410, 500, YIELD, TASK(7), 0);
  script_mark(script, 1, HD_OPERATION_EVENT_SET, 0x4000, 305); /* between steps */
  script_mark(script, 1, HD_OPERATION_EVENT_SET, 0x4000, 350);
  script_hold(script, 1, HD_OPERATION_LOCK_ACQUIRE, LOCK, 250, 450);   /* over b's step */
  script_hold(script, 1, HD_OPERATION_LOCK_ACQUIRE, 0x5000, 260, 350); /* released by b */
  script_acquired(script, 1, HD_OPERATION_LOCK_ACQUIRE, 0x6000, 320);
  script_released(script, 1, HD_OPERATION_LOCK_RELEASE, 0x6000, 420);
  script_step(script, 1, 8, 510, 700, YIELD, TASK(8), 0);
  script_wait(script, 1, HD_OPERATION_LOCK_ACQUIRE, LOCK, 0, 550, 650, OK);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 a = find_task(model, "a"), b = find_task(model, "b"), thread = find_thread(model, 1);
  guint32 process = find_process(model, 100, 0);
#define HOLD(reference) (&model->holds[model->objects[find_object(model, reference, process, 0)].hold_first])
  g_assert_cmpuint(HOLD(0x3000)->actor, ==, thread);
  g_assert_cmpuint(HOLD(LOCK)->actor, ==, a);
  g_assert_cmpuint(HOLD(LOCK)->releaser, ==, a);
  g_assert_cmpuint(HOLD(0x5000)->actor, ==, a);
  g_assert_cmpuint(HOLD(0x5000)->releaser, ==, b);
  g_assert_false(model->objects[find_object(model, 0x5000, process, 0)].exclusive_owner);
  g_assert_cmpuint(HOLD(0x6000)->actor, ==, b);
  g_assert_cmpuint(HOLD(0x6000)->releaser, ==, a);
  const HdObject *event = &model->objects[find_object(model, 0x4000, process, 0)];
  g_assert_cmpuint(model->marks[event->mark_first].actor, ==, thread);
  g_assert_cmpuint(model->marks[event->mark_first + 1].actor, ==, b);
  const HdWait *wait = wait_of_actor(model, b, 0);
  g_assert_cmpint(wait->begin_ns, ==, 550);
  assert_states(model, b,
                "ready 110-310, running 310-400, ready 400-510, running 510-550, wait-lock 550-650, running 650-700, ready 700-1000");
  assert_states(model, thread, "not-waiting 0-550, wait-lock 550-650, not-waiting 650-1000");
  guint32 shown = hd_model_interval_at(model, thread, 600);
  g_assert_cmpuint(model->intervals.wait[shown], ==, wait - model->waits);
}

/* A lock that is handed over long before its new holder is run. */
static void test_lock(void) {
  Script *script = script_threads(1);
  gint64 late_ns = 5 * 1000 * 1000;
  script_task(script, 1, 7, LOOP, 100, "a");
  script_task(script, 1, 8, LOOP, 110, "b");
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  script_instant(script, 1, SLEEP, 0, 0, 250);
  script_step(script, 1, 8, 300, 350, LOCK_AWAIT, LOCK, 0);
  script_instant(script, 1, READY, TASK(7), OK, 400);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 410);
  script_hold(script, 1, HD_OPERATION_LOCK_ACQUIRE, LOCK, 220, 450);
  script_instant(script, 1, READY, TASK(8), OK, 455);
  script_instant(script, 1, END, TASK(7), 0, late_ns);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(8), 0, late_ns + 100);
  script_hold(script, 1, HD_OPERATION_LOCK_ACQUIRE, LOCK, late_ns + 120, late_ns + 200);
  script_instant(script, 1, END, TASK(8), 0, late_ns + 300);
  g_autoptr(HdModel) model = script_model(script, 2 * late_ns);
  guint32 a = find_task(model, "a"), b = find_task(model, "b");
  const HdWait *wait = wait_of_actor(model, b, 0);
  g_assert_cmpint(wait->begin_ns, ==, 350);
  g_assert_cmpint(wait->end_ns, ==, 455);
  g_assert_cmpuint(wait->waker, ==, a);
  const HdObject *lock = &model->objects[wait->object];
  g_assert_cmpint(lock->kind, ==, HD_KIND_LOCK);
  g_assert_cmpuint(lock->hold_count, ==, 2);
  g_assert_cmpuint(model->holds[lock->hold_first + 1].wait, ==, wait - model->waits);
  g_assert_cmpuint(count_links(model, HD_LINK_HANDOVER, a, b), ==, 1);
}

/* Made ready by another thread; cancelled; never made ready. */
static void test_ends(void) {
  Script *script = script_threads(2);
  script_task(script, 1, 7, LOOP, 100, "by-thread");
  script_task(script, 1, 8, LOOP, 110, "cancelled");
  script_task(script, 1, 9, LOOP, 120, "open");
  script_task(script, 1, 10, LOOP, 130, "unsaid");
  script_step(script, 1, 7, 200, 210, HD_OPERATION_ASYNC_EVENT_AWAIT, 0x4000, 0);
  script_step(script, 1, 8, 220, 230, HD_OPERATION_FUTURE_AWAIT, 0x5000, 0);
  script_step(script, 1, 9, 240, 250, HD_OPERATION_ASYNC_CONDITION_AWAIT, 0x6000, 0);
  script_step(script, 1, 10, 260, 270, HD_OPERATION_ASYNC_SEMAPHORE_AWAIT, 0x7000, 0);
  script_mark(script, 2, HD_OPERATION_EVENT_SET, 0x4000, 299);
  script_instant(script, 2, READY, TASK(7), OK, 300);
  script_instant(script, 2, HD_OPERATION_TASK_CANCEL, TASK(8), 0, 310);
  script_instant(script, 2, READY, TASK(8), HD_WAIT_RESULT_CANCELLED, 315);
  script_step(script, 1, 7, 400, 410, END, TASK(7), 0);
  script_step(script, 1, 8, 420, 430, END, TASK(8), HD_TASK_RESULT_CANCELLED);
  script_step(script, 1, 10, 440, 450, END, TASK(10), 0);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 other = find_thread(model, 2);
  const HdWait *by_thread = wait_of_actor(model, find_task(model, "by-thread"), 0);
  assert_woken(model, by_thread, 2, 300);
  g_assert_cmpstr(model->sites[by_thread->waker_site].function, ==, "task_ready");
  g_assert_cmpuint(count_links(model, HD_LINK_NOTIFY, other, by_thread->actor), ==, 1);
  const HdWait *cancelled = wait_of_actor(model, find_task(model, "cancelled"), 0);
  g_assert_cmpint(cancelled->result, ==, HD_WAIT_RESULT_CANCELLED);
  g_assert_cmpint(cancelled->end_ns, ==, 315);
  g_assert_cmpuint(count_links(model, HD_LINK_CANCEL, other, cancelled->actor), ==, 1);
  const HdObject *task = &model->objects[model->actors[cancelled->actor].task];
  g_assert_cmpuint(task->mark_count, ==, 1);
  g_assert_cmpint(model->marks[task->mark_first].value, ==, cancelled->actor);
  const HdWait *open = wait_of_actor(model, find_task(model, "open"), 0);
  g_assert_true(open->open);
  g_assert_cmpint(open->end_ns, ==, 1000);
  g_assert_cmpint(open->state, ==, HD_STATE_WAIT_CONDITION);
  g_assert_cmpuint(open->waker, ==, HD_NONE);
  const HdWait *unsaid = wait_of_actor(model, find_task(model, "unsaid"), 0);
  g_assert_false(unsaid->open);
  g_assert_cmpint(unsaid->end_ns, ==, 440);
  g_assert_cmpuint(unsaid->waker, ==, HD_NONE);
}

/* Gathered tasks: the await of all ends with the last of them. */
static void test_group(void) {
  Script *script = script_threads(1);
  const guint64 group = HD_OBJECT_SHARED_BIT | 50;
  script_task(script, 1, 7, LOOP, 100, "gatherer");
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  script_task(script, 1, 8, LOOP, 210, "first");
  script_task(script, 1, 9, LOOP, 220, "second");
  script_instant(script, 1, HD_OPERATION_TASK_MEMBER, group, 8, 230);
  script_instant(script, 1, HD_OPERATION_TASK_MEMBER, group, 9, 231);
  script_instant(script, 1, HD_OPERATION_TASK_MEMBER, group, 77, 232); /* nobody knows it */
  script_instant(script, 1, HD_OPERATION_GROUP_AWAIT_ALL, group, 0, 240);
  script_step(script, 1, 9, 300, 310, END, TASK(9), 0);
  script_step(script, 1, 8, 320, 330, END, TASK(8), 0);
  script_instant(script, 1, READY, TASK(7), OK, 331);
  script_step(script, 1, 7, 340, 350, END, TASK(7), 0);
  g_autoptr(HdModel) model = script_model(script, 1000);
  const HdWait *wait = wait_of_actor(model, find_task(model, "gatherer"), 0);
  const HdObject *object = &model->objects[wait->object];
  g_assert_cmpint(object->kind, ==, HD_KIND_GROUP);
  g_assert_cmpuint(object->member_count, ==, 2);
  g_assert_cmpuint(model->members[object->member_first], ==, find_task(model, "first"));
  g_assert_cmpuint(model->members[object->member_first + 1], ==, find_task(model, "second"));
  g_assert_cmpuint(count_links(model, HD_LINK_AWAIT, find_task(model, "first"), wait->actor), ==, 1);
  g_assert_cmpuint(count_links(model, HD_LINK_AWAIT, find_task(model, "second"), wait->actor), ==, 0);
}

/* The runtime makes who gathers ready in the last step of the last member, and then tells the end of that. */
static void test_group_ready_before_end(void) {
  Script *script = script_threads(1);
  const guint64 group = HD_OBJECT_SHARED_BIT | 50;
  script_task(script, 1, 7, LOOP, 100, "gatherer");
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  script_task(script, 1, 8, LOOP, 210, "first");
  script_task(script, 1, 9, LOOP, 220, "second");
  script_instant(script, 1, HD_OPERATION_TASK_MEMBER, group, 8, 230);
  script_instant(script, 1, HD_OPERATION_TASK_MEMBER, group, 9, 231);
  script_instant(script, 1, HD_OPERATION_GROUP_AWAIT_ALL, group, 0, 240);
  script_step(script, 1, 9, 300, 310, END, TASK(9), 0);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(8), 0, 320);
  script_instant(script, 1, READY, TASK(7), OK, 329);
  script_instant(script, 1, END, TASK(8), 0, 330);
  script_step(script, 1, 7, 340, 350, END, TASK(7), 0);
  g_autoptr(HdModel) model = script_model(script, 1000);
  const HdWait *wait = wait_of_actor(model, find_task(model, "gatherer"), 0);
  g_assert_cmpint(wait->end_ns, ==, 329);
  g_assert_cmpuint(wait->waker, ==, find_task(model, "first"));
  g_assert_cmpuint(count_links(model, HD_LINK_AWAIT, find_task(model, "first"), wait->actor), ==, 1);
  g_assert_cmpuint(count_links(model, HD_LINK_AWAIT, find_task(model, "second"), wait->actor), ==, 0);
}

/* Items that tasks hand on: the await of a get ends before the get. */
static void test_queue(void) {
  Script *script = script_threads(1);
  script_task(script, 1, 7, LOOP, 100, "producer");
  script_task(script, 1, 8, LOOP, 110, "consumer");
  script_step(script, 1, 8, 200, 210, HD_OPERATION_ASYNC_QUEUE_GET_AWAIT, 0x4000, 0);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 300);
  script_instant(script, 1, HD_OPERATION_QUEUE_PUT, 0x4000, 1, 310);
  script_instant(script, 1, READY, TASK(8), OK, 311);
  script_instant(script, 1, SLEEP, 0, 0, 320);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(8), 0, 330);
  script_instant(script, 1, HD_OPERATION_QUEUE_GET, 0x4000, 1, 335);
  script_instant(script, 1, END, TASK(8), 0, 340);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 producer = find_task(model, "producer"), consumer = find_task(model, "consumer");
  g_assert_cmpuint(model->item_count, ==, 1);
  g_assert_cmpuint(model->items[0].put_actor, ==, producer);
  g_assert_cmpuint(model->items[0].get_actor, ==, consumer);
  const HdWait *wait = wait_of_actor(model, consumer, 0);
  g_assert_cmpuint(wait->waker, ==, producer);
  g_assert_cmpint(wait->waker_ns, ==, 311);
  g_assert_cmpuint(count_links(model, HD_LINK_ITEM, producer, consumer), ==, 1);
  g_assert_cmpuint(count_links(model, HD_LINK_NOTIFY, producer, consumer), ==, 0);
}

/* Ends that were lost, steps that overlap, tasks nobody made, awaits and readies that fit nothing. */
static void test_damage(void) {
  Script *script = script_threads(2);
  script_task(script, 1, 7, LOOP, 100, "a");
  script_task(script, 1, 7, LOOP, 101, "again");
  script_task(script, 1, 8, LOOP, 110, "b");
  script_step(script, 1, 7, 200, NEVER, YIELD, 0, 0);
  script_lose(script, 1, 3);
  script_step(script, 1, 8, 300, 400, YIELD, TASK(8), 0);
  script_step(script, 2, 8, 350, 380, YIELD, TASK(8), 0); /* while it runs elsewhere */
  script_instant(script, 1, SLEEP, 0, 0, 450);            /* in no step */
  script_instant(script, 1, YIELD, TASK(8), 0, 460);
  script_step(script, 1, 99, 500, 510, YIELD, TASK(99), 0); /* nobody made it */
  script_instant(script, 1, READY, TASK(99), 0, 520);
  script_step(script, 1, 7, 600, 650, LOCK_AWAIT, LOCK, 0);
  script_instant(script, 2, READY, TASK(7), 99, 620); /* stamped before the await that it ends */
  script_step(script, 1, 7, 700, 710, AWAIT, TASK(98), 0);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 a = find_task(model, "a"), b = find_task(model, "b");
  assert_states(model, a,
                "ready 100-200, running 200-300, unknown 300-600, running 600-650, ready 650-700, running 700-710, wait-task 710-1000");
  assert_states(model, b, "ready 110-300, running 300-380, ready 380-1000");
  const HdWait *early = wait_of_actor(model, a, 0);
  g_assert_cmpint(early->begin_ns, ==, 650);
  g_assert_cmpint(early->end_ns, ==, 650);
  g_assert_cmpuint(early->waker, ==, find_thread(model, 2));
  g_assert_cmpint(early->result, <, HD_WAIT_RESULT_COUNT);
  g_assert_cmpuint(wait_of_actor(model, a, 1)->target, ==, HD_NONE);
  g_assert_cmpuint(wait_of_actor(model, a, 1)->object, ==, HD_NONE);
  g_assert_cmpuint(model->unobserved_count, ==, 1);
  g_assert_nonnull(strstr(model->unobserved[0], "times something was told of a task"));
}

/* Callbacks of a loop and entries of a scheduler are jobs; polling the loop is a call on it. */
static void test_jobs(void) {
  Script *script = script_threads(2);
  script_object(script, 1, HD_KIND_LOOP, LOOP, -1, 10);
  script_event(script, (HdEvent){.id = HD_EVENT_CALL,
                                 .call = {.emitter = 1,
                                          .at_ns = 90,
                                          .begin_ns = 1000000000050u,
                                          .object = LOOP,
                                          .descriptor = -1,
                                          .site = script_site(script, 1, HD_OPERATION_LOOP_POLL_TIMED, 50)}});
  script_task(script, 1, 7, LOOP, 95, "a");
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 100);
  script_instant(script, 1, HD_OPERATION_CALLBACK_SCHEDULE, LOOP, 1, 110);
  script_instant(script, 1, YIELD, TASK(7), 0, 120);
  script_instant(script, 2, HD_OPERATION_CALLBACK_SCHEDULE, LOOP, 2, 115);
  script_instant(script, 1, HD_OPERATION_CALLBACK_BEGIN, LOOP, 1, 130);
  script_instant(script, 1, HD_OPERATION_CALLBACK_END, LOOP, 1, 140);
  script_instant(script, 2, HD_OPERATION_CALLBACK_CANCEL, LOOP, 2, 150);
  script_event(script, (HdEvent){.id = HD_EVENT_SCHEDULE_ENTRY,
                                 .schedule_entry = {.emitter = 2,
                                                    .at_ns = 200,
                                                    .object = 0x8000,
                                                    .number = 5,
                                                    .planned_ns = 1000000000300u,
                                                    .priority = -3,
                                                    .site = script_site(script, 2, HD_OPERATION_SCHEDULE_ENTER, 200),
                                                    .routine = script_site(script, 2, HD_OPERATION_SCHEDULE_ROUTINE, 200)}});
  script_event(script, (HdEvent){.id = HD_EVENT_SCHEDULE_ENTRY,
                                 .schedule_entry = {.emitter = 2,
                                                    .at_ns = 210,
                                                    .object = 0x8000,
                                                    .number = 6,
                                                    .planned_ns = 1000000000400u,
                                                    .site = script_site(script, 2, HD_OPERATION_SCHEDULE_ENTER, 200)}});
  script_instant(script, 2, HD_OPERATION_SCHEDULE_CANCEL, 0x8000, 6, 250);
  script_instant(script, 2, HD_OPERATION_SCHEDULE_BEGIN, 0x8000, 5, 310);
  script_instant(script, 2, HD_OPERATION_SCHEDULE_END, 0x8000, 5, 320);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 process = find_process(model, 100, 0), one = find_thread(model, 1), two = find_thread(model, 2);
  const HdObject *loop = &model->objects[find_object(model, LOOP, process, 0)];
  const HdWait *poll = wait_of(model, 1, 0);
  g_assert_cmpint(poll->state, ==, HD_STATE_BLOCKED);
  g_assert_true(&model->objects[poll->object] == loop);
  g_assert_cmpuint(loop->actor, ==, one);
  g_assert_cmpuint(loop->job_count, ==, 2);
  const HdJob *callback = &model->jobs[loop->job_first], *cancelled = callback + 1;
  g_assert_cmpuint(callback->submitter, ==, find_task(model, "a"));
  g_assert_cmpuint(callback->worker, ==, one);
  g_assert_cmpint(callback->begin_ns, ==, 130);
  g_assert_cmpint(callback->end_ns, ==, 140);
  g_assert_cmpint(callback->planned_ns, ==, -1);
  g_assert_true(cancelled->ended && !cancelled->begun);
  g_assert_cmpuint(cancelled->result, ==, HD_FUTURE_RESULT_CANCELLED);
  g_assert_cmpint(cancelled->end_ns, ==, 150);
  const HdObject *scheduler = &model->objects[find_object(model, 0x8000, process, 0)];
  g_assert_cmpint(scheduler->kind, ==, HD_KIND_SCHEDULER);
  g_assert_cmpuint(scheduler->job_count, ==, 2);
  const HdJob *entry = &model->jobs[scheduler->job_first];
  g_assert_cmpint(entry->planned_ns, ==, 300);
  g_assert_cmpint(entry->priority, ==, -3);
  g_assert_cmpint(entry->submit_ns, ==, 200);
  g_assert_cmpint(entry->begin_ns, ==, 310);
  g_assert_cmpint(entry->end_ns, ==, 320);
  g_assert_cmpuint(entry->worker, ==, two);
  g_assert_cmpstr(model->sites[entry->routine_site].function, ==, "schedule_routine");
  g_assert_true(entry[1].ended && !entry[1].begun);
}

/* Names given later win; a task is asked for by its reference. */
static void test_names(void) {
  Script *script = script_threads(1);
  script_task(script, 1, 7, LOOP, 100, "first name");
  script_event(script,
               (HdEvent){.id = HD_EVENT_OBJECT_NAME, .object_name = {.emitter = 1, .at_ns = 150, .object = TASK(7), .name = "later"}});
  script_event(script,
               (HdEvent){.id = HD_EVENT_OBJECT_NAME, .object_name = {.emitter = 1, .at_ns = 140, .object = TASK(7), .name = "sooner"}});
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpstr(model->actors[find_thread(model, 1) + 1].name, ==, "later");
}

/* A fork in a step: the child goes on in it, and holds what the task held. Threads that a task makes are its own. */
static void test_made_in_step(void) {
  Script *script = script_threads(1);
  script_task(script, 1, 7, LOOP, 100, "a");
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  script_acquired(script, 1, HD_OPERATION_LOCK_ACQUIRE, LOCK, 210);
  script_fork(script, 1, 5, 200, 220);
  script_thread(script, 1, 6, 1, 230);
  script_instant(script, 1, YIELD, TASK(7), 0, 250);
  script_forked(script, 1, 5, 200, 225, "prog");
  script_released(script, 5, HD_OPERATION_LOCK_RELEASE, LOCK, 240);
  script_status(script, 1, 200, 0, 500);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 task = find_task(model, "a"), child = find_process(model, 200, 0);
  g_assert_cmpuint(model->actors[child].creator, ==, task);
  g_assert_cmpuint(model->actors[find_thread(model, 6)].creator, ==, task);
  const HdObject *lock = &model->objects[find_object(model, LOCK, child, 0)];
  g_assert_cmpuint(lock->hold_count, ==, 1);
  g_assert_cmpuint(model->holds[lock->hold_first].actor, ==, find_thread(model, 5));
  g_assert_true(lock->exclusive_owner);
  g_assert_cmpuint(count_links(model, HD_LINK_CREATE, task, find_thread(model, 6)), ==, 1);
  g_assert_cmpuint(count_links(model, HD_LINK_FORK, task, find_thread(model, 5)), ==, 1);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/tasks/life", test_life);
  g_test_add_func("/model/tasks/time-runs-out", test_time_runs_out);
  g_test_add_func("/model/tasks/future", test_future);
  g_test_add_func("/model/tasks/await", test_await);
  g_test_add_func("/model/tasks/acting", test_acting);
  g_test_add_func("/model/tasks/lock", test_lock);
  g_test_add_func("/model/tasks/ends", test_ends);
  g_test_add_func("/model/tasks/group", test_group);
  g_test_add_func("/model/tasks/group-ready-before-end", test_group_ready_before_end);
  g_test_add_func("/model/tasks/queue", test_queue);
  g_test_add_func("/model/tasks/damage", test_damage);
  g_test_add_func("/model/tasks/jobs", test_jobs);
  g_test_add_func("/model/tasks/names", test_names);
  g_test_add_func("/model/tasks/made-in-step", test_made_in_step);
  return g_test_run();
}
