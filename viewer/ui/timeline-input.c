#include "lane-menu.h"
#include "timeline.h"
#include "walk.h"
#include <math.h>

#define PAN_STEP_SHARE 0.15
#define WHEEL_TIME_PX 120
#define KEY_ZOOM_STEPS 2
#define BORDER_REACH_PX 3

/* Hardware key codes of X11 and Wayland (evdev + 8) of a PC keyboard; where they lie, not what is printed on them. */
enum {
  KEY_W = 25,
  KEY_T = 28,
  KEY_A = 38,
  KEY_S = 39,
  KEY_D = 40,
  KEY_MINUS = 20,
  KEY_EQUAL = 21,
  KEY_J = 44,
  KEY_COMMA = 59,
  KEY_PERIOD = 60
};

typedef struct {
  HdTimeline *timeline;
  double last_x, last_y; /* of a drag */
  gboolean measuring;
  gboolean sizing_names; /* the drag moves the border of the names */
  int names_px;          /* where it began */
  double wheel_rest;     /* parts of a zoom step that a smooth wheel has turned */
  int pinched_steps;
} Input;

static HdViewState *state_of(Input *input) { return hd_timeline_scene(input->timeline)->state; }

static gboolean on_names_border(Input *input, double x) {
  return fabs(x - hd_timeline_scene(input->timeline)->names_px) <= BORDER_REACH_PX;
}

static void motion(GtkEventControllerMotion *controller, double x, double y, Input *input) {
  gtk_widget_set_cursor_from_name(GTK_WIDGET(input->timeline), on_names_border(input, x) ? "col-resize" : NULL);
  hd_timeline_hover_at(input->timeline, x, y);
}
static void leave(GtkEventControllerMotion *controller, Input *input) { hd_timeline_leave(input->timeline); }

static void zoom_at_pointer(Input *input, double steps) {
  HdScene *scene = hd_timeline_scene(input->timeline);
  input->wheel_rest += steps;
  int whole = (int)trunc(input->wheel_rest);
  input->wheel_rest -= whole;
  double x =
      scene->pointer_x_px >= scene->names_px ? scene->pointer_x_px : scene->names_px + hd_view_state_view(scene->state).width_px / 2.0;
  if (whole) hd_view_state_zoom(scene->state, whole, hd_scene_time(scene, x));
}

static gboolean scroll(GtkEventControllerScroll *controller, double by_x, double by_y, Input *input) {
  GdkModifierType modifiers = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(controller));
  HdScene *scene = hd_timeline_scene(input->timeline);
  if (modifiers & GDK_CONTROL_MASK) {
    zoom_at_pointer(input, by_y * 2);
  } else if ((modifiers & GDK_SHIFT_MASK) || fabs(by_x) > fabs(by_y)) {
    hd_view_state_pan_px(scene->state, (by_x + by_y) * WHEEL_TIME_PX);
  } else {
    return FALSE; /* lanes: the scrolled windows' */
  }
  return TRUE;
}

static void pinch_begin(GtkGesture *gesture, GdkEventSequence *sequence, Input *input) { input->pinched_steps = 0; }

static void pinch(GtkGestureZoom *gesture, double scale, Input *input) {
  int steps = (int)round(-4 * log2(MAX(scale, 0.001))); /* a zoom step is a fourth of an octave */
  zoom_at_pointer(input, steps - input->pinched_steps);
  input->pinched_steps = steps;
}

static void drag_begin(GtkGestureDrag *gesture, double x, double y, Input *input) {
  HdScene *scene = hd_timeline_scene(input->timeline);
  GdkModifierType modifiers = gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
  gboolean ruler = hd_timeline_on_ruler(input->timeline, x, y);
  input->sizing_names = on_names_border(input, x);
  input->measuring = FALSE;
  input->names_px = scene->names_px;
  if (input->sizing_names) return;
  if (x < scene->names_px || (!ruler && !hd_timeline_in_lanes(input->timeline, x, y))) {
    gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  input->last_x = input->last_y = 0;
  input->measuring = ruler || (modifiers & GDK_SHIFT_MASK);
  scene->measure_from_ns = HD_MEASURE_NONE;
}

static void drag_update(GtkGestureDrag *gesture, double by_x, double by_y, Input *input) {
  HdScene *scene = hd_timeline_scene(input->timeline);
  double x = 0, y = 0;
  gtk_gesture_drag_get_start_point(gesture, &x, &y);
  if (input->sizing_names) {
    gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    hd_timeline_set_names_px(input->timeline, input->names_px + (int)by_x);
    return;
  }
  if (!input->measuring && fabs(by_x) < 3 && fabs(by_y) < 3) return; /* a click that trembles */
  if (input->measuring) {
    scene->measure_from_ns = hd_scene_time(scene, x);
    scene->measure_to_ns = hd_scene_time(scene, MAX(x + by_x, scene->names_px));
    hd_timeline_redraw_overlay(input->timeline);
    return;
  }
  gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  hd_view_state_pan_px(scene->state, input->last_x - by_x);
  hd_timeline_scroll_lanes(input->timeline, x, y, input->last_y - by_y);
  input->last_x = by_x;
  input->last_y = by_y;
}

/* A ruler press that measured nothing takes the measure away. */
static void drag_end(GtkGestureDrag *gesture, double by_x, double by_y, Input *input) {
  if (!input->measuring || fabs(by_x) >= 3) return;
  hd_timeline_scene(input->timeline)->measure_from_ns = HD_MEASURE_NONE;
  hd_timeline_redraw_overlay(input->timeline);
}

/* What ran on a loop: the task's own step, in its lane; a callback as the job it is. */
static void select_run(HdScene *scene, guint32 run) {
  const HdModel *model = scene->source.model;
  if (run & HD_LOD_CALLBACK) return hd_view_state_select_job(scene->state, run & ~HD_LOD_CALLBACK);
  const HdTaskStep *step = &model->steps[run];
  guint32 interval = hd_model_interval_at(model, step->task, step->begin_ns);
  if (interval != HD_NONE) hd_view_state_select_interval(scene->state, step->task, interval);
}

static void select_hit(HdScene *scene, const HdHit *hit) {
  if (hit->run != HD_NONE)
    select_run(scene, hit->run);
  else if (hit->job != HD_NONE)
    hd_view_state_select_job(scene->state, hit->job);
  else if (hit->item != HD_NONE)
    hd_view_state_select_item(scene->state, hit->item, hit->actor);
  else if (hit->actor != HD_NONE && hit->interval != HD_NONE)
    hd_view_state_select_interval(scene->state, hit->actor, hit->interval);
  else if (hit->hold != HD_NONE)
    hd_view_state_select_hold(scene->state, hit->hold);
  else if (hit->wait != HD_NONE)
    hd_view_state_select_wait(scene->state, hit->wait);
  else if (hit->object != HD_NONE)
    hd_view_state_select_object(scene->state, hit->object);
}

static void pressed(GtkGestureClick *gesture, int press_count, double x, double y, Input *input) {
  HdScene *scene = hd_timeline_scene(input->timeline);
  gtk_widget_grab_focus(GTK_WIDGET(input->timeline));
  if (on_names_border(input, x)) {
    if (press_count == 2) hd_timeline_fit_names(input->timeline);
    return;
  }
  const HdRow *row = hd_timeline_row_at(input->timeline, x, y, NULL);
  if (!row) return;
  if (x < scene->names_px) {
    if (row->member_count)
      hd_timeline_toggle_row(input->timeline, row);
    else if (row->kind == HD_ROW_OBJECT || row->kind == HD_ROW_TURNS)
      hd_view_state_select_object(scene->state, row->index);
    return;
  }
  hd_timeline_hover_at(input->timeline, x, y);
  if (scene->hovering) {
    select_hit(scene, &scene->hover);
    if (press_count == 2) hd_view_state_fit_selection(scene->state);
  } else if (row->kind == HD_ROW_OBJECT || row->kind == HD_ROW_TURNS) {
    hd_view_state_select_object(scene->state, row->index);
  } else {
    hd_view_state_select_nothing(scene->state);
  }
}

static void zoom_by_key(Input *input, int steps) {
  HdScene *scene = hd_timeline_scene(input->timeline);
  gint64 from_ns = hd_view_state_from_ns(scene->state), to_ns = hd_view_state_to_ns(scene->state), begin_ns, end_ns;
  gint64 anchor_ns = from_ns + (to_ns - from_ns) / 2;
  if (scene->pointer_x_px >= scene->names_px)
    anchor_ns = hd_scene_time(scene, scene->pointer_x_px);
  else if (hd_view_state_selected_span(scene->state, &begin_ns, &end_ns) && begin_ns < to_ns && end_ns > from_ns)
    anchor_ns = (MAX(begin_ns, from_ns) + MIN(end_ns, to_ns)) / 2;
  hd_view_state_zoom(scene->state, steps, anchor_ns);
}

static void pan_by_key(Input *input, double direction) {
  hd_view_state_pan_px(state_of(input), direction * PAN_STEP_SHARE * hd_view_state_view(state_of(input)).width_px);
}

/* The menu of the selected lane. */
static gboolean open_menu(Input *input) {
  HdScene *scene = hd_timeline_scene(input->timeline);
  const HdRow *row = hd_scene_selected_row(scene);
  double y = 0;
  if (!row) return FALSE;
  for (; y < gtk_widget_get_height(GTK_WIDGET(input->timeline)); y += 4)
    if (hd_timeline_row_at(input->timeline, scene->names_px, y, NULL) == row) break;
  hd_lane_menu_open(input->timeline, row, scene->names_px, y);
  return TRUE;
}

static gboolean named_key(Input *input, guint key) {
  HdScene *scene = hd_timeline_scene(input->timeline);
  switch (key) {
  case GDK_KEY_Home:
    hd_view_state_show_all(scene->state);
    return TRUE;
  case GDK_KEY_Left:
    return hd_walk_interval(scene, -1);
  case GDK_KEY_Right:
    return hd_walk_interval(scene, 1);
  case GDK_KEY_Up:
    return hd_walk_lane(scene, -1);
  case GDK_KEY_Down:
    return hd_walk_lane(scene, 1);
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
    return hd_walk_to_holder(scene);
  case GDK_KEY_BackSpace:
    return hd_view_state_back(scene->state);
  case GDK_KEY_plus:
  case GDK_KEY_KP_Add:
    zoom_by_key(input, -KEY_ZOOM_STEPS);
    return TRUE;
  case GDK_KEY_KP_Subtract:
    zoom_by_key(input, KEY_ZOOM_STEPS);
    return TRUE;
  case GDK_KEY_Escape:
    if (scene->measure_from_ns != HD_MEASURE_NONE) {
      scene->measure_from_ns = HD_MEASURE_NONE;
      hd_timeline_redraw_overlay(input->timeline);
    } else if (hd_view_state_finding(scene->state) != HD_NONE) {
      hd_view_state_hide_finding(scene->state);
    } else {
      hd_view_state_select_nothing(scene->state);
    }
    return TRUE;
  case GDK_KEY_Menu:
    return open_menu(input);
  default:
    return FALSE;
  }
}

gboolean hd_timeline_key(HdTimeline *timeline, guint key, guint key_code, GdkModifierType modifiers) {
  Input *input = g_object_get_data(G_OBJECT(timeline), "input");
  if (key == GDK_KEY_F10 && (modifiers & GDK_SHIFT_MASK)) return open_menu(input);
  if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) return FALSE;
  if (named_key(input, key)) return TRUE;
  switch (key_code) {
  case KEY_W:
    zoom_by_key(input, -KEY_ZOOM_STEPS);
    return TRUE;
  case KEY_EQUAL:
    zoom_by_key(input, -KEY_ZOOM_STEPS);
    return TRUE;
  case KEY_S:
    zoom_by_key(input, KEY_ZOOM_STEPS);
    return TRUE;
  case KEY_MINUS:
    zoom_by_key(input, KEY_ZOOM_STEPS);
    return TRUE;
  case KEY_A:
    pan_by_key(input, -1);
    return TRUE;
  case KEY_D:
    pan_by_key(input, 1);
    return TRUE;
  case KEY_COMMA:
    return hd_walk_event(hd_timeline_scene(timeline), -1);
  case KEY_PERIOD:
    return hd_walk_event(hd_timeline_scene(timeline), 1);
  case KEY_J:
    return hd_walk_to_job(hd_timeline_scene(timeline));
  case KEY_T:
    hd_view_state_set_wall_clock(state_of(input), !hd_view_state_wall_clock(state_of(input)));
    return TRUE;
  default:
    return FALSE;
  }
}

void hd_timeline_add_input(HdTimeline *timeline) {
  Input *input = g_new0(Input, 1);
  input->timeline = timeline;
  g_object_set_data_full(G_OBJECT(timeline), "input", input, g_free);
  GtkWidget *widget = GTK_WIDGET(timeline);

  GtkEventController *motions = gtk_event_controller_motion_new();
  g_signal_connect(motions, "enter", G_CALLBACK(motion), input);
  g_signal_connect(motions, "motion", G_CALLBACK(motion), input);
  g_signal_connect(motions, "leave", G_CALLBACK(leave), input);
  gtk_widget_add_controller(widget, motions);

  GtkEventController *wheel = gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  gtk_event_controller_set_propagation_phase(wheel, GTK_PHASE_CAPTURE);
  g_signal_connect(wheel, "scroll", G_CALLBACK(scroll), input);
  gtk_widget_add_controller(widget, wheel);

  GtkGesture *zoom = gtk_gesture_zoom_new();
  g_signal_connect(zoom, "begin", G_CALLBACK(pinch_begin), input);
  g_signal_connect(zoom, "scale-changed", G_CALLBACK(pinch), input);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(zoom));

  GtkGesture *drag = gtk_gesture_drag_new();
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin), input);
  g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update), input);
  g_signal_connect(drag, "drag-end", G_CALLBACK(drag_end), input);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(drag));

  GtkGesture *click = gtk_gesture_click_new();
  g_signal_connect(click, "pressed", G_CALLBACK(pressed), input);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(click));
}
