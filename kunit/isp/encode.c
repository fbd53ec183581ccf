// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: typical parameter blocks
 *
 * One block of each kind as user space sends it, or with a different value in
 * every field so that fields that change places show.
 */

#include <linux/sunmao_isp.h>

#include "isp_blocks.h"
#include "isp_rules.h"
#include "isp_state.h"
#include "suites.h"

static const struct isp_env env = { 1920, 1080 };

static struct isp_state *new_state(struct kunit *test)
{
	struct isp_state *state;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	isp_blocks_reset(state);

	return state;
}

static struct isp_state *encode(struct kunit *test, u16 type, const void *data)
{
	struct isp_state *state = new_state(test);

	isp_block_find(type, true)->apply(state, data, true, &env);

	return state;
}

static void disable(struct isp_state *state, u16 type)
{
	isp_block_find(type, true)->apply(state, NULL, false, &env);
}

#define EXPECT_REG(_test, _state, _reg, _val) \
	KUNIT_EXPECT_EQ(_test, isp_image_get(&(_state)->image, _reg), _val)

/* A 10-bit pedestal of 64 is 256 in 12 bits (ISP 5.1). */
static void black_level(struct kunit *test)
{
	const struct sunmao_isp_rk_bls bls = {
		.bls_fixed_val = { 256, 257, -258, 259 },
	};
	struct isp_state *s = encode(test, 0, &bls);

	EXPECT_REG(test, s, 0x3000, 0x1);
	EXPECT_REG(test, s, 0x3028, 256);
	EXPECT_REG(test, s, 0x302c, 257);
	EXPECT_REG(test, s, 0x3030, 0x1efe);
	EXPECT_REG(test, s, 0x3034, 259);
}

/* STOP is start plus size (ISP 5.1). */
static void black_level_windows(struct kunit *test)
{
	const struct sunmao_isp_rk_bls bls = {
		.enable_auto = 1,
		.enabled_windows = 2,
		.bls_window1 = { 2, 4, 16, 8 },
		.bls_window2 = { 100, 200, 30, 40 },
		.bls_samples = 5,
	};
	struct isp_state *s = encode(test, 0, &bls);

	EXPECT_REG(test, s, 0x3000, 0xb);
	EXPECT_REG(test, s, 0x3004, 5);
	EXPECT_REG(test, s, 0x3008, 2);
	EXPECT_REG(test, s, 0x300c, 18);
	EXPECT_REG(test, s, 0x3010, 4);
	EXPECT_REG(test, s, 0x3014, 12);
	EXPECT_REG(test, s, 0x3018, 100);
	EXPECT_REG(test, s, 0x301c, 130);
	EXPECT_REG(test, s, 0x3020, 200);
	EXPECT_REG(test, s, 0x3024, 240);
}

static void black_level_off_stops_both_subtractions(struct kunit *test)
{
	const struct sunmao_isp_rk_bls bls = {};
	struct isp_state *s = encode(test, 0, &bls);

	isp_image_set(&s->image, 0x3000, 0x11);
	disable(s, 0);
	EXPECT_REG(test, s, 0x3000, 0);
}

/* G: gr << 16, gb; RB: r << 16, b (ISP UAPI 9). */
static void white_balance_gains(struct kunit *test)
{
	const struct sunmao_isp_rk_awb_gains awb = {
		.gains[0] = { 0x180, 0x100, 0x1c0, 0x101 },
	};
	struct isp_state *s = encode(test, 1, &awb);

	EXPECT_REG(test, s, 0x0538, 0x01000101);
	EXPECT_REG(test, s, 0x053c, 0x018001c0);
	EXPECT_REG(test, s, 0x0540, 0);
	KUNIT_EXPECT_TRUE(test, isp_image_get(&s->image, 0x0400) & 0x80);
	disable(s, 1);
	KUNIT_EXPECT_FALSE(test, isp_image_get(&s->image, 0x0400) & 0x80);
}

/* Rec. 709 limited (ISP 7.8): bits 13, 14 of ISP_CTRL0 stay clear. */
static void limited_range_matrix(struct kunit *test)
{
	const struct sunmao_isp_rk_csm csm = {
		.coeff = { { 0x018, 0x050, 0x008 },
			   { 0x1f3, 0x1d5, 0x038 },
			   { 0x038, 0x1cd, 0x1fb } },
	};
	struct isp_state *s = encode(test, 2, &csm);

	EXPECT_REG(test, s, 0x0570, 0x018);
	EXPECT_REG(test, s, 0x0574, 0x050);
	EXPECT_REG(test, s, 0x057c, 0x1f3);
	EXPECT_REG(test, s, 0x0590, 0x1fb);
	KUNIT_EXPECT_EQ(test, isp_image_get(&s->image, 0x0400) & 0x6000, 0);
}

static void full_range_matrix(struct kunit *test)
{
	const struct sunmao_isp_rk_csm csm = {
		.coeff = { { 0x026, 0x04b, 0x00f },
			   { 0x1ea, 0x1d6, 0x040 },
			   { 0x040, 0x1ca, 0x1f6 } },
	};
	struct isp_state *s = encode(test, 2, &csm);

	KUNIT_EXPECT_EQ(test, isp_image_get(&s->image, 0x0400) & 0x6000,
			0x6000);
	disable(s, 2);
	EXPECT_REG(test, s, 0x0570, 0x080);
	EXPECT_REG(test, s, 0x0574, 0);
	EXPECT_REG(test, s, 0x0580, 0x080);
	EXPECT_REG(test, s, 0x0590, 0x080);
}

/* What libcamera sends: offsets in 12 bits (ISP UAPI 3.4). */
static void colour_correction(struct kunit *test)
{
	struct sunmao_isp_rk_ccm ccm = {
		.coeff = { { 0x0c0, 0x7d0, 0x7f0 },
			   { 0x7e0, 0x0a0, 0x001 },
			   { 0x002, 0x7c0, 0x0be } },
		.offset = { 0xfff, 0x010, 0x800 },
		.y_coeff = { 0x26, 0x4b, 0x0f },
		.inflection_point = 10,
	};
	struct isp_state *s;
	unsigned int i;

	for (i = 0; i < 17; i++)
		ccm.alp[i] = 0x400;
	s = encode(test, 3, &ccm);
	EXPECT_REG(test, s, 0x0700, 0x3);
	EXPECT_REG(test, s, 0x0704, 0x07d000c0);
	EXPECT_REG(test, s, 0x0708, 0xffff07f0);
	EXPECT_REG(test, s, 0x070c, 0x00a007e0);
	EXPECT_REG(test, s, 0x0710, 0x00100001);
	EXPECT_REG(test, s, 0x0714, 0x07c00002);
	EXPECT_REG(test, s, 0x0718, 0xf80000be);
	EXPECT_REG(test, s, 0x071c, 0x004b0026);
	EXPECT_REG(test, s, 0x0720, 0xf);
	EXPECT_REG(test, s, 0x0744, 0x400);
	EXPECT_REG(test, s, 0x0748, 10);
}

static void offsets_of_13_bits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, isp_ccm_offset(0x0000), 0);
	KUNIT_EXPECT_EQ(test, isp_ccm_offset(0x07ff), 0x07ff);
	KUNIT_EXPECT_EQ(test, isp_ccm_offset(0x0fff), 0xffff);
	KUNIT_EXPECT_EQ(test, isp_ccm_offset(0xf000), 0xf000);
	KUNIT_EXPECT_EQ(test, isp_ccm_offset(0x1fff), 0xffff);
	KUNIT_EXPECT_EQ(test, isp_ccm_offset(0x1000), 0xf000);
}

/* mode and segments are independent, unlike in rkisp2 v3 (ISP UAPI 3.3). */
static void gamma_curve(struct kunit *test)
{
	struct sunmao_isp_rk_goc goc = { .segments = 1, .offset = 3 };
	struct isp_state *s;
	unsigned int i;

	for (i = 0; i < 49; i++)
		goc.gamma_y[i] = 80 * i;
	s = encode(test, 4, &goc);
	EXPECT_REG(test, s, 0x0900, 0x5);
	EXPECT_REG(test, s, 0x0904, 3);
	EXPECT_REG(test, s, 0x0910, 0x00500000);
	EXPECT_REG(test, s, 0x096c, 0x0eb00e60);
	EXPECT_REG(test, s, 0x0970, 3840);
	goc.segments = 0;
	goc.mode = 1;
	s = encode(test, 4, &goc);
	EXPECT_REG(test, s, 0x0900, 0x3);
}

static struct sunmao_isp_rk_lsc *new_lsc(struct kunit *test)
{
	struct sunmao_isp_rk_lsc *lsc;
	unsigned int i;

	lsc = kunit_kzalloc(test, sizeof(*lsc), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, lsc);
	for (i = 0; i < 16; i++) {
		lsc->x_sizes[i] = 120;
		lsc->y_sizes[i] = i == 15 ? 75 : 67;
		lsc->x_grads[i] = 273;
		lsc->y_grads[i] = 489;
	}
	lsc->write_table[0] = 1;
	lsc->window_mode = 1;

	return lsc;
}

/* Nine words a row, the last half empty; B before Gb (R 3.3, ISP 5.3). */
static void lens_shading(struct kunit *test)
{
	struct sunmao_isp_rk_lsc *lsc = new_lsc(test);
	struct isp_state *s;

	lsc->r_data_tbl[0][0][0] = 1024;
	lsc->r_data_tbl[0][0][1] = 1025;
	lsc->r_data_tbl[0][0][16] = 1040;
	lsc->r_data_tbl[0][1][0] = 1111;
	lsc->gr_data_tbl[0][16][16] = 8191;
	lsc->gb_data_tbl[0][0][0] = 3;
	lsc->b_data_tbl[0][0][0] = 4;
	s = encode(test, 5, lsc);
	EXPECT_REG(test, s, 0x2200, 0x5);
	EXPECT_REG(test, s, 0x2244, 0x00780078);
	EXPECT_REG(test, s, 0x22ac, 0x004b0043);
	EXPECT_REG(test, s, 0x2224, 0x01110111);
	EXPECT_REG(test, s, 0x2280, 0x01e901e9);
	KUNIT_EXPECT_EQ(test, s->lsc[0].words[0][0], 0x04010400);
	KUNIT_EXPECT_EQ(test, s->lsc[0].words[0][8], 0x0410);
	KUNIT_EXPECT_EQ(test, s->lsc[0].words[0][9], 1111);
	KUNIT_EXPECT_EQ(test, s->lsc[0].words[1][152], 8191);
	KUNIT_EXPECT_EQ(test, s->lsc[0].words[2][0], 4);
	KUNIT_EXPECT_EQ(test, s->lsc[0].words[3][0], 3);
	KUNIT_EXPECT_NE(test, s->lsc[0].generation, 0);
	KUNIT_EXPECT_EQ(test, s->lsc[1].generation, 0);
}

static void equal_lens_shading_is_not_new(struct kunit *test)
{
	struct sunmao_isp_rk_lsc *lsc = new_lsc(test);
	struct isp_state *s = encode(test, 5, lsc);
	u32 generation = s->lsc[0].generation;

	isp_block_find(5, false)->apply(s, lsc, true, &env);
	KUNIT_EXPECT_EQ(test, s->lsc[0].generation, generation);
	lsc->b_data_tbl[0][16][16] = 1;
	isp_block_find(5, false)->apply(s, lsc, true, &env);
	KUNIT_EXPECT_NE(test, s->lsc[0].generation, generation);
}

static void crop_windows(struct kunit *test)
{
	const struct sunmao_isp_rk_crop crop = {
		.crop_en = 2,
		.mp_crop = { 2, 4, 64, 32 },
		.sp_crop = { 8, 16, 640, 480 },
	};
	struct isp_state *s = encode(test, 6, &crop);

	KUNIT_EXPECT_EQ(test, s->crop_en, 2);
	KUNIT_EXPECT_EQ(test, s->crop[1].h_offs, 8);
	KUNIT_EXPECT_EQ(test, s->crop[1].v_size, 480);
	KUNIT_EXPECT_EQ(test, s->crop[0].h_size, 0);
	disable(s, 6);
	KUNIT_EXPECT_EQ(test, s->crop_en, 0);
}

/* libcamera's cell is W/5 x (H/5 - 2); width loses two (ISP 6.2, UAPI 3.4). */
static void exposure_grid(struct kunit *test)
{
	const struct sunmao_isp_rk_ae_lite ae = {
		.window_num = 1,
		.meas_window = { 0, 0, 384, 214 },
	};
	struct isp_state *s = encode(test, 7, &ae);

	EXPECT_REG(test, s, 0x4500, 0x3);
	EXPECT_REG(test, s, 0x4504, 0x00d6017e);
	EXPECT_REG(test, s, 0x4508, 0);
	disable(s, 7);
	KUNIT_EXPECT_EQ(test, isp_image_get(&s->image, 0x4500) & 1, 0);
}

static void small_histogram(struct kunit *test)
{
	struct sunmao_isp_rk_hist_lite hist = {
		.data_sel = 2,
		.mode = SUNMAO_ISP_HIST_Y,
		.stepsize = 3,
		.waterline = 0x123,
		.coeffs = { 0x4d, 0x96, 0x1d },
		.meas_window = { 10, 20, 100, 50 },
		.weights = { 1, 2, 3, 4, 5 },
	};
	struct isp_state *s = encode(test, 8, &hist);

	EXPECT_REG(test, s, 0x4900, 0x02123507);
	EXPECT_REG(test, s, 0x4904, 0x00320064);
	EXPECT_REG(test, s, 0x4908, 0x0014000a);
	EXPECT_REG(test, s, 0x4910, 0x001d964d);
	EXPECT_REG(test, s, 0x4940, 0x04030201);
	EXPECT_REG(test, s, 0x4944, 0x5);
}

/* Weights: five of 6 bits in a word (R 5.2). */
static void big_histogram(struct kunit *test)
{
	struct sunmao_isp_rk_hist_big hist = {
		.data_sel = 4,
		.mode = SUNMAO_ISP_HIST_G,
		.window_num = 2,
		.meas_window = { 0, 0, 100, 50 },
	};
	struct isp_state *s;
	unsigned int i;

	for (i = 0; i < 225; i++)
		hist.weights[i] = 0x20;
	hist.weights[224] = 0x3f;
	s = encode(test, 10, &hist);
	EXPECT_REG(test, s, 0x4a00, 0x24000301);
	EXPECT_REG(test, s, 0x4a04, 0x00320064);
	KUNIT_EXPECT_EQ(test, s->weights[1].words[0], 0x20820820);
	KUNIT_EXPECT_EQ(test, s->weights[1].words[44], 0x3f820820);
	KUNIT_EXPECT_EQ(test, s->weights[0].generation, 0);
}

static void white_balance_grid(struct kunit *test)
{
	struct sunmao_isp_rk_awb_meas awb = {
		.meas_window = { 2, 4, 128, 72 },
		.limits = { { 1, 2, 3, 4 }, { 251, 252, 253, 254 } },
	};
	struct isp_state *s = encode(test, 12, &awb);

	EXPECT_REG(test, s, 0x5000, 1);
	EXPECT_REG(test, s, 0x5004, 1);
	EXPECT_REG(test, s, 0x5008, 0x00040002);
	EXPECT_REG(test, s, 0x500c, 0x04380780);
	EXPECT_REG(test, s, 0x5010, 0x00fc00fb);
	EXPECT_REG(test, s, 0x5014, 0x00fe00fd);
	EXPECT_REG(test, s, 0x5018, 0x00020001);
	EXPECT_REG(test, s, 0x501c, 0x00040003);
}

static void defect_pixels(struct kunit *test)
{
	struct sunmao_isp_params_dpcc dpcc = {
		.stage1_enable = 1,
		.output_mode = 3,
		.set_use = 1,
		.sets[0] = {
			.methods = { 0x1d, 0x07 },
			.line_thresh = { 0x08, 0x09 },
			.line_min_dist = { 0x21, 0x22 },
			.line_mad_fac = { 0x04, 0x05 },
			.line_scale_max = 0x0a,
			.line_scale_min = 0x0b,
			.pg_fac = { 0x06, 0x0c },
			.rnd_thresh = { 0x0d, 0x0e },
			.rg_fac = { 0x0f, 0x10 },
			.ro_limit = { 1, 2 },
			.rnd_offs = { 2, 3 },
		},
		.sets[2].ro_limit = { 3, 1 },
	};
	struct isp_state *s = encode(test, 0x80, &dpcc);

	EXPECT_REG(test, s, 0x3400, 0x5);
	EXPECT_REG(test, s, 0x3404, 0x3);
	EXPECT_REG(test, s, 0x3408, 0x1);
	EXPECT_REG(test, s, 0x340c, 0x071d);
	EXPECT_REG(test, s, 0x3418, 0x22210908);
	EXPECT_REG(test, s, 0x341c, 0x0b0a0504);
	EXPECT_REG(test, s, 0x3420, 0x0c06);
	EXPECT_REG(test, s, 0x3424, 0x0e0d);
	EXPECT_REG(test, s, 0x3428, 0x100f);
	EXPECT_REG(test, s, 0x3454, 0x709);
	EXPECT_REG(test, s, 0x3658, 0xe);
}

/* The library's kernels (ISP 5.5). */
static void demosaic(struct kunit *test)
{
	const struct sunmao_isp_params_debayer deb = {
		.filter_g_en = 1,
		.clip_en = 1,
		.max_ratio = 5,
		.dist_scale = 8,
		.thed0 = 3,
		.thed1 = 6,
		.filter1 = { 2, -6, 0, 6, -2 },
		.filter2 = { 2, -4, 4, -4, 2 },
		.offset = 1,
		.gain_offset = 4,
		.hf_offset = 0x102,
		.order_min = 8,
		.order_max = 20,
		.shift_num = 2,
	};
	struct isp_state *s = encode(test, 0x81, &deb);

	EXPECT_REG(test, s, 0x2500, 0x011);
	EXPECT_REG(test, s, 0x2504, 0x638b);
	EXPECT_REG(test, s, 0x2508, 0xe60a2);
	EXPECT_REG(test, s, 0x250c, 0x2c4c2);
	EXPECT_REG(test, s, 0x2510, 0x01020401);
	EXPECT_REG(test, s, 0x2514, 0x21408);
}

static void demosaic_cannot_be_off(struct kunit *test)
{
	struct isp_state *s = new_state(test);

	EXPECT_REG(test, s, 0x2500, 0x111);
	disable(s, 0x81);
	EXPECT_REG(test, s, 0x2500, 0x111);
}

static void picture_controls(struct kunit *test)
{
	const struct sunmao_isp_params_cproc cproc = {
		.contrast = 0x90,
		.brightness = -16,
		.saturation = 0xa0,
		.hue = -128,
		.y_in_full = 1,
		.c_out_full = 1,
	};
	struct isp_state *s = encode(test, 0x82, &cproc);

	EXPECT_REG(test, s, 0x0800, 0xd);
	EXPECT_REG(test, s, 0x0804, 0x90);
	EXPECT_REG(test, s, 0x0808, 0xf0);
	EXPECT_REG(test, s, 0x080c, 0xa0);
	EXPECT_REG(test, s, 0x0810, 0x80);
}

static void effects(struct kunit *test)
{
	const struct sunmao_isp_params_ie ie = {
		.mode = SUNMAO_ISP_IE_SEPIA,
		.tint_cb = 0x12,
		.tint_cr = 0x34,
		.color_mask = 5,
		.color_threshold = 0x56,
		.mat = { 0x1111, 0x2222, 0x3333, 0x4444, 0x5555 },
	};
	struct isp_state *s = encode(test, 0x83, &ie);

	EXPECT_REG(test, s, 0x0200, 0x5);
	EXPECT_REG(test, s, 0x0204, 0x5605);
	EXPECT_REG(test, s, 0x0208, 0x1111);
	EXPECT_REG(test, s, 0x0218, 0x5555);
	EXPECT_REG(test, s, 0x021c, 0x3412);
}

static void green_imbalance(struct kunit *test)
{
	const struct sunmao_isp_params_gic gic = {
		.min_busy_thre = 1, .min_grad_thr1_dark = 2,
		.min_grad_thr2_dark = 3, .dark_thre_hi = 4, .max_corr_both = 5,
		.dark_thre = 6, .min_grad_thr1 = 7, .min_grad_thr2 = 8,
		.max_corr = 9, .noise_base = 10, .diff_clip = 11,
		.noise_para3 = 12, .gb_thre = 1, .k_grad1 = 2, .k_grad2 = 3,
		.dark_thre_step = 4, .global_strength = 0x56, .k_grad1_dark = 7,
		.k_grad2_dark = 8, .noise_scale = 0x11, .gr_ratio = 2,
		.sigma_y = { 100, 101, [14] = 114 },
	};
	struct isp_state *s = encode(test, 0x84, &gic);

	EXPECT_REG(test, s, 0x2f04, 0x00300801);
	EXPECT_REG(test, s, 0x2f08, 0x00c02804);
	EXPECT_REG(test, s, 0x2f0c, 0x87564321);
	EXPECT_REG(test, s, 0x2f10, 0x00902007);
	EXPECT_REG(test, s, 0x2f14, 0x2001100a);
	EXPECT_REG(test, s, 0x2f18, 11);
	EXPECT_REG(test, s, 0x2f1c, 12);
	EXPECT_REG(test, s, 0x2f20, 0x00650064);
	EXPECT_REG(test, s, 0x2f3c, 114);
}

static void raw_noise_reduction(struct kunit *test)
{
	const struct sunmao_isp_params_baynr nr = {
		.gauss_en = 1, .lg2_mode = 2, .dgain = { 1, 2, 3 },
		.pix_diff = 4, .diff_thld = 5, .softthld = 6, .w1 = 7,
		.bltflt_streng = 8, .sigma_x = { 9, 10, [15] = 11 },
		.sigma_y = { 12, 13, [15] = 14 }, .weit_d = { 15, 16, 17 },
		.lg2_off = 18, .lg2_lgoff = 19, .dat_max = 0xabcde,
	};
	struct isp_state *s = encode(test, 0x85, &nr);

	EXPECT_REG(test, s, 0x3a00, 0x2101);
	EXPECT_REG(test, s, 0x3a04, 0x00020001);
	EXPECT_REG(test, s, 0x3a08, 3);
	EXPECT_REG(test, s, 0x3a0c, 4);
	EXPECT_REG(test, s, 0x3a10, 0x00050006);
	EXPECT_REG(test, s, 0x3a14, 0x00080007);
	EXPECT_REG(test, s, 0x3a18, 0x000a0009);
	EXPECT_REG(test, s, 0x3a34, 0x000b0000);
	EXPECT_REG(test, s, 0x3a54, 0x000e0000);
	EXPECT_REG(test, s, 0x3a58, 0x0110400f);
	EXPECT_REG(test, s, 0x3a5c, 0x00130012);
	EXPECT_REG(test, s, 0x3a60, 0xabcde);
}

/* Switched on, it wants the first-frame flag, ISP_CTRL1 bit 23 (ISP 5). */
static void luma_noise_reduction(struct kunit *test)
{
	const struct sunmao_isp_params_ynr nr = {
		.flags = 0x42, .flt1x1_bypass_sel = 1, .global_gain = 0x155,
		.global_gain_alpha = 6, .rnr_max_r = 1, .local_gainscale = 2,
		.rnr_center_h = 960, .rnr_center_v = 540,
		.low_bf_inv = { 3, 4 }, .low_center_weight = 5,
		.low_weight = 6, .low_bi_weight = 7,
		.base_filter_weight = { 8, 9, 10 },
		.low_gauss1_coeff = { 11, 12, 13 },
		.direction_weight = { 1, 2, 3, 4, 5, 6, 7, 8 },
		.luma_points_x = { 1, 2, [16] = 3 },
		.rnr_strength = { 1, 2, 3, 4, [16] = 9 },
	};
	struct isp_state *s = encode(test, 0x86, &nr);

	EXPECT_REG(test, s, 0x2700, 0x04615545);
	EXPECT_REG(test, s, 0x2704, 0x00020001);
	EXPECT_REG(test, s, 0x2708, 0x021c03c0);
	EXPECT_REG(test, s, 0x2710, 0x00040003);
	EXPECT_REG(test, s, 0x271c, 0x07060005);
	EXPECT_REG(test, s, 0x2728, 0x000a0908);
	EXPECT_REG(test, s, 0x2730, 0x000d0c0b);
	EXPECT_REG(test, s, 0x273c, 0x08070605);
	EXPECT_REG(test, s, 0x2740, 0x00020001);
	EXPECT_REG(test, s, 0x2760, 3);
	EXPECT_REG(test, s, 0x27d0, 0x04030201);
	EXPECT_REG(test, s, 0x27e0, 9);
	KUNIT_EXPECT_EQ(test, s->first_frame, 0x00800000);
}

static void chroma_noise_reduction(struct kunit *test)
{
	const struct sunmao_isp_params_cnr nr = {
		.flags = 0x5, .global_gain_alpha = 8, .global_gain = 0x40,
		.gain_1sigma = 1, .gain_offset = 2, .gain_iso = 3,
		.gain_uvgain = { 4, 5 }, .lmed3_alpha = 6, .lbf5_gain_c = 7,
		.lbf5_gain_y = 8, .lbf5_weit_d = { 9, 10, 11, 12, 13 },
		.hmed3_alpha = 14, .hbf5_min_wgt = 15, .hbf5_weit_src = 16,
		.hbf5_sigma = 17, .lbf3_sigma = 18, .lbf5_weit_src = 19,
		.sigma_y = { 20, 21, 22, 23, [12] = 32 },
	};
	struct isp_state *s = encode(test, 0x87, &nr);

	EXPECT_REG(test, s, 0x2800, 0xb);
	EXPECT_REG(test, s, 0x2804, 0x8040);
	EXPECT_REG(test, s, 0x2808, 0x030201);
	EXPECT_REG(test, s, 0x280c, 0x0504);
	EXPECT_REG(test, s, 0x2814, 0x0807);
	EXPECT_REG(test, s, 0x2818, 0x0c0b0a09);
	EXPECT_REG(test, s, 0x281c, 13);
	EXPECT_REG(test, s, 0x2824, 0x100f0011);
	EXPECT_REG(test, s, 0x2828, 0x00130012);
	EXPECT_REG(test, s, 0x282c, 0x17161514);
	EXPECT_REG(test, s, 0x2838, 32);
	KUNIT_EXPECT_EQ(test, s->first_frame, 0x04000000);
}

static void sharpening(struct kunit *test)
{
	const struct sunmao_isp_params_sharp sharp = {
		.flags = 2, .pbf_ratio = 1, .gaus_ratio = 2, .bf_ratio = 3,
		.sharp_ratio = 4, .pbf_sigma_shift = 5, .bf_sigma_shift = 6,
		.luma_dx = { 1, 2, 3, 4, 5, 6, 7 },
		.pbf_sigma_inv = { 1, 2, 3, 4, 5, 6, 7, 8 },
		.clip_hf = { [7] = 0x3ff },
		.pbf_coef = { 1, 2, 3 }, .gaus_coef = { 4, 5, 6, 7, 8, 9 },
	};
	struct isp_state *s = encode(test, 0x88, &sharp);

	EXPECT_REG(test, s, 0x2900, 0x5);
	EXPECT_REG(test, s, 0x2904, 0x04030201);
	EXPECT_REG(test, s, 0x2908, 0x07654321);
	EXPECT_REG(test, s, 0x290c, 0x00300801);
	EXPECT_REG(test, s, 0x2910, 0x00601404);
	EXPECT_REG(test, s, 0x2914, 0x00002007);
	EXPECT_REG(test, s, 0x2924, 0x65);
	EXPECT_REG(test, s, 0x293c, 0x000ffc00);
	EXPECT_REG(test, s, 0x2940, 0x030201);
	EXPECT_REG(test, s, 0x2948, 0x060504);
	EXPECT_REG(test, s, 0x294c, 0x090807);
}

static void dynamic_range(struct kunit *test)
{
	const struct sunmao_isp_params_drc drc = {
		.position = 0x1234, .compres_scl = 0x155, .offset_pow2 = 3,
		.delta_scalein = 0x12, .lpdetail_ratio = 0x345,
		.hpdetail_ratio = 0x678, .bilat_wt_off = 1, .wei_pre = 2,
		.wei_cur = 3, .edge_scl = 4, .motion_scl = 5, .bilat_en = 1,
		.weight_bilat = 6, .weight_maxl = 7, .bilat_soft_thd = 8,
		.force_sgm_inv0 = 9, .space_sgm_inv = { 10, 11 },
		.range_sgm_inv = { 12, 13 }, .gain_y = { 14, 15, [16] = 16 },
		.min_ogain = 17, .iir_weight = 18,
	};
	struct isp_state *s = encode(test, 0x89, &drc);

	EXPECT_REG(test, s, 0x3904, 0x30555234);
	EXPECT_REG(test, s, 0x3908, 0x12678345);
	EXPECT_REG(test, s, 0x390c, 0x03020001);
	EXPECT_REG(test, s, 0x3910, 0x00090504);
	EXPECT_REG(test, s, 0x3914, 0x000b000a);
	EXPECT_REG(test, s, 0x3918, 0x000d000c);
	EXPECT_REG(test, s, 0x391c, 0x80080706);
	EXPECT_REG(test, s, 0x3920, 0x000f000e);
	EXPECT_REG(test, s, 0x3940, 16);
	EXPECT_REG(test, s, 0x398c, 0x00120011);
	KUNIT_EXPECT_EQ(test, s->first_frame, 0x01000000);
	s->first_frame = 0;
	isp_block_find(0x89, true)->apply(s, &drc, true, &env);
	KUNIT_EXPECT_EQ(test, s->first_frame, 0);
}

/* Sub-windows have end coordinates (R 5.1). */
static void big_exposure_grid(struct kunit *test)
{
	const struct sunmao_isp_params_ae_big ae = {
		.window_num = 2,
		.meas_window = { 0, 0, 100, 60 },
		.subwin[1] = { { 10, 20, 30, 40 }, 1 },
	};
	struct isp_state *s = encode(test, 0x8b, &ae);

	EXPECT_REG(test, s, 0x4600, 0x25);
	EXPECT_REG(test, s, 0x4604, 0x003c0064);
	EXPECT_REG(test, s, 0x461c, 0x0014000a);
	EXPECT_REG(test, s, 0x4618, 0x003c0028);
}

/* The vertical number is in the low half (R 5.3). */
static void focus(struct kunit *test)
{
	const struct sunmao_isp_params_af af = {
		.flags = 0x1012, .afm_thres = 5,
		.window_a = { 2, 1, 150, 75 }, .window_b = { 4, 3, 20, 10 },
		.afm_shift_a = 1, .afm_shift_b = 2, .lum_shift_a = 3,
		.lum_shift_b = 4, .h1_shift = 1, .h2_shift = 2, .v1_shift = 3,
		.v2_shift = 4, .h1_iir1 = { -1, 2, 3, 4, 5, -6 },
		.v_curve_h = { 1, 2, 3 }, .v1_iir = { 1, [8] = 9 },
		.v2_iir = { 2 }, .v1_fir = { 3 }, .v2_fir = { 4 },
		.highlit_thresh = 0xab,
	};
	struct isp_state *s = encode(test, 0x8d, &af);

	EXPECT_REG(test, s, 0x4d00, 0x2025);
	EXPECT_REG(test, s, 0x4d04, 0x00020001);
	EXPECT_REG(test, s, 0x4d08, 0x0096004b);
	EXPECT_REG(test, s, 0x4d0c, 0x00040003);
	EXPECT_REG(test, s, 0x4d18, 5);
	EXPECT_REG(test, s, 0x4d20, 0x00430021);
	EXPECT_REG(test, s, 0x4d24, 0x4321);
	EXPECT_REG(test, s, 0x4d60, 0x0002ffff);
	EXPECT_REG(test, s, 0x4d68, 0xfffa0005);
	EXPECT_REG(test, s, 0x4d9c, 0x00030201);
	EXPECT_REG(test, s, 0x4da0, 0x00020001);
	EXPECT_REG(test, s, 0x4dc0, 9);
	EXPECT_REG(test, s, 0x4dc4, 0x00040003);
	EXPECT_REG(test, s, 0x4dd0, 0xab);
}

static void a_block_without_flags_changes_nothing(struct kunit *test)
{
	struct {
		struct sunmao_isp_buffer buf;
		struct sunmao_isp_rk_bls bls;
	} *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	struct isp_state *s = new_state(test);

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->buf.data_size = sizeof(b->bls);
	b->bls.header.size = sizeof(b->bls);
	b->bls.bls_fixed_val.a = 77;
	isp_params_apply(s, &b->buf, &env, false);
	EXPECT_REG(test, s, 0x3000, 0);
	EXPECT_REG(test, s, 0x3028, 0);
	b->bls.header.flags = SUNMAO_ISP_BLOCK_FL_ENABLE;
	isp_params_apply(s, &b->buf, &env, false);
	EXPECT_REG(test, s, 0x3000, 1);
	EXPECT_REG(test, s, 0x3028, 77);
	b->bls.header.flags = SUNMAO_ISP_BLOCK_FL_DISABLE;
	isp_params_apply(s, &b->buf, &env, false);
	EXPECT_REG(test, s, 0x3000, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(black_level),
	KUNIT_CASE(black_level_windows),
	KUNIT_CASE(black_level_off_stops_both_subtractions),
	KUNIT_CASE(white_balance_gains),
	KUNIT_CASE(limited_range_matrix),
	KUNIT_CASE(full_range_matrix),
	KUNIT_CASE(colour_correction),
	KUNIT_CASE(offsets_of_13_bits),
	KUNIT_CASE(gamma_curve),
	KUNIT_CASE(lens_shading),
	KUNIT_CASE(equal_lens_shading_is_not_new),
	KUNIT_CASE(crop_windows),
	KUNIT_CASE(exposure_grid),
	KUNIT_CASE(small_histogram),
	KUNIT_CASE(big_histogram),
	KUNIT_CASE(white_balance_grid),
	KUNIT_CASE(defect_pixels),
	KUNIT_CASE(demosaic),
	KUNIT_CASE(demosaic_cannot_be_off),
	KUNIT_CASE(picture_controls),
	KUNIT_CASE(effects),
	KUNIT_CASE(green_imbalance),
	KUNIT_CASE(raw_noise_reduction),
	KUNIT_CASE(luma_noise_reduction),
	KUNIT_CASE(chroma_noise_reduction),
	KUNIT_CASE(sharpening),
	KUNIT_CASE(dynamic_range),
	KUNIT_CASE(big_exposure_grid),
	KUNIT_CASE(focus),
	KUNIT_CASE(a_block_without_flags_changes_nothing),
	{}
};

struct kunit_suite isp_encode_suite = {
	.name = "isp_encode",
	.test_cases = cases,
};
