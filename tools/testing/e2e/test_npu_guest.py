# SPDX-License-Identifier: GPL-2.0-only
"""Raw register streams and every ioctl: mainline's rocket as the witness, then sunmao_npu."""

import os

from e2e.npu import npu_test, scaled
from harness.runner import test

VM_OPTIONS = {"smp": 4}
PROFILES = ("distro", "gki", "debug")
GUEST = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "guest")


@test(vm=False)
def test_the_tests(t):
    """Layouts, stream grammar and reference arithmetic, on the host."""
    out = os.path.join(t.out_dir, "selftest")
    t.report(t.host("selftest", ["make", "-s", "-C", GUEST, f"O={out}", "selftest"]))


# -icount: rocket's 500 ms for a job must not pass while a busy host runs somebody else.
@npu_test(kernels=("7.3",), not_profiles=("gki",), needs=("npu-streams",),
          vm={"icount": "shift=2,sleep=off"})
def test_streams_on_rocket(vm, t):
    """Neither the driver nor the reference knows the model: both agree with it, or one is wrong."""
    vm.modprobe("rocket")
    t.tap(vm, scaled("npu-streams --rocket"), 900)


@npu_test(needs=("npu-streams",))
def test_streams(vm, t):
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-streams"), 900)


@npu_test(needs=("npu-ioctl",))
def test_ioctls(vm, t):
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-ioctl"), 1800)


@npu_test(needs=("npu-ioctl",), vm={"memory": "1G"})
def test_exhaustion(vm, t):
    vm.modprobe("sunmao_npu")
    # A kernel that runs out of memory says so; it is no complaint about itself.
    t.tap(vm, scaled("npu-ioctl --exhaust"), 1200)


@npu_test(needs=("npu-fuzz",))
def test_random_calls(vm, t):
    vm.modprobe("sunmao_npu")
    for seed in (1, 2, 3):
        t.tap(vm, scaled(f"npu-fuzz --seed {seed}"), 900)


@npu_test(needs=("npu-fuzz",))
def test_random_streams(vm, t):
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-fuzz --streams --seed 4 --calls 600"), 1800)
