# SPDX-License-Identifier: GPL-2.0-only
"""The documents: built by Sphinx without a warning, and what they refer to is there."""

import glob
import os
import re

import apt
import cache
import intree
import kernel
from ui import Failure, run, say

SOURCE = os.path.join(cache.TOP, "Documentation")
OUT = os.path.join(cache.BUILD, "docs")
# A file of this tree, by the folder that its name begins with.
FOLDERS = ("android", "drivers", "dt-bindings", "Documentation", "include", "kunit", "packaging", "scripts", "tools")


def build():
    """HTML in build/docs/html; fails on a warning."""
    apt.need_packages("docs")
    env = dict(os.environ, SUNMAO_KERNEL_DOC=os.path.join(kernel.source("7.3"), "scripts", "kernel-doc"),
               PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
    html = os.path.join(OUT, "html")
    run("documents", ["/usr/bin/python3", "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d",
                      os.path.join(OUT, "doctrees"), SOURCE, html], cache.log("docs"), env=env,
        hint="every line of the log is a warning")
    say(f"documents: {os.path.join(html, 'index.html')}")
    return html


def check_build():
    """The warnings of build()."""
    try:
        build()
    except Failure as failure:
        if not failure.log:
            raise
        with open(failure.log, errors="replace") as f:
            return f.read().strip()
    return ""


def make_targets():
    """What `make` understands at the top."""
    with open(os.path.join(cache.TOP, "Makefile")) as f:
        text = f.read()
    return {word for line in re.findall(r"^([\w -]+):(?!=)", text, re.M) for word in line.split()}


def exists(name):
    """Is there a file of this name or pattern, here or in the kernel's source, or a program made of one?"""
    return name == intree.FOLDER or any(glob.glob(os.path.join(top, name + suffix))
                                        for top in (cache.TOP, kernel.source("7.3")) for suffix in ("", ".c"))


def references(text):
    """Pieces of a document that are code: marked in the text, or set apart by indentation."""
    yield from re.findall(r"`+([^`\n]+)`+", text)
    yield from re.findall(r"^(?: {4,}|\t)(\S.*)$", text, re.M)


def check_references(name):
    """Links, files and commands that a document names and that are not there."""
    with open(os.path.join(cache.TOP, name)) as f:
        text = f.read()
    found = []
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text) if name.endswith(".md") else []:
        if "://" not in link and not exists(os.path.join(os.path.dirname(name), link)):
            found.append(f"{name}: link to {link}")
    targets = make_targets()
    for code in references(text):
        for word in re.findall(r"[\w./*@{},+-]+", code):
            # a name that somebody has to fill in is not a file
            if word.split("/")[0] in FOLDERS and "/" in word and "X" not in word and not re.search(r"[{}@]", word) \
                    and not exists(word.rstrip(".,/")):
                found.append(f"{name}: there is no {word}")
        target = re.match(r"(?:sudo )?make ([a-z][\w-]*)(?:\s|$)", code)
        if target and target.group(1) not in targets:
            found.append(f"{name}: make {target.group(1)} is no command")
    return "\n".join(dict.fromkeys(found))
