#!/usr/bin/env python3
"""Hundreds of threads at full speed: what was lost is counted by Heddle's own sequence numbers, said, and marked in the picture.

usage: losses.py BUILD
"""
import os
import signal
import subprocess
import time

from common import BUILD, HEDDLE, must, program_of, report, run_tests, start_record, verify

CONTEND = os.path.join(BUILD, "tests", "contend")
THREADS, BATCH = 300, 64  # a lost event is a batch of so many pairs at most


def consumer_of(program):
    """The pid of LTTng's consumer daemon of the recording that a program belongs to."""
    with open(f"/proc/{program}/environ", "rb") as file:
        home = next(variable for variable in file.read().split(b"\0") if variable.startswith(b"LTTNG_HOME="))
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as command, open(f"/proc/{name}/environ", "rb") as environment:
                if command.read().startswith(b"lttng-consumerd") and home in environment.read().split(b"\0"):
                    return int(name)
        except OSError:
            continue
    return None


def until(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    must(False, f"never came: {what}")
    return None


def has_ended(program):
    try:
        with open(f"/proc/{program}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def check_counts(recording, pairs_each):
    said, true = report(recording), THREADS * pairs_each
    verify(recording)
    lost = said["recording"]["events_lost"]
    seen = sum(o["acquisitions"] for o in said["objects"] if o["kind"] == "lock")
    must(seen <= true, f"{true} pairs were made, {seen} seen")
    must(true - seen <= BATCH * lost, f"{true} pairs were made, {seen} seen, but only {lost} events lost")
    must((lost == 0) == said["recording"]["complete"], f"{lost} events lost, complete is {said['recording']['complete']}")
    return said, true, seen, lost


HATCH = "rgb(54.117647%,36.078431%,0%)"  # the light theme's colour of warnings


def hatches(recording, folder):
    """How many hatches the picture has: strokes in the colour of warnings."""
    picture = os.path.join(folder, "picture.svg")
    command = [HEDDLE, "render", recording, "-o", picture, "--from", "0s", "--size", "1600x1000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    must(done.returncode == 0, f"render ended with {done.returncode}: {done.stderr}")
    with open(picture, encoding="utf-8") as file:
        return sum(f'stroke="{HATCH}"' in line or f"stroke:{HATCH}" in line for line in file)


def test_full_speed(folder):
    """Whether something is lost depends on the machine; that it is counted does not."""
    recording = os.path.join(folder, "r.heddle")
    done = start_record(recording, CONTEND, "alone", str(THREADS), "10000")
    must(done.wait(300) == 0, f"ended with {done.returncode}")
    _, true, seen, lost = check_counts(recording, 10000)
    print(f"     {true} pairs, {seen} seen, {lost} events lost", flush=True)
    must(lost > 0 or seen == true, f"{true} pairs were made, {seen} seen, nothing lost")
    must(lost > 0 or hatches(recording, folder) == 0, "the picture marks losses where there are none")


def test_consumer_that_cannot_keep_pace(folder):
    """Nobody empties the buffers while the threads run: losses are certain."""
    recording = os.path.join(folder, "r.heddle")
    process = start_record(recording, CONTEND, "alone", str(THREADS), "40000")
    program = program_of(recording)
    consumer = until(lambda: consumer_of(program), "the consumer daemon")
    os.kill(consumer, signal.SIGSTOP)
    try:
        until(lambda: has_ended(program), "the program's end")
    finally:
        os.kill(consumer, signal.SIGCONT)
    output, errors = process.communicate(timeout=120)
    must(process.returncode == 0, f"ended with {process.returncode}: {errors}")
    said, true, seen, lost = check_counts(recording, 40000)
    print(f"     {true} pairs, {seen} seen, {lost} events lost", flush=True)
    must(lost > 0 and seen < true, f"{true} pairs were made, {seen} seen, {lost} events lost: the buffers held all of it")
    must(f"{lost} events lost" in errors, f"record does not say so: {errors}")
    losers = [actor for actor in said["actors"] if actor["events_lost"] > 0]
    must(losers, "no thread is said to have lost anything")
    must(sum(actor["events_lost"] for actor in losers) <= lost, "the threads lost more than was lost")
    must(hatches(recording, folder) >= 1, "the picture does not mark what was lost")


run_tests([test_full_speed, test_consumer_that_cannot_keep_pace])
