"""Records programs and holds each report against what the program's source says it must show.

usage: check.py [--contention-unasked] BUILD_FOLDER SOURCE...

A source lies in the build folder's source tree, and its program at the same place in the build folder. Its comment says what must be seen, a line each after `expect:`
  exit N                   the status of `heddle record`: a code, or minus the signal that ended the program
  interrupt SECONDS        the program hangs: after that time `heddle record` gets a SIGINT
  lost N                   events lost
  processes N              exactly N processes
  actors KIND N            exactly N actors of that kind
  actor KIND NAME          an actor of that kind and name
  ended NAME N             a process of that name ended with that code, or by minus that signal
  objects KIND N           exactly N objects of that kind
  object KIND N            at least N objects of that kind
  acquisitions NAME N      how often the object of that name was acquired
  passed PUT GOT NAME      so many items were put into (sent through) the object of that name, and so many got
  finding KIND GRADES A,B  a finding of that kind, of one of the grades (G|H), that names these actors, or threads of these processes; - for any
  nofinding KIND           none of that kind, but refuted ones
  says TEXT                the summary of a finding contains TEXT
  culprit TEXT PERCENT     of the object waited for most: holds acquired at a site that contains TEXT have that share of the blame
  misuse CODE N            exactly N operations were refused with that code: an errno, or a negative one of the runtime
  label ACTOR NAME VALUE   an actor of that name had, or inherited, that value of that context variable at some time; - for none any more
  state NAME STATE MIN MAX milliseconds that the actor, or the threads of that process, spent in that state; - for no limit
A finding that no line expects fails the program, too; refuted ones do not count, nor with --contention-unasked those of mere contention, on which
the schedule decides. Every recording is held against tests/verify-recording.c, too.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

SOURCE_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONTENTION = ("contention", "convoy", "starvation")
# A bound against hangs, not an expectation.
PATIENCE_S = 120


class Report:
    def __init__(self, text, verified, status, interrupted):
        report = json.loads(text)
        self.passed = [line.split()[1:] for line in verified.splitlines() if line.startswith("passed ")]
        self.misuse = dict(line.split()[1:] for line in verified.splitlines() if line.startswith("misuse "))
        self.labels = [line.split(maxsplit=3)[1:] for line in verified.splitlines() if line.startswith("label ")]
        self.status = status
        self.interrupted = interrupted
        self.recording = report["recording"]
        self.actors = report["actors"]
        self.objects = report["objects"]
        self.findings = [finding for finding in report["findings"] if finding["grade"] != "refuted"]
        self.names = {actor["id"]: actor["name"] for actor in self.actors}
        self.processes = {actor["id"]: self.names.get(actor["parent"]) for actor in self.actors if actor["kind"] == "thread"}

    def describe(self, finding):
        names = ",".join(str(self.names.get(actor)) for actor in finding["actors"])
        return f"{finding['kind']} {finding['grade']} {names}: {finding['summary']}"


def expect_exit(report, status):
    return report.status == int(status), report.status


def expect_lost(report, count):
    return report.recording["events_lost"] == int(count), report.recording["events_lost"]


def expect_interrupt(report, seconds):
    return report.interrupted, "it ended before the interrupt"


def expect_processes(report, count):
    return report.recording["processes"] == int(count), report.recording["processes"]


def expect_actors(report, kind, count):
    seen = [actor["name"] for actor in report.actors if actor["kind"] == kind]
    return len(seen) == int(count), seen


def expect_actor(report, kind, name):
    seen = [actor["name"] for actor in report.actors if actor["kind"] == kind]
    return name in seen, seen


def expect_ended(report, name, status):
    seen = {actor["name"]: actor.get("exit") for actor in report.actors if actor["kind"] == "process"}
    return seen.get(name) == int(status), seen


def expect_objects(report, kind, count):
    seen = [item["name"] for item in report.objects if item["kind"] == kind]
    return len(seen) == int(count), seen


def expect_object(report, kind, count):
    seen = [item["name"] for item in report.objects if item["kind"] == kind]
    return len(seen) >= int(count), seen


def expect_acquisitions(report, name, count):
    seen = {item["name"]: item["acquisitions"] for item in report.objects}
    return seen.get(name) == int(count), seen


def expect_passed(report, *wanted):
    return list(wanted) in report.passed, report.passed


def finding_matches(report, finding, kind, grades, names="-"):
    wanted = set() if names == "-" else set(names.split(","))
    named = {name for actor in finding["actors"] for name in (report.names[actor], report.processes.get(actor))}
    return finding["kind"] == kind and finding["grade"] in grades.split("|") and wanted <= named


def expect_finding(report, *rest):
    return any(finding_matches(report, finding, *rest) for finding in report.findings), [report.describe(f) for f in report.findings]


def expect_nofinding(report, kind):
    seen = [report.describe(finding) for finding in report.findings if finding["kind"] == kind]
    return not seen, seen


def expect_says(report, *words):
    seen = [finding["summary"] for finding in report.findings]
    return any(" ".join(words) in summary for summary in seen), seen


def expect_culprit(report, text, percent):
    blamed = [item for item in report.objects if item.get("blame")]
    if not blamed:
        return False, "nobody is blamed for anything"
    worst = max(blamed, key=lambda item: item["wait_total_ns"])
    total = sum(blame["ns"] for blame in worst["blame"])
    share = sum(blame["ns"] for blame in worst["blame"] if text in str(blame["site"]))
    return share * 100 >= float(percent) * total > 0, worst["blame"]


def expect_state(report, name, state, least, most):
    mine = [actor["states_ns"] for actor in report.actors if name in (actor["name"], report.processes.get(actor["id"]))]
    spent = sum(states.get(state, 0) for states in mine) / 1e6
    within = (least == "-" or spent >= float(least)) and (most == "-" or spent <= float(most))
    return bool(mine) and within, [{name: round(ns / 1e6, 1) for name, ns in states.items()} for states in mine]


def expect_misuse(report, code, count):
    return report.misuse.get(code, "0") == count, report.misuse


def expect_label(report, actor, variable, *value):
    return [actor, variable, " ".join(value)] in report.labels, report.labels[:40]


EXPECTATIONS = {name.removeprefix("expect_"): function for name, function in list(globals().items()) if name.startswith("expect_")}


def read_expectations(source):
    with open(source, encoding="utf-8") as lines:
        return [match.group(1).split() for match in (re.match(r"[\s*]*expect:\s*(.+?)\s*$", line) for line in lines) if match]


def complaints(report, wants, unasked):
    for want in wants:
        try:
            met, seen = EXPECTATIONS[want[0]](report, *want[1:])
        except (KeyError, TypeError, ValueError) as error:
            met, seen = False, f"{type(error).__name__}: {error}"
        if not met:
            yield f"{' '.join(want)} (seen: {str(seen)[:600]})"
    expected = [want[1:] for want in wants if want[0] == "finding"]
    for finding in report.findings:
        if finding["kind"] not in unasked and not any(finding_matches(report, finding, *want) for want in expected):
            yield f"not expected: {report.describe(finding)}"


def record(heddle, recording, program, interrupt_after):
    """Status, what it said on stderr, whether it was interrupted. Nothing that it started outlives it in its process group."""
    process = subprocess.Popen([heddle, "record", "-o", recording, "--", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               errors="replace", start_new_session=True)
    interrupted = False
    try:
        try:
            error = process.communicate(timeout=interrupt_after or PATIENCE_S)[1]
        except subprocess.TimeoutExpired:
            if not interrupt_after:
                raise
            interrupted = True
            process.send_signal(signal.SIGINT)
            error = process.communicate(timeout=PATIENCE_S)[1]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return process.returncode, error, interrupted


def check(build, source, unasked):
    """What is wrong with a program's recording: a list of sentences."""
    name = os.path.splitext(os.path.basename(source))[0]
    wants = read_expectations(source)
    if not wants:
        return ["it expects nothing"]
    heddle = os.path.join(build, "heddle")
    program = os.path.join(build, os.path.relpath(os.path.dirname(os.path.abspath(source)), SOURCE_ROOT), name)
    interrupt_after = next((float(want[1]) for want in wants if want[0] == "interrupt"), None)
    with tempfile.TemporaryDirectory(prefix="heddle-check-") as folder:
        recording = os.path.join(folder, name + ".heddle")
        status, error, interrupted = record(heddle, recording, program, interrupt_after)
        reported, verified = (subprocess.run([*command, recording], capture_output=True, text=True, errors="replace", timeout=PATIENCE_S, check=False)
                              for command in ([heddle, "report", "--json"], [os.path.join(build, "tests", "verify-recording")]))
        if reported.returncode != 0:
            return [f"report ended with {reported.returncode}: {reported.stderr.strip()}; record had said: {error.strip()}"]
        breaches = [] if verified.returncode == 0 else [f"the recording is wrong: {verified.stderr.strip()}"]
        return breaches + list(complaints(Report(reported.stdout, verified.stdout, status, interrupted), wants, unasked))


def main():
    arguments = sys.argv[1:]
    unasked = CONTENTION if arguments[0] == "--contention-unasked" else ()
    build, *sources = arguments[1:] if unasked else arguments
    failed = 0
    for source in sources:
        try:
            wrong = check(os.path.abspath(build), source, unasked)
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            wrong = [f"{type(error).__name__}: {error}"]
        failed += bool(wrong)
        print(("FAIL " if wrong else "ok   ") + os.path.basename(source) + "".join(f"\n       {line}" for line in wrong), flush=True)
    sys.exit(failed > 0 or not sources)


main()
