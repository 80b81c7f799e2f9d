#!/usr/bin/env python3
"""Executors under load, recorded: no job is missing in the recording, or it says that events are.

usage: executors.py BUILD [--long]     long: 10,000 jobs through 8 threads, 5,000 through 4 processes
"""
import os
import subprocess

from common import BUILD, HEDDLE, LONG, must, report, run_tests, verify

PROGRAM = os.path.join(BUILD, "tests", "job-load")
BATCH = 64  # a lost event is a batch of so many operations at most
PATIENCE_S = 500  # against hangs only


def load(folder, kind, jobs, workers):
    recording = os.path.join(folder, "load.heddle")
    done = subprocess.run([HEDDLE, "record", "-o", recording, "--", PROGRAM, kind, str(jobs), str(workers)],
                          capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    must(done.returncode == 0, f"it ended with {done.returncode}: {done.stderr}")
    run, cancelled = (int(word) for word in done.stdout.split())
    must(run + cancelled == jobs, f"{run} run and {cancelled} cancelled of {jobs}")
    counts, said = verify(recording), report(recording)
    must(said["recording"]["events_lost"] == counts["lost"], f"the report speaks of other losses than {counts}")
    executors = [item for item in said["objects"] if item["kind"] == "executor"]
    must(len(executors) == 1, f"{len(executors)} executors")
    seen = executors[0]["jobs"]
    missing = jobs - seen["ended"] - seen["cancelled"]
    print(f"     {jobs} jobs, {kind}: {seen['ended']} seen to end, {seen['cancelled']} cancelled, {counts['lost']} events lost", flush=True)
    must(seen["count"] <= jobs and 0 <= missing <= BATCH * counts["lost"], f"{seen} of {jobs}, {counts['lost']} events lost")
    if not counts["lost"]:
        must(seen["begun"] == seen["ended"] == run and seen["cancelled"] == cancelled, f"{seen}, but {run} were run, {cancelled} cancelled")
        must(seen["failed"] == 0 and 1 <= seen["workers"] <= workers, f"{seen}")
    must(not [finding for finding in said["findings"] if finding["kind"] in ("deadlock", "stuck", "executor-starvation")], "it did not hang")


def test_threads(folder):
    load(folder, "threads", 10000 if LONG else 2000, 8)


def test_processes(folder):
    load(folder, "processes", 5000 if LONG else 600, 4)


run_tests([function for name, function in list(globals().items()) if name.startswith("test_")])
