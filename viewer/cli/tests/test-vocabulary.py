#!/usr/bin/env python3
"""report on what the runtime's vocabulary leaves in a recording: queues, pipes, executors, daemons, misuse, and the findings about them.

usage: test-vocabulary.py HEDDLE-REPORT RECORDING
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

report, recording = sys.argv[1:]


def run(*arguments):
    done = subprocess.run([report, *arguments, recording], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


text = run()
lines = text.splitlines()
assert all(len(line) <= 100 for line in lines), [line for line in lines if len(line) > 100]
for part in ("Queues and pipes", "Jobs", "1 failed, 1 cancelled", "Used wrongly", "balance lost one update", "idler (", "ended by signal 9"):
    assert part in text, (part, text)

json_report = json.loads(run("--json"))
assert json_report["recording"]["complete"] and json_report["recording"]["events_lost"] == 0
actors = {actor["id"]: actor for actor in json_report["actors"]}


def processes(key):
    return {actor["name"]: actor[key] for actor in actors.values() if actor["kind"] == "process"}


assert processes("exit") == {"vocabulary": 0, "idler": -15, "server": 0, "clerk": -9, "auditor": 1, "pool-1": 0, "sh": 4}, processes("exit")
assert {actor["name"] for actor in actors.values() if actor["daemon"]} == {"ticker", "idler", "pool-1"}
assert {actor["name"]: actor["jobs"] for actor in actors.values() if actor["jobs"]} == {"helpers-1": 3, "pool-1": 2}
assert not any(actor["outlived"] for actor in actors.values())

objects = {object_["name"]: object_ for object_ in json_report["objects"]}
for name, kind, count, bound in (("tasks", "queue", 4, 1), ("parcels", "queue", 3, 2), ("talk 1>2", "pipe", 2, None), ("talk 2>1", "pipe", 2, None)):
    object_ = objects[name]
    items = object_["items"]
    assert object_["kind"] == kind and object_.get("value") == bound, object_
    assert items["put"] == items["got"] == items["paired"] == count, object_
    assert 1 <= items["depth_max"] <= (bound or count), object_
    assert 0 < items["latency_mean_ns"] <= items["latency_max_ns"] <= items["latency_total_ns"], object_
assert objects["tasks"]["items"]["put_wait_ns"] + objects["tasks"]["items"]["get_wait_ns"] + objects["tasks"]["items"]["join_wait_ns"] \
    == objects["tasks"]["wait_total_ns"], objects["tasks"]

for name, kind, count, begun, failed, cancelled in (("helpers", "executor", 4, 3, 1, 1), ("pool", "pool", 2, 2, 0, 0)):
    object_ = objects[name]
    jobs = object_["jobs"]
    assert object_["kind"] == kind and object_["value"] == jobs["workers"] == 1, object_
    assert (jobs["count"], jobs["begun"], jobs["ended"], jobs["failed"], jobs["cancelled"]) == (count, begun, begun, failed, cancelled), object_
    assert jobs["queued_max"] <= count and 0 < jobs["run_max_ns"] <= jobs["run_total_ns"], object_
futures = [object_ for object_ in json_report["objects"] if object_["kind"] == "future"]
assert len(futures) == 6, futures
assert objects["balance"]["kind"] == "shared" and objects["buffer"]["kind"] == "local"

findings = {finding["kind"]: finding for finding in json_report["findings"]}
assert sorted(finding["kind"] for finding in json_report["findings"]) == ["contention", "held-by-exited", "lost-update"], findings
for kind, names, object_ in (("held-by-exited", {"clerk", "auditor"}, "ledger"), ("lost-update", {"anna", "ben"}, "balance")):
    finding = findings[kind]
    assert finding["grade"] == "occurred" and finding["resolved"], finding
    assert {actors[actor]["name"] for actor in finding["actors"]} == names, finding
    assert finding["objects"] == [objects[object_]["id"]], finding

errors = sorted((misuse["error_name"], misuse["operation"]) for misuse in json_report["misuses"])
assert errors == [("HD_ERROR_ALL_DONE", "queue_task_done"), ("HD_ERROR_CANCELLED", "future_wait"), ("HD_ERROR_CLOSED", "pipe_send"),
                  ("HD_ERROR_STARTED", "process_fork")], errors

# Names may hold any control character: the JSON has them escaped, the terminal never gets them.
with tempfile.TemporaryDirectory() as folder:
    copy = os.path.join(folder, "r.heddle")
    shutil.copytree(recording, copy)
    for path, _, files in os.walk(copy):
        for name in files:
            with open(os.path.join(path, name), "rb") as file:
                content = file.read()
            with open(os.path.join(path, name), "wb") as file:
                file.write(content.replace(b"parcels\0", b"\x01\x1b\x1f\x7fels\0"))
    recording = copy
    assert "\x01\x1b\x1f\x7fels" in {object_["name"] for object_ in json.loads(run("--json"))["objects"]}
    assert not any(control in run() for control in "\x01\x1b\x1f\x7f")
