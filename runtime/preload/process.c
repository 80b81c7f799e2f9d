/* Processes: fork, exec, spawn, wait and the ways to end.
 *
 * vfork is not wrapped: a wrapper would return in the child first and so destroy the frame that the parent returns to. Its
 * child shares the parent's memory, and is recognised by its pid where it must not act as the parent: in _exit. */
#include "preload.h"
#include <stdarg.h>
#include <string.h>

#define FORK(name)                                                                                                                         \
  HD_WRAP pid_t name(void) {                                                                                                               \
    struct hd_emit_fork emit_fork;                                                                                                         \
    hd_emit_fork_prepare(&emit_fork, HERE);                                                                                                \
    pid_t child = REAL(name)();                                                                                                            \
    if (child == 0) {                                                                                                                      \
      hd_emit_fork_in_child(&emit_fork);                                                                                                   \
      hd_thread_forked();                                                                                                                  \
    } else                                                                                                                                 \
      hd_emit_fork_in_parent(&emit_fork, child);                                                                                           \
    return child;                                                                                                                          \
  }
FORK(fork)
FORK(_Fork)

typedef int spawn_function(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
                           char *const[]);

static int spawn(spawn_function *function, pid_t *child, const char *program, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[], const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return function(child, program, actions, attributes, arguments, HD_ENVIRONMENT(environment));
  uint32_t site = hd_emit_site(emit, HD_OPERATION_PROCESS_SPAWN, return_address), stack = hd_emit_stack(emit);
  uint64_t now_ns = hd_emit_now();
  pid_t spawned = 0;
  int error = function(&spawned, program, actions, attributes, arguments, HD_ENVIRONMENT(environment));
  if (!error) hd_emit_process_spawn(emit, spawned, program, site, stack, now_ns);
  if (!error && child) *child = spawned;
  hd_emit_leave(emit);
  return error;
}

#define SPAWN(name)                                                                                                                        \
  HD_WRAP int name(pid_t *restrict child, const char *restrict program, const posix_spawn_file_actions_t *restrict actions,                \
                   const posix_spawnattr_t *restrict attributes, char *const arguments[restrict], char *const environment[restrict]) {     \
    if (!hd_emit_is_recording()) return REAL(name)(child, program, actions, attributes, arguments, environment);                           \
    return spawn(REAL(name), child, program, actions, attributes, arguments, environment, HERE);                                           \
  }
SPAWN(posix_spawn)
SPAWN(posix_spawnp)

/* Said before it happens; what can be seen to fail is not said. A name without a slash is searched for by the C library. */
static void will_exec(const char *program) {
  if (hd_emit_is_recording() && program && (!strchr(program, '/') || access(program, X_OK) == 0)) hd_emit_process_exec(program);
}

HD_WRAP int execve(const char *program, char *const arguments[], char *const environment[]) {
  will_exec(program);
  return REAL(execve)(program, arguments, HD_ENVIRONMENT(environment));
}

HD_WRAP int execv(const char *program, char *const arguments[]) {
  will_exec(program);
  return REAL(execve)(program, arguments, HD_ENVIRONMENT(environ));
}

HD_WRAP int execvpe(const char *program, char *const arguments[], char *const environment[]) {
  will_exec(program);
  return REAL(execvpe)(program, arguments, HD_ENVIRONMENT(environment));
}

HD_WRAP int execvp(const char *program, char *const arguments[]) {
  will_exec(program);
  return REAL(execvpe)(program, arguments, HD_ENVIRONMENT(environ));
}

HD_WRAP int fexecve(int descriptor, char *const arguments[], char *const environment[]) {
  if (hd_emit_is_recording()) hd_emit_process_exec("");
  return REAL(fexecve)(descriptor, arguments, HD_ENVIRONMENT(environment));
}

HD_WRAP int execveat(int directory, const char *program, char *const arguments[], char *const environment[], int flags) {
  if (hd_emit_is_recording()) hd_emit_process_exec(program);
  return REAL(execveat)(directory, program, arguments, HD_ENVIRONMENT(environment), flags);
}

/* The arguments of an execl function as a vector on the stack, since the caller may be a vfork child. `last` is where the list ends. */
#define COLLECT(vector, first, last)                                                                                                       \
  va_list last;                                                                                                                            \
  size_t count = 1;                                                                                                                        \
  va_start(last, first);                                                                                                                   \
  while (va_arg(last, char *)) count++;                                                                                                    \
  va_end(last);                                                                                                                            \
  char **vector = __builtin_alloca((count + 1) * sizeof *vector);                                                                          \
  vector[0] = (char *)first;                                                                                                               \
  va_start(last, first);                                                                                                                   \
  for (size_t i = 1; i <= count; i++) vector[i] = va_arg(last, char *)

HD_WRAP int execl(const char *program, const char *argument, ...) {
  COLLECT(arguments, argument, last);
  va_end(last);
  return execv(program, arguments);
}

HD_WRAP int execlp(const char *program, const char *argument, ...) {
  COLLECT(arguments, argument, last);
  va_end(last);
  return execvp(program, arguments);
}

HD_WRAP int execle(const char *program, const char *argument, ...) {
  COLLECT(arguments, argument, last);
  char **environment = va_arg(last, char **);
  va_end(last);
  return execve(program, arguments, environment);
}

static void begin_wait(struct hd_call *call, pid_t child, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  uint32_t site = hd_emit_site(emit, HD_OPERATION_PROCESS_WAIT, return_address);
  call->wait = (struct hd_emit_wait){.object = child > 0 ? (uint64_t)child : 0, .site = site, .descriptor = -1};
  hd_wait_begin(call, emit);
}

static void say_reaped(pid_t child, int status) {
  struct hd_emit *emit = WIFEXITED(status) || WIFSIGNALED(status) ? hd_emit_enter() : NULL;
  if (!emit) return;
  hd_emit_process_status(emit, child, status);
  hd_emit_leave(emit);
}

/* All but waitid are wait4 in the C library, too. */
static pid_t wait_for(pid_t child, int *status, int options, struct rusage *usage, const void *return_address) {
  if (!hd_emit_is_recording()) return REAL(wait4)(child, status, options, usage);
  int seen = 0;
  HD_CALL(call);
  if (!(options & WNOHANG)) begin_wait(&call, child, return_address);
  pid_t reaped = REAL(wait4)(child, &seen, options, usage);
  hd_call_end_errno(&call, reaped);
  if (reaped > 0) say_reaped(reaped, seen);
  if (reaped > 0 && status) *status = seen;
  return reaped;
}

HD_WRAP pid_t wait(int *status) { return wait_for(-1, status, 0, NULL, HERE); }
HD_WRAP pid_t wait3(int *status, int options, struct rusage *usage) { return wait_for(-1, status, options, usage, HERE); }
HD_WRAP pid_t wait4(pid_t child, int *status, int options, struct rusage *usage) { return wait_for(child, status, options, usage, HERE); }
HD_WRAP pid_t waitpid(pid_t child, int *status, int options) { return wait_for(child, status, options, NULL, HERE); }

HD_WRAP int waitid(idtype_t type, id_t id, siginfo_t *info, int options) {
  if (!hd_emit_is_recording()) return REAL(waitid)(type, id, info, options);
  siginfo_t own = {0}, *seen = info ? info : &own;
  HD_CALL(call);
  if (!(options & WNOHANG)) begin_wait(&call, type == P_PID ? (pid_t)id : 0, HERE);
  int result = REAL(waitid)(type, id, seen, options);
  hd_call_end_errno(&call, result);
  bool ended = result == 0 && seen->si_pid && !(options & WNOWAIT);
  if (ended && seen->si_code == CLD_EXITED) say_reaped(seen->si_pid, W_EXITCODE(seen->si_status, 0));
  if (ended && (seen->si_code == CLD_KILLED || seen->si_code == CLD_DUMPED)) say_reaped(seen->si_pid, W_EXITCODE(0, seen->si_status));
  return result;
}

/* These wait for a child of their own making. */
HD_BLOCKING(int, system, (const char *command), (command), begin_wait(&call, 0, HERE))
HD_WRAP int pclose(FILE *stream) {
  hd_descriptor_forget(fileno(stream));
  if (!hd_emit_is_recording()) return REAL(pclose)(stream);
  HD_CALL(call);
  begin_wait(&call, 0, HERE);
  int status = REAL(pclose)(stream);
  hd_call_end_errno(&call, status);
  return status;
}

static void will_end(int status) {
  if (hd_emit_is_recording() && getpid() == hd_process_id) hd_emit_process_end(status, HD_PROCESS_END_WAY_QUICK);
}

HD_WRAP void _exit(int status) {
  will_end(status);
  REAL(_exit)(status);
  __builtin_unreachable();
}
HD_ALIAS(_Exit, _exit);

HD_WRAP void quick_exit(int status) {
  will_end(status);
  REAL(quick_exit)(status);
  __builtin_unreachable();
}

/* exit and a return from main are told by an exit handler, which alone gets to know the status. It must run behind those that
 * the program registers, hence be registered before main begins, but before the libraries' destructors (LTTng's is among
 * them), for which a constructor would register it too early. So main is replaced by this. */
static int (*program_main)(int, char **, char **);

/* Other threads may run on while the libraries are being ended; what they would say then, LTTng would drop. */
static void exits(int status, void *unused) {
  if (!hd_emit_is_recording()) return;
  hd_emit_process_end(status, HD_PROCESS_END_WAY_RETURNED);
  __atomic_store_n(&hd_emit_recording, 0, __ATOMIC_RELAXED);
}

static int observed_main(int argc, char **argv, char **environment) {
  on_exit(exits, NULL);
  return program_main(argc, argv, environment);
}

HD_WRAP int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void),
                              void (*loader_fini)(void), void *stack_end) {
  program_main = program;
  return REAL(__libc_start_main)(hd_emit_is_recording() ? observed_main : program, argc, argv, init, fini, loader_fini, stack_end);
}
