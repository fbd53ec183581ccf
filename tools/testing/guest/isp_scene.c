// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw pictures and settings from a seed, see isp_scene.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "isp_scene.h"

/**
 * isp_random() - next number of a sequence (splitmix64)
 * @state: the sequence
 *
 * Return: 64 random bits.
 */
uint64_t isp_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/**
 * isp_random_below() - a number below a limit
 * @state: the sequence
 * @limit: not 0
 *
 * Return: 0 to @limit - 1.
 */
uint64_t isp_random_below(uint64_t *state, uint64_t limit)
{
	return isp_random(state) % limit;
}

/* ---- pictures: red, green, blue of 12 bits at a place ---- */

struct spot {
	int c[3];
};

struct painter {
	unsigned int w, h;
	uint64_t seed;
	uint64_t state;
	int shift[3];
	struct spot patch[24];
};

/* Up and down between 0 and @top, once in 2 * @half steps. */
static int wave(unsigned int at, unsigned int half, int top)
{
	unsigned int p = at % (2 * half);

	return (int)((p < half ? p : 2 * half - p) * (unsigned int)top / half);
}

static struct spot paint_gradient(const struct painter *p, unsigned int x, unsigned int y)
{
	unsigned int w = p->w > 1 ? p->w - 1 : 1, h = p->h > 1 ? p->h - 1 : 1;

	x = (x + (unsigned int)p->shift[0]) % p->w;
	return (struct spot){ {
		(int)(x * 4095 / w),
		(int)(y * 4095 / h),
		(int)((w - x + h - y) * 4095 / (w + h)),
	} };
}

static struct spot paint_edges(const struct painter *p, unsigned int x, unsigned int y)
{
	unsigned int u = x + (unsigned int)p->shift[0], v = y + (unsigned int)p->shift[1];
	int bars = u >> 3 & 1, steps = v >> 2 & 1, slant = (u + v) / 11 & 1;

	return (struct spot){ {
		bars ? 3600 : 300, steps ? 3900 : 150, slant ? 3000 : 600,
	} };
}

static struct spot paint_chart(const struct painter *p, unsigned int x, unsigned int y)
{
	return p->patch[(y * 4 / p->h) * 6 + x * 6 / p->w];
}

static struct spot paint_smooth(const struct painter *p, unsigned int x, unsigned int y)
{
	unsigned int a = x + (unsigned int)p->shift[0], b = y + (unsigned int)p->shift[1];
	unsigned int c = x + y + (unsigned int)p->shift[2];

	return (struct spot){ {
		500 + wave(a, 61, 1300) + wave(b, 47, 1300),
		700 + wave(b, 53, 1500) + wave(c, 71, 1100),
		400 + wave(c, 67, 1400) + wave(a, 59, 1500),
	} };
}

/**
 * isp_scene_is_defect() - whether a pixel of ISP_SCENE_DEFECTS is broken
 * @x: column
 * @y: line
 *
 * Return: true for one pixel in a square of 24, away from the edge.
 */
bool isp_scene_is_defect(unsigned int x, unsigned int y)
{
	unsigned int cell = x / 24 + y / 24;

	return x % 24 == 10 + cell % 5 && y % 24 == 9 + (x / 24) % 4;
}

static int little_noise(struct painter *p)
{
	return (int)isp_random_below(&p->state, 49) - 24;
}

static int paint(struct painter *p, enum isp_scene kind, unsigned int x, unsigned int y,
		 unsigned int colour)
{
	switch (kind) {
	case ISP_SCENE_GRADIENT:
		return paint_gradient(p, x, y).c[colour];
	case ISP_SCENE_NOISE:
		return (int)isp_random_below(&p->state, 4096);
	case ISP_SCENE_EDGES:
		return paint_edges(p, x, y).c[colour];
	case ISP_SCENE_CHART:
		return paint_chart(p, x, y).c[colour] + little_noise(p);
	case ISP_SCENE_SMOOTH:
		return paint_smooth(p, x, y).c[colour];
	case ISP_SCENE_FLAT:
		return p->patch[0].c[colour];
	case ISP_SCENE_DEFECTS:
		if (isp_scene_is_defect(x, y))
			return (x / 24 + y / 24) % 2 ? 4095 : 0;
		return paint_smooth(p, x, y).c[colour];
	case ISP_SCENE_MIX:
		break;
	}
	if (x < p->w / 2)
		return paint(p, y < p->h / 2 ? ISP_SCENE_GRADIENT : ISP_SCENE_NOISE,
			     x, y, colour);
	return paint(p, y < p->h / 2 ? ISP_SCENE_EDGES : ISP_SCENE_CHART, x, y, colour);
}

/**
 * isp_scene_fill() - draw a raw picture
 * @kind: what to draw
 * @seed: which one of that kind
 * @raw: size, depth, order and memory; a part of a picture is drawn as that part
 */
void isp_scene_fill(enum isp_scene kind, uint64_t seed, const struct isp_ref_raw *raw)
{
	struct painter p = {
		.w = raw->width,
		.h = raw->full_height ? raw->full_height : raw->height,
		.seed = seed,
		.state = seed,
	};
	unsigned int i, k, x, y;

	for (i = 0; i < 3; i++)
		p.shift[i] = (int)isp_random_below(&p.state, 200);
	for (i = 0; i < 24; i++)
		for (k = 0; k < 3; k++)
			p.patch[i].c[k] = 100 + (int)isp_random_below(&p.state, 3800);
	for (y = 0; y < raw->height; y++) {
		uint8_t *line8 = (uint8_t *)(uintptr_t)raw->data + y * raw->stride;
		uint16_t *line16 = (uint16_t *)line8;

		/* noise of a line does not depend on the lines before */
		p.state = seed * 0x100000001b3ull + y + raw->line0;
		for (x = 0; x < raw->width; x++) {
			enum isp_colour c = isp_colour_at(raw->order, x, y);
			unsigned int colour = c == ISP_R ? 0 : c == ISP_B ? 2 : 1;
			int v = paint(&p, kind, x, y + raw->line0, colour);

			v = v < 0 ? 0 : v > 4095 ? 4095 : v;
			if (raw->depth == 8)
				line8[x] = (uint8_t)(v >> 4);
			else
				line16[x] = (uint16_t)(v >> (12 - raw->depth));
		}
	}
}

/* ---- settings ---- */

/** isp_params_init() - an empty parameter buffer; @p: the buffer */
void isp_params_init(struct isp_params *p)
{
	struct sunmao_isp_buffer *head = (void *)p->data;

	memset(p, 0, sizeof(*p));
	head->version = SUNMAO_ISP_VERSION_V1;
}

/**
 * isp_params_bytes() - payload of a parameter buffer
 * @p: the buffer
 *
 * Return: bytes with the head.
 */
size_t isp_params_bytes(const struct isp_params *p)
{
	const struct sunmao_isp_buffer *head = (const void *)p->data;

	return sizeof(*head) + head->data_size;
}

/**
 * isp_params_add() - append a block of zeros
 * @p: the buffer
 * @type: block number
 * @size: bytes with the header
 * @flags: block flags
 *
 * Return: the block.
 */
void *isp_params_add(struct isp_params *p, unsigned int type, size_t size,
		     unsigned int flags)
{
	struct sunmao_isp_buffer *head = (void *)p->data;
	struct sunmao_isp_block_header *block = (void *)(head->data + head->data_size);

	if (isp_params_bytes(p) + size > sizeof(p->data))
		abort();
	block->type = (uint16_t)type;
	block->flags = (uint16_t)flags;
	block->size = (uint32_t)size;
	head->data_size += (uint32_t)size;
	return block;
}

/** isp_params_off() - append a DISABLE of only a header; @p: buffer, @type: block */
void isp_params_off(struct isp_params *p, unsigned int type)
{
	isp_params_add(p, type, sizeof(struct sunmao_isp_block_header),
		       SUNMAO_ISP_BLOCK_FL_DISABLE);
}

/**
 * isp_add_bls() - fixed black levels by position
 * @p: buffer
 * @r: top left
 * @gr: top right
 * @gb: bottom left
 * @b: bottom right
 */
void isp_add_bls(struct isp_params *p, int r, int gr, int gb, int b)
{
	struct sunmao_isp_rk_bls *block = isp_add(p, sunmao_isp_rk_bls, SUNMAO_ISP_RK_PARAMS_BLS);

	block->bls_fixed_val = (struct sunmao_isp_quad){
		(int16_t)r, (int16_t)gr, (int16_t)gb, (int16_t)b
	};
}

/** isp_add_gains() - gains of U6.8; @p: buffer, @r: red, @g: both greens, @b: blue */
void isp_add_gains(struct isp_params *p, unsigned int r, unsigned int g, unsigned int b)
{
	struct sunmao_isp_rk_awb_gains *block =
		isp_add(p, sunmao_isp_rk_awb_gains, SUNMAO_ISP_RK_PARAMS_AWB_GAINS);

	block->gains[0] = (struct sunmao_isp_gains){
		.r = (uint16_t)r, .gr = (uint16_t)g, .b = (uint16_t)b, .gb = (uint16_t)g,
	};
}

/**
 * isp_add_csm() - one of the standard matrices (ISP 7.8)
 * @p: buffer
 * @encoding: which
 * @full: full or limited range
 */
void isp_add_csm(struct isp_params *p, enum isp_encoding encoding, bool full)
{
	static const uint16_t table[3][2][9] = {
		[ISP_BT601] = {
			{ 0x021, 0x042, 0x00d, 0x1ed, 0x1db, 0x038, 0x038, 0x1d1, 0x1f7 },
			{ 0x026, 0x04b, 0x00f, 0x1ea, 0x1d6, 0x040, 0x040, 0x1ca, 0x1f6 },
		},
		[ISP_BT709] = {
			{ 0x018, 0x050, 0x008, 0x1f3, 0x1d5, 0x038, 0x038, 0x1cd, 0x1fb },
			{ 0x01b, 0x05c, 0x009, 0x1f1, 0x1cf, 0x040, 0x040, 0x1c6, 0x1fa },
		},
		[ISP_BT2020] = {
			{ 0x01d, 0x04c, 0x007, 0x1f0, 0x1d8, 0x038, 0x038, 0x1cd, 0x1fb },
			{ 0x022, 0x057, 0x008, 0x1ee, 0x1d2, 0x040, 0x040, 0x1c5, 0x1fb },
		},
	};
	struct sunmao_isp_rk_csm *block = isp_add(p, sunmao_isp_rk_csm, SUNMAO_ISP_RK_PARAMS_CSM);

	memcpy(block->coeff, table[encoding][full], sizeof(block->coeff));
}

/**
 * isp_add_ccm() - a colour matrix at full strength
 * @p: buffer
 * @matrix: coefficients in 1/128
 * @offset: of all three colours, -2048..2047
 */
void isp_add_ccm(struct isp_params *p, const int matrix[3][3], int offset)
{
	struct sunmao_isp_rk_ccm *block = isp_add(p, sunmao_isp_rk_ccm, SUNMAO_ISP_RK_PARAMS_CCM);
	static const uint16_t luma[3] = { 0x26, 0x4b, 0x0f };
	unsigned int i, k;

	for (i = 0; i < 3; i++) {
		for (k = 0; k < 3; k++)
			block->coeff[i][k] = (uint16_t)matrix[i][k] & 0x7ff;
		block->offset[i] = (uint16_t)offset & 0xfff;
		block->y_coeff[i] = luma[i];
	}
	for (i = 0; i < 17; i++)
		block->alp[i] = 0x400;
	block->inflection_point = 10;
}

/**
 * isp_add_goc() - a tone curve
 * @p: buffer
 * @gamma: exponent is 1 / @gamma, with a straight part of slope 8 in the dark
 * @dense: 49 points instead of 45
 */
void isp_add_goc(struct isp_params *p, double gamma, bool dense)
{
	struct sunmao_isp_rk_goc *block = isp_add(p, sunmao_isp_rk_goc, SUNMAO_ISP_RK_PARAMS_GOC);
	unsigned int i, x = 0, n = dense ? 49 : 45;

	block->segments = dense;
	for (i = 0; i < n; i++) {
		double in = x / 4095.0, out = pow(in, 1 / gamma);

		if (out > 8 * in)
			out = 8 * in;
		block->gamma_y[i] = (uint16_t)(out >= 1 ? 4095 : lround(out * 4095));
		/* the widths of the segments, ISP 5.7 */
		x += i < 8 ? 1 : dense && i >= 40 ? 256 : 2u << ((i - 8) / 4);
	}
}

static void split(uint16_t sizes[16], uint16_t grads[16], unsigned int total)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		sizes[i] = (uint16_t)(total * (i + 1) / 16 - total * i / 16);
		grads[i] = (uint16_t)((32768 + sizes[i] / 2) / sizes[i]);
	}
}

/**
 * isp_add_lsc() - shading correction with gain 1 everywhere
 * @p: buffer
 * @width: pixels of the ISP's input, at least 144
 * @height: lines, at least 144
 *
 * Return: the block, to set gains in table 0.
 */
struct sunmao_isp_rk_lsc *isp_add_lsc(struct isp_params *p, unsigned int width,
				      unsigned int height)
{
	struct sunmao_isp_rk_lsc *lsc = isp_add(p, sunmao_isp_rk_lsc, SUNMAO_ISP_RK_PARAMS_LSC);
	unsigned int i, k;

	for (i = 0; i < 17; i++)
		for (k = 0; k < 17; k++)
			lsc->r_data_tbl[0][i][k] = lsc->gr_data_tbl[0][i][k] =
				lsc->gb_data_tbl[0][i][k] = lsc->b_data_tbl[0][i][k] = 1024;
	lsc->write_table[0] = 1;
	split(lsc->x_sizes, lsc->x_grads, width);
	split(lsc->y_sizes, lsc->y_grads, height);
	lsc->window_mode = 1;
	return lsc;
}

/**
 * isp_add_lsc_bowl() - gains that rise towards the corners, a little by colour
 * @p: buffer
 * @width: pixels
 * @height: lines
 * @rise: gain in the corners above that in the centre, 1024 is 1
 *
 * Return: the block.
 */
struct sunmao_isp_rk_lsc *isp_add_lsc_bowl(struct isp_params *p, unsigned int width,
					   unsigned int height, unsigned int rise)
{
	struct sunmao_isp_rk_lsc *lsc = isp_add_lsc(p, width, height);
	int i, k;

	for (i = 0; i < 17; i++) {
		for (k = 0; k < 17; k++) {
			unsigned int far = (unsigned int)((i - 8) * (i - 8) + (k - 8) * (k - 8));
			unsigned int gain = 1024 + rise * far / 128;

			lsc->r_data_tbl[0][i][k] = (uint16_t)(gain + 60);
			lsc->gr_data_tbl[0][i][k] = (uint16_t)gain;
			lsc->gb_data_tbl[0][i][k] = (uint16_t)(gain + 9);
			lsc->b_data_tbl[0][i][k] = (uint16_t)(gain - 40);
		}
	}
	return lsc;
}

/* A grid that fills the picture and needs no correction (ISP 6.2). */
static struct sunmao_isp_window whole(unsigned int width, unsigned int height,
				      unsigned int cells)
{
	return (struct sunmao_isp_window){
		.h_size = (uint16_t)((width - 1) / cells & ~1u),
		.v_size = (uint16_t)((height - 2) / cells & ~1u),
	};
}

/**
 * isp_add_ae() - exposure in 5x5 cells over the picture
 * @p: buffer
 * @width: pixels, at least 82
 * @height: lines
 *
 * Return: the block.
 */
struct sunmao_isp_rk_ae_lite *isp_add_ae(struct isp_params *p, unsigned int width,
					 unsigned int height)
{
	struct sunmao_isp_rk_ae_lite *ae =
		isp_add(p, sunmao_isp_rk_ae_lite, SUNMAO_ISP_RK_PARAMS_AE_LITE);

	ae->window_num = 1;
	ae->meas_window = whole(width, height, 5);
	return ae;
}

/**
 * isp_add_hist() - luma histogram in 15x15 cells over the picture
 * @p: buffer
 * @unit: 0 to 2
 * @width: pixels
 * @height: lines
 *
 * Return: the block.
 */
struct sunmao_isp_rk_hist_big *isp_add_hist(struct isp_params *p, unsigned int unit,
					    unsigned int width, unsigned int height)
{
	struct sunmao_isp_rk_hist_big *hist =
		isp_add(p, sunmao_isp_rk_hist_big, SUNMAO_ISP_RK_PARAMS_HIST_BIG0 + unit);

	hist->mode = SUNMAO_ISP_HIST_Y;
	hist->window_num = 2;
	hist->coeffs = (struct sunmao_isp_hist_coeffs){ 77, 150, 29 };
	hist->meas_window = whole(width, height, 15);
	memset(hist->weights, 0x20, sizeof(hist->weights));
	return hist;
}

/**
 * isp_add_awb_meas() - white balance grid over the picture, no limits
 * @p: buffer
 * @width: pixels
 * @height: lines
 *
 * Return: the block.
 */
struct sunmao_isp_rk_awb_meas *isp_add_awb_meas(struct isp_params *p, unsigned int width,
						unsigned int height)
{
	struct sunmao_isp_rk_awb_meas *meas =
		isp_add(p, sunmao_isp_rk_awb_meas, SUNMAO_ISP_RK_PARAMS_AWB_MEAS);

	meas->meas_window = whole(width, height, 15);
	meas->limits[1] = (struct sunmao_isp_awb_limit){ 255, 255, 255, 255 };
	memset(meas->weights, 0x20, sizeof(meas->weights));
	return meas;
}

static int between(uint64_t *s, int lo, int hi)
{
	return lo + (int)isp_random_below(s, (uint64_t)(hi - lo + 1));
}

/**
 * isp_params_random() - settings from a seed
 * @p: receives the buffer
 * @seed: which
 * @width: pixels of the input
 * @height: lines of the input
 *
 * Gains, offsets and slopes stay where a rounding of the debayer does not grow
 * beyond the tolerance (isp_ref.h). Blocks are set, turned off or left alone.
 */
void isp_params_random(struct isp_params *p, uint64_t seed, unsigned int width,
		       unsigned int height)
{
	uint64_t s = seed * 77 + 5;
	const bool shading = width >= 144 && height >= 144;
	unsigned int i, k;

	isp_params_init(p);
	if (isp_random_below(&s, 8))
		isp_add_bls(p, between(&s, -100, 300), between(&s, -100, 300),
			    between(&s, -100, 300), between(&s, -100, 300));
	else
		isp_params_off(p, SUNMAO_ISP_RK_PARAMS_BLS);
	if (isp_random_below(&s, 8))
		isp_add_gains(p, (unsigned int)between(&s, 0x80, 0x300),
			      (unsigned int)between(&s, 0x80, 0x200),
			      (unsigned int)between(&s, 0x80, 0x300));
	if (isp_random_below(&s, 4)) {
		int m[3][3];

		for (i = 0; i < 3; i++) {
			int rest = 128;

			for (k = 0; k < 3; k++)
				if (i != k)
					rest -= m[i][k] = between(&s, -60, 30);
			m[i][i] = rest;
		}
		isp_add_ccm(p, m, between(&s, -200, 200));
	} else {
		isp_params_off(p, SUNMAO_ISP_RK_PARAMS_CCM);
	}
	if (isp_random_below(&s, 4))
		isp_add_goc(p, 1 + (double)isp_random_below(&s, 150) / 100,
			    isp_random_below(&s, 2));
	else if (isp_random_below(&s, 2))
		isp_params_off(p, SUNMAO_ISP_RK_PARAMS_GOC);
	isp_add_csm(p, (enum isp_encoding)isp_random_below(&s, 3), isp_random_below(&s, 2));
	if (shading && !isp_random_below(&s, 3)) {
		if (isp_random_below(&s, 4))
			isp_add_lsc_bowl(p, width, height,
					 (unsigned int)isp_random_below(&s, 1500));
		else
			isp_params_off(p, SUNMAO_ISP_RK_PARAMS_LSC);
	}
	if (width >= 84 && height >= 32) {
		struct sunmao_isp_rk_ae_lite *ae = isp_add_ae(p, width, height);
		struct sunmao_isp_window *w = &ae->meas_window;
		unsigned int dx = (unsigned int)isp_random_below(&s, (w->h_size - 16u) / 2 + 1);
		unsigned int dy = (unsigned int)isp_random_below(&s, (w->v_size - 4u) / 2 + 1);

		/* smaller cells, and the grid moved into the free space */
		w->h_size = (uint16_t)(w->h_size - 2 * dx);
		w->v_size = (uint16_t)(w->v_size - 2 * dy);
		w->h_offs = (uint16_t)(isp_random_below(&s, 5 * dx + 1) * 2);
		w->v_offs = (uint16_t)(isp_random_below(&s, 5 * dy + 1) * 2);
	}
	if (width >= 48 && height >= 48) {
		struct sunmao_isp_rk_hist_big *hist = isp_add_hist(p, 0, width, height);

		hist->data_sel = 0;
		hist->mode = (uint8_t)between(&s, SUNMAO_ISP_HIST_R, SUNMAO_ISP_HIST_Y);
		for (i = 0; i < 225; i++)
			hist->weights[i] = (uint8_t)isp_random_below(&s, 64);
		isp_add_awb_meas(p, width, height);
	}
}
