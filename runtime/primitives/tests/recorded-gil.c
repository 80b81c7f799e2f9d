/* The interpreter lock, to be recorded: a lock that is held by who waits for it, a program's own blocking call, a thread that enrolls, a
 * fork, and misuse.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 2
 * expect: actors thread 6
 * expect: objects gil 2
 * expect: objects lock 1
 * expect: acquisitions till 2
 * expect: state busy wait-gil 2 -
 * expect: state patient wait-lock 40 -
 * expect: state patient wait-gil 100 -
 * expect: state guest wait-gil 30 -
 * expect: misuse -1003 0
 * expect: misuse -1005 1
 * expect: misuse -1009 1
 * expect: misuse -1035 1
 * expect: misuse -1036 1
 * expect: misuse -1037 1
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: finding gil-serialization occurred -
 */
#include "check.h"
#include <sys/wait.h>

static struct hd_lock till;
static int stage;

/* Computes until so many milliseconds are over, without a check: nobody else runs meanwhile. */
static void compute(int milliseconds) {
  for (int64_t until_ns = now_ns() + milliseconds * HD_MILLISECOND_NS; now_ns() < until_ns;) {}
}

static void wait_for_till(void *unused) {
  CHECK_OK(hd_lock_acquire(&till));
  STORE(stage, 1);
  CHECK_OK(hd_lock_release(&till));
}

/* Not the runtime's: it waits in a call of its own, and without the interpreter lock. */
static void *visit(void *unused) {
  pthread_setname_np(pthread_self(), "guest");
  CHECK_OK(hd_gil_enroll());
  CHECK_OK(hd_gil_release());
  STORE(stage, 2);
  usleep(20000);
  CHECK_OK(hd_gil_acquire());
  return unused;
}

static void ask_often(void *unused) {
  for (int i = 0; i < 20; i++) {
    compute(2);
    hd_gil_check();
  }
}

static void refuse(void) {
  CHECK_ERROR(hd_gil_enable(0), HD_ERROR_STARTED);
  CHECK_ERROR(hd_gil_acquire(), HD_ERROR_HELD);
  CHECK_ERROR(hd_gil_enroll(), HD_ERROR_ENROLLED);
  CHECK_OK(hd_gil_withdraw());
  CHECK_ERROR(hd_gil_acquire(), HD_ERROR_NOT_ENROLLED);
  CHECK_OK(hd_gil_enroll());
  CHECK_OK(hd_gil_release());
  CHECK_ERROR(hd_gil_release(), HD_ERROR_NOT_OWNER);
  CHECK_OK(hd_gil_acquire());
}

int main(void) {
  struct hd_thread patient, busy, other;
  pthread_t guest;
  hd_lock_init(&till, "till");
  CHECK_OK(hd_gil_enable(0));
  CHECK_OK(hd_lock_acquire(&till));
  CHECK_OK(hd_thread_create(&patient, wait_for_till, NULL, "patient"));
  hd_thread_sleep(100 * HD_MILLISECOND_NS);
  CHECK_OK(hd_lock_release(&till));
  compute(200); /* patient has the lock, and may not run */
  CHECK(!LOAD(stage));
  CHECK_OK(hd_thread_join(&patient));

  CHECK(pthread_create(&guest, NULL, visit, NULL) == 0);
  while (LOAD(stage) < 2) hd_thread_sleep(HD_MILLISECOND_NS);
  compute(150);
  CHECK_OK(hd_gil_release());
  CHECK(pthread_join(guest, NULL) == 0);
  CHECK_OK(hd_gil_acquire());

  CHECK_OK(hd_thread_create(&busy, ask_often, NULL, "busy"));
  CHECK_OK(hd_thread_create(&other, ask_often, NULL, "other"));
  CHECK_OK(hd_thread_join(&busy));
  CHECK_OK(hd_thread_join(&other));

  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    CHECK(hd_gil_is_held());
    hd_thread_sleep(HD_MILLISECOND_NS);
    CHECK(hd_gil_is_held());
    exit(0);
  }
  CHECK(waitpid(child, NULL, 0) == child);
  refuse();
  return 0;
}
