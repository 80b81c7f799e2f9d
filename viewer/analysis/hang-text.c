/* What a hang's finding says. */
#include "finding-list.h"
#include "hang.h"
#include "sentences.h"
#include "wait-graph.h"

typedef struct {
  const HdModel *model;
  const HdHang *hang;
  GArray *among; /* everybody in it, followers too: names are told apart among them */
  GArray *waits; /* of its members, in the order in which they are told */
} Teller;

/* "alice holds fork_left and waits for fork_right" */
static char *member_clause(const Teller *teller, guint32 wait_index, guint32 *hold_index) {
  const HdWait *wait = &teller->model->waits[wait_index];
  g_autoptr(GArray) held = g_array_new(FALSE, FALSE, sizeof(guint32));
  *hold_index = HD_NONE;
  for (guint i = 0; i < teller->hang->holds->len; i++) {
    guint32 index = g_array_index(teller->hang->holds, guint32, i);
    if (teller->model->holds[index].actor != wait->actor) continue;
    if (*hold_index == HD_NONE) *hold_index = index;
    g_array_append_val(held, teller->model->holds[index].object);
  }
  g_autofree char *actor = hd_text_actor(teller->model, wait->actor, teller->among);
  g_autofree char *waits = hd_text_wait(teller->model, wait_index, teller->among);
  if (held->len == 0) return g_strdup_printf("%s %s", actor, waits);
  g_autofree char *objects = hd_text_objects(teller->model, held);
  return g_strdup_printf("%s holds %s and %s", actor, objects, waits);
}

static char *all_clauses(const Teller *teller, guint max) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < MIN(max, teller->waits->len); i++) {
    guint32 hold;
    g_autofree char *clause = member_clause(teller, g_array_index(teller->waits, guint32, i), &hold);
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", clause);
  }
  if (teller->hang->waits->len > max) g_string_append_printf(text, ", and so on for %u more", teller->hang->waits->len - max);
  return g_string_free(text, FALSE);
}

/* "; 4.7 s until the end" */
static char *until_end(const Teller *teller, gboolean resolved) {
  if (resolved || teller->hang->moment_ns <= teller->hang->closed_ns) return g_strdup("");
  g_autofree char *rest = hd_format_duration(teller->hang->moment_ns - teller->hang->closed_ns);
  return g_strdup_printf("; %s until the end", rest);
}

static gboolean waits_in(const Teller *teller, guint8 state) {
  for (guint i = 0; i < teller->hang->waits->len; i++)
    if (teller->model->waits[g_array_index(teller->hang->waits, guint32, i)].state == state) return TRUE;
  return FALSE;
}

static gboolean waits_only_for_locks(const Teller *teller) {
  for (guint i = 0; i < teller->hang->waits->len; i++)
    if (teller->model->waits[g_array_index(teller->hang->waits, guint32, i)].state != HD_STATE_WAIT_LOCK) return FALSE;
  return TRUE;
}

/* "b is ready, but their loop is blocked. ": of members that wait for nothing themselves. */
static char *held_up_text(const Teller *teller) {
  g_autoptr(GArray) held_up = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < teller->hang->actors->len; i++) {
    guint32 actor = g_array_index(teller->hang->actors, guint32, i);
    gboolean waits = FALSE;
    for (guint k = 0; k < teller->hang->waits->len && !waits; k++)
      waits = teller->model->waits[g_array_index(teller->hang->waits, guint32, k)].actor == actor;
    if (!waits) g_array_append_val(held_up, actor);
  }
  if (!held_up->len) return g_strdup("");
  g_autofree char *names = hd_text_actors(teller->model, held_up, teller->among);
  return g_strdup_printf("%s %s ready, but the loop is blocked. ", names, held_up->len == 1 ? "is" : "are");
}

static void tell_deadlock(const Teller *teller, HdFinding *finding) {
  g_autofree char *clauses = all_clauses(teller, 6), *rest = until_end(teller, finding->resolved);
  guint count = teller->hang->actors->len;
  g_autofree char *number = hd_text_number(count), *held_up = held_up_text(teller);
  g_autofree char *nobody =
      count == 2 ? g_strdup_printf("%sNeither can go on", held_up) : g_strdup_printf("%sNone of the %s can go on", held_up, number);
  finding->summary = g_strdup_printf("%s. %s%s.", clauses, nobody, rest);
  if (*held_up)
    finding->advice = g_strdup("Await what another task must give; do not block the thread of the loop that both run on.");
  else if (waits_only_for_locks(teller))
    finding->advice = g_strdup("Take these locks in the same order everywhere.");
  else if (!teller->hang->holds->len && waits_in(teller, HD_STATE_WAIT_TASK))
    finding->advice = g_strdup("Tasks that await each other never end: let one of them go on without the other's result.");
  else if (waits_in(teller, HD_STATE_WAIT_JOIN))
    finding->advice = g_strdup("Let go of what the other thread needs before joining it.");
  else if (!teller->hang->holds->len && (waits_in(teller, HD_STATE_WAIT_QUEUE) || waits_in(teller, HD_STATE_WAIT_PIPE)))
    finding->advice = g_strdup("Each waits for what the other would put or take: let one of them go first, or make more room.");
  else
    finding->advice = g_strdup("Do not wait for the other while keeping what it needs.");
}

static void tell_self_deadlock(const Teller *teller, HdFinding *finding) {
  guint32 wait = g_array_index(teller->hang->waits, guint32, 0);
  const HdModel *model = teller->model;
  g_autofree char *actor = hd_text_actor(model, model->waits[wait].actor, teller->among);
  g_autofree char *waits = hd_text_wait(model, wait, teller->among), *rest = until_end(teller, finding->resolved);
  const HdHold *hold = teller->hang->holds->len > 0 ? &model->holds[g_array_index(teller->hang->holds, guint32, 0)] : NULL;
  if (!hold || hold->object >= model->object_count) { /* a join of itself */
    finding->summary = g_strdup_printf("%s %s, which is itself%s.", actor, waits, rest);
    finding->advice = g_strdup("Let another thread wait for its end.");
    return;
  }
  g_autofree char *site = hd_text_in_site(model, hold->acquire_site);
  finding->summary = g_strdup_printf("%s %s, which it took itself%s. Nobody else can release it%s.", actor, waits, site, rest);
  gboolean read_write = model->objects[hold->object].kind == HD_KIND_RWLOCK;
  finding->advice =
      g_strdup(read_write ? "Release the read lock before asking for the write lock." : "Release it first, or use a re-entrant lock.");
}

/* Its holder lives, but in the process that was forked. */
static gboolean came_by_fork(const HdModel *model, const HdHold *hold) {
  return hold->inherited && model->actors[hold->actor].end_ns >= hold->begin_ns;
}

static void tell_held_by_exited(const Teller *teller, HdFinding *finding) {
  const HdModel *model = teller->model;
  const HdHold *hold = &model->holds[g_array_index(teller->hang->holds, guint32, 0)];
  g_autofree char *leaver = hd_text_actor(model, hold->actor, teller->among), *object = hd_text_object(model, hold->object);
  g_autofree char *clauses = all_clauses(teller, 3), *rest = until_end(teller, finding->resolved),
                  *site = hd_text_in_site(model, hold->acquire_site);
  gboolean forked = came_by_fork(model, hold);
  finding->summary =
      forked ? g_strdup_printf("%s took %s%s and held it while the process was forked; the child has %s locked, but not the thread to "
                               "release it; %s%s.",
                               leaver, object, site, object, clauses, rest)
             : g_strdup_printf("%s took %s%s and ended without releasing it; %s%s.", leaver, object, site, clauses, rest);
  finding->advice = g_strdup(forked ? "Do not fork while another thread holds the lock, or take it before the fork."
                                    : "Release the lock on every way out of the thread, or make it robust.");
}

static void tell_lost_wakeup(const Teller *teller, HdFinding *finding) {
  const HdModel *model = teller->model;
  const HdMark *notify = &model->marks[teller->hang->notify];
  const HdWait *wait = &model->waits[g_array_index(teller->hang->waits, guint32, 0)];
  g_autofree char *clauses = all_clauses(teller, 3), *notifier = hd_text_actor(model, notify->actor, teller->among);
  g_autofree char *before = hd_format_duration(wait->begin_ns - notify->at_ns), *rest = until_end(teller, FALSE);
  finding->summary =
      g_strdup_printf("%s. The last notify, by %s, came %s earlier and found nobody waiting; nobody who can still run will notify again%s.",
                      clauses, notifier, before, rest);
  finding->advice = g_strdup("Keep a flag under the mutex: set it before the notify, and wait only while it is not set.");
  finding->from_ns = MIN(finding->from_ns, notify->at_ns);
  g_autofree char *object = hd_text_object(model, wait->object);
  hd_finding_add_evidence(finding, notify->at_ns, notify->actor, notify->site, HD_NONE, HD_NONE,
                          g_strdup_printf("%s notifies %s while nobody waits for it", notifier, object));
}

/* Of a join of a queue how many of its items were told done. */
static char *undone_text(const Teller *teller, const HdWait *wait) {
  const HdModel *model = teller->model;
  if (wait->object >= model->object_count || hd_site_operation(model, wait->site) != HD_OPERATION_QUEUE_JOIN) return g_strdup("");
  const HdObject *queue = &model->objects[wait->object];
  guint put_count = 0, done_count = 0;
  for (guint32 i = queue->mark_first; i < queue->mark_first + queue->mark_count; i++) {
    const HdMark *mark = &model->marks[i];
    enum hd_operation operation = hd_site_operation(model, mark->site);
    if (mark->error || mark->at_ns > teller->hang->moment_ns) continue;
    put_count += hd_operations[operation].role == HD_ROLE_ENABLE;
    done_count += operation == HD_OPERATION_QUEUE_TASK_DONE;
  }
  g_autofree char *put = hd_text_number(put_count), *done = hd_text_number(done_count);
  return g_strdup_printf(" Of %s item%s put %s %s told done.", put, put_count == 1 ? "" : "s", done, done_count == 1 ? "was" : "were");
}

/* What is known of an object that explains why its wait does not end. */
static char *object_text(const Teller *teller, const HdWait *wait) {
  const HdModel *model = teller->model;
  if (wait->state == HD_STATE_WAIT_BARRIER && wait->object < model->object_count && model->objects[wait->object].initial_value > 0)
    return g_strdup_printf(" The barrier is for %" G_GINT64_FORMAT ".", model->objects[wait->object].initial_value);
  return undone_text(teller, wait);
}

static void tell_stuck(const Teller *teller, HdFinding *finding) {
  const HdWait *wait = &teller->model->waits[g_array_index(teller->hang->waits, guint32, 0)];
  g_autofree char *clauses = all_clauses(teller, 4), *rest = until_end(teller, FALSE), *object = object_text(teller, wait);
  finding->summary = g_strdup_printf("%s.%s Nobody who can still run could end %s%s.", clauses, object,
                                     teller->hang->waits->len == 1 ? "this wait" : "these waits", rest);
  finding->advice = g_strdup("Find who should have ended the wait, and why it ended or waits itself.");
}

static char *title(const Teller *teller) {
  g_autofree char *at = hd_text_time(teller->hang->closed_ns);
  guint32 first = teller->hang->actors->len > 0 ? g_array_index(teller->hang->actors, guint32, 0) : HD_NONE;
  g_autofree char *actor = hd_text_actor(teller->model, first, teller->among);
  switch (teller->hang->kind) {
  case HD_FINDING_DEADLOCK:
    return g_strdup_printf("Deadlock at %s", at);
  case HD_FINDING_SELF_DEADLOCK:
    return g_strdup_printf("%s waits for itself from %s on", actor, at);
  case HD_FINDING_HELD_BY_EXITED: {
    const HdHold *hold = &teller->model->holds[g_array_index(teller->hang->holds, guint32, 0)];
    g_autofree char *object = hd_text_object(teller->model, hold->object);
    return g_strdup_printf(came_by_fork(teller->model, hold) ? "%s stays locked in the child: %s held it at the fork"
                                                             : "%s stays locked: %s ended while it held it",
                           object, actor);
  }
  case HD_FINDING_LOST_WAKEUP:
    return g_strdup_printf("Lost wake-up: %s sleeps from %s on", actor, at);
  case HD_FINDING_EXECUTOR_STARVATION: {
    g_autofree char *executor = hd_text_object(teller->model, teller->hang->executor);
    return g_strdup_printf("%s starves itself from %s on", executor, at);
  }
  default:
    return g_strdup_printf("%s is stuck from %s on", actor, at);
  }
}

/* When the finding's waits began to cost, for whom, and the span that shows it. */
static void measure(const Teller *teller, HdFinding *finding) {
  const HdModel *model = teller->model;
  const HdHang *hang = teller->hang;
  finding->at_ns = finding->from_ns = hang->closed_ns;
  finding->resolved = FALSE;
  gint64 last_ns = G_MININT64;
  const GArray *parts[] = {hang->waits, hang->followers};
  for (guint part = 0; part < 2; part++) {
    for (guint i = 0; i < parts[part]->len; i++) {
      const HdWait *wait = &model->waits[g_array_index(parts[part], guint32, i)];
      finding->lost_ns += MAX(MIN(wait->end_ns, hang->moment_ns) - MAX(wait->begin_ns, hang->closed_ns), 0);
      if (part > 0) continue;
      if (!wait->open) finding->resolved = TRUE;
      if (hang->holds->len == 0) finding->from_ns = MIN(finding->from_ns, wait->begin_ns);
      if (wait->begin_ns > last_ns) finding->site = wait->site;
      last_ns = MAX(last_ns, wait->begin_ns);
      hd_finding_add_object(finding, wait->object);
    }
  }
  for (guint i = 0; i < hang->holds->len; i++) {
    const HdHold *hold = &model->holds[g_array_index(hang->holds, guint32, i)];
    finding->from_ns = MIN(finding->from_ns, hold->begin_ns);
    hd_finding_add_object(finding, hold->object);
    if (hang->kind == HD_FINDING_HELD_BY_EXITED) finding->site = hold->acquire_site;
  }
  finding->share = hd_life_share(model, teller->among, finding->lost_ns);
}

static void cite(const Teller *teller, HdFinding *finding) {
  const HdModel *model = teller->model;
  for (guint i = 0; i < teller->hang->holds->len && teller->hang->kind == HD_FINDING_HELD_BY_EXITED; i++) {
    guint32 index = g_array_index(teller->hang->holds, guint32, i);
    const HdHold *hold = &model->holds[index];
    g_autofree char *actor = hd_text_actor(model, hold->actor, teller->among), *object = hd_text_object(model, hold->object);
    hd_finding_add_evidence(finding, hold->begin_ns, hold->actor, hold->acquire_site, HD_NONE, index,
                            g_strdup_printf("%s takes %s and never releases it", actor, object));
  }
  for (guint i = 0; i < teller->waits->len; i++) {
    guint32 wait = g_array_index(teller->waits, guint32, i), hold;
    char *text = member_clause(teller, wait, &hold);
    hd_finding_add_evidence(finding, model->waits[wait].begin_ns, model->waits[wait].actor, model->waits[wait].site, wait, hold, text);
  }
  for (guint i = 0; i < teller->hang->followers->len; i++) {
    guint32 wait = g_array_index(teller->hang->followers, guint32, i);
    g_autofree char *actor = hd_text_actor(model, model->waits[wait].actor, teller->among),
                    *waits = hd_text_wait(model, wait, teller->among);
    hd_finding_add_evidence(finding, model->waits[wait].begin_ns, model->waits[wait].actor, model->waits[wait].site, wait, HD_NONE,
                            g_strdup_printf("%s %s, and so does not go on either", actor, waits));
  }
}

void hd_findings_add_hangs(const HdModel *model, const GArray *hangs, GArray *findings) {
  for (guint i = 0; i < hangs->len; i++) {
    const HdHang *hang = &g_array_index(hangs, HdHang, i);
    g_autoptr(GArray) among = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_array_append_vals(among, hang->actors->data, hang->actors->len);
    for (guint j = 0; j < hang->followers->len; j++)
      g_array_append_val(among, model->waits[g_array_index(hang->followers, guint32, j)].actor);
    g_autoptr(GArray) waits = hd_hang_told_waits(model, hang);
    Teller teller = {model, hang, among, waits};
    HdFinding *finding = hd_finding_add(findings, hang->kind, HD_GRADE_OCCURRED);
    for (guint j = 0; j < hang->actors->len; j++) hd_finding_add_actor(finding, g_array_index(hang->actors, guint32, j));
    measure(&teller, finding);
    finding->title = title(&teller);
    switch (hang->kind) {
    case HD_FINDING_DEADLOCK:
      tell_deadlock(&teller, finding);
      break;
    case HD_FINDING_SELF_DEADLOCK:
      tell_self_deadlock(&teller, finding);
      break;
    case HD_FINDING_HELD_BY_EXITED:
      tell_held_by_exited(&teller, finding);
      break;
    case HD_FINDING_LOST_WAKEUP:
      tell_lost_wakeup(&teller, finding);
      break;
    case HD_FINDING_EXECUTOR_STARVATION: {
      g_autofree char *rest = until_end(&teller, finding->resolved);
      hd_tell_executor_starvation(model, hang, among, rest, finding);
      break;
    }
    default:
      tell_stuck(&teller, finding);
      break;
    }
    cite(&teller, finding);
    gint64 span_ns =
        MAX(finding->at_ns - finding->from_ns, 1000 * 1000); /* a hang that closed at once is shown with a millisecond around */
    finding->to_ns = MIN(finding->at_ns + span_ns / 10, MAX(model->duration_ns, finding->at_ns));
  }
}
