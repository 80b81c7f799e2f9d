/* Queues, annotated variables, locals and daemons, to be recorded.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 5
 * expect: actor thread cook
 * expect: actor thread waiter
 * expect: objects queue 3
 * expect: objects shared 1
 * expect: objects local 1
 * expect: state waiter wait-queue 150 -
 * expect: state cook wait-queue 150 -
 * expect: state main wait-queue 80 -
 * expect: passed 6 6 plates
 * expect: passed 4 4 stack
 * expect: passed 4 1 urgent
 * expect: misuse -1015 1
 * expect: misuse -1017 1
 * expect: misuse -1026 1
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: nofinding over-release
 */
#include "check.h"

static struct hd_queue plates, stack, urgent;
static struct hd_shared served;
static struct hd_local shift;

enum { PLATES = 6 };
static void cook(void *unused) {
  CHECK_OK(hd_local_set(&shift, (void *)1));
  usleep(200000); /* the waiter waits to get meanwhile */
  for (intptr_t i = 1; i <= PLATES; i++) CHECK_OK(hd_queue_put(&plates, (void *)i));
  CHECK_OK(hd_local_set(&shift, (void *)2));
}
static void serve(void *unused) {
  for (intptr_t i = 1; i <= PLATES; i++) {
    void *plate;
    CHECK_OK(hd_queue_get(&plates, &plate));
    CHECK(plate == (void *)i);
    usleep(60000); /* the cook waits to put meanwhile */
    hd_shared_update(&served, 1);
    CHECK_OK(hd_queue_task_done(&plates));
  }
}
static void never_end(void *unused) {
  for (;;) pause();
}

int main(void) {
  struct hd_thread cook_thread, waiter_thread, daemon;
  void *item;
  CHECK_OK(hd_queue_init(&plates, HD_QUEUE_FIFO, 2, "plates"));
  CHECK_OK(hd_queue_init(&stack, HD_QUEUE_LIFO, 3, "stack"));
  CHECK_OK(hd_queue_init(&urgent, HD_QUEUE_PRIORITY, 0, "urgent"));
  hd_shared_init(&served, 0, "served");
  hd_local_init(&shift, NULL, "shift");
  hd_local_trace(&shift, true);
  CHECK_OK(hd_thread_create(&waiter_thread, serve, NULL, "waiter"));
  usleep(20000);
  CHECK_OK(hd_thread_create(&cook_thread, cook, NULL, "cook"));
  CHECK_OK(hd_thread_init(&daemon, never_end, NULL, "daemon"));
  CHECK_OK(hd_thread_set_daemon(&daemon, true));
  CHECK_OK(hd_thread_start(&daemon));
  CHECK_OK(hd_thread_start_new(never_end, NULL));

  for (intptr_t i = 1; i <= 3; i++) CHECK_OK(hd_queue_put_try(&stack, (void *)i));
  CHECK_ERROR(hd_queue_put_try(&stack, NULL), HD_ERROR_FULL);
  CHECK_OK(hd_queue_get_timed(&stack, &item, LONG_NS));
  CHECK(item == (void *)3);
  CHECK_ERROR(hd_queue_put_timed(&stack, NULL, 0), HD_OK);
  CHECK_ERROR(hd_queue_put_timed(&stack, NULL, SHORT_NS), HD_ERROR_TIMEOUT);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_queue_get_try(&stack, &item));
  CHECK_ERROR(hd_queue_get_try(&stack, &item), HD_ERROR_EMPTY);
  for (intptr_t i = 1; i <= 4; i++) CHECK_OK(hd_queue_put_priority(&urgent, (void *)i, -i));
  CHECK_OK(hd_queue_get(&urgent, &item));
  CHECK(item == (void *)4);
  hd_queue_shutdown(&urgent, true);
  CHECK_ERROR(hd_queue_put(&urgent, NULL), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_queue_get(&urgent, &item), HD_ERROR_SHUT_DOWN);

  usleep(250000); /* all plates have been put by then, or most */
  CHECK_OK(hd_queue_join(&plates));
  CHECK_ERROR(hd_queue_task_done(&plates), HD_ERROR_ALL_DONE);
  hd_shared_write(&served, hd_shared_read(&served) + 100);
  CHECK(hd_shared_read(&served) == 100 + PLATES);
  CHECK_OK(hd_thread_join(&cook_thread));
  CHECK_OK(hd_thread_join(&waiter_thread));
  CHECK_OK(hd_queue_destroy(&plates));
  return 0;
}
