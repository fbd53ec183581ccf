# SPDX-License-Identifier: GPL-2.0-only
"""Clients that die, cores that come and go, a machine that sleeps, a module that is loaded again."""

from e2e.npu import npu_test, scaled

VM_OPTIONS = {"smp": 4}
PROFILES = ("distro", "gki", "debug")
NEEDS = ("npu-lifecycle",)


KMEMLEAK = "/sys/kernel/debug/kmemleak"


def has_kmemleak(vm):
    """Whether this kernel can tell leaks."""
    return vm.run(f"test -e {KMEMLEAK}").rc == 0


def forget_leaks(vm):
    """Whatever the boot has left behind is not ours."""
    if has_kmemleak(vm):
        vm.sh(f"echo scan > {KMEMLEAK}; echo clear > {KMEMLEAK}", 600)


def check_leaks(vm):
    """What is found by two scans is no pointer on its way."""
    if has_kmemleak(vm):
        vm.sh(f"echo scan > {KMEMLEAK}; echo scan > {KMEMLEAK}", 1200)
        found = vm.read(KMEMLEAK)
        assert not found, found


@npu_test(needs=NEEDS)
def test_lifecycle(vm, t):
    forget_leaks(vm)
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-lifecycle"), 3600)
    check_leaks(vm)


@npu_test(needs=NEEDS, vm={"overlay": False}, not_profiles=("gki",))
def test_suspend(vm, t):
    """All devices sleep, the virtio channel among them: hence the UART, which needs a clock from the start."""
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-lifecycle --suspend"), 600)


@npu_test(needs=NEEDS, fresh=True)
def test_hundred_reloads(vm, t):
    forget_leaks(vm)
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
