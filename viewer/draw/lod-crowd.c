/* Many actors as one: how long all of them together were in each state. Every change of any of them stands in one array, in order of time;
 * every CHANGES_EACH changes a row keeps the sums up to there and how many are in each state. A stretch is the difference of two places,
 * however many actors there are. Made when it is first asked for. */
#include "lod-private.h"
#include <string.h>

enum { CHANGES_EACH = 64, NO_STATE = 255 };

typedef struct {
  gint64 at_ns;
  guint8 from, to; /* NO_STATE: it was not there yet, or is no more */
} Change;

struct HdCrowd {
  Change *changes;
  guint32 count;
  guint8 state_count; /* width of a row */
  guint8 states[HD_SHOWN_COUNT], column[HD_SHOWN_COUNT];
  gint64 *sums_ns; /* rows */
  gint32 *counts;
};

static int compare_changes(const void *a, const void *b) {
  gint64 first = ((const Change *)a)->at_ns, second = ((const Change *)b)->at_ns;
  return (first > second) - (first < second);
}

static void add_life(const HdLod *lod, GArray *changes, guint32 actor, gboolean occurs[HD_SHOWN_COUNT]) {
  const HdActor *entry = &lod->model->actors[actor];
  const gint64 *begins = lod->model->intervals.begin_ns;
  Change change = {.from = NO_STATE};
  for (guint32 i = entry->interval_first; i < entry->interval_first + entry->interval_count; i++) {
    change.at_ns = begins[i];
    change.to = hd_lod_shown(lod, i);
    occurs[change.to] = TRUE;
    if (change.to != change.from) g_array_append_val(changes, change);
    change.from = change.to;
  }
  if (change.from == NO_STATE) return;
  change.at_ns = entry->end_ns;
  change.to = NO_STATE;
  g_array_append_val(changes, change);
}

/* Lets time pass: counts stay, sums grow. */
static void pass(const HdCrowd *crowd, const gint32 *counts, gint64 length_ns, gint64 *sums_ns) {
  for (guint i = 0; i < crowd->state_count; i++) sums_ns[i] += counts[i] * length_ns;
}

static void make_change(const HdCrowd *crowd, const Change *change, gint32 *counts) {
  if (change->from != NO_STATE) counts[crowd->column[change->from]]--;
  if (change->to != NO_STATE) counts[crowd->column[change->to]]++;
}

static HdCrowd *crowd_new(const HdLod *lod, const guint32 *actors, guint32 actor_count) {
  HdCrowd *crowd = g_new0(HdCrowd, 1);
  GArray *changes = g_array_new(FALSE, FALSE, sizeof(Change));
  gboolean occurs[HD_SHOWN_COUNT] = {FALSE};
  for (guint32 i = 0; i < actor_count; i++) add_life(lod, changes, actors ? actors[i] : i, occurs);
  g_array_sort(changes, compare_changes);
  for (guint state = 0; state < HD_SHOWN_COUNT; state++) {
    crowd->column[state] = crowd->state_count;
    if (occurs[state]) crowd->states[crowd->state_count++] = state;
  }
  crowd->count = changes->len;
  crowd->changes = (Change *)g_array_free(changes, FALSE);
  gsize rows = crowd->count / CHANGES_EACH + 1;
  crowd->sums_ns = g_new0(gint64, rows * crowd->state_count + 1);
  crowd->counts = g_new0(gint32, rows * crowd->state_count + 1);
  gint64 sums_ns[HD_SHOWN_COUNT] = {0};
  gint32 counts[HD_SHOWN_COUNT] = {0};
  for (guint32 i = 0; i < crowd->count; i++) {
    if (i) pass(crowd, counts, crowd->changes[i].at_ns - crowd->changes[i - 1].at_ns, sums_ns);
    if (i % CHANGES_EACH == 0) {
      gsize row = (gsize)(i / CHANGES_EACH) * crowd->state_count;
      memcpy(crowd->sums_ns + row, sums_ns, crowd->state_count * sizeof *sums_ns);
      memcpy(crowd->counts + row, counts, crowd->state_count * sizeof *counts);
    }
    make_change(crowd, &crowd->changes[i], counts);
  }
  return crowd;
}

void hd_lod_crowd_free(gpointer memory) {
  HdCrowd *crowd = memory;
  if (!crowd) return;
  g_free(crowd->changes);
  g_free(crowd->sums_ns);
  g_free(crowd->counts);
  g_free(crowd);
}

/* The sums from the beginning up to a time, with a sign. */
static void add_until(const HdCrowd *crowd, gint64 at_ns, int sign, gint64 *states_ns) {
  guint32 low = 0, high = crowd->count; /* changes before low are at or before the time */
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (crowd->changes[middle].at_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return;
  guint32 row = (low - 1) / CHANGES_EACH;
  gint64 sums_ns[HD_SHOWN_COUNT];
  gint32 counts[HD_SHOWN_COUNT];
  memcpy(sums_ns, crowd->sums_ns + (gsize)row * crowd->state_count, crowd->state_count * sizeof *sums_ns);
  memcpy(counts, crowd->counts + (gsize)row * crowd->state_count, crowd->state_count * sizeof *counts);
  for (guint32 i = row * CHANGES_EACH; i < low; i++) {
    make_change(crowd, &crowd->changes[i], counts);
    pass(crowd, counts, (i + 1 < low ? crowd->changes[i + 1].at_ns : at_ns) - crowd->changes[i].at_ns, sums_ns);
  }
  for (guint i = 0; i < crowd->state_count; i++) states_ns[crowd->states[i]] += sign * sums_ns[i];
}

void hd_crowd_states(const HdCrowd *crowd, gint64 from_ns, gint64 to_ns, gint64 states_ns[HD_SHOWN_COUNT]) {
  if (to_ns <= from_ns) return;
  add_until(crowd, from_ns, -1, states_ns);
  add_until(crowd, to_ns, 1, states_ns);
}

const HdCrowd *hd_lod_crowd(const HdLod *lod, const guint32 *actors, guint32 count) {
  HdLod *cache = (HdLod *)lod; /* what it is asked changes nothing that can be seen */
  gint64 key = actors ? (gint64)actors[0] << 32 | count : -1;
  if (!actors) count = lod->model->actor_count;
  g_mutex_lock(&cache->crowds_guard);
  HdCrowd *crowd = g_hash_table_lookup(cache->crowds, &key);
  if (!crowd) g_hash_table_insert(cache->crowds, g_memdup2(&key, sizeof key), crowd = crowd_new(lod, actors, count));
  g_mutex_unlock(&cache->crowds_guard);
  return crowd;
}
