/* Growing arrays, and their order by group and time: a counting sort by group, then a natural merge sort of each group. */
#include "builder.h"
#include <string.h>

gpointer hd_vector_grow(gpointer items, guint32 *capacity, gsize item_bytes) {
  guint64 wanted = MAX(16, (guint64)*capacity + *capacity / 2);
  *capacity = MIN(wanted, HD_NONE);
  return g_realloc_n(items, *capacity, item_bytes);
}

/* Where each item's group and time stand. */
typedef struct {
  const char *groups, *times;
  gsize item_bytes;
  guint32 group_count;
} Layout;

static inline guint32 group_of(const Layout *layout, gsize index) {
  return MIN(*(const guint32 *)(layout->groups + index * layout->item_bytes), layout->group_count);
}

static inline gint64 time_of(const Layout *layout, gsize index) { return *(const gint64 *)(layout->times + index * layout->item_bytes); }

static void merge(const Layout *layout, const guint32 *left, const guint32 *left_end, const guint32 *right, const guint32 *right_end, guint32 *out) {
  gint64 left_time = left < left_end ? time_of(layout, *left) : 0, right_time = right < right_end ? time_of(layout, *right) : 0;
  while (left < left_end && right < right_end)
    if (right_time < left_time) {
      *out++ = *right++;
      if (right < right_end) right_time = time_of(layout, *right);
    } else {
      *out++ = *left++;
      if (left < left_end) left_time = time_of(layout, *left);
    }
  memcpy(out, left, (char *)left_end - (char *)left);
  out += left_end - left;
  memcpy(out, right, (char *)right_end - (char *)right);
}

/* Sorts indices by time, stably: merges neighbouring runs until one is left. Each run reads its items front to back, so of
 * few runs the items' own memory is read as a stream. */
static void sort_by_time(const Layout *layout, guint32 *indices, guint32 *spare, guint32 count, GArray *run_array) {
  g_array_set_size(run_array, 0);
  for (guint32 i = 0; i < count; i++)
    if (!i || time_of(layout, indices[i]) < time_of(layout, indices[i - 1])) g_array_append_val(run_array, i);
  guint32 run_count = run_array->len, *from = indices, *to = spare;
  g_array_append_val(run_array, count);
  for (guint32 *starts = (guint32 *)run_array->data; run_count > 1;) {
    guint32 merged_count = 0;
    for (guint32 run = 0; run < run_count; run += 2) {
      guint32 begin = starts[run], middle = starts[run + 1], end = run + 1 < run_count ? starts[run + 2] : middle;
      merge(layout, from + begin, from + middle, from + middle, from + end, to + begin);
      starts[merged_count++] = begin;
    }
    starts[merged_count] = count;
    run_count = merged_count;
    guint32 *sorted = to;
    to = from;
    from = sorted;
  }
  if (from != indices) memcpy(indices, from, (gsize)count * sizeof *indices);
}

guint32 *hd_order(gconstpointer items, gsize item_bytes, guint32 count, gsize group_offset, guint32 group_count, gsize time_offset) {
  const Layout layout = {(const char *)items + group_offset, (const char *)items + time_offset, item_bytes, group_count};
  guint32 *order = g_new(guint32, MAX(count, 1)), *ends = g_new0(guint32, (gsize)group_count + 2), longest = 0;
  for (gsize i = 0; i < count; i++) ends[group_of(&layout, i) + 1]++;
  for (gsize group = 0; group <= group_count; group++) {
    longest = MAX(longest, ends[group + 1]);
    ends[group + 1] += ends[group];
  }
  for (gsize i = 0; i < count; i++) order[ends[group_of(&layout, i)]++] = i; /* from begins to ends */

  g_autofree guint32 *spare = g_new(guint32, MAX(longest, 1));
  g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (gsize group = 0; group <= group_count; group++) {
    guint32 begin = group ? ends[group - 1] : 0;
    sort_by_time(&layout, order + begin, spare, ends[group] - begin, runs);
  }
  g_free(ends);
  return order;
}

gpointer hd_arrange(gpointer items, gsize item_bytes, guint32 count, const guint32 *order) {
  guint32 kept = 0;
  while (kept < count && order[kept] == kept) kept++;
  if (kept == count) return items;
  char *arranged = g_malloc_n(count, item_bytes);
  for (gsize i = 0; i < count; i++) memcpy(arranged + i * item_bytes, (const char *)items + order[i] * item_bytes, item_bytes);
  g_free(items);
  return arranged;
}
