/* How programs with processes end: this test runs itself once for each scenario, and holds what it wrote against what it must write. */
#include "process-check.h"
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

static void say(const char *word) { CHECK(write(STDOUT_FILENO, word, strlen(word)) == (ssize_t)strlen(word)); }
static void parents_handler(void) { say("[handler]"); }
static void own_handler(void) { say("[own]"); }
static int stay(void *unused) {
  for (;;) pause();
  return 0;
}
static int speak_late(void *word) {
  usleep(50000);
  say(word);
  return 0;
}
static struct hd_process start(hd_process_routine *routine, void *argument, bool daemon) {
  struct hd_process child;
  CHECK_OK(hd_process_init(&child, routine, argument, NULL));
  CHECK_OK(hd_process_set_daemon(&child, daemon));
  CHECK_OK(hd_process_start(&child));
  return child;
}

/* Started, and its handle given up. */
static void leave(hd_process_routine *routine, void *argument, bool daemon) {
  struct hd_process child = start(routine, argument, daemon);
  hd_process_release(&child);
}
/* Waits for it to end with this code. */
static void join(struct hd_process child, int code) {
  CHECK_OK(hd_process_join(&child));
  CHECK(exit_code(&child) == code);
  hd_process_release(&child);
}

/* At the exit of a program its daemons are terminated, the others waited for. */
static int leave_children(void) {
  atexit(parents_handler);
  leave(stay, NULL, true);
  leave(speak_late, "[late]", false);
  leave(speak_late, "[late]", false);
  return 0;
}

/* exit in a child runs its own handlers, and none of its parent's. */
static int call_exit(void *unused) {
  atexit(own_handler);
  exit(5);
}
static int exit_in_child(void) {
  atexit(parents_handler);
  join(start(call_exit, NULL, false), 5);
  return 0;
}

/* What the parent had buffered is written once, what the child buffers is not lost. */
static int print(void *unused) {
  printf("[child]");
  return 0;
}
static int buffer(void) {
  printf("[parent]");
  join(start(print, NULL, false), 0);
  return 0;
}

/* A child waits for its threads, but daemons; other threads of the parent do not exist in it. */
static void speak_later(void *word) { speak_late(word); }
static void stay_there(void *unused) { stay(NULL); }
static int start_threads(void *unused) {
  struct hd_thread speaker, daemon;
  CHECK(hd_thread_active_count() == 1);
  CHECK_OK(hd_thread_create(&speaker, speak_later, "[thread]", NULL));
  CHECK_OK(hd_thread_init(&daemon, stay_there, NULL, NULL));
  CHECK_OK(hd_thread_set_daemon(&daemon, true));
  CHECK_OK(hd_thread_start(&daemon));
  return 4;
}
static void start_among_threads(void *unused) { join(start(start_threads, NULL, false), 4); }
__attribute__((unused)) static int among_threads(void) {
  struct hd_thread threads[4];
  for (int i = 0; i < 4; i++) CHECK_OK(hd_thread_create(&threads[i], start_among_threads, NULL, NULL));
  for (int i = 0; i < 4; i++) {
    CHECK_OK(hd_thread_join(&threads[i]));
    hd_thread_release(&threads[i]);
  }
  return 0;
}

/* A daemon thread that reads, and so has the stream's lock, does not keep its process alive. */
static void read_for_ever(void *unused) { getchar(); }
static int start_reader(void *unused) {
  struct hd_thread reader;
  int ends[2];
  CHECK(pipe(ends) == 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
  CHECK_OK(hd_thread_init(&reader, read_for_ever, NULL, NULL));
  CHECK_OK(hd_thread_set_daemon(&reader, true));
  CHECK_OK(hd_thread_start(&reader));
  hd_thread_release(&reader);
  while (ftrylockfile(stdin) == 0) {
    funlockfile(stdin);
    usleep(1000);
  }
  printf("[flushed]");
  return 0;
}
static int read_in_daemon(void) {
  join(start(start_reader, NULL, false), 0);
  return 0;
}

/* A thread that outlives main may start children. */
static uint32_t *first_spoke;
static int speak_first(void *unused) {
  speak_late("[first]");
  STORE(*first_spoke, 1);
  return 0;
}
static void start_late(void *unused) {
  UNTIL(LOAD(*first_spoke));
  leave(speak_late, "[late]", false);
}
static int leave_thread(void) {
  struct hd_thread thread;
  first_spoke = hd_process_memory_new(sizeof *first_spoke);
  leave(speak_first, NULL, false);
  CHECK_OK(hd_thread_create(&thread, start_late, NULL, NULL));
  hd_thread_release(&thread);
  return 0;
}

/* A child waits for its children, and terminates its daemons, whatever way it ends by. */
static int have_children(void *unused) {
  leave(stay, NULL, true);
  leave(speak_late, "[grandchild]", false);
  return 6;
}
static int grandchildren(void) {
  join(start(have_children, NULL, false), 6);
  say("[joined]");
  return 0;
}

/* A fork of the program's own is none of ours: it waits for nobody else's children, and runs the handlers it has. */
static int own_fork(void) {
  struct hd_process child = start(speak_late, "[child]", false);
  atexit(parents_handler);
  pid_t fork_of_ours = fork();
  if (fork_of_ours == 0) {
    struct hd_process self;
    CHECK_ERROR(hd_process_join(&child), HD_ERROR_NOT_CHILD);
    CHECK_ERROR(hd_process_current(&self), HD_ERROR_INVALID);
    hd_process_release(&child);
    return 0;
  }
  CHECK(waitpid(fork_of_ours, NULL, 0) == fork_of_ours);
  join(child, 0);
  return 0;
}

/* The whole group is killed, with locks held in shared memory: which has no name anywhere, so nothing of it is left. */
static bool has_named_memory(void) {
  FILE *maps = fopen("/proc/self/maps", "r");
  char line[1024];
  bool has = false;
  CHECK(maps);
  while (fgets(line, sizeof line, maps)) {
    char protection[8] = "", path[512] = "";
    if (sscanf(line, "%*s %7s %*s %*s %*s %511[^\n]", protection, path) == 2 && strchr(protection, 's')) has |= access(path, F_OK) == 0;
  }
  fclose(maps);
  return has;
}
static int hold_for_ever(void *lock) {
  CHECK_OK(hd_process_lock_acquire(lock));
  return stay(NULL);
}
static int kill_group(void) {
  setpgid(0, 0);
  struct hd_process_lock *locks = hd_process_memory_new(3 * sizeof *locks);
  for (int i = 0; i < 3; i++) {
    hd_process_lock_init(&locks[i], NULL);
    leave(hold_for_ever, &locks[i], false);
    UNTIL(hd_process_lock_is_held(&locks[i]));
  }
  say(has_named_memory() ? "[named]" : "[nothing]");
  kill(0, SIGKILL);
  return 0;
}

static const struct scenario {
  const char *name;
  int (*run)(void);
  const char *must_write;
  int must_status; /* of wait */
} scenarios[] = {
    {"leave-children", leave_children, "[late][late][handler]", 0},
    {"exit-in-child", exit_in_child, "[own][handler]", 0},
    {"buffer", buffer, "[parent][child]", 0},
#if !defined __SANITIZE_THREAD__ && !defined __SANITIZE_ADDRESS__ /* which cannot bear the fork of one of several threads */
    {"among-threads", among_threads, "[thread][thread][thread][thread]", 0},
#endif
    {"read-in-daemon", read_in_daemon, "[flushed]", 0},
    {"leave-thread", leave_thread, "[first][late]", 0},
    {"grandchildren", grandchildren, "[grandchild][joined]", 0},
    {"own-fork", own_fork, "[handler][child][handler]", 0},
    {"kill-group", kill_group, "[nothing]", SIGKILL},
};
#define SCENARIO_COUNT (sizeof scenarios / sizeof *scenarios)

/* All that holds the pipe's other end must have ended before the reading does: nobody was left behind. */
static void check(const struct scenario *scenario) {
  int ends[2], status;
  char seen[256] = "";
  CHECK(pipe(ends) == 0);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl("/proc/self/exe", "process-exit", scenario->name, NULL);
    _exit(99);
  }
  close(ends[1]);
  for (size_t length = 0;;) {
    ssize_t got = read(ends[0], seen + length, sizeof seen - 1 - length);
    if (got <= 0) break;
    length += (size_t)got;
  }
  close(ends[0]);
  CHECK(waitpid(pid, &status, 0) == pid);
  if (strcmp(seen, scenario->must_write) == 0 && status == scenario->must_status) return;
  fprintf(stderr, "%s: wrote %s, not %s; status %#x\n", scenario->name, seen, scenario->must_write, (unsigned)status);
  abort();
}

int main(int count, char **arguments) {
  if (count == 1) begin_test();
  for (size_t i = 0; i < SCENARIO_COUNT; i++) {
    if (count == 1)
      check(&scenarios[i]);
    else if (strcmp(arguments[1], scenarios[i].name) == 0)
      return scenarios[i].run();
  }
  return count == 1 ? 0 : 98;
}
