#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Clocks, power domains, regulator and small peripherals of the machine, without a CPU running.

    qtest-machine.py PATH-OF-QEMU-SYSTEM-AARCH64

TAP on stdout. Facts: hardware notes SOC 3, 7, 8, 10 and POWER 1, 2, 5.1.
"""

import contextlib
import sys

from board import (CRU, GPLL, I2C1, IEN, IPD, MBTF, MEMORY, MHZ, MS, MTXCNT, NPU, NPU1, NPU2, NPUTOP,
                   NPU_GRF, PMU, REPAIR, SDMMC, TX, US, bit, clksel, gate, hertz, hiword, i2c_read,
                   i2c_start, i2c_write, idle, is_idle, is_on, near, npu_on, open_gates, power, ring,
                   set_rail, softrst, source, undervolt)
from rig import Suite

OTP, TSADC, GPIO0, TIMER0 = 0xfecc0000, 0xfec00000, 0xfd8a0000, 0xfeae0000
SYS_GRF, PMU1_GRF = 0xfd58c000, 0xfd58a000
QOS_NPUTOP, QOS_NPU1 = 0xfdf72000, 0xfdf70000
NPU_CORE0 = 0xfdab0000

SUITE = Suite(__doc__)
test = SUITE.test


# ---- clocks and resets

@test
def hiword_registers_change_only_masked_bits(m):
    m.w(clksel(100), 0x00ff1234)
    assert m.r(clksel(100)) == 0x34
    m.w(clksel(100), 0xf0005678)
    assert m.r(clksel(100)) == 0x5034
    m.w(clksel(100), 0x0000ffff)
    assert m.r(clksel(100)) == 0x5034
    # a fractional divider has no mask: numerator and denominator
    m.w(clksel(44), 0x00010003)
    assert m.r(clksel(44)) == 0x00010003


@test
def a_pll_locks_while_it_has_power(m):
    for pll in (0x160, 0x180, 0x1a0, 0x1c0, 0x1e0, 0x8200, 0x50000, 0x52020, 0x58040):
        con1, con6 = CRU + pll + 4, CRU + pll + 0x18
        assert bit(m.r(con6), 15) == 1, f"PLL at {pll:#x}"
        m.w(con1, hiword(1 << 13, 1 << 13))
        assert bit(m.r(con6), 15) == 0, f"PLL at {pll:#x}"
        m.w(con1, hiword(1 << 13, 0))
        assert bit(m.r(con6), 15) == 1, f"PLL at {pll:#x}"


@test
def the_npu_clock_follows_pll_mux_and_divider(m):
    assert hertz(m, "npu") == 0, "the gates are closed at reset"
    open_gates(m)
    assert near(hertz(m, "npu"), GPLL / 6)
    m.w(clksel(73), hiword(0x1f << 2, 2 << 2))
    assert near(hertz(m, "npu"), GPLL / 3)
    for select, rate in ((1, 1500e6), (2, 786431953), (3, 850e6), (4, 702e6), (0, GPLL)):
        m.w(clksel(73), hiword(0x7 << 7, select << 7))
        assert near(hertz(m, "npu"), rate / 3, 1e-5), f"source {select}: {hertz(m, 'npu')}"
    # GPLL: (m / p) * 24 MHz / 2^s with half of m
    m.w(CRU + 0x1c0, hiword(0x3ff, 99))
    assert near(hertz(m, "npu"), GPLL / 6)
    m.w(CRU + 0x280, hiword(3 << 2, 0))
    assert near(hertz(m, "npu"), 24e6 / 3), "slow mode is the crystal"


@test
def gates_and_resets_reach_the_right_core(m):
    places = {0: (30, 6, 8), 1: (27, 0, 2), 2: (28, 0, 2)}      # register, aclk, hclk (soc.md 3.1)
    open_gates(m)
    for core, (n, aclk, hclk) in places.items():
        for name, position in ((f"aclk-npu{core}", aclk), (f"hclk-npu{core}", hclk)):
            assert hertz(m, name) > 0
            m.w(gate(n), hiword(1 << position, 1 << position))
            assert hertz(m, name) == 0, name
            others = [f"{c}-npu{i}" for c in ("aclk", "hclk") for i in range(3)]
            others.remove(name)
            assert all(hertz(m, other) > 0 for other in others), name
            m.w(gate(n), hiword(1 << position, 0))
    m.w(gate(29), hiword(1 << 4, 1 << 4))
    assert hertz(m, "pclk-npu") == 0


# ---- power domains

@test
def the_npu_starts_off_and_the_rest_as_the_boot_loader_left_it(m):
    for domain in (NPU, NPUTOP, NPU1, NPU2):
        assert not is_on(m, domain)
    assert is_on(m, SDMMC)
    assert m.get("vdd-npu", "microvolt") == 750000


@test
def a_domain_shows_all_its_status_bits(m):
    open_gates(m)
    power(m, NPU, True)
    for domain in (NPUTOP, NPU1, NPU2):
        assert not bit(m.r(PMU + 0x1f0), MEMORY[domain]) and bit(m.r(PMU + 0x1f8), MEMORY[domain])
        assert not bit(m.r(PMU + 0x290), REPAIR[domain])
        power(m, domain, True)
        assert is_on(m, domain)
        assert bit(m.r(PMU + 0x1f0), MEMORY[domain]) and not bit(m.r(PMU + 0x1f8), MEMORY[domain])
        assert bit(m.r(PMU + 0x290), REPAIR[domain])
        # the memory alone
        m.w(PMU + 0x1a0, hiword(1 << domain, 1 << domain))
        assert bit(m.r(PMU + 0x1f8), MEMORY[domain]) and is_on(m, domain)
        m.w(PMU + 0x1a0, hiword(1 << domain, 0))
        assert not bit(m.r(PMU + 0x1f8), MEMORY[domain])
    assert m.get("pmu", "refused-power-ons") == 0


@test
def a_domain_needs_its_parent(m):
    power(m, NPU1, True)
    power(m, NPUTOP, True)
    assert not is_on(m, NPU1) and not is_on(m, NPUTOP)
    assert m.get("pmu", "refused-power-ons") == 2
    power(m, NPU, True)
    assert is_on(m, NPUTOP) and is_on(m, NPU1), "they come up with their parent"
    power(m, NPU, False)
    assert not is_on(m, NPUTOP) and not is_on(m, NPU1)


@test
def the_idle_handshake_needs_power_and_clocks(m):
    assert is_idle(m, NPUTOP)
    idle(m, NPUTOP, 0)
    assert is_idle(m, NPUTOP), "no power"
    power(m, NPU, True)
    power(m, NPUTOP, True)
    assert is_idle(m, NPUTOP), "no clock"
    assert m.get("pmu", "refused-idles") >= 1
    open_gates(m)
    assert not is_idle(m, NPUTOP)
    for register, position in ((29, 0), (29, 1), (29, 4), (30, 1)):   # root, dsu0, pclk, cm0
        m.w(gate(register), hiword(1 << position, 1 << position))
        idle(m, NPUTOP, 1)
        assert not is_idle(m, NPUTOP), f"gate {register}[{position}]"
        idle(m, NPUTOP, 0)
        m.w(gate(register), hiword(1 << position, 0))
    m.w(softrst(30), hiword(1 << 7, 1 << 7))
    idle(m, NPUTOP, 1)
    assert not is_idle(m, NPUTOP), "bus interface in reset"
    m.w(softrst(30), hiword(1 << 7, 0))
    assert is_idle(m, NPUTOP)


@test
def a_power_cut_with_a_busy_bus_is_noticed(m):
    npu_on(m)
    idle(m, NPUTOP, 1)
    power(m, NPUTOP, False)
    assert m.get("pmu", "unsafe-power-offs") == 0
    power(m, NPUTOP, True)
    idle(m, NPUTOP, 0)
    power(m, NPUTOP, False)
    assert m.get("pmu", "unsafe-power-offs") == 1


@test
def a_stuck_domain_answers_nothing_until_it_is_freed(m):
    npu_on(m)
    m.set("pmu", "fault-stuck-domain", "nputop")
    idle(m, NPUTOP, 1)
    power(m, NPUTOP, False)
    assert is_on(m, NPUTOP) and not is_idle(m, NPUTOP)
    m.set("pmu", "fault-stuck-domain", "")
    assert not is_on(m, NPUTOP)
    for name in ("nosuch", "NPU"):
        with contextlib.suppress(RuntimeError):
            m.set("pmu", "fault-stuck-domain", name)
            raise AssertionError(f"{name} was accepted")


@test
def qos_blocks_answer_only_while_their_bus_is_open(m):
    def errors():
        return m.get("qos", "bus-errors")

    m.r(QOS_NPUTOP + 8)
    assert errors() == 1
    npu_on(m)
    m.w(QOS_NPUTOP + 8, 0x303)
    assert m.r(QOS_NPUTOP + 8) == 0x303 and errors() == 1
    m.r(QOS_NPU1 + 8)
    assert errors() == 2, "another domain's block"
    idle(m, NPUTOP, 1)
    m.r(QOS_NPUTOP + 8)
    assert errors() == 3, "idle bus"
    idle(m, NPUTOP, 0)
    assert m.r(QOS_NPUTOP + 8) == 0x303, "idle keeps the settings"
    idle(m, NPUTOP, 1)
    power(m, NPUTOP, False)
    power(m, NPUTOP, True)
    idle(m, NPUTOP, 0)
    assert m.r(QOS_NPUTOP + 8) == 0 and errors() == 3, "a power cut does not"


@test
def an_npu_core_needs_power_clocks_and_no_reset(m):
    def answers():
        before = m.get("npu0", "bus-errors")
        value = m.r(NPU_CORE0)
        good = m.get("npu0", "bus-errors") == before
        assert good == (value != 0)
        return good

    assert not answers()
    open_gates(m)
    assert not answers()
    npu_on(m)
    assert answers()
    for register, position in ((30, 8), (29, 4)):           # HCLK_NPU0, PCLK_NPU_ROOT
        m.w(gate(register), hiword(1 << position, 1 << position))
        assert not answers(), f"gate {register}[{position}]"
        m.w(gate(register), hiword(1 << position, 0))
    for position in (6, 8):                                 # SRST_A_RKNN0, SRST_H_RKNN0
        m.w(softrst(30), hiword(1 << position, 1 << position))
        assert not answers(), f"reset 30[{position}]"
        m.w(softrst(30), hiword(1 << position, 0))
    assert answers()


# ---- the ring oscillator

@test
def the_ring_runs_at_what_length_and_voltage_give(m):
    npu_on(m)
    # nominal points: firmware's length for the rate, rail of the operating point (power.md 2.2, 2.3)
    for length, millivolts, mhz in ((55, 700, 300), (38, 700, 400), (25, 700, 500), (17, 700, 600),
                                    (13, 700, 700), (12, 750, 800), (12, 800, 900), (12, 850, 1000)):
        set_rail(m, millivolts)
        ring(m, length)
        assert m.r(NPU_GRF + 0x24) == mhz, f"length {length} at {millivolts} mV"
        assert near(hertz(m, "npu"), mhz * MHZ)
        assert near(hertz(m, "aclk-npu2"), mhz * MHZ), "one clock for all cores"
    set_rail(m, 750)
    assert m.r(NPU_GRF + 0x24) == 800, "asking for 1000 MHz does not overclock"


@test
def npu_grf_does_not_answer_without_power_or_clock(m):
    def errors():
        return m.get("npu-grf", "bus-errors")

    m.r(NPU_GRF + 0x24)
    assert errors() == 1
    npu_on(m)
    m.r(NPU_GRF + 0x24)
    assert errors() == 1
    m.w(gate(29), hiword(1 << 13, 1 << 13))
    m.w(NPU_GRF + 0x10, hiword(0x3f, 12))
    assert errors() == 2
    m.w(gate(29), hiword(1 << 13, 0))
    assert m.r(NPU_GRF + 0x10) == 0


@test
def a_power_cycle_on_the_ring_kills_the_handshake(m):
    npu_on(m)
    ring(m, 17)
    assert hertz(m, "npu") > 0
    idle(m, NPUTOP, 1)
    power(m, NPUTOP, False)
    assert hertz(m, "npu") == 0
    power(m, NPUTOP, True)
    idle(m, NPUTOP, 0)
    assert is_on(m, NPUTOP) and is_idle(m, NPUTOP), "the bus cannot leave idle without a clock"
    assert m.r(NPU_GRF + 0x10) == 0 and m.r(NPU_GRF + 0x24) == 0, "the ring was forgotten"
    m.w(clksel(74), hiword(1, 0))
    assert not is_idle(m, NPUTOP), "parked on GPLL it can"


# ---- I2C and the regulator

@test
def the_regulator_is_identified_over_i2c(m):
    assert i2c_read(m, 0x42, 3, 1)[0] & 0xf == 10
    assert i2c_read(m, 0x42, 6, 1) == bytes([40])
    assert len(i2c_read(m, 0x42, 0, 8)) == 8
    assert i2c_write(m, 0x42, [3, 0x55])
    assert i2c_read(m, 0x42, 3, 1)[0] & 0xf == 10, "identities are read-only"


@test
def an_absent_device_does_not_acknowledge(m):
    assert i2c_read(m, 0x43, 3, 1) is None
    assert not i2c_write(m, 0x10, [0])
    assert m.get("i2c1", "naks") == 2
    m.set("vdd-npu", "fault-nak", 1)
    assert i2c_read(m, 0x42, 3, 1) is None
    assert i2c_read(m, 0x42, 3, 1) is not None
    assert m.get("vdd-npu", "naks") == 1 and m.get("vdd-npu", "fault-nak") == 0


@test
def bytes_take_their_time_on_the_wire(m):
    i2c_start(m, 0)
    m.w(I2C1 + TX, 0x42 << 1)
    m.w(I2C1 + MTXCNT, 1)
    m.step(9 * 20 * US - 1 * US)                # nine bits of 20 us, but for one microsecond
    assert not m.r(I2C1 + IPD) & MBTF
    m.step(2 * US)
    assert m.r(I2C1 + IPD) & MBTF


@test
def the_interrupt_of_i2c_follows_its_mask(m):
    m.ask("irq_intercept_out", "/machine/i2c1", "sysbus-irq")
    i2c_start(m, 0)
    m.w(I2C1 + TX, 0x42 << 1)
    m.w(I2C1 + MTXCNT, 1)
    m.step(1 * MS)
    assert not m.raised.get(0)
    m.w(I2C1 + IEN, MBTF)
    m.step(1)
    assert m.raised.get(0)
    m.w(I2C1 + IPD, MBTF)
    m.step(1)
    assert not m.raised.get(0)


@test
def a_voltage_is_reached_at_the_slew_rate(m):
    def microvolt():
        return m.get("vdd-npu", "microvolt")

    def straight(target, sign):
        first = microvolt()
        m.step(100 * US)
        second = microvolt()
        assert second - first == sign * 100 * 500, f"{first} to {second} in 100 us"
        m.step(1 * MS)
        assert microvolt() == target

    assert i2c_write(m, 0x42, [2, 7 << 4])                  # 500 uV per us
    assert i2c_write(m, 0x42, [6, 159])
    m.step(2 * MS)
    # 700 mV: 1.4 ms, of which the rest of the transfer takes 560 us
    assert i2c_write(m, 0x42, [6, 47])
    straight(793750, -1)
    assert i2c_write(m, 0x42, [6, 150])
    straight(1437500, 1)
    assert i2c_write(m, 0x42, [6, 255])
    m.step(2 * MS)
    assert m.get("vdd-npu", "microvolt") == 1493750, "the range ends at step 159"


# ---- what the clock's owner counts

@test
def a_rate_set_before_its_voltage_counts(m):
    npu_on(m)
    assert m.get("cru", "npu-rate") == GPLL // 6
    source(m, 1, 2)                                         # 750 MHz: 750 mV (power.md 2.3)
    m.step(1 * MS)
    assert undervolt(m) == (0, 0)
    source(m, 3, 1)                                         # 850 MHz: 800 mV, and the rail has 750
    assert undervolt(m)[0] == 1
    m.step(100 * US)
    assert undervolt(m) == (1, 100 * US)
    m.step(100 * US)
    assert undervolt(m) == (1, 200 * US), "it is one violation however often one looks"
    assert i2c_write(m, 0x42, [2, 7 << 4])                  # 500 uV per us: 100 us for 50 mV
    assert i2c_write(m, 0x42, [6, 48])
    m.step(1 * MS)
    before = undervolt(m)[1]
    m.step(1 * MS)
    assert undervolt(m) == (1, before), "800 mV is enough"
    m.set("cru", "reset-counters", 0)
    assert undervolt(m) == (0, 0)


@test
def a_voltage_lowered_before_its_rate_counts(m):
    npu_on(m)
    set_rail(m, 850)
    source(m, 3, 1)
    assert undervolt(m) == (0, 0), "850 MHz at 850 mV"
    assert i2c_write(m, 0x42, [2, 7 << 4])
    assert i2c_write(m, 0x42, [6, 40])                      # 750 mV: below 800 mV after 100 us
    m.step(1 * MS)
    events, ns = undervolt(m)
    assert events == 1
    source(m, 0, 6)
    events, ns = undervolt(m)
    m.step(1 * MS)
    assert undervolt(m) == (1, ns), "over with the clock at 198 MHz"
    # a fall of 1.4 ms, of which the last 100 us are below 800 mV: the time is exact
    set_rail(m, 1450)
    source(m, 3, 1)
    m.set("cru", "reset-counters", 0)
    assert i2c_write(m, 0x42, [6, 40])
    while m.get("vdd-npu", "microvolt") != 750000:
        m.step(1 * US)
    ns = undervolt(m)[1]
    assert 100 * US <= ns <= 101 * US, f"{ns} ns"
    power(m, NPUTOP, False)
    ns = undervolt(m)[1]
    m.step(1 * MS)
    assert undervolt(m) == (1, ns), "a domain without power needs no voltage"


@test
def faster_silicon_needs_less(m):
    """power.md 2.3 and 2.6: the ring of a bin falls into its range, and yields the rate at its voltage."""
    ranges = ((0, 815), (816, 835), (836, 860), (861, 885), (886, 910), (911, 2000))
    points = {800: (750, 750, 737.5, 725, 712.5, 700), 900: (800, 787.5, 775, 762.5, 750, 737.5),
              1000: (850, 837.5, 825, 812.5, 800, 787.5)}
    npu_on(m)
    for number, (low, high) in enumerate(ranges):
        m.set("npu-grf", "silicon-bin", number)
        set_rail(m, 750)
        ring(m, 12)
        assert low <= m.r(NPU_GRF + 0x50) <= high, f"bin {number}: {m.r(NPU_GRF + 0x50)}"
        for mhz, millivolts in points.items():
            set_rail(m, millivolts[number])
            measured = m.r(NPU_GRF + 0x24)
            assert mhz <= measured <= mhz * 1.03, f"bin {number}: {measured} for {mhz} MHz"
    with contextlib.suppress(RuntimeError):
        m.set("npu-grf", "silicon-bin", 6)
        raise AssertionError("there are six bins")
    m.set("npu-grf", "silicon-bin", 0)
    set_rail(m, 850)
    m.set("npu-grf", "ring-permille", 800)
    assert m.r(NPU_GRF + 0x24) == 800 and near(m.get("cru", "npu-rate"), 800 * MHZ)


@test
def read_margins_follow_the_voltage_or_count(m):
    def margin(value):
        for n in range(3):
            m.w(NPU_GRF + 4 * n, value << 2)

    def events():
        return m.get("cru", "npu-margin-events")

    npu_on(m)
    assert [m.get("npu-grf", f"read-margin{n}") for n in range(3)] == [3, 3, 3]
    set_rail(m, 800)
    margin(2)
    assert m.get("npu-grf", "read-margin1") == 2 and m.r(NPU_GRF + 4) == 2 << 2
    source(m, 3, 1)                                         # 850 MHz
    assert events() == 0, "800 mV takes 2"
    set_rail(m, 750)
    assert events() == 1, "750 mV takes 3"
    source(m, 0, 6)
    margin(3)
    source(m, 1, 2)
    assert events() == 1
    m.w(NPU_GRF, 4 << 2)
    assert events() == 2, "changed at 750 MHz"
    idle(m, NPUTOP, 1)
    power(m, NPUTOP, False)
    power(m, NPUTOP, True)
    assert m.r(NPU_GRF) == 3 << 2, "a power cut resets them"


@test
def handshakes_without_a_clock_are_counted_once_each(m):
    npu_on(m)
    ring(m, 17)
    idle(m, NPUTOP, 1)
    assert m.get("cru", "niu-hangs") == 0
    power(m, NPUTOP, False)
    power(m, NPUTOP, True)
    assert m.get("cru", "niu-hangs") == 0, "nothing was asked yet"
    idle(m, NPUTOP, 0)
    assert m.get("cru", "niu-hangs") == 1
    m.w(gate(29), hiword(1, 1))
    m.w(gate(29), hiword(1, 0))
    assert m.get("cru", "niu-hangs") == 1
    m.w(clksel(74), hiword(1, 0))
    assert not is_idle(m, NPUTOP)
    m.set("pmu", "fault-stuck-domain", "nputop")
    idle(m, NPUTOP, 1)
    assert m.get("cru", "niu-hangs") == 1, "an injected fault is nobody's mistake"


@test
def without_hazards_nothing_hangs_and_nothing_counts(m):
    m.set("cru", "hazards", False)
    npu_on(m)
    ring(m, 17)
    idle(m, NPUTOP, 1)
    power(m, NPUTOP, False)
    power(m, NPUTOP, True)
    idle(m, NPUTOP, 0)
    assert not is_idle(m, NPUTOP) and m.get("cru", "niu-hangs") == 0
    source(m, 3, 1)
    m.step(1 * MS)
    assert undervolt(m) == (0, 0)
    m.set("cru", "hazards", True)
    assert undervolt(m)[0] == 1


@test
def the_npu_domain_goes_with_its_rail(m):
    npu_on(m)
    assert i2c_write(m, 0x42, [0, 0])                       # VSEL0 off
    assert m.get("vdd-npu", "microvolt") == 0
    assert not is_on(m, NPU) and not is_on(m, NPUTOP)
    power(m, NPU, False)
    power(m, NPU, True)
    assert not is_on(m, NPU) and m.get("pmu", "refused-power-ons") == 1
    assert i2c_write(m, 0x42, [0, 0x80])
    m.step(1 * MS)                                          # enable time: 360 us
    assert is_on(m, NPU) and m.get("vdd-npu", "microvolt") == 750000


@test
def a_domain_needs_its_rail_up_and_no_more(m):
    """power.md 5.1: 360 us to switch on; a voltage on its way from one value to another is a supply."""
    open_gates(m)
    power(m, NPU, True)
    assert i2c_write(m, 0x42, [2, 7 << 4])                  # 500 uV per us
    assert i2c_write(m, 0x42, [6, 150])
    assert m.get("vdd-npu", "microvolt") < 1437500, "it should be on its way"
    power(m, NPUTOP, True)
    assert is_on(m, NPUTOP) and m.get("pmu", "refused-power-ons") == 0
    power(m, NPUTOP, False)
    assert i2c_write(m, 0x42, [0, 0])
    # from here on the chip's registers, without the time of the wire
    m.line("vdd-npu", "vsel", 1)
    m.step(359 * US)
    power(m, NPUTOP, True)
    assert not is_on(m, NPUTOP) and m.get("pmu", "refused-power-ons") == 1
    power(m, NPUTOP, False)
    m.step(2 * US)
    power(m, NPUTOP, True)
    assert is_on(m, NPU) and is_on(m, NPUTOP) and m.get("pmu", "refused-power-ons") == 1


@test
def a_child_of_a_domain_that_is_off_is_refused_alone(m):
    """Software whose parent domain failed before its power bit, and that goes on: one refusal."""
    assert i2c_write(m, 0x42, [0, 0])
    open_gates(m)
    power(m, NPUTOP, True)
    assert not is_on(m, NPUTOP) and m.get("pmu", "refused-power-ons") == 1
    assert i2c_write(m, 0x42, [0, 0x80])
    m.step(1 * MS)
    power(m, NPU, True)
    assert is_on(m, NPUTOP) and is_idle(m, NPUTOP), "up with its parent, the bus as it was asked to be"
    m.r(QOS_NPUTOP + 8)
    assert m.get("qos", "bus-errors") == 1, "QoS behind a closed bus"


@test
def a_voltage_chosen_while_the_rail_comes_up_does_not_delay_it(m):
    assert i2c_write(m, 0x42, [1, 0])                       # VSEL1 off
    m.line("vdd-npu", "vsel", 1)
    assert m.get("vdd-npu", "microvolt") == 0
    i2c_start(m, 0)
    m.w(I2C1 + TX, 0x42 << 1 | 6 << 8 | 48 << 16)           # VSEL0: 800 mV
    m.line("vdd-npu", "vsel", 0)
    m.step(300 * US)
    m.w(I2C1 + MTXCNT, 3)
    assert m.get("vdd-npu", "microvolt") == 0
    m.step(61 * US)
    assert m.get("vdd-npu", "microvolt") == 800000


# ---- small peripherals

@test
def otp_words_are_read_through_the_auto_port(m):
    def word(n):
        m.w(OTP + 4, (0x300 + n) << 16 | 1 << 8)
        m.w(OTP + 8, 1)
        assert m.r(OTP + 0x84) & 2
        m.w(OTP + 0x84, 2)
        assert not m.r(OTP + 0x84) & 2
        return m.r(OTP + 0x20).to_bytes(4, "little")

    data = b"".join(word(n) for n in range(0x100))
    assert set(data[2:4]) == {0x35, 0x88}
    assert any(data[7:23]) and data[0x28]
    assert data[6] & 0x1f == 0, "an ordinary part"
    assert bytes.fromhex(m.get("otp", "cells")) == data
    m.set("otp", "cells", (data[:6] + bytes([0x0a])).hex())
    assert word(1)[2] == 0x0a and word(2) == data[8:12], "what is not given stays"
    for wrong in ("0", "zz", "00" * 0x401):
        with contextlib.suppress(RuntimeError):
            m.set("otp", "cells", wrong)
            raise AssertionError(f"{wrong[:4]} was accepted")


@test
def temperatures_become_codes_and_interrupts(m):
    m.ask("irq_intercept_out", "/machine/tsadc", "sysbus-irq")
    m.w(TSADC + 0x0c, hiword(0x7f, 0x7f))
    m.w(TSADC + 0x04, hiword(1, 1))
    for mdeg, code in ((-40000, 215), (25000, 285), (85000, 350), (125000, 395), (55000, 317)):
        m.set("tsadc", "temperature-6", mdeg)
        assert m.r(TSADC + 0x2c + 4 * 6) == code, f"{mdeg}: {m.r(TSADC + 0x2c + 24)}"
    m.w(TSADC + 0x6c + 4 * 6, 350)
    m.w(TSADC + 0x14, hiword(1 << 6, 1 << 6))
    m.step(1)
    assert not m.raised.get(0)
    m.set("tsadc", "temperature-6", 95000)
    m.step(1)
    assert m.raised.get(0) and m.r(TSADC + 0x24) == 1 << 6
    m.set("tsadc", "temperature-6", 60000)
    m.w(TSADC + 0x24, m.r(TSADC + 0x24))
    m.step(1)
    assert not m.raised.get(0)


@test
def gpio_pins_drive_read_and_interrupt(m):
    m.ask("irq_intercept_out", "/machine/gpio0", "sysbus-irq")
    assert m.r(GPIO0 + 0x78) in (0x01000c2b, 0x0101157c, 0x010219c8)
    m.w(GPIO0 + 0x0c, hiword(1 << 4, 1 << 4))               # pin 20: output
    assert not bit(m.r(GPIO0 + 0x70), 20)
    m.w(GPIO0 + 0x04, hiword(1 << 4, 1 << 4))
    assert bit(m.r(GPIO0 + 0x70), 20)
    m.w(GPIO0 + 0x20, hiword(1 << 3, 1 << 3))               # pin 3: edge, falling
    m.w(GPIO0 + 0x10, hiword(1 << 3, 1 << 3))

    def pin3(level):
        m.ask("set_irq_in", "/machine/gpio0", "unnamed-gpio-in", 3, level)
        m.step(1)

    pin3(0)
    assert m.raised.get(0) and m.r(GPIO0 + 0x50) == 1 << 3
    m.w(GPIO0 + 0x60, hiword(1 << 3, 1 << 3))
    pin3(1)
    assert not m.raised.get(0), "a rising edge was not asked for"
    m.w(GPIO0 + 0x18, hiword(1 << 3, 1 << 3))
    pin3(0)
    assert not m.raised.get(0) and m.r(GPIO0 + 0x58) == 1 << 3, "masked, but pending"


@test
def the_timer_stops_or_repeats(m):
    def elapse(us):
        m.step(us * US)
        fired = m.r(TIMER0 + 0x18)
        m.w(TIMER0 + 0x18, 1)
        return fired

    m.w(TIMER0, 24 * 100)                                   # 100 us at 24 MHz
    m.w(TIMER0 + 0x10, 7)
    assert not elapse(98)
    assert elapse(4)
    assert not elapse(300), "user-defined mode ends at zero"
    m.w(TIMER0 + 0x10, 0)
    m.w(TIMER0 + 0x10, 5)
    assert elapse(102) and elapse(100) and elapse(100), "free-running mode starts over"
    m.w(TIMER0 + 0x10, 0)
    assert not elapse(500)


@test
def register_files_store(m):
    m.w(SYS_GRF + 0x318, hiword(1 << 14, 1 << 14))
    assert m.r(SYS_GRF + 0x318) == 1 << 14
    m.w(PMU1_GRF + 0x208, 0x12345678)
    assert m.r(PMU1_GRF + 0x208) == 0x12345678, "OS_REGs have no mask"


@test
def a_system_reset_starts_anew_but_keeps_the_counters(m):
    npu_on(m)
    set_rail(m, 850)
    ring(m, 12)
    count = m.get("pmu", "power-ons")
    assert count == 2
    m.w(CRU + 0xc08, 0xfdb9)
    for _ in range(1000):
        if not is_on(m, NPU):
            break
        m.step(1 * US)
    assert not is_on(m, NPU) and hertz(m, "npu") == 0 and m.r(clksel(74)) == 0
    assert m.get("vdd-npu", "microvolt") == 750000
    assert m.get("pmu", "power-ons") == count
    m.set("pmu", "reset-counters", 0)
    assert m.get("pmu", "power-ons") == 0


if __name__ == "__main__":
    sys.exit(SUITE.main())
