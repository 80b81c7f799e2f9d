#!/usr/bin/env python3
"""The benchmarks: each prints what it measured as a ratio to something named, both measured in this run.

usage: bench.py BUILD [NAME…]      NAME: pair bytes idle pigz decode first-picture frame runtime
"""
import contextlib
import glob
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
HEDDLE = os.path.join(BUILD, "heddle")
PAIR = os.path.join(BUILD, "tests", "bench-mutex-pair")
PRELOAD = os.path.join(BUILD, "runtime", "preload", "libheddle-preload.so")
PAIR_COUNT = 2_000_000
ROUND_COUNT = 5


def median_ns(command, environment=None):
    """Median over ROUND_COUNT runs of a number that the command prints last."""
    values = []
    for _ in range(ROUND_COUNT):
        output = subprocess.run(command, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=True).stdout
        values.append(float(output.split()[-1]))
    return statistics.median(values)


def wall(command, count=3, **options):
    values = []
    for _ in range(count):
        began = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        values.append(time.monotonic() - began)
    return statistics.median(values)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="heddle-bench-") as path:
        yield path


def recorded(recording, *command):
    """Runs a command under heddle record; gives what it printed."""
    shutil.rmtree(recording, ignore_errors=True)
    return subprocess.run([HEDDLE, "record", "-o", recording, "--", *command], capture_output=True, text=True, check=True).stdout


def content_bytes(trace):
    """Bytes of events in a CTF trace, without the padding of its packets, as Babeltrace sees the packets."""
    total = 0
    for path in glob.glob(os.path.join(trace, "**", "*"), recursive=True):
        name = os.path.basename(path)
        if not os.path.isfile(path) or name == "metadata" or name.endswith(".idx"):
            continue
        with open(path, "rb") as file:
            size = os.path.getsize(path)
            at = 0
            while at + 64 <= size:  # LTTng's packet: header 32 bytes (magic, uuid, stream, instance), context: times, content and packet bits
                file.seek(at)
                head = file.read(64)
                content = int.from_bytes(head[48:56], "little") // 8
                packet = int.from_bytes(head[56:64], "little") // 8
                if head[:4] != b"\xc1\x1f\xfc\xc1" or packet <= 0:
                    break
                total += content
                at += packet
    return total


@contextlib.contextmanager
def lttng_session(where, event):
    """LTTng's own tools with a private daemon, for what Heddle is compared with."""
    home = tempfile.mkdtemp(prefix="hb-", dir="/tmp")
    inside = ["unshare", "-U", "--map-user=1000", "--map-group=1000"] if os.getuid() == 0 else []
    environment = {**os.environ, "LTTNG_HOME": home}

    def control(*arguments):
        subprocess.run([*inside, "lttng", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)

    daemon = subprocess.Popen([*inside, "lttng-sessiond", "--no-kernel"], env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if os.path.exists(os.path.join(home, ".lttng", "client-lttng-sessiond")):
                break
            time.sleep(0.02)
        control("create", "bench", f"--output={where}")
        control("enable-channel", "--userspace", "--buffers-uid", "--subbuf-size=4M", "--num-subbuf=8", "channel")
        control("enable-event", "--userspace", "--channel", "channel", event)
        control("start")
        yield {"LTTNG_HOME": home, "LTTNG_UST_REGISTER_TIMEOUT": "3000"}
        control("stop")
        control("destroy")
    finally:
        daemon.terminate()
        daemon.wait()
        shutil.rmtree(home, ignore_errors=True)


def bench_pair():
    """What recording adds to an uncontended mutex pair (a second thread alive), to what LTTng's own pthread wrapper adds."""
    with folder() as path:
        bare = median_ns([PAIR, str(PAIR_COUNT), "2"])
        ours = statistics.median(float(recorded(f"{path}/r.heddle", PAIR, str(PAIR_COUNT), "2").split()[-1]) for _ in range(ROUND_COUNT))
        with lttng_session(f"{path}/wrapper", "lttng_ust_pthread:*") as environment:
            wrapper = median_ns([PAIR, str(PAIR_COUNT // 4), "2"], {**environment, "LD_PRELOAD": "liblttng-ust-pthread-wrapper.so"})
            wrapper_bytes = 0
        wrapper_bytes = content_bytes(f"{path}/wrapper") / (PAIR_COUNT // 4 * ROUND_COUNT)
        our_bytes = content_bytes(f"{path}/r.heddle/trace") / PAIR_COUNT
    print(f"pair: bare {bare:.1f} ns, recorded by Heddle {ours:.1f}, by LTTng's pthread wrapper {wrapper:.1f}: "
          f"added cost ratio {(ours - bare) / (wrapper - bare):.2f} (must be <= 0.40)")
    print(f"bytes: Heddle {our_bytes:.1f} a pair, LTTng's wrapper {wrapper_bytes:.1f}: ratio {our_bytes / wrapper_bytes:.2f}, "
          f"to 50: {our_bytes / 50:.2f} (must be <= 0.40)")


def bench_idle():
    """A pair when the preload or the runtime is there, but nothing is recorded, to the bare one."""
    for threads, words in ((2, "a second thread alive"), (1, "one thread")):
        bare = median_ns([PAIR, str(PAIR_COUNT * 4), str(threads)])
        preloaded = median_ns([PAIR, str(PAIR_COUNT * 4), str(threads)], {"LD_PRELOAD": PRELOAD})
        print(f"idle preload, {words}: bare {bare:.2f} ns, preloaded {preloaded:.2f}: ratio {preloaded / bare:.2f}"
              + (" (must be <= 1.5)" if threads == 2 else ""))


def bench_runtime():
    """A pair of the runtime's own lock, not recorded, to a bare pthread mutex."""
    program = os.path.join(BUILD, "runtime", "primitives", "tests", "bench-lock")
    print("runtime:", subprocess.run([program], capture_output=True, text=True, check=True).stdout.strip().replace("\n", "\n         "), "(must be <= 1.1)")


def bench_pigz():
    """Wall time of pigz recorded to pigz alone."""
    with folder() as path:
        data = os.path.join(path, "data")
        subprocess.run(f"for i in $(seq 40); do seq $((i * 7)) 700000; done | head -c 200000000 > {data}", shell=True, check=True)
        bare = wall(["pigz", "-p", "4", "-k", "-f", data], 5)
        times = []
        for turn in range(5):
            began = time.monotonic()
            subprocess.run([HEDDLE, "record", "-o", f"{path}/p{turn}.heddle", "--", "pigz", "-p", "4", "-k", "-f", data],
                           check=True, stderr=subprocess.DEVNULL)
            total = time.monotonic() - began
            said = subprocess.run([HEDDLE, "report", "--json", f"{path}/p{turn}.heddle"], capture_output=True, text=True, check=True).stdout
            times.append((int(re.search(r'"duration_ns" *: *(\d+)', said).group(1)) / 1e9, total))
        ours = statistics.median(t[0] for t in times)
        total = statistics.median(t[1] for t in times)
    print(f"pigz: alone {bare:.2f} s, recorded {ours:.2f} s: ratio {ours / bare:.2f} (must be <= 1.05); with start and end of the recording {total:.2f} s")


def ten_million_pairs(path):
    recording = os.path.join(path, "pairs.heddle")
    recorded(recording, PAIR, "10000000", "2")
    return recording


def bench_decode():
    """Decoding 10 M pairs, to Babeltrace's counting of the same trace."""
    program = os.path.join(BUILD, "viewer", "load", "tests", "bench-decode")
    with folder() as path:
        recording = ten_million_pairs(path)
        theirs = wall(["babeltrace2", "-c", "sink.utils.counter", f"{recording}/trace"])
        subprocess.run([program, recording], check=True, stdout=subprocess.DEVNULL)  # both with the files in memory
        output = subprocess.run([program, recording], capture_output=True, text=True, check=True).stdout
        ours = wall([program, recording])
    print(f"decode: Babeltrace {theirs:.2f} s, Heddle {ours:.2f} s for 10 M pairs: {theirs / ours:.1f} x (must be >= 5); {output.strip()}")


def bench_first_picture():
    """heddle view on 10 M pairs: from its start to the first picture of the timeline, to Babeltrace's reading of the same trace."""
    view = os.path.join(BUILD, "viewer", "ui", "heddle-view")
    with folder() as path:
        recording = ten_million_pairs(path)
        theirs = wall(["babeltrace2", "-c", "sink.utils.counter", f"{recording}/trace"], 1)
        command = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "xvfb.py"), view, "--screenshot", f"{path}/x.png", recording]
        first, second = wall(command, 1), wall(command, 1)
    print(f"first picture of 10 M pairs: {first:.2f} s at the first opening, {second:.2f} s at the second; Babeltrace only counts them in {theirs:.2f} s: "
          f"{theirs / first:.1f} x")


def bench_frame():
    """Drawing a frame at 1920 x 1080 at five zooms, to filling it with one colour."""
    program = os.path.join(BUILD, "viewer", "draw", "tests", "bench-frame")
    print("frame:", subprocess.run([program], capture_output=True, text=True, check=True).stdout.strip().replace("\n", "\n       "))


def main():
    benches = {name[6:].replace("_", "-"): function for name, function in globals().items() if name.startswith("bench_")}
    for name in sys.argv[2:] or benches:
        if name not in benches:
            sys.exit(f"no benchmark is called '{name}': {' '.join(benches)}")
        benches[name]()


main()
