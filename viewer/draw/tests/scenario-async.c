/* Tasks on an event loop, threads under an interpreter lock, a crowd of tasks. */
#include "fixture.h"

HdFixture *hd_fixture_async(HdSource *source) {
  HdFixture *fixture = hd_fixture_new(TRUE);
  guint32 process = hd_fixture_process(fixture, "crawler", 4200), main_thread = hd_fixture_thread(fixture, process, "main", HD_NONE);
  guint32 fetch = hd_fixture_site(fixture, "fetch", "src/crawler.c", 12, HD_OPERATION_TASK_ROUTINE),
          parse = hd_fixture_site(fixture, "parse", "src/crawler.c", 31, HD_OPERATION_TASK_ROUTINE),
          all = hd_fixture_site(fixture, "crawl", "src/crawler.c", 60, HD_OPERATION_TASK_ROUTINE),
          await = hd_fixture_site(fixture, "fetch", "src/crawler.c", 18, HD_OPERATION_SLEEP_AWAIT),
          end = hd_fixture_site(fixture, "fetch", "src/crawler.c", 22, HD_OPERATION_TASK_END),
          clean = hd_fixture_site(fixture, "clean_up", "src/crawler.c", 80, HD_OPERATION_SCHEDULE_ROUTINE);
  guint32 loop = hd_fixture_object(fixture, HD_KIND_LOOP, "loop", HD_NONE, -1),
          gate = hd_fixture_object(fixture, HD_KIND_LOCK, "gate", fetch, -1),
          parsed = hd_fixture_object(fixture, HD_KIND_TASK, "parse", HD_NONE, -1),
          scheduler = hd_fixture_object(fixture, HD_KIND_SCHEDULER, "janitor", HD_NONE, -1);
  guint32 crawl = hd_fixture_task(fixture, process, "crawl", all, loop, HD_TASK_RESULT_OK),
          fetch_1 = hd_fixture_task(fixture, process, "fetch", fetch, loop, HD_TASK_RESULT_OK),
          fetch_2 = hd_fixture_task(fixture, process, "fetch", fetch, loop, HD_TASK_RESULT_ERROR),
          parser = hd_fixture_task(fixture, process, "parse", parse, loop, HD_TASK_RESULT_OK),
          slow = hd_fixture_task(fixture, process, "slow", HD_NONE, loop, HD_TASK_RESULT_CANCELLED);
  hd_fixture_run_by(fixture, loop, main_thread);
  hd_fixture_label(fixture, fetch_1, "request", "41", 5);
  hd_fixture_label(fixture, fetch_1, "request", "42", 30);
  hd_fixture_label(fixture, fetch_2, "request", "43", 5);
  hd_fixture_span(fixture, main_thread, 0, 60, HD_STATE_RUNNING);
  hd_fixture_wait(fixture, main_thread, 60, 100, HD_STATE_BLOCKED, loop, HD_NONE, HD_NONE);
  hd_fixture_span(fixture, main_thread, 100, 480, HD_STATE_RUNNING);
  hd_fixture_wait(fixture, main_thread, 480, 560, HD_STATE_BLOCKED, loop, HD_NONE, HD_NONE);
  hd_fixture_span(fixture, main_thread, 560, 600, HD_STATE_RUNNING);
  hd_fixture_step(fixture, crawl, main_thread, 0, 20, await);
  hd_fixture_wait(fixture, crawl, 20, 412, HD_STATE_WAIT_TASK, parsed, parser, parser);
  hd_fixture_span(fixture, crawl, 412, 440, HD_STATE_READY);
  hd_fixture_step(fixture, crawl, main_thread, 440, 450, await);
  hd_fixture_wait(fixture, crawl, 450, 570, HD_STATE_BLOCKED, HD_NONE, HD_NONE, HD_NONE);
  hd_fixture_step(fixture, crawl, main_thread, 570, 600, end);
  hd_fixture_span(fixture, fetch_1, 5, 20, HD_STATE_READY);
  hd_fixture_step(fixture, fetch_1, main_thread, 20, 40, await);
  hd_fixture_wait(fixture, fetch_1, 40, 150, HD_STATE_BLOCKED, HD_NONE, HD_NONE, HD_NONE);
  hd_fixture_span(fixture, fetch_1, 150, 412, HD_STATE_READY);
  hd_fixture_step(fixture, fetch_1, main_thread, 412, 440, end);
  hd_fixture_span(fixture, fetch_2, 5, 40, HD_STATE_READY);
  hd_fixture_step(fixture, fetch_2, main_thread, 40, 60, await);
  hd_fixture_wait(fixture, fetch_2, 60, 460, HD_STATE_WAIT_LOCK, gate, HD_NONE, HD_NONE);
  hd_fixture_wait_result(fixture, HD_WAIT_RESULT_TIMEOUT);
  hd_fixture_step(fixture, fetch_2, main_thread, 460, 480, end);
  hd_fixture_hold(fixture, parser, gate, 90, 500, fetch, FALSE);
  hd_fixture_span(fixture, parser, 10, 100, HD_STATE_READY);
  hd_fixture_step(fixture, parser, main_thread, 100, 412, end);
  hd_fixture_span(fixture, slow, 10, 60, HD_STATE_READY);
  hd_fixture_wait(fixture, slow, 60, 560, HD_STATE_BLOCKED, HD_NONE, HD_NONE, HD_NONE);
  hd_fixture_wait_result(fixture, HD_WAIT_RESULT_CANCELLED);
  hd_fixture_step(fixture, slow, main_thread, 560, 570, end);
  hd_fixture_job(fixture, loop, HD_NONE, main_thread, 440, main_thread, 450, 458, clean);
  hd_fixture_job(fixture, scheduler, HD_NONE, main_thread, 0, main_thread, 50, 58, clean);
  hd_fixture_plan(fixture, 50, clean);
  hd_fixture_job(fixture, scheduler, HD_NONE, main_thread, 0, main_thread, 480, 500, clean);
  hd_fixture_plan(fixture, 200, clean);
  hd_fixture_job(fixture, scheduler, HD_NONE, main_thread, 0, main_thread, -1, 300, clean);
  hd_fixture_plan(fixture, 400, clean);
  hd_fixture_link(fixture, HD_LINK_CREATE, crawl, 5, fetch_1, 5);
  hd_fixture_link(fixture, HD_LINK_CREATE, crawl, 5, fetch_2, 5);
  hd_fixture_link(fixture, HD_LINK_CREATE, crawl, 10, parser, 10);
  hd_fixture_link(fixture, HD_LINK_CREATE, crawl, 10, slow, 10);
  hd_fixture_link(fixture, HD_LINK_AWAIT, parser, 412, crawl, 412);
  hd_fixture_link(fixture, HD_LINK_CANCEL, crawl, 449, slow, 560);
  *source = hd_fixture_source(fixture, 600);
  return fixture;
}

HdFixture *hd_fixture_gil(HdSource *source) {
  HdFixture *fixture = hd_fixture_new(TRUE);
  guint32 process = hd_fixture_process(fixture, "counting", 4300), main_thread = hd_fixture_thread(fixture, process, "main", HD_NONE);
  guint32 acquire = hd_fixture_site(fixture, "count", "src/gil.c", 20, HD_OPERATION_GIL_ACQUIRE),
          drop = hd_fixture_site(fixture, "count", "src/gil.c", 24, HD_OPERATION_GIL_DROP),
          release = hd_fixture_site(fixture, "read_all", "src/gil.c", 40, HD_OPERATION_GIL_RELEASE);
  guint32 gil = hd_fixture_object(fixture, HD_KIND_GIL, "gil", HD_NONE, -1);
  guint32 turns[] = {hd_fixture_thread(fixture, process, "counter-a", HD_NONE), hd_fixture_thread(fixture, process, "counter-b", HD_NONE)};
  guint32 reader = hd_fixture_thread(fixture, process, "reader", HD_NONE);
  hd_fixture_wait(fixture, main_thread, 0, 100, HD_STATE_WAIT_JOIN, HD_NONE, turns[0], turns[0]);
  for (int i = 0; i < 10; i++) { /* 10 ms each; after each turn the reader runs for 1 ms, and gives it up by itself */
    double at_ms = i * 10;
    guint32 runs = turns[i % 2], waits = turns[1 - i % 2];
    hd_fixture_span(fixture, runs, at_ms, at_ms + 9, HD_STATE_RUNNING_GIL);
    hd_fixture_wait(fixture, runs, at_ms + 9, at_ms + 10, HD_STATE_WAIT_GIL, gil, HD_NONE, waits);
    hd_fixture_wait(fixture, waits, at_ms, at_ms + 10, HD_STATE_WAIT_GIL, gil, HD_NONE, runs);
    hd_fixture_hold(fixture, runs, gil, at_ms, at_ms + 9, acquire, FALSE);
    hd_fixture_release_site(fixture, drop);
    hd_fixture_wait(fixture, reader, at_ms, at_ms + 4, HD_STATE_BLOCKED, HD_NONE, HD_NONE, HD_NONE);
    hd_fixture_wait(fixture, reader, at_ms + 4, at_ms + 9, HD_STATE_WAIT_GIL, gil, HD_NONE, runs);
    hd_fixture_span(fixture, reader, at_ms + 9, at_ms + 10, HD_STATE_RUNNING_GIL);
    hd_fixture_hold(fixture, reader, gil, at_ms + 9, at_ms + 10, acquire, FALSE);
    hd_fixture_release_site(fixture, release);
  }
  *source = hd_fixture_source(fixture, 100);
  return fixture;
}

HdFixture *hd_fixture_task_crowd(guint count, HdSource *source) {
  HdFixture *fixture = hd_fixture_new(TRUE);
  guint32 process = hd_fixture_process(fixture, "crowd", 4400), main_thread = hd_fixture_thread(fixture, process, "main", HD_NONE);
  guint32 fetch = hd_fixture_site(fixture, "fetch", "src/crowd.c", 12, HD_OPERATION_TASK_ROUTINE);
  guint32 loop = hd_fixture_object(fixture, HD_KIND_LOOP, "loop", HD_NONE, -1),
          gate = hd_fixture_object(fixture, HD_KIND_LOCK, "gate", HD_NONE, -1);
  double each_ms = 0.01, total_ms = count * each_ms;
  hd_fixture_run_by(fixture, loop, main_thread);
  hd_fixture_span(fixture, main_thread, 0, total_ms * 3, HD_STATE_RUNNING);
  for (guint i = 0; i < count; i++) { /* one step each, a sleep of all, another step */
    guint32 task = hd_fixture_task(fixture, process, "fetch", fetch, loop, HD_TASK_RESULT_OK);
    guint32 object = hd_fixture_object(fixture, HD_KIND_TASK, "task", HD_NONE, -1);
    double at_ms = i * each_ms;
    if (i) hd_fixture_span(fixture, task, 0, at_ms, HD_STATE_READY);
    hd_fixture_step(fixture, task, main_thread, at_ms, at_ms + each_ms, HD_NONE);
    hd_fixture_wait(fixture, task, at_ms + each_ms, total_ms + at_ms, i % 1000 ? HD_STATE_BLOCKED : HD_STATE_WAIT_LOCK,
                    i % 1000 ? object : gate, HD_NONE, HD_NONE);
    if (i) hd_fixture_span(fixture, task, total_ms + at_ms, total_ms * 2 + at_ms, HD_STATE_READY);
    hd_fixture_step(fixture, task, main_thread, total_ms * 2 + at_ms, total_ms * 2 + at_ms + each_ms, HD_NONE);
    hd_fixture_label(fixture, task, "request", i == 42 ? "42" : "other", 0);
  }
  *source = hd_fixture_source(fixture, total_ms * 3);
  return fixture;
}
