# SPDX-License-Identifier: GPL-2.0-only
"""Kernels under test: Debian's source packages, our configuration fragments, a build in the cache."""

import json
import os
import re
import subprocess

import apt
import cache
import kmi
from ui import Failure, run, say

FRAGMENTS = os.path.join(cache.TOP, "scripts", "kernel")
PROFILES = ("distro", "gki", "debug")
VERSIONS = ("6.12", "7.3")
# A device gets kunit.ko together with the tests; it exports to them all it has.
SHIPPED_MODULES = ("lib/kunit",)
DTB = "rockchip/rk3588-rock-5b.dtb"
# Expected lines of build output, only for the progress display.
BUILD_LINES = {"distro": 1700, "gki": 1700, "debug": 1800}


def pick_source(version):
    """The source package for @version: itself when offered, for 7.3 else the newest 7.x offered."""
    offered = [p for p in apt.packages_named("amd64", "linux-source-")
               if re.fullmatch(r"linux-source-\d+\.\d+", p)]
    name = f"linux-source-{version}"
    if name in offered:
        return name
    if version.startswith("7."):
        newer = sorted((p for p in offered if p.startswith("linux-source-7.")),
                       key=lambda p: int(p.rsplit(".", 1)[1]))
        if newer:
            say(f"{name} is not offered by Debian; KERNEL={version} uses {newer[-1]}, the newest 7.x")
            return newer[-1]
    raise Failure(f"Debian offers no {name} (offered: {', '.join(offered) or 'nothing'})",
                  "choose another KERNEL=")


def source(version):
    """The unpacked source of @version: its directory; downloaded and unpacked when needed."""
    note = cache.path("src", f"linux-{version}.json")
    if os.path.exists(note):
        with open(note) as f:
            tree = cache.path("src", json.load(f)["tree"])
        if cache.is_complete(tree):
            cache.link(f"linux-src-{version}", tree)
            return tree
    with cache.lock(f"linux-src-{version}"):
        cache.need_space(4.0, f"the source of Linux {version}")
        apt.need_packages("base")
        package = pick_source(version)
        into = cache.path("dl", package)
        debs = [f for f in apt.download("amd64", [package], into) if f.endswith(".deb")]
        deb = debs[-1]
        name = "linux-" + os.path.basename(deb).split("_")[1].replace("~", "-")
        tree = cache.path("src", name)
        if not cache.is_complete(tree):
            with cache.fresh_directory(tree) as tmp:
                # The archive is a tarball in a .deb; register headers of one GPU driver are left out.
                script = ('set -o pipefail; dpkg-deb --fsys-tarfile "$1" | '
                          'tar -x --wildcards --to-stdout "./usr/src/linux-source-*.tar.xz" | '
                          'tar -x -J --strip-components=1 -C "$2" --checkpoint=2000 '
                          '--checkpoint-action=echo="%u blocks" '
                          '--exclude="*/drivers/gpu/drm/amd/include/asic_reg"')
                run(f"unpack Linux {version}", ["bash", "-c", script, "bash", deb, tmp],
                    cache.log(f"linux-src-{version}"))
        with open(note + ".tmp", "w") as f:
            json.dump({"package": package, "deb": os.path.basename(deb), "tree": name}, f)
        os.rename(note + ".tmp", note)
    cache.link(f"linux-src-{version}", tree)
    return tree


def fragments(version, profile):
    """Configuration fragments of a kernel, in order of application."""
    major = version.split(".")[0]
    names = ["common", f"{major}.x", "media", "rockchip" if profile != "gki" else None, profile,
             f"{major}.x-{profile}", f"{version}-{profile}"]
    paths = [os.path.join(FRAGMENTS, f"{n}.config") for n in names if n]
    return [p for p in paths if os.path.exists(p)]


def toolchain(profile):
    """Make variables that select the compiler."""
    if profile == "gki":
        return ["LLVM=-19", "CC=ccache clang-19"]
    return ["CROSS_COMPILE=aarch64-linux-gnu-", "CC=ccache aarch64-linux-gnu-gcc"]


def kept_exports(version, profile, tree):
    """Symbols that a trimmed kernel keeps for modules from outside, or None for an untrimmed one."""
    if profile != "gki":
        return None
    branch = kmi.BRANCHES[version]
    names = kmi.symbols(branch) | set(kmi.renamed(branch))
    for folder in SHIPPED_MODULES:
        for source_file in cache.tree_files(os.path.join(tree, folder), (".c",)):
            with open(source_file) as f:
                names.update(re.findall(r"EXPORT_SYMBOL(?:_GPL)?\((\w+)\)", f.read()))
    return "".join(f"{n}\n" for n in sorted(names))


def requests(paths):
    """Symbols that fragments ask for: name to its full line; a later fragment overrides."""
    wanted = {}
    for path in paths:
        with open(path) as f:
            for line in f:
                m = re.fullmatch(r"(?:# )?(CONFIG_\w+)(?:=(.+)| is not set)", line.strip())
                if m:
                    wanted[m.group(1)] = m.group(2) or "n"
    return wanted


def configure(tree, out, version, profile):
    """Write .config from nothing plus the fragments; fail when a request did not stick."""
    wanted = requests(fragments(version, profile))
    kept = kept_exports(version, profile, tree)
    if kept:
        whitelist = os.path.join(out, "kept-exports")
        with open(whitelist, "w") as f:
            f.write(kept)
        wanted["CONFIG_TRIM_UNUSED_KSYMS"] = "y"
        wanted["CONFIG_UNUSED_KSYMS_WHITELIST"] = f'"{whitelist}"'
    request = os.path.join(out, "request.config")
    with open(request, "w") as f:
        for name, value in wanted.items():
            f.write(f"{name}={value}\n" if value != "n" else f"# {name} is not set\n")
    log = cache.log(f"linux-{version}-{profile}")
    run(f"configure Linux {version} {profile}",
        ["make", "-C", tree, f"O={out}", "ARCH=arm64", *toolchain(profile),
         f"KCONFIG_ALLCONFIG={request}", "allnoconfig"], log, env=cache.ccache_env())
    got = requests([os.path.join(out, ".config")])
    lost = [f"{n}={v} (is {got.get(n, 'absent')})" for n, v in wanted.items() if got.get(n, "n") != v]
    if lost:
        os.remove(os.path.join(out, ".config"))
        raise Failure(f"Linux {version} {profile}: {len(lost)} requested options did not hold: "
                      + ", ".join(lost), "correct the fragments in scripts/kernel/", log)


def kernel_key(tree, version, profile):
    """What a kernel build depends on."""
    compiler = "clang-19" if profile == "gki" else "aarch64-linux-gnu-gcc"
    banner = subprocess.run([compiler, "--version"], stdout=subprocess.PIPE, text=True).stdout
    inputs = ["1", os.path.basename(tree), banner.split("\n")[0], *sorted(toolchain(profile)),
              *filter(None, [kept_exports(version, profile, tree)])]
    return cache.key(*inputs, *(("file", p) for p in fragments(version, profile)))


def kernel(version, profile):
    """A built kernel: its build directory, which serves as KDIR; built when needed."""
    if version not in VERSIONS or profile not in PROFILES:
        raise Failure(f"no kernel {version} {profile}",
                      f"KERNEL is one of {', '.join(VERSIONS)}; PROFILE one of {', '.join(PROFILES)}")
    apt.need_packages("base", *(["clang"] if profile == "gki" else []))
    tree = source(version)
    out = cache.path("kernel", f"{version}-{profile}-{kernel_key(tree, version, profile)}")
    if not cache.is_complete(out):
        with cache.lock(f"linux-{version}-{profile}"):
            if not cache.is_complete(out):
                build(tree, out, version, profile)
    cache.link(f"linux-{version}-{profile}", out)
    return out


def build(tree, out, version, profile):
    """Configure and build; an interrupted build continues where it was."""
    cache.need_space(6.0 if profile == "debug" else 3.0, f"building Linux {version} {profile}")
    os.makedirs(out, exist_ok=True)
    if not os.path.exists(os.path.join(out, ".config")):
        configure(tree, out, version, profile)
    log = cache.log(f"linux-{version}-{profile}")
    say(f"Linux {version} {profile}: building {os.path.basename(tree)} (log: {log})")
    env = cache.ccache_env()
    env.update(KBUILD_BUILD_TIMESTAMP="Thu Jan  1 00:00:00 UTC 1970", KBUILD_BUILD_USER="sunmao",
               KBUILD_BUILD_HOST="sunmao")
    targets = ["Image", "modules"]
    if os.path.exists(os.path.join(tree, "arch/arm64/boot/dts", DTB.replace(".dtb", ".dts"))) \
            and profile != "gki":
        targets.append(DTB)
    run(f"build Linux {version} {profile}",
        cache.nice(["make", "-C", tree, f"O={out}", "ARCH=arm64", f"-j{cache.jobs()}",
                    *toolchain(profile), *targets]),
        log, env=env, append=True, total=BUILD_LINES[profile])
    staging = os.path.join(out, "staging")
    cache.remove_tree(staging)
    run(f"install modules of Linux {version} {profile}",
        ["make", "-C", tree, f"O={out}", "ARCH=arm64", *toolchain(profile),
         f"INSTALL_MOD_PATH={staging}", "modules_install"], log, env=env, append=True)
    cache.mark_complete(out, f"{version} {profile}")
    say(f"Linux {version} {profile}: done")


def board_dtb():
    """The unmodified device tree of the ROCK 5B, always the one of Linux 7.3; needs no kernel build."""
    tree = source("7.3")
    out = cache.path("dtb", os.path.basename(tree))
    blob = os.path.join(out, "arch/arm64/boot/dts", DTB)
    if not cache.is_complete(out):
        with cache.lock("dtb"):
            make = ["make", "-C", tree, f"O={out}", "ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-"]
            os.makedirs(out, exist_ok=True)
            log = cache.log("dtb")
            # The platform's own list decides that this one is built with symbols, for overlays.
            request = os.path.join(out, "request.config")
            with open(request, "w") as f:
                f.write("CONFIG_ARCH_ROCKCHIP=y\n")
            run("device tree", make + [f"KCONFIG_ALLCONFIG={request}", "allnoconfig"], log)
            run("device tree", make + [DTB], log, append=True)
            cache.mark_complete(out)
    return blob


def release(kdir):
    """The kernel release of a prepared build directory."""
    with open(os.path.join(kdir, "include/config/kernel.release")) as f:
        return f.read().strip()
