/* Items of queues and pipes: the put and the get of one number belong together, and tell who ended whose wait. */
#include "script.h"

#define OK HD_WAIT_RESULT_OK
#define PUT HD_OPERATION_QUEUE_PUT
#define GET HD_OPERATION_QUEUE_GET
#define QUEUE 0x1000

static void assert_item(const HdModel *model, guint nth, guint32 number, gint64 put_ns, gint64 get_ns, guint32 putter, guint32 getter) {
  g_assert_cmpuint(nth, <, model->item_count);
  const HdItem *item = &model->items[nth];
  g_assert_cmpuint(item->number, ==, number);
  g_assert_cmpint(item->put_ns, ==, put_ns);
  g_assert_cmpint(item->get_ns, ==, get_ns);
  g_assert_cmpuint(item->put_actor, ==, putter ? find_thread(model, putter) : HD_NONE);
  g_assert_cmpuint(item->get_actor, ==, getter ? find_thread(model, getter) : HD_NONE);
}

static guint count_links(const HdModel *model, HdLinkKind kind) {
  guint count = 0;
  for (guint32 i = 0; i < model->link_count; i++) count += model->links[i].kind == kind;
  return count;
}

/* Taken in another order than put, by others, and one by the thread that had put it. */
static void test_pairs(void) {
  Script *script = script_threads(3);
  script_value(script, 1, PUT, QUEUE, 1, 100);
  script_value(script, 2, PUT, QUEUE, 2, 110);
  script_value(script, 1, PUT, QUEUE, 3, 120);
  script_value(script, 3, GET, QUEUE, 3, 130);
  script_value(script, 1, HD_OPERATION_QUEUE_GET_TRY, QUEUE, 1, 140);
  script_value(script, 3, HD_OPERATION_QUEUE_GET_TIMED, QUEUE, 2, 150);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->item_count, ==, 3);
  assert_item(model, 0, 1, 100, 140, 1, 1);
  assert_item(model, 1, 2, 110, 150, 2, 3);
  assert_item(model, 2, 3, 120, 130, 1, 3);
  g_assert_cmpuint(count_links(model, HD_LINK_ITEM), ==, 2);
  guint32 queue = find_object(model, QUEUE, find_process(model, 100, 0), 0);
  g_assert_cmpint(model->objects[queue].kind, ==, HD_KIND_QUEUE);
  g_assert_cmpuint(model->objects[queue].item_count, ==, 3);
}

/* At one stamp a put comes before its get, whoever's events are read first. */
static void test_same_stamp(void) {
  Script *script = script_threads(2);
  script_value(script, 1, GET, QUEUE, 1, 100);
  script_value(script, 2, PUT, QUEUE, 1, 100);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->item_count, ==, 1);
  assert_item(model, 0, 1, 100, 100, 2, 1);
}

/* Halves that were lost, numbers that come again, gets before any put. */
static void test_halves(void) {
  Script *script = script_threads(2);
  script_value(script, 2, GET, QUEUE, 9, 50);
  script_value(script, 1, PUT, QUEUE, 7, 100);
  script_value(script, 1, PUT, QUEUE, 7, 200);
  script_value(script, 2, GET, QUEUE, 7, 300);
  script_value(script, 2, GET, QUEUE, 7, 310);
  script_value(script, 1, PUT, QUEUE, 9, 400);
  script_value(script, 1, PUT, QUEUE, G_MAXUINT32, 500);
  script_value(script, 1, PUT, QUEUE, G_GINT64_CONSTANT(0x100000000), 510); /* the numbers begin anew */
  script_value(script, 2, GET, QUEUE, G_MAXUINT32, 520);
  script_value(script, 2, GET, QUEUE, 0, 530);
  script_object_end(script, 1, QUEUE, 700);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->item_count, ==, 7);
  assert_item(model, 0, 9, 50, 50, 0, 2);
  assert_item(model, 1, 7, 100, 700, 1, 0);
  assert_item(model, 2, 7, 200, 300, 1, 2);
  assert_item(model, 3, 7, 310, 310, 0, 2);
  assert_item(model, 4, 9, 400, 700, 1, 0);
  assert_item(model, 5, G_MAXUINT32, 500, 520, 1, 2);
  assert_item(model, 6, 0, 510, 530, 1, 2);
}

/* Shut down at once a queue drops what is in it; shut down otherwise it keeps it. */
static void test_dropped(void) {
  Script *script = script_threads(2);
  script_value(script, 1, PUT, QUEUE, 1, 100);
  script_value(script, 1, PUT, QUEUE, 2, 110);
  script_value(script, 2, GET, QUEUE, 1, 150);
  script_value(script, 2, HD_OPERATION_QUEUE_SHUTDOWN, QUEUE, 0, 160);
  script_value(script, 2, HD_OPERATION_QUEUE_SHUTDOWN, QUEUE, 1, 200);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->item_count, ==, 2);
  assert_item(model, 0, 1, 100, 150, 1, 2);
  assert_item(model, 1, 2, 110, 200, 1, 0);
}

/* A get that waited was ended by its own item's put, not by the last one before. */
static void test_get_woken(void) {
  Script *script = script_threads(4);
  script_wait(script, 3, GET, QUEUE, 0, 100, 310, OK);
  script_wait(script, 4, GET, QUEUE, 0, 100, 330, OK);
  script_value(script, 1, PUT, QUEUE, 1, 200);
  script_value(script, 2, PUT, QUEUE, 2, 210);
  script_value(script, 4, GET, QUEUE, 1, 300);
  script_value(script, 3, GET, QUEUE, 2, 305);
  script_wait(script, 3, HD_OPERATION_QUEUE_GET_TIMED, QUEUE, 0, 400, 500, HD_WAIT_RESULT_TIMEOUT);
  script_value(script, 3, GET, QUEUE, 5, 600);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_woken(model, wait_of(model, 4, 0), 1, 200);
  assert_woken(model, wait_of(model, 3, 0), 2, 210);
  g_assert_cmpuint(wait_of(model, 3, 1)->waker, ==, HD_NONE);
  g_assert_cmpuint(count_links(model, HD_LINK_ITEM), ==, 2);
  g_assert_cmpuint(count_links(model, HD_LINK_NOTIFY), ==, 0); /* the item is the link */
  g_autofree char *states = describe(model, find_thread(model, 3));
  g_assert_true(strstr(states, "wait-queue 100-310") != NULL);
}

/* A full queue of two: each put that waited was let in by a get of its own. */
static void test_put_woken(void) {
  Script *script = script_threads(4);
  script_object(script, 1, HD_KIND_QUEUE, QUEUE, 2, 5);
  script_value(script, 1, PUT, QUEUE, 1, 10);
  script_value(script, 1, PUT, QUEUE, 2, 20);
  script_wait(script, 1, PUT, QUEUE, 0, 100, 250, OK);
  script_wait(script, 2, PUT, QUEUE, 0, 110, 260, OK);
  script_value(script, 3, GET, QUEUE, 1, 200);
  script_value(script, 4, GET, QUEUE, 2, 210);
  script_value(script, 1, PUT, QUEUE, 3, 220);
  script_value(script, 2, PUT, QUEUE, 4, 230);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_woken(model, wait_of(model, 1, 0), 3, 200);
  assert_woken(model, wait_of(model, 2, 0), 4, 210);
  g_assert_cmpuint(count_links(model, HD_LINK_POST), ==, 2);
}

static void test_join_and_shutdown(void) {
  Script *script = script_threads(3);
  script_wait(script, 1, HD_OPERATION_QUEUE_JOIN, QUEUE, 0, 100, 310, OK);
  script_mark(script, 2, HD_OPERATION_QUEUE_TASK_DONE, QUEUE, 200);
  script_mark(script, 3, HD_OPERATION_QUEUE_TASK_DONE, QUEUE, 300);
  script_wait(script, 2, GET, QUEUE, 0, 400, 510, HD_WAIT_RESULT_ERROR);
  script_mark(script, 3, HD_OPERATION_QUEUE_SHUTDOWN, QUEUE, 500);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_woken(model, wait_of(model, 1, 0), 3, 300);
  assert_woken(model, wait_of(model, 2, 0), 3, 500);
}

/* Messages across processes; the end of the last sender is told, too. */
static void test_pipe(void) {
  const guint64 pipe = HD_OBJECT_SHARED_BIT | 12;
  Script *script = script_threads(1);
  script_fork(script, 1, 5, 200, 50);
  script_forked(script, 1, 5, 200, 60, "prog");
  script_wait(script, 5, HD_OPERATION_PIPE_RECEIVE, pipe, 0, 100, 210, OK);
  script_value(script, 1, HD_OPERATION_PIPE_SEND, pipe, 1, 200);
  script_value(script, 5, HD_OPERATION_PIPE_RECEIVE, pipe, 1, 205);
  script_wait(script, 5, HD_OPERATION_PIPE_POLL, pipe, 0, 220, 310, OK);
  script_value(script, 1, HD_OPERATION_PIPE_SEND, pipe, 2, 300);
  script_value(script, 5, HD_OPERATION_PIPE_RECEIVE, pipe, 2, 315);
  script_wait(script, 5, HD_OPERATION_PIPE_RECEIVE, pipe, 0, 320, 410, HD_WAIT_RESULT_ERROR);
  script_mark(script, 1, HD_OPERATION_PIPE_CLOSE, pipe, 400);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->item_count, ==, 2);
  assert_item(model, 0, 1, 200, 205, 1, 5);
  for (guint nth = 0; nth < 3; nth++) assert_woken(model, wait_of(model, 5, nth), 1, 200 + 100 * nth);
  g_assert_cmpuint(count_links(model, HD_LINK_ITEM), ==, 2);
  g_assert_cmpuint(count_links(model, HD_LINK_PIPE), ==, 1); /* of the poll */
}

/* The depth by the stamps is never negative, and each item is got after it was put, whatever the queue's order was. */
static void test_random_queues(void) {
  g_autoptr(GRand) source = g_rand_new_with_seed(7);
  for (guint round = 0; round < 50; round++) {
    Script *script = script_threads(6);
    g_autoptr(GArray) waiting = g_array_new(FALSE, FALSE, sizeof(guint32));
    guint32 number = g_rand_int(source), put_count = 0, got_count = 0;
    for (gint64 now_ns = 50; now_ns < 5000; now_ns += g_rand_int_range(source, 0, 5)) {
      guint32 emitter = g_rand_int_range(source, 1, 7);
      if (waiting->len && g_rand_boolean(source)) {
        guint at = g_rand_int_range(source, 0, waiting->len);
        script_value(script, emitter, GET, QUEUE, g_array_index(waiting, guint32, at), now_ns);
        g_array_remove_index(waiting, at);
        got_count++;
      } else {
        g_array_append_val(waiting, number);
        script_value(script, emitter, PUT, QUEUE, number++, now_ns);
        put_count++;
      }
    }
    g_autoptr(HdModel) model = script_model(script, 6000);
    g_assert_cmpuint(model->item_count, ==, put_count);
    guint32 seen_got_count = 0;
    for (guint32 i = 0; i < model->item_count; i++) {
      g_assert_cmpuint(model->items[i].put_actor, !=, HD_NONE);
      seen_got_count += model->items[i].get_actor != HD_NONE;
    }
    g_assert_cmpuint(seen_got_count, ==, got_count);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/items/pairs", test_pairs);
  g_test_add_func("/model/items/same-stamp", test_same_stamp);
  g_test_add_func("/model/items/halves", test_halves);
  g_test_add_func("/model/items/dropped", test_dropped);
  g_test_add_func("/model/items/get-woken", test_get_woken);
  g_test_add_func("/model/items/put-woken", test_put_woken);
  g_test_add_func("/model/items/join-and-shutdown", test_join_and_shutdown);
  g_test_add_func("/model/items/pipe", test_pipe);
  g_test_add_func("/model/items/random-queues", test_random_queues);
  return g_test_run();
}
