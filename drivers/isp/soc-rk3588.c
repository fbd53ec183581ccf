// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: RK3588 and RK3588S
 *
 * Two identical instances (ISP 1.2). Limits: ISP 1.5 and ISP UAPI 2, where the
 * main path is a little smaller than what the hardware is said to do; clocks and
 * rates: ISP 8.2 and 8.4. The frame rate is an assumption: from memory, nobody
 * says how fast frames will come.
 */

#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/export.h>
#include <kunit/visibility.h>

#include "isp_soc.h"

static const char * const rk3588_clocks[] = {
	"aclk", "hclk", "clk_core", "clk_core_marvin", "clk_core_vicap",
};

static const struct isp_rate rk3588_rates[] = {
	{ 300000000, 1920 },
	{ 400000000, 2688 },
	{ 500000000, 3072 },
	{ 600000000, 3840 },
	{ 702000000, 4672 },
};

const struct isp_soc isp_soc_rk3588 = {
	.name = "RK3588",
	.hw_revision = 30,
	.min_width = 32,
	.min_height = 32,
	.min_out_height = 16,
	.max_width = 4672,
	.max_height = 3504,
	.main_max_width = 4416,
	.main_max_height = 3312,
	.self_max = 1920,
	.clocks = rk3588_clocks,
	.num_clocks = ARRAY_SIZE(rk3588_clocks),
	.core_clock = 2,
	.rates = rk3588_rates,
	.num_rates = ARRAY_SIZE(rk3588_rates),
	.assumed_fps = 30,
	.autosuspend_ms = 100,
};
EXPORT_SYMBOL_IF_KUNIT(isp_soc_rk3588);
