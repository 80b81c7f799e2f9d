#!/usr/bin/env python3
"""Many items through one queue, recorded: each arrives, each is seen, and what was lost of the recording is counted.

usage: queues.py BUILD [--long]      --long: a million items each time
"""
import os

from common import BUILD, LONG, must, report, run_tests, start_record, verify

LOAD = os.path.join(BUILD, "tests", "queue-load")
ITEMS = 1_000_000 if LONG else 30_000
BATCH = 64  # a lost event is a batch of so many operations at most


def check(folder, putters, getters, bound, order):
    recording = os.path.join(folder, f"{putters}-{getters}-{bound}-{order}.heddle")
    process = start_record(recording, LOAD, str(ITEMS), str(putters), str(getters), str(bound), order)
    _, errors = process.communicate(timeout=600)
    must(process.returncode == 0, f"{putters}-{getters}-{bound}-{order} ended with {process.returncode}: {errors}")
    counts, said = verify(recording), report(recording)
    lost, items, got = said["recording"]["events_lost"], counts["items"], counts["items_got"]
    print(f"     {putters} put, {getters} get, bound {bound}, {order}: {items} items seen, {got} with both ends, {lost} events lost", flush=True)
    must(got <= items <= ITEMS, f"{ITEMS} items were put, {items} seen, {got} got")
    must(ITEMS - got <= BATCH * lost, f"{ITEMS} items were put and got, {got} seen so, but only {lost} events lost")
    must((lost == 0) == said["recording"]["complete"], f"{lost} events lost, complete is {said['recording']['complete']}")


def test_one_to_one(folder):
    check(folder, 1, 1, 0, "fifo")


def test_bounded(folder):
    check(folder, 2, 2, 10, "fifo")


def test_bound_of_one(folder):
    check(folder, 2, 1, 1, "lifo")


def test_priority(folder):
    check(folder, 3, 1, 0, "priority")


def test_eight_threads(folder):
    check(folder, 4, 4, 100, "fifo")


run_tests([test_one_to_one, test_bounded, test_bound_of_one, test_priority, test_eight_threads])
