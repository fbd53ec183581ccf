# SPDX-License-Identifier: GPL-2.0-only
"""Our IOMMU and power-domain modules on a distribution's kernel, which has mainline's drivers for both built in.

Next to those ours stay away. With those left out on the command line ours take their place, under our NPU
driver; the same programs pass that pass with mainline's in the other test files.
"""

from e2e.npu import CORES, DEVICES, IOMMU_DEVICES, IOMMUS, npu_test, scaled, wait_suspended
from e2e.test_npu_fault import Clients, arm, disarm
from harness.runner import test

PROFILES = ("distro", "debug")
WITHOUT = "initcall_blacklist=rk_iommu_driver_init,rockchip_pm_domain_drv_register"
OURS = {"smp": 4, "append": WITHOUT}
CONTROLLER = "fd8d8000.power-management:power-controller"
IOMMU_DRIVER = "/sys/bus/platform/drivers/sunmao-iommu"


def driver(vm, device):
    """The driver that has a platform device."""
    return vm.sh(f"readlink /sys/bus/platform/devices/{device}/driver").split("/")[-1]


def load(vm):
    """Our three drivers, as on a kernel without mainline's."""
    for device in (CONTROLLER, *IOMMU_DEVICES):
        assert vm.run(f"ls /sys/bus/platform/devices/{device}/driver").rc != 0, f"{device} has a driver"
    vm.modprobe("sunmao_pmdomain")
    vm.modprobe("sunmao_iommu")
    assert driver(vm, CONTROLLER) == "sunmao-pmdomain"
    for device in IOMMU_DEVICES:
        assert driver(vm, device) == "sunmao-iommu"
    vm.modprobe("sunmao_npu")
    for device in DEVICES:
        assert driver(vm, device) == "sunmao-npu"


def clean(vm):
    """No IOMMU or core was touched without power, and no domain went off under traffic."""
    for model in (*CORES, *IOMMUS):
        assert vm.qom_get(model, "bus-errors") == 0, f"{model} was accessed while it was off"
    for counter in ("unsafe-power-offs", "refused-power-ons", "refused-idles"):
        assert vm.qom_get("pmu", counter) == 0, counter


def test_stays_out_of_the_way(vm):
    """Next to the built-in drivers ours do not load, say why, and touch nothing."""
    for module, owner in (("sunmao_iommu", "rk_iommu"), ("sunmao_pmdomain", "rockchip-pm-domain")):
        before = [vm.qom_get(model, "mmio-writes") for model in (*IOMMUS, "pmu")]
        refused = vm.run(f"modprobe {module}")
        assert refused.rc != 0, f"{module} is loaded next to {owner}"
        assert f"{module}: not needed, driver {owner} has" in vm.dmesg()
        assert [vm.qom_get(model, "mmio-writes") for model in (*IOMMUS, "pmu")] == before, f"{module} wrote"
    vm.modprobe("sunmao_npu")
    vm.sh(scaled("npu-streams conv"), 300)


@npu_test(needs=("npu-streams",), vm=OURS)
def test_streams(vm, t):
    load(vm)
    t.tap(vm, scaled("npu-streams"), 900)
    wait_suspended(vm)
    clean(vm)


@npu_test(needs=("npu-fault",), vm=OURS)
def test_faults(vm, t):
    """What the IOMMUs and domains have part in; a fault is reported and fails its job alone."""
    load(vm)
    with Clients(vm) as clients:
        for models, prop, command in ((IOMMUS, "fault-page", "error"), (CORES, "fault-hang", "error"),
                                      (CORES, "fault-dma-read", "error")):
            arm(vm, models, prop)
            clients.do(command)
            assert disarm(vm, models, prop) > 0, f"no job met {prop}"
            clients.do("ok")
            clients.do("ok")
        clients.do("beside")
        clients.do("ok")
        arm(vm, IOMMUS, "fault-stuck-stall", True)
        arm(vm, CORES, "fault-hang")
        clients.do("either")
        disarm(vm, CORES, "fault-hang")
        arm(vm, IOMMUS, "fault-stuck-stall", False)
        clients.do("either")
        clients.do("ok")
    log = vm.dmesg()
    assert "of unmapped address" in log and ".npu" in log, "no fault was reported"
    t.sub("faults of the IOMMU", True)


@npu_test(needs=("npu-fault",), vm=OURS)
def test_stuck_domains(vm, t):
    """Also the domains that all cores share: the framework is told, nothing is read from a dead block."""
    load(vm)
    with Clients(vm) as clients:
        for name in ("npu1", "nputop", "npu"):
            wait_suspended(vm)
            vm.qom_set("pmu", "fault-stuck-domain", name)
            clients.do("either")
            vm.qom_set("pmu", "fault-stuck-domain", "")
            wait_suspended(vm)
            clients.do("either")
            clients.do("ok")
            clients.do("ok")
            t.sub(f"{name} comes back", True)
    for model in (*CORES, *IOMMUS):
        assert vm.qom_get(model, "bus-errors") == 0, f"{model} was accessed while it was off"


@npu_test(needs=("npu-lifecycle",), vm=OURS)
def test_clients_that_die(vm, t):
    load(vm)
    t.tap(vm, scaled("npu-lifecycle client"), 1800)


@npu_test(needs=("npu-streams",), vm=OURS)
def test_unload(vm):
    """Not while they are needed; then in any order that leaves nothing behind, and back."""
    for _ in range(3):
        load(vm)
        vm.sh(scaled("npu-streams conv"), 300)
        assert vm.run("rmmod sunmao_pmdomain").rc != 0, "the power domains went from under their devices"
        assert vm.run("rmmod sunmao_iommu").rc != 0, "the IOMMUs went from under their masters"
        vm.sh(scaled("npu-streams conv"), 300)
        vm.sh("rmmod sunmao_npu")
        # a device that was once behind an IOMMU holds the module until the IOMMU goes
        vm.sh(f"cd {IOMMU_DRIVER} && for d in *.iommu; do echo $d > unbind; done")
        vm.sh("rmmod sunmao_iommu")
        vm.sh("rmmod sunmao_pmdomain")
        assert vm.run("ls /sys/class/iommu/*").output.strip() == "" or vm.run("ls /sys/class/iommu/*").rc
    clean(vm)


@npu_test(needs=("npu-streams",), vm=OURS)
def test_iommu_goes_and_comes(vm):
    """Unbinding an IOMMU unbinds the core behind it; both come back and compute."""
    load(vm)
    for mmu, core in zip(IOMMU_DEVICES, DEVICES):
        vm.sh(f"echo {mmu} > {IOMMU_DRIVER}/unbind")
        assert vm.run(f"ls /sys/bus/platform/drivers/sunmao-npu/{core}").rc != 0, f"{core} lost its IOMMU and works on"
        vm.sh(f"echo {mmu} > {IOMMU_DRIVER}/bind")
        vm.sh(f"[ -e /sys/bus/platform/drivers/sunmao-npu/{core} ] || "
              f"echo {core} > /sys/bus/platform/drivers/sunmao-npu/bind")
    vm.sh(scaled("npu-streams conv"), 300)
    clean(vm)


@test(vm={"smp": 2, "append": "initcall_blacklist=rk_iommu_driver_init"})
def test_our_iommus_in_mainlines_domains(vm):
    """One of ours, one of mainline's."""
    vm.modprobe("sunmao_iommu")
    vm.modprobe("sunmao_npu")
    vm.sh(scaled("npu-streams conv"), 300)
    assert driver(vm, CONTROLLER) == "rockchip-pm-domain"
    assert driver(vm, IOMMU_DEVICES[0]) == "sunmao-iommu"


@test(vm={"smp": 2, "append": "initcall_blacklist=rockchip_pm_domain_drv_register"})
def test_mainlines_iommus_in_our_domains(vm):
    """The other way round."""
    vm.modprobe("sunmao_pmdomain")
    vm.modprobe("sunmao_npu")
    vm.sh(scaled("npu-streams conv"), 300)
    assert driver(vm, CONTROLLER) == "sunmao-pmdomain"
    assert driver(vm, IOMMU_DEVICES[0]) == "rk_iommu"
