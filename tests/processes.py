#!/usr/bin/env python3
"""Hundreds of processes at a time, recorded: each is a lane with its exit code, and what is missing is counted.

usage: processes.py BUILD [--long]     long: 200 processes three times, else 60 once
"""
import os
import subprocess

from common import BUILD, HEDDLE, LONG, must, report, run_tests, verify

PROGRAM = os.path.join(BUILD, "tests", "process-load")
SECTIONS = 20  # of each process
PATIENCE_S = 300  # against hangs only


def load(folder, count):
    recording = os.path.join(folder, "load.heddle")
    done = subprocess.run([HEDDLE, "record", "-o", recording, "--", PROGRAM, str(count)], capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)
    must(done.returncode == 0, f"it ended with {done.returncode}: {done.stderr}")
    must(int(done.stdout) == count, f"{done.stdout.strip()} items of {count} came")
    counts, said = verify(recording), report(recording)
    must(said["recording"]["events_lost"] == counts["lost"], f"the report speaks of other losses than {counts}")
    must(said["recording"]["processes"] == count + 1, f"{said['recording']['processes']} processes, not {count + 1}")
    print(f"     {count} processes, {counts['lost']} events lost", flush=True)
    if counts["lost"]:
        return
    exits = sorted(actor["exit"] for actor in said["actors"] if actor["kind"] == "process" and actor["name"] == "worker")
    must(exits == sorted(number % 7 for number in range(count)), f"exit codes {exits}")
    locks = [item for item in said["objects"] if item["name"] == "shared lock"]
    must(len(locks) == 1 and locks[0]["acquisitions"] == SECTIONS * count, f"{locks}")
    must(counts["items_got"] == count, f"{counts}: {count} items were put and got")


def test_processes(folder):
    load(folder, 200 if LONG else 60)


def test_again(folder):
    for number in range(2 if LONG else 0):
        os.makedirs(os.path.join(folder, str(number)))
        load(os.path.join(folder, str(number)), 200)


run_tests([function for name, function in list(globals().items()) if name.startswith("test_")])
