// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: encoding of parameter blocks
 *
 * See isp_blocks.h. The functions are in the order of the block numbers; "R" is
 * the register sheet of the hardware notes.
 */

#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <kunit/visibility.h>

#include "isp_blocks.h"
#include "isp_rules.h"
#include "isp_state.h"

static u32 pack2(u16 lo, u16 hi)
{
	return lo | (u32)hi << 16;
}

static u32 pack4(u8 b0, u8 b1, u8 b2, u8 b3)
{
	return b0 | b1 << 8 | b2 << 16 | (u32)b3 << 24;
}

/* Points, two in a register; an odd last one stands alone. */
static void set_points(struct isp_image *image, u32 reg, const u16 *points,
		       unsigned int num)
{
	unsigned int i;

	for (i = 0; i < num; i += 2)
		isp_image_set(image, reg + 2 * i,
			      pack2(points[i],
				    i + 1 < num ? points[i + 1] : 0));
}

/* Bytes, four in a register. */
static void set_bytes(struct isp_image *image, u32 reg, const u8 *bytes,
		      unsigned int num)
{
	unsigned int i, j;

	for (i = 0; i < num; i += 4) {
		u32 val = 0;

		for (j = 0; j < 4 && i + j < num; j++)
			val |= (u32)bytes[i + j] << (8 * j);
		isp_image_set(image, reg + i, val);
	}
}

/* Values of 10 bits, three in a register. */
static void set_tens(struct isp_image *image, u32 reg, const u16 *vals,
		     unsigned int num)
{
	unsigned int i, j;

	for (i = 0; i < num; i += 3) {
		u32 val = 0;

		for (j = 0; j < 3 && i + j < num; j++)
			val |= (u32)(vals[i + j] & 0x3ff) << (10 * j);
		isp_image_set(image, reg + i / 3 * 4, val);
	}
}

/* Weights of a grid behind a data port, five of 6 bits in a word. */
static void set_weights(struct isp_state *state, enum isp_weights which,
			const u8 *weights)
{
	struct isp_weight_table *table = &state->weights[which];
	u32 words[ISP_WEIGHT_WORDS];
	unsigned int i, j;

	for (i = 0; i < ISP_WEIGHT_WORDS; i++) {
		words[i] = 0;
		for (j = 0; j < 5; j++)
			words[i] |= (u32)(weights[5 * i + j] & 0x3f) << (6 * j);
	}
	if (table->generation && !memcmp(table->words, words, sizeof(words)))
		return;
	memcpy(table->words, words, sizeof(words));
	table->generation = ++state->generations;
}

static void apply_bls(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	const struct sunmao_isp_rk_bls *bls = data;
	struct isp_image *image = &state->image;
	const struct sunmao_isp_window *win;
	u32 ctrl = ISP_BLS_CTRL_EN;
	unsigned int i;

	if (!enable) {
		isp_image_set(image, ISP_BLS_CTRL, 0);
		return;
	}

	if (bls->enable_auto)
		ctrl |= ISP_BLS_CTRL_MEASURED;
	ctrl |= bls->enabled_windows << ISP_BLS_CTRL_WINDOW_SHIFT;

	for (i = 0; i < 2; i++) {
		win = i ? &bls->bls_window2 : &bls->bls_window1;
		isp_image_set(image, ISP_BLS_H_START(i), win->h_offs);
		isp_image_set(image, ISP_BLS_H_STOP(i),
			      win->h_offs + win->h_size);
		isp_image_set(image, ISP_BLS_V_START(i), win->v_offs);
		isp_image_set(image, ISP_BLS_V_STOP(i),
			      win->v_offs + win->v_size);
	}
	isp_image_set(image, ISP_BLS_SAMPLES, bls->bls_samples);
	isp_image_set(image, ISP_BLS_FIXED(0), bls->bls_fixed_val.a & 0x1fff);
	isp_image_set(image, ISP_BLS_FIXED(1), bls->bls_fixed_val.b & 0x1fff);
	isp_image_set(image, ISP_BLS_FIXED(2), bls->bls_fixed_val.c & 0x1fff);
	isp_image_set(image, ISP_BLS_FIXED(3), bls->bls_fixed_val.d & 0x1fff);
	isp_image_set(image, ISP_BLS_CTRL, ctrl);
}

static void apply_awb_gains(struct isp_state *state, const void *data,
			    bool enable, const struct isp_env *env)
{
	const struct sunmao_isp_rk_awb_gains *awb = data;
	struct isp_image *image = &state->image;
	unsigned int i;

	isp_image_update(image, ISP_CTRL0, ISP_CTRL0_AWB_GAIN,
			 enable ? ISP_CTRL0_AWB_GAIN : 0);
	for (i = 0; enable && i < 3; i++) {
		isp_image_set(image, ISP_AWB_GAIN_G(i),
			      pack2(awb->gains[i].gb, awb->gains[i].gr));
		isp_image_set(image, ISP_AWB_GAIN_RB(i),
			      pack2(awb->gains[i].b, awb->gains[i].r));
	}
}

/**
 * isp_csm_is_full_range() - does a matrix give full range?
 * @coeff: rows Y, Cb, Cr, 9-bit two's complement
 *
 * Full range matrices have a Y row that sums up to 1 (0x80), limited range ones
 * to 219/255 (ISP 7.8). The hardware has a bit for it that the RK2P layout does
 * not.
 *
 * Return: true for full range.
 */
bool isp_csm_is_full_range(const u16 coeff[3][3])
{
	int sum = 0;
	unsigned int i;

	for (i = 0; i < 3; i++)
		sum += sign_extend32(coeff[0][i], 8);

	return sum >= 0x78;
}

/**
 * isp_csm_set() - encode an RGB to YCbCr matrix
 * @state: state
 * @coeff: rows Y, Cb, Cr, 9-bit two's complement
 * @full_range: full range
 */
void isp_csm_set(struct isp_state *state, const u16 coeff[3][3],
		 bool full_range)
{
	unsigned int i;

	for (i = 0; i < 9; i++)
		isp_image_set(&state->image, ISP_CSM_COEFF(i),
			      coeff[i / 3][i % 3] & 0x1ff);
	isp_image_update(&state->image, ISP_CTRL0, ISP_CTRL0_CSM_FULL,
			 full_range ? ISP_CTRL0_CSM_FULL : 0);
}

static void apply_csm(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	static const u16 unit[3][3] = { { 0x80 }, { 0, 0x80 }, { 0, 0, 0x80 } };
	const struct sunmao_isp_rk_csm *csm = data;

	if (enable)
		isp_csm_set(state, csm->coeff,
			    isp_csm_is_full_range(csm->coeff));
	else
		isp_csm_set(state, unit, isp_csm_is_full_range(unit));
}

/*
 * The plain matrix is written, as the rkisp2 series does; the vendor's library
 * writes it less the unit matrix (ISP 5.6, not settled). This is the only place.
 */
static void apply_ccm(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	const struct sunmao_isp_rk_ccm *ccm = data;
	struct isp_image *image = &state->image;
	unsigned int row;

	if (!enable) {
		isp_image_update(image, ISP_CCM_CTRL, ISP_CCM_CTRL_EN, 0);
		return;
	}

	for (row = 0; row < 3; row++) {
		const u16 *c = ccm->coeff[row];

		isp_image_set(image, ISP_CCM_COEFF0(row),
			      pack2(c[0] & 0x7ff, c[1] & 0x7ff));
		isp_image_set(image, ISP_CCM_COEFF1(row),
			      pack2(c[2] & 0x7ff,
				    isp_ccm_offset(ccm->offset[row])));
	}
	isp_image_set(image, ISP_CCM_COEFF0_Y,
		      pack2(ccm->y_coeff[0], ccm->y_coeff[1]));
	isp_image_set(image, ISP_CCM_COEFF1_Y, ccm->y_coeff[2]);
	set_points(image, ISP_CCM_ALP_Y, ccm->alp, 17);
	isp_image_set(image, ISP_CCM_BOUND_BIT, ccm->inflection_point);
	isp_image_set(image, ISP_CCM_CTRL, ISP_CCM_CTRL_EN |
		      (ccm->high_y_alpha_adj_en ? 0 :
		       ISP_CCM_CTRL_HIGHY_ADJ_DIS));
}

static void apply_goc(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	const struct sunmao_isp_rk_goc *goc = data;
	struct isp_image *image = &state->image;

	if (!enable) {
		isp_image_update(image, ISP_GOC_CTRL, ISP_GOC_CTRL_EN, 0);
		return;
	}

	isp_image_set(image, ISP_GOC_OFFSET, goc->offset);
	set_points(image, ISP_GOC_Y, goc->gamma_y, 49);
	isp_image_set(image, ISP_GOC_CTRL, ISP_GOC_CTRL_EN |
		      (goc->mode ? ISP_GOC_CTRL_EQU_SEGM : 0) |
		      (goc->segments ? ISP_GOC_CTRL_DENSE : 0));
}

/* Rows of 17 vertices take 9 words, the last half is unused (ISP 5.3). */
static bool lsc_pack(u32 words[ISP_LSC_BANK_WORDS],
		     const u16 tbl[SUNMAO_ISP_LSC_POINTS][SUNMAO_ISP_LSC_POINTS])
{
	unsigned int row, col, i = 0;
	bool changed = false;
	u32 val;

	for (row = 0; row < SUNMAO_ISP_LSC_POINTS; row++) {
		for (col = 0; col < SUNMAO_ISP_LSC_POINTS; col += 2, i++) {
			val = tbl[row][col];
			if (col + 1 < SUNMAO_ISP_LSC_POINTS)
				val |= (u32)tbl[row][col + 1] << 16;
			changed |= words[i] != val;
			words[i] = val;
		}
	}

	return changed;
}

static void apply_lsc(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	const struct sunmao_isp_rk_lsc *lsc = data;
	struct isp_image *image = &state->image;
	unsigned int i;

	if (!enable) {
		isp_image_update(image, ISP_LSC_CTRL, ISP_LSC_CTRL_EN, 0);
		return;
	}

	for (i = 0; i < 2; i++) {
		struct isp_lsc_bank *bank = &state->lsc[i];
		bool changed = !bank->generation;

		if (!lsc->write_table[i])
			continue;
		changed |= lsc_pack(bank->words[0], lsc->r_data_tbl[i]);
		changed |= lsc_pack(bank->words[1], lsc->gr_data_tbl[i]);
		changed |= lsc_pack(bank->words[2], lsc->b_data_tbl[i]);
		changed |= lsc_pack(bank->words[3], lsc->gb_data_tbl[i]);
		if (changed)
			bank->generation = ++state->generations;
	}
	state->lsc_active = lsc->active_table;

	for (i = 0; i < SUNMAO_ISP_LSC_SECTORS / 2; i++) {
		isp_image_set(image, isp_lsc_sector(ISP_LSC_XSIZE, i),
			      pack2(lsc->x_sizes[2 * i],
				    lsc->x_sizes[2 * i + 1]));
		isp_image_set(image, isp_lsc_sector(ISP_LSC_YSIZE, i),
			      pack2(lsc->y_sizes[2 * i],
				    lsc->y_sizes[2 * i + 1]));
		isp_image_set(image, isp_lsc_sector(ISP_LSC_XGRAD, i),
			      pack2(lsc->x_grads[2 * i],
				    lsc->x_grads[2 * i + 1]));
		isp_image_set(image, isp_lsc_sector(ISP_LSC_YGRAD, i),
			      pack2(lsc->y_grads[2 * i],
				    lsc->y_grads[2 * i + 1]));
	}
	isp_image_set(image, ISP_LSC_CTRL, ISP_LSC_CTRL_EN |
		      (lsc->window_mode ? ISP_LSC_CTRL_SECTOR_16X16 : 0));
}

static void apply_crop(struct isp_state *state, const void *data, bool enable,
		       const struct isp_env *env)
{
	const struct sunmao_isp_rk_crop *crop = data;

	state->crop_en = enable ? crop->crop_en : 0;
	if (state->crop_en & SUNMAO_ISP_RK_CROP_MAIN)
		state->crop[0] = crop->mp_crop;
	if (state->crop_en & SUNMAO_ISP_RK_CROP_SELF)
		state->crop[1] = crop->sp_crop;
}

static void unit_off(struct isp_state *state, u32 ctrl)
{
	isp_image_update(&state->image, ctrl, ISP_UNIT_EN, 0);
}

static void ae_grid(struct isp_image *image, u32 base,
		    const struct sunmao_isp_window *win, unsigned int cells,
		    const struct isp_env *env)
{
	isp_image_set(image, base + ISP_AE_BLK_SIZE,
		      isp_cell_fit(win, cells, env));
	isp_image_set(image, base + ISP_AE_OFFSET,
		      pack2(win->h_offs, win->v_offs));
}

static void apply_ae_lite(struct isp_state *state, const void *data,
			  bool enable, const struct isp_env *env)
{
	const struct sunmao_isp_rk_ae_lite *ae = data;

	if (!enable) {
		unit_off(state, ISP_AE_LITE + ISP_AE_CTRL);
		return;
	}

	ae_grid(&state->image, ISP_AE_LITE, &ae->meas_window,
		isp_ae_cells(ae->window_num), env);
	isp_image_set(&state->image, ISP_AE_LITE + ISP_AE_CTRL, ISP_UNIT_EN |
		      ae->window_num << ISP_AE_CTRL_WINDOW_SHIFT);
}

static u32 hist_ctrl(u8 data_sel, u8 mode, u8 stepsize, u16 waterline)
{
	return ISP_UNIT_EN | stepsize << ISP_HIST_CTRL_STEP_SHIFT |
	       mode << ISP_HIST_CTRL_MODE_SHIFT |
	       waterline << ISP_HIST_CTRL_WATERLINE_SHIFT |
	       data_sel << ISP_HIST_CTRL_DATA_SEL_SHIFT;
}

static void hist_grid(struct isp_image *image, u32 base,
		      const struct sunmao_isp_window *win, unsigned int cells,
		      const struct sunmao_isp_hist_coeffs *coeffs,
		      const struct isp_env *env)
{
	isp_image_set(image, base + ISP_HIST_SIZE,
		      isp_cell_fit(win, cells, env));
	isp_image_set(image, base + ISP_HIST_OFFS,
		      pack2(win->h_offs, win->v_offs));
	isp_image_set(image, base + ISP_HIST_RAW2Y,
		      pack4(coeffs->r, coeffs->g, coeffs->b, 0));
}

static void apply_hist_lite(struct isp_state *state, const void *data,
			    bool enable, const struct isp_env *env)
{
	const struct sunmao_isp_rk_hist_lite *hist = data;
	struct isp_image *image = &state->image;

	if (!enable) {
		unit_off(state, ISP_HIST_LITE + ISP_HIST_CTRL);
		return;
	}

	hist_grid(image, ISP_HIST_LITE, &hist->meas_window, 5, &hist->coeffs,
		  env);
	set_bytes(image, ISP_HIST_LITE + ISP_HIST_LITE_WEIGHT, hist->weights,
		  25);
	isp_image_set(image, ISP_HIST_LITE + ISP_HIST_CTRL,
		      hist_ctrl(hist->data_sel, hist->mode, hist->stepsize,
				hist->waterline));
}

static void apply_hist_big(struct isp_state *state, const void *data,
			   bool enable, const struct isp_env *env,
			   unsigned int unit)
{
	const struct sunmao_isp_rk_hist_big *hist = data;
	struct isp_image *image = &state->image;
	u32 base = isp_hist_big(unit);

	if (!enable) {
		unit_off(state, base + ISP_HIST_CTRL);
		return;
	}

	hist_grid(image, base, &hist->meas_window,
		  isp_hist_cells(hist->window_num), &hist->coeffs, env);
	set_weights(state, ISP_WEIGHTS_HIST_BIG0 + unit, hist->weights);
	isp_image_set(image, base + ISP_HIST_CTRL,
		      hist_ctrl(hist->data_sel, hist->mode, hist->stepsize,
				hist->waterline) |
		      hist->window_num << ISP_HIST_CTRL_WINDOW_SHIFT);
}

static void apply_hist_big0(struct isp_state *state, const void *data,
			    bool enable, const struct isp_env *env)
{
	apply_hist_big(state, data, enable, env, 0);
}

static void apply_hist_big1(struct isp_state *state, const void *data,
			    bool enable, const struct isp_env *env)
{
	apply_hist_big(state, data, enable, env, 1);
}

static void apply_hist_big2(struct isp_state *state, const void *data,
			    bool enable, const struct isp_env *env)
{
	apply_hist_big(state, data, enable, env, 2);
}

/*
 * The block gives the size of a cell; the register, whose 13 bits hold a whole
 * picture, takes the size of the window (inferred from ISP 6.2, R 5.4). This is
 * the only place.
 */
static void apply_awb_meas(struct isp_state *state, const void *data,
			   bool enable, const struct isp_env *env)
{
	const struct sunmao_isp_rk_awb_meas *awb = data;
	const struct sunmao_isp_window *win;
	struct isp_image *image = &state->image;

	if (!enable) {
		unit_off(state, ISP_AWB_CTRL);
		return;
	}

	win = &awb->meas_window;
	isp_image_set(image, ISP_AWB_WIN_OFFS,
		      pack2(win->h_offs, win->v_offs));
	isp_image_set(image, ISP_AWB_WIN_SIZE,
		      pack2(ISP_BIG_CELLS * win->h_size,
			    ISP_BIG_CELLS * win->v_size));
	isp_image_set(image, ISP_AWB_LIMIT_RG_MIN,
		      pack2(awb->limits[0].r, awb->limits[0].g));
	isp_image_set(image, ISP_AWB_LIMIT_BY_MIN,
		      pack2(awb->limits[0].b, awb->limits[0].y));
	isp_image_set(image, ISP_AWB_LIMIT_RG_MAX,
		      pack2(awb->limits[1].r, awb->limits[1].g));
	isp_image_set(image, ISP_AWB_LIMIT_BY_MAX,
		      pack2(awb->limits[1].b, awb->limits[1].y));
	set_weights(state, ISP_WEIGHTS_AWB, awb->weights);
	isp_image_set(image, ISP_AWB_BLK_CTRL, ISP_UNIT_EN);
	isp_image_set(image, ISP_AWB_CTRL, ISP_UNIT_EN);
}

static u32 dpcc_pairs(const struct sunmao_isp_dpcc_pair *lo,
		      const struct sunmao_isp_dpcc_pair *hi)
{
	return pack4(lo->g, lo->rb, hi->g, hi->rb);
}

static void apply_dpcc(struct isp_state *state, const void *data, bool enable,
		       const struct isp_env *env)
{
	const struct sunmao_isp_params_dpcc *dpcc = data;
	struct isp_image *image = &state->image;
	unsigned int copy, set;
	u32 base;

	for (copy = 0; copy < ISP_DPCC_COPIES; copy++) {
		u32 limits = 0, offs = 0;

		base = ISP_DPCC(copy);
		if (!enable) {
			isp_image_update(image, base + ISP_DPCC_MODE, BIT(0),
					 0);
			continue;
		}

		for (set = 0; set < 3; set++) {
			const struct sunmao_isp_dpcc_set *s = &dpcc->sets[set];

			isp_image_set(image, base + ISP_DPCC_METHODS(set),
				      pack4(s->methods.g, s->methods.rb, 0, 0));
			isp_image_set(image, base + ISP_DPCC_LINE_THRESH(set),
				      dpcc_pairs(&s->line_thresh,
						 &s->line_min_dist));
			isp_image_set(image, base + ISP_DPCC_LINE_MAD_FAC(set),
				      pack4(s->line_mad_fac.g,
					    s->line_mad_fac.rb,
					    s->line_scale_max,
					    s->line_scale_min));
			isp_image_set(image, base + ISP_DPCC_PG_FAC(set),
				      pack4(s->pg_fac.g, s->pg_fac.rb, 0, 0));
			isp_image_set(image, base + ISP_DPCC_RND_THRESH(set),
				      pack4(s->rnd_thresh.g, s->rnd_thresh.rb,
					    0, 0));
			isp_image_set(image, base + ISP_DPCC_RG_FAC(set),
				      pack4(s->rg_fac.g, s->rg_fac.rb, 0, 0));
			limits |= (s->ro_limit.g | s->ro_limit.rb << 2) <<
				  (4 * set);
			offs |= (s->rnd_offs.g | s->rnd_offs.rb << 2) <<
				(4 * set);
		}
		isp_image_set(image, base + ISP_DPCC_RO_LIMITS, limits);
		isp_image_set(image, base + ISP_DPCC_RND_OFFS, offs);
		isp_image_set(image, base + ISP_DPCC_OUTPUT_MODE,
			      dpcc->output_mode);
		isp_image_set(image, base + ISP_DPCC_SET_USE, dpcc->set_use);
		isp_image_set(image, base + ISP_DPCC_MODE, BIT(0) |
			      dpcc->grayscale << 1 | dpcc->stage1_enable << 2);
	}
}

static u32 debayer_kernel(const s8 coeff[5])
{
	unsigned int i;
	u32 val = 0;

	for (i = 0; i < 5; i++)
		val |= (coeff[i] & 0xf) << (4 * i);

	return val;
}

static void apply_debayer(struct isp_state *state, const void *data,
			  bool enable, const struct isp_env *env)
{
	static const struct sunmao_isp_params_debayer neutral = {
		.filter_g_en = 1,
		.filter_c_en = 1,
	};
	const struct sunmao_isp_params_debayer *deb = enable ? data : &neutral;
	struct isp_image *image = &state->image;

	isp_image_set(image, ISP_DEBAYER_G_INTERP, deb->clip_en |
		      deb->max_ratio << 1 | deb->dist_scale << 4 |
		      deb->thed0 << 8 | deb->thed1 << 12);
	isp_image_set(image, ISP_DEBAYER_FILTER1, debayer_kernel(deb->filter1));
	isp_image_set(image, ISP_DEBAYER_FILTER2, debayer_kernel(deb->filter2));
	isp_image_set(image, ISP_DEBAYER_OFFSET, deb->offset |
		      deb->gain_offset << 8 | (u32)deb->hf_offset << 16);
	isp_image_set(image, ISP_DEBAYER_C_FILTER, deb->order_min |
		      deb->order_max << 8 | deb->shift_num << 16);
	isp_image_set(image, ISP_DEBAYER_CONTROL, ISP_DEBAYER_CONTROL_EN |
		      (deb->filter_g_en ? ISP_DEBAYER_CONTROL_FILTER_G : 0) |
		      (deb->filter_c_en ? ISP_DEBAYER_CONTROL_FILTER_C : 0));
}

static void apply_cproc(struct isp_state *state, const void *data, bool enable,
			const struct isp_env *env)
{
	const struct sunmao_isp_params_cproc *cproc = data;
	struct isp_image *image = &state->image;

	if (!enable) {
		isp_image_update(image, ISP_CPROC_CTRL, ISP_CPROC_CTRL_EN, 0);
		return;
	}

	isp_image_set(image, ISP_CPROC_CONTRAST, cproc->contrast);
	isp_image_set(image, ISP_CPROC_BRIGHTNESS, (u8)cproc->brightness);
	isp_image_set(image, ISP_CPROC_SATURATION, cproc->saturation);
	isp_image_set(image, ISP_CPROC_HUE, (u8)cproc->hue);
	isp_image_set(image, ISP_CPROC_CTRL, ISP_CPROC_CTRL_EN |
		      (cproc->y_in_full ? ISP_CPROC_CTRL_Y_IN_FULL : 0) |
		      (cproc->y_out_full ? ISP_CPROC_CTRL_Y_OUT_FULL : 0) |
		      (cproc->c_out_full ? ISP_CPROC_CTRL_C_OUT_FULL : 0));
}

static void apply_ie(struct isp_state *state, const void *data, bool enable,
		     const struct isp_env *env)
{
	const struct sunmao_isp_params_ie *ie = data;
	struct isp_image *image = &state->image;
	unsigned int i;

	if (!enable) {
		isp_image_update(image, ISP_IE_CTRL, ISP_IE_CTRL_EN, 0);
		return;
	}

	isp_image_set(image, ISP_IE_COLOR_SEL,
		      ie->color_mask | ie->color_threshold << 8);
	for (i = 0; i < 5; i++)
		isp_image_set(image, ISP_IE_MAT(i), ie->mat[i]);
	isp_image_set(image, ISP_IE_TINT, ie->tint_cb | ie->tint_cr << 8);
	isp_image_set(image, ISP_IE_CTRL, ISP_IE_CTRL_EN |
		      ie->mode << ISP_IE_CTRL_MODE_SHIFT |
		      (ie->full_range ? ISP_IE_CTRL_FULL_RANGE : 0));
}

static void apply_gic(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	const struct sunmao_isp_params_gic *gic = data;
	struct isp_image *image = &state->image;

	if (!enable) {
		isp_image_set(image, ISP_GIC_CONTROL, 0);
		return;
	}

	isp_image_set(image, ISP_GIC_DIFF_PARA(1), gic->min_busy_thre |
		      gic->min_grad_thr1_dark << 10 |
		      gic->min_grad_thr2_dark << 20);
	isp_image_set(image, ISP_GIC_DIFF_PARA(2), gic->dark_thre_hi |
		      gic->max_corr_both << 11 | (u32)gic->dark_thre << 21);
	isp_image_set(image, ISP_GIC_DIFF_PARA(3), gic->gb_thre |
		      gic->k_grad1 << 4 | gic->k_grad2 << 8 |
		      gic->dark_thre_step << 12 | gic->global_strength << 16 |
		      gic->k_grad1_dark << 24 | (u32)gic->k_grad2_dark << 28);
	isp_image_set(image, ISP_GIC_DIFF_PARA(4), gic->min_grad_thr1 |
		      gic->min_grad_thr2 << 10 | gic->max_corr << 20);
	isp_image_set(image, ISP_GIC_NOISE_PARA(1), gic->noise_base |
		      gic->noise_scale << 12 | gic->gr_ratio << 28);
	isp_image_set(image, ISP_GIC_NOISE_PARA(2), gic->diff_clip);
	isp_image_set(image, ISP_GIC_NOISE_PARA(3), gic->noise_para3);
	set_points(image, ISP_GIC_SIGMA, gic->sigma_y, 15);
	isp_image_set(image, ISP_GIC_CONTROL, BIT(0));
}

static void apply_baynr(struct isp_state *state, const void *data, bool enable,
			const struct isp_env *env)
{
	const struct sunmao_isp_params_baynr *nr = data;
	struct isp_image *image = &state->image;

	if (!enable) {
		isp_image_update(image, ISP_BAYNR_CTRL, BIT(0), 0);
		return;
	}

	isp_image_set(image, ISP_BAYNR_DGAIN0, pack2(nr->dgain[0],
						     nr->dgain[1]));
	isp_image_set(image, ISP_BAYNR_DGAIN1, nr->dgain[2]);
	isp_image_set(image, ISP_BAYNR_PIXDIFF, nr->pix_diff);
	isp_image_set(image, ISP_BAYNR_THLD, pack2(nr->softthld,
						   nr->diff_thld));
	isp_image_set(image, ISP_BAYNR_W1_STRENG, pack2(nr->w1,
							nr->bltflt_streng));
	set_points(image, ISP_BAYNR_SIGMAX, nr->sigma_x, 16);
	set_points(image, ISP_BAYNR_SIGMAY, nr->sigma_y, 16);
	set_tens(image, ISP_BAYNR_WRIT_D, nr->weit_d, 3);
	isp_image_set(image, ISP_BAYNR_LG_OFF, pack2(nr->lg2_off,
						     nr->lg2_lgoff));
	isp_image_set(image, ISP_BAYNR_DAT_MAX, nr->dat_max);
	isp_image_set(image, ISP_BAYNR_CTRL, BIT(0) | nr->log_bypass << 4 |
		      nr->gauss_en << 8 | nr->lg2_mode << 12);
}

/* A unit with memory of the frame before needs to know of a fresh start. */
static void turn_on(struct isp_state *state, u32 ctrl, u32 first_frame)
{
	if (!(isp_image_get(&state->image, ctrl) & BIT(0)))
		state->first_frame |= first_frame;
}

static void apply_ynr(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	const struct sunmao_isp_params_ynr *nr = data;
	struct isp_image *image = &state->image;
	u32 ctrl;

	if (!enable) {
		isp_image_update(image, ISP_YNR_GLOBAL_CTRL, BIT(0), 0);
		return;
	}

	turn_on(state, ISP_YNR_GLOBAL_CTRL, ISP_CTRL1_FIRST_YNR);
	isp_image_set(image, ISP_YNR_RNR_MAX_R,
		      pack2(nr->rnr_max_r, nr->local_gainscale));
	isp_image_set(image, ISP_YNR_RNR_CENTER,
		      pack2(nr->rnr_center_h, nr->rnr_center_v));
	isp_image_set(image, ISP_YNR_LOCAL_GAIN,
		      pack2(nr->localgain_adj_thresh, nr->localgain_adj));
	isp_image_set(image, ISP_YNR_LOWNR_CTRL0,
		      pack2(nr->low_bf_inv[0], nr->low_bf_inv[1]));
	isp_image_set(image, ISP_YNR_LOWNR_CTRL1,
		      pack2(nr->low_thred_adj, nr->low_peak_supress));
	isp_image_set(image, ISP_YNR_LOWNR_CTRL2,
		      pack2(nr->low_edge_adj_thresh, nr->low_dist_adj));
	isp_image_set(image, ISP_YNR_LOWNR_CTRL3,
		      pack2(nr->low_center_weight,
			    nr->low_weight | nr->low_bi_weight << 8));
	isp_image_set(image, ISP_YNR_HIGHNR_CTRL0,
		      pack2(nr->high_thred_adj, nr->high_min_adj));
	isp_image_set(image, ISP_YNR_HIGHNR_CTRL1,
		      pack2(nr->high_edge_thed, nr->high_retain_weight));
	set_bytes(image, ISP_YNR_BASE_FILTER, nr->base_filter_weight, 3);
	isp_image_set(image, ISP_YNR_LOWNR_CTRL4,
		      pack2(nr->lbf_weight_thres, nr->frame_full_size));
	isp_image_set(image, ISP_YNR_GAUSS1,
		      pack2(nr->low_gauss1_coeff[0] |
			    nr->low_gauss1_coeff[1] << 8,
			    nr->low_gauss1_coeff[2]));
	isp_image_set(image, ISP_YNR_GAUSS2,
		      pack2(nr->low_gauss2_coeff[0] |
			    nr->low_gauss2_coeff[1] << 8,
			    nr->low_gauss2_coeff[2]));
	set_bytes(image, ISP_YNR_DIRECTION_W, nr->direction_weight, 8);
	set_points(image, ISP_YNR_SGM_DX, nr->luma_points_x, 17);
	set_points(image, ISP_YNR_LSGM_Y, nr->lsgm_y, 17);
	set_points(image, ISP_YNR_HSGM_Y, nr->hsgm_y, 17);
	set_bytes(image, ISP_YNR_RNR_STRENGTH, nr->rnr_strength, 17);

	ctrl = BIT(0) | (nr->flags & 0x1f) << 1 | nr->flt1x1_bypass_sel << 6 |
	       nr->global_gain << 8 | nr->global_gain_alpha << 20;
	if (nr->flags & SUNMAO_ISP_YNR_THUMB_MIX_CUR)
		ctrl |= BIT(24);
	if (nr->flags & SUNMAO_ISP_YNR_RNR_EN)
		ctrl |= BIT(26);
	isp_image_set(image, ISP_YNR_GLOBAL_CTRL, ctrl);
}

static void apply_cnr(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	const struct sunmao_isp_params_cnr *nr = data;
	struct isp_image *image = &state->image;

	if (!enable) {
		isp_image_update(image, ISP_CNR_CTRL, BIT(0), 0);
		return;
	}

	turn_on(state, ISP_CNR_CTRL, ISP_CTRL1_FIRST_CNR);
	isp_image_set(image, ISP_CNR_EXGAIN,
		      nr->global_gain | nr->global_gain_alpha << 12);
	isp_image_set(image, ISP_CNR_GAIN_PARA,
		      pack4(nr->gain_1sigma, nr->gain_offset, nr->gain_iso, 0));
	isp_image_set(image, ISP_CNR_GAIN_UV_PARA,
		      pack4(nr->gain_uvgain[0], nr->gain_uvgain[1], 0, 0));
	isp_image_set(image, ISP_CNR_LMED3, nr->lmed3_alpha);
	isp_image_set(image, ISP_CNR_LBF5_GAIN,
		      pack4(nr->lbf5_gain_c, nr->lbf5_gain_y, 0, 0));
	set_bytes(image, ISP_CNR_LBF5_WEITD, nr->lbf5_weit_d, 5);
	isp_image_set(image, ISP_CNR_HMED3, nr->hmed3_alpha);
	isp_image_set(image, ISP_CNR_HBF5,
		      pack2(nr->hbf5_sigma,
			    nr->hbf5_min_wgt | nr->hbf5_weit_src << 8));
	isp_image_set(image, ISP_CNR_LBF3,
		      pack2(nr->lbf3_sigma, nr->lbf5_weit_src));
	set_bytes(image, ISP_CNR_SIGMA, nr->sigma_y, 13);
	isp_image_set(image, ISP_CNR_CTRL,
		      BIT(0) | (nr->flags & SUNMAO_ISP_CNR_FLAGS) << 1);
}

static void apply_sharp(struct isp_state *state, const void *data, bool enable,
			const struct isp_env *env)
{
	const struct sunmao_isp_params_sharp *sharp = data;
	struct isp_image *image = &state->image;
	unsigned int i;
	u32 val = 0;

	if (!enable) {
		isp_image_update(image, ISP_SHARP_EN, BIT(0), 0);
		return;
	}

	isp_image_set(image, ISP_SHARP_RATIO,
		      pack4(sharp->pbf_ratio, sharp->gaus_ratio,
			    sharp->bf_ratio, sharp->sharp_ratio));
	for (i = 0; i < 7; i++)
		val |= sharp->luma_dx[i] << (4 * i);
	isp_image_set(image, ISP_SHARP_LUMA_DX, val);
	set_tens(image, ISP_SHARP_PBF_SIGMA_INV, sharp->pbf_sigma_inv, 8);
	set_tens(image, ISP_SHARP_BF_SIGMA_INV, sharp->bf_sigma_inv, 8);
	isp_image_set(image, ISP_SHARP_SIGMA_SHIFT,
		      sharp->pbf_sigma_shift | sharp->bf_sigma_shift << 4);
	set_tens(image, ISP_SHARP_EHF_TH, sharp->ehf_th, 8);
	set_tens(image, ISP_SHARP_CLIP_HF, sharp->clip_hf, 8);
	set_bytes(image, ISP_SHARP_PBF_COEF, sharp->pbf_coef, 3);
	set_bytes(image, ISP_SHARP_BF_COEF, sharp->bf_coef, 3);
	set_bytes(image, ISP_SHARP_GAUS_COEF, sharp->gaus_coef, 3);
	set_bytes(image, ISP_SHARP_GAUS_COEF + 4, sharp->gaus_coef + 3, 3);
	isp_image_set(image, ISP_SHARP_EN,
		      BIT(0) | (sharp->flags & SUNMAO_ISP_SHARP_FLAGS) << 1);
}

static void apply_drc(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env)
{
	const struct sunmao_isp_params_drc *drc = data;
	struct isp_image *image = &state->image;

	if (!enable) {
		isp_image_set(image, ISP_DRC_CTRL0, 0);
		return;
	}

	turn_on(state, ISP_DRC_CTRL0, ISP_CTRL1_FIRST_DRC);
	isp_image_set(image, ISP_DRC_CTRL1, drc->position |
		      drc->compres_scl << 14 | (u32)drc->offset_pow2 << 28);
	isp_image_set(image, ISP_DRC_LPRATIO, drc->lpdetail_ratio |
		      drc->hpdetail_ratio << 12 |
		      (u32)drc->delta_scalein << 24);
	isp_image_set(image, ISP_DRC_EXPLRATIO,
		      pack4(drc->bilat_wt_off, 0, drc->wei_pre, drc->wei_cur));
	isp_image_set(image, ISP_DRC_SIGMA,
		      pack2(drc->edge_scl | drc->motion_scl << 8,
			    drc->force_sgm_inv0));
	isp_image_set(image, ISP_DRC_SPACESGM,
		      pack2(drc->space_sgm_inv[0], drc->space_sgm_inv[1]));
	isp_image_set(image, ISP_DRC_RANESGM,
		      pack2(drc->range_sgm_inv[0], drc->range_sgm_inv[1]));
	isp_image_set(image, ISP_DRC_BILAT, drc->weight_bilat |
		      drc->weight_maxl << 8 | drc->bilat_soft_thd << 16 |
		      (u32)drc->bilat_en << 31);
	set_points(image, ISP_DRC_GAIN_Y, drc->gain_y, 17);
	set_points(image, ISP_DRC_COMPRES_Y, drc->compres_y, 17);
	set_points(image, ISP_DRC_SCALE_Y, drc->scale_y, 17);
	isp_image_set(image, ISP_DRC_IIRWG_GAIN,
		      pack2(drc->min_ogain, drc->iir_weight));
	isp_image_set(image, ISP_DRC_CTRL0, BIT(0));
}

static void apply_ae_big(struct isp_state *state, const void *data, bool enable,
			 const struct isp_env *env, unsigned int unit)
{
	const struct sunmao_isp_params_ae_big *ae = data;
	struct isp_image *image = &state->image;
	u32 base = isp_ae_big(unit);
	unsigned int i;
	u32 ctrl;

	if (!enable) {
		unit_off(state, base + ISP_AE_CTRL);
		return;
	}

	ctrl = ISP_UNIT_EN | ae->window_num << ISP_AE_CTRL_WINDOW_SHIFT;
	ae_grid(image, base, &ae->meas_window, isp_ae_cells(ae->window_num),
		env);
	for (i = 0; i < 4; i++) {
		const struct sunmao_isp_window *win = &ae->subwin[i].window;

		isp_image_set(image, base + ISP_AE_BIG_SUBWIN_START(i),
			      pack2(win->h_offs, win->v_offs));
		isp_image_set(image, base + ISP_AE_BIG_SUBWIN_END(i),
			      pack2(win->h_offs + win->h_size,
				    win->v_offs + win->v_size));
		ctrl |= ae->subwin[i].enable << (ISP_AE_CTRL_SUBWIN_SHIFT + i);
	}
	isp_image_set(image, base + ISP_AE_CTRL, ctrl);
}

static void apply_ae_big0(struct isp_state *state, const void *data,
			  bool enable, const struct isp_env *env)
{
	apply_ae_big(state, data, enable, env, 0);
}

static void apply_ae_big1(struct isp_state *state, const void *data,
			  bool enable, const struct isp_env *env)
{
	apply_ae_big(state, data, enable, env, 1);
}

static void apply_ae_big2(struct isp_state *state, const void *data,
			  bool enable, const struct isp_env *env)
{
	apply_ae_big(state, data, enable, env, 2);
}

static u32 af_curve(const struct sunmao_isp_af_curve *curve)
{
	return pack2(curve->luma_thresh | curve->gain << 8, curve->slope);
}

static void apply_af(struct isp_state *state, const void *data, bool enable,
		     const struct isp_env *env)
{
	const struct sunmao_isp_params_af *af = data;
	struct isp_image *image = &state->image;
	unsigned int i;

	if (!enable) {
		unit_off(state, ISP_AF_CTRL);
		return;
	}

	/* Windows have the vertical number in the low half here (R 5.3). */
	isp_image_set(image, ISP_AF_OFFSET_WINA,
		      pack2(af->window_a.v_offs, af->window_a.h_offs));
	isp_image_set(image, ISP_AF_SIZE_WINA,
		      pack2(af->window_a.v_size, af->window_a.h_size));
	isp_image_set(image, ISP_AF_OFFSET_WINB,
		      pack2(af->window_b.v_offs, af->window_b.h_offs));
	isp_image_set(image, ISP_AF_SIZE_WINB,
		      pack2(af->window_b.v_size, af->window_b.h_size));
	isp_image_set(image, ISP_AF_INT_LINE, 0);
	isp_image_set(image, ISP_AF_THRES, af->afm_thres);
	isp_image_set(image, ISP_AF_VAR_SHIFT, af->afm_shift_a |
		      af->afm_shift_b << 4 | af->lum_shift_a << 16 |
		      af->lum_shift_b << 20);
	isp_image_set(image, ISP_AF_HVIIR_VAR_SHIFT, af->h1_shift |
		      af->h2_shift << 4 | af->v1_shift << 8 |
		      af->v2_shift << 12);
	set_points(image, ISP_AF_GAMMA_Y, af->gamma_y, 17);
	isp_image_set(image, ISP_AF_HIIR_THRESH,
		      pack2(af->h_fv_thresh, af->v_fv_thresh));
	set_points(image, ISP_AF_H1_IIR1, (const u16 *)af->h1_iir1, 6);
	set_points(image, ISP_AF_H1_IIR2, (const u16 *)af->h1_iir2, 6);
	set_points(image, ISP_AF_H2_IIR1, (const u16 *)af->h2_iir1, 6);
	set_points(image, ISP_AF_H2_IIR2, (const u16 *)af->h2_iir2, 6);
	isp_image_set(image, ISP_AF_H_CURVEL, af_curve(&af->h_curve_l));
	isp_image_set(image, ISP_AF_H_CURVEH, af_curve(&af->h_curve_h));
	isp_image_set(image, ISP_AF_V_CURVEL, af_curve(&af->v_curve_l));
	isp_image_set(image, ISP_AF_V_CURVEH, af_curve(&af->v_curve_h));
	for (i = 0; i < 9; i++)
		isp_image_set(image, ISP_AF_V_IIR + 4 * i,
			      pack2(af->v1_iir[i], i < 3 ? af->v2_iir[i] : 0));
	for (i = 0; i < 3; i++)
		isp_image_set(image, ISP_AF_V_FIR + 4 * i,
			      pack2(af->v1_fir[i], af->v2_fir[i]));
	isp_image_set(image, ISP_AF_HIGHLIT_THRESH, af->highlit_thresh);
	isp_image_set(image, ISP_AF_CTRL, ISP_UNIT_EN |
		      (af->flags & SUNMAO_ISP_AF_FLAGS) << 1);
}

#define BLOCK(_name, _type, _check, _apply) {		\
	.name = (_name),				\
	.size = sizeof(struct _type),			\
	.fields = isp_fields_##_type,			\
	.check = (_check),				\
	.apply = (_apply),				\
}

static const struct isp_block isp_rk_blocks[SUNMAO_ISP_RK_PARAMS_MAX] = {
	[SUNMAO_ISP_RK_PARAMS_BLS] =
		BLOCK("BLS", sunmao_isp_rk_bls, isp_check_bls, apply_bls),
	[SUNMAO_ISP_RK_PARAMS_AWB_GAINS] =
		BLOCK("AWB_GAINS", sunmao_isp_rk_awb_gains, NULL,
		      apply_awb_gains),
	[SUNMAO_ISP_RK_PARAMS_CSM] =
		BLOCK("CSM", sunmao_isp_rk_csm, isp_check_csm, apply_csm),
	[SUNMAO_ISP_RK_PARAMS_CCM] =
		BLOCK("CCM", sunmao_isp_rk_ccm, isp_check_ccm, apply_ccm),
	[SUNMAO_ISP_RK_PARAMS_GOC] =
		BLOCK("GOC", sunmao_isp_rk_goc, NULL, apply_goc),
	[SUNMAO_ISP_RK_PARAMS_LSC] =
		BLOCK("LSC", sunmao_isp_rk_lsc, isp_check_lsc, apply_lsc),
	[SUNMAO_ISP_RK_PARAMS_CROP] =
		BLOCK("CROP", sunmao_isp_rk_crop, isp_check_crop, apply_crop),
	[SUNMAO_ISP_RK_PARAMS_AE_LITE] =
		BLOCK("AE_LITE", sunmao_isp_rk_ae_lite, isp_check_ae_lite,
		      apply_ae_lite),
	[SUNMAO_ISP_RK_PARAMS_HIST_LITE] =
		BLOCK("HIST_LITE", sunmao_isp_rk_hist_lite,
		      isp_check_hist_lite, apply_hist_lite),
	[SUNMAO_ISP_RK_PARAMS_HIST_BIG0] =
		BLOCK("HIST_BIG0", sunmao_isp_rk_hist_big, isp_check_hist_big,
		      apply_hist_big0),
	[SUNMAO_ISP_RK_PARAMS_HIST_BIG1] =
		BLOCK("HIST_BIG1", sunmao_isp_rk_hist_big, isp_check_hist_big,
		      apply_hist_big1),
	[SUNMAO_ISP_RK_PARAMS_HIST_BIG2] =
		BLOCK("HIST_BIG2", sunmao_isp_rk_hist_big, isp_check_hist_big,
		      apply_hist_big2),
	[SUNMAO_ISP_RK_PARAMS_AWB_MEAS] =
		BLOCK("AWB_MEAS", sunmao_isp_rk_awb_meas, isp_check_awb_meas,
		      apply_awb_meas),
};

#define EXT(n)	((n) - SUNMAO_ISP_PARAMS_DPCC)

static const struct isp_block isp_ext_blocks[EXT(SUNMAO_ISP_PARAMS_END)] = {
	[EXT(SUNMAO_ISP_PARAMS_DPCC)] =
		BLOCK("DPCC", sunmao_isp_params_dpcc, NULL, apply_dpcc),
	[EXT(SUNMAO_ISP_PARAMS_DEBAYER)] =
		BLOCK("DEBAYER", sunmao_isp_params_debayer, NULL,
		      apply_debayer),
	[EXT(SUNMAO_ISP_PARAMS_CPROC)] =
		BLOCK("CPROC", sunmao_isp_params_cproc, NULL, apply_cproc),
	[EXT(SUNMAO_ISP_PARAMS_IE)] =
		BLOCK("IE", sunmao_isp_params_ie, NULL, apply_ie),
	[EXT(SUNMAO_ISP_PARAMS_GIC)] =
		BLOCK("GIC", sunmao_isp_params_gic, NULL, apply_gic),
	[EXT(SUNMAO_ISP_PARAMS_BAYNR)] =
		BLOCK("BAYNR", sunmao_isp_params_baynr, NULL, apply_baynr),
	[EXT(SUNMAO_ISP_PARAMS_YNR)] =
		BLOCK("YNR", sunmao_isp_params_ynr, isp_check_ynr, apply_ynr),
	[EXT(SUNMAO_ISP_PARAMS_CNR)] =
		BLOCK("CNR", sunmao_isp_params_cnr, NULL, apply_cnr),
	[EXT(SUNMAO_ISP_PARAMS_SHARP)] =
		BLOCK("SHARP", sunmao_isp_params_sharp, NULL, apply_sharp),
	[EXT(SUNMAO_ISP_PARAMS_DRC)] =
		BLOCK("DRC", sunmao_isp_params_drc, NULL, apply_drc),
	[EXT(SUNMAO_ISP_PARAMS_AE_BIG0)] =
		BLOCK("AE_BIG0", sunmao_isp_params_ae_big, isp_check_ae_big,
		      apply_ae_big0),
	[EXT(SUNMAO_ISP_PARAMS_AE_BIG1)] =
		BLOCK("AE_BIG1", sunmao_isp_params_ae_big, isp_check_ae_big,
		      apply_ae_big1),
	[EXT(SUNMAO_ISP_PARAMS_AE_BIG2)] =
		BLOCK("AE_BIG2", sunmao_isp_params_ae_big, isp_check_ae_big,
		      apply_ae_big2),
	[EXT(SUNMAO_ISP_PARAMS_AF)] =
		BLOCK("AF", sunmao_isp_params_af, isp_check_af, apply_af),
};

/**
 * isp_block_find() - look a kind of block up
 * @type: its number
 * @extended: also the blocks that RK2P does not have
 *
 * Return: the block, or NULL when there is none with that number.
 */
const struct isp_block *isp_block_find(unsigned int type, bool extended)
{
	if (type < SUNMAO_ISP_RK_PARAMS_MAX)
		return &isp_rk_blocks[type];
	if (extended && type >= SUNMAO_ISP_PARAMS_DPCC &&
	    type < SUNMAO_ISP_PARAMS_END)
		return &isp_ext_blocks[EXT(type)];

	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(isp_block_find);

/**
 * isp_blocks_reset() - the state before the first parameter buffer
 * @state: state
 *
 * Everything off but demosaicing.
 */
void isp_blocks_reset(struct isp_state *state)
{
	unsigned int i;

	isp_image_clear(&state->image);
	for (i = 0; i < 2; i++)
		state->lsc[i].generation = 0;
	state->lsc_active = 0;
	for (i = 0; i < ISP_WEIGHTS_NUM; i++)
		state->weights[i].generation = 0;
	state->first_frame = 0;
	state->crop_en = 0;

	for (i = 0; i < SUNMAO_ISP_RK_PARAMS_MAX; i++)
		isp_rk_blocks[i].apply(state, NULL, false, NULL);
	for (i = 0; i < EXT(SUNMAO_ISP_PARAMS_END); i++)
		isp_ext_blocks[i].apply(state, NULL, false, NULL);
}
EXPORT_SYMBOL_IF_KUNIT(isp_blocks_reset);

/**
 * isp_params_apply() - apply a parameter buffer
 * @state: state to change
 * @buf: buffer that passed isp_params_validate() for the same @env
 * @env: size of the input
 * @extended: the buffer has the extended format
 */
void isp_params_apply(struct isp_state *state,
		      const struct sunmao_isp_buffer *buf,
		      const struct isp_env *env, bool extended)
{
	const struct sunmao_isp_block_header *head;
	const struct isp_block *block;
	u32 pos;

	for (pos = 0; pos < buf->data_size; pos += head->size) {
		head = (const void *)(buf->data + pos);
		block = isp_block_find(head->type, extended);

		if (head->flags & SUNMAO_ISP_BLOCK_FL_DISABLE)
			block->apply(state, NULL, false, env);
		else if (head->flags & SUNMAO_ISP_BLOCK_FL_ENABLE)
			block->apply(state, head, true, env);
	}
}
EXPORT_SYMBOL_IF_KUNIT(isp_params_apply);
