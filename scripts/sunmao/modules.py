# SPDX-License-Identifier: GPL-2.0-only
"""The suite's modules against a kernel under test, and the module tree of its guest."""

import os
import shutil

import cache
import coverage
import gki
import kernel
from ui import Failure, run

# What a module build reads.
SOURCES = ("Kbuild", "Kconfig", "drivers", "include", "kunit")


def copy_sources(out):
    """Mirror the sources into @out, touching only what changed, so that make rebuilds only that."""
    wanted = {}
    for name in SOURCES:
        origin = os.path.join(cache.TOP, name)
        if os.path.isdir(origin):
            wanted.update({os.path.relpath(f, cache.TOP): f
                           for f in cache.tree_files(origin)
                           # a build in the checkout itself leaves .mod.c files of another kernel
                           if f.endswith((".c", ".h", ".S")) and not f.endswith(".mod.c") or
                           os.path.basename(f).startswith(("Kbuild", "Kconfig", "Makefile"))})
        else:
            wanted[name] = origin
    for old in cache.tree_files(out) if os.path.isdir(out) else []:
        if old.endswith((".c", ".h")) and not old.endswith(".mod.c") \
                and os.path.relpath(old, out) not in wanted:
            os.remove(old)
    cache.mirror(wanted, out)


def variant(version, profile, counting):
    """What a build is called: kernel, configuration, and whether it counts the lines that run."""
    return f"{version}-{profile}" + ("-coverage" if counting else "")


def kbuild_args(version, profile, counting=False):
    """The make command line up to the targets.

    Also the drivers that nobody with a distribution's kernel needs; they load where the built-in ones are absent.
    """
    args = ["make", "-C", kernel.kernel(version, profile), "ARCH=arm64", *kernel.toolchain(profile),
            "CONFIG_SUNMAO_IOMMU=m", "CONFIG_SUNMAO_PMDOMAIN=m"]
    if profile == "gki":
        args.append("KBUILD_EXTRA_SYMBOLS=" + gki.symbols(version))
    if counting:
        args += [f"KCFLAGS={coverage.FLAGS}",
                 "KBUILD_EXTRA_SYMBOLS=" + os.path.join(coverage.runtime(version, profile), "Module.symvers")]
    return args


def modules(version, profile, counting=False):
    """Build the suite's modules; returns the directory of the .ko files (build/modules-...)."""
    kdir = kernel.kernel(version, profile)
    if not os.path.exists(os.path.join(cache.TOP, "Kbuild")):
        raise Failure("there is no Kbuild at the top", "use a complete checkout")
    name = variant(version, profile, counting)
    work = build_directory(version, profile, counting)
    final = os.path.join(cache.BUILD, f"modules-{name}")
    with cache.lock(f"modules-{name}-{cache.key(work)}"):
        # A new kernel configuration makes every object stale.
        stamp = os.path.join(work, ".kdir")
        old = open(stamp).read() if os.path.exists(stamp) else ""
        if old != os.path.realpath(kdir):
            cache.remove_tree(work)
        copy_sources(work)
        with open(stamp, "w") as f:
            f.write(os.path.realpath(kdir))
        run(f"modules for {name.replace('-', ' ')}",
            kbuild_args(version, profile, counting) + [f"M={work}", f"-j{cache.jobs()}", "modules"],
            cache.log(f"modules-{name}"), env=cache.ccache_env(),
            hint="the first `error:` in the log tells what to correct")
        os.makedirs(final, exist_ok=True)
        built = {os.path.basename(f): f for f in cache.tree_files(work) if f.endswith(".ko")}
        for name in os.listdir(final):
            if name not in built:
                os.remove(os.path.join(final, name))
        for name, path in built.items():
            shutil.copy2(path, os.path.join(final, name))
    return final


def build_directory(version, profile, counting=False):
    """Where modules() builds."""
    return os.path.join(cache.BUILD, "kbuild-" + variant(version, profile, counting))


def module_tree(version, profile, counting=False):
    """A tree with usr/lib/modules/RELEASE: the kernel's modules and ours, with dependencies."""
    kdir = kernel.kernel(version, profile)
    ours = modules(version, profile, counting)
    name = variant(version, profile, counting)
    release = kernel.release(kdir)
    tree = os.path.join(cache.BUILD, f"module-tree-{name}")
    work = tree + ".new"
    cache.remove_tree(work)
    target = os.path.join(work, "usr/lib/modules", release)
    shutil.copytree(os.path.join(kdir, "staging/lib/modules", release), target, symlinks=True,
                    ignore=shutil.ignore_patterns("build", "source"))
    updates = os.path.join(target, "updates")
    os.makedirs(updates)
    more = gki.upstream_modules(version) if profile == "gki" else []
    if counting:
        more += cache.tree_files(coverage.runtime(version, profile), (".ko",))
    for path in more + [os.path.join(ours, ko) for ko in sorted(os.listdir(ours))]:
        shutil.copy2(path, updates)
    if profile == "gki":
        gki.sign(version, target)
    os.symlink("usr/lib", os.path.join(work, "lib"))
    run("module dependencies", ["depmod", "-b", work, release],
        cache.log(f"modules-{name}"), append=True)
    os.remove(os.path.join(work, "lib"))
    if profile == "gki":
        gki.write_load(target)
        gki.pack(version, target)
    cache.remove_tree(tree)
    os.rename(work, tree)
    return tree
