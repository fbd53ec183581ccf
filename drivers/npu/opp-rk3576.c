// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: operating points of RK3576 and its variants
 *
 * Hardware notes, power 2.2, 2.3, 2.5, 2.6, 2.7. The column for chips of which
 * nothing is known is that of bin 0. The firmware takes 950 MHz though it does not
 * say so, and says 1000 MHz, for which no voltage is known. 850 MHz is for M and J
 * parts.
 *
 * No margin is known below 495 mV.
 *
 * Inferred: the fall-back and the limit without supplies, taken over from RK3588.
 */

#include <linux/array_size.h>
#include <linux/export.h>
#include <kunit/visibility.h>

#include "npu_opp.h"

static const u16 rk3576_rates[] = {
	200, 300, 400, 500, 600, 700, 800, 850, 900, 950,
};

static const struct npu_opp_row rk3576_rows[] = {
	{ 300, { 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 400, { 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 500, { 7375, 7375, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 600, { 7375, 7375, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 700, { 7750, 7750, 7625, 7625, 7500, 7375, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 800, { 8000, 8000, 7875, 7750, 7625, 7500, 7375, 7250, 7250, 7250,
		 7250 } },
	{ 900, { 8500, 8500, 8375, 8250, 8125, 8000, 7875, 7750, 7625, 7500,
		 7375 } },
	{ 950, { 8750, 8750, 8625, 8500, 8375, 8250, 8125, 8000, 7875, 7750,
		 7625 } },
};

/* RK3576S differs at 500 MHz only. */
static const struct npu_opp_row rk3576s_rows[] = {
	{ 300, { 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 400, { 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 500, { 7500, 7375, 7375, 7250, 7250, 7250, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 600, { 7375, 7375, 7250, 7250, 7250, 7250, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 700, { 7750, 7750, 7625, 7625, 7500, 7375, 7250, 7250, 7250, 7250,
		 7250 } },
	{ 800, { 8000, 8000, 7875, 7750, 7625, 7500, 7375, 7250, 7250, 7250,
		 7250 } },
	{ 900, { 8500, 8500, 8375, 8250, 8125, 8000, 7875, 7750, 7625, 7500,
		 7375 } },
	{ 950, { 8750, 8750, 8625, 8500, 8375, 8250, 8125, 8000, 7875, 7750,
		 7625 } },
};

static const u32 rk3576_pvtm[] = {
	720, 740, 760, 780, 800, 820, 840, 860, 880, 900,
};

static const struct npu_opp_row rk3576_jm_rows[] = {
	{ 300, { 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 400, { 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 500, { 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 600, { 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 700, { 7875, 7750, 7625, 7500, 7500, 7500, 7500, 7500, 7500, 7500 } },
	{ 800, { 8125, 8000, 7875, 7750, 7625, 7500, 7500, 7500, 7500, 7500 } },
	{ 850, { 8375, 8250, 8125, 8000, 7875, 7750, 7625, 7500, 7500, 7500 } },
};

static const u32 rk3576_jm_pvtm[] = {
	740, 760, 780, 800, 820, 840, 860, 880, 900,
};

static const struct npu_opp_table rk3576_tables[] = {
	{
		.parts = BIT(NPU_PART_NORMAL),
		.rows = rk3576_rows,
		.num_rows = ARRAY_SIZE(rk3576_rows),
		.num_bins = ARRAY_SIZE(rk3576_pvtm) + 1,
		.pvtm_min = rk3576_pvtm,
	},
	{
		.parts = BIT(NPU_PART_S),
		.rows = rk3576s_rows,
		.num_rows = ARRAY_SIZE(rk3576s_rows),
		.num_bins = ARRAY_SIZE(rk3576_pvtm) + 1,
		.pvtm_min = rk3576_pvtm,
	},
	{
		.parts = BIT(NPU_PART_J) | BIT(NPU_PART_M),
		.rows = rk3576_jm_rows,
		.num_rows = ARRAY_SIZE(rk3576_jm_rows),
		.num_bins = ARRAY_SIZE(rk3576_jm_pvtm) + 1,
		.pvtm_min = rk3576_jm_pvtm,
	},
};

const struct npu_opp_soc npu_opp_rk3576 = {
	.tables = rk3576_tables,
	.num_tables = ARRAY_SIZE(rk3576_tables),
	.rates = rk3576_rates,
	.num_rates = ARRAY_SIZE(rk3576_rates),
	.park_mhz = 200,
	.fallback_mhz = 600,
	.blind_mhz = 600,
	.least_uv = 495000,
	.max_uv = 875000,
	.stands_uv = 950000,
	.margins = {
		{ 855000, 1 }, { 765000, 2 }, { 675000, 3 }, { 495000, 4 },
	},
	.margin_reg = {
		{ 0x8, 0x1c, 2 }, { 0xc, 0x3c, 2 }, { 0x10, 0x1c, 2 },
	},
	.num_margin_regs = 3,
	.margin_hiword = true,
	.cold_mc = 15000,
	.cold_uv = 750000,
	.hysteresis_mc = 5000,
	/* The result lies in the ring oscillator's own block, not in the GRF. */
	.pvtm = {
		.uv = 750000,
		.ref_celsius = 35,
	},
};
EXPORT_SYMBOL_IF_KUNIT(npu_opp_rk3576);
