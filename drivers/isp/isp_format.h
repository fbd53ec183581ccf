/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: formats, sizes and factors
 *
 * Pixel formats and what they mean for registers; scaler factors, burst lengths,
 * colour matrices and clock rates. Pure functions.
 */
#ifndef _ISP_FORMAT_H_
#define _ISP_FORMAT_H_

#include <linux/types.h>
#include <linux/videodev2.h>

struct isp_image;
struct isp_soc;

/* Paths; also the order of their register fields. */
enum isp_path {
	ISP_PATH_MAIN,
	ISP_PATH_SELF,
	ISP_NUM_PATHS,
};

/* Write formats of MI_WR_CTRL (R 2.5). */
enum isp_mi_layout {
	ISP_MI_PLANAR,
	ISP_MI_SEMI_PLANAR,
	ISP_MI_INTERLEAVED,
};

/* Chroma subsampling codes of MI_WR_CTRL; the RGB ones are for the self path. */
enum isp_mi_chroma {
	ISP_MI_400,
	ISP_MI_420,
	ISP_MI_422,
	ISP_MI_444,
	ISP_MI_RGB565,
	ISP_MI_RGB666,
	ISP_MI_ARGB8888,
	ISP_MI_RGB888,
};

/**
 * struct isp_raw_format - format of a raw input
 * @fourcc: V4L2 pixel format
 * @code: media bus code of the pad
 * @bayer: order code of ISP_CTRL1
 * @depth: bits per pixel
 * @bytes: bytes per pixel in memory
 * @data_type: value of DATA_IDS_1
 * @rd_ctrl: value of RAW_RD_CTRL
 */
struct isp_raw_format {
	u32 fourcc;
	u32 code;
	u8 bayer;
	u8 depth;
	u8 bytes;
	u8 data_type;
	u8 rd_ctrl;
};

/**
 * struct isp_out_format - format of an output path
 * @fourcc: V4L2 pixel format
 * @code: media bus code with which the node enumerates it
 * @paths: bit mask of paths that can write it
 * @layout: how components are laid out
 * @chroma: subsampling or RGB code
 * @swap: Cr comes first
 * @buffers: memory planes
 * @bpp: bytes per pixel of the first plane
 */
struct isp_out_format {
	u32 fourcc;
	u32 code;
	u8 paths;
	enum isp_mi_layout layout;
	enum isp_mi_chroma chroma;
	bool swap;
	u8 buffers;
	u8 bpp;
};

/**
 * struct isp_out_layout - a picture in memory
 * @width: pixels
 * @height: lines
 * @stride: bytes per line of the first component
 * @offset: start of the components in a single memory plane
 * @size: bytes of the components, 0 for those that do not exist
 */
struct isp_out_layout {
	u32 width;
	u32 height;
	u32 stride;
	u32 offset[3];
	u32 size[3];
};

/**
 * struct isp_matrix - RGB to YCbCr matrix
 * @c: rows Y, Cb, Cr, columns R, G, B, 9-bit two's complement S1.7
 */
struct isp_matrix {
	u16 c[3][3];
};

const struct isp_raw_format *isp_raw_format_find(u32 fourcc);
const struct isp_raw_format *isp_raw_format_get(unsigned int index);
const struct isp_out_format *isp_out_format_find(enum isp_path path,
						 u32 fourcc);
const struct isp_out_format *isp_out_format_get(enum isp_path path, u32 code,
						unsigned int index);
void isp_out_layout(struct isp_out_layout *out,
		    const struct isp_out_format *fmt, u32 width, u32 height,
		    u32 stride);
void isp_out_layout_part(struct isp_out_layout *part,
			 const struct isp_out_format *fmt,
			 const struct isp_out_layout *whole, u32 left, u32 top,
			 u32 width, u32 height);
void isp_out_compose_steps(const struct isp_out_format *fmt, u32 stride,
			   u32 *step_x, u32 *step_y);
u32 isp_out_stride(const struct isp_out_format *fmt, u32 width, u32 height,
		   u32 wish);
u32 isp_out_chroma_stride(const struct isp_out_format *fmt, u32 stride);

u32 isp_scale_factor(u32 in, u32 out, bool *up);
void isp_scaler_set(struct isp_image *image, enum isp_path path, u32 in_w,
		    u32 in_h, u32 out_w, u32 out_h);
u32 isp_burst_code(u32 addresses);
const struct isp_matrix *isp_csm_matrix(u32 ycbcr_enc, bool full);
bool isp_needs_big_mode(u32 width, u32 height);
unsigned long isp_clock_rate(const struct isp_soc *soc, u32 max_width,
			     u64 pixels_per_second);
unsigned int isp_frame_timeout_ms(u32 width, u32 height, unsigned long rate);

#endif /* _ISP_FORMAT_H_ */
