# SPDX-License-Identifier: GPL-2.0-only
"""Host side of the end-to-end tests: virtual machines, their logs, test results."""
