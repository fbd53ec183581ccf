# SPDX-License-Identifier: GPL-2.0-only
"""scripts/board-report, as a person with a ROCK 5B would run it: what it finds, what it says when things are bad."""

import json
import os
import re

from e2e.isp import DEVICES as ISPS
from e2e.npu import DEVICES as NPUS
from e2e.power import TOP
from harness import kcidb
from harness.runner import test

# what a person is told to apply
VM_OPTIONS = {"smp": 2, "icount": "shift=2,sleep=off",
              "overlays": [os.path.join(TOP, "dt-bindings/overlays/rk3588-rock-5b.dtso")]}
NEEDS = ("npu-streams", "npu-ioctl", "isp-picture")
# Some cases of each program: the programs have tests of their own.
PICK = (("npu-streams", "conv"), ("npu-ioctl", "CREATE_BO of"), ("isp-picture", "equal"))
LIMIT_S = 900


def install(vm, programs=PICK, sabotage=""):
    """board-report, and a folder with its test programs (only some cases, one of them replaced by @sabotage)."""
    with open(os.path.join(TOP, "scripts/board-report"), "rb") as f:
        vm.put("/tmp/board-report", f.read())
    vm.sh("rm -rf /tmp/programs; mkdir -p /tmp/programs; chmod 755 /tmp/board-report")
    for name, only in programs:
        vm.put(f"/tmp/programs/{name}", f"#!/bin/sh\nexec /usr/lib/sunmao/{name} '{only}'\n".encode())
    if sabotage:
        vm.put("/tmp/programs/npu-streams", f"#!/bin/sh\n{sabotage}\n".encode())
    vm.put("/tmp/programs/lava-test-case", b'#!/bin/sh\necho "$@" >> /tmp/lava\n')
    vm.sh("chmod 755 /tmp/programs/*; rm -f /tmp/lava")


def report(vm, t, name, options=""):
    """Run it; returns exit status, results by name, the text."""
    result = vm.run(f"cd /tmp && ./board-report -p /tmp/programs -o {name}.txt -j {name}.json {options}", LIMIT_S)
    text = vm.get(f"/tmp/{name}.txt").decode(errors="replace")
    data = json.loads(vm.get(f"/tmp/{name}.json"))
    t.save(f"{name}.txt", text)
    t.save_json(f"{name}.json", data)
    problems = kcidb.check(data)
    assert not problems, problems
    found = {case["path"][len("sunmao."):]: case["status"] for case in data["tests"]}
    assert len(found) == len(data["tests"]), "a name occurs twice"
    return result.rc, found, text


@test(needs=NEEDS)
def test_good_board(vm, t):
    """Everything is loaded, bound, read and run; the report says so in all three forms."""
    install(vm)
    rc, found, text = report(vm, t, "good")
    bad = {name: status for name, status in found.items() if status == "FAIL"}
    assert rc == 0 and not bad, f"exit status {rc}, {bad}"
    for name in ("board.soc", "board.clocks", "board.rail", "board.opps", "board.log", "load.sunmao_npu",
                 "load.sunmao_isp", *(f"bind.{device}" for device in NPUS + ISPS)):
        assert found.get(name) == "PASS", f"{name}: {found}"
    for program, _ in PICK:
        assert any(n.startswith(program + ".") and s == "PASS" for n, s in found.items()), f"{program}: {found}"
    # the rail may be off when nobody computes
    assert re.search(r"vdd_npu_s0: (en|dis)abled, \d+ uV", text) and "clk_npu" in text and "1000000000" in text
    cases = vm.read("/tmp/lava").splitlines()
    assert "load.sunmao_npu --result pass" in cases and len(cases) == len(found), cases


@test(needs=NEEDS)
def test_nothing_is_changed_when_told_so(vm, t):
    """-n loads nothing and runs nothing."""
    vm.run("rmmod sunmao_npu; rmmod sunmao_isp")
    install(vm)
    rc, found, _ = report(vm, t, "look", "-n")
    assert rc == 0 and found["load.sunmao_npu"] == "SKIP", found
    assert vm.run("grep -q ^sunmao_npu /proc/modules").rc != 0
    assert not [n for n in found if n.startswith("npu-")], found


@test(needs=NEEDS)
def test_programs_that_fail_or_die(vm, t):
    """A case that fails, one that is missing and a program that dies are failures."""
    install(vm, sabotage="echo 1..3; echo ok 1 - a; echo not ok 2 - b.c d; kill -9 $$")
    rc, found, _ = report(vm, t, "died")
    assert rc == 1 and found["npu-streams.a"] == "PASS" and found["npu-streams.b_c_d"] == "FAIL" and \
        found["npu-streams"] == "FAIL", found


@test(kernels=("7.3",), needs=NEEDS)
def test_rocket_is_in_the_way(vm, t):
    """With mainline's driver on the NPU the report says what to do."""
    vm.run("rmmod sunmao_npu")
    vm.modprobe("rocket")
    install(vm)
    rc, found, text = report(vm, t, "rocket")
    assert rc == 1 and found["load.sunmao_npu"] == "FAIL" and "modprobe -r rocket" in text, found
