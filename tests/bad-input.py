#!/usr/bin/env python3
"""Bad input through every command that reads: one clear line and exit 3, or what is left of it with a note. Never a crash, a hang, a
traceback or a complaint of GLib.

usage: bad-input.py BUILD GOLDEN [WITH-DISPLAY]      with it heddle view is tried, too
"""
import itertools
import json
import os
import shutil
import struct
import subprocess
import sys

from common import HEDDLE, must, run_tests

GOLDEN = os.path.abspath(sys.argv[2])
WITH_DISPLAY = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
FINISH = os.path.join(os.path.dirname(HEDDLE), "viewer", "cli", "heddle-finish")
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
PATIENCE_S = 60  # against hangs only
NOISE = ("CRITICAL", "WARNING", "Traceback", "Sanitizer", "runtime error", "assert", "core dumped")


def run(command, prefix=()):
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "G_DEBUG": ""}
    return subprocess.run([*prefix, *command], capture_output=True, timeout=PATIENCE_S, check=False, stdin=subprocess.DEVNULL, env=environment)


def commands(recording, folder):
    picture = os.path.join(folder, "picture.png")
    for words in (["report"], ["report", "--json"], ["check"], ["info"]):
        yield words, [HEDDLE, *words, recording]
    yield ["render"], [HEDDLE, "render", recording, "-o", picture]
    yield ["finish"], [FINISH, recording]


def expect_quiet(name, done):
    errors = done.stderr.decode(errors="replace")
    must(done.returncode >= 0, f"{name} died by signal {-done.returncode}: {errors}")
    for noise in NOISE:
        must(noise not in errors, f"{name}: {errors}")


def expect(recording, folder, wanted, prefix=()):
    """wanted: 'refused', 'left' (with a note or banner), 'fine' (nothing is missing), or 'any' of them, the same for all commands."""
    outcomes = {}
    for words, command in commands(recording, folder):
        name = f"{' '.join(words)} {recording!r}"
        done = run(command, prefix)
        expect_quiet(name, done)
        if done.returncode == 3:
            errors = done.stderr.decode(errors="replace")
            must(errors.count("\n") == 1 and errors.startswith("heddle: "), f"{name}: not one clear line: {errors!r}")
            must(not done.stdout, f"{name}: refused, but printed {done.stdout[:100]!r}")
            outcomes[words[0]] = "refused"
        else:
            must(done.returncode in ((0, 1) if words == ["check"] else (0,)), f"{name} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
            outcomes[words[0]] = "left"
        if words == ["report", "--json"] and done.returncode == 0:
            json.loads(done.stdout)
        if words == ["info"] and done.returncode == 0:
            must(wanted != "left" or b"note " in done.stdout, f"{name}: something is missing, and nothing says so: {done.stdout.decode(errors='replace')}")
    must(len(set(outcomes.values())) == 1, f"commands disagree: {outcomes}")
    outcome = next(iter(outcomes.values()))
    must(wanted == "any" or (wanted == "refused") == (outcome == "refused"), f"{recording!r} was {outcome}, not {wanted}")
    return outcome


RECORDINGS = ("deadlock.heddle", "vocabulary.heddle", "tasks.heddle")


def copy(folder, name="deadlock.heddle"):
    target = os.path.join(folder, "r.heddle")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(os.path.join(GOLDEN, name), target)
    for path, folders, files in os.walk(target):
        for entry in folders + files:
            os.chmod(os.path.join(path, entry), 0o755 if entry in folders else 0o644)
    return target


def find(recording, wanted):
    found = [os.path.join(path, name) for path, _, files in os.walk(os.path.join(recording, "trace")) for name in sorted(files) if wanted(name)]
    return sorted(found)


def streams(recording):
    return find(recording, lambda name: name.startswith("heddle_") and "." not in name)


def rewrite(path, change):
    with open(path, "rb") as file:
        content = bytearray(file.read())
    changed = change(content)
    with open(path, "wb") as file:
        file.write(content if changed is None else changed)


def test_not_a_recording(folder):
    def place(name):
        return os.path.join(folder, name)
    os.mkdir(place("empty"))
    os.mkdir(place("empty.heddle"))
    with open(place("text"), "w", encoding="utf-8") as file:
        file.write("hello\nworld\n")
    with open(place("bytes"), "wb") as file:
        file.write(bytes(range(256)) * 64)
    with open(place("nothing"), "w", encoding="utf-8"):
        pass
    os.mkfifo(place("fifo"))
    os.symlink("loop", place("loop"))
    os.symlink("nowhere", place("broken"))
    os.mkdir(place("ring"))
    os.symlink(".", place("ring/again"))
    os.mkdir(place("odd"))
    os.mkfifo(place("odd/metadata"))
    os.mkfifo(place("odd/recording.json"))
    with open(place("huge"), "wb") as file:
        file.truncate(1 << 40)
    for name in ("empty", "empty.heddle", "text", "bytes", "nothing", "fifo", "loop", "broken", "ring", "odd", "huge", "not-there", "text/below",
                 "line\nbreak", "\x1b[31mred", "x" * 300, "a/" * 3000):
        expect(place(name), folder, "refused")
    for path in ("/dev/null", "/dev/zero", "/proc/self/mem", "/proc/self/fd/0", ""):
        expect(path, folder, "refused")


def test_without_permission(folder):
    if not os.access(folder, os.X_OK):
        return
    os.chmod(folder, 0o777)
    recording = copy(folder)
    for path, mode, wanted in ((".", 0, "refused"), ("trace", 0, "any"), ("control", 0, "left"), ("recording.json", 0, "left"), ("schedule", 0, "left")):
        path = os.path.normpath(os.path.join(recording, path))
        before = os.stat(path).st_mode & 0o777
        os.chmod(path, mode)
        expect(recording, folder, wanted, AS_NOBODY)
        os.chmod(path, before)
    for path in streams(recording):
        os.chmod(path, 0)
    expect(recording, folder, "any", AS_NOBODY)


def test_links_instead_of_files(folder):
    for name in ("recording.json", "control", "schedule", "symbols", "trace"):
        for target in (name, "/dev/zero", "/dev/null", ".", "/proc/self/mem"):
            recording = copy(folder)
            path = os.path.join(recording, name)
            shutil.rmtree(path) if name == "trace" else os.remove(path)
            os.symlink(target, path)
            expect(recording, folder, "any")


def test_fifos_and_folders_instead_of_files(folder):
    for make in (os.mkfifo, os.mkdir):
        for name in ("recording.json", "control", "schedule", "symbols"):
            recording = copy(folder)
            os.remove(os.path.join(recording, name))
            make(os.path.join(recording, name))
            expect(recording, folder, "any")
        recording = copy(folder)
        for path in [*streams(recording), *find(recording, lambda name: name == "metadata")]:
            os.remove(path)
            make(path)
        expect(recording, folder, "any")


def test_truncated_packets(folder):
    for name, share in itertools.product(RECORDINGS, (0, 0.01, 0.3, 0.7, 0.99)):
        recording = copy(folder, name)
        for path in streams(recording):
            os.truncate(path, int(os.path.getsize(path) * share))
        expect(recording, folder, "any")


def test_cut_metadata(folder):
    for name, share in itertools.product(RECORDINGS, (0, 0.01, 0.5)):
        recording = copy(folder, name)
        for path in find(recording, lambda name: name == "metadata"):
            os.truncate(path, int(os.path.getsize(path) * share))
        expect(recording, folder, "left")
    for golden in ("pthread-actors", "every-event"):
        recording = copy(folder, golden)
        os.truncate(os.path.join(recording, "ust/uid/0/64-bit/metadata"), 3000)
        expect(recording, folder, "any")


def test_flipped_bytes(folder):
    for name, step in itertools.product(RECORDINGS, (7, 101, 997, 4999)):
        recording = copy(folder, name)
        for path in streams(recording):
            def flip(content, step=step):
                for at in range(step, len(content), step):
                    content[at] ^= 0xff
            rewrite(path, flip)
        expect(recording, folder, "any")


def test_huge_claims(folder):
    """Sizes, counts and times of the largest kind, wherever a number stands."""
    recording = copy(folder)
    for path in streams(recording):
        rewrite(path, lambda content: content[:64].replace(content[24:64], b"\xff" * 40) + content[64:])
    expect(recording, folder, "any")
    recording = copy(folder)
    rewrite(os.path.join(recording, "control"), lambda content: content[:8] + b"\xff" * 4088 + content[4096:])
    expect(recording, folder, "left")
    recording = copy(folder)
    os.truncate(os.path.join(recording, "control"), 1 << 43)
    expect(recording, folder, "any")
    recording = copy(folder)
    os.truncate(os.path.join(recording, "schedule"), 1 << 36)
    expect(recording, folder, "left")
    recording = copy(folder)
    for path in streams(recording):
        os.truncate(path, 1 << 43)
    expect(recording, folder, "any")


def test_damaged_control(folder):
    changes = [lambda content: content[:100], lambda content: b"", lambda content: bytes(len(content)), lambda content: b"\xff" * len(content),
               lambda content: content[:4096] + b"\xff" * (len(content) - 4096), lambda content: content[:4096] + bytes(range(256)) * 40]
    for name, change in itertools.product(RECORDINGS, changes):
        recording = copy(folder, name)
        rewrite(os.path.join(recording, "control"), change)
        expect(recording, folder, "any")


def test_damaged_schedule(folder):
    record = struct.Struct("<QIIHB5x")
    changes = [lambda content: content[:-5], lambda content: b"x", lambda content: b"\xff" * 4800, lambda content: bytes(4800),
               lambda content: bytes(reversed(content)), lambda content: b"".join(record.pack(2**62 + i, i, i, i % 65536, i % 7) for i in range(500))]
    for name, change in itertools.product(RECORDINGS, changes):
        recording = copy(folder, name)
        rewrite(os.path.join(recording, "schedule"), change)
        expect(recording, folder, "any")


ODD_VALUES = [None, True, -1, 0, 2**63 - 1, -2**63, 1e308, "", "text", "\u202e\n\x1b[31m", "x" * 100000, [], {}, [None], [[]], {"a": []}]


def test_damaged_recording_json(folder):
    for content in (b"", b"{", b"[]", b"null", b"{}", b"[" * 100000, b"\xff\xfe", b'{"a":' * 5000, b"{}" * 10, b'{"started_ns":' + b"9" * 400 + b"}"):
        recording = copy(folder)
        rewrite(os.path.join(recording, "recording.json"), lambda _, content=content: content)
        expect(recording, folder, "any")
    with open(os.path.join(GOLDEN, "deadlock.heddle", "recording.json"), encoding="utf-8") as file:
        good = json.load(file)
    for number, odd in enumerate(ODD_VALUES):
        recording = copy(folder)
        for part, keys in enumerate((list(good), list(good)[number::3])):
            damaged = {**good, **{key: odd for key in keys}}
            if part:
                damaged["schedule"] = {"observed": odd, "reason": odd}
                damaged["outlived"] = damaged["notes"] = damaged["arguments"] = [odd, 7, odd]
            with open(os.path.join(recording, "recording.json"), "w", encoding="utf-8") as file:
                json.dump(damaged, file)
            must(expect(recording, folder, "any") == "left", f"a wrong value in recording.json cost everything: {str(odd)[:40]!r}")


def damage_values(value, odd, number, counter):
    """Replaces every third value in a tree of JSON."""
    counter[0] += 1
    if counter[0] % 3 == number % 3 and counter[0] > 1:
        return odd
    if isinstance(value, dict):
        return {key: damage_values(entry, odd, number, counter) for key, entry in value.items()}
    if isinstance(value, list):
        return [damage_values(entry, odd, number, counter) for entry in value]
    return value


def test_damaged_symbols(folder):
    with open(os.path.join(GOLDEN, "vocabulary.heddle", "symbols"), encoding="utf-8") as file:
        good = json.load(file)
    for content in (b"", b"{", b"[]", b"null", b"[" * 100000, b"\xff"):
        recording = copy(folder, "vocabulary.heddle")
        rewrite(os.path.join(recording, "symbols"), lambda _, content=content: content)
        expect(recording, folder, "any")
    for number, odd in enumerate(ODD_VALUES):
        recording = copy(folder, "vocabulary.heddle")
        with open(os.path.join(recording, "symbols"), "w", encoding="utf-8") as file:
            json.dump(damage_values(good, odd, number, [0]), file)
        expect(recording, folder, "any")


def test_missing_stream(folder):
    """What one CPU's threads sent is gone: sites, names and the other halves of items, jobs and waits with it."""
    for number in range(len(streams(copy(folder, "vocabulary.heddle")))):
        recording = copy(folder, "vocabulary.heddle")
        os.remove(streams(recording)[number])
        expect(recording, folder, "left")


def test_view(folder):
    """What cannot be opened from the command line is said there; what is left of a damaged recording is shown."""
    if not WITH_DISPLAY:
        return
    empty = os.path.join(folder, "empty")
    os.mkdir(empty)
    recording = copy(folder, "vocabulary.heddle")
    for path in streams(recording):
        os.truncate(path, os.path.getsize(path) * 2 // 3)
    for path in ("/dev/null", empty, os.path.join(folder, "not-there"), recording):
        picture = os.path.join(folder, "view.png")
        done = run([WITH_DISPLAY, HEDDLE, "view", "--screenshot", picture, path])
        expect_quiet(f"view {path}", done)
        must(done.returncode == (0 if path == recording else 3), f"view {path} ended with {done.returncode}")
        must(path == recording or done.stderr.count(b"\n") == 1, f"view {path}: not one clear line: {done.stderr!r}")
        must(path != recording or os.path.getsize(picture) > 10000, "there is no picture of what is left")


wanted = [argument for argument in sys.argv if argument.startswith("test_")]
run_tests([function for name, function in list(globals().items()) if name.startswith("test_") and (not wanted or name in wanted)])
