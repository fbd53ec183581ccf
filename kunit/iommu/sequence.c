// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: enable, switch, disable on fake banks (IOMMU 4, 5)
 */

#include "fake.h"
#include "suites.h"

#define BANKS	2
#define ROOT_A	0x45678301
#define ROOT_B	0x12345001

struct banks {
	struct rkmmu_hw hw;
	struct fake_bank bank[BANKS];
};

static int sequence_init(struct kunit *test)
{
	struct banks *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	fake_banks_attach(&b->hw, b->bank, BANKS);
	test->priv = b;
	return 0;
}

static unsigned int accesses(struct banks *b)
{
	unsigned int i, num = 0;

	for (i = 0; i < BANKS; i++) {
		num += b->bank[i].reads + b->bank[i].writes;
		b->bank[i].reads = 0;
		b->bank[i].writes = 0;
	}
	return num;
}

static void expect_running(struct kunit *test, struct banks *b, u32 root)
{
	unsigned int i;

	for (i = 0; i < BANKS; i++) {
		KUNIT_EXPECT_EQ(test, b->bank[i].root, root);
		KUNIT_EXPECT_EQ(test, b->bank[i].status, 0x19u);
		KUNIT_EXPECT_EQ(test, b->bank[i].mask, 0x3u);
		KUNIT_EXPECT_EQ(test, b->bank[i].gating & 0x80000000, 0x80000000u);
		KUNIT_EXPECT_FALSE(test, b->bank[i].root_while_running);
		KUNIT_EXPECT_GE(test, b->bank[i].zap_all, 1u);
		b->bank[i].zap_all = 0;
	}
}

static void expect_stopped(struct kunit *test, struct banks *b)
{
	unsigned int i;

	for (i = 0; i < BANKS; i++) {
		KUNIT_EXPECT_EQ(test, b->bank[i].root, 0u);
		KUNIT_EXPECT_EQ(test, b->bank[i].status, 0x18u);
		KUNIT_EXPECT_EQ(test, b->bank[i].mask, 0u);
	}
}

static void enabling_programs_every_bank(struct kunit *test)
{
	struct banks *b = test->priv;

	b->bank[1].gating = 0;
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	expect_running(test, b, ROOT_A);
	KUNIT_EXPECT_EQ(test, b->bank[0].resets, 1u);
	KUNIT_EXPECT_EQ(test, b->bank[1].resets, 1u);
}

/* IOMMU 5, the column of 7.3: enable 15, disable 13, A to B 28 per bank. */
static void sequences_cost_less_than_mainlines(struct kunit *test)
{
	struct banks *b = test->priv;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	KUNIT_EXPECT_EQ(test, accesses(b), 12u * BANKS);
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_switch(&b->hw, ROOT_B));
	KUNIT_EXPECT_EQ(test, accesses(b), 7u * BANKS);
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_disable(&b->hw));
	KUNIT_EXPECT_EQ(test, accesses(b), 9u * BANKS);
}

static void switching_needs_no_reset(struct kunit *test)
{
	struct banks *b = test->priv;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	expect_running(test, b, ROOT_A);
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_switch(&b->hw, ROOT_B));
	expect_running(test, b, ROOT_B);
	KUNIT_EXPECT_EQ(test, b->bank[0].resets, 1u);
}

/* A reset of the NPU takes its banks along (IOMMU 7). */
static void switching_finds_banks_that_were_reset(struct kunit *test)
{
	struct banks *b = test->priv;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	fake_bank_reset(&b->bank[1]);
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_switch(&b->hw, ROOT_B));
	expect_running(test, b, ROOT_B);
}

static void disabling_leaves_nothing_behind(struct kunit *test)
{
	struct banks *b = test->priv;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	KUNIT_EXPECT_EQ(test, 0, rkmmu_hw_disable(&b->hw));
	expect_stopped(test, b);
	KUNIT_EXPECT_EQ(test, 0, rkmmu_hw_disable(&b->hw));
	expect_stopped(test, b);
}

/* RK3576: firmware leaves a fault behind, the bank then ignores a stall. */
static void a_stale_fault_is_acknowledged(struct kunit *test)
{
	struct banks *b = test->priv;

	b->bank[0].status = 0x2b;
	b->bank[0].raw = 1;
	b->hw.no_reset = true;
	KUNIT_EXPECT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	KUNIT_EXPECT_EQ(test, b->bank[0].acks, 1u);
	KUNIT_EXPECT_EQ(test, b->bank[1].acks, 0u);
	KUNIT_EXPECT_EQ(test, b->bank[0].raw, 0u);
	KUNIT_EXPECT_EQ(test, b->bank[0].root, (u32)ROOT_A);
	KUNIT_EXPECT_EQ(test, b->bank[0].status & 0x7, 0x1u);
}

static void a_bank_that_will_not_stall_is_reset(struct kunit *test)
{
	struct banks *b = test->priv;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	b->bank[1].no_stall = true;
	KUNIT_EXPECT_EQ(test, 0, rkmmu_hw_switch(&b->hw, ROOT_B));
	KUNIT_EXPECT_EQ(test, b->bank[1].resets, 2u);
	KUNIT_EXPECT_EQ(test, b->bank[1].root, (u32)ROOT_B);
	KUNIT_EXPECT_EQ(test, 0, rkmmu_hw_disable(&b->hw));
	expect_stopped(test, b);
}

static void without_reset_a_failed_stall_is_an_error(struct kunit *test)
{
	struct banks *b = test->priv;

	b->hw.no_reset = true;
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	b->bank[1].no_stall = true;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkmmu_hw_switch(&b->hw, ROOT_B));
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkmmu_hw_disable(&b->hw));
	KUNIT_EXPECT_EQ(test, b->bank[0].resets + b->bank[1].resets, 0u);
	KUNIT_EXPECT_EQ(test, b->bank[0].status & 0x4, 0u);
}

/* IOMMU 7: a reset while the master runs hangs the bus of a camera. */
static void reset_is_left_out_where_it_harms(struct kunit *test)
{
	struct banks *b = test->priv;

	b->hw.no_reset = true;
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	expect_running(test, b, ROOT_A);
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_switch(&b->hw, ROOT_B));
	expect_running(test, b, ROOT_B);
	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_disable(&b->hw));
	expect_stopped(test, b);
	KUNIT_EXPECT_EQ(test, b->bank[0].resets + b->bank[1].resets, 0u);
}

static void a_dead_bank_is_found(struct kunit *test)
{
	struct banks *b = test->priv;

	b->bank[1].dead = true;
	KUNIT_EXPECT_EQ(test, -EFAULT, rkmmu_hw_enable(&b->hw, ROOT_A));
	/* Nothing translates half. */
	KUNIT_EXPECT_EQ(test, b->bank[0].status & 1, 0u);
}

static void a_reset_that_never_ends_is_given_up(struct kunit *test)
{
	struct banks *b = test->priv;

	b->bank[0].no_reset = true;
	KUNIT_EXPECT_EQ(test, -ETIMEDOUT, rkmmu_hw_enable(&b->hw, ROOT_A));
	/* 100 ms, polled often: not one read after a pause of the whole limit. */
	KUNIT_EXPECT_EQ(test, b->bank[0].waited_us, 100000u);
	KUNIT_EXPECT_LE(test, b->bank[0].longest_us, 1000u);
	KUNIT_EXPECT_GT(test, b->bank[0].reads, 10u);
}

static void flushing_costs_one_write_per_bank(struct kunit *test)
{
	struct banks *b = test->priv;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_enable(&b->hw, ROOT_A));
	accesses(b);
	b->bank[0].zap_all = 0;
	rkmmu_hw_zap_all(&b->hw);
	KUNIT_EXPECT_EQ(test, accesses(b), 1u * BANKS);
	KUNIT_EXPECT_EQ(test, b->bank[0].zap_all, 1u);
	rkmmu_hw_zap_page(&b->hw, 0x12345000);
	KUNIT_EXPECT_EQ(test, accesses(b), 1u * BANKS);
	KUNIT_EXPECT_EQ(test, b->bank[1].zap_line, 1u);
	KUNIT_EXPECT_EQ(test, b->bank[1].last_line, 0x12345000u);
	rkmmu_hw_barrier(&b->hw);
	KUNIT_EXPECT_EQ(test, b->bank[0].reads + b->bank[1].reads, 2u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(enabling_programs_every_bank),
	KUNIT_CASE(sequences_cost_less_than_mainlines),
	KUNIT_CASE(switching_needs_no_reset),
	KUNIT_CASE(switching_finds_banks_that_were_reset),
	KUNIT_CASE(disabling_leaves_nothing_behind),
	KUNIT_CASE(a_stale_fault_is_acknowledged),
	KUNIT_CASE(a_bank_that_will_not_stall_is_reset),
	KUNIT_CASE(without_reset_a_failed_stall_is_an_error),
	KUNIT_CASE(reset_is_left_out_where_it_harms),
	KUNIT_CASE(a_dead_bank_is_found),
	KUNIT_CASE(a_reset_that_never_ends_is_given_up),
	KUNIT_CASE(flushing_costs_one_write_per_bank),
	{ }
};

struct kunit_suite iommu_sequence_suite = {
	.name = "sunmao_iommu_sequence",
	.init = sequence_init,
	.test_cases = cases,
};
