# SPDX-License-Identifier: GPL-2.0-only
"""The commands of the front door; each returns an exit status."""

import argparse
import json
import os

import bench
import cache
import check
import coverage
import demo
import docs
import gki
import guest
import install
import intree
import kernel
import lava
import modules
import qemu
import testing
from ui import Failure, report, say

RESULTS = os.path.join(cache.BUILD, "test-results")


def cmd_setup(args):
    """Everything that the other commands need for one kernel: packages, kernel, machine, user lands."""
    say(f"setup for Linux {args.kernel} {args.profile}; cache: {cache.ROOT}")
    testing.Setup(args.kernel, args.profile)
    say("setup: done")
    return 0


def cmd_kernel(args):
    """Only a kernel."""
    say(kernel.kernel(args.kernel, args.profile))
    return 0


def cmd_qemu(_):
    """Only the emulator."""
    say(qemu.machine())
    return 0


def cmd_modules(args):
    """The suite's modules for a kernel under test."""
    say(modules.modules(args.kernel, args.profile))
    return 0


def cmd_symbol_list(args):
    """Our symbol list for Android's kernel tree, of everything that is packed for a generic image."""
    modules.module_tree(args.kernel, "gki")
    say(gki.symbol_list(args.kernel))
    return 0


def cmd_guest(_):
    """Only the guest user lands."""
    say(guest.base())
    for name in guest.USERLANDS:
        say(guest.userland(name))
    return 0


def test_arguments(args):
    """Arguments behind e2e and kunit: files, -k TEXT, -j N."""
    parser = argparse.ArgumentParser(prog=args.command)
    parser.add_argument("files", nargs="*")
    parser.add_argument("-k", dest="only", default=os.environ.get("ONLY"),
                        help="only tests whose title contains this")
    parser.add_argument("-j", dest="parallel", type=int,
                        default=int(os.environ.get("SUNMAO_VMS") or min(2, cache.jobs())),
                        help="machines at the same time")
    return parser.parse_args(args.rest)


def cmd_e2e(args):
    """End-to-end tests on one kernel."""
    options = test_arguments(args)
    files = [os.path.abspath(f) for f in options.files] or testing.test_files()
    for path in files:
        if not os.path.exists(path):
            raise Failure(f"there is no test file {path}")
    return testing.run_e2e(args.kernel, args.profile, files, RESULTS, options.only, options.parallel)


def cmd_kunit(args):
    """KUnit suites in the virtual machine."""
    test_arguments(args)
    return testing.run_kunit(args.kernel, args.profile, RESULTS)


def cmd_demo(_):
    """A network on the NPU, with a report."""
    return demo.demo()


def cmd_bench(args):
    """Counts per network and job."""
    return bench.bench(args.kernel)


def parts(names):
    """Run several parts; one that cannot run counts as failed; the last line sums all up."""
    passed = failed = skipped = 0
    for title, name, function in names:
        print(f"\n=== {title}", flush=True)
        path = os.path.join(RESULTS, name + ".json")
        if os.path.exists(path):
            os.remove(path)
        try:
            status = function()
        except Failure as failure:
            report(failure)
            status = 1
        if os.path.exists(path):
            with open(path) as f:
                data = json.load(f)
            passed, failed = passed + data["passed"], failed + data["failed"]
            skipped += data["skipped"]
            if status and not data["failed"]:
                failed += 1
        else:
            failed += 1
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def kunit_part(version, profile):
    """A part: the KUnit suites on one kernel."""
    return (f"KUnit on {version} {profile}", f"kunit-{version}-{profile}",
            lambda: testing.run_kunit(version, profile, RESULTS))


def e2e_part(version, profile):
    """A part: the end-to-end tests on one kernel."""
    return (f"end to end on {version} {profile}", f"e2e-{version}-{profile}",
            lambda: testing.run_e2e(version, profile, testing.test_files(), RESULTS,
                                    parallel=min(2, cache.jobs())))


def test_parts():
    """What `make test` runs; the witnesses' kernel first, 6.12 compares with its results."""
    return [("tests of the harness", "host", lambda: testing.run_host(RESULTS)),
            kunit_part("7.3", "distro"), e2e_part("7.3", "distro"),
            kunit_part("6.12", "distro"), e2e_part("6.12", "distro"),
            kunit_part("6.12", "gki"), e2e_part("6.12", "gki")]


def cmd_test(_):
    """Every test."""
    return parts(test_parts())


def check_part(thorough=False):
    """A part: the static checks."""
    return ("static checks", "check", lambda: static_checks(thorough))


def cmd_ci(_):
    """What the continuous integration runs: every test and the static checks."""
    return parts(test_parts() + [check_part()])


def cmd_check_all(_):
    """Static checks, then all tests on the kernel with all sanitizers, then the suite built in."""
    return parts([check_part(True), kunit_part("7.3", "debug"), e2e_part("7.3", "debug"),
                  ("built into the kernel", "intree", lambda: cmd_intree(None)),
                  ("ten thousand hazards", "e2e-7.3-distro", ten_thousand_hazards)])


def ten_thousand_hazards():
    """The long form of the hazard test; a kernel with sanitizers would take hours for it."""
    os.environ["SUNMAO_HAZARD_COUNT"] = "10000"
    hazards = [f for f in testing.test_files() if os.path.basename(f) == "test_hazard.py"]
    return testing.run_e2e("7.3", "distro", hazards, RESULTS)


def cmd_coverage(args):
    """All tests with modules that count the lines that run, and what has to be reached."""
    kernel.kernel(args.kernel, args.profile)
    modules.modules(args.kernel, args.profile, counting=True)
    lines = coverage.Lines(modules.build_directory(args.kernel, args.profile, counting=True))
    testing.vm.VM.farewell = lines.farewell
    options = test_arguments(args)
    files = [os.path.abspath(f) for f in options.files] or testing.test_files()

    def judged():
        results = testing.Results("coverage", RESULTS)
        rows = coverage.table(lines.counts)
        coverage.write(rows, lines.machines)
        coverage.judge(rows, results)
        return results.finish()

    name = modules.variant(args.kernel, args.profile, True)
    return parts([(f"KUnit on {name}", f"kunit-{name}",
                   lambda: testing.run_kunit(args.kernel, args.profile, RESULTS, counting=True)),
                  (f"end to end on {name}", f"e2e-{name}",
                   lambda: testing.run_e2e(args.kernel, args.profile, files, RESULTS, options.only, options.parallel,
                                           counting=True)),
                  ("lines that ran", "coverage", judged)])


def cmd_intree(_):
    """Plant the suite into kernel trees, build it in, boot, run the KUnit suites."""
    results = testing.Results("intree", RESULTS)
    for version in kernel.VERSIONS:
        intree.built_in(version, results)
    return results.finish()


def cmd_dkms(_):
    """Register the suite with this machine's DKMS."""
    install.install()
    return 0


def cmd_docs(_):
    """The documents as HTML."""
    say(docs.build())
    return 0


def cmd_lava(args):
    """Kernel, device trees, ramdisk and jobs for a LAVA lab, below a URL of the lab's."""
    parser = argparse.ArgumentParser(prog=args.command)
    parser.add_argument("--url", default="http://lab.example/sunmao")
    say(lava.make(args.kernel, parser.parse_args(args.rest).url))
    return 0


def cmd_install_into_tree(args):
    """Link or copy the suite into a kernel tree, or take it out again."""
    parser = argparse.ArgumentParser(prog=args.command)
    parser.add_argument("tree")
    parser.add_argument("--copy", action="store_true")
    parser.add_argument("--undo", action="store_true")
    options = parser.parse_args(args.rest)
    if options.undo:
        intree.undo(options.tree)
    else:
        intree.plant(options.tree, options.copy)
        say(f"{options.tree}/{intree.FOLDER}: choose SUNMAO_NPU and its neighbours in the tree's menuconfig")
    return 0


def static_checks(thorough):
    """Run the static checks; returns the exit status."""
    results = testing.Results("check", RESULTS)
    check.run_checks(results, thorough)
    return results.finish()


def cmd_check(_):
    """Static checks."""
    return static_checks(False)


COMMANDS = {name[4:].replace("_", "-"): function for name, function in list(globals().items())
            if name.startswith("cmd_")}
