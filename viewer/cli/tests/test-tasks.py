#!/usr/bin/env python3
"""report on tasks: their lives, loops, labels, schedules, the interpreter lock.

usage: test-tasks.py HEDDLE-REPORT RECORDING
"""
import json
import subprocess
import sys

report, recording = sys.argv[1:]


def run(*arguments):
    done = subprocess.run([report, *arguments, recording], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


text = run()
lines = text.splitlines()
assert all(len(line) <= 100 for line in lines), [line for line in lines if len(line) > 100]
for part in ("4 threads, 10 tasks,", "Event loops", "Tasks, by their longest wait", "Interpreter locks", "Schedules",
             "longest wait: async_lock_await of oven in bake (tasks.c:17)", "group #1 of 2 task"):
    assert part in text, (part, text)
rows = lines[lines.index("Tasks, by their longest wait") + 2:lines.index("Interpreter locks")]
assert sum(line.startswith("  ") and not line.startswith("    ") for line in rows) == 10, rows

said = json.loads(run("--json"))
assert said["recording"]["complete"] and said["recording"]["events_lost"] == 0
actors, objects = said["actors"], said["objects"]
tasks = {(actor["name"], actor["id"]): actor for actor in actors if actor["kind"] == "task"}
assert sorted(name for name, _ in tasks) == sorted(
    ["kitchen", "bake", "bake", "ann", "ben", "cook", "head waiter", "sleeper", "burner", "clerk"]), list(tasks)
for (name, index), task in tasks.items():
    assert actors[task["parent"]]["name"] == ("main" if name == "kitchen" else "kitchen"), task
    assert task["parent"] == task["creator"] and actors[task["process"]]["kind"] == "process", task
    assert task["result"] == {"sleeper": "cancelled", "burner": "error"}.get(name, "ok"), task
    assert objects[task["loop"]]["name"] == "kitchen loop", task
    use, states = task["task"], task["states_ns"]
    life_ns = task["end_ns"] - task["start_ns"]
    assert sum(states.values()) == life_ns == use["busy_ns"] + use["scheduled_ns"] + use["idle_ns"], task
    assert states["ready"] == use["scheduled_ns"] and use["step_max_ns"] <= use["busy_ns"], task
    assert task.get("labels", {}) == ({"guest": "ada"} if name == "bake" else {}), task
waits = {name: set(task["states_ns"]) - {"ready", "running"} for (name, _), task in tasks.items()}
assert waits["ann"] == {"wait-event"} and waits["ben"] == {"wait-semaphore"}, waits
assert waits["cook"] == {"wait-condition"} and waits["head waiter"] == {"wait-queue"}, waits
assert waits["kitchen"] == {"blocked", "wait-task", "wait-queue", "wait-future"}, waits
assert waits["burner"] == set() and waits["sleeper"] == {"blocked"}, waits
creators = {actor["name"]: actors[actor["creator"]]["name"] for actor in actors if actor["kind"] == "thread" and actor["creator"] is not None}
assert creators == {"to-thread-1": "kitchen", "compute": "main"}, creators

everything = said["tasks"]
assert (everything["count"], everything["ok"], everything["failed"], everything["cancelled"]) == (10, 8, 1, 1), everything
assert sum(everything["step_histogram"]) == everything["steps"] == 39, everything
assert everything["busy_ns"] == sum(task["task"]["busy_ns"] for task in tasks.values())
(loop,) = everything["loops"]
assert actors[loop["thread"]]["name"] == "main" and loop["callbacks"] == 2 and loop["tasks"] == 10 and loop["steps"] == 39, loop
assert loop["busy_ns"] > everything["busy_ns"] and 0 < loop["lag_mean_ns"] <= loop["lag_max_ns"] <= loop["lag_total_ns"], loop

names = {object_["name"]: object_ for object_ in objects}
assert all(object_["process"] == 0 for object_ in objects), objects
schedule = names["evening"]["schedule"]
assert (schedule["entries"], schedule["begun"], schedule["cancelled"]) == (3, 2, 1) and schedule["late_max_ns"] > 0, schedule
assert names["orders"]["items"]["put"] == names["orders"]["items"]["got"] == 3
assert names["orders"]["items"]["put_wait_ns"] + names["orders"]["items"]["get_wait_ns"] + names["orders"]["items"]["join_wait_ns"] \
    == names["orders"]["wait_total_ns"] > 0, names["orders"]
assert names["orders"]["items"]["put_waits"] > 0 and names["orders"]["items"]["join_wait_ns"] > 0, names["orders"]

(lock,) = said["gil"]["locks"]
assert lock["threads"] == 3 and lock["acquisitions"] == 17 and lock["forced"] == lock["requests"] == 12, lock
assert abs(lock["serialization_factor"] - (lock["held_ns"] + lock["waiting_ns"]) / lock["held_ns"]) < 1e-9, lock
assert lock["held_fraction"] <= 1 and lock["held_ns"] <= lock["wall_ns"] and actors[lock["hold_max_actor"]]["name"] == "compute", lock
