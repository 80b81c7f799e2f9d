#include "trace-page.h"
#include "contention-panel.h"
#include "divider.h"
#include "events-panel.h"
#include "graph-panel.h"
#include "jobs-panel.h"
#include "legend.h"
#include "lesson-panel.h"
#include "queues-panel.h"
#include "recording-banner.h"
#include "search.h"
#include "source-panel.h"
#include "tasks-panel.h"
#include "wait-panel.h"
#include "walk.h"
#include <string.h>

#define DRAWER_UNDER_PX 1400
#define FINDINGS_WIDTH_PX 372
#define LEGEND_WIDTH_PX 620
#define BOTTOM_HEIGHT_PX 230
#define BOTTOM_LOW_PX 150
#define LOW_WINDOW_PX 760

struct _HdTracePage {
  GtkWidget parent;
  HdViewState *state;
  GtkWidget *root, *paned, *timeline, *notebook, *drawer, *findings, *empty, *legend, *source;
  GtkWidget *lesson; /* NULL: this is no demonstration */
  gboolean lesson_open;
  GArray *matches; /* of HdMatch */
  guint match_total;
  int match; /* the one gone to; −1 none yet */
  gboolean narrow;
  gboolean drawer_open[2]; /* in a wide window, in a narrow one */
  gboolean sized, placed;  /* had its first allocation; and the drawer its place */
  gboolean filtered;       /* the query hides lanes */
};

G_DEFINE_TYPE(HdTracePage, hd_trace_page, GTK_TYPE_WIDGET)

HdViewState *hd_trace_page_state(HdTracePage *page) { return page->state; }
gboolean hd_trace_page_is_placed(HdTracePage *page) { return page->placed; }
HdTimeline *hd_trace_page_timeline(HdTracePage *page) { return HD_TIMELINE(page->timeline); }
HdFindingsPanel *hd_trace_page_findings(HdTracePage *page) { return HD_FINDINGS_PANEL(page->findings); }

static void place_drawer(HdTracePage *page) {
  gboolean projector = hd_view_state_projector(page->state);
  gboolean open = !projector && page->drawer_open[page->narrow];
  gtk_revealer_set_reveal_child(GTK_REVEALER(page->drawer), open);
  gtk_widget_set_visible(page->drawer, open);
  gtk_widget_set_margin_end(page->paned, open && !page->narrow ? FINDINGS_WIDTH_PX : 0);
  gtk_widget_set_visible(page->legend, projector);
  if (page->lesson) gtk_widget_set_visible(page->lesson, page->lesson_open && !projector);
  g_signal_emit_by_name(page, "layout-changed");
}

gboolean hd_trace_page_drawer_open(HdTracePage *page) { return gtk_revealer_get_reveal_child(GTK_REVEALER(page->drawer)); }

void hd_trace_page_set_drawer_open(HdTracePage *page, gboolean open) {
  page->drawer_open[page->narrow] = open;
  place_drawer(page);
}

gboolean hd_trace_page_has_lesson(HdTracePage *page) { return page->lesson != NULL; }
gboolean hd_trace_page_lesson_open(HdTracePage *page) { return page->lesson && gtk_widget_get_visible(page->lesson); }
void hd_trace_page_set_lesson_open(HdTracePage *page, gboolean open) {
  if (open == hd_trace_page_lesson_open(page)) return;
  page->lesson_open = open;
  place_drawer(page);
}

gboolean hd_trace_page_bottom_open(HdTracePage *page) { return gtk_widget_get_visible(page->notebook); }
void hd_trace_page_set_bottom_open(HdTracePage *page, gboolean open) {
  if (open == hd_trace_page_bottom_open(page)) return;
  gtk_widget_set_visible(page->notebook, open);
  g_signal_emit_by_name(page, "layout-changed");
}

static void options_changed(HdTracePage *page) {
  gboolean projector = hd_view_state_projector(page->state);
  hd_trace_page_set_bottom_open(page, !projector);
  place_drawer(page);
}

static void show_source(HdTracePage *page) {
  hd_trace_page_set_bottom_open(page, TRUE);
  gtk_notebook_set_current_page(GTK_NOTEBOOK(page->notebook), gtk_notebook_page_num(GTK_NOTEBOOK(page->notebook), page->source));
}

/* The first sight: the top finding; with none, everything with the worst wait selected. */
static void analysed(HdTracePage *page) {
  const HdAnalysis *analysis = hd_document_analysis(hd_view_state_document(page->state));
  if (!page->placed || !analysis || hd_view_state_finding(page->state) != HD_NONE) return;
  if (hd_view_state_selection(page->state).actor != HD_NONE) return; /* somebody is already at work */
  if (analysis->finding_count && analysis->findings[0].grade != HD_GRADE_REFUTED)
    hd_view_state_show_finding(page->state, 0);
  else
    hd_walk_to_worst_wait(hd_timeline_scene(HD_TIMELINE(page->timeline)));
}

/* The first finding is fitted to the width that the timeline has once the drawer is placed: a frame later. */
static gboolean was_laid_out(GtkWidget *widget, GdkFrameClock *clock, gpointer frame_count) {
  HdTracePage *page = HD_TRACE_PAGE(widget);
  if (++*(guint *)frame_count < 2) return G_SOURCE_CONTINUE;
  page->placed = TRUE;
  analysed(page);
  return G_SOURCE_REMOVE;
}

static gboolean settle(gpointer user_data) {
  HdTracePage *page = user_data;
  if (!page->root) return G_SOURCE_REMOVE; /* closed meanwhile */
  place_drawer(page);
  if (!page->placed) gtk_widget_add_tick_callback(GTK_WIDGET(page), was_laid_out, g_new0(guint, 1), g_free);
  return G_SOURCE_REMOVE;
}

/* The panels get what the lanes do not need, and a least height; the reader's own divider stays. */
static void place_divider(HdTracePage *page, int height) {
  int bottom_px = height < LOW_WINDOW_PX ? BOTTOM_LOW_PX : BOTTOM_HEIGHT_PX;
  hd_divider_place(page->paned, MAX(MIN(height - bottom_px, hd_timeline_content_height_px(HD_TIMELINE(page->timeline))), height / 3));
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline) {
  HdTracePage *page = HD_TRACE_PAGE(widget);
  gboolean narrow = width < DRAWER_UNDER_PX;
  if (narrow != page->narrow || !page->sized) {
    page->narrow = narrow;
    /* Margins must not change within an allocation. */
    g_idle_add_full(G_PRIORITY_HIGH_IDLE, settle, g_object_ref(page), g_object_unref);
  }
  place_divider(page, height);
  page->sized = TRUE;
  gtk_widget_allocate(page->root, width, height, baseline, NULL);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                    int *natural_baseline) {
  gtk_widget_measure(HD_TRACE_PAGE(widget)->root, orientation, for_size, minimum, natural, NULL, NULL);
}

/* Search */

static char *matches_text(HdTracePage *page) {
  if (!page->matches) return g_strdup("");
  if (page->matches->len == 0) return g_strdup("nothing");
  if (page->match < 0) return g_strdup_printf("%u", page->match_total);
  return g_strdup_printf("%d of %u", page->match + 1, page->match_total);
}

/* Whether a query is the value of a context variable, which actors were found by: then only their lanes are left. */
static gboolean finds_labels(const GArray *matches, const char *query) {
  const char *equals = strchr(query, '=');
  if (!matches || !equals || equals == query || equals[-1] == '>' || equals[-1] == ' ') return FALSE;
  for (guint i = 0; i < matches->len; i++)
    if (g_array_index(matches, HdMatch, i).kind == HD_MATCH_ACTOR) return TRUE;
  return FALSE;
}

char *hd_trace_page_search(HdTracePage *page, const char *query) {
  g_autoptr(GError) error = NULL;
  g_clear_pointer(&page->matches, g_array_unref);
  page->match = -1;
  gboolean lanes = g_str_has_prefix(query, "lane:"), some = TRUE;
  if (*query && !lanes) page->matches = hd_search(hd_view_state_model(page->state), query, &page->match_total, &error);
  const char *pattern = lanes ? query + strlen("lane:") : finds_labels(page->matches, query) ? query : NULL;
  if (pattern || page->filtered) some = hd_timeline_filter(HD_TIMELINE(page->timeline), pattern);
  if (page->filtered && !pattern && hd_view_state_selection(page->state).actor != HD_NONE) /* what was found stays in sight */
    hd_view_state_reveal(page->state, hd_view_state_selection(page->state).actor, HD_NONE);
  page->filtered = pattern != NULL;
  gtk_widget_set_visible(page->empty, !some || (page->matches && page->matches->len == 0));
  return error ? g_strdup(error->message) : matches_text(page);
}

char *hd_trace_page_search_step(HdTracePage *page, int step) {
  if (!page->matches || page->matches->len == 0) return matches_text(page);
  int count = page->matches->len;
  page->match = page->match < 0 ? (step > 0 ? 0 : count - 1) : (page->match + step + count) % count;
  HdMatch match = g_array_index(page->matches, HdMatch, page->match);
  switch (match.kind) {
  case HD_MATCH_WAIT:
    hd_view_state_select_wait(page->state, match.index);
    hd_view_state_reveal_selection(page->state);
    break;
  case HD_MATCH_HOLD:
    hd_view_state_select_hold(page->state, match.index);
    hd_view_state_reveal_selection(page->state);
    break;
  case HD_MATCH_JOB:
    hd_view_state_select_job(page->state, match.index);
    hd_view_state_reveal_selection(page->state);
    break;
  case HD_MATCH_ITEM:
    hd_view_state_select_item(page->state, match.index, HD_NONE);
    hd_view_state_reveal_selection(page->state);
    break;
  case HD_MATCH_OBJECT:
    hd_view_state_select_object(page->state, match.index);
    hd_view_state_reveal(page->state, HD_NONE, match.index);
    break;
  case HD_MATCH_ACTOR: {
    const HdActor *actor = &hd_view_state_model(page->state)->actors[match.index];
    guint32 interval = hd_model_interval_at(hd_view_state_model(page->state), match.index, hd_view_state_cursor_ns(page->state));
    if (actor->interval_count)
      hd_view_state_select_interval(page->state, match.index, interval == HD_NONE ? actor->interval_first : interval);
    hd_view_state_reveal(page->state, match.index, HD_NONE);
    break;
  }
  }
  return matches_text(page);
}

static void clear_filter(HdTracePage *page) { g_signal_emit_by_name(page, "clear-filter"); }

/* Parts */

static void append_note(GString *text, const char *note) {
  g_autofree char *safe = hd_display_name(note, 400);
  g_string_append_printf(text, "%s%s", text->len ? "\n" : "", safe);
}

/* What was lost or damaged first, then what could not be recorded. */
static GtkWidget *banner_new(const HdModel *model) {
  const HdLogInfo *info = model->info;
  if (!info) return NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; info->notes && i < info->notes->len; i++) append_note(text, info->notes->pdata[i]);
  for (guint i = 0; i < model->unobserved_count; i++) append_note(text, model->unobserved[i]);
  if (text->len == 0) return NULL;
  GtkWidget *label = gtk_label_new(text->str);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_selectable(GTK_LABEL(label), TRUE);
  gtk_label_set_lines(GTK_LABEL(label), 4);
  gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
  gboolean lossy = info->damaged || info->lost_count || !model->complete;
  gtk_widget_add_css_class(label, lossy ? "banner" : "note");
  return label;
}

static void add_page(HdTracePage *page, GtkWidget *content, const char *title) {
  gtk_notebook_append_page(GTK_NOTEBOOK(page->notebook), content, gtk_label_new(title));
}

static gboolean has_tasks(const HdModel *model) {
  for (guint32 i = 0; i < model->actor_count; i++)
    if (model->actors[i].kind == HD_ACTOR_TASK) return TRUE;
  return FALSE;
}

static gboolean has_jobs(const HdModel *model) {
  for (guint32 i = 0; i < model->object_count; i++)
    if (model->objects[i].job_count && model->objects[i].kind != HD_KIND_LOOP) return TRUE;
  return FALSE;
}

static GtkWidget *empty_new(HdTracePage *page) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8), *clear = gtk_button_new_with_label("Clear filter");
  gtk_box_append(GTK_BOX(box), gtk_label_new("Nothing in this recording matches."));
  gtk_box_append(GTK_BOX(box), clear);
  gtk_widget_add_css_class(box, "floating-note");
  gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
  gtk_widget_set_visible(box, FALSE);
  g_signal_connect_object(clear, "clicked", G_CALLBACK(clear_filter), page, G_CONNECT_SWAPPED);
  return box;
}

static GtkWidget *lesson_new(const HdLogInfo *info) {
  const HdCatalog *catalog = hd_catalog_installed();
  const HdDemo *demo = catalog && info ? hd_catalog_of_program(catalog, info->program) : NULL;
  return demo ? hd_lesson_panel_new(catalog, demo, info) : NULL;
}

static void dispose(GObject *object) {
  HdTracePage *page = HD_TRACE_PAGE(object);
  g_clear_pointer(&page->root, gtk_widget_unparent);
  g_clear_pointer(&page->matches, g_array_unref);
  g_clear_object(&page->state);
  G_OBJECT_CLASS(hd_trace_page_parent_class)->dispose(object);
}

static void hd_trace_page_class_init(HdTracePageClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  GTK_WIDGET_CLASS(class)->size_allocate = size_allocate;
  GTK_WIDGET_CLASS(class)->measure = measure;
  g_signal_new("layout-changed", HD_TYPE_TRACE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new("clear-filter", HD_TYPE_TRACE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void hd_trace_page_init(HdTracePage *page) {
  page->match = -1;
  page->drawer_open[0] = TRUE;
}

GtkWidget *hd_trace_page_new(HdDocument *document) {
  HdTracePage *page = g_object_new(HD_TYPE_TRACE_PAGE, NULL);
  page->state = hd_view_state_new(document);
  page->timeline = hd_timeline_new(page->state);
  page->notebook = gtk_notebook_new();
  gtk_widget_add_css_class(page->notebook, "bottom");
  add_page(page, hd_wait_panel_new(page->state), "Selected");
  add_page(page, hd_graph_panel_new(page->state), "Wait-for graph at cursor");
  add_page(page, hd_contention_panel_new(page->state), "Contention");
  const HdModel *model = hd_document_model(document);
  if (model->item_count) add_page(page, hd_queues_panel_new(page->state), "Queues");
  if (has_tasks(model)) add_page(page, hd_tasks_panel_new(page->state), "Tasks");
  if (has_jobs(model)) add_page(page, hd_jobs_panel_new(page->state), "Jobs");
  add_page(page, hd_events_panel_new(page->state), "Events");
  page->source = hd_source_panel_new(page->state);
  add_page(page, page->source, "Source");

  page->paned = hd_divider_paned_new(page->timeline, page->notebook);

  page->findings = hd_findings_panel_new(page->state);
  gtk_widget_set_size_request(page->findings, FINDINGS_WIDTH_PX, -1);
  page->drawer = gtk_revealer_new();
  gtk_revealer_set_transition_type(GTK_REVEALER(page->drawer), GTK_REVEALER_TRANSITION_TYPE_NONE);
  gtk_revealer_set_child(GTK_REVEALER(page->drawer), page->findings);
  gtk_widget_set_halign(page->drawer, GTK_ALIGN_END);
  page->empty = empty_new(page);
  page->legend = hd_legend_new(document, HD_PROJECTOR_SCALE);
  gtk_widget_set_size_request(page->legend, LEGEND_WIDTH_PX, -1);
  gtk_widget_set_halign(page->legend, GTK_ALIGN_END);
  gtk_widget_set_valign(page->legend, GTK_ALIGN_END);
  gtk_widget_add_css_class(page->legend, "floating-note");
  gtk_widget_set_visible(page->legend, FALSE);
  GtkWidget *overlay = gtk_overlay_new();
  gtk_overlay_set_child(GTK_OVERLAY(overlay), page->paned);
  gtk_overlay_add_overlay(GTK_OVERLAY(overlay), page->drawer);
  gtk_overlay_add_overlay(GTK_OVERLAY(overlay), page->empty);
  gtk_overlay_add_overlay(GTK_OVERLAY(overlay), page->legend);
  gtk_widget_set_vexpand(overlay, TRUE);

  page->root = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  const HdLogInfo *info = hd_document_model(document)->info;
  if (info && info->in_progress) gtk_box_append(GTK_BOX(page->root), hd_recording_banner_new(document));
  GtkWidget *banner = banner_new(hd_document_model(document));
  if (banner) gtk_box_append(GTK_BOX(page->root), banner);
  gtk_widget_set_hexpand(overlay, TRUE);
  GtkWidget *middle = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
  page->lesson = lesson_new(info);
  page->lesson_open = page->lesson != NULL;
  if (page->lesson) gtk_box_append(GTK_BOX(middle), page->lesson);
  gtk_box_append(GTK_BOX(middle), overlay);
  gtk_box_append(GTK_BOX(page->root), middle);
  gtk_widget_set_parent(page->root, GTK_WIDGET(page));
  g_signal_connect_object(document, "analysed", G_CALLBACK(analysed), page, G_CONNECT_SWAPPED);
  g_signal_connect_object(page->state, "site", G_CALLBACK(show_source), page, G_CONNECT_SWAPPED);
  g_signal_connect_object(page->state, "options", G_CALLBACK(options_changed), page, G_CONNECT_SWAPPED);
  return GTK_WIDGET(page);
}
