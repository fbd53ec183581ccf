#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the harness itself: what it reads must not let a failure pass. Speaks TAP, needs no guest."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import images, kcidb, processes, splat, tap  # noqa: E402  (needs the path above)

OOPS = """[    1.0] all is well
[    2.0] Unable to handle kernel NULL pointer dereference at virtual address 0000000000000010
[    2.1] Call trace:
[    3.0] all is well again
"""


def statuses(text, status=None):
    """The statuses that the TAP parser finds."""
    return [c.status for c in tap.parse(text, status)]


def run_data():
    """What a run of the harness writes."""
    cases = [{"name": "npu_fault: hung job, again", "status": "ok", "detail": "", "seconds": 0.5, "log": ""},
             {"name": "no memory leaked", "status": "fail", "detail": "3 objects", "seconds": 0, "log": "/x"},
             {"name": "isp: scaling", "status": "skip", "detail": "only for 7.3", "seconds": 0, "log": ""}]
    return {"name": "e2e-7.3-distro", "begun": 1, "release": "7.3.4", "cases": cases}


def test_kernelci_report_is_valid():
    for commit in ("", "0123456789abcdef0123456789abcdef01234567"):
        report = kcidb.report(run_data(), commit)
        assert not kcidb.check(report), kcidb.check(report)
    assert [t["status"] for t in report["tests"]] == ["PASS", "FAIL", "SKIP"]
    assert report["tests"][0]["path"] == "sunmao.npu_fault.hung_job_again"
    assert report["tests"][1]["log_excerpt"] == "3 objects"


def test_kernelci_faults_are_found():
    for spoil in (lambda r: r.update(version={"major": 4, "minor": 0}),
                  lambda r: r["tests"][0].update(status="OK"),
                  lambda r: r["tests"][0].update(path="a..b"),
                  lambda r: r["tests"][0].update(build_id="sunmao:other"),
                  lambda r: r["tests"][0].update(id=r["tests"][1]["id"]),
                  lambda r: r["tests"][0].update(colour="red"),
                  lambda r: r["tests"][0].pop("origin"),
                  lambda r: r["builds"][0].update(id="somebody:1"),
                  lambda r: r["checkouts"][0].update(git_commit_hash="abc")):
        report = kcidb.report(run_data())
        spoil(report)
        assert kcidb.check(report), "a fault was not seen"


def test_tap_passes():
    assert statuses("1..2\nok 1 - a\nok 2 - b # SKIP no device\n", 0) == ["ok", "skip"]


def test_tap_plan_may_come_last():
    assert statuses("ok 1 - a\n1..1\n", 0) == ["ok"]


def test_tap_failure_keeps_its_notes():
    cases = tap.parse("1..1\n# got 3\nnot ok 1 - a\n", 1)
    assert [c.status for c in cases] == ["fail"] and "got 3" in cases[0].detail


def test_tap_missing_cases_fail():
    assert "fail" in statuses("1..3\nok 1 - a\nok 2 - b\n", 0)


def test_tap_without_plan_fails():
    assert "fail" in statuses("ok 1 - a\n", 0)
    assert "fail" in statuses("", 0)


def test_tap_out_of_order_fails():
    assert "fail" in statuses("1..2\nok 2 - a\nok 1 - b\n", 0)


def test_tap_exit_status_must_fit():
    assert "fail" in statuses("1..1\nok 1 - a\n", 139)
    assert statuses("1..1\nnot ok 1 - a\n", 0).count("fail") == 2


def test_tap_bail_out_fails():
    assert "fail" in statuses("1..1\nok 1 - a\nBail out! no memory\n", 0)


def test_tap_todo_is_no_excuse():
    assert statuses("1..1\nnot ok 1 - a # TO" "DO later\n", 1) == ["fail"]


def test_splat_is_found_once():
    assert len(splat.find(OOPS)) == 1


def test_splat_can_be_allowed():
    assert not splat.find(OOPS, ["NULL pointer"])


def test_splat_patterns():
    for line in ("WARNING: CPU: 0 PID: 1 at x.c:3 f+0x1", "BUG: KASAN: slab-use-after-free in f",
                 "WARNING: drivers/x.c:2132 at f+0x4c0/0x53c, CPU#0: swapper/0/0",
                 "WARNING: possible circular locking dependency detected", "UBSAN: shift-out-of-bounds",
                 "BUG: sleeping function called from invalid context", "refcount_t: underflow",
                 "INFO: task kworker blocked for more than 120 seconds.", "CFI failure at f (target: g)",
                 "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
                 "DMA-API: device driver frees DMA memory with different size",
                 "Internal error: synchronous external abort: 0000000096000010",
                 "rcu: INFO: rcu_preempt detected stalls"):
        assert splat.find("[    1.0] " + line), line


def test_splat_leaves_the_harmless_alone():
    for line in ("DMA-API: preallocated 65536 debug entries", "kasan: KernelAddressSanitizer initialized",
                 "kmemleak: Kernel memory leak detector initialized", "npu: no bug here, warning level 3"):
        assert not splat.find("[    1.0] " + line), line


def test_cpio_is_readable():
    with tempfile.TemporaryDirectory() as where:
        os.makedirs(where + "/tree/a")
        with open(where + "/tree/a/f", "w") as f:
            f.write("hello")
        os.symlink("f", where + "/tree/a/l")
        archive = images.Cpio()
        archive.tree(where + "/tree")
        archive.write(where + "/x.cpio")
        with open(where + "/x.cpio", "rb") as f:
            names = subprocess.run(["cpio", "-t", "--quiet"], stdin=f, stdout=subprocess.PIPE,
                                   check=True, text=True).stdout.split()
        assert names == ["a", "a/f", "a/l"], names


VICTIM = """import time
from harness import processes
print(processes.start(["sleep", "600"], "sleep").pid, flush=True)
time.sleep(600)
"""

# A machine whose guest says that it is there and then nothing more.
FAKE_QEMU = """#!/usr/bin/python3
import json, re, signal, socket, sys
text = " ".join(sys.argv)
agent, qmp = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
qmp.bind(re.search("unix:([^,]+)", text).group(1))
agent.bind(re.search("id=agent,path=([^,]+)", text).group(1))
qmp.listen()
agent.listen()
guest = agent.accept()[0]
control = qmp.accept()[0]
control.sendall(b"{}\\n")
control.recv(4096)
control.sendall(json.dumps({"return": {}}).encode() + b"\\n")
guest.sendall(b"\\x02HELLO\\n")
guest.recv(4096)
print("a command has arrived", file=sys.stderr, flush=True)
signal.pause()
"""
NEXT = """

def test_next(vm):
    assert not vm, "a test begins after the end"
"""
FLYING = {
    "qemu": FAKE_QEMU,
    "test_a.py": "def test_guest(vm):\n    vm.run('true', 600)\n" + NEXT,
    "test_b.py": """
from harness.runner import test


@test(vm=False)
def test_program(t):
    t.host("sleep", ["sh", "-c", f"touch {t.out_dir}.ready; sleep 600; true"])
""" + NEXT,
    "test_c.py": NEXT,
}
RUN = """import sys, types
from harness import processes, results, runner
where = sys.argv[1]
processes.stop_on_signals()
image = types.SimpleNamespace(kernel="", path="", device_tree=lambda *_: "")
setup = types.SimpleNamespace(image=image, qemu=where + "/qemu", programs=())
runner.Runner(setup, "7.3", "distro", results.Results("stop", where), where, parallel=2).run(
    [f"{where}/test_{n}.py" for n in "abc"])
"""


def python(*arguments, **options):
    """Start Python that finds the harness."""
    top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return subprocess.Popen([sys.executable, "-B", *arguments], stdout=subprocess.PIPE, text=True,
                            env=dict(os.environ, PYTHONPATH=top), **options)


def until(condition, what):
    """Wait until @condition() holds."""
    limit = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < limit, what
        time.sleep(0.01)


def stopped_run(where, number):
    """Stop a run of three files, two at a time, while their tests wait; returns its output and its exit status."""
    for name, text in FLYING.items():
        with open(os.path.join(where, name), "w") as f:
            f.write(text)
        os.chmod(f.name, 0o755)
    log, ready = os.path.join(where, "a", "qemu.log"), os.path.join(where, "b-program.ready")
    with python("-c", RUN, where, stderr=subprocess.STDOUT) as harness:
        until(lambda: os.path.exists(ready) and os.path.exists(log) and "arrived" in open(log).read(),
              "the tests do not get to their commands")
        harness.send_signal(number)
        try:
            return harness.communicate(timeout=20)[0], harness.returncode
        except subprocess.TimeoutExpired:
            harness.kill()
            raise AssertionError("the run goes on") from None


def test_a_signal_stops_a_run_with_tests_in_flight():
    for number in (signal.SIGTERM, signal.SIGINT):
        with tempfile.TemporaryDirectory() as where:
            output, status = stopped_run(where, number)
            assert status == 128 + number, f"{status}: {output}"
            names = "a, sh" if "a, sh" in output else "sh, a"
            # that is all: no result of a test that did not end, none of one that did not begin
            assert output == f"\nstopped by {signal.Signals(number).name}, killed: {names}; what was finished is kept, " \
                "the same command continues\n", output
            assert not os.path.exists(os.path.join(where, "c"))
            running = subprocess.run(["pgrep", "-f", where], stdout=subprocess.PIPE, text=True, check=False).stdout
            assert not running, f"processes are left: {running}"


def test_a_list_that_is_not_read_to_its_end_stops_nothing():
    for doubled in processes.parallel(2, lambda n: 2 * n, range(5)):
        assert doubled == 0
        break
    processes.go_on()
    assert list(processes.parallel(2, lambda n: 2 * n, range(5))) == [0, 2, 4, 6, 8]
    assert processes.run(["echo", "here"], 30).stdout == "here\n"


def test_processes_die_with_a_killed_harness():
    with python("-c", VICTIM) as harness:
        name = f"/proc/{int(harness.stdout.readline())}/comm"
        until(lambda: open(name).read() == "sleep\n", "the process does not get to its program")
        harness.kill()
        # its output ends when the last process that has it open is gone: the sleeper
        ready, _, _ = select.select([harness.stdout], [], [], 30)
        assert ready and not harness.stdout.read(), "a process outlives the harness that was killed"


def main():
    """Run all tests."""
    tests = [(n, f) for n, f in globals().items() if n.startswith("test_")]
    failed = 0
    print(f"1..{len(tests)}")
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
            print(f"ok {number} - {name[5:].replace('_', ' ')}")
        except AssertionError as error:
            failed += 1
            print(f"# {error}\nnot ok {number} - {name[5:].replace('_', ' ')}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
