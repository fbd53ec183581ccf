// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: operating points of RK3568 and RK3566
 *
 * Hardware notes, power 2.2, 2.3, 2.6, 2.7. There are no read margins to set; the
 * memories' own test needs 825 mV.
 *
 * Inferred: that 200 MHz, which comes from a PLL (power 2.2), is the rate to park
 * at; the fall-back and the limit without supplies, taken over from RK3588; that M
 * and J parts have only the rates that their one known row covers.
 */

#include <linux/array_size.h>
#include <linux/export.h>
#include <kunit/visibility.h>

#include "npu_opp.h"

static const u16 rk3568_rates[] = {
	200, 297, 400, 600, 700, 800, 900, 1000,
};

static const struct npu_opp_row rk3568_rows[] = {
	{ 200, { 8500, 8500, 8500, 8500 } },
	{ 297, { 8500, 8500, 8500, 8500 } },
	{ 400, { 8500, 8500, 8500, 8500 } },
	{ 600, { 8500, 8500, 8500, 8500 } },
	{ 700, { 8750, 8500, 8500, 8500 } },
	{ 800, { 9250, 9000, 8750, 8750 } },
	{ 900, { 9750, 9500, 9250, 9000 } },
	{ 1000, { 10000, 9750, 9500, 9250 } },
};

/* The measurement comes from the CPUs' ring and has its own unit. */
static const u32 rk3568_pvtm[] = { 84001, 87001, 91001 };

static const struct npu_opp_row rk3568_j_rows[] = {
	{ 600, { 9000 } },
};

static const struct npu_opp_row rk3568_m_rows[] = {
	{ 900, { 9250 } },
};

static const struct npu_opp_table rk3568_tables[] = {
	{
		.parts = BIT(NPU_PART_NORMAL) | BIT(NPU_PART_S),
		.rows = rk3568_rows,
		.num_rows = ARRAY_SIZE(rk3568_rows),
		.num_bins = ARRAY_SIZE(rk3568_pvtm) + 1,
		.pvtm_min = rk3568_pvtm,
	},
	{
		.parts = BIT(NPU_PART_J),
		.rows = rk3568_j_rows,
		.num_rows = ARRAY_SIZE(rk3568_j_rows),
		.num_bins = 1,
	},
	{
		.parts = BIT(NPU_PART_M),
		.rows = rk3568_m_rows,
		.num_rows = ARRAY_SIZE(rk3568_m_rows),
		.num_bins = 1,
	},
};

const struct npu_opp_soc npu_opp_rk3568 = {
	.tables = rk3568_tables,
	.num_tables = ARRAY_SIZE(rk3568_tables),
	.rates = rk3568_rates,
	.num_rates = ARRAY_SIZE(rk3568_rates),
	.park_mhz = 200,
	.fallback_mhz = 600,
	.blind_mhz = 600,
	.least_uv = 825000,
	.max_uv = 1000000,
	.stands_uv = 1000000,
	.cold_mc = 0,
	.cold_add_uv = 50000,
	.hysteresis_mc = 5000,
};
EXPORT_SYMBOL_IF_KUNIT(npu_opp_rk3568);
