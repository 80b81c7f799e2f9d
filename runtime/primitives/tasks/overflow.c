/* The overflow of a coroutine's stack: one line says whose, then the process dies of it as it would.
 *
 * Whoever runs on a stack that is full cannot run a signal handler there: so each thread that has coroutines gets an alternate stack,
 * unless it has one. The handler comes with the first coroutine; what is no overflow of a coroutine it leaves to the handler that was there
 * before, or to the default action. */
#include "task-core.h"
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HANDLER_STACK_BYTES ((size_t)64 << 10)

static struct sigaction previous;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t handler_stack_key;
static __thread bool prepared;

static void append(char *line, size_t capacity, const char *text) {
  size_t length = strlen(line);
  for (; *text && length + 1 < capacity; text++) line[length++] = *text;
  line[length] = '\0';
}

static void append_number(char *line, size_t capacity, size_t number) {
  char digits[24];
  char *at = digits + sizeof digits;
  *--at = '\0';
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  append(line, capacity, at);
}

/* Also in a signal handler: no stdio. A fault in here kills at once, as the signal is blocked. */
static void say(const struct hd_coroutine *coroutine) {
  char line[512] = "heddle: the stack of task '";
  if (coroutine->name) {
    append(line, 300, coroutine->name);
  } else {
    append(line, sizeof line, "Task-");
    append_number(line, sizeof line, coroutine->number);
  }
  append(line, sizeof line, "' (");
  append_number(line, sizeof line, coroutine->stack.bytes >> 10);
  append(line, sizeof line, " KiB) overflowed: it calls too deep, or needs a larger stack_bytes\n");
  ssize_t written = write(STDERR_FILENO, line, strlen(line));
  (void)written;
  const struct hd_task_state *task = hd_task_running();
  if (task && task->reference) hd_task_refuse(task->reference, HD_OPERATION_TASK_STEP, task->at, HD_ERROR_STACK_OVERFLOW);
}

/* The action that was there before us decides. */
static void hand_on(int signal, siginfo_t *info, void *context) {
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal, info, context);
    return;
  }
  if (previous.sa_handler == SIG_IGN && info->si_code <= 0) return; /* somebody sent it */
  if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
    return;
  }
  struct sigaction deadly = {.sa_handler = SIG_DFL};
  sigaction(signal, &deadly, NULL);
  /* A fault happens again on return, and kills there; a signal that was sent does not. */
  if (info->si_code <= 0) raise(signal);
}

static void handle(int signal, siginfo_t *info, void *context) {
  const struct hd_coroutine *coroutine = hd_coroutine_running;
  if (info->si_code > 0 && coroutine && hd_stack_guards(&coroutine->stack, info->si_addr)) say(coroutine);
  hand_on(signal, info, context);
}

_Noreturn void hd_overflow_die(const struct hd_coroutine *coroutine) {
  say(coroutine);
  struct sigaction deadly = {.sa_handler = SIG_DFL};
  sigaction(SIGSEGV, &deadly, NULL);
  raise(SIGSEGV);
  abort();
}

static void release_handler_stack(void *memory) {
  stack_t now, none = {.ss_flags = SS_DISABLE};
  if (sigaltstack(NULL, &now) == 0 && now.ss_sp == memory) sigaltstack(&none, NULL);
  munmap(memory, HANDLER_STACK_BYTES);
}

static void install(void) {
  pthread_key_create(&handler_stack_key, release_handler_stack);
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, NULL, &previous);
  sigaction(SIGSEGV, &action, NULL);
}

void hd_overflow_prepare(void) {
  if (__builtin_expect(prepared, 1)) return;
  prepared = true;
  hd_emit_mute();
  pthread_once(&once, install);
  hd_emit_unmute();
  stack_t now;
  if (sigaltstack(NULL, &now) != 0 || !(now.ss_flags & SS_DISABLE)) return;
  void *memory = mmap(NULL, HANDLER_STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t own = {.ss_sp = memory, .ss_size = HANDLER_STACK_BYTES};
  if (sigaltstack(&own, NULL) != 0)
    munmap(memory, HANDLER_STACK_BYTES);
  else
    pthread_setspecific(handler_stack_key, memory);
}
