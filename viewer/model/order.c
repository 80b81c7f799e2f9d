/* Growing arrays, and their order by group and time: a counting sort by group, then a natural merge sort of each group. */
#include "builder.h"
#include <string.h>

typedef struct {
  gint64 time;
  guint32 index;
} Key;

gpointer hd_vector_grow(gpointer items, guint32 *capacity, gsize item_bytes) {
  guint64 wanted = MAX(16, (guint64)*capacity + *capacity / 2);
  *capacity = MIN(wanted, HD_NONE);
  return g_realloc_n(items, *capacity, item_bytes);
}

static void merge(const Key *left, const Key *left_end, const Key *right, const Key *right_end, Key *out) {
  while (left < left_end && right < right_end) *out++ = right->time < left->time ? *right++ : *left++;
  memcpy(out, left, (char *)left_end - (char *)left);
  out += left_end - left;
  memcpy(out, right, (char *)right_end - (char *)right);
}

/* Sorts keys, stably; the result may stand in either array. */
static Key *sort_keys(Key *keys, Key *spare, guint32 count) {
  g_autoptr(GArray) run_array = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint32 i = 0; i < count; i++)
    if (!i || keys[i].time < keys[i - 1].time) g_array_append_val(run_array, i);
  g_array_append_val(run_array, count);
  guint32 *starts = (guint32 *)run_array->data;
  for (guint32 run_count = run_array->len - 1; run_count > 1;) {
    guint32 merged_count = 0;
    for (guint32 run = 0; run < run_count; run += 2) {
      guint32 begin = starts[run], middle = starts[run + 1], end = run + 1 < run_count ? starts[run + 2] : middle;
      merge(keys + begin, keys + middle, keys + middle, keys + end, spare + begin);
      starts[merged_count++] = begin;
    }
    starts[merged_count] = count;
    run_count = merged_count;
    Key *sorted = spare;
    spare = keys;
    keys = sorted;
  }
  return keys;
}

guint32 *hd_order(gconstpointer items, gsize item_bytes, guint32 count, gsize group_offset, guint32 group_count, gsize time_offset) {
  const char *groups = (const char *)items + group_offset, *times = (const char *)items + time_offset;
#define GROUP(i) MIN(*(const guint32 *)(groups + (i) * item_bytes), group_count)
#define TIME(i) (*(const gint64 *)(times + (i) * item_bytes))
  guint32 *order = g_new(guint32, MAX(count, 1)), *ends = g_new0(guint32, (gsize)group_count + 2);
  for (gsize i = 0; i < count; i++) ends[GROUP(i) + 1]++;
  for (gsize group = 0; group <= group_count; group++) ends[group + 1] += ends[group];
  for (gsize i = 0; i < count; i++) order[ends[GROUP(i)]++] = i; /* from begins to ends */

  Key *keys = NULL, *spare = NULL;
  guint32 capacity = 0;
  for (gsize group = 0; group <= group_count; group++) {
    guint32 begin = group ? ends[group - 1] : 0, length = ends[group] - begin;
    guint32 sorted_count = 1;
    while (sorted_count < length && TIME((gsize)order[begin + sorted_count]) >= TIME((gsize)order[begin + sorted_count - 1])) sorted_count++;
    if (sorted_count >= length) continue;
    if (length > capacity) {
      g_free(keys);
      g_free(spare);
      capacity = length;
      keys = g_new(Key, capacity);
      spare = g_new(Key, capacity);
    }
    for (guint32 i = 0; i < length; i++) keys[i] = (Key){TIME((gsize)order[begin + i]), order[begin + i]};
    const Key *sorted = sort_keys(keys, spare, length);
    for (guint32 i = 0; i < length; i++) order[begin + i] = sorted[i].index;
  }
#undef GROUP
#undef TIME
  g_free(keys);
  g_free(spare);
  g_free(ends);
  return order;
}

void hd_permute(gpointer items, gsize item_bytes, guint32 count, guint32 *order) {
  char *base = items;
  g_autofree char *displaced = g_malloc(item_bytes);
  for (guint32 start = 0; start < count; start++) {
    if (order[start] == start) continue;
    memcpy(displaced, base + start * item_bytes, item_bytes);
    guint32 at = start;
    while (order[at] != start) {
      guint32 from = order[at];
      memcpy(base + at * item_bytes, base + from * item_bytes, item_bytes);
      order[at] = at;
      at = from;
    }
    memcpy(base + at * item_bytes, displaced, item_bytes);
    order[at] = at;
  }
}
