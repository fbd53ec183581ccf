# SPDX-License-Identifier: GPL-2.0-only
"""The SC8551 charge pump: what user space sees and does, and what the chip is told (hardware notes, POWER 6.2).

The pump of the virtual board sits on I2C5 at 0x66, a second one on I2C8; its pins and faults are properties of
the model.
"""

import contextlib
import random
import re

from e2e.power import overlay_file
from harness.runner import test
from harness.vm import VMError

PUMP = "/sys/class/power_supply/sc8551-5-0066"
MODEL = "sc8551"
DRIVER = "/sys/bus/i2c/drivers/sunmao-sc8551"
LIMITS = {
    "southchip,bat-ovp-microvolt": 4400000,
    "southchip,bat-ocp-microamp": 8000000,
    "southchip,ac-ovp-microvolt": 12000000,
    "southchip,bus-ovp-microvolt": 10000000,
    "southchip,bus-ocp-microamp": 4000000,
    "southchip,bus-ucp-microamp": 150000,
    "southchip,switching-frequency-hz": 500000,
    "southchip,watchdog-timeout-ms": 5000,
    "shunt-resistor-micro-ohms": 5000,
}
WATCHDOG_S = 5
# The model's pins as the board powers up, and the conditions that can be injected
PINS = {"vbus-mv": 8200, "vac-mv": 8200, "vout-mv": 4000, "vbat-mv": 3950, "ibus-ma": 2000, "ibat-ma": 4000,
        "die-mdeg": 35000}
FAULTS = {
    "fault-bat-ovp": "Over voltage", "fault-bus-ovp": "Over voltage", "fault-ac-ovp": "Over voltage",
    "fault-bat-ocp": "Over current", "fault-bus-ocp": "Over current", "fault-converter-ocp": "Over current",
    "fault-tsbat": "Overheat", "fault-tsbus": "Overheat", "fault-over-temperature": "Overheat",
    "fault-pin-diagnosis": "Unspecified failure",
}
# Registers that the driver reads each time, once a second
LOOK_READS = 11
# Where a value just beyond its limit must end charging: pin, last good value, health
BEYOND = (("vbat-mv", 4400, "Over voltage"), ("ibat-ma", 8000, "Over current"), ("vbus-mv", 10000, "Over voltage"),
          ("ibus-ma", 4000, "Over current"), ("vac-mv", 12000, "Over voltage"))


def node(limits, bus=5, pin=0, more=""):
    """The charge pump's node on its bus, as device tree source."""
    lines = "\n".join(f"\t\t{name} = <{value}>;" for name, value in limits.items())
    irq = "" if pin is None else f"interrupt-parent = <&gpio1>; interrupts = <{pin} 8>;"
    return f"""
&i2c{bus} {{
	#address-cells = <1>;
	#size-cells = <0>;
	status = "okay";

	charger@66 {{
		compatible = "southchip,sc8551";
		reg = <0x66>;
		{irq}
{lines}
		{more}
	}};
}};
"""


def overlay(name, *nodes):
    """An overlay with these nodes."""
    return overlay_file(f"charger-{name}", "/dts-v1/;\n/plugin/;\n" + "".join(nodes))


VM_OPTIONS = {"smp": 2, "overlays": [overlay("one", node(LIMITS))]}
PROFILES = ("distro", "debug")


class Pump:
    """The pump's supplies in the guest, its model outside."""

    def __init__(self, vm, path=PUMP, model=MODEL):
        self.vm = vm
        self.path = path
        self.model = model

    def __getitem__(self, name):
        return self.vm.read(f"{self.path}/{name}")

    def number(self, name):
        return int(self[name])

    def battery(self, name):
        return self.vm.read(f"{self.path}-battery/{name}")

    def start(self):
        """Exit status of the attempt."""
        return self.vm.run(f"echo Charging > {self.path}/status").rc

    def stop(self):
        self.vm.sh(f"echo 'Not charging' > {self.path}/status")

    def set(self, name, value):
        self.vm.qom_set(self.model, name, value)

    @contextlib.contextmanager
    def alone(self):
        """The chip without the guest, which sees only what has become of it."""
        self.vm.qmp.command("stop")
        try:
            yield
        finally:
            self.vm.qmp.command("cont")

    def get(self, name):
        return self.vm.qom_get(self.model, name)

    def calm(self):
        """Usual pins, no faults, not charging."""
        for name in FAULTS:
            self.set(name, False)
        self.set("fault-nak", 0)
        for name, value in PINS.items():
            self.set(name, value)
        self.stop()
        return self

    def charging(self):
        """A calm pump that charges."""
        self.calm()
        assert self.start() == 0, f"it does not start: {self['health']}"
        assert self.get("charging") and self.get("switching")
        assert self["status"] == "Charging" and self["online"] == "1" and self["health"] == "Good"
        return self

    def wait(self, name, value, timeout=30):
        """Wait until a property has a value."""
        self.vm.wait_for(lambda: self[name] == value, timeout, f"{name} {value}")

    def looked(self, times, timeout=120):
        """Wait until the driver has looked at the charging chip so often, or it does not charge any more."""
        enough = self.get("reg-reads") + times * LOOK_READS
        self.vm.wait_for(lambda: self.get("reg-reads") >= enough or not self.get("charging"), timeout,
                         f"{times} looks at the chip")


class Events:
    """The kernel's events about power supplies, from now on."""

    MARK = "00000000-0000-0000-0000-00000000"       # and four digits

    def __init__(self, vm):
        self.vm = vm
        self.job = vm.spawn("uevent-watch power_supply")
        self.job.wait_output("ready")
        self.mark = self.marks = 0

    def forget(self):
        """What has happened so far does not count."""
        self.marks += 1
        mark = f"{self.MARK}{self.marks:04x}"
        self.vm.sh(f"echo change {mark} > {PUMP}/uevent")
        self.wait(f"SYNTH_UUID={mark}.*\n")
        self.mark = self.job.output.index("\n", self.job.output.index(mark)) + 1

    def wait(self, pattern, timeout=30):
        """Wait for an event that matches."""
        self.vm.wait_for(lambda: re.search(pattern, self.job.output[self.mark:]), timeout,
                         f"an event {pattern!r} in:\n{self.job.output[self.mark:]}")

    def end(self):
        self.job.kill()
        self.job.wait()


def loaded(vm):
    """The driver, bound to a calm pump."""
    vm.modprobe("sunmao_sc8551")
    return Pump(vm).calm()


NEEDS = ("uevent-watch",)


@test(needs=NEEDS)
def test_limits_are_those_of_the_device_tree(vm):
    pump = loaded(vm)
    assert pump.number("voltage_max") == LIMITS["southchip,bus-ovp-microvolt"]
    assert pump.number("current_max") == LIMITS["southchip,bus-ocp-microamp"]
    assert pump.number("constant_charge_voltage_max") == LIMITS["southchip,bat-ovp-microvolt"]
    assert pump.number("constant_charge_current_max") == LIMITS["southchip,bat-ocp-microamp"]
    assert pump["status"] == "Not charging" and pump["online"] == "0" and pump["health"] == "Good"
    assert not pump.get("charging")


@test(needs=NEEDS)
def test_readings(vm):
    """Each reading within one step of the chip's converter."""
    pump = loaded(vm).charging()
    for vbus, vbat, ibus, ibat, die in ((8100, 3950, 1500, 3000, 25000), (8700, 4100, 3900, 7800, 61500),
                                        (7000, 3300, 300, 600, 0), (8201, 3951, 1001, 1999, 40500)):
        with pump.alone():
            for name, value in (("vbat-mv", vbat), ("vbus-mv", vbus), ("ibus-ma", ibus), ("ibat-ma", ibat),
                                ("die-mdeg", die)):
                pump.set(name, value)
        seen = (pump.number("voltage_now"), pump.number("current_now"), int(pump.battery("voltage_now")),
                int(pump.battery("current_now")), pump.number("temp"))
        for got, want, step in zip(seen, (vbus * 1000, ibus * 1000, vbat * 1000, ibat * 1000, die // 100),
                                   (3750, 1563, 1250, 3125, 5)):
            assert abs(got - want) <= step, f"{seen} for {(vbus, ibus, vbat, ibat, die)}"
    pump.stop()
    assert pump.number("current_now") == 0 and int(pump.battery("current_now")) == 0
    pump.calm()


@test(needs=NEEDS)
def test_start_and_stop(vm):
    pump = loaded(vm)
    events = Events(vm)
    for _ in range(5):
        pump.charging()
        assert pump["charge_type"] == "Fast" and pump.battery("status") == "Charging"
        events.wait(r"POWER_SUPPLY_NAME=sc8551-5-0066 .*POWER_SUPPLY_STATUS=Charging")
        pump.stop()
        assert not pump.get("charging") and pump["status"] == "Not charging" and pump["charge_type"] == "N/A"
        events.wait(r"POWER_SUPPLY_NAME=sc8551-5-0066 .*POWER_SUPPLY_STATUS=Not charging")
        events.forget()
    for text in ("Full", "Discharging", "nonsense", ""):
        assert vm.run(f"echo '{text}' > {PUMP}/status").rc != 0, f"'{text}' was accepted"
    assert not pump.get("charging")
    events.end()


@test(needs=NEEDS)
def test_presence(vm):
    pump = loaded(vm)
    events = Events(vm)
    assert pump["present"] == "1" and pump.battery("present") == "1"
    for present in ("0", "1"):
        events.forget()
        for name in ("vbus-mv", "vac-mv"):
            pump.set(name, 8200 * int(present))
        pump.wait("present", present)
        if present == "1":
            events.wait(r"POWER_SUPPLY_NAME=sc8551-5-0066 .*POWER_SUPPLY_PRESENT=1")
    pump.set("vbat-mv", 0)
    vm.wait_for(lambda: pump.battery("present") == "0", 30, "the battery to be missed")
    pump.calm()
    events.end()


@test(needs=NEEDS)
def test_every_limit_trips(vm, t):
    """At the limit it charges, beyond it does not; the chip was told the right number."""
    pump = loaded(vm)
    for name, limit, health in BEYOND:
        pump.charging()
        # the driver would find that bus and battery do not suit each other
        with pump.alone():
            if name == "vbus-mv":
                pump.set("vbat-mv", 4380)           # or the bus would be too high to start again
            pump.set(name, limit)
            good = pump.get("charging")
            pump.set(name, limit + 1)
            t.sub(f"{name} at {limit}", good and not pump.get("charging"), f"charging: {good} at the limit")
        pump.wait("status", "Not charging")
        t.sub(f"health beyond {name}", pump["health"] == health, pump["health"])
    pump.calm()


@test(needs=NEEDS)
def test_every_fault_is_told(vm, t):
    """An event to user space with the reason; charging ends, and starts again when the fault has gone."""
    pump = loaded(vm)
    events = Events(vm)
    for name, health in FAULTS.items():
        pump.charging()
        events.forget()
        pump.set(name, True)
        try:
            events.wait(f"POWER_SUPPLY_NAME=sc8551-5-0066 .*POWER_SUPPLY_HEALTH={health}")
            told = True
        except VMError:
            told = False
        t.sub(f"{name}: {health}", told and pump["health"] == health and pump.battery("health") == health
              and pump["status"] == "Not charging" and pump["online"] == "0" and not pump.get("charging"),
              f"{pump['health']}, {pump['status']}, event: {told}")
        again = pump.start()
        t.sub(f"{name}: refused while it lasts", again != 0 and not pump.get("charging"), f"{again}")
        pump.set(name, False)
        t.sub(f"{name}: over", pump.start() == 0 and pump["health"] == "Good" and pump.get("charging"),
              f"{pump['health']}")
    pump.calm()
    events.end()


@test(needs=NEEDS)
def test_lasting_fault_is_no_storm(vm):
    pump = loaded(vm).charging()
    pump.set("fault-bat-ovp", True)
    pump.set("fault-tsbat", True)
    pump.wait("status", "Not charging")
    irqs, transfers = pump.get("irqs"), pump.get("transfers")
    for _ in range(50):
        pump.number("voltage_now")
    irqs, transfers = pump.get("irqs") - irqs, pump.get("transfers") - transfers
    assert irqs <= 5 and transfers <= 300, f"{irqs} interrupts, {transfers} transfers during 50 readings"
    pump.calm()


@test(needs=NEEDS)
def test_bus_voltage_that_does_not_suit(vm, t):
    """Too low and too high are told apart, so that user space knows which way to go."""
    pump = loaded(vm)
    for vbus, health in ((7000, "Under voltage"), (9500, "Over voltage"), (7899, "Under voltage")):
        pump.calm()
        pump.set("vbus-mv", vbus)
        assert pump.start() != 0, f"it starts at {vbus} mV"
        if t.kernel == "6.12" and health == "Under voltage":
            # that kernel has no word for it
            assert pump["health"] not in ("Good", "Over voltage"), f"{vbus} mV: {pump['health']}"
        else:
            assert pump["health"] == health, f"{vbus} mV: {pump['health']}"
        assert pump["status"] == "Not charging"
        assert not pump.get("charging"), "the chip was not told to stop"
    pump.set("vbus-mv", 8300)
    assert pump.start() == 0 and pump["health"] == "Good"
    pump.calm()


@test(needs=NEEDS)
def test_current_that_fades(vm):
    """The current falls off: charging ends, and that is no fault."""
    pump = loaded(vm).charging()
    pump.set("ibus-ma", 100)
    pump.wait("status", "Not charging")
    assert pump["health"] == "Good", pump["health"]
    pump.calm()


# ---- watchdog

@test(needs=NEEDS)
def test_watchdog_is_fed(vm):
    pump = loaded(vm).charging()
    assert pump.get("watchdog-running"), "it charges without a watchdog"
    before = pump.get("watchdog-expiries")
    pump.looked(3 * WATCHDOG_S)
    assert pump.get("watchdog-expiries") == before and pump.get("charging")
    pump.calm()


@test(needs=NEEDS)
def test_watchdog_that_bites(vm):
    pump = loaded(vm).charging()
    events = Events(vm)
    pump.set("fault-watchdog", True)
    events.wait("POWER_SUPPLY_NAME=sc8551-5-0066 .*POWER_SUPPLY_HEALTH=Watchdog timer expire")
    assert pump["status"] == "Not charging" and pump["health"] == "Watchdog timer expire"
    assert pump.start() == 0 and pump["health"] == "Good"
    pump.calm()
    events.end()


@test(needs=NEEDS)
def test_bus_that_dies_while_charging(vm):
    """Nothing reaches the chip any more: its watchdog ends charging; later the driver finds out."""
    vm.allow_dmesg("sc8551")
    pump = loaded(vm).charging()
    pump.set("fault-nak", 1000000)
    vm.wait_for(lambda: not pump.get("charging"), 60, "the chip to save itself")
    pump.set("fault-nak", 0)
    pump.wait("status", "Not charging")
    assert pump["health"] in ("Watchdog timer expire", "Unspecified failure"), pump["health"]
    pump.charging()
    pump.calm()


@test(needs=NEEDS)
def test_reading_that_fails(vm):
    """A transfer without acknowledge is an error or is repeated, never a number."""
    pump = loaded(vm)
    good = pump.number("voltage_now")
    for count in (1, 2, 3, 50):
        pump.set("fault-nak", count)
        result = vm.run(f"cat {PUMP}/voltage_now")
        assert result.rc != 0 or int(result.output) == good, f"{count}: {result.output}"
    pump.set("fault-nak", 0)
    assert pump.number("voltage_now") == good


# ---- life

@test(needs=NEEDS)
def test_unbind_and_unload_end_charging(vm):
    pump = loaded(vm)
    for _ in range(3):
        pump.charging()
        vm.sh(f"echo 5-0066 > {DRIVER}/unbind")
        assert not pump.get("charging") and vm.run(f"ls {PUMP}").rc != 0
        vm.sh(f"echo 5-0066 > {DRIVER}/bind")
    pump.charging()
    vm.sh("rmmod sunmao_sc8551")
    assert not pump.get("charging")
    loaded(vm).charging()
    pump.calm()


@test(needs=NEEDS, fresh=True)
def test_chip_that_does_not_answer(vm):
    """No supply, no crash; and it can be bound when the chip is back."""
    vm.qom_set(MODEL, "fault-nak", 1000000)
    vm.modprobe("sunmao_sc8551")
    assert vm.run(f"ls {PUMP}").rc != 0, "a supply without a chip"
    assert re.search("sc8551.*5-0066", vm.dmesg()), "not a word about it"
    vm.qom_set(MODEL, "fault-nak", 0)
    vm.sh(f"test -e {PUMP} || echo 5-0066 > {DRIVER}/bind")
    Pump(vm).charging().calm()


@test(needs=NEEDS, vm={"smp": 2, "overlay": False, "overlays": VM_OPTIONS["overlays"]})
def test_suspend_ends_charging(vm):
    """The virtio channel sleeps too: hence the UART."""
    pump = loaded(vm).charging()
    vm.sh("echo devices > /sys/power/pm_test; echo 0 > /sys/module/suspend/parameters/pm_test_delay")
    stops = pump.get("reg-writes")
    vm.sh("echo mem > /sys/power/state || echo freeze > /sys/power/state", 120)
    assert pump.get("reg-writes") > stops, "the chip was not told"
    assert not pump.get("charging") and pump["status"] == "Not charging"
    pump.charging().calm()


@test(needs=NEEDS, vm={"smp": 2, "overlays": [overlay("no-irq", node(LIMITS, pin=None))]})
def test_without_an_interrupt(vm):
    """It is looked at once a second."""
    pump = loaded(vm).charging()
    events = Events(vm)
    pump.set("fault-bat-ovp", True)
    events.wait("POWER_SUPPLY_NAME=sc8551-5-0066 .*POWER_SUPPLY_HEALTH=Over voltage")
    assert pump["status"] == "Not charging"
    pump.calm()
    events.end()


PAIR = [overlay("pair", node(LIMITS, more='southchip,role = "master";'),
                node(LIMITS, 8, 1, 'southchip,role = "slave";'))]


@test(needs=NEEDS, vm={"smp": 2, "overlays": PAIR})
def test_pair(vm):
    """Two pumps share a battery; a fault of one is told as its own."""
    master = loaded(vm)
    slave = Pump(vm, "/sys/class/power_supply/sc8551-8-0066", "sc8551-slave").calm()
    slave.charging()
    master.charging()
    assert slave.get("charging") and master.get("charging")
    slave.set("fault-over-temperature", True)
    slave.wait("status", "Not charging")
    assert slave["health"] == "Overheat" and master["health"] == "Good" and master["status"] == "Charging"
    master.calm()
    slave.calm()


# ---- device trees that are no good: property, value (None: left out)

BAD = (("southchip,bat-ovp-microvolt", None), ("southchip,bat-ovp-microvolt", 3499999),
       ("southchip,bat-ovp-microvolt", 5100000), ("southchip,bat-ocp-microamp", 1000000),
       ("southchip,bat-ocp-microamp", 4294967295), ("southchip,ac-ovp-microvolt", 7000000),
       ("southchip,ac-ovp-microvolt", None), ("southchip,bus-ovp-microvolt", 0),
       ("southchip,bus-ocp-microamp", 5000000), ("southchip,bus-ocp-microamp", None),
       ("southchip,switching-frequency-hz", 123456), ("southchip,watchdog-timeout-ms", 700),
       ("shunt-resistor-micro-ohms", 1), ("shunt-resistor-micro-ohms", None))


def spoilt(name, value):
    """LIMITS with one of them wrong."""
    limits = dict(LIMITS)
    del limits[name]
    if value is not None:
        limits[name] = value
    return limits


def add_bad(number):
    """Two bad trees share a machine, a bus for each."""
    pair = BAD[number:number + 2]
    nodes = [node(spoilt(*wrong), bus, pin) for wrong, bus, pin in zip(pair, (5, 8), (0, 1))]

    @test(needs=NEEDS, vm={"smp": 1, "overlays": [overlay(f"bad-{number}", *nodes)]},
          name=f"bad device tree {number // 2}")
    def run(vm, t):
        vm.modprobe("sunmao_sc8551")
        log = vm.dmesg()
        for (name, value), bus, model in zip(pair, (5, 8), (MODEL, "sc8551-slave")):
            refused = vm.run(f"ls /sys/class/power_supply/sc8551-{bus}-0066").rc != 0
            named = re.search(rf"{bus}-0066.*{re.escape(name.split(',')[-1])}", log)
            t.sub(f"{name} {value}", refused and named and not vm.qom_get(model, "charging"),
                  f"refused: {refused}, named: {bool(named)}")
    run.__name__ = run.__qualname__ = f"test_bad_device_tree_{number // 2}"
    globals()[run.__name__] = run


for first in range(0, len(BAD), 2):
    add_bad(first)


@test(needs=NEEDS, vm={"smp": 1, "overlays": [overlay("between", node(dict(
    LIMITS, **{"southchip,bat-ovp-microvolt": 4412000, "southchip,bus-ocp-microamp": 4100000})))]})
def test_limit_between_two_steps(vm):
    """The lower step, never the higher one."""
    pump = loaded(vm)
    assert pump.number("constant_charge_voltage_max") == 4400000
    assert pump.number("current_max") == 4000000
    pump.charging()
    pump.set("vbat-mv", 4401)
    assert not pump.get("charging")
    pump.calm()


# ---- anything in any order

@test(needs=NEEDS)
def test_random_events(vm):
    """What user space is told agrees with the chip after every step, and it always recovers."""
    vm.allow_dmesg("sc8551")
    pump = loaded(vm)
    rng = random.Random(8551)
    for step in range(150):
        what = rng.randrange(6)
        if what == 0:
            pump.set(rng.choice(tuple(FAULTS)), rng.random() < 0.5)
        elif what == 1:
            name = rng.choice(tuple(PINS))
            pump.set(name, int(PINS[name] * rng.choice((0, 0.3, 0.9, 1, 1, 1.1, 1.5, 3))))
        elif what == 2:
            pump.set("fault-nak", rng.randrange(4))
        elif what == 3:
            pump.set("fault-watchdog", True)
        elif what == 4:
            vm.run(f"echo {rng.choice(('Charging', 'Not charging'))} > {PUMP}/status")
        else:
            pump.set("fault-nak", 0)
            vm.wait_for(lambda: (pump["status"] == "Charging") == pump.get("charging"), 30,
                        f"agreement in step {step}")
        if rng.random() < 0.1:
            pump.calm()
            pump.charging()
    pump.calm()
    pump.charging()
    pump.calm()
