#!/usr/bin/env python3
"""The benchmarks: each prints in one line what it measured as a ratio to something named, both measured in this run.

usage: bench.py BUILD [NAME…]
"""
import contextlib
import ctypes
import glob
import json
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
HEDDLE = os.path.join(BUILD, "heddle")
PAIR = os.path.join(BUILD, "tests", "bench-mutex-pair")
PRELOAD = os.path.join(BUILD, "runtime", "preload", "libheddle-preload.so")
DISPLAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "viewer", "ui", "tests", "with-display")
PAIR_COUNT = 2_000_000
ROUND_COUNT = 7
BECOME_SUBREAPER = 36  # prctl(2): what a command leaves running becomes our child


def children():
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
        return {int(word) for word in file.read().split()}


def wait_until_quiet(before):
    """What a recording still tidies up in the background must not run beside the next measurement, nor outlive this program."""
    until = time.monotonic() + 15
    while left := children() - before:
        for child in left:
            with contextlib.suppress(ChildProcessError):
                if time.monotonic() > until:
                    os.kill(child, signal.SIGKILL)
                os.waitpid(child, os.WNOHANG)
        time.sleep(0.01)


def run(*command, environment=None):
    """Runs a command with all that it leaves running; gives what it printed."""
    before = children()
    done = subprocess.run(command, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False)
    wait_until_quiet(before)
    if done.returncode:
        sys.exit(f"bench: {' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def last_number(text):
    return float(text.split()[-1])


def wall(*command):
    began = time.monotonic()
    run(*command)
    return time.monotonic() - began


def timed(work):
    """Wall and processor seconds of work in child processes."""
    def processor():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    began, processor_began = time.monotonic(), processor()
    work()
    return time.monotonic() - began, processor() - processor_began


def in_rounds(*measures, rounds=ROUND_COUNT):
    """The median of each measure, taken in turns (A B A B …): what else the machine does then falls on all of them alike."""
    values = [[measure() for measure in measures] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*values)]


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="heddle-bench-") as path:
        yield path


def recorded(recording, *command):
    """Runs a command under heddle record; gives what it printed."""
    shutil.rmtree(recording, ignore_errors=True)
    return run(HEDDLE, "record", "-o", recording, "--", *command)


def fits(value, bound, least=False):
    """Whether a ratio keeps its bound, in words."""
    kept = value >= bound if least else value <= bound
    return f"{value:.2f} (must be {'>=' if least else '<='} {bound}: {'yes' if kept else 'NO'})"


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

    before = children()
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
        wait_until_quiet(before)
        shutil.rmtree(home, ignore_errors=True)


WRAPPER = {"LD_PRELOAD": "liblttng-ust-pthread-wrapper.so"}
WRAPPER_COUNT = PAIR_COUNT // 4  # as many as its buffers take without loss


def bench_pair():
    """What recording adds to an uncontended mutex pair (a second thread alive), to what LTTng's own pthread wrapper adds."""
    with folder() as path, lttng_session(f"{path}/wrapper", "lttng_ust_pthread:*") as environment:
        bare, ours, wrapper = in_rounds(
            lambda: last_number(run(PAIR, str(PAIR_COUNT), "2")),
            lambda: last_number(recorded(f"{path}/r.heddle", PAIR, str(PAIR_COUNT), "2")),
            lambda: last_number(run(PAIR, str(WRAPPER_COUNT), "2", environment={**environment, **WRAPPER})))
    print(f"pair: processor ns: bare {bare:.1f}, recorded by Heddle {ours:.1f}, by LTTng's pthread wrapper {wrapper:.1f}: "
          f"added cost to added cost {fits((ours - bare) / (wrapper - bare), 0.40)}")


def bench_bytes():
    """Bytes of a pair in the trace, to those of LTTng's own pthread wrapper."""
    with folder() as path:
        with lttng_session(f"{path}/wrapper", "lttng_ust_pthread:*") as environment:
            run(PAIR, str(WRAPPER_COUNT), "2", environment={**environment, **WRAPPER})
        recorded(f"{path}/r.heddle", PAIR, str(PAIR_COUNT), "2")
        wrapper = content_bytes(f"{path}/wrapper") / WRAPPER_COUNT
        ours = content_bytes(f"{path}/r.heddle/trace") / PAIR_COUNT
    print(f"bytes: a pair: Heddle {ours:.1f}, LTTng's pthread wrapper {wrapper:.1f}: ratio {fits(ours / wrapper, 0.40)}")


def bench_idle():
    """A pair when the preload is there, but nothing is recorded, to the bare one."""
    preload = {"LD_PRELOAD": PRELOAD}
    figures = {}
    for threads in ("2", "1"):
        bare, preloaded = in_rounds(lambda: last_number(run(PAIR, str(PAIR_COUNT * 4), threads)),
                                    lambda: last_number(run(PAIR, str(PAIR_COUNT * 4), threads, environment=preload)))
        figures[threads] = bare, preloaded, preloaded / bare
    print(f"idle: with a second thread alive bare {figures['2'][0]:.2f} ns, preloaded {figures['2'][1]:.2f}: ratio {fits(figures['2'][2], 1.5)}; "
          f"single-threaded bare {figures['1'][0]:.2f}, preloaded {figures['1'][1]:.2f}: {figures['1'][2]:.2f}")


LOCKS = os.path.join(BUILD, "runtime", "primitives", "tests", "bench-lock")


def lock_lines(text):
    """What bench-lock said of each pair, by its first words."""
    return dict(line.split(": ", 1) for line in text.strip().splitlines())


def pair_ns(line, name):
    return float(re.search(rf"{name} ([\d.]+) ns", line).group(1))


def bench_runtime():
    """A pair of the runtime's own lock, not recorded, to a bare pthread mutex; and what it costs recorded."""
    alone = lock_lines(run(LOCKS))
    with folder() as path:
        recorded_ns = pair_ns(lock_lines(recorded(f"{path}/l.heddle", LOCKS, "3", "200000"))["second thread alive"], "hd_lock")
    double = alone["second thread alive"]
    print(f"runtime: second thread alive: {double.rsplit(',', 1)[0]}: ratio {fits(last_number(double), 1.1)}; recorded {recorded_ns:.1f} ns; "
          f"one thread: {alone['one thread']}")


def bench_process_lock():
    """A pair of the lock that processes share, which finds out when its holder dies, to a bare process-shared pthread mutex."""
    alone = lock_lines(run(LOCKS))
    with folder() as path:
        recorded_ns = pair_ns(lock_lines(recorded(f"{path}/l.heddle", LOCKS, "3", "200000"))["shared"], "hd_process_lock")
    print(f"process-lock: {alone['shared'].rsplit(',', 1)[0]}: ratio {fits(last_number(alone['shared']), 1.5)}; {alone['robust']}; "
          f"recorded {recorded_ns:.1f} ns")


def bench_queue():
    """An item through a queue of the runtime, to one through GLib's GAsyncQueue; recorded beside it."""
    program = os.path.join(BUILD, "tests", "bench-queue")

    def figures(mode, count):
        rival, ours, ratio = (float(word) for word in run(program, mode, count).split())
        with folder() as path:
            ours_recorded = float(recorded(f"{path}/q.heddle", program, mode, count, "heddle").split()[1])
        return f"GAsyncQueue {rival:.1f} ns, hd_queue {ours:.1f}: ratio {fits(ratio, 1.2)}, recorded {ours_recorded:.1f} ns: {ours_recorded / rival:.2f}"

    print(f"queue: put and get in one thread, another alive: {figures('pair', '300000')}; "
          f"two threads put, two get, processor time an item: {figures('flow', '50000')}")


def bench_pipe():
    """The round trip of a small message through a pipe of the runtime, to one through pipe(2); recorded, and process queues, beside it."""
    program = os.path.join(BUILD, "tests", "bench-message")
    bare, ours, ratio, queue, item = (float(word) for word in run(program, "3000").split())
    with folder() as path:
        _, ours_recorded, _, queue_recorded, item_recorded = (float(word) for word in recorded(f"{path}/m.heddle", program, "3000", "heddle").split())
    print(f"pipe: round trip of 64 bytes between two processes: pipe(2) {bare / 1e3:.1f} us, hd_pipe {ours / 1e3:.1f}: ratio {ratio:.2f}, "
          f"recorded {ours_recorded / 1e3:.1f}: {ours_recorded / bare:.2f}; through two process queues {queue / 1e3:.1f}, recorded {queue_recorded / 1e3:.1f}; "
          f"an item put here and got there {item / 1e3:.2f}, recorded {item_recorded / 1e3:.2f}")


def bench_handoff():
    """A job through an executor of one worker, from its submission to its result, to a bare hand-off by mutex and condition."""
    program = os.path.join(BUILD, "tests", "bench-handoff")
    bare, thread, process, ratio = (float(word) for word in run(program, "3000").split())
    with folder() as path:
        _, thread_recorded, process_recorded, _ = (float(word) for word in recorded(f"{path}/h.heddle", program, "1000", "heddle").split())
    print(f"handoff: there and back by mutex and condition {bare / 1e3:.1f} us; submit and result by a thread {thread / 1e3:.1f} us: ratio {ratio:.2f}, "
          f"recorded {thread_recorded / 1e3:.1f} us: {thread_recorded / bare:.2f}; by a process {process / 1e3:.1f} us: {process / bare:.2f}, "
          f"recorded {process_recorded / 1e3:.1f} us: {process_recorded / bare:.2f}")


ASYNC = os.path.join(BUILD, "runtime", "primitives", "tests", "bench-async")


def async_figures(text):
    """The figures of bench-async, by the name of their line."""
    return {words[0]: [float(word) for word in words[1:]] for words in (line.split() for line in text.strip().splitlines())}


def bench_tasks():
    """Switches of coroutines and tasks to swapcontext and to the bare switch; a task's spawn and await to a thread's; a round of the loop to one of libuv."""
    alone = async_figures(run(ASYNC))
    with folder() as path:
        told = async_figures(recorded(f"{path}/a.heddle", ASYNC, "50000", "heddle"))
    swapcontext, bare, coroutine, step = alone["switch"]
    print(f"switch: swapcontext {swapcontext:.1f} ns, bare switch {bare:.1f}, a coroutine's {coroutine:.1f}: to swapcontext "
          f"{fits(coroutine / swapcontext, 0.20)}, to the bare one {fits(coroutine / bare, 1.5)}; a task's step, with its round of the loop, {step:.1f}: "
          f"{step / swapcontext:.2f} of swapcontext, recorded {told['switch'][3]:.1f}: {told['switch'][3] / swapcontext:.2f}")
    thread, spawn = alone["spawn"]
    print(f"spawn: pthread create and join {thread / 1e3:.1f} us, task create and await {spawn:.0f} ns: ratio {spawn / thread:.3f}, "
          f"recorded {told['spawn'][1]:.0f} ns: {told['spawn'][1] / thread:.3f}")
    uv, call, polling = alone["round"]
    print(f"round: libuv with an idle handle {uv:.1f} ns, a loop with one call {call:.1f}: ratio {fits(call / uv, 1.0)}, recorded {told['round'][1]:.1f}: "
          f"{told['round'][1] / uv:.2f}; while libuv polls a descriptor, too, {polling:.1f}: ratio {fits(polling / uv, 2.0)}, "
          f"recorded {told['round'][2]:.1f}: {told['round'][2] / uv:.2f}")
    print(f"sleepers: 10,000 tasks that sleep a millisecond: {alone['sleepers'][0]:.0f} ns a sleep, recorded {told['sleepers'][0]:.0f}: "
          f"{told['sleepers'][0] / alone['sleepers'][0]:.2f}")


def bench_gil():
    """The round trip of two threads that wake each other under the interpreter lock, to a bare one by mutex and condition; and recorded."""
    program = os.path.join(BUILD, "tests", "bench-gil")
    bare, without, under, ratio, release, check = (float(word) for word in run(program, "20000").split())
    with folder() as path:
        _, _, under_recorded, _, release_recorded, check_recorded = (float(word) for word in recorded(f"{path}/g.heddle", program, "5000", "heddle").split())
    print(f"gil: there and back by mutex and condition {bare / 1e3:.1f} us, by semaphores {without / 1e3:.1f}, under the interpreter lock {under / 1e3:.1f}: "
          f"ratio {ratio:.2f}, recorded {under_recorded / 1e3:.1f} us: {under_recorded / bare:.2f}; "
          f"release and acquire that nobody waits for {release:.1f} ns, recorded {release_recorded:.1f}; a check {check:.1f} ns, recorded {check_recorded:.1f}")


def bench_pigz():
    """Wall time of pigz recorded to pigz alone."""
    with folder() as path:
        data, recording = os.path.join(path, "data"), os.path.join(path, "p.heddle")
        subprocess.run(f"for i in $(seq 40); do seq $((i * 7)) 700000; done | head -c 200000000 > {data}", shell=True, check=True)
        pigz = ["pigz", "-p", "4", "-k", "-f", data]
        pairs = []
        for _ in range(5):
            alone, alone_processor = timed(lambda: run(*pigz))
            total, processor = timed(lambda: recorded(recording, *pigz))
            ours = json.loads(run(HEDDLE, "report", "--json", recording))["recording"]["duration_ns"] / 1e9
            pairs.append((ours / alone, alone, ours, total, processor / alone_processor))
        ratio, alone, ours, total, processor = (statistics.median(column) for column in zip(*pairs))
        low, high = min(pair[0] for pair in pairs), max(pair[0] for pair in pairs)
        # Rounds that differ by more than the bound allows for tell of the machine, not of the recording.
        verdict = fits(ratio, 1.05) if high - low <= 0.10 else f"{ratio:.2f} (must be <= 1.05: CANNOT TELL, the machine is too noisy)"
    print(f"pigz: 200 MB alone {alone:.2f} s, recorded {ours:.2f} s: median ratio of rounds {verdict}, rounds from {low:.2f} to {high:.2f}; "
          f"processor time, the recorder's and LTTng's too, {processor:.2f}; with start, end and background tidying {total:.2f} s")


def ten_million_pairs(path):
    recording = os.path.join(path, "pairs.heddle")
    recorded(recording, PAIR, "10000000", "2")
    return recording


def bench_decode():
    """Decoding 10 M pairs, to Babeltrace's counting of the same trace."""
    program = os.path.join(BUILD, "viewer", "load", "tests", "bench-decode")
    with folder() as path:
        recording = ten_million_pairs(path)
        ours, theirs = in_rounds(lambda: wall(program, recording), lambda: wall("babeltrace2", "-c", "sink.utils.counter", f"{recording}/trace"))
        operations = re.search(r"([\d.]+) M operations/s", run(program, recording)).group(1)
    print(f"decode: 10 M pairs: Babeltrace {theirs:.2f} s, Heddle {ours:.2f} s with its start ({operations} M operations/s without): "
          f"times as fast {fits(theirs / ours, 5, least=True)}")


def first_picture_s(recording):
    said = run(DISPLAY, os.path.join(BUILD, "viewer", "ui", "heddle-view"), "--size", "1920x1080", "--measure", recording)
    return float(re.search(r"^first_picture (\d+)", said, re.M).group(1)) / 1e3, said


def bench_first_picture():
    """From the start of heddle view on 10 M pairs to its first picture, to the same on ten pairs."""
    with folder() as path:
        large, small = ten_million_pairs(path), os.path.join(path, "small.heddle")
        recorded(small, PAIR, "10", "2")
        of_large, of_small = in_rounds(lambda: first_picture_s(large)[0], lambda: first_picture_s(small)[0], rounds=3)
        stages = re.findall(r"^(.*?) +(\d+) ms wall", run(os.path.join(BUILD, "tests", "bench-open-stages"), large), re.M)
    print(f"first-picture: 10 M pairs {of_large:.2f} s, 10 pairs {of_small:.2f} s: ratio {of_large / of_small:.1f}; "
          f"of it {', '.join(f'{stage} {int(ms) / 1e3:.2f} s' for stage, ms in stages[:-1])}; {stages[-1][0]} {int(stages[-1][1]) / 1e3:.2f} s after it")


def bench_frame():
    """Drawing 1920 x 1080 at five zooms, to filling it with one colour; processor time."""
    said = run(os.path.join(BUILD, "viewer", "draw", "tests", "bench-frame")).strip().splitlines()
    fill_ms = last_number(said[-1])
    rows = [line.split() for line in said[2:-1]]
    new_ms, cached_ms = max(float(row[-2]) for row in rows), max(float(row[-1]) for row in rows)
    with folder() as path:
        window_ms = [float(ms) for ms in re.findall(r"^frame_at_.* ([\d.]+) ms", first_picture_s(ten_million_pairs(path))[1], re.M)]
    print(f"frame: 10 M waiting, running and holding intervals, slowest of five zooms: tiles at hand {cached_ms:.1f} ms = {cached_ms / fill_ms:.1f} solid fills "
          f"of {fill_ms:.2f} ms, all tiles new {new_ms:.1f} ms = {new_ms / fill_ms:.0f}; "
          f"the window on 10 M pairs {', '.join(f'{ms:.1f}' for ms in window_ms)} ms: worst in frames of 60 Hz {fits(max(window_ms) / (1000 / 60), 1.0)}")


def main():
    benches = {name[6:].replace("_", "-"): function for name, function in globals().items() if name.startswith("bench_")}
    ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1, 0, 0, 0)
    for name in sys.argv[2:] or benches:
        if name not in benches:
            sys.exit(f"no benchmark is called '{name}': {' '.join(benches)}")
        benches[name]()
        sys.stdout.flush()


main()
