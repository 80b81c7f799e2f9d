#include "begin-test.h"
#include "check.h"
#include <sys/wait.h>

static void *value_of(int64_t number) { return (void *)(intptr_t)number; }

static struct hd_local local;
static void *find_none(void *unused) {
  CHECK(hd_local_get(&local) == NULL);
  CHECK_ERROR(hd_local_delete(&local), HD_ERROR_EMPTY);
  CHECK_OK(hd_local_set(&local, value_of(2)));
  CHECK(hd_local_get(&local) == value_of(2));
  return unused;
}

static void is_each_threads_own(void) {
  hd_local_init(&local, NULL, "own");
  CHECK(hd_local_get(&local) == NULL);
  CHECK_OK(hd_local_set(&local, value_of(1)));
  elsewhere(find_none, NULL);
  CHECK(hd_local_get(&local) == value_of(1));
  CHECK_OK(hd_local_set(&local, NULL));
  CHECK_ERROR(hd_local_delete(&local), HD_ERROR_EMPTY);
  hd_local_destroy(&local);
}

static int destroyed[64], destroyed_count;
static void note(void *value) { destroyed[destroyed_count++] = (int)(intptr_t)value; }
static void *set_seven(void *unused) {
  CHECK_OK(hd_local_set(&local, value_of(6)));
  CHECK_OK(hd_local_set(&local, value_of(7))); /* the one before is the caller's */
  return unused;
}
static void *set_and_delete(void *unused) {
  CHECK_OK(hd_local_set(&local, value_of(8)));
  CHECK_OK(hd_local_delete(&local));
  CHECK(destroyed_count == 1 && destroyed[0] == 8);
  CHECK(hd_local_get(&local) == NULL);
  return unused;
}

static void is_destroyed_with_its_thread(void) {
  hd_local_init(&local, note, "destroyed");
  destroyed_count = 0;
  elsewhere(set_seven, NULL);
  CHECK(destroyed_count == 1 && destroyed[0] == 7);
  destroyed_count = 0;
  elsewhere(set_and_delete, NULL);
  CHECK(destroyed_count == 1);
  hd_local_destroy(&local);
}

/* The same in threads of the runtime, however they end; and it is all over when they are joined. */
static void set_and_return(void *unused) { CHECK_OK(hd_local_set(&local, value_of(1))); }
static void set_and_exit(void *unused) {
  CHECK_OK(hd_local_set(&local, value_of(2)));
  pthread_exit(NULL);
}
static void know_itself_and_note(void *value) {
  struct hd_thread self;
  CHECK_OK(hd_thread_current(&self));
  CHECK(hd_thread_is_alive(&self));
  hd_thread_release(&self);
  note(value);
}
static void is_destroyed_before_the_end_is_seen(void) {
  static hd_thread_routine *const routines[] = {set_and_return, set_and_exit};
  hd_local_init(&local, know_itself_and_note, NULL);
  for (int i = 0; i < 2; i++) {
    struct hd_thread thread;
    destroyed_count = 0;
    CHECK_OK(hd_thread_create(&thread, routines[i], NULL, "with a local"));
    CHECK_OK(hd_thread_join(&thread));
    CHECK(destroyed_count == 1 && destroyed[0] == i + 1);
    hd_thread_release(&thread);
  }
  hd_local_destroy(&local);
}

static struct hd_local several[5];
static void *set_several(void *unused) {
  static const int order[] = {2, 0, 4, 1, 3};
  for (int i = 0; i < 5; i++) CHECK_OK(hd_local_set(&several[order[i]], value_of(order[i] + 1)));
  CHECK_OK(hd_local_set(&several[2], value_of(3))); /* its turn does not change */
  return unused;
}
static void the_last_set_goes_first(void) {
  static const int expected[] = {4, 2, 5, 1, 3};
  for (int i = 0; i < 5; i++) hd_local_init(&several[i], note, NULL);
  destroyed_count = 0;
  elsewhere(set_several, NULL);
  CHECK(destroyed_count == 5);
  for (int i = 0; i < 5; i++) CHECK(destroyed[i] == expected[i]);
  for (int i = 0; i < 5; i++) hd_local_destroy(&several[i]);
}

/* A destructor that sets again is called again, in a round of its own, but not for ever. */
static void note_and_set_again(void *value) {
  note(value);
  CHECK(hd_local_get(&local) == NULL);
  CHECK_OK(hd_local_set(&local, value_of((intptr_t)value + 1)));
}
static void note_and_set_another(void *value) {
  note(value);
  CHECK_OK(hd_local_set(&several[1], value_of(20)));
}
static void *set_one(void *argument) {
  CHECK_OK(hd_local_set((struct hd_local *)argument, value_of(10)));
  return NULL;
}
static void destructors_may_set(void) {
  destroyed_count = 0;
  hd_local_init(&local, note_and_set_again, "stubborn");
  elsewhere(set_one, &local);
  CHECK(destroyed_count == HD_LOCAL_ROUNDS);
  for (int i = 0; i < HD_LOCAL_ROUNDS; i++) CHECK(destroyed[i] == 10 + i);
  hd_local_destroy(&local);

  destroyed_count = 0;
  hd_local_init(&several[0], note_and_set_another, NULL);
  hd_local_init(&several[1], note, NULL);
  elsewhere(set_one, &several[0]);
  CHECK(destroyed_count == 2 && destroyed[0] == 10 && destroyed[1] == 20);
  hd_local_destroy(&several[0]);
  hd_local_destroy(&several[1]);
}

/* What a destroyed one left behind in a thread is nobody's, though another takes its place. */
static struct hd_event go, was_set;
static void *set_and_wait(void *unused) {
  CHECK_OK(hd_local_set(&local, value_of(5)));
  hd_event_set(&was_set);
  CHECK_OK(hd_event_wait(&go));
  CHECK(hd_local_get(&local) == NULL);
  return unused;
}
static void a_destroyed_one_leaves_nothing(void) {
  struct bunch bunch;
  destroyed_count = 0;
  hd_local_init(&local, note, "first");
  bunch_start(&bunch, 1, set_and_wait, NULL);
  CHECK_OK(hd_event_wait(&was_set));
  hd_local_destroy(&local);
  hd_local_init(&local, note, "second");
  CHECK_OK(hd_local_set(&local, value_of(6)));
  hd_event_set(&go);
  bunch_join(&bunch);
  CHECK(destroyed_count == 0);
  CHECK(hd_local_get(&local) == value_of(6));
  hd_local_destroy(&local);
}

/* More than POSIX would give keys, coming and going; static ones, first set by many threads at once. */
enum { MANY = 3000 };
static void there_may_be_many(void) {
  static struct hd_local many[MANY];
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < MANY; i++) hd_local_init(&many[i], NULL, NULL);
    for (int i = 0; i < MANY; i++) CHECK_OK(hd_local_set(&many[i], value_of(i + 1)));
    for (int i = 0; i < MANY; i++) CHECK(hd_local_get(&many[i]) == value_of(i + 1));
    for (int i = 0; i < MANY; i++) hd_local_destroy(&many[i]);
  }
}
static struct hd_local buffer = HD_LOCAL_INIT(free);
static void *use_buffer(void *unused) {
  int *mine = hd_local_get(&buffer);
  CHECK(!mine);
  CHECK((mine = calloc(1, sizeof *mine)));
  CHECK_OK(hd_local_set(&buffer, mine));
  for (int i = 0; i < 1000; i++) ++*(int *)hd_local_get(&buffer);
  CHECK(*mine == 1000);
  return unused;
}
static void works_when_only_declared(void) {
  struct bunch bunch;
  bunch_start(&bunch, 8, use_buffer, NULL);
  bunch_join(&bunch);
  hd_local_destroy(&buffer);
}

static void a_forked_child_keeps_its_forkers(void) {
  hd_local_init(&local, note, NULL);
  CHECK_OK(hd_local_set(&local, value_of(9)));
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    CHECK(hd_local_get(&local) == value_of(9));
    elsewhere(find_none, NULL);
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  hd_local_destroy(&local);
}

int main(void) {
  begin_test();
  is_each_threads_own();
  is_destroyed_with_its_thread();
  is_destroyed_before_the_end_is_seen();
  the_last_set_goes_first();
  destructors_may_set();
  a_destroyed_one_leaves_nothing();
  there_may_be_many();
  works_when_only_declared();
  a_forked_child_keeps_its_forkers();
  return 0;
}
