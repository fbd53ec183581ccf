# SPDX-License-Identifier: GPL-2.0-only
"""The module on kernels that cannot reach the hardware: it loads, waits for its device, and leaves."""

from harness.runner import test

PROFILES = ("gki",)


def test_kernel_is_hardened(vm):
    """This is the kernel we think it is: no Rockchip drivers, no accel subsystem, control flow checked."""
    config = vm.sh("zcat /proc/config.gz")
    for line in ("CONFIG_CFI_CLANG=y", "CONFIG_SHADOW_CALL_STACK=y", "CONFIG_MODVERSIONS=y",
                 "CONFIG_TRIM_UNUSED_KSYMS=y", "CONFIG_UBSAN_TRAP=y"):
        assert line in config.splitlines(), f"{line} is missing"
    for name in ("CONFIG_ARCH_ROCKCHIP", "CONFIG_DRM_ACCEL"):
        assert f"{name}=y" not in config, f"{name} is set"


def test_load_and_unload(vm):
    """Ten times in and out: unsigned, without versions that do not fit, without a complaint."""
    for _ in range(10):
        vm.modprobe("sunmao_npu")
        assert "sunmao_npu" in vm.sh("cat /proc/modules")
        assert vm.run("test -d /sys/bus/platform/drivers/sunmao-npu").rc == 0
        vm.sh("rmmod sunmao_npu")
    assert vm.run("ls /dev/accel").rc != 0


@test(name="node is matched")
def test_match(vm):
    """The device tree's nodes name this module."""
    aliases = vm.sh("cat /lib/modules/$(uname -r)/modules.alias")
    assert "rockchip,rk3588-rknn-core" in aliases
