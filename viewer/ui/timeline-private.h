/* The timeline's inside: its parts (timeline.c), what lies under the pointer and what is selected (timeline-hover.c), the pane of objects
 * (timeline-objects.c). */
#pragma once
#include "timeline-overlay.h"
#include "timeline.h"

struct _HdTimeline {
  GtkWidget parent;
  HdScene *scene;
  GtkWidget *stack; /* the overlay with everything in it */
  GtkWidget *minimap, *ruler, *overlay;
  HdLaneArea *panes[HD_PANE_COUNT];
  GtkWidget *object_title, *object_note;
  GtkWidget *paned, *object_head;
};

/* Assistive technology reads the selection as the timeline's description. */
void hd_timeline_say_selection(HdTimeline *timeline);
/* A pane of lanes that scrolls. */
GtkWidget *hd_timeline_scrolled(HdLaneArea *area);
/* The pane of objects with its head, and what the head says. */
GtkWidget *hd_timeline_object_pane_new(HdTimeline *timeline);
void hd_timeline_say_object_count(HdTimeline *timeline);
/* The words beside the title begin where the times begin. */
void hd_timeline_place_object_title(HdTimeline *timeline);
