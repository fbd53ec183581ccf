# SPDX-License-Identifier: GPL-2.0-only
"""What the NPU's end-to-end tests share."""

from e2e import common
from e2e.common import scaled
from harness.runner import test

__all__ = ["CORES", "DEVICES", "IOMMUS", "IOMMU_DEVICES", "npu_test", "scaled", "wait_suspended"]
CORES = ("npu0", "npu1", "npu2")
IOMMUS = tuple(f"{core}-iommu" for core in CORES)
DEVICES = ("fdab0000.npu", "fdac0000.npu", "fdad0000.npu")
IOMMU_DEVICES = ("fdab9000.iommu", "fdaca000.iommu", "fdada000.iommu")

# a test that needs the NPU: on all profiles that its file names
npu_test = test


def wait_suspended(vm):
    """Wait until runtime PM has put all cores to sleep."""
    common.wait_suspended(vm, DEVICES)
