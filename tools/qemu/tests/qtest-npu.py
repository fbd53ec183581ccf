#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""NPU core and IOMMU, register by register, on the machine without a CPU running.

    qtest-npu.py PATH-OF-QEMU-SYSTEM-AARCH64

The test holds QEMU's qtest channel: it reads and writes the bus and moves the virtual clock.
TAP on stdout. Facts: hardware notes NPU B, C, D and IOMMU 2 to 4.
"""

import struct
import sys

from rig import (AUTO_GATING, COMMAND, DISABLE_PAGING, DISABLE_STALL, DTE_ADDR, ENABLE_PAGING, ENABLE_STALL,
                 FAULT_ADDR, FAULT_DONE, FORCE_RESET, MMU_CLEAR, MMU_MASK, MMU_RAW, MMU_STATUS, STATUS, ZAP_ALL,
                 ZAP_LINE, Suite, packed, page_tables)

PMU_BUS_IDLE, PMU_POWER_OFF, PMU_MEM_OFF = 0xfd8d810c, 0xfd8d814c, 0xfd8d81a0
NPU_DOMAINS, NPU_BUSES = 0x3a, 0xe                  # power.md 1.1: hardware ids as bits
CRU_CLKGATE = 0xfd7c0800
CRU_CLKSEL73 = 0xfd7c0300 + 4 * 73
CORES = (0xfdab0000, 0xfdac0000, 0xfdad0000)
BANKS = ((0xfdab9000, 0xfdaba000), (0xfdaca000,), (0xfdada000,))

# PC
VERSION, OPERATION_ENABLE, BASE_ADDRESS, AMOUNTS = 0x0, 0x8, 0x10, 0x14
INT_MASK, INT_CLEAR, INT_STATUS, INT_RAW = 0x20, 0x24, 0x28, 0x2c
TASK_CON, TASK_DMA_BASE, TASK_STATUS = 0x30, 0x34, 0x3c

DPU_BITS, RUN_NS, FETCH_NS = 0x300, 1000000, 500
COUNT_CLEAR, BIT14 = 1 << 13, 1 << 14

# Memory map of the test, physical; paging tests map IOVAs onto it
STREAM, SOURCE, DEST, OTHER, TABLE = (0x1000000 + 0x100000 * n for n in range(5))
HIGH = 0x1_0000_0000
CUBE = 4 * 4 * 16

# Other SoCs: fields of TASK_CON, interrupts, TASK_STATUS (A.2, A.4 to A.6, C.5)
RK3576, RK3568 = (("-global", f"rockchip-npu-core.soc={name}") for name in ("rk3576", "rk3568"))
TASK_STATUS_3576, PC_DONE, DRAIN_NS = 0x48, 0x30000000, 343000
PP_EN_3576, COUNT_CLEAR_3576, LAST_LAYER_3576 = 1 << 16, 1 << 17, 1 << 18
MMU_ERROR = 1 << 16
INIT_3576 = ((0x10, 1), (0x1004, 0), (0x1024, 0x80000000), (0x1004, 1), (0x1024, 0x80000000), (0x1004, 0x1e))


def word(target, offset, value):
    """A register command word (B.3)."""
    return struct.pack("<Q", target << 48 | (value & 0xffffffff) << 16 | offset)


def dpu(offset, value):
    return word(0x1001, offset, value)


def rdma(offset, value):
    return word(0x2001, offset, value)


def copy_body(source, dest):
    """A DPU-only program that copies a 4x4x16 int8 cube."""
    return [dpu(0x4004, 0xe), rdma(0x5004, 0xe),
            dpu(0x400c, 0x1e5), dpu(0x4010, 0), dpu(0x4020, dest), dpu(0x4024, CUBE),
            dpu(0x4030, 3), dpu(0x4034, 3), dpu(0x4038, 0), dpu(0x403c, 15 << 16 | 15),
            dpu(0x4040, 0x53), dpu(0x4050, 2), dpu(0x4058, 15), dpu(0x405c, 3 << 16 | 3),
            dpu(0x4060, 0x53), dpu(0x4070, 0x383), dpu(0x4080, 0), dpu(0x4084, 1),
            dpu(0x4088, 0), dpu(0x40c0, CUBE),
            rdma(0x500c, 3), rdma(0x5010, 3), rdma(0x5014, 15), rdma(0x5018, source),
            rdma(0x501c, 0), rdma(0x5028, 0), rdma(0x5034, 1),
            rdma(0x5044, 15 << 11 | 1), rdma(0x5048, 0), rdma(0x504c, 0)]


def segment(body, link=0, amount=0, start=0x18):
    """Body and trailer (B.5), padded to an even number of words."""
    words = body + [word(0x0101, BASE_ADDRESS, link) if link else bytes(8),
                    word(0x0101, AMOUNTS, amount), word(0x0041, 0, 0), word(0x0081, 8, start)]
    return b"".join(words + [bytes(8)] * (len(words) % 2))


def amount_of(data):
    """Fetch amount of a segment (B.6)."""
    return len(data) // 16 - 1


def chain(tasks):
    """A stream of copies to DEST, DEST + 0x1000 ..., linked, and the fetch amount of its first segment."""
    size = len(segment(copy_body(0, 0)))
    pitch = (size + 63) // 64 * 64
    parts = [segment(copy_body(SOURCE, DEST + 0x1000 * n), STREAM + pitch * (n + 1), size // 16 - 1 | 0x4002 << 16)
             for n in range(tasks)]
    return b"".join(part.ljust(pitch, b"\0") for part in parts), size // 16 - 1


class Core:
    """One NPU core with power, clocks and its registers."""

    def __init__(self, machine, n=1):
        self.m = machine
        self.n = n
        self.name = f"npu{n}"
        self.mmu = f"npu{n}-iommu"
        self.base = CORES[n]
        for gate in range(27, 32):
            machine.w(CRU_CLKGATE + 4 * gate, 0xffff0000)
        for register, bits in ((PMU_POWER_OFF, NPU_DOMAINS), (PMU_MEM_OFF, NPU_DOMAINS),
                               (PMU_BUS_IDLE, NPU_BUSES)):
            machine.w(register, bits << 16)
        if not machine.intercepted:
            machine.ask("irq_intercept_out", f"/machine/{self.name}", "sysbus-irq")
            machine.intercepted = True
        machine.put(SOURCE, bytes(range(CUBE % 256 or 256)))
        machine.put(DEST, bytes(CUBE))

    def w(self, offset, value):
        self.m.w(self.base + offset, value)

    def r(self, offset):
        return self.m.r(self.base + offset)

    def bank(self, offset, value=None, bank=0):
        """Read or write a register of an IOMMU bank."""
        address = BANKS[self.n][bank] + offset
        return self.m.r(address) if value is None else self.m.w(address, value)

    def irq(self):
        """Level of the interrupt line."""
        self.m.ask("clock_step", 1)
        return self.m.raised.get(0, False)

    def kick(self, address, data, tasks=1, mask=DPU_BITS, place=None, task_con=None):
        """Put a stream into memory and start it as C.1 does."""
        self.m.put(place if place is not None else address, data)
        self.w(BASE_ADDRESS, 1)
        for block in (0x1000, 0x3000):
            self.w(block + 4, 0xe | self.n << 28)
        self.w(BASE_ADDRESS, address)
        self.w(AMOUNTS, amount_of(data) if tasks == 1 else self.first_amount)
        self.w(INT_MASK, mask)
        self.w(INT_CLEAR, 0x1ffff)
        self.w(TASK_CON, task_con or BIT14 | COUNT_CLEAR | 1 << 12 | tasks)
        self.w(TASK_DMA_BASE, 0)
        self.w(OPERATION_ENABLE, 1)

    first_amount = 0

    def reset(self):
        """A pulse on both resets."""
        for level in (1, 0):
            self.m.line(self.name, "reset-a", level)
            self.m.line(self.name, "reset-h", level)

    def copied(self, at=DEST):
        """Whether the copy arrived."""
        return self.m.peek(at, CUBE) == self.m.peek(SOURCE, CUBE)

    def map(self, pages):
        """Page tables with these IOVA -> (physical, flags) pages; paging on."""
        page_tables(self.m, TABLE, pages)
        for b in range(len(BANKS[self.n])):
            self.bank(DTE_ADDR, TABLE | 1, b)
            self.bank(COMMAND, ZAP_ALL, b)
            self.bank(MMU_MASK, 3, b)
            self.bank(COMMAND, ENABLE_PAGING, b)

    def pte(self, iova, value):
        """Change a page-table entry of the first table, without a zap."""
        self.m.put(TABLE + 4096 + 4 * (iova >> 12 & 0x3ff), struct.pack("<I", value))


SUITE = Suite(__doc__, wrap=Core)
test, with_options = SUITE.test, SUITE.with_options


@test
def reset_values(c):
    assert c.r(VERSION) + (c.r(4) & 0xffff) == 1179210309
    assert c.r(INT_MASK) == 0x1ffff and c.r(INT_RAW) == 0 and c.r(BASE_ADDRESS) == 0
    assert c.r(0x300c) == 0x07800800, "MAC_GATING"
    assert [c.r(0x8000 + o) for o in (0, 4, 8, 0x10, 0x30)] == [0xfff, 0x1010101, 0x10101, 0x101,
                                                                0x100]
    assert c.bank(STATUS) == 0x18 and c.bank(AUTO_GATING) == 1 << 31


@test
def nothing_answers_without_power_clock_or_in_reset(c):
    def refused():
        before = c.m.get(c.name, "bus-errors")
        c.r(VERSION)
        return c.m.get(c.name, "bus-errors") == before + 1

    assert not refused()
    c.m.line(c.name, "power", 0)
    assert refused()
    c.m.line(c.name, "power", 1)
    c.m.line(c.name, "reset-h", 1)
    assert refused()
    c.m.line(c.name, "reset-h", 0)
    c.m.w(CRU_CLKGATE + 4 * 27, 0x00040004)
    assert refused(), "hclk gated"
    c.m.w(CRU_CLKGATE + 4 * 27, 0x00040000)
    assert not refused()


@test
def blocks_take_bus_writes_in_slave_mode_only(c):
    c.w(0x1020, 0x1234)
    assert c.r(0x1020) == 0
    c.w(BASE_ADDRESS, 1)
    c.w(0x1020, 0x1234)
    assert c.r(0x1020) == 0x1234


@test
def register_groups(c):
    c.w(BASE_ADDRESS, 1)
    c.w(0x4004, 0)
    c.w(0x4030, 11)
    c.w(0x4004, 1)
    assert c.r(0x4030) == 0 and c.r(0x4004) & 1 == 1
    c.w(0x4030, 22)
    c.w(0x4004, 0x30)
    assert c.r(0x4004) & 0x10001 == 0 and c.r(0x4030) == 11


@test
def one_task(c):
    c.kick(STREAM, segment(copy_body(SOURCE, DEST)))
    assert not c.copied() and c.r(INT_RAW) == 0 and c.r(OPERATION_ENABLE) == 0
    c.m.step(RUN_NS)
    assert c.copied() and c.r(INT_RAW) & DPU_BITS == 0x100 and c.r(TASK_STATUS) == 0xf000
    assert c.irq() and c.r(INT_STATUS) == 0x100
    c.w(INT_MASK, 0)
    assert not c.irq()
    c.w(INT_MASK, DPU_BITS)
    assert c.irq()
    c.w(INT_CLEAR, 0x1ffff)
    assert not c.irq() and c.r(INT_RAW) == 0
    assert c.m.get(c.name, "irqs") == 2 and c.m.get(c.name, "jobs") == 1


@test
def groups_alternate_and_keep_their_registers(c):
    for n, bit in enumerate((0x100, 0x200, 0x100)):
        c.kick(STREAM, segment(copy_body(SOURCE, DEST + 0x1000 * n)))
        c.m.step(RUN_NS)
        assert c.r(INT_RAW) & DPU_BITS == bit
    # a task that leaves out its destination inherits that of two tasks ago
    delta = [w for w in copy_body(SOURCE, 0) if w != dpu(0x4020, 0)]
    c.m.put(DEST + 0x1000, bytes(CUBE))
    c.kick(STREAM, segment(delta))
    c.m.step(RUN_NS)
    assert c.copied(DEST + 0x1000)


@test
def slave_mode_runs_without_the_pc(c):
    def load():
        c.m.put(DEST, bytes(CUBE))
        c.w(BASE_ADDRESS, 1)
        for w in copy_body(SOURCE, DEST):
            command, = struct.unpack("<Q", w)
            c.w(command & 0xffff, command >> 16)

    load()
    c.w(0xf008, 0x18)
    c.m.step(RUN_NS)
    assert c.copied() and c.irq() and c.r(INT_RAW) == 0x100
    c.w(INT_CLEAR, 0x1ffff)
    load()
    c.w(0x4008, 1)
    c.m.step(RUN_NS)
    assert not c.copied() and c.r(0x4000) == 1 << 16, "the DPU waits for DPU_RDMA"
    c.w(0x5008, 1)
    c.m.step(RUN_NS)
    assert c.copied() and c.r(INT_RAW) == 0x200 and c.r(0x4000) == 0


@test
def a_kick_while_busy_is_ignored(c):
    c.kick(STREAM, segment(copy_body(SOURCE, DEST)))
    c.w(OPERATION_ENABLE, 1)
    c.w(OPERATION_ENABLE, 0)
    c.m.step(RUN_NS)
    assert c.copied() and c.m.get(c.name, "jobs") == 1


@test
def a_chain_has_one_interrupt(c):
    tasks = 3
    stream, c.first_amount = chain(tasks + 1)
    c.kick(STREAM, stream, tasks)
    for _ in range(400):
        c.m.step(100)
        if c.r(INT_RAW):
            break
    assert c.r(INT_RAW) and not c.irq() and c.r(TASK_STATUS) & 0xfff == 1
    c.m.step(RUN_NS)
    assert c.irq() and c.m.get(c.name, "irqs") == 1 and c.m.get(c.name, "tasks") == tasks
    assert all(c.copied(DEST + 0x1000 * n) for n in range(tasks))
    assert not c.copied(DEST + 0x1000 * tasks), "runs on beyond TASK_NUMBER"
    assert c.r(TASK_STATUS) == 0xf000


@test
def what_never_finishes(c):
    good = copy_body(SOURCE, DEST)
    cases = {
        "no start word": b"".join(good + [bytes(8)] * 2),
        "no marker": b"".join(good + [bytes(8), word(0x0081, 8, 0x18)]),
        "DPU without DPU_RDMA": segment(good, start=0x08),
        "convolution's start word for a DPU program": segment(good, start=0x1d),
    }
    for what, stream in cases.items():
        hangs = c.m.get(c.name, "hangs")
        c.kick(STREAM, stream)
        c.m.step(RUN_NS)
        assert c.r(INT_RAW) == 0 and c.m.get(c.name, "hangs") == hangs + 1, what
        c.reset()
    c.first_amount = amount_of(segment(good))
    c.kick(STREAM, segment(good), tasks=2)
    c.m.step(RUN_NS)
    assert not c.irq() and c.m.get(c.name, "hangs") == len(cases) + 1, "chain without link"
    c.reset()
    c.w(AMOUNTS, 1)
    c.w(BASE_ADDRESS, STREAM | 1)
    c.w(TASK_CON, COUNT_CLEAR | 1)
    c.w(OPERATION_ENABLE, 1)
    c.m.step(RUN_NS)
    assert c.r(INT_RAW) == 0, "PC started in slave mode"


@test
def core_number_in_s_pointer(c):
    conv = [word(0x0201, 0x1004, 0xe | 2 << 28)] + copy_body(SOURCE, DEST)
    conv += [dpu(0x400c, 0x1e4)]
    c.kick(STREAM, segment(conv, start=0x1d))
    c.m.step(RUN_NS)
    assert c.r(INT_RAW) == 0 and c.m.get(c.name, "unsupported") == 0
    assert c.m.get(c.name, "hangs") == 1


@test
def a_reset_ends_everything(c):
    c.map({SOURCE: (SOURCE, 2), STREAM: (STREAM, 2), DEST: (DEST, 6)})
    c.kick(STREAM, segment(copy_body(SOURCE, DEST)))
    c.m.step(500)
    c.reset()
    c.m.step(RUN_NS)
    assert not c.copied() and c.r(INT_RAW) == 0 and c.r(INT_MASK) == 0x1ffff
    assert c.bank(DTE_ADDR) == 0 and c.bank(STATUS) == 0x18
    c.kick(STREAM, segment(copy_body(SOURCE, DEST)))
    c.m.step(RUN_NS)
    assert c.copied() and c.r(INT_RAW) & DPU_BITS == 0x100


@test
def time_follows_the_clock(c):
    def cost():
        c.m.set(c.name, "reset-counters", 0)
        c.kick(STREAM, segment(copy_body(SOURCE, DEST)))
        c.m.step(RUN_NS)
        return c.m.get(c.name, "busy-ns") - FETCH_NS

    c.m.w(CRU_CLKSEL73, 0x007c0000 | 3 << 2)
    slow = cost()
    c.m.w(CRU_CLKSEL73, 0x007c0000 | 1 << 2)
    fast = cost()
    # 512 bytes at 16 per cycle of 297 and of 594 MHz
    assert slow in (107, 108) and fast in (53, 54), f"{slow} ns, {fast} ns"
    # a change in the middle of a task holds for what is left of it
    c.m.w(CRU_CLKSEL73, 0x007c0000 | 3 << 2)
    c.m.set(c.name, "reset-counters", 0)
    c.kick(STREAM, segment(copy_body(SOURCE, DEST)))
    c.m.step(FETCH_NS + 54)
    c.m.w(CRU_CLKSEL73, 0x007c0000 | 1 << 2)
    c.m.step(RUN_NS)
    mixed = c.m.get(c.name, "busy-ns") - FETCH_NS
    assert mixed in (80, 81, 82), f"{mixed} ns"
    # a stopped clock freezes the task
    c.m.put(DEST, bytes(CUBE))
    c.kick(STREAM, segment(copy_body(SOURCE, DEST)))
    c.m.w(CRU_CLKGATE + 4 * 27, 0x00010001)
    c.m.step(RUN_NS)
    assert not c.copied() and c.r(INT_RAW) == 0
    c.m.w(CRU_CLKGATE + 4 * 27, 0x00010000)
    c.m.step(RUN_NS)
    assert c.copied()


@test
def injected_faults(c):
    stream = segment(copy_body(SOURCE, DEST))

    def run():
        c.m.put(DEST, bytes(CUBE))
        c.kick(STREAM, stream)
        c.m.step(RUN_NS)

    c.m.set(c.name, "fault-hang", 1)
    run()
    assert c.r(INT_RAW) == 0
    c.reset()
    c.m.set(c.name, "fault-lost-irq", 1)
    run()
    assert c.copied() and c.r(INT_RAW) & DPU_BITS and not c.irq()
    for fault, bit in (("fault-dma-read", 1 << 12), ("fault-dma-write", 1 << 13)):
        c.m.set(c.name, fault, 1)
        run()
        assert not c.copied() and c.r(INT_RAW) & bit and c.irq()
    c.m.set(c.name, "fault-stuck-reset", True)
    run()
    c.reset()
    run()
    assert not c.copied() and c.r(INT_RAW) == 0
    c.m.set(c.name, "fault-stuck-reset", False)
    c.reset()
    run()
    assert c.copied() and c.irq() and c.m.get(c.name, "dma-errors") == 2


@test
def dma_base_and_bus_errors(c):
    c.kick(STREAM, segment(copy_body(SOURCE - 0x1000, DEST - 0x1000)))
    c.w(TASK_DMA_BASE, 0x1000)
    c.m.step(RUN_NS)
    assert c.copied()
    for body, bit in ((copy_body(0xe0000000, DEST), 1 << 12), (copy_body(SOURCE, 0xe0000000), 1 << 13)):
        c.kick(STREAM, segment(body))
        c.m.step(RUN_NS)
        assert c.r(INT_RAW) & bit and c.irq(), hex(bit)


@test
def iommu_registers(c):
    c.bank(DTE_ADDR, 0xcafeb000)
    assert c.bank(DTE_ADDR) == 0xcafeb000
    c.bank(COMMAND, ENABLE_STALL)
    assert c.bank(STATUS) == 0x18, "stall without paging"
    c.bank(COMMAND, ENABLE_PAGING)
    assert c.bank(STATUS) == 0x19
    c.bank(COMMAND, ENABLE_STALL)
    assert c.bank(STATUS) == 0x1d
    c.bank(COMMAND, DISABLE_STALL)
    c.bank(MMU_MASK, 3)
    c.bank(COMMAND, FORCE_RESET)
    assert c.bank(DTE_ADDR) == 0 and c.bank(STATUS) == 0x18 and c.bank(MMU_MASK) == 0
    c.m.set(c.mmu, "fault-stuck-stall", True)
    c.bank(COMMAND, ENABLE_PAGING)
    c.bank(COMMAND, ENABLE_STALL)
    assert c.bank(STATUS) == 0x19
    c.m.set(c.mmu, "fault-stuck-stall", False)


@test
def translation_and_stale_tlb(c):
    c.map({0x400000: (STREAM, 2), 0x401000: (SOURCE, 2), 0x402000: (DEST, 6)})
    stream = segment(copy_body(0x401000, 0x402000))
    c.kick(0x400000, stream, place=STREAM)
    c.m.step(RUN_NS)
    assert c.copied() and c.m.get(c.mmu, "tlb-misses") == 3

    # the page moves; without a zap the old translation is used
    c.m.put(DEST, bytes(CUBE))
    c.pte(0x402000, OTHER | 7)
    c.kick(0x400000, stream, place=STREAM)
    c.m.step(RUN_NS)
    assert c.copied() and not c.copied(OTHER) and c.m.get(c.mmu, "tlb-misses") == 3

    c.m.put(DEST, bytes(CUBE))
    c.bank(ZAP_LINE, 0x402000)
    c.kick(0x400000, stream, place=STREAM)
    c.m.step(RUN_NS)
    assert c.copied(OTHER) and not c.copied() and c.m.get(c.mmu, "tlb-misses") == 4

    c.bank(COMMAND, ZAP_ALL)
    c.kick(0x400000, stream, place=STREAM)
    c.m.step(RUN_NS)
    assert c.m.get(c.mmu, "tlb-misses") == 7


@test
def addresses_above_4_gib_are_packed(c):
    assert packed(0x3_4567_8000) | 1 == 0x45678301
    c.map({0x400000: (STREAM, 2)})
    c.pte(0x400000, 0x45678303)
    c.kick(0x400000, segment(copy_body(0x400000, 0x400000)), place=STREAM)
    c.m.step(RUN_NS)
    # no memory there: the register fetch gets a bus error
    assert c.r(INT_RAW) == 1 << 12 and c.m.get(c.name, "dma-errors") == 1


@test
def a_page_fault_waits_and_is_replayed(c):
    c.map({0x400000: (STREAM, 2), 0x401000: (SOURCE, 2)})
    c.kick(0x400000, segment(copy_body(0x401000, 0x402040)), place=STREAM)
    c.m.step(RUN_NS)
    assert c.bank(STATUS) == 0x2b and c.bank(FAULT_ADDR) == 0x402040
    assert c.bank(MMU_RAW) == 1 and c.bank(MMU_STATUS) == 1 and c.r(INT_RAW) == 0
    c.bank(COMMAND, ENABLE_STALL)
    assert not c.bank(STATUS) & 4, "stall during a fault"

    # acknowledged without a mapping: the same fault again
    c.bank(MMU_CLEAR, 1)
    c.bank(COMMAND, FAULT_DONE)
    c.m.step(RUN_NS)
    assert c.bank(MMU_RAW) == 1 and c.m.get(c.mmu, "page-faults") == 2

    # a read-only page does not do either
    c.pte(0x402000, DEST | 3)
    c.bank(COMMAND, ZAP_ALL)
    c.bank(COMMAND, FAULT_DONE)
    c.m.step(RUN_NS)
    assert c.m.get(c.mmu, "page-faults") == 3 and c.bank(STATUS) & 0x22 == 0x22

    c.pte(0x402000, DEST | 7)
    c.bank(COMMAND, ZAP_ALL)
    c.bank(COMMAND, FAULT_DONE)
    c.bank(MMU_CLEAR, 1)
    c.m.step(RUN_NS)
    assert c.copied(DEST + 0x40) and c.irq() and c.bank(STATUS) == 0x19


@test
def an_invalid_pte_looks_at_bit_0_only(c):
    c.map({0x400000: (STREAM, 2), 0x401000: (SOURCE, 2), 0x402000: (DEST, 6)})
    c.pte(0x401000, SOURCE | 6)
    c.kick(0x400000, segment(copy_body(0x401000, 0x402000)), place=STREAM)
    c.m.step(RUN_NS)
    assert c.bank(STATUS) & 2 and c.bank(FAULT_ADDR) == 0x401000 and not c.bank(STATUS) & 0x20


@test
def a_stalled_bank_holds_the_core(c):
    c.map({0x400000: (STREAM, 2), 0x401000: (SOURCE, 2), 0x402000: (DEST, 6)})
    c.bank(COMMAND, ENABLE_STALL)
    c.kick(0x400000, segment(copy_body(0x401000, 0x402000)), place=STREAM)
    c.m.step(RUN_NS)
    assert c.r(INT_RAW) == 0
    c.bank(COMMAND, DISABLE_STALL)
    c.m.step(RUN_NS)
    assert c.copied() and c.irq()


@test
def tables_outside_of_memory(c):
    c.map({0x400000: (STREAM, 2)})
    c.bank(DTE_ADDR, 0xe0000001)
    c.kick(0x400000, segment(copy_body(0x401000, 0x402000)), place=STREAM)
    c.m.step(RUN_NS)
    assert c.bank(MMU_RAW) == 2 and c.r(INT_RAW) == 1 << 12


@test
def injected_page_fault(c):
    c.map({0x400000: (STREAM, 2), 0x401000: (SOURCE, 2), 0x402000: (DEST, 6)})
    c.m.set(c.mmu, "fault-page", 1)
    c.kick(0x400000, segment(copy_body(0x401000, 0x402000)), place=STREAM)
    c.m.step(RUN_NS)
    assert c.bank(FAULT_ADDR) == 0x400000 and c.m.get(c.mmu, "page-faults") == 1
    c.bank(COMMAND, FAULT_DONE)
    c.m.step(RUN_NS)
    assert c.copied()


@test
def core_0_needs_both_banks(c):
    c = Core(c.m, 0)
    c.map({0x400000: (STREAM, 2), 0x401000: (SOURCE, 2), 0x402000: (DEST, 6)})
    c.bank(COMMAND, DISABLE_PAGING, 1)
    c.kick(0x400000, segment(copy_body(0x401000, 0x402000)), place=STREAM)
    c.m.step(RUN_NS)
    assert not c.copied()
    c.bank(COMMAND, ENABLE_PAGING, 1)
    c.kick(0x400000, segment(copy_body(0x401000, 0x402000)), place=STREAM)
    c.m.step(RUN_NS)
    assert c.copied()


def kick_3576(c, tasks=1, stream=None, at=STREAM):
    """A kick with the control bits where the RK3576 has them."""
    c.kick(at, stream or segment(copy_body(SOURCE, DEST)), tasks,
           task_con=LAST_LAYER_3576 | COUNT_CLEAR_3576 | PP_EN_3576 | tasks)


def until(c, condition):
    """Small steps until something is so."""
    for _ in range(10000):
        if condition():
            return
        c.m.step(100)
    raise AssertionError("it never is")


@with_options(*RK3576)
def rk3576_has_two_cores_and_a_number_of_its_own(c):
    for core in (Core(c.m, 0), c):
        assert core.r(VERSION) + (core.r(4) & 0xffff) == 1179210311
    third = Core(c.m, 2)
    third.r(VERSION)
    assert c.m.get("npu2", "bus-errors") == 1, "there is no third core"
    c.r(0x2210)
    assert c.m.execute("query-status")["status"] == "running", "the page at 0x2000 is decoded"


@with_options(*RK3576)
def rk3576_writer_reports_after_the_pc(c):
    """PC_DONE comes first and not on the line; the surface is whole with the DPU's bit (A.4, C.3)."""
    for n, bit in enumerate((1 << 28, 1 << 29, 1 << 28)):
        c.m.put(DEST, bytes(CUBE))
        kick_3576(c)
        assert c.r(TASK_STATUS_3576) == 0 and c.r(TASK_STATUS) == 0
        c.w(INT_MASK, 0xffffffff)
        assert c.r(INT_MASK) == 0x1ffff
        c.w(INT_MASK, DPU_BITS)
        until(c, lambda: c.r(INT_RAW))
        assert c.r(INT_RAW) == bit and c.r(INT_STATUS) == 0, f"kick {n}: {c.r(INT_RAW):#x}"
        assert not c.copied() and not c.irq() and c.r(TASK_STATUS_3576) == 0
        c.w(OPERATION_ENABLE, 1)
        c.m.step(DRAIN_NS - 1000)
        assert not c.copied() and not c.irq()
        c.m.step(2000)
        assert c.copied() and c.irq() and c.r(INT_RAW) & DPU_BITS == (0x100, 0x200)[n % 2]
        c.w(INT_CLEAR, 0x1ffff)
        assert c.r(INT_RAW) == bit and not c.irq(), "the usual clear leaves PC_DONE"
        c.w(INT_CLEAR, PC_DONE)
        assert c.r(INT_RAW) == 0
    assert c.m.get(c.name, "jobs") == 3, "a kick while the result is under way was taken"


@with_options(*RK3576)
def rk3576_counts_started_and_completed_tasks(c):
    stream, c.first_amount = chain(3)
    kick_3576(c, 3, stream)
    seen = []
    for _ in range(100000):
        status = c.r(TASK_STATUS_3576)
        if not seen or seen[-1] != status:
            seen.append(status)
        if c.irq():
            break
        c.m.step(20)
    # (started, completed), modulo the number: at the end both are 0 again
    pairs = [(status & 0xffff, status >> 16) for status in seen]
    assert pairs[0] == (0, 0) and pairs[-1] == (0, 0), pairs
    middle = [pair for pair in pairs if pair not in ((0, 0), (1, 1), (2, 2))]
    assert middle == [(1, 0), (2, 1), (0, 2)], pairs
    assert all(c.copied(DEST + 0x1000 * n) for n in range(3)) and c.r(INT_RAW) & PC_DONE == PC_DONE
    assert c.m.get(c.name, "irqs") == 1 and c.m.get(c.name, "tasks") == 3


@with_options(*RK3576)
def rk3576_takes_the_rk3588s_task_con_for_28673_tasks(c):
    c.kick(STREAM, segment(copy_body(SOURCE, DEST)), task_con=0x7001)
    c.m.step(RUN_NS)
    assert c.copied() and not c.irq(), "the first one computes"
    c.m.put(DEST, bytes(CUBE))
    c.kick(STREAM, segment(copy_body(SOURCE, DEST)), task_con=0x7001)
    c.m.step(RUN_NS)
    assert not c.copied() and c.m.get(c.name, "hangs") == 1, "later ones write nothing"
    c.reset()
    stream, c.first_amount = chain(1)
    for number in (0x8000, 0xffff):
        kick_3576(c, number, stream)
        assert c.r(TASK_CON) & 0xffff == number
        c.m.step(RUN_NS)
        assert not c.irq(), "16 bits of number: the chain is too short"
        c.reset()


@with_options(*RK3576)
def rk3576_cores_spoil_each_other(c):
    first = Core(c.m, 0)
    second_stream = segment(copy_body(SOURCE, DEST + 0x1000))
    kick_3576(first)
    kick_3576(c, stream=second_stream, at=OTHER)
    c.m.step(RUN_NS)
    assert not c.copied() and not c.copied(DEST + 0x1000), "both results are wrong"
    assert c.m.peek(DEST, CUBE) != bytes(CUBE) and c.r(INT_RAW) & DPU_BITS and first.r(INT_RAW) & DPU_BITS
    assert c.m.get("npu0", "collisions") + c.m.get("npu1", "collisions") == 1
    kick_3576(first)
    c.m.step(RUN_NS)
    kick_3576(c, stream=second_stream, at=OTHER)
    c.m.step(RUN_NS)
    assert c.copied() and c.copied(DEST + 0x1000), "one after the other they are exact"
    assert c.m.get("npu0", "collisions") + c.m.get("npu1", "collisions") == 1


@test
def rk3588_cores_do_not(c):
    first = Core(c.m, 0)
    for core, at, place in ((first, DEST, STREAM), (c, DEST + 0x1000, OTHER)):
        core.kick(place, segment(copy_body(SOURCE, at)))
    c.m.step(RUN_NS)
    assert c.copied() and c.copied(DEST + 0x1000)
    assert c.m.get("npu1", "collisions") == 0 and c.m.get("npu1", "uninitialised-kicks") == 0


@with_options(*RK3576)
def rk3576_counts_kicks_without_state_init(c):
    def count():
        return c.m.get(c.name, "uninitialised-kicks")

    first = Core(c.m, 0)
    kick_3576(c)
    c.m.step(RUN_NS)
    assert count() == 1 and c.copied(), "A.5: no effect is known"
    for offset, value in INIT_3576[:-1]:
        first.w(offset, value)
    first.w(0x1004, 0xe)
    kick_3576(c)
    c.m.step(RUN_NS)
    assert count() == 2, "not to the end"
    for offset, value in INIT_3576:
        first.w(offset, value)
    for _ in range(2):
        kick_3576(c)
        c.m.step(RUN_NS)
    assert count() == 2 and c.copied()
    c.m.line("npu0", "reset-a", 1)
    c.m.line("npu0", "reset-a", 0)
    kick_3576(c)
    assert count() == 3, "a soft reset of core 0 asks for it again"


@with_options(*RK3568)
def rk3568_reads_as_measured_when_idle(c):
    c = Core(c.m, 0)
    assert [c.r(o) for o in (VERSION, 4, BASE_ADDRESS, 0x18, INT_MASK, TASK_STATUS)] == [0, 0, 1, 0xf, 0x8001ffff,
                                                                                        0x5000]
    Core(c.m, 1).r(VERSION)
    assert c.m.get("npu1", "bus-errors") == 1, "there is one core"


def run_3568(c, stream, at=STREAM):
    """A kick as the RK3568 wants it."""
    c.w(BASE_ADDRESS, at)
    c.w(AMOUNTS, len(stream) // 8 - 1)
    c.w(INT_MASK, 0x1ffff)
    c.w(INT_CLEAR, 0x1ffff)
    c.w(TASK_CON, COUNT_CLEAR | 1)
    c.w(OPERATION_ENABLE, 1)
    c.m.step(RUN_NS)


@with_options(*RK3568)
def rk3568_counts_single_words(c):
    c = Core(c.m, 0)
    stream = segment(copy_body(SOURCE, DEST))
    c.kick(STREAM, stream)
    c.m.step(RUN_NS)
    assert not c.copied() and c.m.get(c.name, "hangs") == 1, "half of the segment has no start word"
    c.reset()
    run_3568(c, stream)
    assert c.copied() and c.r(INT_RAW) & DPU_BITS and c.r(TASK_STATUS) == 0x5000 and not c.r(INT_RAW) & PC_DONE


@with_options(*RK3568)
def rk3568_has_a_block_at_0x2000(c):
    c = Core(c.m, 0)
    stream = segment([word(0x0401, 0x2004, 0xe)] + copy_body(SOURCE, DEST))
    c.m.put(STREAM, stream)
    run_3568(c, stream)
    assert c.copied() and c.r(0x2004) & 0xe == 0xe
    assert c.m.execute("query-status")["status"] == "running"


def above_4_gib(c, high):
    """Maps the test's pages, one of them beyond 4 GiB, and runs a copy; true when the result is there."""
    places = {"stream": STREAM, "source": SOURCE, "dest": DEST}
    if high in places:
        c.m.put(HIGH, c.m.peek(places[high], CUBE))
        places[high] = HIGH
    stream = segment(copy_body(0x401000, 0x402000))
    c.m.put(places["stream"], stream)
    page_tables(c.m, HIGH + 0x100000 if high == "tables" else TABLE,
                {0x400000: (places["stream"], 2), 0x401000: (places["source"], 2), 0x402000: (places["dest"], 6)})
    for b in range(len(BANKS[c.n])):
        c.bank(DTE_ADDR, packed(HIGH + 0x100000 if high == "tables" else TABLE) | 1, b)
        c.bank(COMMAND, ZAP_ALL, b)
        c.bank(MMU_CLEAR, 3, b)
        c.bank(MMU_MASK, 3, b)
        c.bank(COMMAND, ENABLE_PAGING, b)
    c.w(BASE_ADDRESS, 1)
    run_3568(c, stream, 0x400000)
    return c.m.peek(places["dest"], CUBE) == c.m.peek(SOURCE, CUBE)


@with_options(*RK3568, "-m", "4G")
def rk3568_reaches_nothing_beyond_4_gib(c):
    """Tables or data there: IOMMU bus error, and raw bit 16 of the core (A.6, IOMMU 7)."""
    c = Core(c.m, 0)
    assert above_4_gib(c, None) and not c.r(INT_RAW) & MMU_ERROR
    for high in ("tables", "stream", "source", "dest"):
        c.m.put(DEST, bytes(CUBE))
        c.reset()
        assert not above_4_gib(c, high), high
        raised = [c.bank(MMU_RAW, None, b) for b in range(2)]
        assert sorted(raised) == [0, 2], f"{high}: {raised}"
        assert c.r(INT_STATUS) & MMU_ERROR and not c.r(INT_RAW) & 0x3000, f"{high}: {c.r(INT_RAW):#x}"


@with_options("-m", "4G")
def rk3588_reaches_all_of_memory(c):
    c = Core(c.m, 0)
    c.m.put(HIGH, b"beyond")
    assert c.m.peek(HIGH, 6) == b"beyond", "there is no such memory"
    stream = segment(copy_body(0x401000, 0x402000))
    places = {0x400000: (HIGH, 2), 0x401000: (HIGH + 0x1000, 2), 0x402000: (HIGH + 0x2000, 6)}
    c.m.put(HIGH, stream)
    c.m.put(HIGH + 0x1000, c.m.peek(SOURCE, CUBE))
    page_tables(c.m, HIGH + 0x100000, places)
    for b in range(2):
        c.bank(DTE_ADDR, packed(HIGH + 0x100000) | 1, b)
        c.bank(COMMAND, ENABLE_PAGING, b)
    c.kick(0x400000, stream, place=HIGH)
    c.m.step(RUN_NS)
    assert c.copied(HIGH + 0x2000) and c.r(INT_STATUS) & DPU_BITS


@test
def the_page_at_0x2000_stops_the_machine(c):
    assert c.m.execute("query-status")["status"] == "running"
    c.r(0x2000)
    assert c.m.execute("query-status")["status"] == "internal-error"


if __name__ == "__main__":
    sys.exit(SUITE.main())
