"""Holds the catalog of the demos against the sources, the programs and what `heddle demo --list` prints.

usage: catalog.py BUILD_FOLDER DEMOS_FOLDER
"""
import glob
import json
import os
import subprocess
import sys

build, demos = sys.argv[1:]
heddle = os.path.join(build, "heddle")
with open(os.path.join(demos, "catalog.json"), encoding="utf-8") as file:
    catalog = json.load(file)
names = [entry["name"] for entry in catalog]
sources = [os.path.splitext(os.path.basename(path))[0] for path in glob.glob(os.path.join(demos, "*.c"))]

assert sorted(names) == sorted(sources), f"catalog {sorted(names)}, sources {sorted(sources)}"
assert names[0] == "deadlock", "the first demonstration is the one that ./dev run shows"
for entry in catalog:
    assert all(entry[key].strip() for key in ("name", "title", "text", "theme")), entry
    assert os.access(os.path.join(build, "demos", entry["name"]), os.X_OK), entry["name"]

listed = subprocess.run([heddle, "demo", "--list"], capture_output=True, text=True, timeout=20)
assert listed.returncode == 0, listed
assert [line.split()[0] for line in listed.stdout.splitlines()] == names, listed.stdout
unknown = subprocess.run([heddle, "demo", "no-such-demo"], capture_output=True, text=True, timeout=20)
assert unknown.returncode == 2 and "no-such-demo" in unknown.stderr and names[0] in unknown.stderr, unknown
