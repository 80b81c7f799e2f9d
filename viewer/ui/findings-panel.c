#include "findings-panel.h"
#include "findings.h"
#include "legend.h"
#include "links.h"

struct _HdFindingsPanel {
  GtkBox parent;
  HdViewState *state;
  GtkWidget *count; /* "5 · 1 refuted hidden"; a button when there are refuted ones */
  GtkWidget *refuted_toggle;
  GtkWidget *list;
  GtkWidget *empty; /* what to say when there is none */
};

G_DEFINE_TYPE(HdFindingsPanel, hd_findings_panel, GTK_TYPE_BOX)

static void dispose(GObject *object) {
  g_clear_object(&HD_FINDINGS_PANEL(object)->state);
  G_OBJECT_CLASS(hd_findings_panel_parent_class)->dispose(object);
}

static void hd_findings_panel_class_init(HdFindingsPanelClass *class) { G_OBJECT_CLASS(class)->dispose = dispose; }
static void hd_findings_panel_init(HdFindingsPanel *panel) {}

static GtkWidget *paragraph(const char *text, const char *css_class) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  if (css_class) gtk_widget_add_css_class(label, css_class);
  return label;
}

static const char *severity_class(const HdFinding *finding) {
  if (finding->grade == HD_GRADE_REFUTED) return "fine";
  return finding->grade == HD_GRADE_OCCURRED ? "alarm" : "warning";
}

static GtkWidget *card_new(HdViewState *state, const HdFinding *finding, guint32 index) {
  GtkWidget *card = gtk_box_new(GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_add_css_class(card, "card");
  gtk_widget_add_css_class(card, severity_class(finding));
  g_autofree char *title = hd_display_name(finding->title, 160), *tag = hd_finding_tag(finding);
  GtkWidget *tag_label = paragraph(tag, "tag");
  gtk_box_append(GTK_BOX(card), paragraph(title, "title"));
  gtk_box_append(GTK_BOX(card), tag_label);
  gtk_box_append(GTK_BOX(card), paragraph(finding->summary, NULL));
  if (finding->advice && *finding->advice) gtk_box_append(GTK_BOX(card), paragraph(finding->advice, "advice"));
  if (finding->site != HD_NONE) {
    GtkWidget *site = hd_link_label_new(state);
    g_autoptr(GString) markup = g_string_new(NULL);
    hd_link_append_site(markup, hd_view_state_model(state), finding->site);
    gtk_label_set_markup(GTK_LABEL(site), markup->str);
    gtk_label_set_selectable(GTK_LABEL(site), FALSE);
    gtk_widget_add_css_class(site, "site");
    gtk_box_append(GTK_BOX(card), site);
  }
  GtkWidget *row = gtk_list_box_row_new();
  gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), card);
  g_object_set_data(G_OBJECT(row), "finding", GUINT_TO_POINTER(index));
  g_autofree char *spoken = g_strdup_printf("%s, %s", title, tag);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

static GtkListBoxRow *row_of(HdFindingsPanel *panel, guint32 finding) {
  for (int i = 0;; i++) {
    GtkListBoxRow *row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(panel->list), i);
    if (!row || GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(row), "finding")) == finding) return row;
  }
}

static void finding_changed(HdFindingsPanel *panel) {
  guint32 finding = hd_view_state_finding(panel->state);
  gtk_list_box_select_row(GTK_LIST_BOX(panel->list), finding == HD_NONE ? NULL : row_of(panel, finding));
}

static void fill(HdFindingsPanel *panel) {
  GtkListBoxRow *row;
  while ((row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(panel->list), 0)))
    gtk_list_box_remove(GTK_LIST_BOX(panel->list), GTK_WIDGET(row));
  const HdAnalysis *analysis = hd_document_analysis(hd_view_state_document(panel->state));
  gboolean with_refuted = gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(panel->refuted_toggle));
  guint shown_count = 0, refuted_count = 0;
  for (guint32 i = 0; analysis && i < analysis->finding_count; i++) {
    const HdFinding *finding = &analysis->findings[i];
    gboolean refuted = finding->grade == HD_GRADE_REFUTED;
    refuted_count += refuted;
    if (refuted && !with_refuted) continue;
    gtk_list_box_append(GTK_LIST_BOX(panel->list), card_new(panel->state, finding, i));
    shown_count++;
  }
  g_autofree char *count = analysis ? g_strdup_printf("%u", shown_count) : g_strdup("being computed …");
  g_autofree char *toggle = g_strdup_printf("%u refuted", refuted_count);
  gtk_label_set_text(GTK_LABEL(panel->count), count);
  gtk_button_set_label(GTK_BUTTON(panel->refuted_toggle), toggle);
  gtk_widget_set_visible(panel->refuted_toggle, refuted_count > 0);
  HdSource source = hd_document_source(hd_view_state_document(panel->state));
  g_autofree char *nothing = analysis ? hd_no_finding_text(&source) : g_strdup("The timeline is ready; the findings follow.");
  gtk_label_set_text(GTK_LABEL(panel->empty), nothing);
  gtk_widget_set_visible(panel->empty, shown_count == 0);
  gtk_widget_set_visible(panel->list, shown_count > 0);
  finding_changed(panel);
}

static void row_activated(GtkListBox *list, GtkListBoxRow *row, HdFindingsPanel *panel) {
  hd_view_state_show_finding(panel->state, GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(row), "finding")));
}

gboolean hd_findings_panel_step(HdFindingsPanel *panel, int step) {
  GtkListBoxRow *now = gtk_list_box_get_selected_row(GTK_LIST_BOX(panel->list));
  int position = now ? gtk_list_box_row_get_index(now) + step : step > 0 ? 0 : -1;
  GtkListBoxRow *row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(panel->list), position);
  if (!row && step > 0) row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(panel->list), 0);
  for (int last = 0; !row && step < 0 && gtk_list_box_get_row_at_index(GTK_LIST_BOX(panel->list), last); last++)
    if (!gtk_list_box_get_row_at_index(GTK_LIST_BOX(panel->list), last + 1))
      row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(panel->list), last);
  if (!row) return FALSE;
  row_activated(GTK_LIST_BOX(panel->list), row, panel);
  return TRUE;
}

GtkWidget *hd_findings_panel_new(HdViewState *state) {
  HdFindingsPanel *panel = g_object_new(HD_TYPE_FINDINGS_PANEL, "orientation", GTK_ORIENTATION_VERTICAL, NULL);
  panel->state = g_object_ref(state);
  gtk_widget_add_css_class(GTK_WIDGET(panel), "findings");

  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class(head, "panel-head");
  GtkWidget *title = paragraph("Findings", "heading");
  gtk_widget_set_hexpand(title, TRUE);
  panel->count = paragraph(NULL, "dim-text");
  panel->refuted_toggle = gtk_toggle_button_new_with_label("refuted");
  gtk_widget_set_tooltip_text(panel->refuted_toggle, "Show the predictions that were refuted, too");
  gtk_widget_add_css_class(panel->refuted_toggle, "flat");
  gtk_box_append(GTK_BOX(head), title);
  gtk_box_append(GTK_BOX(head), panel->count);
  gtk_box_append(GTK_BOX(head), panel->refuted_toggle);
  gtk_box_append(GTK_BOX(panel), head);

  GtkWidget *content = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  panel->list = gtk_list_box_new();
  gtk_list_box_set_selection_mode(GTK_LIST_BOX(panel->list), GTK_SELECTION_SINGLE);
  gtk_accessible_update_property(GTK_ACCESSIBLE(panel->list), GTK_ACCESSIBLE_PROPERTY_LABEL, "Findings", -1);
  panel->empty = paragraph(NULL, "empty-note");
  gtk_box_append(GTK_BOX(content), panel->list);
  gtk_box_append(GTK_BOX(content), panel->empty);
  gtk_box_append(GTK_BOX(content), gtk_separator_new(GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append(GTK_BOX(content), hd_legend_new(hd_view_state_document(state), 1));
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), content);
  gtk_widget_set_vexpand(scroller, TRUE);
  gtk_box_append(GTK_BOX(panel), scroller);

  g_signal_connect(panel->list, "row-activated", G_CALLBACK(row_activated), panel);
  g_signal_connect_object(panel->refuted_toggle, "toggled", G_CALLBACK(fill), panel, G_CONNECT_SWAPPED);
  g_signal_connect_object(hd_view_state_document(state), "analysed", G_CALLBACK(fill), panel, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "finding", G_CALLBACK(finding_changed), panel, G_CONNECT_SWAPPED);
  fill(panel);
  return GTK_WIDGET(panel);
}
