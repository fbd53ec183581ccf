// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reference of the ISP's arithmetic, see isp_ref.h. Written for being obviously
 * right: one function per stage, the notes' formula in each.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "isp_ref.h"

#define ALEN(a)	(sizeof(a) / sizeof((a)[0]))

struct isp_ref_choices isp_ref_choices = {
	.siting = ISP_SITING_FILTER,
	.pick_line = false,
	.tap = ISP_TAP_BLS,
	.awb_tap = ISP_TAP_LSC,
	.hue_back = false,
	.all_greens = false,
};

static void *need(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static int clamp(int v, int lo, int hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

static uint16_t clip12(int v)
{
	return (uint16_t)clamp(v, 0, 4095);
}

/* Two's complement in the low @bits. */
static int sign_extend(unsigned int v, unsigned int bits)
{
	unsigned int sign = 1u << (bits - 1);

	v &= (sign << 1) - 1;
	return (int)(v ^ sign) - (int)sign;
}

/**
 * isp_colour_at() - colour of a pixel
 * @order: order of the picture
 * @x: column
 * @y: line
 *
 * Return: the colour; greens are told apart by their row (ISP 5.1).
 */
enum isp_colour isp_colour_at(enum isp_order order, unsigned int x, unsigned int y)
{
	static const enum isp_colour quad[4][2][2] = {
		[ISP_RGGB] = { { ISP_R, ISP_GR }, { ISP_GB, ISP_B } },
		[ISP_GRBG] = { { ISP_GR, ISP_R }, { ISP_B, ISP_GB } },
		[ISP_GBRG] = { { ISP_GB, ISP_B }, { ISP_R, ISP_GR } },
		[ISP_BGGR] = { { ISP_B, ISP_GB }, { ISP_GR, ISP_R } },
	};

	return quad[order][y & 1][x & 1];
}

/* ---- parameter buffers ---- */

/**
 * isp_ref_reset() - all blocks as they are before the first parameter buffer
 * @set: the settings
 */
void isp_ref_reset(struct isp_ref_set *set)
{
	memset(set, 0, sizeof(*set));
}

struct block {
	size_t size, store;
	size_t on, at;
};

#define BLOCK(type, member) {						\
	sizeof(struct type), sizeof(struct type),			\
	offsetof(struct isp_ref_set, member##_on),			\
	offsetof(struct isp_ref_set, member),				\
}
#define BLOCK_N(type, member, n) {					\
	sizeof(struct type), sizeof(struct type),			\
	offsetof(struct isp_ref_set, member##_on[n]),			\
	offsetof(struct isp_ref_set, member[n]),			\
}
/* Of these only the switch is kept. */
#define BLOCK_FLAG(type, member) {					\
	sizeof(struct type), 0,						\
	offsetof(struct isp_ref_set, member##_on), 0,			\
}

static const struct block blocks[SUNMAO_ISP_PARAMS_END] = {
	[SUNMAO_ISP_RK_PARAMS_BLS] = BLOCK(sunmao_isp_rk_bls, bls),
	[SUNMAO_ISP_RK_PARAMS_AWB_GAINS] = BLOCK(sunmao_isp_rk_awb_gains, awb),
	[SUNMAO_ISP_RK_PARAMS_CSM] = BLOCK(sunmao_isp_rk_csm, csm),
	[SUNMAO_ISP_RK_PARAMS_CCM] = BLOCK(sunmao_isp_rk_ccm, ccm),
	[SUNMAO_ISP_RK_PARAMS_GOC] = BLOCK(sunmao_isp_rk_goc, goc),
	[SUNMAO_ISP_RK_PARAMS_LSC] = BLOCK(sunmao_isp_rk_lsc, lsc),
	[SUNMAO_ISP_RK_PARAMS_CROP] = BLOCK(sunmao_isp_rk_crop, crop),
	[SUNMAO_ISP_RK_PARAMS_AE_LITE] = BLOCK(sunmao_isp_rk_ae_lite, ae),
	[SUNMAO_ISP_RK_PARAMS_HIST_LITE] = BLOCK(sunmao_isp_rk_hist_lite, hist),
	[SUNMAO_ISP_RK_PARAMS_HIST_BIG0] = BLOCK_N(sunmao_isp_rk_hist_big, hist_big, 0),
	[SUNMAO_ISP_RK_PARAMS_HIST_BIG1] = BLOCK_N(sunmao_isp_rk_hist_big, hist_big, 1),
	[SUNMAO_ISP_RK_PARAMS_HIST_BIG2] = BLOCK_N(sunmao_isp_rk_hist_big, hist_big, 2),
	[SUNMAO_ISP_RK_PARAMS_AWB_MEAS] = BLOCK(sunmao_isp_rk_awb_meas, awb_meas),
	[SUNMAO_ISP_PARAMS_CPROC] = BLOCK(sunmao_isp_params_cproc, cproc),
	[SUNMAO_ISP_PARAMS_AE_BIG0] = BLOCK_N(sunmao_isp_params_ae_big, ae_big, 0),
	[SUNMAO_ISP_PARAMS_AE_BIG1] = BLOCK_N(sunmao_isp_params_ae_big, ae_big, 1),
	[SUNMAO_ISP_PARAMS_AE_BIG2] = BLOCK_N(sunmao_isp_params_ae_big, ae_big, 2),
	[SUNMAO_ISP_PARAMS_DPCC] = BLOCK_FLAG(sunmao_isp_params_dpcc, dpcc),
	[SUNMAO_ISP_PARAMS_AF] = BLOCK_FLAG(sunmao_isp_params_af, af),
};

/* A table that is not written by this block keeps what it had. */
static void store_lsc(struct isp_ref_set *set, const struct sunmao_isp_rk_lsc *now)
{
	struct sunmao_isp_rk_lsc old = set->lsc;
	unsigned int bank;

	set->lsc = *now;
	for (bank = 0; bank < 2; bank++) {
		if (now->write_table[bank])
			continue;
		memcpy(set->lsc.r_data_tbl[bank], old.r_data_tbl[bank],
		       sizeof(old.r_data_tbl[bank]));
		memcpy(set->lsc.gr_data_tbl[bank], old.gr_data_tbl[bank],
		       sizeof(old.gr_data_tbl[bank]));
		memcpy(set->lsc.gb_data_tbl[bank], old.gb_data_tbl[bank],
		       sizeof(old.gb_data_tbl[bank]));
		memcpy(set->lsc.b_data_tbl[bank], old.b_data_tbl[bank],
		       sizeof(old.b_data_tbl[bank]));
	}
}

/**
 * isp_ref_apply() - what a parameter buffer changes (ISP user ABI 3.1)
 * @set: settings of the context
 * @buffer: the buffer
 * @bytes: its payload
 *
 * Absent blocks and blocks without a flag change nothing; DISABLE turns the
 * block off. Blocks that the reference has no arithmetic for are skipped.
 *
 * Return: 0, or -EINVAL when the container is malformed.
 */
int isp_ref_apply(struct isp_ref_set *set, const void *buffer, size_t bytes)
{
	const struct sunmao_isp_buffer *head = buffer;
	size_t at = 0;

	if (bytes < sizeof(*head) || head->data_size != bytes - sizeof(*head))
		return -EINVAL;
	while (at < head->data_size) {
		const struct sunmao_isp_block_header *block = (const void *)(head->data + at);
		const struct block *known;
		bool on = block->flags & SUNMAO_ISP_BLOCK_FL_ENABLE;

		if (head->data_size - at < sizeof(*block) || block->size < sizeof(*block) ||
		    block->size > head->data_size - at || block->type >= ALEN(blocks))
			return -EINVAL;
		known = &blocks[block->type];
		at += block->size;
		if (!known->size || !(block->flags & 3))
			continue;
		if (on && block->size != known->size)
			return -EINVAL;
		*((bool *)((char *)set + known->on)) = on;
		if (!on)
			continue;
		if (block->type == SUNMAO_ISP_RK_PARAMS_LSC)
			store_lsc(set, (const void *)block);
		else
			memcpy((char *)set + known->at, block, known->store);
	}
	return 0;
}

/* ---- Bayer domain ---- */

static struct isp_bayer bayer_new(unsigned int width, unsigned int height,
				  enum isp_order order)
{
	struct isp_bayer b = { width, height, order, NULL };

	b.p = need(malloc((size_t)width * height * sizeof(*b.p)));
	return b;
}

static struct isp_bayer bayer_copy(const struct isp_bayer *in)
{
	struct isp_bayer b = bayer_new(in->width, in->height, in->order);

	memcpy(b.p, in->p, (size_t)in->width * in->height * sizeof(*b.p));
	return b;
}

/* ISP 7.1: the value moves to the top of 12 bits. */
static struct isp_bayer stage_input(const struct isp_ref_raw *raw)
{
	struct isp_bayer b = bayer_new(raw->width, raw->height, raw->order);
	const unsigned int mask = (1u << raw->depth) - 1;
	unsigned int x, y;

	for (y = 0; y < raw->height; y++) {
		const uint8_t *line8 = (const uint8_t *)raw->data + y * raw->stride;
		const uint16_t *line16 = (const uint16_t *)line8;
		uint16_t *out = b.p + (size_t)y * raw->width;

		for (x = 0; x < raw->width; x++)
			out[x] = (uint16_t)(((raw->depth == 8 ? line8[x] : line16[x]) & mask)
					    << (12 - raw->depth));
	}
	return b;
}

/* Mean of the windows per position of the quad (ISP 5.1, auto mode). */
static void measure_black(int level[4], const struct isp_bayer *b,
			  const struct sunmao_isp_rk_bls *bls)
{
	const struct sunmao_isp_window *window[2] = { &bls->bls_window1, &bls->bls_window2 };
	uint64_t sum[4] = { 0 }, count[4] = { 0 };
	unsigned int i, x, y;

	for (i = 0; i < 2; i++) {
		const struct sunmao_isp_window *w = window[i];

		if (!(bls->enabled_windows & (1u << i)))
			continue;
		for (y = w->v_offs; y < w->v_offs + w->v_size && y < b->height; y++) {
			for (x = w->h_offs; x < w->h_offs + w->h_size && x < b->width; x++) {
				unsigned int at = (y & 1) * 2 + (x & 1);

				sum[at] += b->p[(size_t)y * b->width + x];
				count[at]++;
			}
		}
	}
	for (i = 0; i < 4; i++)
		level[i] = count[i] ? (int)(sum[i] / count[i]) : 0;
}

/* ISP 7.2 */
static void stage_bls(struct isp_bayer *b, const struct sunmao_isp_rk_bls *bls)
{
	const struct sunmao_isp_quad *fixed = &bls->bls_fixed_val;
	int level[4] = { fixed->a, fixed->b, fixed->c, fixed->d };
	unsigned int x, y;

	if (bls->enable_auto)
		measure_black(level, b, bls);
	for (y = 0; y < b->height; y++) {
		uint16_t *p = b->p + (size_t)y * b->width;

		for (x = 0; x < b->width; x++)
			p[x] = clip12(p[x] - level[(y & 1) * 2 + (x & 1)]);
	}
}

struct sectors {
	unsigned int start[17];
	unsigned int grad[16];
};

static void lsc_sectors(struct sectors *s, const uint16_t *sizes, const uint16_t *grads,
			bool mirrored)
{
	unsigned int i;

	s->start[0] = 0;
	for (i = 0; i < 16; i++) {
		unsigned int from = mirrored && i >= 8 ? 15 - i : i;

		s->start[i + 1] = s->start[i] + sizes[from];
		s->grad[i] = grads[from];
	}
}

/* ISP 7.4: gains between four vertices, both positions as 0.15 fractions */
static void stage_lsc(struct isp_bayer *b, const struct sunmao_isp_rk_lsc *lsc,
		      unsigned int line0)
{
	const unsigned int bank = lsc->active_table;
	const uint16_t (*table[4])[17] = {
		[ISP_R] = lsc->r_data_tbl[bank],
		[ISP_GR] = lsc->gr_data_tbl[bank],
		[ISP_GB] = lsc->gb_data_tbl[bank],
		[ISP_B] = lsc->b_data_tbl[bank],
	};
	struct sectors sx, sy;
	unsigned int x, y, i, j = 0;

	lsc_sectors(&sx, lsc->x_sizes, lsc->x_grads, !lsc->window_mode);
	lsc_sectors(&sy, lsc->y_sizes, lsc->y_grads, !lsc->window_mode);
	for (y = 0; y < b->height; y++) {
		uint16_t *p = b->p + (size_t)y * b->width;
		uint64_t ty;

		while (j < 15 && y + line0 >= sy.start[j + 1])
			j++;
		ty = (uint64_t)(y + line0 - sy.start[j]) * sy.grad[j];
		for (x = 0, i = 0; x < b->width; x++) {
			const uint16_t (*t)[17] = table[isp_colour_at(b->order, x, y)];
			uint64_t tx, top, bottom, gain;

			while (i < 15 && x >= sx.start[i + 1])
				i++;
			tx = (uint64_t)(x - sx.start[i]) * sx.grad[i];
			top = t[j][i] * (32768 - tx) + t[j][i + 1] * tx;
			bottom = t[j + 1][i] * (32768 - tx) + t[j + 1][i + 1] * tx;
			gain = (top * (32768 - ty) + bottom * ty + (1u << 29)) >> 30;
			p[x] = clip12((int)((p[x] * gain + 512) >> 10));
		}
	}
}

/* ISP 7.5 */
static void stage_awb(struct isp_bayer *b, const struct sunmao_isp_gains *gains)
{
	const unsigned int gain[4] = {
		[ISP_R] = gains->r, [ISP_GR] = gains->gr,
		[ISP_GB] = gains->gb, [ISP_B] = gains->b,
	};
	unsigned int x, y;

	for (y = 0; y < b->height; y++) {
		uint16_t *p = b->p + (size_t)y * b->width;

		for (x = 0; x < b->width; x++) {
			unsigned int g = gain[isp_colour_at(b->order, x, y)];

			p[x] = clip12((int)((p[x] * g + 128) >> 8));
		}
	}
}

/* ---- RGB domain, one line at a time ---- */

struct rgb {
	int r, g, b;
};

/*
 * Bilinear 3x3 (ISP 7.6). Beyond the edge the nearest pixel of the same colour
 * stands in: -1 is 1, and the width is the width - 2.
 */
static struct isp_bayer pad(const struct isp_bayer *in)
{
	struct isp_bayer b = bayer_new(in->width + 2, in->height + 2, in->order);
	unsigned int y;

	for (y = 0; y < b.height; y++) {
		unsigned int from = y == 0 ? 1 : y > in->height ? in->height - 2 : y - 1;
		const uint16_t *p = in->p + (size_t)from * in->width;
		uint16_t *out = b.p + (size_t)y * b.width;

		memcpy(out + 1, p, in->width * sizeof(*p));
		out[0] = p[1];
		out[in->width + 1] = p[in->width - 2];
	}
	return b;
}

static void debayer_line(struct rgb *out, const struct isp_bayer *padded, unsigned int y)
{
	const size_t s = padded->width;
	const uint16_t *p = padded->p + (y + 1) * s + 1;
	unsigned int x;

	for (x = 0; x < padded->width - 2; x++, p++) {
		int row = (p[-1] + p[1] + 1) >> 1;
		int column = (p[-(long)s] + p[s] + 1) >> 1;
		int cross = (p[-1] + p[1] + p[-(long)s] + p[s] + 2) >> 2;
		int corners = (p[-(long)s - 1] + p[1 - (long)s] + p[s - 1] + p[s + 1] + 2) >> 2;

		switch (isp_colour_at(padded->order, x, y)) {
		case ISP_R:
			out[x] = (struct rgb){ *p, cross, corners };
			break;
		case ISP_GR:
			out[x] = (struct rgb){ row, *p, column };
			break;
		case ISP_GB:
			out[x] = (struct rgb){ column, *p, row };
			break;
		case ISP_B:
			out[x] = (struct rgb){ corners, cross, *p };
			break;
		}
	}
}

/*
 * Offset of the colour matrix as the ABI has it: 13-bit two's complement, or a
 * 12-bit one when the bits above are clear.
 */
static int ccm_offset(uint16_t v)
{
	return v & 0xf000 ? sign_extend(v, 13) : sign_extend(v, 12);
}

struct matrix {
	int c[3][3];
	int off[3];
	int y[3];
	int alp[17];
};

static void ccm_load(struct matrix *m, const struct sunmao_isp_rk_ccm *ccm)
{
	unsigned int i, k;

	for (i = 0; i < 3; i++) {
		for (k = 0; k < 3; k++)
			m->c[i][k] = sign_extend(ccm->coeff[i][k], 11) - (i == k ? 128 : 0);
		m->off[i] = ccm_offset(ccm->offset[i]);
		m->y[i] = ccm->y_coeff[i];
	}
	for (i = 0; i < 17; i++)
		m->alp[i] = ccm->alp[i];
}

/*
 * ISP 7.7 with the plain matrix M of the ABI: in + alpha * (M - 1) * in, which at
 * alpha 1 is M * in. The place of the knee is open, so the curve is read over
 * 16 equal steps; tests use curves that are constant.
 */
static void ccm_line(struct rgb *line, unsigned int width, const struct matrix *m)
{
	unsigned int x;

	for (x = 0; x < width; x++) {
		const struct rgb in = line[x];
		int luma = clamp((m->y[0] * in.r + m->y[1] * in.g + m->y[2] * in.b) >> 7, 0, 4095);
		int at = luma >> 8;
		int alpha = m->alp[at] + (((m->alp[at + 1] - m->alp[at]) * (luma & 255)) >> 8);
		int add[3];
		unsigned int i;

		for (i = 0; i < 3; i++) {
			int sum = m->c[i][0] * in.r + m->c[i][1] * in.g + m->c[i][2] * in.b;

			add[i] = ((alpha * (sum >> 7)) >> 10) + m->off[i];
		}
		line[x] = (struct rgb){
			clip12(in.r + add[0]), clip12(in.g + add[1]), clip12(in.b + add[2])
		};
	}
}

/* Widths of the segments of the tone curve (ISP 5.7). */
static unsigned int goc_widths(unsigned int *width, bool dense)
{
	unsigned int n = 0, group, i;

	for (i = 0; i < 8; i++)
		width[n++] = 1;
	for (group = 1; group <= 8; group++)
		for (i = 0; i < 4; i++)
			width[n++] = 1u << group;
	if (dense)
		for (i = 0; i < 8; i++)
			width[n++] = 256;
	else
		for (i = 0; i < 4; i++)
			width[n++] = 512;
	return n;
}

static void goc_load(uint16_t *curve, const struct sunmao_isp_rk_goc *goc)
{
	unsigned int width[48], n = goc_widths(width, goc->segments);
	unsigned int i, x = 0, k;

	for (i = 0; i < n; i++) {
		int a = goc->gamma_y[i], b = goc->gamma_y[i + 1];

		for (k = 0; k < width[i]; k++, x++)
			curve[x] = clip12(a + (b - a) * (int)k / (int)width[i]);
	}
}

static void goc_line(struct rgb *line, unsigned int width, const uint16_t *curve,
		     unsigned int offset)
{
	unsigned int x;

	for (x = 0; x < width; x++) {
		line[x].r = curve[clip12(line[x].r + (int)offset)];
		line[x].g = curve[clip12(line[x].g + (int)offset)];
		line[x].b = curve[clip12(line[x].b + (int)offset)];
	}
}

struct csm {
	int c[3][3];
	bool full;
};

/* ISP 7.8. The rows decide the range: see the ABI. */
static void csm_load(struct csm *csm, const struct isp_ref_set *set)
{
	unsigned int i, k;

	memset(csm, 0, sizeof(*csm));
	for (i = 0; i < 3; i++) {
		csm->c[i][i] = 0x80;
		for (k = 0; set->csm_on && k < 3; k++)
			csm->c[i][k] = sign_extend(set->csm.coeff[i][k], 9);
	}
	csm->full = csm->c[0][0] + csm->c[0][1] + csm->c[0][2] >= 128 * 15 / 16;
}

static int csm_row(const int *c, const struct rgb *p)
{
	return (c[0] * p->r + c[1] * p->g + c[2] * p->b + (1 << 10)) >> 11;
}

static void csm_line(struct isp_yuv *out, unsigned int y, const struct rgb *line,
		     const struct csm *csm, uint8_t *cb, uint8_t *cr)
{
	const int lo = csm->full ? 0 : 16;
	const int y_hi = csm->full ? 255 : 235, c_hi = csm->full ? 255 : 240;
	const unsigned int w = out->width, half = w / 2;
	uint8_t *luma = out->y + (size_t)y * w;
	uint8_t *ob = out->cb + (size_t)y * half, *or = out->cr + (size_t)y * half;
	unsigned int x;

	for (x = 0; x < w; x++) {
		luma[x] = (uint8_t)clamp(csm_row(csm->c[0], &line[x]) + lo, lo, y_hi);
		cb[x] = (uint8_t)clamp(csm_row(csm->c[1], &line[x]) + 128, lo, c_hi);
		cr[x] = (uint8_t)clamp(csm_row(csm->c[2], &line[x]) + 128, lo, c_hi);
	}
	for (x = 0; x < half; x++) {
		unsigned int at = 2 * x, left = at ? at - 1 : 0, right = at + 1;

		switch (isp_ref_choices.siting) {
		case ISP_SITING_FILTER:
			ob[x] = (uint8_t)((cb[left] + 2 * cb[at] + cb[right] + 2) >> 2);
			or[x] = (uint8_t)((cr[left] + 2 * cr[at] + cr[right] + 2) >> 2);
			break;
		case ISP_SITING_AVERAGE:
			ob[x] = (uint8_t)((cb[at] + cb[right] + 1) >> 1);
			or[x] = (uint8_t)((cr[at] + cr[right] + 1) >> 1);
			break;
		case ISP_SITING_PICK:
			ob[x] = cb[at];
			or[x] = cr[at];
			break;
		}
	}
}

/* ISP 7, CPROC: contrast from black, colours turned and stretched around grey */
static void stage_cproc(struct isp_yuv *yuv, const struct sunmao_isp_params_cproc *c)
{
	const double angle = c->hue * M_PI / 2 / 128 * (isp_ref_choices.hue_back ? -1 : 1);
	const int co = (int)lround(cos(angle) * c->saturation * 128);
	const int si = (int)lround(sin(angle) * c->saturation * 128);
	const size_t luma = (size_t)yuv->width * yuv->height;
	const size_t chroma = (size_t)(yuv->width / 2) * yuv->height;
	uint8_t table[256];
	size_t i;

	for (i = 0; i < 256; i++) {
		int v = (int)i;

		if (!c->y_in_full)
			v = clamp((v - 16) * 255 / 219, 0, 255);
		v = clamp(((v * c->contrast) >> 7) + c->brightness, 0, 255);
		if (!c->y_out_full)
			v = 16 + (v * 219 + 127) / 255;
		table[i] = (uint8_t)v;
	}
	for (i = 0; i < luma; i++)
		yuv->y[i] = table[yuv->y[i]];
	for (i = 0; i < chroma; i++) {
		int cb = yuv->cb[i] - 128, cr = yuv->cr[i] - 128;
		int b = (cb * co - cr * si + (1 << 13)) >> 14;
		int r = (cb * si + cr * co + (1 << 13)) >> 14;

		if (!c->c_out_full) {
			yuv->cb[i] = (uint8_t)clamp(b + 128, 16, 240);
			yuv->cr[i] = (uint8_t)clamp(r + 128, 16, 240);
		} else {
			yuv->cb[i] = (uint8_t)clamp(b + 128, 0, 255);
			yuv->cr[i] = (uint8_t)clamp(r + 128, 0, 255);
		}
	}
}

/**
 * isp_yuv_new() - an empty 4:2:2 picture
 * @width: pixels
 * @height: lines
 *
 * Return: the picture; free it with isp_yuv_free().
 */
struct isp_yuv isp_yuv_new(unsigned int width, unsigned int height)
{
	struct isp_yuv yuv = { .width = width, .height = height, .full = true };
	size_t half = (size_t)(width + 1) / 2 * height;

	yuv.y = need(malloc((size_t)width * height));
	yuv.cb = need(malloc(half));
	yuv.cr = need(malloc(half));
	return yuv;
}

/** isp_yuv_free() - free a picture's planes; @yuv: the picture */
void isp_yuv_free(struct isp_yuv *yuv)
{
	free(yuv->y);
	free(yuv->cb);
	free(yuv->cr);
	memset(yuv, 0, sizeof(*yuv));
}

/* What the statistics see, if it is the picture after this stage. */
static void tap(struct isp_ref_frame *out, enum isp_ref_tap here, const struct isp_bayer *b)
{
	if (isp_ref_choices.tap == here)
		out->tap = bayer_copy(b);
	if (isp_ref_choices.awb_tap == here)
		out->awb = bayer_copy(b);
}

/**
 * isp_ref_develop() - everything up to the fork of the two paths
 * @out: receives the pictures; free them with isp_ref_free()
 * @set: settings
 * @raw: raw picture, of even size
 *
 * For a part of a picture (@raw->line0) the first and the last line are wrong:
 * the debayer does not see the lines beyond.
 */
void isp_ref_develop(struct isp_ref_frame *out, const struct isp_ref_set *set,
		     const struct isp_ref_raw *raw)
{
	struct isp_bayer b = stage_input(raw), padded;
	uint16_t *curve = NULL;
	struct matrix matrix;
	struct csm csm;
	struct rgb *line;
	uint8_t *chroma;
	unsigned int y;

	tap(out, ISP_TAP_RAW, &b);
	if (set->bls_on)
		stage_bls(&b, &set->bls);
	tap(out, ISP_TAP_BLS, &b);
	if (set->lsc_on)
		stage_lsc(&b, &set->lsc, raw->line0);
	tap(out, ISP_TAP_LSC, &b);
	if (set->awb_on)
		stage_awb(&b, &set->awb.gains[0]);
	tap(out, ISP_TAP_AWB, &b);

	padded = pad(&b);
	free(b.p);
	if (set->ccm_on)
		ccm_load(&matrix, &set->ccm);
	if (set->goc_on) {
		curve = need(malloc(4096 * sizeof(*curve)));
		goc_load(curve, &set->goc);
	}
	csm_load(&csm, set);
	out->yuv = isp_yuv_new(raw->width, raw->height);
	out->yuv.full = csm.full;
	line = need(malloc(raw->width * sizeof(*line)));
	chroma = need(malloc(raw->width * 2));
	for (y = 0; y < raw->height; y++) {
		debayer_line(line, &padded, y);
		if (set->ccm_on)
			ccm_line(line, raw->width, &matrix);
		if (set->goc_on)
			goc_line(line, raw->width, curve, set->goc.offset);
		csm_line(&out->yuv, y, line, &csm, chroma, chroma + raw->width);
	}
	if (set->cproc_on) {
		stage_cproc(&out->yuv, &set->cproc);
		out->yuv.full = set->cproc.y_out_full;
	}
	free(chroma);
	free(line);
	free(curve);
	free(padded.p);
}

/** isp_ref_free() - free what isp_ref_develop() gave; @frame: its pictures */
void isp_ref_free(struct isp_ref_frame *frame)
{
	free(frame->tap.p);
	free(frame->awb.p);
	frame->tap.p = frame->awb.p = NULL;
	isp_yuv_free(&frame->yuv);
}

/* ---- paths ---- */

/* One sample per output position: ISP 3.3, weights of 6 bits. */
static void scale_step(unsigned int i, unsigned int in, unsigned int out,
		       unsigned int *at, unsigned int *weight)
{
	unsigned int n = i * (in - 1), d = out - 1;

	*at = d ? n / d : 0;
	*weight = d ? (n % d) * 64 / d : 0;
}

static void scale_plane(uint8_t *out, unsigned int ow, unsigned int oh,
			const uint8_t *in, unsigned int iw, unsigned int ih, size_t stride)
{
	uint8_t *wide = need(malloc((size_t)ow * ih));
	unsigned int x, y, at, weight;

	for (x = 0; x < ow; x++) {
		scale_step(x, iw, ow, &at, &weight);
		for (y = 0; y < ih; y++) {
			const uint8_t *p = in + y * stride + at;
			int next = weight ? p[1] : 0;

			wide[(size_t)y * ow + x] = (uint8_t)
				((p[0] * (64 - (int)weight) + next * (int)weight + 32) >> 6);
		}
	}
	for (y = 0; y < oh; y++) {
		const uint8_t *p;

		scale_step(y, ih, oh, &at, &weight);
		p = wide + (size_t)at * ow;
		for (x = 0; x < ow; x++) {
			int next = weight ? p[ow + x] : 0;

			out[(size_t)y * ow + x] = (uint8_t)
				((p[x] * (64 - (int)weight) + next * (int)weight + 32) >> 6);
		}
	}
	free(wide);
}

/**
 * isp_ref_path() - crop and scale (ISP 3.3, 3.4)
 * @out: receives the picture
 * @in: picture of the ISP
 * @crop: what the path shows; even
 * @width: pixels of the output
 * @height: lines of the output
 */
void isp_ref_path(struct isp_yuv *out, const struct isp_yuv *in, struct isp_rect crop,
		  unsigned int width, unsigned int height)
{
	const size_t half = in->width / 2;

	*out = isp_yuv_new(width, height);
	out->full = in->full;
	scale_plane(out->y, width, height, in->y + (size_t)crop.y * in->width + crop.x,
		    crop.w, crop.h, in->width);
	scale_plane(out->cb, width / 2, height, in->cb + crop.y * half + crop.x / 2,
		    crop.w / 2, crop.h, half);
	scale_plane(out->cr, width / 2, height, in->cr + crop.y * half + crop.x / 2,
		    crop.w / 2, crop.h, half);
}

/* ---- output formats (ISP 3.1, ISP user ABI 2.2) ---- */

enum layout { PACKED, SEMIPLANAR, PLANAR, LUMA, RGB };

struct format {
	uint32_t fourcc;
	enum layout layout;
	unsigned int planes;	/* memory planes */
	bool half_lines;	/* 4:2:0 */
	bool swapped;		/* Cr before Cb */
};

static const struct format formats[] = {
	{ V4L2_PIX_FMT_UYVY, PACKED, 1, false, false },
	{ V4L2_PIX_FMT_NV16, SEMIPLANAR, 1, false, false },
	{ V4L2_PIX_FMT_NV61, SEMIPLANAR, 1, false, true },
	{ V4L2_PIX_FMT_NV16M, SEMIPLANAR, 2, false, false },
	{ V4L2_PIX_FMT_NV61M, SEMIPLANAR, 2, false, true },
	{ V4L2_PIX_FMT_NV12, SEMIPLANAR, 1, true, false },
	{ V4L2_PIX_FMT_NV21, SEMIPLANAR, 1, true, true },
	{ V4L2_PIX_FMT_NV12M, SEMIPLANAR, 2, true, false },
	{ V4L2_PIX_FMT_NV21M, SEMIPLANAR, 2, true, true },
	{ V4L2_PIX_FMT_YUV422P, PLANAR, 1, false, false },
	{ V4L2_PIX_FMT_YVU422M, PLANAR, 3, false, true },
	{ V4L2_PIX_FMT_YUV420, PLANAR, 1, true, false },
	{ V4L2_PIX_FMT_YVU420, PLANAR, 1, true, true },
	{ V4L2_PIX_FMT_GREY, LUMA, 1, false, false },
	{ V4L2_PIX_FMT_XBGR32, RGB, 1, false, false },
	{ V4L2_PIX_FMT_RGB565, RGB, 1, false, false },
};

static const struct format *format_of(uint32_t fourcc)
{
	size_t i;

	for (i = 0; i < ALEN(formats); i++)
		if (formats[i].fourcc == fourcc)
			return &formats[i];
	return NULL;
}

/* One component of a picture: its samples in memory. */
struct component {
	uint8_t *p;
	size_t step, stride;
	unsigned int width, height;
};

/**
 * isp_image_components() - how many components a format has
 * @fourcc: the format
 *
 * Return: 1 or 3; 0 for a format that the ISP does not have.
 */
unsigned int isp_image_components(uint32_t fourcc)
{
	const struct format *f = format_of(fourcc);

	return !f ? 0 : f->layout == LUMA ? 1 : 3;
}

static struct component component(const struct isp_image *image, unsigned int i)
{
	const struct format *f = format_of(image->fourcc);
	unsigned int lines = f->half_lines ? (image->height + 1) / 2 : image->height;
	struct component c = {
		image->plane[0], 1, image->stride[0], image->width, image->height
	};
	unsigned int slot = i && f->swapped ? 3 - i : i;
	size_t luma = image->stride[0] * image->height;

	if (f->layout == RGB) {
		c.step = f->fourcc == V4L2_PIX_FMT_RGB565 ? 2 : 4;
		c.p += f->fourcc == V4L2_PIX_FMT_RGB565 ? 0 : 2 - i;
		return c;
	}
	if (f->layout == PACKED) {
		c.p += i == 0 ? 1 : i == 1 ? 0 : 2;
		c.step = i ? 4 : 2;
		c.width = i ? image->width / 2 : image->width;
		return c;
	}
	if (!i)
		return c;
	c.width = image->width / 2;
	c.height = lines;
	if (f->layout == SEMIPLANAR) {
		c.step = 2;
		c.p = f->planes == 2 ? image->plane[1] : image->plane[0] + luma;
		c.stride = f->planes == 2 ? image->stride[1] : image->stride[0];
		c.p += slot - 1;
	} else {
		c.stride = f->planes == 3 ? image->stride[slot] : image->stride[0] / 2;
		c.p = f->planes == 3 ? image->plane[slot] :
			image->plane[0] + luma + (slot - 1) * c.stride * lines;
	}
	return c;
}

/**
 * isp_image_layout() - sizes of the memory planes
 * @image: format, size; strides of 0 are filled in, as narrow as possible
 * @sizes: receives the bytes of each memory plane
 *
 * Return: the number of memory planes.
 */
size_t isp_image_layout(struct isp_image *image, size_t *sizes)
{
	const struct format *f = format_of(image->fourcc);
	unsigned int lines = f->half_lines ? (image->height + 1) / 2 : image->height;
	unsigned int per_pixel = f->layout == PACKED || f->fourcc == V4L2_PIX_FMT_RGB565 ? 2 :
		f->layout == RGB ? 4 : 1;
	size_t chroma;
	unsigned int i;

	image->planes = f->planes;
	if (!image->stride[0])
		image->stride[0] = (size_t)image->width * per_pixel;
	for (i = 1; i < f->planes; i++)
		if (!image->stride[i])
			image->stride[i] = f->layout == PLANAR ? image->stride[0] / 2 :
				image->stride[0];
	sizes[0] = image->stride[0] * image->height;
	chroma = f->layout == SEMIPLANAR ? image->stride[0] * lines :
		f->layout == PLANAR ? image->stride[0] / 2 * lines * 2 : 0;
	if (f->planes == 1)
		sizes[0] += chroma;
	for (i = 1; i < f->planes; i++)
		sizes[i] = image->stride[i] * lines;
	return f->planes;
}

/* Inverse of the BT.601 matrix, as the self path's RGB formats need it (ISP 3.1). */
static void pack_rgb(struct isp_image *out, const struct isp_yuv *in)
{
	const double scale_y = in->full ? 1 : 255.0 / 219, scale_c = in->full ? 1 : 255.0 / 224;
	unsigned int x, y;

	for (y = 0; y < in->height; y++) {
		for (x = 0; x < in->width; x++) {
			size_t at = (size_t)y * (in->width / 2) + x / 2;
			double l = (in->y[(size_t)y * in->width + x] - (in->full ? 0 : 16)) *
				scale_y;
			double cb = (in->cb[at] - 128) * scale_c, cr = (in->cr[at] - 128) * scale_c;
			int r = clamp((int)lround(l + 1.402 * cr), 0, 255);
			int g = clamp((int)lround(l - 0.344136 * cb - 0.714136 * cr), 0, 255);
			int b = clamp((int)lround(l + 1.772 * cb), 0, 255);
			uint8_t *p = out->plane[0] + y * out->stride[0];

			if (out->fourcc == V4L2_PIX_FMT_RGB565) {
				uint16_t v = (uint16_t)(r >> 3 << 11 | g >> 2 << 5 | b >> 3);

				p[2 * x] = (uint8_t)v;
				p[2 * x + 1] = (uint8_t)(v >> 8);
			} else {
				p[4 * x] = (uint8_t)b;
				p[4 * x + 1] = (uint8_t)g;
				p[4 * x + 2] = (uint8_t)r;
				p[4 * x + 3] = 0;
			}
		}
	}
}

/**
 * isp_ref_pack() - a path's picture in its output format
 * @out: format, size, memory
 * @in: picture of the same size
 */
void isp_ref_pack(struct isp_image *out, const struct isp_yuv *in)
{
	const struct format *f = format_of(out->fourcc);
	const uint8_t *from[3] = { in->y, in->cb, in->cr };
	unsigned int i, x, y;

	if (f->layout == RGB) {
		pack_rgb(out, in);
		return;
	}
	for (i = 0; i < isp_image_components(out->fourcc); i++) {
		struct component c = component(out, i);

		for (y = 0; y < c.height; y++) {
			const uint8_t *p = from[i] + (size_t)y * c.width;
			const uint8_t *below = p;
			uint8_t *to = c.p + y * c.stride;

			if (i && f->half_lines) {
				unsigned int last = in->height - 1, next = 2 * y + 1;

				p = from[i] + (size_t)2 * y * c.width;
				below = from[i] + (size_t)(next < last ? next : last) * c.width;
			}
			if (isp_ref_choices.pick_line)
				below = p;
			for (x = 0; x < c.width; x++)
				to[x * c.step] = (uint8_t)((p[x] + below[x] + 1) >> 1);
		}
	}
}

static void note_diff(struct isp_diff *d, unsigned int tolerance, unsigned int plane,
		      unsigned int x, unsigned int y, int want, int got)
{
	unsigned int off = (unsigned int)abs(want - got);

	d->over += off > tolerance;
	if (off > d->max) {
		d->max = off;
		d->plane = plane;
		d->x = x;
		d->y = y;
		d->want = want;
		d->got = got;
	}
}

static int field565(const uint8_t *p, unsigned int i)
{
	unsigned int v = p[0] | p[1] << 8;

	return i == 0 ? v >> 11 : i == 1 ? v >> 5 & 63 : v & 31;
}

/**
 * isp_image_compare() - compare two pictures of one format and size
 * @want: reference
 * @got: picture; its strides may differ
 * @tolerance: allowed difference of a sample. RGB565: one step of its fields.
 *
 * Return: the largest difference and where it is.
 */
struct isp_diff isp_image_compare(const struct isp_image *want,
				  const struct isp_image *got, unsigned int tolerance)
{
	const bool packed16 = want->fourcc == V4L2_PIX_FMT_RGB565;
	struct isp_diff d = { 0 };
	unsigned int i, x, y;

	for (i = 0; i < isp_image_components(want->fourcc); i++) {
		struct component a = component(want, i), b = component(got, i);

		for (y = 0; y < a.height; y++) {
			const uint8_t *p = a.p + y * a.stride, *q = b.p + y * b.stride;

			for (x = 0; x < a.width; x++, p += a.step, q += b.step) {
				if (packed16)
					note_diff(&d, 1, i, x, y, field565(p, i), field565(q, i));
				else if (*p != *q)
					note_diff(&d, tolerance, i, x, y, *p, *q);
			}
		}
	}
	return d;
}

/* ---- statistics (ISP 6, 7) ---- */

/**
 * isp_ref_cells() - the grid that a unit measures for a requested cell
 * @window: offset of the grid, size of a cell
 * @cells: cells per direction
 * @width: pixels of the picture
 * @height: lines of the picture
 *
 * Cells lose up to two pixels so that they are even and the grid ends before
 * the picture does (ISP 6.2).
 *
 * Return: offset of the grid, size of a cell.
 */
struct isp_rect isp_ref_cells(const struct sunmao_isp_window *window, unsigned int cells,
			      unsigned int width, unsigned int height)
{
	struct isp_rect r = { window->h_offs, window->v_offs, window->h_size, window->v_size };

	if (r.w * cells + r.x + 1 > width)
		r.w--;
	if (r.h * cells + r.y + 2 > height)
		r.h--;
	r.w &= ~1u;
	r.h &= ~1u;
	return r;
}

/**
 * isp_ref_exposure() - mean of each colour in each cell
 * @out: receives the means, truncated
 * @in: what the unit sees
 * @cell: offset of the grid, size of a cell, as requested
 * @cells: cells per direction: 1, 5 or 15
 */
void isp_ref_exposure(struct isp_ref_ae *out, const struct isp_bayer *in,
		      const struct sunmao_isp_window *cell, unsigned int cells)
{
	struct isp_rect r = isp_ref_cells(cell, cells, in->width, in->height);
	unsigned int i, x, y;

	out->cells = cells;
	for (i = 0; i < cells * cells; i++) {
		unsigned int x0 = r.x + i % cells * r.w, y0 = r.y + i / cells * r.h;
		uint64_t sum[4] = { 0 }, count[4] = { 0 };

		for (y = y0; y < y0 + r.h; y++) {
			for (x = x0; x < x0 + r.w; x++) {
				enum isp_colour c = isp_colour_at(in->order, x, y);

				sum[c] += in->p[(size_t)y * in->width + x];
				count[c]++;
			}
		}
		out->r[i] = (uint16_t)(sum[ISP_R] / count[ISP_R]);
		out->g[i] = (uint16_t)((sum[ISP_GR] + sum[ISP_GB]) / (count[ISP_GR] + count[ISP_GB]));
		out->b[i] = (uint16_t)(sum[ISP_B] / count[ISP_B]);
	}
}

/**
 * isp_ref_sums() - sums over a free window of the exposure unit
 * @sum: receives the sums of red, green (both) and blue, in 12-bit units
 * @in: what the unit sees
 * @window: the window
 */
void isp_ref_sums(uint64_t sum[3], const struct isp_bayer *in,
		  const struct sunmao_isp_window *window)
{
	unsigned int x, y;

	sum[0] = sum[1] = sum[2] = 0;
	for (y = window->v_offs; y < window->v_offs + window->v_size; y++) {
		for (x = window->h_offs; x < window->h_offs + window->h_size; x++) {
			enum isp_colour c = isp_colour_at(in->order, x, y);

			sum[c == ISP_R ? 0 : c == ISP_B ? 2 : 1] +=
				in->p[(size_t)y * in->width + x];
		}
	}
}

/**
 * isp_ref_histogram() - weighted counts of every value
 * @levels: receives the counts with their five fraction bits
 * @in: what the unit sees
 * @hist: settings; those of a small unit carried over field by field
 * @lite: whether it is the small unit, which has only 5x5 cells
 *
 * Every Bayer quad counts once: red, blue, the mean of its greens, or its luma.
 */
void isp_ref_histogram(uint32_t levels[ISP_LEVELS], const struct isp_bayer *in,
		       const struct sunmao_isp_rk_hist_big *hist, bool lite)
{
	const unsigned int cells = !lite && hist->window_num >= 2 ? 15 : 5;
	const unsigned int step = hist->stepsize ? hist->stepsize : 1;
	struct isp_rect r = isp_ref_cells(&hist->meas_window, cells, in->width, in->height);
	unsigned int i, x, y, k;

	memset(levels, 0, ISP_LEVELS * sizeof(*levels));
	for (i = 0; i < cells * cells; i++) {
		unsigned int x0 = r.x + i % cells * r.w, y0 = r.y + i / cells * r.h;

		for (y = y0; y < y0 + r.h; y += 2) {
			for (x = x0; x < x0 + r.w; x += 2 * step) {
				unsigned int value[4], v[2], n = 1, green;

				for (k = 0; k < 4; k++)
					value[isp_colour_at(in->order, x + (k & 1), y + (k >> 1))] =
						in->p[(size_t)(y + (k >> 1)) * in->width + x + (k & 1)];
				green = (value[ISP_GR] + value[ISP_GB]) / 2;
				switch (hist->mode) {
				case SUNMAO_ISP_HIST_R:
					v[0] = value[ISP_R];
					break;
				case SUNMAO_ISP_HIST_B:
					v[0] = value[ISP_B];
					break;
				case SUNMAO_ISP_HIST_G:
					n = isp_ref_choices.all_greens ? 2 : 1;
					v[0] = n == 2 ? value[ISP_GR] : green;
					v[1] = value[ISP_GB];
					break;
				default:
					v[0] = (hist->coeffs.r * value[ISP_R] + hist->coeffs.g * green +
						hist->coeffs.b * value[ISP_B]) >> 8;
					break;
				}
				for (k = 0; k < n; k++)
					if (v[k] < ISP_LEVELS && (!hist->waterline ||
								  v[k] <= hist->waterline))
						levels[v[k]] += hist->weights[i];
			}
		}
	}
}

/**
 * isp_ref_bins() - counts of values to bins
 * @bins: receives the bins
 * @levels: counts of values
 * @hist: settings
 */
void isp_ref_bins(uint32_t bins[256], const uint32_t levels[ISP_LEVELS],
		  const struct sunmao_isp_rk_hist_big *hist)
{
	const unsigned int shift = 4 - hist->data_sel;
	unsigned int v;

	memset(bins, 0, 256 * sizeof(*bins));
	for (v = 0; v < ISP_LEVELS; v++)
		bins[(v >> shift) & 255] += levels[v];
}

/**
 * isp_ref_awb() - sums of the white balance grid
 * @out: receives sums of 8-bit samples and the number of quads
 * @in: what the unit sees
 * @meas: settings; the cells are taken as they are
 *
 * A quad counts when each of its colours and its luma lie within the limits. The
 * hardware's sums are these times a constant that nobody knows.
 */
void isp_ref_awb(struct isp_ref_awb *out, const struct isp_bayer *in,
		 const struct sunmao_isp_rk_awb_meas *meas)
{
	const struct sunmao_isp_window *w = &meas->meas_window;
	const struct sunmao_isp_awb_limit *lo = &meas->limits[0], *hi = &meas->limits[1];
	unsigned int i, x, y, k;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < 225; i++) {
		unsigned int x0 = w->h_offs + i % 15 * w->h_size;
		unsigned int y0 = w->v_offs + i / 15 * w->v_size;

		x0 += x0 & 1;
		y0 += y0 & 1;
		for (y = y0; y + 1 < w->v_offs + (i / 15 + 1) * w->v_size; y += 2) {
			for (x = x0; x + 1 < w->h_offs + (i % 15 + 1) * w->h_size; x += 2) {
				unsigned int v[4], r, g, b, luma;

				for (k = 0; k < 4; k++)
					v[isp_colour_at(in->order, x + (k & 1), y + (k >> 1))] =
						in->p[(size_t)(y + (k >> 1)) * in->width + x + (k & 1)];
				r = v[ISP_R] >> 4;
				g = (v[ISP_GR] + v[ISP_GB]) >> 5;
				b = v[ISP_B] >> 4;
				luma = (77 * r + 150 * g + 29 * b) >> 8;
				if (r < lo->r || r > hi->r || g < lo->g || g > hi->g ||
				    b < lo->b || b > hi->b || luma < lo->y || luma > hi->y)
					continue;
				out->r[i] += r;
				out->g[i] += g;
				out->b[i] += b;
				out->count[i]++;
			}
		}
	}
}
