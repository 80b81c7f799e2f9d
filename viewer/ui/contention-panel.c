#include "contention-panel.h"
#include "links.h"
#include "table.h"

static const HdContention *contention_of(HdViewState *state, guint32 index) {
  return &hd_document_analysis(hd_view_state_document(state))->contentions[index];
}

static char *object_text(guint32 index, gpointer state) {
  return hd_display_name(hd_view_state_model(state)->objects[contention_of(state, index)->object].name, 80);
}
static char *kind_text(guint32 index, gpointer state) {
  return g_strdup(hd_object_kind_names[hd_view_state_model(state)->objects[contention_of(state, index)->object].kind]);
}
static char *lost_text(guint32 index, gpointer state) { return hd_format_duration(contention_of(state, index)->wait_total_ns); }
static char *worst_text(guint32 index, gpointer state) { return hd_format_duration(contention_of(state, index)->wait_max_ns); }
static char *held_text(guint32 index, gpointer state) { return hd_format_duration(contention_of(state, index)->held_ns); }
static char *longest_text(guint32 index, gpointer state) { return hd_format_duration(contention_of(state, index)->hold_max_ns); }
static char *waits_text(guint32 index, gpointer state) {
  const HdContention *contention = contention_of(state, index);
  return g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, contention->contention_count, contention->acquisition_count);
}
static char *blame_text(guint32 index, gpointer state) {
  const HdContention *contention = contention_of(state, index);
  if (contention->blame_count == 0) return g_strdup("");
  const HdModel *model = hd_view_state_model(state);
  const HdBlame *blame = &contention->blame[0];
  g_autofree char *site = blame->site < model->site_count ? hd_model_site_text(model, blame->site) : g_strdup("a place not known");
  g_autofree char *actor = hd_actor_text(model, blame->actor), *text = g_strdup_printf("%s in %s", actor, site);
  return hd_display_name(text, 100);
}

static int by_name(guint32 a, guint32 b, gpointer state) {
  const HdModel *model = hd_view_state_model(state);
  return g_strcmp0(model->objects[contention_of(state, a)->object].name, model->objects[contention_of(state, b)->object].name);
}

#define BY(field)                                                                                                                          \
  static int by_##field(guint32 a, guint32 b, gpointer state) {                                                                            \
    gint64 x = contention_of(state, a)->field, y = contention_of(state, b)->field;                                                         \
    return (x > y) - (x < y);                                                                                                              \
  }
BY(wait_total_ns)
BY(wait_max_ns)
BY(contention_count)
BY(held_ns)
BY(hold_max_ns)

static const HdTableColumn columns[] = {
    {"Object", object_text, by_name, FALSE, TRUE},
    {"Kind", kind_text, NULL, FALSE, FALSE},
    {"Lost", lost_text, by_wait_total_ns, TRUE, FALSE},
    {"Worst wait", worst_text, by_wait_max_ns, TRUE, FALSE},
    {"Waited", waits_text, by_contention_count, TRUE, FALSE},
    {"Held", held_text, by_held_ns, TRUE, FALSE},
    {"Longest hold", longest_text, by_hold_max_ns, TRUE, FALSE},
    {"Most blame", blame_text, NULL, FALSE, TRUE},
};

static void activated(guint32 index, gpointer state) {
  guint32 object = contention_of(state, index)->object;
  hd_view_state_select_object(state, object);
  hd_view_state_reveal(state, HD_NONE, object);
}

static void fill(HdIndexList *list) {
  HdViewState *state = g_object_get_data(G_OBJECT(list), "state");
  const HdAnalysis *analysis = hd_document_analysis(hd_view_state_document(state));
  hd_index_list_set(list, 0, analysis ? analysis->contention_count : 0);
}

GtkWidget *hd_contention_panel_new(HdViewState *state) {
  g_autoptr(HdIndexList) list = hd_index_list_new();
  g_object_set_data_full(G_OBJECT(list), "state", g_object_ref(state), g_object_unref);
  GtkWidget *table = hd_table_new(list, columns, G_N_ELEMENTS(columns), "Contention", activated, state);
  g_signal_connect_object(hd_view_state_document(state), "analysed", G_CALLBACK(fill), list, G_CONNECT_SWAPPED);
  fill(list);
  return table;
}
