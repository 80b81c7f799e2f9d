/* Models made by hand for the tests of drawing: spans in milliseconds, holds, findings. */
#pragma once
#include "display.h"

typedef struct HdFixture HdFixture;

HdFixture *hd_fixture_new(gboolean schedule_observed);
void hd_fixture_free(HdFixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdFixture, hd_fixture_free)

guint32 hd_fixture_site(HdFixture *fixture, const char *function, const char *file, guint line, enum hd_operation operation);
guint32 hd_fixture_process(HdFixture *fixture, const char *name, guint32 process_id);
/* routine: a site or HD_NONE. */
guint32 hd_fixture_thread(HdFixture *fixture, guint32 process, const char *name, guint32 routine);
guint32 hd_fixture_object(HdFixture *fixture, enum hd_object_kind kind, const char *name, guint32 create_site, gint64 initial_value);
/* Spans of one thread must follow each other without gaps. Returns an index for hd_fixture_wait. */
guint32 hd_fixture_span(HdFixture *fixture, guint32 thread, double begin_ms, double end_ms, enum hd_state state);
/* A span that is a wait: object or target may be HD_NONE, waker too. */
guint32 hd_fixture_wait(HdFixture *fixture, guint32 thread, double begin_ms, double end_ms, enum hd_state state, guint32 object,
                        guint32 target, guint32 waker);
void hd_fixture_hold(HdFixture *fixture, guint32 thread, guint32 object, double begin_ms, double end_ms, guint32 site, gboolean shared);
void hd_fixture_nested_hold(HdFixture *fixture, guint32 thread, guint32 object, double begin_ms, double end_ms, guint32 site, guint depth);
void hd_fixture_mark(HdFixture *fixture, guint32 thread, guint32 object, double at_ms, guint32 site, gint64 value);
void hd_fixture_misuse(HdFixture *fixture, guint32 thread, guint32 object, double at_ms, guint32 site, guint32 error);
/* get_ms < 0: nobody gets it. Returns its number. */
guint32 hd_fixture_item(HdFixture *fixture, guint32 object, guint32 putter, double put_ms, guint32 getter, double get_ms);
/* begin_ms < 0: never begun (cancelled at end_ms); end_ms < 0: it never ends. future: an object or HD_NONE. */
void hd_fixture_job(HdFixture *fixture, guint32 executor, guint32 future, guint32 submitter, double submit_ms, guint32 worker,
                    double begin_ms, double end_ms, guint32 submit_site);
/* After the last hd_fixture_job. */
void hd_fixture_plan(HdFixture *fixture, double planned_ms, guint32 routine_site);
/* A task of a loop (an object); its spans are given as a thread's. result: enum hd_task_result, −1: its end was not seen. */
guint32 hd_fixture_task(HdFixture *fixture, guint32 process, const char *name, guint32 routine, guint32 loop, int result);
/* A step: also a span of running. */
void hd_fixture_step(HdFixture *fixture, guint32 task, guint32 thread, double begin_ms, double end_ms, guint32 end_site);
/* Of one actor in order of time. */
void hd_fixture_label(HdFixture *fixture, guint32 actor, const char *variable, const char *value, double from_ms);
void hd_fixture_run_by(HdFixture *fixture, guint32 loop, guint32 thread);
/* Of the last hd_fixture_wait: how it ended. Of the last hd_fixture_hold: where. */
void hd_fixture_wait_result(HdFixture *fixture, enum hd_wait_result result);
void hd_fixture_release_site(HdFixture *fixture, guint32 site);
void hd_fixture_link(HdFixture *fixture, HdLinkKind kind, guint32 from, double from_ms, guint32 to, double to_ms);
/* A process of which only the parent saw something. */
guint32 hd_fixture_child(HdFixture *fixture, const char *name, guint32 process_id, double begin_ms, double end_ms, int exit);
void hd_fixture_exit(HdFixture *fixture, guint32 process, int exit, double end_ms);
/* Evidence of accesses, after hd_fixture_finding; for the last finding. */
void hd_fixture_evidence(HdFixture *fixture, guint32 thread, double at_ms, guint32 site);
void hd_fixture_finding_object(HdFixture *fixture, guint32 object);
/* Evidence: waits are the spans' indices as returned; -1 ends the list. Strings must be literals. */
void hd_fixture_finding(HdFixture *fixture, HdFindingKind kind, HdGrade grade, const char *title, const char *summary, const char *advice,
                        double from_ms, double to_ms, double at_ms, double lost_ms, double share, const guint32 *spans, guint span_count);
void hd_fixture_lose(HdFixture *fixture, guint32 thread, guint count, double from_ms, double to_ms);

/* Ends the building; everything belongs to the fixture. */
HdSource hd_fixture_source(HdFixture *fixture, double duration_ms);

/* The scenario of the design's picture, 1200 ms to 1248 ms of a recording of 38.2 s. */
HdFixture *hd_fixture_ingest(gboolean schedule_observed, HdSource *source);
/* alice and bob hold a fork each and wait for the other's until the end, 6.8 s later. */
HdFixture *hd_fixture_deadlock(HdSource *source);
/* 300 threads of one start routine, three of them contended. */
HdFixture *hd_fixture_crowd(HdSource *source);
/* Ten hours with one wait of 30 ms in each, among a million short intervals. */
HdFixture *hd_fixture_long(HdSource *source);
/* One of each kind of object and wait, and lost events. */
HdFixture *hd_fixture_kinds(HdSource *source);
/* Producers and consumers over a queue of four, an executor of two with jobs that fail and are cancelled, a variable with a lost update, an
 * event, a barrier, a lock taken again, a child that was killed and one that only its parent saw. */
HdFixture *hd_fixture_workshop(HdSource *source);
/* The objects of the workshop. */
enum { HD_WORKSHOP_QUEUE, HD_WORKSHOP_POOL, HD_WORKSHOP_COUNTER, HD_WORKSHOP_FLAG, HD_WORKSHOP_ROUND, HD_WORKSHOP_TREE };

/* An event loop with two that fetch, one that parses for 312 ms and blocks it, one that is cancelled; context variables; a time-out; a
 * scheduler with an entry that comes late. */
HdFixture *hd_fixture_async(HdSource *source);
enum { HD_ASYNC_LOOP, HD_ASYNC_GATE, HD_ASYNC_PARSE, HD_ASYNC_SCHEDULER };
enum { HD_ASYNC_MAIN = 1, HD_ASYNC_ALL, HD_ASYNC_FETCH_1, HD_ASYNC_FETCH_2, HD_ASYNC_PARSER, HD_ASYNC_SLOW };
/* Two that count and one that reads, under an interpreter lock (object 0). */
HdFixture *hd_fixture_gil(HdSource *source);
/* So many tasks of one routine on one loop, of which every thousandth was kept from running. */
HdFixture *hd_fixture_task_crowd(guint count, HdSource *source);
