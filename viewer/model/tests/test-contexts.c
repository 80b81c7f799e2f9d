/* Labels: what each actor saw of the context variables. */
#include "script.h"

static void set_value(Script *script, guint32 emitter, guint64 context, const char *variable, const char *value, gint64 at_ns) {
  script_event(script, (HdEvent){.id = HD_EVENT_CONTEXT_VALUE,
                                 .context_value = {.emitter = emitter,
                                                   .at_ns = at_ns,
                                                   .context = context,
                                                   .is_set = value != NULL,
                                                   .site = script_site(script, emitter, HD_OPERATION_CONTEXT_SET, at_ns),
                                                   .variable = variable,
                                                   .value = value ? value : ""}});
}

static void enter(Script *script, guint32 emitter, guint64 context, gint64 at_ns) {
  script_event(script, (HdEvent){.id = HD_EVENT_CONTEXT_ENTER, .context_enter = {.emitter = emitter, .at_ns = at_ns, .context = context}});
}

/* "user=ann 10!, user=- 20": what an actor's labels say; ! was set here. */
static void assert_labels(const HdModel *model, guint32 actor, const char *expected) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint32 i = 0; i < model->actors[actor].label_count; i++) {
    const HdLabel *label = &model->labels[model->actors[actor].label_first + i];
    g_string_append_printf(text, "%s%s=%s %d%s", i ? ", " : "", label->variable, label->value ? label->value : "-", (int)label->from_ns,
                           label->site == HD_NONE ? "" : "!");
  }
  g_assert_cmpstr(text->str, ==, expected);
}

static void test_inherited(void) {
  Script *script = script_threads(1);
  enter(script, 1, 40, 50);
  set_value(script, 1, 40, "user", "ann", 60);
  set_value(script, 1, 40, "empty", "", 61);
  script_task_in(script, 1, 7, 41, 40, 100);
  set_value(script, 1, 40, "user", "bob", 110); /* too late for the task */
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  set_value(script, 1, 41, "user", "cyd", 210);
  script_task_in(script, 1, 8, 42, 41, 220);
  set_value(script, 1, 41, "user", NULL, 230);
  script_instant(script, 1, HD_OPERATION_TASK_YIELD, TASK(7), 0, 240);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 thread = find_thread(model, 1);
  assert_labels(model, thread, "user=ann 60!, empty= 61!, user=bob 110!");
  assert_labels(model, thread + 1, "user=ann 100, empty= 100, user=cyd 210!, user=- 230!");
  assert_labels(model, thread + 2, "user=cyd 220, empty= 220");
  g_assert_true(model->labels[0].variable == model->labels[2].variable); /* shared */
}

/* Several in one context; one that goes into another and back, in its step. */
static void test_shared(void) {
  Script *script = script_threads(1);
  script_task_in(script, 1, 7, 40, 0, 100);
  script_task_in(script, 1, 8, 40, 0, 110);
  script_event(script, (HdEvent){.id = HD_EVENT_CONTEXT_COPY, .context_copy = {.emitter = 1, .at_ns = 120, .context = 41, .from = 40}});
  set_value(script, 1, 41, "b", "2", 125);
  set_value(script, 1, 40, "a", "1", 130);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  enter(script, 1, 41, 210);
  set_value(script, 1, 40, "a", "3", 220); /* seen by the other one only */
  enter(script, 1, 40, 230);
  enter(script, 1, 40, 240);
  script_instant(script, 1, HD_OPERATION_TASK_END, TASK(7), 0, 250);
  set_value(script, 1, 40, "a", "4", 300);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 thread = find_thread(model, 1);
  assert_labels(model, thread, "");
  assert_labels(model, thread + 1, "a=1 130!, a=- 210, b=2 210, b=- 230, a=3 230");
  assert_labels(model, thread + 2, "a=1 130!, a=3 220!, a=4 300!");
}

/* A hundred thousand tasks that inherit three values. */
static void test_many(void) {
  Script *script = script_threads(1);
  const guint32 count = 100000;
  set_value(script, 1, 5, "a", "1", 60);
  set_value(script, 1, 5, "b", "2", 61);
  set_value(script, 1, 5, "c", "3", 62);
  for (guint32 i = 0; i < count; i++) script_task_in(script, 1, 100 + i, 1000000 + i, 5, 100 + i);
  g_autoptr(HdModel) model = script_model(script, 1000000);
  g_assert_cmpuint(model->label_count, ==, 3 * count);
  for (guint32 i = 3; i < model->label_count; i++) g_assert_true(model->labels[i].value == model->labels[i - 3].value);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/contexts/inherited", test_inherited);
  g_test_add_func("/model/contexts/shared", test_shared);
  g_test_add_func("/model/contexts/many", test_many);
  return g_test_run();
}
