/* What lies under the pointer, and what is selected, in words. */
#include "timeline-private.h"

const char *hd_timeline_hover_words(HdTimeline *timeline) { return hd_timeline_overlay_words(HD_TIMELINE_OVERLAY(timeline->overlay)); }

void hd_timeline_say_selection(HdTimeline *timeline) {
  HdScene *scene = timeline->scene;
  HdSelection selection = hd_view_state_selection(scene->state);
  HdHit hit = HD_HIT_NOTHING;
  gboolean something = selection.interval != HD_NONE || selection.hold != HD_NONE || selection.job != HD_NONE || selection.item != HD_NONE;
  hit.actor = selection.actor;
  hit.wait = selection.wait;
  hit.object = selection.object;
  hit.hold = selection.hold;
  hit.job = selection.job;
  hit.item = selection.item;
  hit.box.kind = selection.hold != HD_NONE ? HD_BOX_HOLD : HD_BOX_STATE;
  if (selection.interval != HD_NONE) {
    hit.interval = hit.box.index = selection.interval;
    hit.box.state = hd_lod_shown(scene->source.lod, hit.interval);
  } else {
    hit.box.index = selection.hold;
  }
  g_autofree char *words = something ? hd_hover_text(&scene->source, &hit) : g_strdup("Nothing is selected");
  gtk_accessible_update_property(GTK_ACCESSIBLE(timeline), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static gboolean same_hit(const HdHit *a, const HdHit *b) {
  return a->box.kind == b->box.kind && a->box.index == b->box.index && a->box.x0_px == b->box.x0_px && a->box.value == b->box.value &&
         a->box.state == b->box.state && a->interval == b->interval && a->wait == b->wait && a->hold == b->hold && a->object == b->object &&
         a->job == b->job && a->item == b->item && a->run == b->run && (!a->members || a->at_ns == b->at_ns);
}

void hd_timeline_hover_at(HdTimeline *timeline, double x, double y) {
  HdScene *scene = timeline->scene;
  double y_px;
  const HdRow *row = hd_timeline_row_at(timeline, x, y, &y_px);
  scene->pointer_x_px = x;
  scene->pointer_y_px = y;
  HdHit before = scene->hover;
  HdRowId row_before = scene->hovering ? scene->hover_row : 0;
  scene->hovering = FALSE;
  if (row && x >= scene->names_px) {
    HdView view = hd_view_state_view(scene->state);
    g_autoptr(HdDisplayList) list = hd_scene_row_list(scene, row);
    scene->hovering = hd_hit_test(&scene->source, row, list, &view, x - scene->names_px, y_px, &scene->hover);
    scene->hover_row = row->id;
  }
  if (scene->hovering && row_before == scene->hover_row && same_hit(&before, &scene->hover)) {
    hd_timeline_overlay_move(HD_TIMELINE_OVERLAY(timeline->overlay)); /* the words of a long wait cost a look at all its holders */
  } else {
    gboolean on_name = row && x < scene->names_px;
    g_autofree char *words = scene->hovering ? hd_hover_text(&scene->source, &scene->hover)
                             : on_name       ? g_strdup_printf("%s%s%s", row->name, *row->note ? "\n" : "", row->note)
                                             : NULL;
    hd_timeline_overlay_say(HD_TIMELINE_OVERLAY(timeline->overlay), words);
  }
  hd_view_state_set_cursor_ns(scene->state, x >= scene->names_px ? MAX(hd_scene_time(scene, x), 0) : -1);
}

void hd_timeline_leave(HdTimeline *timeline) {
  timeline->scene->hovering = FALSE;
  timeline->scene->pointer_x_px = -1;
  hd_timeline_overlay_say(HD_TIMELINE_OVERLAY(timeline->overlay), NULL);
  hd_view_state_set_cursor_ns(timeline->scene->state, -1);
}
