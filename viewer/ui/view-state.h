/* The state of a view: which part of the recording is on the screen, what is selected, which finding is on show.
 *
 * The timeline and every panel look at one HdViewState and change it; none knows another. Signals:
 *   "range"      the visible span changed
 *   "selection"  what is selected changed
 *   "finding"    the finding on show changed
 *   "cursor"     the time under the pointer changed
 *   "options"    wall-clock or projector was switched
 *   "reveal"     (guint actor, guint object) a lane is wanted in sight; HD_NONE for neither
 *   "site"       (guint site) the code of a site is wanted
 * Main thread only.
 */
#pragma once
#include "display.h"
#include "document.h"

G_BEGIN_DECLS

#define HD_TYPE_VIEW_STATE (hd_view_state_get_type())
G_DECLARE_FINAL_TYPE(HdViewState, hd_view_state, HD, VIEW_STATE, GObject)

/* Unused parts are HD_NONE. An interval brings its actor and, when it is one, its wait; a hold brings its object,
 * a job its worker, an item the actor in whose lane it was found. */
typedef struct {
  guint32 actor;
  guint32 interval; /* of model->intervals */
  guint32 wait;
  guint32 object;
  guint32 hold;
  guint32 job;  /* of model->jobs; its worker is the actor */
  guint32 item; /* of model->items; one of its two actors is the actor */
} HdSelection;

typedef enum {
  HD_STEP_JUMP,   /* can be undone by itself */
  HD_STEP_GESTURE /* one of a stream: those that follow each other closely are undone together */
} HdStep;

HdViewState *hd_view_state_new(HdDocument *document);
HdDocument *hd_view_state_document(HdViewState *state);
const HdModel *hd_view_state_model(HdViewState *state);

/* The visible span, in ns since the recording's start. Its scale is one of the zoom steps of tiles.h, so that tiles are shown as they were
 * painted: a span that is asked for gets the next step that holds it, and at the last one the view ends a little after the recording. */
gint64 hd_view_state_from_ns(HdViewState *state);
gint64 hd_view_state_to_ns(HdViewState *state);
double hd_view_state_ns_per_px(HdViewState *state);
HdView hd_view_state_view(HdViewState *state);
void hd_view_state_set_range(HdViewState *state, gint64 from_ns, gint64 to_ns, HdStep step);
/* Negative steps zoom in (a step is 19 %); anchor_ns stays where it is. */
void hd_view_state_zoom(HdViewState *state, int steps, gint64 anchor_ns);
void hd_view_state_pan_px(HdViewState *state, double by_px);
/* The same zoom, at_ns in the middle. */
void hd_view_state_centre(HdViewState *state, gint64 at_ns, HdStep step);
void hd_view_state_show_all(HdViewState *state);
/* Width of the timeline in px. A view of the whole recording stays one. */
void hd_view_state_set_width_px(HdViewState *state, int width_px);

HdSelection hd_view_state_selection(HdViewState *state);
void hd_view_state_select_interval(HdViewState *state, guint32 actor, guint32 interval);
void hd_view_state_select_wait(HdViewState *state, guint32 wait);
void hd_view_state_select_hold(HdViewState *state, guint32 hold);
void hd_view_state_select_job(HdViewState *state, guint32 job);
/* actor: the one who put it or who got it; HD_NONE: who got it, else who put it. */
void hd_view_state_select_item(HdViewState *state, guint32 item, guint32 actor);
void hd_view_state_select_object(HdViewState *state, guint32 object);
void hd_view_state_select_nothing(HdViewState *state);
/* Span of what is selected; FALSE when nothing is. */
gboolean hd_view_state_selected_span(HdViewState *state, gint64 *from_ns, gint64 *to_ns);
/* Scrolls in time and lanes until the selection is seen; keeps the zoom unless the selection is wider than the view. */
void hd_view_state_reveal_selection(HdViewState *state);
void hd_view_state_fit_selection(HdViewState *state);
void hd_view_state_reveal(HdViewState *state, guint32 actor, guint32 object);

/* Shows the code of a site (of model->sites). */
void hd_view_state_show_site(HdViewState *state, guint32 site);

/* Time that panels speak of: the pointer's, else the selection's begin, else the middle of the view. */
gint64 hd_view_state_cursor_ns(HdViewState *state);
/* -1: the pointer left. */
void hd_view_state_set_cursor_ns(HdViewState *state, gint64 at_ns);

/* Undo of navigation; FALSE when there is nothing to go back to. */
gboolean hd_view_state_back(HdViewState *state);

/* Index of the finding on show, HD_NONE for none. Showing one zooms to its evidence; Esc (hide) puts back what was there before. */
guint32 hd_view_state_finding(HdViewState *state);
void hd_view_state_show_finding(HdViewState *state, guint32 finding);
void hd_view_state_hide_finding(HdViewState *state);

gboolean hd_view_state_wall_clock(HdViewState *state);
void hd_view_state_set_wall_clock(HdViewState *state, gboolean wall_clock);
gboolean hd_view_state_projector(HdViewState *state);
void hd_view_state_set_projector(HdViewState *state, gboolean projector);

G_END_DECLS
