/* The page while a demonstration is being recorded: what it is, how far it has come, and a way to stop it. */
#pragma once
#include "catalog.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How a demonstration is to run. */
typedef struct {
  const HdDemo *demo;
  gint64 seed;          /* of the order of events; −1: whatever happens */
  gboolean without_gil; /* without the interpreter lock that it turns on */
} HdDemoWish;

#define HD_TYPE_DEMO_RUN (hd_demo_run_get_type())
G_DECLARE_FINAL_TYPE(HdDemoRun, hd_demo_run, HD, DEMO_RUN, GtkBox)

/* Signals: "done" (const char *path), the recording is there; "cancelled", it is given up, or the reader has seen why there is none. */
GtkWidget *hd_demo_run_new(void);
/* Records; one that is still running is given up. Says on the page when it cannot. The demo must outlive the page. */
void hd_demo_run_start(HdDemoRun *run, const HdDemoWish *wish);
/* Gives up what is running, and deletes what it has recorded. */
void hd_demo_run_stop(HdDemoRun *run);
/* The line under the title: how far it is, or why there is nothing. */
const char *hd_demo_run_status(HdDemoRun *run);
/* "deadlock", "deadlock-seed-7", "crunch-no-gil": what its recording is called. The caller frees it. */
char *hd_demo_wish_name(const HdDemoWish *wish);

G_END_DECLS
