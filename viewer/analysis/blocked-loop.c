/* Blocked loops (issue facts, "Async"): a step of 100 ms or more while somebody was ready; callbacks of the loop count as steps do. What it
 * cost is the time that others were ready meanwhile. One finding for each loop and routine that blocked it, of its longest step. */
#include "finding-list.h"
#include "sentences.h"
#include "sums.h"
#include "wait-graph.h"

enum { BLOCKED_MIN_NS = 100 * 1000 * 1000, VICTIMS_MAX = 64 };

/* A long step, or a callback (then task is HD_NONE). */
typedef struct {
  guint32 loop, thread, task;
  guint32 routine_site, end_site;
  gint64 begin_ns, end_ns;
  gint64 lost_ns;
  gint64 lives_ns; /* of its victims together */
  guint victim_count;
  guint32 last_victim;
  GArray *victims; /* the first of them; NULL: none */
} Block;

static int compare_blocks(gconstpointer a, gconstpointer b) {
  const Block *left = a, *right = b;
  if (left->loop != right->loop) return left->loop < right->loop ? -1 : 1;
  return (left->begin_ns > right->begin_ns) - (left->begin_ns < right->begin_ns);
}

static void clear_block(gpointer block) { g_clear_pointer(&((Block *)block)->victims, g_array_unref); }

static GArray *long_steps(const HdModel *model) {
  GArray *blocks = g_array_new(FALSE, FALSE, sizeof(Block));
  g_array_set_clear_func(blocks, clear_block);
  for (guint32 i = 0; i < model->step_count; i++) {
    const HdTaskStep *step = &model->steps[i];
    if (step->end_ns - step->begin_ns < BLOCKED_MIN_NS) continue;
    const HdActor *task = &model->actors[step->task];
    Block block = {task->loop, step->thread, step->task, task->routine_site, step->end_site, step->begin_ns, step->end_ns};
    if (task->loop < model->object_count) g_array_append_val(blocks, block);
  }
  for (guint32 i = 0; i < model->job_count; i++) {
    const HdJob *job = &model->jobs[i];
    if (!job->begun || job->end_ns - job->begin_ns < BLOCKED_MIN_NS || model->objects[job->executor].kind != HD_KIND_LOOP) continue;
    Block block = {job->executor, job->worker, HD_NONE, job->routine_site, job->submit_site, job->begin_ns, job->end_ns};
    g_array_append_val(blocks, block);
  }
  g_array_sort(blocks, compare_blocks);
  return blocks;
}

/* The first block of a loop that ends after a time. Blocks of one loop do not overlap. */
static guint first_after(const GArray *blocks, guint32 loop, gint64 at_ns) {
  guint low = 0, high = blocks->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    const Block *block = &g_array_index(blocks, Block, middle);
    if (block->loop < loop || (block->loop == loop && block->end_ns <= at_ns))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void add_victim(const HdModel *model, Block *block, guint32 actor, gint64 lost_ns) {
  if (!block->victims) block->victims = g_array_new(FALSE, FALSE, sizeof(guint32));
  hd_add_ns(&block->lost_ns, lost_ns);
  guint last = block->victims->len;
  if (block->last_victim == actor && last) return;
  block->last_victim = actor;
  block->victim_count++;
  block->lives_ns += model->actors[actor].end_ns - model->actors[actor].start_ns;
  if (last < VICTIMS_MAX) g_array_append_val(block->victims, actor);
}

static void charge(const HdModel *model, GArray *blocks) {
  for (guint32 actor = 0; actor < model->actor_count; actor++) {
    const HdActor *it = &model->actors[actor];
    if (it->kind != HD_ACTOR_TASK || it->loop >= model->object_count) continue;
    for (guint32 i = it->interval_first; i < it->interval_first + it->interval_count; i++) {
      if (model->intervals.state[i] != HD_STATE_READY) continue;
      gint64 begin_ns = model->intervals.begin_ns[i], end_ns = hd_model_interval_end_ns(model, actor, i);
      for (guint k = first_after(blocks, it->loop, begin_ns); k < blocks->len; k++) {
        Block *block = &g_array_index(blocks, Block, k);
        if (block->loop != it->loop || block->begin_ns >= end_ns) break;
        if (block->task != actor) add_victim(model, block, actor, MIN(end_ns, block->end_ns) - MAX(begin_ns, block->begin_ns));
      }
    }
  }
}

/* Where its time went, if most of it went to one wait: that wait's site; else HD_NONE. */
static guint32 longest_wait(const HdModel *model, const Block *block) {
  guint32 actor = block->task != HD_NONE ? block->task : block->thread, longest = HD_NONE;
  for (gint64 at_ns = block->begin_ns; at_ns < block->end_ns;) {
    guint32 interval = hd_model_interval_at(model, actor, at_ns);
    if (interval == HD_NONE) break;
    guint32 wait = model->intervals.wait[interval];
    gint64 end_ns = hd_model_interval_end_ns(model, actor, interval);
    gint64 length_ns = MIN(end_ns, block->end_ns) - at_ns;
    if (wait < model->wait_count && 2 * length_ns > block->end_ns - block->begin_ns) longest = wait;
    if (end_ns <= at_ns) break;
    at_ns = end_ns;
  }
  return longest;
}

static char *culprit_name(const HdModel *model, const Block *block) {
  if (block->task != HD_NONE) return hd_text_actor(model, block->task, NULL);
  if (block->routine_site >= model->site_count) return g_strdup("a callback");
  const char *function = model->sites[block->routine_site].function;
  return function ? g_strdup_printf("the callback %s", function) : g_strdup("a callback");
}

/* ", asleep or in I/O in work (file:line)" */
static char *where_text(const HdModel *model, const Block *block, guint32 wait) {
  if (wait == HD_NONE) {
    g_autofree char *site = hd_text_in_site(model, block->routine_site);
    return g_strdup_printf(": it computed%s", site);
  }
  g_autofree char *site = hd_text_in_site(model, model->waits[wait].site), *words = hd_text_wait(model, wait, NULL);
  if (model->waits[wait].state == HD_STATE_BLOCKED) return g_strdup_printf(": it slept or was in I/O%s", site);
  return g_strdup_printf(": it %s%s", words, site);
}

/* "a, b and c", "a, b, c and 997 more" */
static char *victims_text(const HdModel *model, const Block *block) {
  if (block->victim_count == block->victims->len) return hd_text_actors(model, block->victims, NULL);
  g_autofree char *first = hd_text_actor(model, g_array_index(block->victims, guint32, 0), NULL);
  g_autofree char *second = hd_text_actor(model, g_array_index(block->victims, guint32, 1), NULL);
  g_autofree char *third = hd_text_actor(model, g_array_index(block->victims, guint32, 2), NULL);
  return g_strdup_printf("%s, %s, %s and %u more", first, second, third, block->victim_count - 3);
}

static void add_finding(const HdModel *model, const Block *block, guint block_count, gint64 lost_ns, GArray *findings) {
  HdFinding *finding = hd_finding_add(findings, HD_FINDING_BLOCKED_LOOP, HD_GRADE_OCCURRED);
  guint32 wait = longest_wait(model, block);
  g_autofree char *culprit = culprit_name(model, block), *lasted = hd_format_duration(block->end_ns - block->begin_ns);
  g_autofree char *where = where_text(model, block, wait), *lost = hd_format_duration(block->lost_ns), *all = hd_format_duration(lost_ns);
  g_autofree char *victims = victims_text(model, block);
  g_autofree char *often = block_count > 1 ? g_strdup_printf(" It did so %u times, which cost others %s.", block_count, all) : g_strdup("");
  finding->title = g_strdup_printf("%s blocks its loop for %s", culprit, lasted);
  finding->summary =
      g_strdup_printf("%s kept the loop for %s without awaiting anything%s. %s %s ready meanwhile and lost %s%s.%s", culprit, lasted, where,
                      victims, block->victim_count == 1 ? "was" : "were", lost, block->victim_count == 1 ? "" : " together", often);
  finding->advice = g_strdup(wait == HD_NONE ? "Hand the computation to an executor, or let others run in between by awaiting a sleep of 0."
                                             : "Await instead of blocking, or hand the blocking call to an executor.");
  finding->at_ns = finding->from_ns = block->begin_ns;
  finding->to_ns = block->end_ns;
  finding->lost_ns = lost_ns;
  finding->share = block->lives_ns > 0 ? CLAMP((double)lost_ns / (double)block->lives_ns, 0, 1) : 0;
  finding->site = wait != HD_NONE ? model->waits[wait].site : block->routine_site != HD_NONE ? block->routine_site : block->end_site;
  hd_finding_add_actor(finding, block->task != HD_NONE ? block->task : block->thread);
  for (guint i = 0; i < block->victims->len; i++) hd_finding_add_actor(finding, g_array_index(block->victims, guint32, i));
  hd_finding_add_object(finding, block->loop);
  hd_finding_add_evidence(finding, block->begin_ns, block->task != HD_NONE ? block->task : block->thread, finding->site, wait, HD_NONE,
                          g_strdup_printf("%s keeps the loop for %s", culprit, lasted));
  for (guint i = 0; i < MIN(block->victims->len, 4); i++) {
    guint32 victim = g_array_index(block->victims, guint32, i);
    g_autofree char *name = hd_text_actor(model, victim, NULL);
    hd_finding_add_evidence(finding, block->begin_ns, victim, HD_NONE, HD_NONE, HD_NONE,
                            g_strdup_printf("%s is ready, and its loop is blocked", name));
  }
}

static gboolean same_culprit(const Block *a, const Block *b) {
  if (a->loop != b->loop || (a->task == HD_NONE) != (b->task == HD_NONE)) return FALSE;
  return a->routine_site != HD_NONE ? a->routine_site == b->routine_site : a->task == b->task;
}

void hd_findings_add_blocked_loops(const HdModel *model, GArray *findings) {
  g_autoptr(GArray) blocks = long_steps(model);
  charge(model, blocks);
  g_autofree guint8 *told = g_new0(guint8, MAX(blocks->len, 1));
  for (guint i = 0; i < blocks->len; i++) {
    const Block *worst = &g_array_index(blocks, Block, i);
    if (told[i] || !worst->lost_ns) continue;
    guint count = 0;
    gint64 lost_ns = 0;
    const Block *first = worst;
    for (guint k = i; k < blocks->len; k++) {
      const Block *other = &g_array_index(blocks, Block, k);
      if (told[k] || !other->lost_ns || !same_culprit(first, other)) continue;
      told[k] = 1;
      count++;
      hd_add_ns(&lost_ns, other->lost_ns);
      if (other->end_ns - other->begin_ns > worst->end_ns - worst->begin_ns) worst = other;
    }
    add_finding(model, worst, count, lost_ns, findings);
  }
}
