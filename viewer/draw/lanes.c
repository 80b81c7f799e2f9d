#include "lanes-private.h"

enum { OPENED_LANES = 200 }; /* a fold of more is not opened for one of its lanes */

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

HdUnit *hd_lanes_find_unit(HdLanes *lanes, HdRowId id) { return g_hash_table_lookup(lanes->unit_of_row, &id); }

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
  HdUnit *unit = hd_lanes_find_unit(lanes, id);
  if (unit && unit->member_count) unit->opened = opened;
  for (guint i = 0; unit && unit->calls && i < unit->child_count; i++) /* they go with it */
    g_array_index(lanes->units[HD_PANE_ACTORS], HdUnit, unit->child_first + i).called = FALSE;
  if (unit) unit->calls = FALSE;
  lanes->dirty = TRUE;
}

void hd_lanes_reveal_actor(HdLanes *lanes, guint32 actor) {
  HdUnit *unit = hd_lanes_find_unit(lanes, HD_ROW_ID(HD_ROW_THREAD, actor));
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
  HdUnit *unit = hd_lanes_find_unit(lanes, id);
  if (unit) unit->hidden = hidden;
  lanes->dirty = TRUE;
}

void hd_lanes_show_all(HdLanes *lanes) {
  for (int pane = 0; pane < HD_PANE_COUNT; pane++)
    for (guint i = 0; i < lanes->units[pane]->len; i++) g_array_index(lanes->units[pane], HdUnit, i).hidden = FALSE;
  lanes->dirty = TRUE;
}

void hd_lanes_set_pinned(HdLanes *lanes, HdRowId id, gboolean pinned) {
  HdUnit *unit = hd_lanes_find_unit(lanes, id);
  if (unit) unit->pinned = pinned;
  lanes->dirty = TRUE;
}

static void raise_unit(HdLanes *lanes, HdRowId id) {
  HdUnit *unit = hd_lanes_find_unit(lanes, id);
  if (!unit || unit->raised) return;
  unit->raised = TRUE;
  g_array_append_val(lanes->raised, id);
}

void hd_lanes_raise(HdLanes *lanes, const guint32 *actors, guint actor_count, const guint32 *objects, guint object_count) {
  for (guint i = 0; i < lanes->raised->len; i++) hd_lanes_find_unit(lanes, g_array_index(lanes->raised, HdRowId, i))->raised = FALSE;
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
