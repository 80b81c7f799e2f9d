#include "timeline-overlay.h"
#include "arrows.h"
#include "findings.h"
#include "paint.h"
#include "ruler.h"
#include <math.h>

#define CARD_GAP_PX 14

struct _HdTimelineOverlay {
  GtkWidget parent;
  HdScene *scene;
  GtkWidget *ruler;
  HdLaneArea *panes[HD_PANE_COUNT];
  GtkWidget *card;
};

G_DEFINE_TYPE(HdTimelineOverlay, hd_timeline_overlay, GTK_TYPE_WIDGET)

static graphene_rect_t bounds_of(HdTimelineOverlay *overlay, GtkWidget *widget) {
  graphene_rect_t bounds = GRAPHENE_RECT_INIT(0, 0, 0, 0);
  if (!gtk_widget_compute_bounds(widget, GTK_WIDGET(overlay), &bounds)) graphene_rect_init(&bounds, 0, 0, 0, 0);
  return bounds;
}

/* Top of a row in the overlay; FALSE when it is not in sight. */
static gboolean row_top(HdTimelineOverlay *overlay, const HdRow *row, double *y) {
  HdPane pane = hd_scene_pane_of(row);
  graphene_rect_t bounds = bounds_of(overlay, GTK_WIDGET(overlay->panes[pane]));
  double top = row->y_px - round(hd_lane_area_scroll_px(overlay->panes[pane]));
  *y = bounds.origin.y + top;
  return top + row->height_px > 0 && top < bounds.size.height;
}

static void paint_box(HdTimelineOverlay *overlay, cairo_t *cr, const HdRow *row, const HdBox *box, gboolean selected) {
  double y;
  if (!row_top(overlay, row, &y)) return;
  graphene_rect_t pane = bounds_of(overlay, GTK_WIDGET(overlay->panes[hd_scene_pane_of(row)]));
  cairo_save(cr);
  cairo_rectangle(cr, overlay->scene->names_px, pane.origin.y, pane.size.width - overlay->scene->names_px, pane.size.height);
  cairo_clip(cr);
  if (selected)
    hd_paint_selection(cr, hd_scene_theme(), box, overlay->scene->names_px, y);
  else
    hd_paint_hover(cr, hd_scene_theme(), box, overlay->scene->names_px, y);
  cairo_restore(cr);
}

static void paint_selection(HdTimelineOverlay *overlay, cairo_t *cr) {
  HdScene *scene = overlay->scene;
  const HdRow *row = hd_scene_selected_row(scene);
  gint64 begin_ns, end_ns;
  if (!row || !hd_view_state_selected_span(scene->state, &begin_ns, &end_ns)) return;
  HdBox box = hd_scene_selected_box(scene, row, begin_ns, end_ns);
  if (box.x1_px >= 0 && box.x0_px <= hd_view_state_view(scene->state).width_px) paint_box(overlay, cr, row, &box, TRUE);
}

static const HdFinding *finding_on_show(const HdScene *scene) {
  guint32 index = hd_view_state_finding(scene->state);
  return scene->source.analysis && index < scene->source.analysis->finding_count ? &scene->source.analysis->findings[index] : NULL;
}

/* Of what is selected, and of a job or item under the pointer. */
static void add_selected(GArray *arrows, const HdScene *scene) {
  HdSelection selection = hd_view_state_selection(scene->state);
  guint32 hovered_job = scene->hovering ? scene->hover.job : HD_NONE, hovered_item = scene->hovering ? scene->hover.item : HD_NONE;
  if (selection.wait != HD_NONE) hd_arrows_add_wait(arrows, &scene->source, selection.wait);
  if (selection.job != HD_NONE) hd_arrows_add_job(arrows, &scene->source, selection.job);
  if (selection.item != HD_NONE) hd_arrows_add_item(arrows, &scene->source, selection.item);
  if (hovered_job != HD_NONE && hovered_job != selection.job) hd_arrows_add_job(arrows, &scene->source, hovered_job);
  if (hovered_item != HD_NONE && hovered_item != selection.item) hd_arrows_add_item(arrows, &scene->source, hovered_item);
}

static void paint_links(HdTimelineOverlay *overlay, cairo_t *cr) {
  HdScene *scene = overlay->scene;
  graphene_rect_t pane = bounds_of(overlay, GTK_WIDGET(overlay->panes[HD_PANE_ACTORS]));
  cairo_save(cr);
  cairo_rectangle(cr, scene->names_px, pane.origin.y, pane.size.width - scene->names_px, pane.size.height);
  cairo_clip(cr);
  HdView view = hd_view_state_view(scene->state);
  double top = pane.origin.y - round(hd_lane_area_scroll_px(overlay->panes[HD_PANE_ACTORS]));
  const HdFinding *finding = finding_on_show(scene);
  gboolean evidence = finding && (hd_finding_is_hang(finding) || finding->kind == HD_FINDING_LOST_UPDATE);
  g_autoptr(GArray) arrows = g_array_new(FALSE, FALSE, sizeof(HdArrow));
  hd_arrows_add_births(arrows, &scene->source, &view);
  if (!evidence) hd_arrows_add_work(arrows, &scene->source, scene->lanes, &view);
  if (!evidence) add_selected(arrows, scene);
  hd_paint_arrows(cr, hd_scene_theme(), scene->lanes, arrows, &view, scene->names_px, top);
  if (evidence) hd_paint_evidence(cr, hd_scene_theme(), &scene->source, scene->lanes, finding, &view, scene->names_px, top);
  cairo_restore(cr);
}

static char *time_words(HdScene *scene, gint64 at_ns) {
  double ns_per_px = hd_view_state_ns_per_px(scene->state);
  gint64 step_ns = ns_per_px >= 1000000 ? 1000000 : ns_per_px >= 1000 ? 1000 : 1;
  const HdLogInfo *info = scene->source.model->info;
  gint64 base_ns = hd_view_state_wall_clock(scene->state) && info ? info->started_realtime_ns : 0;
  return base_ns ? hd_format_wall_time(at_ns, step_ns, base_ns) : hd_format_time(at_ns, step_ns);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  HdTimelineOverlay *overlay = HD_TIMELINE_OVERLAY(widget);
  HdScene *scene = overlay->scene;
  const HdTheme *theme = hd_scene_theme();
  graphene_rect_t bounds = GRAPHENE_RECT_INIT(0, 0, gtk_widget_get_width(widget), gtk_widget_get_height(widget));
  graphene_rect_t ruler = bounds_of(overlay, overlay->ruler);
  double top = ruler.origin.y + ruler.size.height;
  cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &bounds);
  if (scene->hovering) {
    guint count;
    for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) {
      const HdRow *rows = hd_lanes_rows(scene->lanes, pane, &count);
      for (guint i = 0; i < count; i++)
        if (rows[i].id == scene->hover_row) paint_box(overlay, cr, &rows[i], &scene->hover.box, FALSE);
    }
  }
  paint_selection(overlay, cr);
  paint_links(overlay, cr);
  const HdFinding *finding = finding_on_show(scene);
  if (finding) {
    HdView view = hd_view_state_view(scene->state);
    hd_paint_to_end(cr, theme, &scene->source, finding, &view, hd_scene_scale(scene), scene->names_px, ruler.origin.y);
  }
  if (scene->measure_from_ns != HD_MEASURE_NONE) {
    gint64 from_ns = MIN(scene->measure_from_ns, scene->measure_to_ns), to_ns = MAX(scene->measure_from_ns, scene->measure_to_ns);
    g_autofree char *words = hd_format_duration(to_ns - from_ns);
    hd_paint_measure(cr, theme, hd_scene_x(scene, from_ns), hd_scene_x(scene, to_ns), top, bounds.size.height, hd_scene_scale(scene),
                     words);
  } else if (scene->pointer_x_px >= scene->names_px) {
    g_autofree char *words = time_words(scene, hd_scene_time(scene, scene->pointer_x_px));
    hd_paint_cursor(cr, theme, round(scene->pointer_x_px) + 0.5, ruler.origin.y, top, bounds.size.height, hd_scene_scale(scene), words);
  }
  cairo_destroy(cr);
  gtk_widget_snapshot_child(widget, overlay->card, snapshot);
}

/* The card stands right below the pointer, or where there is room. */
static void size_allocate(GtkWidget *widget, int width, int height, int baseline) {
  HdTimelineOverlay *overlay = HD_TIMELINE_OVERLAY(widget);
  if (!gtk_widget_should_layout(overlay->card)) return;
  int card_width, card_height;
  gtk_widget_measure(overlay->card, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &card_width, NULL, NULL);
  card_width = MIN(card_width, width);
  gtk_widget_measure(overlay->card, GTK_ORIENTATION_VERTICAL, card_width, NULL, &card_height, NULL, NULL);
  double x = overlay->scene->pointer_x_px + CARD_GAP_PX, y = overlay->scene->pointer_y_px + CARD_GAP_PX;
  if (x + card_width > width) x = MAX(overlay->scene->pointer_x_px - CARD_GAP_PX - card_width, 0);
  if (y + card_height > height) y = MAX(overlay->scene->pointer_y_px - CARD_GAP_PX - card_height, 0);
  gtk_widget_allocate(overlay->card, card_width, card_height, -1, gsk_transform_translate(NULL, &GRAPHENE_POINT_INIT(round(x), round(y))));
}

static void dispose(GObject *object) {
  g_clear_pointer(&HD_TIMELINE_OVERLAY(object)->card, gtk_widget_unparent);
  G_OBJECT_CLASS(hd_timeline_overlay_parent_class)->dispose(object);
}

static void hd_timeline_overlay_class_init(HdTimelineOverlayClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  GTK_WIDGET_CLASS(class)->snapshot = snapshot;
  GTK_WIDGET_CLASS(class)->size_allocate = size_allocate;
}

static void hd_timeline_overlay_init(HdTimelineOverlay *overlay) {
  overlay->card = gtk_label_new(NULL);
  gtk_label_set_wrap(GTK_LABEL(overlay->card), TRUE);
  gtk_label_set_wrap_mode(GTK_LABEL(overlay->card), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars(GTK_LABEL(overlay->card), 60);
  gtk_label_set_xalign(GTK_LABEL(overlay->card), 0);
  gtk_widget_add_css_class(overlay->card, "hover-card");
  gtk_widget_set_visible(overlay->card, FALSE);
  gtk_widget_set_parent(overlay->card, GTK_WIDGET(overlay));
  gtk_widget_set_can_target(GTK_WIDGET(overlay), FALSE);
}

GtkWidget *hd_timeline_overlay_new(HdScene *scene, GtkWidget *ruler, HdLaneArea *panes[HD_PANE_COUNT]) {
  HdTimelineOverlay *overlay = g_object_new(HD_TYPE_TIMELINE_OVERLAY, NULL);
  overlay->scene = scene;
  overlay->ruler = ruler;
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) overlay->panes[pane] = panes[pane];
  return GTK_WIDGET(overlay);
}

void hd_timeline_overlay_move(HdTimelineOverlay *overlay) {
  gtk_widget_queue_allocate(GTK_WIDGET(overlay));
  gtk_widget_queue_draw(GTK_WIDGET(overlay));
}

void hd_timeline_overlay_say(HdTimelineOverlay *overlay, const char *words) {
  gtk_widget_set_visible(overlay->card, words != NULL);
  if (words) gtk_label_set_text(GTK_LABEL(overlay->card), words);
  hd_timeline_overlay_move(overlay);
}

const char *hd_timeline_overlay_words(HdTimelineOverlay *overlay) {
  return gtk_widget_get_visible(overlay->card) ? gtk_label_get_text(GTK_LABEL(overlay->card)) : NULL;
}
