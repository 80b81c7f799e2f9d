#include "index-list.h"

struct _HdIndexRow {
  GObject parent;
  guint32 index;
};
G_DEFINE_TYPE(HdIndexRow, hd_index_row, G_TYPE_OBJECT)
static void hd_index_row_class_init(HdIndexRowClass *class) {}
static void hd_index_row_init(HdIndexRow *row) {}
guint32 hd_index_row_index(HdIndexRow *row) { return row->index; }

struct _HdIndexList {
  GObject parent;
  guint32 first;
  GArray *order; /* of guint32 */
  GtkSorter *sorter;
  HdIndexRow *scratch[2]; /* what the sorter is shown */
};

static GType get_item_type(GListModel *model) { return HD_TYPE_INDEX_ROW; }
static guint get_n_items(GListModel *model) { return HD_INDEX_LIST(model)->order->len; }

static gpointer get_item(GListModel *model, guint position) {
  HdIndexList *list = HD_INDEX_LIST(model);
  if (position >= list->order->len) return NULL;
  HdIndexRow *row = g_object_new(HD_TYPE_INDEX_ROW, NULL);
  row->index = g_array_index(list->order, guint32, position);
  return row;
}

static void list_model_init(GListModelInterface *interface) {
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_TYPE_WITH_CODE(HdIndexList, hd_index_list, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static int compare(gconstpointer a, gconstpointer b, gpointer user_data) {
  HdIndexList *list = user_data;
  list->scratch[0]->index = *(const guint32 *)a;
  list->scratch[1]->index = *(const guint32 *)b;
  int order = gtk_sorter_compare(list->sorter, list->scratch[0], list->scratch[1]);
  return order ? order : list->scratch[0]->index < list->scratch[1]->index ? -1 : 1;
}

static void sort(HdIndexList *list) {
  if (list->sorter && gtk_sorter_get_order(list->sorter) != GTK_SORTER_ORDER_NONE)
    g_array_sort_with_data(list->order, compare, list);
  else
    for (guint i = 0; i < list->order->len; i++) g_array_index(list->order, guint32, i) = list->first + i;
}

static void sorter_changed(HdIndexList *list) {
  sort(list);
  g_list_model_items_changed(G_LIST_MODEL(list), 0, list->order->len, list->order->len);
}

static void finalize(GObject *object) {
  HdIndexList *list = HD_INDEX_LIST(object);
  if (list->sorter) g_signal_handlers_disconnect_by_data(list->sorter, list);
  g_clear_object(&list->sorter);
  g_array_unref(list->order);
  g_object_unref(list->scratch[0]);
  g_object_unref(list->scratch[1]);
  G_OBJECT_CLASS(hd_index_list_parent_class)->finalize(object);
}

static void hd_index_list_class_init(HdIndexListClass *class) { G_OBJECT_CLASS(class)->finalize = finalize; }

static void hd_index_list_init(HdIndexList *list) {
  list->order = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < 2; i++) list->scratch[i] = g_object_new(HD_TYPE_INDEX_ROW, NULL);
}

HdIndexList *hd_index_list_new(void) { return g_object_new(HD_TYPE_INDEX_LIST, NULL); }

void hd_index_list_set(HdIndexList *list, guint32 first, guint32 count) {
  guint before = list->order->len;
  list->first = first;
  g_array_set_size(list->order, count);
  for (guint32 i = 0; i < count; i++) g_array_index(list->order, guint32, i) = first + i;
  sort(list);
  g_list_model_items_changed(G_LIST_MODEL(list), 0, before, count);
}

void hd_index_list_set_sorter(HdIndexList *list, GtkSorter *sorter) {
  if (list->sorter) g_signal_handlers_disconnect_by_data(list->sorter, list);
  g_set_object(&list->sorter, sorter);
  if (sorter) g_signal_connect_swapped(sorter, "changed", G_CALLBACK(sorter_changed), list);
  sorter_changed(list);
}
