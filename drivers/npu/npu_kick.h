/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: kick records
 *
 * A kick is one start of a core. Everything that can be computed beforehand is
 * computed when the job is submitted, in process context, and kept in a record of
 * five words; starting the core, even from the interrupt handler, only writes
 * them. All functions here are pure: they touch neither hardware nor locks.
 */
#ifndef _NPU_KICK_H_
#define _NPU_KICK_H_

#include <linux/types.h>

struct drm_sunmao_npu_task;
struct npu_soc;

/* Words at the end of a stream that are searched for its start word. */
#define NPU_STREAM_TAIL		4

/**
 * struct npu_kick - what is written to start a core
 * @base: NPU address of the (first) stream
 * @amount: its length in the register's unit
 * @task_con: number of segments and control bits
 * @int_mask: interrupts to arm, completion and errors
 * @segments: number of segments, for the time limit
 */
struct npu_kick {
	u32 base;
	u32 amount;
	u32 task_con;
	u32 int_mask;
	u32 segments;
};

/**
 * enum npu_irq_verdict - what an interrupt status means for a running kick
 * @NPU_IRQ_NONE: the core does not assert the line
 * @NPU_IRQ_DONE: the kick is complete
 * @NPU_IRQ_ERROR: the kick failed
 * @NPU_IRQ_STRAY: something that was not armed; clear it and go on
 */
enum npu_irq_verdict {
	NPU_IRQ_NONE,
	NPU_IRQ_DONE,
	NPU_IRQ_ERROR,
	NPU_IRQ_STRAY,
};

u32 npu_stream_amount(const struct npu_soc *soc, u32 words);
u32 npu_stream_max_words(const struct npu_soc *soc);
u32 npu_stream_fetch_bytes(const struct npu_soc *soc, u32 words);
u32 npu_stream_blocks(const u64 *tail, unsigned int count);
int npu_task_check(const struct npu_soc *soc,
		   const struct drm_sunmao_npu_task *task);
u32 npu_completion_mask(u32 blocks);
void npu_kick_prepare(struct npu_kick *kick, const struct npu_soc *soc,
		      const struct drm_sunmao_npu_task *task, u32 blocks);
enum npu_irq_verdict npu_irq_decide(u32 status, u32 int_mask);
unsigned int npu_kick_timeout_ms(const struct npu_soc *soc, u32 segments,
				 unsigned long rate_hz);
int npu_core_number(const struct npu_soc *soc, phys_addr_t base);
u32 npu_core_pointer(const struct npu_soc *soc, unsigned int core);

#endif /* _NPU_KICK_H_ */
