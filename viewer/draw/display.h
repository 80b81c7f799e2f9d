/* Display lists: what is to be seen of one row in a stretch of time, as plain boxes. Both drawing and hit-testing read them, so what is
 * under the pointer is what was drawn; tests compare them instead of pixels.
 *
 * An interval of at least 3 px is a box of its own. Where intervals are shorter, each column of pixels is one stack: the calm states
 * below, the waits above them with a height of max(3 px, full height × their share of the column), from the level-of-detail index: a
 * wait is never invisible, and ten hours with a few waits are not one red wall. Equal neighbours merge.
 *
 * Words of a wait: the longest that fits of
 *   waits for log_lock · held by flusher in slow_flush (log.c:118)  →  log_lock · flusher  →  flusher  →  nothing.
 *
 * Made by any thread from immutable input. A list belongs to its maker.
 */
#pragma once
#include "lanes.h"
#include "palette.h"

G_BEGIN_DECLS

/* A stretch of time on the screen: x = (t − from_ns) / ns_per_px. */
typedef struct {
  gint64 from_ns;
  double ns_per_px;
  int width_px;
} HdView;
double hd_view_x(const HdView *view, gint64 at_ns);
gint64 hd_view_time(const HdView *view, double x_px);
gint64 hd_view_end_ns(const HdView *view);

typedef enum {
  HD_BOX_STATE,    /* an interval: index is its number in model->intervals */
  HD_BOX_COLUMN,   /* a part of a stack over several intervals; index HD_NONE */
  HD_BOX_HOLD,     /* a holder of an object: index of model->holds, HD_NONE for several at a time (value), or a column (value 0) */
  HD_BOX_WAITERS,  /* height: number of waiters (value) */
  HD_BOX_LEVEL,    /* height: permits in use, or free ones of a semaphore that began with none; jobs that run (value) */
  HD_BOX_MARK,     /* an instant: index of model->marks, or HD_NONE for several (value: how many); cited: a notify that found nobody */
  HD_BOX_MISSING,  /* events were lost here: hatched */
  HD_BOX_CHART,    /* a stretch of a line chart: its top is the average, value the most of it */
  HD_BOX_SPREAD,   /* from the least to the most in a column of a chart */
  HD_BOX_BOUND,    /* what a chart cannot exceed (value); cited: it was reached */
  HD_BOX_NESTED,   /* how often the holder has the lock besides once (value) */
  HD_BOX_PHASE,    /* a phase of a barrier: index of model->waits, one of its waits; HD_NONE: a column */
  HD_BOX_JOB,      /* a job in its worker's lane: index of model->jobs; HD_NONE: a column; cited: it failed */
  HD_BOX_ITEM,     /* a put or get in an actor's lane: index as in hd_lod_items; HD_NONE for several (value) */
  HD_BOX_ACCESS,   /* an access of a shared variable: index of model->marks; HD_NONE for several (value); cited: a lost write */
  HD_BOX_MISUSE,   /* the program used an object wrongly: index of model->marks, or HD_NONE for several (value) */
  HD_BOX_LIFE,     /* of a process that emitted nothing */
  HD_BOX_END,      /* of a process or task: value is its exit; shape 1: its words stand before it, not behind */
  HD_BOX_TURN,     /* who holds an interpreter lock: index of model->holds; HD_NONE: a part of a column; shape: its colour */
  HD_BOX_HANDOVER, /* it passed on: index of model->holds, which ended (the first of value); cited: because somebody asked */
  HD_BOX_RUN,  /* what runs on an event loop: index as in hd_lod_runs; HD_NONE: a column; shape 1: a callback; cited: it blocked the loop */
  HD_BOX_POLL, /* the loop waits for something to happen */
  HD_BOX_PLAN, /* when an entry of a scheduler should begin: index of model->jobs; cited: it never did */
  HD_BOX_LATE, /* … and until it began */
  HD_BOX_STEP, /* a step of a task that is no mere running: index of model->steps; cited: it blocked its loop */
  HD_BOX_RESULT /* at the end of a wait: it timed out or was left (value: enum hd_wait_result); index of model->waits */
} HdBoxKind;

typedef struct {
  float x0_px, x1_px;    /* in the view; unclipped ones lie at most HD_BOX_FAR_PX outside */
  float y_px, height_px; /* in the row */
  guint32 index;
  guint32 words; /* offset in list->text; 0: none */
  gint32 value;
  guint8 kind;  /* HdBoxKind */
  guint8 state; /* enum hd_state, of STATE and COLUMN */
  guint8 shape; /* HdShape; of ACCESS: which of the actors, and HD_ACCESS_WRITE */
  guint8 cited; /* the finding on show speaks of it */
} HdBox;
#define HD_BOX_FAR_PX 30000
#define HD_ACCESS_WRITE 0x80

typedef struct {
  GArray *boxes; /* of HdBox, by x; of a stack the lowest first */
  GString *text; /* zero-terminated words one after the other; begins with one empty */
} HdDisplayList;

HdDisplayList *hd_display_list_new(void);
void hd_display_list_free(HdDisplayList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdDisplayList, hd_display_list_free)

/* Width of words in px; how the caller measures (text.h has the real one, tests a simple one). */
typedef double (*HdMeasure)(const char *text, gpointer user_data);

typedef struct {
  gboolean clip;        /* TRUE: boxes end at the view's borders and words stand in the visible part (a still picture);
                           FALSE: words stand where the box begins, even outside (tiles) */
  const guint32 *cited; /* sorted indices of waits that the finding on show cites: drawn tall */
  guint cited_count;
  HdMeasure measure; /* NULL: no words */
  gpointer measure_data;
} HdDisplayOptions;

/* Appends the boxes of a row. Process headers and open folds give none. */
void hd_display_row(HdDisplayList *list, const HdSource *source, const HdRow *row, const HdView *view, const HdDisplayOptions *options);

/* Whether a hold of an interpreter lock ended because somebody asked for it. */
gboolean hd_hold_was_forced(const HdModel *model, guint32 hold);

/* The words for a wait, longest first, '|' between them (also for a title): the caller frees it. */
char *hd_wait_words(const HdSource *source, guint32 wait);

G_END_DECLS
