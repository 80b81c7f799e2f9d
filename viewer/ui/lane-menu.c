#include "lane-menu.h"

static HdRowId row_of(GVariant *parameter) { return g_variant_get_uint64(parameter); }

static void pin(GSimpleAction *action, GVariant *parameter, gpointer timeline) {
  hd_lanes_set_pinned(hd_timeline_scene(timeline)->lanes, row_of(parameter), TRUE);
  hd_timeline_rows_changed(timeline);
}

static void unpin(GSimpleAction *action, GVariant *parameter, gpointer timeline) {
  hd_lanes_set_pinned(hd_timeline_scene(timeline)->lanes, row_of(parameter), FALSE);
  hd_timeline_rows_changed(timeline);
}

static void hide(GSimpleAction *action, GVariant *parameter, gpointer timeline) {
  hd_lanes_set_hidden(hd_timeline_scene(timeline)->lanes, row_of(parameter), TRUE);
  hd_timeline_rows_changed(timeline);
}

static void show_all(GSimpleAction *action, GVariant *parameter, gpointer timeline) {
  hd_lanes_show_all(hd_timeline_scene(timeline)->lanes);
  hd_timeline_rows_changed(timeline);
}

static void fit_names(GSimpleAction *action, GVariant *parameter, gpointer timeline) { hd_timeline_fit_names(timeline); }

static void append(GMenu *menu, const char *label, const char *action, HdRowId row) {
  g_autoptr(GMenuItem) item = g_menu_item_new(label, NULL);
  g_menu_item_set_action_and_target_value(item, action, g_variant_new_uint64(row));
  g_menu_append_item(menu, item);
}

static gboolean unparent(gpointer popover) {
  gtk_widget_unparent(popover);
  return G_SOURCE_REMOVE;
}

/* Not at once: the chosen action still has to run. */
static void closed(GtkWidget *popover) { g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, unparent, g_object_ref(popover), g_object_unref); }

void hd_lane_menu_open(HdTimeline *timeline, const HdRow *row, double x, double y) {
  g_autoptr(GMenu) menu = g_menu_new();
  append(menu, row->pinned ? "_Unpin" : "_Pin on top", row->pinned ? "lane.unpin" : "lane.pin", row->id);
  append(menu, "_Hide", "lane.hide", row->id);
  g_menu_append(menu, "_Show all lanes", "lane.show-all");
  g_menu_append(menu, "_Fit the names", "lane.fit-names");
  GtkWidget *popover = gtk_popover_menu_new_from_model(G_MENU_MODEL(menu));
  gtk_widget_set_parent(popover, GTK_WIDGET(timeline));
  gtk_popover_set_pointing_to(GTK_POPOVER(popover), &(GdkRectangle){(int)x, (int)y, 1, 1});
  gtk_popover_set_has_arrow(GTK_POPOVER(popover), FALSE);
  g_signal_connect(popover, "closed", G_CALLBACK(closed), NULL);
  gtk_popover_popup(GTK_POPOVER(popover));
}

static void pressed(GtkGestureClick *gesture, int press_count, double x, double y, HdTimeline *timeline) {
  const HdRow *row = hd_timeline_row_at(timeline, x, y, NULL);
  if (row) hd_lane_menu_open(timeline, row, x, y);
}

void hd_lane_menu_add(HdTimeline *timeline) {
  static const GActionEntry entries[] = {{"pin", pin, "t", NULL, NULL, {0}},
                                         {"unpin", unpin, "t", NULL, NULL, {0}},
                                         {"hide", hide, "t", NULL, NULL, {0}},
                                         {"show-all", show_all, NULL, NULL, NULL, {0}},
                                         {"fit-names", fit_names, NULL, NULL, NULL, {0}}};
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new();
  g_action_map_add_action_entries(G_ACTION_MAP(group), entries, G_N_ELEMENTS(entries), timeline);
  gtk_widget_insert_action_group(GTK_WIDGET(timeline), "lane", G_ACTION_GROUP(group));
  GtkGesture *click = gtk_gesture_click_new();
  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), GDK_BUTTON_SECONDARY);
  g_signal_connect(click, "pressed", G_CALLBACK(pressed), timeline);
  gtk_widget_add_controller(GTK_WIDGET(timeline), GTK_EVENT_CONTROLLER(click));
}
