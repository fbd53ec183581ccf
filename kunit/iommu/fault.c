// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what a bank reports and what it is answered
 */

#include <linux/jiffies.h>

#include "fake.h"
#include "suites.h"

struct banks {
	struct rkmmu_hw hw;
	struct fake_bank bank[2];
};

static int fault_init(struct kunit *test)
{
	struct banks *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	fake_banks_attach(&b->hw, b->bank, 2);
	test->priv = b;
	return rkmmu_hw_enable(&b->hw, 0x45678301);
}

struct report {
	const char *name;
	u32 raw;
	u32 status;
	bool page;
	bool bus_error;
	bool write;
};

/* IOMMU 2: RAWSTAT 0 page fault, 1 bus error; STATUS 1 fault active, 5 write. */
static const struct report reports[] = {
	{ "read", 0x1, 0x1b, true, false, false },
	{ "write", 0x1, 0x3b, true, false, true },
	{ "bus error", 0x2, 0x19, false, true, false },
	{ "bus error of a write", 0x2, 0x39, false, true, true },
	{ "both", 0x3, 0x3b, true, true, true },
	{ "answered before", 0x1, 0x19, false, false, false },
};

KUNIT_ARRAY_PARAM_DESC(report, reports, name);

static void a_fault_is_decoded(struct kunit *test)
{
	const struct report *r = test->param_value;
	struct banks *b = test->priv;
	struct rkmmu_fault f;

	b->bank[1].raw = r->raw;
	b->bank[1].status = r->status;
	b->bank[1].fault_addr = 0xdeadb00c;
	KUNIT_EXPECT_FALSE(test, rkmmu_hw_fault(&b->hw, 0, &f));
	KUNIT_ASSERT_TRUE(test, rkmmu_hw_fault(&b->hw, 1, &f));
	KUNIT_EXPECT_EQ(test, f.pending, r->raw);
	KUNIT_EXPECT_EQ(test, f.iova, 0xdeadb00cu);
	KUNIT_EXPECT_EQ(test, f.page, r->page);
	KUNIT_EXPECT_EQ(test, f.bus_error, r->bus_error);
	KUNIT_EXPECT_EQ(test, f.write, r->write);
}

static void nothing_pending_costs_one_read(struct kunit *test)
{
	struct banks *b = test->priv;
	struct rkmmu_fault f;
	unsigned int reads = b->bank[0].reads, writes = b->bank[0].writes;

	KUNIT_EXPECT_FALSE(test, rkmmu_hw_fault(&b->hw, 0, &f));
	KUNIT_EXPECT_EQ(test, b->bank[0].reads, reads + 1);
	KUNIT_EXPECT_EQ(test, b->bank[0].writes, writes);
}

static void a_resolved_fault_lets_the_access_go_on(struct kunit *test)
{
	struct banks *b = test->priv;
	struct rkmmu_fault f;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		fake_bank_fault(&b->bank[0], i << 12, true);
		KUNIT_ASSERT_TRUE(test, rkmmu_hw_fault(&b->hw, 0, &f));
		KUNIT_ASSERT_TRUE(test, rkmmu_hw_fault_done(&b->hw, 0, &f, true, 1000));
	}
	KUNIT_EXPECT_EQ(test, b->bank[0].acks, 1000u);
	KUNIT_EXPECT_EQ(test, b->bank[0].status & 0x2, 0u);
	KUNIT_EXPECT_EQ(test, b->bank[0].raw, 0u);
}

/* The access is repeated at once: clearing after the answer would lose its fault. */
static void a_fault_that_comes_back_at_once_is_not_lost(struct kunit *test)
{
	struct banks *b = test->priv;
	struct rkmmu_fault f;

	b->bank[0].sticky_fault = true;
	fake_bank_fault(&b->bank[0], 0x5000, false);
	KUNIT_ASSERT_TRUE(test, rkmmu_hw_fault(&b->hw, 0, &f));
	KUNIT_EXPECT_TRUE(test, rkmmu_hw_fault_done(&b->hw, 0, &f, false, 1000));
	KUNIT_EXPECT_TRUE(test, rkmmu_hw_fault(&b->hw, 0, &f));
	KUNIT_EXPECT_EQ(test, f.iova, 0x5000u);
}

static unsigned int storm(struct banks *b, unsigned int limit)
{
	struct rkmmu_fault f;
	unsigned int num;

	for (num = 0; num < limit && rkmmu_hw_fault(&b->hw, 0, &f); num++)
		rkmmu_hw_fault_done(&b->hw, 0, &f, false, 1000);
	return num;
}

static void a_storm_ends(struct kunit *test)
{
	struct banks *b = test->priv;

	b->bank[0].sticky_fault = true;
	fake_bank_fault(&b->bank[0], 0x5000, false);
	KUNIT_EXPECT_EQ(test, storm(b, 1000), 17u);
	KUNIT_EXPECT_EQ(test, b->bank[0].mask, 0x2u);
	/* The access waits; the other bank goes on reporting. */
	KUNIT_EXPECT_EQ(test, b->bank[0].status & 0x2, 0x2u);
	KUNIT_EXPECT_EQ(test, b->bank[1].mask, 0x3u);
}

static void programming_anew_ends_the_silence(struct kunit *test)
{
	struct banks *b = test->priv;
	struct rkmmu_fault f;

	b->bank[0].sticky_fault = true;
	fake_bank_fault(&b->bank[0], 0x5000, false);
	storm(b, 1000);
	b->bank[0].sticky_fault = false;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_hw_switch(&b->hw, 0x12345001));
	KUNIT_EXPECT_EQ(test, b->bank[0].mask, 0x3u);
	KUNIT_EXPECT_EQ(test, b->bank[0].status, 0x19u);
	KUNIT_EXPECT_EQ(test, b->bank[0].resets, 2u);
	KUNIT_EXPECT_FALSE(test, rkmmu_hw_fault(&b->hw, 0, &f));
	fake_bank_fault(&b->bank[0], 0x6000, false);
	KUNIT_EXPECT_TRUE(test, rkmmu_hw_fault(&b->hw, 0, &f));
}

static void rare_faults_never_silence(struct kunit *test)
{
	struct banks *b = test->priv;
	unsigned long now = INITIAL_JIFFIES;
	struct rkmmu_fault f;
	unsigned int i;

	for (i = 0; i < 400; i++, now += HZ / 10) {
		fake_bank_fault(&b->bank[0], 0x5000, false);
		KUNIT_ASSERT_TRUE(test, rkmmu_hw_fault(&b->hw, 0, &f));
		KUNIT_ASSERT_TRUE(test, rkmmu_hw_fault_done(&b->hw, 0, &f, false, now));
	}
}

static void endless_bus_errors_end(struct kunit *test)
{
	struct banks *b = test->priv;
	struct rkmmu_fault f;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		b->bank[0].raw |= 2;
		if (!rkmmu_hw_fault(&b->hw, 0, &f))
			break;
		rkmmu_hw_fault_done(&b->hw, 0, &f, false, 1000);
	}
	KUNIT_EXPECT_EQ(test, i, 17u);
	KUNIT_EXPECT_EQ(test, b->bank[0].mask, 0x1u);
	KUNIT_EXPECT_EQ(test, b->bank[0].acks, 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_fault_is_decoded, report_gen_params),
	KUNIT_CASE(nothing_pending_costs_one_read),
	KUNIT_CASE(a_resolved_fault_lets_the_access_go_on),
	KUNIT_CASE(a_fault_that_comes_back_at_once_is_not_lost),
	KUNIT_CASE(a_storm_ends),
	KUNIT_CASE(programming_anew_ends_the_silence),
	KUNIT_CASE(rare_faults_never_silence),
	KUNIT_CASE(endless_bus_errors_end),
	{ }
};

struct kunit_suite iommu_fault_suite = {
	.name = "sunmao_iommu_fault",
	.init = fault_init,
	.test_cases = cases,
};
