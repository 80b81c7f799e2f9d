#include "check.h"
#include <string.h>

static struct hd_context_var plain = HD_CONTEXT_VAR("plain"), other = HD_CONTEXT_VAR("other");
static struct hd_context_var with_default = HD_CONTEXT_VAR_DEFAULT("with default", "usual");
static int mark;

static const char *text_of(const struct hd_context_var *variable) { return hd_context_get_or(variable, "none"); }
#define CHECK_TEXT(variable, text) CHECK(strcmp(text_of(&(variable)), (text)) == 0)

static void has_a_value_a_default_or_nothing(void) {
  void *value = &value;
  CHECK_ERROR(hd_context_get(&plain, &value), HD_ERROR_NO_VALUE);
  CHECK(value == NULL);
  CHECK_OK(hd_context_get(&with_default, &value));
  CHECK(strcmp(value, "usual") == 0);
  CHECK_TEXT(with_default, "none"); /* what is asked for goes before the default */
  CHECK_OK(hd_context_set(&with_default, NULL, "nothing", NULL));
  CHECK_OK(hd_context_get(&with_default, &value)); /* NULL is a value */
  CHECK(value == NULL);
  CHECK(hd_context_get_or(&with_default, &mark) == NULL);
}

static void is_set_and_reset(void) {
  struct hd_context_token first, second, third;
  void *value;
  CHECK_OK(hd_context_set(&plain, &mark, NULL, &first));
  CHECK(hd_context_get_or(&plain, NULL) == &mark);
  char buffer[] = "second";
  CHECK_OK(hd_context_set_text(&plain, buffer, &second));
  buffer[0] = 'x'; /* it was copied */
  CHECK_TEXT(plain, "second");
  CHECK_OK(hd_context_set_text(&plain, text_of(&plain), &third)); /* the old one is read before it goes */
  CHECK_OK(hd_context_reset(&plain, &third));
  CHECK_TEXT(plain, "second");
  CHECK_OK(hd_context_reset(&plain, &second));
  CHECK(hd_context_get_or(&plain, NULL) == &mark);
  CHECK_OK(hd_context_reset(&plain, &first));
  CHECK_ERROR(hd_context_get(&plain, &value), HD_ERROR_NO_VALUE);
}

static void resets_in_any_order(void) {
  struct hd_context_token first, second;
  CHECK_OK(hd_context_set_text(&plain, "1", &first));
  CHECK_OK(hd_context_set_text(&plain, "2", &second));
  CHECK_OK(hd_context_reset(&plain, &first));
  CHECK_TEXT(plain, "none");
  CHECK_OK(hd_context_reset(&plain, &second));
  CHECK_TEXT(plain, "1");
  CHECK_OK(hd_context_set_text(&plain, "3", &second));
  hd_context_token_release(&second);
  hd_context_token_release(&second);
  CHECK_TEXT(plain, "3");
}

static void a_token_is_for_once_and_for_its_variable(void) {
  struct hd_context_token token, none = {0};
  CHECK_OK(hd_context_set_text(&plain, "a", &token));
  CHECK_ERROR(hd_context_reset(&other, &token), HD_ERROR_FOREIGN_TOKEN);
  CHECK_OK(hd_context_reset(&plain, &token)); /* the mistake has not used it up */
  CHECK_ERROR(hd_context_reset(&plain, &token), HD_ERROR_FOREIGN_TOKEN);
  CHECK_ERROR(hd_context_reset(&plain, &none), HD_ERROR_FOREIGN_TOKEN);
}

static void reset_elsewhere(void *argument) { CHECK_ERROR(hd_context_reset(&plain, argument), HD_ERROR_FOREIGN_TOKEN); }
static void *reset_in_thread(void *argument) {
  reset_elsewhere(argument); /* it has no context yet */
  CHECK_OK(hd_context_set_text(&plain, "thread", NULL));
  reset_elsewhere(argument);
  return NULL;
}
static void a_token_is_for_its_context(void) {
  struct hd_context_token token;
  struct hd_context copy;
  CHECK_OK(hd_context_set_text(&plain, "a", &token));
  CHECK_OK(hd_context_copy(&copy));
  CHECK_OK(hd_context_run(&copy, reset_elsewhere, &token));
  elsewhere(reset_in_thread, &token);
  CHECK_TEXT(plain, "a");
  CHECK_OK(hd_context_reset(&plain, &token));
  hd_context_release(&copy);
}

static void expect_then_set(void *argument) {
  const char *const *texts = argument;
  CHECK_TEXT(plain, texts[0]);
  CHECK_OK(hd_context_set_text(&plain, texts[1], NULL));
  CHECK_TEXT(plain, texts[1]);
}
static void run_expecting(struct hd_context *context, const char *seen, const char *text) {
  const char *texts[] = {seen, text};
  CHECK_OK(hd_context_run(context, expect_then_set, texts));
}
static void what_a_run_sets_stays_in_its_context(void) {
  struct hd_context first, second, empty;
  void *value;
  CHECK_OK(hd_context_set_text(&plain, "outer", NULL));
  CHECK_OK(hd_context_copy(&first));
  CHECK_OK(hd_context_set_text(&plain, "later", NULL));
  run_expecting(&first, "outer", "inner");
  CHECK_TEXT(plain, "later");
  CHECK_OK(hd_context_copy_of(&first, &second));
  run_expecting(&first, "inner", "inner again");
  run_expecting(&second, "inner", "second");
  CHECK_OK(hd_context_lookup(&first, &plain, &value));
  CHECK(strcmp(value, "inner again") == 0);
  CHECK_OK(hd_context_lookup(&second, &plain, &value));
  CHECK(strcmp(value, "second") == 0);
  CHECK_OK(hd_context_init(&empty));
  CHECK_ERROR(hd_context_lookup(&empty, &plain, &value), HD_ERROR_NO_VALUE);
  CHECK(value == NULL);
  CHECK_ERROR(hd_context_lookup(&empty, &with_default, &value), HD_ERROR_NO_VALUE); /* a default is not set anywhere */
  run_expecting(&empty, "none", "not empty");
  CHECK(hd_context_items(&empty, NULL, 0) == 1);
  CHECK_TEXT(plain, "later");
  hd_context_release(&first);
  hd_context_release(&second);
  hd_context_release(&empty);
}

static void enter_again(void *context) {
  CHECK_ERROR(hd_context_run(context, reset_elsewhere, NULL), HD_ERROR_ENTERED);
  hd_context_release(context); /* who runs in it keeps it */
  CHECK_OK(hd_context_set_text(&plain, "released", NULL));
}
static struct hd_event entered = HD_EVENT_INIT, may_leave = HD_EVENT_INIT;
static void stay(void *unused) {
  hd_event_set(&entered);
  CHECK_OK(hd_event_wait(&may_leave));
}
static void *run_and_stay(void *context) {
  CHECK_OK(hd_context_run(context, stay, NULL));
  return NULL;
}
static void one_at_a_time_runs_in_it(void) {
  struct hd_context context, copy;
  CHECK_OK(hd_context_copy(&context));
  struct bunch bunch;
  bunch_start(&bunch, 1, run_and_stay, &context);
  CHECK_OK(hd_event_wait(&entered));
  CHECK_ERROR(hd_context_run(&context, reset_elsewhere, NULL), HD_ERROR_ENTERED);
  CHECK_OK(hd_context_copy_of(&context, &copy)); /* to copy it is not to run in it */
  hd_event_set(&may_leave);
  bunch_join(&bunch);
  CHECK_OK(hd_context_run(&context, enter_again, &context));
  hd_context_release(&copy);
}

/* Contexts in contexts: each leaves to the one it came from. */
static void nest(void *argument) {
  intptr_t depth = (intptr_t)argument;
  char text[16], seen[16];
  snprintf(text, sizeof text, "%d", (int)depth);
  snprintf(seen, sizeof seen, "%s", text_of(&plain));
  CHECK(atoi(seen) == depth - 1);
  CHECK_OK(hd_context_set_text(&plain, text, NULL));
  struct hd_context copy;
  CHECK_OK(hd_context_copy(&copy));
  if (depth < 50) CHECK_OK(hd_context_run(&copy, nest, (void *)(depth + 1)));
  hd_context_release(&copy);
  CHECK_TEXT(plain, text);
}

static void end_thread(void *unused) {
  CHECK_OK(hd_context_set_text(&plain, "end", NULL));
  pthread_exit(NULL);
}
static void *run_to_the_end(void *context) {
  CHECK_OK(hd_context_set_text(&other, "thread", NULL));
  hd_context_run(context, end_thread, NULL);
  return NULL;
}
static void a_run_may_end_its_thread(void) {
  struct hd_context context;
  void *value;
  CHECK_OK(hd_context_init(&context));
  elsewhere(run_to_the_end, &context);
  CHECK_OK(hd_context_lookup(&context, &plain, &value));
  CHECK(strcmp(value, "end") == 0);
  run_expecting(&context, "end", "again");
  hd_context_release(&context);
}

static void look(void *expected) {
  CHECK_TEXT(plain, (const char *)expected);
  CHECK_OK(hd_context_set_text(&plain, "thread's own", NULL));
}
static void threads_inherit_when_they_are_to(void) {
  struct hd_thread empty, heir, never;
  CHECK_OK(hd_context_set_text(&plain, "maker's", NULL));
  CHECK_OK(hd_thread_create(&empty, look, (void *)(uintptr_t) "none", "empty"));
  CHECK_OK(hd_thread_init(&heir, look, (void *)(uintptr_t) "maker's", "heir"));
  CHECK_OK(hd_thread_init(&never, look, NULL, "never"));
  CHECK_OK(hd_context_inherit(&heir));
  CHECK_OK(hd_context_inherit(&heir)); /* again: as it is now */
  CHECK_OK(hd_context_inherit(&never));
  CHECK_OK(hd_context_set_text(&plain, "changed", NULL));
  CHECK_OK(hd_thread_start(&heir));
  CHECK_ERROR(hd_context_inherit(&heir), HD_ERROR_STARTED);
  CHECK_OK(hd_thread_join(&heir));
  CHECK_OK(hd_thread_join(&empty));
  CHECK_TEXT(plain, "changed");
  hd_thread_release(&empty);
  hd_thread_release(&heir);
  hd_thread_release(&never); /* it was never started, and its context goes with it */
}

/* Many variables, set and reset in any order, against a plain array; and copies that stay what they were. */
enum { MANY = 60 };
static struct hd_context_var many[MANY];
static void many_are_kept_apart(void) {
  struct hd_context_token tokens[MANY] = {0};
  intptr_t expected[MANY] = {0}, before[MANY], copied[MANY];
  struct hd_context copy;
  struct hd_context_item items[2 * MANY];
  size_t base = 0;
  CHECK_OK(hd_context_copy(&copy));
  base = hd_context_items(&copy, items, 2 * MANY);
  hd_context_release(&copy);
  srand(3);
  for (int i = 0; i < MANY; i++) many[i].name = "one of many";
  for (int step = 0; step < 4000; step++) {
    int i = rand() % MANY;
    if (tokens[i].variable) {
      CHECK_OK(hd_context_reset(&many[i], &tokens[i]));
      expected[i] = before[i];
    } else {
      before[i] = expected[i];
      expected[i] = step + 1;
      CHECK_OK(hd_context_set(&many[i], (void *)(intptr_t)(step + 1), "number", &tokens[i]));
    }
    if (step == 2000) {
      CHECK_OK(hd_context_copy(&copy));
      memcpy(copied, expected, sizeof copied);
    }
    CHECK(hd_context_get_or(&many[i], NULL) == (void *)expected[i]);
  }
  size_t set_count = base;
  for (int i = 0; i < MANY; i++) {
    void *value;
    CHECK(hd_context_get_or(&many[i], NULL) == (void *)expected[i]);
    CHECK_ERROR(hd_context_lookup(&copy, &many[i], &value), copied[i] ? HD_OK : HD_ERROR_NO_VALUE);
    CHECK(value == (void *)copied[i]);
    set_count += copied[i] != 0;
    hd_context_token_release(&tokens[i]);
  }
  CHECK(hd_context_items(&copy, items, 2 * MANY) == set_count);
  CHECK(hd_context_items(&copy, items, 1) == set_count);
  for (size_t i = 1; i < set_count; i++)
    for (size_t k = 0; k < i; k++) CHECK(items[i].variable != items[k].variable);
  hd_context_release(&copy);
}

/* One runs in a context and sets, others copy it at the same time: each copy is whole. */
static struct hd_context shared;
static int setting_ended;
static void set_both(void *unused) {
  for (intptr_t i = 1; i <= 3000; i++) {
    CHECK_OK(hd_context_set(&plain, (void *)i, "i", NULL));
    CHECK_OK(hd_context_set(&other, (void *)i, "i", NULL));
  }
}
static void *copy_while_set(void *unused) {
  for (bool last = false; !last;) {
    last = LOAD(setting_ended);
    struct hd_context copy;
    void *first, *second;
    CHECK_OK(hd_context_copy_of(&shared, &copy));
    hd_context_lookup(&copy, &plain, &first);
    hd_context_lookup(&copy, &other, &second);
    CHECK((intptr_t)first == (intptr_t)second || (intptr_t)first == (intptr_t)second + 1);
    hd_context_release(&copy);
  }
  return unused;
}
static void copies_beside_changes(void) {
  struct bunch bunch;
  CHECK_OK(hd_context_init(&shared));
  bunch_start(&bunch, 3, copy_while_set, NULL);
  CHECK_OK(hd_context_run(&shared, set_both, NULL));
  STORE(setting_ended, 1);
  bunch_join(&bunch);
  hd_context_release(&shared);
}

int main(void) {
  has_a_value_a_default_or_nothing();
  is_set_and_reset();
  resets_in_any_order();
  a_token_is_for_once_and_for_its_variable();
  a_token_is_for_its_context();
  what_a_run_sets_stays_in_its_context();
  one_at_a_time_runs_in_it();
  CHECK_OK(hd_context_set_text(&plain, "0", NULL));
  nest((void *)1);
  a_run_may_end_its_thread();
  threads_inherit_when_they_are_to();
  many_are_kept_apart();
  copies_beside_changes();
  return 0;
}
