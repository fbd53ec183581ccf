# SPDX-License-Identifier: GPL-2.0-only
"""What the ISP's end-to-end tests share."""

import os

from harness import vm as harness_vm
from harness.runner import test
from harness.vm import VMError

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
OVERLAY = os.path.join(TOP, "dt-bindings", "overlays", "rk3588-isp.dtso")
MODULE = "sunmao_isp"
MODELS = ("isp0", "isp1")
DEVICES = ("fdcb0000.isp", "fdcc0000.isp")
# The board's own device tree has no ISP. -icount: a driver's limit for a frame must not pass while a busy
# host computes the model's pixels or runs somebody else.
VM_OPTIONS = {"smp": 2, "icount": "shift=2,sleep=off",
              "overlays": [OVERLAY] if os.path.exists(OVERLAY) else []}


def isp_test(**marks):
    """A test that needs the ISP to appear.

    A GKI kernel has no driver for the board's clocks, power domains and IOMMUs.
    """
    return test(**dict({"not_profiles": ("gki",)}, **marks))


def scaled(command):
    """A guest program's command with its own time limits stretched as the harness's are."""
    return f"TAP_TIME_SCALE={int(harness_vm.TIME_SCALE)} {command}"


def load(vm, t, params="", again=False):
    """Load the driver and wait for the media device of both instances; skips what is not there.

    @params: module parameters; with them, and with @again, a loaded driver is loaded anew.
    """
    if not os.path.exists(OVERLAY):
        t.skip("no device tree overlay for the ISP")
    if vm.run(f"find /usr/lib/modules/ -name '{MODULE}.ko*' | grep -q .").rc:
        t.skip(f"no module {MODULE}")
    try:
        vm.qom_get(MODELS[0], "frames")
    except Exception as error:  # pylint: disable=broad-except
        t.skip(f"no model of the ISP: {error}")
    if (params or again) and vm.run(f"grep -q '^{MODULE} ' /proc/modules").rc == 0:
        vm.sh(f"rmmod {MODULE}")
    vm.modprobe(MODULE, params)
    bound = " ".join(f"/sys/bus/platform/devices/{d}/driver" for d in DEVICES)
    try:
        vm.sh(f"for f in {bound}; do until test -e $f; do sleep 0.02; done; done; "
              "until test -e /dev/media1; do sleep 0.02; done", 60)
    except VMError as error:
        raise AssertionError(f"{MODULE} does not bind: {error}") from None
