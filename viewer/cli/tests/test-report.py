#!/usr/bin/env python3
"""report on a recorded deadlock: the text fits a terminal, names what matters; the JSON has what its description says; --wrapper is checked.

usage: test-report.py HEDDLE-REPORT RECORDING
"""
import json
import subprocess
import sys

report, recording = sys.argv[1:]


def run(*arguments):
    return subprocess.run([report, *arguments], capture_output=True, text=True, timeout=60)


text = run(recording)
assert text.returncode == 0, text.stderr
lines = text.stdout.splitlines()
assert all(len(line) <= 100 for line in lines), [line for line in lines if len(line) > 100]
for part in ("Findings", "Waited for", "Processes and threads", "[deadlock, occurred, not resolved"):
    assert part in text.stdout, (part, text.stdout)
assert not any(line != line.rstrip() for line in lines), "spaces at a line's end"

object_ = run("--json", recording)
assert object_.returncode == 0, object_.stderr
json_report = json.loads(object_.stdout)
assert json_report["schema"] == 1
finding = json_report["findings"][0]
assert finding["kind"] == "deadlock" and finding["resolved"] is False, finding
names = {actor["id"]: actor["name"] for actor in json_report["actors"]}
assert all(names[actor] in finding["summary"] for actor in finding["actors"]), finding
for lock in json_report["objects"]:
    assert sum(blame["ns"] for blame in lock["blame"]) + lock["handoff_ns"] == (lock["wait_total_ns"] if lock["blame"] else lock["handoff_ns"]), lock

assert run("--wrapper", "^take$", "--wrapper", "Lock", recording).returncode == 0
bad = run("--wrapper", "(", recording)
assert bad.returncode == 2 and bad.stdout == "" and "--wrapper '('" in bad.stderr, bad
