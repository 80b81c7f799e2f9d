/* Two cooks: one pot after the other, or all at once.
 *
 * Ada and Ben cook the same dinner. Each pot needs its minutes on the stove (a minute lasts ten milliseconds here), but nobody has to stand
 * beside it. Ada waits for each pot before she puts on the next. Ben puts all three on, and then waits for them together. The cooks and
 * their pots are tasks: all of this happens in one thread, which sleeps nearly all the time.
 *
 * What to look at: Ada's three waits lie one behind the other, an arrow from each pot's end to the begin of the next. Ben has one wait,
 * for a group of tasks; it ends with the slowest of them. A task that waits costs nothing: the thread's lane says how little there is to
 * do. What to try: a fourth pot. Ada's dinner is later by its minutes, Ben's is not.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 1
 * expect: actors task 9
 * expect: actor task ada
 * expect: actor task ben
 * expect: objects group 2
 * expect: state ada wait-task 900 -
 * expect: state ben wait-task 430 -
 * expect: actor task ada-rice
 * expect: state ben-beans blocked 420 -
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define MINUTE_NS (10 * HD_MILLISECOND_NS)
#define POTS 3
static struct pot {
  const char *name;
  int minutes;
} dinner[POTS] = {{"soup", 30}, {"rice", 20}, {"beans", 45}};

static int boil(void *pot, void *unused) { return hd_task_sleep(((struct pot *)pot)->minutes * MINUTE_NS); }

static struct hd_task put_on(int i, const char *cook) {
  struct hd_task pot;
  char name[32];
  snprintf(name, sizeof name, "%s-%s", cook, dinner[i].name);
  hd_task_create(&pot, boil, &dinner[i], 0, 0, name);
  return pot;
}

static int cook_one_by_one(void *unused, void *nothing) {
  for (int i = 0; i < POTS; i++) {
    struct hd_task pot = put_on(i, "ada");
    hd_await(&pot, NULL);
    hd_task_release(&pot);
  }
  puts("Ada: dinner is ready");
  return 0;
}

static int cook_at_once(void *unused, void *nothing) {
  struct hd_task pots[POTS];
  for (int i = 0; i < POTS; i++) pots[i] = put_on(i, "ben");
  hd_gather(pots, POTS, NULL, NULL);
  for (int i = 0; i < POTS; i++) hd_task_release(&pots[i]);
  puts("Ben: dinner is ready");
  return 0;
}

static int evening(void *unused, void *nothing) {
  struct hd_task cooks[2];
  hd_task_create(&cooks[0], cook_one_by_one, NULL, 0, 0, "ada");
  hd_task_create(&cooks[1], cook_at_once, NULL, 0, 0, "ben");
  hd_gather(cooks, 2, NULL, NULL);
  for (int i = 0; i < 2; i++) hd_task_release(&cooks[i]);
  return 0;
}

int main(void) { return hd_loop_run(evening, NULL, NULL, 0, &(struct hd_loop_options){.task_name = "evening"}) != HD_OK; }
