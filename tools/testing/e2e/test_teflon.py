# SPDX-License-Identifier: GPL-2.0-only
"""Networks through Mesa's Teflon delegate: mainline's rocket first, then sunmao_npu.

The guest's sunmao-nets generates each network, runs it through the delegate and on the CPU, and
checks the result bit by bit against its own prediction. Here the drivers are compared with each
other, and the machine's counters prove that the NPU did the work.
"""

import json
import os
import re

from harness.runner import test

DELEGATE = "/usr/lib/teflon/libteflon.so"
CORES = ("npu0", "npu1", "npu2")
COUNTERS = ("jobs", "tasks", "irqs", "macs", "dma-read-bytes", "dma-write-bytes")
LINE = re.compile(r"^# (net=\S+ .*)$", re.M)
LIMIT_S = 900

NEEDS = ("sunmao-nets",)
PROFILES = ("distro", "gki", "debug")


def load(vm):
    """Load our driver. Mesa looks for it below /dev/accel only, which a kernel without DRM_ACCEL does not have."""
    vm.modprobe("sunmao_npu")
    if vm.run("ls /dev/accel").rc != 0:
        vm.sh("mkdir /dev/accel && ln -s ../dri/renderD128 /dev/accel/accel0")


def counters(vm):
    """The sums of the cores' counters."""
    return {name: sum(vm.qom_get(core, name) for core in CORES) for name in COUNTERS}


def rows(text):
    """The figures that sunmao-nets printed, by network."""
    found = {}
    for line in LINE.findall(text):
        fields = dict(word.split("=", 1) for word in line.split() if "=" in word)
        found[fields.pop("net")] = fields
    return found


def run_all(vm, t, options="", networks="all"):
    """All networks; returns their figures. Each network is a result of its own."""
    for core in CORES:
        vm.qom_set(core, "reset-counters", 0)
    t.tap(vm, f"sunmao-nets tap --delegate {DELEGATE} {options} {networks}", LIMIT_S)
    with open(os.path.join(t.out_dir, "sunmao-nets.tap")) as f:
        found = rows(f.read())
    did = counters(vm)
    t.save_json("networks.json", {"networks": found, "counters": did})

    macs = sum(int(fields["macs"]) for fields in found.values())
    t.sub("the NPU did the work", macs > 0 and did["macs"] >= macs and did["jobs"] > 0
          and did["irqs"] > 0 and did["dma-read-bytes"] > 0 and did["dma-write-bytes"] > 0,
          f"the networks have {macs} multiplications, the cores counted {did}")
    far = [(int(fields["max-diff"]), name) for name, fields in found.items()
           if "max-diff" in fields]
    layers = [d for d, name in far if found[name]["nodes"] == "1"]
    deepest, name = max(far, default=(0, "none"))
    print(f"      {len(found)} networks; largest difference to the CPU kernels: "
          f"single layers {max(layers, default=0)}, graphs {deepest} ({name})", flush=True)
    return found


def digests_path(t):
    """Where the witness's digests are kept for the runs on other kernels."""
    return os.path.join(os.path.dirname(os.path.abspath(t.runner.out_dir)), "teflon-witness.json")


def program_digest(vm):
    """What the digests depend on: the generator."""
    return vm.sh("sha256sum $(which sunmao-nets)").split()[0]


# rocket gives a job 500 ms, begun before it powers the core up. Where many machines share a host that
# can pass without a guest instruction; with -icount time passes only as the guest executes.
ROCKET_VM = {"icount": "shift=2,sleep=off"}


@test(kernels=("7.3",), not_profiles=("gki",), needs=NEEDS, vm=ROCKET_VM)
def test_rocket(vm, t):
    """The witness: neither the driver nor the user space was written here."""
    vm.modprobe("rocket")
    found = run_all(vm, t, networks="rocket")
    digests = {name: fields["sha256"] for name, fields in found.items() if "sha256" in fields}
    with open(digests_path(t), "w") as f:
        json.dump({"program": program_digest(vm), "digests": digests}, f, indent=1)


@test(needs=NEEDS, fresh=True)
def test_sunmao(vm, t):
    """The same networks through our driver; the same bytes as the witness."""
    load(vm)
    found = run_all(vm, t)
    kept = {}
    if os.path.exists(digests_path(t)):
        with open(digests_path(t)) as f:
            kept = json.load(f)
    if kept.get("program") != program_digest(vm):
        # Predicted bytes were checked all the same; only this comparison has no partner.
        t.sub("same bytes as rocket", True, "no run of the witness with these networks yet",
              status="skip")
        return
    witness = kept["digests"]
    other = [name for name in witness if found.get(name, {}).get("sha256") != witness[name]]
    t.sub("same bytes as rocket", witness and not other, f"other bytes: {', '.join(other)}")


@test(not_profiles=("gki",), needs=NEEDS, fresh=True)
def test_sunmao_other_weights(vm, t):
    """Other weights and inputs, each network several times over the same buffers."""
    load(vm)
    run_all(vm, t, "--seed 7 --repeat 3")


@test(needs=NEEDS, fresh=True)
def test_sunmao_clients(vm, t):
    """Four clients at once: nobody sees another one's data, and all cores take part."""
    load(vm)
    clients = [("mobilenet-v1-96", 11, 8), ("split-3x3 separable conv5x5", 12, 8),
               ("residual inception dw3x3-s2", 13, 12), ("conv1x1-deep partitions", 14, 20)]
    jobs = [(names, vm.spawn(f"sunmao-nets tap --delegate {DELEGATE} --seed {seed} "
                             f"--repeat {repeat} {names}", LIMIT_S))
            for names, seed, repeat in clients]
    for names, job in jobs:
        result = job.wait(LIMIT_S + 30)
        t.sub(names, result.rc == 0, result.output)
    for core in CORES:
        t.sub(f"{core} took part", vm.qom_get(core, "jobs") > 0, "it got no job")


@test(needs=NEEDS, fresh=True)
def test_sunmao_fault(vm, t):
    """A spoilt job shows as a wrong result, and only there: the next clients' are right again.

    It proves also that these tests can fail: Mesa itself ignores the error of a job.
    """
    load(vm)
    command = f"sunmao-nets run conv3x3 --delegate {DELEGATE}"
    for fault in ("fault-hang", "fault-dma-read", "fault-dma-write"):
        for core in CORES:
            vm.qom_set(core, fault, 1)
        spoilt = vm.run(command, 120)
        for core in CORES:
            vm.qom_set(core, fault, 0)
        t.sub(f"{fault} shows", spoilt.rc == 1 and "not as predicted" in spoilt.output,
              spoilt.output)
        after = [vm.run(command, 120) for _ in range(4)]
        t.sub(f"right again after {fault}", all(r.rc == 0 for r in after),
              "".join(r.output for r in after))
