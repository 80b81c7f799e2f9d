#include "check.h"
#include "queue.h"

static struct hd_event event = HD_EVENT_INIT;
static int returned;

static void *wait_for_it(void *unused) {
  CHECK_OK(hd_event_wait(&event));
  COUNT(returned);
  return unused;
}

static void set_wakes_all(void) {
  struct bunch bunch;
  returned = 0;
  CHECK(!hd_event_is_set(&event));
  bunch_start(&bunch, 5, wait_for_it, NULL);
  UNTIL(queue_length(&event.waiters) == 5);
  CHECK(LOAD(returned) == 0);
  CHECK_ERROR(hd_event_destroy(&event), HD_ERROR_BUSY);
  hd_event_set(&event);
  bunch_join(&bunch);
  CHECK(returned == 5);
  CHECK(hd_event_is_set(&event));
  CHECK_OK(hd_event_wait(&event));
  CHECK_OK(hd_event_wait_timed(&event, 0));
  hd_event_set(&event);
  hd_event_clear(&event);
  CHECK(!hd_event_is_set(&event));
}

static void waits_no_longer_than_asked(void) {
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_event_wait_timed(&event, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK_ERROR(hd_event_wait_timed(&event, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_event_wait_timed(&event, -9), HD_ERROR_INVALID);
  CHECK(queue_length(&event.waiters) == 0);
}

/* Who waited when it was set goes on, even if it is down again before it runs. */
static void a_short_pulse_wakes_all(void) {
  for (int i = 0; i < 50; i++) {
    struct bunch bunch;
    bunch_start(&bunch, 4, wait_for_it, NULL);
    UNTIL(queue_length(&event.waiters) == 4);
    hd_event_set(&event);
    hd_event_clear(&event);
    bunch_join(&bunch);
  }
}

/* Set while it is set, cleared while it is clear, in any order with waits that time out: those who wait all go on in the end. */
static int finished;
static void *wait_again_and_again(void *unused) {
  while (!LOAD(finished))
    if (hd_event_wait_timed(&event, 50 * HD_MICROSECOND_NS) == HD_OK) COUNT(returned);
  return unused;
}
static void time_outs_and_sets_do_not_mix(void) {
  struct bunch impatient, patient;
  returned = finished = 0;
  hd_event_clear(&event);
  bunch_start(&impatient, 3, wait_again_and_again, NULL);
  for (int i = 0; i < 300; i++) {
    if (i % 50 == 0) {
      hd_event_clear(&event);
      bunch_start(&patient, 1, wait_for_it, NULL);
    }
    hd_event_set(&event);
    if (i % 50 == 0) bunch_join(&patient);
    hd_event_clear(&event);
    hd_event_clear(&event);
  }
  STORE(finished, 1);
  bunch_join(&impatient);
  CHECK(returned >= 6);
  CHECK(queue_length(&event.waiters) == 0);
}

static void *set_and_forget(void *argument) {
  hd_event_set((struct hd_event *)argument);
  return NULL;
}
static void may_be_freed_by_who_waited(void) {
  for (int i = 0; i < 100; i++) {
    struct hd_event *own = malloc(sizeof *own);
    hd_event_init(own, "own");
    struct bunch bunch;
    bunch_start(&bunch, 1, set_and_forget, own);
    CHECK_OK(hd_event_wait(own));
    CHECK_OK(hd_event_destroy(own));
    free(own);
    bunch_join(&bunch);
  }
}

static int message;
static void *write_and_set(void *unused) {
  message = 42;
  hd_event_set(&event);
  return unused;
}
static void hands_over_memory(void) {
  struct bunch bunch;
  bunch_start(&bunch, 1, write_and_set, NULL);
  CHECK_OK(hd_event_wait_timed(&event, LONG_NS));
  CHECK(message == 42);
  bunch_join(&bunch);
}

int main(void) {
  set_wakes_all();
  hd_event_init(&event, "event");
  set_wakes_all();
  waits_no_longer_than_asked();
  a_short_pulse_wakes_all();
  time_outs_and_sets_do_not_mix();
  may_be_freed_by_who_waited();
  hands_over_memory();
  CHECK_OK(hd_event_destroy(&event));
  return 0;
}
