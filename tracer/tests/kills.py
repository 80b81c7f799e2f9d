"""LTTng's daemons, the program and a child of it are killed with -9 while recording: the program (if it lives) goes on, what was flushed can
be read, and the recording says what happened. With --long at 20 moments each, else at two."""
import os
import random
import signal
import sys
import time

import support
from support import Session, TRACED, control, description, event_count, finish, folder, home_of, processes, start, until

MOMENTS = 20 if "--long" in sys.argv else 2


def moments():
    chance = random.Random(int(os.environ.get("HEDDLE_SEED", time.time_ns())))
    return [chance.uniform(0.0, 0.8) for _ in range(MOMENTS)]


def daemon_killed(name):
    counts = []
    for moment in moments():
        with folder() as place:
            recording = os.path.join(place, "r")
            process = start("-o", "r", "--", TRACED, "work", "1200", cwd=place)
            session = Session(home_of(recording))
            victim = session.find(name)
            time.sleep(moment)
            os.kill(victim, signal.SIGKILL)
            status, out, error = finish(process)
            assert (status, out) == (0, "done\n") and "died while recording" in error, (moment, status, error)
            said = description(recording)
            assert any("died while recording" in note for note in said["notes"]) and said["exit"] == 0, said
            head = control(recording)
            assert head["over"] == 1 and head["over_ns"] < said["ended_ns"], head
            counts.append(event_count(recording))
            # 200 ms is what one switch of the buffers may take; the first events need a moment as well.
            assert moment < 0.5 or counts[-1] > 20, (moment, counts)
            session.expect_nothing_left()
    return f"events at the {MOMENTS} moments: {counts}"


def test_consumer_daemon_killed():
    return daemon_killed("lttng-consumerd")


def test_session_daemon_killed():
    return daemon_killed("lttng-sessiond")


def test_program_killed():
    for moment in moments():
        with folder() as place:
            recording = os.path.join(place, "r")
            process = start("-o", "r", "--", TRACED, "work", "60000", cwd=place)
            session = Session(home_of(recording))
            time.sleep(moment)
            os.kill(description(recording)["process_id"], signal.SIGKILL)
            status, _, error = finish(process)
            assert status == -signal.SIGKILL, (status, error)
            assert description(recording)["exit"] == -signal.SIGKILL and event_count(recording) >= 0
            session.expect_nothing_left()


def test_child_killed():
    for moment in moments():
        with folder() as place:
            recording = os.path.join(place, "r")
            process = start("-o", "r", "--", "sh", "-c", f"{TRACED} work 60000; echo status $?", cwd=place)
            wanted = f"HEDDLE_CONTROL={os.path.realpath(recording)}/control"
            child = until(lambda: next((p for p, c, e in processes() if c.startswith(TRACED) and wanted in e), None), "the child")
            time.sleep(moment)
            os.kill(child, signal.SIGKILL)
            status, out, error = finish(process)
            assert (status, out) == (0, "status 137\n"), (status, out, error)
            assert moment < 0.5 or event_count(recording) > 20


support.main(globals())
