// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: operating points of RK3588 and RK3588S
 *
 * Hardware notes, power 2.2 (rates of the firmware), 2.3 (voltages), 2.5 (margins),
 * 2.6 (bins), 2.7 (temperatures). 950 MHz is for M and J parts only, and not every
 * firmware has it.
 *
 * No margin is known below 495 mV.
 *
 * Inferred: that no device tree has a reason for more than 950 mV, where the rail of
 * the known boards ends (power 5.1); that 200 MHz, which no table lists, can do with
 * what 300 MHz needs (power 2.10).
 */

#include <linux/array_size.h>
#include <linux/export.h>
#include <kunit/visibility.h>

#include "npu_opp.h"

static const u16 rk3588_rates[] = {
	200, 300, 400, 500, 600, 700, 800, 900, 950, 1000,
};

static const struct npu_opp_row rk3588_rows[] = {
	{ 300, { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ 400, { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ 500, { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ 600, { 7000, 6875, 6750, 6750, 6750, 6750 } },
	{ 700, { 7000, 7000, 7000, 6875, 6750, 6750 } },
	{ 800, { 7500, 7500, 7375, 7250, 7125, 7000 } },
	{ 900, { 8000, 7875, 7750, 7625, 7500, 7375 } },
	{ 1000, { 8500, 8375, 8250, 8125, 8000, 7875 } },
};

static const u32 rk3588_pvtm[] = { 816, 836, 861, 886, 911 };

static const struct npu_opp_row rk3588_jm_rows[] = {
	{ 300, { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 400, { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 500, { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 600, { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 700, { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 800, { 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 950, { 8375, 8250, 8125, 8000, 7875, 7750 } },
};

static const u32 rk3588_jm_pvtm[] = { 800, 820, 845, 870, 895 };

static const struct npu_opp_table rk3588_tables[] = {
	{
		.parts = BIT(NPU_PART_NORMAL) | BIT(NPU_PART_S),
		.rows = rk3588_rows,
		.num_rows = ARRAY_SIZE(rk3588_rows),
		.num_bins = ARRAY_SIZE(rk3588_pvtm) + 1,
		.pvtm_min = rk3588_pvtm,
	},
	{
		.parts = BIT(NPU_PART_J) | BIT(NPU_PART_M),
		.rows = rk3588_jm_rows,
		.num_rows = ARRAY_SIZE(rk3588_jm_rows),
		.num_bins = ARRAY_SIZE(rk3588_jm_pvtm) + 1,
		.pvtm_min = rk3588_jm_pvtm,
	},
};

const struct npu_opp_soc npu_opp_rk3588 = {
	.tables = rk3588_tables,
	.num_tables = ARRAY_SIZE(rk3588_tables),
	.rates = rk3588_rates,
	.num_rates = ARRAY_SIZE(rk3588_rates),
	.park_mhz = 200,
	.fallback_mhz = 600,
	.blind_mhz = 600,
	.least_uv = 495000,
	.max_uv = 850000,
	.stands_uv = 950000,
	.margins = {
		{ 855000, 1 }, { 765000, 2 }, { 675000, 3 }, { 495000, 4 },
	},
	.margin_reg = {
		{ 0x0, 0x1c, 2 }, { 0x4, 0x1c, 2 }, { 0x8, 0x1c, 2 },
	},
	.num_margin_regs = 3,
	.cold_mc = 15000,
	.cold_uv = 750000,
	.hot_mc = 85000,
	.hot_mhz = 800,
	.hysteresis_mc = 5000,
	.pvtm = {
		.mhz = 800,
		.uv = 750000,
		.sample_us = 1100,
		.offset = 0x50,
		.ref_celsius = 25,
		.per_mille = -113,
	},
};
EXPORT_SYMBOL_IF_KUNIT(npu_opp_rk3588);
