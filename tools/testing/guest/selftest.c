// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host-side tests of the tests: layouts, stream grammar, reference
 * arithmetic. Needs no device. Expected values come from the tables of the
 * hardware notes, worked out by hand.
 */
#include <stdlib.h>
#include <string.h>

#include "ref.h"
#include "regcmd.h"
#include "tap.h"

static void test_word(const void *arg)
{
	(void)arg;
	tap_check(rc_word(RC_CNA, 0x1040, 0x12345678) == 0x0201123456781040ull,
		  "CNA word");
	tap_check(rc_word(RC_PPU_RDMA, 0x7030, 1) == 0x8001000000017030ull, "PPU_RDMA word");
	/* B.6: captured vendor lengths and Mesa's 130 words */
	tap_check(rc_amount(112) == 55, "112 words");
	tap_check(rc_amount(17) == 8, "17 words");
	tap_check(rc_amount(16) == 7, "16 words");
	tap_check(rc_amount(130) == 64, "130 words");
}

static void test_trailer(const void *arg)
{
	uint64_t words[8];
	struct rc_stream s = { .words = words, .capacity = 8 };

	(void)arg;
	rc_finish(&s, 0x1000, 130, RC_RUN_CONV);
	tap_check(s.count == RC_TRAILER_WORDS, "%u words", s.count);
	tap_check(words[0] == 0x0101000010000010ull, "link");
	tap_check(words[1] == 0x0101000000400014ull, "amount");
	tap_check(words[2] == 0x0041000000000000ull, "marker");
	tap_check(words[3] == 0x00810000001d0008ull, "start");
	rc_finish(&s, 0, 0, RC_RUN_POOL);
	tap_check(words[4] == 0, "last link");
	tap_check(words[5] == 0x0101000000000014ull, "last amount");
	tap_check(!s.overflow, "overflow");
	rc_put(&s, RC_PC, 0, 0);
	tap_check(s.overflow && s.count == 8, "no overflow");
}

static const struct npu_conv sample = {
	.in_w = 8, .in_h = 8, .in_c = 40, .out_w = 8, .out_h = 8, .out_c = 35,
	.k_w = 3, .k_h = 3, .stride = 1, .pad_left = 1, .pad_top = 1,
	.out_scale = 1,
};

static uint32_t find(const struct rc_stream *s, uint16_t offset)
{
	uint32_t i, value = 0xdeadbeef;

	for (i = 0; i < s->count; i++)
		if ((s->words[i] & 0xffff) == offset)
			value = (uint32_t)(s->words[i] >> 16);
	return value;
}

static void test_conv_stream(const void *arg)
{
	uint64_t words[192];
	struct rc_stream s = { .words = words, .capacity = 192 };
	struct rc_conv_io io = {
		.in = 0x10000, .weights = 0x20000, .coef = 0x30000,
		.out = 0x40000, .out_row = 3, .out_rows = 2,
	};

	(void)arg;
	rc_conv(&s, &sample, &io);
	tap_check(s.count == 126, "body of %u words, E.14 has 126", s.count);
	/* Output rows 3..4 of a 3x3 with padding 1 read input rows 2..5. */
	tap_check(find(&s, 0x1020) == (8 << 16 | 4), "DATA_SIZE0 %#x", find(&s, 0x1020));
	tap_check(find(&s, 0x1070) == 0x10000 + 2 * 8 * 16, "feature address");
	tap_check(find(&s, 0x1068) == 0x10, "padding %#x", find(&s, 0x1068));
	tap_check(find(&s, 0x1024) == (39 << 16 | 48), "DATA_SIZE1");
	tap_check(find(&s, 0x1030) == 9 * 48 * 36, "weight bytes");
	tap_check(find(&s, 0x1038) == (3 << 24 | 3 << 16 | 36), "kernels");
	tap_check(find(&s, 0x107c) == 32 && find(&s, 0x1080) == 32, "strides");
	tap_check(find(&s, 0x403c) == (34 << 16 | 63), "channels");
	tap_check(find(&s, 0x4020) == 0x40000 + 3 * 8 * 16, "output address");
	tap_check(find(&s, 0x4024) == 64 << 4, "surface stride");
	tap_check(find(&s, 0x40c0) == 128 << 4, "surface add");
	tap_check(find(&s, 0x4040) == 0x20150, "BS_CFG %#x", find(&s, 0x4040));

	io.out_row = 0;
	io.out_rows = 8;
	rc_conv(&s, &sample, &io);
	tap_check(find(&s, 0x1068) == 0x11, "padding of the first rows");
	tap_check(s.overflow, "two bodies fit in 192 words");
}

static void test_flat_plane_stride(const void *arg)
{
	uint64_t words[192];
	struct rc_stream s = { .words = words, .capacity = 192 };
	struct rc_conv_io io = { .out_rows = 2 };
	struct npu_conv c = sample;

	(void)arg;
	c.in_h = 2;
	c.out_h = 2;
	rc_conv(&s, &c, &io);
	/* E.3: W*H - 4*W = 16 - 32, signed in 28 bits */
	tap_check(find(&s, 0x1080) == 0x0ffffff0, "%#x", find(&s, 0x1080));
}

static void test_feature_layout(const void *arg)
{
	int8_t dense[3 * 5 * 20], cube[3 * 5 * 32], back[sizeof(dense)];
	unsigned int i;

	(void)arg;
	for (i = 0; i < sizeof(dense); i++)
		dense[i] = (int8_t)(i * 7 + 1);
	rc_pack_feature(cube, dense, 5, 3, 20, 99);
	/* channel 17, row 2, column 4: second surface, last pixel, lane 1 */
	tap_check(rc_feature_offset(5, 3, 17, 2, 4) == 3 * 5 * 16 + (2 * 5 + 4) * 16 + 1,
		  "offset");
	tap_check(cube[3 * 5 * 16 + 14 * 16 + 1] == dense[14 * 20 + 17], "element");
	tap_check(cube[3 * 5 * 16 + 15] == 99, "padding lane");
	rc_unpack_feature(back, cube, 5, 3, 20);
	tap_check(!memcmp(back, dense, sizeof(dense)), "round trip");
}

static void test_weight_layout(const void *arg)
{
	const uint32_t n = npu_conv_weight_bytes(&sample);
	int8_t *src = calloc(35 * 9, 40), *dst = malloc(n);
	/* kernel 33, tap 4, channel 39 */
	size_t in_group2 = 9 * 32 * 48 + 9 * 4 * 32 + 4 * 4 * 16 + 16 + 7;

	(void)arg;
	tap_require(src && dst, "memory");
	src[(33 * 9 + 4) * 40 + 39] = 77;
	src[(5 * 9 + 8) * 40 + 3] = 55;
	rc_pack_weights(dst, src, &sample, -9);
	/* second kernel group has 4 kernels; its second channel group 16 channels */
	tap_check(dst[in_group2] == 77, "last groups are packed densely");
	tap_check(dst[(8 * 32 + 5) * 32 + 3] == 55, "first groups");
	/* channel 40 is padding; kernel 35 does not exist */
	tap_check(dst[9 * 32 * 48 + 9 * 4 * 32 + 4 * 4 * 16 + 16 + 8] == -9, "channel padding");
	tap_check(dst[n - 1] == 0, "added kernel");
	free(src);
	free(dst);
}

static void test_coef_layout(const void *arg)
{
	struct npu_conv c = sample;
	int32_t bias[35] = { [9] = -2 };
	int16_t cpend[35] = { [9] = 3 }, mul[35] = { [9] = 4 };
	uint8_t out[512];

	(void)arg;
	tap_check(rc_coef_bytes(&c) == 64 * 4, "dense size");
	rc_pack_coef(out, bias, cpend, mul, &c);
	tap_check(((int32_t *)out)[9] == -2, "dense bias");
	c.coef = NPU_COEF_RECORD;
	tap_check(rc_coef_bytes(&c) == 8 * 64, "record size");
	rc_pack_coef(out, bias, cpend, mul, &c);
	tap_check(*(int32_t *)(out + 64 + 4) == -2, "record bias");
	tap_check(*(int16_t *)(out + 64 + 32 + 2) == 3, "record CPEND");
	tap_check(*(int16_t *)(out + 64 + 48 + 2) == 4, "record multiplier");
}

static void test_image_layout(const void *arg)
{
	const int8_t dense[6] = { -128, 0, 127, 1, 2, 3 };
	uint8_t out[32];

	(void)arg;
	rc_pack_image(out, dense, 3, 2, 17);
	tap_check(rc_image_bytes(3, 2) == 32 && rc_image_bytes(20, 2) == 40, "size");
	tap_check(out[0] == 0 && out[1] == 128 && out[2] == 255, "first row");
	tap_check(out[3] == 17 && out[16] == 129, "row pitch");
}

static void test_rounding(const void *arg)
{
	/* E.8: 0.5, 1.5, -0.5, -1.5 */
	static const int halves[] = { 1, 3, -1, -3 };
	static const int even[] = { 0, 2, 0, -2 };
	static const int away[] = { 1, 2, -1, -2 };
	unsigned int i;

	(void)arg;
	for (i = 0; i < 4; i++) {
		tap_check(ref_shift_even(halves[i], 1) == even[i], "even %d", halves[i]);
		tap_check(ref_shift_away(halves[i], 1) == away[i], "away %d", halves[i]);
	}
	tap_check(ref_shift_even(5, 2) == 1 && ref_shift_even(7, 2) == 2, "no tie");
	tap_check(ref_shift_even(-7, 2) == -2 && ref_shift_even(-9, 0) == -9, "negative");
}

/* A 2x2 input, 2x2 kernel, one channel, worked out by hand. */
static void test_ref_conv(const void *arg)
{
	struct npu_conv c = {
		.in_w = 2, .in_h = 2, .in_c = 1, .out_w = 1, .out_h = 1, .out_c = 1,
		.k_w = 2, .k_h = 2, .stride = 1, .cpend = 2, .out_scale = 3,
		.out_shift = 1, .out_offset = -4,
	};
	const int8_t in[] = { 1, -2, 3, 4 }, w[] = { 5, 6, -7, 8 };
	const int32_t bias[] = { 10 };
	const int8_t operand[] = { 20 };
	int8_t out;

	(void)arg;
	/* sum 5 - 12 - 21 + 32 = 4; inputs 6; 4 + 12 + 10 = 26; * 3 / 2 - 4 */
	ref_conv(&out, &c, in, w, bias, NULL, NULL, NULL);
	tap_check(out == 35, "plain %d", out);
	c.add = true;
	c.add_offset = -5;
	c.add_scale = 3;
	c.add_shift = 2;
	/* 15 * 3 / 4 = 11.25 -> 11; 37 * 3 / 2 = 55.5 -> 56; - 4 */
	ref_conv(&out, &c, in, w, bias, NULL, NULL, operand);
	tap_check(out == 52, "with add %d", out);
	c.add = false;
	c.pad_left = 1;
	c.pad_top = 1;
	c.pad_value = -1;
	/* window -1 -1 -1 1: -5 - 6 + 7 + 8 = 4; inputs -2; 4 - 4 + 10 = 10 */
	ref_conv(&out, &c, in, w, bias, NULL, NULL, NULL);
	tap_check(out == 11, "padded %d", out);
}

static void test_ref_pool(const void *arg)
{
	struct npu_pool p = {
		.kind = NPU_POOL_AVERAGE, .in_w = 2, .in_h = 2, .channels = 16,
		.out_w = 1, .out_h = 1, .k_w = 2, .k_h = 2, .stride = 1,
	};
	/* channel 0: 6/4 = 1.5 -> 2; 1: 10/4 = 2.5 -> 2; 2: -2/4 -> 0; 3: 7/4 */
	int8_t in[64] = {
		[0] = 6, [16] = 0, [1] = 4, [17] = 6, [2] = -2, [3] = 7,
		[4] = -128, [20] = -128, [36] = -128, [52] = -127,
	};
	int8_t out[16];

	(void)arg;
	ref_pool(out, &p, in);
	tap_check(out[0] == 2 && out[1] == 2 && out[2] == 0 && out[3] == 2,
		  "average %d %d %d %d", out[0], out[1], out[2], out[3]);
	p.kind = NPU_POOL_MAX;
	ref_pool(out, &p, in);
	tap_check(out[4] == -127 && out[2] == 0, "max");
	p.kind = NPU_POOL_MIN;
	ref_pool(out, &p, in);
	tap_check(out[4] == -128 && out[2] == -2, "min");
}

#define T(name, fn)	{ name, fn, NULL, 0 }

static const struct tap_test tests[] = {
	T("command words and fetch amounts", test_word),
	T("trailer", test_trailer),
	T("convolution stream", test_conv_stream),
	T("negative surface stride", test_flat_plane_stride),
	T("feature layout", test_feature_layout),
	T("weight layout", test_weight_layout),
	T("coefficient layouts", test_coef_layout),
	T("image layout", test_image_layout),
	T("rounding", test_rounding),
	T("reference convolution", test_ref_conv),
	T("reference pooling", test_ref_pool),
};

int main(int argc, char **argv)
{
	return tap_main(tests, ARRAY_SIZE(tests), argc > 1 ? argv[1] : NULL, NULL);
}
