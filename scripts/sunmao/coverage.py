# SPDX-License-Identifier: GPL-2.0-only
"""make coverage: which lines of the drivers the KUnit suites and the end-to-end tests reach.

The modules are built with gcc's counters. The kernel is the one of the other tests: what it lacks, its own gcov
support, is loaded as a module (scripts/coverage). Before a machine is stopped its counters are fetched; what a
machine that died had counted is lost, so that the figures are a lower bound.
"""

import glob
import json
import os
import shutil
import subprocess
import tempfile
import threading

import cache
import kernel
from harness.vm import VMError
from ui import Failure, run, say

HERE = os.path.join(cache.TOP, "scripts", "coverage")
OUT = os.path.join(cache.BUILD, "coverage")
GCOV = "aarch64-linux-gnu-gcov"
FLAGS = "-fprofile-arcs -ftest-coverage -fno-tree-loop-im"
UPSTREAM = ("base.c", "fs.c", "gcc_base.c", "gcc_4_7.c", "gcov.h")
COUNTERS = "/sys/kernel/debug/gcov"
# Files that run for every job, frame or mapping, and how much of them the tests have to reach; of all others.
HOT = ("drivers/npu/npu_core.c", "drivers/npu/npu_ctx.c", "drivers/npu/npu_hw.c", "drivers/npu/npu_job.c",
       "drivers/npu/npu_kick.c", "drivers/npu/npu_mmu.c", "drivers/npu/npu_submit.c", "drivers/npu/npu_vm.c",
       "drivers/isp/isp_blocks.c", "drivers/isp/isp_decode.c", "drivers/isp/isp_hw.c", "drivers/isp/isp_image.c",
       "drivers/isp/isp_raw.c", "drivers/isp/isp_sched.c", "drivers/isp/isp_setup.c", "drivers/isp/isp_validate.c",
       "drivers/iommu/iommu_domain.c", "drivers/iommu/iommu_hw.c", "drivers/iommu/iommu_pgtable.c")
HOT_PERCENT = 90
PERCENT = 75
# Files that may have less: {name: (percent, why)}.
EXCEPTIONS = {}


def runtime(version, profile):
    """Build the kernel's gcov support as a module; returns its build directory."""
    work = os.path.join(cache.BUILD, f"kbuild-gcov-{version}-{profile}")
    origin = os.path.join(kernel.source(version), "kernel", "gcov")
    cache.mirror({os.path.basename(f): f for f in cache.tree_files(HERE)}, work)
    cache.mirror({os.path.join("upstream", name): os.path.join(origin, name) for name in UPSTREAM}, work)
    run(f"gcov as a module for {version} {profile}",
        ["make", "-C", kernel.kernel(version, profile), "ARCH=arm64", *kernel.toolchain(profile), f"M={work}",
         "modules"], cache.log(f"gcov-{version}-{profile}"), env=cache.ccache_env())
    return work


class Lines:
    """How often each line of the drivers ran, over all machines."""

    def __init__(self, work):
        self.work = os.path.realpath(work)
        self.counts = {}
        self.machines = 0
        self.lock = threading.Lock()
        self.count(glob.glob(os.path.join(self.work, "**", "*.gcno"), recursive=True))

    def farewell(self, vm):
        """Fetch the counters of a machine that is about to be stopped."""
        try:
            self.fetch(vm)
        except (OSError, VMError) as error:
            say(f"{vm.name}: its counters are lost: {error}")

    def fetch(self, vm):
        """Fetch the counters of a machine."""
        paths = vm.sh(f"test ! -d {COUNTERS} || find {COUNTERS} -name '*.gcda'", 120).split()
        with tempfile.TemporaryDirectory() as tmp:
            files = []
            for path in paths:
                name = os.path.relpath(path[len(COUNTERS):], self.work)
                files.append(os.path.join(tmp, name))
                os.makedirs(os.path.dirname(files[-1]), exist_ok=True)
                with open(files[-1], "wb") as f:
                    f.write(vm.get(path))
                note = name[:-len("gcda")] + "gcno"
                shutil.copy(os.path.join(self.work, note), os.path.join(tmp, note))
            if files:
                self.count(files)
        with self.lock:
            self.machines += bool(paths)

    def count(self, files):
        """Add what gcov reads from data files, or from notes: those have all lines and no counts."""
        done = subprocess.run([GCOV, "--json-format", "--stdout", *files], cwd=self.work, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise Failure(f"{GCOV}: {done.stderr[-500:]}")
        with self.lock:
            for text in done.stdout.splitlines():
                part = json.loads(text)
                for source in part["files"]:
                    name = os.path.normpath(os.path.join(part["current_working_directory"], source["file"]))
                    name = os.path.relpath(name, self.work)
                    if not name.startswith("drivers/"):
                        continue
                    lines = self.counts.setdefault(name, {})
                    for line in source["lines"]:
                        number = line["line_number"]
                        lines[number] = lines.get(number, 0) + line["count"]


def ranges(numbers):
    """Line numbers as text: 3-5, 8."""
    parts = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(f"{a}-{b}" if b > a else str(a) for a, b in parts)


def wanted(name):
    """(percent that a file has to have, why less than the others or "")."""
    return EXCEPTIONS.get(name, (HOT_PERCENT if name in HOT else PERCENT, ""))


def table(counts):
    """A row for every file: dict with name, lines, reached, percent, wanted, why, missing."""
    rows = []
    for name, lines in sorted(counts.items()):
        reached = sum(1 for n in lines.values() if n)
        percent, why = wanted(name)
        rows.append({"name": name, "lines": len(lines), "reached": reached, "wanted": percent, "why": why,
                     "percent": round(100 * reached / len(lines), 1) if lines else 100.0,
                     "missing": ranges(number for number, n in lines.items() if not n)})
    return rows


def judge(rows, results):
    """A result for every file, and for every name in the lists above that is no file."""
    for row in rows:
        detail = "" if row["percent"] >= row["wanted"] else f"lines {row['missing']} do not run"
        why = f" ({row['why']})" if row["why"] else ""
        results.add(f"{row['name']}: {row['percent']} of at least {row['wanted']} percent{why}",
                    "fail" if detail else "ok", detail)
    for name in sorted({*HOT, *EXCEPTIONS} - {row["name"] for row in rows}):
        results.add(f"{name}: is measured", "fail", "there is no such file")


def write(rows, machines):
    """build/coverage/: report.txt for people, coverage.json for programs; returns the report's path."""
    os.makedirs(OUT, exist_ok=True)
    with open(os.path.join(OUT, "coverage.json"), "w") as f:
        json.dump({"machines": machines, "files": rows}, f, indent=1)
    lines, reached = (sum(row[key] for row in rows) for key in ("lines", "reached"))
    path = os.path.join(OUT, "report.txt")
    with open(path, "w") as f:
        f.write(f"{reached} of {lines} lines of the drivers ran on {machines} machines: "
                f"{100 * reached / max(lines, 1):.1f} percent\n\n percent  wanted   lines  file: lines that did not run\n")
        f.writelines(f"{row['percent']:8.1f}{row['wanted']:8}{row['lines']:8}  {row['name']}"
                     f"{': ' if row['missing'] else ''}{row['missing']}\n" for row in rows)
    say(f"coverage: {path}")
    return path
