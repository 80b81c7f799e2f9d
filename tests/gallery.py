"""Records the demonstrations and renders their pictures: for each a small one, light and dark; large ones of those that the catalog marks
"large", with the page that shows them.

usage: gallery.py BUILD_FOLDER GALLERY_FOLDER [NAME...]

Without names: all, and pictures that no demonstration has any more are deleted. One that cannot be recorded keeps its old pictures; the others
go on, and the status is 1. Recordings are made one after the other, since others beside them would show in their timing.
"""
import concurrent.futures
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

# A bound against hangs, not an expectation.
PATIENCE_S = 120
THEMES = ("light", "dark")
COLOURS = 64
# Where what is to be seen is not what is chosen by itself: more options of `heddle render`.
VIEWS = {"two-tills": ("--from", "0")}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}")


def record(build, name, folder):
    """A demonstration may end by any status: that it fails can be its lesson."""
    recording = os.path.join(folder, name + ".heddle")
    program = os.path.join(build, "demos", name)
    done = subprocess.run([os.path.join(build, "heddle"), "record", "-o", recording, "--", program], capture_output=True, text=True,
                          timeout=PATIENCE_S, stdin=subprocess.DEVNULL, cwd=folder)
    if not os.path.exists(os.path.join(recording, "recording.json")):
        raise RuntimeError(f"not recorded: {done.stderr.strip()}")
    return recording


def render(build, recording, picture, theme, *options):
    """Written beside its place first: what fails leaves the old one. Of few colours, which is a third of the bytes."""
    plain = f"{picture[:-4]}-plain.png"
    try:
        run(os.path.join(build, "heddle"), "render", recording, "-o", plain, "--theme", theme, *options)
        if shutil.which("convert"):
            run("convert", plain, "-strip", "-dither", "None", "-colors", str(COLOURS), "-define", "png:compression-level=9",
                f"PNG8:{plain}")
        os.replace(plain, picture)
    finally:
        if os.path.exists(plain):
            os.remove(plain)


def render_all(build, gallery, demo, recording):
    name, view = demo["name"], VIEWS.get(demo["name"], ())
    for theme in THEMES:
        render(build, recording, os.path.join(gallery, f"{name}-{theme}.png"), theme, "--thumbnail", *view)
        if demo.get("large"):
            render(build, recording, os.path.join(gallery, "large", f"{name}-{theme}.png"), theme, *view)
    shutil.rmtree(recording, ignore_errors=True)


def page(demos):
    """The page of the large pictures: each with its sentence and with what to look at."""
    lines = ["# Gallery", "", "Recordings of Heddle's demonstrations, as `heddle render` draws them. Each is a small C program with a lesson on top:",
             "`heddle demo NAME` records it anew and opens it with its lesson beside the timeline; `heddle demo --list` names all of them. "
             "`./dev gallery` makes these pictures.", ""]
    for demo in demos:
        name, title = demo["name"], demo["title"]
        lines += [f"## {title}", "", demo["text"], ""]
        lines += ["<picture>", f'  <source media="(prefers-color-scheme: dark)" srcset="large/{name}-dark.png">',
                  f'  <img alt="The recording of {name}: {title}" src="large/{name}-light.png">', "</picture>", ""]
        lines += [f"**{paragraph['head']}:** {paragraph['text']}" for paragraph in demo["lesson"] if paragraph["head"] == "What to look at"]
        lines += ["", f"`heddle demo {name}` · [its source](../../demos/{name}.c)", ""]
    return "\n".join(lines)


def main(build, gallery, *names):
    with open(os.path.join(build, "demos", "catalog.json"), encoding="utf-8") as file:
        demos = [demo for theme in json.load(file)["themes"] for demo in theme["demos"]]
    unknown = set(names) - {demo["name"] for demo in demos}
    if unknown:
        raise SystemExit(f"no demonstration: {', '.join(sorted(unknown))}")
    os.makedirs(os.path.join(gallery, "large"), exist_ok=True)
    wanted = [demo for demo in demos if not names or demo["name"] in names]
    failures = {}
    with tempfile.TemporaryDirectory(prefix="heddle-gallery-") as folder, concurrent.futures.ThreadPoolExecutor(2) as renderers:
        rendering = {}
        for number, demo in enumerate(wanted, 1):
            print(f"{number}/{len(wanted)} {demo['name']}", flush=True)
            try:
                rendering[demo["name"]] = renderers.submit(render_all, build, gallery, demo, record(build, demo["name"], folder))
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                failures[demo["name"]] = error
        for name, future in rendering.items():
            if future.exception():
                failures[name] = future.exception()
    large = [demo for demo in demos if demo.get("large")]
    if not names:
        kept = {f"{demo['name']}-{theme}.png" for demo in demos for theme in THEMES}
        kept |= {os.path.join("large", f"{demo['name']}-{theme}.png") for demo in large for theme in THEMES}
        for picture in glob.glob("**/*.png", root_dir=gallery, recursive=True):
            if picture not in kept:
                os.remove(os.path.join(gallery, picture))
    with open(os.path.join(gallery, "README.md"), "w", encoding="utf-8") as file:
        file.write(page(large))
    for name, error in failures.items():
        print(f"{name}: {error}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*[os.path.abspath(argument) for argument in sys.argv[1:3]], *sys.argv[3:]))
