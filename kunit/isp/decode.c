// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: decoding of statistics
 *
 * Word formats of R 5, layout of R 6, presence of blocks of ISP UAPI 4.
 */

#include <linux/sunmao_isp.h>

#include "isp_decode.h"
#include "suites.h"

struct fixture {
	u32 words[0x4000];
	struct isp_measured measured;
	struct isp_stats_cache cache;
	u8 buf[15368] __aligned(8);
};

static struct fixture *new_fixture(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->measured.words = f->words;

	return f;
}

/* G 11:0, B 21:12, R 31:22. */
static void means(struct kunit *test)
{
	static const u32 words[] = { 0, 0xffffffff, 0x00400000, 0x00001000,
				     0x12345678 };
	u16 r[5], g[5], b[5];

	isp_decode_means(words, 5, r, g, b);
	KUNIT_EXPECT_EQ(test, r[0] | g[0] | b[0], 0);
	KUNIT_EXPECT_EQ(test, r[1], 1023);
	KUNIT_EXPECT_EQ(test, g[1], 4095);
	KUNIT_EXPECT_EQ(test, b[1], 1023);
	KUNIT_EXPECT_EQ(test, r[2], 1);
	KUNIT_EXPECT_EQ(test, g[2] | b[2], 0);
	KUNIT_EXPECT_EQ(test, b[3], 1);
	KUNIT_EXPECT_EQ(test, r[4], 0x48);
	KUNIT_EXPECT_EQ(test, b[4], 0x345);
	KUNIT_EXPECT_EQ(test, g[4], 0x678);
}

static void bins_have_28_bits(struct kunit *test)
{
	struct fixture *f = new_fixture(test);
	u32 *bins = f->words + 256;

	f->words[0] = 0xffffffff;
	f->words[1] = 1;
	f->words[255] = 0x01234567;
	isp_decode_bins(f->words, bins);
	KUNIT_EXPECT_EQ(test, bins[0], 0x0fffffff);
	KUNIT_EXPECT_EQ(test, bins[1], 1);
	KUNIT_EXPECT_EQ(test, bins[2], 0);
	KUNIT_EXPECT_EQ(test, bins[255], 0x01234567);
}

/* B 17:0, G 35:18, R 53:36, white points 63:54. */
static void white_balance_cells(struct kunit *test)
{
	struct fixture *f = new_fixture(test);
	struct sunmao_isp_rk_stats_awb *awb = &f->cache.awb;

	f->words[0] = 0xffffffff;
	f->words[1] = 0xffffffff;
	f->words[2] = 0x00040001; /* b 1, g 1 */
	f->words[3] = 0x00400010; /* r 1, count 1 */
	f->words[448] = 0x80000000; /* g bit 13 */
	f->words[449] = 0x00000008; /* g bit 17 */
	isp_decode_awb(f->words, awb);
	KUNIT_EXPECT_EQ(test, awb->counts_r[0], 0x3ffff);
	KUNIT_EXPECT_EQ(test, awb->counts_g[0], 0x3ffff);
	KUNIT_EXPECT_EQ(test, awb->counts_b[0], 0x3ffff);
	KUNIT_EXPECT_EQ(test, awb->counts_w[0], 1023);
	KUNIT_EXPECT_EQ(test, awb->counts_r[1], 1);
	KUNIT_EXPECT_EQ(test, awb->counts_g[1], 1);
	KUNIT_EXPECT_EQ(test, awb->counts_b[1], 1);
	KUNIT_EXPECT_EQ(test, awb->counts_w[1], 1);
	KUNIT_EXPECT_EQ(test, awb->counts_g[224], 0x22000);
	KUNIT_EXPECT_EQ(test, awb->counts_r[224], 0);
	KUNIT_EXPECT_EQ(test, awb->counts_r[2], 0);
}

static void focus_cells(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	f->words[0] = 0xffffffff;
	f->words[1] = 2;
	f->words[2] = 3;
	f->words[3] = 4;
	f->words[899] = 5;
	isp_decode_af(f->words, &f->cache.af);
	KUNIT_EXPECT_EQ(test, f->cache.af.v1[0], 0xffffffff);
	KUNIT_EXPECT_EQ(test, f->cache.af.v2[0], 2);
	KUNIT_EXPECT_EQ(test, f->cache.af.h1[0], 3);
	KUNIT_EXPECT_EQ(test, f->cache.af.h2[0], 4);
	KUNIT_EXPECT_EQ(test, f->cache.af.h2[224], 5);
	KUNIT_EXPECT_EQ(test, f->cache.af.v1[1], 0);
}

/* Places in memory (R 6). */
static void places_in_memory(struct kunit *test)
{
	struct fixture *f = new_fixture(test);
	struct isp_stats_cache *c = &f->cache;

	f->words[0x0000 / 4] = 1;
	f->words[0x0390 / 4] = 2;
	f->words[0x0720 / 4] = 3;
	f->words[0x0ab0 / 4] = 4;
	f->words[0x0c00 / 4] = 5;
	f->words[0x1000 / 4] = 6;
	f->words[0x1400 / 4] = 7;
	f->words[0x1800 / 4] = 8;
	f->words[0x1c00 / 4] = 9;
	f->words[0x2b00 / 4] = 10;
	f->measured.done = 0x7ff;
	f->measured.ae_sums[2][4] = 11;
	f->measured.af[3] = 12;
	f->measured.bls[1] = 0x1fff;
	isp_stats_update(c, &f->measured);
	KUNIT_EXPECT_EQ(test, c->ae_big[0].exp_mean_g[0], 1);
	KUNIT_EXPECT_EQ(test, c->ae_big[1].exp_mean_g[0], 2);
	KUNIT_EXPECT_EQ(test, c->ae_big[2].exp_mean_g[0], 3);
	KUNIT_EXPECT_EQ(test, c->ae_lite.exp_mean_g[0], 4);
	KUNIT_EXPECT_EQ(test, c->hist_big[0].hist_bins[0], 5);
	KUNIT_EXPECT_EQ(test, c->hist_lite.hist_bins[0], 6);
	KUNIT_EXPECT_EQ(test, c->hist_big[1].hist_bins[0], 7);
	KUNIT_EXPECT_EQ(test, c->hist_big[2].hist_bins[0], 8);
	KUNIT_EXPECT_EQ(test, c->af.v1[0], 9);
	KUNIT_EXPECT_EQ(test, c->awb.counts_b[0], 10);
	KUNIT_EXPECT_EQ(test, c->ae_big[2].sum_g[0], 11);
	KUNIT_EXPECT_EQ(test, c->af.highlit_cnt_b, 12);
	KUNIT_EXPECT_EQ(test, c->bls.measured.b, -1);
}

static void an_unfinished_unit_repeats_its_values(struct kunit *test)
{
	struct fixture *f = new_fixture(test);

	f->words[0x0ab0 / 4] = 0x123;
	f->measured.done = 1;
	isp_stats_update(&f->cache, &f->measured);
	KUNIT_EXPECT_EQ(test, f->cache.ae_lite.done, 1);
	f->words[0x0ab0 / 4] = 0x456;
	f->measured.done = 0;
	isp_stats_update(&f->cache, &f->measured);
	KUNIT_EXPECT_EQ(test, f->cache.ae_lite.done, 0);
	KUNIT_EXPECT_EQ(test, f->cache.ae_lite.exp_mean_g[0], 0x123);
}

static u32 walk(struct kunit *test, const struct sunmao_isp_buffer *buf,
		u16 *types, unsigned int max)
{
	const struct sunmao_isp_block_header *head;
	unsigned int n = 0;
	u32 pos;

	for (pos = 0; pos < buf->data_size; pos += head->size) {
		head = (const void *)(buf->data + pos);
		KUNIT_ASSERT_GE(test, head->size, 16);
		KUNIT_ASSERT_LT(test, n, max);
		KUNIT_EXPECT_EQ(test, head->flags, 0);
		types[n++] = head->type;
	}
	KUNIT_EXPECT_EQ(test, pos, buf->data_size);

	return n;
}

/* AE_LITE, HIST_BIG0 and AWB, even when nothing is on (ISP UAPI 4). */
static void three_blocks_are_always_there(struct kunit *test)
{
	struct fixture *f = new_fixture(test);
	struct sunmao_isp_buffer *buf = (void *)f->buf;
	u16 types[16];

	isp_stats_emit(&f->cache, 0, buf, false);
	KUNIT_EXPECT_EQ(test, buf->version, 1);
	KUNIT_EXPECT_EQ(test, buf->data_size, 160 + 1040 + 3160);
	KUNIT_ASSERT_EQ(test, walk(test, buf, types, 16), 3);
	KUNIT_EXPECT_EQ(test, types[0], 0);
	KUNIT_EXPECT_EQ(test, types[1], 2);
	KUNIT_EXPECT_EQ(test, types[2], 5);
}

/* All six fit, HIST_BIG2 with its proper size: v3 lost it. */
static void all_units_on(struct kunit *test)
{
	struct fixture *f = new_fixture(test);
	struct sunmao_isp_buffer *buf = (void *)f->buf;
	u16 types[16];

	isp_stats_emit(&f->cache, 0x7ff, buf, false);
	KUNIT_EXPECT_EQ(test, buf->data_size, 7480);
	KUNIT_EXPECT_EQ(test, walk(test, buf, types, 16), 6);
	KUNIT_EXPECT_EQ(test, types[4], 4);
	isp_stats_emit(&f->cache, 0x7ff, buf, true);
	KUNIT_EXPECT_EQ(test, buf->data_size, 15360);
	KUNIT_EXPECT_EQ(test, walk(test, buf, types, 16), 11);
	KUNIT_EXPECT_EQ(test, types[6], 0x80);
	KUNIT_EXPECT_EQ(test, types[10], 0x84);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(means),
	KUNIT_CASE(bins_have_28_bits),
	KUNIT_CASE(white_balance_cells),
	KUNIT_CASE(focus_cells),
	KUNIT_CASE(places_in_memory),
	KUNIT_CASE(an_unfinished_unit_repeats_its_values),
	KUNIT_CASE(three_blocks_are_always_there),
	KUNIT_CASE(all_units_on),
	{}
};

struct kunit_suite isp_decode_suite = {
	.name = "isp_decode",
	.test_cases = cases,
};
