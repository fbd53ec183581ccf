# SPDX-License-Identifier: GPL-2.0-only
"""make bench, IOMMU part: register accesses and guest instructions, mainline's rockchip-iommu and ours.

The same operations by the same guest module (tools/bench/iommu) on the same kernel and machine; ours takes the place of
the built-in driver, which is left out on the command line. The machine counts instructions: with
`shift=2` one takes 4 ns of the guest's time.
"""

import json
import os
import shutil

import cache
import kernel
import modules
import testing
from ui import Failure, run, say

SOURCE = os.path.join(cache.TOP, "tools", "bench", "iommu")
ICOUNT = "shift=2,sleep=off"
NS_PER_INSTRUCTION = 4
BANKS = 2
MODEL = "npu0-iommu"
RUN = "/sys/kernel/debug/iommu_bench/run"
# 6.12's power domains do not switch the NPU's rail on, which is off when nobody has used it for 30 s.
KEEP_RAIL = "regulator_ignore_unused"
DRIVERS = (("rockchip-iommu", KEEP_RAIL, None),
           ("sunmao_iommu", f"{KEEP_RAIL} initcall_blacklist=rk_iommu_driver_init", "sunmao_iommu"))
# Operation, and what it is called in the table. Everything once to warm up, then counted.
STEPS = (("attach", "attach"), ("map-pages", "map 64 MiB, single pages"), ("unmap", None),
         ("map-block", "map 64 MiB, one block"), ("unmap", "unmap 64 MiB"), ("map-1M", "map 1 MiB"),
         ("unmap-1M", "unmap 1 MiB"), ("detach", "detach"))
COLUMNS = ("mmio-reads", "mmio-writes", "instructions")


def build(version):
    """The guest module for the kernel under test."""
    work = os.path.join(cache.BUILD, f"bench-iommu-{version}")
    os.makedirs(work, exist_ok=True)
    for name in os.listdir(SOURCE):
        shutil.copy2(os.path.join(SOURCE, name), work)
    run("bench module", modules.kbuild_args(version, "distro") + [f"M={work}", "modules"],
        cache.log("bench-iommu"), env=cache.ccache_env())
    return os.path.join(work, "iommu_bench.ko")


def operate(vm, what):
    """One operation: its accesses to the IOMMU's registers, and its instructions."""
    before = [vm.qom_get(MODEL, name) for name in COLUMNS[:2]]
    vm.sh(f"echo {what} > {RUN}", 600)
    after = [vm.qom_get(MODEL, name) for name in COLUMNS[:2]]
    counts = dict(zip(COLUMNS, (b - a for a, b in zip(before, after))))
    counts["instructions"] = int(vm.read(RUN)) // NS_PER_INSTRUCTION
    return counts


def measure(setup, out, name, append, module, extra):
    """All operations with one driver; the second round counts."""
    vm = testing.vm.VM(setup.image, name, out, setup.qemu, smp=1, icount=ICOUNT, append=append)
    found = {}
    try:
        vm.start()
        if module:
            vm.modprobe(module)
        with open(extra, "rb") as f:
            vm.put("/tmp/iommu_bench.ko", f.read())
        vm.sh("insmod /tmp/iommu_bench.ko")
        for _ in range(2):
            for what, title in STEPS:
                counts = operate(vm, what)
                if title:
                    found[title] = counts
        vm.dmesg_clean()
    except (testing.VMError, AssertionError, OSError) as error:
        raise Failure(f"bench of {name}: {error}", f"the logs are in {out}") from error
    finally:
        vm.stop()
    return found


def limits(table):
    """What has to hold: list of (text, holds)."""
    theirs, ours = table["rockchip-iommu"], table["sunmao_iommu"]

    def accesses(driver, title):
        return driver[title]["mmio-reads"] + driver[title]["mmio-writes"]

    unmap = accesses(ours, "unmap 1 MiB")
    pages = "map 64 MiB, single pages"
    ratio = ours[pages]["instructions"] / theirs[pages]["instructions"]
    return [(f"unmap of 1 MiB: {unmap / BANKS:.0f} accesses per bank, at most 4 "
             f"(mainline {accesses(theirs, 'unmap 1 MiB') / BANKS:.0f})", unmap <= 4 * BANKS),
            (f"attach: {accesses(ours, 'attach')} accesses, at most mainline's {accesses(theirs, 'attach')}",
             accesses(ours, "attach") <= accesses(theirs, "attach")),
            (f"map of 64 MiB in single pages: {ratio:.2f} of mainline's instructions, at most 0.25", ratio <= 0.25)]


def bench(version, out):
    """Measure both drivers and print the table; returns whether all limits hold."""
    setup = testing.Setup(version, "distro")
    extra = build(version)
    table = {}
    for name, append, module in DRIVERS:
        say(f"IOMMU: {name}")
        table[name] = measure(setup, out, name, append, module, extra)
    held = limits(table)
    with open(os.path.join(out, "iommu.json"), "w") as f:
        json.dump({"kernel": kernel.release(setup.kdir), "banks": BANKS, "operations": table,
                   "limits": [{"what": text, "holds": holds} for text, holds in held]}, f, indent=1)
    names = list(table)
    print(f"\n{f'IOMMU with {BANKS} banks':34}" + "".join(f"{n:>16}" for n in names))
    for title in table[names[0]]:
        print(title)
        for column in COLUMNS:
            print(f"  {column:32}" + "".join(f"{table[n][title][column]:>16,}" for n in names))
    for text, holds in held:
        print(f"{'holds ' if holds else 'MISSED'}  {text}")
    say(f"figures: {os.path.join(out, 'iommu.json')}")
    return all(holds for _, holds in held)
