/* Slow weather calls: one by one, gathered, and not longer than we care to wait.
 *
 * Four stations tell how warm it is, each after a while; Quito takes longest. The first forecast asks them one after the other. The second
 * asks all at once and gathers the answers, in the order of the questions. The third does not wait longer than 250 ms for any of them: who
 * is late is cancelled.
 *
 * What to look at: four waits in a row in the first forecast, one in the second, as long as that for Quito. In the third Quito's lane ends
 * early, by a cancellation that came from the forecast, when its time was over.
 * What to try: give Quito 1 ms less or more than the others need. Or hd_shield_timed instead of hd_wait_for: what does Quito do then?
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 1
 * expect: actors task 16
 * expect: state one-by-one wait-task 950 -
 * expect: state gathered wait-task 550 -
 * expect: state in-time wait-task 220 -
 * expect: state quito blocked 1300 -
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define CITIES 4
static struct city {
  const char *name;
  int delay_ms;
  double degrees;
} cities[CITIES] = {{"oslo", 150, -3.5}, {"lima", 200, 19}, {"quito", 600, 13.5}, {"cairo", 120, 24}};

static int ask(void *asked, void *degrees) {
  const struct city *city = asked;
  int result = hd_task_sleep(city->delay_ms * HD_MILLISECOND_NS);
  if (result == HD_OK) *(double *)degrees = city->degrees;
  return result;
}
static void ask_all(struct hd_task *calls) {
  for (int i = 0; i < CITIES; i++) hd_task_create(&calls[i], ask, &cities[i], 0, sizeof(double), cities[i].name);
}
static void release_all(struct hd_task *calls) {
  for (int i = 0; i < CITIES; i++) hd_task_release(&calls[i]);
}

static int one_by_one(void *unused, void *nothing) {
  for (int i = 0; i < CITIES; i++) {
    struct hd_task call;
    double degrees;
    hd_task_create(&call, ask, &cities[i], 0, sizeof degrees, cities[i].name);
    if (hd_await(&call, &degrees) == HD_OK) printf("%s %.1f\n", cities[i].name, degrees);
    hd_task_release(&call);
  }
  return 0;
}

static int gathered(void *unused, void *nothing) {
  struct hd_task calls[CITIES];
  double degrees[CITIES];
  ask_all(calls);
  if (hd_gather(calls, CITIES, degrees, NULL) == HD_OK)
    for (int i = 0; i < CITIES; i++) printf("%s %.1f\n", cities[i].name, degrees[i]);
  release_all(calls);
  return 0;
}

static int in_time(void *unused, void *nothing) {
  struct hd_task calls[CITIES];
  ask_all(calls);
  for (int i = 0; i < CITIES; i++) {
    double degrees;
    int result = hd_wait_for(&calls[i], &degrees, 250 * HD_MILLISECOND_NS);
    if (result == HD_OK)
      printf("%s %.1f\n", cities[i].name, degrees);
    else
      printf("%s: %s\n", cities[i].name, hd_error_text(result));
  }
  release_all(calls);
  return 0;
}

static int day(void *unused, void *nothing) {
  static hd_task_routine *const forecasts[] = {one_by_one, gathered, in_time};
  static const char *const names[] = {"one-by-one", "gathered", "in-time"};
  for (int i = 0; i < 3; i++) {
    struct hd_task forecast;
    hd_task_create(&forecast, forecasts[i], NULL, 0, 0, names[i]);
    hd_await(&forecast, NULL);
    hd_task_release(&forecast);
  }
  return 0;
}

int main(void) { return hd_loop_run(day, NULL, NULL, 0, &(struct hd_loop_options){.task_name = "day"}) != HD_OK; }
