/* A task that never yields.
 *
 * A clock ticks every 100 ms. A miner, another task of the same loop, looks for a lucky number, and never awaits anything. Tasks give each
 * other their turns by awaiting: as long as one does not, nobody else runs, and nobody can take its turn away.
 *
 * What to look at: the miner's lane is one long step. The clock was ready all that time: its lane says so. When the miner is done the clock
 * goes on as if nothing had happened.
 * What to try: hd_task_sleep(0) in the miner's loop, once every ten thousand numbers. Or an executor: then the miner has a thread of his
 * own.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 1
 * expect: actors task 3
 * expect: finding never-yielded occurred miner
 * expect: finding blocked-loop occurred miner
 * expect: state clock ready 900 -
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define SHIFT_NS (1300 * HD_MILLISECOND_NS)

static int tick(void *unused, void *nothing) {
  for (int ticks = 1; ticks <= 7; ticks++) {
    hd_task_sleep(100 * HD_MILLISECOND_NS);
    printf("tick %d\n", ticks);
  }
  return 0;
}

static int mine(void *unused, void *nothing) {
  uint32_t number = 1, luckiest = UINT32_MAX;
  for (int64_t end_ns = hd_loop_time_ns() + SHIFT_NS; hd_loop_time_ns() < end_ns;)
    for (int i = 0; i < 10000; i++) {
      number ^= number << 13;
      number ^= number >> 17;
      number ^= number << 5;
      if (number < luckiest) luckiest = number;
    }
  printf("the luckiest number is %u\n", luckiest);
  return 0;
}

static int day(void *unused, void *nothing) {
  struct hd_task tasks[2];
  hd_task_create(&tasks[0], tick, NULL, 0, 0, "clock");
  hd_task_sleep(350 * HD_MILLISECOND_NS);
  hd_task_create(&tasks[1], mine, NULL, 0, 0, "miner");
  hd_gather(tasks, 2, NULL, NULL);
  for (int i = 0; i < 2; i++) hd_task_release(&tasks[i]);
  return 0;
}

int main(void) { return hd_loop_run(day, NULL, NULL, 0, &(struct hd_loop_options){.task_name = "day"}) != HD_OK; }
