// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: RK3588 and RK3588S
 *
 * Three cores behind one clock (hardware notes, NPU A.1-A.3). The time budgets
 * are ours: the largest task that fits the core's buffer needs about 50 ms of
 * multiply time in the slowest format at 200 MHz, so 100 ms per segment leaves
 * room for memory contention.
 */

#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/export.h>
#include <kunit/visibility.h>

#include "npu_opp.h"
#include "npu_soc.h"

static const phys_addr_t rk3588_core_base[] = {
	0xfdab0000, 0xfdac0000, 0xfdad0000,
};

const struct npu_soc npu_soc_rk3588 = {
	.name = "RK3588",
	.core_base = rk3588_core_base,
	.num_cores = ARRAY_SIZE(rk3588_core_base),
	.dma_bits = 40,
	.version = 0x46495245,
	.amount_scale = 2,
	.task_number_bits = 12,
	.task_control = 0x7,
	.core_number_shift = 28,
	.reset_us = 10,
	.reference_hz = 200000000,
	.kick_budget_ms = 900,
	.segment_budget_ms = 100,
	.autosuspend_ms = 50,
	.opp = &npu_opp_rk3588,
};
EXPORT_SYMBOL_IF_KUNIT(npu_soc_rk3588);
