/* Colours, patterns and letters: the visual language, once for light and once for dark.
 *
 * Five families of waits differ by hue and by pattern, so that they stay apart without colour (tests/test-palette.c computes the
 * contrast of words and strokes and the distance of the families for two kinds of colour blindness). A kind within its family is
 * told by a letter. Shapes carry the importance: tall and saturated is a wait that somebody is to blame for; all else is low.
 *
 * All tables are constant; any thread.
 */
#pragma once
#include "shown.h"
#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

typedef guint32 HdColour; /* 0xRRGGBB */

typedef enum {
  HD_FAMILY_NONE,
  HD_FAMILY_LOCK,      /* L lock, S semaphore: slanted lines */
  HD_FAMILY_GIL,       /* G interpreter lock: upright lines */
  HD_FAMILY_CONDITION, /* C condition, E event, B barrier, U futex of unknown use: dots */
  HD_FAMILY_QUEUE,     /* Q queue, P pipe: arrow heads */
  HD_FAMILY_JOIN,      /* J join, X process, F future, T task: level lines */
  HD_FAMILY_READY,     /* wants a CPU or its loop: fine dots */
  HD_FAMILY_STARVED,   /* R wants its loop, which a long step blocks: fine dots on strong ground */
  HD_FAMILY_RUNNING,   /* runs with the interpreter lock: a few upright lines */
  HD_FAMILY_COUNT
} HdFamily;

typedef enum {
  HD_SHAPE_NONE,   /* nothing is known, nothing is drawn */
  HD_SHAPE_LINE,   /* blocked in sleep or I/O: a thin line */
  HD_SHAPE_HOLLOW, /* not waiting, CPU not observed: an outline */
  HD_SHAPE_BAR,    /* running: a calm bar */
  HD_SHAPE_LOW,    /* a wait that blames nobody: low, outlined, patterned */
  HD_SHAPE_TALL    /* a wait that somebody is to blame for */
} HdShape;

typedef struct {
  HdFamily family;
  HdShape shape;
  char letter;       /* 0: none */
  const char *label; /* in the legend and in hover text: "waits for a lock" */
} HdStateStyle;

/* The style of each enum hd_state, and of what is shown besides. */
extern const HdStateStyle hd_state_styles[HD_SHOWN_COUNT];

typedef enum { HD_THEME_LIGHT, HD_THEME_DARK, HD_THEME_COUNT } HdThemeId;

#define HD_TURN_COLOURS 3

typedef struct {
  HdColour background, panel, head, line, grid; /* surfaces and hairlines */
  HdColour text, dim;
  HdColour selection, selected_background, on_selection; /* on_selection: words upon selection */
  HdColour alarm, warning, fine;                         /* findings: occurred, predicted, none */
  HdColour hold, hold_ink;                               /* an object's holder */
  HdColour hold_deep;                                    /* where the holder has it more than once */
  HdColour job, job_ink, job_edge;                       /* a job in its worker's lane */
  HdColour access[4];                                    /* accesses of a shared variable, by whose they are */
  HdColour turn[HD_TURN_COLOURS], turn_ink;              /* who has the interpreter lock */
  HdColour states[HD_SHOWN_COUNT];
  HdColour family[HD_FAMILY_COUNT], family_ink[HD_FAMILY_COUNT]; /* fill; words and pattern upon it */
} HdTheme;

extern const HdTheme hd_themes[HD_THEME_COUNT];

void hd_set_colour(cairo_t *cr, HdColour colour, double alpha);

/* Sets a family's pattern as source, its fill under it, repeating every HD_PATTERN_PX from (x, y) in user space. Raster targets get a
 * cached surface (per thread), vector targets (SVG, PDF) stay vector. */
#define HD_PATTERN_PX 6
void hd_set_pattern(cairo_t *cr, const HdTheme *theme, HdFamily family, double x, double y);

/* WCAG contrast of two colours, 1..21. */
double hd_contrast(HdColour a, HdColour b);

G_END_DECLS
