#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The secure firmware's NPU clock and system suspend, called by a CPU that runs a dozen instructions.

    qtest-firmware.py PATH-OF-QEMU-SYSTEM-AARCH64

The CPU waits for a function id in a mailbox, does the SMC and goes on waiting. Time is real here.
TAP on stdout. Facts: hardware notes POWER 2.2 to 2.5 and 7, SOC 6.
"""

import struct
import sys
import time

import board
from board import MHZ, MS
from rig import Machine, Suite

MAILBOX, SHMEM = 0x1000000, 0x10f000
PROGRAM = struct.pack(
    "<9I",
    0xd2a02013,     # movz x19, #0x100, lsl #16     the mailbox
    0xb9400260,     # 1: ldr w0, [x19]
    0x34ffffe0,     # cbz w0, 1b
    0xf9400661,     # ldr x1, [x19, #8]
    0xf9400a62,     # ldr x2, [x19, #16]
    0xd4000003,     # smc #0
    0xf9000660,     # str x0, [x19, #8]
    0xb900027f,     # str wzr, [x19]
    0x17fffff9)     # b 1b

# Entry after a suspend: what the power domains look like goes to the mailbox, then the same program
RESUME = struct.pack(
    "<5I",
    0xd2bfb1a1,     # movz x1, #0xfd8d, lsl #16
    0xf2903001,     # movk x1, #0x8180              PWR_GATE_ST
    0xb9400021,     # ldr w1, [x1]
    0xd2a02013,     # movz x19, #0x100, lsl #16
    0xf9000e61) + PROGRAM     # str x1, [x19, #24]
ENTRY = 0x2000000

SYSTEM_SUSPEND = 0xc400000e
SCMI, CLOCK, NPU_CLOCK = 0x82000010, 0x14, 6
ATTRIBUTES, DESCRIBE, RATE_SET, RATE_GET, CONFIG_SET = 3, 4, 5, 6, 7
OK, INVALID, DENIED = 0, -2, -3
LIMIT_S, HANG_S = 20, 0.5
POINTS = {300: 700, 400: 700, 500: 700, 600: 700, 700: 700, 800: 750, 900: 800, 1000: 850}


class Hang(Exception):
    """The SMC does not return."""


class RunningMachine(Machine):
    """A machine with a CPU."""

    accel = "tcg"
    kernel = PROGRAM
    limit = LIMIT_S

    def step(self, ns):
        """Virtual time is real time."""
        time.sleep(ns / 1e9)

    def wait(self, condition):
        """Wait for what the CPU does."""
        deadline = time.monotonic() + self.limit
        while not condition():
            if time.monotonic() > deadline:
                raise Hang

    def smc(self, function, x1=0, x2=0):
        """x0 of the answer."""
        self.put(MAILBOX + 8, struct.pack("<QQ", x1, x2))
        self.w(MAILBOX, function)
        self.wait(lambda: not self.r(MAILBOX))
        return struct.unpack("<q", self.peek(MAILBOX + 8, 8))[0]

    def scmi(self, message, *words, protocol=CLOCK):
        """Status and the words after it."""
        assert self.r(SHMEM + 4) & 1, "the channel is busy"
        self.w(SHMEM + 0x14, 4 + 4 * len(words))
        self.w(SHMEM + 0x18, message | protocol << 10)
        for n, word in enumerate(words):
            self.w(SHMEM + 0x1c + 4 * n, word)
        assert self.smc(SCMI) == 0
        assert self.r(SHMEM + 4) & 1
        count = self.r(SHMEM + 0x14) // 4 - 1
        answer = struct.unpack(f"<i{count - 1}I", self.peek(SHMEM + 0x1c, 4 * count))
        return answer[0], answer[1:]

    def set_rate(self, hz):
        """Status of CLOCK_RATE_SET."""
        return self.scmi(RATE_SET, 0, NPU_CLOCK, hz & 0xffffffff, hz >> 32)[0]

    def get_rate(self):
        """What CLOCK_RATE_GET says, in Hz."""
        status, (low, high) = self.scmi(RATE_GET, NPU_CLOCK)
        assert status == OK
        return high << 32 | low

    def hangs(self, call, *arguments):
        """Whether a call never comes back."""
        self.limit = HANG_S
        before = self.get("bl31", "hangs"), self.get("scmi", "hangs")
        try:
            call(*arguments)
        except Hang:
            after = self.get("bl31", "hangs"), self.get("scmi", "hangs")
            assert after == (before[0] + 1, before[1] + 1), "a hang that nobody counted"
            return True
        return False


SUITE = Suite(__doc__, RunningMachine)
test = SUITE.test


@test
def unknown_calls_are_refused(m):
    assert m.smc(0x82000003, 0xff) == -1
    assert m.smc(0x84000000) == 0x10001, "PSCI 1.1"


@test
def the_npu_advertises_nine_rates(m):
    status, answer = m.scmi(DESCRIBE, NPU_CLOCK, 0)
    assert status == OK and answer[0] == 9
    rates = [answer[1 + 2 * n] | answer[2 + 2 * n] << 32 for n in range(9)]
    assert rates == [n * 100 * MHZ for n in range(2, 10)] + [1000000063]


@test
def only_exact_rates_are_taken(m):
    board.npu_on(m)
    board.set_rail(m, 850)
    for hz in (0, 100 * MHZ, 250 * MHZ, 950 * MHZ, 1000000063, 200 * MHZ + 1, 1100 * MHZ, 1 << 40):
        assert m.set_rate(hz) == INVALID, hz
    for mhz in range(200, 1001, 100):
        assert m.set_rate(mhz * MHZ) == OK, mhz
    assert m.get("scmi", "npu-rate-sets") == 9


@test
def two_hundred_comes_from_a_pll(m):
    board.npu_on(m)
    assert m.get_rate() == 198 * MHZ, "what the boot loader left"
    assert m.set_rate(200 * MHZ) == OK
    assert m.get_rate() == 200 * MHZ and m.get("cru", "npu-rate") == 198 * MHZ


@test
def every_other_rate_is_measured(m):
    board.npu_on(m)
    for mhz, millivolts in POINTS.items():
        board.set_rail(m, millivolts)
        assert m.set_rate(mhz * MHZ) == OK
        assert m.get_rate() == mhz * MHZ == m.get("cru", "npu-rate")
        assert m.set_rate(200 * MHZ) == OK
    board.set_rail(m, 750)
    assert m.set_rate(1000 * MHZ) == OK
    assert m.get_rate() == 800 * MHZ, "the ring follows the voltage, not the wish"


@test
def voltage_first_up_and_last_down_is_clean(m):
    board.npu_on(m)
    for mhz in (300, 1000, 700, 900, 200, 800, 1000, 200):
        millivolts = POINTS.get(mhz, 700)
        if millivolts * 1000 > m.get("vdd-npu", "microvolt"):
            board.set_rail(m, millivolts)
            assert m.set_rate(mhz * MHZ) == OK
        else:
            assert m.set_rate(mhz * MHZ) == OK
            board.set_rail(m, millivolts)
    assert board.undervolt(m) == (0, 0)


@test
def a_rate_set_before_its_voltage_counts(m):
    """The three top rates share one ring: only the request tells them apart."""
    board.npu_on(m)
    assert m.set_rate(800 * MHZ) == OK
    assert board.undervolt(m) == (0, 0), "750 mV are enough for 800 MHz"
    assert m.set_rate(1000 * MHZ) == OK
    events, ns = board.undervolt(m)
    assert events == 1
    m.step(1 * MS)
    events, later = board.undervolt(m)
    assert events == 1 and later >= ns + 1 * MS
    board.set_rail(m, 850)
    before = board.undervolt(m)
    m.step(1 * MS)
    assert board.undervolt(m) == before and before[0] == 1
    assert m.get_rate() == 1000 * MHZ


@test
def a_voltage_lowered_before_its_rate_counts(m):
    board.npu_on(m)
    board.set_rail(m, 850)
    assert m.set_rate(1000 * MHZ) == OK
    board.set_rail(m, 750)
    assert m.set_rate(800 * MHZ) == OK
    events, ns = board.undervolt(m)
    assert events == 1 and ns
    m.step(1 * MS)
    assert board.undervolt(m) == (1, ns)


@test
def the_ring_without_power_hangs_the_caller(m):
    board.open_gates(m)
    assert m.set_rate(200 * MHZ) == OK, "GPLL needs no power"
    assert m.hangs(m.set_rate, 600 * MHZ)


@test
def asking_the_ring_without_power_hangs_the_caller(m):
    board.npu_on(m)
    assert m.set_rate(600 * MHZ) == OK
    board.idle(m, board.NPUTOP, 1)
    board.power(m, board.NPUTOP, False)
    assert m.hangs(m.get_rate)


@test
def parked_it_sleeps_and_wakes(m):
    board.npu_on(m)
    assert m.set_rate(600 * MHZ) == OK
    assert m.set_rate(200 * MHZ) == OK
    board.idle(m, board.NPUTOP, 1)
    board.power(m, board.NPUTOP, False)
    assert m.get_rate() == 200 * MHZ
    board.power(m, board.NPUTOP, True)
    board.idle(m, board.NPUTOP, 0)
    assert not board.is_idle(m, board.NPUTOP) and m.get("cru", "niu-hangs") == 0


def suspended_and_woken(m):
    """Suspends the system with its rails off, wakes it; returns PWR_GATE_ST as the woken CPU sees it first."""
    assert board.i2c_write(m, 0x42, [1, 0])                 # VSEL1, the suspend setting: off
    m.put(ENTRY, RESUME)
    m.put(MAILBOX + 8, struct.pack("<QQQ", ENTRY, 0, 1 << 32))
    m.w(MAILBOX, SYSTEM_SUSPEND)
    m.wait(lambda: m.get("bl31", "suspends") and m.get("vdd-npu", "microvolt") == 0)
    assert not board.is_on(m, board.NPUTOP)
    m.w(MAILBOX, 0)
    m.ask("set_irq_in", "/machine/cpu[0]", "unnamed-gpio-in", 0, 1)
    m.wait(lambda: not m.peek(MAILBOX + 28, 1)[0])
    m.ask("set_irq_in", "/machine/cpu[0]", "unnamed-gpio-in", 0, 0)
    return m.r(MAILBOX + 24)


@test
def what_was_on_is_on_again_when_a_suspend_returns(m):
    """The firmware restores domains (power.md 7), so it comes back after their rails."""
    board.npu_on(m)
    status = suspended_and_woken(m)
    assert not status >> board.NPU & 1 and not status >> board.NPUTOP & 1, f"{status:#x}"
    assert m.get("vdd-npu", "microvolt") == 750000
    assert m.smc(0x84000000) == 0x10001, "the CPU works on"
    assert m.get("pmu", "refused-power-ons") == 0 and m.get("pmu", "unsafe-power-offs") == 0


@test
def what_was_off_stays_off_over_a_suspend(m):
    status = suspended_and_woken(m)
    assert status >> board.NPU & 1 and status >> board.NPUTOP & 1, f"{status:#x}"
    assert not status >> board.SDMMC & 1


@test
def not_parked_it_never_wakes(m):
    board.npu_on(m)
    assert m.set_rate(900 * MHZ) == OK
    board.idle(m, board.NPUTOP, 1)
    board.power(m, board.NPUTOP, False)
    board.power(m, board.NPUTOP, True)
    board.idle(m, board.NPUTOP, 0)
    assert board.is_idle(m, board.NPUTOP) and m.get("cru", "niu-hangs") == 1


@test
def without_hazards_the_firmware_refuses(m):
    m.set("cru", "hazards", False)
    board.open_gates(m)
    assert not m.hangs(m.set_rate, 600 * MHZ)
    assert m.set_rate(600 * MHZ) == DENIED


@test
def disabling_the_clock_does_nothing(m):
    board.npu_on(m)
    assert m.set_rate(200 * MHZ) == OK
    assert m.scmi(CONFIG_SET, NPU_CLOCK, 0)[0] == OK
    assert m.get("cru", "npu-rate") == 198 * MHZ
    assert m.scmi(ATTRIBUTES, NPU_CLOCK)[1][0] & 1 == 0, "but it is remembered"


if __name__ == "__main__":
    sys.exit(SUITE.main())
