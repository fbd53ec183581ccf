# SPDX-License-Identifier: GPL-2.0-only
"""What the ISP's end-to-end tests share."""

import os

from e2e.common import scaled

__all__ = ["DEVICES", "MODELS", "PROFILES", "VM_OPTIONS", "load", "scaled", "unload"]
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
OVERLAY = os.path.join(TOP, "dt-bindings", "overlays", "rk3588-isp.dtso")
MODULE = "sunmao_isp"
MODELS = ("isp0", "isp1")
DEVICES = ("fdcb0000.isp", "fdcc0000.isp")
PROFILES = ("distro", "gki", "debug")
# The board's own device tree has no ISP. -icount: limits in the guest, a driver's for a frame or a program's two
# seconds, must not pass while a busy host computes the model's pixels or runs somebody else.
VM_OPTIONS = {"smp": 2, "icount": "shift=2,sleep=off", "overlays": (OVERLAY,)}


def unload(vm):
    """Take the driver out, if it is there."""
    vm.sh(f"! grep -q '^{MODULE} ' /proc/modules || rmmod {MODULE}", 60)


def load(vm, contexts=1, again=False):
    """Load the driver and wait for its devices; returns the paths of the media devices, by instance and context.

    A loaded driver stays, unless it has another number of contexts, or @again asks for a new one.
    """
    current = vm.run(f"cat /sys/module/{MODULE}/parameters/contexts").output.strip()
    if again or current != str(contexts):
        unload(vm)
    vm.modprobe(MODULE, f"contexts={contexts}")
    bound = " ".join(f"/sys/bus/platform/devices/{d}/driver" for d in DEVICES)
    vm.sh(f"for f in {bound}; do until test -e $f; do sleep 0.02; done; done", 60)
    vm.sh(f"until test $(ls /dev/media* | wc -l) = {len(DEVICES) * contexts}; do sleep 0.02; done", 60)
    return sorted(vm.sh("ls /dev/media*").split())
