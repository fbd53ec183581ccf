# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of clocks, voltages and sleep share."""

import os

from e2e.npu import CORES, DEVICES

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.."))
OPP_OVERLAY = os.path.join(TOP, "dt-bindings/overlays/rk3588-npu-opp.dtso")

MHZ = 1000000
PARKED = 198 * MHZ          # 200 MHz from a PLL: 1188 / 6 (hardware notes, POWER 2.2)
DOMAINS = ("nputop", "npu1", "npu2")

# Overlays that tests make up
MADE_UP = os.path.join(TOP, "build/test-overlays")

# Everything that must stay 0 whatever happens, as the machine counts it (tools/qemu/README.md)
MUST_BE_ZERO = tuple(
    [("cru", "niu-hangs"), ("cru", "npu-undervolt-events"), ("cru", "npu-margin-events"),
     ("bl31", "hangs"), ("scmi", "hangs"), ("pmu", "refused-power-ons"),
     ("pmu", "refused-idles"), ("pmu", "unsafe-power-offs"), ("npu-grf", "bus-errors")] +
    [(core, name) for core in CORES for name in ("bus-errors", "hangs", "dma-errors")])


def harm(vm):
    """Counters that are not 0 and must be."""
    values = {f"{device}/{name}": vm.qom_get(device, name) for device, name in MUST_BE_ZERO}
    return {name: value for name, value in values.items() if value}


def assert_unharmed(vm):
    """The hardware was treated well up to now."""
    found = harm(vm)
    assert not found, f"the machine counted {found}"


def core_rate(vm):
    """The NPU's clock in Hz as it is at this moment."""
    return vm.qom_get("cru", "npu-rate")


def rail(vm):
    """The NPU's supply in uV at this moment."""
    return vm.qom_get("vdd-npu", "microvolt")


def busy_ns(vm):
    """Time that all cores have computed."""
    return sum(vm.qom_get(core, "busy-ns") for core in CORES)


def domains(vm):
    """States of the NPU's power domains, on or off-n."""
    summary = vm.read("/sys/kernel/debug/pm_genpd/pm_genpd_summary")
    rows = [line.split() for line in summary.splitlines() if line and not line[0].isspace()]
    return {row[0]: row[1] for row in rows if row[0] in DOMAINS}


def wait_parked(vm, timeout=30):
    """Wait until the NPU sleeps, its clock taken off the ring."""
    vm.wait_for(lambda: all(state.startswith("off") for state in domains(vm).values())
                and core_rate(vm) in (0, PARKED), timeout, "the NPU to park and its domains to go off")


def hold_awake(vm, hold=True):
    """Keep the first core's domain on, with its clock, or let it sleep again."""
    vm.sh(f"echo {'on' if hold else 'auto'} > /sys/bus/platform/devices/{DEVICES[0]}/power/control")


class Devfreq:
    """The NPU's devfreq device in sysfs."""

    def __init__(self, vm):
        self.vm = vm
        found = vm.run("ls -d /sys/class/devfreq/*npu*").output.split()
        assert len(found) == 1, f"devfreq devices of the NPU: {found}"
        self.path = found[0]

    def read(self, name):
        """A file's text."""
        return self.vm.read(f"{self.path}/{name}")

    def write(self, name, value):
        """Write a file; returns the exit status."""
        return self.vm.run(f"echo {value} > {self.path}/{name}").rc

    def rates(self):
        """Rates on offer in Hz, lowest first."""
        return sorted(int(word) for word in self.read("available_frequencies").split())

    def governor(self, name):
        """Choose a governor."""
        assert self.write("governor", name) == 0, f"governor {name} of {self.read('available_governors')}"

    def fix(self, hz):
        """Hold a rate. A limit that somebody has left behind would make another one of it."""
        low, high = (int(self.read(name)) for name in ("min_freq", "max_freq"))
        assert low <= hz <= high, f"{hz} Hz is outside of the limits {low} to {high} Hz"
        self.governor("userspace")
        assert self.write("userspace/set_freq", hz) == 0

    def current(self):
        """The rate that the kernel believes in."""
        return int(self.read("cur_freq"))


def overlay_file(name, source):
    """Device tree source that a test makes up, as a file for the option "overlays"."""
    os.makedirs(MADE_UP, exist_ok=True)
    path = os.path.join(MADE_UP, name + ".dtso")
    with open(f"{path}.{os.getpid()}", "w") as f:
        f.write(source)
    os.replace(f"{path}.{os.getpid()}", path)
    return path
