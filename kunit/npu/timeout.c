// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: how long a kick may take
 *
 * A fixed limit kills long jobs at a slow clock (NPU H.1 item 23), so the limit
 * grows with the work and with a slower clock.
 */

#include "npu_kick.h"
#include "npu_soc.h"
#include "suites.h"

#define MHZ	1000000UL

static int timeout_init(struct kunit *test)
{
	struct npu_soc *soc = kunit_kzalloc(test, sizeof(*soc), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, soc);
	*soc = npu_soc_rk3588;
	soc->reference_hz = 200 * MHZ;
	soc->kick_budget_ms = 300;
	soc->segment_budget_ms = 40;
	test->priv = soc;
	return 0;
}

static void one_segment_at_the_reference_clock(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, npu_kick_timeout_ms(test->priv, 1, 200 * MHZ), 340);
}

static void every_segment_adds_its_share(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, npu_kick_timeout_ms(test->priv, 2, 200 * MHZ), 380);
	KUNIT_EXPECT_EQ(test, npu_kick_timeout_ms(test->priv, 100, 200 * MHZ), 4300);
}

/* The task number has 12 bits, so this is the longest chain (D.1). */
static void the_longest_chain(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, npu_kick_timeout_ms(test->priv, 4095, 200 * MHZ),
			300 + 4095 * 40);
}

static void a_slow_clock_stretches_the_share(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, npu_kick_timeout_ms(test->priv, 1, 100 * MHZ), 380);
	KUNIT_EXPECT_EQ(test, npu_kick_timeout_ms(test->priv, 10, 50 * MHZ), 1900);
}

static void a_fast_clock_shortens_the_share(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, npu_kick_timeout_ms(test->priv, 1, 800 * MHZ), 310);
	KUNIT_EXPECT_EQ(test, npu_kick_timeout_ms(test->priv, 10, 1000 * MHZ), 380);
}

static void rounding_costs_less_than_a_millisecond(struct kunit *test)
{
	/* 40 ms * 200 / 300 = 26.67 ms, and 100 times that */
	KUNIT_EXPECT_GE(test, npu_kick_timeout_ms(test->priv, 1, 300 * MHZ), 326);
	KUNIT_EXPECT_LE(test, npu_kick_timeout_ms(test->priv, 1, 300 * MHZ), 327);
	KUNIT_EXPECT_GE(test, npu_kick_timeout_ms(test->priv, 100, 300 * MHZ), 2966);
	KUNIT_EXPECT_LE(test, npu_kick_timeout_ms(test->priv, 100, 300 * MHZ), 2967);
}

static void no_clock_takes_the_fixed_share_away(struct kunit *test)
{
	KUNIT_EXPECT_GE(test, npu_kick_timeout_ms(test->priv, 1, ULONG_MAX), 300);
}

static void an_unknown_clock_counts_as_slow(struct kunit *test)
{
	KUNIT_EXPECT_GE(test, npu_kick_timeout_ms(test->priv, 1, 0),
			npu_kick_timeout_ms(test->priv, 1, 200 * MHZ));
	KUNIT_EXPECT_GE(test, npu_kick_timeout_ms(test->priv, 50, 0),
			npu_kick_timeout_ms(test->priv, 50, 200 * MHZ));
}

/* A sum that wraps would declare a long job dead at once. */
static void extremes_do_not_wrap(struct kunit *test)
{
	static const unsigned long rates[] = { 1, 1000, MHZ, 200 * MHZ, ULONG_MAX };
	unsigned int i, shift;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		unsigned int before = 0;

		for (shift = 0; shift < 32; shift++) {
			unsigned int ms;

			ms = npu_kick_timeout_ms(test->priv, 1U << shift, rates[i]);
			KUNIT_EXPECT_GE_MSG(test, ms, before, "%u segments at %lu Hz",
					    1U << shift, rates[i]);
			before = ms;
		}
		KUNIT_EXPECT_GE_MSG(test, npu_kick_timeout_ms(test->priv, U32_MAX, rates[i]),
				    before, "at %lu Hz", rates[i]);
	}
}

/* H.1 item 23: 500 ms for a job of many tasks at 200 MHz is too short. */
static void rk3588_gives_a_long_job_more_than_half_a_second(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, npu_kick_timeout_ms(&npu_soc_rk3588, 1, 200 * MHZ), 500);
	KUNIT_EXPECT_GT(test, npu_kick_timeout_ms(&npu_soc_rk3588, 28, 200 * MHZ),
			npu_kick_timeout_ms(&npu_soc_rk3588, 1, 200 * MHZ));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(one_segment_at_the_reference_clock),
	KUNIT_CASE(every_segment_adds_its_share),
	KUNIT_CASE(the_longest_chain),
	KUNIT_CASE(a_slow_clock_stretches_the_share),
	KUNIT_CASE(a_fast_clock_shortens_the_share),
	KUNIT_CASE(rounding_costs_less_than_a_millisecond),
	KUNIT_CASE(no_clock_takes_the_fixed_share_away),
	KUNIT_CASE(an_unknown_clock_counts_as_slow),
	KUNIT_CASE(extremes_do_not_wrap),
	KUNIT_CASE(rk3588_gives_a_long_job_more_than_half_a_second),
	{}
};

struct kunit_suite npu_timeout_suite = {
	.name = "sunmao-npu-timeout",
	.init = timeout_init,
	.test_cases = cases,
};
