/* The lock of a dead process.
 *
 * A clerk books money from one account to the other: under a lock, in two steps. Between the two he is killed. His lock is a process lock:
 * an auditor, who waits for it already, gets it together with the news that its holder has died, and finds two accounts that do not add up.
 * She repairs them, and everybody goes on. An ordinary lock in shared memory would be lost, and everybody would wait for ever.
 *
 * What to look at: the lane of ledger. The clerk's hold ends with the clerk, and the auditor's begins a little later: nobody
 * released the lock; the auditor found out.
 * What to try: let the auditor ignore the news, and see what the accounts say.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 4
 * expect: ended clerk -9
 * expect: ended auditor 0
 * expect: ended customer 0
 * expect: objects lock 1
 * expect: acquisitions ledger 3
 * expect: state auditor wait-lock 150 -
 * expect: finding held-by-exited occurred clerk,auditor
 * expect: finding contention occurred -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

static struct bank {
  struct hd_process_lock ledger;
  struct hd_process_event clerk_began;
  int savings, checking, total;
} * bank;

static int book(void *unused) {
  hd_process_lock_acquire(&bank->ledger);
  bank->savings -= 100;
  hd_process_event_set(&bank->clerk_began);
  usleep(10000000); /* he will not live to see the end of it */
  bank->checking += 100;
  hd_process_lock_release(&bank->ledger);
  return 0;
}

static int audit(void *unused) {
  hd_process_event_wait(&bank->clerk_began);
  if (hd_process_lock_acquire(&bank->ledger) == HD_ERROR_OWNER_DIED) {
    printf("the clerk is dead, and %d euros are missing\n", bank->total - bank->savings - bank->checking);
    bank->checking = bank->total - bank->savings;
  }
  usleep(200000);
  hd_process_lock_release(&bank->ledger);
  return 0;
}

static int ask(void *unused) {
  hd_process_event_wait(&bank->clerk_began);
  usleep(450000); /* the auditor is at it by now */
  hd_process_lock_acquire(&bank->ledger);
  int sum = bank->savings + bank->checking;
  hd_process_lock_release(&bank->ledger);
  return sum != bank->total;
}

int main(void) {
  struct hd_process clerk, auditor, customer;
  bank = hd_process_memory_new(sizeof *bank);
  bank->savings = 500;
  bank->total = 500;
  hd_process_lock_init(&bank->ledger, "ledger");
  hd_process_event_init(&bank->clerk_began, "clerk_began");
  hd_process_create(&clerk, book, NULL, "clerk");
  hd_process_create(&auditor, audit, NULL, "auditor");
  hd_process_event_wait(&bank->clerk_began);
  hd_process_create(&customer, ask, NULL, "customer");
  usleep(300000);
  hd_process_kill(&clerk);
  hd_process_join(&clerk);
  hd_process_join(&auditor);
  hd_process_join(&customer);
  return 0;
}
