# SPDX-License-Identifier: GPL-2.0-only
"""Many frames through the ISP: settings per frame, formats, sizes, instances, contexts."""

from e2e.common import wait_suspended
from e2e.isp import DEVICES, MODELS, PROFILES, VM_OPTIONS, load, scaled
from harness.runner import test

__all__ = ["PROFILES", "VM_OPTIONS"]


def test_frames(vm, t):
    load(vm)
    for model in MODELS:
        vm.qom_set(model, "reset-counters", 0)
    t.tap(vm, scaled("isp-frames"), 900)
    for model in MODELS:
        assert vm.qom_get(model, "frames") > 0, f"{model} has done nothing"
        assert vm.qom_get(model, "bus-errors") == 0, f"{model} was touched while it was off"
        assert vm.qom_get(model, "dma-errors") == 0, f"{model} missed its buffers"


def test_largest_picture(vm, t):
    load(vm)
    t.tap(vm, scaled("isp-frames --largest"), 600)


@test(fresh=True)
def test_contexts(vm, t):
    """Four contexts share one instance."""
    load(vm, contexts=4)
    t.tap(vm, scaled("isp-frames --contexts"), 900)


def test_sleeps_between_streams(vm, t):
    """Without a stream both instances are powered down; the next stream wakes them."""
    load(vm)
    for _ in range(3):
        wait_suspended(vm, DEVICES)
        vm.sh(scaled("isp-frames --run 4"), 120)
