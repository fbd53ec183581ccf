/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * DOC: parameters and statistics of the Rockchip ISP 3, all blocks
 *
 * A second pair of metadata formats, chosen with VIDIOC_S_FMT on the parameter
 * and statistics nodes. It has the container and every block of the RK2P and
 * RK2S formats (sunmao_isp_rkisp2.h) with the same numbers, layouts and rules,
 * and from number 0x80 on blocks for the rest of the hardware.
 *
 * Unless told otherwise a field is a register field of the same name and width;
 * larger values are refused. Curves are lists of points over the whole range of
 * their input. What tuning values mean beyond that is not public.
 */
#ifndef _UAPI_SUNMAO_ISP_H
#define _UAPI_SUNMAO_ISP_H

#include <linux/sunmao_isp_rkisp2.h>
#include <linux/types.h>
#include <linux/videodev2.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* Metadata formats: parameters (META_OUTPUT) and statistics (META_CAPTURE). */
#define V4L2_META_FMT_SUNMAO_ISP_PARAMS	v4l2_fourcc('S', 'M', 'I', 'P')
#define V4L2_META_FMT_SUNMAO_ISP_STATS	v4l2_fourcc('S', 'M', 'I', 'S')

/**
 * enum sunmao_isp_params_block - further parameter blocks
 * @SUNMAO_ISP_PARAMS_DPCC: defect pixels
 * @SUNMAO_ISP_PARAMS_DEBAYER: demosaicing
 * @SUNMAO_ISP_PARAMS_CPROC: contrast, brightness, saturation, hue
 * @SUNMAO_ISP_PARAMS_IE: effects
 * @SUNMAO_ISP_PARAMS_GIC: green imbalance
 * @SUNMAO_ISP_PARAMS_BAYNR: noise reduction of the raw picture
 * @SUNMAO_ISP_PARAMS_YNR: luma noise reduction
 * @SUNMAO_ISP_PARAMS_CNR: chroma noise reduction
 * @SUNMAO_ISP_PARAMS_SHARP: sharpening
 * @SUNMAO_ISP_PARAMS_DRC: dynamic range compression
 * @SUNMAO_ISP_PARAMS_AE_BIG0: exposure grid
 * @SUNMAO_ISP_PARAMS_AE_BIG1: exposure grid
 * @SUNMAO_ISP_PARAMS_AE_BIG2: exposure grid
 * @SUNMAO_ISP_PARAMS_AF: focus measurement
 * @SUNMAO_ISP_PARAMS_END: one more than the last number
 */
enum sunmao_isp_params_block {
	SUNMAO_ISP_PARAMS_DPCC = 0x80,
	SUNMAO_ISP_PARAMS_DEBAYER,
	SUNMAO_ISP_PARAMS_CPROC,
	SUNMAO_ISP_PARAMS_IE,
	SUNMAO_ISP_PARAMS_GIC,
	SUNMAO_ISP_PARAMS_BAYNR,
	SUNMAO_ISP_PARAMS_YNR,
	SUNMAO_ISP_PARAMS_CNR,
	SUNMAO_ISP_PARAMS_SHARP,
	SUNMAO_ISP_PARAMS_DRC,
	SUNMAO_ISP_PARAMS_AE_BIG0,
	SUNMAO_ISP_PARAMS_AE_BIG1,
	SUNMAO_ISP_PARAMS_AE_BIG2,
	SUNMAO_ISP_PARAMS_AF,
	SUNMAO_ISP_PARAMS_END,
};

/**
 * struct sunmao_isp_dpcc_pair - a value for green and one for red and blue
 * @g: green
 * @rb: red and blue
 */
struct sunmao_isp_dpcc_pair {
	__u8 g;
	__u8 rb;
};

/* Methods of a defect pixel set. */
#define SUNMAO_ISP_DPCC_METHOD_PG	(1U << 0) /* peak gradient */
#define SUNMAO_ISP_DPCC_METHOD_LC	(1U << 1) /* line check */
#define SUNMAO_ISP_DPCC_METHOD_RO	(1U << 2) /* rank order */
#define SUNMAO_ISP_DPCC_METHOD_RND	(1U << 3) /* rank neighbour difference */
#define SUNMAO_ISP_DPCC_METHOD_RG	(1U << 4) /* rank gradient */
#define SUNMAO_ISP_DPCC_METHOD_RK	(1U << 5) /* vendor's own */

/**
 * struct sunmao_isp_dpcc_set - one set of detectors
 * @methods: SUNMAO_ISP_DPCC_METHOD_*
 * @line_thresh: line threshold
 * @line_min_dist: minimum distance for the line threshold
 * @line_mad_fac: mean absolute difference factor
 * @line_scale_max: largest distance scale
 * @line_scale_min: smallest distance scale
 * @pg_fac: peak gradient factor
 * @rnd_thresh: rank neighbour difference threshold
 * @rg_fac: rank gradient factor
 * @ro_limit: rank order limit, 0..3
 * @rnd_offs: rank offset, 0..3
 */
struct sunmao_isp_dpcc_set {
	struct sunmao_isp_dpcc_pair methods;
	struct sunmao_isp_dpcc_pair line_thresh;
	struct sunmao_isp_dpcc_pair line_min_dist;
	struct sunmao_isp_dpcc_pair line_mad_fac;
	__u8 line_scale_max;
	__u8 line_scale_min;
	struct sunmao_isp_dpcc_pair pg_fac;
	struct sunmao_isp_dpcc_pair rnd_thresh;
	struct sunmao_isp_dpcc_pair rg_fac;
	struct sunmao_isp_dpcc_pair ro_limit;
	struct sunmao_isp_dpcc_pair rnd_offs;
};

/**
 * struct sunmao_isp_params_dpcc - defect pixels
 * @header: block header
 * @grayscale: 1 for a monochrome picture
 * @stage1_enable: 1 turns the first stage on
 * @output_mode: bit 0 green centre, 1 red and blue centre, 2 green median 3x3,
 *	3 red and blue median 3x3, 4 output select, 5-6 vendor's output select
 * @set_use: bits 0-2 sets in use, bit 3 the fixed set
 * @sets: detector sets
 *
 * The same values serve all exposures.
 */
struct sunmao_isp_params_dpcc {
	struct sunmao_isp_block_header header;
	__u8 grayscale;
	__u8 stage1_enable;
	__u8 output_mode;
	__u8 set_use;
	struct sunmao_isp_dpcc_set sets[3];
};

/**
 * struct sunmao_isp_params_debayer - demosaicing
 * @header: block header
 * @filter_g_en: 1 turns the green filter on
 * @filter_c_en: 1 turns the colour filter on
 * @clip_en: 1 clips the interpolated green
 * @max_ratio: 0..7
 * @dist_scale: 0..15
 * @thed0: 0..15
 * @thed1: 0..15
 * @reserved: 0
 * @filter1: first green kernel, -8..7
 * @filter2: second green kernel, -8..7
 * @offset: green filter, 0..31
 * @gain_offset: 0..15
 * @hf_offset: high frequency offset
 * @order_min: colour filter, 0..31
 * @order_max: colour filter, 0..31
 * @shift_num: colour filter, 0..3
 * @reserved1: 0
 *
 * Without this block, and after DISABLE, both filters are on and all other
 * values are 0: a raw picture cannot do without demosaicing.
 */
struct sunmao_isp_params_debayer {
	struct sunmao_isp_block_header header;
	__u8 filter_g_en;
	__u8 filter_c_en;
	__u8 clip_en;
	__u8 max_ratio;
	__u8 dist_scale;
	__u8 thed0;
	__u8 thed1;
	__u8 reserved;
	__s8 filter1[5];
	__s8 filter2[5];
	__u8 offset;
	__u8 gain_offset;
	__u16 hf_offset;
	__u8 order_min;
	__u8 order_max;
	__u8 shift_num;
	__u8 reserved1[7];
};

/**
 * struct sunmao_isp_params_cproc - picture controls
 * @header: block header
 * @contrast: U1.7, 0x80 is 1
 * @brightness: -128..127
 * @saturation: U1.7, 0x80 is 1
 * @hue: 90/128 degree
 * @y_in_full: 1 when the luma that comes in has full range
 * @y_out_full: 1 for full range luma out
 * @c_out_full: 1 for full range chroma out
 * @reserved: 0
 */
struct sunmao_isp_params_cproc {
	struct sunmao_isp_block_header header;
	__u8 contrast;
	__s8 brightness;
	__u8 saturation;
	__s8 hue;
	__u8 y_in_full;
	__u8 y_out_full;
	__u8 c_out_full;
	__u8 reserved;
};

/**
 * enum sunmao_isp_ie_mode - effects
 * @SUNMAO_ISP_IE_BW: black and white
 * @SUNMAO_ISP_IE_NEGATIVE: negative
 * @SUNMAO_ISP_IE_SEPIA: tint
 * @SUNMAO_ISP_IE_COLOR_SEL: one colour
 * @SUNMAO_ISP_IE_EMBOSS: emboss
 * @SUNMAO_ISP_IE_SKETCH: sketch
 * @SUNMAO_ISP_IE_SHARPEN: sharpen
 * @SUNMAO_ISP_IE_END: number of effects
 */
enum sunmao_isp_ie_mode {
	SUNMAO_ISP_IE_BW,
	SUNMAO_ISP_IE_NEGATIVE,
	SUNMAO_ISP_IE_SEPIA,
	SUNMAO_ISP_IE_COLOR_SEL,
	SUNMAO_ISP_IE_EMBOSS,
	SUNMAO_ISP_IE_SKETCH,
	SUNMAO_ISP_IE_SHARPEN,
	SUNMAO_ISP_IE_END,
};

/**
 * struct sunmao_isp_params_ie - effects
 * @header: block header
 * @mode: enum sunmao_isp_ie_mode
 * @full_range: 1 when the picture has full range
 * @tint_cb: sepia
 * @tint_cr: sepia
 * @color_mask: colour selection, bits 0-2
 * @color_threshold: colour selection
 * @mat: registers of the 3x3 kernel of emboss, sketch and sharpen, four
 *	coefficients of 4 bits in each
 */
struct sunmao_isp_params_ie {
	struct sunmao_isp_block_header header;
	__u8 mode;
	__u8 full_range;
	__u8 tint_cb;
	__u8 tint_cr;
	__u8 color_mask;
	__u8 color_threshold;
	__u16 mat[5];
};

/**
 * struct sunmao_isp_params_gic - green imbalance
 * @header: block header
 * @min_busy_thre: 0..1023
 * @min_grad_thr1_dark: 0..1023
 * @min_grad_thr2_dark: 0..1023
 * @dark_thre_hi: 0..2047
 * @max_corr_both: 0..1023
 * @dark_thre: 0..2047
 * @min_grad_thr1: 0..1023
 * @min_grad_thr2: 0..1023
 * @max_corr: 0..1023
 * @noise_base: 0..4095
 * @diff_clip: any
 * @noise_para3: register NOISE_PARA3, any
 * @gb_thre: 0..15
 * @k_grad1: 0..15
 * @k_grad2: 0..15
 * @dark_thre_step: 0..15
 * @global_strength: any
 * @k_grad1_dark: 0..15
 * @k_grad2_dark: 0..15
 * @noise_scale: 0..127
 * @gr_ratio: 0..3
 * @reserved: 0
 * @sigma_y: curve
 */
struct sunmao_isp_params_gic {
	struct sunmao_isp_block_header header;
	__u16 min_busy_thre;
	__u16 min_grad_thr1_dark;
	__u16 min_grad_thr2_dark;
	__u16 dark_thre_hi;
	__u16 max_corr_both;
	__u16 dark_thre;
	__u16 min_grad_thr1;
	__u16 min_grad_thr2;
	__u16 max_corr;
	__u16 noise_base;
	__u16 diff_clip;
	__u16 noise_para3;
	__u8 gb_thre;
	__u8 k_grad1;
	__u8 k_grad2;
	__u8 dark_thre_step;
	__u8 global_strength;
	__u8 k_grad1_dark;
	__u8 k_grad2_dark;
	__u8 noise_scale;
	__u8 gr_ratio;
	__u8 reserved;
	__u16 sigma_y[15];
};

/**
 * struct sunmao_isp_params_baynr - noise reduction of the raw picture
 * @header: block header
 * @log_bypass: 1 works on linear values
 * @gauss_en: 1 turns the Gaussian filter on
 * @lg2_mode: 0..3
 * @reserved: 0
 * @dgain: digital gain of the exposures
 * @pix_diff: limit of the pixel difference
 * @diff_thld: threshold of the difference
 * @softthld: soft threshold
 * @w1: weight
 * @bltflt_streng: strength of the bilateral filter
 * @sigma_x: x of the noise curve
 * @sigma_y: y of the noise curve
 * @weit_d: distance weights, 0..1023
 * @lg2_off: logarithm offset
 * @lg2_lgoff: logarithm of the offset
 * @dat_max: 0..0xfffff
 * @reserved1: 0
 */
struct sunmao_isp_params_baynr {
	struct sunmao_isp_block_header header;
	__u8 log_bypass;
	__u8 gauss_en;
	__u8 lg2_mode;
	__u8 reserved;
	__u16 dgain[3];
	__u16 pix_diff;
	__u16 diff_thld;
	__u16 softthld;
	__u16 w1;
	__u16 bltflt_streng;
	__u16 sigma_x[16];
	__u16 sigma_y[16];
	__u16 weit_d[3];
	__u16 lg2_off;
	__u16 lg2_lgoff;
	__u16 reserved1[3];
	__u32 dat_max;
};

/* Bits of &sunmao_isp_params_ynr.flags. */
#define SUNMAO_ISP_YNR_BFT3X3_BYPASS	(1U << 0)
#define SUNMAO_ISP_YNR_LBFT5X5_BYPASS	(1U << 1)
#define SUNMAO_ISP_YNR_LGFT3X3_BYPASS	(1U << 2)
#define SUNMAO_ISP_YNR_FLT1X1_BYPASS	(1U << 3)
#define SUNMAO_ISP_YNR_SFT5X5_BYPASS	(1U << 4)
#define SUNMAO_ISP_YNR_THUMB_MIX_CUR	(1U << 5)
#define SUNMAO_ISP_YNR_RNR_EN		(1U << 6)
#define SUNMAO_ISP_YNR_FLAGS		0x7f

/**
 * struct sunmao_isp_params_ynr - luma noise reduction
 * @header: block header
 * @flags: SUNMAO_ISP_YNR_*
 * @flt1x1_bypass_sel: 0..3
 * @global_gain: 0..1023
 * @global_gain_alpha: 0..15
 * @reserved: 0
 * @rnr_max_r: largest radius of the radial strength
 * @local_gainscale: any
 * @rnr_center_h: centre of the radial strength, pixels
 * @rnr_center_v: centre of the radial strength, lines
 * @localgain_adj_thresh: any
 * @localgain_adj: any
 * @low_bf_inv: inverse sigmas of the low bilateral filter
 * @low_thred_adj: any
 * @low_peak_supress: any
 * @low_edge_adj_thresh: any
 * @low_dist_adj: any
 * @low_center_weight: any
 * @low_weight: any
 * @low_bi_weight: any
 * @high_thred_adj: any
 * @high_edge_thed: any
 * @high_min_adj: any
 * @high_retain_weight: any
 * @lbf_weight_thres: any
 * @frame_full_size: any
 * @base_filter_weight: weights
 * @low_gauss1_coeff: low-pass kernel, centre first; the third is 16 bits wide
 * @low_gauss2_coeff: low-pass kernel, centre first; the third is 16 bits wide
 * @reserved1: 0
 * @direction_weight: weights
 * @luma_points_x: x of both sigma curves
 * @lsgm_y: sigma of low frequencies
 * @hsgm_y: sigma of high frequencies
 * @rnr_strength: radial strength, 17 points
 * @reserved2: 0
 */
struct sunmao_isp_params_ynr {
	struct sunmao_isp_block_header header;
	__u8 flags;
	__u8 flt1x1_bypass_sel;
	__u16 global_gain;
	__u8 global_gain_alpha;
	__u8 reserved;
	__u16 rnr_max_r;
	__u16 local_gainscale;
	__u16 rnr_center_h;
	__u16 rnr_center_v;
	__u16 localgain_adj_thresh;
	__u16 localgain_adj;
	__u16 low_bf_inv[2];
	__u16 low_thred_adj;
	__u16 low_peak_supress;
	__u16 low_edge_adj_thresh;
	__u16 low_dist_adj;
	__u16 low_center_weight;
	__u8 low_weight;
	__u8 low_bi_weight;
	__u16 high_thred_adj;
	__u16 high_min_adj;
	__u16 high_edge_thed;
	__u16 high_retain_weight;
	__u16 lbf_weight_thres;
	__u16 frame_full_size;
	__u16 low_gauss1_coeff[3];
	__u16 low_gauss2_coeff[3];
	__u8 base_filter_weight[3];
	__u8 reserved1;
	__u8 direction_weight[8];
	__u16 luma_points_x[17];
	__u16 lsgm_y[17];
	__u16 hsgm_y[17];
	__u8 rnr_strength[17];
	__u8 reserved2[3];
};

/* Bits of &sunmao_isp_params_cnr.flags. */
#define SUNMAO_ISP_CNR_EXGAIN_BYPASS	(1U << 0)
#define SUNMAO_ISP_CNR_HQ_BILA_BYPASS	(1U << 1)
#define SUNMAO_ISP_CNR_LQ_BILA_BYPASS	(1U << 2)
#define SUNMAO_ISP_CNR_THUMB_MIX_CUR	(1U << 3)
#define SUNMAO_ISP_CNR_FLAGS		0xf

/**
 * struct sunmao_isp_params_cnr - chroma noise reduction
 * @header: block header
 * @flags: SUNMAO_ISP_CNR_*
 * @global_gain_alpha: 0..15; 8 when there is no gain map
 * @global_gain: 0..1023
 * @gain_1sigma: any
 * @gain_offset: any
 * @gain_iso: any
 * @gain_uvgain: both chroma gains
 * @lmed3_alpha: low median
 * @lbf5_gain_c: low bilateral filter, chroma
 * @lbf5_gain_y: low bilateral filter, luma
 * @lbf5_weit_d: its distance weights
 * @hmed3_alpha: high median
 * @hbf5_min_wgt: high bilateral filter
 * @hbf5_weit_src: high bilateral filter
 * @hbf5_sigma: high bilateral filter
 * @lbf3_sigma: any
 * @lbf5_weit_src: any
 * @sigma_y: curve
 * @reserved: 0
 */
struct sunmao_isp_params_cnr {
	struct sunmao_isp_block_header header;
	__u8 flags;
	__u8 global_gain_alpha;
	__u16 global_gain;
	__u8 gain_1sigma;
	__u8 gain_offset;
	__u8 gain_iso;
	__u8 gain_uvgain[2];
	__u8 lmed3_alpha;
	__u8 lbf5_gain_c;
	__u8 lbf5_gain_y;
	__u8 lbf5_weit_d[5];
	__u8 hmed3_alpha;
	__u8 hbf5_min_wgt;
	__u8 hbf5_weit_src;
	__u16 hbf5_sigma;
	__u16 lbf3_sigma;
	__u16 lbf5_weit_src;
	__u8 sigma_y[13];
	__u8 reserved[9];
};

/* Bits of &sunmao_isp_params_sharp.flags. */
#define SUNMAO_ISP_SHARP_BYPASS		(1U << 0)
#define SUNMAO_ISP_SHARP_CENTER_MODE	(1U << 1)
#define SUNMAO_ISP_SHARP_EXGAIN_BYPASS	(1U << 2)
#define SUNMAO_ISP_SHARP_FLAGS		0x7

/**
 * struct sunmao_isp_params_sharp - sharpening
 * @header: block header
 * @flags: SUNMAO_ISP_SHARP_*
 * @pbf_ratio: pre-bilateral filter
 * @gaus_ratio: Gaussian filter
 * @bf_ratio: bilateral filter
 * @sharp_ratio: strength
 * @pbf_sigma_shift: 0..15
 * @bf_sigma_shift: 0..15
 * @luma_dx: log2 of the luma steps of the four curves below, 0..15
 * @reserved: 0
 * @pbf_sigma_inv: curve, 0..1023
 * @bf_sigma_inv: curve, 0..1023
 * @ehf_th: curve, 0..1023
 * @clip_hf: curve, 0..1023
 * @pbf_coef: kernel, centre first
 * @bf_coef: kernel, centre first
 * @gaus_coef: kernel, centre first
 * @reserved1: 0
 */
struct sunmao_isp_params_sharp {
	struct sunmao_isp_block_header header;
	__u8 flags;
	__u8 pbf_ratio;
	__u8 gaus_ratio;
	__u8 bf_ratio;
	__u8 sharp_ratio;
	__u8 pbf_sigma_shift;
	__u8 bf_sigma_shift;
	__u8 luma_dx[7];
	__u8 reserved[2];
	__u16 pbf_sigma_inv[8];
	__u16 bf_sigma_inv[8];
	__u16 ehf_th[8];
	__u16 clip_hf[8];
	__u8 pbf_coef[3];
	__u8 bf_coef[3];
	__u8 gaus_coef[6];
	__u8 reserved1[4];
};

/**
 * struct sunmao_isp_params_drc - dynamic range compression
 * @header: block header
 * @position: 0..16383
 * @compres_scl: 0..8191
 * @offset_pow2: 0..15
 * @delta_scalein: any
 * @lpdetail_ratio: low-pass detail, 0..4095
 * @hpdetail_ratio: high-pass detail, 0..4095
 * @bilat_wt_off: weight offset of the bilateral filter
 * @wei_pre: weight of the frame before
 * @wei_cur: weight of this frame
 * @edge_scl: edge scale
 * @motion_scl: motion scale
 * @bilat_en: 1 turns the bilateral filter on
 * @weight_bilat: 0..31
 * @weight_maxl: 0..31
 * @bilat_soft_thd: 0..16383
 * @force_sgm_inv0: any
 * @space_sgm_inv: inverse spatial sigmas
 * @range_sgm_inv: inverse range sigmas
 * @gain_y: curve
 * @compres_y: curve
 * @scale_y: curve
 * @min_ogain: any
 * @iir_weight: weight of the state over frames
 * @reserved: 0
 */
struct sunmao_isp_params_drc {
	struct sunmao_isp_block_header header;
	__u16 position;
	__u16 compres_scl;
	__u8 offset_pow2;
	__u8 delta_scalein;
	__u16 lpdetail_ratio;
	__u16 hpdetail_ratio;
	__u8 bilat_wt_off;
	__u8 wei_pre;
	__u8 wei_cur;
	__u8 edge_scl;
	__u8 motion_scl;
	__u8 bilat_en;
	__u8 weight_bilat;
	__u8 weight_maxl;
	__u16 bilat_soft_thd;
	__u16 force_sgm_inv0;
	__u16 space_sgm_inv[2];
	__u16 range_sgm_inv[2];
	__u16 gain_y[17];
	__u16 compres_y[17];
	__u16 scale_y[17];
	__u16 min_ogain;
	__u16 iir_weight;
	__u16 reserved[4];
};

/**
 * struct sunmao_isp_subwindow - free measurement window
 * @window: place and size, inside the picture
 * @enable: 1 turns it on
 * @reserved: 0
 */
struct sunmao_isp_subwindow {
	struct sunmao_isp_window window;
	__u8 enable;
	__u8 reserved[7];
};

/**
 * struct sunmao_isp_params_ae_big - exposure grid
 * @header: block header
 * @window_num: 0 for one cell, 1 for 5x5, 2 for 15x15
 * @reserved: 0
 * @meas_window: place of the grid and size of one cell, as in the small grid
 * @subwin: free windows whose sums are reported
 */
struct sunmao_isp_params_ae_big {
	struct sunmao_isp_block_header header;
	__u8 window_num;
	__u8 reserved[7];
	struct sunmao_isp_window meas_window;
	struct sunmao_isp_subwindow subwin[4];
};

/* Bits of &sunmao_isp_params_af.flags. */
#define SUNMAO_ISP_AF_GAMMA_EN		(1U << 0)
#define SUNMAO_ISP_AF_GAUS_EN		(1U << 1)
#define SUNMAO_ISP_AF_V1_FIR_SEL	(1U << 2) /* needs VIIR_EN */
#define SUNMAO_ISP_AF_HIIR_EN		(1U << 3)
#define SUNMAO_ISP_AF_VIIR_EN		(1U << 4) /* needs GAUS_EN */
#define SUNMAO_ISP_AF_ACCU_8BIT		(1U << 5)
#define SUNMAO_ISP_AF_LDG_EN		(1U << 6)
#define SUNMAO_ISP_AF_H1_FV_MODE	(1U << 7)
#define SUNMAO_ISP_AF_H2_FV_MODE	(1U << 8)
#define SUNMAO_ISP_AF_V1_FV_MODE	(1U << 9)
#define SUNMAO_ISP_AF_V2_FV_MODE	(1U << 10)
#define SUNMAO_ISP_AF_Y_MODE		(1U << 12)
#define SUNMAO_ISP_AF_FLAGS		0x17ff

/**
 * struct sunmao_isp_af_curve - luma dependent gain
 * @luma_thresh: luma threshold
 * @gain: gain at the threshold
 * @slope: slope
 */
struct sunmao_isp_af_curve {
	__u8 luma_thresh;
	__u8 gain;
	__u16 slope;
};

/**
 * struct sunmao_isp_params_af - focus measurement
 * @header: block header
 * @flags: SUNMAO_ISP_AF_*
 * @afm_thres: sharpness threshold
 * @window_a: grid of 15x15: the whole window, sizes multiples of 15, at least 2
 *	pixels and 1 line from the left and upper edge
 * @window_b: single window, inside the picture
 * @afm_shift_a: right shift of the sharpness of window A, 0..7
 * @afm_shift_b: of window B
 * @lum_shift_a: right shift of the luma of window A, 0..7
 * @lum_shift_b: of window B
 * @h1_shift: right shift of the horizontal filter 1, 0..7
 * @h2_shift: of the horizontal filter 2
 * @v1_shift: of the vertical filter 1
 * @v2_shift: of the vertical filter 2
 * @gamma_y: curve, 17 points
 * @h_fv_thresh: threshold of the horizontal values
 * @v_fv_thresh: threshold of the vertical values
 * @h1_iir1: first stage of the horizontal filter 1
 * @h1_iir2: second stage
 * @h2_iir1: first stage of the horizontal filter 2
 * @h2_iir2: second stage
 * @h_curve_l: horizontal, low luma
 * @h_curve_h: horizontal, high luma
 * @v_curve_l: vertical, low luma
 * @v_curve_h: vertical, high luma
 * @v1_iir: vertical filter 1
 * @v2_iir: vertical filter 2
 * @v1_fir: vertical filter 1
 * @v2_fir: vertical filter 2
 * @highlit_thresh: highlights of window B
 * @reserved: 0
 */
struct sunmao_isp_params_af {
	struct sunmao_isp_block_header header;
	__u16 flags;
	__u16 afm_thres;
	struct sunmao_isp_window window_a;
	struct sunmao_isp_window window_b;
	__u8 afm_shift_a;
	__u8 afm_shift_b;
	__u8 lum_shift_a;
	__u8 lum_shift_b;
	__u8 h1_shift;
	__u8 h2_shift;
	__u8 v1_shift;
	__u8 v2_shift;
	__u16 gamma_y[17];
	__u16 h_fv_thresh;
	__u16 v_fv_thresh;
	__s16 h1_iir1[6];
	__s16 h1_iir2[6];
	__s16 h2_iir1[6];
	__s16 h2_iir2[6];
	struct sunmao_isp_af_curve h_curve_l;
	struct sunmao_isp_af_curve h_curve_h;
	struct sunmao_isp_af_curve v_curve_l;
	struct sunmao_isp_af_curve v_curve_h;
	__s16 v1_iir[9];
	__s16 v2_iir[3];
	__s16 v1_fir[3];
	__s16 v2_fir[3];
	__u16 highlit_thresh;
	__u16 reserved[4];
};

/* Bytes of all blocks of a SMIP buffer; the buffer has 8 bytes more. */
#define SUNMAO_ISP_PARAMS_MAX_SIZE			\
	(SUNMAO_ISP_RK_PARAMS_MAX_SIZE +		\
	 sizeof(struct sunmao_isp_params_dpcc) +	\
	 sizeof(struct sunmao_isp_params_debayer) +	\
	 sizeof(struct sunmao_isp_params_cproc) +	\
	 sizeof(struct sunmao_isp_params_ie) +		\
	 sizeof(struct sunmao_isp_params_gic) +		\
	 sizeof(struct sunmao_isp_params_baynr) +	\
	 sizeof(struct sunmao_isp_params_ynr) +		\
	 sizeof(struct sunmao_isp_params_cnr) +		\
	 sizeof(struct sunmao_isp_params_sharp) +	\
	 sizeof(struct sunmao_isp_params_drc) +		\
	 3 * sizeof(struct sunmao_isp_params_ae_big) +	\
	 sizeof(struct sunmao_isp_params_af))

/**
 * enum sunmao_isp_stats_block - further statistics blocks
 * @SUNMAO_ISP_STATS_AE_BIG0: exposure grid
 * @SUNMAO_ISP_STATS_AE_BIG1: exposure grid
 * @SUNMAO_ISP_STATS_AE_BIG2: exposure grid
 * @SUNMAO_ISP_STATS_AF: focus values
 * @SUNMAO_ISP_STATS_BLS: measured black level
 * @SUNMAO_ISP_STATS_END: one more than the last number
 *
 * A block is present while its unit is on.
 */
enum sunmao_isp_stats_block {
	SUNMAO_ISP_STATS_AE_BIG0 = 0x80,
	SUNMAO_ISP_STATS_AE_BIG1,
	SUNMAO_ISP_STATS_AE_BIG2,
	SUNMAO_ISP_STATS_AF,
	SUNMAO_ISP_STATS_BLS,
	SUNMAO_ISP_STATS_END,
};

/**
 * struct sunmao_isp_stats_ae_big - exposure grid
 * @header: block header
 * @exp_mean_r: mean of red per cell, row by row, 10 bits
 * @exp_mean_g: mean of green, 12 bits
 * @exp_mean_b: mean of blue, 10 bits
 * @done: 1 when measured in this frame
 * @reserved: 0
 * @sum_r: sums of red over the free windows
 * @sum_g: sums of green
 * @sum_b: sums of blue
 */
struct sunmao_isp_stats_ae_big {
	struct sunmao_isp_block_header header;
	__u16 exp_mean_r[225];
	__u16 exp_mean_g[225];
	__u16 exp_mean_b[225];
	__u8 done;
	__u8 reserved;
	__u32 sum_r[4];
	__u32 sum_g[4];
	__u32 sum_b[4];
};

/**
 * struct sunmao_isp_stats_af - focus values
 * @header: block header
 * @v1: vertical filter 1 per cell, row by row
 * @v2: vertical filter 2
 * @h1: horizontal filter 1
 * @h2: horizontal filter 2
 * @sum_b: sharpness of window B
 * @lum_b: luma of window B
 * @int_state: line interrupt state
 * @highlit_cnt_b: highlights of window B
 * @done: 1 when measured in this frame
 * @reserved: 0
 */
struct sunmao_isp_stats_af {
	struct sunmao_isp_block_header header;
	__u32 v1[225];
	__u32 v2[225];
	__u32 h1[225];
	__u32 h2[225];
	__u32 sum_b;
	__u32 lum_b;
	__u32 int_state;
	__u32 highlit_cnt_b;
	__u8 done;
	__u8 reserved[7];
};

/**
 * struct sunmao_isp_stats_bls - measured black level
 * @header: block header
 * @measured: averages in 12-bit pixel values
 * @done: 1 when measured in this frame
 * @reserved: 0
 */
struct sunmao_isp_stats_bls {
	struct sunmao_isp_block_header header;
	struct sunmao_isp_quad measured;
	__u8 done;
	__u8 reserved[7];
};

/* Bytes of all blocks of a SMIS buffer; the buffer has 8 bytes more. */
#define SUNMAO_ISP_STATS_MAX_SIZE			\
	(SUNMAO_ISP_RK_STATS_MAX_SIZE +			\
	 3 * sizeof(struct sunmao_isp_stats_ae_big) +	\
	 sizeof(struct sunmao_isp_stats_af) +		\
	 sizeof(struct sunmao_isp_stats_bls))

#if defined(__cplusplus)
}
#endif

#endif /* _UAPI_SUNMAO_ISP_H */
