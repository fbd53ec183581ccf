# SPDX-License-Identifier: GPL-2.0-only
"""The ISP's user ABI: what libcamera's rkisp2 handler needs, and what bad clients do."""

from e2e.isp import PROFILES, VM_OPTIONS, load, scaled

__all__ = ["PROFILES", "VM_OPTIONS"]


def test_libcamera(vm, t):
    # formats are the nodes' own and outlive their users: defaults are those after loading
    load(vm, again=True)
    t.tap(vm, scaled("isp-abi"), 900)


def test_bad_input(vm, t):
    load(vm)
    t.tap(vm, scaled("isp-bad"), 900)
