# SPDX-License-Identifier: GPL-2.0-only
"""Everything a test run needs: kernel, machine, guest image; and which tests there are."""

import glob
import os
import sys

import cache
import guest
import kernel
import modules
import qemu
from harness import images, processes, tap, vm
from harness.results import Results
from harness.runner import Runner
from harness.vm import VMError
from ui import say


class Setup:
    """A bootable combination: `image`, `qemu`, `programs`, `kdir`, `source`."""

    def __init__(self, version, profile, counting=False):
        self.version = version
        self.profile = profile
        self.kdir = kernel.kernel(version, profile)
        self.source = kernel.source(version)
        self.qemu = qemu.machine()
        # two runs in one checkout share build/: one after the other
        with cache.lock(f"setup-{cache.key(cache.BUILD)}"):
            userlands = [guest.userland(name) for name in guest.USERLANDS]
            files = guest.programs(os.path.join(cache.BUILD, "teflon-root-sdk"))
            trees = [guest.base(), modules.module_tree(version, profile, counting), *userlands]
            self.programs = [os.path.basename(f) for f in files]
            self.image = images.Image(os.path.join(self.kdir, "arch/arm64/boot/Image"),
                                      kernel.board_dtb(), trees, files,
                                      os.path.join(cache.BUILD, "images",
                                                   modules.variant(version, profile, counting) + ".cpio"))


def test_files():
    """All end-to-end test files: tools/testing/*/test_*.py; witnesses first."""
    found = glob.glob(os.path.join(cache.TESTING, "*", "test_*.py"))
    order = ["test_boot.py", "test_witness.py"]
    return sorted(found, key=lambda f: (order.index(os.path.basename(f))
                                        if os.path.basename(f) in order else len(order), f))


def run_e2e(version, profile, files, out_dir, only=None, parallel=1, counting=False):
    """Run test files on one kernel; returns the exit status."""
    setup = Setup(version, profile, counting)
    name = "e2e-" + modules.variant(version, profile, counting)
    logs = os.path.join(out_dir, name)
    results = Results(name, out_dir, {"kernel": version, "profile": profile,
                                      "release": kernel.release(setup.kdir)})
    say(f"end-to-end tests on Linux {kernel.release(setup.kdir)} (logs: {logs})")
    slow_down(profile)
    Runner(setup, version, profile, results, logs, only, parallel).run(files)
    return results.finish()


def slow_down(profile):
    """Sanitizers cost time: stretch all limits of the harness, unless the user has."""
    if profile == "debug" and "SUNMAO_TIME_SCALE" not in os.environ:
        vm.TIME_SCALE = 4.0


def run_kunit(version, profile, out_dir, counting=False):
    """Load every KUnit module of ours in a machine and read what the suites report."""
    setup = Setup(version, profile, counting)
    name = "kunit-" + modules.variant(version, profile, counting)
    results = Results(name, out_dir, {"kernel": version, "profile": profile,
                                      "release": kernel.release(setup.kdir)})
    say(f"KUnit on Linux {kernel.release(setup.kdir)} (logs: {os.path.join(out_dir, name)})")
    slow_down(profile)
    ours = os.path.join(cache.BUILD, "modules-" + modules.variant(version, profile, counting))
    suites = sorted(f[:-3] for f in os.listdir(ours) if is_kunit(os.path.join(ours, f)))
    runner = Runner(setup, version, profile, results, os.path.join(out_dir, name))
    for module in suites:
        kunit_module(runner, module, results, setup.source)
    if not suites:
        results.add(name, "fail", f"no KUnit module in {ours}")
    return results.finish()


def is_kunit(path):
    """Whether a module imports from kunit.ko."""
    with open(path, "rb") as f:
        data = f.read()
    return b"depends=" in data and any(b"kunit" in part.split(b"\0")[0].split(b",")
                                       for part in data.split(b"depends=")[1:])


def kunit_module(runner, module, results, source):
    """One KUnit module in a fresh machine: its suites' KTAP from debugfs, complaints, unloading."""
    machine = runner.new_vm(module, load=False)
    status, detail = "ok", ""
    log = machine.log_dir
    try:
        machine.start()
        if runner.profile == "debug":
            machine.forget_leaks()
        # Before 7.x "autorun" is unknown and ignored: suites run when their module is loaded.
        machine.modprobe("kunit", "enable=1 autorun=1")
        # Suites make single allocations fail, where the kernel can; also those that may wait.
        machine.run("cd /sys/kernel/debug/failslab && echo N > ignore-gfp-wait && echo 0 > verbose")
        # A suite runs while its module loads; a hanging one ends with this limit.
        machine.modprobe(module, timeout=900)
        text = machine.sh("cat /sys/kernel/debug/kunit/*/results", 60)
        with open(os.path.join(log, "ktap.log"), "w") as f:
            f.write(text + "\n")
        for part in text.split("KTAP version 1\n1..1\n"):
            if not part.strip():
                continue
            for case in tap.parse_ktap("KTAP version 1\n1..1\n" + part, source):
                results.add(case.name, case.status, case.detail,
                            log=log if case.status == "fail" else "")
        machine.sh(f"rmmod {module}")
        if runner.profile == "debug":
            leaks = machine.leaks()
            results.add(f"{module}: no memory leaked", "fail" if leaks else "ok", leaks, log=log)
    except VMError as error:
        status, detail = "fail", str(error)
    if machine.process:
        try:
            found = machine.complaints()
        except (OSError, VMError) as error:
            found = [str(error)]
        if found:
            status = "fail"
            detail += f"\n{len(found)} kernel complaint(s), the first:\n{found[0]}"
        machine.stop()
    results.add(f"{module}: loads, runs and unloads without complaint", status, detail.strip(), log=log)


def run_host(out_dir):
    """The tests of the harness, which need no guest."""
    results = Results("host", out_dir)
    argv = [sys.executable, "-B", os.path.join(cache.TESTING, "harness", "selftest.py")]
    done = processes.run(argv, 600)
    for case in tap.parse(done.stdout + done.stderr, done.returncode):
        results.add(f"harness: {case.name}", case.status, case.detail)
    return results.finish()
