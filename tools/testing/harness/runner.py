# SPDX-License-Identifier: GPL-2.0-only
"""Runs test files: test_*.py, functions test_*(vm) or test_*(vm, t).

All tests of a file share one machine unless they ask for their own; a test that leaves the kernel
complaining fails, and the next test gets a new machine.
"""

import importlib.util
import inspect
import json
import os
import threading
import time
import traceback

from . import processes, tap
from .vm import VM, VMError


# Tests without a machine are the same on every kernel: they run once, with this one.
HOST_TESTS_WITH = ("7.3", "distro")
EARLY_CONSOLE = "earlycon=uart8250,mmio32,0xfeb50000 keep_bootcon"


class Skip(Exception):
    """Raised by t.skip()."""


def test(kernels=None, profiles=None, not_profiles=(), fresh=False, vm=None, name=None,
         needs=()):
    """Decorator for a test that is not for every kernel or that needs a machine of its own.

    @kernels, @profiles: run only on these; elsewhere the test counts as skipped.
    @not_profiles: skipped on these. @fresh: a machine of its own.
    @vm: dict of VM arguments; implies @fresh. False: no machine.
    @name: shown instead of the function's name. @needs: programs that the guest must have.
    """
    def mark(function):
        function.sunmao = {"kernels": kernels, "profiles": profiles, "not_profiles": not_profiles,
                           "fresh": fresh or bool(vm), "vm": vm, "name": name, "needs": needs}
        return function
    return mark


class Context:
    """What a test gets as `t`: the run's parameters, sub-results, files."""

    def __init__(self, runner, title, out_dir):
        self.runner = runner
        self.kernel = runner.kernel
        self.profile = runner.profile
        self.title = title
        self.out_dir = out_dir
        self.machines = []
        self.subs = 0
        self.failed = []

    def skip(self, reason):
        """End the test as skipped."""
        raise Skip(reason)

    def sub(self, name, ok, detail="", status=None):
        """Report one of several results of this test; it counts as a test of its own."""
        self.subs += 1
        status = status or ("ok" if ok else "fail")
        if status == "fail":
            self.failed.append(name)
        self.runner.results.add(f"{self.title}: {name}", status, detail,
                                log=self.out_dir if status == "fail" else "")
        return ok

    def tap(self, vm, command, timeout=120):
        """Run a guest program that speaks TAP; each of its cases is a result. Returns the cases."""
        job = vm.spawn(command, timeout)
        try:
            result = job.wait(timeout + 30)
        except VMError as error:
            self.report([case for case in tap.parse(job.output) if case.name != "TAP"])
            raise VMError(f"`{command}` did not end: {error}") from None
        finally:
            self.save(command.split()[0].split("/")[-1] + ".tap", job.output)
        return self.report(tap.parse(result.output, result.rc))

    def report(self, cases):
        """Make a result of every case; returns the cases."""
        for case in cases:
            self.sub(case.name, case.status == "ok", case.detail, case.status)
        return cases

    def host(self, name, argv, timeout=600):
        """Run a program of the host that speaks TAP; returns its cases, which are no results yet."""
        result = processes.run(argv, timeout)
        self.save(f"{name}.tap", result.stdout + result.stderr)
        return tap.parse(result.stdout, result.returncode)

    def save(self, name, text):
        """Keep a file with the test's logs; returns its path."""
        os.makedirs(self.out_dir, exist_ok=True)
        path = os.path.join(self.out_dir, name)
        with open(path, "wb" if isinstance(text, bytes) else "w") as f:
            f.write(text)
        return path

    def save_json(self, name, data):
        """Keep figures with the test's logs."""
        return self.save(name, json.dumps(data, indent=1))

    def machine(self, **options):
        """Boot one more machine; it is stopped when the test ends."""
        vm = self.runner.new_vm(f"{self.title.replace(': ', '-')}-{len(self.machines)}", **options)
        self.machines.append(vm)
        return vm.start()


class Runner:
    """Runs test files against one kernel.

    @setup: an object with `image` (images.Image), `qemu` (path), `programs` (names in the guest).
    """

    def __init__(self, setup, kernel, profile, results, out_dir, only=None, parallel=1):
        self.setup = setup
        self.kernel = kernel
        self.profile = profile
        self.results = results
        self.out_dir = out_dir
        self.only = only
        self.parallel = parallel
        self.lock = threading.Lock()

    def new_vm(self, name, **options):
        """A machine, not started yet."""
        if self.profile == "gki":
            # without the clock driver, which is a module, there is no console driver for the UART either
            options["append"] = EARLY_CONSOLE + " " + options.get("append", "")
            options.setdefault("load", True)
        return VM(self.setup.image, name.replace("/", "-").replace(" ", "-"), self.out_dir,
                  self.setup.qemu, **options)

    def run(self, files):
        """Run all files, @parallel of them at once."""
        for _ in processes.parallel(self.parallel, self.run_file, files):
            pass

    def load(self, path):
        """Import a test file."""
        name = os.path.basename(path)[:-3]
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        with self.lock:
            spec.loader.exec_module(module)
        return module

    def run_file(self, path):
        """Run one file's tests in the order of the file."""
        stem = os.path.basename(path)[len("test_"):-3]
        try:
            module = self.load(path)
        except Exception:
            self.results.add(stem, "fail", traceback.format_exc())
            return
        profiles = getattr(module, "PROFILES", ("distro", "debug"))
        if self.profile not in profiles:
            if self.only is None:
                self.results.add(stem, "skip", f"only for profile {', '.join(profiles)}")
            return
        shared = None
        tests = [f for n, f in vars(module).items()
                 if n.startswith("test_") and inspect.isfunction(f)]
        tests.sort(key=lambda f: f.__code__.co_firstlineno)
        options = getattr(module, "VM_OPTIONS", {})
        try:
            for function in tests:
                shared = self.run_test(stem, function, shared, options)
        finally:
            if shared:
                self.retire(stem, shared)

    def retire(self, title, vm):
        """Stop a machine; on the debug kernel ask first what leaked."""
        if self.profile == "debug" and vm.alive():
            try:
                leaks = vm.leaks()
                self.results.add(f"{title}: no memory leaked", "fail" if leaks else "ok", leaks,
                                 log=vm.log_dir)
            except VMError as error:
                self.results.add(f"{title}: no memory leaked", "fail", str(error), log=vm.log_dir)
        vm.stop()

    def why_skip(self, marks):
        """Why a test is not for this run, or None."""
        kernels, profiles = marks.get("kernels"), marks.get("profiles")
        if marks.get("vm") is False and (self.kernel, self.profile) != HOST_TESTS_WITH:
            return f"needs no guest: runs with {' '.join(HOST_TESTS_WITH)}"
        if kernels and self.kernel not in kernels:
            return f"only for {', '.join(kernels)}"
        if profiles and self.profile not in profiles:
            return f"only for profile {', '.join(profiles)}"
        if self.profile in marks.get("not_profiles", ()):
            return f"not for profile {self.profile}"
        missing = [p for p in marks.get("needs", ()) if p not in self.setup.programs]
        if missing:
            return f"no {', '.join(missing)} in the guest"
        return None

    def run_test(self, stem, function, shared, options):
        """Run one test; returns the machine for the next one."""
        marks = getattr(function, "sunmao", {})
        short = marks.get("name") or function.__name__[len("test_"):].replace("_", " ")
        title = f"{stem}: {short}"
        if self.only and self.only not in title:
            return shared
        reason = self.why_skip(marks)
        if reason:
            self.results.add(title, "skip", reason)
            return shared
        t = Context(self, title, os.path.join(self.out_dir, f"{stem}-{function.__name__[5:]}"))
        own = marks.get("fresh", False)
        no_vm = marks.get("vm") is False
        vm = None if own else shared
        begin = time.monotonic()
        status, detail = "ok", ""
        try:
            if not no_vm and vm is None:
                name = f"{stem}-{function.__name__[5:]}" if own else stem
                vm = self.new_vm(name, **dict(options, **(marks.get("vm") or {})))
                vm.start()
                if self.profile == "debug":
                    vm.forget_leaks()
            arguments = [] if no_vm and "vm" not in inspect.signature(function).parameters else [vm]
            if "t" in inspect.signature(function).parameters:
                arguments.append(t)
            function(*arguments)
        except Skip as skip:
            status, detail = "skip", str(skip)
        except AssertionError as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            detail = f"{os.path.basename(where.filename)}:{where.lineno}: {where.line}\n{error}"
            status = "fail"
        except Exception as error:
            where = [f for f in traceback.extract_tb(error.__traceback__)
                     if f.filename == function.__code__.co_filename][-1:]
            place = f"{os.path.basename(where[0].filename)}:{where[0].lineno}: {where[0].line}\n" \
                if where else ""
            detail = f"{place}{type(error).__name__}: {error}"
            status = "fail"
        # a machine that was taken away is no result
        processes.go_on()
        status, detail, broken = self.after(t, [vm] + t.machines, status, detail)
        for machine in t.machines:
            machine.stop()
        if not t.subs or status == "fail":
            self.results.add(title, status, detail, time.monotonic() - begin,
                             vm.log_dir if vm else "")
        if vm and (own or broken):
            self.retire(title if own else stem, vm)
        if own:
            return shared
        return None if broken else vm

    @staticmethod
    def after(t, machines, status, detail):
        """Look for kernel complaints; returns (status, detail, machine is not to be used again)."""
        broken = False
        for vm in machines:
            if vm is None:
                continue
            found = []
            if vm.process is None:
                broken = True
                continue
            try:
                found = vm.complaints()
            except (OSError, VMError) as error:
                broken = True
                if status == "ok":
                    status, detail = "fail", str(error)
            vm.allowed.clear()
            if found:
                broken = True
                status = "fail"
                detail += f"\n{len(found)} kernel complaint(s) on {vm.name}, the first:\n{found[0]}"
            if not vm.alive():
                broken = True
        # a failed test may leave programs and modules behind
        if status == "fail" or t.failed:
            broken = True
        return status, detail.strip(), broken
