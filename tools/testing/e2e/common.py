# SPDX-License-Identifier: GPL-2.0-only
"""What the end-to-end tests of all drivers share."""

from harness import vm as harness_vm


def scaled(command):
    """A guest program's command with its own time limits stretched as the harness's are."""
    return f"TAP_TIME_SCALE={int(harness_vm.TIME_SCALE)} {command}"


def wait_suspended(vm, devices):
    """Wait until runtime PM has put all these platform devices to sleep."""
    files = " ".join(f"/sys/bus/platform/devices/{d}/power/runtime_status" for d in devices)
    vm.sh(f"while grep -qv suspended {files}; do sleep 0.02; done", 60)
