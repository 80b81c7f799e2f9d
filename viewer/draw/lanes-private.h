/* The lanes' inside: what never changes (units, built once in lanes-actors.c, lanes-tasks.c and lanes-objects.c), what the user changes
 * (lanes.c) and the rows that follow (lanes-rows.c). */
#pragma once
#include "lanes.h"

/* A row that could be shown. */
typedef struct {
  HdRowKind kind;
  guint32 index;
  guint32 depth;
  char *name, *note; /* owned */
  char *search;      /* owned: name and process, case-folded */
  guint32 *members;  /* owned; NULL: none */
  guint32 member_count;
  guint32 child_first; /* its children, contiguous in units */
  guint32 child_count; /* direct and indirect */
  guint32 parent;      /* among units; HD_NONE: none */
  guint32 row;         /* its row among the pane's, HD_NONE: it is not shown */
  gboolean opened, hidden, pinned, raised;
  gboolean found;    /* it passes the filter */
  gboolean called;   /* shown although its fold is closed: somebody asked for it alone */
  gboolean wordless; /* name, note and search are not made yet */
  gboolean calls;    /* some of what is in it was called */
  gboolean quiet;    /* an object of which there is nothing to tell */
  gboolean alone;
  gboolean works; /* an actor that ran jobs */
} HdUnit;

struct HdLanes {
  HdSource source;
  const HdModel *model;         /* source's */
  GArray *units[HD_PANE_COUNT]; /* of HdUnit, as a tree in preorder */
  GHashTable *unit_of_row;      /* HdRowId → HdUnit, borrowed: units are complete before it is filled */
  HdDensity density;
  GPatternSpec *filter;               /* of case-folded text; NULL none */
  gboolean unfiltered[HD_PANE_COUNT]; /* nothing in this pane matches, but something in the other does */
  gboolean quiet_objects;
  GArray *raised; /* of HdRowId, in order */

  gboolean dirty;
  GArray *rows[HD_PANE_COUNT]; /* of HdRow */
  int height_px[HD_PANE_COUNT];
};

void hd_lanes_build_actors(HdLanes *lanes);
void hd_lanes_build_objects(HdLanes *lanes);
/* Appends a unit without children (the caller sets child_count); takes name and note (NULL: none). */
HdUnit *hd_lanes_add_unit(HdLanes *lanes, HdPane pane, HdRowKind kind, guint32 index, guint32 depth, char *name, char *note);
/* The unit of a row; NULL: none. */
HdUnit *hd_lanes_find_unit(HdLanes *lanes, HdRowId id);
/* Makes the words of a task's unit. */
void hd_lanes_find_words(const HdLanes *lanes, HdUnit *unit);
void hd_unit_set_members(HdUnit *unit, GArray *members);
/* By what it is found: its name and something more. */
void hd_unit_set_search(HdUnit *unit, const char *extra);
