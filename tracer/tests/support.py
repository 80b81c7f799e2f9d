"""What the recorder's tests share: running heddle-record, looking into a recording, finding what a recording left behind."""
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback

BUILD, TRACED = (os.path.abspath(argument) for argument in sys.argv[1:3])
RECORD = os.path.join(BUILD, "tracer", "heddle-record")
# A bound against hangs, not an expectation.
PATIENCE_S = 90


def start(*arguments, cwd=None, prefix=(), **more):
    return subprocess.Popen([*prefix, RECORD, *arguments], cwd=cwd, stdin=more.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **more)


def finish(process):
    """Waits for its end; status, stdout, stderr."""
    try:
        out, error = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return process.returncode, out, error


def record(*arguments, **more):
    return finish(start(*arguments, **more))


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="heddle-test.") as path:
        os.chmod(path, 0o777)
        yield path


def until(condition, what):
    """Waits until a condition holds, and returns its value."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"never came: {what}")


def description(recording):
    with open(os.path.join(recording, "recording.json"), encoding="utf-8") as file:
        return json.load(file)


def control(recording):
    """The fields of the control file's header that tests look at."""
    import struct
    with open(os.path.join(recording, "control"), "rb") as file:
        header = file.read(88)
    names = ("magic schema_version over slots_ready slots_peak next_emitter next_site next_module next_stack next_shared slots_refused "
             "started_ns interrupted_ns over_ns").split()
    return dict(zip(names, struct.unpack("<Q" + "I" * 10 + "QQQ", header[:72])))


def event_count(recording):
    """Events in the trace as Babeltrace reads it; fails when it cannot."""
    done = subprocess.run(["babeltrace2", os.path.join(recording, "trace")], capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
    return len(done.stdout.splitlines())


def processes():
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                command = file.read().replace(b"\0", b" ").decode(errors="replace")
            with open(f"/proc/{name}/environ", "rb") as file:
                environment = file.read().decode(errors="replace").split("\0")
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            yield int(name), command, environment


class Session:
    """LTTng's processes and places of one recording, found by the program's LTTNG_HOME."""

    def __init__(self, home):
        self.home = home
        self.helper, command = until(lambda: next(((pid, c) for pid, c, _ in processes() if "heddle-session" in c and home in c), None), "heddle-session")
        self.memory = command.split()[2]
        assert self.memory.startswith("/dev/shm/heddle-"), command

    def find(self, name):
        return until(lambda: next((pid for pid, c, e in processes() if c.startswith(name) and f"LTTNG_HOME={self.home}" in e), None), name)

    def left_over(self):
        left = [path for path in (self.home, self.memory) if os.path.exists(path)]
        return left + [command for pid, command, environment in processes()
                       if (f"LTTNG_HOME={self.home}" in environment or self.home in command) and "traced" not in command]

    def expect_nothing_left(self):
        until(lambda: not self.left_over(), "an end without remains")


def home_of(recording, program="traced"):
    """LTTNG_HOME of a program that is being recorded."""
    wanted = f"HEDDLE_CONTROL={os.path.realpath(recording)}/control"
    environment = until(lambda: next((e for _, c, e in processes() if program in c and wanted in e), None), "the program")
    return next(v.partition("=")[2] for v in environment if v.startswith("LTTNG_HOME="))


def main(tests):
    """Runs the functions named test_*; prints one line each."""
    failed = 0
    for name, test in sorted(tests.items()):
        if not name.startswith("test_"):
            continue
        try:
            result = test()
            print("ok  ", name, result or "", flush=True)
        except Exception as error:  # a test's failure, of whatever kind, must not hide the next one's
            failed += 1
            print("FAIL", name, type(error).__name__, error, flush=True)
            traceback.print_exc(limit=-2, file=sys.stdout)
    sys.exit(failed > 0)
