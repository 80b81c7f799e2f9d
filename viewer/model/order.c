/* Growing arrays, and their order by group and time: a counting sort by group, then a natural merge sort of each group. */
#include "builder.h"
#include <string.h>

gpointer hd_vector_grow(gpointer items, guint32 *capacity, gsize item_bytes) {
  guint64 wanted = MAX(16, (guint64)*capacity + *capacity / 2);
  *capacity = MIN(wanted, HD_NONE);
  return g_realloc_n(items, *capacity, item_bytes);
}

#define PART_LEAST 65536 /* fewer items are not worth a thread */

typedef struct {
  gint64 time;
  guint32 index;
} Key;

static void merge(const Key *left, const Key *left_end, const Key *right, const Key *right_end, Key *out) {
  while (left < left_end && right < right_end) *out++ = right->time < left->time ? *right++ : *left++;
  memcpy(out, left, (char *)left_end - (char *)left);
  out += left_end - left;
  memcpy(out, right, (char *)right_end - (char *)right);
}

/* Sorts keys by time, stably: merges neighbouring runs until one is left. The result stands in keys or in spare. */
static const Key *sort_by_time(Key *keys, Key *spare, guint32 count, GArray *run_array) {
  g_array_set_size(run_array, 0);
  for (guint32 i = 0; i < count; i++)
    if (!i || keys[i].time < keys[i - 1].time) g_array_append_val(run_array, i);
  guint32 run_count = run_array->len;
  g_array_append_val(run_array, count);
  for (guint32 *starts = (guint32 *)run_array->data; run_count > 1;) {
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
#define GROUP(i) MIN(*(const guint32 *)(groups + (gsize)(i)*item_bytes), group_count)
#define TIME(i) (*(const gint64 *)(times + (gsize)(i)*item_bytes))
  guint32 *order = g_new(guint32, MAX(count, 1)), *ends = g_new0(guint32, (gsize)group_count + 2), longest = 0;
  gboolean sorted = TRUE;
  guint32 last_group = 0;
  gint64 last_time = G_MININT64;
  for (guint32 i = 0; i < count; i++) {
    guint32 group = GROUP(i);
    gint64 time = TIME(i);
    ends[group + 1]++;
    sorted &= group > last_group || (group == last_group && time >= last_time);
    last_group = group;
    last_time = time;
  }
  if (sorted) {
    for (guint32 i = 0; i < count; i++) order[i] = i;
    g_free(ends);
    return order;
  }
  for (gsize group = 0; group <= group_count; group++) {
    longest = MAX(longest, ends[group + 1]);
    ends[group + 1] += ends[group];
  }
  /* Keys are brought together by group, so that each is sorted in memory near at hand. */
  Key *keys = g_new(Key, count), *spare = g_new(Key, longest);
  for (guint32 i = 0; i < count; i++) keys[ends[GROUP(i)]++] = (Key){TIME(i), i}; /* from begins to ends */
  g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (gsize group = 0; group <= group_count; group++) {
    guint32 begin = group ? ends[group - 1] : 0, length = ends[group] - begin;
    const Key *in_order = sort_by_time(keys + begin, spare, length, runs);
    for (guint32 i = 0; i < length; i++) order[begin + i] = in_order[i].index;
  }
#undef GROUP
#undef TIME
  g_free(keys);
  g_free(spare);
  g_free(ends);
  return order;
}

typedef struct {
  const char *items;
  char *arranged;
  const guint32 *order;
  gsize item_bytes;
} Arranging;

static void arrange(gpointer arranging_pointer, gsize begin, gsize end) {
  const Arranging *arranging = arranging_pointer;
  gsize bytes = arranging->item_bytes;
  for (gsize i = begin; i < end; i++) memcpy(arranging->arranged + i * bytes, arranging->items + arranging->order[i] * bytes, bytes);
}

gpointer hd_reorder(gpointer items, gsize item_bytes, guint32 count, const guint32 *order) {
  guint32 kept = 0;
  while (kept < count && order[kept] == kept) kept++;
  if (kept == count) return items;
  char *arranged = g_malloc_n(count, item_bytes);
  hd_in_parts(count, PART_LEAST, arrange, &(Arranging){items, arranged, order, item_bytes});
  g_free(items);
  return arranged;
}
