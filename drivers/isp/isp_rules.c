// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what a parameter block may contain
 *
 * Ranges of single fields are tables, as wide as the register fields they go
 * into; rules that span fields or depend on the size of the picture are
 * functions. Nothing that passes here can make a register field overflow or ask
 * a unit for something that hangs it (ISP 6.2).
 */

#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/overflow.h>
#include <linux/stddef.h>
#include <kunit/visibility.h>

#include "isp_regs.h"
#include "isp_rules.h"

#define FIELD(_type, _member, _elem, _min, _max) {			\
	.name = #_member,						\
	.offset = offsetof(struct _type, _member),			\
	.count = sizeof_field(struct _type, _member) / (sizeof(_elem)),	\
	.size = sizeof(_elem),						\
	.is_signed = is_signed_type(_elem),				\
	.min = (_min),							\
	.max = (_max),							\
}

#define RK_BLS(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_bls, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_bls[] = {
	RK_BLS(enable_auto, u8, 0, 1),
	RK_BLS(enabled_windows, u8, 0, 3),
	RK_BLS(bls_samples, u8, 0, 15),
	RK_BLS(bls_fixed_val, s16, -4096, 4095),
	RK_BLS(bls1_fixed_val, s16, -4096, 4095),
	RK_BLS(reserved, u8, 0, 0),
	RK_BLS(reserved1, u8, 0, 0),
	{}
};

const struct isp_field isp_fields_sunmao_isp_rk_awb_gains[] = {
	FIELD(sunmao_isp_rk_awb_gains, gains, u16, 0, 0x3fff),
	{}
};

const struct isp_field isp_fields_sunmao_isp_rk_csm[] = {
	FIELD(sunmao_isp_rk_csm, reserved, u8, 0, 0),
	{}
};

#define RK_CCM(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_ccm, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_ccm[] = {
	RK_CCM(high_y_alpha_adj_en, u8, 0, 1),
	RK_CCM(y_coeff, u16, 0, 0x7ff),
	RK_CCM(alp, u16, 0, 1024),
	RK_CCM(inflection_point, u8, 0, 15),
	RK_CCM(reserved, u8, 0, 0),
	RK_CCM(reserved1, u8, 0, 0),
	{}
};

#define RK_GOC(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_goc, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_goc[] = {
	RK_GOC(mode, u8, 0, 1),
	RK_GOC(segments, u8, 0, 1),
	RK_GOC(gamma_y, u16, 0, 4095),
	RK_GOC(reserved, u8, 0, 0),
	{}
};

#define RK_LSC(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_lsc, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_lsc[] = {
	RK_LSC(r_data_tbl, u16, 0, 8191),
	RK_LSC(gr_data_tbl, u16, 0, 8191),
	RK_LSC(gb_data_tbl, u16, 0, 8191),
	RK_LSC(b_data_tbl, u16, 0, 8191),
	RK_LSC(write_table, u8, 0, 1),
	RK_LSC(active_table, u8, 0, 1),
	RK_LSC(set_active_table_when, u8, 0, 1),
	RK_LSC(x_sizes, u16, 0, 4095),
	RK_LSC(y_sizes, u16, 0, 4095),
	RK_LSC(x_grads, u16, 0, 4095),
	RK_LSC(y_grads, u16, 0, 4095),
	RK_LSC(window_mode, u8, 0, 1),
	RK_LSC(reserved, u8, 0, 0),
	{}
};

#define RK_CROP(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_crop, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_crop[] = {
	RK_CROP(crop_en, u8, 0, 3),
	RK_CROP(reserved, u8, 0, 0),
	RK_CROP(reserved1, u8, 0, 0),
	{}
};

#define RK_AE(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_ae_lite, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_ae_lite[] = {
	RK_AE(window_num, u8, 0, 1),
	RK_AE(reserved, u8, 0, 0),
	RK_AE(reserved1, u8, 0, 0),
	{}
};

#define RK_HISTL(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_hist_lite, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_hist_lite[] = {
	RK_HISTL(data_sel, u8, 0, 4),
	RK_HISTL(mode, u8, 0, SUNMAO_ISP_HIST_Y),
	RK_HISTL(stepsize, u8, 0, 7),
	RK_HISTL(waterline, u16, 0, 4095),
	RK_HISTL(weights, u8, 0, 63),
	RK_HISTL(reserved, u8, 0, 0),
	RK_HISTL(reserved1, u8, 0, 0),
	RK_HISTL(reserved2, u8, 0, 0),
	{}
};

#define RK_HISTB(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_hist_big, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_hist_big[] = {
	RK_HISTB(data_sel, u8, 0, 4),
	RK_HISTB(mode, u8, 0, SUNMAO_ISP_HIST_Y),
	RK_HISTB(stepsize, u8, 0, 7),
	RK_HISTB(window_num, u8, 0, 3),
	RK_HISTB(waterline, u16, 0, 4095),
	RK_HISTB(weights, u8, 0, 63),
	RK_HISTB(reserved1, u8, 0, 0),
	RK_HISTB(reserved2, u8, 0, 0),
	{}
};

#define RK_AWB(_m, _e, _min, _max) \
	FIELD(sunmao_isp_rk_awb_meas, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_rk_awb_meas[] = {
	RK_AWB(weights, u8, 0, 63),
	RK_AWB(reserved, u8, 0, 0),
	{}
};

#define DPCC(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_dpcc, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_dpcc[] = {
	DPCC(grayscale, u8, 0, 1),
	DPCC(stage1_enable, u8, 0, 1),
	DPCC(output_mode, u8, 0, 0x7f),
	DPCC(set_use, u8, 0, 0xf),
	DPCC(sets[0].methods, u8, 0, 0x3f),
	DPCC(sets[0].ro_limit, u8, 0, 3),
	DPCC(sets[0].rnd_offs, u8, 0, 3),
	DPCC(sets[1].methods, u8, 0, 0x3f),
	DPCC(sets[1].ro_limit, u8, 0, 3),
	DPCC(sets[1].rnd_offs, u8, 0, 3),
	DPCC(sets[2].methods, u8, 0, 0x3f),
	DPCC(sets[2].ro_limit, u8, 0, 3),
	DPCC(sets[2].rnd_offs, u8, 0, 3),
	{}
};

#define DEBAYER(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_debayer, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_debayer[] = {
	DEBAYER(filter_g_en, u8, 0, 1),
	DEBAYER(filter_c_en, u8, 0, 1),
	DEBAYER(clip_en, u8, 0, 1),
	DEBAYER(max_ratio, u8, 0, 7),
	DEBAYER(dist_scale, u8, 0, 15),
	DEBAYER(thed0, u8, 0, 15),
	DEBAYER(thed1, u8, 0, 15),
	DEBAYER(filter1, s8, -8, 7),
	DEBAYER(filter2, s8, -8, 7),
	DEBAYER(offset, u8, 0, 31),
	DEBAYER(gain_offset, u8, 0, 15),
	DEBAYER(order_min, u8, 0, 31),
	DEBAYER(order_max, u8, 0, 31),
	DEBAYER(shift_num, u8, 0, 3),
	DEBAYER(reserved, u8, 0, 0),
	DEBAYER(reserved1, u8, 0, 0),
	{}
};

#define CPROC(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_cproc, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_cproc[] = {
	CPROC(y_in_full, u8, 0, 1),
	CPROC(y_out_full, u8, 0, 1),
	CPROC(c_out_full, u8, 0, 1),
	CPROC(reserved, u8, 0, 0),
	{}
};

#define IE(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_ie, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_ie[] = {
	IE(mode, u8, 0, SUNMAO_ISP_IE_END - 1),
	IE(full_range, u8, 0, 1),
	IE(color_mask, u8, 0, 7),
	{}
};

#define GIC(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_gic, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_gic[] = {
	GIC(min_busy_thre, u16, 0, 1023),
	GIC(min_grad_thr1_dark, u16, 0, 1023),
	GIC(min_grad_thr2_dark, u16, 0, 1023),
	GIC(dark_thre_hi, u16, 0, 2047),
	GIC(max_corr_both, u16, 0, 1023),
	GIC(dark_thre, u16, 0, 2047),
	GIC(min_grad_thr1, u16, 0, 1023),
	GIC(min_grad_thr2, u16, 0, 1023),
	GIC(max_corr, u16, 0, 1023),
	GIC(noise_base, u16, 0, 4095),
	GIC(gb_thre, u8, 0, 15),
	GIC(k_grad1, u8, 0, 15),
	GIC(k_grad2, u8, 0, 15),
	GIC(dark_thre_step, u8, 0, 15),
	GIC(k_grad1_dark, u8, 0, 15),
	GIC(k_grad2_dark, u8, 0, 15),
	GIC(noise_scale, u8, 0, 127),
	GIC(gr_ratio, u8, 0, 3),
	GIC(reserved, u8, 0, 0),
	{}
};

#define BAYNR(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_baynr, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_baynr[] = {
	BAYNR(log_bypass, u8, 0, 1),
	BAYNR(gauss_en, u8, 0, 1),
	BAYNR(lg2_mode, u8, 0, 3),
	BAYNR(weit_d, u16, 0, 1023),
	BAYNR(dat_max, u32, 0, 0xfffff),
	BAYNR(reserved, u8, 0, 0),
	BAYNR(reserved1, u16, 0, 0),
	{}
};

#define YNR(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_ynr, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_ynr[] = {
	YNR(flags, u8, 0, SUNMAO_ISP_YNR_FLAGS),
	YNR(flt1x1_bypass_sel, u8, 0, 3),
	YNR(global_gain, u16, 0, 1023),
	YNR(global_gain_alpha, u8, 0, 15),
	YNR(reserved, u8, 0, 0),
	YNR(reserved1, u8, 0, 0),
	YNR(reserved2, u8, 0, 0),
	{}
};

#define CNR(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_cnr, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_cnr[] = {
	CNR(flags, u8, 0, SUNMAO_ISP_CNR_FLAGS),
	CNR(global_gain_alpha, u8, 0, 15),
	CNR(global_gain, u16, 0, 1023),
	CNR(reserved, u8, 0, 0),
	{}
};

#define SHARP(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_sharp, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_sharp[] = {
	SHARP(flags, u8, 0, SUNMAO_ISP_SHARP_FLAGS),
	SHARP(pbf_sigma_shift, u8, 0, 15),
	SHARP(bf_sigma_shift, u8, 0, 15),
	SHARP(luma_dx, u8, 0, 15),
	SHARP(pbf_sigma_inv, u16, 0, 1023),
	SHARP(bf_sigma_inv, u16, 0, 1023),
	SHARP(ehf_th, u16, 0, 1023),
	SHARP(clip_hf, u16, 0, 1023),
	SHARP(reserved, u8, 0, 0),
	SHARP(reserved1, u8, 0, 0),
	{}
};

#define DRC(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_drc, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_drc[] = {
	DRC(position, u16, 0, 16383),
	DRC(compres_scl, u16, 0, 8191),
	DRC(offset_pow2, u8, 0, 15),
	DRC(lpdetail_ratio, u16, 0, 4095),
	DRC(hpdetail_ratio, u16, 0, 4095),
	DRC(bilat_en, u8, 0, 1),
	DRC(weight_bilat, u8, 0, 31),
	DRC(weight_maxl, u8, 0, 31),
	DRC(bilat_soft_thd, u16, 0, 16383),
	DRC(reserved, u16, 0, 0),
	{}
};

#define AE_BIG(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_ae_big, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_ae_big[] = {
	AE_BIG(window_num, u8, 0, 2),
	AE_BIG(reserved, u8, 0, 0),
	AE_BIG(subwin[0].enable, u8, 0, 1),
	AE_BIG(subwin[0].reserved, u8, 0, 0),
	AE_BIG(subwin[1].enable, u8, 0, 1),
	AE_BIG(subwin[1].reserved, u8, 0, 0),
	AE_BIG(subwin[2].enable, u8, 0, 1),
	AE_BIG(subwin[2].reserved, u8, 0, 0),
	AE_BIG(subwin[3].enable, u8, 0, 1),
	AE_BIG(subwin[3].reserved, u8, 0, 0),
	{}
};

#define AF(_m, _e, _min, _max) \
	FIELD(sunmao_isp_params_af, _m, _e, _min, _max)
const struct isp_field isp_fields_sunmao_isp_params_af[] = {
	AF(flags, u16, 0, SUNMAO_ISP_AF_FLAGS),
	AF(afm_shift_a, u8, 0, 7),
	AF(afm_shift_b, u8, 0, 7),
	AF(lum_shift_a, u8, 0, 7),
	AF(lum_shift_b, u8, 0, 7),
	AF(h1_shift, u8, 0, 7),
	AF(h2_shift, u8, 0, 7),
	AF(v1_shift, u8, 0, 7),
	AF(v2_shift, u8, 0, 7),
	AF(reserved, u16, 0, 0),
	{}
};

/* Inside the picture and not empty. */
static bool window_fits(const struct sunmao_isp_window *win,
			const struct isp_env *env)
{
	return win->h_size && win->v_size &&
	       win->h_offs + win->h_size <= env->width &&
	       win->v_offs + win->v_size <= env->height;
}

/**
 * isp_cell_fit() - size of a measuring cell that the hardware can finish
 * @win: place of the grid and size of a cell as asked for
 * @cells: cells in each direction
 * @env: size of the picture
 *
 * Sizes have to be even, and the grid has to end before the picture does, or the
 * unit never finishes (ISP 6.2).
 *
 * Return: width in the low half, height in the high half; 0 for a part that
 * would be empty.
 */
u32 isp_cell_fit(const struct sunmao_isp_window *win, unsigned int cells,
		 const struct isp_env *env)
{
	u16 h = win->h_size, v = win->v_size;

	if (h && h * cells + win->h_offs + 1 > env->width)
		h--;
	if (v && v * cells + win->v_offs + 2 > env->height)
		v--;

	return (h & ~1) | (u32)(v & ~1) << 16;
}

static bool grid_fits(const struct sunmao_isp_window *win, unsigned int cells,
		      unsigned int min_h, unsigned int min_v,
		      const struct isp_env *env)
{
	u32 fit;

	if (win->h_offs + win->h_size * cells > env->width ||
	    win->v_offs + win->v_size * cells > env->height)
		return false;
	fit = isp_cell_fit(win, cells, env);

	return (fit & 0xffff) >= min_h && fit >> 16 >= min_v;
}

/**
 * isp_ae_cells() - cells of an exposure grid
 * @window_num: 0..2
 *
 * Return: cells in each direction.
 */
unsigned int isp_ae_cells(u8 window_num)
{
	return window_num == 0 ? 1 : window_num == 1 ? 5 : ISP_BIG_CELLS;
}

/**
 * isp_hist_cells() - cells of a histogram's grid
 * @window_num: 0..3
 *
 * Return: cells in each direction.
 */
unsigned int isp_hist_cells(u8 window_num)
{
	return window_num < 2 ? 5 : ISP_BIG_CELLS;
}

/**
 * isp_ccm_offset() - widen an offset of the colour matrix
 * @raw: 13-bit two's complement sign-extended, or 12-bit with bits 12-15 clear
 *
 * libcamera sends the short form; in the register's 13 bits -1 would become 4095.
 *
 * Return: 16-bit two's complement.
 */
u16 isp_ccm_offset(u16 raw)
{
	return raw >> 12 ? sign_extend32(raw, 12) : sign_extend32(raw, 11);
}
EXPORT_SYMBOL_IF_KUNIT(isp_ccm_offset);

/* Two's complement of @bits bits, plain or sign-extended to 16. */
static bool fits_signed(u16 raw, unsigned int bits)
{
	return raw < BIT(bits) || raw >= 0x10000 - BIT(bits - 1);
}

const char *isp_check_bls(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_bls *bls = data;

	if ((bls->enabled_windows & 1) && !window_fits(&bls->bls_window1, env))
		return "bls_window1";
	if ((bls->enabled_windows & 2) && !window_fits(&bls->bls_window2, env))
		return "bls_window2";

	return NULL;
}

const char *isp_check_csm(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_csm *csm = data;
	unsigned int i;

	for (i = 0; i < 9; i++) {
		if (!fits_signed(csm->coeff[i / 3][i % 3], 9))
			return "coeff";
	}

	return NULL;
}

const char *isp_check_ccm(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_ccm *ccm = data;
	unsigned int i;

	for (i = 0; i < 9; i++) {
		if (!fits_signed(ccm->coeff[i / 3][i % 3], 11))
			return "coeff";
	}
	for (i = 0; i < 3; i++) {
		if (!fits_signed(ccm->offset[i], 13))
			return "offset";
	}

	return NULL;
}

static bool sectors_add_up(const u16 *sizes, bool all, unsigned int total)
{
	unsigned int i, num = SUNMAO_ISP_LSC_SECTORS / (all ? 1 : 2);
	unsigned int sum = 0;

	for (i = 0; i < num; i++) {
		/* Smaller ones have gradients beyond 12 bits (ISP 5.3). */
		if (sizes[i] < 9)
			return false;
		sum += sizes[i];
	}

	return (all ? sum : 2 * sum) == total;
}

const char *isp_check_lsc(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_lsc *lsc = data;

	if (!sectors_add_up(lsc->x_sizes, lsc->window_mode, env->width))
		return "x_sizes";
	if (!sectors_add_up(lsc->y_sizes, lsc->window_mode, env->height))
		return "y_sizes";

	return NULL;
}

/* The smallest picture that a path can write, and even (ISP 1.5). */
static bool crop_fits(const struct sunmao_isp_window *win,
		      const struct isp_env *env)
{
	return window_fits(win, env) && win->h_size >= 32 &&
	       win->v_size >= 16 && !((win->h_offs | win->v_offs |
				       win->h_size | win->v_size) & 1);
}

const char *isp_check_crop(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_crop *crop = data;

	if ((crop->crop_en & SUNMAO_ISP_RK_CROP_MAIN) &&
	    !crop_fits(&crop->mp_crop, env))
		return "mp_crop";
	if ((crop->crop_en & SUNMAO_ISP_RK_CROP_SELF) &&
	    !crop_fits(&crop->sp_crop, env))
		return "sp_crop";

	return NULL;
}

const char *isp_check_ae_lite(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_ae_lite *ae = data;

	return grid_fits(&ae->meas_window, isp_ae_cells(ae->window_num), 16, 4,
			 env) ? NULL : "meas_window";
}

static const char *check_hist(u8 mode, const struct sunmao_isp_window *win,
			      unsigned int cells, const struct isp_env *env)
{
	if (mode == 1)
		return "mode";

	return grid_fits(win, cells, 2, 2, env) ? NULL : "meas_window";
}

const char *isp_check_hist_lite(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_hist_lite *hist = data;

	return check_hist(hist->mode, &hist->meas_window, 5, env);
}

const char *isp_check_hist_big(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_hist_big *hist = data;

	return check_hist(hist->mode, &hist->meas_window,
			  isp_hist_cells(hist->window_num), env);
}

const char *isp_check_awb_meas(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_rk_awb_meas *awb = data;
	const struct sunmao_isp_window *win = &awb->meas_window;

	if (!win->h_size || !win->v_size ||
	    win->h_offs + win->h_size * ISP_BIG_CELLS > env->width ||
	    win->v_offs + win->v_size * ISP_BIG_CELLS > env->height)
		return "meas_window";

	return NULL;
}

const char *isp_check_ynr(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_params_ynr *nr = data;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (nr->low_gauss1_coeff[i] > 0xff)
			return "low_gauss1_coeff";
		if (nr->low_gauss2_coeff[i] > 0xff)
			return "low_gauss2_coeff";
	}

	return NULL;
}

const char *isp_check_ae_big(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_params_ae_big *ae = data;
	unsigned int i;

	if (!grid_fits(&ae->meas_window, isp_ae_cells(ae->window_num), 16, 4,
		       env))
		return "meas_window";
	for (i = 0; i < 4; i++) {
		if (ae->subwin[i].enable &&
		    !window_fits(&ae->subwin[i].window, env))
			return "subwin";
	}

	return NULL;
}

const char *isp_check_af(const void *data, const struct isp_env *env)
{
	const struct sunmao_isp_params_af *af = data;
	const struct sunmao_isp_window *a = &af->window_a;

	/* Bit 11 is the vendor's AE_MODE, an agreement with another unit (R 5.3). */
	if (af->flags & ~SUNMAO_ISP_AF_FLAGS)
		return "flags";
	if ((af->flags & SUNMAO_ISP_AF_VIIR_EN) &&
	    !(af->flags & SUNMAO_ISP_AF_GAUS_EN))
		return "flags";
	if ((af->flags & SUNMAO_ISP_AF_V1_FIR_SEL) &&
	    !(af->flags & SUNMAO_ISP_AF_VIIR_EN))
		return "flags";
	if (!window_fits(a, env) || a->h_offs < 2 || a->v_offs < 1 ||
	    a->h_size % ISP_BIG_CELLS || a->v_size % ISP_BIG_CELLS ||
	    a->h_size + 2 > env->width || a->v_size + 2 > env->height)
		return "window_a";
	if (!window_fits(&af->window_b, env) || af->window_b.h_offs < 2 ||
	    af->window_b.v_offs < 1)
		return "window_b";

	return NULL;
}

static s32 field_value(const void *data, const struct isp_field *field,
		       unsigned int i)
{
	const void *at = data + field->offset + i * field->size;

	switch (field->size) {
	case 1:
		return field->is_signed ? *(const s8 *)at : *(const u8 *)at;
	case 2:
		return field->is_signed ? *(const s16 *)at : *(const u16 *)at;
	default:
		return *(const s32 *)at;
	}
}

/**
 * isp_block_check() - is the content of a block valid?
 * @block: kind of block
 * @data: block of that size
 * @env: size of the picture
 *
 * Return: NULL when it is, else the name of the first offending field.
 */
const char *isp_block_check(const struct isp_block *block, const void *data,
			    const struct isp_env *env)
{
	const struct isp_field *field;
	unsigned int i;

	for (field = block->fields; field->name; field++) {
		for (i = 0; i < field->count; i++) {
			s32 val = field_value(data, field, i);

			if (val < field->min || val > field->max)
				return field->name;
		}
	}

	return block->check ? block->check(data, env) : NULL;
}
