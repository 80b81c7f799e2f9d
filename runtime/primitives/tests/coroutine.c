/* Coroutines: switches, stacks and their pool, the three guards; overflows in child processes. */
#include "coroutine.h"
#include "async.h"
#include <fenv.h>
#include <signal.h>
#include <sys/wait.h>

static struct hd_coroutine own, ping, pong;
static struct hd_stack_pool pool;

static void play(void *argument) {
  struct hd_coroutine *self = argument, *other = self == &ping ? &pong : &ping;
  double kept = self == &ping ? 1.5 : 2.5;
  for (int i = 0; i < 1000; i++) {
    kept += 1;
    hd_coroutine_switch(self, other);
  }
  CHECK(kept == (self == &ping ? 1001.5 : 1002.5));
  note(self->name);
  if (self == &ping) hd_coroutine_switch(self, other);
  hd_coroutine_leave(self, &own);
}

/* From one to the other without the thread's own stack between. */
static void symmetric(void) {
  hd_stack_pool_begin(&pool, 0);
  ping.name = "ping";
  pong.name = "pong";
  CHECK_OK(hd_coroutine_begin(&ping, &pool, 0, play, &ping));
  CHECK_OK(hd_coroutine_begin(&pong, &pool, 0, play, &pong));
  hd_coroutine_switch(&own, &ping);
  CHECK_HAPPENED("ping pong");
  hd_coroutine_switch(&own, &ping);
  hd_coroutine_end(&ping, &pool);
  hd_coroutine_end(&ping, &pool); /* it has none any more */
  hd_coroutine_end(&pong, &pool);
  hd_stack_pool_end(&pool);
}

static void round_up(void *argument) {
  CHECK(fegetround() == FE_TONEAREST);
  fesetround(FE_UPWARD);
  hd_coroutine_switch(&ping, &own);
  CHECK(fegetround() == FE_UPWARD);
  hd_coroutine_leave(&ping, &own);
}

/* The control words of floating point belong to who set them. */
static void rounding(void) {
  hd_stack_pool_begin(&pool, 0);
  CHECK_OK(hd_coroutine_begin(&ping, &pool, 0, round_up, NULL));
  hd_coroutine_switch(&own, &ping);
  CHECK(fegetround() == FE_TONEAREST);
  hd_coroutine_switch(&own, &ping);
  CHECK(fegetround() == FE_TONEAREST);
  hd_coroutine_end(&ping, &pool);
  hd_stack_pool_end(&pool);
}

static void fill(void *argument) {
  unsigned char memory[8000];
  memset(memory, 1, sizeof memory);
  __asm__ volatile("" : : "r"(memory) : "memory");
  hd_coroutine_leave(&ping, &own);
}

static void use(struct hd_stack *stack, int value) {
  memset(stack->base, value, stack->bytes);
  CHECK(((uintptr_t)stack->base & 4095) == 0);
}

/* Free stacks are used again, the last given first; a great many more than are kept warm, too. */
static void pooled(void) {
  enum { COUNT = 1500 };
  static struct hd_stack stacks[COUNT];
  hd_stack_pool_begin(&pool, HD_STACK_BYTES_MIN);
  for (int turn = 0; turn < 2; turn++) {
    for (int i = 0; i < COUNT; i++) {
      CHECK_OK(hd_stack_take(&pool, 0, &stacks[i]));
      CHECK(stacks[i].bytes >= HD_STACK_BYTES_MIN);
      if (i % 10 == 0) use(&stacks[i], i);
    }
    CHECK(pool.warm_count + pool.cold_count == 0 && pool.capacity >= COUNT);
    for (int i = 0; i < COUNT; i += 10)
      CHECK(stacks[i].base[0] == (unsigned char)i && stacks[i].base[stacks[i].bytes - 1] == (unsigned char)i);
    for (int i = 0; i < COUNT; i++) hd_stack_give(&pool, &stacks[i]);
    CHECK(pool.warm_count + pool.cold_count == COUNT && pool.cold_count);
  }
  unsigned char *bases[2];
  for (int i = 0; i < 2; i++) {
    CHECK_OK(hd_stack_take(&pool, 0, &stacks[0]));
    bases[i] = stacks[0].base;
    hd_stack_give(&pool, &stacks[0]);
  }
  CHECK(bases[0] == bases[1]);
  struct hd_stack large;
  CHECK_OK(hd_stack_take(&pool, 1 << 20, &large));
  CHECK(large.bytes >= 1 << 20 && large.alone);
  use(&large, 5);
  hd_stack_give(&pool, &large);
  CHECK(!large.base);
  CHECK_ERROR(hd_stack_take(&pool, (size_t)1 << 60, &large), HD_ERROR_NO_MEMORY);
  for (int i = 0; i < 100; i++) {
    CHECK_OK(hd_coroutine_begin(&ping, &pool, 64 << 10, fill, NULL));
    hd_coroutine_switch(&own, &ping);
    hd_coroutine_end(&ping, &pool);
  }
  hd_stack_pool_end(&pool);
}

static int sink;
/* Until a frame lies below. */
static int __attribute__((noinline)) recurse(const unsigned char *below) {
  volatile unsigned char frame[256];
  frame[0] = 1;
  if ((uintptr_t)frame > (uintptr_t)below) sink += recurse(below);
  return sink + frame[0];
}

enum fault { OVERFLOWS, OVERFLOWS_NAMELESS, OTHER_FAULT, SENT };

static volatile int *volatile nowhere = (volatile int *)64;

static int faulty(void *argument, void *result) {
  enum fault fault = *(enum fault *)argument;
  CHECK_OK(hd_task_sleep(0));
  if (fault == OTHER_FAULT) *nowhere = 1;
  if (fault == SENT) raise(SIGSEGV);
  const struct hd_stack *stack = &hd_coroutine_running->stack;
  /* Words alone do not stop who goes far beyond them. */
  recurse(stack->guard == HD_GUARD_WORDS ? stack->base - 1000 : NULL);
  CHECK_OK(hd_task_sleep(0));
  return 0;
}

struct way {
  enum fault fault;
  enum hd_stack_guard guard;
  bool handled; /* the program has a handler of its own */
};

static void own_handler(int signal) {
  static const char said[] = "own handler\n";
  _exit(write(STDERR_FILENO, said, sizeof said - 1) > 0 ? 77 : 78);
}

static void die(const struct way *way) {
  if (way->handled) signal(SIGSEGV, own_handler);
  hd_stack_guard_at_most(way->guard);
  struct hd_loop_options options = {.task_name = way->fault == OVERFLOWS_NAMELESS ? NULL : "deep"};
  enum fault fault = way->fault;
  hd_loop_run(faulty, &fault, NULL, 0, &options);
  _exit(99);
}

/* What a child that did it said, and how it ended. */
static int child_status(struct way way, char *said, size_t bytes) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  pid_t pid = fork();
  if (pid == 0) {
    CHECK(dup2(ends[1], STDERR_FILENO) >= 0);
    die(&way);
  }
  close(ends[1]);
  size_t length = 0;
  for (ssize_t got; length + 1 < bytes && (got = read(ends[0], said + length, bytes - 1 - length)) > 0;) length += (size_t)got;
  said[length] = '\0';
  close(ends[0]);
  int status;
  CHECK(waitpid(pid, &status, 0) == pid);
  return status;
}

/* first: no coroutine was there before, so that a child's own handler comes before ours. */
static void overflows(bool first) {
  static char said[1 << 16];
  bool sanitized = false;
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
  sanitized = true; /* the sanitizer's own handler has the last word */
#endif
  for (enum hd_stack_guard guard = HD_GUARD_PAGES; guard <= HD_GUARD_WORDS; guard++) {
    if (sanitized && guard == HD_GUARD_WORDS) continue; /* what lies there is the sanitizer's, too */
    int status = child_status((struct way){OVERFLOWS, guard, false}, said, sizeof said);
    CHECK(strstr(said, "heddle: the stack of task 'deep' ("));
    CHECK(strstr(said, " KiB) overflowed: "));
    CHECK(sanitized || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV && !strstr(said, "\n\n")));
    CHECK(sanitized || strchr(said, '\n') == said + strlen(said) - 1); /* one line */
    CHECK(!WIFEXITED(status) || WEXITSTATUS(status) != 99);
  }
  int status = child_status((struct way){OVERFLOWS_NAMELESS, HD_GUARD_PAGES, false}, said, sizeof said);
  CHECK(strstr(said, "task 'Task-1'"));
  for (enum fault fault = OTHER_FAULT; fault <= SENT; fault++) {
    status = child_status((struct way){fault, HD_GUARD_PAGES, false}, said, sizeof said);
    CHECK(sanitized || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV && !*said));
  }
  if (!first) return;
  status = child_status((struct way){OTHER_FAULT, HD_GUARD_PAGES, true}, said, sizeof said);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 77);
  CHECK(sanitized ? strstr(said, "own handler\n") != NULL : strcmp(said, "own handler\n") == 0); /* it may warn of makecontext */
  status = child_status((struct way){OVERFLOWS, HD_GUARD_PAGES, true}, said, sizeof said);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 77 && strstr(said, "'deep'") && strstr(said, "own handler\n"));
}

static int on_own_thread(void *argument, void *result) {
  overflows(false);
  return 0;
}

/* In other threads than the first, too. */
static void *in_thread(void *argument) {
  in_loop(on_own_thread, NULL);
  return NULL;
}

int main(void) {
  overflows(true);
  symmetric();
  rounding();
  pooled();
  for (enum hd_stack_guard guard = HD_GUARD_PROTECTED; guard <= HD_GUARD_WORDS; guard++) {
    hd_stack_guard_at_most(guard);
    pooled();
    symmetric();
  }
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
  elsewhere(in_thread, NULL);
#else
  (void)in_thread;
#endif
  return 0;
}
