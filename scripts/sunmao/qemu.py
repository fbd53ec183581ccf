# SPDX-License-Identifier: GPL-2.0-only
"""The virtual RK3588: Debian's QEMU source with tools/qemu/ as hw/rockchip/, built in the cache."""

import glob
import os
import shutil

import apt
import cache
from ui import Failure, run, say

MODELS = os.path.join(cache.TOP, "tools", "qemu")
# The models are written against this release series; trixie holds its newest stable version.
SERIES = "10.0."
CONFIGURE = """
    --python=/usr/bin/python3 --target-list=aarch64-softmmu --without-default-features --enable-tcg
    --enable-fdt=system --disable-docs --disable-install-blobs --disable-tools --disable-guest-agent
    --enable-plugins --without-default-devices --with-devices-aarch64=sunmao
    """.split()
# What is added to files of QEMU's tree; the last one is new: the only machine, and the harness's channel.
GLUE = {
    "hw/meson.build": "subdir('rockchip')\n",
    "hw/Kconfig": "source rockchip/Kconfig\n",
    "configs/devices/aarch64-softmmu/sunmao.mak": "CONFIG_RK3588=y\nCONFIG_VIRTIO_SERIAL=y\n",
}
BUILD_LINES = 1150


def python_tools():
    """Meson 1.7 and pycotap, newer than Debian 12's, unpacked into the cache: their module path."""
    top = cache.path("tools", "meson-1.7")
    if not cache.is_complete(top):
        into = cache.path("dl", "meson")
        debs = apt.download("amd64", ["meson/bookworm-backports", "python3-pycotap/trixie"], into)
        with cache.fresh_directory(top) as tmp:
            for deb in debs:
                apt.unpack(deb, tmp)
    return os.path.join(top, "usr/lib/python3/dist-packages")


def source():
    """The unpacked QEMU source with our directory hooked in (its content is synced by build())."""
    done = sorted(glob.glob(cache.path("src", f"qemu-{SERIES}*-{cache.key(*GLUE.values())}")))
    done = [d for d in done if cache.is_complete(d)]
    if done:
        return done[-1]
    cache.need_space(3.0, "QEMU")
    into = cache.path("dl", "qemu")
    files = apt.download("amd64", ["qemu/trixie"], into, source=True)
    dsc = [f for f in files if f.endswith(".dsc") and f"qemu_{SERIES}" in f.replace("1:", "")]
    if not dsc:
        raise Failure(f"trixie's QEMU is not {SERIES}x any more: {', '.join(files)}",
                      "port tools/qemu/ to that version, then change SERIES in scripts/sunmao/qemu.py")
    name = "qemu-" + os.path.basename(dsc[-1]).split("_")[1].split("+")[0] + "-" + cache.key(*GLUE.values())
    tree = cache.path("src", name)
    with cache.fresh_directory(tree) as tmp:
        unpacked = os.path.join(tmp, "unpack")
        run(f"unpack {name}", ["dpkg-source", "--no-check", "-x", dsc[-1], unpacked],
            cache.log("qemu-src"))
        for item in os.listdir(unpacked):
            os.rename(os.path.join(unpacked, item), os.path.join(tmp, item))
        os.rmdir(unpacked)
        for name, line in GLUE.items():
            with open(os.path.join(tmp, name), "a") as f:
                f.write(line)
    return tree


def sync(tree):
    """Copy tools/qemu/ to hw/rockchip/, touching only files that changed (ninja looks at times)."""
    target = os.path.join(tree, "hw", "rockchip")
    wanted = {os.path.relpath(f, MODELS): f for f in cache.tree_files(MODELS)}
    for old in cache.tree_files(target) if os.path.isdir(target) else []:
        if os.path.relpath(old, target) not in wanted:
            os.remove(old)
    cache.mirror(wanted, target)


def environment():
    """Environment of configure and ninja: our meson, the compiler cache."""
    env = cache.ccache_env()
    env["PYTHONPATH"] = python_tools()
    env["PATH"] = os.path.join(cache.path("tools", "meson-1.7"), "usr/bin") + ":" + env["PATH"]
    env["CC"] = "ccache gcc"
    return env


def configured(tree):
    """The build directory, configured."""
    out = cache.path("qemu", "build-" + cache.key(tree, *CONFIGURE))
    if not os.path.exists(os.path.join(out, "build.ninja")):
        cache.remove_tree(out)
        os.makedirs(out)
        run("configure QEMU", [os.path.join(tree, "configure"), *CONFIGURE],
            cache.log("qemu-configure"), cwd=out, env=environment())
    return out


def machine():
    """The emulator with our models; built when a model changed. Returns its path.

    $SUNMAO_QEMU names another binary, for work on the models.
    """
    if os.environ.get("SUNMAO_QEMU"):
        return os.environ["SUNMAO_QEMU"]
    if not os.path.exists(os.path.join(MODELS, "meson.build")):
        raise Failure("tools/qemu/ has no meson.build", "use a complete checkout")
    apt.need_packages("base", "qemu")
    with cache.lock("qemu"):
        tree = source()
        final = cache.path("qemu", "rk3588-" + cache.tree_key(MODELS, os.path.basename(tree),
                                                              *CONFIGURE))
        binary = os.path.join(final, "qemu-system-aarch64")
        if not cache.is_complete(final):
            sync(tree)
            out = configured(tree)
            log = cache.log("qemu")
            say(f"QEMU with the virtual RK3588: building (log: {log})")
            run("build QEMU", cache.nice(["ninja", "-C", out, f"-j{cache.jobs()}",
                                          "qemu-system-aarch64"]),
                log, env=environment(), total=BUILD_LINES,
                hint="the first `error:` in the log tells; then run the same command again")
            with cache.fresh_directory(final) as tmp:
                shutil.copy2(os.path.join(out, "qemu-system-aarch64"), tmp)
            say("QEMU: done")
    cache.link("qemu", final)
    return binary
