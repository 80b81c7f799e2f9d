#include "tasks.h"

static struct hd_task_group group;

static int work(void *turn_count, void *result) {
  for (intptr_t i = (intptr_t)turn_count; i; i--) {
    int slept = hd_task_sleep(0);
    if (slept != HD_OK) {
      note('x');
      return slept;
    }
  }
  note('w');
  *(intptr_t *)result = 42;
  return 0;
}
static int fail(void *error, void *nothing) {
  turns(2);
  note('f');
  return (int)(intptr_t)error;
}
static int clean_up(void *unused, void *nothing) { /* and take some time for it */
  int result = hd_task_sleep(LONG_NS);
  note('(');
  for (int i = 0; i < 3; i++) hd_task_sleep(0);
  note(')');
  return result;
}
static int fail_when_cancelled(void *error, void *nothing) {
  return hd_task_sleep(LONG_NS) == HD_ERROR_CANCELLED ? (int)(intptr_t)error : 1;
}
static struct hd_task member(hd_task_routine *routine, intptr_t argument) {
  struct hd_task task;
  CHECK_OK(hd_task_group_spawn(&group, &task, routine, (void *)argument, 0, sizeof(intptr_t), NULL));
  return task;
}
static void lone_member(hd_task_routine *routine, intptr_t argument) {
  struct hd_task task = member(routine, argument);
  hd_task_release(&task);
}
static uint32_t requests(void) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  uint32_t count = hd_task_cancelling(&self);
  hd_task_release(&self);
  return count;
}

static int waits_for_all(void *unused, void *nothing) {
  intptr_t value = 0;
  CHECK_OK(hd_task_group_begin(&group, "group"));
  CHECK_OK(hd_task_group_end(&group, HD_OK)); /* an empty one */
  CHECK_OK(hd_task_group_begin(&group, NULL));
  struct hd_task task = member(work, 5);
  lone_member(work, 0);
  lone_member(work, 9);
  CHECK_OK(hd_task_group_end(&group, HD_OK));
  CHECK_HAPPENED("www");
  CHECK_OK(hd_task_result(&task, &value));
  CHECK(value == 42 && group.error_count == 0);
  hd_task_release(&task);
  CHECK_OK(hd_task_group_begin(&group, NULL)); /* some are over before the end, and their places are used again */
  for (int i = 0; i < 50; i++) {
    lone_member(work, i % 3);
    turns(i % 4);
  }
  CHECK_OK(hd_task_group_end(&group, HD_OK));
  forget();
  return 0;
}

/* One fails while the parent waits at the end: the others are cancelled, and all are awaited. */
static int an_error_cancels_the_others(void *unused, void *nothing) {
  CHECK_OK(hd_task_group_begin(&group, NULL));
  lone_member(work, 1000);
  lone_member(clean_up, 0);
  lone_member(fail, 13);
  lone_member(work, 1000);
  CHECK_ERROR(hd_task_group_end(&group, HD_OK), HD_ERROR_JOB_FAILED);
  CHECK(happened[0] == 'f' && strchr(happened, ')') && strlen(happened) == 5 && !strchr(happened, 'w'));
  CHECK(group.error_count == 1 && group.errors[0] == 13);
  CHECK(requests() == 0);
  turn();
  forget();
  return 0;
}

/* It fails while the parent is busy with something else: that is interrupted. */
static int an_error_interrupts_the_parent(void *unused, void *nothing) {
  CHECK_OK(hd_task_group_begin(&group, NULL));
  lone_member(fail, 13);
  lone_member(fail_when_cancelled, 14); /* errors of those that are cancelled are collected, too */
  int body = hd_task_sleep(LONG_NS);
  CHECK_ERROR(body, HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_task_group_spawn(&group, NULL, work, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_task_group_end(&group, body), HD_ERROR_JOB_FAILED);
  CHECK(group.error_count == 2 && group.errors[0] == 13 && group.errors[1] == 14);
  CHECK(requests() == 0);
  CHECK_HAPPENED("f");

  CHECK_OK(hd_task_group_begin(&group, NULL)); /* the parent did not come to an await: it hears of nothing */
  lone_member(fail, 15);
  struct hd_task late = member(work, 1000);
  while (!group.error_count) CHECK(hd_task_sleep(0) == HD_OK || group.error_count);
  hd_task_release(&late);
  CHECK_ERROR(hd_task_group_end(&group, HD_OK), HD_ERROR_JOB_FAILED);
  CHECK(requests() == 0);
  turn();
  forget();
  return 0;
}

/* The parent's own error cancels the members. */
static int an_error_of_the_body(void *unused, void *nothing) {
  CHECK_OK(hd_task_group_begin(&group, NULL));
  lone_member(clean_up, 0);
  turn();
  CHECK(hd_task_group_end(&group, 99) == 99);
  CHECK_HAPPENED("()");
  CHECK_OK(hd_task_group_begin(&group, NULL)); /* one of a member goes before it */
  lone_member(fail_when_cancelled, 14);
  turn();
  CHECK_ERROR(hd_task_group_end(&group, 99), HD_ERROR_JOB_FAILED);
  CHECK(group.error_count == 1 && group.errors[0] == 14);
  return 0;
}

/* A member that is cancelled by itself disturbs nobody. */
static int a_cancelled_member(void *unused, void *nothing) {
  CHECK_OK(hd_task_group_begin(&group, NULL));
  struct hd_task task = member(work, 1000);
  lone_member(work, 5);
  turn();
  CHECK_OK(hd_task_cancel(&task));
  hd_task_release(&task);
  CHECK_OK(hd_task_group_end(&group, HD_OK));
  CHECK_HAPPENED("xw");
  return 0;
}

static int cancels_by_hand(void *unused, void *nothing) {
  CHECK_OK(hd_task_group_begin(&group, NULL));
  lone_member(work, 1000);
  lone_member(clean_up, 0);
  turn();
  hd_task_group_cancel(&group);
  CHECK_OK(hd_task_group_end(&group, HD_OK));
  CHECK(strlen(happened) == 3 && strchr(happened, ')'));
  forget();
  return 0;
}

static int parent_at_the_end(void *unused, void *nothing) {
  struct hd_task_group mine;
  CHECK_OK(hd_task_group_begin(&mine, NULL));
  CHECK_OK(hd_task_group_spawn(&mine, NULL, clean_up, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_group_spawn(&mine, NULL, clean_up, NULL, 0, 0, NULL));
  int result = hd_task_group_end(&mine, HD_OK);
  note('p');
  return result;
}
static int parent_in_its_body(void *unused, void *nothing) {
  struct hd_task_group mine;
  CHECK_OK(hd_task_group_begin(&mine, NULL));
  CHECK_OK(hd_task_group_spawn(&mine, NULL, clean_up, NULL, 0, 0, NULL));
  int result = hd_task_group_end(&mine, hd_task_sleep(LONG_NS));
  note('p');
  return result;
}
/* Somebody cancels the parent, once or more: so are the members, and it waits for them. */
static int the_parent_is_cancelled(void *unused, void *nothing) {
  struct hd_task parent = spawn(parent_at_the_end, NULL);
  turns(3);
  CHECK_OK(hd_task_cancel(&parent));
  turns(2);
  CHECK_OK(hd_task_cancel(&parent));
  CHECK_ERROR(end_of(&parent), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("(())p");
  parent = spawn(parent_in_its_body, NULL);
  turns(3);
  CHECK_OK(hd_task_cancel(&parent));
  CHECK_ERROR(end_of(&parent), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("()p");
  return 0;
}

static int parent_of_failing(void *unused, void *nothing) {
  struct hd_task_group mine;
  CHECK_OK(hd_task_group_begin(&mine, NULL));
  CHECK_OK(hd_task_group_spawn(&mine, NULL, fail_when_cancelled, (void *)21, 0, 0, NULL));
  int result = hd_task_group_end(&mine, hd_task_sleep(LONG_NS));
  CHECK_ERROR(result, HD_ERROR_JOB_FAILED);
  CHECK(requests() == 1);
  CHECK_ERROR(hd_task_sleep(0), HD_ERROR_CANCELLED); /* the cancellation is not lost */
  return result;
}
/* Cancelled by somebody else, and a member fails because of it: the error is told, the cancellation stays. */
static int cancelled_and_failed(void *unused, void *nothing) {
  struct hd_task parent = spawn(parent_of_failing, NULL);
  turns(3);
  CHECK_OK(hd_task_cancel(&parent));
  CHECK_ERROR(end_of(&parent), HD_ERROR_JOB_FAILED);
  return 0;
}

/* Groups within groups: the inner error ends the outer, too, when it is handed on. */
static int inner(void *unused, void *nothing) {
  struct hd_task_group mine;
  CHECK_OK(hd_task_group_begin(&mine, NULL));
  CHECK_OK(hd_task_group_spawn(&mine, NULL, fail, (void *)31, 0, 0, NULL));
  CHECK_OK(hd_task_group_spawn(&mine, NULL, clean_up, NULL, 0, 0, NULL));
  return hd_task_group_end(&mine, HD_OK) == HD_ERROR_JOB_FAILED ? mine.errors[0] : 1;
}
static int groups_nest(void *unused, void *nothing) {
  CHECK_OK(hd_task_group_begin(&group, NULL));
  lone_member(inner, 0);
  lone_member(clean_up, 0);
  int body = hd_task_sleep(LONG_NS);
  CHECK_ERROR(body, HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_task_group_end(&group, body), HD_ERROR_JOB_FAILED);
  CHECK(group.error_count == 1 && group.errors[0] == 31);
  CHECK_HAPPENED("f()()");
  CHECK(requests() == 0);

  struct hd_task_group outer; /* in one task: the inner error interrupts the inner body only */
  CHECK_OK(hd_task_group_begin(&outer, NULL));
  CHECK_OK(hd_task_group_begin(&group, NULL));
  lone_member(fail, 32);
  body = hd_task_sleep(LONG_NS);
  CHECK_ERROR(hd_task_group_end(&group, body), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_task_sleep(0));
  CHECK_OK(hd_task_group_end(&outer, HD_OK));
  forget();
  return 0;
}

/* Members may make members, until the last of them is over. */
static int spawn_another(void *left, void *nothing) {
  if ((intptr_t)left > 1) lone_member(spawn_another, (intptr_t)left - 1);
  turn();
  note('s');
  return 0;
}
static int members_spawn_members(void *unused, void *nothing) {
  CHECK_OK(hd_task_group_begin(&group, NULL));
  lone_member(spawn_another, 4);
  CHECK_OK(hd_task_group_end(&group, HD_OK));
  CHECK_HAPPENED("ssss");
  CHECK_ERROR(hd_task_group_spawn(&group, NULL, work, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN);
  return 0;
}

/* A scope around a group, and many errors. */
static int with_a_scope(void *unused, void *nothing) {
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, SHORT_NS));
  CHECK_OK(hd_task_group_begin(&group, NULL));
  lone_member(clean_up, 0);
  CHECK_ERROR(hd_timeout_end(&timeout, hd_task_group_end(&group, HD_OK)), HD_ERROR_TIMEOUT);
  CHECK_HAPPENED("()");
  CHECK(requests() == 0);
  CHECK_OK(hd_task_group_begin(&group, NULL));
  for (int i = 0; i < 20; i++) lone_member(fail_when_cancelled, 100 + i);
  turn();
  lone_member(fail, 1);
  CHECK_ERROR(hd_task_group_end(&group, HD_OK), HD_ERROR_JOB_FAILED);
  CHECK(group.error_count == 21 && group.errors[0] == 1 && group.errors[HD_TASK_GROUP_ERRORS - 1] >= 100);
  forget();
  return 0;
}

static int end_it(void *unused, void *nothing) {
  CHECK_ERROR(hd_task_group_end(&group, HD_OK), HD_ERROR_NOT_OWNER);
  return 0;
}
static int is_for_its_task(void *unused, void *nothing) {
  CHECK_OK(hd_task_group_begin(&group, NULL));
  struct hd_task other = spawn(end_it, NULL);
  CHECK_OK(end_of(&other));
  CHECK_OK(hd_task_group_end(&group, HD_OK));
  CHECK_ERROR(hd_task_group_end(&group, HD_OK), HD_ERROR_NOT_OWNER);
  return 0;
}

int main(void) {
  CHECK_ERROR(hd_task_group_begin(&group, NULL), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_task_group_spawn(&group, NULL, work, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_task_group_end(&group, HD_OK), HD_ERROR_NOT_OWNER);
  in_loop(waits_for_all);
  in_loop(an_error_cancels_the_others);
  in_loop(an_error_interrupts_the_parent);
  in_loop(an_error_of_the_body);
  in_loop(a_cancelled_member);
  in_loop(cancels_by_hand);
  in_loop(the_parent_is_cancelled);
  in_loop(cancelled_and_failed);
  in_loop(groups_nest);
  in_loop(members_spawn_members);
  in_loop(with_a_scope);
  in_loop(is_for_its_task);
  return 0;
}
