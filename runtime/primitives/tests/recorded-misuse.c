/* Bad use of threads, locks and queues, to be recorded: each gets its error, changes nothing, and is a mark in the recording.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: misuse -1004 1
 * expect: misuse -1005 4
 * expect: misuse -1006 1
 * expect: misuse -1007 1
 * expect: misuse -1009 2
 * expect: misuse -1010 1
 * expect: misuse -1011 1
 * expect: misuse -1012 3
 * expect: misuse -1015 1
 * expect: misuse -1016 1
 * expect: misuse -1017 2
 * expect: misuse -1026 1
 * expect: finding over-release occurred main
 */
#include "check.h"

static struct hd_lock lock;
static struct hd_rlock rlock;
static struct hd_condition condition;
static struct hd_event go;
static struct hd_thread worker;

static void misuse_as_a_stranger(void *unused) {
  CHECK_OK(hd_event_wait(&go));
  CHECK_ERROR(hd_thread_join(&worker), HD_ERROR_SELF_JOIN);
  CHECK_ERROR(hd_rlock_release(&rlock), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_condition_wait(&condition), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_condition_notify(&condition, 1), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_condition_notify_all(&condition), HD_ERROR_NOT_OWNER);
}

static void misuse_locks(void) {
  struct hd_semaphore bounded, full;
  CHECK_ERROR(hd_lock_release(&lock), HD_ERROR_NOT_LOCKED);
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_ERROR(hd_lock_destroy(&lock), HD_ERROR_BUSY);
  CHECK_OK(hd_lock_release(&lock));
  CHECK_ERROR(hd_rlock_destroy(&rlock), HD_ERROR_BUSY);
  CHECK_OK(hd_semaphore_init_bounded(&bounded, 2, "bounded"));
  CHECK_OK(hd_semaphore_init(&full, HD_SEMAPHORE_MAX, "full"));
  CHECK_ERROR(hd_semaphore_release(&bounded, 1), HD_ERROR_OVER_RELEASE);
  CHECK_ERROR(hd_semaphore_release(&full, 1), HD_ERROR_OVERFLOW);
}

static struct hd_queue empty;
static void get_from_empty(void *unused) {
  void *item;
  CHECK_ERROR(hd_queue_get(&empty, &item), HD_ERROR_SHUT_DOWN); /* no misuse: that is how one learns of the end */
}
static void misuse_queues(void) {
  struct hd_queue queue;
  struct hd_thread getter;
  void *item;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 1, "queue"));
  CHECK_OK(hd_queue_init(&empty, HD_QUEUE_FIFO, 1, "empty"));
  CHECK_ERROR(hd_queue_get_try(&queue, &item), HD_ERROR_EMPTY); /* neither: who tries may fail */
  CHECK_OK(hd_queue_put(&queue, NULL));
  CHECK_ERROR(hd_queue_put_try(&queue, NULL), HD_ERROR_FULL);
  CHECK_ERROR(hd_queue_put_timed(&queue, NULL, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_queue_task_done(&queue));
  CHECK_ERROR(hd_queue_task_done(&queue), HD_ERROR_ALL_DONE);
  CHECK(hd_queue_size(&queue) == 1);
  CHECK_OK(hd_thread_create(&getter, get_from_empty, NULL, "getter"));
  hd_queue_shutdown(&empty, true);
  CHECK_OK(hd_thread_join(&getter));
  hd_queue_shutdown(&queue, false);
  CHECK_ERROR(hd_queue_put(&queue, NULL), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_queue_put_try(&queue, NULL), HD_ERROR_SHUT_DOWN);
}

static int waiting;
static void wait_for_condition(void *unused) {
  CHECK_OK(hd_rlock_acquire(&rlock));
  STORE(waiting, 1);
  CHECK_OK(hd_condition_wait(&condition));
  CHECK_OK(hd_rlock_release(&rlock));
}

int main(void) {
  struct hd_local local;
  struct hd_thread waiter;
  hd_lock_init(&lock, "lock");
  hd_rlock_init(&rlock, "rlock");
  hd_condition_init_rlock(&condition, &rlock, "condition");
  hd_event_init(&go, "go");
  hd_local_init(&local, NULL, "local");
  CHECK_OK(hd_thread_init(&worker, misuse_as_a_stranger, NULL, "worker"));
  CHECK_ERROR(hd_thread_join(&worker), HD_ERROR_NOT_STARTED);
  CHECK_OK(hd_rlock_acquire(&rlock));
  CHECK_OK(hd_thread_start(&worker));
  CHECK_ERROR(hd_thread_start(&worker), HD_ERROR_STARTED);
  CHECK_ERROR(hd_thread_set_daemon(&worker, true), HD_ERROR_STARTED);
  hd_event_set(&go);
  CHECK_OK(hd_thread_join(&worker));
  misuse_locks();
  CHECK_OK(hd_rlock_release(&rlock));
  CHECK_OK(hd_thread_create(&waiter, wait_for_condition, NULL, "waiter"));
  UNTIL(LOAD(waiting));
  CHECK_OK(hd_rlock_acquire(&rlock)); /* so the other one has given it back, and waits */
  CHECK_ERROR(hd_condition_destroy(&condition), HD_ERROR_BUSY);
  CHECK_OK(hd_condition_notify_all(&condition));
  CHECK_OK(hd_rlock_release(&rlock));
  CHECK_OK(hd_thread_join(&waiter));
  CHECK_ERROR(hd_local_delete(&local), HD_ERROR_EMPTY);
  misuse_queues();
  return 0;
}
