# SPDX-License-Identifier: GPL-2.0-only
"""The virtual machine itself: the board's device tree, processors, interrupts, time."""

import re

from harness.runner import test

BOARD = "Radxa ROCK 5B"
PROFILES = ("distro", "gki", "debug")


@test(profiles=("distro", "debug"), vm={"overlay": False})
def test_unmodified_device_tree(vm, t):
    """The board's own device tree, byte for byte, boots to user space; commands go over the UART."""
    assert vm.image.device_tree(False, [], t.out_dir) == vm.image.board, "the tree was changed"
    model = vm.read("/proc/device-tree/model").rstrip("\0")
    assert model == BOARD, f"model is {model!r}"
    compatible = vm.get("/proc/device-tree/compatible").split(b"\0")
    assert b"rockchip,rk3588" in compatible, compatible
    assert vm.run("ls -d /proc/device-tree/virtio@*").rc != 0, "there is a node that no board has"
    assert vm.sh("cat /proc/1/comm") == "init"
    # What the boot loader adds, and only that: memory and the command line.
    assert "sunmao.agent=/dev/ttyS2" in vm.read("/proc/device-tree/chosen/bootargs")
    total = int(re.search(r"MemTotal: +(\d+) kB", vm.read("/proc/meminfo")).group(1))
    # KASAN and kmemleak take a quarter of it for themselves
    least = 1.4e6 if t.profile == "debug" else 1.8e6
    assert least < total < 2 * 1024 * 1024, f"{total} kB of the machine's 2 GiB"


# eight processors on a busy host with few: in virtual time, I2C transfers do not run into time limits
@test(vm={"smp": 8, "icount": "shift=2,sleep=off"})
def test_eight_processors(vm):
    """Four Cortex-A55, four Cortex-A76, in the order of the device tree."""
    assert vm.read("/sys/devices/system/cpu/online") == "0-7"
    parts = re.findall(r"CPU part\s*: (\w+)", vm.read("/proc/cpuinfo"))
    assert parts == ["0xd05"] * 4 + ["0xd0b"] * 4, parts


def test_interrupts_and_time(vm):
    """GICv3 and the architected timer drive the kernel."""
    interrupts = vm.read("/proc/interrupts")
    assert re.search(r"GICv3\s+\d+ Level\s+arch_timer", interrupts), interrupts
    before = float(vm.read("/proc/uptime").split()[0])
    vm.sh("sleep 1")
    passed = float(vm.read("/proc/uptime").split()[0]) - before
    # real time: a busy host may stretch it, nothing may shorten it
    assert 0.95 <= passed < 30, f"sleep 1 took {passed} s"


def test_processor_hotplug(vm):
    """A processor goes off and comes back through PSCI."""
    last = vm.smp - 1
    online = f"/sys/devices/system/cpu/cpu{last}/online"
    for _ in range(3):
        vm.sh(f"echo 0 > {online}")
        assert vm.read("/sys/devices/system/cpu/online") == f"0-{last - 1}"
        vm.sh(f"echo 1 > {online}")
        assert vm.read("/sys/devices/system/cpu/online") == f"0-{last}"


def test_suspend_to_idle(vm):
    """Devices suspend and resume (the kernel's own test level, which wakes up by itself)."""
    vm.sh("echo devices > /sys/power/pm_test")
    if vm.run("test -e /sys/module/suspend/parameters/pm_test_delay").rc == 0:
        vm.sh("echo 1 > /sys/module/suspend/parameters/pm_test_delay")
    vm.sh("echo freeze > /sys/power/state", timeout=90)
    assert "success: 1" in vm.read("/sys/kernel/debug/suspend_stats")
    vm.sh("echo none > /sys/power/pm_test")


@test(vm={"smp": 1, "icount": "shift=2,sleep=off"})
def test_counted_instructions(vm):
    """The machine works when virtual time is counted in instructions."""
    assert vm.read("/sys/devices/system/cpu/online") == "0"
    assert float(vm.read("/proc/uptime").split()[0]) > 0
