/* The rows of the picture: which actors and objects are shown, in what order, how high.
 *
 * Two panes, each with its own scroll. Actors: a header for each process, under it its interpreter lock and its threads (of several
 * processes those with one thread are one lane by the process's name), under a thread the event loop that it runs and the loop's tasks;
 * threads, or tasks of a loop, that share a routine fold into one row when there are many. Objects: locks,
 * semaphores, barriers, conditions …, sorted by the time they cost; unnamed ones of one site fold. A row's id never changes while the model
 * lives (kind and index); y positions follow from the state of the lanes: folded, hidden, pinned, raised (the lanes of a finding), the
 * filter and the density.
 *
 * Belongs to one thread (in the window the main thread). What an HdRow points to (name, note, members) is immutable and lives as long
 * as the lanes: a copied row may be used by workers.
 */
#pragma once
#include "drawn.h"

G_BEGIN_DECLS

typedef enum {
  HD_ROW_PROCESS,     /* header: index is the actor */
  HD_ROW_THREAD,      /* index is the actor (a thread or task) */
  HD_ROW_FOLD,        /* several threads; index is the group; drawn as their sum */
  HD_ROW_OBJECT,      /* index is the object */
  HD_ROW_OBJECT_FOLD, /* several objects of one site; index is the group */
  HD_ROW_TURNS        /* whose turn it is on what actors share: an interpreter lock or event loop, among the actors; index is the object */
} HdRowKind;

typedef guint64 HdRowId; /* kind << 32 | index */
#define HD_ROW_ID(kind, index) ((guint64)(kind) << 32 | (guint32)(index))

typedef struct {
  HdRowId id;
  HdRowKind kind;
  guint32 index;
  guint32 depth;          /* indentation */
  const char *name;       /* safe to show (hd_display_name) */
  const char *note;       /* header: "C · 8 threads · exit 0"; object: "lock · log.c:22 · lost 790 ms"; else "" */
  const guint32 *members; /* actors or objects of a fold or process, else NULL */
  guint32 member_count;
  gboolean opened; /* header or fold: its members are shown under it */
  gboolean pinned, raised;
  gboolean alone;         /* stands for a whole process: the lane of its only thread, or one of which only the parent saw something */
  gint32 y_px, height_px; /* in its pane */
  gint32 jobs_px; /* of a worker's lane: the part of its height above the states, for its jobs; of turns: that below, for who waits */
} HdRow;

/* How much larger the text of a row is than usual: for a projector HD_PROJECTOR_SCALE, else 1. */
#define HD_PROJECTOR_SCALE 1.8
double hd_row_scale(const HdRow *row);

typedef enum { HD_PANE_ACTORS, HD_PANE_OBJECTS, HD_PANE_COUNT } HdPane;

/* Whether a row stands in the objects' pane. */
static inline gboolean hd_row_is_object(const HdRow *row) { return row->kind == HD_ROW_OBJECT || row->kind == HD_ROW_OBJECT_FOLD; }

/* Height of a thread lane. AUTOMATIC: 26, and 18 beyond 40 lanes. PROJECTOR: 40, and all text larger. */
typedef enum { HD_DENSITY_AUTOMATIC, HD_DENSITY_WIDE, HD_DENSITY_DENSE, HD_DENSITY_TINY, HD_DENSITY_PROJECTOR } HdDensity;

typedef struct HdLanes HdLanes;

/* What the source points to must outlive the lanes; analysis may be NULL as long as it is not there yet (then objects are sorted by their
 * waits). */
HdLanes *hd_lanes_new(const HdSource *source);
void hd_lanes_free(HdLanes *lanes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdLanes, hd_lanes_free)

/* The rows of a pane from top to bottom, valid until the lanes are changed. */
const HdRow *hd_lanes_rows(HdLanes *lanes, HdPane pane, guint *count);
int hd_lanes_height_px(HdLanes *lanes, HdPane pane);
/* The row at y, NULL below the last. */
const HdRow *hd_lanes_row_at(HdLanes *lanes, HdPane pane, int y_px);
/* The row that shows this actor or object now: itself, else the fold or header it is in; NULL when hidden or filtered out. */
const HdRow *hd_lanes_row_of_actor(HdLanes *lanes, guint32 actor);
const HdRow *hd_lanes_row_of_object(HdLanes *lanes, guint32 object);
/* Objects that exist, and those with a row (folded ones count): "3 of 41 shown". */
void hd_lanes_object_counts(HdLanes *lanes, guint *shown_count, guint *all_count);

void hd_lanes_set_density(HdLanes *lanes, HdDensity density);
/* Opens or closes a header or fold. */
void hd_lanes_set_opened(HdLanes *lanes, HdRowId id, gboolean opened);
/* Opens whatever hides the actor; of a very large fold it shows this lane alone. */
void hd_lanes_reveal_actor(HdLanes *lanes, guint32 actor);
void hd_lanes_set_hidden(HdLanes *lanes, HdRowId id, gboolean hidden);
void hd_lanes_show_all(HdLanes *lanes);
void hd_lanes_set_pinned(HdLanes *lanes, HdRowId id, gboolean pinned);
/* Puts the lanes of these actors and objects on top (a finding's), in this order; counts 0 put everything back. */
void hd_lanes_raise(HdLanes *lanes, const guint32 *actors, guint actor_count, const guint32 *objects, guint object_count);
/* Shows only rows whose name or process contains the text (letter case ignored; * and ? as in a shell); NULL or "" shows all. A
 * pattern that is found in one pane only leaves the other as it is. */
void hd_lanes_set_filter(HdLanes *lanes, const char *pattern);
/* Objects that nobody waited for, too. */
void hd_lanes_set_quiet_objects(HdLanes *lanes, gboolean shown);

G_END_DECLS
