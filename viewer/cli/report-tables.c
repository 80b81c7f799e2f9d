#include "report-tables.h"
#include "columns.h"
#include <string.h>

enum { ROW_COUNT = 12, SHARE_COUNT = 3, STATE_COUNT = 3, JOIN_COUNT = 5, ACTOR_ROW_COUNT = 100 };
enum { ALIKE_COUNT = 8 }; /* threads of one name: more are one row */
enum { ACTOR_WIDTH = 26, SHARE_INDENT = 16, JOIN_INDENT = HD_NAME_WIDTH + 15, STATES_INDENT = ACTOR_WIDTH + 16 };

static char *place_of(const HdModel *model, guint32 site) {
  g_autofree char *text = site == HD_NONE ? g_strdup("a place not known") : hd_model_site_text(model, site);
  return hd_display_name(text, 60);
}

/* Up to three sites with a share of the wait that matters. */
static void print_shares(const HdModel *model, const HdBlame *shares, guint count, gint64 total_ns, gboolean holders) {
  for (guint i = 0; i < count && i < SHARE_COUNT && shares[i].blame_ns > 0 && shares[i].blame_ns >= total_ns / 100; i++) {
    g_autofree char *who = hd_model_actor_label(model, shares[i].actor), *place = place_of(model, shares[i].site);
    g_autofree char *time = hd_format_duration(shares[i].blame_ns);
    g_autofree char *text = g_strdup_printf(holders ? "%s held it, since %s" : "%s waited in %s", who, place);
    printf("    ");
    hd_print_cell(stdout, time, -10);
    printf("  ");
    hd_print_wrapped(stdout, SHARE_INDENT, text, SHARE_INDENT);
  }
}

/* Futures of jobs that were submitted at one place are one row, so are tasks that were made there. */
static guint32 submit_site(const HdModel *model, guint32 index) {
  const HdObject *object = &model->objects[index];
  if (object->kind == HD_KIND_TASK) return object->actor < model->actor_count ? model->actors[object->actor].create_site : HD_NONE;
  guint32 job = object->kind == HD_KIND_FUTURE ? object->job : HD_NONE;
  return job < model->job_count ? model->jobs[job].submit_site : HD_NONE;
}

/* The sums of all that were submitted where this one was; its waiters are those of the one that was waited for longest, this one. */
static HdContention alike_together(const HdModel *model, const HdAnalysis *analysis, const HdContention *first, guint *count) {
  HdContention sum = *first;
  guint32 site = submit_site(model, first->object);
  *count = 1;
  for (const HdContention *other = first + 1; site != HD_NONE && other < analysis->contentions + analysis->contention_count; other++) {
    if (submit_site(model, other->object) != site || !other->wait_total_ns) continue;
    sum.wait_total_ns += other->wait_total_ns;
    sum.wait_max_ns = MAX(sum.wait_max_ns, other->wait_max_ns);
    sum.contention_count += other->contention_count;
    ++*count;
  }
  return sum;
}

static char *row_name(const HdModel *model, guint32 object, guint alike_count) {
  if (alike_count < 2) return hd_short_name(&model->objects[object]);
  g_autofree char *place = hd_model_site_text(model, submit_site(model, object));
  g_autofree char *name = g_strdup_printf("%u %ss of %s", alike_count, hd_object_kind_names[model->objects[object].kind], place);
  return hd_display_name(name, HD_NAME_WIDTH);
}

static void print_object(const HdModel *model, const HdContention *contention, guint alike_count) {
  const HdObject *object = &model->objects[contention->object];
  g_autofree char *name = row_name(model, contention->object, alike_count);
  printf("  ");
  hd_print_cell(stdout, name, HD_NAME_WIDTH);
  printf("  ");
  hd_print_cell(stdout, hd_object_kind_names[object->kind], 9);
  hd_print_time(contention->wait_total_ns, 10);
  hd_print_time(contention->wait_max_ns, 10);
  if (contention->held_ns)
    hd_print_time(contention->held_ns, 10);
  else
    hd_print_cell(stdout, "–", -10);
  if (contention->acquisition_count)
    hd_print_count(contention->acquisition_count, 10);
  else
    hd_print_cell(stdout, "–", -10);
  hd_print_count(contention->contention_count, 8);
  printf("\n");
  if (contention->blame_count)
    print_shares(model, contention->blame, contention->blame_count, contention->wait_total_ns, TRUE);
  else
    print_shares(model, contention->waiters, contention->waiter_count, contention->wait_total_ns, FALSE);
}

static void print_objects(const HdModel *model, const HdAnalysis *analysis) {
  guint shown = 0, more = 0;
  gint64 more_ns = 0;
  g_autoptr(GHashTable) told_sites = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < analysis->contention_count && analysis->contentions[i].wait_total_ns > 0; i++) {
    const HdContention *contention = &analysis->contentions[i];
    guint32 site = submit_site(model, contention->object);
    if (site != HD_NONE && g_hash_table_contains(told_sites, GUINT_TO_POINTER(site))) continue;
    if (shown == ROW_COUNT) {
      more++;
      more_ns += contention->wait_total_ns;
      continue;
    }
    if (!shown++) {
      printf("\nWaited for\n  ");
      hd_print_cell(stdout, "object", HD_NAME_WIDTH);
      printf("  %-9s%10s%10s%10s%10s%8s\n", "kind", "wait", "longest", "held", "acquired", "waits");
    }
    guint alike_count;
    HdContention together = alike_together(model, analysis, contention, &alike_count);
    g_hash_table_add(told_sites, GUINT_TO_POINTER(site));
    print_object(model, &together, alike_count);
  }
  g_autofree char *rest = hd_format_duration(more_ns);
  if (more) printf("  … and %u more, %s together\n", more, rest);
}

/* Waits for the end of one thread or process, by one thread at one place. */
typedef struct {
  guint32 actor, target, site;
  guint count;
  gint64 total_ns;
} Join;

static int compare_joins(gconstpointer a, gconstpointer b) {
  const Join *left = a, *right = b;
  if (left->total_ns != right->total_ns) return left->total_ns > right->total_ns ? -1 : 1;
  return (left->target > right->target) - (left->target < right->target);
}

static GArray *joins_of(const HdModel *model) {
  GArray *joins = g_array_new(FALSE, FALSE, sizeof(Join));
  for (guint32 i = 0; i < model->wait_count; i++) {
    const HdWait *wait = &model->waits[i];
    if (wait->state != HD_STATE_WAIT_JOIN && wait->state != HD_STATE_WAIT_PROCESS) continue;
    Join *last = joins->len ? &g_array_index(joins, Join, joins->len - 1) : NULL;
    gint64 length_ns = MAX(wait->end_ns - wait->begin_ns, 0);
    if (last && last->actor == wait->actor && last->target == wait->target && last->site == wait->site) {
      last->count++;
      last->total_ns += length_ns;
      continue;
    }
    Join join = {wait->actor, wait->target, wait->site, 1, length_ns};
    g_array_append_val(joins, join);
  }
  g_array_sort(joins, compare_joins);
  return joins;
}

static char *target_of(const HdModel *model, guint32 target) {
  if (target == HD_NONE) return g_strdup("any child");
  g_autofree char *label = hd_model_actor_label(model, target);
  if (model->actors[target].kind != HD_ACTOR_PROCESS) return g_steal_pointer(&label);
  return g_strdup_printf("%s (%u)", label, model->actors[target].process_id);
}

static void print_joins(const HdModel *model) {
  g_autoptr(GArray) joins = joins_of(model);
  guint shown = 0;
  for (; shown < joins->len && shown < JOIN_COUNT; shown++) {
    const Join *join = &g_array_index(joins, Join, shown);
    if (join->total_ns <= 0 || join->total_ns < g_array_index(joins, Join, 0).total_ns / 100) break;
    if (shown == 0) printf("\nWaited for the end of\n");
    g_autofree char *who = hd_model_actor_label(model, join->actor), *place = place_of(model, join->site);
    g_autofree char *target = target_of(model, join->target);
    g_autofree char *where = g_strdup_printf("%s in %s", who, place), *name = hd_display_name(target, HD_NAME_WIDTH);
    printf("  ");
    hd_print_cell(stdout, name, HD_NAME_WIDTH);
    printf("  ");
    hd_print_time(join->total_ns, 9);
    printf("  ");
    hd_print_wrapped(stdout, JOIN_INDENT, where, JOIN_INDENT);
  }
  if (shown > 0 && joins->len > shown) printf("  … and %u shorter ones\n", joins->len - shown);
}

void hd_report_waits(const HdModel *model, const HdAnalysis *analysis) {
  print_objects(model, analysis);
  print_joins(model);
}

/* The states that take the most of a life; not those below a hundredth. */
static void print_states(const gint64 *states_ns) {
  gint64 rest_ns[HD_STATE_COUNT], life_ns = 0;
  memcpy(rest_ns, states_ns, sizeof rest_ns);
  for (int state = 0; state < HD_STATE_COUNT; state++) life_ns += states_ns[state];
  g_autoptr(GString) text = g_string_new(NULL);
  for (int printed = 0; printed < STATE_COUNT; printed++) {
    int longest = 0;
    for (int state = 1; state < HD_STATE_COUNT; state++)
      if (rest_ns[state] > rest_ns[longest]) longest = state;
    if (rest_ns[longest] <= 0 || rest_ns[longest] < life_ns / 100) break;
    g_autofree char *time = hd_format_duration(rest_ns[longest]);
    g_string_append_printf(text, "%s%s %s", printed ? ", " : "", hd_state_names[longest], time);
    rest_ns[longest] = 0;
  }
  printf(text->len ? "  " : "");
  hd_print_wrapped(stdout, STATES_INDENT, text->str, STATES_INDENT);
}

static void print_thread_row(const char *name, gint64 life_ns, const gint64 *states_ns) {
  g_autofree char *shown = hd_display_name(name, ACTOR_WIDTH);
  printf("    ");
  hd_print_cell(stdout, shown, ACTOR_WIDTH);
  hd_print_time(life_ns, 10);
  print_states(states_ns);
}

static void print_process(const HdActor *actor) {
  g_autofree char *name = hd_display_name(actor->name, 60);
  printf("  %s (%u)", name, actor->process_id);
  if (actor->exit_known && actor->exit < 0)
    printf(", ended by signal %d", -actor->exit);
  else if (actor->exit_known)
    printf(", exit %d", actor->exit);
  if (actor->outlived) printf(", outlived the recording");
  printf("%s\n", actor->emitter ? "" : ", seen by its parent only");
}

/* Threads that share a name; many of them are one row. */
typedef struct {
  guint count;
  gint64 life_ns, states_ns[HD_STATE_COUNT];
} Alike;

static GHashTable *threads_alike(const HdModel *model) {
  GHashTable *groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free); /* "process name" */
  for (guint32 i = 0; i < model->actor_count; i++) {
    const HdActor *actor = &model->actors[i];
    if (!actor->ordinal || actor->kind == HD_ACTOR_TASK) continue;
    g_autofree char *key = g_strdup_printf("%u %s", actor->parent, actor->name);
    Alike *alike = g_hash_table_lookup(groups, key);
    if (!alike) g_hash_table_insert(groups, g_steal_pointer(&key), alike = g_new0(Alike, 1));
    gint64 states_ns[HD_STATE_COUNT];
    hd_model_state_times(model, i, states_ns);
    for (int state = 0; state < HD_STATE_COUNT; state++) alike->states_ns[state] += states_ns[state];
    alike->life_ns += actor->end_ns - actor->start_ns;
    alike->count++;
  }
  return groups;
}

static gboolean print_thread(const HdModel *model, guint32 index, GHashTable *groups) {
  const HdActor *actor = &model->actors[index];
  g_autofree char *key = g_strdup_printf("%u %s", actor->parent, actor->name);
  const Alike *alike = actor->ordinal ? g_hash_table_lookup(groups, key) : NULL;
  if (alike && alike->count > ALIKE_COUNT) {
    if (actor->ordinal > 1) return FALSE;
    g_autofree char *name = g_strdup_printf("%s, %u threads together", actor->name, alike->count);
    print_thread_row(name, alike->life_ns, alike->states_ns);
    return TRUE;
  }
  g_autofree char *label = hd_model_actor_label(model, index);
  gint64 states_ns[HD_STATE_COUNT];
  hd_model_state_times(model, index, states_ns);
  print_thread_row(label, actor->end_ns - actor->start_ns, states_ns);
  return TRUE;
}

void hd_report_actors(const HdModel *model) {
  g_autoptr(GHashTable) groups = threads_alike(model);
  printf("\nProcesses and threads\n");
  guint printed = 0, more = 0;
  for (guint32 i = 0; i < model->actor_count; i++) {
    if (model->actors[i].kind == HD_ACTOR_TASK) continue;
    if (printed >= ACTOR_ROW_COUNT)
      more++;
    else if (model->actors[i].kind == HD_ACTOR_THREAD)
      printed += print_thread(model, i, groups);
    else {
      print_process(&model->actors[i]);
      printed++;
    }
  }
  if (more) printf("  … and %u more\n", more);
}
