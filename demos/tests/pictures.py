"""Every demonstration of the catalog has its pictures, small ones light and dark, large ones where it is marked so; and no picture is left over.

usage: pictures.py BUILD_FOLDER GALLERY_FOLDER        (./dev gallery makes them)
"""
import glob
import json
import os
import struct
import sys

build, gallery = sys.argv[1:]
SMALL, LARGE = (576, 324), (1600, 1000)  # large ones are as high as their content, at most
BYTES_MAX = 12 * 1024

with open(os.path.join(build, "demos", "catalog.json"), encoding="utf-8") as file:
    demos = [demo for theme in json.load(file)["themes"] for demo in theme["demos"]]
wanted = {f"{demo['name']}-{theme}.png": SMALL for demo in demos for theme in ("light", "dark")}
wanted |= {f"large/{demo['name']}-{theme}.png": LARGE for demo in demos if demo.get("large") for theme in ("light", "dark")}
there = set(glob.glob("**/*.png", root_dir=gallery, recursive=True))
assert there == set(wanted), f"missing: {sorted(set(wanted) - there)}, left over: {sorted(there - set(wanted))}; './dev gallery' makes them"

for picture, size in wanted.items():
    path = os.path.join(gallery, picture)
    with open(path, "rb") as file:
        head = file.read(24)
    width, height = struct.unpack(">II", head[16:24])
    fits = width == size[0] and (height == size[1] or (size == LARGE and height < size[1]))
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and fits, f"{picture}: not a PNG of {size}"
    assert size == LARGE or os.path.getsize(path) <= BYTES_MAX, f"{picture}: {os.path.getsize(path)} bytes"

with open(os.path.join(gallery, "README.md"), encoding="utf-8") as file:
    page = file.read()
large = [demo for demo in demos if demo.get("large")]
assert len(large) >= 10, "the page shows ten"
for demo in large:
    assert demo["title"] in page and f"large/{demo['name']}-light.png" in page and f"large/{demo['name']}-dark.png" in page, demo["name"]
