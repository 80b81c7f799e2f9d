#!/usr/bin/env python3
"""Programs that know nothing of Heddle behave under `heddle record` as they do alone: the same bytes out, the same status, whatever they are
made of. The recording is whole each time.

usage: foreign.py BUILD
"""
import os
import shutil
import subprocess
import sys

from common import BUILD, HEDDLE, Failed, must, report, run_tests, verify

THREADS = """
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int count;
static void *add(void *p) { for (int i = 0; i < 1000; i++) { pthread_mutex_lock(&m); count++; free(malloc(32)); pthread_mutex_unlock(&m); } return p; }
int main(int argc, char **argv) {
  pthread_t t[3];
  for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, add, 0);
  for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
  printf("%d\\n", count);
  if (argc > 1) { char *gone = malloc(8); free(gone); printf("%d\\n", *(volatile char *)gone); }
  return 5;
}
"""


def ours(line):
    return line.startswith(b"heddle")


def run(command, given=b"", **options):
    done = subprocess.run(command, input=given, capture_output=True, timeout=120, **options)
    return done.returncode, done.stdout, b"".join(line for line in done.stderr.splitlines(True) if not ours(line))


def same(path, *command, given=b"", quiet=True, **options):
    """Runs a command alone and recorded; what the recording's report says."""
    recording = os.path.join(path, "r.heddle")
    shutil.rmtree(recording, ignore_errors=True)
    alone = run(command, given, **options)
    recorded = run([HEDDLE, "record", "-o", recording, "--", *command], given, **options)
    must(recorded[:2] == alone[:2], f"{command}: alone {str(alone)[:400]}, recorded {str(recorded)[:400]}")
    must(not quiet or recorded[2] == alone[2], f"{command}: stderr alone {alone[2][:400]}, recorded {recorded[2][:400]}")
    verify(recording)
    said = report(recording)
    must(said["recording"]["events_lost"] == 0, f"{command}: {said['recording']['events_lost']} events lost")
    return said


def compiled(path, *flags, source=THREADS):
    """A program built with these flags; None when this machine cannot."""
    program = os.path.join(path, "program")
    made = subprocess.run(["cc", "-g", "-O1", "-pthread", "-x", "c", "-", "-o", program, *flags], input=source, text=True, capture_output=True, check=False)
    return program if made.returncode == 0 and subprocess.run([program], capture_output=True, check=False).returncode == 5 else None


def acquisitions(said):
    return max((item["acquisitions"] for item in said["objects"] if item["kind"] == "lock"), default=0)


def test_bytes_pass_through(path):
    every_byte = bytes(range(256)) * 8192
    same(path, "cat", given=every_byte)
    same(path, "sh", "-c", "cat; cat /dev/null >&2; echo err >&2; exit 4", given=every_byte)
    same(path, "sh", "-c", "yes | head -n 100000 | tail -n 3; kill -PIPE $$")
    same(path, "head", "-c", "3", given=every_byte)


def test_shell_script(path):
    script = os.path.join(path, "script.sh")
    with open(script, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\nfor i in 1 2 3; do (echo $i | cat) & wait; done\ntrap 'echo bye' EXIT\nread line\necho \"$line\"\nexit 9\n")
    os.chmod(script, 0o755)
    same(path, "sh", script, given=b"given\n")
    said = same(path, script, given=b"given\n")
    must(said["recording"]["processes"] >= 10, said["recording"])


def test_environment_of_its_own(path):
    program = compiled(path)
    own = os.path.join(path, "own.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", own], input="int getpagesize(void) { return 7; }\n", text=True, check=True)
    said = same(path, "env", f"LD_PRELOAD={own}", program, env={**os.environ, "KEPT": "1"})
    must(said["recording"]["processes"] == 1, said["recording"])
    said = same(path, program, env={**os.environ, "LD_PRELOAD": own})
    must(acquisitions(said) == 3000, f"{acquisitions(said)} of 3000 acquisitions")
    same(path, "env", "-i", program)
    same(path, "sh", "-c", "env | grep -v '^_=\\|^SHLVL\\|HEDDLE\\|LTTNG\\|LD_PRELOAD\\|ASAN' | sort")


def test_limits(path):
    program = compiled(path)
    for limit in ("-n 16", "-n 64", "-v 1000000", "-f 1", "-c 0", "-s 1024"):
        said = same(path, "sh", "-c", f"ulimit {limit}; exec {program}")
        must(acquisitions(said) == 3000 or limit == "-n 16", f"ulimit {limit}: {acquisitions(said)} of 3000 acquisitions")


def test_static_program(path):
    program = compiled(path, "-static")
    if program:
        same(path, program)


def test_sanitizers(path):
    """Another library that wraps the same functions. What it says of a wrong program, it says all the same."""
    for kind in ("address", "undefined", "thread"):
        program = compiled(path, f"-fsanitize={kind}")
        if not program:
            continue
        same(path, "env", "-i", program)
        same(path, "env", "ASAN_OPTIONS=detect_leaks=0", program)
        said = same(path, program)
        must(kind == "thread" or acquisitions(said) == 3000, f"{kind}: {acquisitions(said)} of 3000 acquisitions")
        if kind == "address":
            recording = os.path.join(path, "wrong.heddle")
            alone, recorded = run([program, "wrong"]), run([HEDDLE, "record", "-o", recording, "--", program, "wrong"])
            must(alone[0] == recorded[0] and b"heap-use-after-free" in recorded[2], f"alone {alone}, recorded {recorded}")


def test_interpreters(path):
    same(path, sys.executable, "-c", "import threading; t = threading.Thread(target=print, args=('woven',)); t.start(); t.join(); raise SystemExit(6)")
    if shutil.which("perl"):
        same(path, "perl", "-e", "if (my $p = fork) { waitpid $p, 0; print $? >> 8; exit 3 } exit 7")


run_tests([value for name, value in list(globals().items()) if name.startswith("test_")])
