// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: formats, sizes and factors
 *
 * ISP 1.4, 3.2, 3.3, 7.8, 8.4 and ISP UAPI 2.
 */

#include <linux/videodev2.h>

#include "isp_format.h"
#include "isp_image.h"
#include "isp_soc.h"
#include "suites.h"

static void raw_formats(struct kunit *test)
{
	const struct isp_raw_format *raw;

	raw = isp_raw_format_find(V4L2_PIX_FMT_SGBRG8);
	KUNIT_EXPECT_EQ(test, raw->bayer, 2);
	KUNIT_EXPECT_EQ(test, raw->data_type, 0x2a);
	KUNIT_EXPECT_EQ(test, raw->rd_ctrl, 0);
	KUNIT_EXPECT_EQ(test, raw->bytes, 1);
	raw = isp_raw_format_find(V4L2_PIX_FMT_SRGGB10);
	KUNIT_EXPECT_EQ(test, raw->bayer, 0);
	KUNIT_EXPECT_EQ(test, raw->data_type, 0x2b);
	KUNIT_EXPECT_EQ(test, raw->rd_ctrl, 0x18);
	KUNIT_EXPECT_EQ(test, raw->bytes, 2);
	raw = isp_raw_format_find(V4L2_PIX_FMT_SBGGR12);
	KUNIT_EXPECT_EQ(test, raw->bayer, 3);
	KUNIT_EXPECT_EQ(test, raw->data_type, 0x2c);
	raw = isp_raw_format_find(V4L2_PIX_FMT_SGRBG12);
	KUNIT_EXPECT_EQ(test, raw->bayer, 1);
	KUNIT_EXPECT_EQ(test, isp_raw_format_find(0)->fourcc,
			V4L2_PIX_FMT_SRGGB8);
}

/* Order and bus codes of ISP UAPI 2.2. */
static void main_path_formats_in_order(struct kunit *test)
{
	static const u32 order[] = {
		V4L2_PIX_FMT_UYVY, V4L2_PIX_FMT_YUV422P, V4L2_PIX_FMT_NV16,
		V4L2_PIX_FMT_NV61, V4L2_PIX_FMT_NV16M, V4L2_PIX_FMT_NV61M,
		V4L2_PIX_FMT_YVU422M, V4L2_PIX_FMT_GREY, V4L2_PIX_FMT_NV21,
		V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_NV21M, V4L2_PIX_FMT_NV12M,
		V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YVU420,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		const struct isp_out_format *fmt;

		fmt = isp_out_format_get(ISP_PATH_MAIN, 0, i);
		KUNIT_ASSERT_NOT_NULL(test, fmt);
		KUNIT_EXPECT_EQ(test, fmt->fourcc, order[i]);
	}
	KUNIT_EXPECT_NULL(test, isp_out_format_get(ISP_PATH_MAIN, 0, i));
	KUNIT_EXPECT_NOT_NULL(test, isp_out_format_get(ISP_PATH_SELF, 0, 15));
	KUNIT_EXPECT_NULL(test, isp_out_format_get(ISP_PATH_SELF, 0, 16));
	KUNIT_EXPECT_EQ(test, isp_out_format_get(ISP_PATH_MAIN, 0x2004,
						 0)->fourcc, V4L2_PIX_FMT_NV21);
	KUNIT_EXPECT_NULL(test, isp_out_format_get(ISP_PATH_MAIN, 0x2004, 5));
}

static void unknown_formats_become_uyvy(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, isp_out_format_find(ISP_PATH_MAIN, 0)->fourcc,
			V4L2_PIX_FMT_UYVY);
	KUNIT_EXPECT_EQ(test, isp_out_format_find(ISP_PATH_MAIN,
						  V4L2_PIX_FMT_RGB565)->fourcc,
			V4L2_PIX_FMT_UYVY);
	KUNIT_EXPECT_EQ(test, isp_out_format_find(ISP_PATH_SELF,
						  V4L2_PIX_FMT_RGB565)->fourcc,
			V4L2_PIX_FMT_RGB565);
}

struct layout_row {
	const char *name;
	u32 fourcc;
	u32 stride;
	u32 size[3];
	u32 offset[2];
};

/* 1920x1080 (ISP 3.2). */
static const struct layout_row layouts[] = {
	{ "UYVY", V4L2_PIX_FMT_UYVY, 3840, { 4147200 } },
	{ "NV12", V4L2_PIX_FMT_NV12, 1920, { 2073600, 1036800 }, { 2073600 } },
	{ "NV16", V4L2_PIX_FMT_NV16, 1920, { 2073600, 2073600 }, { 2073600 } },
	{ "YUV420", V4L2_PIX_FMT_YUV420, 1920, { 2073600, 518400, 518400 },
	  { 2073600, 2592000 } },
	{ "YUV422P", V4L2_PIX_FMT_YUV422P, 1920, { 2073600, 1036800, 1036800 },
	  { 2073600, 3110400 } },
	{ "GREY", V4L2_PIX_FMT_GREY, 1920, { 2073600 } },
	{ "XBGR32", V4L2_PIX_FMT_XBGR32, 7680, { 8294400 } },
	{ "RGB565", V4L2_PIX_FMT_RGB565, 3840, { 4147200 } },
};

static void describe_layout(const struct layout_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(layouts, layouts, describe_layout);

static void layout_in_memory(struct kunit *test)
{
	const struct layout_row *row = test->param_value;
	const struct isp_out_format *fmt;
	struct isp_out_layout out;

	fmt = isp_out_format_find(ISP_PATH_SELF, row->fourcc);
	KUNIT_EXPECT_EQ(test, isp_out_stride(fmt, 1920, 1080, 0), row->stride);
	isp_out_layout(&out, fmt, 1920, 1080, row->stride);
	KUNIT_EXPECT_EQ(test, out.size[0], row->size[0]);
	KUNIT_EXPECT_EQ(test, out.size[1], row->size[1]);
	KUNIT_EXPECT_EQ(test, out.size[2], row->size[2]);
	KUNIT_EXPECT_EQ(test, out.offset[1], row->offset[0]);
	KUNIT_EXPECT_EQ(test, out.offset[2], row->offset[1]);
}

struct stride_row {
	const char *name;
	u32 fourcc;
	u32 width;
	u32 height;
	u32 wish;
	u32 stride;
};

/* Components start at multiples of 64 bytes (ISP 3.2); usual sizes need no help. */
static const struct stride_row strides[] = {
	{ "NV12 1280x720", V4L2_PIX_FMT_NV12, 1280, 720, 0, 1280 },
	{ "NV12 800x600", V4L2_PIX_FMT_NV12, 800, 600, 0, 800 },
	{ "NV12 32x16", V4L2_PIX_FMT_NV12, 32, 16, 0, 32 },
	{ "NV12 642x482", V4L2_PIX_FMT_NV12, 642, 482, 0, 672 },
	{ "NV16 34x18", V4L2_PIX_FMT_NV16, 34, 18, 0, 64 },
	{ "NV12M 642x482", V4L2_PIX_FMT_NV12M, 642, 482, 0, 642 },
	{ "UYVY 642x482", V4L2_PIX_FMT_UYVY, 642, 482, 0, 1284 },
	{ "GREY 34x18", V4L2_PIX_FMT_GREY, 34, 18, 0, 34 },
	{ "YUV420 4416x3312", V4L2_PIX_FMT_YUV420, 4416, 3312, 0, 4416 },
	{ "YUV420 640x482", V4L2_PIX_FMT_YUV420, 640, 482, 0, 640 },
	{ "YUV420 642x482", V4L2_PIX_FMT_YUV420, 642, 482, 0, 768 },
	{ "YUV422P 642x480", V4L2_PIX_FMT_YUV422P, 642, 480, 0, 644 },
	{ "a wish", V4L2_PIX_FMT_NV12, 1280, 720, 2048, 2048 },
	{ "an odd wish", V4L2_PIX_FMT_NV12, 1280, 720, 1283, 1284 },
	{ "a small wish", V4L2_PIX_FMT_UYVY, 1280, 720, 64, 2560 },
};

static void describe_stride(const struct stride_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(strides, strides, describe_stride);

static void lines_are_as_short_as_addresses_allow(struct kunit *test)
{
	const struct stride_row *row = test->param_value;
	const struct isp_out_format *fmt;
	struct isp_out_layout out;
	u32 stride;

	fmt = isp_out_format_find(ISP_PATH_MAIN, row->fourcc);
	stride = isp_out_stride(fmt, row->width, row->height, row->wish);
	KUNIT_EXPECT_EQ(test, stride, row->stride);
	if (fmt->buffers > 1)
		return;
	isp_out_layout(&out, fmt, row->width, row->height, stride);
	KUNIT_EXPECT_EQ(test, (out.offset[1] | out.offset[2]) % 64, 0);
}

struct compose_row {
	const char *name;
	u32 fourcc;
	u32 stride;
	u32 step[2];
	u32 offset[3];
};

/* A picture of 320x240 at the first step of a buffer of 240 lines and more. */
static const struct compose_row composes[] = {
	{ "UYVY", V4L2_PIX_FMT_UYVY, 1280, { 32, 2 }, { 2624 } },
	{ "XBGR32", V4L2_PIX_FMT_XBGR32, 2560, { 16, 2 }, { 5184 } },
	{ "NV12", V4L2_PIX_FMT_NV12, 640, { 64, 2 }, { 1344, 640 + 64 } },
	{ "NV12 short lines", V4L2_PIX_FMT_NV12, 656, { 64, 8 },
	  { 5312, 2624 + 64 } },
	{ "NV16", V4L2_PIX_FMT_NV16, 640, { 64, 2 }, { 1344, 1280 + 64 } },
	{ "YUV420", V4L2_PIX_FMT_YUV420, 640, { 128, 2 },
	  { 1408, 320 + 64, 320 + 64 } },
	{ "YUV422P", V4L2_PIX_FMT_YUV422P, 704, { 128, 2 },
	  { 1536, 704 + 64, 704 + 64 } },
};

static void describe_compose(const struct compose_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(composes, composes, describe_compose);

static void a_picture_inside_a_larger_one(struct kunit *test)
{
	const struct compose_row *row = test->param_value;
	struct isp_out_layout part, whole;
	const struct isp_out_format *fmt;
	unsigned int i;
	u32 x, y;

	fmt = isp_out_format_find(ISP_PATH_SELF, row->fourcc);
	isp_out_compose_steps(fmt, row->stride, &x, &y);
	KUNIT_EXPECT_EQ(test, x, row->step[0]);
	KUNIT_EXPECT_EQ(test, y, row->step[1]);
	isp_out_layout(&whole, fmt, 640, 480, row->stride);
	isp_out_layout_part(&part, fmt, &whole, x, y, 320, 240);
	KUNIT_EXPECT_EQ(test, part.width, 320);
	KUNIT_EXPECT_EQ(test, part.height, 240);
	KUNIT_EXPECT_EQ(test, part.stride, row->stride);
	KUNIT_EXPECT_EQ(test, part.size[0], 240 * row->stride);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, part.offset[i] - whole.offset[i],
				row->offset[i]);
		KUNIT_EXPECT_EQ(test, row->offset[i] % 64, 0);
	}
}

static void the_whole_is_a_part_of_itself(struct kunit *test)
{
	const struct isp_out_format *fmt;
	struct isp_out_layout part, whole;

	fmt = isp_out_format_find(ISP_PATH_MAIN, V4L2_PIX_FMT_YVU420);
	isp_out_layout(&whole, fmt, 640, 480, 640);
	isp_out_layout_part(&part, fmt, &whole, 0, 0, 640, 480);
	KUNIT_EXPECT_MEMEQ(test, &part, &whole, sizeof(part));
}

/* ISP 3.3. */
static void scale_factors(struct kunit *test)
{
	bool up;

	KUNIT_EXPECT_EQ(test, isp_scale_factor(1920, 1920, &up), 0);
	KUNIT_EXPECT_FALSE(test, up);
	KUNIT_EXPECT_EQ(test, isp_scale_factor(1920, 960, &up), 32751);
	KUNIT_EXPECT_FALSE(test, up);
	KUNIT_EXPECT_EQ(test, isp_scale_factor(960, 1920, &up), 32750);
	KUNIT_EXPECT_TRUE(test, up);
	KUNIT_EXPECT_EQ(test, isp_scale_factor(4672, 32, &up), 435);
	KUNIT_EXPECT_EQ(test, isp_scale_factor(32, 4672, &up), 434);
}

static void scaler_registers(struct kunit *test)
{
	struct isp_image *image;

	image = kunit_kzalloc(test, sizeof(*image), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, image);
	isp_scaler_set(image, ISP_PATH_MAIN, 1920, 1080, 1920, 1080);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x0c00), 0);
	isp_scaler_set(image, ISP_PATH_MAIN, 1920, 540, 960, 1080);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x0c00), 0xcf);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x0c04), 32751);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x0c08), 32734);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x0c0c), 32734);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x0c10), 32737);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x0c14), 32737);
	isp_scaler_set(image, ISP_PATH_SELF, 1920, 1080, 1920, 540);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x1000), 0x0c);
	KUNIT_EXPECT_EQ(test, isp_image_get(image, 0x1010), 32738);
}

/* 16 beats need 256 bytes, 8 need 128 (ISP 3.2). */
static void burst_follows_alignment(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, isp_burst_code(0x10000 | 0x300), 2);
	KUNIT_EXPECT_EQ(test, isp_burst_code(0x10000 | 0x380), 1);
	KUNIT_EXPECT_EQ(test, isp_burst_code(0x10000 | 0x340), 0);
	KUNIT_EXPECT_EQ(test, isp_burst_code(0x10001), 0);
}

static void colour_matrices(struct kunit *test)
{
	const struct isp_matrix *m;

	m = isp_csm_matrix(V4L2_YCBCR_ENC_601, true);
	KUNIT_EXPECT_EQ(test, m->c[0][1], 0x04b);
	KUNIT_EXPECT_EQ(test, m->c[2][2], 0x1f6);
	m = isp_csm_matrix(V4L2_YCBCR_ENC_601, false);
	KUNIT_EXPECT_EQ(test, m->c[0][0], 0x021);
	m = isp_csm_matrix(V4L2_YCBCR_ENC_709, false);
	KUNIT_EXPECT_EQ(test, m->c[0][1], 0x050);
	m = isp_csm_matrix(V4L2_YCBCR_ENC_709, true);
	KUNIT_EXPECT_EQ(test, m->c[1][0], 0x1f1);
	m = isp_csm_matrix(V4L2_YCBCR_ENC_BT2020, true);
	KUNIT_EXPECT_EQ(test, m->c[0][0], 0x022);
	m = isp_csm_matrix(V4L2_YCBCR_ENC_BT2020, false);
	KUNIT_EXPECT_EQ(test, m->c[1][1], 0x1d8);
}

/* ISP 1.6. */
static void big_mode(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, isp_needs_big_mode(2688, 1536));
	KUNIT_EXPECT_TRUE(test, isp_needs_big_mode(2690, 32));
	KUNIT_EXPECT_TRUE(test, isp_needs_big_mode(2688, 1538));
}

/* ISP 8.4: by width, and by pixels per second with a quarter on top. */
static void clock_rates(struct kunit *test)
{
	const struct isp_soc *soc = &isp_soc_rk3588;

	KUNIT_EXPECT_EQ(test, isp_clock_rate(soc, 0, 0), 300000000);
	KUNIT_EXPECT_EQ(test, isp_clock_rate(soc, 1920, 62208000), 300000000);
	KUNIT_EXPECT_EQ(test, isp_clock_rate(soc, 1922, 0), 400000000);
	KUNIT_EXPECT_EQ(test, isp_clock_rate(soc, 3840, 248832000), 600000000);
	KUNIT_EXPECT_EQ(test, isp_clock_rate(soc, 4672, 0), 702000000);
	KUNIT_EXPECT_EQ(test, isp_clock_rate(soc, 1920, 320000000), 400000000);
	KUNIT_EXPECT_EQ(test, isp_clock_rate(soc, 1920, 320000001), 500000000);
	KUNIT_EXPECT_EQ(test, isp_clock_rate(soc, 9999, ~0u), 702000000);
}

static void timeouts_grow_with_the_frame(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, isp_frame_timeout_ms(1000, 1000, 400000000), 2320);
	KUNIT_EXPECT_EQ(test, isp_frame_timeout_ms(1000, 1000, 0), 3280);
	KUNIT_EXPECT_EQ(test, isp_frame_timeout_ms(4672, 3504, 702000000), 4984);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(raw_formats),
	KUNIT_CASE(main_path_formats_in_order),
	KUNIT_CASE(unknown_formats_become_uyvy),
	KUNIT_CASE_PARAM(layout_in_memory, layouts_gen_params),
	KUNIT_CASE_PARAM(lines_are_as_short_as_addresses_allow,
			 strides_gen_params),
	KUNIT_CASE_PARAM(a_picture_inside_a_larger_one, composes_gen_params),
	KUNIT_CASE(the_whole_is_a_part_of_itself),
	KUNIT_CASE(scale_factors),
	KUNIT_CASE(scaler_registers),
	KUNIT_CASE(burst_follows_alignment),
	KUNIT_CASE(colour_matrices),
	KUNIT_CASE(big_mode),
	KUNIT_CASE(clock_rates),
	KUNIT_CASE(timeouts_grow_with_the_frame),
	{}
};

struct kunit_suite isp_format_suite = {
	.name = "isp_format",
	.test_cases = cases,
};
