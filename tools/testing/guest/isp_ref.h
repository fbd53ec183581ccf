/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: reference of the ISP's arithmetic (hardware notes, ISP 7)
 *
 * Plain C on whole pictures, one function per stage, written from the notes
 * alone: neither the model nor the driver was looked at.
 *
 *   raw -> 12 bits -> BLS -> LSC -> AWB gains -> debayer -> CCM -> GOC -> CSM
 *       -> 4:2:2 -> CPROC -> per path: crop -> scaler -> output format
 *
 * What the notes leave open, and how it is judged here:
 *
 * - Tolerance: ISP_REF_TOLERANCE of 255 per 8-bit sample (ISP 7 calls 1 to 2
 *   realistic). Roundings that no formula of the notes fixes (averages of the
 *   debayer, gains between LSC vertices, points between GOC knots) stay inside
 *   as long as a test picture is not amplified after them: settings of tests
 *   keep the product of the slopes behind the debayer below about 12.
 * - struct isp_ref_choices: where the notes allow several pipelines that differ by
 *   more than the tolerance. The default is what they name first.
 * - DPCC, AF: the notes give registers but no arithmetic (ISP 5.2, 6.1). They
 *   have no function here; tests demand what the blocks are for.
 * - AWB grid: the scale of the sums is open (ISP 7, last paragraph): only
 *   proportions are compared, see isp_ref_awb().
 * - Scaler: interpolation weights have 6 bits (ISP 3.3); at a boundary two honest
 *   implementations differ by one of 64 steps. Scaled pictures in tests have no
 *   two neighbours that differ by more than 64 of 255.
 * - Chroma of scaled 4:2:0 (ISP 14, question 2): pictures of such tests have
 *   smooth colours.
 */
#ifndef SUNMAO_TEST_ISP_REF_H
#define SUNMAO_TEST_ISP_REF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/sunmao_isp.h>

/* Values of a Bayer sample. */
#define ISP_LEVELS		4096

/* Largest difference of a sample between reference and picture. */
#define ISP_REF_TOLERANCE	2

/* Bayer orders by their first two pixels, as the register has them. */
enum isp_order { ISP_RGGB, ISP_GRBG, ISP_GBRG, ISP_BGGR };

/* Colour of a Bayer position. */
enum isp_colour { ISP_R, ISP_GR, ISP_GB, ISP_B };

/**
 * enum isp_ref_siting - how pairs of chroma samples become one (ISP 7, CSM)
 * @ISP_SITING_FILTER: [1 2 1]/4 at even samples
 * @ISP_SITING_AVERAGE: mean of even and odd sample
 * @ISP_SITING_PICK: the even sample
 */
enum isp_ref_siting { ISP_SITING_FILTER, ISP_SITING_AVERAGE, ISP_SITING_PICK };

/**
 * enum isp_ref_tap - what the Bayer statistics see (ISP 6.4)
 * @ISP_TAP_LSC: after black level and shading correction, before gains
 * @ISP_TAP_BLS: after black level only
 * @ISP_TAP_RAW: the raw picture
 * @ISP_TAP_AWB: after the white balance gains
 */
enum isp_ref_tap { ISP_TAP_LSC, ISP_TAP_BLS, ISP_TAP_RAW, ISP_TAP_AWB };

/**
 * struct isp_ref_choices - what the hardware notes leave open
 * @siting: 4:4:4 to 4:2:2
 * @pick_line: 4:2:2 to 4:2:0: true drops odd lines, false averages two
 * @tap: where exposure units and histograms look
 * @awb_tap: where the white balance unit looks; a bit that takes shading correction
 *	out of it (ISP 6.4) speaks for behind that
 * @hue_back: positive hue turns Cr towards Cb, not Cb towards Cr
 * @all_greens: a histogram of green counts both greens of a Bayer quad, not their
 *	mean once
 */
struct isp_ref_choices {
	enum isp_ref_siting siting;
	bool pick_line;
	enum isp_ref_tap tap, awb_tap;
	bool hue_back;
	bool all_greens;
};

extern struct isp_ref_choices isp_ref_choices;

/**
 * struct isp_ref_raw - a raw picture in memory
 * @width: pixels
 * @height: lines of @data
 * @depth: 8 (one byte per pixel), 10 or 12 (low bits of 16)
 * @order: colour of the first pixel of the picture
 * @data: first line
 * @stride: bytes per line
 * @line0: number of the first line in the whole picture, even
 * @full_height: lines of the whole picture; 0 when it is all here
 */
struct isp_ref_raw {
	unsigned int width, height;
	unsigned int depth;
	enum isp_order order;
	const void *data;
	size_t stride;
	unsigned int line0;
	unsigned int full_height;
};

/**
 * struct isp_ref_set - what an ISP context is set to
 *
 * The last block of each kind that was enabled, and whether it is on. A
 * parameter buffer changes it by isp_ref_apply().
 */
struct isp_ref_set {
	bool bls_on, awb_on, csm_on, ccm_on, goc_on, lsc_on, crop_on;
	bool ae_on, hist_on, hist_big_on[3], awb_meas_on;
	bool cproc_on, ae_big_on[3], dpcc_on, af_on;
	struct sunmao_isp_rk_bls bls;
	struct sunmao_isp_rk_awb_gains awb;
	struct sunmao_isp_rk_csm csm;
	struct sunmao_isp_rk_ccm ccm;
	struct sunmao_isp_rk_goc goc;
	struct sunmao_isp_rk_lsc lsc;
	struct sunmao_isp_rk_crop crop;
	struct sunmao_isp_rk_ae_lite ae;
	struct sunmao_isp_rk_hist_lite hist;
	struct sunmao_isp_rk_hist_big hist_big[3];
	struct sunmao_isp_rk_awb_meas awb_meas;
	struct sunmao_isp_params_cproc cproc;
	struct sunmao_isp_params_ae_big ae_big[3];
};

/**
 * struct isp_bayer - a picture of one value per pixel, 12 bits
 * @width: pixels
 * @height: lines
 * @order: colour of the first pixel
 * @p: pixels, line by line
 */
struct isp_bayer {
	unsigned int width, height;
	enum isp_order order;
	uint16_t *p;
};

/**
 * struct isp_yuv - a 4:2:2 picture
 * @width: luma samples per line; chroma has half, rounded up
 * @height: lines of all three planes
 * @full: full range
 * @y: luma
 * @cb: blue difference
 * @cr: red difference
 */
struct isp_yuv {
	unsigned int width, height;
	bool full;
	uint8_t *y, *cb, *cr;
};

/**
 * struct isp_ref_frame - all intermediate pictures of one raw frame
 * @tap: what exposure units and histograms see
 * @awb: what the white balance unit sees
 * @yuv: what both paths get
 */
struct isp_ref_frame {
	struct isp_bayer tap, awb;
	struct isp_yuv yuv;
};

/* A rectangle in pixels. */
struct isp_rect {
	unsigned int x, y, w, h;
};

#define ISP_PLANES	3

/**
 * struct isp_image - a picture in an output format
 * @fourcc: V4L2 pixel format
 * @width: pixels
 * @height: lines
 * @planes: memory planes
 * @plane: first byte of each plane
 * @stride: bytes per line of each memory plane
 *
 * Components that share a memory plane follow each other as V4L2 has them.
 */
struct isp_image {
	uint32_t fourcc;
	unsigned int width, height;
	unsigned int planes;
	uint8_t *plane[ISP_PLANES];
	size_t stride[ISP_PLANES];
};

/**
 * struct isp_ref_ae - exposure grid in full precision
 * @cells: cells per direction
 * @r: mean of red, 12 bits
 * @g: mean of both greens
 * @b: mean of blue
 */
struct isp_ref_ae {
	unsigned int cells;
	uint16_t r[225], g[225], b[225];
};

/**
 * struct isp_ref_awb - white balance grid
 * @r: sum of 8-bit red samples per cell
 * @g: of green
 * @b: of blue
 * @count: quads that counted
 */
struct isp_ref_awb {
	uint64_t r[225], g[225], b[225];
	uint32_t count[225];
};

/**
 * struct isp_diff - result of a comparison
 * @max: largest difference of a sample
 * @over: samples beyond the tolerance
 * @plane: place of the largest one: component,
 * @x: column,
 * @y: line
 * @want: its value in the reference
 * @got: its value in the picture
 */
struct isp_diff {
	unsigned int max, over;
	unsigned int plane, x, y;
	int want, got;
};

enum isp_colour isp_colour_at(enum isp_order order, unsigned int x, unsigned int y);

void isp_ref_reset(struct isp_ref_set *set);
int isp_ref_apply(struct isp_ref_set *set, const void *buffer, size_t bytes);

void isp_ref_develop(struct isp_ref_frame *out, const struct isp_ref_set *set,
		     const struct isp_ref_raw *raw);
void isp_ref_free(struct isp_ref_frame *frame);
void isp_ref_path(struct isp_yuv *out, const struct isp_yuv *in, struct isp_rect crop,
		  unsigned int width, unsigned int height);
struct isp_yuv isp_yuv_new(unsigned int width, unsigned int height);
void isp_yuv_free(struct isp_yuv *yuv);

unsigned int isp_image_components(uint32_t fourcc);
size_t isp_image_layout(struct isp_image *image, size_t *sizes);
void isp_ref_pack(struct isp_image *out, const struct isp_yuv *in);
struct isp_diff isp_image_compare(const struct isp_image *want,
				  const struct isp_image *got, unsigned int tolerance);

struct isp_rect isp_ref_cells(const struct sunmao_isp_window *window, unsigned int cells,
			      unsigned int width, unsigned int height);
void isp_ref_exposure(struct isp_ref_ae *out, const struct isp_bayer *in,
		      const struct sunmao_isp_window *cell, unsigned int cells);
void isp_ref_sums(uint64_t sum[3], const struct isp_bayer *in,
		  const struct sunmao_isp_window *window);
void isp_ref_histogram(uint32_t levels[ISP_LEVELS], const struct isp_bayer *in,
		       const struct sunmao_isp_rk_hist_big *hist, bool lite);
void isp_ref_bins(uint32_t bins[256], const uint32_t levels[ISP_LEVELS],
		  const struct sunmao_isp_rk_hist_big *hist);
void isp_ref_awb(struct isp_ref_awb *out, const struct isp_bayer *in,
		 const struct sunmao_isp_rk_awb_meas *meas);

#endif /* SUNMAO_TEST_ISP_REF_H */
