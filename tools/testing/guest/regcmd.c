// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register-command streams and memory layouts, see regcmd.h.
 *
 * Every program writes every register that its blocks read: registers keep
 * their values from task to task and from client to client (B.7).
 */
#include <string.h>

#include "regcmd.h"

#define POINTER_PINGPONG	0xeu	/* B.7: both pointers toggle by themselves */
#define CBUF_BANKS		12u	/* E.13 */
#define CBUF_BANK_ENTRIES	256u
#define CBUF_ENTRY_BYTES	128u

/**
 * rc_word() - one register command word (B.3)
 * @target: block
 * @offset: register offset inside the core window
 * @value: value to write
 *
 * Return: the 64-bit word.
 */
uint64_t rc_word(enum rc_target target, uint16_t offset, uint32_t value)
{
	return (uint64_t)target << 48 | (uint64_t)value << 16 | offset;
}

/**
 * rc_amount() - fetch amount of a segment, scale 2 (B.6)
 * @words: words of the segment, trailer included
 *
 * Return: value for REGISTER_AMOUNTS.
 */
uint32_t rc_amount(uint32_t words)
{
	return (words + 1) / 2 - 1;
}

static void put_word(struct rc_stream *s, uint64_t word)
{
	if (s->count == s->capacity) {
		s->overflow = true;
		return;
	}
	s->words[s->count++] = word;
}

/**
 * rc_put() - append a register write
 * @s: segment
 * @target: block
 * @offset: register offset inside the core window
 * @value: value to write
 */
void rc_put(struct rc_stream *s, enum rc_target target, uint16_t offset,
	    uint32_t value)
{
	put_word(s, rc_word(target, offset, value));
}

/**
 * rc_finish() - append the four-word trailer (B.5)
 * @s: segment
 * @next_iova: IOVA of the next segment of the chain, 0 for none
 * @next_words: its words, trailer included
 * @run: blocks to start (B.4)
 */
void rc_finish(struct rc_stream *s, uint32_t next_iova, uint32_t next_words,
	       uint32_t run)
{
	if (next_iova) {
		rc_put(s, RC_PC, 0x0010, next_iova);
		rc_put(s, RC_PC, 0x0014, rc_amount(next_words));
	} else {
		put_word(s, 0);
		rc_put(s, RC_PC, 0x0014, 0);
	}
	put_word(s, (uint64_t)RC_MARK << 48);
	rc_put(s, RC_START, 0x0008, run);
}

/* CBUF entries of one input row (E.13). */
static unsigned int row_entries(const struct npu_conv *c)
{
	unsigned int atoms = npu_conv_in_channels(c) / NPU_ATOM;
	unsigned int rest = atoms % 8;

	return atoms / 8 * c->in_w +
	       (rest == 3 ? c->in_w : (rest * c->in_w + 7) / 8);
}

/* Banks for the weights; the features get the others (E.13). */
static unsigned int weight_banks(const struct npu_conv *c)
{
	unsigned int entries = npu_align(npu_conv_weight_bytes(c), CBUF_ENTRY_BYTES) /
			       CBUF_ENTRY_BYTES;
	unsigned int banks = npu_align(entries, CBUF_BANK_ENTRIES) /
			     CBUF_BANK_ENTRIES + 1;

	return banks < CBUF_BANKS ? banks : CBUF_BANKS - 1;
}

struct conv_rows {
	unsigned int first;	/* first input row the task reads */
	unsigned int count;
	unsigned int pad_top;
};

/* Input rows behind a range of output rows. */
static struct conv_rows input_rows(const struct npu_conv *c,
				   const struct rc_conv_io *io)
{
	int top = (int)(io->out_row * c->stride) - (int)c->pad_top;
	int end = (int)((io->out_row + io->out_rows - 1) * c->stride) -
		  (int)c->pad_top + (int)c->k_h;
	struct conv_rows r = { 0 };

	if (top < 0)
		r.pad_top = (unsigned int)-top;
	else
		r.first = (unsigned int)top;
	if (end > (int)c->in_h)
		end = (int)c->in_h;
	r.count = (unsigned int)end - r.first;
	return r;
}

static void conv_cna(struct rc_stream *s, const struct npu_conv *c,
		     const struct rc_conv_io *io)
{
	const struct conv_rows rows = input_rows(c, io);
	unsigned int ica = npu_conv_in_channels(c);
	uint32_t per_kernel = c->k_w * c->k_h * ica;
	unsigned int wb = weight_banks(c);
	uint32_t cbuf = (io->reuse ? 1u << 13 : 0) | wb << 4 | (CBUF_BANKS - wb);
	uint32_t mode = c->depthwise ? 3 : c->image ? 0x60008000 : 0;
	uint32_t line, surf, row_bytes, entries;
	unsigned int i;

	if (row_entries(c) * rows.count > (CBUF_BANKS - wb) * CBUF_BANK_ENTRIES)
		s->overflow = true;
	if (c->image) {
		line = c->in_w > 16 ? c->in_w : 16;
		surf = line * (c->in_h - 1);
		row_bytes = line;
		entries = c->in_w * c->in_h;
	} else {
		line = 4 * c->in_w;
		surf = c->in_w * c->in_h - line;
		row_bytes = c->in_w * NPU_ATOM;
		entries = (c->in_w * 2 * (ica / NPU_ATOM) + 7) / 8;
	}

	rc_put(s, RC_CNA, 0x1040, cbuf);
	rc_put(s, RC_CNA, 0x1104, 0);
	rc_put(s, RC_CNA, 0x1100, 0);
	rc_put(s, RC_CNA, 0x100c, mode);
	rc_put(s, RC_DPU, 0x4004, POINTER_PINGPONG);
	rc_put(s, RC_RDMA, 0x5004, POINTER_PINGPONG);
	rc_put(s, RC_CNA, 0x100c, mode);
	rc_put(s, RC_CNA, 0x1010, (51 + c->stride) << 4);
	rc_put(s, RC_CNA, 0x1014, c->stride << 3 | c->stride);
	rc_put(s, RC_CNA, 0x1020, c->in_w << 16 | rows.count);
	rc_put(s, RC_CNA, 0x1024, (c->in_c - 1) << 16 | ica);
	rc_put(s, RC_CNA, 0x1028, c->out_w);
	rc_put(s, RC_CNA, 0x102c, c->out_w * io->out_rows);
	rc_put(s, RC_CNA, 0x1030, npu_conv_weight_bytes(c));
	rc_put(s, RC_CNA, 0x1034, per_kernel);
	rc_put(s, RC_CNA, 0x1038, c->k_w << 24 | c->k_h << 16 | npu_conv_kernels(c));
	rc_put(s, RC_CNA, 0x1040, cbuf);
	rc_put(s, RC_CNA, 0x1044, entries);
	if (c->image) {
		rc_put(s, RC_CNA, 0x104c, 0x038e38e0);
		for (i = 0; i < 4; i++)
			rc_put(s, RC_CNA, (uint16_t)(0x1050 + 4 * i), 0x4000ff80);
	} else {
		rc_put(s, RC_CNA, 0x104c, 0xb);
		for (i = 0; i < 4; i++)
			rc_put(s, RC_CNA, (uint16_t)(0x1050 + 4 * i), 0x00010000);
	}
	rc_put(s, RC_CNA, 0x1060, 0);
	rc_put(s, RC_CNA, 0x1064, 0);
	rc_put(s, RC_CNA, 0x1068, c->pad_left << 4 | rows.pad_top);
	rc_put(s, RC_CNA, 0x1070, io->in + rows.first * row_bytes);
	rc_put(s, RC_CNA, 0x1074, 0);
	rc_put(s, RC_CNA, 0x1078, 0x000f000f);
	rc_put(s, RC_CNA, 0x107c, line);
	rc_put(s, RC_CNA, 0x1080, surf & 0x0fffffff);
	rc_put(s, RC_CNA, 0x1084, c->in_w << 16 | rows.count);
	rc_put(s, RC_CNA, 0x1088, ica);
	rc_put(s, RC_CNA, 0x1104, 0);
	rc_put(s, RC_CNA, 0x1100, 0);
	rc_put(s, RC_CNA, 0x1110, io->weights);
	for (i = 0; i < 16; i++)
		rc_put(s, RC_CNA, (uint16_t)(0x1140 + 4 * i), 0);
	rc_put(s, RC_CNA, 0x1180, c->image ? 0xffff : 0);
	rc_put(s, RC_CNA, 0x1184, (uint8_t)c->pad_value * 0x01010101u);
}

static void conv_core(struct rc_stream *s, const struct npu_conv *c,
		      const struct rc_conv_io *io)
{
	rc_put(s, RC_CORE, 0x3010, c->depthwise ? 3 : 1);
	rc_put(s, RC_CORE, 0x3014, (io->out_rows - 1) << 16 | (c->out_w - 1));
	rc_put(s, RC_CORE, 0x3018, npu_conv_out_channels(c) - 1);
	rc_put(s, RC_CORE, 0x301c, c->truncate);
	rc_put(s, RC_CORE, 0x3030, 0);
}

/* DPU registers that no program here uses: LUT and register operands. */
static void dpu_unused(struct rc_stream *s)
{
	unsigned int i;

	rc_put(s, RC_DPU, 0x40c4, 0);
	for (i = 0x4100; i <= 0x412c; i += 4)
		rc_put(s, RC_DPU, (uint16_t)i, 0);
}

static void conv_dpu(struct rc_stream *s, const struct npu_conv *c,
		     const struct rc_conv_io *io)
{
	const bool record = c->coef == NPU_COEF_RECORD;
	uint32_t plane = c->out_w * c->out_h;
	unsigned int oca = npu_conv_out_channels(c);
	uint32_t bs = 2u << 16 | 1u << 8;	/* add, operand from BRDMA */
	unsigned int i;

	if (!c->relu)
		bs |= 1u << 6;
	if (c->relux)
		bs |= 1u << 7;
	if (!record)
		bs |= 1u << 4;

	rc_put(s, RC_DPU, 0x400c, c->depthwise ? 0x1fc : 0x1e4);
	rc_put(s, RC_DPU, 0x4010, record ? c->bs_shift << 4 : 0);
	rc_put(s, RC_DPU, 0x4014, 0);
	rc_put(s, RC_DPU, 0x4020, io->out + io->out_row * c->out_w * NPU_ATOM);
	rc_put(s, RC_DPU, 0x4024, plane << 4);
	rc_put(s, RC_DPU, 0x4030, c->out_w - 1);
	rc_put(s, RC_DPU, 0x4034, io->out_rows - 1);
	rc_put(s, RC_DPU, 0x4038, 0);
	rc_put(s, RC_DPU, 0x403c, (c->out_c - 1) << 16 | (oca - 1));
	rc_put(s, RC_DPU, 0x4040, bs);
	rc_put(s, RC_DPU, 0x4044, 0);
	rc_put(s, RC_DPU, 0x4048, record ? c->bs_shift << 8 | 1 : 0);
	rc_put(s, RC_DPU, 0x404c, (uint32_t)c->relux);
	rc_put(s, RC_DPU, 0x4050, (c->depthwise ? 0x36c : 0x124) | record);
	rc_put(s, RC_DPU, 0x4054, (uint16_t)c->cpend);
	rc_put(s, RC_DPU, 0x4058, oca - 1);
	rc_put(s, RC_DPU, 0x405c, (io->out_rows - 1) << 16 | (c->out_w - 1));
	rc_put(s, RC_DPU, 0x4060, 0x53);
	rc_put(s, RC_DPU, 0x4064, 0);
	rc_put(s, RC_DPU, 0x4068, 0);
	rc_put(s, RC_DPU, 0x406c, 0);
	if (c->add) {
		rc_put(s, RC_DPU, 0x4070, 0x904202c0);
		rc_put(s, RC_DPU, 0x4074, (uint32_t)c->add_offset);
		rc_put(s, RC_DPU, 0x4078, c->add_shift << 16 | c->add_scale);
	} else {
		rc_put(s, RC_DPU, 0x4070, 0x383);
		rc_put(s, RC_DPU, 0x4074, 0);
		rc_put(s, RC_DPU, 0x4078, 1);
	}
	rc_put(s, RC_DPU, 0x407c, 0);
	rc_put(s, RC_DPU, 0x4080, (uint32_t)c->out_offset);
	rc_put(s, RC_DPU, 0x4084, (uint16_t)c->out_scale);
	rc_put(s, RC_DPU, 0x4088, (c->ties_away ? 1u << 30 : 0) | c->out_shift);
	for (i = 0; i < 8; i++)
		rc_put(s, RC_DPU, (uint16_t)(0x4090 + 4 * i), 0);
	rc_put(s, RC_DPU, 0x40c0, (c->depthwise ? 4 : 2) * plane << 4);
	dpu_unused(s);
}

static void conv_rdma(struct rc_stream *s, const struct npu_conv *c,
		      const struct rc_conv_io *io)
{
	uint32_t plane = c->out_w * c->out_h;
	uint32_t stride = plane > 12 ? plane : 12;
	uint32_t notch = 0, operand = 0, mode = 0x7810;

	if (c->add) {
		operand = io->operand + io->out_row * c->out_w * NPU_ATOM;
		notch = stride + c->out_w * (c->out_h - io->out_rows);
		mode = 0x7d00;
	}
	if (c->depthwise)
		mode |= 6;

	rc_put(s, RC_RDMA, 0x500c, c->out_w - 1);
	rc_put(s, RC_RDMA, 0x5010, io->out_rows - 1);
	rc_put(s, RC_RDMA, 0x5014, npu_conv_out_channels(c) - 1);
	rc_put(s, RC_RDMA, 0x5018, operand);
	rc_put(s, RC_RDMA, 0x501c, c->coef == NPU_COEF_RECORD ? 7u << 1 : 1u << 1);
	rc_put(s, RC_RDMA, 0x5020, io->coef);
	rc_put(s, RC_RDMA, 0x5028, 0);
	rc_put(s, RC_RDMA, 0x502c, 0);
	rc_put(s, RC_RDMA, 0x5034, c->add ? 0x40000004 : 1);
	rc_put(s, RC_RDMA, 0x5038, c->add ? operand + plane * NPU_ATOM : 0);
	rc_put(s, RC_RDMA, 0x5040, c->add ? stride << 4 : 0);
	rc_put(s, RC_RDMA, 0x5044, mode);
	rc_put(s, RC_RDMA, 0x5048, 0);
	rc_put(s, RC_RDMA, 0x504c, notch << 4);
	rc_put(s, RC_RDMA, 0x5064, 0);
	rc_put(s, RC_RDMA, 0x5068, 0x01010101);
	rc_put(s, RC_RDMA, 0x506c, notch << 4);
}

/**
 * rc_conv() - append one convolution task (E.14)
 * @s: segment
 * @c: the whole operation
 * @io: buffers, and the output rows this task computes
 */
void rc_conv(struct rc_stream *s, const struct npu_conv *c,
	     const struct rc_conv_io *io)
{
	conv_cna(s, c, io);
	conv_core(s, c, io);
	conv_dpu(s, c, io);
	conv_rdma(s, c, io);
}

/**
 * rc_pool() - append one pooling task fed from memory (D.6, D.7)
 * @s: segment
 * @p: the operation
 * @in: IOVA of the input cube
 * @out: IOVA of the output cube
 */
void rc_pool(struct rc_stream *s, const struct npu_pool *p, uint32_t in,
	     uint32_t out)
{
	static const uint32_t method[] = {
		[NPU_POOL_AVERAGE] = 0,
		[NPU_POOL_MAX] = 1,
		[NPU_POOL_MIN] = 2,
	};
	const bool average = p->kind == NPU_POOL_AVERAGE;
	uint32_t surface = p->out_w * p->out_h * NPU_ATOM;
	uint32_t step = p->stride - 1;
	uint32_t pad = 0;

	/* -128 or 127 in 19 bits: a padding tap never wins (D.6 0x6044). */
	if (p->kind == NPU_POOL_MAX)
		pad = 0x0007ff80;
	else if (p->kind == NPU_POOL_MIN)
		pad = 0x0000007f;

	rc_put(s, RC_PPU, 0x6004, POINTER_PINGPONG);
	rc_put(s, RC_PPU_RDMA, 0x7004, POINTER_PINGPONG);
	rc_put(s, RC_PPU, 0x600c, p->in_w - 1);
	rc_put(s, RC_PPU, 0x6010, p->in_h - 1);
	rc_put(s, RC_PPU, 0x6014, p->channels - 1);
	rc_put(s, RC_PPU, 0x6018, p->out_w - 1);
	rc_put(s, RC_PPU, 0x601c, p->out_h - 1);
	rc_put(s, RC_PPU, 0x6020, p->channels - 1);
	rc_put(s, RC_PPU, 0x6024, 1u << 4 | method[p->kind]);
	rc_put(s, RC_PPU, 0x6034, step << 20 | step << 16 |
	       (p->k_h - 1) << 8 | (p->k_w - 1));
	rc_put(s, RC_PPU, 0x6038, average ? 0x10000 / p->k_w : 0);
	rc_put(s, RC_PPU, 0x603c, average ? 0x10000 / p->k_h : 0);
	rc_put(s, RC_PPU, 0x6040, p->pad_bottom << 12 | p->pad_right << 8 |
	       p->pad_top << 4 | p->pad_left);
	rc_put(s, RC_PPU, 0x6044, pad);
	rc_put(s, RC_PPU, 0x6048, 0);
	rc_put(s, RC_PPU, 0x6070, out);
	rc_put(s, RC_PPU, 0x607c, surface);
	rc_put(s, RC_PPU, 0x6084, surface);
	rc_put(s, RC_PPU, 0x60dc, 0xf);
	rc_put(s, RC_PPU_RDMA, 0x700c, p->in_w - 1);
	rc_put(s, RC_PPU_RDMA, 0x7010, p->in_h - 1);
	rc_put(s, RC_PPU_RDMA, 0x7014, p->channels - 1);
	rc_put(s, RC_PPU_RDMA, 0x701c, in);
	rc_put(s, RC_PPU_RDMA, 0x7024, p->in_w * NPU_ATOM);
	rc_put(s, RC_PPU_RDMA, 0x7028, p->in_w * p->in_h * NPU_ATOM);
	rc_put(s, RC_PPU_RDMA, 0x7030, 1);
}

/**
 * rc_eltwise() - append one DPU-only element-wise task (E.15)
 * @s: segment
 * @e: the operation
 * @a: IOVA of the main operand, read by MRDMA
 * @b: IOVA of the other operand, read by ERDMA
 * @out: IOVA of the output cube
 */
void rc_eltwise(struct rc_stream *s, const struct npu_eltwise *e, uint32_t a,
		uint32_t b, uint32_t out)
{
	uint32_t plane = e->w * e->h;
	unsigned int i;

	rc_put(s, RC_DPU, 0x4004, POINTER_PINGPONG);
	rc_put(s, RC_RDMA, 0x5004, POINTER_PINGPONG);
	rc_put(s, RC_DPU, 0x400c, 0x1e5);
	rc_put(s, RC_DPU, 0x4010, 0);
	rc_put(s, RC_DPU, 0x4014, 0);
	rc_put(s, RC_DPU, 0x4020, out);
	rc_put(s, RC_DPU, 0x4024, plane << 4);
	rc_put(s, RC_DPU, 0x4030, e->w - 1);
	rc_put(s, RC_DPU, 0x4034, e->h - 1);
	rc_put(s, RC_DPU, 0x4038, 0);
	rc_put(s, RC_DPU, 0x403c, (e->channels - 1) << 16 | (e->channels - 1));
	rc_put(s, RC_DPU, 0x4040, 0x53);
	rc_put(s, RC_DPU, 0x4044, 0);
	rc_put(s, RC_DPU, 0x4048, 0);
	rc_put(s, RC_DPU, 0x404c, 0);
	rc_put(s, RC_DPU, 0x4050, 0x126);
	rc_put(s, RC_DPU, 0x4054, 0);
	rc_put(s, RC_DPU, 0x4058, e->channels - 1);
	rc_put(s, RC_DPU, 0x405c, (e->h - 1) << 16 | (e->w - 1));
	rc_put(s, RC_DPU, 0x4060, 0x53);
	rc_put(s, RC_DPU, 0x4064, 0);
	rc_put(s, RC_DPU, 0x4068, 0);
	rc_put(s, RC_DPU, 0x406c, 0);
	/* per pixel, 8 bit, from ERDMA; converter, LUT and ReLU off */
	rc_put(s, RC_DPU, 0x4070, 1u << 28 | 1u << 22 |
	       (uint32_t)e->kind << 16 | 0x3c0);
	rc_put(s, RC_DPU, 0x4074, 0);
	rc_put(s, RC_DPU, 0x4078, 1);
	rc_put(s, RC_DPU, 0x407c, 0);
	rc_put(s, RC_DPU, 0x4080, 0);
	rc_put(s, RC_DPU, 0x4084, 1);
	rc_put(s, RC_DPU, 0x4088, 0);
	for (i = 0; i < 8; i++)
		rc_put(s, RC_DPU, (uint16_t)(0x4090 + 4 * i), 0);
	rc_put(s, RC_DPU, 0x40c0, 2 * plane << 4);
	dpu_unused(s);

	rc_put(s, RC_RDMA, 0x500c, e->w - 1);
	rc_put(s, RC_RDMA, 0x5010, e->h - 1);
	rc_put(s, RC_RDMA, 0x5014, e->channels - 1);
	rc_put(s, RC_RDMA, 0x5018, a);
	rc_put(s, RC_RDMA, 0x501c, 0);
	rc_put(s, RC_RDMA, 0x5020, 0);
	rc_put(s, RC_RDMA, 0x5028, 0);
	rc_put(s, RC_RDMA, 0x502c, 0);
	rc_put(s, RC_RDMA, 0x5034, 0x40000004);
	rc_put(s, RC_RDMA, 0x5038, b);
	rc_put(s, RC_RDMA, 0x5040, plane << 4);
	rc_put(s, RC_RDMA, 0x5044, 0x7801);
	rc_put(s, RC_RDMA, 0x5048, 0);
	rc_put(s, RC_RDMA, 0x504c, 0);
	rc_put(s, RC_RDMA, 0x5064, 0);
	rc_put(s, RC_RDMA, 0x5068, 0x01010101);
	rc_put(s, RC_RDMA, 0x506c, 0);
}

/**
 * rc_feature_offset() - byte offset of an element in an int8 cube (E.2)
 * @w: columns of the cube
 * @h: rows of the cube
 * @c: channel
 * @y: row
 * @x: column
 *
 * Return: offset from the start of the cube.
 */
uint32_t rc_feature_offset(unsigned int w, unsigned int h, unsigned int c,
			   unsigned int y, unsigned int x)
{
	return ((c / NPU_ATOM * h + y) * w + x) * NPU_ATOM + c % NPU_ATOM;
}

/**
 * rc_pack_feature() - from [h][w][channels] to the cube layout
 * @dst: cube, npu_cube_bytes() long
 * @src: dense tensor
 * @w: columns
 * @h: rows
 * @channels: channels of @src
 * @fill: value of the padding lanes
 */
void rc_pack_feature(int8_t *dst, const int8_t *src, unsigned int w,
		     unsigned int h, unsigned int channels, int8_t fill)
{
	unsigned int all = npu_align(channels, NPU_ATOM);
	unsigned int c, y, x;

	for (c = 0; c < all; c++)
		for (y = 0; y < h; y++)
			for (x = 0; x < w; x++)
				dst[rc_feature_offset(w, h, c, y, x)] = c < channels ?
					src[(y * w + x) * channels + c] : fill;
}

/**
 * rc_unpack_feature() - from the cube layout to [h][w][channels]
 * @dst: dense tensor
 * @src: cube
 * @w: columns
 * @h: rows
 * @channels: channels of @dst
 */
void rc_unpack_feature(int8_t *dst, const int8_t *src, unsigned int w,
		       unsigned int h, unsigned int channels)
{
	unsigned int c, y, x;

	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++)
			for (c = 0; c < channels; c++)
				dst[(y * w + x) * channels + c] =
					src[rc_feature_offset(w, h, c, y, x)];
}

/* Row pitch of a one-channel image in bytes (E.11). */
static unsigned int image_pitch(unsigned int w)
{
	return w > 16 ? w : 16;
}

uint32_t rc_image_bytes(unsigned int w, unsigned int h)
{
	return image_pitch(w) * h;
}

/**
 * rc_pack_image() - store a one-channel tensor as unsigned bytes (E.11)
 * @dst: image, rc_image_bytes() long
 * @src: stored-domain values, [h][w]
 * @w: columns
 * @h: rows
 * @fill: value behind the end of short rows
 */
void rc_pack_image(uint8_t *dst, const int8_t *src, unsigned int w,
		   unsigned int h, uint8_t fill)
{
	unsigned int pitch = image_pitch(w);
	unsigned int y, x;

	memset(dst, fill, rc_image_bytes(w, h));
	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++)
			dst[y * pitch + x] = (uint8_t)(src[y * w + x] + 128);
}

struct weight_block {
	unsigned int kernel, kernels;
	unsigned int channel, channels;
	unsigned int tap;
};

/* One tap of one group of kernels and one group of channels. */
static int8_t *pack_block(int8_t *dst, const int8_t *src,
			  const struct npu_conv *c, int8_t fill,
			  const struct weight_block *b)
{
	unsigned int o, i;

	for (o = b->kernel; o < b->kernel + b->kernels; o++) {
		const int8_t *row = src + (o * c->k_w * c->k_h + b->tap) * c->in_c;

		for (i = b->channel; i < b->channel + b->channels; i++) {
			if (o >= c->out_c)
				*dst++ = 0;
			else
				*dst++ = i < c->in_c ? row[i] : fill;
		}
	}
	return dst;
}

/**
 * rc_pack_weights() - from [out_c][k_h][k_w][in_c] to the weight cube (E.4)
 * @dst: npu_conv_weight_bytes() bytes
 * @src: stored-domain weights; depthwise: [k_h][k_w][in_c]
 * @c: the operation
 * @fill: value of the input-channel padding
 *
 * Direct: groups of 32 kernels, in them groups of 32 channels; the last groups
 * hold only what exists. Depthwise: groups of 64 channels.
 */
void rc_pack_weights(int8_t *dst, const int8_t *src, const struct npu_conv *c,
		     int8_t fill)
{
	unsigned int ica = npu_conv_in_channels(c);
	unsigned int kernels = npu_conv_kernels(c);
	unsigned int group = c->depthwise ? 64 : 32;
	struct weight_block b;

	for (b.kernel = 0; b.kernel < kernels; b.kernel += 32) {
		b.kernels = kernels - b.kernel < 32 ? kernels - b.kernel : 32;
		for (b.channel = 0; b.channel < ica; b.channel += group) {
			b.channels = ica - b.channel < group ? ica - b.channel : group;
			for (b.tap = 0; b.tap < c->k_w * c->k_h; b.tap++)
				dst = pack_block(dst, src, c, fill, &b);
		}
	}
}

/**
 * rc_coef_bytes() - size of the coefficient buffer (E.6)
 * @c: the operation
 *
 * Return: bytes up to the channel count the hardware walks.
 */
uint32_t rc_coef_bytes(const struct npu_conv *c)
{
	return npu_conv_out_channels(c) * (c->coef == NPU_COEF_RECORD ? 8 : 4);
}

/**
 * rc_pack_coef() - per-channel coefficients (E.6)
 * @dst: rc_coef_bytes() bytes
 * @bias: per output channel
 * @cpend: per output channel, %NPU_COEF_RECORD
 * @mul: per output channel, %NPU_COEF_RECORD
 * @c: the operation
 */
void rc_pack_coef(void *dst, const int32_t *bias, const int16_t *cpend,
		  const int16_t *mul, const struct npu_conv *c)
{
	uint8_t *p = dst;
	unsigned int i;

	memset(dst, 0, rc_coef_bytes(c));
	if (c->coef == NPU_COEF_BIAS) {
		memcpy(dst, bias, c->out_c * sizeof(*bias));
		return;
	}
	for (i = 0; i < c->out_c; i++) {
		uint8_t *record = p + i / 8 * 64;

		memcpy(record + i % 8 * 4, &bias[i], 4);
		memcpy(record + 32 + i % 8 * 2, &cpend[i], 2);
		memcpy(record + 48 + i % 8 * 2, &mul[i], 2);
	}
}
