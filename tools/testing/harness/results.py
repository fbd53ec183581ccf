# SPDX-License-Identifier: GPL-2.0-only
"""Counting and printing test results."""

import json
import os
import subprocess
import threading
import time

from . import kcidb

MARKS = {"ok": "ok  ", "fail": "FAIL", "skip": "skip"}


def commit():
    """The commit of this tree, "" outside of git."""
    done = subprocess.run(["git", "-C", os.path.dirname(os.path.abspath(__file__)), "rev-parse", "HEAD"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.strip()


class Results:
    """All results of a run; safe to use from several threads."""

    def __init__(self, name, out_dir, info=None):
        self.name = name
        self.path = os.path.join(out_dir, name + ".json")
        self.info = info or {}
        self.cases = []
        self.lock = threading.Lock()
        self.begin = time.monotonic()
        self.begun = int(time.time())
        os.makedirs(out_dir, exist_ok=True)

    def add(self, name, status, detail="", seconds=0.0, log=""):
        """Take one result and print its line; the detail of a failure follows indented."""
        with self.lock:
            self.cases.append({"name": name, "status": status, "detail": detail,
                               "seconds": round(seconds, 2), "log": log})
            note = f"  ({seconds:.1f} s)" if seconds >= 0.05 else ""
            if status == "skip" and detail:
                note += f"  # {detail.splitlines()[0]}"
            print(f"{MARKS[status]}  {name}{note}", flush=True)
            if status == "fail":
                for line in detail.strip().splitlines()[:60]:
                    print(f"        {line}", flush=True)
                if log:
                    print(f"        log: {log}", flush=True)

    def count(self, status):
        """How many results have this status."""
        return sum(c["status"] == status for c in self.cases)

    def summary(self):
        """The last line: N passed, N failed, N skipped."""
        return (f"{self.count('ok')} passed, {self.count('fail')} failed, "
                f"{self.count('skip')} skipped")

    def finish(self):
        """Write the JSON file, and one for KernelCI, and print the summary; returns the exit status."""
        if not self.cases:
            self.add(self.name, "fail", "no test ran")
        data = dict(self.info, name=self.name, begun=self.begun, seconds=round(time.monotonic() - self.begin, 1),
                    passed=self.count("ok"), failed=self.count("fail"), skipped=self.count("skip"),
                    cases=self.cases)
        for path, content in ((self.path, data),
                              (self.path[:-5] + ".kcidb.json", kcidb.report(data, commit()))):
            with open(path + ".tmp", "w") as f:
                json.dump(content, f, indent=1)
            os.replace(path + ".tmp", path)
        print(self.summary(), flush=True)
        return 1 if data["failed"] else 0
