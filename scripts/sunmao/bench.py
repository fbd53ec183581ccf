# SPDX-License-Identifier: GPL-2.0-only
"""make bench: counts per network and per job, mainline's rocket and ours on the same machine model and kernel.

Counts hold on any host. Busy time is that of the modelled NPU on a machine that counts instructions
(-icount), so it does not depend on the host either. Seconds of the host are not a result.
"""

import json
import os

import bench_iommu
import cache
import demo
import kernel
import testing
from ui import Failure, say

OUT = os.path.join(cache.BUILD, "bench")
NETWORKS = ("conv1x1", "conv3x3", "mobilenet-v1-96")
REPEAT = 5
DRIVERS = ("rocket", "sunmao_npu")
LIMIT_S = 1200
ICOUNT = "shift=2,sleep=off"
COUNTERS = ("jobs", "tasks", "irqs", "mmio-writes", "mmio-reads", "dma-read-bytes", "dma-write-bytes",
            "busy-ns", "macs")
MMU_COUNTERS = ("mmio-writes", "mmio-reads", "tlb-hits", "tlb-misses", "zaps", "page-faults")


def snapshot(vm):
    """All counters, summed over cores and over their IOMMUs."""
    values = {name: sum(vm.qom_get(core, name) for core in demo.CORES) for name in COUNTERS}
    for name in MMU_COUNTERS:
        values["iommu-" + name] = sum(vm.qom_get(core + "-iommu", name) for core in demo.CORES)
    return values


def measure(vm, network):
    """Counts of one more inference: REPEAT + 1 inferences less one, divided by REPEAT.

    Set-up (model, buffers, first touch) costs the same in both runs and cancels out.
    """
    totals = []
    for repeat in (1, REPEAT + 1):
        before = snapshot(vm)
        result = vm.run(f"sunmao-nets run {network} --no-cpu --repeat {repeat} "
                        f"--delegate {demo.DELEGATE}", LIMIT_S)
        if result.rc:
            raise Failure(f"{network} failed:\n{result.output[-1500:]}", f"the logs are in {OUT}")
        after = snapshot(vm)
        totals.append({n: after[n] - before[n] for n in after})
    once, more = totals
    return {name: (more[name] - once[name]) / REPEAT for name in once}


def bench(version):
    """Measure all networks on all drivers; returns the exit status."""
    os.makedirs(OUT, exist_ok=True)
    setup = testing.Setup(version, "distro")
    drivers = [d for d in DRIVERS if d != "rocket" or version == "7.3"]
    table = {}
    for driver in drivers:
        vm = testing.vm.VM(setup.image, driver, OUT, setup.qemu, smp=1, icount=ICOUNT)
        try:
            vm.start()
            vm.modprobe(driver)
            for network in NETWORKS:
                say(f"{driver}: {network}")
                table.setdefault(network, {})[driver] = measure(vm, network)
        except (testing.VMError, OSError) as error:
            raise Failure(f"bench with {driver}: {error}", f"the logs are in {OUT}") from error
        finally:
            vm.stop()
    data = {"kernel": kernel.release(setup.kdir), "qemu": os.path.basename(os.path.dirname(setup.qemu)),
            "per": "inference", "repeat": REPEAT, "networks": table}
    with open(os.path.join(OUT, "npu.json"), "w") as f:
        json.dump(data, f, indent=1)
    show(table, drivers)
    say(f"figures: {os.path.join(OUT, 'npu.json')}")
    return 0 if bench_iommu.bench(version, OUT) else 1


def show(table, drivers):
    """Print the table: per inference, and per job."""
    print(f"\n{'per inference':34}" + "".join(f"{d:>16}" for d in drivers))
    for network, columns in table.items():
        print(network)
        first = next(iter(columns.values()))
        for name in first:
            print(f"  {name:32}" + "".join(f"{columns[d][name]:>16,.1f}" for d in drivers))
        for title, parts in (("register accesses per job", ("mmio-writes", "mmio-reads")),
                             ("IOMMU accesses per job", ("iommu-mmio-writes", "iommu-mmio-reads")),
                             ("interrupts per job", ("irqs",)), ("busy ns per job", ("busy-ns",))):
            print(f"  {title:32}" + "".join(
                f"{sum(columns[d][p] for p in parts) / max(columns[d]['jobs'], 1):>16,.2f}"
                for d in drivers))
