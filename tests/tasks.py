#!/usr/bin/env python3
"""Many tasks on event loops, recorded: each has its life, its steps and awaits fit together, and what was lost is counted.

usage: tasks.py BUILD [--long]      --long: a million steps each time
"""
import os

from common import BUILD, LONG, must, report, run_tests, start_record, verify

LOAD = os.path.join(BUILD, "tests", "task-load")


def check(folder, loops, tasks, rounds):
    recording = os.path.join(folder, f"{loops}-{tasks}-{rounds}.heddle")
    process = start_record(recording, LOAD, str(loops), str(tasks), str(rounds))
    _, errors = process.communicate(timeout=600)
    must(process.returncode == 0, f"{loops} {tasks} {rounds} ended with {process.returncode}: {errors}")
    counts, said = verify(recording), report(recording)
    lost = said["recording"]["events_lost"]
    print(f"     {loops} loops, {tasks} tasks, {rounds} rounds: {counts['steps']} steps, {counts['awaits']} awaits, "
          f"{counts['labels']} labels, {counts['holds']} holds, {lost} events lost", flush=True)
    must((lost == 0) == said["recording"]["complete"], f"{lost} events lost, complete is {said['recording']['complete']}")
    actors = [actor for actor in said["actors"] if actor["kind"] == "task"]
    for actor in actors:
        must(sum(actor["states_ns"].values()) == actor["end_ns"] - actor["start_ns"], f"the states of {actor} are not its life")
    if lost:
        return
    must(len(actors) == loops * (1 + 2 * tasks) == said["tasks"]["ok"], f"{len(actors)} tasks, {said['tasks']['ok']} ended well")
    must(counts["holds"] == loops * tasks * rounds, f"{counts['holds']} holds")
    must(counts["steps"] >= loops * tasks * rounds, f"{counts['steps']} steps")
    names = {actor["id"]: actor["name"] for actor in said["actors"]}
    for actor in actors:
        parent = names[actor["parent"]]
        must((actor["name"], parent) in (("server", "run"), ("work", "server"), ("helper", "work")), f"{actor['name']} of {parent}")
        labels = actor.get("labels", {})
        must(("request" in labels) == (actor["name"] != "server"), f"{actor['name']} has labels {labels}")
        must(("part" in labels) == (actor["name"] == "helper"), f"{actor['name']} has labels {labels}")
    loops_seen = said["tasks"]["loops"]
    must([loop["tasks"] for loop in loops_seen] == [1 + 2 * tasks] * loops, f"loops {loops_seen}")


def test_one_loop(folder):
    check(folder, 1, 20, 50_000 if LONG else 200)


def test_three_loops(folder):
    check(folder, 3, 10, 30_000 if LONG else 100)


def test_many_tasks(folder):
    check(folder, 1, 4000 if LONG else 300, 250 if LONG else 2)


run_tests([test_one_loop, test_three_loops, test_many_tasks])
