// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU reference, see ref.h. Written for being obviously right: one loop nest
 * per operation, one line per stage of the datapath.
 */
#include <stdlib.h>

#include "ref.h"

static int64_t clamp64(int64_t v, int64_t lo, int64_t hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

static int64_t sat32(int64_t v)
{
	return clamp64(v, INT32_MIN, INT32_MAX);
}

static int8_t sat8(int64_t v)
{
	return (int8_t)clamp64(v, INT8_MIN, INT8_MAX);
}

/**
 * ref_shift_even() - divide by a power of two, ties to even
 * @v: dividend
 * @shift: log2 of the divisor, below 63
 *
 * Return: the rounded quotient.
 */
int64_t ref_shift_even(int64_t v, unsigned int shift)
{
	int64_t unit, floor, rest;

	if (!shift)
		return v;
	unit = (int64_t)1 << shift;
	floor = v >> shift;
	rest = v - floor * unit;
	if (rest * 2 > unit || (rest * 2 == unit && (floor & 1)))
		floor++;
	return floor;
}

/**
 * ref_shift_away() - divide by a power of two, ties away from zero
 * @v: dividend
 * @shift: log2 of the divisor, below 63
 *
 * Return: the rounded quotient.
 */
int64_t ref_shift_away(int64_t v, unsigned int shift)
{
	int64_t q;

	if (!shift)
		return v;
	q = (llabs(v) + ((int64_t)1 << (shift - 1))) >> shift;
	return v < 0 ? -q : q;
}

struct window {
	int64_t products;	/* sum of x * w */
	int64_t inputs;		/* sum of x, padding included */
};

static struct window conv_window(const struct npu_conv *c, const int8_t *in,
				 const int8_t *weights, unsigned int oy,
				 unsigned int ox, unsigned int oc)
{
	unsigned int first = c->depthwise ? oc : 0;
	unsigned int last = c->depthwise ? oc + 1 : c->in_c;
	struct window sum = { 0 };
	unsigned int ky, kx, ic;

	for (ky = 0; ky < c->k_h; ky++) {
		for (kx = 0; kx < c->k_w; kx++) {
			long y = (long)(oy * c->stride + ky) - c->pad_top;
			long x = (long)(ox * c->stride + kx) - c->pad_left;
			bool inside = y >= 0 && y < c->in_h && x >= 0 && x < c->in_w;
			size_t tap = ky * c->k_w + kx;

			for (ic = first; ic < last; ic++) {
				int v = inside ? in[(y * c->in_w + x) * c->in_c + ic] :
						 c->pad_value;
				int w = c->depthwise ? weights[tap * c->in_c + ic] :
					weights[(oc * c->k_w * c->k_h + tap) * c->in_c + ic];

				sum.products += v * w;
				sum.inputs += v;
			}
		}
	}
	return sum;
}

/* The element-wise operand in accumulator units (E.8 stage 10). */
static int64_t scaled_operand(const struct npu_conv *c, int8_t v)
{
	int64_t product = ((int64_t)v + c->add_offset) * c->add_scale;

	return ref_shift_even(product, c->add_shift);
}

/**
 * ref_conv() - one convolution through the integer datapath
 * @out: [out_h][out_w][out_c]
 * @c: the operation
 * @in: [in_h][in_w][in_c]
 * @weights: [out_c][k_h][k_w][in_c], depthwise [k_h][k_w][in_c]
 * @bias: per output channel
 * @cpend: per output channel, %NPU_COEF_RECORD
 * @mul: per output channel, %NPU_COEF_RECORD
 * @operand: cube to add, [out_h][out_w][out_c]
 *
 * Channel-padding lanes are not computed: their weight plus the CPEND factor
 * is zero by construction, so that they contribute nothing.
 */
void ref_conv(int8_t *out, const struct npu_conv *c, const int8_t *in,
	      const int8_t *weights, const int32_t *bias, const int16_t *cpend,
	      const int16_t *mul, const int8_t *operand)
{
	const bool record = c->coef == NPU_COEF_RECORD;
	unsigned int oy, ox, oc;

	for (oy = 0; oy < c->out_h; oy++) {
		for (ox = 0; ox < c->out_w; ox++) {
			for (oc = 0; oc < c->out_c; oc++) {
				size_t at = (oy * c->out_w + ox) * c->out_c + oc;
				struct window win = conv_window(c, in, weights, oy, ox, oc);
				int64_t acc = win.products;

				acc = sat32(ref_shift_even(acc, c->truncate));
				acc += (record ? cpend[oc] : c->cpend) * win.inputs;
				acc += bias[oc];
				if (record)
					acc = sat32(ref_shift_even(acc * mul[oc], c->bs_shift));
				if (c->relu && acc < 0)
					acc = 0;
				if (c->relux && acc > c->relux)
					acc = c->relux;
				if (c->add)
					acc = sat32(acc + scaled_operand(c, operand[at]));
				acc *= c->out_scale;
				acc = c->ties_away ? ref_shift_away(acc, c->out_shift) :
						     ref_shift_even(acc, c->out_shift);
				out[at] = sat8(acc + c->out_offset);
			}
		}
	}
}

/*
 * Average rounding of E.15: half away from zero, except that for an even
 * window an exact half goes toward zero when a reciprocal is inexact or the
 * quotient is odd. The quotient meant there is the one rounded away from zero,
 * so with exact reciprocals a tie goes to the even neighbour.
 */
static int8_t pool_average(const struct npu_pool *p, int sum)
{
	int n = (int)(p->k_w * p->k_h);
	int mag = abs(sum);
	int q = mag / n;
	int twice = 2 * (mag % n);
	bool exact = !(0x10000 % p->k_w) && !(0x10000 % p->k_h);

	if (twice > n || (twice == n && exact && (q & 1)))
		q++;
	return sat8(sum < 0 ? -q : q);
}

static int8_t pool_window(const struct npu_pool *p, const int8_t *in,
			  unsigned int oy, unsigned int ox, unsigned int c)
{
	int hi = INT8_MIN, lo = INT8_MAX, sum = 0;
	unsigned int ky, kx;

	for (ky = 0; ky < p->k_h; ky++) {
		for (kx = 0; kx < p->k_w; kx++) {
			long y = (long)(oy * p->stride + ky) - p->pad_top;
			long x = (long)(ox * p->stride + kx) - p->pad_left;
			int v;

			if (y < 0 || y >= p->in_h || x < 0 || x >= p->in_w)
				continue;
			v = in[(y * p->in_w + x) * p->channels + c];
			sum += v;
			hi = v > hi ? v : hi;
			lo = v < lo ? v : lo;
		}
	}
	if (p->kind == NPU_POOL_AVERAGE)
		return pool_average(p, sum);
	return (int8_t)(p->kind == NPU_POOL_MAX ? hi : lo);
}

/**
 * ref_pool() - one pooling
 * @out: [out_h][out_w][channels]
 * @p: the operation
 * @in: [in_h][in_w][channels]
 */
void ref_pool(int8_t *out, const struct npu_pool *p, const int8_t *in)
{
	unsigned int oy, ox, c;

	for (oy = 0; oy < p->out_h; oy++)
		for (ox = 0; ox < p->out_w; ox++)
			for (c = 0; c < p->channels; c++)
				*out++ = pool_window(p, in, oy, ox, c);
}

/**
 * ref_eltwise() - one element-wise operation, saturating
 * @out: result, [h][w][channels]
 * @e: the operation
 * @a: main operand
 * @b: other operand
 */
void ref_eltwise(int8_t *out, const struct npu_eltwise *e, const int8_t *a,
		 const int8_t *b)
{
	size_t i, n = (size_t)e->w * e->h * e->channels;

	for (i = 0; i < n; i++) {
		switch (e->kind) {
		case NPU_ELTWISE_ADD:
			out[i] = sat8(a[i] + b[i]);
			break;
		case NPU_ELTWISE_MINUS:
			out[i] = sat8(a[i] - b[i]);
			break;
		case NPU_ELTWISE_MAX:
			out[i] = a[i] > b[i] ? a[i] : b[i];
			break;
		case NPU_ELTWISE_MIN:
			out[i] = a[i] < b[i] ? a[i] : b[i];
			break;
		}
	}
}
