#include "hang.h"
#include "wait-graph.h"

HdHang *hd_hang_add(GArray *hangs, HdFindingKind kind, gint64 moment_ns) {
  HdHang hang = {.kind = kind, .notify = HD_NONE, .executor = HD_NONE, .closed_ns = G_MININT64, .moment_ns = moment_ns};
  hang.actors = g_array_new(FALSE, FALSE, sizeof(guint32));
  hang.waits = g_array_new(FALSE, FALSE, sizeof(guint32));
  hang.holds = g_array_new(FALSE, FALSE, sizeof(guint32));
  hang.followers = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_array_append_val(hangs, hang);
  return &g_array_index(hangs, HdHang, hangs->len - 1);
}

void hd_hang_clear(gpointer pointer) {
  HdHang *hang = pointer;
  g_array_unref(hang->actors);
  g_array_unref(hang->waits);
  g_array_unref(hang->holds);
  g_array_unref(hang->followers);
}

static void add_once(GArray *numbers, guint32 number) {
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index(numbers, guint32, i) == number) return;
  g_array_append_val(numbers, number);
}

void hd_hang_add_member(const HdModel *model, HdHang *hang, guint32 wait) {
  add_once(hang->actors, model->waits[wait].actor);
  g_array_append_val(hang->waits, wait);
  if (hang->kind == HD_FINDING_HELD_BY_EXITED || !hd_object_is_lock(model, model->waits[wait].object)) return;
  g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(HdOwner));
  hd_wait_owners(model, wait, hang->moment_ns, owners);
  for (guint i = 0; i < owners->len; i++)
    if (g_array_index(owners, HdOwner, i).hold != HD_NONE) add_once(hang->holds, g_array_index(owners, HdOwner, i).hold);
}
