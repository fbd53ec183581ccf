/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: what differs between SoCs
 *
 * One constant structure per SoC. No other file asks which SoC it runs on.
 */
#ifndef _NPU_SOC_H_
#define _NPU_SOC_H_

#include <linux/types.h>

struct npu_opp_soc;

/* Most cores that any supported SoC has; sizes the tables of a device. */
#define NPU_MAX_CORES	3

/**
 * struct npu_soc - constants of one SoC
 * @name: for messages
 * @core_base: physical address of each core's PC window, indexed by core number
 * @num_cores: entries of @core_base
 * @dma_bits: width of the addresses that the NPU's memory port can reach
 * @version: what the VERSION register reads, 0 when it does not tell
 * @amount_scale: words per unit of the fetch amount (NPU B.6)
 * @task_number_bits: width of TASK_CON's task number (NPU D.1)
 * @task_control: the bits right above the task number: count clear, ping-pong
 *	and one more that both known drivers set
 * @core_number_shift: where a block's S_POINTER holds the core number (NPU B.7)
 * @reset_us: how long both resets are held, microseconds (NPU B.2, C.8)
 * @reference_hz: clock for which the two budgets below hold
 * @kick_budget_ms: time every kick gets, for what does not depend on its length
 * @segment_budget_ms: time each segment of a kick gets on top at @reference_hz
 * @autosuspend_ms: idle time before a core is powered off
 * @opp: operating points
 */
struct npu_soc {
	const char *name;
	const phys_addr_t *core_base;
	unsigned int num_cores;
	unsigned int dma_bits;
	u32 version;
	unsigned int amount_scale;
	unsigned int task_number_bits;
	u32 task_control;
	unsigned int core_number_shift;
	unsigned int reset_us;
	unsigned long reference_hz;
	unsigned int kick_budget_ms;
	unsigned int segment_budget_ms;
	unsigned int autosuspend_ms;
	const struct npu_opp_soc *opp;
};

extern const struct npu_soc npu_soc_rk3588;

#endif /* _NPU_SOC_H_ */
