// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pictures and statistics against the reference: every block alone, then all
 * of them, within ISP_REF_TOLERANCE of 255 per sample (isp_ref.h).
 */
#include <stdlib.h>
#include <string.h>

#include "isp_rig.h"
#include "tap.h"

static struct isp_rig rig;

static const struct isp_rig_setup plain = { .stats = false };
static const struct isp_rig_setup extended = { .own = true, .stats = true };
static const struct isp_rig_setup measured = { .stats = true };

/* First parameters of every test: a matrix that shows all three colours. */
static void base(struct isp_params *p)
{
	isp_params_init(p);
	isp_add_csm(p, ISP_BT601, true);
}

static void note_worst(void)
{
	if (!tap_failed())
		tap_note("largest difference %u", rig.worst);
}

/* ---- input ---- */

static void test_raw_formats(const void *arg)
{
	const unsigned int *depth = arg;
	enum isp_order order;
	struct isp_params p;

	for (order = ISP_RGGB; order <= ISP_BGGR; order++) {
		const struct isp_rig_setup setup = {
			.width = 128, .height = 96, .depth = *depth, .order = order,
		};

		isp_rig_open(&rig, &setup);
		base(&p);
		isp_add_bls(&p, 50, 100, 150, 200);
		isp_add_gains(&p, 0x180, 0x100, 0x1c0);
		isp_rig_frame(&rig, ISP_SCENE_MIX, 1, &p, "raw format");
		isp_rig_close(&rig);
	}
	note_worst();
}

/* ---- blocks alone ---- */

static void frames(const struct isp_rig_setup *setup, const struct isp_params *p,
		   const char *what)
{
	isp_rig_open(&rig, setup);
	isp_rig_frame(&rig, ISP_SCENE_MIX, 11, p, what);
	/* the setting stays without a word about it */
	isp_rig_frame(&rig, ISP_SCENE_CHART, 12, NULL, what);
	isp_rig_close(&rig);
	note_worst();
}

static void test_nothing(const void *arg)
{
	struct isp_params p;

	(void)arg;
	base(&p);
	frames(&plain, &p, "debayer");
}

static void test_bls(const void *arg)
{
	const int *v = arg;
	struct isp_params p;

	base(&p);
	isp_add_bls(&p, v[0], v[1], v[2], v[3]);
	frames(&plain, &p, "black level");
}

/*
 * Windows on a flat picture: every choice of samples gives the same average. Whether
 * the average is there in time for its own frame is open: the second one counts.
 */
static void test_bls_measured(const void *arg)
{
	const struct sunmao_isp_stats_bls *got;
	struct sunmao_isp_rk_bls *bls;
	struct isp_params p;
	struct isp_ref_raw raw;
	const uint16_t *line;

	(void)arg;
	isp_rig_open(&rig, &extended);
	base(&p);
	bls = isp_add(&p, sunmao_isp_rk_bls, SUNMAO_ISP_RK_PARAMS_BLS);
	bls->enable_auto = 1;
	bls->enabled_windows = 1;
	bls->bls_window1 = (struct sunmao_isp_window){ 16, 8, 64, 32 };
	bls->bls_samples = 6;
	isp_rig_draw(&rig, 0, ISP_SCENE_FLAT, 5);
	tap_require(!isp_ref_apply(&rig.set, p.data, isp_params_bytes(&p)), "apply");
	isp_rig_submit(&rig, 0, &p);
	isp_rig_collect(&rig);
	isp_rig_frame(&rig, ISP_SCENE_FLAT, 5, NULL, "measured black level");
	isp_raw_at(&raw, rig.dev, ISP_RAW0, 0);
	line = raw.data;
	got = isp_rig_stats(&rig, sunmao_isp_stats_bls, SUNMAO_ISP_STATS_BLS);
	tap_require(got, "no block of measured levels");
	tap_check(got->done == 1, "not done");
	tap_check(got->measured.a == line[0] && got->measured.b == line[1] &&
		  got->measured.c == line[raw.stride / 2] &&
		  got->measured.d == line[raw.stride / 2 + 1],
		  "measured %d %d %d %d, picture %u %u %u %u", got->measured.a, got->measured.b,
		  got->measured.c, got->measured.d, line[0], line[1], line[raw.stride / 2],
		  line[raw.stride / 2 + 1]);
	isp_rig_close(&rig);
}

static void test_lsc(const void *arg)
{
	const unsigned int *rise = arg;
	struct isp_params p;

	base(&p);
	isp_add_lsc_bowl(&p, 320, 240, *rise);
	frames(&plain, &p, "lens shading");
}

static void test_lsc_mirrored(const void *arg)
{
	struct sunmao_isp_rk_lsc *lsc;
	struct isp_params p;
	unsigned int i;

	(void)arg;
	base(&p);
	lsc = isp_add_lsc_bowl(&p, 320, 240, 1500);
	lsc->window_mode = 0;
	/* narrow sectors outside, wide ones inside; 8 of them are half the picture */
	for (i = 0; i < 8; i++) {
		lsc->x_sizes[i] = (uint16_t)(13 + 2 * i);
		lsc->y_sizes[i] = (uint16_t)(i < 4 ? 12 : 18);
		lsc->x_grads[i] = (uint16_t)((32768 + lsc->x_sizes[i] / 2) / lsc->x_sizes[i]);
		lsc->y_grads[i] = (uint16_t)((32768 + lsc->y_sizes[i] / 2) / lsc->y_sizes[i]);
	}
	frames(&plain, &p, "mirrored lens shading");
}

static void test_lsc_banks(const void *arg)
{
	struct sunmao_isp_rk_lsc *lsc;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &plain);
	base(&p);
	isp_add_lsc_bowl(&p, 320, 240, 1000);
	isp_rig_frame(&rig, ISP_SCENE_MIX, 1, &p, "bank 0");
	/* loads the other bank, keeps the first one */
	isp_params_init(&p);
	lsc = isp_add_lsc_bowl(&p, 320, 240, 200);
	memcpy(lsc->r_data_tbl[1], lsc->r_data_tbl[0], sizeof(lsc->r_data_tbl[0]));
	memcpy(lsc->gr_data_tbl[1], lsc->b_data_tbl[0], sizeof(lsc->r_data_tbl[0]));
	memcpy(lsc->gb_data_tbl[1], lsc->gb_data_tbl[0], sizeof(lsc->r_data_tbl[0]));
	memcpy(lsc->b_data_tbl[1], lsc->gr_data_tbl[0], sizeof(lsc->r_data_tbl[0]));
	lsc->write_table[0] = 0;
	lsc->write_table[1] = 1;
	isp_rig_frame(&rig, ISP_SCENE_MIX, 2, &p, "bank 1 loaded");
	lsc->write_table[1] = 0;
	lsc->active_table = 1;
	isp_rig_frame(&rig, ISP_SCENE_MIX, 3, &p, "bank 1 active");
	lsc->active_table = 0;
	isp_rig_frame(&rig, ISP_SCENE_MIX, 4, &p, "bank 0 again");
	isp_params_init(&p);
	isp_params_off(&p, SUNMAO_ISP_RK_PARAMS_LSC);
	isp_rig_frame(&rig, ISP_SCENE_MIX, 5, &p, "off");
	isp_rig_close(&rig);
}

/* A flat scene seen through a lens that darkens the corners, then corrected. */
static void test_lsc_flat_field(const void *arg)
{
	const unsigned int w = 320, h = 240;
	unsigned int x, y, lo = 255, hi = 0;
	struct sunmao_isp_rk_lsc *lsc;
	struct isp_params p;
	struct isp_ref_raw raw;
	struct isp_image got;
	int i, k;

	(void)arg;
	isp_rig_open(&rig, &plain);
	isp_raw_at(&raw, rig.dev, ISP_RAW0, 0);
	base(&p);
	lsc = isp_add_lsc(&p, w, h);
	for (i = 0; i < 17; i++)
		for (k = 0; k < 17; k++) {
			double dx = (k * 20.0 - 160) / 200, dy = (i * 15.0 - 120) / 200;
			uint16_t gain = (uint16_t)(1024 * (1 + dx * dx + dy * dy) + 0.5);

			lsc->r_data_tbl[0][i][k] = lsc->gr_data_tbl[0][i][k] =
				lsc->gb_data_tbl[0][i][k] = lsc->b_data_tbl[0][i][k] = gain;
		}
	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++) {
			double dx = (x - 160.0) / 200, dy = (y - 120.0) / 200;

			((uint16_t *)(uintptr_t)raw.data)[y * raw.stride / 2 + x] =
				(uint16_t)(3200 / (1 + dx * dx + dy * dy) + 0.5);
		}
	tap_require(!isp_ref_apply(&rig.set, p.data, isp_params_bytes(&p)), "apply");
	isp_rig_submit(&rig, 0, &p);
	isp_rig_collect(&rig);
	isp_rig_check(&rig, "flat field");
	isp_image(&got, &rig.dev->node[ISP_MAIN], 0);
	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++) {
			unsigned int v = got.plane[0][y * got.stride[0] + x];

			lo = v < lo ? v : lo;
			hi = v > hi ? v : hi;
		}
	/* 1 percent up and down, 8-bit steps */
	tap_check(lo >= 198 && hi <= 202, "flat field from %u to %u, not 198 to 202", lo, hi);
	tap_note("flat field from %u to %u around 200", lo, hi);
	isp_rig_close(&rig);
}

static void test_gains(const void *arg)
{
	const unsigned int *v = arg;
	struct isp_params p;

	base(&p);
	isp_add_gains(&p, v[0], v[1], v[2]);
	frames(&plain, &p, "gains");
}

static void test_green_gains(const void *arg)
{
	struct sunmao_isp_rk_awb_gains *gains;
	struct isp_params p;

	(void)arg;
	base(&p);
	gains = isp_add(&p, sunmao_isp_rk_awb_gains, SUNMAO_ISP_RK_PARAMS_AWB_GAINS);
	gains->gains[0] = (struct sunmao_isp_gains){ .r = 0x110, .gr = 0xc0, .b = 0x180, .gb = 0x140 };
	frames(&plain, &p, "different greens");
}

struct ccm_case {
	int m[3][3];
	int offset;
	unsigned int alpha;
};

static void test_ccm(const void *arg)
{
	const struct ccm_case *c = arg;
	struct sunmao_isp_rk_ccm *ccm;
	struct isp_params p;
	unsigned int i;

	base(&p);
	isp_add_ccm(&p, c->m, c->offset);
	ccm = (void *)(p.data + isp_params_bytes(&p) - sizeof(*ccm));
	for (i = 0; i < 17; i++)
		ccm->alp[i] = (uint16_t)c->alpha;
	frames(&plain, &p, "colour correction");
}

/* Offsets as libcamera writes them (12 bits) and as the hardware has them. */
static void test_ccm_offsets(const void *arg)
{
	static const int unit[3][3] = { { 128, 0, 0 }, { 0, 128, 0 }, { 0, 0, 128 } };
	struct sunmao_isp_rk_ccm *ccm;
	struct isp_params p;

	(void)arg;
	base(&p);
	isp_add_ccm(&p, unit, 0);
	ccm = (void *)(p.data + isp_params_bytes(&p) - sizeof(*ccm));
	ccm->offset[0] = 0x0f38;	/* -200 in 12 bits */
	ccm->offset[1] = 0xff38;	/* -200 in 16 */
	ccm->offset[2] = 0x00c8;	/* 200 */
	frames(&plain, &p, "offsets");
}

static void test_goc(const void *arg)
{
	const bool *dense = arg;
	struct isp_params p;

	base(&p);
	isp_add_goc(&p, 2.2, *dense);
	frames(&plain, &p, "tone curve");
}

/* A curve of steps: an x grid that is off by one point shows. */
static void test_goc_grid(const void *arg)
{
	const bool *dense = arg;
	struct sunmao_isp_rk_goc *goc;
	struct isp_params p;
	unsigned int i;

	base(&p);
	goc = isp_add(&p, sunmao_isp_rk_goc, SUNMAO_ISP_RK_PARAMS_GOC);
	goc->segments = *dense;
	for (i = 0; i < 49; i++)
		goc->gamma_y[i] = (uint16_t)(i < 24 ? i * 4 : i < 36 ? 100 + (i - 24) * 80 :
					     1060 + (i - 36) * 233);
	frames(&plain, &p, "grid of the tone curve");
}

struct csm_case {
	enum isp_encoding encoding;
	bool full;
};

static void test_csm(const void *arg)
{
	const struct csm_case *c = arg;
	struct isp_params p;

	isp_params_init(&p);
	isp_add_csm(&p, c->encoding, c->full);
	frames(&plain, &p, "colour space");
}

static void test_csm_off(const void *arg)
{
	struct isp_params p;

	(void)arg;
	isp_params_init(&p);
	isp_params_off(&p, SUNMAO_ISP_RK_PARAMS_CSM);
	frames(&plain, &p, "unit matrix");
}

struct cproc_case {
	unsigned int contrast, saturation;
	int brightness, hue;
	bool in, y, c;
};

static void test_cproc(const void *arg)
{
	const struct cproc_case *c = arg;
	struct sunmao_isp_params_cproc *cproc;
	struct isp_params p;

	base(&p);
	cproc = isp_add(&p, sunmao_isp_params_cproc, SUNMAO_ISP_PARAMS_CPROC);
	cproc->contrast = (uint8_t)c->contrast;
	cproc->brightness = (int8_t)c->brightness;
	cproc->saturation = (uint8_t)c->saturation;
	cproc->hue = (int8_t)c->hue;
	cproc->y_in_full = c->in;
	cproc->y_out_full = c->y;
	cproc->c_out_full = c->c;
	frames(&extended, &p, "picture controls");
}

/*
 * The arithmetic of the detectors is in no public text: broken pixels must look
 * like their neighbourhood, the others stay as they are.
 */
static void test_dpcc(const void *arg)
{
	struct sunmao_isp_params_dpcc *dpcc;
	unsigned int x, y, seen = 0, healed = 0, harmed = 0;
	struct isp_ref_frame clean;
	struct isp_ref_raw raw;
	struct isp_params p;
	struct isp_image got;

	(void)arg;
	isp_rig_open(&rig, &extended);
	base(&p);
	isp_rig_frame(&rig, ISP_SCENE_DEFECTS, 4, &p, "defects, uncorrected");
	isp_params_init(&p);
	dpcc = isp_add(&p, sunmao_isp_params_dpcc, SUNMAO_ISP_PARAMS_DPCC);
	dpcc->stage1_enable = 1;
	dpcc->output_mode = 0x3;
	dpcc->set_use = 1;
	/* the ancestor's usual first set: peak gradient, rank order, neighbour difference */
	dpcc->sets[0].methods = (struct sunmao_isp_dpcc_pair){ 0x1d, 0x1d };
	dpcc->sets[0].line_thresh = (struct sunmao_isp_dpcc_pair){ 8, 8 };
	dpcc->sets[0].line_mad_fac = (struct sunmao_isp_dpcc_pair){ 4, 4 };
	dpcc->sets[0].pg_fac = (struct sunmao_isp_dpcc_pair){ 8, 8 };
	dpcc->sets[0].rnd_thresh = (struct sunmao_isp_dpcc_pair){ 10, 10 };
	dpcc->sets[0].rg_fac = (struct sunmao_isp_dpcc_pair){ 32, 32 };
	dpcc->sets[0].ro_limit = (struct sunmao_isp_dpcc_pair){ 1, 1 };
	dpcc->sets[0].rnd_offs = (struct sunmao_isp_dpcc_pair){ 2, 2 };
	isp_rig_draw(&rig, 0, ISP_SCENE_DEFECTS, 4);
	isp_rig_submit(&rig, 0, &p);
	isp_rig_collect(&rig);

	isp_raw_at(&raw, rig.dev, ISP_RAW0, 0);
	isp_scene_fill(ISP_SCENE_SMOOTH, 4, &raw);
	isp_ref_develop(&clean, &rig.set, &raw);
	isp_image(&got, &rig.dev->node[ISP_MAIN], 0);
	for (y = 2; y < raw.height - 2; y++)
		for (x = 2; x < raw.width - 2; x++) {
			int off = abs(got.plane[0][y * got.stride[0] + x] -
				      clean.yuv.y[y * raw.width + x]);

			if (isp_scene_is_defect(x, y)) {
				seen++;
				healed += off <= 12;
			} else {
				harmed += off > 12;
			}
		}
	tap_check(seen > 50 && healed == seen, "%u of %u defects healed", healed, seen);
	tap_check(!harmed, "%u pixels are off", harmed);
	isp_ref_free(&clean);

	isp_params_init(&p);
	isp_params_off(&p, SUNMAO_ISP_PARAMS_DPCC);
	isp_rig_frame(&rig, ISP_SCENE_DEFECTS, 4, &p, "correction off again");
	isp_rig_close(&rig);
}

/* ---- all blocks ---- */

static void test_chain(const void *arg)
{
	uint64_t seed;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &measured);
	for (seed = 1; seed <= 10; seed++) {
		isp_params_random(&p, seed, 320, 240);
		isp_rig_frame(&rig, ISP_SCENE_MIX, seed, &p, "all blocks");
	}
	isp_rig_close(&rig);
	note_worst();
}

static void test_chain_own_formats(const void *arg)
{
	struct sunmao_isp_params_cproc *cproc;
	uint64_t seed;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &extended);
	for (seed = 21; seed <= 24; seed++) {
		isp_params_random(&p, seed, 320, 240);
		cproc = isp_add(&p, sunmao_isp_params_cproc, SUNMAO_ISP_PARAMS_CPROC);
		cproc->contrast = (uint8_t)(100 + seed);
		cproc->brightness = (int8_t)(seed - 22);
		cproc->saturation = (uint8_t)(150 - seed);
		cproc->y_in_full = cproc->y_out_full = cproc->c_out_full = 1;
		/* what the controls expect at their input */
		isp_rig_frame(&rig, ISP_SCENE_MIX, seed, &p, "all blocks, own formats");
	}
	isp_rig_close(&rig);
	note_worst();
}

/*
 * The picture has the colours that the node's format names when nobody has sent a
 * matrix. What is DEFAULT there means BT.601 as for the pads (ISP user ABI 2.5).
 */
static void test_default_colours(const void *arg)
{
	struct v4l2_subdev_format f = { .which = V4L2_SUBDEV_FORMAT_ACTIVE, .pad = ISP_PAD_MAIN };
	enum isp_encoding encoding = ISP_BT601;
	struct isp_params p;
	bool full;
	int ret;

	(void)arg;
	isp_rig_open(&rig, &plain);
	ret = isp_ioctl(rig.dev->subdev, VIDIOC_SUBDEV_G_FMT, &f);
	tap_require(!ret, "get format: %s", strerror(-ret));
	encoding = f.format.ycbcr_enc == V4L2_YCBCR_ENC_709 ? ISP_BT709 :
		f.format.ycbcr_enc == V4L2_YCBCR_ENC_BT2020 ? ISP_BT2020 : ISP_BT601;
	full = f.format.quantization == V4L2_QUANTIZATION_FULL_RANGE;
	tap_note("pad names encoding %u, quantization %u", f.format.ycbcr_enc,
		 f.format.quantization);
	isp_params_init(&p);
	isp_add_csm(&p, encoding, full);
	tap_require(!isp_ref_apply(&rig.set, p.data, isp_params_bytes(&p)), "apply");
	isp_rig_frame(&rig, ISP_SCENE_CHART, 3, NULL, "default colours");
	isp_rig_close(&rig);
}

/* ---- statistics ---- */

static void test_ae(const void *arg)
{
	const struct isp_rig_setup setup = { .stats = true };
	struct sunmao_isp_rk_ae_lite *ae;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &setup);
	base(&p);
	isp_add_bls(&p, 60, 70, 80, 90);
	isp_add_ae(&p, 320, 240);
	isp_rig_frame(&rig, ISP_SCENE_MIX, 1, &p, "25 cells");
	isp_params_init(&p);
	ae = isp_add_ae(&p, 320, 240);
	ae->meas_window = (struct sunmao_isp_window){ 100, 50, 16, 4 };
	isp_rig_frame(&rig, ISP_SCENE_MIX, 2, &p, "smallest cells");
	ae->window_num = 0;
	ae->meas_window = (struct sunmao_isp_window){ 20, 30, 200, 150 };
	isp_rig_frame(&rig, ISP_SCENE_MIX, 3, &p, "one cell");
	ae->window_num = 1;
	/* libcamera's: W / 5 and H / 5 - 2, which the driver has to fit */
	ae->meas_window = (struct sunmao_isp_window){ 0, 0, 64, 46 };
	isp_rig_frame(&rig, ISP_SCENE_MIX, 4, &p, "libcamera's cells");
	isp_rig_close(&rig);
}

static void test_hist_lite(const void *arg)
{
	struct sunmao_isp_rk_hist_lite *hist;
	unsigned int mode, i;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &measured);
	for (mode = SUNMAO_ISP_HIST_R; mode <= SUNMAO_ISP_HIST_Y; mode++) {
		base(&p);
		hist = isp_add(&p, sunmao_isp_rk_hist_lite, SUNMAO_ISP_RK_PARAMS_HIST_LITE);
		hist->mode = (uint8_t)mode;
		hist->coeffs = (struct sunmao_isp_hist_coeffs){ 77, 150, 29 };
		hist->meas_window = (struct sunmao_isp_window){ 10, 20, 50, 36 };
		for (i = 0; i < 25; i++)
			hist->weights[i] = (uint8_t)(mode == SUNMAO_ISP_HIST_Y ? i * 2 : 0x20);
		isp_rig_frame(&rig, ISP_SCENE_MIX, mode, &p, "small histogram");
	}
	isp_rig_close(&rig);
}

static void test_hist_big(const void *arg)
{
	const unsigned int *unit = arg;
	struct sunmao_isp_rk_hist_big *hist;
	struct isp_params p;
	unsigned int i;

	isp_rig_open(&rig, &measured);
	for (i = 0; i < 6; i++) {
		unsigned int k;

		base(&p);
		hist = isp_add_hist(&p, *unit, 320, 240);
		hist->mode = (uint8_t)(i < 4 ? SUNMAO_ISP_HIST_R + i : SUNMAO_ISP_HIST_Y);
		if (i == 1)
			for (k = 0; k < 225; k++)
				hist->weights[k] = (uint8_t)(k % 64);
		if (i == 4) {
			hist->window_num = 0;
			hist->meas_window = (struct sunmao_isp_window){ 0, 0, 62, 46 };
		}
		if (i == 5)
			hist->data_sel = 2;
		isp_rig_frame(&rig, i == 5 ? ISP_SCENE_FLAT : ISP_SCENE_MIX, i + 40, &p,
			      "big histogram");
	}
	isp_rig_close(&rig);
}

static void test_awb(const void *arg)
{
	struct sunmao_isp_rk_awb_meas *meas;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &measured);
	base(&p);
	isp_add_bls(&p, 64, 64, 64, 64);
	meas = isp_add_awb_meas(&p, 320, 240);
	isp_rig_frame(&rig, ISP_SCENE_CHART, 1, &p, "whole picture");
	meas->meas_window = (struct sunmao_isp_window){ 40, 24, 12, 8 };
	isp_rig_frame(&rig, ISP_SCENE_CHART, 2, &p, "a part");
	isp_rig_frame(&rig, ISP_SCENE_GRADIENT, 3, &p, "gradients");
	isp_rig_close(&rig);
}

/* Limits that one half of the picture breaks. */
static void test_awb_limits(const void *arg)
{
	static const struct sunmao_isp_awb_limit limits[][2] = {
		{ { 100, 0, 0, 0 }, { 255, 255, 255, 255 } },
		{ { 0, 0, 0, 0 }, { 100, 255, 255, 255 } },
		{ { 0, 100, 0, 0 }, { 255, 255, 255, 255 } },
		{ { 0, 0, 0, 0 }, { 255, 255, 100, 255 } },
	};
	const struct sunmao_isp_rk_stats_awb *got;
	struct sunmao_isp_rk_awb_meas *meas;
	unsigned int i, k, x, y;
	struct isp_params p;
	struct isp_ref_raw raw;

	(void)arg;
	isp_rig_open(&rig, &measured);
	isp_raw_at(&raw, rig.dev, ISP_RAW0, 0);
	for (y = 0; y < raw.height; y++)
		for (x = 0; x < raw.width; x++)
			((uint16_t *)(uintptr_t)raw.data)[y * raw.stride / 2 + x] =
				x < raw.width / 2 ? 800 : 2400;
	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		/* the left half has 50, the right half 150 of 255 */
		bool left = limits[i][1].r == 100 || limits[i][1].b == 100;

		base(&p);
		meas = isp_add_awb_meas(&p, 320, 240);
		memcpy(meas->limits, limits[i], sizeof(meas->limits));
		isp_rig_submit(&rig, 0, &p);
		isp_rig_collect(&rig);
		got = isp_rig_stats(&rig, sunmao_isp_rk_stats_awb, SUNMAO_ISP_RK_STATS_AWB);
		tap_require(got, "no white balance block");
		for (k = 0; k < 225; k++) {
			bool counts = (k % 15 < 7) == left;

			if (k % 15 != 7 && (got->counts_w[k] > 0) != counts) {
				tap_fail("case %u: cell %u has %u white points", i, k,
					 got->counts_w[k]);
				break;
			}
		}
	}
	isp_rig_close(&rig);
}

static void test_ae_big(const void *arg)
{
	const unsigned int *unit = arg;
	static const unsigned int cells[] = { 1, 5, 15 };
	struct sunmao_isp_params_ae_big *ae;
	struct isp_params p;
	unsigned int i;

	isp_rig_open(&rig, &extended);
	for (i = 0; i < 3; i++) {
		base(&p);
		isp_add_bls(&p, 16, 17, 18, 19);
		ae = isp_add(&p, sunmao_isp_params_ae_big, SUNMAO_ISP_PARAMS_AE_BIG0 + *unit);
		ae->window_num = (uint8_t)i;
		ae->meas_window = (struct sunmao_isp_window){
			.h_size = (uint16_t)(310 / cells[i] & ~1u),
			.v_size = (uint16_t)(230 / cells[i] & ~1u),
		};
		ae->subwin[0] = (struct sunmao_isp_subwindow){ { 0, 0, 320, 240 }, .enable = 1 };
		ae->subwin[3] = (struct sunmao_isp_subwindow){ { 30, 40, 100, 60 }, .enable = i > 0 };
		isp_rig_frame(&rig, ISP_SCENE_MIX, i, &p, "big exposure");
	}
	isp_rig_close(&rig);
}

/*
 * No arithmetic of the focus unit is public: a sharp picture has larger values
 * than the same one blurred, a flat one has none, and only where the edges are.
 */
static uint64_t focus_of(enum isp_scene scene, const struct isp_params *p, uint64_t *luma)
{
	const struct sunmao_isp_stats_af *got;
	uint64_t sum = 0;
	unsigned int i;

	tap_require(!isp_ref_apply(&rig.set, p->data, isp_params_bytes(p)), "apply");

	isp_rig_draw(&rig, 0, scene, 8);
	isp_rig_submit(&rig, 0, p);
	isp_rig_collect(&rig);
	got = isp_rig_stats(&rig, sunmao_isp_stats_af, SUNMAO_ISP_STATS_AF);
	tap_require(got, "no focus block");
	tap_check(got->done == 1, "not done");
	for (i = 0; i < 225; i++)
		sum += (uint64_t)got->h1[i] + got->h2[i] + got->v1[i] + got->v2[i];
	*luma = got->lum_b;
	return sum;
}

static void test_af(const void *arg)
{
	uint64_t sharp, smooth, flat, luma[3];
	struct sunmao_isp_params_af *af;
	struct isp_params p;
	unsigned int i;

	(void)arg;
	isp_rig_open(&rig, &extended);
	base(&p);
	af = isp_add(&p, sunmao_isp_params_af, SUNMAO_ISP_PARAMS_AF);
	af->flags = SUNMAO_ISP_AF_GAUS_EN | SUNMAO_ISP_AF_HIIR_EN | SUNMAO_ISP_AF_VIIR_EN |
		SUNMAO_ISP_AF_V1_FIR_SEL;
	af->window_a = (struct sunmao_isp_window){ 10, 15, 300, 210 };
	af->window_b = (struct sunmao_isp_window){ 20, 20, 200, 100 };
	for (i = 0; i < 17; i++)
		af->gamma_y[i] = (uint16_t)(i * 64 > 1023 ? 1023 : i * 64);
	/* difference filters: gain, then the taps 1, 0, -1 */
	af->h1_iir1[0] = af->h2_iir1[0] = 128;
	af->h1_iir1[1] = af->h2_iir1[1] = -128;
	af->h1_iir2[0] = af->h2_iir2[0] = 128;
	af->v1_iir[0] = af->v2_iir[0] = 128;
	af->v1_fir[0] = af->v2_fir[0] = -128;
	af->v1_fir[2] = af->v2_fir[2] = 128;
	sharp = focus_of(ISP_SCENE_EDGES, &p, &luma[0]);
	smooth = focus_of(ISP_SCENE_SMOOTH, &p, &luma[1]);
	flat = focus_of(ISP_SCENE_FLAT, &p, &luma[2]);
	tap_note("focus values %llu sharp, %llu smooth, %llu flat", (unsigned long long)sharp,
		 (unsigned long long)smooth, (unsigned long long)flat);
	tap_check(sharp > smooth && smooth >= flat, "focus values do not follow the sharpness");
	tap_check(luma[0] && luma[1] && luma[2], "no luma in window B");
	isp_params_init(&p);
	isp_params_off(&p, SUNMAO_ISP_PARAMS_AF);
	isp_rig_frame(&rig, ISP_SCENE_MIX, 1, &p, "focus unit off");
	tap_check(!isp_rig_stats(&rig, sunmao_isp_stats_af, SUNMAO_ISP_STATS_AF),
		  "a focus block of a unit that is off");
	isp_rig_close(&rig);
}

/* Every unit at once: one frame has them all. */
static void test_all_units(const void *arg)
{
	struct sunmao_isp_params_ae_big *ae;
	struct sunmao_isp_rk_hist_lite *lite;
	struct isp_params p;
	unsigned int i, k;

	(void)arg;
	isp_rig_open(&rig, &extended);
	for (k = 0; k < 3; k++) {
		base(&p);
		isp_add_bls(&p, 64, 64, 64, 64);
		isp_add_ae(&p, 320, 240);
		isp_add_awb_meas(&p, 320, 240);
		lite = isp_add(&p, sunmao_isp_rk_hist_lite, SUNMAO_ISP_RK_PARAMS_HIST_LITE);
		lite->mode = SUNMAO_ISP_HIST_G;
		lite->meas_window = (struct sunmao_isp_window){ 0, 0, 60, 40 };
		memset(lite->weights, 0x20, sizeof(lite->weights));
		for (i = 0; i < 3; i++) {
			isp_add_hist(&p, i, 320, 240);
			ae = isp_add(&p, sunmao_isp_params_ae_big, SUNMAO_ISP_PARAMS_AE_BIG0 + i);
			ae->window_num = 2;
			ae->meas_window = (struct sunmao_isp_window){ 4, 6, 20, 14 };
		}
		isp_rig_frame(&rig, ISP_SCENE_MIX, 50 + k, k ? NULL : &p, "all units");
	}
	isp_rig_close(&rig);
}

#define T(name, fn)		{ name, fn, NULL, 0 }

static const unsigned int depths[] = { 8, 10, 12 };
static const unsigned int units[] = { 0, 1, 2 };
static const bool yes = true, no;
static const unsigned int rises[] = { 700, 6000 };
static const int blacks[][4] = {
	{ 64, 64, 64, 64 }, { 100, 200, 300, 400 }, { -100, -50, -500, -4096 },
	{ 4095, 0, 0, 1 },
};
static const unsigned int gains[][3] = {
	{ 0x1c0, 0x100, 0x220 }, { 0x80, 0x40, 0x20 }, { 0x3fff, 0x100, 0x800 },
};
static const struct ccm_case ccms[] = {
	{ { { 200, -50, -22 }, { -40, 190, -22 }, { -10, -80, 218 } }, 0, 0x400 },
	{ { { 0, 0, 128 }, { 128, 0, 0 }, { 0, 128, 0 } }, 100, 0x400 },
	{ { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 } }, 0, 0x400 },
	{ { { 220, -60, -32 }, { -50, 210, -32 }, { -20, -90, 238 } }, -30, 0x200 },
	{ { { 220, -60, -32 }, { -50, 210, -32 }, { -20, -90, 238 } }, 0, 0 },
};
static const struct csm_case csms[] = {
	{ ISP_BT601, false }, { ISP_BT709, false }, { ISP_BT2020, false },
	{ ISP_BT601, true }, { ISP_BT709, true }, { ISP_BT2020, true },
};
static const struct cproc_case cprocs[] = {
	{ 0x80, 0x80, 0, 0, true, true, true },
	{ 0xc0, 0x80, 0, 0, true, true, true },
	{ 0x80, 0x80, 40, 0, true, true, true },
	{ 0x60, 0x80, -50, 0, true, true, true },
	{ 0x80, 0xff, 0, 0, true, true, true },
	{ 0x80, 0, 0, 0, true, true, true },
	{ 0x80, 0x80, 0, 40, true, true, true },
	{ 0x80, 0x80, 0, -128, true, true, true },
};

static const struct tap_test tests[] = {
	{ "raw input, 8 bits, all orders", test_raw_formats, &depths[0], 0 },
	{ "raw input, 10 bits, all orders", test_raw_formats, &depths[1], 0 },
	{ "raw input, 12 bits, all orders", test_raw_formats, &depths[2], 0 },
	T("debayer alone", test_nothing),
	{ "black level, equal", test_bls, &blacks[0], 0 },
	{ "black level by position", test_bls, &blacks[1], 0 },
	{ "black level, negative", test_bls, &blacks[2], 0 },
	{ "black level, largest", test_bls, &blacks[3], 0 },
	T("black level, measured", test_bls_measured),
	{ "lens shading", test_lsc, &rises[0], 0 },
	{ "lens shading, strong", test_lsc, &rises[1], 0 },
	T("lens shading, 8 sectors mirrored", test_lsc_mirrored),
	T("lens shading, two tables", test_lsc_banks),
	T("lens shading makes a field flat", test_lsc_flat_field),
	{ "white balance gains", test_gains, &gains[0], 0 },
	{ "gains below 1", test_gains, &gains[1], 0 },
	{ "gains that clip", test_gains, &gains[2], 0 },
	T("gains of two greens", test_green_gains),
	{ "colour correction", test_ccm, &ccms[0], 0 },
	{ "colour correction, channels exchanged", test_ccm, &ccms[1], 0 },
	{ "colour correction, zero matrix is black", test_ccm, &ccms[2], 0 },
	{ "colour correction at half strength", test_ccm, &ccms[3], 0 },
	{ "colour correction at no strength", test_ccm, &ccms[4], 0 },
	T("colour correction, offsets", test_ccm_offsets),
	{ "tone curve, 45 points", test_goc, &no, 0 },
	{ "tone curve, 49 points", test_goc, &yes, 0 },
	{ "tone curve, grid of 45", test_goc_grid, &no, 0 },
	{ "tone curve, grid of 49", test_goc_grid, &yes, 0 },
	{ "BT.601 limited", test_csm, &csms[0], 0 },
	{ "BT.709 limited", test_csm, &csms[1], 0 },
	{ "BT.2020 limited", test_csm, &csms[2], 0 },
	{ "BT.601 full", test_csm, &csms[3], 0 },
	{ "BT.709 full", test_csm, &csms[4], 0 },
	{ "BT.2020 full", test_csm, &csms[5], 0 },
	T("unit colour matrix", test_csm_off),
	T("default colours are those of the format", test_default_colours),
	{ "picture controls, neutral", test_cproc, &cprocs[0], 0 },
	{ "contrast", test_cproc, &cprocs[1], 0 },
	{ "brightness", test_cproc, &cprocs[2], 0 },
	{ "less contrast, darker", test_cproc, &cprocs[3], 0 },
	{ "saturation", test_cproc, &cprocs[4], 0 },
	{ "no saturation", test_cproc, &cprocs[5], 0 },
	{ "hue", test_cproc, &cprocs[6], 0 },
	{ "hue, a quarter turn back", test_cproc, &cprocs[7], 0 },
	T("defect pixels", test_dpcc),
	T("full chain", test_chain),
	T("full chain in the own formats", test_chain_own_formats),
	T("exposure grid", test_ae),
	T("small histogram", test_hist_lite),
	{ "big histogram 0", test_hist_big, &units[0], 0 },
	{ "big histogram 1", test_hist_big, &units[1], 0 },
	{ "big histogram 2", test_hist_big, &units[2], 0 },
	T("white balance grid", test_awb),
	T("white balance limits", test_awb_limits),
	{ "big exposure grid 0", test_ae_big, &units[0], 0 },
	{ "big exposure grid 1", test_ae_big, &units[1], 0 },
	{ "big exposure grid 2", test_ae_big, &units[2], 0 },
	T("focus values", test_af),
	T("all statistics at once", test_all_units),
};

int main(int argc, char **argv)
{
	return tap_main(tests, ARRAY_SIZE(tests), argc > 1 ? argv[1] : NULL, isp_close_all);
}
