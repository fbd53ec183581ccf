/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: what differs between SoCs
 *
 * One constant structure per SoC. No other file asks which SoC it runs on.
 */
#ifndef _ISP_SOC_H_
#define _ISP_SOC_H_

#include <linux/types.h>

/**
 * struct isp_rate - a core clock rate
 * @hz: rate
 * @max_width: widest picture that it can process
 */
struct isp_rate {
	unsigned long hz;
	u32 max_width;
};

/**
 * struct isp_soc - constants of one SoC
 * @name: for messages
 * @hw_revision: what user space sees as the hardware's revision
 * @min_width: smallest input and output width
 * @min_height: smallest input height
 * @min_out_height: smallest output height
 * @max_width: largest input width
 * @max_height: largest input height
 * @main_max_width: largest width of the main path
 * @main_max_height: largest height of the main path
 * @self_max: largest width and height of the self path
 * @clocks: names of the clocks; the core clock is number @core_clock
 * @num_clocks: entries of @clocks
 * @core_clock: index of the clock whose rate is chosen
 * @rates: core clock rates, ascending
 * @num_rates: entries of @rates
 * @assumed_fps: frames per second that a context is counted with
 * @autosuspend_ms: idle time before power is cut
 */
struct isp_soc {
	const char *name;
	u32 hw_revision;
	u32 min_width;
	u32 min_height;
	u32 min_out_height;
	u32 max_width;
	u32 max_height;
	u32 main_max_width;
	u32 main_max_height;
	u32 self_max;
	const char * const *clocks;
	unsigned int num_clocks;
	unsigned int core_clock;
	const struct isp_rate *rates;
	unsigned int num_rates;
	unsigned int assumed_fps;
	unsigned int autosuspend_ms;
};

extern const struct isp_soc isp_soc_rk3588;

#endif /* _ISP_SOC_H_ */
