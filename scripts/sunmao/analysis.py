# SPDX-License-Identifier: GPL-2.0-only
"""Analysis of the whole source: duplicates, dead code, exports; the kernel's semantic patches, clang's analyzer."""

import collections
import os
import re
import shlex

import cache
import kmi

# Lines that are the same in a row before they count as a copy, after blanks, comments and lone brackets.
COPY_LINES = 10
# Programs of different authors: what two of them have in common is no copy of one by the other.
APART = ("tools/qemu/", "tools/testing/guest/", "tools/testing/teflon/", "tools/testing/v4l/", "tools/isp/")
# Copies that stay, by the later place's file, and why.
COPIES = {
    # two tables of facts that differ in one row
    "drivers/npu/opp-rk3576.c",
    # each of them runs on its own: its frame is in it
    "tools/qemu/tests/qtest-npu.py",
    "tools/qemu/tests/test-npu-compute.c",
}
# Functions that somebody outside the source calls.
CALLED = {"main", "__clk_lookup"}

C_NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
# A function begins in the first column, and so does its bracket.
DEFINITION = re.compile(r"^(?!typedef|#|\s|\})[^\n;={}()]*\b(\w+)\([^;{}]*\)[\s\w]*\n\{", re.M)
PROTOTYPE = re.compile(r"^(?!typedef|#|\s|\}|return)[^\n;={}()]*[\s*](\w+)\([^;{}]*\)[^;{}()]*;", re.M)
EXPORT = re.compile(r"^EXPORT_SYMBOL\w*\(.*\);", re.M)
PASTED = re.compile(r"\b(\w+)[ \t]*##")
MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.M)


def read(top, name):
    """The text of a file."""
    with open(os.path.join(top, name), errors="replace") as f:
        return f.read()


def significant(text, python):
    """(line number, line) of what is neither blank, comment, bracket nor include."""
    if not python:
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        line = " ".join(line.split())
        if re.search(r"\w", line) and not re.match(r"//|#\s*include|import |from |# " if not python else
                                                   r"#|import |from |\"\"\"", line):
            yield number, line


def copies(top, names):
    """Runs of COPY_LINES equal lines in two places, as text."""
    windows = {}
    found = []
    for name in names:
        lines = list(significant(read(top, name), name.endswith(".py")))
        author = next((a for a in APART if name.startswith(a)), "")
        until = 0
        for at in range(len(lines) - COPY_LINES + 1):
            window = (author, *(line for _, line in lines[at:at + COPY_LINES]))
            other = windows.setdefault(window, (name, lines[at][0]))
            if other != (name, lines[at][0]) and at >= until:
                found.append(f"{name}:{lines[at][0]}: {COPY_LINES} lines or more as in {other[0]}:{other[1]}")
                until = at + COPY_LINES
    return "\n".join(line for line in found if line.split(":")[0] not in COPIES)


def dead(top, names):
    """Functions that nobody calls and macros that nobody uses, as text."""
    texts = {name: C_NOISE.sub(" ", read(top, name)) for name in names}
    words = collections.Counter()
    declared = collections.Counter()
    pasted = tuple({prefix for text in texts.values() for prefix in PASTED.findall(text)})
    for text in texts.values():
        plain = EXPORT.sub("", text)
        words.update(re.findall(r"\w+", plain))
        declared.update(m.group(1) for m in PROTOTYPE.finditer(plain))
    found = []
    for name, text in texts.items():
        for m in DEFINITION.finditer(text):
            function = m.group(1)
            declared[function] += 1
            if words[function] <= declared[function] and function not in CALLED and \
                    not function.isupper() and not function.startswith(pasted):
                found.append(f"{name}: nobody calls {function}()")
        if name.endswith(".c"):
            found += [f"{name}: nobody uses {macro}" for macro in MACRO.findall(text)
                      if len(re.findall(rf"\b{macro}\b", text)) == 1 and words[macro] == 1]
    return "\n".join(found)


def unused_exports(modules):
    """Exported symbols that no other of our modules imports, as text. @modules: kmi.Module.

    Tests that bring a driver's code along import the same from a driver that is built in.
    """
    def wanted(module):
        return set().union(*(m.undefined() | m.defined() for m in modules if m is not module))

    return "\n".join(f"{module.name}: nobody uses the exported {name}"
                     for module in modules for name in sorted(module.exports() - wanted(module)))


def built_modules(work):
    """The modules below a build directory, tests as well."""
    return [kmi.Module(path) for path in cache.tree_files(work, (".ko",))]


def semantic_patches(tree):
    """The kernel's semantic patches that can report: [(path below scripts/coccinelle, options)].

    One that is written in OCaml needs a compiler for it and is about a table of one driver.
    """
    top = os.path.join(tree, "scripts", "coccinelle")
    found = []
    for path in cache.tree_files(top, (".cocci",)):
        text = read("", path)
        options = re.search(r"^//[ \t]*Options:[ \t]*(.*)", text, re.M)
        if re.search(r"^virtual\b.*\breport\b", text, re.M) and "script:ocaml" not in text:
            found.append((os.path.relpath(path, top), options.group(1).split() if options else []))
    return found


def semantic(tree, patch, options, files):
    """Command that looks for one semantic patch's pattern in @files; what it prints are the findings."""
    return ["spatch", "-D", "report", "--no-show-diff", "--very-quiet", "--cocci-file",
            os.path.join(tree, "scripts", "coccinelle", patch), *options, *files]


def compile_commands(work):
    """Commands that clang has compiled the drivers' files with: {file below @work: words}."""
    found = {}
    for here, _, files in os.walk(os.path.join(work, "drivers")):
        for name in sorted(files):
            if not name.endswith(".o.cmd") or name.endswith(".mod.o.cmd"):
                continue
            first = read(here, name).split("\n", 1)[0]
            words = shlex.split(first.split(":=", 1)[1].split(" ; ")[0])
            if words[-1].endswith(".c"):
                found[os.path.relpath(words[-1], work)] = words
    return found


def analyze(words, source):
    """Command for clang's analyzer on @source, from the @words that compiled a file."""
    words = words[words.index("clang-19") + 1:-1]
    del words[words.index("-o"):words.index("-o") + 2]
    keep = [w for w in words if w != "-c" and not w.startswith("-Wp,-MMD")]
    return ["clang-19", "--analyze", "--analyzer-output", "text", *keep, "-Wno-unused-command-line-argument",
            source]


def warnings(text):
    """What the analyzer says: ((file, line of the source that it complains about), all about it)."""
    for part in re.split(r"(?m)^(?=\S+:\d+:\d+: (?:warning|error): )", text)[1:]:
        source = re.search(r"^ *\d+ \| +(.*)$", part, re.M)
        name = part.split(":")[0]
        # the folder of the build in front
        name = name[max(name.rfind("/" + top) for top in ("drivers/", "include/")) + 1:]
        yield (name, source.group(1) if source else ""), part
