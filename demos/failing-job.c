/* A job that fails, and callbacks.
 *
 * Four files are unpacked by two workers; the third is damaged, and its job fails with an error number of its own. Nobody waits: each
 * future has a callback, which the worker calls when the job is done. For the damaged one it submits another job, a repair.
 *
 * What to look at: main sleeps all the time. The third job ends with an error; a fifth one is submitted by the worker that ran it, right
 * after its end, and not by main.
 * What to try: let the repair fail, too, and see that somebody must give up at last.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 3
 * expect: objects executor 1
 * expect: state main wait-future - 50
 * expect: nofinding stuck
 */
#include <errno.h>
#include <heddle/heddle.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct hd_executor executor;

struct file {
  int number;
  bool damaged;
};

static int unpack(const void *argument, void *result) {
  const struct file *file = argument;
  usleep(150000);
  return file->damaged ? EIO : 0;
}
static int repair(const void *argument, void *result) {
  usleep(250000);
  return 0;
}

static void unpacked(struct hd_future *future, void *file) {
  int error;
  hd_future_error(future, &error, 0);
  if (!error) return;
  fprintf(stderr, "file %d: %s; it will be repaired\n", ((struct file *)file)->number, strerror(error));
  hd_executor_submit(&executor, repair, file, sizeof(struct file), 0, NULL);
}

int main(void) {
  static struct file files[4] = {{1, false}, {2, false}, {3, true}, {4, false}};
  hd_executor_init_threads(&executor, 2, "unpacker");
  for (int i = 0; i < 4; i++) {
    struct hd_future future;
    hd_executor_submit(&executor, unpack, &files[i], sizeof files[i], 0, &future);
    hd_future_add_callback(&future, unpacked, &files[i]);
    hd_future_release(&future);
  }
  usleep(800000);
  hd_executor_shutdown(&executor, true, false);
  hd_executor_release(&executor);
  return 0;
}
