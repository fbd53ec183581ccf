# SPDX-License-Identifier: GPL-2.0-only
"""make lava: what a lab needs to run the suite on its boards (kernel, device trees, ramdisk, LAVA jobs)."""

import gzip
import os
import re
import shutil
import subprocess

import apt
import cache
import guest
import kernel
import modules
import overlays
import testing
from ui import run, say

# testing has made the path known
from harness.results import commit as tree_commit  # noqa: E402

HERE = os.path.join(cache.TOP, "tools", "lava")
REPORT = os.path.join(cache.TOP, "scripts", "board-report")
# Board, as in dt-bindings/overlays, and what labs call it.
BOARDS = {"rk3588-rock-5b": "rk3588-rock-5b", "rk3588s-orangepi-5": "rk3588s-orangepi-5",
          "rk3588-orangepi-5-plus": "rk3588-orangepi-5-plus"}
# LAVA's own judgement of a job.
VALIDATE = "import sys, yaml, lava_common.schemas as s; s.validate(yaml.safe_load(sys.stdin), strict=True)"


def job(board, release, commit, url):
    """The job for a board as text; its files are expected below @url."""
    with open(os.path.join(HERE, "job.yaml")) as f:
        text = f.read()
    values = {"BOARD": board, "DEVICE_TYPE": BOARDS[board], "RELEASE": release, "COMMIT": commit, "URL": url}
    return re.sub(r"@([A-Z_]+)@", lambda m: values[m.group(1)], text)


def check(board):
    """What LAVA has against the job for a board."""
    apt.need_packages("lava")
    text = job(board, "7.3", "0" * 40, "http://lab.example/sunmao")
    done = subprocess.run(["/usr/bin/python3", "-c", VALIDATE], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout.strip()[-2000:] or f"exit status {done.returncode}" if done.returncode else ""


def ramdisk(version, path):
    """busybox, the kernel's modules and ours, the test programs, board-report; a shell on the console."""
    programs = guest.programs(os.path.join(cache.BUILD, "teflon-root-sdk"))
    archive = testing.images.Cpio()
    for tree in (guest.base(), modules.module_tree(version, "distro")):
        archive.tree(tree)
    archive.symlink("usr/bin/sh", "busybox")
    for origin, name in ((os.path.join(HERE, "init"), "init"), (REPORT, "usr/bin/board-report"),
                         *((p, "usr/lib/sunmao/" + os.path.basename(p)) for p in programs)):
        with open(origin, "rb") as f:
            archive.file(name, f.read(), 0o755)
    archive.write(path + ".cpio")
    with open(path + ".cpio", "rb") as f, gzip.GzipFile(path, "wb", 6, mtime=0) as packed:
        shutil.copyfileobj(f, packed)
    os.remove(path + ".cpio")


def make(version, url):
    """Everything into build/lava/VERSION; returns that folder."""
    kdir = kernel.kernel(version, "distro")
    out = os.path.join(cache.BUILD, "lava", version)
    os.makedirs(out, exist_ok=True)
    guest.userland("teflon")
    shutil.copy2(os.path.join(kdir, "arch/arm64/boot/Image"), out)
    ramdisk(version, os.path.join(out, "ramdisk.cpio.gz"))
    release, commit = kernel.release(kdir), tree_commit() or "unknown"
    for board in BOARDS:
        blob = os.path.join(out, board + ".dtbo")
        log = cache.log("lava")
        run("overlay", ["dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", blob,
                        os.path.join(overlays.HERE, board + ".dtso")], log)
        run("overlay", ["fdtoverlay", "-i", os.path.join(overlays.boards(), overlays.BOARDS[board] + ".dtb"),
                        "-o", os.path.join(out, board + ".dtb"), blob], log, append=True)
        os.remove(blob)
        with open(os.path.join(out, f"job-{board}.yaml"), "w") as f:
            f.write(job(board, release, commit, url))
    say(f"kernel, device trees, ramdisk and jobs for LAVA: {out}")
    return out
