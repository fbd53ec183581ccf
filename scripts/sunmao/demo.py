# SPDX-License-Identifier: GPL-2.0-only
"""make demo: a real network on the NPU of a virtual RK3588, by mainline's driver and by ours."""

import os
import re
import time

import cache
import demo_isp
import kernel
import testing
from ui import Failure, say

OUT = os.path.join(cache.BUILD, "demo")
VERSION, PROFILE = "7.3", "distro"
NETWORK = "mobilenet-v1"
DELEGATE = "/usr/lib/teflon/libteflon.so"
LIMIT_S = 900
CORES = ("npu0", "npu1", "npu2")
# title, counter; the sum over the three cores is shown
COUNTERS = (
    ("multiplications", "macs"),
    ("jobs (kicks)", "jobs"),
    ("tasks", "tasks"),
    ("interrupts", "irqs"),
    ("register writes", "mmio-writes"),
    ("register reads", "mmio-reads"),
    ("bytes read by DMA", "dma-read-bytes"),
    ("bytes written by DMA", "dma-write-bytes"),
)


def counters(vm):
    """The counters of the machine, summed over the cores."""
    return {prop: sum(vm.qom_get(core, prop) for core in CORES) for _, prop in COUNTERS}


def fields(text, network):
    """The figures that the client printed about a network."""
    for line in text.splitlines():
        m = re.match(r"#? ?net=(\S+) (.*)", line)
        if m and m.group(1) == network:
            return dict(word.split("=", 1) for word in m.group(2).split() if "=" in word)
    raise Failure(f"the client said nothing about {network}:\n{text[-2000:]}")


def run_network(setup, module, network):
    """Boot a machine, load a driver, run the network; returns (figures, counters, facts)."""
    vm = testing.vm.VM(setup.image, module, OUT, setup.qemu, smp=4)
    log = os.path.join(OUT, module)
    begin = time.monotonic()
    try:
        vm.start()
        vm.modprobe(module)
        facts = {"kernel": vm.sh("uname -r"), "model": vm.read("/proc/device-tree/model").rstrip("\0"),
                 "boot": f"{vm.boot_seconds:.1f}"}
        for core in CORES:
            vm.qom_set(core, "reset-counters", 0)
        say(f"{module}: running {network}")
        result = vm.run(f"sunmao-nets run {network} --delegate {DELEGATE}", LIMIT_S)
        with open(os.path.join(OUT, f"{module}.txt"), "w") as f:
            f.write(result.output)
        if result.rc:
            raise Failure(f"{network} on {module} ended with {result.rc}:\n{result.output[-1500:]}",
                          f"the logs are in {log}")
        did = counters(vm)
        vm.dmesg_clean()
        facts["seconds"] = f"{time.monotonic() - begin:.0f}"
        return fields(result.output, network), did, facts
    except (testing.VMError, AssertionError, OSError) as error:
        raise Failure(f"demo with {module}: {error}", f"the logs are in {log}") from error
    finally:
        vm.stop()


def demo():
    """Build what is missing, run the network twice, print a report; returns the exit status."""
    os.makedirs(OUT, exist_ok=True)
    setup = testing.Setup(VERSION, PROFILE)
    demo_isp.need(setup)
    rows = {}
    for module in ("rocket", "sunmao_npu"):
        rows[module] = run_network(setup, module, NETWORK)
    witness, ours = rows["rocket"], rows["sunmao_npu"]
    same = witness[0]["sha256"] == ours[0]["sha256"]
    did_work = ours[1]["jobs"] > 0 and ours[1]["macs"] >= int(ours[0]["macs"])
    figures, _, facts = ours
    lines = [
        "",
        f"Machine     virtual {facts['model']} (RK3588), device tree of Linux 7.3, booted in {facts['boot']} s",
        f"Kernel      Linux {facts['kernel']}, mainline clock, power-domain, IOMMU, regulator drivers",
        "User space  TensorFlow Lite and Mesa's Teflon delegate, unmodified packages of Debian",
        f"Network     {NETWORK}: {figures['nodes']} operations, {int(figures['macs']) // 1000000} million "
        f"multiplications, int8, 224x224x3",
        f"On the NPU  {figures['delegated']} of {figures['nodes']} operations",
        f"Result      {figures['bytes']} bytes; largest difference to TensorFlow Lite on the CPU: "
        f"{figures.get('max-diff', '?')}"
        f"; to the bit-exact prediction: {figures['predict-diff']}",
        f"Two drivers mainline's rocket and sunmao_npu give "
        f"{'the same bytes' if same else 'DIFFERENT bytes'} (sha256 {figures['sha256'][:16]})",
        "",
        f"{'Counted by the machine':28}{'rocket':>16}{'sunmao_npu':>16}",
    ]
    lines += [f"  {title:26}{witness[1][prop]:>16,}{ours[1][prop]:>16,}" for title, prop in COUNTERS]
    lines += demo_isp.demo(setup)
    lines += ["", f"Logs: {OUT}"]
    report = "\n".join(lines)
    print(report, flush=True)
    with open(os.path.join(OUT, "report.txt"), "w") as f:
        f.write(report + "\n")
    if not same or not did_work:
        raise Failure("the two drivers disagree" if not same else "the NPU did not do the work",
                      f"the logs are in {OUT}")
    say(f"demo: done (Linux {kernel.release(setup.kdir)})")
    return 0
