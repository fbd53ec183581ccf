# SPDX-License-Identifier: GPL-2.0-only
"""Faults of the ISP: the frame that meets one is marked, the stream goes on, nobody else notices.

The guest's isp-fault streams on both instances; the first one's model injects the fault between
two frames.
"""

from e2e.isp import PROFILES, VM_OPTIONS, load, scaled, unload
from harness import tap

__all__ = ["PROFILES", "VM_OPTIONS"]
GO = "/tmp/isp-go"
FRAMES = 12


def stream(vm, t, model, prop, count, broken=None, frames=FRAMES):
    """A stream that meets @count faults, each in a frame of its own, or @broken frames together."""
    load(vm)
    vm.sh(f"rm -f {GO}")
    job = vm.spawn(scaled(f"isp-fault stream {frames} {broken or count} {GO}"), 400)
    job.wait_output(r"(?m)^# ready$", 60)
    vm.qom_set(model, prop, count)
    vm.put(GO, b"")
    result = job.wait(400)
    left = vm.qom_get(model, prop)
    vm.qom_set(model, prop, 0)
    t.save(f"isp-fault-{prop}-{count}.tap", result.output)
    bad = [c for c in tap.parse(result.output, result.rc) if c.status != "ok"]
    assert not bad, "\n".join(f"{c.name}: {c.detail}" for c in bad) + "\n" + result.output
    assert left == 0, f"{left} of {count} faults were not met"


def no_leftovers(vm):
    """A stream without faults, all right."""
    result = vm.run(scaled("isp-fault stream 6 0"), 120)
    assert result.rc == 0, f"after the faults:\n{result.output}"


def leave(vm, t, how, prop="fault-hang"):
    """The client goes while its frames hang."""
    load(vm)
    vm.sh(f"rm -f {GO}")
    job = vm.spawn(scaled(f"isp-fault {how} {GO}"), 300)
    job.wait_output(r"(?m)^# ready$", 60)
    vm.qom_set("isp0", prop, 1)
    vm.put(GO, b"")
    result = job.wait(300)
    vm.qom_set("isp0", prop, 0)
    assert result.rc == 0, result.output
    no_leftovers(vm)


def test_no_fault(vm, t):
    """The tests' own tool finds nothing to complain about."""
    load(vm)
    no_leftovers(vm)


def test_size_error(vm, t):
    for count in (1, 3):
        stream(vm, t, "isp0", "fault-size-error", count)
    no_leftovers(vm)


def test_bus_error(vm, t):
    for count in (1, 3):
        stream(vm, t, "isp0", "fault-bus-error", count)
    no_leftovers(vm)


def test_hang(vm, t):
    for count in (1, 2):
        stream(vm, t, "isp0", "fault-hang", count)
    no_leftovers(vm)


def test_lost_interrupt(vm, t):
    """The frame has ended in its time, but nobody was told."""
    for count in (1, 2):
        stream(vm, t, "isp0", "fault-lost-irq", count)
    no_leftovers(vm)


def test_iommu_page_fault(vm, t):
    """The IOMMU's driver has the translation repeated, which faults again @count - 1 times: one frame is marked."""
    for count in (1, 2, 5):
        faults = vm.qom_get("isp0-iommu", "page-faults")
        stream(vm, t, "isp0-iommu", "fault-page", count, broken=1)
        assert vm.qom_get("isp0-iommu", "page-faults") == faults + count
    no_leftovers(vm)


def test_many_faults(vm, t):
    """Every frame of a stream is hit: nothing wears out."""
    stream(vm, t, "isp0", "fault-size-error", 30, frames=30)
    stream(vm, t, "isp0", "fault-bus-error", 20, frames=20)
    no_leftovers(vm)


def test_closed_while_a_frame_hangs(vm, t):
    leave(vm, t, "close")


def test_stopped_while_a_frame_hangs(vm, t):
    leave(vm, t, "stop")


def test_closed_while_a_frame_waits_for_its_interrupt(vm, t):
    leave(vm, t, "close", "fault-lost-irq")


def test_module_leaves_and_returns(vm, t):
    """Unload, load, stream, ten times; a file that is open keeps the module."""
    load(vm)
    for _ in range(10):
        no_leftovers_short(vm)
        unload(vm)
        load(vm)
    no_leftovers(vm)


def no_leftovers_short(vm):
    """One frame on both instances."""
    result = vm.run(scaled("isp-fault stream 1 0"), 120)
    assert result.rc == 0, result.output
