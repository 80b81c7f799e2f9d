#include "queues-panel.h"
#include "names.h"
#include "queue-stats.h"
#include "table.h"

/* Belongs to the table. */
typedef struct {
  HdViewState *state;
  GArray *stats; /* of HdQueueStats; a row is an index of it */
} QueuesPanel;

static void queues_panel_free(QueuesPanel *panel) {
  g_array_unref(panel->stats);
  g_object_unref(panel->state);
  g_free(panel);
}

static const HdQueueStats *stats_of(gpointer panel, guint32 index) {
  return &g_array_index(((QueuesPanel *)panel)->stats, HdQueueStats, index);
}
static const HdObject *object_of(gpointer panel, guint32 index) {
  return &hd_view_state_model(((QueuesPanel *)panel)->state)->objects[stats_of(panel, index)->object];
}

static char *name_text(guint32 index, gpointer panel) {
  return hd_object_label(hd_view_state_model(((QueuesPanel *)panel)->state), stats_of(panel, index)->object);
}
static char *kind_text(guint32 index, gpointer panel) {
  const HdObject *object = object_of(panel, index);
  if (object->initial_value <= 0) return g_strdup(hd_object_kind_names[object->kind]);
  return g_strdup_printf("%s of %" G_GINT64_FORMAT, hd_object_kind_names[object->kind], object->initial_value);
}
static char *count_text(guint32 index, gpointer panel) {
  const HdQueueStats *stats = stats_of(panel, index);
  return stats->left_count ? g_strdup_printf("%u, %u left", stats->item_count, stats->left_count)
                           : g_strdup_printf("%u", stats->item_count);
}
static char *deepest_text(guint32 index, gpointer panel) { return g_strdup_printf("%d", stats_of(panel, index)->deepest); }
static char *mean_text(guint32 index, gpointer panel) { return hd_format_duration(stats_of(panel, index)->latency_mean_ns); }
static char *max_text(guint32 index, gpointer panel) { return hd_format_duration(stats_of(panel, index)->latency_max_ns); }
static char *producers_text(guint32 index, gpointer panel) { return hd_format_duration(stats_of(panel, index)->producers_ns); }
static char *consumers_text(guint32 index, gpointer panel) { return hd_format_duration(stats_of(panel, index)->consumers_ns); }

#define BY(field)                                                                                                                          \
  static int by_##field(guint32 a, guint32 b, gpointer panel) {                                                                            \
    gint64 x = stats_of(panel, a)->field, y = stats_of(panel, b)->field;                                                                   \
    return (x > y) - (x < y);                                                                                                              \
  }
BY(item_count)
BY(deepest)
BY(latency_mean_ns)
BY(latency_max_ns)
BY(producers_ns)
BY(consumers_ns)

static int by_name(guint32 a, guint32 b, gpointer panel) { return g_strcmp0(object_of(panel, a)->name, object_of(panel, b)->name); }

static const HdTableColumn columns[] = {
    {"Queue", name_text, by_name, FALSE, TRUE},
    {"Kind", kind_text, NULL, FALSE, FALSE},
    {"Producers waited", producers_text, by_producers_ns, TRUE, FALSE},
    {"Consumers waited", consumers_text, by_consumers_ns, TRUE, FALSE},
    {"Items", count_text, by_item_count, TRUE, FALSE},
    {"Deepest", deepest_text, by_deepest, TRUE, FALSE},
    {"Latency, mean", mean_text, by_latency_mean_ns, TRUE, FALSE},
    {"Longest", max_text, by_latency_max_ns, TRUE, FALSE},
};

static void activated(guint32 index, gpointer user_data) {
  QueuesPanel *panel = user_data;
  guint32 object = stats_of(panel, index)->object;
  hd_view_state_select_object(panel->state, object);
  hd_view_state_reveal(panel->state, HD_NONE, object);
}

GtkWidget *hd_queues_panel_new(HdViewState *state) {
  QueuesPanel *panel = g_new0(QueuesPanel, 1);
  HdSource source = hd_document_source(hd_view_state_document(state));
  g_autoptr(HdIndexList) list = hd_index_list_new();
  panel->state = g_object_ref(state);
  panel->stats = hd_queue_stats_all(&source);
  GtkWidget *table = hd_table_new(list, columns, G_N_ELEMENTS(columns), "Queues", activated, panel);
  g_object_set_data_full(G_OBJECT(table), "panel", panel, (GDestroyNotify)queues_panel_free);
  hd_index_list_set(list, 0, panel->stats->len);
  return table;
}
