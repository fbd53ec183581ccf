# SPDX-License-Identifier: GPL-2.0-only
"""Static checks, each a row of its own: builds and installs, the kernel's checkers, linters, rules of this project."""

import os
import re
import subprocess

import analysis
import apt
import bazel
import cache
import docs
import gki
import install
import kernel
import kmi
import lava
import linters
import modules
import overlays as board_overlays
import seeds
from harness import processes
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
    ("make modules_install", install.try_modules_install, "6.12", "distro", OURS),
)
# Only in check-all. Nothing of Rockchip is built in here: with IOMMU and power domains.
INSTALLS_LONG = (("DKMS", install.try_dkms, "6.12", "gki", (*OURS, "sunmao_iommu", "sunmao_pmdomain")),)
# The branches of Android whose symbol lists the modules are compared with, and the build that is compared: there is no
# source of 6.18 here, so that 7.3 stands for it.
KMI = (("6.12", "gki"), ("7.3", "distro"))
# Used by a module that was built for an untrimmed kernel, not by one that is built for a trimmed one.
KMI_UNTRIMMED = {"accel_open"}      # drivers/npu/Kbuild
# The build that clang's analyzer follows.
CLANG = ("6.12", "gki")
# What is linked together, for dead code.
PROGRAMS = (("modules", KERNEL_CODE), ("models", ("tools/qemu/",)), ("guest programs", ("tools/testing/",)),
            ("tools", ("tools/isp/",)))
LICENCES = (
    ("include/uapi/", "GPL-2.0-only WITH Linux-syscall-note"),
    ("tools/qemu/", "GPL-2.0-or-later"),
    # as in the kernel: others may use the descriptions of hardware as well
    ("dt-bindings/", ("GPL-2.0-only", "(GPL-2.0-only OR BSD-2-Clause)", "(GPL-2.0-only OR MIT)")),
    ("", "GPL-2.0-only"),
)
# Sphinx reads what this one sets.
SPHINX = "Documentation/conf.py"
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
    work = built(version, profile)
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
    work = os.path.join(built(version, profile), "drivers")
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


def is_shell(name):
    """Whether a file is a shell script."""
    return name.endswith(".sh") or bool(re.match(r"#!.*\b(ba|da)?sh\b", head(name)))


def is_python(name):
    """Whether a file is a Python program or module."""
    return name.endswith(".py") or bool(re.match(r"#!.*python", head(name)))


def is_c(name):
    """Whether a file is C."""
    return name.endswith((".c", ".h"))


def built(version, profile):
    """Where compile_warnings() has built the modules."""
    return os.path.join(cache.BUILD, f"check-{version}-{profile}")


def build_rows(thorough):
    """Rows that build: (title, function), one after the other."""
    for version, profile, sparse in COMPILED:
        compiler = "clang 19" if profile == "gki" else "gcc"
        what = f"{compiler} W=1" + (", sparse" if sparse else "")
        yield (f"{what}: modules for {version} {profile}",
               lambda v=version, p=profile, s=sparse: "\n".join(compile_warnings(v, p, s)))
    for what, function, version, profile, expected in INSTALLS + (INSTALLS_LONG if thorough else ()):
        yield (f"{what}: installs {len(expected)} modules for {version} {profile}",
               lambda f=function, v=version, p=profile, e=expected: f(v, p, e))
    yield ("modprobe: the NPU's nodes load our module and not rocket",
           lambda: install.try_modprobe("7.3", "distro", next(m for m in ours("7.3", "distro")
                                                              if m.endswith("/sunmao_npu.ko"))))


def rows(names, thorough):
    """Rows that only look, at what is there and what build_rows() has built: (title, function)."""
    code = [n for n in names if n.startswith(KERNEL_CODE) and is_c(n)]
    shell = [n for n in names if is_shell(n)]
    python = [n for n in names if is_python(n)]
    models = [n for n in names if n.startswith("tools/qemu/") and is_c(n) and not n.startswith("tools/qemu/tests/")]
    kdir = kernel.kernel(*CLANG)
    patched = [n for n in code if thorough or not n.startswith("kunit/")]

    for patch, options in analysis.semantic_patches(kernel.source("7.3")):
        yield f"coccicheck: {patch}", lambda p=patch, o=options: linters.coccicheck(p, o, patched)
    for name, words in analysis.compile_commands(built(*CLANG)).items():
        yield f"clang analyzer: {name}", lambda w=words: linters.analyzer(w, w[-1], kdir)
    for version, profile in KMI:
        yield (f"KMI {kmi.BRANCHES[version]}: every symbol is exported (modules for {version} {profile})",
               lambda v=version, p=profile: check_kmi(v, p))
    for title, function, files in (
            ("checkpatch --strict", linters.checkpatch, code), ("kernel-doc", linters.kernel_doc, code),
            ("QEMU's checkpatch", linters.qemu_checkpatch, models), ("shellcheck", linters.shellcheck, shell),
            ("pyflakes", linters.pyflakes, python), ("dtc", linters.dtc, [n for n in names if n.endswith(".dtso")]),
            ("schema", linters.binding, [n for n in names if n.startswith("dt-bindings/") and n.endswith(".yaml")])):
        for name in files:
            yield f"{title}: {name}", lambda f=function, n=name: f(n)
    yield "pylint: all Python", lambda: linters.pylint(python)
    yield "vulture: no dead Python", lambda: linters.vulture([n for n in python if n != SPHINX])
    yield ("codespell: no misspelt word",
           lambda: linters.spelling([n for n in names if not n.startswith(linters.NOT_ENGLISH)]))
    yield ("copies: nothing is there twice",
           lambda: analysis.copies(cache.TOP, [n for n in names if n in python or is_c(n) or n.endswith((".cc", ".hh"))]))
    for what, where in PROGRAMS:
        yield (f"dead code: {what}",
               lambda w=where: analysis.dead(cache.TOP, [n for n in names if n.startswith(w) and is_c(n)]))
    yield ("exports: every exported symbol is used",
           lambda: analysis.unused_exports(analysis.built_modules(built("7.3", "distro"))))
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
    yield ("licences: every file names the right one",
           lambda: "\n".join(filter(None, map(check_licence, names))))
    yield ("leftovers: nothing is marked as unfinished",
           lambda: "\n".join(filter(None, map(check_words, names))))


def show(results, title, found):
    """A row of the results."""
    results.add(title, "fail" if found else "ok", found)


def findings(function):
    """Run a row's function; returns its findings."""
    try:
        return function()
    except Failure as failure:
        tail = ""
        if failure.log:
            with open(failure.log, errors="replace") as f:
                tail = "\n".join(f.read().splitlines()[-15:])
        return f"{failure.what}\n{tail}"


def run_checks(results, thorough=False):
    """Run all checks into @results. @thorough: also those that take long."""
    apt.need_packages("base", "qemu", "check", "docs", "lava")
    names = tracked()
    for title, function in build_rows(thorough):
        show(results, title, findings(function))
    titles, functions = zip(*seeds.rows(built(*CLANG), CLANG), *rows(names, thorough))
    for found, title in zip(processes.parallel(cache.jobs(), findings, functions), titles):
        show(results, title, found)
    say("static checks: done")
