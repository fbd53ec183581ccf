# SPDX-License-Identifier: GPL-2.0-only
"""The NPU's clock and voltage: how fast it computes, who decides, and what happens without a good table.

The machine counts every moment at which the supply was below the clock's operating point; none is allowed
in any of these tests.
"""

import re
import struct

from e2e.npu import CORES, npu_test
from e2e.power import (MHZ, OPP_OVERLAY, PARKED, Devfreq, assert_unharmed, busy_ns, core_rate, harm,
                       hold_awake, overlay_file, rail, wait_parked)

VM_OPTIONS = {"smp": 4, "overlays": [OPP_OVERLAY]}
NEEDS = ("npu-hazard", "npu-streams")
# Time passes only as the guest executes: what is measured does not depend on the host.
COUNTING = {"smp": 2, "icount": "shift=2,sleep=off", "overlays": [OPP_OVERLAY]}

LIMIT_S = 300
TASKS_PER_INFERENCE = 8
SAFE = 800 * MHZ            # what the boot loader's 750 mV carry (POWER 2.10)
# The machine's clock for a rate of the table, and operating points of ordinary parts (POWER 2.2, 2.3)
REAL = {200: PARKED, 600: 600 * MHZ, 1000: 1000 * MHZ}
POINTS = {300: 700, 400: 700, 500: 700, 600: 700, 700: 700, 800: 750, 900: 800, 1000: 850}


def loaded(vm):
    """The driver with its devfreq device."""
    vm.modprobe("sunmao_npu")
    return Devfreq(vm)


def pace(vm, count=5):
    """Guest's and cores' nanoseconds for an inference."""
    before = busy_ns(vm), sum(vm.qom_get(core, "tasks") for core in CORES)
    text = vm.sh(f"npu-hazard pace {count}", LIMIT_S)
    tasks = sum(vm.qom_get(core, "tasks") for core in CORES) - before[1]
    median = int(re.search(r"median=(\d+)", text)[1])
    return median, (busy_ns(vm) - before[0]) * TASKS_PER_INFERENCE // tasks


def near(value, wanted, part):
    return abs(value - wanted) <= wanted * part


def settle(vm, condition, what, timeout=30):
    """Wait for something that the kernel does on its own time."""
    vm.wait_for(condition, timeout, what)


# ---- speed

@npu_test(needs=NEEDS, vm=COUNTING)
def test_time_follows_the_clock(vm, t):
    devfreq = loaded(vm)
    times = {}
    for mhz in (200, 600, 1000):
        wanted = [hz for hz in devfreq.rates() if near(hz, mhz * MHZ, 0.01)]
        assert wanted, f"no {mhz} MHz in {devfreq.rates()}"
        devfreq.fix(wanted[0])
        hold_awake(vm)
        assert near(core_rate(vm), REAL[mhz], 1e-6), f"{core_rate(vm)} Hz, not {mhz} MHz"
        times[mhz] = pace(vm)
        hold_awake(vm, False)
    t.save_json("times.json", times)
    print(f"      inference: {times} ns (guest, cores)", flush=True)
    for mhz in (600, 1000):
        ratio = REAL[mhz] / REAL[200]
        # a fetch and a page walk do not follow the clock
        t.sub(f"cores at {mhz} MHz", near(times[200][1] / times[mhz][1], ratio, 0.05), f"{times}")
        t.sub(f"an inference at {mhz} MHz", near(times[200][0] / times[mhz][0], ratio, 0.25), f"{times}")
    devfreq.governor("performance")
    fast = pace(vm)[0]
    t.sub("performance is three times as fast as the boot clock", times[200][0] >= 3 * fast,
          f"{times[200][0]} and {fast} ns")
    assert_unharmed(vm)


@npu_test(needs=NEEDS + ("sunmao-nets",), vm=COUNTING)
def test_network_follows_the_clock(vm, t):
    """A MobileNetV1-shaped network through Teflon: the cores' time for one inference."""
    devfreq = loaded(vm)
    run = "sunmao-nets run mobilenet-v1-96 --no-cpu --delegate /usr/lib/teflon/libteflon.so --repeat"
    times = {}
    for mhz in (200, 600, 1000):
        devfreq.fix([hz for hz in devfreq.rates() if near(hz, mhz * MHZ, 0.01)][0])
        totals = []
        for repeat in (1, 4):
            before = busy_ns(vm)
            vm.sh(f"{run} {repeat}", 900)
            totals.append(busy_ns(vm) - before)
        times[mhz] = (totals[1] - totals[0]) // 3
    t.save_json("network.json", times)
    print(f"      mobilenet-v1-96: {times} ns", flush=True)
    # DRAM does not get faster: where it decides, a layer gains less than the clock
    assert times[200] / times[600] >= 0.8 * REAL[600] / REAL[200], f"{times}"
    assert times[200] / times[1000] >= 3, f"{times}"
    assert_unharmed(vm)


@npu_test(needs=NEEDS, vm=COUNTING)
def test_ondemand(vm, t):
    """simple_ondemand: at the top within three polling periods, parked when idle."""
    devfreq = loaded(vm)
    devfreq.governor("simple_ondemand")
    for number in range(3):
        text = vm.sh("npu-hazard ramp", LIMIT_S)
        found = re.search(r"top=(\d+) after=(\d+) ns, period=(\d+) ms", text)
        top, after, period = (int(word) for word in found.groups())
        t.sub(f"at {top // MHZ} MHz in time, run {number}", after <= 3 * period * MHZ,
              f"{after / 1e6:.1f} ms, the polling period is {period} ms")
        wait_parked(vm)
    job = vm.spawn("npu-hazard load")
    settle(vm, lambda: core_rate(vm) == 1000 * MHZ, "the top operating point", LIMIT_S)
    job.kill()
    job.wait(60)
    wait_parked(vm)
    assert_unharmed(vm)


# ---- who decides

@npu_test(needs=NEEDS)
def test_every_rate_has_its_voltage(vm, t):
    """Each rate of the table, up and down, held and parked: rate, rail and read margin."""
    devfreq = loaded(vm)
    rates = devfreq.rates()
    for hz in rates + rates[::-1] + [rates[-1], rates[0], rates[-1]]:
        devfreq.fix(hz)
        hold_awake(vm)
        mhz = round(hz / MHZ)
        real = PARKED if mhz == 200 else hz
        settle(vm, lambda: near(core_rate(vm), real, 0.1), f"{mhz} MHz, it runs at {core_rate(vm)}")
        need = POINTS.get(mhz, 0) * 1000
        t.sub(f"{mhz} MHz", rail(vm) >= need and vm.qom_get("npu-grf", "read-margin0") >=
              (2 if rail(vm) < 855000 else 1), f"{rail(vm)} uV at {core_rate(vm)} Hz")
        hold_awake(vm, False)
        wait_parked(vm)
    assert_unharmed(vm)


@npu_test(needs=NEEDS)
def test_limits_hold(vm):
    devfreq = loaded(vm)
    rates = devfreq.rates()
    devfreq.governor("performance")
    hold_awake(vm)
    for limit in (600 * MHZ, 300 * MHZ, 900 * MHZ):
        assert devfreq.write("max_freq", limit) == 0
        settle(vm, lambda: core_rate(vm) <= limit * 1.01, f"at most {limit} Hz, not {core_rate(vm)}")
        vm.sh("npu-hazard pace 2", LIMIT_S)
        assert core_rate(vm) <= limit * 1.01, f"{core_rate(vm)} Hz under load"
    assert devfreq.write("max_freq", 0) == 0
    settle(vm, lambda: near(core_rate(vm), rates[-1], 0.01), "the top rate")
    devfreq.governor("powersave")
    settle(vm, lambda: core_rate(vm) <= rates[0] * 1.01, "the lowest rate")
    assert devfreq.write("min_freq", 700 * MHZ) == 0
    settle(vm, lambda: core_rate(vm) >= 690 * MHZ, "the minimum that was asked for")
    assert devfreq.write("min_freq", 0) == 0
    settle(vm, lambda: core_rate(vm) <= rates[0] * 1.01, "the lowest rate again")
    hold_awake(vm, False)
    wait_parked(vm)
    assert_unharmed(vm)


@npu_test(needs=NEEDS)
def test_heat_lowers_the_clock(vm):
    """The hot zone takes the clock down while it is hot, and the cooling device when asked."""
    devfreq = loaded(vm)
    devfreq.governor("performance")
    job = vm.spawn("npu-hazard load")
    job.wait_output("busy", LIMIT_S)
    settle(vm, lambda: core_rate(vm) == 1000 * MHZ, "full speed")
    vm.qom_set("tsadc", "temperature-6", 97000)
    settle(vm, lambda: core_rate(vm) <= 810 * MHZ, f"less than full speed at 97 degrees, not {core_rate(vm)}")
    vm.qom_set("tsadc", "temperature-6", 45000)
    settle(vm, lambda: core_rate(vm) == 1000 * MHZ, "full speed at 45 degrees")
    cooling = vm.sh("grep -l npu /sys/class/thermal/cooling_device*/type").rsplit("/", 1)[0]
    states = int(vm.read(cooling + "/max_state"))
    assert states >= 1
    rates = []
    for state in range(states + 1):
        vm.sh(f"echo {state} > {cooling}/cur_state")
        settle(vm, lambda: devfreq.current() <= devfreq.rates()[states - state], f"state {state} to act")
        settle(vm, lambda: core_rate(vm) <= devfreq.rates()[states - state] * 1.01, "the clock")
        rates.append(core_rate(vm))
    assert rates == sorted(rates, reverse=True) and rates[-1] < rates[0], f"{rates}"
    vm.sh(f"echo 0 > {cooling}/cur_state")
    settle(vm, lambda: core_rate(vm) == 1000 * MHZ, "full speed again")
    assert not job.done(), f"the load ended: {job.output}"
    job.kill()
    job.wait(60)
    wait_parked(vm)
    assert_unharmed(vm)


@npu_test(needs=NEEDS)
def test_cold_raises_the_voltage(vm):
    """POWER 2.7: below 15 degrees no rate runs with less than 750 mV."""
    devfreq = loaded(vm)
    devfreq.fix(600 * MHZ)
    vm.qom_set("tsadc", "temperature-6", 5000)
    try:
        for _ in range(3):
            vm.sh("npu-hazard pace 2", LIMIT_S)
        hold_awake(vm)
        settle(vm, lambda: rail(vm) >= 750000, f"750 mV in the cold, not {rail(vm)}")
        assert near(core_rate(vm), 600 * MHZ, 0.15), f"{core_rate(vm)} Hz"
    finally:
        vm.qom_set("tsadc", "temperature-6", 30000)
        hold_awake(vm, False)
    wait_parked(vm)
    assert_unharmed(vm)


@npu_test(needs=NEEDS)
def test_rail_was_off(vm):
    """What a module finds that is loaded late: it has the rail on before a domain is powered (POWER 1.8)."""
    loaded(vm)
    wait_parked(vm)
    vm.sh("rmmod sunmao_npu", 60)
    settle(vm, lambda: not rail(vm), f"the rail to go off, it has {rail(vm)} uV")
    loaded(vm)
    vm.sh("npu-streams conv", LIMIT_S)
    wait_parked(vm)
    assert_unharmed(vm)


# ---- hardware that does not do what it is told

@npu_test(needs=NEEDS, fresh=True)
def test_slow_ring_is_noticed(vm):
    """POWER 2.10: a rate that the ring does not reach is given up, and said so."""
    vm.qom_set("npu-grf", "ring-permille", 700)
    devfreq = loaded(vm)
    devfreq.governor("performance")
    vm.sh("npu-hazard pace 3", LIMIT_S)
    hold_awake(vm)
    settle(vm, lambda: core_rate(vm) <= 600 * MHZ, f"a lower rate, not {core_rate(vm)}")
    assert re.search(r"npu.*(MHz|Hz|rate|clock)", vm.dmesg()), "nobody says so"
    hold_awake(vm, False)
    vm.sh("npu-streams conv", LIMIT_S)
    wait_parked(vm)
    assert_unharmed(vm)


@npu_test(needs=NEEDS, fresh=True)
def test_regulator_that_refuses(vm, t):
    """A rail that cannot be raised keeps the clock down; afterwards all is well again."""
    devfreq = loaded(vm)
    devfreq.fix(300 * MHZ)
    hold_awake(vm)
    settle(vm, lambda: near(core_rate(vm), 300 * MHZ, 0.15), "300 MHz")
    vm.qom_set("vdd-npu", "fault-nak", 1000)
    vm.run(f"echo {1000 * MHZ} > {devfreq.path}/userspace/set_freq")
    vm.sh("npu-hazard pace 2", LIMIT_S)
    t.sub("no clock above the rail", not vm.qom_get("cru", "npu-undervolt-events"),
          f"{core_rate(vm)} Hz at {rail(vm)} uV")
    assert core_rate(vm) <= SAFE * 1.01, f"{core_rate(vm)} Hz"
    vm.qom_set("vdd-npu", "fault-nak", 0)
    devfreq.fix(600 * MHZ)
    devfreq.fix(1000 * MHZ)
    settle(vm, lambda: near(core_rate(vm), 1000 * MHZ, 0.01), f"1000 MHz, not {core_rate(vm)}")
    hold_awake(vm, False)
    wait_parked(vm)
    assert_unharmed(vm)


@npu_test(needs=NEEDS, fresh=True)
def test_special_parts(vm, t):
    """OTP says J or M (POWER 2.3, 2.6): their table ends below 1000 MHz and needs 750 mV throughout."""
    cells = bytearray.fromhex(vm.qom_get("otp", "cells"))
    for name, code in (("J", 0x0a), ("M", 0x0d), ("ordinary", 0)):
        cells[6] = cells[6] & 0xe0 | code
        vm.qom_set("otp", "cells", cells.hex())
        devfreq = loaded(vm)
        top = devfreq.rates()[-1]
        special = name != "ordinary"
        t.sub(f"{name}: table", top <= 950 * MHZ if special else top == 1000 * MHZ, f"{devfreq.rates()}")
        devfreq.fix(600 * MHZ)
        hold_awake(vm)
        settle(vm, lambda: near(core_rate(vm), 600 * MHZ, 0.15), f"600 MHz, not {core_rate(vm)}")
        t.sub(f"{name}: rail", rail(vm) >= (750000 if special else 700000), f"{rail(vm)} uV")
        hold_awake(vm, False)
        vm.sh("npu-hazard pace 1", LIMIT_S)
        wait_parked(vm)
        vm.sh("rmmod sunmao_npu")
    assert_unharmed(vm)


@npu_test(needs=NEEDS, fresh=True)
def test_extra_voltage_of_a_part(vm, t):
    """OTP's opp-info (POWER 2.6): so many millivolts more from one rate to another."""
    cells = bytearray.fromhex(vm.qom_get("otp", "cells"))
    cells[0x55:0x5b] = struct.pack("<HHBB", 800, 900, 25, 0)
    vm.qom_set("otp", "cells", cells.hex())
    devfreq = loaded(vm)
    for mhz, millivolts in ((700, 700), (800, 775), (900, 825), (1000, 850)):
        devfreq.fix(mhz * MHZ)
        hold_awake(vm)
        settle(vm, lambda: near(core_rate(vm), mhz * MHZ, 0.1), f"{mhz} MHz, not {core_rate(vm)}")
        t.sub(f"{mhz} MHz", rail(vm) >= millivolts * 1000, f"{rail(vm)} uV")
        hold_awake(vm, False)
    wait_parked(vm)
    assert_unharmed(vm)


@npu_test(needs=NEEDS, fresh=True)
def test_every_bin(vm, t):
    """Slow and fast silicon (POWER 2.6): whatever column the driver takes, the part gets the voltage it needs."""
    for number in range(6):
        vm.qom_set("npu-grf", "silicon-bin", number)
        devfreq = loaded(vm)
        for hz in (devfreq.rates()[-1], 800 * MHZ, 300 * MHZ, devfreq.rates()[-1]):
            devfreq.fix(hz)
            hold_awake(vm)
            settle(vm, lambda: core_rate(vm) >= hz * 0.95, f"{hz} Hz in bin {number}, not {core_rate(vm)}")
            hold_awake(vm, False)
        vm.sh("npu-hazard pace 2", LIMIT_S)
        wait_parked(vm)
        t.sub(f"bin {number}", not harm(vm), f"{harm(vm)}")
        vm.sh("rmmod sunmao_npu")


# ---- tables and supplies that are no good

TABLE = """
/dts-v1/;
/plugin/;

/ {{
    fragment@0 {{
        target-path = "/";

        __overlay__ {{
            broken_npu_opps: broken-npu-opp-table {{
                {table}
            }};
        }};
    }};

    fragment@1 {{
        target-path = "/npu@fdab0000";

        __overlay__ {{
            operating-points-v2 = <&broken_npu_opps>;
            {core}
        }};
    }};
}};
"""

CORE = """
/dts-v1/;
/plugin/;

/ {{
    fragment@0 {{
        target-path = "/";

        __overlay__ {{
            {root}
        }};
    }};

    fragment@1 {{
        target-path = "/npu@fdab0000";

        __overlay__ {{
            {core}
        }};
    }};
}};
"""


def opp(hz, microvolt=None, more=""):
    """An operating point in device tree source."""
    volt = f"opp-microvolt = <{microvolt}>;" if microvolt is not None else ""
    return f"opp-{hz} {{ opp-hz = /bits/ 64 <{hz}>; {volt} {more} }};"


V2 = 'compatible = "operating-points-v2";'
FIXED = """
            fixed_npu: fixed-npu-supply {{
                compatible = "regulator-fixed";
                regulator-name = "fixed_npu";
                regulator-min-microvolt = <{uv}>;
                regulator-max-microvolt = <{uv}>;
                regulator-always-on;
            }};
"""

# name: (overlay source, applied over the good table)
BROKEN = {
    "rates that the firmware refuses": (TABLE.format(
        table=V2 + opp(250 * MHZ, 700000) + opp(950 * MHZ, 837500), core=""), True),
    "one good rate among refused ones": (TABLE.format(
        table=V2 + opp(200 * MHZ, 700000) + opp(650 * MHZ, 700000) + opp(999 * MHZ, 850000), core=""), True),
    "voltages beyond the rail": (TABLE.format(table=V2 + opp(200 * MHZ, 1400000) + opp(600 * MHZ, 1450000),
                                              core=""), True),
    "voltages below all": (TABLE.format(table=V2 + opp(200 * MHZ, 1) + opp(1000 * MHZ, 2), core=""), True),
    "no voltages": (TABLE.format(table=V2 + opp(200 * MHZ) + opp(600 * MHZ) + opp(1000 * MHZ), core=""), True),
    "an empty table": (TABLE.format(table=V2, core=""), True),
    "a table of another kind": (TABLE.format(table='compatible = "nobody,knows";' + opp(1000 * MHZ, 850000),
                                             core=""), True),
    "rates of zero and without number": (TABLE.format(
        table=V2 + "opp-0 { opp-hz = /bits/ 64 <0>; opp-microvolt = <0>; }; opp-1 { };", core=""), True),
    "a rate beyond all": (TABLE.format(
        table=V2 + opp(200 * MHZ, 700000) + opp(18446744073709551615, 850000), core=""), True),
    "no table": (None, False),
    "no supply": (CORE.format(root="", core="npu-supply = <0>; sram-supply = <0>;"), True),
    "a supply fixed at 700 mV": (CORE.format(
        root=FIXED.format(uv=700000), core="npu-supply = <&fixed_npu>; sram-supply = <&fixed_npu>;"), True),
}


WORDS = re.compile(r"^.*npu.*(?:opp|OPP|operating|[Vv]oltage|suppl|regulator|clock|MHz).*$", re.M)


def check_broken(vm, t, name):
    """A working device at a safe clock, and words that explain it."""
    before = len(vm.dmesg())
    vm.modprobe("sunmao_npu")
    if vm.run("ls -d /sys/class/devfreq/*npu*").rc == 0:
        Devfreq(vm).governor("performance")
    hold_awake(vm)
    vm.sh("npu-hazard pace 2", LIMIT_S)
    highest, supply = core_rate(vm), rail(vm)
    hold_awake(vm, False)
    vm.sh("npu-streams conv", LIMIT_S)
    said = t.save("said", vm.dmesg()[before:])
    # either a clock that the boot loader's voltage carries, or the voltage that the clock needs
    enough = supply >= 1000 * max([uv for mhz, uv in POINTS.items() if mhz * MHZ <= highest], default=0)
    t.sub(f"{name}: safe", highest >= PARKED and (highest <= SAFE * 1.01 or enough), f"{highest} Hz at {supply} uV")
    with open(said) as f:
        words = WORDS.findall(f.read())
    t.sub(f"{name}: explained", words, f"not a word, see {said}")
    wait_parked(vm)
    assert_unharmed(vm)


def add_broken(name):
    """A test of its own, with a machine of its own, for each of BROKEN."""
    source, over_good = BROKEN[name]
    short = re.sub(r"\W+", "_", name)
    overlays = [OPP_OVERLAY] if over_good else []
    if source:
        overlays.append(overlay_file(f"dvfs-{short}", source))

    @npu_test(needs=NEEDS, vm={"smp": 2, "overlays": overlays}, name=f"broken: {name}")
    def run(vm, t):
        check_broken(vm, t, name)
    run.__name__ = run.__qualname__ = f"test_broken_{short}"
    globals()[run.__name__] = run


for broken in BROKEN:
    add_broken(broken)
