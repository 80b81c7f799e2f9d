#include "lanes-private.h"

enum { DENSE_BEYOND_LANES = 40, OPENED_LANES = 200, HEADER_HEIGHT_PX = 24, PROJECTOR_HEADER_PX = 42, PROJECTOR_LANE_PX = 40, PROJECTOR_OBJECT_PX = 74 };

HdUnit *hd_lanes_add_unit(HdLanes *lanes, HdPane pane, HdRowKind kind, guint32 index, guint32 depth, char *name, char *note) {
  HdUnit unit = {.kind = kind, .index = index, .depth = depth, .name = name, .note = note ? note : g_strdup("")};
  unit.child_first = lanes->units[pane]->len + 1;
  g_array_append_val(lanes->units[pane], unit);
  return &g_array_index(lanes->units[pane], HdUnit, lanes->units[pane]->len - 1);
}

void hd_unit_set_members(HdUnit *unit, GArray *members) {
  unit->member_count = members->len;
  unit->members = g_memdup2(members->data, members->len * sizeof(guint32));
}

void hd_unit_set_search(HdUnit *unit, const char *extra) {
  g_autofree char *all = g_strconcat(unit->name, " ", extra, NULL);
  g_free(unit->search);
  unit->search = g_utf8_casefold(all, -1);
}

static void unit_clear(gpointer memory) {
  HdUnit *unit = memory;
  g_free(unit->name);
  g_free(unit->note);
  g_free(unit->search);
  g_free(unit->members);
}

/* Units know what they are in. */
static void link_units(GArray *units) {
  g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint32 i = 0; i < units->len; i++) {
    HdUnit *unit = &g_array_index(units, HdUnit, i);
    while (open->len) {
      const HdUnit *last = &g_array_index(units, HdUnit, g_array_index(open, guint32, open->len - 1));
      if (i < last->child_first + last->child_count) break;
      g_array_set_size(open, open->len - 1);
    }
    unit->parent = open->len ? g_array_index(open, guint32, open->len - 1) : HD_NONE;
    unit->row = HD_NONE;
    unit->found = TRUE;
    if (unit->child_count) g_array_append_val(open, i);
  }
}

HdLanes *hd_lanes_new(const HdSource *source) {
  HdLanes *lanes = g_new0(HdLanes, 1);
  lanes->source = *source;
  lanes->model = source->model;
  lanes->dirty = TRUE;
  lanes->raised = g_array_new(FALSE, FALSE, sizeof(HdRowId));
  lanes->unit_of_row = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  for (int pane = 0; pane < HD_PANE_COUNT; pane++) {
    lanes->units[pane] = g_array_new(FALSE, FALSE, sizeof(HdUnit));
    g_array_set_clear_func(lanes->units[pane], unit_clear);
    lanes->rows[pane] = g_array_new(FALSE, FALSE, sizeof(HdRow));
  }
  hd_lanes_build_actors(lanes);
  hd_lanes_build_objects(lanes);
  for (int pane = 0; pane < HD_PANE_COUNT; pane++) {
    link_units(lanes->units[pane]);
    for (guint i = 0; i < lanes->units[pane]->len; i++) {
      const HdUnit *unit = &g_array_index(lanes->units[pane], HdUnit, i);
      HdRowId id = HD_ROW_ID(unit->kind, unit->index);
      g_hash_table_insert(lanes->unit_of_row, g_memdup2(&id, sizeof id), (gpointer)unit);
    }
  }
  return lanes;
}

void hd_lanes_free(HdLanes *lanes) {
  if (!lanes) return;
  for (int pane = 0; pane < HD_PANE_COUNT; pane++) {
    g_array_unref(lanes->units[pane]);
    g_array_unref(lanes->rows[pane]);
  }
  g_hash_table_unref(lanes->unit_of_row);
  g_array_unref(lanes->raised);
  g_clear_pointer(&lanes->filter, g_pattern_spec_free);
  g_free(lanes);
}

static HdUnit *find_unit(HdLanes *lanes, HdRowId id) { return g_hash_table_lookup(lanes->unit_of_row, &id); }

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
    HdUnit *unit = find_unit(lanes, g_array_index(lanes->raised, HdRowId, i));
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
  const HdUnit *unit = find_unit(lanes, HD_ROW_ID(process ? HD_ROW_PROCESS : HD_ROW_THREAD, actor));
  gboolean has_thread = process && actor + 1 < lanes->model->actor_count && lanes->model->actors[actor + 1].parent == actor;
  if (!unit && has_thread) unit = find_unit(lanes, HD_ROW_ID(HD_ROW_THREAD, actor + 1)); /* it stands for the process */
  return row_of_unit(lanes, HD_PANE_ACTORS, unit);
}

const HdRow *hd_lanes_row_of_object(HdLanes *lanes, guint32 object) {
  const HdUnit *turns = find_unit(lanes, HD_ROW_ID(HD_ROW_TURNS, object));
  if (turns) return row_of_unit(lanes, HD_PANE_ACTORS, turns);
  return row_of_unit(lanes, HD_PANE_OBJECTS, find_unit(lanes, HD_ROW_ID(HD_ROW_OBJECT, object)));
}

void hd_lanes_object_counts(HdLanes *lanes, guint *shown_count, guint *all_count) {
  guint row_count;
  const HdRow *rows = hd_lanes_rows(lanes, HD_PANE_OBJECTS, &row_count);
  *shown_count = *all_count = 0;
  for (guint i = 0; i < row_count; i++) {
    if (rows[i].kind == HD_ROW_OBJECT)
      (*shown_count)++;
    else if (!rows[i].opened)
      *shown_count += rows[i].member_count;
  }
  for (guint i = 0; i < lanes->units[HD_PANE_OBJECTS]->len; i++)
    *all_count += g_array_index(lanes->units[HD_PANE_OBJECTS], HdUnit, i).kind == HD_ROW_OBJECT;
  *shown_count = MIN(*shown_count, *all_count); /* a raised one counts with its fold, too */
}

void hd_lanes_set_density(HdLanes *lanes, HdDensity density) {
  lanes->density = density;
  lanes->dirty = TRUE;
}

void hd_lanes_set_opened(HdLanes *lanes, HdRowId id, gboolean opened) {
  HdUnit *unit = find_unit(lanes, id);
  if (unit && unit->member_count) unit->opened = opened;
  for (guint i = 0; unit && unit->calls && i < unit->child_count; i++) /* they go with it */
    g_array_index(lanes->units[HD_PANE_ACTORS], HdUnit, unit->child_first + i).called = FALSE;
  if (unit) unit->calls = FALSE;
  lanes->dirty = TRUE;
}

void hd_lanes_reveal_actor(HdLanes *lanes, guint32 actor) {
  HdUnit *unit = find_unit(lanes, HD_ROW_ID(HD_ROW_THREAD, actor));
  if (unit) unit->hidden = FALSE;
  while (unit && unit->parent != HD_NONE) {
    HdUnit *parent = &g_array_index(lanes->units[HD_PANE_ACTORS], HdUnit, unit->parent);
    if (parent->kind == HD_ROW_FOLD && parent->child_count > OPENED_LANES && !parent->opened)
      unit->called = parent->calls = TRUE;
    else
      parent->opened = TRUE;
    parent->hidden = FALSE;
    unit = parent;
  }
  lanes->dirty = TRUE;
}

void hd_lanes_set_hidden(HdLanes *lanes, HdRowId id, gboolean hidden) {
  HdUnit *unit = find_unit(lanes, id);
  if (unit) unit->hidden = hidden;
  lanes->dirty = TRUE;
}

void hd_lanes_show_all(HdLanes *lanes) {
  for (int pane = 0; pane < HD_PANE_COUNT; pane++)
    for (guint i = 0; i < lanes->units[pane]->len; i++) g_array_index(lanes->units[pane], HdUnit, i).hidden = FALSE;
  lanes->dirty = TRUE;
}

void hd_lanes_set_pinned(HdLanes *lanes, HdRowId id, gboolean pinned) {
  HdUnit *unit = find_unit(lanes, id);
  if (unit) unit->pinned = pinned;
  lanes->dirty = TRUE;
}

static void raise_unit(HdLanes *lanes, HdRowId id) {
  HdUnit *unit = find_unit(lanes, id);
  if (!unit || unit->raised) return;
  unit->raised = TRUE;
  g_array_append_val(lanes->raised, id);
}

void hd_lanes_raise(HdLanes *lanes, const guint32 *actors, guint actor_count, const guint32 *objects, guint object_count) {
  for (guint i = 0; i < lanes->raised->len; i++) find_unit(lanes, g_array_index(lanes->raised, HdRowId, i))->raised = FALSE;
  g_array_set_size(lanes->raised, 0);
  for (guint i = 0; i < actor_count; i++) raise_unit(lanes, HD_ROW_ID(HD_ROW_THREAD, actors[i]));
  for (guint i = 0; i < object_count; i++) {
    raise_unit(lanes, HD_ROW_ID(HD_ROW_TURNS, objects[i]));
    raise_unit(lanes, HD_ROW_ID(HD_ROW_OBJECT, objects[i]));
  }
  lanes->dirty = TRUE;
}

void hd_lanes_set_filter(HdLanes *lanes, const char *pattern) {
  g_clear_pointer(&lanes->filter, g_pattern_spec_free);
  if (pattern && *pattern) {
    g_autofree char *folded = g_utf8_casefold(pattern, -1), *anywhere = g_strconcat("*", folded, "*", NULL);
    lanes->filter = g_pattern_spec_new(anywhere);
  }
  for (int pane = 0; pane < HD_PANE_COUNT; pane++)
    for (guint i = 0; i < lanes->units[pane]->len; i++) {
      HdUnit *unit = &g_array_index(lanes->units[pane], HdUnit, i);
      if (lanes->filter && unit->wordless) hd_lanes_find_words(lanes, unit);
      unit->found = !lanes->filter || g_pattern_spec_match_string(lanes->filter, unit->search);
    }
  lanes->dirty = TRUE;
}

void hd_lanes_set_quiet_objects(HdLanes *lanes, gboolean shown) {
  lanes->quiet_objects = shown;
  lanes->dirty = TRUE;
}
