/* The scene: what the parts of the timeline (minimap, ruler, two lane areas, overlay) look at together. The timeline owns it; the parts
 * borrow it. Coordinates: x counts from the timeline's left border, names first; times lie right of names_px. Main thread only. */
#pragma once
#include "appearance.h"
#include "hit.h"
#include "lanes.h"
#include "view-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Words stand this many px wide left of the times. */
#define HD_NAMES_WIDTH_PX 232
#define HD_NAMES_NARROW_PX 168
#define HD_NAMES_MIN_PX 160
#define HD_NAMES_MAX_PX 420
#define HD_MEASURE_NONE G_MININT64

typedef struct {
  HdViewState *state;
  HdSource source;
  HdLanes *lanes;
  int names_px;
  int names_wanted_px; /* as the reader dragged it; 0: as the window's width suggests */
  GArray *cited;       /* of guint32: waits of the finding on show, sorted; never NULL */
  gboolean hovering;   /* hover, hover_row and the pointer are valid */
  HdHit hover;
  HdRowId hover_row;
  double pointer_x_px, pointer_y_px;
  gint64 measure_from_ns, measure_to_ns; /* HD_MEASURE_NONE: nothing is measured */
} HdScene;

HdScene *hd_scene_new(HdViewState *state);
void hd_scene_free(HdScene *scene);
/* Takes up an analysis that has arrived: rows are sorted by what they cost. */
void hd_scene_renew(HdScene *scene);
/* Takes up the finding on show: its waits are cited, its lanes on top. */
void hd_scene_take_finding(HdScene *scene);

/* How much larger the text is than usual. */
double hd_scene_scale(const HdScene *scene);
/* The width of the names in a timeline of width_px. */
int hd_scene_names_px(const HdScene *scene, int width_px);
const HdTheme *hd_scene_theme(void);
double hd_scene_x(const HdScene *scene, gint64 at_ns);
gint64 hd_scene_time(const HdScene *scene, double x_px);
/* Row of what is selected, NULL when nothing is or its row is hidden. */
const HdRow *hd_scene_selected_row(const HdScene *scene);
HdPane hd_scene_pane_of(const HdRow *row);
/* The display list of a row in the view, as it is drawn; the caller frees it. */
HdDisplayList *hd_scene_row_list(const HdScene *scene, const HdRow *row);
/* The box in which the selection is drawn in its row: that of the interval, hold, job, put or get, else its span, at least 3 px wide. */
HdBox hd_scene_selected_box(const HdScene *scene, const HdRow *row, gint64 begin_ns, gint64 end_ns);

G_END_DECLS
