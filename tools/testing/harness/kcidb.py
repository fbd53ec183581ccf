# SPDX-License-Identifier: GPL-2.0-only
"""Results as KernelCI takes them: reports of the KCIDB format, version 5.3, and a check of such reports.

`check` knows the part of the format that reports of this project use. The whole of it is in KernelCI's kcidb-io.
"""

import re

VERSION = {"major": 5, "minor": 3}
STATUSES = {"ok": "PASS", "fail": "FAIL", "skip": "SKIP"}
EXCERPT = 16384

ID = r"[a-z0-9_]+:.+"
TEXT = r"[^\0]*"
# What an object may have: a pattern for a string, a type, or the fields of an object; "*" marks what it must have.
OBJECTS = {
    "checkouts": {"id*": ID, "origin*": r"[a-z0-9_]+", "tree_name": TEXT, "git_commit_name": TEXT,
                  "git_commit_hash": r"[0-9a-f]{40}", "start_time": TEXT},
    "builds": {"id*": ID, "checkout_id*": ID, "origin*": r"[a-z0-9_]+", "architecture": r"[a-z0-9_]*",
               "config_name": TEXT, "comment": TEXT},
    "tests": {"id*": ID, "build_id*": ID, "origin*": r"[a-z0-9_]+", "comment": TEXT,
              "path": r"([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?", "status": "FAIL|ERROR|MISS|PASS|DONE|SKIP",
              "duration": float, "log_excerpt": TEXT,
              "environment": {"comment": TEXT, "compatible": [r"[^ \0]+(,[^ \0]+)*"]}},
}


def path_of(name):
    """A test's title as a path: "npu_fault: hung job" becomes sunmao.npu_fault.hung_job."""
    parts = [re.sub(r"[^a-zA-Z0-9_-]+", "_", part.strip()).strip("_") for part in name.split(": ")]
    return ".".join(["sunmao", *filter(None, parts)])


def report(data, commit="", origin="sunmao", compatible=("radxa,rock-5b", "rockchip,rk3588")):
    """A run of the harness (the content of its JSON file) as a report."""
    checkout = f"{origin}:{commit or 'unknown'}"
    build = f"{checkout}-{data.get('release', data['name'])}"
    tests = []
    for number, case in enumerate(data["cases"], 1):
        test = {"id": f"{origin}:{data['name']}-{data['begun']}-{number}", "build_id": build, "origin": origin,
                "path": path_of(case["name"]), "status": STATUSES[case["status"]], "comment": case["name"],
                "duration": float(case["seconds"]),
                "environment": {"comment": "virtual RK3588", "compatible": list(compatible)}}
        if case["detail"]:
            test["log_excerpt"] = case["detail"].replace("\0", "")[:EXCERPT]
        tests.append(test)
    checkouts = {"id": checkout, "origin": origin, "tree_name": "sunmao"}
    if commit:
        checkouts["git_commit_hash"] = commit
    return {"version": VERSION, "checkouts": [checkouts],
            "builds": [{"id": build, "checkout_id": checkout, "origin": origin, "architecture": "arm64",
                        "comment": f"Linux {data.get('release', '?')}"}],
            "tests": tests}


def check_value(where, value, wanted):
    """Problems of one value."""
    if isinstance(wanted, str):
        if not isinstance(value, str) or not re.fullmatch(wanted, value, re.S):
            yield f"{where}: {value!r} is not {wanted}"
    elif isinstance(wanted, list):
        if not isinstance(value, list):
            yield f"{where} is no list"
        else:
            for item in value:
                yield from check_value(where, item, wanted[0])
    elif isinstance(wanted, dict):
        yield from check_object(where, value, wanted)
    elif not isinstance(value, (int, float)):
        yield f"{where}: {value!r} is no number"


def check_object(where, value, fields):
    """Problems of an object."""
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    known = {name.rstrip("*"): wanted for name, wanted in fields.items()}
    yield from (f"{where} has no {name[:-1]}" for name in fields if name.endswith("*") and name[:-1] not in value)
    for name, content in value.items():
        if name not in known:
            yield f"{where} has an unknown {name}"
        else:
            yield from check_value(f"{where}.{name}", content, known[name])


def check(data):
    """Problems of a report, as a list; empty when KernelCI would take it."""
    found = [] if data.get("version") == VERSION else [f"version {data.get('version')}"]
    found += [f"unknown list {name}" for name in data if name != "version" and name not in OBJECTS]
    for kind, fields in OBJECTS.items():
        items = data.get(kind, [])
        for number, item in enumerate(items):
            found += check_object(f"{kind}[{number}]", item, fields)
            if isinstance(item, dict) and not str(item.get("id")).startswith(f"{item.get('origin')}:"):
                found.append(f"{kind}[{number}]: the id is not one of its origin")
        ids = [item.get("id") for item in items if isinstance(item, dict)]
        found += [f"{kind}: {name} occurs twice" for name in sorted({i for i in ids if ids.count(i) > 1})] \
            if len(set(ids)) != len(ids) else []
    for kind, link, target in (("builds", "checkout_id", "checkouts"), ("tests", "build_id", "builds")):
        there = {item.get("id") for item in data.get(target, []) if isinstance(item, dict)}
        found += [f"{kind}: {item.get(link)} is in no {target}" for item in data.get(kind, [])
                  if isinstance(item, dict) and item.get(link) not in there]
    return found
