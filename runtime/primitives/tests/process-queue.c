/* Process queues: what CPython's _test_multiprocessing holds to be the behaviour, and users that are killed at any moment. */
#include "begin-test.h"
#include "check.h"
#include "children.h"
#include "descriptors.h"
#include <errno.h>
#include <heddle/process-memory.h>
#include <string.h>

static struct hd_process_queue *new_queue(uint32_t bound, size_t room) {
  struct hd_process_queue *queue;
  CHECK_OK(hd_process_queue_new(&queue, bound, room, "queue"));
  return queue;
}
static int put_number(struct hd_process_queue *queue, uint64_t number) { return hd_process_queue_put(queue, &number, sizeof number); }
static uint64_t get_number(struct hd_process_queue *queue) {
  uint64_t number;
  size_t bytes;
  CHECK_OK(hd_process_queue_get(queue, &number, sizeof number, &bytes));
  CHECK(bytes == sizeof number);
  return number;
}

static void makes(void) {
  struct hd_process_queue *queue;
  CHECK_ERROR(hd_process_queue_new(&queue, 1, 31, NULL), HD_ERROR_INVALID);
  CHECK(!queue);
  CHECK_ERROR(hd_process_queue_new(&queue, 1, SIZE_MAX, NULL), HD_ERROR_INVALID);
  CHECK_ERROR(hd_process_queue_new(&queue, 1, SIZE_MAX / 2, NULL), HD_ERROR_NO_MEMORY);
  hd_process_queue_free(NULL);
}

static void order_and_size(void) {
  struct hd_process_queue *queue = new_queue(3, 1000);
  size_t bytes;
  CHECK(hd_process_queue_size(queue) == 0);
  for (int round = 0; round < 50; round++) {
    for (uint64_t i = 0; i < 3; i++) CHECK_OK(put_number(queue, i + 1000));
    CHECK(hd_process_queue_size(queue) == 3);
    CHECK_ERROR(hd_process_queue_put_try(queue, "x", 1), HD_ERROR_FULL);
    CHECK_ERROR(hd_process_queue_put_timed(queue, "x", 1, 0), HD_ERROR_TIMEOUT);
    for (uint64_t i = 0; i < 3; i++) CHECK(get_number(queue) == i + 1000);
    CHECK_ERROR(hd_process_queue_get_try(queue, NULL, 0, &bytes), HD_ERROR_EMPTY);
    CHECK_ERROR(hd_process_queue_get_timed(queue, NULL, 0, 0, &bytes), HD_ERROR_TIMEOUT);
  }
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_process_queue_get_timed(queue, NULL, 0, 150 * HD_MILLISECOND_NS, &bytes), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= 150 * HD_MILLISECOND_NS);
  CHECK_ERROR(hd_process_queue_get_timed(queue, NULL, 0, -2, &bytes), HD_ERROR_INVALID);
  CHECK_ERROR(hd_process_queue_put_timed(queue, "x", 1, -2), HD_ERROR_INVALID);
  CHECK_ERROR(hd_process_queue_put(queue, NULL, 1), HD_ERROR_INVALID);
  CHECK_ERROR(hd_process_queue_get(queue, NULL, 1, &bytes), HD_ERROR_INVALID);
  hd_process_queue_free(queue);
}

/* All sizes at all places of the ring. */
static void sizes(void) {
  struct hd_process_queue *queue = new_queue(0, 4096);
  char item[4200], got[4200];
  size_t bytes;
  CHECK_ERROR(hd_process_queue_put(queue, item, 4081), HD_ERROR_TOO_LARGE);
  CHECK_ERROR(hd_process_queue_put(queue, item, SIZE_MAX), HD_ERROR_TOO_LARGE);
  for (size_t size = 0; size <= 4080; size = size < 100 ? size + 1 : size + 133) {
    for (size_t i = 0; i < size; i++) item[i] = (char)(i * 13 + size);
    for (int round = 0; round < 5; round++) {
      CHECK_OK(hd_process_queue_put(queue, item, size));
      CHECK_OK(hd_process_queue_get(queue, got, sizeof got, &bytes));
      CHECK(bytes == size && memcmp(item, got, size) == 0);
    }
  }
  CHECK_OK(hd_process_queue_put(queue, item, 4080)); /* as much as there is room */
  CHECK_ERROR(hd_process_queue_put_try(queue, "", 0), HD_ERROR_FULL);
  for (size_t room = 0; room < 4080; room += 1000) {
    CHECK_ERROR(hd_process_queue_get(queue, got, room, &bytes), HD_ERROR_TOO_SMALL);
    CHECK(bytes == 4080 && hd_process_queue_size(queue) == 1);
  }
  CHECK_OK(hd_process_queue_get(queue, got, sizeof got, &bytes));
  hd_process_queue_free(queue);
}

static void *put_one(void *queue) {
  CHECK_OK(put_number(queue, 7));
  return NULL;
}
static void *put_is_shut_down(void *queue) {
  uint64_t number = 7;
  CHECK_ERROR(hd_process_queue_put(queue, &number, sizeof number), HD_ERROR_SHUT_DOWN);
  return NULL;
}
static void *get_is_shut_down(void *queue) {
  size_t bytes;
  CHECK_ERROR(hd_process_queue_get(queue, NULL, 0, &bytes), HD_ERROR_SHUT_DOWN);
  return NULL;
}
static void *join_all(void *queue) {
  CHECK_OK(hd_process_queue_join_timed(queue, LONG_NS));
  return NULL;
}

static void waits(void) {
  struct hd_process_queue *queue = new_queue(2, 1000);
  struct bunch bunch;
  for (int i = 0; i < 2; i++) CHECK_OK(put_number(queue, 7));
  bunch_start(&bunch, 4, put_one, queue);
  for (int i = 0; i < 6; i++) CHECK(get_number(queue) == 7);
  bunch_join(&bunch);
  IN_CHILD(child) {
    CHECK(get_number(queue) == 99);
    _exit(0);
  }
  usleep(50000);
  CHECK_OK(put_number(queue, 99));
  ends_well(child);
  /* A large item waits for as much room as it needs. */
  char item[900] = {0};
  IN_CHILD(putter) {
    CHECK_OK(hd_process_queue_put(queue, item, sizeof item));
    _exit(0);
  }
  size_t bytes;
  CHECK_OK(hd_process_queue_get(queue, item, sizeof item, &bytes));
  CHECK(bytes == sizeof item);
  ends_well(putter);
  hd_process_queue_free(queue);
}

static void tasks(void) {
  struct hd_process_queue *queue = new_queue(0, 1000);
  CHECK_OK(hd_process_queue_join(queue)); /* nothing was put */
  CHECK_ERROR(hd_process_queue_task_done(queue), HD_ERROR_ALL_DONE);
  for (uint64_t i = 0; i < 5; i++) CHECK_OK(put_number(queue, i));
  CHECK_ERROR(hd_process_queue_join_timed(queue, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_queue_join_timed(queue, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_queue_join_timed(queue, -2), HD_ERROR_INVALID);
  pid_t children[2];
  for (int i = 0; i < 2; i++) {
    IN_CHILD(child) {
      uint64_t number;
      size_t bytes;
      while (hd_process_queue_get_timed(queue, &number, sizeof number, SHORT_NS, &bytes) == HD_OK) {
        usleep(5000);
        CHECK_OK(hd_process_queue_task_done(queue));
      }
      _exit(0);
    }
    children[i] = child;
  }
  struct bunch bunch;
  bunch_start(&bunch, 3, join_all, queue);
  CHECK_OK(hd_process_queue_join(queue));
  CHECK(hd_process_queue_size(queue) == 0);
  bunch_join(&bunch);
  for (int i = 0; i < 2; i++) ends_well(children[i]);
  CHECK_ERROR(hd_process_queue_task_done(queue), HD_ERROR_ALL_DONE);
  hd_process_queue_free(queue);
}

static void shutdown_in_order(void) {
  struct hd_process_queue *queue = new_queue(2, 1000);
  struct bunch putters, getters;
  for (uint64_t i = 0; i < 2; i++) CHECK_OK(put_number(queue, i));
  bunch_start(&putters, 3, put_is_shut_down, queue);
  usleep(20000);
  hd_process_queue_shutdown(queue, false);
  bunch_join(&putters);
  CHECK(hd_process_queue_is_shut_down(queue));
  CHECK_ERROR(hd_process_queue_put_try(queue, "x", 1), HD_ERROR_SHUT_DOWN);
  for (uint64_t i = 0; i < 2; i++) CHECK(get_number(queue) == i);
  bunch_start(&getters, 2, get_is_shut_down, queue);
  bunch_join(&getters);
  hd_process_queue_free(queue);

  queue = new_queue(2, 1000);
  bunch_start(&getters, 3, get_is_shut_down, queue);
  IN_CHILD(child) {
    usleep(20000);
    hd_process_queue_shutdown(queue, false);
    _exit(0);
  }
  bunch_join(&getters);
  ends_well(child);
  hd_process_queue_free(queue);
}

static void shutdown_at_once(void) {
  struct hd_process_queue *queue = new_queue(0, 1000);
  struct bunch joiners;
  for (uint64_t i = 0; i < 4; i++) CHECK_OK(put_number(queue, i));
  CHECK(get_number(queue) == 0);
  bunch_start(&joiners, 2, join_all, queue);
  hd_process_queue_shutdown(queue, true);
  CHECK(hd_process_queue_size(queue) == 0);
  get_is_shut_down(queue);
  CHECK_ERROR(hd_process_queue_join_timed(queue, SHORT_NS), HD_ERROR_TIMEOUT); /* one was got, and is not done */
  CHECK_OK(hd_process_queue_task_done(queue));
  CHECK_OK(hd_process_queue_join(queue));
  bunch_join(&joiners);
  CHECK_ERROR(hd_process_queue_task_done(queue), HD_ERROR_ALL_DONE);
  hd_process_queue_free(queue);
}

/* Many producers and consumers: each item arrives once, those of a producer at each consumer in order. */
enum { PRODUCERS = 3, CONSUMERS = 3, ITEMS = 3000 };
struct item {
  uint32_t producer, number, length;
  char text[200];
};

static void produce(struct hd_process_queue *queue, uint32_t producer) {
  for (uint32_t i = 0; i < ITEMS; i++) {
    struct item item = {producer, i, i * 7 % sizeof item.text, {0}};
    memset(item.text, (int)(i + producer), item.length);
    CHECK_OK(hd_process_queue_put(queue, &item, offsetof(struct item, text) + item.length));
  }
}
static void consume(struct hd_process_queue *queue, uint32_t (*times)[ITEMS]) {
  uint32_t next[PRODUCERS] = {0};
  struct item item;
  size_t bytes;
  int error;
  while ((error = hd_process_queue_get(queue, &item, sizeof item, &bytes)) == HD_OK) {
    CHECK(item.producer < PRODUCERS && item.number < ITEMS && bytes == offsetof(struct item, text) + item.length);
    for (uint32_t i = 0; i < item.length; i++) CHECK(item.text[i] == (char)(item.number + item.producer));
    CHECK(item.number >= next[item.producer]);
    next[item.producer] = item.number + 1;
    COUNT(times[item.producer][item.number]);
    CHECK_OK(hd_process_queue_task_done(queue));
  }
  CHECK_ERROR(error, HD_ERROR_SHUT_DOWN);
}

static void many(uint32_t bound, size_t room) {
  struct hd_process_queue *queue = new_queue(bound, room);
  uint32_t(*times)[ITEMS] = hd_process_memory_new(sizeof(uint32_t[PRODUCERS][ITEMS]));
  pid_t producers[PRODUCERS], consumers[CONSUMERS];
  for (uint32_t i = 0; i < CONSUMERS; i++) {
    IN_CHILD(child) {
      consume(queue, times);
      _exit(0);
    }
    consumers[i] = child;
  }
  for (uint32_t i = 0; i < PRODUCERS; i++) {
    IN_CHILD(child) {
      produce(queue, i);
      _exit(0);
    }
    producers[i] = child;
  }
  for (int i = 0; i < PRODUCERS; i++) ends_well(producers[i]);
  CHECK_OK(hd_process_queue_join(queue));
  hd_process_queue_shutdown(queue, false);
  for (int i = 0; i < CONSUMERS; i++) ends_well(consumers[i]);
  for (int i = 0; i < PRODUCERS; i++)
    for (int k = 0; k < ITEMS; k++) CHECK(times[i][k] == 1);
  hd_process_memory_free(times);
  hd_process_queue_free(queue);
}

/* A producer and a consumer are killed again and again, anywhere; another pair goes on, and of its items none is lost, doubled or spoilt.
 */
enum { VICTIM = 1u << 31 };
static void put_for_ever(struct hd_process_queue *queue) {
  char text[500];
  memset(text, 'v', sizeof text);
  for (uint32_t i = 0;; i++) {
    uint32_t head = VICTIM | i % 400;
    memcpy(text, &head, sizeof head);
    if (hd_process_queue_put(queue, text, sizeof head + i % 400) != HD_OK) return;
  }
}
static void get_for_ever(struct hd_process_queue *queue, uint32_t *taken) {
  char text[500];
  size_t bytes;
  for (;;) {
    uint32_t head;
    if (hd_process_queue_get(queue, text, sizeof text, &bytes) != HD_OK) return;
    memcpy(&head, text, sizeof head);
    if (!(head & VICTIM)) COUNT(taken[head]);
  }
}

static void killed(void) {
  enum { ROUNDS = 40, STEADY = 20000 };
  struct hd_process_queue *queue = new_queue(5, 2000);
  uint32_t *taken = hd_process_memory_new(sizeof(uint32_t) * (STEADY + 1)), *stop = &taken[STEADY];
  IN_CHILD(producer) {
    uint32_t i = 0;
    for (; i < STEADY && !LOAD(*stop); i++) CHECK_OK(hd_process_queue_put(queue, &i, sizeof i));
    hd_process_queue_shutdown(queue, false);
    _exit(0);
  }
  IN_CHILD(consumer) {
    char text[500];
    size_t bytes;
    int error;
    while ((error = hd_process_queue_get(queue, text, sizeof text, &bytes)) == HD_OK) {
      uint32_t head;
      memcpy(&head, text, sizeof head);
      CHECK(head & VICTIM ? bytes == sizeof head + (head & ~VICTIM) : bytes == sizeof head && head < STEADY);
      for (size_t i = sizeof head; i < bytes; i++) CHECK(text[i] == 'v');
      if (!(head & VICTIM)) COUNT(taken[head]);
    }
    CHECK_ERROR(error, HD_ERROR_SHUT_DOWN);
    _exit(0);
  }
  for (unsigned round = 0; round < ROUNDS && !hd_process_queue_is_shut_down(queue); round++) {
    IN_CHILD(getter) {
      get_for_ever(queue, taken);
      _exit(0);
    }
    IN_CHILD(putter) {
      put_for_ever(queue);
      _exit(0);
    }
    usleep(1000 + round * 171 % 4000);
    kill(putter, SIGKILL); /* they may have ended themselves, when the steady producer was the faster one */
    kill(getter, SIGKILL);
    waitpid(putter, NULL, 0);
    waitpid(getter, NULL, 0);
  }
  STORE(*stop, 1);
  ends_well(producer);
  ends_well(consumer);
  CHECK(hd_process_queue_size(queue) == 0);
  /* Each kill may have taken one item with it that was got, and not told: no more. */
  uint32_t lost = 0, last = STEADY;
  while (last && !taken[last - 1]) last--;
  for (uint32_t i = 0; i < last; i++) {
    CHECK(taken[i] <= 1);
    lost += !taken[i];
  }
  CHECK(last > 0 && lost <= ROUNDS);
  hd_process_memory_free(taken);
  hd_process_queue_free(queue);
}

static void errno_is_kept(void) {
  errno = 77;
  struct hd_process_queue *queue = new_queue(1, 100);
  size_t bytes;
  CHECK_ERROR(hd_process_queue_get_timed(queue, NULL, 0, SHORT_NS, &bytes), HD_ERROR_TIMEOUT);
  hd_process_queue_free(queue);
  CHECK(errno == 77);
}

int main(void) {
  begin_test();
  int descriptors = count_descriptors();
  makes();
  order_and_size();
  sizes();
  waits();
  tasks();
  shutdown_in_order();
  shutdown_at_once();
  many(4, 4096);
  many(0, 500);
  killed();
  errno_is_kept();
  CHECK(count_descriptors() == descriptors);
  CHECK(count_children(0) == 0);
  return 0;
}
