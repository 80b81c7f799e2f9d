/* Daemons do not keep the process alive.
 *
 * Two authors write a book each. The diary is done after 300 ms, the novel after five seconds. The main thread starts both, and returns
 * without waiting for either. A process waits at its end for all threads but daemons, and the novelist is one: when the diary is done, the
 * process ends, and the novelist with it, wherever she is. Her file never gets written.
 *
 * What to look at: main has nothing left to do, and waits for the diarist. The lane of the novelist is marked as a daemon's, and is cut off
 * in the middle of a sleep, at the moment when the process ends.
 * What to try: let the novelist be no daemon: the process lasts five seconds, and there are two files.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 3
 * expect: state main wait-join 200 -
 * expect: state diarist blocked 250 -
 * expect: state novelist blocked 250 2000
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/heddle-daemons-XXXXXX";
struct author {
  const char *book;
  unsigned milliseconds;
};

static void write_book(void *argument) {
  const struct author *author = argument;
  usleep(author->milliseconds * 1000);
  FILE *file = fopen(author->book, "w");
  if (!file) return;
  fputs("The end.\n", file);
  fclose(file);
}

/* Runs last of all: was registered before the runtime's own wait for its threads. Tidies up, too. */
static void look(void) {
  printf("diary.txt %s\n", unlink("diary.txt") == 0 ? "is written" : "is missing");
  printf("novel.txt %s\n", unlink("novel.txt") == 0 ? "is written" : "is missing");
  rmdir(folder);
}

int main(void) {
  static struct author diary = {"diary.txt", 300}, novel = {"novel.txt", 5000};
  struct hd_thread diarist, novelist;
  atexit(look);
  if (!mkdtemp(folder) || chdir(folder) != 0) return 1;
  hd_thread_create(&diarist, write_book, &diary, "diarist");
  hd_thread_init(&novelist, write_book, &novel, "novelist");
  hd_thread_set_daemon(&novelist, true);
  hd_thread_start(&novelist);
  return 0;
}
