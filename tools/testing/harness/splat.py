# SPDX-License-Identifier: GPL-2.0-only
"""Find the kernel's complaints in a log: oops, WARN, sanitizers, lockdep, leaks, hangs."""

import re

COMPLAINTS = re.compile(r"""
      Kernel\ panic | \bOops\b | Internal\ error: | Unable\ to\ handle\ kernel | BUG: | kernel\ BUG
    | WARNING: | \bUBSAN: | KASAN: | KCSAN: | KFENCE: | CFI\ failure
    | possible\ (circular|recursive)\ locking | inconsistent\ lock\ state | held\ lock\ freed
    | bad\ unlock\ balance | lock\ held\ when\ returning\ to\ user\ space | INFO:\ possible
    | suspicious\ RCU\ usage | sleeping\ function\ called | scheduling\ while\ atomic
    | refcount_t: | list_(add|del)\ corruption | slab-use-after-free | Object\ already\ free
    | rcu:\ INFO: | self-detected\ stall | blocked\ for\ more\ than | watchdog:\ BUG | soft\ lockup
    | ODEBUG: | DMA-API:\ (?!preallocated|debugging) | new\ suspected\ memory\ leaks
    | Call\ trace: | unreferenced\ object | irq\ \d+:\ nobody\ cared | Bad\ mode\ in
    | unregister_netdevice:\ waiting | workqueue:.*hogged | stack\ guard\ page | double\ fault
    """, re.X)

# Lines that contain such words and mean no harm.
HARMLESS = re.compile(r"""
      KernelAddressSanitizer\ initialized | Kernel\ memory\ leak\ detector\ initialized
    | lockdep\ is\ turned\ on | Kernel\ command\ line: | workqueue:.*consider\ switching
    """, re.X)

CONTEXT_LINES = 40


def find(text, allowed=()):
    """Complaints in @text that match none of the @allowed patterns, each with some lines of context."""
    lines = text.splitlines()
    found = []
    skip_to = 0
    for i, line in enumerate(lines):
        if i < skip_to or not COMPLAINTS.search(line) or HARMLESS.search(line):
            continue
        block = "\n".join(lines[i:i + CONTEXT_LINES])
        skip_to = i + CONTEXT_LINES
        if not any(re.search(pattern, block) for pattern in allowed):
            found.append(block)
    return found
