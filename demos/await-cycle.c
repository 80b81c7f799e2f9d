/* Two tasks that wait for each other.
 *
 * Alice writes the words of a song as soon as she has heard the melody. Bob writes the melody as soon as he has read the words. Each awaits
 * the other's task, for ever. No lock is involved, and no thread hangs: the loop polls as if nothing were wrong, and that is what makes
 * this deadlock hard to find.
 *
 * What to look at: the two waits at the end, each for the other task; the arrows close a circle. The song's time-out would never end
 * them: it ends only its own wait.
 * What to try: let bob begin without the words.
 *
 * expect: exit 1
 * expect: lost 0
 * expect: actors thread 1
 * expect: actors task 3
 * expect: finding deadlock occurred alice,bob
 * expect: state alice wait-task 900 -
 * expect: state bob wait-task 900 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

static struct hd_task alice, bob;

static int write_words(void *unused, void *nothing) {
  hd_task_sleep(200 * HD_MILLISECOND_NS);
  return hd_await(&bob, NULL);
}

static int write_melody(void *unused, void *nothing) {
  hd_task_sleep(300 * HD_MILLISECOND_NS);
  return hd_await(&alice, NULL);
}

static int make_song(void *unused, void *nothing) {
  hd_task_create(&alice, write_words, NULL, 0, 0, "alice");
  hd_task_create(&bob, write_melody, NULL, 0, 0, "bob");
  struct hd_task both[] = {alice, bob};
  if (hd_wait_tasks(both, 2, HD_UNTIL_ALL, 1300 * HD_MILLISECOND_NS) == HD_ERROR_TIMEOUT) {
    fputs("deadlock: alice and bob hang; giving up\n", stderr);
    _exit(1);
  }
  return 0;
}

int main(void) { return hd_loop_run(make_song, NULL, NULL, 0, &(struct hd_loop_options){.task_name = "song"}) != HD_OK; }
