// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: kick records and core numbers
 *
 * The values of NPU C.1; A.3 for the addresses.
 */

#include <drm/sunmao_npu_drm.h>

#include "npu_kick.h"
#include "npu_soc.h"
#include "suites.h"

static void prepare(struct npu_kick *kick, u32 address, u32 words, u32 blocks)
{
	const struct drm_sunmao_npu_task task = {
		.regcmd = address,
		.regcmd_count = words,
	};

	memset(kick, 0xa5, sizeof(*kick));
	npu_kick_prepare(kick, &npu_soc_rk3588, &task, blocks);
}

static void base_is_the_address_of_the_stream(struct kunit *test)
{
	struct npu_kick kick;

	prepare(&kick, 0x00010000, 130, 0x1d);
	KUNIT_EXPECT_EQ(test, kick.base, 0x00010000);
	prepare(&kick, 0xfffffff0, 2, 0x1d);
	KUNIT_EXPECT_EQ(test, kick.base, 0xfffffff0);
}

static void amount_is_in_pairs_less_one(struct kunit *test)
{
	struct npu_kick kick;

	prepare(&kick, 0x1000, 130, 0x1d);
	KUNIT_EXPECT_EQ(test, kick.amount, 64);
	prepare(&kick, 0x1000, 1, 0x1d);
	KUNIT_EXPECT_EQ(test, kick.amount, 0);
	prepare(&kick, 0x1000, 131072, 0x1d);
	KUNIT_EXPECT_EQ(test, kick.amount, 0xffff);
}

/* Bit 14, count clear, ping-pong, one segment. */
static void task_con_starts_one_segment(struct kunit *test)
{
	struct npu_kick kick;

	prepare(&kick, 0x1000, 130, 0x1d);
	KUNIT_EXPECT_EQ(test, kick.task_con, 0x7001);
	KUNIT_EXPECT_EQ(test, kick.segments, 1);
}

/* F7: with RK3588's constant an RK3576 starts 28673 tasks. */
static void task_con_follows_the_width_of_the_number(struct kunit *test)
{
	const struct drm_sunmao_npu_task task = { .regcmd = 0x1000, .regcmd_count = 130 };
	struct npu_soc rk3576 = npu_soc_rk3588;
	struct npu_kick kick;

	rk3576.task_number_bits = 16;
	npu_kick_prepare(&kick, &rk3576, &task, 0x1d);
	KUNIT_EXPECT_EQ(test, kick.task_con, 0x00070001);
}

/* H.1 item 9: the DMA errors are armed, or a failed job looks like a hung one. */
static void a_convolution_arms_dpu_and_errors(struct kunit *test)
{
	struct npu_kick kick;

	prepare(&kick, 0x1000, 130, 0x1d);
	KUNIT_EXPECT_EQ(test, kick.int_mask, 0x3300);
	prepare(&kick, 0x1000, 130, 0x18);
	KUNIT_EXPECT_EQ(test, kick.int_mask, 0x3300);
}

/* H.1 item 22. */
static void pooling_arms_ppu_and_errors(struct kunit *test)
{
	struct npu_kick kick;

	prepare(&kick, 0x1000, 30, 0x60);
	KUNIT_EXPECT_EQ(test, kick.int_mask, 0x3c00);
}

/* A stream without a start word never completes; it must not pass for done either. */
static void a_stream_that_starts_nothing_still_arms_the_errors(struct kunit *test)
{
	struct npu_kick kick;

	prepare(&kick, 0x1000, 30, 0);
	KUNIT_EXPECT_EQ(test, kick.int_mask & 0x3000, 0x3000);
	KUNIT_EXPECT_EQ(test, kick.int_mask & ~0x3f00, 0);
}

struct core_case {
	const char *name;
	phys_addr_t base;
	int number;
};

static const struct core_case core_cases[] = {
	{ "core 0", 0xfdab0000, 0 },
	{ "core 1", 0xfdac0000, 1 },
	{ "core 2", 0xfdad0000, 2 },
	{ "before core 0", 0xfdaa0000, -ENODEV },
	{ "behind core 2", 0xfdae0000, -ENODEV },
	{ "inside core 0", 0xfdab1000, -ENODEV },
	{ "the IOMMU of core 1", 0xfdaca000, -ENODEV },
	{ "a core of the RK3576", 0x27700000, -ENODEV },
	{ "address 0", 0, -ENODEV },
	{ "core 0 above 4 GiB", 0x1fdab0000, -ENODEV },
};

KUNIT_ARRAY_PARAM_DESC(core, core_cases, name);

static void core_number(struct kunit *test)
{
	const struct core_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_core_number(&npu_soc_rk3588, c->base), c->number);
}

/* RK3583 is an RK3588 whose core 2 is missing (A.1). */
static void a_soc_with_fewer_cores_has_fewer_numbers(struct kunit *test)
{
	struct npu_soc rk3583 = npu_soc_rk3588;

	rk3583.num_cores = 2;
	KUNIT_EXPECT_EQ(test, npu_core_number(&rk3583, 0xfdac0000), 1);
	KUNIT_EXPECT_EQ(test, npu_core_number(&rk3583, 0xfdad0000), -ENODEV);
}

/* C.1 steps 2 and 3: both pointers toggle, the core number sits in bits 29:28. */
static void pointers_carry_the_core_number(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, npu_core_pointer(&npu_soc_rk3588, 0), 0x0000000e);
	KUNIT_EXPECT_EQ(test, npu_core_pointer(&npu_soc_rk3588, 1), 0x1000000e);
	KUNIT_EXPECT_EQ(test, npu_core_pointer(&npu_soc_rk3588, 2), 0x2000000e);
}

/* A.1 to A.3, B.2. */
static void rk3588_is_described_as_it_is(struct kunit *test)
{
	const struct npu_soc *soc = &npu_soc_rk3588;

	KUNIT_EXPECT_EQ(test, soc->num_cores, 3);
	KUNIT_EXPECT_EQ(test, soc->dma_bits, 40);
	KUNIT_EXPECT_EQ(test, soc->version, 1179210309);
	KUNIT_EXPECT_EQ(test, soc->amount_scale, 2);
	KUNIT_EXPECT_EQ(test, soc->task_number_bits, 12);
	/* 32 cycles of the slower clock at 200 MHz are 0.16 us; 10 us are in use. */
	KUNIT_EXPECT_GE(test, soc->reset_us, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(base_is_the_address_of_the_stream),
	KUNIT_CASE(amount_is_in_pairs_less_one),
	KUNIT_CASE(task_con_starts_one_segment),
	KUNIT_CASE(task_con_follows_the_width_of_the_number),
	KUNIT_CASE(a_convolution_arms_dpu_and_errors),
	KUNIT_CASE(pooling_arms_ppu_and_errors),
	KUNIT_CASE(a_stream_that_starts_nothing_still_arms_the_errors),
	KUNIT_CASE_PARAM(core_number, core_gen_params),
	KUNIT_CASE(a_soc_with_fewer_cores_has_fewer_numbers),
	KUNIT_CASE(pointers_carry_the_core_number),
	KUNIT_CASE(rk3588_is_described_as_it_is),
	{}
};

struct kunit_suite npu_kick_suite = {
	.name = "sunmao-npu-kick",
	.test_cases = cases,
};
