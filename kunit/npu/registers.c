// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what a kick writes to the registers
 *
 * The three windows are plain memory, so every register can be compared, and
 * nothing else may have changed. Values of NPU C.1.
 */

#include <linux/sizes.h>

#include "npu_hw.h"
#include "npu_kick.h"
#include "npu_soc.h"
#include "suites.h"

#define WORDS	(SZ_4K / 4)
#define UNTOUCHED	0xdeadbeef

struct windows {
	struct npu_hw hw;
	u32 pc[WORDS];
	u32 cna[WORDS];
	u32 core[WORDS];
};

static int registers_init(struct kunit *test)
{
	struct windows *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	if (!w)
		return -ENOMEM;
	memset32(w->pc, UNTOUCHED, WORDS);
	memset32(w->cna, UNTOUCHED, WORDS);
	memset32(w->core, UNTOUCHED, WORDS);
	w->hw.pc = (void __iomem __force *)w->pc;
	w->hw.cna = (void __iomem __force *)w->cna;
	w->hw.core_regs = (void __iomem __force *)w->core;
	w->hw.core.soc = &npu_soc_rk3588;
	spin_lock_init(&w->hw.core.lock);
	test->priv = w;
	return 0;
}

static void kick(struct windows *w, unsigned int core, const struct npu_kick *kick)
{
	unsigned long flags;

	w->hw.core.id = core;
	w->hw.pointer = npu_core_pointer(&npu_soc_rk3588, core);
	spin_lock_irqsave(&w->hw.core.lock, flags);
	npu_hw_ops.kick(&w->hw.core, kick);
	spin_unlock_irqrestore(&w->hw.core.lock, flags);
}

static const struct npu_kick convolution = {
	.base = 0x00345670,
	.amount = 64,
	.task_con = 0x7001,
	.int_mask = 0x3300,
	.segments = 1,
};

static void the_program_controller_gets_the_record(struct kunit *test)
{
	struct windows *w = test->priv;

	kick(w, 0, &convolution);
	KUNIT_EXPECT_EQ(test, w->pc[0x10 / 4], 0x00345670);
	KUNIT_EXPECT_EQ(test, w->pc[0x14 / 4], 64);
	KUNIT_EXPECT_EQ(test, w->pc[0x20 / 4], 0x3300);
	KUNIT_EXPECT_EQ(test, w->pc[0x30 / 4], 0x7001);
	KUNIT_EXPECT_EQ(test, w->pc[0x34 / 4], 0);
	KUNIT_EXPECT_EQ(test, w->pc[0x08 / 4], 1);
}

/* What an earlier stream raised must not end this one (H.3). */
static void all_armed_events_are_cleared_first(struct kunit *test)
{
	struct windows *w = test->priv;

	kick(w, 0, &convolution);
	KUNIT_EXPECT_EQ(test, w->pc[0x24 / 4] & 0x3300, 0x3300);
	KUNIT_EXPECT_EQ(test, w->pc[0x24 / 4] & ~0x1ffff, 0);
}

static void the_pointers_of_both_blocks_carry_the_core(struct kunit *test)
{
	static const u32 expected[] = { 0x0000000e, 0x1000000e, 0x2000000e };
	struct windows *w = test->priv;
	unsigned int core;

	for (core = 0; core < 3; core++) {
		kick(w, core, &convolution);
		KUNIT_EXPECT_EQ(test, w->cna[0x4 / 4], expected[core]);
		KUNIT_EXPECT_EQ(test, w->core[0x4 / 4], expected[core]);
	}
}

static unsigned int touched(const u32 *window)
{
	unsigned int i, count = 0;

	for (i = 0; i < WORDS; i++)
		count += window[i] != UNTOUCHED;
	return count;
}

static void nothing_else_is_written(struct kunit *test)
{
	struct windows *w = test->priv;

	kick(w, 2, &convolution);
	KUNIT_EXPECT_EQ(test, touched(w->pc), 7);
	KUNIT_EXPECT_EQ(test, touched(w->cna), 1);
	KUNIT_EXPECT_EQ(test, touched(w->core), 1);
}

/* 0x28 is raw and mask; 0x2c would tell of events that nobody armed (C.5). */
static void status_is_the_masked_one(struct kunit *test)
{
	struct windows *w = test->priv;
	unsigned long flags;
	u32 status;

	w->pc[0x28 / 4] = 0x100;
	w->pc[0x2c / 4] = 0xc00001ff;
	spin_lock_irqsave(&w->hw.core.lock, flags);
	status = npu_hw_ops.status(&w->hw.core);
	spin_unlock_irqrestore(&w->hw.core.lock, flags);
	KUNIT_EXPECT_EQ(test, status, 0x100);
}

static void acknowledging_clears_the_events_in_question(struct kunit *test)
{
	struct windows *w = test->priv;
	unsigned long flags;

	spin_lock_irqsave(&w->hw.core.lock, flags);
	npu_hw_ops.ack(&w->hw.core, 0x300);
	spin_unlock_irqrestore(&w->hw.core.lock, flags);
	KUNIT_EXPECT_EQ(test, w->pc[0x24 / 4] & 0x300, 0x300);
	KUNIT_EXPECT_EQ(test, w->pc[0x24 / 4] & ~0x1ffff, 0);
	KUNIT_EXPECT_EQ(test, touched(w->pc), 1);
}

static void stopping_arms_nothing(struct kunit *test)
{
	struct windows *w = test->priv;
	unsigned long flags;

	kick(w, 0, &convolution);
	spin_lock_irqsave(&w->hw.core.lock, flags);
	npu_hw_ops.stop(&w->hw.core);
	spin_unlock_irqrestore(&w->hw.core.lock, flags);
	KUNIT_EXPECT_EQ(test, w->pc[0x20 / 4], 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_program_controller_gets_the_record),
	KUNIT_CASE(all_armed_events_are_cleared_first),
	KUNIT_CASE(the_pointers_of_both_blocks_carry_the_core),
	KUNIT_CASE(nothing_else_is_written),
	KUNIT_CASE(status_is_the_masked_one),
	KUNIT_CASE(acknowledging_clears_the_events_in_question),
	KUNIT_CASE(stopping_arms_nothing),
	{}
};

struct kunit_suite npu_registers_suite = {
	.name = "sunmao-npu-registers",
	.init = registers_init,
	.test_cases = cases,
};
