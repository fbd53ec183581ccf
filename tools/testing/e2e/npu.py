# SPDX-License-Identifier: GPL-2.0-only
"""What the NPU's end-to-end tests share."""

from harness import vm as harness_vm
from harness.runner import test

CORES = ("npu0", "npu1", "npu2")
IOMMUS = tuple(f"{core}-iommu" for core in CORES)
DEVICES = ("fdab0000.npu", "fdac0000.npu", "fdad0000.npu")
IOMMU_DEVICES = ("fdab9000.iommu", "fdaca000.iommu", "fdada000.iommu")

# a test that needs the NPU: on all profiles that its file names
npu_test = test


def scaled(command):
    """A guest program's command with its own time limits stretched as the harness's are."""
    return f"TAP_TIME_SCALE={int(harness_vm.TIME_SCALE)} {command}"


def wait_suspended(vm):
    """Wait until runtime PM has put all cores to sleep."""
    files = " ".join(f"/sys/bus/platform/devices/{d}/power/runtime_status" for d in DEVICES)
    vm.sh(f"while grep -qv suspended {files}; do sleep 0.02; done", 60)
