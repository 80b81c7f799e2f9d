/* Six ferries, two berths.
 *
 * Six ferries come to a port with two berths, one every 40 ms, and each needs 400 ms at a berth. A semaphore has a permit for each berth.
 * Who finds none waits outside; berths are given in the order of coming, and nobody overtakes. The third ferry does not want to wait that
 * long: it is cancelled while it waits, and the berth that would have been its goes to the next.
 *
 * What to look at: never more than two permits are in use, and the waits end in the order in which they began, each when another ferry
 * leaves. The third ferry's lane ends in the middle of its wait, at the arrow of its cancellation.
 * What to try: three berths. Or cancel the third ferry when it is at its berth: HD_WITH_ASYNC_PERMIT gives the permit back on that way,
 * too.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors task 7
 * expect: objects semaphore 1
 * expect: acquisitions berths 5
 * expect: state ferry-3 wait-semaphore 20 -
 * expect: state ferry-4 wait-semaphore 100 -
 * expect: state ferry-6 wait-semaphore 250 -
 * expect: nofinding stuck
 * expect: nofinding over-release
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define FERRIES 6
static struct hd_async_semaphore berths;

static int call_at_port(void *number, void *nothing) {
  int result;
  HD_WITH_ASYNC_PERMIT(&berths, result) {
    printf("ferry %d is at a berth\n", (int)(intptr_t)number);
    result = hd_task_sleep(400 * HD_MILLISECOND_NS);
  }
  return result;
}

static int day(void *unused, void *nothing) {
  struct hd_task ferries[FERRIES];
  hd_async_semaphore_init_bounded(&berths, 2, "berths");
  for (intptr_t i = 0; i < FERRIES; i++) {
    char name[16];
    snprintf(name, sizeof name, "ferry-%d", (int)i + 1);
    hd_task_create(&ferries[i], call_at_port, (void *)(i + 1), 0, 0, name);
    hd_task_sleep(40 * HD_MILLISECOND_NS);
    if (i == 2) hd_task_cancel(&ferries[i]);
  }
  int outcomes[FERRIES];
  hd_gather(ferries, FERRIES, NULL, outcomes);
  for (int i = 0; i < FERRIES; i++) hd_task_release(&ferries[i]);
  return outcomes[2] != HD_ERROR_CANCELLED;
}

int main(void) { return hd_loop_run(day, NULL, NULL, 0, &(struct hd_loop_options){.task_name = "day"}) != HD_OK; }
