/* What a model says of the actors and objects of a script. */
#include "script.h"

guint32 find_thread(const HdModel *model, guint32 emitter) {
  for (guint32 i = 0; i < model->actor_count; i++)
    if (model->actors[i].kind == HD_ACTOR_THREAD && model->actors[i].emitter == emitter) return i;
  g_assert_not_reached();
}

guint32 find_task(const HdModel *model, const char *name) {
  for (guint32 i = 0; i < model->actor_count; i++)
    if (model->actors[i].kind == HD_ACTOR_TASK && g_str_equal(model->actors[i].name, name)) return i;
  g_assert_not_reached();
}

guint32 find_process(const HdModel *model, guint32 process_id, guint nth) {
  for (guint32 i = 0; i < model->actor_count; i++)
    if (model->actors[i].kind == HD_ACTOR_PROCESS && model->actors[i].process_id == process_id && nth-- == 0) return i;
  return HD_NONE;
}

guint32 find_object(const HdModel *model, guint64 reference, guint32 process, guint32 generation) {
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    if (object->address == reference && object->process == process && object->generation == generation) return i;
  }
  return HD_NONE;
}

char *describe(const HdModel *model, guint32 actor_index) {
  const HdActor *actor = &model->actors[actor_index];
  GString *text = g_string_new(NULL);
  for (guint32 i = actor->interval_first; i < actor->interval_first + actor->interval_count; i++)
    g_string_append_printf(text, "%s%s %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, text->len ? ", " : "",
                           hd_state_names[model->intervals.state[i]], model->intervals.begin_ns[i],
                           hd_model_interval_end_ns(model, actor_index, i));
  return g_string_free(text, FALSE);
}

const HdWait *wait_of(const HdModel *model, guint32 emitter, guint nth) { return wait_of_actor(model, find_thread(model, emitter), nth); }

const HdWait *wait_of_actor(const HdModel *model, guint32 actor, guint nth) {
  for (guint32 i = 0; i < model->wait_count; i++)
    if (model->waits[i].actor == actor && nth-- == 0) return &model->waits[i];
  g_assert_not_reached();
}

void assert_woken(const HdModel *model, const HdWait *wait, guint32 waker_emitter, gint64 waker_ns) {
  g_assert_cmpuint(wait->waker, ==, find_thread(model, waker_emitter));
  g_assert_cmpint(wait->waker_ns, ==, waker_ns);
}
