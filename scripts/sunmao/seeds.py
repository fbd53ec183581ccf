# SPDX-License-Identifier: GPL-2.0-only
"""A mistake for every checker: a check that does not find it is no check."""

import os
import re
import shutil
import tempfile
import types

import analysis
import kernel
import linters

TEN_LINES = "".join(f"\tstep({n}, 0x{n:x});\n" for n in range(10))
C = "/* SPDX-License-Identifier: GPL-2.0-only */\n"


def copies(path):
    """The same file twice."""
    shutil.copy(path, path + ".copy")
    return analysis.copies(os.path.dirname(path), [os.path.basename(path), os.path.basename(path) + ".copy"])


def coccicheck(path):
    """A pointer is used after it was freed."""
    return linters.coccicheck("free/kfree.cocci", [], [path])


def exports(_):
    """A module exports what no other imports."""
    return analysis.unused_exports([types.SimpleNamespace(name="a.ko", exports=lambda: {"used", "brought", "unused"},
                                                          undefined=set, defined=lambda: {"used", "brought", "unused"}),
                                    types.SimpleNamespace(name="b.ko", exports=set, undefined=lambda: {"used"},
                                                          defined=lambda: {"brought"})])


# checker, name of the file, text, what has to be found, the function
SEEDS = (
    ("coccicheck", "a.c", "int f(int *p)\n{\n\tkfree(p);\n\treturn *p;\n}\n", "preceded by free", coccicheck),
    ("checkpatch", "a.c", C + "int f (void);\n", "SPACING", linters.checkpatch),
    ("kernel-doc", "a.c", "/**\n * f() - none\n * @b: none\n */\nint f(int a)\n{\n}\n", "'a' not described",
     linters.kernel_doc),
    ("QEMU's checkpatch", "a.c", "int f (void);\n", "space prohibited", linters.qemu_checkpatch),
    ("shellcheck", "a.sh", "#!/bin/sh\nrm $1\n", "SC2086", linters.shellcheck),
    ("pyflakes", "a.py", "import os\n", "unused", linters.pyflakes),
    ("dtc", "a.dtso", "/dts-v1/;\n/ { a@1 { }; };\n", "unit_address", linters.dtc),
    ("schema", "a/b/c.yaml", "title: nothing\n", "error checking", linters.binding),
    ("pylint", "a.py", "def f(a=[]):\n    return a\n", "dangerous-default", lambda path: linters.pylint([path])),
    ("vulture", "a.py", "def f():\n    return 1\n", "unused function", lambda path: linters.vulture([path])),
    ("codespell", "a.md", "We recie" "ved it.\n", "received", lambda path: linters.spelling([path])),
    ("copies", "a.c", f"void f(void)\n{{\n{TEN_LINES}}}\n", "10 lines", copies),
    ("dead code", "a.c", "static int f(void)\n{\n}\n", "nobody calls f",
     lambda path: analysis.dead(os.path.dirname(path), [os.path.basename(path)])),
    ("exports", "", "", "^a.ko: nobody uses the exported unused$", exports),
)


def seeded(name, text, wanted, function):
    """"" when @function finds the mistake in a file with this @text."""
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, name or "none")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        found = function(path)
    return "" if re.search(wanted, found) else f"{wanted!r} is not in what it found: {found!r}"


def rows(work, clang):
    """Rows for a checker each; clang's analyzer takes the command of a file in the build @work of kernel @clang."""
    yield from ((f"{checker}: finds a mistake that is put in front of it",
                 lambda a=arguments: seeded(*a)) for checker, *arguments in SEEDS)
    yield ("clang analyzer: finds a mistake that is put in front of it",
           lambda: seeded("a.c", "int f(int *p);\nint f(int *p)\n{\n\treturn p ? 0 : *p;\n}\n", "null pointer",
                          lambda path: linters.analyzer(next(iter(analysis.compile_commands(work).values())), path,
                                                        kernel.kernel(*clang))))
