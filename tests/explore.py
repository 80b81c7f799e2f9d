#!/usr/bin/env python3
"""Seeded schedules, recorded: one seed, one order of events, to the byte; and `heddle explore` finds what some order brings about.

usage: explore.py BUILD
"""
import itertools
import os
import re
import signal
import struct
import subprocess
import time

from common import BUILD, HEDDLE, must, report, run_tests, start_record, verify

CASES = os.path.join(BUILD, "tests", "explore-cases")
LOOPS = os.path.join(BUILD, "runtime", "primitives", "tests", "recorded-loops")
EVENT_ORDER = os.path.join(BUILD, "tests", "event-order")
WORKLOAD = os.path.join(BUILD, "runtime", "primitives", "tests", "test-seed")
DEMOS = os.path.join(BUILD, "demos")
REPORT = struct.Struct("6I2Q")


def run(*command, environment=None, folder=None):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=folder, env={**os.environ, **(environment or {})})


def seeded(folder, seed):
    """The environment of a seeded run, and the file of its report."""
    path = os.path.join(folder, "report")
    with open(path, "wb") as file:
        file.write(bytes(REPORT.size))
    return {"HEDDLE_SEED": str(seed), "HEDDLE_SEED_REPORT": path}, path


def order_of(path):
    with open(path, "rb") as file:
        return REPORT.unpack(file.read())[-2:]


def recorded(folder, name, seed, *command):
    """Records a run under the seed: what happened, in order, and what the runtime says of the order."""
    recording = os.path.join(folder, name)
    environment, path = seeded(folder, seed)
    start_record(recording, *command, environment=environment).communicate(timeout=120)
    verify(recording)
    done = run(EVENT_ORDER, recording)
    must(done.returncode == 0 and done.stdout, f"event-order {recording}: {done.stderr}")
    return done.stdout, order_of(path)


def must_be_same(seed, first, second):
    for number, lines in enumerate(itertools.zip_longest(first.splitlines(), second.splitlines())):
        must(lines[0] == lines[1], f"seed {seed}, line {number + 1}: {lines[0]}; the second time: {lines[1]}")


def same_twice(folder, seed, *command):
    """The same recording twice, in the order of the run without recording."""
    environment, path = seeded(folder, seed)
    run(*command, environment=environment)
    unrecorded = order_of(path)
    first, order = recorded(folder, f"first-{seed}", seed, *command)
    second, order_again = recorded(folder, f"second-{seed}", seed, *command)
    must(order == order_again == unrecorded and order[0] > 0, f"seed {seed}: {unrecorded} unrecorded, {order} and {order_again} recorded")
    must_be_same(seed, first, second)
    return first


def test_one_seed_one_recording(folder):
    orders = {same_twice(folder, seed, WORKLOAD, "silent") for seed in (1, 4, 6, 7)}
    must(len(orders) == 4, f"four seeds, {len(orders)} orders")
    must(len(next(iter(orders)).splitlines()) > 200, "hardly anything was recorded")


def test_one_seed_one_recording_of_tasks(folder):
    orders = {same_twice(folder, seed, LOOPS) for seed in (2, 3, 5)}
    must(len(orders) == 3, f"three seeds, {len(orders)} orders")


def explore(folder, *arguments):
    done = run(HEDDLE, "explore", *arguments, folder=folder)
    must(not [name for name in os.listdir(folder) if name.startswith("heddle-explore-")], "a temporary file was left behind")
    return done


def found(folder, kind, *command):
    """Explores it: the mistake is found, its recording shows it, and the seed shows it again, in the same order."""
    recording = os.path.join(folder, "found.heddle")
    done = explore(folder, "--runs", "200", "-o", recording, "--", *command)
    said = re.match(r"seed (\d+): (\S+): .*\nfound after (\d+) run", done.stdout)
    must(done.returncode == 1 and said, f"{command}: {done.returncode}: {done.stdout} {done.stderr}")
    must(said[2] == kind, f"{command}: found {said[2]}, not {kind}")
    must("another order" not in done.stdout, done.stdout)
    must(f"again: HEDDLE_SEED={said[1]} heddle record -- {command[0]}" in done.stdout, done.stdout)
    print(f"     {os.path.basename(command[-1])}: {kind} under seed {said[1]}, after {said[3]} runs", flush=True)
    if kind != "crash":
        must([finding for finding in report(recording)["findings"] if finding["kind"] == kind and finding["grade"] == "occurred"],
             f"{recording} does not show it")
    again, _ = recorded(folder, "again.heddle", said[1], *command)
    must_be_same(said[1], run(EVENT_ORDER, recording).stdout, again)
    must(f"seed         {said[1]}\n" in run(HEDDLE, "info", recording).stdout, "info does not tell the seed")


def test_ab_ba(folder):
    found(folder, "deadlock", CASES, "ab-ba")


def test_lost_update(folder):
    found(folder, "lost-update", CASES, "lost-update")


def test_lost_wakeup(folder):
    found(folder, "lost-wakeup", CASES, "lost-wakeup")


def test_crash(folder):
    found(folder, "crash", CASES, "crash")


def test_demo_ab_ba(folder):
    found(folder, "deadlock", os.path.join(DEMOS, "ab-ba"))


def test_demo_philosophers(folder):
    found(folder, "deadlock", os.path.join(DEMOS, "explore-philosophers"))


def test_demo_lost_update(folder):
    found(folder, "lost-update", os.path.join(DEMOS, "lost-update"))


def test_demo_lost_wakeup(folder):
    found(folder, "lost-wakeup", os.path.join(DEMOS, "lost-wakeup"))


def test_nothing_to_find(folder):
    done = explore(folder, "--runs", "40", "--seed", "100", "--", CASES, "fine")
    must(done.returncode == 0 and done.stdout == "nothing found in 40 runs, seeds 100 to 139\n", f"{done.returncode}: {done.stdout} {done.stderr}")
    must(os.listdir(folder) == [], f"left behind: {os.listdir(folder)}")


def test_endless(folder):
    done = explore(folder, "--runs", "2", "--limit", "1", "--", CASES, "endless")
    must(done.returncode == 0 and "2 of them had not ended after 1 s" in done.stdout, f"{done.returncode}: {done.stdout} {done.stderr}")
    must(os.listdir(folder) == [], f"left behind: {os.listdir(folder)}")


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(child) for child in file.read().split()]


def test_interrupt(folder):
    """A Ctrl-C ends it and what it runs: a program, and then a recorder."""
    for limit, recording in (("100", False), ("1", True)):
        process = subprocess.Popen([HEDDLE, "explore", "--limit", limit, "--", CASES, "endless"], cwd=folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 60
        while time.monotonic() < until and not (os.listdir(folder) if recording else children_of(process.pid)):
            time.sleep(0.01)
        children = children_of(process.pid)
        must(children, "it runs nothing")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        must(process.returncode == -signal.SIGINT, f"it ended with {process.returncode}")
        must(not [child for child in children if os.path.exists(f"/proc/{child}")], "its program runs on")
        must(os.listdir(folder) == [], f"left behind: {os.listdir(folder)}")


def test_bad_use(folder):
    os.mkdir(os.path.join(folder, "there"))
    for code, arguments in ((2, []), (2, ["--runs", "0", "--", CASES]), (2, ["--runs", "x", "--", CASES]), (2, ["--seed", "-1", "--", CASES]),
                            (2, ["--seed", "9223372036854775808", "--", CASES]), (2, ["--limit", "", "--", CASES]),
                            (2, ["-o", "there", "--", CASES]), (2, ["--nonsense"]), (3, ["--", "/bin/true"]), (3, ["--", "./no-such-program"])):
        done = explore(folder, *arguments)
        must(done.returncode == code, f"{arguments}: {done.returncode}, not {code}: {done.stderr}")
        must(done.stderr.startswith("heddle: ") and done.stderr.count("\n") == 1 and not done.stdout, f"{arguments}: {done.stderr}")
    for seed in ("x", "", "-1", "1e3"):
        done = run(HEDDLE, "demo", "ab-ba", "--seed", seed, folder=folder)
        must(done.returncode == 2 and done.stderr.startswith("heddle: --seed"), f"--seed {seed}: {done.returncode}: {done.stderr}")


def test_bad_seed(folder):
    """Of a program: said once on stderr and in the trace, and it runs unseeded."""
    recording = os.path.join(folder, "bad.heddle")
    _, errors = start_record(recording, CASES, "fine", environment={"HEDDLE_SEED": "many"}).communicate(timeout=120)
    must(len(re.findall("(?m)^heddle: HEDDLE_SEED is 'many'", errors)) == 1, errors)
    must("HEDDLE_SEED is 'many'" in run(HEDDLE, "info", recording).stdout, "the recording does not tell")


run_tests([test_one_seed_one_recording, test_one_seed_one_recording_of_tasks, test_ab_ba, test_lost_update, test_lost_wakeup, test_crash, test_demo_ab_ba, test_demo_philosophers,
           test_demo_lost_update, test_demo_lost_wakeup, test_nothing_to_find, test_endless, test_interrupt, test_bad_use, test_bad_seed])
