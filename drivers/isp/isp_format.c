// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: formats, sizes and factors
 *
 * See isp_format.h.
 */

#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/math64.h>
#include <linux/media-bus-format.h>
#include <linux/minmax.h>
#include <kunit/visibility.h>

#include "isp_format.h"
#include "isp_image.h"
#include "isp_soc.h"

/* RAW_RD_CTRL: 16-bit container, value in the low bits (R 2.7, ISP 1.4). */
#define RD_WORDS	0x18

/* Only layouts that are known to work on silicon (ISP 1.4). */
static const struct isp_raw_format isp_raw_formats[] = {
	{ V4L2_PIX_FMT_SRGGB8, MEDIA_BUS_FMT_SRGGB8_1X8,
	  0, 8, 1, 0x2a, 0 },
	{ V4L2_PIX_FMT_SBGGR8, MEDIA_BUS_FMT_SBGGR8_1X8,
	  3, 8, 1, 0x2a, 0 },
	{ V4L2_PIX_FMT_SGRBG8, MEDIA_BUS_FMT_SGRBG8_1X8,
	  1, 8, 1, 0x2a, 0 },
	{ V4L2_PIX_FMT_SGBRG8, MEDIA_BUS_FMT_SGBRG8_1X8,
	  2, 8, 1, 0x2a, 0 },
	{ V4L2_PIX_FMT_SRGGB10, MEDIA_BUS_FMT_SRGGB10_1X10,
	  0, 10, 2, 0x2b, RD_WORDS },
	{ V4L2_PIX_FMT_SBGGR10, MEDIA_BUS_FMT_SBGGR10_1X10,
	  3, 10, 2, 0x2b, RD_WORDS },
	{ V4L2_PIX_FMT_SGRBG10, MEDIA_BUS_FMT_SGRBG10_1X10,
	  1, 10, 2, 0x2b, RD_WORDS },
	{ V4L2_PIX_FMT_SGBRG10, MEDIA_BUS_FMT_SGBRG10_1X10,
	  2, 10, 2, 0x2b, RD_WORDS },
	{ V4L2_PIX_FMT_SRGGB12, MEDIA_BUS_FMT_SRGGB12_1X12,
	  0, 12, 2, 0x2c, RD_WORDS },
	{ V4L2_PIX_FMT_SBGGR12, MEDIA_BUS_FMT_SBGGR12_1X12,
	  3, 12, 2, 0x2c, RD_WORDS },
	{ V4L2_PIX_FMT_SGRBG12, MEDIA_BUS_FMT_SGRBG12_1X12,
	  1, 12, 2, 0x2c, RD_WORDS },
	{ V4L2_PIX_FMT_SGBRG12, MEDIA_BUS_FMT_SGBRG12_1X12,
	  2, 12, 2, 0x2c, RD_WORDS },
};

#define BOTH	(BIT(ISP_PATH_MAIN) | BIT(ISP_PATH_SELF))
#define SELF	BIT(ISP_PATH_SELF)
#define C422	MEDIA_BUS_FMT_YUYV8_2X8
#define C420	MEDIA_BUS_FMT_YUYV8_1_5X8

/* The order is the order of enumeration (ISP UAPI 2.2). */
static const struct isp_out_format isp_out_formats[] = {
	{ V4L2_PIX_FMT_UYVY, C422, BOTH, ISP_MI_INTERLEAVED, ISP_MI_422,
	  false, 1, 2 },
	{ V4L2_PIX_FMT_YUV422P, C422, BOTH, ISP_MI_PLANAR, ISP_MI_422,
	  false, 1, 1 },
	{ V4L2_PIX_FMT_NV16, C422, BOTH, ISP_MI_SEMI_PLANAR, ISP_MI_422,
	  false, 1, 1 },
	{ V4L2_PIX_FMT_NV61, C422, BOTH, ISP_MI_SEMI_PLANAR, ISP_MI_422,
	  true, 1, 1 },
	{ V4L2_PIX_FMT_NV16M, C422, BOTH, ISP_MI_SEMI_PLANAR, ISP_MI_422,
	  false, 2, 1 },
	{ V4L2_PIX_FMT_NV61M, C422, BOTH, ISP_MI_SEMI_PLANAR, ISP_MI_422,
	  true, 2, 1 },
	{ V4L2_PIX_FMT_YVU422M, C422, BOTH, ISP_MI_PLANAR, ISP_MI_422,
	  true, 3, 1 },
	{ V4L2_PIX_FMT_GREY, C422, BOTH, ISP_MI_PLANAR, ISP_MI_400,
	  false, 1, 1 },
	{ V4L2_PIX_FMT_NV21, C420, BOTH, ISP_MI_SEMI_PLANAR, ISP_MI_420,
	  true, 1, 1 },
	{ V4L2_PIX_FMT_NV12, C422, BOTH, ISP_MI_SEMI_PLANAR, ISP_MI_420,
	  false, 1, 1 },
	{ V4L2_PIX_FMT_NV21M, C420, BOTH, ISP_MI_SEMI_PLANAR, ISP_MI_420,
	  true, 2, 1 },
	{ V4L2_PIX_FMT_NV12M, C420, BOTH, ISP_MI_SEMI_PLANAR, ISP_MI_420,
	  false, 2, 1 },
	{ V4L2_PIX_FMT_YUV420, C420, BOTH, ISP_MI_PLANAR, ISP_MI_420,
	  false, 1, 1 },
	{ V4L2_PIX_FMT_YVU420, C420, BOTH, ISP_MI_PLANAR, ISP_MI_420,
	  true, 1, 1 },
	{ V4L2_PIX_FMT_XBGR32, C422, SELF, ISP_MI_PLANAR, ISP_MI_RGB888,
	  false, 1, 4 },
	{ V4L2_PIX_FMT_RGB565, C422, SELF, ISP_MI_PLANAR, ISP_MI_RGB565,
	  false, 1, 2 },
};

/**
 * isp_raw_format_get() - enumerate raw formats
 * @index: 0..
 *
 * Return: the format or NULL.
 */
const struct isp_raw_format *isp_raw_format_get(unsigned int index)
{
	return index < ARRAY_SIZE(isp_raw_formats) ? &isp_raw_formats[index] :
						     NULL;
}

/**
 * isp_raw_format_find() - look a raw format up
 * @fourcc: V4L2 pixel format
 *
 * Return: the format, the first one for an unknown @fourcc.
 */
const struct isp_raw_format *isp_raw_format_find(u32 fourcc)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(isp_raw_formats); i++) {
		if (isp_raw_formats[i].fourcc == fourcc)
			return &isp_raw_formats[i];
	}

	return &isp_raw_formats[0];
}
EXPORT_SYMBOL_IF_KUNIT(isp_raw_format_find);

/**
 * isp_out_format_get() - enumerate formats of a path
 * @path: path
 * @code: only formats of this media bus code, 0 for all
 * @index: 0..
 *
 * Return: the format or NULL.
 */
const struct isp_out_format *isp_out_format_get(enum isp_path path, u32 code,
						unsigned int index)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(isp_out_formats); i++) {
		const struct isp_out_format *fmt = &isp_out_formats[i];

		if (!(fmt->paths & BIT(path)) || (code && fmt->code != code))
			continue;
		if (!index--)
			return fmt;
	}

	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(isp_out_format_get);

/**
 * isp_out_format_find() - look a format of a path up
 * @path: path
 * @fourcc: V4L2 pixel format
 *
 * Return: the format, the first one for an unknown @fourcc.
 */
const struct isp_out_format *isp_out_format_find(enum isp_path path,
						 u32 fourcc)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(isp_out_formats); i++) {
		if (isp_out_formats[i].fourcc == fourcc &&
		    isp_out_formats[i].paths & BIT(path))
			return &isp_out_formats[i];
	}

	return &isp_out_formats[0];
}
EXPORT_SYMBOL_IF_KUNIT(isp_out_format_find);

/* Start addresses of components are multiples of this (ISP 3.2). */
#define COMPONENT_ALIGN	64

/* Smallest factor that makes a multiple of COMPONENT_ALIGN of @n. */
static u32 align_factor(u32 n)
{
	return COMPONENT_ALIGN / min(n & -n, COMPONENT_ALIGN);
}

static bool has_chroma(const struct isp_out_format *fmt)
{
	return fmt->layout != ISP_MI_INTERLEAVED &&
	       fmt->chroma > ISP_MI_400 && fmt->chroma < ISP_MI_RGB565;
}

static u32 chroma_lines(const struct isp_out_format *fmt, u32 lines)
{
	return fmt->chroma == ISP_MI_420 ? lines / 2 : lines;
}

/**
 * isp_out_stride() - bytes of a line of the first component
 * @fmt: format
 * @width: pixels, even
 * @height: lines, even
 * @wish: bytes that somebody asked for; may be too small
 *
 * Lines are as short as the width allows, unless a later component in the same
 * memory plane would start at an address that the writer cannot take.
 *
 * Return: bytes.
 */
u32 isp_out_stride(const struct isp_out_format *fmt, u32 width, u32 height,
		   u32 wish)
{
	u32 align = 2 * fmt->bpp;

	if (has_chroma(fmt) && fmt->buffers == 1) {
		align = max(align, align_factor(height));
		/* Cr starts behind all lines of Cb, which are half as long. */
		if (fmt->layout == ISP_MI_PLANAR)
			align = max(align,
				    2 * align_factor(chroma_lines(fmt,
								  height)));
	}

	return ALIGN(max(wish, width * fmt->bpp), align);
}
EXPORT_SYMBOL_IF_KUNIT(isp_out_stride);

/**
 * isp_out_chroma_stride() - bytes of a line of a chroma component
 * @fmt: format with more than one component
 * @stride: bytes of a line of luma
 *
 * Return: bytes.
 */
u32 isp_out_chroma_stride(const struct isp_out_format *fmt, u32 stride)
{
	return fmt->layout == ISP_MI_SEMI_PLANAR ? stride : stride / 2;
}

/**
 * isp_out_layout() - place the components of a picture
 * @out: result; offsets are those of a single memory plane, in memory order
 * @fmt: format
 * @width: pixels, even
 * @height: lines, even
 * @stride: bytes per line of the first component
 */
void isp_out_layout(struct isp_out_layout *out,
		    const struct isp_out_format *fmt, u32 width, u32 height,
		    u32 stride)
{
	u32 chroma;

	*out = (struct isp_out_layout) {
		.width = width,
		.height = height,
		.stride = stride,
		.size[0] = stride * height,
	};

	if (!has_chroma(fmt))
		return;
	chroma = isp_out_chroma_stride(fmt, stride) *
		 chroma_lines(fmt, height);
	out->size[1] = chroma;
	out->offset[1] = out->size[0];
	if (fmt->layout == ISP_MI_PLANAR) {
		out->size[2] = chroma;
		out->offset[2] = out->offset[1] + chroma;
	}
}
EXPORT_SYMBOL_IF_KUNIT(isp_out_layout);

/**
 * isp_out_layout_part() - place a picture inside a larger one
 * @part: result
 * @fmt: format
 * @whole: the larger one
 * @left: pixels from its left edge, a multiple of a step
 * @top: lines from its top, a multiple of a step
 * @width: pixels, even
 * @height: lines, even
 */
void isp_out_layout_part(struct isp_out_layout *part,
			 const struct isp_out_format *fmt,
			 const struct isp_out_layout *whole, u32 left, u32 top,
			 u32 width, u32 height)
{
	u32 chroma_stride = isp_out_chroma_stride(fmt, whole->stride);
	u32 chroma_left = fmt->layout == ISP_MI_SEMI_PLANAR ? left : left / 2;
	unsigned int i;

	isp_out_layout(part, fmt, width, height, whole->stride);
	part->offset[0] = whole->offset[0] + top * whole->stride +
			  left * fmt->bpp;
	for (i = 1; i < 3; i++) {
		if (part->size[i])
			part->offset[i] = whole->offset[i] + chroma_left +
					  chroma_lines(fmt, top) *
					  chroma_stride;
	}
}
EXPORT_SYMBOL_IF_KUNIT(isp_out_layout_part);

/**
 * isp_out_compose_steps() - where a picture may lie inside a larger one
 * @fmt: format
 * @stride: bytes per line of the first component
 * @step_x: set to the step of the left edge, pixels
 * @step_y: set to the step of the top, lines
 *
 * All components of the smaller picture have to start at addresses that the
 * writer can take.
 */
void isp_out_compose_steps(const struct isp_out_format *fmt, u32 stride,
			   u32 *step_x, u32 *step_y)
{
	*step_x = COMPONENT_ALIGN / fmt->bpp;
	*step_y = max(2, align_factor(stride));
	if (!has_chroma(fmt))
		return;
	if (fmt->layout == ISP_MI_PLANAR)
		*step_x *= 2;
	*step_y = max(*step_y, align_factor(isp_out_chroma_stride(fmt, stride)) *
			       (fmt->chroma == ISP_MI_420 ? 2 : 1));
}
EXPORT_SYMBOL_IF_KUNIT(isp_out_compose_steps);

/**
 * isp_scale_factor() - factor of one direction of a scaler (ISP 3.3)
 * @in: samples in, at least 2
 * @out: samples out, at least 2
 * @up: set when the direction enlarges
 *
 * Return: 16-bit fraction; 0 when no scaling is needed.
 */
u32 isp_scale_factor(u32 in, u32 out, bool *up)
{
	*up = out > in;
	if (in == out)
		return 0;
	if (*up)
		return ((in - 1) << 16) / (out - 1);

	return ((out - 1) << 16) / (in - 1) + 1;
}
EXPORT_SYMBOL_IF_KUNIT(isp_scale_factor);

/**
 * isp_scaler_set() - program the scaler of a path
 * @image: registers
 * @path: path
 * @in_w: width in, even
 * @in_h: height in
 * @out_w: width out, even
 * @out_h: height out
 *
 * The scaler takes and gives 4:2:2, the writer makes 4:2:0 of it, so chroma lines
 * scale like luma lines, as in the vendor's driver (ISP 3.3, not settled).
 */
void isp_scaler_set(struct isp_image *image, enum isp_path path, u32 in_w,
		    u32 in_h, u32 out_w, u32 out_h)
{
	const u32 base = ISP_RSZ(path);
	u32 ctrl = 0, factor;
	bool up;

	factor = isp_scale_factor(in_w, out_w, &up);
	isp_image_set(image, base + ISP_RSZ_HY, factor);
	if (factor)
		ctrl |= ISP_RSZ_CTRL_HY |
			(up ? ISP_RSZ_CTRL_HY << ISP_RSZ_CTRL_UP_SHIFT : 0);

	factor = isp_scale_factor(in_w / 2, out_w / 2, &up);
	isp_image_set(image, base + ISP_RSZ_HCB, factor);
	isp_image_set(image, base + ISP_RSZ_HCR, factor);
	if (factor)
		ctrl |= ISP_RSZ_CTRL_HC |
			(up ? ISP_RSZ_CTRL_HC << ISP_RSZ_CTRL_UP_SHIFT : 0);

	factor = isp_scale_factor(in_h, out_h, &up);
	isp_image_set(image, base + ISP_RSZ_VY, factor);
	isp_image_set(image, base + ISP_RSZ_VC, factor);
	if (factor) {
		ctrl |= ISP_RSZ_CTRL_VY | ISP_RSZ_CTRL_VC;
		if (up)
			ctrl |= (ISP_RSZ_CTRL_VY | ISP_RSZ_CTRL_VC) <<
				ISP_RSZ_CTRL_UP_SHIFT;
	}

	isp_image_set(image, base + ISP_RSZ_PHASE_HY, 0);
	isp_image_set(image, base + ISP_RSZ_PHASE_HC, 0);
	isp_image_set(image, base + ISP_RSZ_PHASE_VY, 0);
	isp_image_set(image, base + ISP_RSZ_PHASE_VC, 0);
	isp_image_set(image, base + ISP_RSZ_CTRL, ctrl);
}
EXPORT_SYMBOL_IF_KUNIT(isp_scaler_set);

/**
 * isp_burst_code() - longest burst that addresses allow (ISP 3.2)
 * @addresses: all start addresses ORed together
 *
 * Return: code of MI_WR_CTRL: 2 for 16 beats, 1 for 8, 0 for 4.
 */
u32 isp_burst_code(u32 addresses)
{
	if (!(addresses & 255))
		return 2;

	return addresses & 127 ? 0 : 1;
}
EXPORT_SYMBOL_IF_KUNIT(isp_burst_code);

/**
 * isp_csm_matrix() - RGB to YCbCr matrix of a colour space (ISP 7.8)
 * @ycbcr_enc: enum v4l2_ycbcr_encoding; unknown ones count as Rec. 601
 * @full: full range
 *
 * Return: the matrix.
 */
const struct isp_matrix *isp_csm_matrix(u32 ycbcr_enc, bool full)
{
	static const struct isp_matrix rec601[2] = {
		{ { { 0x021, 0x042, 0x00d },
		    { 0x1ed, 0x1db, 0x038 },
		    { 0x038, 0x1d1, 0x1f7 } } },
		{ { { 0x026, 0x04b, 0x00f },
		    { 0x1ea, 0x1d6, 0x040 },
		    { 0x040, 0x1ca, 0x1f6 } } },
	};
	static const struct isp_matrix rec709[2] = {
		{ { { 0x018, 0x050, 0x008 },
		    { 0x1f3, 0x1d5, 0x038 },
		    { 0x038, 0x1cd, 0x1fb } } },
		{ { { 0x01b, 0x05c, 0x009 },
		    { 0x1f1, 0x1cf, 0x040 },
		    { 0x040, 0x1c6, 0x1fa } } },
	};
	static const struct isp_matrix rec2020[2] = {
		{ { { 0x01d, 0x04c, 0x007 },
		    { 0x1f0, 0x1d8, 0x038 },
		    { 0x038, 0x1cd, 0x1fb } } },
		{ { { 0x022, 0x057, 0x008 },
		    { 0x1ee, 0x1d2, 0x040 },
		    { 0x040, 0x1c5, 0x1fb } } },
	};

	switch (ycbcr_enc) {
	case V4L2_YCBCR_ENC_709:
	case V4L2_YCBCR_ENC_XV709:
		return &rec709[full];
	case V4L2_YCBCR_ENC_BT2020:
	case V4L2_YCBCR_ENC_BT2020_CONST_LUM:
		return &rec2020[full];
	default:
		return &rec601[full];
	}
}
EXPORT_SYMBOL_IF_KUNIT(isp_csm_matrix);

/**
 * isp_needs_big_mode() - does a picture need all line memory? (ISP 1.6)
 * @width: pixels
 * @height: lines
 *
 * Return: true when the big-mode bits have to be set.
 */
bool isp_needs_big_mode(u32 width, u32 height)
{
	return width > 2688 || width * height > 2688 * 1536;
}
EXPORT_SYMBOL_IF_KUNIT(isp_needs_big_mode);

/**
 * isp_clock_rate() - core clock for the active contexts (ISP 8.4)
 * @soc: constants of the SoC
 * @max_width: widest input, pixels
 * @pixels_per_second: of all active contexts together
 *
 * Return: Hz; the highest rate when more is asked for.
 */
unsigned long isp_clock_rate(const struct isp_soc *soc, u32 max_width,
			     u64 pixels_per_second)
{
	u64 need = pixels_per_second + div_u64(pixels_per_second, 4);
	unsigned int i;

	for (i = 0; i + 1 < soc->num_rates; i++) {
		if (max_width <= soc->rates[i].max_width &&
		    need <= soc->rates[i].hz)
			break;
	}

	return soc->rates[i].hz;
}
EXPORT_SYMBOL_IF_KUNIT(isp_clock_rate);

/**
 * isp_frame_timeout_ms() - time after which a frame counts as lost
 * @width: pixels
 * @height: lines
 * @rate: core clock, Hz; 0 when not known
 *
 * A pixel takes about a clock. 128 times that and a fixed part leave room for a
 * slow memory, and for a busy machine whose ISP is simulated. A frame that fails
 * says so by an interrupt; this is for those that do not.
 *
 * Return: milliseconds.
 */
unsigned int isp_frame_timeout_ms(u32 width, u32 height, unsigned long rate)
{
	u64 clocks = (u64)width * height * 128 * 1000;

	if (rate < 100000000)
		rate = 100000000;

	return 2000 + div64_ul(clocks, rate);
}
EXPORT_SYMBOL_IF_KUNIT(isp_frame_timeout_ms);
