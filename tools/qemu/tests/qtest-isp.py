#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""ISP instances and their IOMMUs, register by register, on the machine without a CPU running.

    qtest-isp.py PATH-OF-QEMU-SYSTEM-AARCH64

TAP on stdout. Facts: hardware notes ISP 2 to 7 and 13, ISP registers, IOMMU 2 to 4. What the pixels become is the
subject of test-isp-pipe.c; here it is who may start a frame, what it reports, where it is read from and written to.
"""

import struct
import sys

from rig import (COMMAND, DTE_ADDR, ENABLE_PAGING, FAULT_ADDR, FAULT_DONE, MMU_CLEAR, MMU_MASK, STATUS, ZAP_ALL, Suite,
                 page_tables)

BASES = (0xfdcb0000, 0xfdcc0000)
PMU, CRU = 0xfd8d8000, 0xfd7c0000
DOMAINS, BUSES = (13, 15), (10, 11)                 # VI, ISP1 (power.md 1.1)
GATES = (49, 26)
CORE_GATE, HCLK_GATE, MARVIN_GATE = (9, 2), (13, 7), (10, 3)
RESET_BIT = (10, 3)

# Memory map of the test, physical
RAW, OUT, SELF, STATS, TABLE = (0x1000000 + 0x400000 * n for n in range(5))
W, H = 64, 48

ICCL, IRCL, CLK_CTRL, DPCL, SWS_CFG = 0x10, 0x14, 0xc, 0x18, 0x1c
CTRL0, CTRL1 = 0x400, 0x404
ISP_IMSC, ISP_RIS, ISP_MIS, ISP_ICR, ISP_ISR = 0x5bc, 0x5c0, 0x5c4, 0x5c8, 0x5cc
IMSC_3A, RIS_3A, ICR_3A = 0x5d0, 0x5d4, 0x5dc
ISP_ERR, ISP_ERR_CLR, FRAME_COUNT, DEBUG2 = 0x63c, 0x640, 0x644, 0x64c
MI_CTRL, MI_INIT, MI_CTRL2, RD_CTRL2 = 0x1400, 0x1404, 0x1800, 0x1808
MI_IMSC, MI_RIS, MI_ICR = 0x14f8, 0x14fc, 0x1504
Y_BASE, CB_BASE = 0x1408, 0x141c
RAW_BASE, RAW_LENGTH, RAW_CTRL, RAW_SIZE = 0x1890, 0x1894, 0x1c80, 0x1c88
CSI_CTRL0, DATA_IDS, ERR_STAT, MASK_STAT = 0x1c00, 0x1c18, 0x1c2c, 0x1c3c

V_START, FRAME, SIZE_ERROR, OFF, LSC_ERROR = 0x40, 0x2, 0x8, 0x1, 0x10000
MP_FRAME, SP_FRAME, BUS_ERR = 0x1, 0x2, 1 << 30
FRAME_NS = 10 * 1000 * 1000


def hiword(bit, value):
    return 1 << (16 + bit) | value << bit


def bayer(w, h, r, g, b, order=0):
    """A flat picture in 16-bit words."""
    rx, ry = order & 1, order >> 1
    lines = []
    for y in range(2):
        row = [r if (x, y) == (rx, ry) else b if (x != rx and y != ry) else g for x in range(2)]
        lines.append(struct.pack("<2H", *row) * (w // 2))
    return b"".join(lines) * (h // 2)


class Isp:
    """One instance, powered and clocked."""

    def __init__(self, machine, n=0):
        self.m = machine
        self.n = n
        self.name = f"isp{n}"
        self.mmu = f"isp{n}-iommu"
        self.base = BASES[n]
        for domain, bus in zip(DOMAINS, BUSES):
            machine.w(PMU + 0x14c, 1 << domain + 16)
            machine.w(PMU + 0x10c, 1 << bus + 16)
        for gate in (26, 49):
            machine.w(CRU + 0x800 + 4 * gate, 0xffff0000)
        if not machine.intercepted:
            machine.ask("irq_intercept_out", f"/machine/{self.name}", "sysbus-irq")
            machine.intercepted = True

    def w(self, offset, value):
        self.m.w(self.base + offset, value)

    def r(self, offset):
        return self.m.r(self.base + offset)

    def mmu_reg(self, offset, value=None):
        """Read or write a register of the IOMMU."""
        address = self.base + 0x7f00 + offset
        return self.m.r(address) if value is None else self.m.w(address, value)

    def count(self, name):
        return self.m.get(self.name, name)

    def line(self, n):
        """Level of interrupt line n: isp, mi, mipi."""
        self.m.ask("clock_step", 1)
        return self.m.raised.get(n, False)

    def gate(self, bit, closed):
        self.m.w(CRU + 0x800 + 4 * GATES[self.n], hiword(bit[self.n], closed))

    def block(self, offset, *values):
        for i, value in enumerate(values):
            self.w(offset + 4 * i, value)

    def setup(self, w=W, h=H, out=(W, H), nv16=False, raw=True):
        """The sequence of isp.md 2.3 up to the trigger: RAW10 in 16-bit words to NV12."""
        stride = out[0]
        self.w(ICCL, 0x5f7b)
        self.w(CLK_CTRL, 9)
        self.w(SWS_CFG, 0xc)
        self.w(0x880, 0x20)
        self.w(0xc00, 0)
        self.w(0xc00, 0x100)
        self.w(DPCL, 0x205)
        self.w(0x140c, stride * out[1])
        self.w(0x1420, stride * out[1] // (1 if nv16 else 2))
        self.w(0x1430, 0)
        self.block(0x15e8, stride, out[0], out[1], stride * out[1])
        self.w(0x1548, 0)
        self.w(0x18c0, 0x300 if nv16 else 0x100)
        self.w(MI_CTRL, 0x007a2000)
        self.w(MI_IMSC, MP_FRAME | BUS_ERR)
        self.w(Y_BASE, OUT)
        self.w(CB_BASE, OUT + stride * out[1])
        self.w(0x142c, 0)
        for offset in (0x1410, 0x1424, 0x1434):
            self.w(offset, 0)
        self.w(MI_CTRL, 0x007a2001)
        self.w(MI_INIT, 0x10)
        self.w(CSI_CTRL0, 0x400)
        self.w(DATA_IDS, 0x2b)
        self.w(0x3800, 0)
        self.w(MASK_STAT, 0x000e0000)
        self.w(0x2500, 0x111)
        self.w(CTRL0, 6)
        self.w(CTRL1, 0)
        self.w(0x418, 0)
        self.block(0x408, 0, 0, w, h)
        self.block(0x594, 0, 0, w, h)
        self.block(0x2304, 0, 0, 0, w, h, 0, 0, 0)
        self.w(0x2300, 1)
        self.w(ISP_IMSC, 0x1004a)
        self.w(RAW_CTRL, 0x18)
        self.w(RAW_SIZE, h << 16 | w)
        self.w(RAW_LENGTH, 2 * w)
        self.w(RD_CTRL2, 0x40000000)
        self.w(CTRL0, 0x6 | 0x311 | 0x6000)
        self.w(RAW_BASE, RAW)
        if raw:
            self.m.put(RAW, bayer(w, h, 800, 400, 200))
            self.m.put(OUT, b"\xa5" * (4 * out[0] * out[1]))

    def trigger(self, ns=FRAME_NS):
        """Start a frame and let it take its time."""
        self.w(CSI_CTRL0, 0x401)
        if ns:
            self.m.step(ns)

    def ack(self):
        for offset in (ISP_ICR, ICR_3A, MI_ICR):
            self.w(offset, 0xffffffff)
        self.r(ERR_STAT)

    def frame(self):
        """A frame that must succeed; returns its luma and chroma."""
        self.ack()
        self.trigger()
        assert self.r(ISP_RIS) & FRAME and self.r(MI_RIS) & MP_FRAME, self.m.get(self.name, "last-refusal")
        self.ack()
        return self.luma()

    def luma(self, w=W, h=H, at=OUT):
        return self.m.peek(at, w * h)

    def refused(self):
        """A trigger that must have no frame; returns the reason."""
        self.ack()
        before = self.count("refused-triggers")
        self.trigger()
        assert self.count("refused-triggers") == before + 1 and not self.r(ISP_RIS) & (FRAME | V_START)
        return self.m.get(self.name, "last-refusal")

    def map(self, pages):
        """Page tables with these IOVA -> (physical, flags) pages; paging on."""
        page_tables(self.m, TABLE, pages)
        self.mmu_reg(DTE_ADDR, TABLE | 1)
        self.mmu_reg(COMMAND, ZAP_ALL)
        self.mmu_reg(MMU_MASK, 3)
        self.mmu_reg(COMMAND, ENABLE_PAGING)


def flat_y(r, g, b):
    """Luma of a flat colour through the identity matrix: red only (reset state of the CSM), 12 to 8 bit."""
    return (0x80 * r + (1 << 10)) >> 11


SUITE = Suite(__doc__, wrap=Isp)
test = SUITE.test


@test
def registers_after_reset(c):
    assert all(c.r(o) == 0 for o in (ICCL, CTRL0, ISP_RIS, MI_RIS, CSI_CTRL0, 0x2268, DEBUG2))
    assert [c.r(0x570 + 4 * i) for i in range(9)] == [0x80, 0, 0, 0, 0x80, 0, 0, 0, 0x80]
    assert c.mmu_reg(STATUS) == 0x18


@test
def registers_keep_what_is_written(c):
    for offset in (0x4, 0x208, 0x24c, 0x408, 0x538, 0x704, 0x804, 0x910, 0xc04, 0x1004, 0x15e8, 0x2224, 0x2708, 0x2810,
                   0x2904, 0x2c14, 0x2f04, 0x3028, 0x3418, 0x3518, 0x3820, 0x3920, 0x3a18, 0x3c04, 0x4404, 0x5010):
        c.w(offset, 0x01234567)
        assert c.r(offset) == 0x01234567, hex(offset)
    assert c.count("bad-accesses") == 0
    for offset in (0x5ac, 0x63c, 0x8a4, 0xc30, 0x1478, 0x3038, 0x510, 0x3200, 0x5800, 0x7000):
        c.w(offset, 0xffffffff)
        assert c.r(offset) == 0, hex(offset)
    assert c.count("bad-accesses") >= 10


@test
def nothing_answers_without_power_clock_bus_or_in_reset(c):
    def refused():
        before = c.count("bus-errors")
        c.r(CTRL0)
        return c.count("bus-errors") == before + 1

    for c in (c, Isp(c.m, 1)):
        assert not refused()
        c.m.w(PMU + 0x14c, hiword(DOMAINS[c.n], 1))
        assert refused()
        c.m.w(PMU + 0x14c, hiword(DOMAINS[c.n], 0))
        for domain in DOMAINS:
            c.m.w(PMU + 0x14c, hiword(domain, 0))
        assert not refused()
        for gate in (HCLK_GATE, MARVIN_GATE):
            c.gate(gate, 1)
            assert refused()
            c.gate(gate, 0)
            assert not refused()
        c.m.w(CRU + 0xa00 + 4 * GATES[c.n], hiword(RESET_BIT[c.n], 1))
        assert refused()
        c.m.w(CRU + 0xa00 + 4 * GATES[c.n], hiword(RESET_BIT[c.n], 0))
        assert not refused()
    # ISP1 hangs on the interconnect and the roots of VI
    c.m.w(CRU + 0x800 + 4 * 49, hiword(1, 1))
    assert refused()
    c.m.w(CRU + 0x800 + 4 * 49, hiword(1, 0))
    c.m.w(CRU + 0xa00 + 4 * 49, hiword(3, 1))
    assert refused()


@test
def gates_are_closed_at_reset(c):
    assert c.m.execute("system_reset") == {}
    before = c.count("bus-errors")
    c.m.w(PMU + 0x14c, hiword(13, 0))
    c.r(CTRL0)
    assert c.count("bus-errors") == before + 1


@test
def a_frame(c):
    c.setup()
    c.trigger(0)
    assert c.r(CSI_CTRL0) & 1 and c.r(DEBUG2) and not c.r(ISP_RIS)
    c.m.step(1001)
    assert c.r(ISP_RIS) & V_START and not c.r(ISP_RIS) & FRAME and c.line(0)
    c.w(ISP_ICR, 0xffffffff)
    assert not c.line(0)
    c.m.step(FRAME_NS)
    assert c.r(ISP_RIS) & FRAME and c.r(ISP_MIS) == FRAME and c.line(0)
    assert c.r(MI_RIS) == MP_FRAME and c.line(1) and not c.line(2)
    assert not c.r(CSI_CTRL0) & 1 and c.r(DEBUG2) == 0 and c.r(FRAME_COUNT) == 1
    c.w(MI_ICR, MP_FRAME)
    c.w(ISP_ICR, FRAME)
    assert not c.line(0) and not c.line(1)
    assert c.luma() == bytes([flat_y(3200, 1600, 800)]) * (W * H)
    # red 3200, green 1600, blue 800 through the identity: Cb = green, Cr = blue, each plus 128
    assert c.m.peek(OUT + W * H, W * H // 2) == bytes([min(100 + 128, 255), 50 + 128]) * (W * H // 4)
    assert c.m.peek(OUT + W * H * 3 // 2, 16) == b"\xa5" * 16
    assert (c.count("frames"), c.count("irqs"), c.count("dma-errors")) == (1, 3, 0)
    assert (c.count("dma-read-bytes"), c.count("dma-write-bytes")) == (W * H * 2, W * H * 3 // 2)


@test
def line_follows_mask_and_status(c):
    c.setup()
    c.trigger()
    assert c.line(0) and c.line(1)
    c.w(ISP_IMSC, 0)
    assert not c.line(0) and c.r(ISP_RIS) & FRAME and c.r(ISP_MIS) == 0
    c.w(ISP_IMSC, FRAME)
    assert c.line(0)
    c.ack()
    assert not c.line(0) and not c.line(1)
    c.w(ISP_ISR, FRAME)
    c.w(0x1508, MP_FRAME)
    assert c.line(0) and c.line(1)


@test
def time_follows_the_core_clock(c):
    c.setup(256, 192, (256, 192))
    pixels = 256 * 192
    # GPLL 1188 MHz over 2 and over 4
    for divider in (2, 4):
        c.m.w(CRU + 0x300 + 4 * 107, 0x1fc0 << 16 | (divider - 1) << 6)
        c.m.set(c.name, "reset-counters", 0)
        c.ack()
        c.trigger()
        wanted = pixels * divider * 1000 // 1188 + 2000
        assert abs(c.count("busy-ns") - wanted) < 50, c.count("busy-ns") - wanted
    # a stopped clock freezes the frame
    c.ack()
    c.trigger(20000)
    c.gate(CORE_GATE, 1)
    c.m.step(FRAME_NS)
    assert not c.r(ISP_RIS) & FRAME
    c.gate(CORE_GATE, 0)
    c.m.step(FRAME_NS)
    assert c.r(ISP_RIS) & FRAME


@test
def what_a_trigger_needs(c):
    c.setup()
    c.frame()
    cases = {
        "ICCL": [(ICCL, 0x5f7b & ~bit, 0x5f7b) for bit in (1, 2, 8, 0x40, 0x800, 0x1000)],
        "CLK_CTRL": [(CLK_CTRL, 8, 9)],
        "VI_DPCL": [(DPCL, 5, 0x205), (DPCL, 0x204, 0x205), (DPCL, 0x201, 0x205)],
        "MI_RD_CTRL2": [(RD_CTRL2, 0, 0x40000000)],
        "mode": [(CTRL0, 0x6311 & ~6 | 0x100, 0x6317)],
        "IBUF": [(0x3800, 1, 0)],
        "data type": [(DATA_IDS, 0x2e, 0x2b)],
    }
    for what, writes in cases.items():
        for offset, bad, good in writes:
            c.w(offset, bad)
            c.refused()
            c.w(offset, good)
            assert len(c.frame()) == W * H, what
    c.w(CSI_CTRL0, 0x001)
    assert "IBUF_OP_MODE" in c.m.get(c.name, "last-refusal")
    c.w(SWS_CFG, 8)
    assert c.refused() and c.r(ERR_STAT) == 1 << 31 and c.r(ERR_STAT) == 0
    c.w(SWS_CFG, 0xc)
    c.w(CTRL0, 0x6 | 0x200)
    assert c.refused() and c.r(ISP_RIS) == 0


@test
def enables_and_windows_must_be_latched(c):
    c.setup()
    c.w(CTRL0, 0x6 | 0x200)
    c.ack()
    c.w(CTRL0, 0x6 | 0x11)
    assert "latched" in c.refused()
    c.w(CTRL0, 0x6 | 0x11 | 0x200)
    c.frame()
    # without the permanent bit a new window waits for an update
    c.w(0x59c, 32)
    assert c.r(0x5b4) == W
    c.frame()
    c.w(CTRL0, 0x6 | 0x11 | 0x400)
    assert c.r(0x5b4) == W
    c.frame()
    assert c.r(0x5b4) == 32 and c.r(CTRL0) & 0x700 == 0
    assert c.refused() and c.r(ISP_ERR) == 2, "IS window larger than OUT"


@test
def sizes_must_agree(c):
    c.setup()
    for offset, bad, err in ((0x410, W + 2, 1), (0x414, H + 2, 1), (RAW_SIZE, (H - 2) << 16 | W, 1),
                             (0x59c, W + 2, 4), (0x2310, W + 2, 2), (0x2310, 0, 2)):
        good = c.r(offset)
        c.w(offset, bad)
        c.refused()
        assert c.r(ISP_RIS) == SIZE_ERROR and c.r(ISP_ERR) == err and c.line(0), hex(offset)
        c.w(ISP_ERR_CLR, err)
        assert c.r(ISP_ERR) == 0
        c.w(offset, good)
        c.frame()
    # the read side: pitch, and flags that do not suit the depth
    for offset, bad in ((RAW_LENGTH, 2 * W - 2), (DATA_IDS, 0x2a)):
        good = c.r(offset)
        c.w(offset, bad)
        c.ack()
        c.trigger()
        assert c.line(2) and c.r(ERR_STAT) == 1 << 19 and not c.line(2) and not c.r(ISP_RIS)
        c.w(offset, good)
        c.frame()


@test
def large_pictures_need_big_mode(c):
    c.setup(2720, 32, (2720, 32))
    assert "big mode" in c.refused()
    c.w(CTRL1, 0x30000000)
    c.frame()


@test
def writer_addresses_are_latched(c):
    def written(at):
        return c.m.peek(at, 1) != b"\xa5"

    c.setup()
    places = [OUT + 0x10000 * n for n in range(5)]
    for at in places:
        c.m.put(at, b"\xa5" * (2 * W * H))
    c.w(Y_BASE, places[1])
    c.w(CB_BASE, places[1] + W * H)
    c.frame()
    assert written(places[0]) and not written(places[1]), "a base counts from the next frame end on"
    assert c.r(0x1478) == places[1]
    c.frame()
    assert written(places[1])
    c.w(Y_BASE, places[2])
    c.w(CB_BASE, places[2] + W * H)
    c.w(MI_CTRL2, 0x10)
    assert c.r(0x1478) == places[2] and c.r(MI_CTRL2) == 0
    c.frame()
    assert written(places[2])
    # without auto update the old base stays
    c.w(MI_CTRL, 0x007a0001)
    c.w(Y_BASE, places[3])
    c.frame()
    c.frame()
    assert not written(places[3])
    # without INIT_BASE_EN not even a forced update takes it
    c.w(MI_CTRL, 0x002a0001)
    c.w(MI_CTRL2, 0x10)
    assert c.r(0x1478) == places[2]
    # switched off: no output, and no interrupt of the writer
    c.w(MI_CTRL, 0x007a2000)
    c.w(MI_INIT, 0x10)
    assert c.r(0x1474) == 0
    c.trigger()
    assert c.r(ISP_RIS) & FRAME and c.r(MI_RIS) == 0


@test
def bases_lose_what_bursts_cannot_address(c):
    c.setup()
    c.w(Y_BASE, OUT + 0x10040)
    c.w(MI_CTRL2, 0x10)
    c.m.put(OUT + 0x10000, b"\xa5" * 0x2000)
    c.frame()
    assert c.m.peek(OUT + 0x10000, 1) != b"\xa5", "256 bytes for bursts of 16"
    c.w(MI_CTRL, 0x00702001)
    c.m.put(OUT + 0x10000, b"\xa5" * 0x2000)
    c.frame()
    assert c.m.peek(OUT + 0x10000, 64) == b"\xa5" * 64 and c.m.peek(OUT + 0x10040, 1) != b"\xa5"


@test
def dual_crop_and_scaler_have_their_own_updates(c):
    def factor(big, small):
        return ((small - 1) << 16) // (big - 1) + 1

    c.setup()
    c.block(0x884, 16, 8, 32, 24)
    c.w(0x880, 1)
    c.frame()
    assert c.r(0x8a4) == 0
    c.w(0x880, 0x21)
    assert c.r(0x8a4) == 16 and c.r(0x880) == 1
    assert "scaler" in c.refused()
    c.block(0x15e8, 32, 32, 24, 32 * 24)
    c.frame()
    c.block(0x15e8, 16, 16, 12, 16 * 12)
    assert "scaler" in c.refused()
    for n in range(64):
        c.w(0xc28, n)
        c.w(0xc2c, n)
    c.block(0xc04, factor(32, 16), factor(16, 8), factor(16, 8), factor(24, 12), factor(24, 12))
    c.w(0xc00, 0xf)
    assert "scaler" in c.refused(), "not latched"
    c.w(0xc00, 0x10f)
    assert c.r(0xc00) == 0xf and c.r(0xc30) == 0xf and c.r(0xc34) == factor(32, 16)
    c.frame()
    # the chroma factor may make 4:2:0 by itself
    c.w(0xc14, factor(24, 6))
    c.w(0xc00, 0x10f)
    c.frame()
    assert c.m.peek(OUT + W * H, 16 * 12 // 2) == bytes([228, 178]) * (16 * 12 // 4)
    c.w(0xc08, factor(16, 8) + 1)
    c.w(0xc00, 0x10f)
    assert "scaler" in c.refused()


@test
def both_paths_at_once(c):
    c.setup()
    c.w(DPCL, 0x20d)
    c.w(0x1000, 0x100)
    c.block(0x143c, SELF, W * H * 4)
    c.w(0x144c, W * 4)
    c.block(0x1514, W, H, W * H * 4)
    c.w(MI_IMSC, MP_FRAME | SP_FRAME)
    # RGB888 from 4:2:2, full range
    c.w(MI_CTRL, 0x007a2001 | 2 | 1 << 14 | 2 << 26 | 7 << 28 | 0x300)
    c.w(MI_INIT, 0x10)
    c.block(0x570, 0x26, 0x4b, 0x0f, 0x1ea, 0x1d6, 0x40, 0x40, 0x1ca, 0x1f6)
    c.ack()
    c.trigger()
    assert c.r(MI_RIS) == MP_FRAME | SP_FRAME and c.r(0x1474) == 0x30003
    b, g, r, x = c.m.peek(SELF, 4)
    assert abs(r - 200) <= 2 and abs(g - 100) <= 2 and abs(b - 50) <= 2 and x == 0, (r, g, b)
    assert c.count("dma-write-bytes") == W * H * 3 // 2 + W * H * 4


@test
def a_trigger_in_flight_is_ignored(c):
    c.setup()
    c.trigger(2000)
    c.w(CSI_CTRL0, 0x401)
    assert c.m.get(c.name, "last-refusal") == "a frame is in flight"
    c.m.step(FRAME_NS)
    assert c.count("frames") == 1 and c.r(ISP_RIS) & FRAME


@test
def order_of_the_frame_ends(c):
    c.setup()
    c.m.set(c.name, "mi-delay-ns", 100000)
    for first in (False, True):
        c.m.set(c.name, "mi-first", first)
        c.ack()
        c.trigger(30000)
        assert bool(c.r(MI_RIS) & MP_FRAME) == first and bool(c.r(ISP_RIS) & FRAME) != first
        assert c.r(CSI_CTRL0) & 1
        c.m.step(FRAME_NS)
        assert c.r(MI_RIS) & MP_FRAME and c.r(ISP_RIS) & FRAME


@test
def parameters_after_frame_disturb_nobody(c):
    """The rule of R 7: between FRAME and the next trigger, also before the writer reports."""
    c.setup()
    c.m.set(c.name, "mi-delay-ns", 100000)
    c.trigger(30000)
    assert c.r(ISP_RIS) & FRAME and not c.r(MI_RIS)
    c.w(0x3028, 1234)
    assert c.count("unsafe-writes") == 0


@test
def parameters_in_flight_act_on_the_rest_of_the_frame(c):
    c.setup(64, 64, (64, 64))
    c.trigger(1)
    c.m.step(1000 + 64 * 64 * 1000 // 594 // 2)
    c.w(CTRL0, 0x6 | 0x111 | 0x80 | 0x6000)
    assert c.count("unsafe-writes") == 1
    c.m.step(FRAME_NS)
    lines = c.luma(64, 64)
    assert lines[0] == flat_y(3200, 0, 0) and lines[-1] == 0, "AWB gains are 0"
    c.w(0x538, 0x01000100)
    c.w(0x53c, 0x01000100)
    assert c.count("unsafe-writes") == 1, "idle now"
    assert lines.count(200) > 64 * 16 and lines.count(0) > 64 * 16


@test
def soft_reset_loses_everything(c):
    c.setup()
    c.map({a: (a, 6) for a in range(RAW, RAW + 0x10000, 4096)})
    c.trigger(3000)
    c.w(IRCL, 0xffff)
    c.m.step(FRAME_NS)
    assert c.r(IRCL) == 0xffff and c.count("frames") == 0 and c.r(ISP_RIS) == 0 and c.r(DEBUG2) == 0
    assert c.r(ICCL) == 0 and c.r(RAW_BASE) == 0 and c.mmu_reg(STATUS) == 0x18
    bad = c.count("bad-accesses")
    c.w(RAW_BASE, RAW)
    assert c.r(RAW_BASE) == 0 and c.count("bad-accesses") == bad + 1, "held in reset"
    c.w(IRCL, 0)
    c.setup()
    c.frame()


@test
def a_block_reset_keeps_the_others(c):
    c.setup()
    c.w(0x570, 0x26)
    c.w(IRCL, 0x801)
    assert c.r(0x570) == 0x80 and c.r(CSI_CTRL0) == 0 and c.r(CTRL0) == 0
    assert c.r(ICCL) == 0x5f7b and c.r(Y_BASE) == OUT and c.r(0x1478) == OUT
    c.w(IRCL, 0)
    c.setup()
    c.frame()


@test
def power_off_loses_everything(c):
    c.setup()
    c.w(0x2200, 5)
    c.trigger(3000)
    c.m.w(PMU + 0x14c, hiword(13, 1))
    c.m.step(FRAME_NS)
    c.m.w(PMU + 0x14c, hiword(13, 0))
    assert c.r(0x2200) == 0 and c.r(ICCL) == 0 and c.count("frames") == 0
    c.setup()
    c.frame()


@test
def stopping_reports_off(c):
    c.setup()
    c.frame()
    c.w(CTRL0, 0x6)
    assert c.r(ISP_RIS) == 0
    c.w(CTRL0, 0x6 | 0x200)
    assert c.r(ISP_RIS) == OFF
    c.setup()
    c.trigger(3000)
    c.w(CTRL0, 0x6 | 0x200)
    c.m.step(FRAME_NS)
    assert c.r(ISP_RIS) & OFF and not c.r(ISP_RIS) & FRAME and c.r(DEBUG2) == 0


def table(c, bank, gain):
    """A flat LSC table in a bank, and sectors for the small picture."""
    for n in range(4):
        c.w(0x2204 + 4 * n, 153 * bank)
    for _ in range(153):
        for n in range(4):
            c.w(0x2214 + 4 * n, gain << 16 | gain)
    for size, grad, step in ((0x2244, 0x2224, W // 16), (0x2254, 0x2234, H // 16)):
        for n in range(4):
            c.w(size + 4 * n, step << 16 | step)
            c.w(size + 4 * n + 0x4c, step << 16 | step)
            c.w(grad + 4 * n, (32768 // step % 4096) << 16 | 32768 // step % 4096)
            c.w(grad + 4 * n + 0x4c, (32768 // step % 4096) << 16 | 32768 // step % 4096)


@test
def lens_shading_has_two_banks(c):
    c.setup()
    table(c, 0, 1024)
    table(c, 1, 512)
    assert [c.r(0x2204 + 4 * n) for n in range(4)] == [306] * 4
    c.w(0x2200, 5)
    assert c.frame()[0] == 200
    c.w(0x2264, 1)
    assert c.r(0x2268) == 0
    assert c.frame()[0] == 100 and c.r(0x2268) == 2
    # loading the inactive bank in flight disturbs nobody
    c.trigger(2000)
    table(c, 0, 256)
    assert c.count("unsafe-writes") == 0
    c.m.step(FRAME_NS)
    assert set(c.luma()) == {100}
    c.w(0x2264, 0)
    assert c.frame()[0] == 50
    # sectors that do not add up
    c.w(0x2244, 8 << 16 | 4)
    c.ack()
    c.trigger()
    assert c.r(ISP_RIS) & LSC_ERROR and c.luma()[0] == 200


@test
def statistics_by_register(c):
    c.setup()
    c.w(IMSC_3A, 0xfff)
    c.block(0x4500, 3, 8 << 16 | 16, 0)                         # too wide: 5 x 16 = 80 pixels
    c.ack()
    c.trigger()
    assert not c.r(RIS_3A) & 2
    c.w(0x4500, 1)
    c.w(0x4504, (H - 4) << 16 | W)
    c.block(0x4900, 0, 8 << 16 | 12, 0)
    c.block(0x4940, *([0x20202020] * 7))
    c.w(0x4900, 1 | 5 << 8)
    c.w(0x4910, 255)                                            # luma is red * 255 / 256
    c.block(0x5008, 0, 45 << 16 | 63, 0xff00ff, 0xff00ff, 0, 0)
    c.w(0x5004, 1)
    c.w(0x5000, 1)
    c.ack()
    c.trigger()
    assert c.r(RIS_3A) == 1 << 1 | 1 << 5 | 1 << 11 and c.r(0x5d8) == c.r(RIS_3A)
    mean = c.r(0x4510)
    assert (mean & 0xfff, mean >> 12 & 0x3ff, mean >> 22) == (1600, 200, 800)
    assert not c.r(0x4500) >> 31 and c.r(0x4900) >> 31 and c.r(0x5000) >> 31
    c.w(0x490c, 0)
    bins = [c.r(0x4980) for _ in range(256)]
    assert bins[3200 * 255 // 256 >> 4] == sum(bins) == 0x20 * 60 * 40 // 4
    c.w(0x4900, c.r(0x4900))
    assert c.r(0x4900) == 1 | 5 << 8
    low, high = c.r(0x5700), c.r(0x5700)
    word = high << 32 | low
    assert [word >> s & 0x3ffff for s in (36, 18, 0)] == [200 * 1024, 100 * 1024, 50 * 1024]
    assert word >> 54 == 1023
    assert all((c.r(0x5700), c.r(0x5700)) == (low, high) for _ in range(224))
    assert (c.r(0x5700), c.r(0x5700)) == (low, high), "the port wraps"
    # no clock for the units
    c.w(CLK_CTRL, 1)
    c.ack()
    c.trigger()
    assert c.r(ISP_RIS) & FRAME and c.r(RIS_3A) == 0


@test
def statistics_to_memory(c):
    c.setup()
    c.w(0x4504, (H - 4) << 16 | W)
    c.w(0x4500, 1)
    c.w(0x197c, STATS)
    c.m.put(STATS, b"\xa5" * 0x4000)
    c.w(SWS_CFG, 0x0100000c)
    c.w(IMSC_3A, 1 << 12)
    c.ack()
    c.trigger()
    assert c.r(RIS_3A) == 2, "no buffer size, no transfer"
    c.w(0x1964, 0x10000)
    c.ack()
    c.trigger()
    assert c.r(RIS_3A) == 2 | 1 << 12
    assert struct.unpack("<I", c.m.peek(STATS + 0xab0, 4))[0] == c.r(0x4510) != 0
    assert c.m.peek(STATS + 0x33c0, 4) == b"\xa5" * 4


@test
def ccm_conventions(c):
    c.setup()
    c.block(0x724, *([0x04000400] * 9))
    c.w(0x700, 1)
    assert c.m.get(c.name, "ccm-convention") == "plain"
    assert c.frame()[0] == 0, "a zero matrix is black"
    c.m.set(c.name, "ccm-convention", "identity-added")
    assert c.frame()[0] == 200, "a zero matrix changes nothing"


@test
def translation(c):
    """Raw frame and picture in scattered pages."""
    pages = {}
    c.setup()
    for i, virtual in enumerate(range(0x80000000, 0x80000000 + 0x4000, 4096)):
        pages[virtual] = (RAW + 0x20000 - 4096 * i, 2)
        c.m.put(RAW + 0x20000 - 4096 * i, bayer(W, H, 800, 400, 200)[:4096])
    for i, virtual in enumerate(range(0x90000000, 0x90000000 + 0x2000, 4096)):
        pages[virtual] = (OUT + 0x20000 - 8192 * i, 6)
    c.map(pages)
    c.w(RAW_BASE, 0x80000000)
    c.w(Y_BASE, 0x90000000)
    c.w(CB_BASE, 0x90000000 + W * H)
    c.w(MI_CTRL2, 0x10)
    c.ack()
    c.trigger()
    assert c.r(MI_RIS) == MP_FRAME and c.m.get(c.mmu, "tlb-misses") == 2 + 2
    assert c.m.peek(OUT + 0x20000, W * H) == bytes([200]) * (W * H)
    assert c.m.peek(OUT + 0x20000 - 8192, W * H * 3 // 2 - 4096) == bytes([228, 178]) * ((W * H * 3 // 2 - 4096) // 2)


@test
def a_page_fault_holds_the_frame(c):
    c.setup()
    c.map({RAW: (RAW, 2), RAW + 4096: (RAW + 4096, 2), OUT: (OUT, 6)})
    c.trigger()
    assert c.mmu_reg(STATUS) & 0x22 == 0x22 and c.mmu_reg(FAULT_ADDR) == OUT + 4096
    assert not c.r(ISP_RIS) & FRAME and c.r(DEBUG2)
    c.m.put(TABLE + 4096 * 2 + 4 * (OUT >> 12 & 0x3ff) + 4, struct.pack("<I", OUT + 4096 | 7))
    c.mmu_reg(COMMAND, ZAP_ALL)
    c.mmu_reg(MMU_CLEAR, 1)
    c.mmu_reg(COMMAND, FAULT_DONE)
    c.m.step(FRAME_NS)
    assert c.r(ISP_RIS) & FRAME and c.r(MI_RIS) == MP_FRAME
    assert c.luma() == bytes([200]) * (W * H)
    # a soft reset gets rid of a frame that waits
    c.m.set(c.mmu, "fault-page", 1)
    c.ack()
    c.trigger()
    assert not c.r(ISP_RIS) & FRAME
    c.w(IRCL, 0xffff)
    c.w(IRCL, 0)
    c.setup()
    c.frame()


@test
def bus_errors_are_reported(c):
    c.setup()
    c.w(RAW_BASE, 0xe0000000)
    c.ack()
    c.trigger()
    assert c.r(MI_RIS) == BUS_ERR | MP_FRAME and c.count("dma-errors") and c.r(ISP_RIS) & FRAME
    c.w(RAW_BASE, RAW)
    c.w(Y_BASE, 0xe0000000)
    c.w(MI_CTRL2, 0x10)
    c.ack()
    c.trigger()
    assert c.r(MI_RIS) == BUS_ERR | MP_FRAME and c.line(1)


@test
def a_small_buffer_wraps(c):
    c.setup()
    c.w(0x140c, W * H // 2)
    c.m.put(OUT, b"\xa5" * W * H)
    c.w(MI_INIT, 0x10)
    c.trigger()
    assert c.r(MI_RIS) == MP_FRAME | 0x10
    assert c.m.peek(OUT + W * H // 2, 16) == b"\xa5" * 16


@test
def injected_faults(c):
    c.setup()
    c.m.set(c.name, "fault-hang", 1)
    c.ack()
    c.trigger()
    assert c.r(ISP_RIS) & V_START and not c.r(ISP_RIS) & FRAME and c.r(DEBUG2)
    assert "flight" in (c.w(CSI_CTRL0, 0x401) or c.m.get(c.name, "last-refusal"))
    c.w(IRCL, 0xffff)
    c.w(IRCL, 0)
    c.setup()
    c.frame()

    c.m.set(c.name, "fault-lost-irq", 1)
    c.ack()
    c.trigger()
    c.w(ISP_ICR, V_START)
    assert c.r(ISP_RIS) & FRAME and c.r(MI_RIS) == MP_FRAME and not c.line(0) and not c.line(1)
    c.frame()

    c.m.set(c.name, "fault-size-error", 1)
    c.ack()
    c.trigger()
    assert c.r(ISP_RIS) & SIZE_ERROR and c.r(ISP_ERR) == 1 and not c.r(ISP_RIS) & FRAME and c.r(DEBUG2)
    c.w(IRCL, 0x801)
    c.w(IRCL, 0)
    c.setup()
    c.frame()

    c.m.set(c.name, "fault-bus-error", 1)
    c.m.put(OUT, b"\xa5" * (W * H))
    c.ack()
    c.trigger()
    assert c.r(MI_RIS) == MP_FRAME | BUS_ERR and c.luma()[0] == 200 and c.luma()[-1] == 0xa5
    assert c.frame()[-1] == 200
    assert c.count("hangs") == 2 and c.count("dma-errors") == 1


@test
def two_instances_do_not_meet(c):
    other = Isp(c.m, 1)
    c.setup()
    other.setup(raw=False)
    other.w(Y_BASE, SELF)
    other.w(CB_BASE, SELF + W * H)
    other.w(MI_INIT, 0x10)
    c.trigger(0)
    other.trigger()
    assert c.r(ISP_RIS) & FRAME and other.r(ISP_RIS) & FRAME
    assert c.luma() == other.luma(at=SELF) == bytes([200]) * (W * H)
    c.w(IRCL, 0xffff)
    assert other.r(ICCL) == 0x5f7b and other.count("frames") == 1


if __name__ == "__main__":
    sys.exit(SUITE.main())
