# SPDX-License-Identifier: GPL-2.0-only
"""What runs inside the virtual machine: busybox, our agent as init, user lands of Debian packages, programs."""

import glob
import os
import shutil

import apt
import cache
from ui import run

CC = "aarch64-linux-gnu-gcc"
MKROOT = os.path.join(cache.TESTING, "harness", "mkroot")
# User lands, by the folder of tools/testing/ that lists their packages.
USERLANDS = ("teflon", "v4l")


def base():
    """The base tree: busybox, and our agent as /init."""
    agent = os.path.join(cache.TESTING, "harness", "agent.c")
    final = cache.path("guest", "base-" + cache.key("3", ("file", agent)))
    if not cache.is_complete(final):
        apt.need_packages("base")
        into = cache.path("dl", "busybox-arm64")
        debs = glob.glob(into + "/*.deb") or apt.download("arm64", ["busybox-static/bookworm"], into)
        with cache.fresh_directory(final) as tmp:
            for name in ("usr/bin", "usr/sbin", "usr/lib/modules", "proc", "sys", "dev", "tmp", "run",
                         "root", "etc"):
                os.makedirs(os.path.join(tmp, name))
            for name in ("bin", "sbin", "lib"):
                os.symlink("usr/" + name, os.path.join(tmp, name))
            unpacked = os.path.join(tmp, "deb")
            apt.unpack(debs[-1], unpacked)
            shutil.copy2((glob.glob(unpacked + "/bin/busybox") + glob.glob(unpacked + "/usr/bin/busybox"))[0],
                         os.path.join(tmp, "usr/bin/busybox"))
            shutil.rmtree(unpacked)
            for name, text in (("passwd", "root:x:0:0:root:/root:/bin/sh\n"
                                          "nobody:x:65534:65534:nobody:/:/bin/sh\n"),
                               ("group", "root:x:0:\nnogroup:x:65534:\n")):
                with open(os.path.join(tmp, "etc", name), "w") as f:
                    f.write(text)
            run("guest agent", [CC, "-static", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o",
                                os.path.join(tmp, "init"), agent], cache.log("agent"))
    return final


def userland(name):
    """A user land of Debian packages (tools/testing/@name/packages.txt): its tree."""
    wanted = os.path.join(cache.TESTING, name, "packages.txt")
    final = cache.path("guest", f"{name}-" + cache.key(("file", MKROOT), ("file", wanted)))
    with cache.lock(name):
        if not cache.is_complete(final):
            apt.need_packages("base")
            cache.need_space(1.5, f"the {name} user land")
            with cache.fresh_directory(final) as tmp:
                run(f"{name} user land (arm64 packages)",
                    [MKROOT, wanted, cache.path("dl", name), tmp + "/root", tmp + "/sdk"],
                    cache.log(name), hint=apt.NETWORK_HINT,
                    env=dict(os.environ, SUNMAO_DEBIAN_MIRROR=apt.mirror()))
    cache.link(f"{name}-root", os.path.join(final, "root"))
    cache.link(f"{name}-root-sdk", os.path.join(final, "sdk"))
    return os.path.join(final, "root")


def programs(sdk):
    """Guest programs of tools/testing/{guest,teflon,v4l}, built by their own Makefiles; their paths.

    @sdk: headers and libraries for the Teflon client, as userland() links them.
    """
    found = []
    for part in ("guest", "teflon", "v4l"):
        where = os.path.join(cache.TESTING, part)
        if not os.path.exists(os.path.join(where, "Makefile")):
            continue
        out = os.path.join(cache.BUILD, "programs", part)
        os.makedirs(out, exist_ok=True)
        run(f"guest programs ({part})",
            ["make", "-C", where, f"-j{cache.jobs()}", f"O={out}", f"OUT={out}", f"SDK={sdk}",
             "CROSS_COMPILE=aarch64-linux-gnu-"],
            cache.log(f"programs-{part}"), env=cache.ccache_env())
        for name in sorted(os.listdir(out)):
            path = os.path.join(out, name)
            if "." not in name and os.path.isfile(path) and os.access(path, os.X_OK):
                found.append(path)
    return found
