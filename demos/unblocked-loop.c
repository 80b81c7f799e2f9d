/* The same work, and the loop stays free.
 *
 * The hotel of the demo blocked-loop: a doorman and a pianist in tasks of one event loop, and a clerk who has 400 ms of bills to add up.
 * But now the clerk hands that to a thread, hd_to_thread, and awaits it, as one awaits anything. The loop is free meanwhile: the door opens
 * and the piano plays all the time.
 *
 * What to look at: the clerk awaits a future, and its job stands in the lane of the worker thread, with an arrow to where it began. The
 * lanes of the others look the same before, during and after: they are ready for microseconds only. There is no finding.
 * What to try: hd_gil_enable(0) at the beginning of main: under an interpreter lock the thread that computes takes its share from all.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors task 4
 * expect: object executor 1
 * expect: state clerk wait-future 300 -
 * expect: nofinding blocked-loop
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <time.h>

#define MS HD_MILLISECOND_NS

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * HD_SECOND_NS + now.tv_nsec;
}

static int open_door(void *unused, void *result) {
  for (int i = 0; i < 16; i++) hd_task_sleep(50 * MS);
  return 0;
}
static int play(void *unused, void *result) {
  for (int i = 0; i < 26; i++) hd_task_sleep(30 * MS);
  return 0;
}

/* Computes, and computes. */
static int add_up(const void *unused, void *sum) {
  int64_t until_ns = now_ns() + 400 * MS;
  while (now_ns() < until_ns)
    for (int bill = 0; bill < 1000; bill++) *(volatile long *)sum += bill;
  return 0;
}
static int keep_books(void *unused, void *result) {
  long sum = 0;
  hd_task_sleep(200 * MS);
  hd_to_thread(add_up, NULL, 0, &sum, sizeof sum);
  printf("the day's sum is %ld\n", sum);
  return 0;
}

static int hotel(void *unused, void *result) {
  struct hd_task doorman, pianist, clerk;
  hd_task_create(&doorman, open_door, NULL, 0, 0, "doorman");
  hd_task_create(&pianist, play, NULL, 0, 0, "pianist");
  hd_task_create(&clerk, keep_books, NULL, 0, 0, "clerk");
  hd_await(&doorman, NULL);
  hd_await(&pianist, NULL);
  hd_await(&clerk, NULL);
  hd_task_release(&doorman);
  hd_task_release(&pianist);
  hd_task_release(&clerk);
  return 0;
}

int main(void) {
  struct hd_loop_options options = {.name = "hotel", .task_name = "hotel"};
  return hd_loop_run(hotel, NULL, NULL, 0, &options);
}
