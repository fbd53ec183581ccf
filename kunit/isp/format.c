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
	KUNIT_EXPECT_EQ(test, isp_out_min_stride(fmt, 1920), row->stride);
	isp_out_layout(&out, fmt, 1920, 1080, row->stride);
	KUNIT_EXPECT_EQ(test, out.size[0], row->size[0]);
	KUNIT_EXPECT_EQ(test, out.size[1], row->size[1]);
	KUNIT_EXPECT_EQ(test, out.size[2], row->size[2]);
	KUNIT_EXPECT_EQ(test, out.offset[1], row->offset[0]);
	KUNIT_EXPECT_EQ(test, out.offset[2], row->offset[1]);
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
	KUNIT_EXPECT_EQ(test, isp_frame_timeout_ms(1000, 1000, 400000000), 220);
	KUNIT_EXPECT_EQ(test, isp_frame_timeout_ms(1000, 1000, 0), 280);
	KUNIT_EXPECT_EQ(test, isp_frame_timeout_ms(4672, 3504, 702000000), 386);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(raw_formats),
	KUNIT_CASE(main_path_formats_in_order),
	KUNIT_CASE(unknown_formats_become_uyvy),
	KUNIT_CASE_PARAM(layout_in_memory, layouts_gen_params),
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
