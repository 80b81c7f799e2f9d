/* The rows that follow from the units and what the user wants to see: which, in what order, how high, and where to find them. */
#include "lanes-private.h"

enum { DENSE_BEYOND_LANES = 40, HEADER_HEIGHT_PX = 24, PROJECTOR_HEADER_PX = 42, PROJECTOR_LANE_PX = 40, PROJECTOR_OBJECT_PX = 74 };

static gboolean is_object_row(const HdUnit *unit) { return unit->kind == HD_ROW_OBJECT || unit->kind == HD_ROW_OBJECT_FOLD; }

static gboolean matches(const HdLanes *lanes, const HdUnit *unit) {
  return unit->found || lanes->unfiltered[is_object_row(unit) ? HD_PANE_OBJECTS : HD_PANE_ACTORS];
}

static void add_row(HdLanes *lanes, HdPane pane, HdUnit *unit, guint32 depth, gboolean raised) {
  unit->row = lanes->rows[pane]->len;
  if (unit->wordless) hd_lanes_find_words(lanes, unit);
  HdRow row = {.id = HD_ROW_ID(unit->kind, unit->index),
               .kind = unit->kind,
               .index = unit->index,
               .depth = depth,
               .name = unit->name,
               .note = unit->note,
               .members = unit->members,
               .member_count = unit->member_count,
               .opened = unit->opened,
               .pinned = unit->pinned,
               .raised = raised,
               .alone = unit->alone,
               .jobs_px = unit->works}; /* made a height with the others' */
  g_array_append_val(lanes->rows[pane], row);
}

/* Whether a unit or, for a header or fold, anything in it passes the filter. */
static gboolean is_wanted(const HdLanes *lanes, HdPane pane, const HdUnit *unit) {
  if (matches(lanes, unit)) return TRUE;
  for (guint i = 0; i < unit->child_count; i++)
    if (matches(lanes, &g_array_index(lanes->units[pane], HdUnit, unit->child_first + i))) return TRUE;
  return FALSE;
}

static void list_rows(HdLanes *lanes, HdPane pane) {
  GArray *units = lanes->units[pane];
  for (guint i = 0; i < units->len; i++) g_array_index(units, HdUnit, i).row = HD_NONE;
  for (guint i = 0; i < lanes->raised->len; i++) {
    HdUnit *unit = hd_lanes_find_unit(lanes, g_array_index(lanes->raised, HdRowId, i));
    if (unit && is_object_row(unit) == (pane == HD_PANE_OBJECTS) && matches(lanes, unit)) add_row(lanes, pane, unit, 0, TRUE);
  }
  for (guint i = 0; i < units->len; i++) {
    HdUnit *unit = &g_array_index(units, HdUnit, i);
    if (unit->pinned && !unit->hidden && !unit->raised) add_row(lanes, pane, unit, 0, FALSE);
  }
  for (guint i = 0; i < units->len; i++) {
    HdUnit *unit = &g_array_index(units, HdUnit, i);
    gboolean shown = !unit->hidden && !(unit->quiet && !lanes->quiet_objects && (!lanes->filter || lanes->unfiltered[pane])) &&
                     is_wanted(lanes, pane, unit);
    if (!shown) {
      i += unit->child_count;
      continue;
    }
    if (!unit->pinned && !unit->raised) add_row(lanes, pane, unit, unit->depth, FALSE);
    /* a filter that finds a member opens its fold; a fold that was found itself stays as it is */
    gboolean opened = unit->opened || (lanes->filter && !lanes->unfiltered[pane] && unit->child_count &&
                                       (unit->kind == HD_ROW_PROCESS || !matches(lanes, unit)));
    if (!unit->child_count || opened) continue;
    for (guint j = i + 1; j <= i + unit->child_count && unit->calls; j++) {
      HdUnit *child = &g_array_index(units, HdUnit, j);
      if (child->called && !child->hidden && !child->pinned && !child->raised) add_row(lanes, pane, child, child->depth, FALSE);
    }
    i += unit->child_count;
  }
}

static int lane_height_px(const HdLanes *lanes, guint lane_count) {
  switch (lanes->density) {
  case HD_DENSITY_WIDE:
    return 26;
  case HD_DENSITY_DENSE:
    return 18;
  case HD_DENSITY_TINY:
    return 6;
  case HD_DENSITY_PROJECTOR:
    return PROJECTOR_LANE_PX;
  default:
    return lane_count > DENSE_BEYOND_LANES ? 18 : 26;
  }
}

/* What the jobs add to a worker's lane. */
static int jobs_height_px(int lane_px) { return lane_px >= PROJECTOR_LANE_PX ? 22 : lane_px >= 24 ? 14 : lane_px >= 12 ? 11 : 3; }

static int object_height_px(const HdLanes *lanes) {
  switch (lanes->density) {
  case HD_DENSITY_TINY:
    return 12;
  case HD_DENSITY_PROJECTOR:
    return PROJECTOR_OBJECT_PX;
  default:
    return 44;
  }
}

double hd_row_scale(const HdRow *row) {
  return row->height_px - row->jobs_px >= (hd_row_is_object(row) ? PROJECTOR_OBJECT_PX : PROJECTOR_LANE_PX) ? HD_PROJECTOR_SCALE : 1;
}

static gboolean any_matches(const HdLanes *lanes, HdPane pane) {
  for (guint i = 0; i < lanes->units[pane]->len; i++)
    if (g_array_index(lanes->units[pane], HdUnit, i).found) return TRUE;
  return FALSE;
}

static void update(HdLanes *lanes) {
  if (!lanes->dirty) return;
  lanes->dirty = FALSE;
  lanes->unfiltered[HD_PANE_ACTORS] = lanes->unfiltered[HD_PANE_OBJECTS] = FALSE;
  gboolean actors_match = any_matches(lanes, HD_PANE_ACTORS), objects_match = any_matches(lanes, HD_PANE_OBJECTS);
  lanes->unfiltered[HD_PANE_ACTORS] = !actors_match && objects_match;
  lanes->unfiltered[HD_PANE_OBJECTS] = actors_match && !objects_match;
  for (int pane = 0; pane < HD_PANE_COUNT; pane++) {
    g_array_set_size(lanes->rows[pane], 0);
    list_rows(lanes, pane);
    guint lane_count = 0;
    for (guint i = 0; i < lanes->rows[pane]->len; i++) lane_count += g_array_index(lanes->rows[pane], HdRow, i).kind != HD_ROW_PROCESS;
    int lane_px = pane == HD_PANE_OBJECTS ? object_height_px(lanes) : lane_height_px(lanes, lane_count), y_px = 0;
    for (guint i = 0; i < lanes->rows[pane]->len; i++) {
      HdRow *row = &g_array_index(lanes->rows[pane], HdRow, i);
      row->y_px = y_px;
      row->height_px = row->kind != HD_ROW_PROCESS              ? lane_px
                       : lanes->density == HD_DENSITY_PROJECTOR ? PROJECTOR_HEADER_PX
                                                                : HEADER_HEIGHT_PX;
      if (row->jobs_px || row->kind == HD_ROW_TURNS) row->height_px += row->jobs_px = jobs_height_px(lane_px);
      y_px += row->height_px;
    }
    lanes->height_px[pane] = y_px;
  }
}

const HdRow *hd_lanes_rows(HdLanes *lanes, HdPane pane, guint *count) {
  update(lanes);
  *count = lanes->rows[pane]->len;
  return (const HdRow *)lanes->rows[pane]->data;
}

int hd_lanes_height_px(HdLanes *lanes, HdPane pane) {
  update(lanes);
  return lanes->height_px[pane];
}

const HdRow *hd_lanes_row_at(HdLanes *lanes, HdPane pane, int y_px) {
  guint count, low = 0;
  const HdRow *rows = hd_lanes_rows(lanes, pane, &count);
  if (y_px < 0 || y_px >= lanes->height_px[pane]) return NULL;
  for (guint high = count; high - low > 1;) {
    guint middle = low + (high - low) / 2;
    if (rows[middle].y_px <= y_px)
      low = middle;
    else
      high = middle;
  }
  return &rows[low];
}

/* The row itself, else that of the fold or header it is in. */
static const HdRow *row_of_unit(HdLanes *lanes, HdPane pane, const HdUnit *unit) {
  guint count;
  const HdRow *rows = hd_lanes_rows(lanes, pane, &count);
  while (unit && unit->row == HD_NONE) unit = unit->parent == HD_NONE ? NULL : &g_array_index(lanes->units[pane], HdUnit, unit->parent);
  return unit ? &rows[unit->row] : NULL;
}

const HdRow *hd_lanes_row_of_actor(HdLanes *lanes, guint32 actor) {
  if (actor >= lanes->model->actor_count) return NULL;
  gboolean process = lanes->model->actors[actor].kind == HD_ACTOR_PROCESS;
  const HdUnit *unit = hd_lanes_find_unit(lanes, HD_ROW_ID(process ? HD_ROW_PROCESS : HD_ROW_THREAD, actor));
  gboolean has_thread = process && actor + 1 < lanes->model->actor_count && lanes->model->actors[actor + 1].parent == actor;
  if (!unit && has_thread) unit = hd_lanes_find_unit(lanes, HD_ROW_ID(HD_ROW_THREAD, actor + 1)); /* it stands for the process */
  return row_of_unit(lanes, HD_PANE_ACTORS, unit);
}

const HdRow *hd_lanes_row_of_object(HdLanes *lanes, guint32 object) {
  const HdUnit *turns = hd_lanes_find_unit(lanes, HD_ROW_ID(HD_ROW_TURNS, object));
  if (turns) return row_of_unit(lanes, HD_PANE_ACTORS, turns);
  return row_of_unit(lanes, HD_PANE_OBJECTS, hd_lanes_find_unit(lanes, HD_ROW_ID(HD_ROW_OBJECT, object)));
}
