// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: register streams: fetch length, start word, the interrupt that ends them
 *
 * NPU B.3 to B.6 and C.5.
 */

#include "npu_kick.h"
#include "npu_soc.h"
#include "suites.h"

struct amount_case {
	const char *name;
	u32 words;
	u32 amount;
	u32 bytes;
};

/* Words include the four of the trailer. The captured lengths are those of B.6. */
static const struct amount_case amount_cases[] = {
	{ "one word", 1, 0, 16 },
	{ "one pair", 2, 0, 16 },
	{ "three words fetch a fourth", 3, 1, 32 },
	{ "two pairs", 4, 1, 32 },
	{ "convolution of 126 + 4 words", 130, 64, 1040 },
	{ "segment of 126 words", 126, 0x3e, 1008 },
	{ "captured body of 108 words", 112, 55, 896 },
	{ "captured body of 13 words", 17, 8, 144 },
	{ "captured body of 12 words", 16, 7, 128 },
	{ "captured body of 17 words", 21, 10, 176 },
	{ "longest less one", 131071, 0xffff, 1048576 },
	{ "longest", 131072, 0xffff, 1048576 },
};

KUNIT_ARRAY_PARAM_DESC(amount, amount_cases, name);

static void fetch_length(struct kunit *test)
{
	const struct amount_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_stream_amount(&npu_soc_rk3588, c->words), c->amount);
	KUNIT_EXPECT_EQ(test, npu_stream_fetch_bytes(&npu_soc_rk3588, c->words), c->bytes);
}

static void the_length_register_has_16_bits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, npu_stream_max_words(&npu_soc_rk3588), 131072);
}

static void rk356x_counts_single_words(struct kunit *test)
{
	struct npu_soc rk356x = npu_soc_rk3588;

	rk356x.amount_scale = 1;
	KUNIT_EXPECT_EQ(test, npu_stream_amount(&rk356x, 1), 0);
	KUNIT_EXPECT_EQ(test, npu_stream_amount(&rk356x, 130), 129);
	KUNIT_EXPECT_EQ(test, npu_stream_fetch_bytes(&rk356x, 129), 129 * 8);
	KUNIT_EXPECT_EQ(test, npu_stream_max_words(&rk356x), 65536);
}

/* Words of a trailer, B.3 and B.5. */
#define LINK	0x0101000000000010ULL
#define AMOUNT	0x0101000000000014ULL
#define MARKER	0x0041000000000000ULL
#define START(blocks)	(0x0081000000000008ULL | (u64)(blocks) << 16)

struct tail_case {
	const char *name;
	u64 words[4];
	unsigned int count;
	u32 blocks;
};

static const struct tail_case tail_cases[] = {
	{ "convolution", { LINK, AMOUNT, MARKER, START(0x1d) }, 4, 0x1d },
	{ "convolution without a second input", { LINK, AMOUNT, MARKER, START(0x0d) }, 4, 0x0d },
	{ "elementwise", { LINK, AMOUNT, MARKER, START(0x18) }, 4, 0x18 },
	{ "pooling", { LINK, AMOUNT, MARKER, START(0x60) }, 4, 0x60 },
	{ "everything", { LINK, AMOUNT, MARKER, START(0x7f) }, 4, 0x7f },
	{ "padded to an even length", { AMOUNT, MARKER, START(0x60), 0 }, 4, 0x60 },
	{ "all zero link", { 0, AMOUNT, MARKER, START(0x1d) }, 4, 0x1d },
	{ "shortest stream", { START(0x1d) }, 1, 0x1d },
	{ "nothing but padding", { 0, 0, 0, 0 }, 4, 0 },
	{ "no start word", { LINK, AMOUNT, MARKER, LINK }, 4, 0 },
	{ "the last of two start words counts",
	  { MARKER, START(0x1d), MARKER, START(0x60) }, 4, 0x60 },
	{ "target 0x0801 at the same offset is a register of the core block",
	  { LINK, AMOUNT, MARKER, 0x08010000001d0008ULL }, 4, 0 },
	{ "high bits of the value are not mistaken for the target",
	  { LINK, AMOUNT, MARKER, 0x0081000000180008ULL }, 4, 0x18 },
};

KUNIT_ARRAY_PARAM_DESC(tail, tail_cases, name);

static void start_word(struct kunit *test)
{
	const struct tail_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_stream_blocks(c->words, c->count), c->blocks);
}

static void no_word_is_read_beyond_the_count(struct kunit *test)
{
	static const u64 words[] = { MARKER, START(0x60), MARKER, START(0x1d) };

	KUNIT_EXPECT_EQ(test, npu_stream_blocks(words, 2), 0x60);
	KUNIT_EXPECT_EQ(test, npu_stream_blocks(words, 1), 0);
	KUNIT_EXPECT_EQ(test, npu_stream_blocks(words, 0), 0);
}

struct mask_case {
	const char *name;
	u32 blocks;
	u32 mask;
};

/* C.5: the block that writes the result ends the program; both register groups. */
static const struct mask_case mask_cases[] = {
	{ "convolution: DPU", 0x1d, 0x300 },
	{ "matmul: DPU", 0x0d, 0x300 },
	{ "elementwise: DPU", 0x18, 0x300 },
	{ "pooling: PPU", 0x60, 0xc00 },
	{ "pooling straight from the DPU: PPU", 0x3d, 0xc00 },
	{ "everything: PPU", 0x7f, 0xc00 },
};

KUNIT_ARRAY_PARAM_DESC(mask, mask_cases, name);

static void completion_interrupt(struct kunit *test)
{
	const struct mask_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, npu_completion_mask(c->blocks), c->mask);
}

/* F6: whatever a stream does, arming nothing would make it hang for sure. */
static void every_program_can_complete(struct kunit *test)
{
	u32 blocks;

	for (blocks = 0; blocks < 0x80; blocks++) {
		u32 mask = npu_completion_mask(blocks);

		KUNIT_EXPECT_NE_MSG(test, mask, 0, "blocks 0x%x", blocks);
		KUNIT_EXPECT_EQ_MSG(test, mask & ~0xf00, 0, "blocks 0x%x", blocks);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(fetch_length, amount_gen_params),
	KUNIT_CASE(the_length_register_has_16_bits),
	KUNIT_CASE(rk356x_counts_single_words),
	KUNIT_CASE_PARAM(start_word, tail_gen_params),
	KUNIT_CASE(no_word_is_read_beyond_the_count),
	KUNIT_CASE_PARAM(completion_interrupt, mask_gen_params),
	KUNIT_CASE(every_program_can_complete),
	{}
};

struct kunit_suite npu_stream_suite = {
	.name = "sunmao-npu-stream",
	.test_cases = cases,
};
