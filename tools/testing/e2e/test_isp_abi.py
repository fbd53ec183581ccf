# SPDX-License-Identifier: GPL-2.0-only
"""The ISP's user ABI: what libcamera's rkisp2 handler needs, and what bad clients do."""

from e2e.isp import VM_OPTIONS, isp_test, load, scaled

__all__ = ["VM_OPTIONS"]


@isp_test(needs=("isp-abi",))
def test_libcamera(vm, t):
    # formats are the nodes' own and outlive their users: defaults are those after loading
    load(vm, t, again=True)
    t.tap(vm, scaled("isp-abi"), 900)


@isp_test(needs=("isp-bad",))
def test_bad_input(vm, t):
    load(vm, t)
    t.tap(vm, scaled("isp-bad"), 900)
