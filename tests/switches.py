#!/usr/bin/env python3
"""Many tasks and many switches, recorded: each is seen, and what was lost of the recording is counted.

usage: switches.py BUILD [--long]      --long: ten million switches, 100,000 tasks alive at once
"""
import os
import re
import subprocess

from common import BUILD, HEDDLE, LONG, must, run_tests, start_record

LOAD = os.path.join(BUILD, "runtime", "primitives", "tests", "stress-task")
SWITCHES = 10_000_000 if LONG else 100_000
ALIVE = 100_000 if LONG else 3_000
BATCH = 64  # a lost event is a batch of so many operations at most


def check(folder, mode, count, told_least):
    """told_least: operations and events that the program must have told."""
    recording = os.path.join(folder, f"{mode}.heddle")
    process = start_record(recording, LOAD, mode, str(count))
    printed, errors = process.communicate(timeout=600)
    must(process.returncode == 0, f"{mode} ended with {process.returncode}: {errors}")
    said = dict(re.findall(r"^(\w+) +(\S+)", subprocess.run([HEDDLE, "info", recording], capture_output=True, text=True, check=True).stdout, re.M))
    events, lost = int(said["events"]), int(said["lost"])
    print(f"     {printed.strip()}: {events} events, {lost} lost", flush=True)
    must(events + BATCH * lost >= told_least, f"{told_least} events were told at least, {events} seen, only {lost} lost")
    must((lost == 0) == (said["complete"] == "yes"), f"{lost} events lost, complete is {said['complete']}")


def test_switches(folder):
    check(folder, "switches", SWITCHES, 2 * SWITCHES)  # a step and its end each


def test_alive(folder):
    check(folder, "alive", ALIVE, 7 * ALIVE)  # created; step, await; cancelled, ready; step, end


run_tests([test_switches, test_alive])
