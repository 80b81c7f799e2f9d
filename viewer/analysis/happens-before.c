#include "happens-before.h"
#include "wait-graph.h"

#define STEPS_MAX (300 * 1000 * 1000) /* links looked at for all questions together: seconds */

struct HdHappensBefore {
  const HdModel *model;
  GArray *links; /* of HdLink, by from_ns; NULL before the first question */
  guint64 step_count;
  gint64 *heard_ns;  /* of each actor */
  guint32 *question; /* in which question heard_ns was set */
  guint32 question_count;
};

/* Order by posts and barriers is derived below, also where nobody had to wait. */
static gboolean gives_order(const HdModel *model, const HdLink *link) {
  if (link->from_actor >= model->actor_count || link->to_actor >= model->actor_count) return FALSE;
  return link->kind != HD_LINK_HANDOVER && link->kind != HD_LINK_POST && link->kind != HD_LINK_BARRIER;
}

static void add_link(HdHappensBefore *before, HdLinkKind kind, guint32 from, gint64 from_ns, guint32 to, gint64 to_ns) {
  HdLink link = {kind, from, to, HD_NONE, from_ns, to_ns};
  if (from < before->model->actor_count && to < before->model->actor_count && from_ns <= to_ns) g_array_append_val(before->links, link);
}

typedef struct {
  gint64 at_ns;
  guint32 actor;
} Moment;

static int compare_moments(gconstpointer a, gconstpointer b) {
  const Moment *left = a, *right = b;
  if (left->at_ns != right->at_ns) return left->at_ns < right->at_ns ? -1 : 1;
  return (left->actor > right->actor) - (left->actor < right->actor);
}

/* Takes are marked, or known by the wait that they ended; one that is both counts once. */
static void collect_takes(const HdModel *model, const HdObject *semaphore, GArray *posts, GArray *takes) {
  for (guint32 i = 0; i < semaphore->mark_count; i++) {
    const HdMark *mark = &model->marks[semaphore->mark_first + i];
    enum hd_role role = hd_operations[hd_site_operation(model, mark->site)].role;
    Moment moment = {mark->at_ns, mark->actor};
    if (mark->error == 0 && (role == HD_ROLE_ENABLE || role == HD_ROLE_TAKE))
      g_array_append_val(role == HD_ROLE_ENABLE ? posts : takes, moment);
  }
  for (guint32 i = 0; i < semaphore->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[semaphore->wait_first + i]];
    Moment moment = {wait->end_ns, wait->actor};
    if (!wait->open && wait->result == HD_WAIT_RESULT_OK) g_array_append_val(takes, moment);
  }
  g_array_sort(takes, compare_moments);
  for (guint i = takes->len; i-- > 1;)
    if (compare_moments(&g_array_index(takes, Moment, i - 1), &g_array_index(takes, Moment, i)) == 0) g_array_remove_index(takes, i);
}

static void add_posts(HdHappensBefore *before, const HdObject *semaphore) {
  g_autoptr(GArray) posts = g_array_new(FALSE, FALSE, sizeof(Moment)), takes = g_array_new(FALSE, FALSE, sizeof(Moment));
  g_autoptr(GHashTable) posters = g_hash_table_new(NULL, NULL);
  collect_takes(before->model, semaphore, posts, takes);
  for (guint i = 0; i < posts->len; i++) g_hash_table_add(posters, GUINT_TO_POINTER(g_array_index(posts, Moment, i).actor));
  for (guint i = 0; i < takes->len; i++)
    if (g_hash_table_contains(posters, GUINT_TO_POINTER(g_array_index(takes, Moment, i).actor))) return;
  for (guint i = 0; i < MIN(posts->len, takes->len); i++) {
    const Moment *post = &g_array_index(posts, Moment, i), *take = &g_array_index(takes, Moment, i);
    add_link(before, HD_LINK_POST, post->actor, post->at_ns, take->actor, take->at_ns);
  }
}

/* As many waits as it has parties are a phase: the last to arrive has heard of all, and all hear of it. */
static void add_phases(HdHappensBefore *before, const HdObject *barrier) {
  const HdModel *model = before->model;
  const guint32 *waits = model->object_waits + barrier->wait_first;
  if (barrier->initial_value < 2 || barrier->initial_value > barrier->wait_count) return;
  guint32 parties = (guint32)barrier->initial_value;
  for (guint32 first = 0; first + parties <= barrier->wait_count; first += parties) {
    const HdWait *last = &model->waits[waits[first + parties - 1]];
    for (guint32 i = first; i + 1 < first + parties; i++) {
      const HdWait *other = &model->waits[waits[i]];
      if (other->result != HD_WAIT_RESULT_OK) return; /* broken: from here on nobody knows who belongs to which phase */
      add_link(before, HD_LINK_BARRIER, other->actor, other->begin_ns, last->actor, last->begin_ns);
      if (!other->open) add_link(before, HD_LINK_BARRIER, last->actor, last->begin_ns, other->actor, other->end_ns);
    }
  }
}

static int compare_links(gconstpointer a, gconstpointer b) {
  const HdLink *left = a, *right = b;
  if (left->from_ns != right->from_ns) return left->from_ns < right->from_ns ? -1 : 1;
  return (left->to_ns > right->to_ns) - (left->to_ns < right->to_ns);
}

HdHappensBefore *hd_happens_before_new(const HdModel *model) {
  HdHappensBefore *before = g_new0(HdHappensBefore, 1);
  before->model = model;
  return before;
}

static void collect_links(HdHappensBefore *before) {
  const HdModel *model = before->model;
  before->links = g_array_new(FALSE, FALSE, sizeof(HdLink));
  for (guint i = 0; i < model->link_count; i++)
    if (gives_order(model, &model->links[i])) g_array_append_val(before->links, model->links[i]);
  for (guint32 object = 0; object < model->object_count; object++) {
    if (model->objects[object].kind == HD_KIND_SEMAPHORE && model->objects[object].initial_value == 0)
      add_posts(before, &model->objects[object]);
    if (model->objects[object].kind == HD_KIND_BARRIER) add_phases(before, &model->objects[object]);
  }
  g_array_sort(before->links, compare_links);
  before->heard_ns = g_new0(gint64, MAX(model->actor_count, 1));
  before->question = g_new0(guint32, MAX(model->actor_count, 1));
}

void hd_happens_before_free(HdHappensBefore *before) {
  if (!before) return;
  g_clear_pointer(&before->links, g_array_unref);
  g_free(before->heard_ns);
  g_free(before->question);
  g_free(before);
}

gboolean hd_happens_before(HdHappensBefore *before, guint32 actor, gint64 at_ns, guint32 other, gint64 other_ns) {
  if (actor == other) return at_ns < other_ns;
  if (!before->links) collect_links(before);
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
    if (link->from_ns > other_ns || ++before->step_count > STEPS_MAX) break;
    if (before->question[link->from_actor] != now || before->heard_ns[link->from_actor] > link->from_ns || link->to_ns > other_ns) continue;
    if (link->to_actor == other) return TRUE;
    if (before->question[link->to_actor] == now && before->heard_ns[link->to_actor] <= link->to_ns) continue;
    before->question[link->to_actor] = now;
    before->heard_ns[link->to_actor] = link->to_ns;
  }
  return FALSE;
}
