# SPDX-License-Identifier: GPL-2.0-only
"""Results of guest programs (TAP) and of KUnit suites (KTAP, read by the kernel's own parser)."""

import importlib
import inspect
import io
import os
import re
import sys
from contextlib import redirect_stdout
from typing import NamedTuple


class Case(NamedTuple):
    """One result."""
    name: str
    status: str         # "ok", "fail", "skip"
    detail: str = ""


LINE = re.compile(r"(not )?ok\b\s*(\d+)?\s*(?:-\s*)?(.*)")
DIRECTIVE = re.compile(r"(.*?)\s*#\s*(SKIP|T[O]DO)\b\s*(.*)", re.I)


def parse(text, status=None):
    """Cases of a program's TAP output.

    A missing or broken plan, a case that is missing or out of order, "Bail out!", and an exit
    @status that does not fit the cases are failed cases of their own: a program that dies half-way
    cannot pass.
    """
    cases = []
    plan = None
    notes = []
    problems = []
    for line in text.splitlines():
        line = line.rstrip()
        m = re.fullmatch(r"1\.\.(\d+)(?:\s*#\s*(?:SKIP)?\s*(.*))?", line)
        if m:
            if plan is not None:
                problems.append("two plans")
            plan = int(m.group(1))
            if plan == 0:
                cases.append(Case("all", "skip", m.group(2) or "nothing to run"))
            continue
        if line.startswith("Bail out!"):
            problems.append(line)
            continue
        m = LINE.fullmatch(line)
        if not m:
            notes.append(line)
            continue
        name, outcome, detail = m.group(3), "fail" if m.group(1) else "ok", ""
        d = DIRECTIVE.fullmatch(name)
        if d:
            name = d.group(1)
            if d.group(2).upper() == "SKIP" and outcome == "ok":
                outcome, detail = "skip", d.group(3)
        if m.group(2) and int(m.group(2)) != len(cases) + 1:
            problems.append(f"case {m.group(2)} where {len(cases) + 1} was expected")
        if outcome == "fail":
            detail = "\n".join(notes[-15:])
        notes = []
        cases.append(Case(name or f"case {len(cases) + 1}", outcome, detail))
    if plan is None:
        problems.append("no plan line 1..N")
    elif plan and plan != len(cases):
        problems.append(f"{plan} cases announced, {len(cases)} reported")
    if status is not None:
        failed = any(c.status == "fail" for c in cases)
        if status and not failed:
            problems.append(f"exit status {status} though no case failed")
        if not status and failed:
            problems.append("exit status 0 though a case failed")
    for problem in problems:
        cases.append(Case("TAP", "fail", problem + "\n" + "\n".join(text.splitlines()[-15:])))
    return cases


def kernel_parser(source):
    """The KUnit parser of the kernel tree @source as (kunit_parser, kunit_printer)."""
    where = os.path.join(source, "tools", "testing", "kunit")
    for name in ("kunit_parser", "kunit_printer"):
        sys.modules.pop(name, None)
    sys.path.insert(0, where)
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        return importlib.import_module("kunit_parser"), importlib.import_module("kunit_printer")
    finally:
        sys.path.remove(where)
        sys.dont_write_bytecode = writes


def parse_ktap(text, source):
    """Leaf cases of a KTAP log, named suite.case[.parameter], as the kernel's own parser sees them."""
    shown = io.StringIO()
    with redirect_stdout(shown):
        # Older printers take hold of the standard output when they are imported.
        parser, printer = kernel_parser(source)
        kwargs = {}
        # Newer parsers are told where to print.
        if "printer" in inspect.signature(parser.parse_run_tests).parameters:
            kwargs["printer"] = printer.Printer(output=shown)
        root = parser.parse_run_tests(text.splitlines(), **kwargs)
    cases = []
    names = {"SUCCESS": "ok", "SKIPPED": "skip"}

    def walk(test, path):
        if test.subtests:
            for sub in test.subtests:
                walk(sub, path + [sub.name])
            # A suite that failed though its cases passed (init, exit, wrong count) is a failure.
            own = test.status.name not in names and \
                all(s.status.name in names for s in test.subtests)
            if path and own:
                cases.append(Case(".".join(path), "fail", f"{test.status.name}\n" + "\n".join(test.log)))
            return
        if path:
            status = names.get(test.status.name, "fail")
            cases.append(Case(".".join(path), status,
                              "" if status == "ok" else f"{test.status.name}\n" + "\n".join(test.log)))

    walk(root, [])
    if root.counts.errors or not cases:
        cases.append(Case("KTAP", "fail", f"{root.counts.errors} errors in the log:\n"
                          + shown.getvalue()[-3000:]))
    return cases
