/* What very many task lanes cost: ms for the index, the lane list, a filter, a look for a lane, the folded row, the minimap.
 * Run: build/viewer/draw/tests/bench-tasks [TASKS] */
#include "fixture.h"
#include "overview.h"
#include "paint.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>

static gint64 began_us;
static void begin(void) { began_us = g_get_monotonic_time(); }
static void end(const char *what) { printf("%-58s %9.2f ms\n", what, (g_get_monotonic_time() - began_us) / 1e3); }

/* As the window and a tile do it. */
static void list_row(const HdSource *source, const HdRow *row, int width_px, double share) {
  HdView view = {0, share * source->model->duration_ns / width_px, width_px};
  HdTextStyle style = hd_box_text_style(row);
  HdDisplayOptions options = {.clip = TRUE, .measure = hd_measure_text, .measure_data = &style};
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  hd_display_row(list, source, row, &view, &options);
}

int main(int argument_count, char **arguments) {
  guint count = argument_count > 1 ? atoi(arguments[1]) : 10000, row_count;
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_task_crowd(count, &source);
  guint32 last = source.model->actor_count - 1;
  printf("%u tasks, %u intervals\n", count, source.model->intervals.count);
  begin();
  HdLod *lod = hd_lod_new(source.model, NULL, NULL);
  end("index of the levels of detail");
  hd_lod_free(lod);
  begin();
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  end("lane list, made");
  begin();
  HdRow fold = *hd_lanes_row_of_actor(lanes, last);
  end("rows, folded");
  begin();
  list_row(&source, &fold, 1600, 1);
  end("the folded row, first time");
  begin();
  for (int i = 0; i < 10; i++) list_row(&source, &fold, 1600, 1.0 / (1 << i));
  end("the folded row, ten zooms");
  begin();
  HdView whole = hd_overview_whole(source.model, 1600);
  hd_overview_free(hd_overview_new(&source, &whole));
  end("minimap, first time");
  begin();
  hd_overview_free(hd_overview_new(&source, &whole));
  end("minimap, again");
  begin();
  hd_lanes_set_filter(lanes, "request=42");
  hd_lanes_rows(lanes, HD_PANE_ACTORS, &row_count);
  end("a filter that finds one of them");
  printf("  %u rows\n", row_count);
  hd_lanes_set_filter(lanes, NULL);
  begin();
  hd_lanes_reveal_actor(lanes, last);
  hd_lanes_rows(lanes, HD_PANE_ACTORS, &row_count);
  end("one lane called out of the fold");
  begin();
  hd_lanes_set_opened(lanes, fold.id, TRUE);
  hd_lanes_rows(lanes, HD_PANE_ACTORS, &row_count);
  end("the fold opened");
  printf("  %u rows\n", row_count);
  begin();
  for (guint32 actor = 0; actor <= last; actor++) hd_lanes_row_of_actor(lanes, actor);
  end("the row of each of them");
  begin();
  for (guint i = 0; i < 40; i++) list_row(&source, &hd_lanes_rows(lanes, HD_PANE_ACTORS, &row_count)[3 + i], 1600, 1);
  end("40 lanes of a screen");
  return 0;
}
