/* In which order a hang is told. */
#include "hang.h"

enum { ORDERED_MAX = 64 };

static gboolean is_held_by(const HdModel *model, const HdHang *hang, guint32 object, guint32 actor) {
  for (guint i = 0; i < hang->holds->len; i++) {
    const HdHold *hold = &model->holds[g_array_index(hang->holds, guint32, i)];
    if (hold->object == object && hold->actor == actor) return TRUE;
  }
  return FALSE;
}

/* Which of the waits that are left belongs to somebody whom this wait waits for; 0 when none does. */
static guint next_in_circle(const HdModel *model, const HdHang *hang, const HdWait *wait, const GArray *left) {
  for (guint i = 0; i < left->len; i++) {
    guint32 actor = model->waits[g_array_index(left, guint32, i)].actor;
    if (wait->target == actor || (wait->object != HD_NONE && is_held_by(model, hang, wait->object, actor))) return i;
  }
  return 0;
}

GArray *hd_hang_told_waits(const HdModel *model, const HdHang *hang) {
  GArray *waits = g_array_new(FALSE, FALSE, sizeof(guint32)), *left = g_array_copy(hang->waits);
  if (hang->kind == HD_FINDING_DEADLOCK && left->len <= ORDERED_MAX) {
    gint64 first_ns = G_MAXINT64;
    guint next = 0;
    for (guint i = 0; i < left->len; i++) {
      for (guint j = 0; j < hang->holds->len; j++) {
        const HdHold *hold = &model->holds[g_array_index(hang->holds, guint32, j)];
        if (hold->actor != model->waits[g_array_index(left, guint32, i)].actor || hold->begin_ns >= first_ns) continue;
        first_ns = hold->begin_ns;
        next = i;
      }
    }
    while (left->len > 0) {
      guint32 wait = g_array_index(left, guint32, next);
      g_array_append_val(waits, wait);
      g_array_remove_index(left, next);
      next = next_in_circle(model, hang, &model->waits[wait], left);
    }
  }
  g_array_append_vals(waits, left->data, left->len);
  g_array_unref(left);
  return waits;
}
