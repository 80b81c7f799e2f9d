/* One number, two processes, with and without its lock.
 *
 * Two tills, each a process, count their customers in numbers that they share. One number has a lock, which each till holds from the
 * reading to the writing. The other has none: both may read the same count, and both write the same next one: a customer is lost.
 *
 * What to look at: below, the lane of with_lock, where the tills take turns, and its waits; and the accesses of without_lock, each with
 * the version that it read or made. The finding names two of them: one till overwrites what it has not seen.
 * What to try: hd_process_value_update_int64(&tally->without_lock, 1) reads, adds and writes in one step.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 3
 * expect: ended till-1 0
 * expect: ended till-2 0
 * expect: objects shared 2
 * expect: objects rlock 1
 * expect: state till-1 wait-lock 50 -
 * expect: finding lost-update occurred till-1,till-2
 * expect: finding contention occurred till-1,till-2
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define CUSTOMERS 15

static struct tally { struct hd_process_value with_lock, without_lock; } * tally;

/* Reads the count, serves the customer, writes the count. */
static void serve(struct hd_process_value *count) {
  int64_t customers;
  hd_process_value_get_int64(count, &customers);
  usleep(20000);
  hd_process_value_set_int64(count, customers + 1);
}

static int work(void *unused) {
  struct hd_process_rlock *lock = hd_process_value_lock(&tally->with_lock);
  for (int i = 0; i < CUSTOMERS; i++) {
    hd_process_rlock_acquire(lock);
    serve(&tally->with_lock);
    hd_process_rlock_release(lock);
    usleep(1000);
  }
  for (int i = 0; i < CUSTOMERS; i++) {
    serve(&tally->without_lock);
    usleep(1000);
  }
  return 0;
}

int main(void) {
  struct hd_process tills[2];
  int64_t with_lock, without_lock;
  tally = hd_process_memory_new(sizeof *tally);
  hd_process_value_init(&tally->with_lock, HD_PROCESS_INT64, true, "with_lock");
  hd_process_value_init(&tally->without_lock, HD_PROCESS_INT64, false, "without_lock");
  hd_process_create(&tills[0], work, NULL, "till-1");
  hd_process_create(&tills[1], work, NULL, "till-2");
  for (int i = 0; i < 2; i++) hd_process_join(&tills[i]);
  hd_process_value_get_int64(&tally->with_lock, &with_lock);
  hd_process_value_get_int64(&tally->without_lock, &without_lock);
  printf("%d customers; counted with the lock %d, without %d\n", 2 * CUSTOMERS, (int)with_lock, (int)without_lock);
  return with_lock != 2 * CUSTOMERS;
}
