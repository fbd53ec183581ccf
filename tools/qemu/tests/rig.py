# SPDX-License-Identifier: GPL-2.0-or-later
"""What the machine's tests over qtest share: QEMU with its channels, and the runner of a suite.

A suite's tests each have a machine of their own. TAP on stdout.
"""

import contextlib
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile

LIMIT_S = 60

# Registers and commands of an IOMMU bank (hardware notes, IOMMU 2)
DTE_ADDR, STATUS, COMMAND, FAULT_ADDR, ZAP_LINE = 0x0, 0x4, 0x8, 0xc, 0x10
MMU_RAW, MMU_CLEAR, MMU_MASK, MMU_STATUS, AUTO_GATING = 0x14, 0x18, 0x1c, 0x20, 0x24
(ENABLE_PAGING, DISABLE_PAGING, ENABLE_STALL, DISABLE_STALL, ZAP_ALL, FAULT_DONE,
 FORCE_RESET) = range(7)


def device_tree():
    """The smallest device tree that the machine accepts: it is never used."""
    def prop(name, value):
        return struct.pack(">III", 3, 4, name) + struct.pack(">I", value)

    def node(name, inside=b""):
        return struct.pack(">I", 1) + name.ljust(len(name) // 4 * 4 + 4, b"\0") + inside + \
            struct.pack(">I", 2)

    strings = b"#address-cells\0#size-cells\0"
    body = node(b"", prop(0, 2) + prop(15, 2) + node(b"cpus", prop(0, 1) + prop(15, 0)))
    body += struct.pack(">I", 9)
    end = 56 + len(body)
    return struct.pack(">10I", 0xd00dfeed, end + len(strings), 56, end, 40, 17, 16, 0, len(strings),
                       len(body)) + bytes(16) + body + strings


class Machine:
    """QEMU with its qtest and QMP channels; @options go to its command line.

    @accel: "qtest" stops the CPUs and hands the clock to the test; "tcg" runs them from @kernel.
    """

    accel = "qtest"
    kernel = bytes(64)

    def __init__(self, qemu, *options):
        self.dir = tempfile.TemporaryDirectory()
        listeners = {}
        for name in ("qtest", "qmp"):
            listeners[name] = socket.socket(socket.AF_UNIX)
            listeners[name].bind(f"{self.dir.name}/{name}")
            listeners[name].listen(1)
            listeners[name].settimeout(LIMIT_S)
        for name, data in (("kernel", self.kernel), ("dtb", device_tree())):
            with open(f"{self.dir.name}/{name}", "wb") as f:
                f.write(data)
        self.process = subprocess.Popen(
            [qemu, "-M", "rk3588", "-m", "256M", "-kernel", f"{self.dir.name}/kernel",
             "-dtb", f"{self.dir.name}/dtb", "-accel", self.accel,
             "-display", "none", "-nic", "none", "-serial", "none", "-monitor", "none",
             "-chardev", f"socket,id=q,path={self.dir.name}/qtest", "-qtest", "chardev:q",
             "-qmp", f"unix:{self.dir.name}/qmp", *options],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.qtest = self._accept(listeners["qtest"])
        self.qmp = self._accept(listeners["qmp"])
        self.raised = {}
        self.intercepted = False
        json.loads(self.qmp.readline())
        self.execute("qmp_capabilities")

    @staticmethod
    def _accept(listener):
        connection, _ = listener.accept()
        connection.settimeout(LIMIT_S)
        listener.close()
        return connection.makefile("rw", buffering=1, newline="\n")

    def close(self):
        """End QEMU."""
        self.process.kill()
        self.process.wait()
        self.qtest.close()
        self.qmp.close()
        self.dir.cleanup()

    def execute(self, command, **arguments):
        """A QMP command; returns its result."""
        self.qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.qmp.flush()
        while True:
            answer = json.loads(self.qmp.readline())
            if "error" in answer:
                raise RuntimeError(answer["error"]["desc"])
            if "return" in answer:
                return answer["return"]

    def get(self, device, name):
        """A QOM property."""
        return self.execute("qom-get", path=f"/machine/{device}", property=name)

    def set(self, device, name, value):
        """Set a QOM property."""
        self.execute("qom-set", path=f"/machine/{device}", property=name, value=value)

    def ask(self, *words):
        """A qtest command; interrupts that change meanwhile are noted."""
        self.qtest.write(" ".join(str(w) for w in words) + "\n")
        self.qtest.flush()
        while True:
            line = self.qtest.readline()
            if not line:
                raise RuntimeError("QEMU is gone")
            change = re.match(r"IRQ (raise|lower) (\d+)", line)
            if change:
                self.raised[int(change[2])] = change[1] == "raise"
                continue
            if not line.startswith("OK"):
                raise RuntimeError(f"{words}: {line}")
            return line.split()[1:]

    def w(self, address, value):
        """Write a 32-bit register."""
        self.ask("writel", hex(address), hex(value & 0xffffffff))

    def r(self, address):
        """Read a 32-bit register."""
        return int(self.ask("readl", hex(address))[0], 0)

    def put(self, address, data):
        """Write memory."""
        self.ask("write", hex(address), hex(len(data)), "0x" + data.hex())

    def peek(self, address, size):
        """Read memory."""
        return bytes.fromhex(self.ask("read", hex(address), hex(size))[0][2:])

    def step(self, ns):
        """Let virtual time pass."""
        self.ask("clock_step", ns)

    def line(self, device, name, level):
        """Drive an input of a device."""
        self.ask("set_irq_in", f"/machine/{device}", name, 0, level)


def packed(physical):
    """An address as version 2 of the IOMMU holds it (IOMMU 3)."""
    return physical & 0xfffff000 | (physical >> 32 & 0xf) << 8 | (physical >> 36 & 0xf) << 4


def page_tables(m, at, pages):
    """Write page tables for these IOVA -> (physical, flags) pages; the directory is at @at."""
    directory = bytearray(4096)
    tables = {}
    for iova, (physical, flags) in pages.items():
        tables.setdefault(iova >> 22, {})[iova >> 12 & 0x3ff] = packed(physical) | flags | 1
    for i, (index, entries) in enumerate(sorted(tables.items())):
        place = at + 4096 * (i + 1)
        table = bytearray(4096)
        for n, entry in entries.items():
            struct.pack_into("<I", table, 4 * n, entry)
        m.put(place, bytes(table))
        struct.pack_into("<I", directory, 4 * index, packed(place) | 1)
    m.put(at, bytes(directory))


class Suite:
    """The tests of one program.

    @doc: the program's text
    @machine: class of the machine that each test gets
    @wrap: what makes the test's argument of it
    """

    def __init__(self, doc, machine=Machine, wrap=lambda m: m):
        self.doc = doc
        self.machine = machine
        self.wrap = wrap
        self.tests = []

    def test(self, function):
        """Add a test."""
        return self.with_options()(function)

    def with_options(self, *options):
        """Add a test whose machine has more on its command line."""
        def add(function):
            self.tests.append((function, options))
            return function
        return add

    def main(self):
        """Run all tests; returns the exit status."""
        if len(sys.argv) != 2 or not os.path.exists(sys.argv[1]):
            sys.exit(self.doc)
        failed = 0
        for number, (function, options) in enumerate(self.tests, 1):
            problem = ""
            with contextlib.closing(self.machine(sys.argv[1], *options)) as machine:
                try:
                    function(self.wrap(machine))
                except (AssertionError, RuntimeError, OSError, ValueError, TypeError) as error:
                    trace = error.__traceback__
                    while trace.tb_next:
                        trace = trace.tb_next
                    problem = f" # line {trace.tb_lineno}: {type(error).__name__} {error}"
            failed += bool(problem)
            print(f"{'not ' if problem else ''}ok {number} - {function.__name__.replace('_', ' ')}"
                  f"{problem}", flush=True)
        print(f"1..{len(self.tests)}")
        return 1 if failed else 0
