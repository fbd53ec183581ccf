// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host-side tests of the ISP reference. Needs no device. Expected values come
 * from the formulas of the hardware notes, worked out by hand.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "isp_scene.h"
#include "tap.h"

#define W	8u
#define H	8u

/* A constant raw picture: red, green in red rows, green in blue rows, blue. */
static void constant(uint16_t *data, unsigned int w, unsigned int h, enum isp_order order,
		     const unsigned int level[4])
{
	unsigned int x, y;

	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++)
			data[y * w + x] = (uint16_t)level[isp_colour_at(order, x, y)];
}

static struct isp_ref_raw raw_of(const uint16_t *data, unsigned int w, unsigned int h)
{
	return (struct isp_ref_raw){
		.width = w, .height = h, .depth = 12, .order = ISP_RGGB,
		.data = data, .stride = w * 2,
	};
}

/* Y, Cb, Cr of a constant picture after a parameter buffer. */
static void develop(const struct isp_params *p, const unsigned int level[4], int out[3])
{
	uint16_t data[W * H];
	struct isp_ref_raw raw = raw_of(data, W, H);
	struct isp_ref_frame frame;
	struct isp_ref_set set;
	unsigned int i;

	constant(data, W, H, ISP_RGGB, level);
	isp_ref_reset(&set);
	tap_check(!isp_ref_apply(&set, p->data, isp_params_bytes(p)), "apply");
	isp_ref_develop(&frame, &set, &raw);
	out[0] = frame.yuv.y[0];
	out[1] = frame.yuv.cb[0];
	out[2] = frame.yuv.cr[0];
	for (i = 0; i < W * H; i++)
		tap_check(frame.yuv.y[i] == out[0], "not constant at %u", i);
	isp_ref_free(&frame);
}

#define check_yuv(got, y, cb, cr)						\
	tap_check((got)[0] == (y) && (got)[1] == (cb) && (got)[2] == (cr),	\
		  "%d %d %d, wanted %d %d %d", (got)[0], (got)[1], (got)[2], y, cb, cr)

static void test_orders(const void *arg)
{
	(void)arg;
	tap_check(isp_colour_at(ISP_RGGB, 0, 0) == ISP_R, "RGGB");
	tap_check(isp_colour_at(ISP_GRBG, 1, 0) == ISP_R, "GRBG");
	tap_check(isp_colour_at(ISP_GBRG, 0, 1) == ISP_R, "GBRG");
	tap_check(isp_colour_at(ISP_BGGR, 1, 1) == ISP_R, "BGGR");
	tap_check(isp_colour_at(ISP_GBRG, 0, 0) == ISP_GB, "green in a blue row");
	tap_check(isp_colour_at(ISP_BGGR, 0, 1) == ISP_GR, "green in a red row");
}

static void test_matrix(const void *arg)
{
	static const unsigned int grey[4] = { 1600, 1600, 1600, 1600 };
	static const unsigned int red[4] = { 4095, 0, 0, 0 };
	struct isp_params p;
	int yuv[3];

	(void)arg;
	isp_params_init(&p);
	develop(&p, grey, yuv);
	/* unit matrix: 1600 / 16, and the same above 128 */
	check_yuv(yuv, 100, 228, 228);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	develop(&p, grey, yuv);
	check_yuv(yuv, 100, 128, 128);
	develop(&p, red, yuv);
	/* (38 * 4095 + 1024) >> 11 = 76; -22: -44; 64: 128 -> clipped at 255 */
	check_yuv(yuv, 76, 84, 255);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, false);
	develop(&p, grey, yuv);
	/* (112 * 1600 + 1024) >> 11 = 88, + 16 */
	check_yuv(yuv, 104, 128, 128);
	develop(&p, red, yuv);
	/* 33: 66 + 16; -19: -38; 56: 112 -> 240 */
	check_yuv(yuv, 82, 90, 240);
}

static void test_bls(const void *arg)
{
	static const unsigned int level[4] = { 500, 600, 700, 800 };
	struct isp_params p;
	int yuv[3];

	(void)arg;
	isp_params_init(&p);
	isp_add_bls(&p, 100, 200, 300, 400);
	isp_add_csm(&p, ISP_BT601, true);
	develop(&p, level, yuv);
	/* all are 400 */
	check_yuv(yuv, 25, 128, 128);
	isp_params_init(&p);
	isp_add_bls(&p, -1100, -1000, -900, 4095);
	develop(&p, level, yuv);
	/* red and green 1600, blue clipped at 0; unit matrix */
	check_yuv(yuv, 100, 228, 128);
}

static void test_gains(const void *arg)
{
	static const unsigned int level[4] = { 400, 800, 800, 3000 };
	struct isp_params p;
	int yuv[3];

	(void)arg;
	isp_params_init(&p);
	isp_add_gains(&p, 0x200, 0x100, 0x200);
	develop(&p, level, yuv);
	/* red 800 / 16, green 800 / 16, blue clipped */
	check_yuv(yuv, 50, 178, 255);
}

static void test_ccm(const void *arg)
{
	static const int swap[3][3] = { { 0, 0, 128 }, { 0, 128, 0 }, { 128, 0, 0 } };
	static const int minus[3][3] = { { -128, 128, 0 }, { 0, 64, 0 }, { 0, 0, 64 } };
	static const unsigned int level[4] = { 320, 640, 640, 960 };
	struct sunmao_isp_rk_ccm *ccm;
	struct isp_params p;
	unsigned int i;
	int yuv[3];

	(void)arg;
	isp_params_init(&p);
	isp_add_ccm(&p, swap, 0);
	develop(&p, level, yuv);
	check_yuv(yuv, 60, 168, 148);
	isp_params_init(&p);
	isp_add_ccm(&p, minus, -160);
	develop(&p, level, yuv);
	/* 320 - 160, 320 - 160, 480 - 160 */
	check_yuv(yuv, 10, 138, 148);
	/* at half strength only half of the difference to the unit matrix */
	isp_params_init(&p);
	isp_add_ccm(&p, swap, 0);
	ccm = (void *)(p.data + 8);
	for (i = 0; i < 17; i++)
		ccm->alp[i] = 0x200;
	develop(&p, level, yuv);
	check_yuv(yuv, 40, 168, 168);
}

static void test_goc(const void *arg)
{
	static const unsigned int level[4] = { 5, 320, 320, 3584 };
	struct sunmao_isp_rk_goc *goc;
	struct isp_params p;
	unsigned int i;
	int yuv[3];

	(void)arg;
	isp_params_init(&p);
	goc = isp_add(&p, sunmao_isp_rk_goc, SUNMAO_ISP_RK_PARAMS_GOC);
	for (i = 0; i < 45; i++)
		goc->gamma_y[i] = (uint16_t)(i * 16);
	develop(&p, level, yuv);
	/*
	 * Points 8, 12, 16, 20, 24, 28, 32 stand at 8, 16, 32, 64, 128, 256, 512: 5
	 * is point 5, 320 is the first of four steps of 64 behind point 28, and
	 * 3584 is point 43.
	 */
	check_yuv(yuv, 5, 128 + 29, 128 + 43);
}

static void test_goc_grid(const void *arg)
{
	struct isp_ref_set set;
	struct isp_params p;
	uint16_t data[W * H];
	unsigned int i, dense, at[2][49], x;

	(void)arg;
	for (dense = 0; dense < 2; dense++) {
		static const unsigned int width[] = { 2, 4, 8, 16, 32, 64, 128, 256 };

		for (i = 0, x = 0; i < 49; i++) {
			at[dense][i] = x;
			x += i < 8 ? 1 : i < 40 ? width[(i - 8) / 4] : dense ? 256 : 512;
		}
		tap_check(at[dense][dense ? 48 : 44] == 4096, "grid %u ends at %u", dense,
			  at[dense][dense ? 48 : 44]);
	}
	/* a curve that is the identity at its points is the identity everywhere */
	for (dense = 0; dense < 2; dense++) {
		struct sunmao_isp_rk_goc *goc;
		struct isp_ref_raw raw = raw_of(data, W, H);

		isp_params_init(&p);
		goc = isp_add(&p, sunmao_isp_rk_goc, SUNMAO_ISP_RK_PARAMS_GOC);
		goc->segments = (uint8_t)dense;
		for (i = 0; i < (dense ? 49u : 45u); i++)
			goc->gamma_y[i] = (uint16_t)(at[dense][i] > 4095 ? 4095 : at[dense][i]);
		isp_ref_reset(&set);
		isp_ref_apply(&set, p.data, isp_params_bytes(&p));
		for (x = 0; x < 3584; x += 37) {
			const unsigned int level[4] = { x, x, x, x };
			struct isp_ref_frame frame;

			constant(data, W, H, ISP_RGGB, level);
			isp_ref_develop(&frame, &set, &raw);
			tap_check(frame.yuv.y[9] == (x + 8) >> 4,
				  "%u gives %u", x, frame.yuv.y[9]);
			isp_ref_free(&frame);
		}
	}
}

static void test_lsc(const void *arg)
{
	const unsigned int w = 160, h = 144;
	uint16_t *data = malloc(w * h * sizeof(*data));
	static const unsigned int level[4] = { 1000, 1000, 1000, 1000 };
	struct isp_ref_raw raw = raw_of(data, w, h);
	struct sunmao_isp_rk_lsc *lsc;
	struct isp_ref_frame frame;
	struct isp_ref_set set;
	struct isp_params p;
	unsigned int i;

	(void)arg;
	constant(data, w, h, ISP_RGGB, level);
	isp_params_init(&p);
	lsc = isp_add_lsc(&p, w, h);
	/* sector (1, 1) begins at (10, 9); its upper left vertex has gain 3 */
	lsc->r_data_tbl[0][1][1] = lsc->gr_data_tbl[0][1][1] =
		lsc->gb_data_tbl[0][1][1] = lsc->b_data_tbl[0][1][1] = 3072;
	isp_ref_reset(&set);
	isp_ref_apply(&set, p.data, isp_params_bytes(&p));
	isp_ref_develop(&frame, &set, &raw);
	tap_check(frame.awb.p[9 * w + 10] == 3000, "vertex: %u", frame.awb.p[9 * w + 10]);
	tap_check(abs(frame.awb.p[9 * w + 15] - 2000) <= 1, "half: %u", frame.awb.p[9 * w + 15]);
	tap_check(abs(frame.awb.p[9 * w + 5] - 2000) <= 1, "other half: %u",
		  frame.awb.p[9 * w + 5]);
	tap_check(frame.awb.p[9 * w + 20] == 1000 && frame.awb.p[0] == 1000, "outside");
	isp_ref_free(&frame);

	/* a second buffer that writes nothing and selects the empty bank */
	isp_params_init(&p);
	lsc = isp_add_lsc(&p, w, h);
	lsc->write_table[0] = 0;
	isp_ref_apply(&set, p.data, isp_params_bytes(&p));
	isp_ref_develop(&frame, &set, &raw);
	tap_check(frame.awb.p[9 * w + 10] == 3000, "the table is gone");
	isp_ref_free(&frame);

	/* mirrored: 8 sizes, the last sector is as wide as the first */
	isp_params_init(&p);
	lsc = isp_add_lsc(&p, w, h);
	lsc->window_mode = 0;
	for (i = 0; i < 16; i++)
		lsc->r_data_tbl[0][i][15] = lsc->gr_data_tbl[0][i][15] = 2048;
	isp_ref_apply(&set, p.data, isp_params_bytes(&p));
	isp_ref_develop(&frame, &set, &raw);
	tap_check(frame.awb.p[150] == 2000, "mirrored: %u", frame.awb.p[150]);
	isp_ref_free(&frame);
	free(data);
}

static void test_debayer(const void *arg)
{
	uint16_t data[W * H] = { 0 };
	struct isp_ref_raw raw = raw_of(data, W, H);
	struct isp_ref_frame frame;
	struct isp_ref_set set;

	(void)arg;
	/* one bright green pixel, a red one, in the middle; the unit matrix shows R in Y */
	data[4 * W + 4] = 1600;
	isp_ref_reset(&set);
	isp_ref_develop(&frame, &set, &raw);
	tap_check(frame.yuv.y[4 * W + 4] == 100, "the red pixel");
	tap_check(frame.yuv.y[4 * W + 5] == 50, "beside");
	tap_check(frame.yuv.y[5 * W + 5] == 25, "diagonal");
	tap_check(frame.yuv.y[4 * W + 6] == 0, "next red");
	isp_ref_free(&frame);
}

static void test_scaler(const void *arg)
{
	struct isp_yuv in = isp_yuv_new(16, 4), out;
	unsigned int x;

	(void)arg;
	for (x = 0; x < 64; x++)
		in.y[x] = (uint8_t)(x % 16 * 10);
	for (x = 0; x < 32; x++)
		in.cb[x] = in.cr[x] = (uint8_t)(x % 8 * 20);
	isp_ref_path(&out, &in, (struct isp_rect){ 0, 0, 16, 4 }, 31, 7);
	tap_check(out.y[0] == 0 && out.y[1] == 5 && out.y[2] == 10 && out.y[30] == 150,
		  "up: %u %u %u %u", out.y[0], out.y[1], out.y[2], out.y[30]);
	isp_yuv_free(&out);
	isp_ref_path(&out, &in, (struct isp_rect){ 0, 0, 16, 4 }, 6, 2);
	tap_check(out.y[1] == 30 && out.y[5] == 150, "down: %u %u", out.y[1], out.y[5]);
	isp_yuv_free(&out);
	isp_ref_path(&out, &in, (struct isp_rect){ 4, 2, 8, 2 }, 8, 2);
	tap_check(out.y[0] == 40 && out.cb[0] == 40 && out.cb[3] == 100, "crop");
	isp_yuv_free(&out);
	isp_yuv_free(&in);
}

static void test_formats(const void *arg)
{
	static const struct {
		uint32_t fourcc;
		size_t total;
		unsigned int planes;
	} f[] = {
		{ V4L2_PIX_FMT_UYVY, 1024, 1 }, { V4L2_PIX_FMT_NV12, 768, 1 },
		{ V4L2_PIX_FMT_NV21M, 768, 2 }, { V4L2_PIX_FMT_NV61, 1024, 1 },
		{ V4L2_PIX_FMT_YVU422M, 1024, 3 }, { V4L2_PIX_FMT_YUV420, 768, 1 },
		{ V4L2_PIX_FMT_GREY, 512, 1 }, { V4L2_PIX_FMT_XBGR32, 2048, 1 },
		{ V4L2_PIX_FMT_RGB565, 1024, 1 },
	};
	struct isp_yuv in = isp_yuv_new(32, 16);
	uint8_t memory[4096];
	unsigned int i, k;

	(void)arg;
	memset(in.y, 90, 512);
	memset(in.cb, 110, 256);
	memset(in.cr, 200, 256);
	for (i = 0; i < ARRAY_SIZE(f); i++) {
		struct isp_image image = { .fourcc = f[i].fourcc, .width = 32, .height = 16 };
		size_t sizes[3] = { 0 }, total = 0;

		tap_check(isp_image_layout(&image, sizes) == f[i].planes, "planes of %u", i);
		for (k = 0; k < f[i].planes; k++) {
			image.plane[k] = memory + total;
			total += sizes[k];
		}
		tap_check(total == f[i].total, "format %u: %zu bytes", i, total);
		isp_ref_pack(&image, &in);
		tap_check(!isp_image_compare(&image, &image, 0).over, "itself");
	}
	{
		struct isp_image a = { V4L2_PIX_FMT_NV21, 32, 16, 1, { memory }, { 32 } };
		struct isp_diff d;
		uint8_t other[768];
		struct isp_image b = { V4L2_PIX_FMT_NV21, 32, 16, 1, { other }, { 32 } };

		isp_ref_pack(&a, &in);
		tap_check(memory[512] == 200 && memory[513] == 110, "order of NV21");
		memcpy(other, memory, 768);
		other[512 + 32 + 3] += 3;
		d = isp_image_compare(&a, &b, 2);
		tap_check(d.over == 1 && d.max == 3 && d.plane == 1 && d.x == 1 && d.y == 1,
			  "difference at %u %u %u", d.plane, d.x, d.y);
	}
	isp_yuv_free(&in);
}

static void test_statistics(const void *arg)
{
	const unsigned int w = 160, h = 90;
	uint16_t *data = malloc(w * h * sizeof(*data));
	struct isp_bayer b = { w, h, ISP_RGGB, data };
	static const unsigned int level[4] = { 160, 320, 336, 640 };
	struct sunmao_isp_window cell = { 0, 0, 32, 18 };
	struct sunmao_isp_rk_hist_big hist = { 0 };
	struct sunmao_isp_rk_awb_meas meas = { 0 };
	static struct isp_ref_awb awb;
	struct isp_ref_ae ae;
	struct isp_rect r;
	static uint32_t levels[ISP_LEVELS];
	uint32_t bins[256];

	(void)arg;
	constant(data, w, h, ISP_RGGB, level);
	/* 5 * 32 is the whole width: one pixel, then another to be even (ISP 6.2) */
	r = isp_ref_cells(&cell, 5, w, h);
	tap_check(r.w == 30 && r.h == 16, "cells of %ux%u", r.w, r.h);
	isp_ref_exposure(&ae, &b, &cell, 5);
	tap_check(ae.r[24] == 160 && ae.g[24] == 328 && ae.b[24] == 640, "means");
	hist.mode = SUNMAO_ISP_HIST_G;
	hist.meas_window = (struct sunmao_isp_window){ 0, 0, 16, 16 };
	memset(hist.weights, 0x20, 225);
	isp_ref_histogram(levels, &b, &hist, false);
	isp_ref_bins(bins, levels, &hist);
	/* 25 cells, 64 quads; 328 is in bin 20 */
	tap_check(levels[328] == 25 * 64 * 32 && bins[20] == 25 * 64 * 32, "green bin");
	hist.mode = SUNMAO_ISP_HIST_Y;
	hist.coeffs = (struct sunmao_isp_hist_coeffs){ 64, 128, 64 };
	isp_ref_histogram(levels, &b, &hist, false);
	isp_ref_bins(bins, levels, &hist);
	/* (160 * 64 + 328 * 128 + 640 * 64) >> 8 = 364 */
	tap_check(bins[364 >> 4] == 25 * 64 * 32, "luma bin");
	meas.meas_window = (struct sunmao_isp_window){ 0, 0, 10, 6 };
	meas.limits[1] = (struct sunmao_isp_awb_limit){ 255, 255, 255, 255 };
	isp_ref_awb(&awb, &b, &meas);
	tap_check(awb.count[7] == 15 && awb.r[7] == 150 && awb.g[7] == 300 && awb.b[7] == 600,
		  "grid: %u %u", awb.count[7], (unsigned int)awb.g[7]);
	free(data);
}

static void test_apply(const void *arg)
{
	struct isp_ref_set set;
	struct isp_params p;
	struct sunmao_isp_buffer *head = (void *)p.data;

	(void)arg;
	isp_ref_reset(&set);
	isp_params_init(&p);
	isp_add_gains(&p, 1, 2, 3);
	isp_params_add(&p, SUNMAO_ISP_RK_PARAMS_BLS, sizeof(struct sunmao_isp_rk_bls), 0);
	tap_check(!isp_ref_apply(&set, p.data, isp_params_bytes(&p)), "apply");
	tap_check(set.awb_on && set.awb.gains[0].gb == 2 && !set.bls_on, "what it set");
	isp_params_init(&p);
	tap_check(!isp_ref_apply(&set, p.data, isp_params_bytes(&p)), "nothing");
	tap_check(set.awb_on, "an absent block was changed");
	isp_params_off(&p, SUNMAO_ISP_RK_PARAMS_AWB_GAINS);
	tap_check(!isp_ref_apply(&set, p.data, isp_params_bytes(&p)), "off");
	tap_check(!set.awb_on, "still on");
	tap_check(isp_ref_apply(&set, p.data, isp_params_bytes(&p) - 1), "short buffer");
	head->data_size++;
	tap_check(isp_ref_apply(&set, p.data, isp_params_bytes(&p)), "left-over byte");
}

static void test_parts(const void *arg)
{
	const unsigned int w = 160, h = 160;
	uint16_t *data = malloc(w * h * sizeof(*data));
	struct isp_ref_raw raw = raw_of(data, w, h), part = raw;
	struct isp_ref_frame all, some;
	struct isp_ref_set set;
	struct isp_params p;
	unsigned int y;

	(void)arg;
	isp_scene_fill(ISP_SCENE_MIX, 3, &raw);
	isp_params_init(&p);
	isp_add_lsc_bowl(&p, w, h, 1000);
	isp_add_csm(&p, ISP_BT709, true);
	isp_ref_reset(&set);
	isp_ref_apply(&set, p.data, isp_params_bytes(&p));
	isp_ref_develop(&all, &set, &raw);
	part.data = data + 60 * w;
	part.height = 20;
	part.line0 = 60;
	part.full_height = h;
	isp_ref_develop(&some, &set, &part);
	for (y = 1; y < 19; y++)
		tap_check(!memcmp(some.yuv.y + y * w, all.yuv.y + (60 + y) * w, w),
			  "line %u of the part", y);
	isp_ref_free(&all);
	isp_ref_free(&some);
	free(data);
}

static void test_scenes(const void *arg)
{
	static uint16_t data[2][240 * 120];
	unsigned int kind, x, y, i;

	(void)arg;
	for (kind = ISP_SCENE_MIX; kind <= ISP_SCENE_DEFECTS; kind++) {
		struct isp_ref_raw raw = raw_of(data[0], 240, 120);
		struct isp_ref_raw other = raw_of(data[1], 240, 120);
		uint64_t sum = 0;

		isp_scene_fill((enum isp_scene)kind, 1, &raw);
		isp_scene_fill((enum isp_scene)kind, 1, &other);
		tap_check(!memcmp(data[0], data[1], sizeof(data[0])), "kind %u changes", kind);
		isp_scene_fill((enum isp_scene)kind, 2, &other);
		tap_check(memcmp(data[0], data[1], sizeof(data[0])), "seed has no effect on %u", kind);
		for (i = 0; i < 240 * 120; i++)
			sum += data[0][i];
		tap_check(sum / (240 * 120) > 100, "kind %u is dark", kind);
		other.depth = 8;
		other.stride = 240;
		isp_scene_fill((enum isp_scene)kind, 1, &other);
		tap_check(((uint8_t *)data[1])[1000] == data[0][1000] >> 4, "8 bits of kind %u", kind);
	}
	for (y = 0, i = 0; y < 120; y++)
		for (x = 0; x < 240; x++)
			i += isp_scene_is_defect(x, y);
	tap_check(i == 50, "%u defects", i);
}

/* How far the debayer's freedom to round may grow: see isp_ref.h. */
static void test_random_settings_are_tame(const void *arg)
{
	const unsigned int w = 160, h = 144;
	uint16_t *data = malloc(w * h * sizeof(*data));
	struct isp_ref_raw raw = raw_of(data, w, h);
	unsigned int seed, i, blocks = 0;

	(void)arg;
	for (seed = 0; seed < 40; seed++) {
		struct isp_ref_frame a, b;
		struct isp_ref_set set;
		struct isp_params p;
		int worst = 0;

		isp_scene_fill(ISP_SCENE_GRADIENT, seed, &raw);
		isp_params_random(&p, seed, w, h);
		isp_ref_reset(&set);
		tap_check(!isp_ref_apply(&set, p.data, isp_params_bytes(&p)), "apply");
		blocks += set.lsc_on;
		isp_ref_develop(&a, &set, &raw);
		/* one code value more everywhere, as if everything was rounded up */
		for (i = 0; i < w * h; i++)
			data[i] = (uint16_t)(data[i] < 4095 ? data[i] + 1 : 4095);
		set.awb_on = set.awb_on && set.awb.gains[0].r <= 0x100;
		if (!set.awb_on) {
			isp_ref_free(&a);
			continue;
		}
		isp_ref_develop(&b, &set, &raw);
		for (i = 0; i < w * h; i++)
			worst = abs(a.yuv.y[i] - b.yuv.y[i]) > worst ?
				abs(a.yuv.y[i] - b.yuv.y[i]) : worst;
		tap_check(worst <= ISP_REF_TOLERANCE, "seed %u: one code value grows to %d", seed, worst);
		isp_ref_free(&a);
		isp_ref_free(&b);
	}
	tap_check(blocks > 5, "shading is hardly used");
	free(data);
}

static void test_speed(const void *arg)
{
	const unsigned int w = 640, h = 480;
	uint16_t *data = malloc(w * h * sizeof(*data));
	struct isp_ref_raw raw = raw_of(data, w, h);
	struct timespec begin, end;
	struct isp_ref_frame frame;
	struct isp_ref_set set;
	struct isp_params p;
	long ms;

	(void)arg;
	isp_scene_fill(ISP_SCENE_MIX, 1, &raw);
	isp_params_random(&p, 1, w, h);
	isp_add_lsc_bowl(&p, w, h, 100);
	isp_ref_reset(&set);
	isp_ref_apply(&set, p.data, isp_params_bytes(&p));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	isp_ref_develop(&frame, &set, &raw);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	ms = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
	tap_note("640x480 takes %ld ms", ms);
	tap_check(ms < 500, "too slow");
	isp_ref_free(&frame);
	free(data);
}

#define T(name, fn)	{ name, fn, NULL, 0 }

static const struct tap_test tests[] = {
	T("Bayer orders", test_orders),
	T("colour space matrices", test_matrix),
	T("black level", test_bls),
	T("white balance gains", test_gains),
	T("lens shading", test_lsc),
	T("demosaicing", test_debayer),
	T("colour correction", test_ccm),
	T("tone curve", test_goc),
	T("tone curve grids", test_goc_grid),
	T("scaler and crop", test_scaler),
	T("output formats", test_formats),
	T("statistics", test_statistics),
	T("parameter buffers", test_apply),
	T("parts of a picture", test_parts),
	T("scenes", test_scenes),
	T("random settings do not amplify", test_random_settings_are_tame),
	T("speed", test_speed),
};

int main(int argc, char **argv)
{
	return tap_main(tests, ARRAY_SIZE(tests), argc > 1 ? argv[1] : NULL, NULL);
}
