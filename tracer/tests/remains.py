"""What is left behind: nothing. Beside other recordings and a global daemon, as root and as an ordinary user, whoever was killed."""
import ctypes
import os
import shutil
import signal
import subprocess
import time

import support
from support import RECORD, Session, TRACED, description, event_count, finish, folder, home_of, start, until

NOBODY = 65534


def session_of(place, name="r"):
    return Session(home_of(os.path.join(place, name)))


def test_after_a_recording():
    with folder() as place:
        process = start("-o", "r", "--", TRACED, "work", "500", cwd=place)
        session = session_of(place)
        assert finish(process)[0] == 0
        session.expect_nothing_left()


def test_two_at_once():
    with folder() as place:
        both = [start("-o", name, "--", TRACED, "work", "1500", cwd=place) for name in ("a", "b")]
        sessions = [session_of(place, name) for name in ("a", "b")]
        assert sessions[0].home != sessions[1].home
        for process in both:
            status, out, error = finish(process)
            assert (status, out) == (0, "done\n"), error
        for name, session in zip(("a", "b"), sessions):
            assert event_count(os.path.join(place, name)) > 100
            session.expect_nothing_left()


def as_nobody(place):
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return start("-o", "r", "--", TRACED, "work", "500", cwd=place, prefix=command)


def test_ordinary_user():
    if os.geteuid() != 0:
        return "(is one already)"
    with folder() as place:
        process = as_nobody(place)
        session = session_of(place)
        status, out, error = finish(process)
        assert (status, out) == (0, "done\n"), error
        assert event_count(os.path.join(place, "r")) > 100
        assert os.stat(os.path.join(place, "r", "recording.json")).st_uid == NOBODY
        session.expect_nothing_left()
    return None


def test_root_in_a_folder_of_somebody_else():
    """Where the daemon, which has lost root's power, could not go by the folder's path."""
    if os.geteuid() != 0:
        return "(not root)"
    with folder() as place:
        private = os.path.join(place, "private")
        os.mkdir(private, 0o700)
        os.chown(private, NOBODY, NOBODY)
        status, out, error = support.record("-o", "r", "--", TRACED, "work", "200", cwd=private)
        assert (status, out) == (0, "done\n"), error
        assert event_count(os.path.join(private, "r")) > 50
    return None


def start_without_namespaces(place, *command):
    """A child that is root in a user namespace (of 65536 users) in which no further ones may be made."""
    map_wanted, map_made = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if ctypes.CDLL(None).unshare(0x10000000) != 0:  # CLONE_NEWUSER
                os._exit(120)
            os.write(map_wanted[1], b".")
            os.read(map_made[0], 1)
            with open("/proc/sys/user/max_user_namespaces", "w", encoding="utf-8") as file:
                file.write("0\n")
            os.chdir(place)
            log = os.open("log", os.O_WRONLY | os.O_CREAT)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.execv(command[0], command)
        finally:
            os._exit(121)
    os.read(map_wanted[0], 1)
    for table in ("uid_map", "gid_map"):
        with open(f"/proc/{child}/{table}", "w", encoding="utf-8") as file:
            file.write("0 0 65536\n")
    os.write(map_made[1], b".")
    for end in map_wanted + map_made:
        os.close(end)
    return child


def test_root_without_namespaces():
    """As in a container: user namespaces are forbidden, so LTTng's daemon runs as nobody; the recording is root's all the same."""
    if os.geteuid() != 0:
        return "(not root)"
    with folder() as place:
        child = start_without_namespaces(place, RECORD, "-o", "r", "--", TRACED, "work", "400")
        session = session_of(place)
        with open(f"/proc/{session.find('lttng-sessiond')}/status", encoding="utf-8") as file:
            assert f"Uid:\t{NOBODY}" in file.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with open(os.path.join(place, "log"), encoding="utf-8") as file:
            log = file.read()
        assert status == 0 and "done\n" in log and "not recorded" not in log, log
        assert event_count(os.path.join(place, "r")) > 50
        assert all(os.stat(os.path.join(path, name)).st_uid == 0 for path, folders, files in os.walk(place) for name in folders + files)
        session.expect_nothing_left()
    return None


def test_beside_a_global_daemon():
    """It is neither used nor disturbed, and does not disturb."""
    if os.geteuid() != 0:
        return "(not root)"
    if os.path.exists("/var/run/lttng/lttng-sessiond.pid"):
        return "(there is a global daemon already)"
    with folder() as place:
        theirs = os.path.join(place, "n")
        os.mkdir(theirs)
        os.chmod(theirs, 0o777)
        daemon = subprocess.Popen(["lttng-sessiond", "--no-kernel"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(lambda: os.path.exists("/var/run/lttng/client-lttng-sessiond"), "the global daemon")
            for process in (start("-o", "r", "--", TRACED, "work", "300", cwd=place), as_nobody(theirs)):
                status, out, error = finish(process)
                assert (status, out) == (0, "done\n"), error
            listed = subprocess.run(["lttng", "list"], capture_output=True, text=True, check=False)
            assert daemon.poll() is None and "heddle" not in listed.stdout, listed
            assert event_count(os.path.join(place, "r")) > 100 and event_count(os.path.join(theirs, "r")) > 100
        finally:
            daemon.terminate()
            daemon.wait(support.PATIENCE_S)
    return None


def test_recorder_killed():
    """The program goes on to its end, the recording is readable, and all of LTTng's is gone soon."""
    with folder() as place:
        process = start("-o", "r", "--", "sh", "-c", f"{TRACED} work 1500; echo whole > {place}/end", cwd=place)
        session = session_of(place)
        time.sleep(0.5)
        process.kill()
        process.wait()
        session.expect_nothing_left()
        until(lambda: os.path.exists(f"{place}/end"), "the program's own end")
        assert event_count(os.path.join(place, "r")) > 100
        said = description(os.path.join(place, "r"))
        assert "ended_ns" not in said and said["process_id"] > 0, said
        assert support.control(os.path.join(place, "r"))["over"] == 1


def test_helper_killed():
    with folder() as place:
        process = start("-o", "r", "--", TRACED, "work", "1500", cwd=place)
        session = session_of(place)
        time.sleep(0.5)
        os.kill(session.helper, signal.SIGKILL)
        status, out, error = finish(process)
        assert (status, out) == (0, "done\n") and "died" in error, error
        session.expect_nothing_left()
        assert any("died" in note for note in description(os.path.join(place, "r"))["notes"])
        assert event_count(os.path.join(place, "r")) > 10


def test_without_lttng():
    """The program runs all the same, with its own status and one line that says so."""
    with folder() as place:
        parts = os.path.join(place, "build", "tracer")
        os.makedirs(parts)
        shutil.copy(RECORD, parts)
        done = subprocess.run([os.path.join(parts, "heddle-record"), "-o", "r", "--", "sh", "-c", "echo out; exit 9"], cwd=place, capture_output=True,
                              text=True, check=False, timeout=support.PATIENCE_S)
        assert done.returncode == 9 and done.stdout == "out\n", done
        assert done.stderr.count("\n") == 1 and done.stderr.startswith("heddle: not recorded: "), done.stderr
        assert not os.path.exists(os.path.join(place, "r"))


support.main(globals())
