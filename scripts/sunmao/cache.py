# SPDX-License-Identifier: GPL-2.0-only
"""The cache: where things live, keys from the hash of inputs, a lock, and all-or-nothing directories."""

import contextlib
import fcntl
import filecmp
import hashlib
import os
import shutil
import sys

from ui import Failure, say

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(TOP, "build")
ROOT = os.path.abspath(os.path.expanduser(os.environ.get("SUNMAO_CACHE") or "~/.cache/sunmao"))
LOGS = os.path.join(BUILD, "logs")
STAMP = ".complete"
TESTING = os.path.join(TOP, "tools", "testing")
# the harness of the tests is a package there
sys.path.insert(0, TESTING)


def path(*parts):
    """A path inside the cache; its parent exists afterwards."""
    full = os.path.join(ROOT, *parts)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def log(name):
    """Where the log of step @name goes."""
    os.makedirs(LOGS, exist_ok=True)
    return os.path.join(LOGS, name + ".log")


def key(*inputs):
    """12 hex digits that change when any input changes; an input is text, bytes, or ("file", path)."""
    h = hashlib.sha256()
    for item in inputs:
        if isinstance(item, tuple):
            with open(item[1], "rb") as f:
                data = f.read()
        else:
            data = item.encode() if isinstance(item, str) else item
        h.update(len(data).to_bytes(8, "little"))
        h.update(data)
    return h.hexdigest()[:12]


def tree_files(top, suffixes=None):
    """All files below @top (sorted), optionally only some suffixes; no caches and hidden files."""
    found = []
    for here, dirs, files in os.walk(top):
        dirs[:] = sorted(d for d in dirs if not d.startswith(".") and d != "__pycache__")
        found += [os.path.join(here, f) for f in sorted(files)
                  if not f.startswith(".") and (not suffixes or f.endswith(suffixes))]
    return found


def tree_key(top, *more, suffixes=None):
    """A key over names and contents of all files below @top."""
    inputs = list(more)
    for name in tree_files(top, suffixes):
        inputs += [os.path.relpath(name, top), ("file", name)]
    return key(*inputs)


def is_complete(directory):
    """Whether an earlier run finished @directory."""
    return os.path.exists(os.path.join(directory, STAMP))


def mark_complete(directory, note=""):
    """Say that @directory is finished; the last thing a build does."""
    tmp = os.path.join(directory, STAMP + ".tmp")
    with open(tmp, "w") as f:
        f.write(note + "\n")
    os.rename(tmp, os.path.join(directory, STAMP))


@contextlib.contextmanager
def fresh_directory(final):
    """Fill a temporary directory and rename it to @final only when the block succeeded."""
    tmp = f"{final}.tmp.{os.getpid()}"
    remove_tree(tmp)
    os.makedirs(tmp)
    try:
        yield tmp
        mark_complete(tmp)
        remove_tree(final)
        os.rename(tmp, final)
    finally:
        remove_tree(tmp)


def mirror(wanted, out):
    """Copy files into @out, each {name there: origin}, touching only what differs: builders look at times."""
    for name, origin in wanted.items():
        copy = os.path.join(out, name)
        if not os.path.exists(copy) or not filecmp.cmp(origin, copy, shallow=False):
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copyfile(origin, copy)


def remove_tree(directory):
    """Delete a directory if it is there."""
    if os.path.lexists(directory):
        shutil.rmtree(directory)


def need_space(gib, what):
    """Fail before starting @what when the cache's disk has less than @gib GiB left."""
    os.makedirs(ROOT, exist_ok=True)
    free = shutil.disk_usage(ROOT).free / (1 << 30)
    if free < gib:
        raise Failure(f"{what} needs {gib:.1f} GiB in {ROOT}, only {free:.1f} GiB are free",
                      "free some space, or point SUNMAO_CACHE to another disk, and run again")


def link(name, target):
    """Make build/@name point to @target, in one step."""
    os.makedirs(BUILD, exist_ok=True)
    where = os.path.join(BUILD, name)
    tmp = f"{where}.new.{os.getpid()}"
    if os.path.lexists(tmp):
        os.remove(tmp)
    os.symlink(target, tmp)
    os.replace(tmp, where)
    return where


@contextlib.contextmanager
def lock(name):
    """Only one run at a time builds @name; the others wait and say so."""
    with open(path("locks", name + ".lock"), "w") as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting: another run is working on {name}")
            fcntl.flock(f, fcntl.LOCK_EX)
        yield


def ccache_env(env=None):
    """An environment whose compiler cache lies in the cache directory."""
    env = dict(env or os.environ)
    env.setdefault("CCACHE_DIR", path("ccache"))
    env.setdefault("CCACHE_MAXSIZE", "8G")
    env["LC_ALL"] = "C.UTF-8"
    return env


def nice(argv):
    """The command at a lower priority, so that the machine stays usable."""
    return ["nice", "-n", "5"] + argv


def jobs():
    """How many compilers may run at once."""
    return int(os.environ.get("SUNMAO_JOBS") or os.cpu_count() or 2)
