#!/usr/bin/env python3
"""Runs a program bare, under the preload, and recorded into a control file with the logging provider; it must succeed each time.

usage: run-preloaded.py PRELOAD PROVIDER MODE PROGRAM [SOURCE]
MODE check: then the log must agree with the `log:` and `nolog:` lines in SOURCE.
MODE hang: lets it hang in several ways and looks into its slot.
"""
import os, re, struct, subprocess, sys, tempfile, time

HEADER_BYTES, SLOT_BYTES, SLOT_CAPACITY, READY = 8192, 4096, 32768, 512


def control_file(path):
    """As the tracer makes it: magic, schema version, over, slots ready."""
    with open(path, "wb") as control:
        control.write(struct.pack("<QIII", 0x6C64646568, 1, 0, READY))
        control.truncate(HEADER_BYTES + SLOT_CAPACITY * SLOT_BYTES)


def slots(path):
    with open(path, "rb") as control:
        control.seek(HEADER_BYTES)
        for _ in range(8):
            slot = control.read(SLOT_BYTES)
            emitter, hold_count = struct.unpack_from("<I24xI", slot)
            active, _, _, wanted, partner = struct.unpack_from("<IIQQQ", slot, 48)
            holds = [struct.unpack_from("<Q", slot, 96 + 24 * i)[0] for i in range(hold_count)]
            if emitter:
                yield active, wanted, partner, holds


def recorded(preload, provider, folder):
    control = os.path.join(folder, "control")
    control_file(control)
    return control, dict(os.environ, LD_PRELOAD=preload, HEDDLE_CONTROL=control, HEDDLE_PROVIDER=provider,
                         HEDDLE_TEST_LOG=os.path.join(folder, "log"))


def check(preload, provider, folder, program, source):
    for environment in (dict(os.environ), dict(os.environ, LD_PRELOAD=preload), recorded(preload, provider, folder)[1]):
        subprocess.run([program], env=environment, check=True, timeout=60)
    with open(os.path.join(folder, "log"), encoding="utf-8") as log:
        lines = log.read().splitlines()
    with open(source, encoding="utf-8") as text:
        wants = re.findall(r"^ \* (log|nolog): (.*)$", text.read(), re.M)
    assert wants, "no expectations"
    wrong = [f"{kind}: {pattern}" for kind, pattern in wants if any(re.search(pattern, line) for line in lines) != (kind == "log")]
    if wrong:
        print("\n".join(sorted(set(lines))[:200]), *wrong, sep="\n", file=sys.stderr)
    return not wrong


# Which way to hang, with how many holds, and what the wait is for.
HANGS = [("relock", 1, 1, "held"), ("semaphore", 1, 1, "other"), ("rwlock", 2, 1, "held"), ("condition", 2, 1, "partner"), ("pipe", 3, 1, "shared"),
         ("pause", 3, 2, "none")]


def hang(preload, provider, folder, program):
    for way, hold_count, kind, what in HANGS:
        control, environment = recorded(preload, provider, folder)
        process = subprocess.Popen([program, way], env=environment)
        try:
            deadline, found = time.monotonic() + 20, []
            while time.monotonic() < deadline and not any(active == kind for active, *_ in found):
                time.sleep(0.02)
                found = list(slots(control))
            assert len(found) == 1, (way, found)
            active, wanted, partner, holds = found[0]
            assert active == kind and len(holds) == hold_count, (way, found)
            assert {"held": wanted in holds, "other": wanted and wanted not in holds, "shared": wanted >> 63, "none": not wanted,
                    "partner": partner and partner not in holds}[what], (way, found)
        finally:
            process.kill()
            process.wait()
    return True


def main():
    preload, provider, mode, program, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(not {"check": check, "hang": hang}[mode](preload, provider, folder, program, *rest))


main()
