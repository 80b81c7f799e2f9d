#include "palette.h"
#include <math.h>

const HdStateStyle hd_state_styles[HD_SHOWN_COUNT] = {
    [HD_STATE_UNKNOWN] = {HD_FAMILY_NONE, HD_SHAPE_NONE, 0, "unknown"},
    [HD_STATE_RUNNING] = {HD_FAMILY_NONE, HD_SHAPE_BAR, 0, "running"},
    [HD_STATE_RUNNING_GIL] = {HD_FAMILY_RUNNING, HD_SHAPE_BAR, 0, "running with the GIL"},
    [HD_STATE_READY] = {HD_FAMILY_READY, HD_SHAPE_LOW, 0, "ready: preempted, or loop busy"},
    [HD_STATE_OFF_CPU] = {HD_FAMILY_NONE, HD_SHAPE_LINE, 0, "off the CPU, why is unknown"},
    [HD_STATE_NOT_WAITING] = {HD_FAMILY_NONE, HD_SHAPE_HOLLOW, 0, "not waiting (CPU not observed)"},
    [HD_STATE_BLOCKED] = {HD_FAMILY_NONE, HD_SHAPE_LINE, 0, "blocked: sleep, I/O"},
    [HD_STATE_WAIT_LOCK] = {HD_FAMILY_LOCK, HD_SHAPE_TALL, 'L', "waits for a lock"},
    [HD_STATE_WAIT_SEMAPHORE] = {HD_FAMILY_LOCK, HD_SHAPE_TALL, 'S', "waits for a semaphore"},
    [HD_STATE_WAIT_GIL] = {HD_FAMILY_GIL, HD_SHAPE_TALL, 'G', "waits for the interpreter lock"},
    [HD_STATE_WAIT_CONDITION] = {HD_FAMILY_CONDITION, HD_SHAPE_LOW, 'C', "waits for a condition"},
    [HD_STATE_WAIT_EVENT] = {HD_FAMILY_CONDITION, HD_SHAPE_LOW, 'E', "waits for an event"},
    [HD_STATE_WAIT_BARRIER] = {HD_FAMILY_CONDITION, HD_SHAPE_LOW, 'B', "waits at a barrier"},
    [HD_STATE_WAIT_FUTEX] = {HD_FAMILY_CONDITION, HD_SHAPE_LOW, 'U', "waits in a futex, holder not observable"},
    [HD_STATE_WAIT_QUEUE] = {HD_FAMILY_QUEUE, HD_SHAPE_LOW, 'Q', "waits for a queue"},
    [HD_STATE_WAIT_PIPE] = {HD_FAMILY_QUEUE, HD_SHAPE_LOW, 'P', "waits for a pipe"},
    [HD_STATE_WAIT_JOIN] = {HD_FAMILY_JOIN, HD_SHAPE_LOW, 'J', "waits for a thread"},
    [HD_STATE_WAIT_PROCESS] = {HD_FAMILY_JOIN, HD_SHAPE_LOW, 'X', "waits for a process"},
    [HD_STATE_WAIT_FUTURE] = {HD_FAMILY_JOIN, HD_SHAPE_LOW, 'F', "waits for a future"},
    [HD_STATE_WAIT_TASK] = {HD_FAMILY_JOIN, HD_SHAPE_LOW, 'T', "waits for a task"},
    [HD_SHOWN_STARVED] = {HD_FAMILY_STARVED, HD_SHAPE_TALL, 'R', "ready, but its loop is blocked"},
};

/* A wait has its family's colour. */
#define WAIT_STATES(lock, gil, condition, queue, join)                                                                                     \
  [HD_STATE_WAIT_LOCK] = lock, [HD_STATE_WAIT_SEMAPHORE] = lock, [HD_STATE_WAIT_GIL] = gil, [HD_STATE_WAIT_CONDITION] = condition,         \
  [HD_STATE_WAIT_EVENT] = condition, [HD_STATE_WAIT_BARRIER] = condition, [HD_STATE_WAIT_FUTEX] = condition,                               \
  [HD_STATE_WAIT_QUEUE] = queue, [HD_STATE_WAIT_PIPE] = queue, [HD_STATE_WAIT_JOIN] = join, [HD_STATE_WAIT_PROCESS] = join,                \
  [HD_STATE_WAIT_FUTURE] = join, [HD_STATE_WAIT_TASK] = join
#define FAMILIES(lock, gil, condition, queue, join, ready, starved, running)                                                               \
  {                                                                                                                                        \
    [HD_FAMILY_LOCK] = lock, [HD_FAMILY_GIL] = gil, [HD_FAMILY_CONDITION] = condition, [HD_FAMILY_QUEUE] = queue, [HD_FAMILY_JOIN] = join, \
    [HD_FAMILY_READY] = ready, [HD_FAMILY_STARVED] = starved, [HD_FAMILY_RUNNING] = running                                                \
  }

const HdTheme hd_themes[HD_THEME_COUNT] = {
    [HD_THEME_LIGHT] =
        {
            .background = 0xfafafa,
            .panel = 0xffffff,
            .head = 0xebebeb,
            .line = 0xdcdcdc,
            .grid = 0xeeeeee,
            .text = 0x1e1e1e,
            .dim = 0x5e5e5e,
            .selection = 0x1a5fb4,
            .selected_background = 0xe3edf9,
            .on_selection = 0xffffff,
            .alarm = 0xc01c28,
            .warning = 0x8a5c00,
            .fine = 0x1b6e47,
            .hold = 0x625f5a,
            .hold_ink = 0xffffff,
            .hold_deep = 0x3a3835,
            .job = 0xcfdff1,
            .job_ink = 0x1e1e1e,
            .job_edge = 0x8fb0d6,
            .turn = {0x5f9c76, 0xa9bcd3, 0x6f8fb3},
            .turn_ink = 0x1e1e1e,
            .access = {0x1a5fb4, 0x8a5c00, 0x127d87, 0x5a2d96},
            .states = {[HD_STATE_UNKNOWN] = 0xdcdcdc,
                       [HD_STATE_RUNNING] = 0xadcebc,
                       [HD_STATE_RUNNING_GIL] = 0x5f9c76,
                       [HD_STATE_READY] = 0xe8dc98,
                       [HD_STATE_OFF_CPU] = 0xc9c9c9,
                       [HD_STATE_NOT_WAITING] = 0xb4b9b6,
                       [HD_STATE_BLOCKED] = 0x6f8fb3,
                       [HD_SHOWN_STARVED] = 0xffe95c,
                       WAIT_STATES(0xc92a1e, 0xe39b27, 0x5a2d96, 0x127d87, 0x378ce6)},
            .family = FAMILIES(0xc92a1e, 0xe39b27, 0x5a2d96, 0x127d87, 0x378ce6, 0xe8dc98, 0xffe95c, 0x5f9c76),
            .family_ink = FAMILIES(0xffffff, 0x1e1e1e, 0xffffff, 0xffffff, 0x1e1e1e, 0x1e1e1e, 0x1e1e1e, 0x1e1e1e),
        },
    [HD_THEME_DARK] =
        {
            .background = 0x1e1e1e,
            .panel = 0x242424,
            .head = 0x303030,
            .line = 0x3c3c3c,
            .grid = 0x2a2a2a,
            .text = 0xf2f2f2,
            .dim = 0xb3b3b3,
            .selection = 0x78aeed,
            .selected_background = 0x2b3b52,
            .on_selection = 0x1e1e1e,
            .alarm = 0xff8576,
            .warning = 0xe5a50a,
            .fine = 0x57c894,
            .hold = 0xbdbbb9,
            .hold_ink = 0x1e1e1e,
            .hold_deep = 0xeeecea,
            .job = 0x31485f,
            .job_ink = 0xf2f2f2,
            .job_edge = 0x587a9e,
            .turn = {0x5c937a, 0x93a9c4, 0xa5c2b2},
            .turn_ink = 0x1e1e1e,
            .access = {0x78aeed, 0xe5a50a, 0x2bd5e8, 0xc79bd0},
            .states = {[HD_STATE_UNKNOWN] = 0x3c3c3c,
                       [HD_STATE_RUNNING] = 0x4f6450,
                       [HD_STATE_RUNNING_GIL] = 0x5c937a,
                       [HD_STATE_READY] = 0x75702a,
                       [HD_STATE_OFF_CPU] = 0x505050,
                       [HD_STATE_NOT_WAITING] = 0x5f6861,
                       [HD_STATE_BLOCKED] = 0x6b87a8,
                       [HD_SHOWN_STARVED] = 0xf4f0b0,
                       WAIT_STATES(0xf07c50, 0xf5c325, 0xb583aa, 0x2bd5e8, 0x4a9af8)},
            .family = FAMILIES(0xf07c50, 0xf5c325, 0xb583aa, 0x2bd5e8, 0x4a9af8, 0x75702a, 0xf4f0b0, 0x5c937a),
            .family_ink = FAMILIES(0x1e1e1e, 0x1e1e1e, 0x1e1e1e, 0x1e1e1e, 0x1e1e1e, 0xffffff, 0x1e1e1e, 0x1e1e1e),
        },
};

void hd_set_colour(cairo_t *cr, HdColour colour, double alpha) {
  cairo_set_source_rgba(cr, (colour >> 16 & 255) / 255.0, (colour >> 8 & 255) / 255.0, (colour & 255) / 255.0, alpha);
}

/* Relative luminance as in WCAG 2.1. */
static double luminance(HdColour colour) {
  double linear[3];
  for (int i = 0; i < 3; i++) {
    double value = (colour >> (16 - 8 * i) & 255) / 255.0;
    linear[i] = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
  }
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

double hd_contrast(HdColour a, HdColour b) {
  double first = luminance(a), second = luminance(b);
  return (fmax(first, second) + 0.05) / (fmin(first, second) + 0.05);
}
