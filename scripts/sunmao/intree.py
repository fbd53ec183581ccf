# SPDX-License-Identifier: GPL-2.0-only
"""The suite inside a kernel tree, as drivers/sunmao: planted, taken out again, built in and booted."""

import os
import re
import shutil
import subprocess

import apt
import cache
import kernel
import modules
import qemu
import testing
from ui import Failure, run, say

FOLDER = "drivers/sunmao"
# file of the tree -> the line of ours in it
HOOKS = {
    "drivers/Kconfig": 'source "drivers/sunmao/Kconfig"',
    "drivers/Makefile": "obj-y += sunmao/",
}
# What the kernels under test have as modules and a suite that is built in needs built in.
BUILT_IN = ("KUNIT", "MEDIA_SUPPORT", "SUNMAO_NPU", "SUNMAO_NPU_KUNIT_TEST", "SUNMAO_ISP",
            "SUNMAO_ISP_KUNIT_TEST", "SUNMAO_IOMMU_KUNIT_TEST", "SUNMAO_PMDOMAIN_KUNIT_TEST",
            "SUNMAO_SC8551", "SUNMAO_SC8551_KUNIT_TEST")
# Mainline's NPU driver binds to the same nodes; the others only pull in helpers that we select ourselves.
LEFT_OUT = ("DRM_ACCEL_ROCKET", "DRM_LIMA", "VIDEO_VIMC")


def need_tree(tree):
    """Fail unless @tree is the source of a kernel."""
    for name in HOOKS:
        if not os.path.isfile(os.path.join(tree, name)):
            raise Failure(f"{tree} is no kernel source: it has no {name}", "give KDIR=<source of Linux>")


def hooks(tree):
    """The lines of every file of @tree that we touch."""
    found = {}
    for name in HOOKS:
        with open(os.path.join(tree, name)) as f:
            found[name] = f.read().splitlines()
    return found


def rewrite(path, lines):
    """Replace a file in one step; a link to a shared file becomes a file of its own."""
    with open(path + ".new", "w") as f:
        f.write("\n".join(lines) + "\n")
    os.replace(path + ".new", path)


def plant(tree, copy):
    """Put the suite into @tree, as a link or as a copy; to do it again changes nothing."""
    need_tree(tree)
    where = os.path.join(tree, FOLDER)
    if os.path.lexists(where) and not os.path.islink(where) and \
            not os.path.exists(os.path.join(where, ".planted")):
        raise Failure(f"{where} is there and not from here", "move it away first")
    remove(where)
    if copy:
        modules.copy_sources(where)
        with open(os.path.join(where, ".planted"), "w") as f:
            f.write("copied by Sunmao's install-into-tree; UNDO=1 removes it\n")
    else:
        os.symlink(cache.TOP, where)
    for name, lines in hooks(tree).items():
        if HOOKS[name] in lines:
            continue
        # drivers/Kconfig is one menu: in front of its end
        at = max((i for i, old in enumerate(lines) if old == "endmenu"), default=len(lines))
        lines.insert(at, HOOKS[name])
        rewrite(os.path.join(tree, name), lines)


def remove(where):
    """Delete a planted folder or link."""
    if os.path.islink(where):
        os.remove(where)
    elif os.path.isdir(where):
        shutil.rmtree(where)


def undo(tree):
    """Take the suite out of @tree; every file is then as it was."""
    need_tree(tree)
    where = os.path.join(tree, FOLDER)
    if os.path.islink(where) or os.path.exists(os.path.join(where, ".planted")):
        remove(where)
    for name, lines in hooks(tree).items():
        if HOOKS[name] in lines:
            lines.remove(HOOKS[name])
            rewrite(os.path.join(tree, name), lines)


def shadow(version):
    """A tree of links to the source of @version that can be changed without changing the source."""
    origin = kernel.source(version)
    tree = cache.path("intree", os.path.basename(origin))
    if not cache.is_complete(tree):
        with cache.fresh_directory(tree) as tmp:
            subprocess.run(["cp", "-rs", origin + "/.", tmp], check=True)
            stamp = os.path.join(tmp, cache.STAMP)
            if os.path.lexists(stamp):
                os.remove(stamp)
    return tree


def configure(tree, out, version):
    """The distro configuration with the suite built in; a suite without it must not appear by itself."""
    wanted = kernel.requests(kernel.fragments(version, "distro"))
    for name in LEFT_OUT:
        wanted.pop(f"CONFIG_{name}", None)
    wanted.update({f"CONFIG_{name}": "y" for name in BUILT_IN})
    wanted["CONFIG_LOCALVERSION"] = '"-sunmao-builtin"'
    request = os.path.join(out, "request.config")
    with open(request, "w") as f:
        f.writelines(f"{n}={v}\n" if v != "n" else f"# {n} is not set\n" for n, v in wanted.items())
    run(f"configure Linux {version} with the suite built in",
        ["make", "-C", tree, f"O={out}", "ARCH=arm64", *kernel.toolchain("distro"),
         f"KCONFIG_ALLCONFIG={request}", "allnoconfig"],
        cache.log(f"intree-{version}"), env=cache.ccache_env())
    got = kernel.requests([os.path.join(out, ".config")])
    lost = [n for n in BUILT_IN if got.get(f"CONFIG_{n}") != "y"]
    if lost:
        raise Failure(f"Linux {version}: not built in: {', '.join(lost)}", "see Kconfig")


def build(version):
    """A kernel with the suite built in; returns its build directory."""
    apt.need_packages("base")
    tree = shadow(version)
    out = cache.path("intree", f"build-{version}")
    with cache.lock(f"intree-{version}"):
        cache.need_space(3.0, f"building Linux {version} with the suite built in")
        plant(tree, copy=False)
        os.makedirs(out, exist_ok=True)
        configure(tree, out, version)
        run(f"build Linux {version} with the suite built in",
            cache.nice(["make", "-C", tree, f"O={out}", "ARCH=arm64", f"-j{cache.jobs()}",
                        *kernel.toolchain("distro"), "Image"]),
            cache.log(f"intree-{version}"), env=cache.ccache_env(), append=True,
            total=kernel.BUILD_LINES["distro"])
    return out


def boot(version, out, log):
    """Boot it without a user land: the suites run before one is looked for; returns the console's text."""
    argv = [qemu.machine(), "-M", "rk3588", "-m", "2G", "-smp", "4", "-nic", "none", "-display", "none",
            "-no-reboot", "-kernel", os.path.join(out, "arch/arm64/boot/Image"), "-dtb",
            kernel.board_dtb(), "-append",
            "console=ttyS2,1500000n8 kunit.enable=1 kunit_shutdown=poweroff printk.time=0 "
            "ignore_loglevel panic=-1", "-serial", "stdio"]
    run(f"boot Linux {version} with the suite built in", argv, log, timeout=600,
        hint="the console is in the log")
    with open(log, errors="replace") as f:
        return f.read().replace("\r", "")


def round_trip(version, results):
    """Copied into a tree (twice) and taken out: our files come and go, the tree's are as they were."""
    tree = shadow(version)
    origin = hooks(kernel.source(version))
    problems = []
    for copy in (True, True, False):
        plant(tree, copy)
        problems += [f"{name}: not planted once" for name, lines in hooks(tree).items()
                     if lines.count(HOOKS[name]) != 1]
        if not os.path.exists(os.path.join(tree, FOLDER, "drivers/npu/npu_drv.c")):
            problems.append("the sources are not there")
    undo(tree)
    problems += [f"{name}: not as before" for name, lines in hooks(tree).items()
                 if lines != origin[name]]
    if os.path.lexists(os.path.join(tree, FOLDER)):
        problems.append("the folder is still there")
    results.add(f"install into the tree of {version} and undo: the tree is as before",
                "fail" if problems else "ok", "\n".join(problems))


def built_in(version, results):
    """The suite built into @version boots, its KUnit suites run by themselves and pass."""
    title = f"built into {version}"
    try:
        round_trip(version, results)
        out = build(version)
        log = cache.log(f"intree-boot-{version}")
        text = boot(version, out, log)
        results.add(f"{title}: the NPU driver finds its cores",
                    "ok" if re.search(r"sunmao-npu .*(core|NPU)", text) else "fail", log=log)
        cases = list(testing.tap.parse_ktap(text, kernel.source(version)))
        ours = [c for c in cases if re.search(r"npu|isp|iommu|pmdomain|power|sunmao", c.name)]
        for case in ours:
            results.add(f"{title}: {case.name}", case.status, case.detail,
                        log=log if case.status == "fail" else "")
        results.add(f"{title}: at least 60 cases ran", "ok" if len(ours) >= 60 else "fail",
                    f"{len(ours)} cases")
    except Failure as failure:
        results.add(title, "fail", failure.what, log=failure.log or "")
    say(f"{title}: done")
