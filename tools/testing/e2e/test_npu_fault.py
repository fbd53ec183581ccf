# SPDX-License-Identifier: GPL-2.0-only
"""Faults: the job that meets one fails alone, and the next jobs of everybody are right.

The guest's npu-fault keeps two clients open, a victim and a bystander; the models inject the fault.
Which core a job goes to is the driver's choice, so that faults are armed on all of them.
"""

from e2e.npu import CORES, IOMMUS, npu_test, scaled, wait_suspended

VM_OPTIONS = {"smp": 4}
PROFILES = ("distro", "gki", "debug")
NEEDS = ("npu-fault",)


class Clients:
    """The victim and the bystander."""

    def __init__(self, vm):
        self.vm = vm
        vm.modprobe("sunmao_npu")
        self.job = vm.spawn(scaled("npu-fault serve"), 1800)
        self.job.wait_output(r"(?m)^ready$", 60)

    def do(self, command):
        """One command; AssertionError with its TAP when it fails."""
        result = self.vm.run(f"npu-fault do {command}", 600)
        assert result.rc == 0, f"{command}:\n{result.output}"
        return result.output

    def __enter__(self):
        self.do("ok")
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.vm.run("npu-fault quit", 60)
            assert self.job.wait(60).rc == 0
        else:
            self.job.kill()


def arm(vm, models, prop, value=1):
    """Set a fault property on all models."""
    for model in models:
        vm.qom_set(model, prop, value)


def disarm(vm, models, prop):
    """Clear a count of faults; returns how many were met."""
    left = [vm.qom_get(model, prop) for model in models]
    for model in models:
        vm.qom_set(model, prop, 0)
    return len(models) - sum(left)


def fault(vm, models, prop, command):
    """One fault per model, met by the victim; then everybody goes on."""
    with Clients(vm) as clients:
        for _ in range(2):
            arm(vm, models, prop)
            clients.do(command)
            assert disarm(vm, models, prop) > 0, "no job met the fault"
            clients.do("ok")
            clients.do("ok")


@npu_test(needs=NEEDS)
def test_hung_job(vm):
    fault(vm, CORES, "fault-hang", "error")


@npu_test(needs=NEEDS)
def test_lost_interrupt(vm):
    # A driver that looks at the status may find that the job has ended well.
    fault(vm, CORES, "fault-lost-irq", "either")


@npu_test(needs=NEEDS)
def test_dma_read_error(vm):
    fault(vm, CORES, "fault-dma-read", "error")


@npu_test(needs=NEEDS)
def test_dma_write_error(vm):
    fault(vm, CORES, "fault-dma-write", "error")


@npu_test(needs=NEEDS)
def test_iommu_page_fault(vm):
    fault(vm, IOMMUS, "fault-page", "error")


@npu_test(needs=NEEDS)
def test_own_page_fault_beside_others(vm):
    with Clients(vm) as clients:
        clients.do("beside")
        clients.do("ok")


@npu_test(needs=NEEDS)
def test_signal_during_wait(vm):
    with Clients(vm) as clients:
        arm(vm, CORES, "fault-hang")
        clients.do("signal")
        disarm(vm, CORES, "fault-hang")
        clients.do("ok")


@npu_test(needs=NEEDS)
def test_close_with_hung_job(vm):
    with Clients(vm) as clients:
        for _ in range(3):
            arm(vm, CORES, "fault-hang")
            clients.do("close")
            disarm(vm, CORES, "fault-hang")
            clients.do("ok")


@npu_test(needs=NEEDS)
def test_many_hung_jobs(vm):
    """Twenty timeouts in a row: nothing wears out."""
    with Clients(vm) as clients:
        for _ in range(7):
            arm(vm, CORES, "fault-hang")
            clients.do("error")
            disarm(vm, CORES, "fault-hang")
        clients.do("ok")


@npu_test(needs=NEEDS)
def test_stuck_reset_of_one_core(vm):
    """A core that no reset revives is given up; the others serve."""
    with Clients(vm) as clients:
        arm(vm, CORES, "fault-hang")
        vm.qom_set("npu0", "fault-stuck-reset", True)
        clients.do("either")
        disarm(vm, CORES, "fault-hang")
        clients.do("either")
        clients.do("either")
        vm.qom_set("npu0", "fault-stuck-reset", False)
        wait_suspended(vm)
        clients.do("either")
        clients.do("ok")
        clients.do("ok")


@npu_test(needs=NEEDS)
def test_stuck_reset_of_all_cores(vm):
    """Nothing serves any more: jobs fail instead of waiting for ever, until a core can be revived."""
    with Clients(vm) as clients:
        arm(vm, CORES, "fault-hang")
        arm(vm, CORES, "fault-stuck-reset", True)
        clients.do("error")
        disarm(vm, CORES, "fault-hang")
        clients.do("either")
        arm(vm, CORES, "fault-stuck-reset", False)
        wait_suspended(vm)
        clients.do("either")
        clients.do("ok")


@npu_test(needs=NEEDS)
def test_stuck_iommu_stall(vm):
    with Clients(vm) as clients:
        arm(vm, IOMMUS, "fault-stuck-stall", True)
        arm(vm, CORES, "fault-hang")
        clients.do("either")
        disarm(vm, CORES, "fault-hang")
        arm(vm, IOMMUS, "fault-stuck-stall", False)
        clients.do("either")
        clients.do("ok")


def transfers_of_a_wake(vm, clients):
    """How often the regulator is spoken to when a sleeping NPU gets work."""
    wait_suspended(vm)
    before = vm.qom_get("vdd-npu", "transfers")
    clients.do("ok")
    return vm.qom_get("vdd-npu", "transfers") - before


@npu_test(needs=NEEDS)
def test_regulator_does_not_answer(vm, t):
    """The rail cannot be switched on: jobs fail, and work again when the chip is back."""
    with Clients(vm) as clients:
        if not transfers_of_a_wake(vm, clients):
            # 6.12's power domains do not switch it; the driver holds it while it is loaded.
            assert t.kernel == "6.12", "nobody spoke to the regulator"
            t.skip("the rail stays on between jobs")
        for naks in (1000, 1):
            wait_suspended(vm)
            vm.qom_set("vdd-npu", "fault-nak", naks)
            clients.do("either")
            assert vm.qom_get("vdd-npu", "fault-nak") < naks, "nobody spoke to the regulator"
            vm.qom_set("vdd-npu", "fault-nak", 0)
            clients.do("ok")


@npu_test(needs=NEEDS, fresh=True)
def test_regulator_does_not_answer_at_load(vm):
    """No rail, no device; with the rail back the module loads as if nothing had happened."""
    vm.run("rmmod sunmao_npu", 60)
    vm.qom_set("vdd-npu", "fault-nak", 1000)
    vm.run("modprobe sunmao_npu", 120)
    assert vm.qom_get("vdd-npu", "fault-nak") < 1000, "nobody spoke to the regulator"
    vm.qom_set("vdd-npu", "fault-nak", 0)
    vm.run("rmmod sunmao_npu", 60)
    with Clients(vm) as clients:
        clients.do("ok")


@npu_test(needs=NEEDS)
def test_power_domain_of_one_core_stuck(vm):
    """Not a domain of all cores: mainline's own driver reads a dead block when that one fails."""
    with Clients(vm) as clients:
        wait_suspended(vm)
        vm.qom_set("pmu", "fault-stuck-domain", "npu1")
        clients.do("either")
        clients.do("either")
        vm.qom_set("pmu", "fault-stuck-domain", "")
        wait_suspended(vm)
        clients.do("either")
        clients.do("ok")


@npu_test(needs=NEEDS)
def test_hostile_streams(vm, t):
    vm.modprobe("sunmao_npu")
    t.tap(vm, scaled("npu-fault"), 3600)
