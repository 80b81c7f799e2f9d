/* What lies in actors' lanes besides their states: jobs above them, puts and gets below, the end of a process, a life of which nothing was
 * seen. */
#include "display-private.h"
#include "names.h"
#include "task-words.h"
#include <math.h>
#include <string.h>

enum { TICK_PX = 4, TICKS_APART_PX = 6, END_WORDS_PX = 220 };

void hd_add_job(const HdMaker *maker, guint32 job) {
  const HdJob *entry = &maker->source->model->jobs[job];
  HdLaneGeometry geometry = hd_lane_geometry(maker->row);
  HdBox box = {.kind = HD_BOX_JOB, .index = job, .value = 1, .y_px = geometry.jobs_y, .height_px = geometry.jobs_height};
  box.cited = entry->ended && entry->begun && entry->result == HD_FUTURE_RESULT_ERROR;
  gboolean has_room = geometry.jobs_height >= 8 && (double)(entry->end_ns - entry->begin_ns) / maker->view->ns_per_px > 24;
  g_autofree char *words = has_room && maker->options->measure ? hd_job_words(maker->source->model, job) : NULL;
  hd_add_box(maker, entry->begin_ns, entry->end_ns, box, words, 8 * hd_row_scale(maker->row));
}

void hd_make_jobs(const HdMaker *maker, guint32 actor) {
  HdSpans jobs = hd_lod_jobs(maker->source->lod, actor);
  HdLaneGeometry geometry = hd_lane_geometry(maker->row);
  gint64 view_end_ns = hd_view_end_ns(maker->view), wide_ns = (gint64)ceil(HD_BOX_MIN_PX * maker->view->ns_per_px);
  HdColumnMerger merger = {0};
  if (geometry.jobs_height <= 0) return;
  for (gint64 at_ns = maker->view->from_ns; at_ns < view_end_ns;) {
    guint32 nth = hd_spans_after(&jobs, at_ns);
    if (nth == HD_NONE || jobs.begin_ns[nth] >= view_end_ns) break;
    if (jobs.end_ns[nth] - jobs.begin_ns[nth] >= wide_ns) {
      hd_add_job(maker, jobs.what[nth]);
      merger.count = 0;
      at_ns = MAX(jobs.end_ns[nth], at_ns + 1);
      continue;
    }
    at_ns = MAX(at_ns, jobs.begin_ns[nth]);
    gint64 to_ns = hd_next_pixel(maker->view, at_ns);
    guint32 count;
    gint64 sum_ns = hd_spans_sum(&jobs, at_ns, to_ns, &count);
    double height = fmax(fmin(2, geometry.jobs_height), round(geometry.jobs_height * sum_ns / (double)(to_ns - at_ns)));
    HdBox box = {.kind = HD_BOX_JOB, .index = HD_NONE, .height_px = height, .y_px = geometry.jobs_y + geometry.jobs_height - height};
    hd_add_merged(maker, &merger, at_ns, to_ns, box);
    at_ns = to_ns;
  }
}

/* Ticks only where an actor's puts and gets stand apart on the average: far away they would be a line that says nothing. */
void hd_make_item_ticks(const HdMaker *maker, guint32 actor) {
  const HdLod *lod = maker->source->lod;
  const HdActor *entry = &maker->source->model->actors[actor];
  guint32 count;
  const guint32 *items = hd_lod_items(lod, actor, &count);
  double life_px = (double)(entry->end_ns - entry->start_ns) / maker->view->ns_per_px;
  if (count == 0 || life_px / count < TICKS_APART_PX || maker->row->height_px - maker->row->jobs_px < 18) return;
  gint64 apart_ns = MAX((gint64)(3 * maker->view->ns_per_px), 1), view_end_ns = hd_view_end_ns(maker->view);
  for (guint32 at = hd_lod_item_from(lod, actor, maker->view->from_ns - apart_ns); at < count;) {
    gint64 at_ns = hd_lod_item_ns(lod, items[at]);
    if (at_ns >= view_end_ns + apart_ns) break;
    guint32 next = MAX(hd_lod_item_from(lod, actor, (at_ns / apart_ns + 1) * apart_ns), at + 1);
    HdBox box = {.kind = HD_BOX_ITEM,
                 .index = next - at == 1 ? items[at] : HD_NONE,
                 .value = (gint32)(next - at),
                 .y_px = maker->row->height_px - TICK_PX - 1,
                 .height_px = TICK_PX};
    gint64 half_ns = (gint64)(2.5 * maker->view->ns_per_px);
    hd_add_box(maker, at_ns - half_ns, at_ns + half_ns, box, NULL, 0);
    at = next;
  }
}

/* 0 is quiet: only where the life ends. The words stand behind the end, or, where the recording or picture ends too early, before it. */
void hd_make_process_end(const HdMaker *maker, guint32 process) {
  const HdActor *actor = &maker->source->model->actors[process];
  if (!actor->exit_known || !actor->end_seen) return;
  double x = hd_view_x(maker->view, actor->end_ns), far_px = maker->options->clip ? 0 : END_WORDS_PX;
  double right_px = maker->options->clip ? maker->view->width_px : hd_view_x(maker->view, maker->source->model->duration_ns);
  if (x < -far_px || x > maker->view->width_px + far_px) return;
  HdBox box = {.kind = HD_BOX_END, .index = HD_NONE, .value = actor->exit, .height_px = maker->row->height_px - maker->row->jobs_px - 6};
  box.y_px = maker->row->jobs_px + 3;
  box.shape = x + END_WORDS_PX / 2.0 > right_px;
  g_autofree char *words = actor->exit == 0 || maker->row->height_px < 12 ? NULL : hd_exit_words(actor->exit);
  HdBox *added = hd_add_box(maker, actor->end_ns, actor->end_ns, box, words, -END_WORDS_PX);
  added->x1_px = added->x0_px + 1.5f;
}

void hd_make_steps(const HdMaker *maker, guint32 task) {
  enum { LEAST_PX = 8 };
  const HdModel *model = maker->source->model;
  const HdActor *actor = &model->actors[task];
  HdLaneGeometry geometry = hd_lane_geometry(maker->row);
  gint64 wide_ns = (gint64)ceil(LEAST_PX * maker->view->ns_per_px), view_end_ns = hd_view_end_ns(maker->view);
  if (maker->row->height_px < 12) return;
  for (gint64 at_ns = MAX(maker->view->from_ns, actor->start_ns); at_ns < view_end_ns;) {
    guint32 step = hd_step_of_task_from(model, task, at_ns);
    if (step == HD_NONE || model->steps[step].begin_ns >= view_end_ns) break;
    gint64 begin_ns = model->steps[step].begin_ns, end_ns = model->steps[step].end_ns;
    at_ns = MAX(end_ns, hd_next_pixel(maker->view, MAX(at_ns, begin_ns)));
    guint32 interval = end_ns - begin_ns < wide_ns ? HD_NONE : hd_model_interval_at(model, task, begin_ns);
    if (interval == HD_NONE || hd_model_interval_end_ns(model, task, interval) >= end_ns) continue;
    HdBox box = {.kind = HD_BOX_STEP, .index = step, .y_px = geometry.low_y - 1, .height_px = geometry.low_height + 2};
    box.cited = end_ns - begin_ns >= HD_LONG_STEP_NS;
    hd_add_box(maker, begin_ns, end_ns, box, NULL, 0);
  }
}

/* A quiet line where all went well. */
void hd_make_task_end(const HdMaker *maker, guint32 task) {
  const HdActor *actor = &maker->source->model->actors[task];
  double x = hd_view_x(maker->view, actor->end_ns), far_px = maker->options->clip ? 0 : END_WORDS_PX;
  if (!actor->end_seen || x < -far_px || x > maker->view->width_px + far_px) return;
  HdBox box = {.kind = HD_BOX_END, .index = HD_NONE, .y_px = 4, .height_px = MAX(maker->row->height_px - 8, 2)};
  box.value = actor->result == HD_TASK_RESULT_OK ? 0 : actor->result == HD_TASK_RESULT_ERROR ? -1 : 1;
  double right_px = maker->options->clip ? maker->view->width_px : hd_view_x(maker->view, maker->source->model->duration_ns);
  box.shape = x + END_WORDS_PX / 4.0 > right_px;
  HdBox *added = hd_add_box(maker, actor->end_ns, actor->end_ns, box,
                            box.value == 0 || maker->row->height_px < 12 ? NULL : hd_task_result_words(actor), -END_WORDS_PX);
  added->x1_px = added->x0_px + 1.5f;
}

void hd_make_life(const HdMaker *maker, guint32 process) {
  const HdActor *actor = &maker->source->model->actors[process];
  HdLaneGeometry geometry = hd_lane_geometry(maker->row);
  HdBox box = {.kind = HD_BOX_LIFE, .index = process, .y_px = geometry.low_y - 1, .height_px = geometry.low_height};
  g_autofree char *name = hd_display_name(actor->name ? actor->name : "process", HD_NAME_CHARS);
  g_autofree char *words = g_strdup_printf("%s · seen by its parent only|%s", name, name);
  hd_add_box(maker, actor->start_ns, actor->end_ns, box, maker->row->height_px >= 12 ? words : NULL, 10);
}
