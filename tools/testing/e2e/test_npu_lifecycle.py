# SPDX-License-Identifier: GPL-2.0-only
"""Clients that die, cores that come and go, a machine that sleeps, a module that is loaded again."""

from e2e.npu import npu_test, scaled

VM_OPTIONS = {"smp": 4}
NEEDS = ("npu-lifecycle",)


def check_leaks(vm):
    """kmemleak, on kernels that have it: what is found twice is no pointer on its way."""
    if vm.run("test -e /sys/kernel/debug/kmemleak").rc:
        return
    vm.sh("echo scan > /sys/kernel/debug/kmemleak; echo scan > /sys/kernel/debug/kmemleak", 600)
    found = vm.read("/sys/kernel/debug/kmemleak")
    assert not found, found


@npu_test(needs=NEEDS)
def test_lifecycle(vm, t):
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-lifecycle"), 3600)
    check_leaks(vm)


@npu_test(needs=NEEDS, vm={"overlay": False})
def test_suspend(vm, t):
    """All devices sleep, the virtio channel among them: hence the UART."""
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-lifecycle --suspend"), 600)


@npu_test(needs=NEEDS, fresh=True)
def test_hundred_reloads(vm, t):
    vm.modprobe("sunmao_npu")
    module = vm.sh("modinfo -n sunmao_npu 2>/dev/null || find /usr/lib/modules /lib/modules "
                   "-name 'sunmao_npu.ko' | head -n 1")
    t.tap(vm, scaled(f"npu-lifecycle --reload {module} 100"), 1800)
    check_leaks(vm)


@npu_test(needs=NEEDS, vm={"smp": 1})
def test_one_cpu(vm, t):
    """Clients that die and clients at once with a single CPU, where orders differ."""
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-lifecycle client"), 1800)
