#include "search.h"
#include <gio/gio.h>
#include <string.h>

typedef struct {
  char *text;         /* case-folded; NULL: any */
  int state;          /* −1: any */
  gint64 at_least_ns; /* 0: any */
  enum { OF_ALL, OF_JOBS, OF_ITEMS } of;
} Query;

static void query_clear(Query *query) { g_free(query->text); }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Query, query_clear)

static int parse_state(const char *name) {
  for (int i = 0; i < HD_STATE_COUNT; i++) {
    const char *state = hd_state_names[i];
    if (g_ascii_strcasecmp(state, name) == 0 || (g_str_has_prefix(state, "wait-") && g_ascii_strcasecmp(state + 5, name) == 0)) return i;
  }
  return -1;
}

static gint64 parse_duration(const char *text) {
  static const struct {
    const char *unit;
    double ns;
  } units[] = {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  char *end;
  double value = g_ascii_strtod(text, &end);
  if (end == text || !(value >= 0) || value > 1e9) return -1;
  while (*end == ' ') end++;
  for (guint i = 0; i < G_N_ELEMENTS(units); i++)
    if (strcmp(end, units[i].unit) == 0) return value * units[i].ns;
  return -1;
}

static gboolean parse(const char *text, Query *query, GError **error) {
  *query = (Query){.state = -1};
  g_autofree char *rest = g_strstrip(g_strdup(text));
  char *greater = strchr(rest, '>');
  /* '>' is a condition only at the start of a word: "operator->" is a name. */
  if (greater && (greater == rest || greater[-1] == ' ')) {
    char *duration = g_strstrip(greater + 1);
    if (*duration == '=') duration = g_strstrip(duration + 1);
    query->at_least_ns = parse_duration(duration);
    if (query->at_least_ns < 0) {
      g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” is no duration: write 5ms, 20us or 1s at the end", duration);
      return FALSE;
    }
    *greater = 0;
  }
  g_auto(GStrv) words = g_strsplit(rest, " ", -1);
  g_autoptr(GString) plain = g_string_new(NULL);
  for (char **word = words; *word; word++) {
    if (g_ascii_strncasecmp(*word, "state:", 6) == 0) {
      query->state = parse_state(*word + 6);
      if (query->state < 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” is no state: lock, condition, semaphore, barrier, event, join …",
                    *word + 6);
        return FALSE;
      }
    } else if (g_str_has_prefix(*word, "job:") || g_str_has_prefix(*word, "item:")) {
      query->of = g_str_has_prefix(*word, "job:") ? OF_JOBS : OF_ITEMS;
      g_string_append_printf(plain, "%s%s", plain->len ? " " : "", strchr(*word, ':') + 1);
    } else if (**word) {
      g_string_append_printf(plain, "%s%s", plain->len ? " " : "", *word);
    }
  }
  if (plain->len) query->text = g_utf8_casefold(plain->str, plain->len);
  return TRUE;
}

static gboolean contains(const char *name, const Query *query) {
  if (!name) return FALSE;
  g_autofree char *folded = g_utf8_casefold(name, -1);
  return strstr(folded, query->text) != NULL;
}

/* A context variable, as "request=42". */
static gboolean has_label(const HdModel *model, guint32 actor, const Query *query) {
  const HdActor *entry = &model->actors[actor];
  for (guint32 i = entry->label_first; i < entry->label_first + entry->label_count; i++) {
    const HdLabel *label = &model->labels[i];
    g_autofree char *text = g_strdup_printf("%s=%s", label->variable ? label->variable : "", label->value ? label->value : "");
    if (label->value && contains(text, query)) return TRUE;
  }
  return FALSE;
}

static void add(GArray *matches, guint *total, HdMatchKind kind, guint32 index) {
  HdMatch match = {kind, index};
  ++*total;
  if (matches->len < HD_MATCHES_MAX) g_array_append_val(matches, match);
}

static int by_begin(gconstpointer a, gconstpointer b, gpointer model) {
  const HdWait *waits = ((const HdModel *)model)->waits;
  gint64 x = waits[((const HdMatch *)a)->index].begin_ns, y = waits[((const HdMatch *)b)->index].begin_ns;
  return (x > y) - (x < y);
}

/* A flag for each site or object whose text matches: names are looked at once, not for every wait. */
static guint8 *matching_sites(const HdModel *model, const Query *query) {
  guint8 *flags = g_new0(guint8, model->site_count + 1);
  for (guint32 i = 0; i < model->site_count; i++) {
    g_autofree char *text = hd_model_site_text(model, i);
    flags[i] = contains(text, query);
  }
  return flags;
}

static gboolean site_matches(const HdModel *model, const guint8 *flags, guint32 site) { return site < model->site_count && flags[site]; }

static void search_waits(const HdModel *model, const Query *query, const guint8 *sites, const guint8 *objects, GArray *matches,
                         guint *total) {
  guint first = matches->len;
  for (guint32 i = 0; i < model->wait_count; i++) {
    const HdWait *wait = &model->waits[i];
    if (query->state >= 0 && wait->state != query->state) continue;
    if (query->at_least_ns && wait->end_ns - wait->begin_ns < query->at_least_ns) continue;
    gboolean conditions = query->state >= 0 || query->at_least_ns;
    if (query->text && !site_matches(model, sites, wait->site) && !(conditions && wait->object != HD_NONE && objects[wait->object]))
      continue;
    add(matches, total, HD_MATCH_WAIT, i);
  }
  GArray part = {.data = (char *)&g_array_index(matches, HdMatch, first), .len = matches->len - first};
  if (part.len > 1) g_qsort_with_data(part.data, part.len, sizeof(HdMatch), by_begin, (gpointer)model);
}

static void search_jobs(const HdModel *model, const Query *query, const guint8 *sites, GArray *matches, guint *total) {
  for (guint32 i = 0; i < model->job_count; i++) {
    const HdJob *job = &model->jobs[i];
    if (query->at_least_ns && (job->begun ? job->begin_ns : job->end_ns) - job->submit_ns < query->at_least_ns) continue;
    const char *name = job->future < model->object_count ? model->objects[job->future].name : NULL;
    if (!query->text || contains(name, query) || site_matches(model, sites, job->submit_site)) add(matches, total, HD_MATCH_JOB, i);
  }
}

static void search_items(const HdModel *model, const Query *query, GArray *matches, guint *total) {
  guint64 number = G_MAXUINT64;
  if (query->text && !g_ascii_string_to_unsigned(query->text, 10, 0, G_MAXUINT32, &number, NULL)) return;
  for (guint32 i = 0; i < model->item_count; i++) {
    const HdItem *item = &model->items[i];
    if (query->at_least_ns && item->get_ns - item->put_ns < query->at_least_ns) continue;
    if (!query->text || item->number == number) add(matches, total, HD_MATCH_ITEM, i);
  }
}

GArray *hd_search(const HdModel *model, const char *text, guint *total, GError **error) {
  g_auto(Query) query = {0};
  guint count = 0;
  if (!total) total = &count;
  *total = 0;
  if (!parse(text, &query, error)) return NULL;
  GArray *matches = g_array_new(FALSE, FALSE, sizeof(HdMatch));
  gboolean conditions = query.state >= 0 || query.at_least_ns;
  if (!query.text && !conditions && query.of == OF_ALL) return matches;
  g_autofree guint8 *sites = query.text ? matching_sites(model, &query) : NULL;
  if (query.of == OF_ITEMS) search_items(model, &query, matches, total);
  if (query.of == OF_JOBS) search_jobs(model, &query, sites, matches, total);
  if (query.of != OF_ALL) return matches;
  g_autofree guint8 *objects = g_new0(guint8, model->object_count + 1);
  for (guint32 i = 0; query.text && i < model->object_count; i++) objects[i] = contains(model->objects[i].name, &query);
  if (!conditions) {
    for (guint32 i = 0; i < model->actor_count; i++)
      if (contains(model->actors[i].name, &query) || has_label(model, i, &query)) add(matches, total, HD_MATCH_ACTOR, i);
    for (guint32 i = 0; i < model->object_count; i++)
      if (objects[i] && model->objects[i].kind != HD_KIND_FUTURE) add(matches, total, HD_MATCH_OBJECT, i);
    search_jobs(model, &query, sites, matches, total);
  }
  search_waits(model, &query, sites, objects, matches, total);
  if (matches->len || conditions) return matches;
  for (guint32 i = 0; i < model->hold_count; i++)
    if (site_matches(model, sites, model->holds[i].acquire_site) || site_matches(model, sites, model->holds[i].release_site))
      add(matches, total, HD_MATCH_HOLD, i);
  return matches;
}
