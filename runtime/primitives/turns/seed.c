/* How a seeded run begins: in the first process, and in its children. */
#include "seed.h"
#include "current.h"
#include "seed-schedule.h"
#include "trace.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define schedule hd_seed_schedule
int hd_seed_on;
struct hd_seed_actor hd_seed_first_place;

static struct hd_seed_report unasked; /* where nobody wants to know */
static pthread_key_t main_ends;       /* a first thread may leave by pthread_exit, and the others go on */

/* The report's file, when somebody asks for it; our own otherwise. In silence: the same is recorded whether there is one or not. */
static struct hd_seed_report *open_report(void) {
  const char *path = getenv("HEDDLE_SEED_REPORT");
  hd_emit_mute();
  int descriptor = path ? open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
  struct stat status;
  void *map = MAP_FAILED;
  if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && (size_t)status.st_size == HD_SEED_REPORT_BYTES)
    map = mmap(NULL, HD_SEED_REPORT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (descriptor >= 0) close(descriptor);
  hd_emit_unmute();
  return map == MAP_FAILED ? &unasked : map;
}

/* The calling thread is the only one, and has the turn. */
static void begin_schedule(struct hd_seed_actor *self, uint64_t random) {
  *self = (struct hd_seed_actor){0};
  hd_seed_choice_begin(&schedule.choice, random);
  hd_seed_add(self);
  self->thread_id = hd_current_thread_id();
  self->state = HD_SEED_RUNNING;
  schedule.current = hd_seed_self = self;
  pthread_setspecific(main_ends, self);
  schedule.is_first = __atomic_add_fetch(&schedule.report->process_count, 1, __ATOMIC_RELAXED) == 1;
}

static void end_first_thread(void *unused) {
  (void)unused;
  hd_seed_end();
}

/* A child has a schedule of its own, with one thread. What its parent's was is nothing to it, not even whole perhaps. */
static void before_fork(void) { __atomic_add_fetch(&schedule.child_count, 1, __ATOMIC_RELAXED); }
static void after_fork_in_child(void) {
  uint64_t random = hd_seed_mix((uint64_t)schedule.seed ^ (uint64_t)schedule.child_count << 32);
  schedule = (struct hd_seed_schedule){.seed = schedule.seed, .clock_ns = schedule.clock_ns, .report = schedule.report};
  hd_current.thread_id = 0;
  begin_schedule(hd_seed_self ? hd_seed_self : &hd_seed_first_place, random);
}

static void refuse(const char *text) {
  char sentence[256];
  snprintf(sentence, sizeof sentence, "HEDDLE_SEED is '%.100s', and must be a number from 0 to %lld: the program runs unseeded", text,
           (long long)INT64_MAX);
  fprintf(stderr, "heddle: %s\n", sentence);
  struct hd_emit *emit = hd_emit_is_recording() ? hd_emit_enter() : NULL;
  if (!emit) return;
  hd_emit_unobserved(HD_UNOBSERVED_WHAT_OTHER, 1, sentence);
  hd_emit_leave(emit);
}

__attribute__((constructor)) static void start(void) {
  const char *text = getenv("HEDDLE_SEED");
  if (!text) return;
  if (!hd_seed_parse(text, &schedule.seed)) {
    refuse(text);
    return;
  }
  if (pthread_key_create(&main_ends, end_first_thread) != 0) return;
  schedule.report = open_report();
  schedule.clock_ns = hd_real_clock_ns();
  begin_schedule(&hd_seed_first_place, (uint64_t)schedule.seed);
  pthread_atfork(before_fork, NULL, after_fork_in_child);
  hd_seed_on = 1;
}
