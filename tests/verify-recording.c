/* Holds a recording against what must be true of every one, and prints its counts for the test that called it.
 *
 * States partition each thread's and each task's life; exclusive locks are held by one actor at a time (so stamps lie on the right sides of
 * the operations, on whatever CPU they were taken); each hold and wait names its evidence; and for every exclusive lock the
 * blame of the holders and the hand-off gaps are the sum of the waits, to the nanosecond. Where nothing was lost each item that was got had
 * been put before, no number twice, and never more lay in a queue than it may hold; jobs were submitted before they began, and lie within
 * their worker's life, one after the other. Steps of a thread and of a task do not overlap; an await begins where a step of its task ends,
 * and lasts at most to its next; what begins in a step is the task's and nobody else's.
 *
 * usage: verify-recording RECORDING    exit 0, or 1 with a line a breach */
#include "analysis.h"
#include "load.h"
#include "model.h"
#include <stdio.h>

static guint breach_count;
#define MUST(condition, ...)                                                                                                               \
  do {                                                                                                                                     \
    if (!(condition) && breach_count++ < 20) {                                                                                             \
      fprintf(stderr, "breach: %s: ", #condition);                                                                                         \
      fprintf(stderr, __VA_ARGS__);                                                                                                        \
      fputc('\n', stderr);                                                                                                                 \
    }                                                                                                                                      \
  } while (0)

static void verify_partition(const HdModel *model) {
  for (guint32 i = 0; i < model->actor_count; i++) {
    const HdActor *actor = &model->actors[i];
    gint64 states_ns[HD_STATE_COUNT] = {0}, sum_ns = 0;
    if (actor->kind == HD_ACTOR_PROCESS) continue;
    MUST(actor->interval_count > 0 || actor->end_ns == actor->start_ns, "%s has no states", actor->name);
    for (guint32 n = 0; n < actor->interval_count; n++) {
      gint64 begin_ns = model->intervals.begin_ns[actor->interval_first + n];
      MUST(n ? begin_ns > model->intervals.begin_ns[actor->interval_first + n - 1] : begin_ns == actor->start_ns, "%s, interval %u",
           actor->name, n);
      MUST(begin_ns < actor->end_ns || actor->interval_count == 1, "%s, interval %u begins behind its end", actor->name, n);
    }
    hd_model_state_times(model, i, states_ns);
    for (int state = 0; state < HD_STATE_COUNT; state++) sum_ns += states_ns[state];
    MUST(sum_ns == actor->end_ns - actor->start_ns, "%s: states sum to %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, actor->name, sum_ns,
         actor->end_ns - actor->start_ns);
  }
}

static void verify_holds(const HdModel *model) {
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    if ((object->kind != HD_KIND_LOCK && object->kind != HD_KIND_RLOCK && object->kind != HD_KIND_GIL) || !object->exclusive_owner)
      continue;
    const HdHold *previous = NULL;
    for (guint32 n = 0; n < object->hold_count; n++) {
      const HdHold *hold = &model->holds[object->hold_first + n];
      MUST(hold->begin_ns <= hold->end_ns, "%s, hold %u ends before it begins", object->name, n);
      if (hold->depth > 1) continue;
      if (previous && previous->actor != hold->actor)
        MUST(hold->begin_ns >= previous->end_ns, "%s is held twice: by %s until %" G_GINT64_FORMAT ", by %s from %" G_GINT64_FORMAT,
             object->name, model->actors[previous->actor].name, previous->end_ns, model->actors[hold->actor].name, hold->begin_ns);
      previous = hold;
    }
  }
}

static void verify_blame(const HdModel *model, const HdAnalysis *analysis) {
  for (guint i = 0; i < analysis->contention_count; i++) {
    const HdContention *contention = &analysis->contentions[i];
    const HdObject *object = &model->objects[contention->object];
    if (object->kind != HD_KIND_LOCK && object->kind != HD_KIND_RLOCK && object->kind != HD_KIND_GIL) continue;
    gint64 sum_ns = contention->handoff_ns;
    for (guint b = 0; b < contention->blame_count; b++) sum_ns += contention->blame[b].blame_ns;
    MUST(sum_ns == contention->wait_total_ns, "%s: blame and hand-offs are %" G_GINT64_FORMAT ", waits %" G_GINT64_FORMAT, object->name,
         sum_ns, contention->wait_total_ns);
  }
}

static gint by_time(gconstpointer left, gconstpointer right) {
  gint64 a = ABS(*(const gint64 *)left), b = ABS(*(const gint64 *)right);
  return (a > b) - (a < b);
}

/* A queue never holds more than it may. Only when nothing is missing. Times are kept as puts, gets as their negatives; all begin after 0.
 */
static void verify_depth(const HdModel *model, const HdObject *object) {
  g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint32 n = 0; n < object->item_count; n++) {
    const HdItem *item = &model->items[object->item_first + n];
    gint64 put_ns = item->put_ns, taken_ns = -item->get_ns;
    MUST(item->put_actor != HD_NONE, "%s: item %u was got, and never put", object->name, item->number);
    g_array_append_val(times, put_ns);
    if (item->get_actor != HD_NONE) g_array_append_val(times, taken_ns);
  }
  g_array_sort(times, by_time);
  gint64 depth = 0, most = object->initial_value > 0 ? object->initial_value : G_MAXINT64;
  for (guint n = 0; n < times->len; n++) {
    depth += g_array_index(times, gint64, n) < 0 ? -1 : 1;
    MUST(depth >= 0 && depth <= most, "%s holds %" G_GINT64_FORMAT " items", object->name, depth);
  }
}

/* An item is put before it is got, and once; says of each object how many were put and got. */
static guint verify_items(const HdModel *model) {
  guint passed_count = 0;
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    guint32 put_count = 0, got_count = 0;
    g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);
    for (guint32 n = 0; n < object->item_count; n++) {
      const HdItem *item = &model->items[object->item_first + n];
      MUST(item->put_ns <= item->get_ns, "%s, item %u is got before it is put", object->name, item->number);
      MUST(g_hash_table_add(numbers, GUINT_TO_POINTER(item->number)), "%s, two items %u", object->name, item->number);
      put_count += item->put_actor != HD_NONE;
      got_count += item->get_actor != HD_NONE;
      passed_count += item->put_actor != HD_NONE && item->get_actor != HD_NONE;
    }
    if (object->item_count) printf("passed %u %u %s\n", put_count, got_count, object->name);
    if (object->kind == HD_KIND_QUEUE && object->birth_seen && !model->info->lost_count) verify_depth(model, object);
  }
  return passed_count;
}

/* The versions of an annotated variable are made one after the other, each once, and none is read before. Only when nothing is missing. */
static void verify_versions(const HdModel *model) {
  for (guint32 i = 0; i < model->object_count && !model->info->lost_count; i++) {
    const HdObject *object = &model->objects[i];
    if (object->kind != HD_KIND_SHARED) continue;
    gint64 newest = 1; /* the first value is version 1 */
    for (guint32 n = 0; n < object->mark_count; n++) {
      const HdMark *mark = &model->marks[object->mark_first + n];
      enum hd_operation operation = model->sites[mark->site].operation;
      gboolean read = operation == HD_OPERATION_SHARED_READ;
      if (!read && operation != HD_OPERATION_SHARED_WRITE && operation != HD_OPERATION_SHARED_UPDATE) continue;
      MUST(read ? mark->value <= newest : mark->value == newest + 1, "%s: version %" G_GINT64_FORMAT " comes after %" G_GINT64_FORMAT,
           object->name, mark->value, newest);
      if (!read) newest = mark->value;
    }
  }
}

/* A line for each code: how often the program was told so. */
static void print_misuse(const HdModel *model) {
  g_autoptr(GHashTable) counts = g_hash_table_new(NULL, NULL);
  GHashTableIter at;
  gpointer code, count;
  for (guint32 i = 0; i < model->mark_count; i++) {
    code = GINT_TO_POINTER(model->marks[i].error);
    if (code) g_hash_table_insert(counts, code, GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(counts, code)) + 1));
  }
  for (g_hash_table_iter_init(&at, counts); g_hash_table_iter_next(&at, &code, &count);)
    printf("misuse %d %u\n", GPOINTER_TO_INT(code), GPOINTER_TO_UINT(count));
}

static void verify_jobs(const HdModel *model) {
  for (guint32 i = 0; i < model->job_count; i++) {
    const HdJob *job = &model->jobs[i];
    MUST(job->submit_ns <= job->begin_ns && job->begin_ns <= job->end_ns, "job %u", job->number);
    if (model->info->lost_count == 0) MUST(job->submitter != HD_NONE, "job %u was never submitted", job->number);
  }
  for (guint32 i = 0; i < model->actor_count; i++) {
    const HdActor *actor = &model->actors[i];
    for (guint32 n = 0; n < actor->job_count; n++) {
      const HdJob *job = &model->jobs[model->actor_jobs[actor->job_first + n]],
                  *before = n ? &model->jobs[model->actor_jobs[actor->job_first + n - 1]] : NULL;
      MUST(job->begin_ns >= actor->start_ns && job->end_ns <= actor->end_ns, "%s: job %u outlasts it", actor->name, job->number);
      if (before && before->ended && before->executor == job->executor && model->info->lost_count == 0)
        MUST(before->end_ns <= job->begin_ns, "%s: job %u begins before job %u has ended", actor->name, job->number, before->number);
    }
  }
}

/* The steps of a task, or those that a thread ran, one after the other. */
static void verify_steps(const HdModel *model, guint32 index) {
  const HdActor *actor = &model->actors[index];
  gint64 before_ns = actor->start_ns;
  for (guint32 n = actor->step_first; n < actor->step_first + actor->step_count; n++) {
    const HdTaskStep *step = &model->steps[actor->kind == HD_ACTOR_TASK ? n : model->thread_steps[n]];
    MUST(before_ns <= step->begin_ns && step->begin_ns <= step->end_ns, "%s: a step at %" G_GINT64_FORMAT " overlaps the one before",
         actor->name, step->begin_ns);
    if (model->info->lost_count == 0 && actor->kind == HD_ACTOR_TASK && n + 1 < actor->step_first + actor->step_count)
      MUST(step->end_site != HD_NONE, "%s: nobody told the end of the step at %" G_GINT64_FORMAT, actor->name, step->begin_ns);
    before_ns = step->end_ns;
  }
  MUST(before_ns <= actor->end_ns, "%s: its last step outlasts it", actor->name);
}

/* The last step of a task that began by then; NULL. */
static const HdTaskStep *step_before(const HdModel *model, const HdActor *task, gint64 at_ns) {
  const HdTaskStep *last = NULL;
  guint32 low = task->step_first, high = low + task->step_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->steps[middle].begin_ns <= at_ns) {
      last = &model->steps[middle];
      low = middle + 1;
    } else
      high = middle;
  }
  return last;
}

static gboolean is_operation(const HdModel *model, guint32 site, enum hd_role role) {
  return site < model->site_count && hd_operations[model->sites[site].operation].role == role;
}

static guint verify_tasks(const HdModel *model) {
  guint await_count = 0;
  for (guint32 i = 0; i < model->actor_count; i++) verify_steps(model, i);
  for (guint32 i = 0; i < model->wait_count; i++) {
    const HdWait *wait = &model->waits[i];
    const HdActor *actor = &model->actors[wait->actor];
    gboolean awaits = is_operation(model, wait->site, HD_ROLE_AWAIT);
    MUST(!awaits || actor->kind == HD_ACTOR_TASK, "%s awaits, and is no task", actor->name);
    await_count += awaits;
    if (actor->kind == HD_ACTOR_TASK) {
      const HdTaskStep *step = step_before(model, actor, wait->begin_ns);
      MUST(step, "%s waits before its first step", actor->name);
      if (!step) continue;
      /* Two awaits at one stamp: the first one's step is before that. */
      if (awaits) MUST(step->end_ns == wait->begin_ns || step->begin_ns == wait->begin_ns, "%s: no step ends with its await", actor->name);
      if (!awaits) MUST(wait->begin_ns < step->end_ns, "%s waits outside of a step", actor->name);
      const HdTaskStep *last = &model->steps[actor->step_first + actor->step_count - 1];
      if (awaits && step < last) MUST(wait->end_ns <= step[1].begin_ns, "%s runs while it awaits", actor->name);
      if (awaits && !wait->open && model->info->lost_count == 0) MUST(wait->waker != HD_NONE, "%s: nobody made it ready", actor->name);
    } else if (wait->state != HD_STATE_WAIT_GIL)
      MUST(hd_model_step_at(model, wait->actor, wait->begin_ns) == HD_NONE, "%s waits for itself while a task runs", actor->name);
  }
  for (guint32 i = 0; i < model->hold_count; i++) {
    const HdHold *hold = &model->holds[i];
    const HdActor *actor = &model->actors[hold->actor];
    if (hold->inherited || model->objects[hold->object].kind == HD_KIND_GIL) {
      MUST(actor->kind == HD_ACTOR_THREAD, "%s holds what only threads hold", actor->name);
      continue;
    }
    const HdTaskStep *step = actor->kind == HD_ACTOR_TASK ? step_before(model, actor, hold->begin_ns) : NULL;
    if (actor->kind == HD_ACTOR_TASK)
      MUST(step && hold->begin_ns < step->end_ns, "%s acquires outside of a step", actor->name);
    else
      MUST(hd_model_step_at(model, hold->actor, hold->begin_ns) == HD_NONE, "%s acquires for itself while a task runs", actor->name);
  }
  return await_count;
}

/* What was seen of context variables, for those who expect some. */
static void print_labels(const HdModel *model) {
  enum { PRINTED_MAX = 10000 };
  for (guint32 i = 0; i < MIN(model->label_count, PRINTED_MAX); i++) {
    const HdLabel *label = &model->labels[i];
    printf("label %s %s %s\n", model->actors[label->actor].name, label->variable, label->value ? label->value : "-");
  }
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) return 2;
  g_autoptr(GError) error = NULL;
  HdLog *log = hd_load(arguments[1], NULL, NULL, NULL, &error);
  g_autoptr(HdModel) model = log ? hd_model_new(log, NULL, NULL, &error) : NULL;
  if (!model) {
    fprintf(stderr, "%s\n", error->message);
    return 3;
  }
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  verify_partition(model);
  verify_holds(model);
  verify_blame(model, analysis);
  verify_jobs(model);
  guint await_count = verify_tasks(model);
  guint passed_count = verify_items(model);
  verify_versions(model);
  print_misuse(model);
  print_labels(model);
  printf("items %u\nitems_got %u\n", model->item_count, passed_count);
  if (model->step_count) printf("steps %u\nawaits %u\nlabels %u\n", model->step_count, await_count, model->label_count);
  printf("holds %u\nwaits %u\njobs %u\nactors %u\nlost %" G_GUINT64_FORMAT "\ncomplete %d\nfindings %u\n", model->hold_count,
         model->wait_count, model->job_count, model->actor_count, model->info->lost_count, model->complete, analysis->finding_count);
  return breach_count > 0;
}
