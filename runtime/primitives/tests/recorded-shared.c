/* Annotated variables that threads and processes race for, to be recorded: tests/verify-recording.c holds every version against every
 * other.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 4
 * expect: objects shared 3
 * expect: finding lost-update occurred -
 * expect: says raced for
 */
#include "check.h"
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { THREADS = 3, PROCESSES = 3, ROUNDS = 3000 };
static struct hd_shared raced, sum = HD_SHARED_INIT(0);

static void race(void *unused) {
  for (int i = 0; i < ROUNDS; i++) {
    int64_t seen = hd_shared_read(&raced);
    if (i % 50 == 0) usleep(100);
    hd_shared_write(&raced, seen + 1);
    hd_shared_update(&sum, 1);
  }
}

int main(void) {
  struct hd_thread threads[THREADS];
  struct hd_shared *across = mmap(NULL, sizeof *across, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(across != MAP_FAILED);
  hd_shared_init(&raced, 0, "raced for");
  hd_shared_init(across, 0, "across");
  for (int i = 0; i < PROCESSES; i++) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child) continue;
    for (int k = 0; k < ROUNDS; k++) hd_shared_update(across, 1);
    _exit(0);
  }
  for (int i = 0; i < PROCESSES; i++) CHECK(wait(NULL) > 0);
  CHECK(hd_shared_read(across) == PROCESSES * ROUNDS);
  for (int i = 0; i < THREADS; i++) CHECK_OK(hd_thread_create(&threads[i], race, NULL, NULL));
  for (int i = 0; i < THREADS; i++) CHECK_OK(hd_thread_join(&threads[i]));
  CHECK(hd_shared_read(&sum) == THREADS * ROUNDS);
  CHECK(hd_shared_read(&raced) < THREADS * ROUNDS);
  return 0;
}
