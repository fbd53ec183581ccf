/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: how busy the NPU is
 *
 * All cores run at one clock, so the core with the most to do decides how fast it has
 * to be: the NPU counts as busy while any core runs a job.
 */
#ifndef _NPU_LOAD_H_
#define _NPU_LOAD_H_

#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct npu_load - busy time
 * @lock: protects all below
 * @running: cores that run a job
 * @busy_since: when @running became more than 0, ns
 * @busy_ns: busy time since @sampled, up to @busy_since
 * @sampled: when npu_load_sample() was last called, ns
 */
struct npu_load {
	spinlock_t lock; /* all below; a leaf, interrupts off */
	unsigned int running;
	u64 busy_since;
	u64 busy_ns;
	u64 sampled;
};

void npu_load_init(struct npu_load *load, u64 now);
void npu_load_begin(struct npu_load *load, u64 now);
void npu_load_end(struct npu_load *load, u64 now);
void npu_load_sample(struct npu_load *load, u64 now, u64 *busy, u64 *total);

#endif /* _NPU_LOAD_H_ */
