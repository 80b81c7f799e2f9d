#!/usr/bin/env python3
"""heddle record in odd places: the program runs with its own output and status, whatever becomes of the recording; and nothing of it
stays behind. Then, when these tests run as root, all of it once more as an ordinary user.

usage: odd-places.py BUILD
"""
import contextlib
import os
import resource
import shutil
import subprocess
import sys
import time

from common import BUILD, HEDDLE, must, report, run_tests, verify

PATIENCE_S = 120
NOBODY = 65534
CONTEND = os.path.join(BUILD, "tests", "contend")


def record(folder, *command, recording="r.heddle", before=None, shell=None, **options):
    """Status, output and errors of a recorded command."""
    words = [HEDDLE, "record", "-o", recording, "--", *command]
    if shell:
        words = ["sh", "-c", shell + ' exec "$@"', "sh", *words]
    done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S, check=False, preexec_fn=before,
                          **options)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def expect(folder, recorded, *, recording="r.heddle", **options):
    """The program ran as ever; there is a whole recording, or a line says why not."""
    status, out, errors = record(folder, "sh", "-c", "echo out; exit 5", recording=recording, **options)
    must((status, out) == (5, "out\n"), f"ended with {status}, wrote {out!r}: {errors}")
    path = os.path.join(os.fsencode(folder), os.fsencode(recording))
    if recorded:
        must(report(path)["recording"]["complete"], f"the recording is not complete: {errors}")
        verify(path)
    else:
        must("heddle: not recorded: " in errors and not os.path.exists(path), f"not one line why: {errors}")


def test_output_anywhere(folder):
    for name in (b"sp ace", b"line\nbreak", "ü→✓".encode(), b"\xff\xfe", b"-dash", b"colon:and;more", b"x" * 200):
        expect(folder, True, recording=os.path.join(os.fsencode(folder), name + b".heddle"))


def test_program_of_any_name(folder):
    for number, name in enumerate((b"sp ace", b"line\nbreak", b"\xff\xfe", b"colon:")):
        program = os.path.join(os.fsencode(folder), name)
        shutil.copy("/bin/true", program)
        recording = f"{number}.heddle"
        status, _, errors = record(folder, program, recording=recording)
        must(status == 0, f"{name!r} ended with {status}: {errors}")
        verify(os.path.join(folder, recording))
    done = subprocess.run([HEDDLE, "record", "--", b"./line\nbreak"], cwd=folder, capture_output=True, timeout=PATIENCE_S, check=False)
    must(done.returncode == 0 and os.path.exists(os.path.join(os.fsencode(folder), b"line\nbreak-1.heddle")), f"{done}")


def test_folder_that_cannot_be_written(folder):
    if os.geteuid() == 0:
        return
    os.chmod(folder, 0o500)
    done = subprocess.run([HEDDLE, "record", "--", "true"], cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    os.chmod(folder, 0o700)
    must(done.returncode == 2 and done.stderr.count("\n") == 1, f"{done}")


def test_closed_standard_files(folder):
    for number, closed in enumerate(("<&-", ">&-", "2>&-", "<&- >&- 2>&-")):
        recording = f"{number}.heddle"
        status, _, errors = record(folder, "sh", "-c", "exit 5", recording=recording, shell=f"exec {closed};")
        must(status == 5, f"{closed}: ended with {status}: {errors}")
        verify(os.path.join(folder, recording))


def test_environment(folder):
    expect(folder, True, recording="empty.heddle", env={"PATH": "/usr/bin:/bin"})
    expect(folder, True, recording="huge.heddle", env={**os.environ, **{f"HUGE{i}": "x" * 100000 for i in range(15)}})


def limit(kind, value):
    return lambda: resource.setrlimit(kind, (value, value))


def test_limits(folder):
    expect(folder, True, recording="256.heddle", before=limit(resource.RLIMIT_NOFILE, 256))
    expect(folder, False, recording="64.heddle", before=limit(resource.RLIMIT_NOFILE, 64))
    expect(folder, False, recording="memory.heddle", before=limit(resource.RLIMIT_AS, 300 << 20))


@contextlib.contextmanager
def small_disk(folder, kilobytes):
    place = os.path.join(folder, "disk")
    os.mkdir(place)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", place], capture_output=True, check=False)
    try:
        yield place if done.returncode == 0 else None
    finally:
        subprocess.run(["umount", place], capture_output=True, check=False)


def test_full_disk(folder):
    """Filled before, and by the recording itself."""
    with small_disk(folder, 8000) as disk:
        if not disk:
            return
        status, _, errors = record(disk, CONTEND, "alone", "4", "1000000")
        must(status == 0 and "--min-free" in errors, f"ended with {status}: {errors}")
        must(report(os.path.join(disk, "r.heddle"))["recording"]["events"] > 0, "nothing is left of it")
        shutil.rmtree(os.path.join(disk, "r.heddle"))
        with contextlib.suppress(OSError), open(os.path.join(disk, "fill"), "wb", buffering=0) as file:
            while file.write(bytes(65536)):
                pass
        status, out, errors = record(disk, "sh", "-c", "echo out; exit 5")
        must((status, out) == (5, "out\n") and "not recorded" in errors, f"ended with {status}: {errors}")


def test_without_shared_memory(folder):
    if os.geteuid() != 0:
        return
    hide = "mount -t tmpfs -o ro,size=4k none /dev/shm"
    words = ["unshare", "-m", "sh", "-c", f'{hide} || exit 99; exec "$@"', "sh", HEDDLE, "record", "-o", "r.heddle", "--", "sh", "-c", "echo out; exit 5"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    must(done.returncode in (5, 99), f"{done}")
    must(done.returncode == 99 or (done.stdout == "out\n" and "not recorded" in done.stderr), f"{done}")


def test_recording_in_a_recording(folder):
    """The inner one has the program, the outer one the inner recorder."""
    words = [HEDDLE, "record", "-o", "outer.heddle", "--", HEDDLE, "record", "-o", "inner.heddle", "--", CONTEND, "threads", "3", "2000"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    must(done.returncode == 0, f"{done}")
    inner, outer = (report(os.path.join(folder, name)) for name in ("inner.heddle", "outer.heddle"))
    for name, said in (("inner", inner), ("outer", outer)):
        must(said["recording"]["complete"], f"the {name} recording: {said['recording']}")
        verify(os.path.join(folder, name + ".heddle"))
    must(sum(o["acquisitions"] for o in inner["objects"] if o["kind"] == "lock") == 6000, "the inner recording lacks some")
    names = {actor["name"] for actor in outer["actors"]}
    must("heddle-record" in names and not any("lttng" in name for name in names), f"the outer recording has {sorted(names)}")


def processes_of_recordings():
    """Helpers of any recording that a test of this run, which has HEDDLE_TEST_RUN in its environment, has left."""
    left, mark = [], f"HEDDLE_TEST_RUN={os.environ['HEDDLE_TEST_RUN']}".encode()
    for name in filter(str.isdigit, os.listdir("/proc")):
        if int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as environment, open(f"/proc/{name}/cmdline", "rb") as command:
                words = command.read()
                if mark in environment.read().split(b"\0") and (b"heddle" in words or b"lttng" in words) and b"odd-places" not in words:
                    left.append(words.replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return left


def places():
    """Folders of recordings that are this user's, with nobody in them."""
    found = set()
    for place in ("/tmp", "/dev/shm"):
        for name in os.listdir(place):
            path = os.path.join(place, name)
            with contextlib.suppress(OSError):
                if name.startswith("heddle-") and not name.startswith("heddle-test") and os.lstat(path).st_uid == os.geteuid():
                    found.add(path)
    return found


def in_use():
    """LTTng homes and memories that processes name: other recordings may be going on."""
    named = b""
    for name in filter(str.isdigit, os.listdir("/proc")):
        for part in ("cmdline", "environ"):
            with contextlib.suppress(OSError), open(f"/proc/{name}/{part}", "rb") as file:
                named += file.read()
    return named


def test_zz_nothing_is_left(folder):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        used = in_use()
        left = processes_of_recordings() + [path for path in places() - PLACES_BEFORE if path.encode() not in used]
        if not left:
            return
        time.sleep(0.2)
    must(False, f"left behind: {left}")


def as_ordinary_user():
    """This file once more, as nobody, who can read the build."""
    try:
        os.stat(HEDDLE)
        probe = subprocess.run(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", HEDDLE, "--version"], capture_output=True, check=False)
    except OSError:
        return 0
    if probe.returncode != 0:
        print("     (an ordinary user cannot read the build: not tried as one)", flush=True)
        return 0
    home = os.path.join("/tmp", f"heddle-test-nobody-{os.getpid()}")
    os.mkdir(home, 0o700)
    os.chown(home, NOBODY, NOBODY)
    try:
        print("     as an ordinary user:", flush=True)
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", sys.executable, "-B", os.path.abspath(__file__), BUILD]
        environment = {**os.environ, "HOME": home, "TMPDIR": home, "USER": "nobody"}
        return subprocess.run(command, cwd=home, env=environment, check=False, timeout=600).returncode
    finally:
        shutil.rmtree(home, ignore_errors=True)


os.environ.setdefault("HEDDLE_TEST_RUN", str(os.getpid()))
PLACES_BEFORE = places()
status = as_ordinary_user() if os.geteuid() == 0 else 0
wanted = [argument for argument in sys.argv if argument.startswith("test_")]
try:
    run_tests([function for name, function in sorted(globals().items()) if name.startswith("test_") and (not wanted or name in wanted)])
except SystemExit as end:
    sys.exit(end.code or status)
