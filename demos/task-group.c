/* A crew that ends together.
 *
 * Three divers go down from a boat, as members of a group. After a while the lamp of one of them breaks: his task fails. So the others are
 * called back, and so is the captain, who is fishing meanwhile; each needs some time to come up. The boat leaves when all are on board,
 * not before: no member outlives its group.
 *
 * What to look at: one lane ends with an error, and from its end arrows of cancellation lead to the others and to the captain. Behind the
 * arrows lies the way up of each. Then the captain waits for the group, until the last of them is there.
 * What to try: let no lamp break. Or hd_gather instead of a group: it gives the error at once, and the others go on.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors task 4
 * expect: objects group 1
 * expect: state captain blocked 350 -
 * expect: state captain wait-task 250 -
 * expect: state anna blocked 550 -
 * expect: state carl blocked 650 -
 * expect: nofinding stuck
 */
#include <errno.h>
#include <heddle/heddle.h>
#include <stdio.h>
#include <string.h>

static struct diver {
  const char *name;
  int search_ms, way_up_ms;
  bool lamp_breaks;
} divers[] = {{"anna", 2000, 200, false}, {"bert", 400, 0, true}, {"carl", 2000, 300, false}};

static int dive(void *argument, void *nothing) {
  const struct diver *diver = argument;
  int result = hd_task_sleep(diver->search_ms * HD_MILLISECOND_NS);
  if (result == HD_OK && diver->lamp_breaks) return EIO;
  hd_task_sleep(diver->way_up_ms * HD_MILLISECOND_NS);
  printf("%s is on board\n", diver->name);
  return result;
}

static int sail(void *unused, void *nothing) {
  struct hd_task_group crew;
  hd_task_group_begin(&crew, "crew");
  for (int i = 0; i < 3; i++) hd_task_group_spawn(&crew, NULL, dive, &divers[i], 0, 0, divers[i].name);
  int fishing = hd_task_sleep(3 * HD_SECOND_NS);
  if (hd_task_group_end(&crew, fishing) == HD_ERROR_JOB_FAILED) printf("we go home: %s\n", strerror(crew.errors[0]));
  return 0;
}

int main(void) { return hd_loop_run(sail, NULL, NULL, 0, &(struct hd_loop_options){.task_name = "captain"}) != HD_OK; }
