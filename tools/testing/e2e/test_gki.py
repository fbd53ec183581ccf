# SPDX-License-Identifier: GPL-2.0-only
"""A kernel with nothing of Rockchip in it, and modules for all of it, packed and loaded as on Android.

Clocks, pins, I2C, firmware clocks and the regulator are mainline's drivers as modules; power domains,
IOMMUs and the NPU are ours. The board's device tree is the unmodified one.
"""

import os
import struct

from e2e.npu import CORES, DEVICES, IOMMU_DEVICES, scaled
from harness.runner import test

PROFILES = ("gki",)
FOLDER = "/lib/modules/$(uname -r)"
# mainline's clock driver takes no clock away again, and the console has pins
STAY = ("clk_rk3588", "pinctrl_rockchip")
MARKER = b"~Module signature appended~\n"


def packed(vm):
    """Names of the packed modules, in load order."""
    paths = vm.sh(f"cat {FOLDER}/modules.load").split()
    return [os.path.basename(p)[:-3].replace("-", "_") for p in paths]


def loaded(vm):
    """Names of the loaded modules, the oldest first."""
    return [line.split()[0] for line in reversed(vm.read("/proc/modules").splitlines())]


def driver(vm, device):
    """The driver that has a platform device."""
    return os.path.basename(vm.sh(f"readlink /sys/bus/platform/devices/{device}/driver"))


def unload_iommus(vm):
    """A device that was once behind an IOMMU holds the module until the IOMMU goes."""
    vm.sh("cd /sys/bus/platform/drivers/sunmao-iommu && for d in *.iommu; do echo $d > unbind; done")
    vm.sh("rmmod sunmao_iommu")


def test_kernel_is_hardened(vm, t):
    """This is the kernel we think it is: no Rockchip drivers, no accel node, control flow checked."""
    config = vm.sh("zcat /proc/config.gz").splitlines()
    for line in ("CONFIG_CFI_CLANG=y" if t.kernel == "6.12" else "CONFIG_CFI=y", "CONFIG_SHADOW_CALL_STACK=y",
                 "CONFIG_MODVERSIONS=y", "CONFIG_TRIM_UNUSED_KSYMS=y", "CONFIG_UBSAN_TRAP=y", "CONFIG_MODULE_SIG=y"):
        assert line in config, f"{line} is missing"
    for name in ("ARCH_ROCKCHIP", "ROCKCHIP_IOMMU", "ROCKCHIP_PM_DOMAINS", "COMMON_CLK_ROCKCHIP"):
        assert f"CONFIG_{name}=y" not in config, f"{name} is set"


def test_load_order(vm):
    """Every module was inserted by itself, in the packed order; then every device has its driver."""
    wanted = packed(vm)
    assert loaded(vm) == wanted, f"loaded {loaded(vm)}, packed {wanted}"
    for names, name in ((DEVICES, "sunmao-npu"), (IOMMU_DEVICES, "sunmao-iommu"),
                        (("fd8d8000.power-management:power-controller",), "sunmao-pmdomain")):
        for device in names:
            assert driver(vm, device) == name, f"{device} has driver {driver(vm, device)}"
    assert "renderD128" in vm.sh("ls /dev/dri").split()
    assert vm.run("ls /dev/accel").rc != 0


def test_node_is_matched(vm):
    """The device tree's nodes name this module."""
    assert "rockchip,rk3588-rknn-core" in vm.sh(f"cat {FOLDER}/modules.alias")


@test(fresh=True)
def test_unload_and_reload(vm, t):
    """All modules go, the last loaded first, and come back; each time the NPU computes."""
    names = packed(vm)
    for _ in range(3):
        for core in CORES:
            vm.qom_set(core, "reset-counters", 0)
        vm.sh(scaled("npu-streams conv"), 300)
        assert sum(vm.qom_get(core, "jobs") for core in CORES) > 0
        for name in reversed(names):
            if name == "sunmao_iommu":
                refused = vm.run("rmmod sunmao_iommu")
                assert refused.rc != 0, "the IOMMUs' driver went from under the devices that it serves"
                unload_iommus(vm)
            elif name not in STAY:
                vm.sh(f"rmmod {name}")
        assert loaded(vm) == [n for n in names if n in STAY], loaded(vm)
        paths = vm.sh(f"cat {FOLDER}/modules.load").split()
        for name, path in zip(names, paths):
            if name not in STAY:
                vm.sh(f"insmod {FOLDER}/{path}")
    t.sub("gone and back", True)


@test(vm={"append": "lockdown=confidentiality"})
def test_lockdown(vm, t):
    """Signed modules load and work where the kernel trusts nobody; without its signature one does not load."""
    vm.sh("mount -t securityfs none /sys/kernel/security")
    assert "[confidentiality]" in vm.read("/sys/kernel/security/lockdown")
    vm.sh("rmmod sunmao_npu")
    path = vm.sh(f"echo {FOLDER}/updates/sunmao_npu.ko")
    signed = vm.get(path)
    assert signed.endswith(MARKER), "the module is not signed"
    length, = struct.unpack(">I", signed[-len(MARKER) - 4:-len(MARKER)])
    vm.put("/tmp/unsigned.ko", signed[:-len(MARKER) - 12 - length])
    assert vm.run("insmod /tmp/unsigned.ko").rc != 0, "a module without a signature was let in"
    assert "sunmao_npu" not in loaded(vm)
    vm.put("/tmp/changed.ko", signed.replace(b"Sunmao", b"sunmaO", 1))
    assert vm.run("insmod /tmp/changed.ko").rc != 0, "a module that was changed after it was signed was let in"
    vm.sh(f"insmod {path}")
    t.tap(vm, scaled("npu-streams"), 900)
