/* Recursion under a plain lock.
 *
 * A function counts the people in a family tree: it takes the tree's lock, and calls itself for the children while it holds it. But the
 * lock is a plain one, which does not look at who asks: the second call waits until the first gives the lock back, and the first waits for
 * the second to return.
 *
 * What to look at: one hold, one wait, both anna's, both for tree_lock. Nobody else is in it: one thread is enough for a deadlock.
 * What to try: a struct hd_rlock, as in the demonstration "recursion". Or take the lock outside, and let a function count that takes none.
 *
 * expect: exit 1
 * expect: lost 0
 * expect: actors thread 2
 * expect: objects lock 1
 * expect: finding self-deadlock occurred anna
 * expect: state anna wait-lock 700 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define GENERATIONS 4
static struct hd_lock tree_lock;

/* Everybody has two children, but those of the last generation. */
static int count_family(int generation) {
  hd_lock_acquire(&tree_lock);
  usleep(100000); /* looks at the person */
  int people = 1;
  if (generation < GENERATIONS) people += count_family(generation + 1) + count_family(generation + 1);
  hd_lock_release(&tree_lock);
  return people;
}

static void count(void *unused) { printf("anna counts %d\n", count_family(1)); }

int main(void) {
  struct hd_thread anna;
  hd_lock_init(&tree_lock, "tree_lock");
  hd_thread_create(&anna, count, NULL, "anna");
  if (hd_thread_join_timed(&anna, 1200 * HD_MILLISECOND_NS) == HD_ERROR_TIMEOUT) {
    fputs("deadlock: anna waits for herself; giving up\n", stderr);
    _exit(1);
  }
  return 0;
}
