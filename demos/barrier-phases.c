/* Phases at a barrier.
 *
 * Four runners run six laps, and nobody begins a lap before all have ended the one before. Three are quick, the tortoise is not. The
 * last to arrive at the barrier counts the lap (the barrier's action), then all go on.
 *
 * What to look at: the hatched waits of the three end together, lap after lap, when the tortoise arrives: the last to arrive is the only
 * one who does not wait. All are as slow as the slowest.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 5
 * expect: objects barrier 1
 * expect: state hare wait-barrier 600 -
 * expect: state deer wait-barrier 500 -
 * expect: state fox wait-barrier 400 -
 * expect: state tortoise wait-barrier 0 300
 */
#include <heddle/heddle.h>
#include <unistd.h>

#define RUNNERS 4
#define LAPS 6
static struct hd_barrier finish_line;
static int laps_counted;

struct runner {
  const char *name;
  useconds_t lap_microseconds;
  struct hd_thread thread;
};

static int count_lap(void *unused) {
  laps_counted++;
  return HD_OK;
}

static void run(void *argument) {
  const struct runner *runner = argument;
  for (int lap = 0; lap < LAPS; lap++) {
    usleep(runner->lap_microseconds);
    hd_barrier_wait(&finish_line);
  }
}

int main(void) {
  struct runner runners[RUNNERS] = {{"hare", 60000}, {"deer", 80000}, {"fox", 100000}, {"tortoise", 220000}};
  hd_barrier_init(&finish_line, RUNNERS, count_lap, NULL, "finish_line");
  for (int i = 0; i < RUNNERS; i++) hd_thread_create(&runners[i].thread, run, &runners[i], runners[i].name);
  for (int i = 0; i < RUNNERS; i++) hd_thread_join(&runners[i].thread);
  return laps_counted == LAPS ? 0 : 1;
}
