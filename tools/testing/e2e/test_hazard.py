# SPDX-License-Identifier: GPL-2.0-only
"""Random sequences of jobs, governors, rates, heat, suspends and idle cores, with the machine's hazards on.

After them no handshake has hung, the supply was never below the clock's operating point, and every job's
result was right. SUNMAO_HAZARD_COUNT sequences (default 500), in portions with a seed each; a portion that
fails can be repeated: npu-hazard --seed N --count 250.
"""

import os
import random
import re
import time

from e2e.npu import npu_test, scaled
from e2e.power import (MHZ, OPP_OVERLAY, Devfreq, assert_unharmed, core_rate, harm, hold_awake, overlay_file,
                       wait_parked)
from harness.vm import VMError

COUNT = int(os.environ.get("SUNMAO_HAZARD_COUNT") or 500)
FIRST_SEED = int(os.environ.get("SUNMAO_HAZARD_SEED") or 1)
PORTION = 250
PORTION_LIMIT_S = 7200
NEEDS = ("npu-hazard",)
# All devices sleep, the virtio channel among them: hence commands over the UART.
MACHINE = {"smp": 4, "overlay": False, "overlays": [OPP_OVERLAY]}

# Below the critical 115 degrees of the zone, and below the 120 at which the board resets
TEMPERATURES = (-15000, 5000, 14000, 16000, 25000, 40000, 60000, 79000, 83000, 86000, 90000, 97000, 104000,
                110000)
# What the sequences must have caused, as one part in so many of their number
ENOUGH = {("vdd-npu", "voltage-changes"): 10, ("scmi", "npu-rate-sets"): 5, ("pmu", "power-offs"): 20}


def follow(vm, job, rng):
    """Change the weather until the guest has finished; stop at the first harm."""
    assert_unharmed(vm)
    while not job.done():
        vm.qom_set("tsadc", "temperature-6", rng.choice(TEMPERATURES))
        next_change = time.monotonic() + rng.uniform(0.05, 0.6)
        while job.rc is None and time.monotonic() < next_change:
            if not vm.pump(max(0, next_change - time.monotonic())):
                raise VMError(f"the machine died after:\n{job.output[-600:]}")
        found = harm(vm)
        assert not found, f"the machine counted {found} after:\n{job.output[-600:]}"
    vm.qom_set("tsadc", "temperature-6", 30000)


@npu_test(needs=NEEDS, vm=MACHINE)
def test_sequences(vm, t):
    assert vm.qom_get("cru", "hazards"), "the machine's hazards are off"
    vm.modprobe("sunmao_npu")
    done = 0
    while done < COUNT:
        seed = FIRST_SEED + done // PORTION
        count = min(PORTION, COUNT - done)
        # every other portion with a second administrator at the same knobs
        options = f"--seed {seed} --count {count}" + " --meddle" * (seed % 2 == 0)
        job = vm.spawn(scaled(f"npu-hazard {options}"), PORTION_LIMIT_S)
        try:
            follow(vm, job, random.Random(seed))
            result = job.wait(PORTION_LIMIT_S)
        finally:
            t.save(f"hazard-{seed}.tap", job.output)
        assert result.rc == 0, f"{options}:\n{result.output[-2000:]}"
        done += count
        did = {name: vm.qom_get(device, name) for device, name in ENOUGH}
        print(f"      {done} of {COUNT} sequences: {did}", flush=True)
    for (device, name), part in ENOUGH.items():
        assert did[name] > COUNT // part, f"{device}/{name} is {did[name]}: this was no test"
    wait_parked(vm, 60)
    assert_unharmed(vm)


@npu_test(needs=NEEDS, vm=MACHINE)
def test_domains_that_are_off_sleep_and_wake_up(vm, t):
    """Domains with a device come up before interrupts do, also those that nobody used; so must their rail."""
    vm.modprobe("sunmao_npu")
    wait_parked(vm, 60)
    vm.sh("echo platform > /sys/power/pm_test; echo 0 > /sys/module/suspend/parameters/pm_test_delay")
    for _ in range(2):
        vm.sh("echo mem > /sys/power/state", 120)
        wait_parked(vm, 60)
        assert_unharmed(vm)
    assert "vdd_npu_s0: failed" not in vm.dmesg(), "the rail was switched without interrupts"
    t.tap(vm, scaled("npu-hazard --count 5 --no-suspend"), 300)
    assert_unharmed(vm)


# ---- these tests can fail: the same counters after the wrong order

@npu_test(needs=NEEDS, vm={"smp": 2, "overlays": [OPP_OVERLAY]})
def test_a_rail_that_sinks_is_counted(vm):
    """Somebody lowers the voltage behind the kernel's back, under the top clock."""
    vm.modprobe("sunmao_npu")
    Devfreq(vm).governor("performance")
    hold_awake(vm)
    vm.wait_for(lambda: core_rate(vm) == 1000 * MHZ, 30, "full speed")
    assert_unharmed(vm)
    vm.sh("npu-hazard rail /dev/i2c-1 0x42 750")
    vm.wait_for(lambda: vm.qom_get("cru", "npu-undervolt-events") == 1, 10, "the machine to notice")
    first = vm.qom_get("cru", "npu-undervolt-ns")
    vm.wait_for(lambda: vm.qom_get("cru", "npu-undervolt-ns") > first, 10, "the time to run")
    assert "npu-undervolt-events" in str(harm(vm))


ASSIGNED_RATE = """
/dts-v1/;
/plugin/;

/ {
    fragment@0 {
        target-path = "/npu@fdab0000";

        __overlay__ {
            assigned-clock-rates = <600000000>;
        };
    };
};
"""


@npu_test(kernels=("7.3",), profiles=("distro",), vm={
    "smp": 4, "overlays": [overlay_file("hazard-assigned-rate", ASSIGNED_RATE)]})
def test_a_rate_before_the_power_hangs(vm):
    """The field report of POWER 2.4 (1), with mainline's driver: the rate is set while the domain is off."""
    vm.allow_dmesg(".*")
    job = vm.spawn("modprobe rocket", 60)
    vm.wait_for(lambda: vm.qom_get("bl31", "hangs") == 1, 60, "the firmware to hang")
    assert not job.done(), "the caller came back"
    assert re.search(r"hangs in EL3", open(os.path.join(vm.log_dir, "qemu.log")).read())
    # whatever needs the lost processor would wait for it, the harness's own commands too
    vm.stop()
