// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what an interrupt status means
 *
 * NPU C.5, C.7 and H.1 items 9 and 22. The status is what is armed in the
 * hardware, which a stream can change (H.3).
 */

#include "npu_kick.h"
#include "suites.h"

/* What C.1 and C.5 arm, with both DMA errors. */
#define CONV	0x3300
#define POOL	0x3c00

struct verdict_case {
	const char *name;
	u32 status;
	u32 armed;
	enum npu_irq_verdict verdict;
};

static const struct verdict_case verdict_cases[] = {
	{ "the line belongs to the IOMMU", 0, CONV, NPU_IRQ_NONE },
	{ "nothing runs, nothing pending", 0, 0, NPU_IRQ_NONE },
	{ "DPU group 0", 0x100, CONV, NPU_IRQ_DONE },
	{ "DPU group 1", 0x200, CONV, NPU_IRQ_DONE },
	{ "DPU both groups", 0x300, CONV, NPU_IRQ_DONE },
	{ "PPU group 0", 0x400, POOL, NPU_IRQ_DONE },
	{ "PPU group 1", 0x800, POOL, NPU_IRQ_DONE },
	{ "PPU both groups", 0xc00, POOL, NPU_IRQ_DONE },
	{ "DMA read error", 0x1000, CONV, NPU_IRQ_ERROR },
	{ "DMA write error", 0x2000, CONV, NPU_IRQ_ERROR },
	{ "both DMA errors", 0x3000, POOL, NPU_IRQ_ERROR },
	{ "a read error outweighs completion", 0x1100, CONV, NPU_IRQ_ERROR },
	{ "a write error outweighs completion", 0x2800, POOL, NPU_IRQ_ERROR },
	{ "completion with an unarmed companion", 0x105ff, CONV, NPU_IRQ_DONE },
	{ "DPU done does not end a pooling program", 0x300, POOL, NPU_IRQ_STRAY },
	{ "PPU done does not end a convolution", 0xc00, CONV, NPU_IRQ_STRAY },
	{ "completion of nothing", 0x300, 0, NPU_IRQ_STRAY },
	{ "an error of nothing", 0x1000, 0, NPU_IRQ_STRAY },
	{ "undocumented bit 14", 0x4000, CONV, NPU_IRQ_STRAY },
	{ "undocumented bit 16", 0x10000, CONV, NPU_IRQ_STRAY },
	{ "bits 30 and 31", 0xc0000000, CONV, NPU_IRQ_STRAY },
};

KUNIT_ARRAY_PARAM_DESC(verdict, verdict_cases, name);

static void verdict(struct kunit *test)
{
	const struct verdict_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_irq_decide(c->status, c->armed), c->verdict);
}

/* Bits 0 to 7 tell of inner blocks; none of them means that a result is written. */
static void inner_blocks_do_not_end_a_kick(struct kunit *test)
{
	unsigned int bit;

	for (bit = 0; bit < 8; bit++) {
		KUNIT_EXPECT_EQ_MSG(test, npu_irq_decide(1U << bit, CONV),
				    NPU_IRQ_STRAY, "bit %u", bit);
		KUNIT_EXPECT_EQ_MSG(test, npu_irq_decide(1U << bit, POOL),
				    NPU_IRQ_STRAY, "bit %u", bit);
	}
}

/* A level line that nobody clears is switched off by the kernel, for the IOMMU too. */
static void no_pending_event_is_called_none(struct kunit *test)
{
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		KUNIT_EXPECT_NE_MSG(test, npu_irq_decide(1U << bit, CONV),
				    NPU_IRQ_NONE, "bit %u", bit);
		KUNIT_EXPECT_NE_MSG(test, npu_irq_decide(1U << bit, 0),
				    NPU_IRQ_NONE, "bit %u", bit);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(verdict, verdict_gen_params),
	KUNIT_CASE(inner_blocks_do_not_end_a_kick),
	KUNIT_CASE(no_pending_event_is_called_none),
	{}
};

struct kunit_suite npu_irq_suite = {
	.name = "sunmao-npu-irq",
	.test_cases = cases,
};
