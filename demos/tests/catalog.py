"""Holds the catalog of the demos against the sources, the programs, their lessons and what `heddle demo --list` prints.

usage: catalog.py BUILD_FOLDER DEMOS_FOLDER
"""
import glob
import json
import os
import re
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

with open(os.path.join(build, "demos", "catalog.json"), encoding="utf-8") as file:
    themes = json.load(file)["themes"]
shown = [demo for theme in themes for demo in theme["demos"]]
assert sorted(demo["name"] for demo in shown) == sorted(names), "the build's catalog is another one"
for demo in shown:
    heads = [paragraph["head"] for paragraph in demo["lesson"]]
    assert heads[:1] == [None] and "What to look at" in heads, f"{demo['name']}: no lesson, or it does not say what to look at: {heads}"
    for paragraph in demo["lesson"]:
        assert paragraph["text"] and not re.search(r"expect:|^\*|\s\*\s|\n", paragraph["text"]), (demo["name"], paragraph)
    assert set(demo.get("uses", [])) <= {"seed", "gil"}, demo["name"]


def listed(*words):
    """The names and the titles that `heddle demo --list` prints, of lines that fit on 80 columns."""
    printed = subprocess.run([heddle, "demo", "--list", *words], capture_output=True, text=True, timeout=20)
    lines = printed.stdout.splitlines()
    assert printed.returncode == (0 if lines else 2), printed
    assert all(len(line) <= 80 for line in lines), max(lines, key=len)
    return [line.split()[0] for line in lines if re.match(r"  \S", line)], [line for line in lines if re.match(r"\S", line)]


assert listed() == ([demo["name"] for demo in shown], [theme["title"] for theme in themes])
for theme in themes:
    in_theme, titles = listed(theme["name"])
    assert set(in_theme) >= {demo["name"] for demo in theme["demos"]} and theme["title"] in titles, theme["name"]
assert "hot-lock" in listed("hot")[0]
assert listed("no-such-theme") == ([], [])
unknown = subprocess.run([heddle, "demo", "no-such-demo"], capture_output=True, text=True, timeout=20)
assert unknown.returncode == 2 and "no-such-demo" in unknown.stderr and names[0] in unknown.stderr, unknown
