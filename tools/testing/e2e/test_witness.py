# SPDX-License-Identifier: GPL-2.0-only
"""Mainline's own drivers on the machine: they were written for the silicon and know nothing of us.

A model change that breaks one of these is wrong, whatever our driver thinks of it.
"""

import re

from harness.runner import test

WITH_ROCKCHIP = ("distro", "debug")
CLK = "/sys/kernel/debug/clk"
MHZ = 1000000

# PLL rates: what the board's device tree asks for (assigned-clock-rates of the CRU node), and the boot
# loader's CPLL. AUPLL's fraction is not exact: Linux computes what the registers say.
PLLS = {
    "gpll": (1188 * MHZ, 0),
    "cpll": (1500 * MHZ, 0),
    "npll": (850 * MHZ, 0),
    "ppll": (1100 * MHZ, 0),
    "aupll": (786432000, 100),
}

# Dividers and parents below the PLLs, from the same list and from fixed parts of the tree.
CLOCKS = {
    "xin24m": 24 * MHZ,
    "clk_150m_src": 150 * MHZ,
    "pclk_top_root": 100 * MHZ,
    # 100 MHz is asked for; below the 396 MHz of clk_400m_src the divider by 4 comes closest
    "pclk_pmu0_root": 99 * MHZ,
}

DOMAINS = ("npu", "nputop", "npu1", "npu2", "gpu", "vi", "isp1", "rkvdec0", "vop", "vo0")
NPU_VERSION = 1179210309


def rate(vm, name):
    """The rate of a clock in Hz."""
    return int(vm.read(f"{CLK}/{name}/clk_rate"))


def domain_states(vm):
    """Power domains and their states."""
    summary = vm.read("/sys/kernel/debug/pm_genpd/pm_genpd_summary")
    return dict(re.findall(r"^(\w\S*) +(on|off-\d+)", summary, re.M))


@test(profiles=WITH_ROCKCHIP)
def test_clock_tree(vm, t):
    """clk-rk3588 reads PLLs, muxes and dividers back as the device tree asked for them."""
    t.save("clk_summary", vm.sh(f"cat {CLK}/clk_summary"))
    for name, (wanted, slack) in PLLS.items():
        assert abs(rate(vm, name) - wanted) <= slack, f"{name} runs at {rate(vm, name)} Hz"
    for name, wanted in CLOCKS.items():
        assert rate(vm, name) == wanted, f"{name} runs at {rate(vm, name)} Hz"
    # the console's baud clock, below a fractional divider: 1500000 baud need 24 MHz
    assert rate(vm, "sclk_uart2") == 24 * MHZ


@test(profiles=WITH_ROCKCHIP)
def test_scmi_clocks(vm):
    """The firmware's clocks are registered, and the NPU's answers."""
    names = vm.sh(f"ls {CLK}").split()
    scmi = [n for n in names if n.startswith("scmi_clk")]
    assert "scmi_clk_npu" in scmi, f"of SCMI there are: {scmi}"
    assert rate(vm, "scmi_clk_npu") > 0


@test(profiles=WITH_ROCKCHIP)
def test_power_domains(vm):
    """The power-domain driver knows the domains; what nobody uses is off."""
    states = domain_states(vm)
    missing = [d for d in DOMAINS if d not in states]
    assert not missing, f"no domain {missing} in {states}"
    # the IOMMU driver lets them sleep, no NPU driver is loaded
    vm.wait_for(lambda: all(domain_states(vm)[d].startswith("off") for d in ("npu1", "npu2")), 20,
                "the NPU domains to go off")


@test(profiles=WITH_ROCKCHIP)
def test_npu_regulator(vm):
    """i2c1 works; fan53555 finds the RK8602 at 0x42 and reads its identity and voltage."""
    found = vm.sh("for d in /sys/bus/i2c/devices/*-0042; do readlink $d/driver; done")
    assert "/i2c/drivers/fan53555" in found, found
    assert re.search(r"FAN53555 Option\[\d+\] Rev\[\d+\] Detected!", vm.dmesg()), "no identity read"
    where = vm.sh("grep -lx vdd_npu_s0 /sys/class/regulator/*/name").rsplit("/", 1)[0]
    microvolts = int(vm.read(where + "/microvolts"))
    # the range that the board's device tree allows
    assert 550000 <= microvolts <= 950000, f"{microvolts} uV"


@test(profiles=WITH_ROCKCHIP)
def test_iommu(vm, t):
    """rockchip-iommu is there for the three cores, and serves them as soon as the kernel links them."""
    for mmu, core in (("fdab9000", "fdab0000"), ("fdaca000", "fdac0000"), ("fdada000", "fdad0000")):
        devices = vm.sh(f"ls /sys/class/iommu/{mmu}.iommu/devices")
        # before 6.15 a device meets its IOMMU only when a driver takes it
        assert t.kernel == "6.12" or f"{core}.npu" in devices, f"{mmu}: {devices}"


@test(profiles=WITH_ROCKCHIP)
def test_thermal_and_otp(vm):
    """The temperature of the NPU is plausible, and the OTP identifies the chip."""
    zone = vm.sh("grep -lx npu-thermal /sys/class/thermal/*/type").rsplit("/", 1)[0]
    millidegrees = int(vm.read(zone + "/temp"))
    assert 0 < millidegrees < 100000, f"{millidegrees} m°C"
    otp = vm.sh("ls -d /sys/bus/nvmem/devices/rockchip-otp*")
    data = vm.get(otp + "/nvmem")
    assert len(data) >= 0x400, f"{len(data)} bytes"
    assert any(data[:32]) and any(b != 0xff for b in data[:32]), "the OTP is blank"


@test(profiles=WITH_ROCKCHIP)
def test_temperatures_and_cells_by_property(vm):
    """What a test sets on the models is what mainline's drivers read."""
    zones = {"package-thermal": 0, "npu-thermal": 6}
    for name, channel in zones.items():
        zone = vm.sh(f"grep -lx {name} /sys/class/thermal/*/type").rsplit("/", 1)[0]
        for millidegrees in (-20000, 5000, 25000, 61000, 90000):
            vm.qom_set("tsadc", f"temperature-{channel}", millidegrees)
            # one step of the sensor is 0.93 degrees
            assert abs(int(vm.read(zone + "/temp")) - millidegrees) <= 1000, f"{name} at {millidegrees}"
        vm.qom_set("tsadc", f"temperature-{channel}", 30000)
    cells = bytearray.fromhex(vm.qom_get("otp", "cells"))
    cells[0x06] = cells[0x06] & 0xe0 | 0x0a
    vm.qom_set("otp", "cells", cells.hex())
    otp = vm.sh("ls -d /sys/bus/nvmem/devices/rockchip-otp*")
    assert vm.get(otp + "/nvmem")[:len(cells)] == bytes(cells)


@test(kernels=("7.3",), profiles=WITH_ROCKCHIP, fresh=True)
def test_rocket(vm):
    """Mainline's NPU driver finds three cores, lets them sleep, and leaves without a trace."""
    assert vm.run("ls /dev/accel").rc != 0, "there is an accel node before any driver"
    reads = [vm.qom_get(f"npu{n}", "mmio-reads") for n in range(3)]
    vm.modprobe("rocket")
    log = vm.dmesg()
    found = sorted(re.findall(r"Rockchip NPU core (\d) version: (\d+)", log))
    assert found == [(str(n), str(NPU_VERSION)) for n in range(3)], found
    assert vm.sh("ls /dev/accel") == "accel0"
    for n in range(3):
        assert vm.qom_get(f"npu{n}", "mmio-reads") > reads[n], f"core {n} was never asked"
        assert vm.qom_get(f"npu{n}", "bus-errors") == 0, f"core {n} was accessed while it was off"
    assert rate(vm, "scmi_clk_npu") == 200 * MHZ
    # autosuspend: all three go to sleep, and the domains with them
    vm.wait_for(lambda: all(domain_states(vm)[d].startswith("off") for d in ("nputop", "npu1", "npu2")),
                20, "the NPU to power down")
    vm.sh("rmmod rocket")
    assert vm.run("ls /dev/accel/accel0").rc != 0
    vm.modprobe("rocket")
    assert len(re.findall(r"Rockchip NPU core (\d) version: (\d+)", vm.dmesg())) == 6
