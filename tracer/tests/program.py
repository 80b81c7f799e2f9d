"""The program goes through the recorder unchanged: output, exit status, signals, names of recordings."""
import os
import signal
import stat
import subprocess

import support
from support import RECORD, TRACED, control, description, event_count, folder, record, start


def test_recording_is_whole():
    with folder() as place:
        status, out, error = record("--", TRACED, "work", "300", cwd=place)
        assert (status, out) == (0, "done\n"), (status, out, error)
        recording = os.path.join(place, "traced-1.heddle")
        said = description(recording)
        assert said["exit"] == 0 and said["ended_ns"] - said["started_ns"] >= 300e6, said
        assert said["arguments"] == [TRACED, "work", "300"] and said["outlived"] == [] and "interrupted_ns" not in said
        head = control(recording)
        assert head["over"] == 1 and said["started_ns"] == head["started_ns"] and head["over_ns"] >= head["started_ns"], head
        assert os.path.getsize(os.path.join(recording, "control")) == 8192 + 4096 * head["slots_peak"]
        assert head["slots_peak"] >= 2 and event_count(recording) > 100
        for path, _, files in os.walk(recording):
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o700, path
            assert all(stat.S_IMODE(os.stat(os.path.join(path, name)).st_mode) == 0o600 for name in files), path
        schedule = os.path.join(recording, "schedule")
        if said["schedule"]["observed"]:
            assert os.path.getsize(schedule) % 24 == 0 and os.path.getsize(schedule) > 24 * 20
        else:
            assert said["schedule"]["reason"] and not os.path.exists(schedule)


def test_settings():
    """What the runtime was asked for is told, and nothing else of the environment."""
    with folder() as place:
        environment = {**os.environ, "HEDDLE_SEED": "7", "HEDDLE_GIL": "0", "HEDDLE_OTHER": "1"}
        assert record("--", "true", cwd=place, env=environment)[0] == 0
        assert description(os.path.join(place, "true-1.heddle"))["settings"] == {"HEDDLE_SEED": "7", "HEDDLE_GIL": "0"}
        del environment["HEDDLE_SEED"], environment["HEDDLE_GIL"]
        assert record("--", "true", cwd=place, env=environment)[0] == 0
        assert description(os.path.join(place, "true-2.heddle"))["settings"] == {}


def test_exit_status():
    with folder() as place:
        assert record("--", "sh", "-c", "exit 7", cwd=place)[0] == 7
        assert record("--no-schedule", "--", "sh", "-c", "kill -SEGV $$", cwd=place)[0] == -signal.SIGSEGV
        assert description(os.path.join(place, "sh-1.heddle"))["exit"] == 7
        said = description(os.path.join(place, "sh-2.heddle"))
        assert said["exit"] == -signal.SIGSEGV and said["schedule"]["observed"] is False and "--no-schedule" in said["schedule"]["reason"]


def test_not_to_be_run():
    with folder() as place:
        assert record("--", "/no/such/program", cwd=place)[0] == 127
        assert record("--", "no-such-program-anywhere", cwd=place)[0] == 127
        assert record("--", place, cwd=place)[0] == 126
        with open(os.path.join(place, "plain"), "w", encoding="utf-8") as file:
            file.write("text\n")
        os.chmod(os.path.join(place, "plain"), 0o644)
        assert record("--", "./plain", cwd=place)[0] == 126
        with open(os.path.join(place, "broken"), "w", encoding="utf-8") as file:
            file.write("#!/no/such/interpreter\n")
        os.chmod(os.path.join(place, "broken"), 0o755)
        assert record("--", "./broken", cwd=place)[0] == 127
        assert sorted(os.listdir(place)) == ["broken", "plain"]


def test_usage():
    with folder() as place:
        for wrong in ([], ["--max-size", "lots", "--", "true"], ["--wrong", "--", "true"], ["-o"], ["--min-free", "100", "--", "true"]):
            status, out, error = record(*wrong, cwd=place)
            assert status == 2 and out == "" and error.startswith("heddle: ") and error.count("\n") == 1, (wrong, status, error)


def test_nothing_is_overwritten():
    with folder() as place:
        os.mkdir(os.path.join(place, "true-1.heddle"))
        assert record("--", "true", cwd=place)[0] == 0
        assert record("--", "true", cwd=place)[0] == 0
        assert sorted(os.listdir(place)) == ["true-1.heddle", "true-2.heddle", "true-3.heddle"]
        assert os.listdir(os.path.join(place, "true-1.heddle")) == []
        status, _, error = record("-o", "true-2.heddle", "--", "true", cwd=place)
        assert status == 2 and "exists" in error, error
        assert record("-o", "a b:c", "--", TRACED, "work", "50", cwd=place)[0] == 0
        assert event_count(os.path.join(place, "a b:c")) > 10


def test_streams():
    with folder() as place:
        process = start("-o", "r", "--", "sh", "-c", "cat; echo problem >&2", cwd=place, stdin=subprocess.PIPE)
        out, error = process.communicate("line\n" * 100000, timeout=support.PATIENCE_S)
        assert process.returncode == 0 and out == "line\n" * 100000
        others = [line for line in error.splitlines() if not line.startswith("heddle")]
        assert others == ["problem"], error


def test_signals_reach_the_program():
    script = "trap 'echo usr1' USR1; trap 'echo usr2' USR2; trap 'echo winch' WINCH; trap 'echo hup; exit 3' HUP; echo go; while :; do sleep 0.05; done"
    with folder() as place:
        process = start("-o", "r", "--", "sh", "-c", script, cwd=place)
        assert process.stdout.readline() == "go\n"
        for number, word in ((signal.SIGUSR1, "usr1"), (signal.SIGUSR2, "usr2"), (signal.SIGWINCH, "winch"), (signal.SIGHUP, "hup")):
            process.send_signal(number)
            assert process.stdout.readline() == word + "\n"
        assert support.finish(process)[0] == 3


def test_environment_and_dispositions():
    """Signal mask and dispositions are as the recorder found them; LD_PRELOAD keeps what was there."""
    with folder() as place:
        show = "grep -E 'Sig(Blk|Ign)' /proc/self/status; echo $LD_PRELOAD; echo $LTTNG_UST_REGISTER_TIMEOUT"
        environment = dict(os.environ, LD_PRELOAD="libdl.so.2")
        bare = subprocess.run(["nohup", "sh", "-c", show], capture_output=True, text=True, env=environment, check=True).stdout.splitlines()
        done = subprocess.run(["nohup", RECORD, "-o", "r", "--", "sh", "-c", show], capture_output=True, text=True, env=environment, cwd=place,
                              check=True, timeout=support.PATIENCE_S).stdout.splitlines()
        assert done[:2] == bare[:2], (bare, done)
        assert done[2].endswith(":libdl.so.2") and done[3] == "3000", done


def test_outlived():
    with folder() as place:
        with open(os.path.join(place, "log"), "w", encoding="utf-8") as log:
            process = subprocess.Popen([RECORD, "-o", "r", "--", TRACED, "leave", "60000"], cwd=place, stdout=log, stderr=log)
            assert process.wait(support.PATIENCE_S) == 0
        said = description(os.path.join(place, "r"))
        assert len(said["outlived"]) == 1, said
        os.kill(said["outlived"][0], signal.SIGKILL)


def test_static_program_is_told():
    with folder() as place:
        source = os.path.join(place, "s.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write("int main(void) { return 4; }\n")
        subprocess.run(["cc", "-static", source, "-o", os.path.join(place, "s")], check=True)
        status, _, error = record("-o", "r", "--", "./s", cwd=place)
        assert status == 4 and "is static" in error, error
        assert any("is static" in note for note in description(os.path.join(place, "r"))["notes"])


def test_size_limit():
    with folder() as place:
        status, out, error = record("-o", "r", "--max-size", "100K", "--", TRACED, "work", "3000", cwd=place)
        assert status == 0 and out == "done\n" and "--max-size" in error, error
        assert any("--max-size" in note for note in description(os.path.join(place, "r"))["notes"])
        assert control(os.path.join(place, "r"))["over"] == 1 and event_count(os.path.join(place, "r")) > 10


def test_full_disk():
    with folder() as place:
        status, out, error = record("-o", "r", "--min-free", "99", "--", TRACED, "work", "100", cwd=place)
        assert status == 0 and out == "done\n" and "is free" in error, error
        said = description(os.path.join(place, "r"))
        assert any("is free" in note for note in said["notes"]) and said["exit"] == 0, said


support.main(globals())
