#include "begin-test.h"
#include "check.h"
#include "shared-pair.h"
#include <sys/mman.h>
#include <sys/wait.h>

enum { THREADS = 4, ROUNDS = 20000 };

static struct hd_shared shared = HD_SHARED_INIT(5);

static void reads_writes_and_adds(void) {
  CHECK(hd_shared_read(&shared) == 5);
  hd_shared_write(&shared, -7);
  CHECK(hd_shared_read(&shared) == -7);
  CHECK(hd_shared_update(&shared, 10) == 3);
  CHECK(hd_shared_update(&shared, -4) == -1);
  CHECK(hd_shared_update(&shared, 0) == -1);
  hd_shared_write(&shared, INT64_MAX);
  CHECK(hd_shared_update(&shared, 1) == INT64_MIN); /* wraps around, defined */
  CHECK(hd_shared_update(&shared, -1) == INT64_MAX);
}

static void *add(void *unused) {
  for (int i = 0; i < ROUNDS; i++) hd_shared_update(&shared, 1);
  return unused;
}
static void updates_lose_nothing(void) {
  struct bunch bunch;
  hd_shared_init(&shared, 0, "sum");
  bunch_start(&bunch, THREADS, add, NULL);
  bunch_join(&bunch);
  CHECK(hd_shared_read(&shared) == THREADS * ROUNDS);
  hd_shared_destroy(&shared);
}

/* Read and write race, on purpose: updates may be lost, but nothing else happens. */
static void *read_and_write(void *unused) {
  for (int i = 0; i < ROUNDS; i++) hd_shared_write(&shared, hd_shared_read(&shared) + 1);
  return unused;
}
static void races_are_defined(void) {
  struct bunch bunch;
  hd_shared_init(&shared, 0, "raced for");
  bunch_start(&bunch, THREADS, read_and_write, NULL);
  bunch_join(&bunch);
  CHECK(hd_shared_read(&shared) >= 1 && hd_shared_read(&shared) <= THREADS * ROUNDS);
}

/* What was written before a write is seen after its read. */
static int message;
static void *write_message(void *unused) {
  message = 42;
  hd_shared_write(&shared, 1);
  return unused;
}
static void hands_over_memory(void) {
  struct bunch bunch;
  hd_shared_init(&shared, 0, NULL);
  bunch_start(&bunch, 1, write_message, NULL);
  UNTIL(hd_shared_read(&shared) == 1);
  CHECK(message == 42);
  bunch_join(&bunch);
}

/* What a recorded access does: nobody ever sees a value with another's version. */
static void *change_pairs(void *unused) {
  for (int i = 0; i < ROUNDS; i++) {
    struct hd_pair seen, next;
    do {
      seen = hd_pair_look(&shared);
      CHECK((uint64_t)seen.value == 3 * seen.version);
      next = (struct hd_pair){seen.value + 3, seen.version + 1};
    } while (!hd_pair_replace(&shared, seen, next));
  }
  return unused;
}
static void value_and_version_are_one(void) {
  struct bunch bunch;
  hd_shared_init(&shared, 3, "pairs");
  CHECK(hd_pair_look(&shared).version == 1);
  bunch_start(&bunch, THREADS, change_pairs, NULL);
  bunch_join(&bunch);
  CHECK(hd_pair_look(&shared).version == 1 + THREADS * ROUNDS);
}

static void works_between_processes(void) {
  struct hd_shared *sum = mmap(NULL, sizeof *sum, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(sum != MAP_FAILED);
  hd_shared_init(sum, 1, "between processes");
  pid_t children[3];
  for (int i = 0; i < 3; i++) {
    CHECK((children[i] = fork()) >= 0);
    if (children[i]) continue;
    for (int k = 0; k < ROUNDS; k++) hd_shared_update(sum, 2);
    _exit(0);
  }
  for (int i = 0; i < 3; i++) {
    int status;
    CHECK(waitpid(children[i], &status, 0) == children[i]);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  CHECK(hd_shared_read(sum) == 1 + 3 * 2 * ROUNDS);
  munmap(sum, sizeof *sum);
}

int main(void) {
  begin_test();
  reads_writes_and_adds();
  updates_lose_nothing();
  races_are_defined();
  hands_over_memory();
  value_and_version_are_one();
  works_between_processes();
  return 0;
}
