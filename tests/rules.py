#!/usr/bin/env python3
"""The schema's rules on which all else is built: a kill loses nothing, forks have identities of their own, a thread that never blocks is
seen, stamps order across CPUs.

usage: rules.py BUILD [--long]
"""
import os
import signal
import struct
import subprocess
import time

from common import BUILD, HEDDLE, LONG, moments, must, program_of, report, run_tests, start_record, verify

PAIRS = os.path.join(BUILD, "runtime", "emit", "tests", "emit-pairs")
CONTEND = os.path.join(BUILD, "tests", "contend")


def counters(path):
    with open(path, "rb") as file:
        return struct.unpack("64Q", file.read(512))


def kill_at(path, after, threads, forks, spin=0):
    """Kills the program, or everything in it that emits; each thread may have finished one pair that it had no time to count."""
    recording, counter = os.path.join(path, "r.heddle"), os.path.join(path, "counter")
    with open(counter, "wb") as file:
        file.write(bytes(512))
    process = start_record(recording, PAIRS, "0", str(threads), str(forks), str(spin), environment={"PAIRS_COUNTER": counter}, start_new_session=True)
    pid = program_of(recording)
    # All of them must be at work: a child that is forked after the list of victims was made would live on for ever.
    while sum(count > 0 for count in counters(counter)) < threads + forks:
        must(process.poll() is None, "the program ended by itself: " + (process.stderr.read() if process.poll() is not None else ""))
        time.sleep(0.002)
    time.sleep(after)
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    for victim in [pid, *map(int, children)]:
        os.kill(victim, signal.SIGKILL)
    process.communicate(timeout=60)
    must(process.returncode == -signal.SIGKILL, f"record ended with {process.returncode}, the program by SIGKILL")
    done = counters(counter)
    said = report(recording)
    seen = sum(o["acquisitions"] for o in said["objects"] if o["kind"] == "lock")
    lost = said["recording"]["events_lost"]
    emitters = threads + forks
    # A pair is complete before it is counted; beside it each thread may have one open.
    # A thread that is killed while it writes an event into LTTng's buffer takes what others wrote behind it into the same buffer with it; and at
    # full speed the disk may not keep up. Then each lost event is counted, and was a batch of 64 at most.
    must(lost == 0 or threads + forks > 1 or not spin, f"{lost} events lost of {sum(done)} pairs")
    must(sum(done) <= seen + 64 * lost, f"{sum(done)} pairs were made, {seen} seen, {lost} events lost")
    must(seen <= sum(done) + 2 * emitters, f"{sum(done)} pairs were made, but {seen} seen")
    verify(recording)


def test_kill_loses_nothing(path):
    for number, after in enumerate(moments(20 if LONG else 4, 0.15)):
        folder = os.path.join(path, str(number))
        os.mkdir(folder)
        kill_at(folder, after, 1 + number % 2, 0, spin=500)


def test_kill_of_forked_children_loses_nothing(path):
    for number, after in enumerate(moments(20 if LONG else 2, 0.1)):
        folder = os.path.join(path, str(number))
        os.mkdir(folder)
        kill_at(folder, after, 1, 3, spin=1000)


def test_thread_that_never_blocks(path):
    kill_at(path, 1.0, 1, 0)


def test_fork_storm(path):
    """Each child of a storm is a process of its own, with all of its pairs."""
    count = 5000 if LONG else 500
    recording = os.path.join(path, "r.heddle")
    done = subprocess.run([HEDDLE, "record", "-o", recording, "--", CONTEND, "forks", str(count)], capture_output=True, text=True, timeout=300)
    must(done.returncode == 0, f"ended with {done.returncode}: {done.stderr}")
    said = report(recording)
    must(said["recording"]["events_lost"] == 0, f"{said['recording']['events_lost']} events lost")
    must(said["recording"]["processes"] == count + 1, f"{said['recording']['processes']} processes seen of {count + 1}")
    seen = sum(o["acquisitions"] for o in said["objects"] if o["kind"] == "lock")
    must(seen >= 10 * count, f"{seen} acquisitions seen of at least {10 * count}")
    verify(recording)


def test_order_across_cpus(path):
    """Threads that fight for one lock on all CPUs: if a stamp lay on the wrong side, two holds would overlap."""
    recording = os.path.join(path, "r.heddle")
    done = subprocess.run([HEDDLE, "record", "-o", recording, "--", CONTEND, "threads", "4", "20000"], capture_output=True, text=True, timeout=120)
    must(done.returncode == 0, f"ended with {done.returncode}: {done.stderr}")
    counts = verify(recording)
    must(counts["holds"] >= 80000, f"{counts['holds']} holds seen of 80000")
    must(counts["lost"] == 0, f"{counts['lost']} events lost")
    must(counts["waits"] > 0, "nobody ever waited")


run_tests([test_kill_loses_nothing, test_kill_of_forked_children_loses_nothing, test_thread_that_never_blocks, test_fork_storm, test_order_across_cpus])
