# SPDX-License-Identifier: GPL-2.0-only
"""The interface of generic kernel images (KMI): which symbols they export, and which our modules use.

`make check` compares the two; `make symbol-list` writes our own list in the format of Android's kernel tree.
"""

import collections
import os
import struct
from typing import NamedTuple

import cache

LISTS = os.path.join(cache.TOP, "scripts", "kernel", "kmi")
# The branch whose lists a kernel under test is compared with.
BRANCHES = {"6.12": "android16-6.12", "7.3": "android17-6.18"}

SHT_SYMTAB, SHT_RELA = 2, 4
SHN_UNDEF = 0
STT_FUNC, STT_SECTION = 2, 3


def symbols(branch):
    """All symbols of the lists of a branch that are kept here."""
    names = set()
    for part in sorted(os.listdir(LISTS)):
        if part.startswith(branch) and not part.endswith("-renamed"):
            with open(os.path.join(LISTS, part)) as f:
                names.update(line.split("#")[0].strip() for line in f)
    return names - {""}


def renamed(branch):
    """Names of later kernels to what the branch calls the same; "-": it does without."""
    path = os.path.join(LISTS, branch + "-renamed")
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        return dict(line.split("#")[0].split() for line in f if line.split("#")[0].strip())


class Use(NamedTuple):
    """A symbol that a module does not have itself, and the functions (or tables) that refer to it."""
    symbol: str
    users: tuple


class Module:
    """A kernel module as a relocatable 64-bit little-endian ELF file."""

    def __init__(self, path):
        self.name = os.path.basename(path)
        with open(path, "rb") as f:
            self.data = f.read()
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path} is no 64-bit ELF file")
        offset, = struct.unpack_from("<Q", self.data, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.data, 0x3a)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, offset + i * size) for i in range(count)]
        self.section_names = [self._string(self.sections[names][4], s[0]) for s in self.sections]
        self.symbols = self._symbols()

    def _string(self, table, offset):
        end = self.data.index(b"\0", table + offset)
        return self.data[table + offset:end].decode()

    def _symbols(self):
        """(name, type, section, value, size) of all symbols."""
        found = []
        for _, kind, _, _, offset, size, link, _, _, entry in self.sections:
            if kind != SHT_SYMTAB:
                continue
            strings = self.sections[link][4]
            for at in range(offset, offset + size, entry):
                name, info, _, section, value, length = struct.unpack_from("<IBBHQQ", self.data, at)
                found.append((self._string(strings, name), info & 15, section, value, length))
        return found

    def exports(self):
        """What other modules may use."""
        return {s[0][len("__ksymtab_"):] for s in self.symbols if s[0].startswith("__ksymtab_")}

    def defined(self):
        """What it has itself."""
        return {s[0] for s in self.symbols if s[2] != SHN_UNDEF and s[0]}

    def undefined(self):
        """What the kernel or other modules have to provide."""
        return {s[0] for s in self.symbols if s[2] == SHN_UNDEF and s[0]}

    def _owner(self, section, offset):
        """The function or object at a place; the section's name when there is none."""
        best = None
        for name, kind, index, value, size in self.symbols:
            if index == section and name and kind != STT_SECTION and not name.startswith("$") and \
                    value <= offset < value + max(size, 1):
                best = name if best is None or kind == STT_FUNC else best
        return best or self.section_names[section]

    def uses(self, wanted):
        """Who refers to the symbols @wanted: list of Use."""
        users = {name: set() for name in wanted}
        for _, kind, _, _, offset, size, _, target, _, entry in self.sections:
            if kind != SHT_RELA:
                continue
            for at in range(offset, offset + size, entry):
                where, info, _ = struct.unpack_from("<QQq", self.data, at)
                name = self.symbols[info >> 32][0]
                if name in users:
                    users[name].add(self._owner(target, where))
        return [Use(name, tuple(sorted(users[name]))) for name in sorted(users)]


def offenders(branch, modules, shipped, ignored=()):
    """What keeps @modules from loading on an image of the branch, as text; "" when nothing does.

    @modules, @shipped: paths; what @shipped and @modules themselves export is there when they are loaded.
    @ignored: symbols that are not looked up.
    """
    known = symbols(branch) | {"-", *ignored}
    other_name = renamed(branch)
    loaded = [Module(path) for path in modules]
    for module in [*loaded, *map(Module, shipped)]:
        known |= module.exports()
    lines = []
    for module in loaded:
        bad = {name for name in module.undefined() if other_name.get(name, name) not in known}
        lines += [f"{module.name}: {use.symbol}, used by {', '.join(use.users) or 'nobody'}, is in no list of {branch}"
                  for use in module.uses(bad)]
    return "\n".join(lines)


def symbol_list(branch, modules):
    """Our symbol list, as in gki/aarch64/symbols/ of Android's kernel tree.

    Symbols of several modules first, then those of one module under its name; sorted without regard to
    leading underscores.
    """
    other_name = renamed(branch)
    loaded = sorted(map(Module, modules), key=lambda m: m.name)
    exported = set().union(*(m.exports() for m in loaded))
    needs = {m.name: {other_name.get(s, s) for s in m.undefined() - exported} - {"-"} for m in loaded}
    users = collections.Counter(name for names in needs.values() for name in names)
    common = {name for name, count in users.items() if count > 1}
    sections = [("commonly used symbols", common)]
    sections += [(f"required by {name}", names - common) for name, names in needs.items()]
    parts = ["\n".join([f"# {title}", *("  " + n for n in sorted(names, key=lambda n: (n.lstrip("_"), n)))])
             for title, names in sections if names]
    return "[abi_symbol_list]\n" + "\n\n".join(parts) + "\n"
