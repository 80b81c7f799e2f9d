#include "divider.h"
#include "lane-menu.h"
#include "minimap.h"
#include "overview.h"
#include "paint.h"
#include "ruler.h"
#include "timeline-private.h"

#define FITTED_ROWS_MAX 500

G_DEFINE_TYPE(HdTimeline, hd_timeline, GTK_TYPE_WIDGET)

static void redraw(HdTimeline *timeline) {
  gtk_widget_queue_draw(timeline->ruler);
  gtk_widget_queue_draw(timeline->overlay);
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) gtk_widget_queue_draw(GTK_WIDGET(timeline->panes[pane]));
}

static void draw_ruler(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data) {
  HdScene *scene = HD_TIMELINE(user_data)->scene;
  const HdTheme *theme = hd_scene_theme();
  HdView view = hd_view_state_view(scene->state);
  hd_set_colour(cr, theme->head, 1);
  cairo_paint(cr);
  double scale = hd_scene_scale(scene);
  HdView scaled = {view.from_ns, view.ns_per_px * scale, (int)(view.width_px / scale)};
  cairo_scale(cr, scale, scale);
  hd_paint_ruler(cr, theme, &scene->source, &scaled, hd_view_state_wall_clock(scene->state), scene->names_px / scale, 0);
}

/* The objects stand right below the actors; where there is not room for both, they get what they need, up to two fifths. */
static void place_divider(HdTimeline *timeline, int height) {
  int head_px;
  if (height <= 0) return;
  gtk_widget_measure(timeline->object_head, GTK_ORIENTATION_VERTICAL, -1, NULL, &head_px, NULL, NULL);
  int actors_px = hd_lanes_height_px(timeline->scene->lanes, HD_PANE_ACTORS),
      objects_px = MAX(hd_lanes_height_px(timeline->scene->lanes, HD_PANE_OBJECTS), HD_LANE_AREA_MIN_PX) + head_px + 8;
  hd_divider_place(timeline->paned, MIN(actors_px + 6, height - MIN(objects_px, height * 2 / 5)));
}

void hd_timeline_rows_changed(HdTimeline *timeline) {
  place_divider(timeline, gtk_widget_get_height(timeline->paned));
  timeline->scene->hovering = FALSE;
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) hd_lane_area_rows_changed(timeline->panes[pane]);
  hd_timeline_say_object_count(timeline);
  hd_timeline_overlay_say(HD_TIMELINE_OVERLAY(timeline->overlay), NULL);
  redraw(timeline);
}

static void analysed(HdTimeline *timeline) {
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) hd_lane_area_forget(timeline->panes[pane]);
  hd_scene_renew(timeline->scene);
  gtk_widget_queue_draw(timeline->minimap);
  hd_timeline_rows_changed(timeline);
}

static void finding_changed(HdTimeline *timeline) {
  hd_scene_take_finding(timeline->scene);
  hd_timeline_rows_changed(timeline);
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) hd_lane_area_scroll_by(timeline->panes[pane], -1e9);
}

static void options_changed(HdTimeline *timeline) {
  gboolean projector = hd_view_state_projector(timeline->scene->state);
  hd_lanes_set_density(timeline->scene->lanes, projector ? HD_DENSITY_PROJECTOR : HD_DENSITY_AUTOMATIC);
  gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(timeline->ruler), HD_RULER_HEIGHT_PX * hd_scene_scale(timeline->scene));
  hd_timeline_place_object_title(timeline);
  gtk_widget_queue_resize(GTK_WIDGET(timeline));
  hd_timeline_rows_changed(timeline);
}

static void selection_changed(HdTimeline *timeline) {
  hd_timeline_say_selection(timeline);
  redraw(timeline);
}

static void reveal(HdViewState *state, guint actor, guint object, HdTimeline *timeline) {
  HdScene *scene = timeline->scene;
  if (actor != HD_NONE) {
    const HdRow *row = hd_lanes_row_of_actor(scene->lanes, actor);
    if (!row || row->index != actor || row->kind != HD_ROW_THREAD) {
      hd_lanes_reveal_actor(scene->lanes, actor);
      hd_timeline_rows_changed(timeline);
      row = hd_lanes_row_of_actor(scene->lanes, actor);
    }
    if (row) hd_lane_area_scroll_to(timeline->panes[HD_PANE_ACTORS], row);
  }
  if (object != HD_NONE) {
    if (!hd_lanes_row_of_object(scene->lanes, object)) {
      hd_lanes_set_quiet_objects(scene->lanes, TRUE);
      hd_timeline_rows_changed(timeline);
    }
    const HdRow *row = hd_lanes_row_of_object(scene->lanes, object);
    if (row) hd_lane_area_scroll_to(timeline->panes[hd_scene_pane_of(row)], row);
  }
}

HdScene *hd_timeline_scene(HdTimeline *timeline) { return timeline->scene; }
int hd_timeline_content_height_px(HdTimeline *timeline) {
  int head_px;
  gtk_widget_measure(timeline->object_head, GTK_ORIENTATION_VERTICAL, -1, NULL, &head_px, NULL, NULL);
  return HD_OVERVIEW_HEIGHT_PX + 1 + (int)(HD_RULER_HEIGHT_PX * hd_scene_scale(timeline->scene)) + head_px + 16 +
         hd_lanes_height_px(timeline->scene->lanes, HD_PANE_ACTORS) +
         MAX(hd_lanes_height_px(timeline->scene->lanes, HD_PANE_OBJECTS), HD_LANE_AREA_MIN_PX);
}

void hd_timeline_redraw_overlay(HdTimeline *timeline) { gtk_widget_queue_draw(timeline->overlay); }

gboolean hd_timeline_complete(HdTimeline *timeline) {
  return hd_lane_area_complete(timeline->panes[HD_PANE_ACTORS]) && hd_lane_area_complete(timeline->panes[HD_PANE_OBJECTS]) &&
         hd_minimap_complete(HD_MINIMAP(timeline->minimap));
}

gboolean hd_timeline_filter(HdTimeline *timeline, const char *pattern) {
  guint actor_count, object_count;
  hd_lanes_set_filter(timeline->scene->lanes, pattern);
  hd_timeline_rows_changed(timeline);
  hd_lanes_rows(timeline->scene->lanes, HD_PANE_ACTORS, &actor_count);
  hd_lanes_rows(timeline->scene->lanes, HD_PANE_OBJECTS, &object_count);
  return actor_count + object_count > 0;
}

static gboolean contains(HdTimeline *timeline, GtkWidget *widget, double x, double y, graphene_rect_t *bounds) {
  return gtk_widget_compute_bounds(widget, GTK_WIDGET(timeline), bounds) &&
         graphene_rect_contains_point(bounds, &GRAPHENE_POINT_INIT(x, y));
}

gboolean hd_timeline_on_ruler(HdTimeline *timeline, double x, double y) {
  graphene_rect_t bounds;
  return contains(timeline, timeline->ruler, x, y, &bounds);
}

gboolean hd_timeline_in_lanes(HdTimeline *timeline, double x, double y) {
  graphene_rect_t bounds;
  return contains(timeline, GTK_WIDGET(timeline->panes[0]), x, y, &bounds) ||
         contains(timeline, GTK_WIDGET(timeline->panes[1]), x, y, &bounds);
}

const HdRow *hd_timeline_row_at(HdTimeline *timeline, double x, double y, double *y_px) {
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) {
    graphene_rect_t bounds;
    if (!contains(timeline, GTK_WIDGET(timeline->panes[pane]), x, y, &bounds)) continue;
    const HdRow *row = hd_lane_area_row_at(timeline->panes[pane], y - bounds.origin.y);
    if (row && y_px) *y_px = y - bounds.origin.y + hd_lane_area_scroll_px(timeline->panes[pane]) - row->y_px;
    return row;
  }
  return NULL;
}

void hd_timeline_scroll_lanes(HdTimeline *timeline, double x, double y, double by_px) {
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) {
    graphene_rect_t bounds;
    if (contains(timeline, GTK_WIDGET(timeline->panes[pane]), x, y, &bounds)) hd_lane_area_scroll_by(timeline->panes[pane], by_px);
  }
}

void hd_timeline_toggle_row(HdTimeline *timeline, const HdRow *row) {
  hd_lanes_set_opened(timeline->scene->lanes, row->id, !row->opened);
  hd_timeline_rows_changed(timeline);
}

void hd_timeline_set_names_px(HdTimeline *timeline, int names_px) {
  timeline->scene->names_wanted_px = CLAMP(names_px, HD_NAMES_MIN_PX, HD_NAMES_MAX_PX);
  hd_timeline_place_object_title(timeline);
  gtk_widget_queue_resize(GTK_WIDGET(timeline));
  redraw(timeline);
  gtk_widget_queue_draw(timeline->minimap);
}

void hd_timeline_fit_names(HdTimeline *timeline) {
  double widest_px = HD_NAMES_MIN_PX;
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) {
    guint count;
    const HdRow *rows = hd_lanes_rows(timeline->scene->lanes, pane, &count);
    for (guint i = 0; i < MIN(count, FITTED_ROWS_MAX); i++) widest_px = MAX(widest_px, hd_label_width(&rows[i]));
  }
  hd_timeline_set_names_px(timeline, (int)widest_px + 1);
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline) {
  HdTimeline *timeline = HD_TIMELINE(widget);
  timeline->scene->names_px = hd_scene_names_px(timeline->scene, width);
  hd_view_state_set_width_px(timeline->scene->state, width - timeline->scene->names_px);
  place_divider(timeline, height - HD_OVERVIEW_HEIGHT_PX - 1 - (int)(HD_RULER_HEIGHT_PX * hd_scene_scale(timeline->scene)));
  gtk_widget_allocate(timeline->stack, width, height, baseline, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child; child = gtk_widget_get_next_sibling(child))
    if (GTK_IS_POPOVER(child)) gtk_popover_present(GTK_POPOVER(child));
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                    int *natural_baseline) {
  gtk_widget_measure(HD_TIMELINE(widget)->stack, orientation, for_size, minimum, natural, NULL, NULL);
}

static void dispose(GObject *object) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child(GTK_WIDGET(object)))) gtk_widget_unparent(child); /* menus, too */
  G_OBJECT_CLASS(hd_timeline_parent_class)->dispose(object);
}

static void finalize(GObject *object) {
  g_clear_pointer(&HD_TIMELINE(object)->scene, hd_scene_free);
  G_OBJECT_CLASS(hd_timeline_parent_class)->finalize(object);
}

static void hd_timeline_class_init(HdTimelineClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  G_OBJECT_CLASS(class)->finalize = finalize;
  GTK_WIDGET_CLASS(class)->size_allocate = size_allocate;
  GTK_WIDGET_CLASS(class)->measure = measure;
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_IMG);
}

static void hd_timeline_init(HdTimeline *timeline) {}

GtkWidget *hd_timeline_scrolled(HdLaneArea *area) {
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), GTK_WIDGET(area));
  gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scroller), TRUE);
  gtk_widget_set_vexpand(scroller, TRUE);
  return scroller;
}

GtkWidget *hd_timeline_new(HdViewState *state) {
  HdTimeline *timeline = g_object_new(HD_TYPE_TIMELINE, "focusable", TRUE, NULL);
  timeline->scene = hd_scene_new(state);
  timeline->scene->pointer_x_px = -1;
  timeline->minimap = hd_minimap_new(timeline->scene);
  timeline->ruler = gtk_drawing_area_new();
  gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(timeline->ruler), HD_RULER_HEIGHT_PX);
  gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(timeline->ruler), draw_ruler, timeline, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(timeline->ruler), GTK_ACCESSIBLE_PROPERTY_LABEL, "Ruler", -1);
  for (HdPane pane = 0; pane < HD_PANE_COUNT; pane++) timeline->panes[pane] = HD_LANE_AREA(hd_lane_area_new(timeline->scene, pane));

  timeline->paned = hd_divider_paned_new(hd_timeline_scrolled(timeline->panes[HD_PANE_ACTORS]), hd_timeline_object_pane_new(timeline));
  gtk_widget_set_vexpand(timeline->paned, TRUE);
  GtkWidget *column = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append(GTK_BOX(column), timeline->minimap);
  gtk_box_append(GTK_BOX(column), timeline->ruler);
  gtk_box_append(GTK_BOX(column), timeline->paned);
  timeline->stack = gtk_overlay_new();
  timeline->overlay = hd_timeline_overlay_new(timeline->scene, timeline->ruler, timeline->panes);
  gtk_overlay_set_child(GTK_OVERLAY(timeline->stack), column);
  gtk_overlay_add_overlay(GTK_OVERLAY(timeline->stack), timeline->overlay);
  gtk_widget_set_parent(timeline->stack, GTK_WIDGET(timeline));

  gtk_widget_add_css_class(GTK_WIDGET(timeline), "timeline");
  gtk_accessible_update_property(GTK_ACCESSIBLE(timeline), GTK_ACCESSIBLE_PROPERTY_LABEL, "Timeline", -1);
  g_signal_connect_object(state, "range", G_CALLBACK(redraw), timeline, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "selection", G_CALLBACK(selection_changed), timeline, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "finding", G_CALLBACK(finding_changed), timeline, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "options", G_CALLBACK(options_changed), timeline, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "reveal", G_CALLBACK(reveal), timeline, 0);
  g_signal_connect_object(hd_view_state_document(state), "analysed", G_CALLBACK(analysed), timeline, G_CONNECT_SWAPPED);
  g_signal_connect_object(gtk_settings_get_default(), "notify::gtk-application-prefer-dark-theme", G_CALLBACK(redraw), timeline,
                          G_CONNECT_SWAPPED);
  hd_timeline_add_input(timeline);
  hd_lane_menu_add(timeline);
  hd_timeline_say_object_count(timeline);
  return GTK_WIDGET(timeline);
}
