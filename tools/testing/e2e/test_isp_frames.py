# SPDX-License-Identifier: GPL-2.0-only
"""Many frames through the ISP: settings per frame, formats, sizes, instances, contexts."""

from e2e.isp import MODELS, VM_OPTIONS, isp_test, load, scaled

__all__ = ["VM_OPTIONS"]
NEEDS = ("isp-frames",)


@isp_test(needs=NEEDS)
def test_frames(vm, t):
    load(vm, t)
    for model in MODELS:
        vm.qom_set(model, "reset-counters", 0)
    t.tap(vm, scaled("isp-frames"), 900)
    for model in MODELS:
        assert vm.qom_get(model, "frames") > 0, f"{model} has done nothing"
        assert vm.qom_get(model, "bus-errors") == 0, f"{model} was touched while it was off"
        assert vm.qom_get(model, "dma-errors") == 0, f"{model} missed its buffers"


@isp_test(needs=NEEDS)
def test_largest_picture(vm, t):
    load(vm, t)
    t.tap(vm, scaled("isp-frames --largest"), 600)


@isp_test(needs=NEEDS, fresh=True)
def test_contexts(vm, t):
    """Four contexts share one instance."""
    load(vm, t, "contexts=4")
    t.tap(vm, scaled("isp-frames --contexts"), 900)


@isp_test(needs=NEEDS)
def test_sleeps_between_streams(vm, t):
    """Without a stream both instances are powered down; the next stream wakes them."""
    load(vm, t)
    files = " ".join(f"/sys/bus/platform/devices/{d}/power/runtime_status"
                     for d in ("fdcb0000.isp", "fdcc0000.isp"))
    for _ in range(3):
        vm.sh(f"while grep -qv suspended {files}; do sleep 0.02; done", 60)
        vm.sh(scaled("isp-frames --run 4"), 120)
