/* Process values and arrays: types, errors, locks of their own, and updates by several processes. */
#include "process-check.h"

#define PROCESSES 4
#define STEPS 5000

static struct shared {
  struct hd_process_value integer, number, raw;
  uint32_t ready;
} * shared;
static struct hd_process_array *integers, *numbers;

static void check_types(void) {
  int64_t integer = 99;
  double number = 99;
  CHECK_ERROR(hd_process_value_init(&shared->raw, (enum hd_process_type)7, false, NULL), HD_ERROR_INVALID);
  CHECK_OK(hd_process_value_init(&shared->integer, HD_PROCESS_INT64, true, "integer"));
  CHECK_OK(hd_process_value_init(&shared->number, HD_PROCESS_DOUBLE, true, "number"));
  CHECK_OK(hd_process_value_init(&shared->raw, HD_PROCESS_DOUBLE, false, NULL));
  CHECK(hd_process_value_lock(&shared->integer) && !hd_process_value_lock(&shared->raw));
  CHECK_OK(hd_process_value_get_int64(&shared->integer, &integer));
  CHECK_OK(hd_process_value_get_double(&shared->number, &number));
  CHECK(integer == 0 && number == 0);
  CHECK_ERROR(hd_process_value_get_double(&shared->integer, &number), HD_ERROR_INVALID);
  CHECK_ERROR(hd_process_value_set_int64(&shared->number, 1), HD_ERROR_INVALID);
  CHECK_ERROR(hd_process_value_update_int64(&shared->raw, 1), HD_ERROR_INVALID);
  CHECK_OK(hd_process_value_set_int64(&shared->integer, INT64_MIN));
  CHECK_OK(hd_process_value_get_int64(&shared->integer, &integer));
  CHECK(integer == INT64_MIN);
  CHECK_OK(hd_process_value_set_double(&shared->number, -0.5));
  CHECK_OK(hd_process_value_update_double(&shared->number, 0.125));
  CHECK_OK(hd_process_value_get_double(&shared->number, &number));
  CHECK(number == -0.375);
  CHECK_OK(hd_process_rlock_acquire(hd_process_value_lock(&shared->integer)));
  CHECK_OK(hd_process_value_set_int64(&shared->integer, 5)); /* its lock is re-entrant */
  CHECK_ERROR(hd_process_value_destroy(&shared->integer), HD_ERROR_BUSY);
  CHECK_OK(hd_process_rlock_release(hd_process_value_lock(&shared->integer)));
  CHECK_OK(hd_process_value_destroy(&shared->integer));
}

static void check_array(void) {
  int64_t integer = 99;
  CHECK(!hd_process_array_new(HD_PROCESS_INT64, 0, false, NULL) && !hd_process_array_new((enum hd_process_type)7, 1, false, NULL));
  CHECK(!hd_process_array_new(HD_PROCESS_INT64, SIZE_MAX, false, NULL) &&
        !hd_process_array_new(HD_PROCESS_INT64, SIZE_MAX / 64, true, NULL));
  integers = hd_process_array_new(HD_PROCESS_INT64, 3, true, "integers");
  numbers = hd_process_array_new(HD_PROCESS_DOUBLE, 1000, false, NULL);
  CHECK(hd_process_array_count(integers) == 3 && hd_process_array_count(numbers) == 1000);
  CHECK(hd_process_array_lock(integers) && !hd_process_array_lock(numbers));
  CHECK_ERROR(hd_process_array_get_int64(integers, 3, &integer), HD_ERROR_INVALID);
  CHECK_ERROR(hd_process_array_set_int64(integers, SIZE_MAX, 1), HD_ERROR_INVALID);
  CHECK_ERROR(hd_process_array_set_int64(numbers, 0, 1), HD_ERROR_INVALID);
  CHECK_OK(hd_process_array_set_int64(integers, 2, -4));
  CHECK_OK(hd_process_array_get_int64(integers, 2, &integer));
  CHECK(integer == -4);
  CHECK_OK(hd_process_array_get_int64(integers, 1, &integer));
  CHECK(integer == 0);
  CHECK_OK(hd_process_array_set_int64(integers, 2, 0));
}

static int add(void *unused) {
  int64_t integer;
  for (int i = 0; i < STEPS; i++) {
    CHECK_OK(hd_process_rlock_acquire(hd_process_value_lock(&shared->integer)));
    CHECK_OK(hd_process_value_get_int64(&shared->integer, &integer));
    CHECK_OK(hd_process_value_set_int64(&shared->integer, integer + 1));
    CHECK_OK(hd_process_rlock_release(hd_process_value_lock(&shared->integer)));
    CHECK_OK(hd_process_value_update_double(&shared->raw, 0.5));
    CHECK_OK(hd_process_array_update_int64(integers, (size_t)i % 3, 1));
    CHECK_OK(hd_process_array_update_double(numbers, (size_t)i % 1000, 2));
  }
  return 0;
}
static void check_many(void) {
  struct hd_process children[PROCESSES];
  int64_t integer, sum = 0;
  double number, total = 0;
  CHECK_OK(hd_process_value_init(&shared->integer, HD_PROCESS_INT64, true, NULL));
  for (int i = 0; i < PROCESSES; i++) CHECK_OK(hd_process_create(&children[i], add, NULL, NULL));
  for (int i = 0; i < PROCESSES; i++) finish(&children[i]);
  CHECK_OK(hd_process_value_get_int64(&shared->integer, &integer));
  CHECK_OK(hd_process_value_get_double(&shared->raw, &number));
  CHECK(integer == PROCESSES * STEPS && number == PROCESSES * STEPS * 0.5);
  for (size_t i = 0; i < 3; i++) {
    CHECK_OK(hd_process_array_get_int64(integers, i, &integer));
    sum += integer;
  }
  for (size_t i = 0; i < 1000; i++) {
    CHECK_OK(hd_process_array_get_double(numbers, i, &number));
    total += number;
  }
  CHECK(sum == PROCESSES * STEPS && total == PROCESSES * STEPS * 2.0);
}

static int die_with_lock(void *unused) {
  CHECK_OK(hd_process_rlock_acquire(hd_process_value_lock(&shared->integer)));
  CHECK_OK(hd_process_value_set_int64(&shared->integer, 42));
  raise(SIGKILL);
  return 0;
}
static void check_killed_holder(void) {
  struct hd_process dies;
  int64_t integer;
  CHECK_OK(hd_process_create(&dies, die_with_lock, NULL, NULL));
  finish_killed(&dies);
  CHECK_ERROR(hd_process_value_get_int64(&shared->integer, &integer), HD_ERROR_OWNER_DIED);
  CHECK(integer == 42);
  CHECK_OK(hd_process_value_get_int64(&shared->integer, &integer));
}

int main(void) {
  begin_test();
  shared = hd_process_memory_new(sizeof *shared);
  check_types();
  check_array();
  check_many();
  check_killed_holder();
  hd_process_array_free(integers);
  hd_process_array_free(numbers);
  hd_process_array_free(NULL);
  return 0;
}
