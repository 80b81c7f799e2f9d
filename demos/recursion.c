/* Recursion under a re-entrant lock.
 *
 * Two threads count the people in a family tree. The function that counts takes the tree's lock, and calls itself for the children while
 * it holds it. That works because the lock is re-entrant: its owner may acquire it again, and it is free when it has been released as
 * often.
 *
 * What to look at: the lane of tree_lock: while one thread is in it the depth climbs to four, one step for each generation, and falls
 * back. The other thread waits for the outermost release, not for the inner ones.
 * What to try: the demonstration "recursion-plain" does the same with a plain lock.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 3
 * expect: objects rlock 1
 * expect: nofinding self-deadlock
 * expect: finding contention occurred -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define GENERATIONS 4
static struct hd_rlock tree_lock;

/* Everybody has two children, but those of the last generation. */
static int count_family(int generation) {
  hd_rlock_acquire(&tree_lock);
  usleep(10000); /* looks at the person */
  int people = 1;
  if (generation < GENERATIONS) people += count_family(generation + 1) + count_family(generation + 1);
  hd_rlock_release(&tree_lock);
  return people;
}

static void count_twice(void *name) {
  for (int i = 0; i < 2; i++) {
    printf("%s counts %d\n", (const char *)name, count_family(1));
    usleep(50000);
  }
}

int main(void) {
  struct hd_thread anna, ben;
  hd_rlock_init(&tree_lock, "tree_lock");
  hd_thread_create(&anna, count_twice, "anna", "anna");
  hd_thread_create(&ben, count_twice, "ben", "ben");
  hd_thread_join(&anna);
  hd_thread_join(&ben);
  return 0;
}
