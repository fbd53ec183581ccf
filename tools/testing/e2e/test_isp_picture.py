# SPDX-License-Identifier: GPL-2.0-only
"""Pictures and statistics of the ISP against a reference that knows neither model nor driver."""

import os

from e2e.isp import PROFILES, VM_OPTIONS, load, scaled
from harness.runner import test

__all__ = ["PROFILES", "VM_OPTIONS"]
GUEST = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "guest")


@test(vm=False)
def test_the_reference(t):
    """The reference's arithmetic by hand-worked examples, on the host."""
    out = os.path.join(t.out_dir, "selftest")
    t.report(t.host("selftest", ["make", "-s", "-C", GUEST, f"O={out}", "isp-selftest"]))


def test_pictures(vm, t):
    load(vm)
    t.tap(vm, scaled("isp-picture"), 900)


@test(fresh=True)
def test_other_colour_matrix_convention(vm):
    """Whether the matrix adds to the picture or replaces it is open (ISP 14, question 1).

    The driver has one place that knows. With the hardware turned to the other convention the
    pictures must change, or the tests above would prove nothing about it.
    """
    load(vm)
    before = vm.qom_get("isp0", "ccm-convention")
    other = {"plain": "identity-added", "identity-added": "plain"}[before]
    vm.qom_set("isp0", "ccm-convention", other)
    result = vm.run(scaled("isp-picture 'zero matrix is black'"), 120)
    vm.qom_set("isp0", "ccm-convention", before)
    assert result.rc == 1, f"the other convention makes no difference:\n{result.output}"
