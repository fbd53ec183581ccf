# SPDX-License-Identifier: GPL-2.0-only
"""Debian packages: install what is missing on the host; fetch from other suites without touching the host.

Newer and foreign packages (kernel and QEMU sources, meson, arm64 user land) are only downloaded and
unpacked into the cache, with an apt configuration of our own next to the host's; the mirror and
proxy are the host's.
"""

import glob
import os
import re
import shutil
import subprocess

import cache
from ui import Failure, run, say

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
NETWORK_HINT = ("check the network and the Debian mirror in /etc/apt (`apt-get update` must work), "
                "then run again")

# What the host needs, by purpose. Names are those of Debian 12.
PACKAGES = {
    "base": """
        bc bison ccache cpio device-tree-compiler dpkg-dev flex g++ gcc gcc-aarch64-linux-gnu
        g++-aarch64-linux-gnu kmod libelf-dev libssl-dev make patch perl python3 rsync xz-utils zstd
        """,
    "qemu": "libfdt-dev libglib2.0-dev ninja-build pkg-config python3-venv zlib1g-dev",
    "demo": "libjpeg-turbo-progs",
    "clang": "clang-19 lld-19 llvm-19",
    "check": """
         clang-19 coccinelle codespell dt-schema lld-19 llvm-19 pyflakes3 pylint python3-git python3-ply shellcheck
         sparse vulture
         """,
    "docs": "python3-sphinx",
    "lava": "lava-common",
    "dkms": "dkms kmod rsync",
}

SUITES = {
    "amd64": ("trixie", "trixie-backports", "bookworm-backports"),
    "arm64": ("bookworm", "forky"),
}


def installed(names):
    """Which of @names are installed."""
    out = subprocess.run(["dpkg-query", "-W", "-f", "${binary:Package} ${db:Status-Status}\n", *names],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    found = {line.split()[0].split(":")[0] for line in out.splitlines() if line.endswith(" installed")}
    return found & set(names)


def need_packages(*groups):
    """Install the packages of @groups that the host lacks, with sudo when not root."""
    wanted = sorted({p for g in groups for p in PACKAGES[g].split()})
    missing = sorted(set(wanted) - installed(wanted))
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            raise Failure("packages are missing, and this is neither root nor is sudo there",
                          "as root run: " + " ".join(command))
        if subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL).returncode:
            say("sudo may ask for your password to install packages")
            if subprocess.run(["sudo", "-v"]).returncode:
                raise Failure("sudo was refused", "as root run: " + " ".join(command))
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    sudo += ["env", "DEBIAN_FRONTEND=noninteractive"]
    say(f"packages: installing {len(missing)}: {' '.join(missing)}")
    log = cache.log("packages")
    with cache.lock("packages"):
        run("package lists", sudo + ["apt-get", "update"], log, hint=NETWORK_HINT)
        run("packages", sudo + command, log, append=True, hint=NETWORK_HINT)


def mirror():
    """The Debian mirror that the host itself uses."""
    out = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(SUITE) $(CODENAME)",
                          "Created-By: Packages"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         text=True).stdout
    for line in out.splitlines():
        uri, *suite = line.split()
        if re.search(r"/debian/?$", uri) and "security" not in uri and suite:
            return uri.rstrip("/")
    return "http://deb.debian.org/debian"


def private(arch):
    """Our own apt configuration for @arch; returns the environment that selects it."""
    top = cache.path("apt", arch, "x")[:-2]
    for sub in ("lists/partial", "archives/partial", "empty.d"):
        os.makedirs(os.path.join(top, sub), exist_ok=True)
    open(os.path.join(top, "status"), "a").close()
    uri = mirror()
    with open(os.path.join(top, "sources.list"), "w") as f:
        for suite in SUITES[arch]:
            f.write(f"deb [signed-by={KEYRING}] {uri} {suite} main\n")
            if suite == "trixie":
                f.write(f"deb-src [signed-by={KEYRING}] {uri} {suite} main\n")
    conf = os.path.join(top, "apt.conf")
    with open(conf, "w") as f:
        f.write(f"""// written by scripts/sunmao/apt.py
APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
APT::Sandbox::User "";
Acquire::Retries "3";
Acquire::Languages "none";
Dir::Etc::SourceList "{top}/sources.list";
Dir::Etc::SourceParts "{top}/empty.d";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "{top}/empty.d";
Dir::State "{top}";
Dir::State::Lists "{top}/lists";
Dir::State::status "{top}/status";
Dir::Cache "{top}";
Dir::Cache::Archives "{top}/archives";
""")
    return dict(os.environ, APT_CONFIG=conf, LC_ALL="C.UTF-8")


def update(arch, again=False):
    """Fetch the package lists of our suites, once, or @again."""
    env = private(arch)
    lists = os.path.join(os.path.dirname(env["APT_CONFIG"]), "lists")
    if again or len(glob.glob(lists + "/*_Packages*")) < len(SUITES[arch]):
        if not os.path.exists(KEYRING):
            raise Failure(f"{KEYRING} is missing", "install debian-archive-keyring")
        run(f"package lists of {', '.join(SUITES[arch])} ({arch})",
            ["apt-get", "update", "-o", "APT::Update::Error-Mode=any"],
            cache.log(f"apt-{arch}"), env=env, hint=NETWORK_HINT)
    return env


def packages_named(arch, prefix):
    """Names of all offered packages that begin with @prefix."""
    env = update(arch)
    out = subprocess.run(["apt-cache", "pkgnames", prefix], env=env, stdout=subprocess.PIPE, text=True)
    return sorted(out.stdout.split())


def download(arch, names, into, source=False):
    """Download packages (or one source package) into @into; returns the files.

    A name may carry `=version` or `/suite`. What is already complete in @into is kept. When the
    mirror has moved on since our lists were fetched, the lists are fetched again once.
    """
    os.makedirs(into, exist_ok=True)
    say(f"download: {' '.join(names)}")
    argv = ["apt-get", "source", "--download-only", "-qq"] if source else ["apt-get", "download", "-qq"]
    log = cache.log("download")
    for attempt in (0, 1):
        env = update(arch, again=attempt > 0)
        before = set(os.listdir(into))
        try:
            run("download", argv + list(names), log, cwd=into, env=env, append=True,
                hint=NETWORK_HINT)
            break
        except Failure:
            for name in set(os.listdir(into)) - before:
                os.remove(os.path.join(into, name))
            if attempt:
                raise
    return sorted(os.path.join(into, f) for f in os.listdir(into))


def unpack(deb, into):
    """Unpack one .deb into a directory."""
    os.makedirs(into, exist_ok=True)
    run(f"unpack {os.path.basename(deb)}", ["dpkg-deb", "-x", deb, into], cache.log("unpack"),
        append=True)
