#!/usr/bin/env python3
"""Programs of the distribution, recorded: the same output, the same exit status and no complaint; and a recording that holds.

usage: programs.py BUILD [--long]     long: larger inputs, and all of the programs
"""
import hashlib
import os
import random
import shutil
import subprocess
import sys

from common import HEDDLE, LONG, must, report, run_tests, verify

PATIENCE_S = 300  # against hangs only


def make_text(path, megabytes):
    chance = random.Random(7)
    words = [bytes(chance.randrange(97, 123) for _ in range(chance.randrange(2, 10))) for _ in range(3000)]
    with open(path, "wb") as file:
        while file.tell() < megabytes * 1000000:
            file.write(b" ".join(chance.choices(words, k=20000)) + b"\n")


def run(command, folder):
    """Status and a digest of what it wrote."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S, check=False)
    return done.returncode, hashlib.sha256(done.stdout).hexdigest(), done.stderr.decode(errors="replace")


def compare(folder, *command, lossless=True):
    """Runs it bare and recorded; the report of the second."""
    if not shutil.which(command[0]):
        print(f"     ({command[0]} is not installed)", flush=True)
        return None
    recording = os.path.join(folder, "r.heddle")
    shutil.rmtree(recording, ignore_errors=True)
    status, output, errors = run(command, folder)
    recorded_status, recorded_output, recorded_errors = run([HEDDLE, "record", "-o", recording, "--", *command], folder)
    name = " ".join(command)[:80]
    must(recorded_status == status, f"{name}: ended with {recorded_status}, bare with {status}: {recorded_errors}")
    must(recorded_output == output, f"{name}: recorded it writes something else")
    own = [line for line in recorded_errors.splitlines(keepends=True) if not line.startswith("heddle")]
    must("".join(own) == errors, f"{name}: recorded it says {''.join(own)!r}, bare {errors!r}")
    counts, said = verify(recording), report(recording)
    must(said["recording"]["processes"] >= 1 and said["recording"]["events"] > 0, f"{name}: nothing was seen of it")
    must(said["actors"][0]["exit"] == status, f"{name}: the report says exit {said['actors'][0]['exit']}")
    if lossless:
        must(counts["lost"] == 0 and counts["complete"] == 1, f"{name}: {counts['lost']} events lost, complete {counts['complete']}")
    for finding in said["findings"]:
        must(finding["kind"] not in ("deadlock", "self-deadlock", "held-by-exited", "lost-wakeup", "stuck") or finding["grade"] != "occurred",
             f"{name}: it did not hang, but: {finding['summary']}")
    return said


def threads(said):
    return sum(actor["kind"] == "thread" for actor in said["actors"])


def test_pigz(folder):
    make_text(os.path.join(folder, "text"), 200 if LONG else 20)
    said = compare(folder, "pigz", "-p", "4", "-c", "text")
    must(said is None or (threads(said) >= 5 and any(o["kind"] == "condition" for o in said["objects"])), "its threads were not seen")


def test_xz(folder):
    make_text(os.path.join(folder, "text"), 40 if LONG else 6)
    said = compare(folder, "xz", "-T2", "-1", "--block-size=1MiB", "-c", "text")
    must(said is None or threads(said) >= 3, "its threads were not seen")


def test_pbzip2(folder):
    make_text(os.path.join(folder, "text"), 40 if LONG else 6)
    said = compare(folder, "pbzip2", "-p4", "-c", "text")
    must(said is None or threads(said) >= 5, "its threads were not seen")


REDIS = """
redis-server --port 0 --unixsocket {socket} --save "" --io-threads 2 --daemonize no >/dev/null 2>&1 &
server=$!
for i in $(seq 200); do [ -S {socket} ] && break; sleep 0.05; done
redis-benchmark -s {socket} -n {count} -c 20 -t set,get >/dev/null
redis-cli -s {socket} set key value
redis-cli -s {socket} get key
redis-cli -s {socket} shutdown nosave
wait $server; echo "ended with $?"
"""


def test_redis(folder):
    if not shutil.which("redis-server"):
        return
    said = compare(folder, "sh", "-c", REDIS.format(socket=os.path.join(folder, "s"), count=100000 if LONG else 5000))
    must(any(actor["name"] == "io_thd_1" for actor in said["actors"]), "its second thread of input and output was not seen")


def test_stress(folder):
    """With real-time threads and storms of processes; it prints its own times, so only its status can be compared."""
    if not LONG or not shutil.which("stress-ng"):
        return
    recording = os.path.join(folder, "r.heddle")
    command = [HEDDLE, "record", "-o", recording, "--", "stress-ng", "--mutex", "2", "--sem", "2", "--fork", "2", "--timeout", "5"]
    status, _, errors = run(command, folder)
    must(status == 0, f"ended with {status}: {errors}")
    verify(recording)
    must(report(recording)["recording"]["processes"] > 7, "its processes were not seen")


PYTHON = """
import threading
lock, total = threading.Lock(), []
def work(number):
    for i in range(2000):
        with lock: total.append(number)
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(len(total))
"""


def test_python(folder):
    compare(folder, sys.executable, "-c", PYTHON)


def test_sort(folder):
    make_text(os.path.join(folder, "text"), 4)
    compare(folder, "sort", "--parallel=2", "-S", "2M", "text")


def test_tools(folder):
    with open(os.path.join(folder, "a.c"), "w", encoding="utf-8") as file:
        file.write("#include <stdio.h>\nint main(void) { puts(\"a\"); return 3; }\n")
    with open(os.path.join(folder, "Makefile"), "w", encoding="utf-8") as file:
        file.write("all: b c\n%: a.c\n\t@gcc -o $@ $<\n\t@./$@ || true\nclean:\n\trm -f b c\n.PHONY: b c\n")
    compare(folder, "gcc", "-o", "a", "a.c")
    compare(folder, os.path.join(folder, "a"))
    compare(folder, "make", "-s", "-j2")
    compare(folder, "perl", "-e", "for (1..5) { if (!fork) { exit $_ } } while ((my $p = wait) > 0) { $s += $? >> 8 } print \"$s\\n\"; exit 7")
    compare(folder, "sh", "-c", "tar cf - a.c Makefile | gzip -n | gzip -d | tar tf - | sort; false")
    compare(folder, "bash", "-c", "exec 2>/dev/null; (kill -9 $BASHPID); echo $?; ulimit -n 32; ls a.c; exec sh -c 'exit 4'")
    compare(folder, "git", "--version")
    compare(folder, "env", "-i", "sh", "-c", "echo x")
    compare(folder, "sqlite3", ":memory:", "create table t(a); insert into t values (1), (2); select sum(a) from t")


wanted = [argument for argument in sys.argv if argument.startswith("test_")]
run_tests([function for name, function in list(globals().items()) if name.startswith("test_") and (not wanted or name in wanted)])
