# SPDX-License-Identifier: GPL-2.0-only
"""The commands of the front door; each returns an exit status."""

import argparse
import os

import cache
import check
import guest
import kernel
import modules
import qemu
import testing
from ui import Failure, say

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


def cmd_guest(_):
    """Only the guest user lands."""
    say(guest.base())
    say(guest.teflon())
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


def cmd_check(_):
    """Static checks."""
    results = testing.Results("check", RESULTS)
    check.run_checks(results)
    return results.finish()


COMMANDS = {name[4:]: function for name, function in list(globals().items())
            if name.startswith("cmd_")}
