"""What the whole-program tests share: running heddle, reading its report, counting."""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1])
HEDDLE = os.path.join(BUILD, "heddle")
VERIFY = os.path.join(BUILD, "tests", "verify-recording")
LONG = "--long" in sys.argv


class Failed(Exception):
    pass


def must(condition, text):
    if not condition:
        raise Failed(text)


def report(recording):
    done = subprocess.run([HEDDLE, "report", "--json", recording], capture_output=True, text=True, timeout=120)
    must(done.returncode == 0, f"report ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def verify(recording):
    """Holds the recording against what must be true of every one; gives its counts."""
    done = subprocess.run([VERIFY, recording], capture_output=True, text=True, timeout=120)
    must(done.returncode == 0, f"the recording is wrong ({done.returncode}): {done.stderr.strip()}")
    return {words[0]: int(words[1]) for words in map(str.split, done.stdout.splitlines()) if len(words) == 2}


def start_record(recording, *command, environment=None, **options):
    """heddle record in the background."""
    return subprocess.Popen([HEDDLE, "record", "-o", recording, "--", *command], env={**os.environ, **(environment or {})},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def program_of(recording, seconds=20):
    """The pid of the recorded program, once it runs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with open(os.path.join(recording, "recording.json"), encoding="utf-8") as file:
                pid = json.load(file).get("process_id")
            if pid:
                return pid
        except (OSError, ValueError):
            pass
        time.sleep(0.005)
    raise Failed(f"no program ran in {recording} within {seconds} s")


def run_tests(tests):
    """Runs functions that take a folder of their own; prints a line each; exits 1 when one failed."""
    failed = 0
    for test in tests:
        path = tempfile.mkdtemp(prefix="heddle-test-")
        try:
            test(path)
            print(f"ok   {test.__name__}", flush=True)
        except (Failed, subprocess.SubprocessError, OSError, KeyError, ValueError) as error:
            failed += 1
            print(f"FAIL {test.__name__}: {type(error).__name__}: {error}", flush=True)
        finally:
            os.environ.get("KEEP") or shutil.rmtree(path, ignore_errors=True)
    sys.exit(failed > 0)


def moments(count, longest):
    """Random moments, other ones at each run; the seed is printed, to repeat them."""
    seed = int(os.environ.get("HEDDLE_TEST_SEED", random.randrange(1 << 30)))
    print(f"HEDDLE_TEST_SEED={seed}", flush=True)
    chance = random.Random(seed)
    return [chance.random() * longest for _ in range(count)]
