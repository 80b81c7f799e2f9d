#include "happens-before.h"

struct HdHappensBefore {
  const HdModel *model;
  GArray *links;        /* of HdLink, by from_ns */
  gint64 *heard_ns;     /* of each actor */
  guint32 *question;    /* in which question heard_ns was set */
  guint32 question_count;
};

static gboolean gives_order(const HdModel *model, const HdLink *link) {
  if (link->from_actor >= model->actor_count || link->to_actor >= model->actor_count) return FALSE;
  if (link->kind == HD_LINK_HANDOVER) return FALSE;
  return link->kind != HD_LINK_POST || (link->object < model->object_count && model->objects[link->object].initial_value == 0);
}

static int compare_links(gconstpointer a, gconstpointer b) {
  const HdLink *left = a, *right = b;
  if (left->from_ns != right->from_ns) return left->from_ns < right->from_ns ? -1 : 1;
  return (left->to_ns > right->to_ns) - (left->to_ns < right->to_ns);
}

HdHappensBefore *hd_happens_before_new(const HdModel *model) {
  HdHappensBefore *before = g_new0(HdHappensBefore, 1);
  before->model = model;
  before->links = g_array_new(FALSE, FALSE, sizeof(HdLink));
  for (guint i = 0; i < model->link_count; i++)
    if (gives_order(model, &model->links[i])) g_array_append_val(before->links, model->links[i]);
  g_array_sort(before->links, compare_links);
  before->heard_ns = g_new0(gint64, MAX(model->actor_count, 1));
  before->question = g_new0(guint32, MAX(model->actor_count, 1));
  return before;
}

void hd_happens_before_free(HdHappensBefore *before) {
  if (!before) return;
  g_array_unref(before->links);
  g_free(before->heard_ns);
  g_free(before->question);
  g_free(before);
}

gboolean hd_happens_before(HdHappensBefore *before, guint32 actor, gint64 at_ns, guint32 other, gint64 other_ns) {
  if (actor == other) return at_ns < other_ns;
  guint32 now = ++before->question_count;
  before->heard_ns[actor] = at_ns;
  before->question[actor] = now;
  guint low = 0, high = before->links->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index(before->links, HdLink, middle).from_ns < at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < before->links->len; low++) {
    const HdLink *link = &g_array_index(before->links, HdLink, low);
    if (link->from_ns > other_ns) break;
    if (before->question[link->from_actor] != now || before->heard_ns[link->from_actor] > link->from_ns || link->to_ns > other_ns) continue;
    if (link->to_actor == other) return TRUE;
    if (before->question[link->to_actor] == now && before->heard_ns[link->to_actor] <= link->to_ns) continue;
    before->question[link->to_actor] = now;
    before->heard_ns[link->to_actor] = link->to_ns;
  }
  return FALSE;
}
