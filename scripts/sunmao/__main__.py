# SPDX-License-Identifier: GPL-2.0-only
"""Sunmao's front door behind the top-level Makefile: `scripts/sunmao COMMAND ...`."""

import argparse
import sys

import cache
import commands
from harness import processes
from kernel import PROFILES, VERSIONS
from ui import Failure, report


def main():
    """Parse the command line and run one command; the exit status says whether all went well."""
    parser = argparse.ArgumentParser(prog="sunmao", description=__doc__)
    parser.add_argument("command", choices=sorted(commands.COMMANDS))
    parser.add_argument("--kernel", choices=VERSIONS,
                        help="default 6.12, for bench and coverage 7.3")
    parser.add_argument("--profile", default="distro", choices=PROFILES)
    parser.add_argument("rest", nargs="*", help="test files, or more arguments of the command")
    args, more = parser.parse_known_args()
    args.rest += more
    # the witness to compare with is in 7.3
    args.kernel = args.kernel or ("7.3" if args.command in ("bench", "coverage") else "6.12")
    processes.stop_on_signals()
    try:
        return commands.COMMANDS[args.command](args)
    except Failure as failure:
        report(failure)
        return 1
    except OSError as error:
        hint = {28: f"the disk is full: free some space below {cache.ROOT} or {cache.BUILD}",
                13: "check who owns this file"}.get(error.errno, "")
        report(Failure(str(error), hint))
        return 1


if __name__ == "__main__":
    sys.exit(main())
