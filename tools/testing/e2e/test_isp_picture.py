# SPDX-License-Identifier: GPL-2.0-only
"""Pictures and statistics of the ISP against a reference that knows neither model nor driver."""

import os

from e2e.isp import VM_OPTIONS, isp_test, load, scaled
from harness.runner import test

__all__ = ["VM_OPTIONS"]
GUEST = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "guest")


@test(vm=False)
def test_the_reference(t):
    """The reference's arithmetic by hand-worked examples, on the host."""
    out = os.path.join(t.out_dir, "selftest")
    t.report(t.host("selftest", ["make", "-s", "-C", GUEST, f"O={out}", "isp-selftest"]))


@isp_test(needs=("isp-picture",))
def test_pictures(vm, t):
    load(vm, t)
    t.tap(vm, scaled("isp-picture"), 900)


@isp_test(needs=("isp-picture",), fresh=True)
def test_other_colour_matrix_convention(vm, t):
    """Whether the matrix adds to the picture or replaces it is open (ISP 14, question 1).

    The driver has one place that knows. With the hardware turned to the other convention the
    pictures must change, or the tests above would prove nothing about it.
    """
    load(vm, t)
    before = vm.qom_get("isp0", "ccm-convention")
    names = {"plain": "identity-added", "identity-added": "plain"}
    other = names.get(before) or next(n for n in ("vendor", "plain", "identity", "rkisp2")
                                      if n != before)
    try:
        vm.qom_set("isp0", "ccm-convention", other)
    except Exception as error:  # pylint: disable=broad-except
        t.skip(f"ccm-convention is {before!r}: {error}")
    result = vm.run(scaled("isp-picture 'zero matrix is black'"), 120)
    vm.qom_set("isp0", "ccm-convention", before)
    assert result.rc == 1, f"the other convention makes no difference:\n{result.output}"
