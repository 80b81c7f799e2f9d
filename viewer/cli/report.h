/* The two forms of report, on standard output.
 *
 * As JSON one object; keys are only ever added. Times are nanoseconds since the recording's start, lengths nanoseconds, ids are
 * integers (places in actors, objects), places in the code "function (file:line)"; null: not known.
 *   schema      1
 *   recording   program, arguments, start (ISO 8601), start_realtime_ns, duration_ns, events (operations in batches counted), events_lost,
 *               processes (with those that only their parent saw), complete (nothing lost, proper end), schedule_observed, in_progress,
 *               interrupted_at_ns, exit (code or -signal), notes (sentences: what was not observed or is damaged)
 *   actors[]    id, kind, name (bare: threads may share it), pid, tid, parent (a thread's process, a process's parent process, a task's
 *               creator), creator, start_ns, end_ns, exit, outlived, daemon, jobs (how many it began), events_lost, states_ns{state: ns}
 *               (of threads and tasks; they add up to the life), labels{variable: value} (context variables as it saw them last; absent
 *               when it saw none); of a task process, loop (object), result (ok, error, cancelled; null: it did not end), task{steps,
 *               busy_ns (in steps), scheduled_ns (ready, not run), idle_ns (awaiting), step_max_ns, scheduled_max_ns}
 *   objects[]   id, kind, name, process (null: shared), created_at; acquisitions: outermost ones only, so a re-entrant lock that is taken
 *               again by its holder counts once; of a semaphore permits taken; contentions: requests that had to wait, also those that
 *               timed out or never ended; wait_total_ns, wait_max_ns; hold_total_ns, hold_max_ns (outermost; of readers the sum of all);
 *               handoff_ns: waited while nobody held it; blame[]: site and actor of holds that made others wait, ns of others' waits in
 *               them, count of such holds: the sum of ns and handoff_ns is wait_total_ns; waiters[]: the same of those who waited; value
 *               (permits, parties, bound, workers at most; absent when not known); of a queue or pipe items{put, got, paired (both seen),
 *               depth_max, latency_total_ns, latency_mean_ns, latency_max_ns (from put to get), put_waits, put_wait_ns, get_waits,
 *               get_wait_ns (blocked producers and consumers), join_wait_ns}; of an executor or pool jobs{count, begun, ended, failed,
 *               cancelled, workers, queued_max (at once), queued_total_ns, queued_mean_ns, queued_max_ns (from submission to begin),
 *               run_total_ns, run_mean_ns, run_max_ns, idle_ns (workers without a job; never part of wait_total_ns)}; of an event
 *               scheduler schedule{entries, begun, cancelled, late_total_ns, late_mean_ns, late_max_ns (from the planned time to the
 *               begin), run_total_ns, run_max_ns}
 *   findings[]  kind, grade, title, summary, advice, at_ns (complete), from_ns, to_ns (the span that shows it), resolved, lost_ns, share
 *               (of the lives of those who lost it, 0 to 1), site, actors[], objects[] (ids), evidence[]{at_ns, actor, site, text}
 *   misuses[]   at_ns, actor, object, operation, site, error (errno, or a negative code of the runtime), error_name, text
 *   tasks       count, ok, failed, cancelled, steps and the sums and maxima of actors[].task; step_histogram[], scheduled_histogram[]
 *               (how many lasted [2^i, 2^(i+1)) ns); loops[]{object, thread, tasks, callbacks, steps, busy_ns (steps and callbacks),
 *               polling_ns, lag_count, lag_total_ns, lag_mean_ns, lag_max_ns (from ready to run), lag_max_actor (null: a callback)}
 *   gil         locks[]{object, threads, wall_ns, held_ns, waiting_ns, running_without_ns, held_fraction, serialization_factor,
 *               useful_parallelism, acquisitions, requests, forced, voluntary (hand-overs), hold_max_ns, hold_max_actor}
 */
#pragma once
#include "open.h"

void hd_report_json(const HdModel *model, const HdAnalysis *analysis);
void hd_report_text(const HdModel *model, const HdAnalysis *analysis);
