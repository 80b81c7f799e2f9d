#!/usr/bin/env python3
"""Checks the house rules that a compiler does not: which layer includes which, layers' outside libraries, words that mean 'unfinished',
headers of one name in two of the viewer's layers and, with a build, functions of one name in two of its libraries.

usage: lint.py [ROOT [BUILD]]    prints a line a breach; exits 1 when there is one
"""
import collections
import os
import re
import subprocess
import sys

ROOT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")

# layer -> the layers whose headers it may include (besides its own), and the outside headers that it may not
MAY_USE = {
    "runtime/schema": [],
    "runtime/emit": ["runtime/schema"],
    "runtime/provider": ["runtime/schema"],
    "runtime/primitives": ["runtime/emit", "runtime/schema"],
    "runtime/preload": ["runtime/emit", "runtime/schema"],
    "tracer": ["runtime/schema"],
    "viewer/catalog": [],
    "viewer/model": ["runtime/schema"],
    "viewer/load": ["viewer/model", "runtime/schema"],
    "viewer/analysis": ["viewer/model", "runtime/schema"],
    "viewer/draw": ["viewer/analysis", "viewer/model", "runtime/schema"],
    "viewer/ui": ["viewer/catalog", "viewer/draw", "viewer/analysis", "viewer/load", "viewer/model", "runtime/schema"],
    "viewer/cli": ["viewer/catalog", "viewer/draw", "viewer/analysis", "viewer/load", "viewer/model", "runtime/schema"],
    "demos": ["runtime/primitives", "runtime/emit", "runtime/schema"],
}
OUTSIDE = {  # header prefix -> the only layers that may include it
    "gtk/": ["viewer/ui"],
    "gdk/": ["viewer/ui"],
    "cairo": ["viewer/draw", "viewer/ui", "viewer/cli"],
    "pango/": ["viewer/draw", "viewer/ui"],
    "glib": ["tracer", "viewer/catalog", "viewer/model", "viewer/load", "viewer/analysis", "viewer/draw", "viewer/ui", "viewer/cli"],
    "babeltrace2/": ["viewer/load"],
    "elfutils/": ["viewer/load"],
    "lttng/tracepoint": ["runtime/provider"],
    "lttng/ust": ["runtime/provider"],
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|not implemented")


def files():
    for layer in MAY_USE:
        for folder, folders, names in os.walk(os.path.join(ROOT, layer)):
            folders[:] = [name for name in folders if name != "tests"]
            for name in names:
                if name.endswith((".c", ".h")):
                    yield layer, os.path.join(folder, name)


def same_headers():
    """A header's name in two of the viewer's layers: which one is included would depend on the order of the include paths."""
    homes = collections.defaultdict(set)
    for layer, path in files():
        if path.endswith(".h") and layer.startswith("viewer/"):
            homes[os.path.basename(path)].add(layer)
    return [f"{name}: a header of this name in {' and '.join(sorted(layers))}" for name, layers in sorted(homes.items()) if len(layers) > 1]


def same_symbols(build):
    """A global symbol of two of the viewer's libraries: the linker would take whichever comes first."""
    homes = collections.defaultdict(set)
    for layer in MAY_USE:
        library = os.path.join(build, layer, f"libheddle-{os.path.basename(layer)}.a")
        if not layer.startswith("viewer/") or not os.path.exists(library):
            continue
        listing = subprocess.run(["nm", "--extern-only", "--defined-only", library], capture_output=True, text=True, check=True).stdout
        for line in listing.splitlines():
            fields = line.split()
            if len(fields) == 3:
                homes[fields[2]].add(layer)
    wrong = [f"{name}: defined in {' and '.join(sorted(layers))}" for name, layers in sorted(homes.items()) if len(layers) > 1]
    return wrong + [f"{name}: a global symbol of {next(iter(layers))} that does not begin with hd_"
                    for name, layers in sorted(homes.items()) if not name.lstrip("_").startswith(("hd_", "asan", "ubsan", "odr_asan"))]


def main():
    homes = {}
    for layer, path in files():
        if path.endswith(".h"):
            homes.setdefault(os.path.basename(path), set()).add(layer)
    repeated = same_headers() + (same_symbols(sys.argv[2]) if len(sys.argv) > 2 else [])
    for line in repeated:
        print(line)
    wrong = len(repeated)
    for layer, path in files():
        shown = os.path.relpath(path, ROOT)
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            problem = None
            if include:
                name = include.group(2)
                home = homes.get(os.path.basename(name), set()) if include.group(1) == '"' else set()
                if home and layer not in home and not home & set(MAY_USE[layer]):
                    problem = f"{layer} may not use {', '.join(sorted(home))} ({name})"
                for prefix, layers in OUTSIDE.items():
                    if name.startswith(prefix) and layer not in layers:
                        problem = f"{layer} may not include <{name}>"
            elif UNFINISHED.search(line):
                problem = "unfinished by its own words"
            if problem:
                wrong += 1
                print(f"{shown}:{number}: {problem}")
    sys.exit(wrong > 0)


main()
