/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptions of NPU operations, shared by the register-stream builder
 * (regcmd.c) and by the CPU reference (ref.c), which otherwise know nothing
 * of each other.
 *
 * Values are in the stored domain (hardware notes, NPU E.2): signed bytes.
 * Section numbers are those of the hardware notes, NPU.
 */
#ifndef SUNMAO_TEST_NPU_OP_H
#define SUNMAO_TEST_NPU_OP_H

#include <stdbool.h>
#include <stdint.h>

#define NPU_ATOM	16u	/* bytes, and int8 channels, of one atom (E.2) */

static inline unsigned int npu_align(unsigned int v, unsigned int to)
{
	return (v + to - 1) / to * to;
}

/**
 * enum npu_coef - layout of the per-channel coefficients (E.6)
 * @NPU_COEF_BIAS: dense int32 bias, one register CPEND operand
 * @NPU_COEF_RECORD: 64-byte records of 8 channels: bias, CPEND, multiplier
 */
enum npu_coef {
	NPU_COEF_BIAS,
	NPU_COEF_RECORD,
};

/**
 * struct npu_conv - one int8 convolution, geometry and arithmetic (E.8)
 * @in_w: input columns
 * @in_h: input rows
 * @in_c: input channels
 * @out_w: output columns
 * @out_h: output rows
 * @out_c: output channels
 * @k_w: kernel columns
 * @k_h: kernel rows
 * @stride: step in both directions
 * @pad_left: columns of padding before a row
 * @pad_top: rows of padding above
 * @depthwise: output channel c sees only input channel c
 * @image: one-channel unsigned image input (E.11)
 * @pad_value: stored-domain value of taps outside the input
 * @cpend: factor of the window's input sum, %NPU_COEF_BIAS
 * @coef: coefficient layout
 * @bs_shift: right shift after the per-channel multiplier, %NPU_COEF_RECORD
 * @truncate: right shift of the accumulator before everything else
 * @relu: clamp at 0 after the bias
 * @relux: upper clamp after the bias, 0 for none
 * @out_scale: requantisation multiplier, signed
 * @out_shift: requantisation right shift
 * @out_offset: added after the shift
 * @ties_away: round ties away from zero instead of to even
 * @add: add a second feature cube of the output's shape (E.10)
 * @add_offset: added to its elements first
 * @add_scale: their multiplier
 * @add_shift: right shift of the product
 */
struct npu_conv {
	unsigned int in_w, in_h, in_c;
	unsigned int out_w, out_h, out_c;
	unsigned int k_w, k_h, stride;
	unsigned int pad_left, pad_top;
	bool depthwise;
	bool image;
	int8_t pad_value;
	int16_t cpend;
	enum npu_coef coef;
	unsigned int bs_shift;
	unsigned int truncate;
	bool relu;
	int32_t relux;
	int16_t out_scale;
	unsigned int out_shift;
	int32_t out_offset;
	bool ties_away;
	bool add;
	int32_t add_offset;
	uint16_t add_scale;
	unsigned int add_shift;
};

enum npu_pool_kind {
	NPU_POOL_AVERAGE,
	NPU_POOL_MAX,
	NPU_POOL_MIN,
};

/**
 * struct npu_pool - one int8 pooling (D.6, E.15)
 * @kind: average, maximum or minimum
 * @in_w: input columns
 * @in_h: input rows
 * @channels: channels, a multiple of 16
 * @out_w: output columns
 * @out_h: output rows
 * @k_w: window columns, 1..16
 * @k_h: window rows, 1..16
 * @stride: step in both directions
 * @pad_left: columns of padding, 0..7
 * @pad_top: rows of padding, 0..7
 * @pad_right: columns of padding, 0..7
 * @pad_bottom: rows of padding, 0..7
 */
struct npu_pool {
	enum npu_pool_kind kind;
	unsigned int in_w, in_h, channels;
	unsigned int out_w, out_h;
	unsigned int k_w, k_h, stride;
	unsigned int pad_left, pad_top, pad_right, pad_bottom;
};

enum npu_eltwise_kind {
	NPU_ELTWISE_MAX = 0,
	NPU_ELTWISE_MIN = 1,
	NPU_ELTWISE_ADD = 2,
	NPU_ELTWISE_MINUS = 4,
};

/**
 * struct npu_eltwise - element-wise operation of two int8 cubes (E.15)
 * @kind: the operation
 * @w: columns
 * @h: rows
 * @channels: channels, a multiple of 32
 */
struct npu_eltwise {
	enum npu_eltwise_kind kind;
	unsigned int w, h, channels;
};

/* Channels of the cubes as the hardware walks them (E.12, E.14). */
static inline unsigned int npu_conv_in_channels(const struct npu_conv *c)
{
	return npu_align(c->in_c, NPU_ATOM);
}

static inline unsigned int npu_conv_out_channels(const struct npu_conv *c)
{
	return npu_align(c->out_c, c->depthwise ? 64 : 32);
}

/* Kernels stored: rounded up to even, or one for depthwise (D.2 0x1038). */
static inline unsigned int npu_conv_kernels(const struct npu_conv *c)
{
	return c->depthwise ? 1 : npu_align(c->out_c, 2);
}

static inline uint32_t npu_conv_weight_bytes(const struct npu_conv *c)
{
	return c->k_w * c->k_h * npu_conv_in_channels(c) * npu_conv_kernels(c);
}

static inline uint32_t npu_cube_bytes(unsigned int w, unsigned int h,
				      unsigned int channels)
{
	return w * h * npu_align(channels, NPU_ATOM);
}

#endif /* SUNMAO_TEST_NPU_OP_H */
