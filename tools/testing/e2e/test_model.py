# SPDX-License-Identifier: GPL-2.0-only
"""The models on their own: arithmetic of NPU and ISP without QEMU, registers without a guest."""

import os

from harness.runner import test

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../qemu/tests")


def over_qtest(t, program):
    """A script that drives the machine over qtest; its cases are results of their own."""
    t.report(t.host(program[:-len(".py")], [os.path.join(TESTS, program), t.runner.setup.qemu]))


def arithmetic(t, name):
    """Build and run a unit test of a data path; its cases count as one result."""
    out = os.path.join(t.out_dir, name)
    cases = t.host(name, ["make", "-s", "-C", TESTS, f"BUILD={out}", f"check-{name}"])
    wrong = [f"{case.name} {case.detail}" for case in cases if case.status != "ok"]
    assert cases and not wrong, f"{len(wrong)} of {len(cases)} cases:\n" + "\n".join(wrong[:10])


@test(vm=False)
def test_npu_arithmetic(t):
    """Hundreds of seeded shapes against a reference on plain arrays."""
    arithmetic(t, "npu-compute")


@test(vm=False)
def test_isp_arithmetic(t):
    """Small vectors for every block of the picture and every statistics unit."""
    arithmetic(t, "isp-pipe")


@test(vm=False)
def test_isp_registers(t):
    """Triggers, shadows, interrupts, soft resets, IOMMU, faults: over qtest."""
    over_qtest(t, "qtest-isp.py")


@test(vm=False)
def test_npu_registers(t):
    """PC, register groups, chains, interrupts, resets, IOMMU: over qtest."""
    over_qtest(t, "qtest-npu.py")


@test(vm=False)
def test_machine_registers(t):
    """Clocks, power domains, the regulator and the small peripherals: over qtest."""
    over_qtest(t, "qtest-machine.py")


@test(vm=False)
def test_firmware(t):
    """SCMI rates of the NPU's clock and what they do at the wrong time, from a CPU without a kernel."""
    over_qtest(t, "qtest-firmware.py")


@test(vm=False)
def test_charger_registers(t):
    """The charge pump's protections, watchdog and ADC: over qtest."""
    over_qtest(t, "qtest-charger.py")
