/* What the tests of the window share: a window on a model made by hand, the main loop, and hands. Controllers are found on the widget and
 * driven by emitting what they would emit. */
#pragma once
#include "window.h"

typedef struct {
  GtkApplication *application;
  HdWindow *window;
  HdTracePage *page;
  HdTimeline *timeline;
  HdViewState *state;
  const HdModel *model;
} Harness;

/* A window of the scenario of the design's picture; analysed: with its findings from the start. */
Harness *harness_new(gboolean analysed);
/* An empty window. */
Harness *harness_new_empty(void);
/* A window on a model of which nothing is owned. */
Harness *harness_new_source(HdSource source, gboolean analysed);
void harness_free(Harness *harness);

/* Runs the main loop until the condition holds; aborts the test after 20 s. */
#define harness_until(condition)                                                                                                           \
  G_STMT_START {                                                                                                                           \
    gint64 harness_limit_us = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;                                                                \
    while (!(condition)) {                                                                                                                 \
      g_main_context_iteration(NULL, FALSE);                                                                                               \
      g_usleep(500);                                                                                                                       \
      if (g_get_monotonic_time() > harness_limit_us) g_error("%s:%d: never became true: %s", __FILE__, __LINE__, #condition);              \
    }                                                                                                                                      \
  }                                                                                                                                        \
  G_STMT_END
/* Until everything in sight is painted and drawn. */
void harness_settle(Harness *harness);
/* A picture in the folder $HD_TEST_PICTURES, when that is set. */
void harness_picture(Harness *harness, const char *name);

void harness_key(Harness *harness, guint key, guint key_code);
/* The same for a widget's controller of that name. */
void harness_key_on(GtkWidget *widget, const char *controller_name, guint key);
/* The middle of an interval's or hold's box in the timeline. FALSE when its row is out of sight. */
gboolean harness_point_of_wait(Harness *harness, guint32 wait, double *x, double *y);
void harness_move_to(Harness *harness, double x, double y);
void harness_click(Harness *harness, double x, double y, int press_count);
/* The first actor, object with this name. */
guint32 harness_actor(Harness *harness, const char *name);
guint32 harness_object(Harness *harness, const char *name);
/* The longest wait of an actor. */
guint32 harness_wait_of(Harness *harness, guint32 actor);
/* Calls visit for a widget and all below it. */
void harness_visit(GtkWidget *widget, void (*visit)(GtkWidget *widget, gpointer user_data), gpointer user_data);
