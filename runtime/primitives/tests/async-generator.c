#include "tasks.h"

struct range {
  int first, count, turn_count, end; /* end: what its routine returns when it has given all */
};
/* Notes 'b' at its begin, 'e' at its end, 'c' when it was closed early, 'x' when it was cancelled. */
static int give_range(struct hd_async_generator *self, void *argument) {
  const struct range *range = argument;
  note('b');
  int result = HD_OK;
  for (int i = 0; i < range->count && result == HD_OK; i++) {
    for (int t = 0; t < range->turn_count && result == HD_OK; t++) result = hd_task_sleep(0);
    int value = range->first + i;
    if (result == HD_OK) result = hd_async_yield(self, &value);
  }
  note(result == HD_OK ? 'e' : result == HD_ERROR_CLOSED ? 'c' : 'x');
  return result == HD_OK ? range->end : result;
}
static struct hd_async_generator begin(hd_async_generator_routine *routine, const struct range *range) {
  struct hd_async_generator generator;
  struct range copy = *range;
  CHECK_OK(hd_async_generator_begin(&generator, routine, &copy, sizeof copy, sizeof(int), "test"));
  return generator;
}

static int gives_values(void *unused, void *nothing) {
  int value, expected = 5;
  struct hd_async_generator numbers = begin(give_range, &(struct range){5, 10, 1, 0});
  turns(2);
  CHECK_HAPPENED(""); /* it does not begin before it is asked */
  hd_async_for(&numbers, &value) CHECK(value == expected++);
  CHECK(expected == 15);
  CHECK_HAPPENED("be");
  CHECK_ERROR(hd_async_generator_next(&numbers, &value), HD_ERROR_NO_MORE);
  CHECK(hd_async_generator_error(&numbers) == 0);
  CHECK_OK(hd_async_generator_close(&numbers));
  CHECK_OK(hd_async_generator_close(&numbers));
  CHECK_ERROR(hd_async_generator_next(&numbers, &value), HD_ERROR_NO_MORE);
  struct hd_async_generator none = begin(give_range, &(struct range){0, 0, 0, 0});
  CHECK_ERROR(hd_async_generator_next(&none, &value), HD_ERROR_NO_MORE);
  CHECK_OK(hd_async_generator_close(&none));
  CHECK_HAPPENED("be");
  return 0;
}

/* What it awaits, its task awaits: others run meanwhile. */
static int tick(void *unused, void *nothing) {
  for (int i = 0; i < 4; i++) {
    note('t');
    turn();
  }
  return 0;
}
static int awaits_for_its_task(void *unused, void *nothing) {
  struct hd_async_generator numbers = begin(give_range, &(struct range){0, 2, 2, 0});
  struct hd_task other = spawn(tick, NULL);
  int value;
  hd_async_for(&numbers, &value) note((char)('0' + value));
  CHECK_OK(end_of(&other));
  CHECK_HAPPENED("btt0tt1e");
  CHECK_OK(hd_async_generator_close(&numbers));
  return 0;
}

static int closes_early(void *unused, void *nothing) {
  int value;
  struct hd_async_generator numbers = begin(give_range, &(struct range){0, 100, 1, 0});
  hd_async_for(&numbers, &value) if (value == 3) break;
  CHECK_HAPPENED("b");
  CHECK_OK(hd_async_generator_close(&numbers));
  CHECK_HAPPENED("c");
  struct hd_async_generator unused_one = begin(give_range, &(struct range){0, 100, 1, 0});
  CHECK_OK(hd_async_generator_close(&unused_one)); /* never begun: nothing to clean up */
  CHECK_HAPPENED("");
  for (int i = 0; i < 3; i++) { /* by itself, when the block is left */
    struct hd_async_generator HD_CLOSED_AT_END again = begin(give_range, &(struct range){0, 100, 0, 0});
    CHECK_OK(hd_async_generator_next(&again, &value));
    if (i == 1) continue;
    CHECK_OK(hd_async_generator_next(&again, NULL));
  }
  CHECK_HAPPENED("bcbcbc");
  return 0;
}

static int fails(void *unused, void *nothing) {
  int value;
  struct hd_async_generator numbers = begin(give_range, &(struct range){0, 1, 0, 61});
  CHECK_OK(hd_async_generator_next(&numbers, &value));
  CHECK(hd_async_generator_error(&numbers) == 0);
  CHECK_ERROR(hd_async_generator_next(&numbers, &value), HD_ERROR_JOB_FAILED);
  CHECK(hd_async_generator_error(&numbers) == 61);
  CHECK_ERROR(hd_async_generator_next(&numbers, &value), HD_ERROR_NO_MORE);
  CHECK_ERROR(hd_async_generator_close(&numbers), HD_ERROR_JOB_FAILED);
  forget();
  return 0;
}

/* Fails in its cleanup; yields in its cleanup; awaits in its cleanup. */
static int clean_up_badly(struct hd_async_generator *self, void *argument) {
  int value = 1;
  CHECK_ERROR(hd_async_yield(self, &value), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_async_yield(self, &value), HD_ERROR_CLOSED);
  turns(2);
  note('d');
  return 62;
}
static int fails_in_its_cleanup(void *unused, void *nothing) {
  struct hd_async_generator numbers = begin(clean_up_badly, &(struct range){0, 0, 0, 0});
  CHECK_OK(hd_async_generator_next(&numbers, NULL));
  CHECK_ERROR(hd_async_generator_close(&numbers), HD_ERROR_JOB_FAILED);
  CHECK_HAPPENED("d");
  return 0;
}

static int sum_up(void *generator, void *nothing) {
  int value, result;
  while ((result = hd_async_generator_next((struct hd_async_generator *)generator, &value)) == HD_OK) note((char)('0' + value));
  return result == HD_ERROR_NO_MORE ? 0 : result;
}
/* A cancellation of the task is delivered in it; it ends, and there are no more. */
static int is_cancelled_with_its_task(void *unused, void *nothing) {
  struct hd_async_generator numbers = begin(give_range, &(struct range){0, 5, 3, 0});
  struct hd_task task = spawn(sum_up, &numbers);
  turns(6);
  CHECK_HAPPENED("b0");
  CHECK_OK(hd_task_cancel(&task));
  CHECK_ERROR(end_of(&task), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("x");
  CHECK_ERROR(hd_async_generator_next(&numbers, NULL), HD_ERROR_NO_MORE);
  CHECK_ERROR(hd_async_generator_close(&numbers), HD_ERROR_CANCELLED);
  return 0;
}

static int is_asked_by_one_at_a_time(void *unused, void *nothing) {
  struct hd_async_generator numbers = begin(give_range, &(struct range){0, 3, 2, 0});
  struct hd_task task = spawn(sum_up, &numbers);
  turn();
  CHECK_ERROR(hd_async_generator_next(&numbers, NULL), HD_ERROR_BUSY);
  CHECK_ERROR(hd_async_generator_close(&numbers), HD_ERROR_BUSY);
  CHECK_OK(end_of(&task));
  CHECK_OK(hd_async_generator_close(&numbers));
  CHECK_HAPPENED("b012e");
  numbers = begin(give_range, &(struct range){0, 3, 2, 0}); /* one after the other is fine, and any may close it */
  CHECK_OK(hd_async_generator_next(&numbers, NULL));
  task = spawn(sum_up, &numbers);
  CHECK_OK(end_of(&task));
  CHECK_HAPPENED("b12e");
  CHECK_OK(hd_async_generator_close(&numbers));
  return 0;
}

/* A generator of even numbers, out of one of all numbers. */
static int give_even(struct hd_async_generator *self, void *argument) {
  struct hd_async_generator HD_CLOSED_AT_END all = begin(give_range, argument);
  int value, result = HD_OK;
  while (result == HD_OK && hd_async_generator_next(&all, &value) == HD_OK) {
    CHECK_ERROR(hd_async_yield(&all, &value), HD_ERROR_NOT_OWNER); /* it is not that one that runs */
    if (value % 2 == 0) result = hd_async_yield(self, &value);
  }
  return result;
}
static int generators_of_generators(void *unused, void *nothing) {
  struct hd_async_generator even = begin(give_even, &(struct range){0, 8, 1, 0});
  int value;
  hd_async_for(&even, &value) note((char)('0' + value));
  CHECK_HAPPENED("b0246e");
  CHECK_OK(hd_async_generator_close(&even));
  even = begin(give_even, &(struct range){0, 8, 1, 0});
  hd_async_for(&even, &value) if (value == 4) break;
  CHECK_OK(hd_async_generator_close(&even)); /* closes both */
  CHECK_HAPPENED("bc");
  return 0;
}

static struct hd_async_generator kept;
static int keep_one(void *unused, void *nothing) {
  kept = begin(give_range, &(struct range){0, 8, 1, 0});
  return hd_async_generator_next(&kept, NULL);
}
static int from_another_loop(void *unused, void *nothing) {
  CHECK_ERROR(hd_async_generator_next(&kept, NULL), HD_ERROR_OTHER_LOOP);
  return 0;
}

static int many_at_a_time(void *unused, void *nothing) {
  enum { COUNT = 200 };
  static struct hd_async_generator many[COUNT];
  int value;
  for (int i = 0; i < COUNT; i++) many[i] = begin(give_range, &(struct range){i, 3, i % 2, 0});
  for (int k = 0; k < 3; k++)
    for (int i = 0; i < COUNT; i++) {
      CHECK_OK(hd_async_generator_next(&many[i], &value));
      CHECK(value == i + k);
      forget();
    }
  for (int i = 0; i < COUNT; i++) {
    CHECK_OK(hd_async_generator_close(&many[i]));
    forget();
  }
  return 0;
}

int main(void) {
  struct hd_async_generator outside = begin(give_range, &(struct range){0, 8, 1, 0});
  CHECK_ERROR(hd_async_generator_next(&outside, NULL), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_async_yield(&outside, NULL), HD_ERROR_NOT_OWNER);
  CHECK_OK(hd_async_generator_close(&outside));
  in_loop(gives_values);
  in_loop(awaits_for_its_task);
  in_loop(closes_early);
  in_loop(fails);
  in_loop(fails_in_its_cleanup);
  in_loop(is_cancelled_with_its_task);
  in_loop(is_asked_by_one_at_a_time);
  in_loop(generators_of_generators);
  in_loop(many_at_a_time);

  /* One that outlives the loop it has begun in: it cannot go on any more. */
  in_loop(keep_one);
  in_loop(from_another_loop);
  CHECK_OK(hd_async_generator_close(&kept));
  return 0;
}
