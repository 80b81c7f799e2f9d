/* A coroutine that blocks its loop.
 *
 * A doorman opens the door every 50 ms, a pianist plays a note every 30 ms, both in tasks of one event loop. A clerk adds up the day's
 * bills, and that takes 400 ms of computing, in the middle of which nothing is awaited. A loop runs one task at a time, and only an await
 * lets the others go on: so for 400 ms nobody is let in, and no note is played. The clerk never notices.
 *
 * What to look at: the clerk's step is 400 ms long, and the lane of the loop says who blocks it. In the lanes of the others the dotted
 * yellow is what they lose by it: their sleep is over, and they want to run. The finding names the clerk, where it computed, and the
 * victims. What to try: hd_task_sleep(0) after each bill. Or the demo unblocked-loop, where a thread adds them up.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors task 4
 * expect: state doorman ready 100 -
 * expect: state pianist ready 100 -
 * expect: finding blocked-loop occurred -
 * expect: says clerk
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
  add_up(NULL, &sum);
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
