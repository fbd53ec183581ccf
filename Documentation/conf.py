# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx configuration, and two directives that take text out of the sources, so that it is told only once.

.. doc-comment:: FILE        the "DOC:" comment that begins a source file
.. kernel-doc:: FILE         everything that a header documents, by the kernel's own scripts/kernel-doc
"""

import os
import re
import subprocess

from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from docutils import nodes
from sphinx.util.nodes import nested_parse_with_titles

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

project = "Sunmao"
author = "Sunmao developers"
project_copyright = "Sunmao developers, GPL-2.0"
extensions = []
source_suffix = ".rst"
exclude_patterns = ["*.md"]
html_theme = "alabaster"
html_theme_options = {"page_width": "1100px", "sidebar_width": "260px", "fixed_sidebar": True}
html_show_sourcelink = False
# C names of the kernel, which nothing here can resolve.
nitpicky = False


class FromSource(Directive):  # pylint: disable=abstract-method
    """What both directives have in common, each with a run() of its own."""

    required_arguments = 1

    def parse(self, text, path):
        """Text as if it stood in the page."""
        self.state.document.settings.env.note_dependency(path)
        node = nodes.container()
        node.document = self.state.document
        nested_parse_with_titles(self.state, StringList(text.splitlines(), source=path), node)
        return node.children


class DocComment(FromSource):
    """The DOC comment of a file, without its title."""

    def run(self):
        path = os.path.join(TOP, self.arguments[0])
        with open(path) as f:
            m = re.search(r"^/\*+\n \* DOC: [^\n]*\n(.*?)^ \*/", f.read(), re.S | re.M)
        if not m or not m.group(1).strip(" *\n"):
            raise self.error(f"{self.arguments[0]} has no DOC comment")
        return self.parse(re.sub(r"^ \* ?", "", m.group(1), flags=re.M), path)


class KernelDoc(FromSource):
    """The kernel-doc comments of a header."""

    def run(self):
        path = os.path.join(TOP, self.arguments[0])
        script = os.environ.get("SUNMAO_KERNEL_DOC")
        if not script:
            raise self.error("SUNMAO_KERNEL_DOC does not name the kernel's scripts/kernel-doc: use `make docs`")
        text = subprocess.run(["/usr/bin/python3", "-B", script, "-rst", path], stdout=subprocess.PIPE, text=True,
                              check=True).stdout
        return self.parse(text, path)


def setup(app):
    """Called by Sphinx."""
    app.add_directive("doc-comment", DocComment)
    app.add_directive("kernel-doc", KernelDoc)
    return {"parallel_read_safe": True}
