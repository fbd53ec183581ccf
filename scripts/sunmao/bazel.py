# SPDX-License-Identifier: GPL-2.0-only
"""BUILD.bazel, for Android's kernel build, against the Kbuild files: the same modules out of the same sources."""

import glob
import os
import re

import cache
import gki

FILE = os.path.join(cache.TOP, "BUILD.bazel")
LOAD = os.path.join(cache.TOP, "android", "modules.load")


def read(path):
    """A text file of the tree."""
    with open(os.path.join(cache.TOP, path)) as f:
        return f.read()


def kbuild():
    """What the Kbuild files of the drivers say: module to set of sources."""
    found = {}
    for path in sorted(glob.glob(os.path.join(cache.TOP, "drivers", "*", "Kbuild"))):
        folder = os.path.relpath(os.path.dirname(path), cache.TOP)
        text = read(path).replace("\\\n", " ")
        for module, objects in re.findall(r"^(sunmao_\w+)-(?:y|objs) [:+]?= (.*)$", text, re.M):
            found.setdefault(module, set()).update(f"{folder}/{o[:-2]}.c" for o in objects.split())
    return found


def bazel():
    """What BUILD.bazel says: module to set of sources, and the members of its groups."""
    modules, groups = {}, set()

    def ddk_module(name, srcs, out, **_):
        assert out == name + ".ko", f"{name} gives {out}"
        modules[name] = set(srcs)

    def group(srcs, **_):
        groups.update(s.lstrip(":") for s in srcs)

    names = {"ddk_module": ddk_module, "kernel_module_group": group, "glob": lambda *_: []}
    names.update({n: lambda *_, **__: None for n in ("load", "package", "ddk_headers")})
    # a file in Bazel's language is one in Python's as long as it only calls rules
    # pylint: disable-next=exec-used
    exec(compile(read(FILE), FILE, "exec"), {"__builtins__": {"AssertionError": AssertionError}}, names)
    return modules, groups


def probes():
    """SUNMAO_HAVE_... that Kbuild files find in the headers of a kernel."""
    return {name for path in glob.glob(os.path.join(cache.TOP, "drivers", "*", "Kbuild"))
            for name in re.findall(r"-D(SUNMAO_HAVE_\w+)", read(path))}


def check():
    """Returns the differences."""
    wanted, (found, group) = kbuild(), bazel()
    lines = []
    for module in sorted(wanted.keys() | found.keys()):
        theirs, ours = wanted.get(module, set()), found.get(module, set())
        lines += [f"{module}: BUILD.bazel lacks {name}" for name in sorted(theirs - ours)]
        lines += [f"{module}: Kbuild does not compile {name}" for name in sorted(ours - theirs)]
    lines += [f"the group of BUILD.bazel and its modules differ: {name}" for name in sorted(group ^ found.keys())]
    lines += [f"BUILD.bazel says nothing about {name}" for name in sorted(probes()) if name not in read(FILE)]
    if read(LOAD).split() != [name + ".ko" for name in gki.LOAD]:
        lines.append("android/modules.load is not the order of scripts/sunmao/gki.py")
    return "\n".join(lines)
