#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The SC8551 charge pump over I2C, without a CPU running.

    qtest-charger.py PATH-OF-QEMU-SYSTEM-AARCH64

TAP on stdout. Facts: hardware notes POWER 6.2; what those leave open is listed in sc8551.c.
"""

import sys

from board import MS, i2c_read, i2c_write
from rig import Suite

BUSES = {"sc8551": 0xfead0000, "sc8551-slave": 0xfeca0000}
ADDRESS = 0x66
GPIO1 = 0xfec20000

CONVERTER, CONTROL1, CONTROL2 = 0x0a, 0x0b, 0x0c
ALARM, ALARM_FLAG = 0x0d, 0x0e
FAULT, FAULT_FLAG, FAULT_MASK = range(0x10, 0x13)
SWITCHING, VBUS_HIGH, VBUS_LOW, TIMED_OUT, SHUT_FLAG, SHUT = 4, 0x10, 0x20, 8, 0x80, 0x40
OCP_FLAG = 2
CHARGE = 0x80

SUITE = Suite(__doc__)
test = SUITE.test


class Pump:
    """One charge pump and its bus."""

    def __init__(self, m, name="sc8551"):
        self.m = m
        self.name = name
        m.ask("irq_intercept_in", "/machine/gpio1")

    def read(self, register, count=1):
        data = i2c_read(self.m, ADDRESS, register, count, BUSES[self.name])
        assert data is not None, f"no acknowledge for register {register:#x}"
        return data[0] if count == 1 else data

    def write(self, register, *values):
        assert i2c_write(self.m, ADDRESS, [register, *values], BUSES[self.name])

    def get(self, name):
        return self.m.get(self.name, name)

    def set(self, name, value):
        self.m.set(self.name, name, value)

    def signals(self):
        """Whether INT is low."""
        self.m.step(1)
        return not self.m.raised.get(0 if self.name == "sc8551" else 1, True)

    def quiet(self):
        """Watchdog off, every flag read."""
        self.write(CONTROL1, 0x44)
        for register in (0x05, 0x08, CONVERTER, CONTROL1, ALARM_FLAG, FAULT_FLAG):
            self.read(register)
        return self

    def start(self):
        self.quiet()
        self.write(CONTROL2, CHARGE)
        assert self.get("switching") and self.read(CONVERTER) & SWITCHING
        self.quiet()
        return self


@test
def both_pumps_answer_on_their_buses(m):
    for name in BUSES:
        pump = Pump(m, name)
        assert pump.read(0x13) == 0x51
        pump.write(0x00, 0x12)
        assert pump.read(0x00) == 0x12
        pump.write(0x13, 0)
        assert pump.read(0x13) == 0x51, "the identity is read-only"
    assert m.get("sc8551-slave", "reg-writes") == 2
    m.set("sc8551", "fault-nak", 1)
    assert i2c_read(m, ADDRESS, 0x13, 1, BUSES["sc8551"]) is None
    assert Pump(m).read(0x13) == 0x51


@test
def adc_results_have_the_units_of_the_sheet(m):
    pump = Pump(m).start()
    steps = {"ibus-ma": (0, 1.5625), "vbus-mv": (1, 3.75), "vac-mv": (2, 5), "vout-mv": (3, 1.25),
             "vbat-mv": (4, 1.25), "ibat-ma": (5, 3.125), "tsbus": (6, 1), "tsbat": (7, 1),
             "die-mdeg": (8, 500)}
    assert pump.read(0x16, 18) == bytes(18), "the ADC is off"
    pump.write(0x14, 0x80)
    for name, (channel, step) in steps.items():
        want = int(pump.get(name) / step)
        got = int.from_bytes(pump.read(0x16 + 2 * channel, 2), "big")
        assert got == want, f"{name}: {got}, not {want}"
    pump.set("vbat-mv", 4000)
    assert int.from_bytes(pump.read(0x1e, 2), "big") == 3200
    pump.write(0x15, 0x10)                      # VBAT off
    pump.set("vbat-mv", 3900)
    assert int.from_bytes(pump.read(0x1e, 2), "big") == 3200, "a channel that is off keeps its result"
    pump.write(0x15, 0)
    pump.write(0x14, 0)
    pump.quiet()
    pump.write(0x14, 0xc0)
    assert pump.read(0x14) == 0x40, "a single conversion ends"
    assert pump.read(ALARM_FLAG) & 1


@test
def no_current_without_switching(m):
    pump = Pump(m)
    pump.write(0x14, 0x80)
    assert pump.read(0x16, 2) == bytes(2) and pump.read(0x20, 2) == bytes(2)
    pump.start()
    assert pump.read(0x16, 2) != bytes(2) and pump.read(0x20, 2) != bytes(2)


@test
def every_limit_of_its_register_trips(m):
    """Register, code, pin, the last value that is allowed, fault bit."""
    for register, code, name, limit, position in ((0x00, 20, "vbat-mv", 4000, 7),
                                                  (0x02, 30, "ibat-ma", 5000, 6),
                                                  (0x06, 50, "vbus-mv", 8500, 5),
                                                  (0x08, 8, "ibus-ma", 3000, 4)):
        pump = Pump(m).start()
        usual = pump.get(name)
        pump.write(register, code)
        pump.set(name, limit)
        assert pump.get("switching") and not pump.read(FAULT), name
        trips = pump.get("trips")
        pump.set(name, limit + 1)
        assert not pump.get("charging") and pump.get("trips") == trips + 1, name
        assert pump.signals(), f"{name}: no interrupt"
        assert pump.read(FAULT_FLAG) == 1 << position, name
        assert not pump.signals(), f"{name}: reading the flag ends it"
        pump.set(name, usual)
        assert not pump.get("charging"), "it does not start again by itself"
        if register != 0x06:
            pump.set(name, limit + 1)
            pump.write(register, code | 0x80)   # protection off
            pump.start()
            assert pump.get("charging"), name
            pump.set(name, usual)
        pump.write(CONTROL1, 0xc4)              # register reset


@test
def ac_over_voltage_has_a_register_of_its_own(m):
    pump = Pump(m).start()
    pump.set("vac-mv", 11001)
    assert not pump.get("charging") and pump.signals()
    assert pump.read(0x05) & 0xc0 == 0xc0 and pump.read(0x05) & 0xc0 == 0x80
    pump.set("vac-mv", 8200)
    assert pump.read(0x05) & 0xc0 == 0
    pump.write(0x05, 7)                         # 6.5 V
    assert pump.read(0x05) & 0x80
    pump.write(0x05, 3)
    pump.set("vac-mv", 14000)
    assert not pump.read(0x05) & 0x80


@test
def masked_faults_act_but_do_not_signal(m):
    pump = Pump(m).start()
    pump.write(FAULT_MASK, 0xff)
    pump.set("fault-bat-ovp", True)
    assert not pump.get("charging") and not pump.signals()
    assert pump.read(FAULT) & 0x80
    pump.write(FAULT_MASK, 0)
    assert pump.signals()
    pump.write(CONTROL2, CHARGE)
    assert not pump.get("charging"), "the condition still holds"
    pump.set("fault-bat-ovp", False)
    pump.start()


@test
def a_flag_waits_for_its_reader(m):
    """However long the condition lasts, and whatever happens meanwhile, but only once."""
    pump = Pump(m).start()
    pump.set("fault-converter-ocp", True)
    assert not pump.get("charging") and pump.signals()
    m.step(100000 * MS)
    pump.set("fault-converter-ocp", False)
    for register in (0x05, 0x08, CONTROL1, ALARM_FLAG, FAULT_FLAG, FAULT, 0x13):
        pump.read(register)
    assert pump.signals(), "another register's reader took it"
    assert pump.read(CONVERTER) & OCP_FLAG and not pump.signals()
    assert not pump.read(CONVERTER) & OCP_FLAG, "it comes once"
    pump.set("fault-converter-ocp", True)
    assert not pump.signals(), "nothing converts"
    pump.write(CONTROL2, CHARGE)
    assert not pump.get("charging") and pump.signals() and pump.read(CONVERTER) & OCP_FLAG


@test
def who_asks_for_the_state_of_the_converter_takes_its_flags(m):
    """Flags and state share 0x0a: a reader that wants the state gets both, and INT ends with it."""
    pump = Pump(m).start()
    pump.set("fault-converter-ocp", True)
    assert pump.signals()
    seen = pump.read(CONVERTER)
    assert seen & OCP_FLAG and not seen & SWITCHING
    assert not pump.signals() and not pump.read(CONVERTER) & OCP_FLAG


@test
def two_faults_are_two_flags(m):
    pump = Pump(m).start()
    pump.set("fault-converter-ocp", True)
    pump.set("fault-bat-ovp", True)
    pump.set("fault-tsbat", True)
    assert pump.read(CONVERTER) & OCP_FLAG
    assert pump.signals(), "the other register's flags remain"
    assert pump.read(FAULT_FLAG) == 0x84 and not pump.signals()
    pump.set("fault-bus-ovp", True)
    assert pump.signals() and pump.read(FAULT_FLAG) == 0x20, "a later fault on top of lasting ones"
    pump.set("fault-bat-ovp", False)
    pump.set("fault-bat-ovp", True)
    assert pump.signals() and pump.read(FAULT_FLAG) == 0x80, "gone and come again"


@test
def int_reaches_the_pin_as_level_and_as_edge(m):
    """GPIO1 A0: a level follows INT; a falling edge is kept by the pin's controller."""
    pump = Pump(m).start()
    m.w(GPIO1 + 0x10, 1 << 16 | 1)                          # enabled, level, low
    assert not m.r(GPIO1 + 0x50) & 1
    pump.set("fault-converter-ocp", True)
    assert m.r(GPIO1 + 0x50) & 1
    pump.read(CONVERTER)
    assert not m.r(GPIO1 + 0x50) & 1, "read before the handler came: no interrupt any more"
    m.w(GPIO1 + 0x20, 1 << 16 | 1)                          # edge
    pump.set("fault-converter-ocp", False)
    pump.start()
    m.w(GPIO1 + 0x60, 1 << 16 | 1)
    assert not m.r(GPIO1 + 0x50) & 1
    pump.set("fault-converter-ocp", True)
    pump.read(CONVERTER)
    assert m.r(GPIO1 + 0x50) & 1


@test
def heat_warns_and_shuts_down(m):
    pump = Pump(m).start()
    pump.set("die-mdeg", 125000)
    assert pump.get("charging") and pump.read(FAULT_FLAG) == 1
    pump.set("die-mdeg", 150000)
    assert not pump.get("charging") and pump.signals()
    assert pump.read(CONVERTER) & (SHUT | SHUT_FLAG) == SHUT | SHUT_FLAG
    assert pump.read(CONVERTER) & (SHUT | SHUT_FLAG) == SHUT
    pump.set("die-mdeg", 40000)
    assert not pump.read(CONVERTER) & SHUT
    pump.start()
    pump.set("fault-over-temperature", True)
    assert not pump.get("charging") and pump.read(CONVERTER) & SHUT_FLAG


@test
def thermistors_can_be_disabled(m):
    for name, position, disable in (("fault-tsbat", 4, 2), ("fault-tsbus", 2, 4)):
        pump = Pump(m).start()
        pump.set(name, True)
        assert not pump.get("charging") and pump.read(FAULT_FLAG) == position, name
        pump.write(CONTROL2, CHARGE | disable)
        assert pump.get("charging"), name
        pump.set(name, False)
        pump.write(CONTROL2, 0)


@test
def the_bus_voltage_must_suit_the_battery(m):
    pump = Pump(m).quiet()
    for battery, bus, bypass, want in ((4000, 8000, 0, VBUS_LOW), (4000, 8001, 0, 0),
                                       (4000, 8400, 0, 0), (4000, 9000, 0, VBUS_HIGH),
                                       (4000, 4200, 1, 0), (4000, 4000, 1, VBUS_LOW),
                                       (4000, 4500, 1, VBUS_HIGH)):
        pump.write(0x06, 100)
        pump.write(0x31, bypass)
        pump.set("vbat-mv", battery)
        pump.set("vbus-mv", bus)
        pump.write(CONTROL2, CHARGE)
        assert pump.read(CONVERTER) & (VBUS_LOW | VBUS_HIGH) == want, f"{battery} {bus} {bypass}"
        assert pump.get("switching") == (not want), f"{battery} {bus} {bypass}"
        pump.write(CONTROL2, 0)
    pump.write(0x35, 0x40)
    pump.write(CONTROL2, CHARGE)
    assert pump.get("switching"), "the check is off"


@test
def a_start_that_does_not_succeed_times_out(m):
    pump = Pump(m).quiet()
    pump.set("vbus-mv", 5000)
    pump.write(0x2b, 5 << 5)                    # 400 ms
    pump.write(CONTROL2, CHARGE)
    m.step(390 * MS)
    assert pump.get("charging") and not pump.get("switching")
    m.step(20 * MS)
    assert not pump.get("charging") and pump.signals() and pump.read(CONVERTER) & TIMED_OUT
    pump.write(CONTROL2, CHARGE)
    m.step(100 * MS)
    pump.set("vbus-mv", 8200)
    assert pump.get("switching"), "the adapter came in time"
    m.step(1000 * MS)
    assert pump.get("switching")
    pump.write(CONTROL2, 0)
    pump.set("vbus-mv", 5000)
    pump.write(0x2b, 0)
    pump.write(CONTROL2, CHARGE)
    m.step(200000 * MS)
    assert pump.get("charging"), "without a time-out it waits"


@test
def a_start_that_was_given_up_does_not_time_out(m):
    pump = Pump(m).quiet()
    pump.set("vbus-mv", 5000)
    pump.write(0x2b, 5 << 5)                    # 400 ms
    pump.write(CONTROL2, CHARGE)
    m.step(200 * MS)
    pump.write(CONTROL2, 0)
    pump.set("vbus-mv", 8200)
    pump.write(CONTROL2, CHARGE)
    assert pump.get("switching")
    m.step(1000 * MS)
    assert pump.get("switching") and not pump.read(CONVERTER) & TIMED_OUT
    pump.write(CONTROL2, 0)
    pump.set("vbus-mv", 5000)
    pump.write(CONTROL2, CHARGE)
    m.step(200 * MS)
    pump.write(CONTROL2, 0)
    m.step(1000 * MS)
    assert not pump.read(CONVERTER) & TIMED_OUT


@test
def a_current_that_fades_ends_charging(m):
    pump = Pump(m).start()
    pump.set("ibus-ma", 140)
    assert not pump.get("charging") and pump.read(0x08) & 0x10
    pump.set("ibus-ma", 100)
    pump.start()
    assert pump.get("charging"), "it may start below the limit"
    pump.set("ibus-ma", 200)
    assert pump.read(0x08) & 0x40


@test
def the_watchdog_bites_unless_fed(m):
    pump = Pump(m).start()
    for code, ms in ((0, 500), (1, 1000), (2, 5000), (3, 30000)):
        pump.write(CONTROL1, 0x40 | code)
        for _ in range(3):
            m.step(ms * MS * 9 // 10)
            pump.read(0x13)                     # any access feeds it
        assert pump.get("charging") and pump.get("watchdog-running")
        m.step(ms * MS * 11 // 10)
        assert not pump.get("charging") and pump.signals(), f"{ms} ms"
        assert pump.read(CONTROL1) & 8 and not pump.read(CONTROL1) & 8
        pump.start()
    assert pump.get("watchdog-expiries") == 4
    pump.set("fault-watchdog", True)
    assert not pump.get("charging") and pump.get("watchdog-expiries") == 5
    pump.start()
    m.step(1000000 * MS)
    assert pump.get("charging"), "switched off it waits for ever"


@test
def a_register_reset_ends_everything(m):
    pump = Pump(m).start()
    pump.write(0x00, 10)
    pump.write(CONTROL1, 0xc4)
    assert not pump.get("charging") and pump.read(0x00) != 10 and not pump.read(CONTROL1) & 0x80
    assert not pump.read(FAULT_FLAG) and not pump.signals()


@test
def presence_is_an_alarm(m):
    pump = Pump(m).quiet()
    assert pump.read(ALARM) & 6 == 6
    pump.set("vbus-mv", 0)
    assert pump.read(ALARM) & 6 == 2
    pump.set("vbus-mv", 8200)
    assert pump.signals() and pump.read(ALARM_FLAG) & 4
    pump.write(0x01, 10)                        # 3750 mV
    assert pump.read(ALARM) & 0x80 and pump.read(ALARM_FLAG) & 0x80
    assert not pump.read(FAULT)


if __name__ == "__main__":
    sys.exit(SUITE.main())
