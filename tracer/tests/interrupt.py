"""Ctrl-C and its relatives: the program gets the signal once, a hurried or patient second one ends it, and the recording is whole."""
import os
import pty
import signal
import sys
import time

import support
from support import TRACED, RECORD, control, description, event_count, folder, finish, home_of, start, until


def interrupted(place, recording="r"):
    said = description(os.path.join(place, recording))
    head = control(os.path.join(place, recording))
    assert head["interrupted_ns"] == said["interrupted_ns"] > said["started_ns"] and head["over"] == 1, (said, head)
    return said


def test_hanging_program():
    """Only the recorder gets SIGINT; the program dies by the one that is passed on, and so does the recorder."""
    with folder() as place:
        process = start("-o", "r", "--", TRACED, "hang", cwd=place)
        home_of(os.path.join(place, "r"))
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        status, out, error = finish(process)
        assert status == -signal.SIGINT and out == "", (status, error)
        assert interrupted(place)["exit"] == -signal.SIGINT
        assert event_count(os.path.join(place, "r")) > 2


def test_children_get_it():
    """As by Ctrl-C: a child that hangs for ever ends, too. One in a process group of its own is left alone, and so is everybody at a SIGTERM."""
    for number, ended in ((signal.SIGINT, True), (signal.SIGTERM, False)):
        with folder() as place:
            script = "import os, time\nfor own in (False, True):\n pid = os.fork()\n if not pid:\n  own and os.setpgid(0, 0)\n  os.write(1, b'child %a %d\\n' % (own, os.getpid()))\n" \
                     "  time.sleep(60)\n  os._exit(0)\nos.wait()"
            process = start("-o", "r", "--", sys.executable, "-c", script, cwd=place)
            lines = sorted(process.stdout.readline().split() for _ in range(2))
            assert all(len(line) == 3 for line in lines), (lines, process.poll(), process.stderr.read() if process.poll() is not None else "")
            children = [int(line[2]) for line in lines]
            process.send_signal(number)
            assert process.wait(timeout=support.PATIENCE_S) == -number
            alive = lambda: {pid for pid, *_ in support.processes()} & set(children)
            if ended:
                until(lambda: alive() == {children[1]}, "the end of the child in the program's group")
            assert alive() == set(children[1:] if ended else children), (children, alive())
            for pid in alive():
                os.kill(pid, signal.SIGKILL)
            finish(process)
            interrupted(place)


def test_sigterm():
    with folder() as place:
        process = start("-o", "r", "--", TRACED, "hang", cwd=place)
        home_of(os.path.join(place, "r"))
        process.send_signal(signal.SIGTERM)
        assert finish(process)[0] == -signal.SIGTERM
        interrupted(place)


def test_program_that_ignores_both():
    """SIGINT, then by itself SIGTERM, then SIGKILL, each said."""
    with folder() as place:
        process = start("-o", "r", "--", "sh", "-c", "trap '' INT TERM; echo go; while :; do sleep 0.1; done", cwd=place)
        assert process.stdout.readline() == "go\n"
        process.send_signal(signal.SIGINT)
        status, _, error = finish(process)
        assert status == -signal.SIGKILL and "sending SIGTERM" in error and "sending SIGKILL" in error, (status, error)
        assert interrupted(place)["exit"] == -signal.SIGKILL


def test_second_interrupt_hurries():
    with folder() as place:
        process = start("-o", "r", "--", "sh", "-c", "trap 'echo int' INT; echo go; while :; do sleep 0.1; done", cwd=place)
        assert process.stdout.readline() == "go\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "int\n"
        time.sleep(0.4)
        process.send_signal(signal.SIGINT)
        status, out, error = finish(process)
        assert status == -signal.SIGTERM and out == "" and "sending SIGTERM" in error, (status, out, error)


def test_graceful_program():
    """It ends in its own way after an interrupt."""
    with folder() as place:
        process = start("-o", "r", "--", "sh", "-c", "trap 'echo bye; exit 5' INT; echo go; while :; do sleep 0.05; done", cwd=place)
        assert process.stdout.readline() == "go\n"
        process.send_signal(signal.SIGINT)
        status, out, _ = finish(process)
        assert (status, out) == (5, "bye\n")
        assert interrupted(place)["exit"] == 5


def test_before_the_program():
    """While LTTng is being started: the program never runs, and there is no recording."""
    with folder() as place:
        process = start("-o", "r", "--", "touch", "ran", cwd=place)
        until(lambda: os.path.exists(os.path.join(place, "r", "control")), "the recording's folder")
        process.send_signal(signal.SIGINT)
        status, _, error = finish(process)
        assert status == -signal.SIGINT and os.listdir(place) == [], (status, error, os.listdir(place))


def in_terminal(*command):
    """Runs a command as the leader of a terminal of its own; pid and the terminal's other end."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    return pid, terminal


def read_until(terminal, word):
    seen = b""
    while word not in seen:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            part = b""
        assert part, seen
        seen += part
    return seen


def test_terminal_sends_once():
    """Ctrl-C in a terminal reaches program and recorder at once: the program must see exactly one."""
    with folder() as place:
        recording = os.path.join(place, "r")
        script = "import signal, time\nn = 0\ndef seen(*_):\n global n\n n += 1\nsignal.signal(signal.SIGINT, seen)\nprint('go', flush=True)\n" \
                 "end = time.monotonic() + 60\nwhile not n and time.monotonic() < end: time.sleep(0.05)\n" \
                 "end = time.monotonic() + 0.7\nwhile time.monotonic() < end: time.sleep(0.05)\nprint('seen', n, flush=True)\n"
        pid, terminal = in_terminal(RECORD, "-o", recording, "--", sys.executable, "-c", script)
        read_until(terminal, b"go")
        os.write(terminal, b"\x03")
        text = read_until(terminal, b"heddle view")
        assert b"seen 1\r\n" in text, text
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        os.close(terminal)
        interrupted(place)


def test_job_control():
    """Ctrl-Z stops the program and the recorder, so that the shell sees a stopped job; SIGCONT to the group lets both go on."""
    with folder() as place:
        recording = os.path.join(place, "r")
        shell = "set -m; \"$@\"; echo stopped $?; fg >/dev/null; echo ended $?"
        pid, terminal = in_terminal("/bin/bash", "-c", shell, "bash", RECORD, "-o", recording, "--", "sh", "-c", "echo go; sleep 2; echo after; exit 6")
        read_until(terminal, b"go")
        time.sleep(0.3)
        os.write(terminal, b"\x1a")
        read_until(terminal, b"stopped 148")
        text = read_until(terminal, b"ended 6")
        assert b"after" in text, text
        os.waitpid(pid, 0)
        os.close(terminal)
        assert description(recording)["exit"] == 6


support.main(globals())
