/* The order of many items by group and time, against one made by comparing; large enough to be done in parts. */
#include "../builder.h"

#define ITEM_COUNT 300000
#define GROUP_COUNT 50

typedef struct {
  guint32 group, number;
  gint64 at_ns;
} Item;

typedef struct {
  Item *items;
  guint32 count, capacity;
} Items;

static int compare(gconstpointer a_pointer, gconstpointer b_pointer) {
  const Item *a = a_pointer, *b = b_pointer;
  if (a->group != b->group) return a->group < b->group ? -1 : 1;
  if (a->at_ns != b->at_ns) return a->at_ns < b->at_ns ? -1 : 1;
  return a->number < b->number ? -1 : a->number > b->number;
}

static void check(Items *items) {
  g_autofree Item *expected = g_memdup2(items->items, ITEM_COUNT * sizeof(Item));
  qsort(expected, ITEM_COUNT, sizeof(Item), compare);
  g_autofree guint32 *order = HD_ORDER(items, Item, group, GROUP_COUNT, at_ns);
  hd_vector_reorder(items, order);
  for (guint32 i = 0; i < ITEM_COUNT; i++) g_assert_cmpuint(items->items[i].number, ==, expected[i].number);
  g_free(items->items);
}

/* Each group's items in a few runs that are sorted by time, as emitters leave them. */
static void test_runs(void) {
  Items items = {0};
  for (guint32 i = 0; i < ITEM_COUNT; i++) *hd_vector_add(&items) = (Item){i * 7 % GROUP_COUNT, i, (i * 13) % 100000};
  check(&items);
}

static void test_any(void) {
  Items items = {0};
  for (guint32 i = 0; i < ITEM_COUNT; i++)
    *hd_vector_add(&items) = (Item){g_test_rand_int_range(0, GROUP_COUNT), i, g_test_rand_int_range(-500, 500)};
  check(&items);
}

static void test_sorted_already(void) {
  Items items = {0};
  for (guint32 i = 0; i < ITEM_COUNT; i++) *hd_vector_add(&items) = (Item){i / (ITEM_COUNT / GROUP_COUNT), i, -5 + i / 2};
  check(&items);
}

static void count_item(gpointer counts, gsize begin, gsize end) {
  for (gsize i = begin; i < end; i++) ((guint8 *)counts)[i]++;
}

static void test_parts(void) {
  for (gsize count = 0; count < 40; count++) {
    guint8 counts[40] = {0};
    hd_in_parts(count, 3, count_item, counts);
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) g_assert_cmpuint(counts[i], ==, i < count);
  }
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/order/runs", test_runs);
  g_test_add_func("/order/any", test_any);
  g_test_add_func("/order/sorted-already", test_sorted_already);
  g_test_add_func("/order/parts", test_parts);
  return g_test_run();
}
