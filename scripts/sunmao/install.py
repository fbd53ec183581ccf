# SPDX-License-Identifier: GPL-2.0-only
"""Ways to install the modules, DKMS and modules_install, and the proof that each works."""

import os
import re
import shutil
import subprocess
import tempfile

import apt
import cache
import gki
import kernel
import modules
from ui import Failure, run

# What a DKMS source tree holds besides the sources of the modules.
EXTRA = ("dkms.conf", "COPYING", "README.md")
# Keeps mainline's driver of the same hardware away, and where it goes.
MODPROBE = os.path.join("packaging", "sunmao-modprobe.conf")
MODPROBE_D = os.path.join("lib", "modprobe.d", "sunmao.conf")


def package():
    """Name and version, as dkms.conf says."""
    with open(os.path.join(cache.TOP, "dkms.conf")) as f:
        text = f.read()
    return [re.search(rf'^PACKAGE_{what}="(.*)"$', text, re.M).group(1) for what in ("NAME", "VERSION")]


def export(where):
    """The sources that DKMS needs, in @where."""
    modules.copy_sources(where)
    for name in EXTRA:
        shutil.copy(os.path.join(cache.TOP, name), where)


def install():
    """Register the suite with this machine's DKMS and build it for the running kernel."""
    apt.need_packages("dkms")
    name, version = package()
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    source = f"/usr/src/{name}-{version}"
    with tempfile.TemporaryDirectory() as tmp:
        export(tmp)
        log = cache.log("dkms")
        run("DKMS: sources", sudo + ["rsync", "-a", "--delete", "--chown=root:root", tmp + "/", source], log)
        run("DKMS: build and install", sudo + ["dkms", "install", "--force", f"{name}/{version}"], log,
            append=True, hint="the headers of the running kernel must be installed (linux-headers-...)")
        run("DKMS: modprobe configuration",
            sudo + ["install", "-D", "-m", "644", os.path.join(cache.TOP, MODPROBE), os.path.join("/", MODPROBE_D)],
            log, append=True)


def cross_env(version, profile):
    """The environment of somebody who builds modules for a kernel under test."""
    env = cache.ccache_env()
    env["ARCH"] = "arm64"
    for word in kernel.toolchain(profile):
        key, value = word.split("=", 1)
        if key != "CC":
            env[key] = value
    if profile == "gki":
        env["KBUILD_EXTRA_SYMBOLS"] = gki.symbols(version)
        # DKMS asks for "clang" and "ld.lld" when the kernel was built with them
        env["PATH"] = "/usr/lib/llvm-19/bin:" + env["PATH"]
    return env


def installed_below(top):
    """Names of the modules below @top."""
    return {os.path.basename(f).split(".")[0] for f in cache.tree_files(top) if ".ko" in f}


def compare(found, expected):
    """A finding when other modules were installed than expected."""
    if found == set(expected):
        return ""
    return f"installed: {sorted(found)}, expected: {sorted(expected)}"


def steps(title, commands, log, env, cwd=None):
    """Run commands one after the other; returns the end of the log when one fails."""
    for number, argv in enumerate(commands):
        try:
            run(title, argv, log, env=env, cwd=cwd, append=number > 0)
        except Failure as failure:
            with open(log, errors="replace") as f:
                return failure.what + "\n" + "\n".join(f.read().splitlines()[-20:])
    return ""


def try_dkms(version, profile, expected):
    """Add, build and install in an empty place for a kernel under test; returns the findings."""
    apt.need_packages("dkms")
    kdir = os.path.realpath(kernel.kernel(version, profile))
    name, number = package()
    release = kernel.release(kdir)
    with tempfile.TemporaryDirectory() as tmp:
        for folder in ("tree", "source", os.path.join("modules", release)):
            os.makedirs(os.path.join(tmp, folder))
        export(os.path.join(tmp, "source", f"{name}-{number}"))
        where = [f"{name}/{number}", "--dkmstree", os.path.join(tmp, "tree"), "--sourcetree",
                 os.path.join(tmp, "source"), "--installtree", os.path.join(tmp, "modules")]
        build = ["-k", release, "-a", "aarch64", "--kernelsourcedir", kdir, "--no-depmod", "-j",
                 str(cache.jobs())]
        return steps(f"DKMS for {version} {profile}",
                     [["dkms", "add", *where], ["dkms", "build", *where, *build],
                      ["dkms", "install", *where, *build]],
                     cache.log(f"dkms-{version}-{profile}"), cross_env(version, profile)) or \
            compare(installed_below(os.path.join(tmp, "modules")), expected)


def try_modules_install(version, profile, expected):
    """`make modules modules_install KDIR=...` from a copy of the sources; returns the findings."""
    kdir = os.path.realpath(kernel.kernel(version, profile))
    with tempfile.TemporaryDirectory() as tmp:
        top, root = os.path.join(tmp, "top"), os.path.join(tmp, "root")
        modules.copy_sources(top)
        os.makedirs(os.path.join(top, "packaging"))
        for name in ("Makefile", MODPROBE):
            shutil.copy2(os.path.join(cache.TOP, name), os.path.join(top, name))
        make = ["make", f"KDIR={kdir}", f"-j{cache.jobs()}", f"INSTALL_MOD_PATH={root}"]
        return steps(f"modules_install for {version} {profile}",
                     [make + ["modules"], make + ["modules_install"]],
                     cache.log(f"modules-install-{version}-{profile}"), cross_env(version, profile), top) or \
            compare({m for m in installed_below(root) if not m.endswith("_kunit")}, expected) or \
            ("" if os.path.exists(os.path.join(root, MODPROBE_D)) else f"{MODPROBE_D} is not installed")


def try_modprobe(version, profile, ours):
    """With our modprobe configuration, and only with it, the NPU's nodes load @ours and not rocket; the findings."""
    kdir = kernel.kernel(version, profile)
    release = kernel.release(kdir)
    alias = "of:NnpuT(null)Crockchip,rk3588-rknn-core"
    with tempfile.TemporaryDirectory() as tmp:
        where = os.path.join(tmp, "lib", "modules", release)
        os.makedirs(where)
        staging = os.path.join(kdir, "staging", "lib", "modules", release)
        for name in cache.tree_files(staging):
            if name.endswith(".ko") or os.path.basename(name).startswith(("modules.builtin", "modules.order")):
                shutil.copy2(name, where)
        shutil.copy2(ours, where)
        subprocess.run(["depmod", "-b", tmp, release], check=True)
        for config, wanted in (("/dev/null", {"rocket", "sunmao_npu"}),
                               (os.path.join(cache.TOP, MODPROBE), {"sunmao_npu"})):
            done = subprocess.run(["modprobe", "-d", tmp, "-S", release, "-C", config, "-b", "-a", "-n", "-v", alias],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            found = {m for m in ("rocket", "sunmao_npu") if f"/{m}.ko" in done.stdout}
            if done.returncode or found != wanted:
                return f"with {os.path.basename(config)} {sorted(found)} are loaded, not {sorted(wanted)}\n{done.stdout}"
    return ""
