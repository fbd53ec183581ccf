# SPDX-License-Identifier: GPL-2.0-only
"""Checkers of others, each as a function that returns its findings as text, "" when there are none."""

import os
import re

import analysis
import cache
import kernel
import qemu
from harness import processes

LIMIT_S = 900
PYTHON_PATH = ("scripts/sunmao", "tools/testing")
# checkpatch types that make no sense for a file, and why.
CHECKPATCH_IGNORE = {
    # the one place that knows kernel versions
    "include/sunmao/compat.h": "LINUX_VERSION_CODE,CONSTANT_COMPARISON",
    # a table whose macro takes a type and a member
    "drivers/isp/isp_rules.c": "MACRO_ARG_REUSE",
}
# What codespell takes for mistakes: names of registers and clocks, words of the kernel's API, a file of the kernel, nodes of /dev, operating points
WORDS = "bu,busses,cna,dout,idel,opps,renderd,unstall"
NOT_ENGLISH = ("COPYING", "scripts/kernel/kmi/")
# What pylint is not asked for, beside all that is style.
PYLINT_IGNORE = (
    "unspecified-encoding",         # everything here is UTF-8
    "subprocess-run-check",         # the status is looked at where it matters
    "broad-exception-caught",       # whatever a test raises is its failure
    "implicit-str-concat",          # long texts, and words that must not be found
    "cell-var-from-loop",           # conditions that are waited for in the loop itself
    "unbalanced-tuple-unpacking",   # of lists whose length pylint guesses
    "redefined-outer-name",         # "name" and its like at the end of a script
    "wrong-import-position",        # behind the line that says where to look
    "unused-argument",              # functions of a table share their parameters
)
# Python that is called by its name.
CALLED = "cmd_*,test_*,__qualname__"
# A semantic patch, a part of what it says, and why it is wrong.
COCCI_WRONG = {
    # what was freed is only looked at when it was not
    "free/kfree.cocci": r"^drivers/iommu/iommu_pgtable\.c:.*$",
}
# clang's analyzer: (file, line that it complains about) and why that cannot happen
ANALYZER_WRONG = {
    # probe refuses a unit without banks
    ("drivers/iommu/iommu_hw.c", "return GENMASK(hw->num - 1, 0);"),
    # IS_ERR() and PTR_ERR() == 0 exclude each other
    ("drivers/npu/npu_dvfs.c", "npu_dvfs_use_temp(dvfs, temp_mc);"),
}


def program(argv, **environment):
    """Run a checker; returns (exit status, all that it says)."""
    done = processes.run(argv, LIMIT_S, cwd=cache.TOP, env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1", **environment))
    return done.returncode, (done.stdout + done.stderr).strip()


def tool(argv, **environment):
    """The findings of a checker that ends with an error when it has some; "" when there are none."""
    status, text = program(argv, **environment)
    return (text or f"{argv[0]}: exit status {status}") if status else ""


def printed(argv):
    """The findings of a checker for which everything that it prints is one."""
    status, text = program(argv)
    return text or (f"{argv[0]}: exit status {status}" if status else "")


def reported(argv):
    """The findings of a checker that reports on its standard output and talks about itself elsewhere."""
    done = processes.run(argv, LIMIT_S, cwd=cache.TOP)
    return done.stdout.strip() or (f"exit status {done.returncode}: {done.stderr}" if done.returncode else "")


def checkpatch(name):
    """The kernel's style."""
    argv = ["perl", os.path.join(kernel.source("7.3"), "scripts/checkpatch.pl"), "--no-tree", "--strict", "--terse",
            "--no-summary", "--show-types", "-f", name]
    ignore = CHECKPATCH_IGNORE.get(name)
    return tool(argv + (["--ignore", ignore] if ignore else []))


def kernel_doc(name):
    """Comments of functions and structures."""
    return tool(["python3", "-B", os.path.join(kernel.source("7.3"), "scripts/kernel-doc"), "-none", "-Wall",
                 "-Werror", name])


def qemu_checkpatch(name):
    """QEMU's style."""
    return tool(["perl", os.path.join(qemu.source(), "scripts/checkpatch.pl"), "--no-tree", "--strict", "--terse",
                 "--no-summary", "-f", name])


def shellcheck(name):
    """Mistakes in shell scripts."""
    return tool(["shellcheck", "-x", name])


def pyflakes(name):
    """Names in Python that are wrong or for nothing."""
    return tool(["pyflakes3", name])


def dtc(name):
    """An overlay compiles without a warning."""
    return printed(["dtc", "-@", "-I", "dts", "-O", "dtb", "-o", "/dev/null", "-W", "no-interrupts_property", name])


def binding(name):
    """A device tree binding is a schema by the rules of the kernel."""
    return printed(["dt-doc-validate", "-u", os.path.dirname(os.path.dirname(name)), name])


def coccicheck(patch, options, files):
    """One of the kernel's semantic patches."""
    found = reported(analysis.semantic(kernel.source("7.3"), patch, options, files))
    return re.sub(COCCI_WRONG[patch], "", found, flags=re.M).strip() if patch in COCCI_WRONG else found


def pylint(names):
    """Mistakes in Python."""
    return tool(["pylint", "--persistent=n", "--score=n", "--jobs", str(cache.jobs()), "--disable=all", "--enable=E,F,W",
                 f"--disable={','.join(PYLINT_IGNORE)}", *names],
                PYTHONPATH=os.pathsep.join(os.path.join(cache.TOP, p) for p in PYTHON_PATH))


def vulture(names):
    """Python that nobody calls."""
    return tool(["vulture", "--ignore-names", CALLED, "--ignore-decorators", "@*", *names])


def spelling(names):
    """Words that are often misspelt, and how."""
    return tool(["codespell", "-L", WORDS, *names])


def analyzer(words, source, kdir):
    """Clang's static analyzer on a file, with the @words that compiled one for @kdir."""
    done = processes.run(analysis.analyze(words, source), LIMIT_S, cwd=kdir)
    found = [text for where, text in analysis.warnings(done.stderr) if where not in ANALYZER_WRONG]
    return "\n".join(found) or (done.stderr + f"exit status {done.returncode}" if done.returncode else "")
