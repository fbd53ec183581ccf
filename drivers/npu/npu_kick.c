// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: kick records, time limits, interrupt decisions and core numbers
 *
 * See npu_kick.h.
 */

#include <linux/align.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <kunit/visibility.h>

#include <drm/sunmao_npu_drm.h>

#include "npu_kick.h"
#include "npu_regs.h"
#include "npu_soc.h"

/* PC_DATA_AMOUNT is 16 bits wide (NPU D.1). */
#define NPU_AMOUNT_UNITS	0x10000

/* The PC fetches from addresses that are multiples of 16 (NPU D.1). */
#define NPU_STREAM_ALIGN	16

/**
 * npu_stream_amount() - fetch length of a stream in the register's encoding
 * @soc: constants of the SoC
 * @words: 64-bit words, 1..npu_stream_max_words()
 *
 * Return: value for REGISTER_AMOUNTS (NPU B.6).
 */
u32 npu_stream_amount(const struct npu_soc *soc, u32 words)
{
	return DIV_ROUND_UP(words, soc->amount_scale) - 1;
}
EXPORT_SYMBOL_IF_KUNIT(npu_stream_amount);

/**
 * npu_stream_max_words() - longest stream whose length the register can hold
 * @soc: constants of the SoC
 *
 * Return: number of 64-bit words.
 */
u32 npu_stream_max_words(const struct npu_soc *soc)
{
	return NPU_AMOUNT_UNITS * soc->amount_scale;
}
EXPORT_SYMBOL_IF_KUNIT(npu_stream_max_words);

/**
 * npu_stream_fetch_bytes() - how much the PC reads for a stream
 * @soc: constants of the SoC
 * @words: 64-bit words of the stream, at most npu_stream_max_words()
 *
 * Return: bytes. More than the stream when its length is no whole number of
 * fetch units.
 */
u32 npu_stream_fetch_bytes(const struct npu_soc *soc, u32 words)
{
	return (npu_stream_amount(soc, words) + 1) * soc->amount_scale *
	       sizeof(u64);
}
EXPORT_SYMBOL_IF_KUNIT(npu_stream_fetch_bytes);

/**
 * npu_stream_blocks() - which blocks a stream starts
 * @tail: last words of the stream, in order
 * @count: number of words in @tail
 *
 * The start word is the last word, unless padding follows it (NPU B.5, B.6).
 *
 * Return: block bitmap of the last start word, 0 when there is none.
 */
u32 npu_stream_blocks(const u64 *tail, unsigned int count)
{
	while (count--) {
		if (NPU_WORD_TARGET(tail[count]) == NPU_WORD_TARGET_START)
			return NPU_WORD_VALUE(tail[count]);
	}

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(npu_stream_blocks);

/**
 * npu_task_check() - is a task from user space well-formed?
 * @soc: constants of the SoC
 * @task: task to look at
 *
 * Whether the stream lies in a buffer of the caller is checked elsewhere.
 *
 * Return: 0, or -EINVAL for an empty or too long stream, for an address that
 * the PC cannot hold (bit 0 would even select slave mode), and for a stream that
 * leaves the 32-bit address space.
 */
int npu_task_check(const struct npu_soc *soc,
		   const struct drm_sunmao_npu_task *task)
{
	u64 end;

	if (!task->regcmd_count ||
	    task->regcmd_count > npu_stream_max_words(soc))
		return -EINVAL;
	if (!task->regcmd || !IS_ALIGNED(task->regcmd, NPU_STREAM_ALIGN))
		return -EINVAL;

	end = (u64)task->regcmd +
	      npu_stream_fetch_bytes(soc, task->regcmd_count);

	return end <= (u64)U32_MAX + 1 ? 0 : -EINVAL;
}
EXPORT_SYMBOL_IF_KUNIT(npu_task_check);

/**
 * npu_completion_mask() - interrupts that say that a stream is complete
 * @blocks: block bitmap of its start word
 *
 * The block that writes the result must have finished. In a stream that starts
 * both, the DPU feeds the PPU and the PPU writes (NPU C.5, F6).
 *
 * Return: interrupt bits, both register groups.
 */
u32 npu_completion_mask(u32 blocks)
{
	return blocks & NPU_BLOCK_PPU ? NPU_INT_PPU_DONE : NPU_INT_DPU_DONE;
}
EXPORT_SYMBOL_IF_KUNIT(npu_completion_mask);

/**
 * npu_kick_prepare() - fill the record that starts one stream
 * @kick: record to fill
 * @soc: constants of the SoC
 * @task: task that passed npu_task_check()
 * @blocks: blocks that the stream starts
 */
void npu_kick_prepare(struct npu_kick *kick, const struct npu_soc *soc,
		      const struct drm_sunmao_npu_task *task, u32 blocks)
{
	kick->segments = 1;
	kick->base = task->regcmd;
	kick->amount = npu_stream_amount(soc, task->regcmd_count);
	kick->task_con = (soc->task_control << soc->task_number_bits) |
			 kick->segments;
	kick->int_mask = npu_completion_mask(blocks) | NPU_INT_DMA_ERROR;
}
EXPORT_SYMBOL_IF_KUNIT(npu_kick_prepare);

/**
 * npu_irq_decide() - judge an interrupt status
 * @status: INTERRUPT_STATUS, that is raw events that are armed in the hardware
 * @int_mask: what the running kick armed, 0 when nothing runs
 *
 * A stream can arm other events than the kernel did, so a status that is not in
 * @int_mask is possible and must be cleared, or the level line storms (NPU H.3).
 *
 * Return: the verdict.
 */
enum npu_irq_verdict npu_irq_decide(u32 status, u32 int_mask)
{
	if (!status)
		return NPU_IRQ_NONE;
	if (!(status & int_mask))
		return NPU_IRQ_STRAY;
	if (status & int_mask & NPU_INT_DMA_ERROR)
		return NPU_IRQ_ERROR;

	return NPU_IRQ_DONE;
}
EXPORT_SYMBOL_IF_KUNIT(npu_irq_decide);

/**
 * npu_kick_timeout_ms() - time after which a kick counts as hung
 * @soc: constants of the SoC
 * @segments: segments in the kick, at least 1
 * @rate_hz: NPU clock, 0 when it is not known
 *
 * Return: milliseconds; grows with the work and with a slower clock.
 */
unsigned int npu_kick_timeout_ms(const struct npu_soc *soc, u32 segments,
				 unsigned long rate_hz)
{
	u64 work = (u64)segments * soc->segment_budget_ms;

	if (!rate_hz)
		rate_hz = soc->reference_hz;
	work = mul_u64_u32_div(work, soc->reference_hz,
			       min_t(u64, rate_hz, U32_MAX));

	return min_t(u64, soc->kick_budget_ms + work, INT_MAX);
}
EXPORT_SYMBOL_IF_KUNIT(npu_kick_timeout_ms);

/**
 * npu_core_number() - number of the core at an address
 * @soc: constants of the SoC
 * @base: physical address of its PC window
 *
 * The number is part of register values, so it has to be the hardware's and not
 * the order in which cores are probed.
 *
 * Return: 0.., or -ENODEV for an address where the SoC has no core.
 */
int npu_core_number(const struct npu_soc *soc, phys_addr_t base)
{
	unsigned int i;

	for (i = 0; i < soc->num_cores; i++) {
		if (soc->core_base[i] == base)
			return i;
	}

	return -ENODEV;
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_number);

/**
 * npu_core_pointer() - S_POINTER value for the blocks of a core
 * @soc: constants of the SoC
 * @core: core number
 *
 * Return: both pointers toggling, with the core number that the CNA and CORE
 * blocks need to complete at all (NPU B.7).
 */
u32 npu_core_pointer(const struct npu_soc *soc, unsigned int core)
{
	return NPU_S_POINTER_PP_EN | NPU_S_EXECUTER_PP_EN |
	       NPU_S_POINTER_PP_MODE | (core << soc->core_number_shift);
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_pointer);
