/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * DOC: parameters and statistics of the Rockchip ISP 3, the "rkisp2" layout
 *
 * The two metadata formats RK2P and RK2S as version 3 of the rkisp2 series and
 * libcamera use them, byte by byte. Both are sequences of blocks without gaps
 * behind a head of 8 bytes (&struct sunmao_isp_buffer), which is the generic
 * V4L2 ISP container; it is declared here once more because kernels before 7.3
 * do not have it.
 *
 * All numbers are little endian. "U6.8" is an unsigned fixed point number of 6
 * integer and 8 fraction bits, "S3.7" a two's complement one with a sign, 3
 * integer and 7 fraction bits. Pixel values are 12 bits wide whatever the depth
 * of the raw picture: a 10-bit value counts four times.
 *
 * A parameter buffer is refused as a whole, with EINVAL and before anything is
 * applied, when a block is unknown, occurs twice, has a wrong size or holds a
 * value outside the ranges given here.
 */
#ifndef _UAPI_SUNMAO_ISP_RKISP2_H
#define _UAPI_SUNMAO_ISP_RKISP2_H

#include <linux/types.h>
#include <linux/videodev2.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* Metadata formats: parameters (META_OUTPUT) and statistics (META_CAPTURE). */
#define V4L2_META_FMT_SUNMAO_RK2P	v4l2_fourcc('R', 'K', '2', 'P')
#define V4L2_META_FMT_SUNMAO_RK2S	v4l2_fourcc('R', 'K', '2', 'S')

/* Both version numbers mean the same layout. */
#define SUNMAO_ISP_VERSION_V0		0
#define SUNMAO_ISP_VERSION_V1		1

/*
 * Block flags. A parameter block with neither of them is ignored; both are an
 * error. With DISABLE the block may consist of its header only.
 */
#define SUNMAO_ISP_BLOCK_FL_DISABLE	(1U << 0)
#define SUNMAO_ISP_BLOCK_FL_ENABLE	(1U << 1)

/**
 * struct sunmao_isp_block_header - start of every block
 * @type: which block, depends on the metadata format
 * @flags: SUNMAO_ISP_BLOCK_FL_*; 0 in statistics
 * @size: bytes of the block with this header
 */
struct sunmao_isp_block_header {
	__u16 type;
	__u16 flags;
	__u32 size;
} __attribute__((aligned(8)));

/**
 * struct sunmao_isp_buffer - a metadata buffer
 * @version: SUNMAO_ISP_VERSION_V0 or _V1
 * @data_size: bytes of all blocks in @data
 * @data: blocks without gaps
 */
struct sunmao_isp_buffer {
	__u32 version;
	__u32 data_size;
	__u8 data[];
};

/**
 * struct sunmao_isp_window - a rectangle
 * @h_offs: left edge, pixels
 * @v_offs: upper edge, lines
 * @h_size: width, pixels
 * @v_size: height, lines
 *
 * In grids of measurement blocks the sizes are those of one cell.
 */
struct sunmao_isp_window {
	__u16 h_offs;
	__u16 v_offs;
	__u16 h_size;
	__u16 v_size;
};

/**
 * enum sunmao_isp_rk_params_block - parameter blocks of RK2P
 * @SUNMAO_ISP_RK_PARAMS_BLS: black level
 * @SUNMAO_ISP_RK_PARAMS_AWB_GAINS: white balance gains
 * @SUNMAO_ISP_RK_PARAMS_CSM: RGB to YCbCr matrix
 * @SUNMAO_ISP_RK_PARAMS_CCM: colour correction matrix
 * @SUNMAO_ISP_RK_PARAMS_GOC: output gamma
 * @SUNMAO_ISP_RK_PARAMS_LSC: lens shading
 * @SUNMAO_ISP_RK_PARAMS_CROP: crop of main and self path
 * @SUNMAO_ISP_RK_PARAMS_AE_LITE: small exposure grid
 * @SUNMAO_ISP_RK_PARAMS_HIST_LITE: small histogram
 * @SUNMAO_ISP_RK_PARAMS_HIST_BIG0: histogram
 * @SUNMAO_ISP_RK_PARAMS_HIST_BIG1: histogram
 * @SUNMAO_ISP_RK_PARAMS_HIST_BIG2: histogram
 * @SUNMAO_ISP_RK_PARAMS_AWB_MEAS: white balance measurement
 * @SUNMAO_ISP_RK_PARAMS_MAX: number of blocks
 */
enum sunmao_isp_rk_params_block {
	SUNMAO_ISP_RK_PARAMS_BLS,
	SUNMAO_ISP_RK_PARAMS_AWB_GAINS,
	SUNMAO_ISP_RK_PARAMS_CSM,
	SUNMAO_ISP_RK_PARAMS_CCM,
	SUNMAO_ISP_RK_PARAMS_GOC,
	SUNMAO_ISP_RK_PARAMS_LSC,
	SUNMAO_ISP_RK_PARAMS_CROP,
	SUNMAO_ISP_RK_PARAMS_AE_LITE,
	SUNMAO_ISP_RK_PARAMS_HIST_LITE,
	SUNMAO_ISP_RK_PARAMS_HIST_BIG0,
	SUNMAO_ISP_RK_PARAMS_HIST_BIG1,
	SUNMAO_ISP_RK_PARAMS_HIST_BIG2,
	SUNMAO_ISP_RK_PARAMS_AWB_MEAS,
	SUNMAO_ISP_RK_PARAMS_MAX,
};

/**
 * struct sunmao_isp_quad - one signed value per position of the Bayer quad
 * @a: top left
 * @b: top right
 * @c: bottom left
 * @d: bottom right
 */
struct sunmao_isp_quad {
	__s16 a;
	__s16 b;
	__s16 c;
	__s16 d;
};

/**
 * struct sunmao_isp_rk_bls - black level subtraction
 * @header: block header
 * @enable_auto: 0 subtract @bls_fixed_val, 1 subtract what the windows measure
 * @enabled_windows: bit 0 window 1, bit 1 window 2
 * @bls_window1: first optical-black area, inside the picture when enabled
 * @bls_window2: second optical-black area
 * @bls_samples: log2 of the samples per Bayer position, 0..15
 * @reserved: 0
 * @bls_fixed_val: -4096..4095 in 12-bit pixel values
 * @bls1_fixed_val: second subtraction; not used in this format
 * @reserved1: 0
 *
 * DISABLE also turns the second subtraction off.
 */
struct sunmao_isp_rk_bls {
	struct sunmao_isp_block_header header;
	__u8 enable_auto;
	__u8 enabled_windows;
	struct sunmao_isp_window bls_window1;
	struct sunmao_isp_window bls_window2;
	__u8 bls_samples;
	__u8 reserved;
	struct sunmao_isp_quad bls_fixed_val;
	struct sunmao_isp_quad bls1_fixed_val;
	__u8 reserved1[4];
};

/**
 * struct sunmao_isp_gains - gains of the four Bayer colours
 * @r: red, U6.8, 0..0x3fff, 0x100 is 1
 * @gr: green in red rows
 * @b: blue
 * @gb: green in blue rows
 */
struct sunmao_isp_gains {
	__u16 r;
	__u16 gr;
	__u16 b;
	__u16 gb;
};

/**
 * struct sunmao_isp_rk_awb_gains - white balance gains
 * @header: block header
 * @gains: for the only or short exposure, then for two more exposures
 */
struct sunmao_isp_rk_awb_gains {
	struct sunmao_isp_block_header header;
	struct sunmao_isp_gains gains[3];
};

/**
 * struct sunmao_isp_rk_csm - RGB to YCbCr matrix
 * @header: block header
 * @coeff: rows Y, Cb, Cr, columns R, G, B; 9-bit two's complement S1.7
 * @reserved: 0
 *
 * The rows decide the quantization: a Y row that sums up to 15/16 or more gives
 * full range, otherwise 16 is added to Y. DISABLE sets the unit matrix.
 */
struct sunmao_isp_rk_csm {
	struct sunmao_isp_block_header header;
	__u16 coeff[3][3];
	__u8 reserved[6];
};

/**
 * struct sunmao_isp_rk_ccm - colour correction matrix
 * @header: block header
 * @high_y_alpha_adj_en: 0 keeps the strength of the matrix above the knee
 * @reserved: 0
 * @coeff: plain matrix, rows and columns R, G, B; 11-bit two's complement S3.7
 * @offset: added to R, G, B; 13-bit two's complement, or 12-bit with bits
 *	12-15 clear
 * @y_coeff: luma weights for @alp, 1/128, 0..2047
 * @alp: strength over luma, 17 points, 0..1024
 * @inflection_point: log2 of the knee, 0..15
 * @reserved1: 0
 */
struct sunmao_isp_rk_ccm {
	struct sunmao_isp_block_header header;
	__u8 high_y_alpha_adj_en;
	__u8 reserved;
	__u16 coeff[3][3];
	__u16 offset[3];
	__u16 y_coeff[3];
	__u16 alp[17];
	__u8 inflection_point;
	__u8 reserved1[5];
};

/**
 * struct sunmao_isp_rk_goc - output gamma
 * @header: block header
 * @mode: 0 logarithmic x steps, 1 equidistant
 * @segments: 0 for 44 segments and 45 points, 1 for 48 and 49
 * @offset: added to the input
 * @gamma_y: points, 12 bits
 * @reserved: 0
 */
struct sunmao_isp_rk_goc {
	struct sunmao_isp_block_header header;
	__u8 mode;
	__u8 segments;
	__u16 offset;
	__u16 gamma_y[49];
	__u8 reserved[2];
};

/* Vertices of a lens shading table in each direction, and its sectors. */
#define SUNMAO_ISP_LSC_POINTS	17
#define SUNMAO_ISP_LSC_SECTORS	16

/**
 * struct sunmao_isp_rk_lsc - lens shading correction
 * @header: block header
 * @r_data_tbl: gains of red at the vertices [bank][row][column], U3.10,
 *	1024 is 1, 0..8191
 * @gr_data_tbl: green in red rows
 * @gb_data_tbl: green in blue rows
 * @b_data_tbl: blue
 * @write_table: 1 takes that bank from this block
 * @active_table: bank in use from this frame on, 0 or 1
 * @set_active_table_when: 0 after the load, 1 before it; both are in time for
 *	the frame, so there is no difference here
 * @x_sizes: widths of the sectors, 9..4095 pixels
 * @y_sizes: heights of the sectors, 9..4095 lines
 * @x_grads: 32768 / width, 0..4095
 * @y_grads: 32768 / height, 0..4095
 * @window_mode: 0 for 8 sector sizes that are mirrored at the centre, 1 for 16
 * @reserved: 0
 *
 * Twice the first 8 sizes, or all 16, add up to the size of the ISP's input.
 */
struct sunmao_isp_rk_lsc {
	struct sunmao_isp_block_header header;
	__u16 r_data_tbl[2][SUNMAO_ISP_LSC_POINTS][SUNMAO_ISP_LSC_POINTS];
	__u16 gr_data_tbl[2][SUNMAO_ISP_LSC_POINTS][SUNMAO_ISP_LSC_POINTS];
	__u16 gb_data_tbl[2][SUNMAO_ISP_LSC_POINTS][SUNMAO_ISP_LSC_POINTS];
	__u16 b_data_tbl[2][SUNMAO_ISP_LSC_POINTS][SUNMAO_ISP_LSC_POINTS];
	__u8 write_table[2];
	__u8 active_table;
	__u8 set_active_table_when;
	__u16 x_sizes[SUNMAO_ISP_LSC_SECTORS];
	__u16 y_sizes[SUNMAO_ISP_LSC_SECTORS];
	__u16 x_grads[SUNMAO_ISP_LSC_SECTORS];
	__u16 y_grads[SUNMAO_ISP_LSC_SECTORS];
	__u8 window_mode;
	__u8 reserved[3];
};

/* Paths in &sunmao_isp_rk_crop.crop_en. */
#define SUNMAO_ISP_RK_CROP_MAIN		(1U << 0)
#define SUNMAO_ISP_RK_CROP_SELF		(1U << 1)

/**
 * struct sunmao_isp_rk_crop - what part of the picture the paths show
 * @header: block header
 * @crop_en: SUNMAO_ISP_RK_CROP_*: paths that show a window
 * @reserved: 0
 * @mp_crop: window of the main path, in pixels of the ISP's input; even
 * @sp_crop: window of the self path
 * @reserved1: 0
 *
 * The window, or the crop selection of the sub-device's source pad when the path
 * is not in @crop_en or the block is disabled, is scaled to the node's size.
 */
struct sunmao_isp_rk_crop {
	struct sunmao_isp_block_header header;
	__u8 crop_en;
	__u8 reserved;
	struct sunmao_isp_window mp_crop;
	struct sunmao_isp_window sp_crop;
	__u8 reserved1[6];
};

/**
 * struct sunmao_isp_rk_ae_lite - small exposure grid
 * @header: block header
 * @window_num: 0 for one cell, 1 for 5x5
 * @reserved: 0
 * @meas_window: place of the grid and size of one cell, at least 16x4 inside
 *	the picture. The hardware needs even sizes and a grid that ends before the
 *	picture does, so the driver takes up to two pixels off a cell.
 * @reserved1: 0
 */
struct sunmao_isp_rk_ae_lite {
	struct sunmao_isp_block_header header;
	__u8 window_num;
	__u8 reserved;
	struct sunmao_isp_window meas_window;
	__u8 reserved1[6];
};

/**
 * enum sunmao_isp_hist_mode - what a histogram counts
 * @SUNMAO_ISP_HIST_OFF: nothing
 * @SUNMAO_ISP_HIST_R: red
 * @SUNMAO_ISP_HIST_G: green
 * @SUNMAO_ISP_HIST_B: blue
 * @SUNMAO_ISP_HIST_Y: weighted sum of the three
 */
enum sunmao_isp_hist_mode {
	SUNMAO_ISP_HIST_OFF = 0,
	SUNMAO_ISP_HIST_R = 2,
	SUNMAO_ISP_HIST_G = 3,
	SUNMAO_ISP_HIST_B = 4,
	SUNMAO_ISP_HIST_Y = 5,
};

/**
 * struct sunmao_isp_hist_coeffs - luma weights of a histogram
 * @r: red, 1/256
 * @g: green
 * @b: blue
 */
struct sunmao_isp_hist_coeffs {
	__u8 r;
	__u8 g;
	__u8 b;
};

/**
 * struct sunmao_isp_rk_hist_lite - small histogram
 * @header: block header
 * @data_sel: which 8 bits of the 12-bit value select the bin: 0 for 11..4, to
 *	4 for 7..0
 * @mode: enum sunmao_isp_hist_mode
 * @stepsize: horizontal subsampling, 0..7
 * @reserved: 0
 * @waterline: values above do not count, 0..4095; 0 is no limit
 * @coeffs: luma weights
 * @reserved1: 0
 * @meas_window: place of the 5x5 grid and size of one cell, at least
 *	2x2; the driver fits it as in the exposure grid
 * @weights: weights of the cells, 0..63, 0x20 is 1
 * @reserved2: 0
 */
struct sunmao_isp_rk_hist_lite {
	struct sunmao_isp_block_header header;
	__u8 data_sel;
	__u8 mode;
	__u8 stepsize;
	__u8 reserved;
	__u16 waterline;
	struct sunmao_isp_hist_coeffs coeffs;
	__u8 reserved1;
	struct sunmao_isp_window meas_window;
	__u8 weights[25];
	__u8 reserved2[5];
};

/**
 * struct sunmao_isp_rk_hist_big - histogram
 * @header: block header
 * @data_sel: as in the small one
 * @mode: enum sunmao_isp_hist_mode
 * @stepsize: horizontal subsampling, 0..7
 * @window_num: 0 and 1 for 5x5 cells, 2 and 3 for 15x15
 * @waterline: as in the small one
 * @coeffs: luma weights
 * @reserved1: 0
 * @meas_window: place of the grid and size of one cell, at least
 *	2x2; the driver fits it as in the exposure grid
 * @weights: weights of the cells row by row, 0..63, 0x20 is 1; the first 25
 *	count with 5x5 cells
 * @reserved2: 0
 */
struct sunmao_isp_rk_hist_big {
	struct sunmao_isp_block_header header;
	__u8 data_sel;
	__u8 mode;
	__u8 stepsize;
	__u8 window_num;
	__u16 waterline;
	struct sunmao_isp_hist_coeffs coeffs;
	__u8 reserved1;
	struct sunmao_isp_window meas_window;
	__u8 weights[225];
	__u8 reserved2[5];
};

/**
 * struct sunmao_isp_awb_limit - bounds of samples that count
 * @r: red, 8 bits
 * @g: green
 * @b: blue
 * @y: luma
 */
struct sunmao_isp_awb_limit {
	__u8 r;
	__u8 g;
	__u8 b;
	__u8 y;
};

/**
 * struct sunmao_isp_rk_awb_meas - white balance measurement
 * @header: block header
 * @meas_window: place of the 15x15 grid and size of one cell
 * @limits: minimum, maximum
 * @weights: weights of the cells, 0..63
 * @reserved: 0
 */
struct sunmao_isp_rk_awb_meas {
	struct sunmao_isp_block_header header;
	struct sunmao_isp_window meas_window;
	struct sunmao_isp_awb_limit limits[2];
	__u8 weights[225];
	__u8 reserved[7];
};

/* Bytes of all blocks of a RK2P buffer; the buffer has 8 bytes more. */
#define SUNMAO_ISP_RK_PARAMS_MAX_SIZE			\
	(sizeof(struct sunmao_isp_rk_bls) +		\
	 sizeof(struct sunmao_isp_rk_awb_gains) +	\
	 sizeof(struct sunmao_isp_rk_csm) +		\
	 sizeof(struct sunmao_isp_rk_ccm) +		\
	 sizeof(struct sunmao_isp_rk_goc) +		\
	 sizeof(struct sunmao_isp_rk_lsc) +		\
	 sizeof(struct sunmao_isp_rk_crop) +		\
	 sizeof(struct sunmao_isp_rk_ae_lite) +		\
	 sizeof(struct sunmao_isp_rk_hist_lite) +	\
	 3 * sizeof(struct sunmao_isp_rk_hist_big) +	\
	 sizeof(struct sunmao_isp_rk_awb_meas))

/**
 * enum sunmao_isp_rk_stats_block - statistics blocks of RK2S
 * @SUNMAO_ISP_RK_STATS_AE_LITE: small exposure grid; in every buffer
 * @SUNMAO_ISP_RK_STATS_HIST_LITE: small histogram; when its unit is on
 * @SUNMAO_ISP_RK_STATS_HIST_BIG0: histogram; in every buffer
 * @SUNMAO_ISP_RK_STATS_HIST_BIG1: histogram; when its unit is on
 * @SUNMAO_ISP_RK_STATS_HIST_BIG2: histogram; when its unit is on
 * @SUNMAO_ISP_RK_STATS_AWB: white balance grid; in every buffer
 * @SUNMAO_ISP_RK_STATS_MAX: number of blocks
 *
 * What a unit did not deliver for this frame repeats the values before, with
 * "done" 0.
 */
enum sunmao_isp_rk_stats_block {
	SUNMAO_ISP_RK_STATS_AE_LITE,
	SUNMAO_ISP_RK_STATS_HIST_LITE,
	SUNMAO_ISP_RK_STATS_HIST_BIG0,
	SUNMAO_ISP_RK_STATS_HIST_BIG1,
	SUNMAO_ISP_RK_STATS_HIST_BIG2,
	SUNMAO_ISP_RK_STATS_AWB,
	SUNMAO_ISP_RK_STATS_MAX,
};

/**
 * struct sunmao_isp_rk_stats_ae_lite - small exposure grid
 * @header: block header
 * @exp_mean_r: mean of red per cell, row by row, 10 bits
 * @exp_mean_g: mean of green, 12 bits
 * @exp_mean_b: mean of blue, 10 bits
 * @done: 1 when measured in this frame
 * @reserved: 0
 */
struct sunmao_isp_rk_stats_ae_lite {
	struct sunmao_isp_block_header header;
	__u16 exp_mean_r[25];
	__u16 exp_mean_g[25];
	__u16 exp_mean_b[25];
	__u8 done;
	__u8 reserved;
};

/**
 * struct sunmao_isp_rk_stats_hist - a histogram
 * @header: block header
 * @hist_bins: counts, 28 bits of which 5 are fraction
 * @done: 1 when measured in this frame
 * @reserved: 0
 */
struct sunmao_isp_rk_stats_hist {
	struct sunmao_isp_block_header header;
	__u32 hist_bins[256];
	__u8 done;
	__u8 reserved[7];
};

/**
 * struct sunmao_isp_rk_stats_awb - white balance grid
 * @header: block header
 * @counts_r: red per cell, row by row, 18 bits
 * @counts_g: green
 * @counts_b: blue
 * @counts_w: number of white points, 10 bits
 * @done: 1 when measured in this frame
 * @reserved: 0
 */
struct sunmao_isp_rk_stats_awb {
	struct sunmao_isp_block_header header;
	__u32 counts_r[225];
	__u32 counts_g[225];
	__u32 counts_b[225];
	__u16 counts_w[225];
	__u8 done;
	__u8 reserved;
};

/* Bytes of all blocks of a RK2S buffer; the buffer has 8 bytes more. */
#define SUNMAO_ISP_RK_STATS_MAX_SIZE			\
	(sizeof(struct sunmao_isp_rk_stats_ae_lite) +	\
	 4 * sizeof(struct sunmao_isp_rk_stats_hist) +	\
	 sizeof(struct sunmao_isp_rk_stats_awb))

#if defined(__cplusplus)
}
#endif

#endif /* _UAPI_SUNMAO_ISP_RKISP2_H */
