# SPDX-License-Identifier: GPL-2.0-only
"""Static checks: ways to install, compilers' warnings, sparse, checkpatch, kernel-doc, shellcheck, pyflakes, licences."""

import os
import re
import subprocess

import apt
import bazel
import cache
import docs
import gki
import install
import kernel
import kmi
import lava
import modules
import overlays as board_overlays
import qemu
from ui import Failure, run, say

KERNEL_CODE = ("drivers/", "include/", "kunit/", "scripts/gki/", "tools/bench/")
# (kernel, profile, sparse): gcc on both kernels, clang where the kernel is a clang kernel.
# The build of 7.3 refuses Debian 12's sparse as too old and goes on without it; that of 6.12 takes it.
COMPILED = (("7.3", "distro", False), ("6.12", "distro", True), ("6.12", "gki", False))
# Ways to install, each on a kernel where it gives other modules.
OURS = ("sunmao_npu", "sunmao_isp", "sunmao_sc8551")
INSTALLS = (
    ("DKMS", install.try_dkms, "7.3", "distro", OURS),
    ("DKMS", install.try_dkms, "6.12", "distro", OURS),
    # nothing of Rockchip built in: with IOMMU and power domains
    ("DKMS", install.try_dkms, "6.12", "gki", (*OURS, "sunmao_iommu", "sunmao_pmdomain")),
    ("make modules_install", install.try_modules_install, "6.12", "distro", OURS),
)
# The branches of Android whose symbol lists the modules are compared with, and the build that is compared: there is no
# source of 6.18 here, so that 7.3 stands for it.
KMI = (("6.12", "gki"), ("7.3", "distro"))
# Used by a module that was built for an untrimmed kernel, not by one that is built for a trimmed one.
KMI_UNTRIMMED = {"accel_open"}      # drivers/npu/Kbuild
# checkpatch types that make no sense for a file, and why.
CHECKPATCH_IGNORE = {
    # the one place that knows kernel versions
    "include/sunmao/compat.h": "LINUX_VERSION_CODE,CONSTANT_COMPARISON",
    # a table whose macro takes a type and a member
    "drivers/isp/isp_rules.c": "MACRO_ARG_REUSE",
}
LICENCES = (
    ("include/uapi/", "GPL-2.0-only WITH Linux-syscall-note"),
    ("tools/qemu/", "GPL-2.0-or-later"),
    # as in the kernel: others may use the descriptions of hardware as well
    ("dt-bindings/", ("GPL-2.0-only", "(GPL-2.0-only OR BSD-2-Clause)", "(GPL-2.0-only OR MIT)")),
    ("", "GPL-2.0-only"),
)
# Files that need or can carry no licence line.
NO_LICENCE = ("COPYING", "MAINTAINERS")
NO_LICENCE_SUFFIX = (".md", ".json", ".png", ".txt", ".load")
NO_LICENCE_FOLDER = ("scripts/kernel/kmi/", "Documentation/")


def tracked():
    """Files of the tree, relative to its top: what git knows, or all when there is no git."""
    result = subprocess.run(["git", "-C", cache.TOP, "ls-files", "-co", "--exclude-standard"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if result.returncode == 0 and result.stdout:
        names = result.stdout.splitlines()
    else:
        names = [os.path.relpath(f, cache.TOP) for f in cache.tree_files(cache.TOP)]
    return sorted(n for n in names if os.path.isfile(os.path.join(cache.TOP, n))
                  and not n.startswith("build/"))


def head(name, lines=2):
    """The first lines of a file."""
    with open(os.path.join(cache.TOP, name), errors="replace") as f:
        return "".join(f.readline() for _ in range(lines))


def compile_warnings(version, profile, sparse):
    """Build all modules from nothing with W=1; returns the compiler's lines about our files."""
    work = os.path.join(cache.BUILD, f"check-{version}-{profile}")
    log = cache.log(f"check-{version}-{profile}")
    cache.remove_tree(work)
    modules.copy_sources(work)
    argv = modules.kbuild_args(version, profile) + [f"M={work}", f"-j{cache.jobs()}", "W=1"]
    # a cached object would hide its warnings from sparse
    argv = [a.replace("CC=ccache ", "CC=") for a in argv] + (["C=2"] if sparse else [])
    run(f"W=1 build for {version} {profile}", argv + ["modules"], log, env=cache.ccache_env())
    found = []
    with open(log, errors="replace") as f:
        for line in f:
            if re.search(r"\b(warning|error|WARNING|ERROR)\b", line) and \
                    re.search(r"(^|/|\s)(drivers|kunit|include/sunmao|include/uapi)/|modpost", line) and \
                    "/linux-" not in line.split(":")[0]:
                found.append(line.strip().replace(work + "/", ""))
    return found


def ours(version, profile):
    """The modules of ours that compile_warnings() has built, without tests."""
    work = os.path.join(cache.BUILD, f"check-{version}-{profile}", "drivers")
    found = cache.tree_files(work, (".ko",)) if os.path.isdir(work) else []
    if not found:
        raise Failure(f"there are no modules in {work}", "see the W=1 build")
    return found


def check_kmi(version, profile):
    """What keeps our modules, and upstream's that are packed with them, from loading on an image of Android."""
    found = ours(version, profile)
    if profile == "gki":
        packed = gki.packed_upstream(version)
        # built into a real image, which has more exports for itself than for modules
        built_in = [m for m in packed if os.path.basename(m) == "regmap-i2c.ko"]
        return kmi.offenders(kmi.BRANCHES[version], found + [m for m in packed if m not in built_in], built_in)
    shipped = cache.tree_files(os.path.join(kernel.kernel(version, profile), "staging"), ("gpu-sched.ko",))
    return kmi.offenders(kmi.BRANCHES[version], found, shipped, KMI_UNTRIMMED)


def tool(argv, name):
    """Run a checker on one file; returns its findings as text, "" when there are none."""
    result = subprocess.run(argv, cwd=cache.TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    return result.stdout.strip() or f"{name}: exit status {result.returncode}" if result.returncode \
        else ""


def check_licence(name):
    """The licence line that this file must begin with is there."""
    wanted = next(licence for prefix, licence in LICENCES if name.startswith(prefix))
    if os.path.basename(name) in NO_LICENCE or name.endswith(NO_LICENCE_SUFFIX) or \
            name.startswith(NO_LICENCE_FOLDER):
        return ""
    # QEMU's files have it at the end of their first comment
    lines = 80 if name.startswith("tools/qemu/") else 2
    m = re.search(r"SPDX-License-Identifier: (.*?)(\s*\*/)?\s*$", head(name, lines), re.M)
    if not m:
        return f"{name}: no SPDX-License-Identifier in the first {lines} lines"
    allowed = wanted if isinstance(wanted, tuple) else (wanted,)
    return "" if m.group(1) in allowed else f"{name}: licence is {m.group(1)}, must be {' or '.join(allowed)}"


def check_words(name):
    """Nothing is left for later, and no path of somebody's machine is in the tree."""
    found = []
    with open(os.path.join(cache.TOP, name), errors="replace") as f:
        for number, line in enumerate(f, 1):
            if re.search(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b|/wo" r"rk/", line):
                found.append(f"{name}:{number}: {line.strip()}")
    return "\n".join(found)


def check_binding(name):
    """A device tree binding is a schema by the rules of the kernel."""
    done = subprocess.run(["dt-doc-validate", "-u", os.path.dirname(os.path.dirname(name)), name], cwd=cache.TOP,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.strip() or ("" if not done.returncode else f"exit status {done.returncode}")


def is_shell(name):
    """Whether a file is a shell script."""
    return name.endswith(".sh") or bool(re.match(r"#!.*\b(ba|da)?sh\b", head(name)))


def checks(names):
    """All checks as (title, function that returns the findings)."""
    tree = kernel.source("7.3")
    code = [n for n in names if n.startswith(KERNEL_CODE) and n.endswith((".c", ".h"))]
    shell = [n for n in names if is_shell(n)]
    python = [n for n in names if n.endswith(".py") or re.match(r"#!.*python", head(n))]
    models = [n for n in names if n.startswith("tools/qemu/") and n.endswith((".c", ".h"))
              and not n.startswith("tools/qemu/tests/")]
    overlays = [n for n in names if n.endswith(".dtso")]

    for version, profile, sparse in COMPILED:
        compiler = "clang 19" if profile == "gki" else "gcc"
        what = f"{compiler} W=1" + (", sparse" if sparse else "")
        yield (f"{what}: modules for {version} {profile}",
               lambda v=version, p=profile, s=sparse: "\n".join(compile_warnings(v, p, s)))
    for what, function, version, profile, expected in INSTALLS:
        yield (f"{what}: installs {len(expected)} modules for {version} {profile}",
               lambda f=function, v=version, p=profile, e=expected: f(v, p, e))
    yield ("modprobe: the NPU's nodes load our module and not rocket",
           lambda: install.try_modprobe("7.3", "distro", next(m for m in ours("7.3", "distro")
                                                              if m.endswith("/sunmao_npu.ko"))))
    for version, profile in KMI:
        yield (f"KMI {kmi.BRANCHES[version]}: every symbol is exported (modules for {version} {profile})",
               lambda v=version, p=profile: check_kmi(v, p))
    for name in code:
        ignore = CHECKPATCH_IGNORE.get(name)
        argv = ["perl", os.path.join(tree, "scripts/checkpatch.pl"), "--no-tree", "--strict", "--terse",
                "--no-summary", "--show-types", "-f", name]
        yield (f"checkpatch --strict: {name}",
               lambda a=argv + (["--ignore", ignore] if ignore else []): tool(a, "checkpatch"))
    for name in code:
        argv = ["python3", "-B", os.path.join(tree, "scripts/kernel-doc"), "-none", "-Wall", "-Werror",
                name]
        yield f"kernel-doc: {name}", lambda a=argv: tool(a, "kernel-doc")
    for name in models:
        argv = ["perl", os.path.join(qemu.source(), "scripts/checkpatch.pl"), "--no-tree", "--strict",
                "--terse", "--no-summary", "-f", name]
        yield f"QEMU's checkpatch: {name}", lambda a=argv: tool(a, "checkpatch")
    for name in shell:
        yield f"shellcheck: {name}", lambda n=name: tool(["shellcheck", "-x", n], "shellcheck")
    for name in python:
        yield (f"python: {name}", lambda n=name: tool(
            ["python3", "-B", "-c", "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')",
             n], "python") or tool(["pyflakes3", n], "pyflakes3"))
    for name in overlays:
        yield (f"dtc: {name}", lambda n=name: tool(
            ["dtc", "-@", "-I", "dts", "-O", "dtb", "-o", "/dev/null", "-W", "no-interrupts_property", n],
            "dtc"))
    yield "overlays: a board is named for each", lambda: board_overlays.unlisted(names)
    for name, board in board_overlays.BOARDS.items():
        yield f"overlay {name} on mainline's {board}: valid", lambda n=name: board_overlays.check(n)
    yield "BUILD.bazel: the modules and sources of Kbuild", bazel.check
    for board in lava.BOARDS:
        yield f"LAVA job: {board}", lambda b=board: lava.check(b)
    yield "documents: Sphinx builds them without a warning", docs.check_build
    for name in names:
        if name.endswith((".md", ".rst")):
            yield f"documents: what it names is there: {name}", lambda n=name: docs.check_references(n)
    for name in names:
        if name.startswith("dt-bindings/") and name.endswith(".yaml"):
            yield f"schema: {name}", lambda n=name: check_binding(n)
    yield ("licences: every file names the right one",
           lambda: "\n".join(filter(None, map(check_licence, names))))
    yield ("leftovers: nothing is marked as unfinished",
           lambda: "\n".join(filter(None, map(check_words, names))))


def run_checks(results):
    """Run all checks into @results."""
    apt.need_packages("base", "qemu", "check", "docs", "lava")
    for title, function in checks(tracked()):
        try:
            found = function()
        except Failure as failure:
            tail = ""
            if failure.log:
                with open(failure.log, errors="replace") as f:
                    tail = "\n".join(f.read().splitlines()[-15:])
            found = f"{failure.what}\n{tail}"
        results.add(title, "fail" if found else "ok", found)
    say("static checks: done")
