/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Register-command streams for the NPU (hardware notes, NPU B.3 to B.7, D,
 * E.14).
 */
#ifndef SUNMAO_TEST_REGCMD_H
#define SUNMAO_TEST_REGCMD_H

#include "npu_op.h"

/* Target ids of a register command word (B.3). */
enum rc_target {
	RC_MARK = 0x0041,
	RC_START = 0x0081,
	RC_PC = 0x0101,
	RC_CNA = 0x0201,
	RC_CORE = 0x0801,
	RC_DPU = 0x1001,
	RC_RDMA = 0x2001,
	RC_PPU = 0x4001,
	RC_PPU_RDMA = 0x8001,
};

/* Start word bitmaps (B.4). */
#define RC_RUN_CONV	0x1du
#define RC_RUN_ELTWISE	0x18u
#define RC_RUN_POOL	0x60u

#define RC_SEGMENT_ALIGN	64u	/* bytes, B.6 */
#define RC_TRAILER_WORDS	4u

/**
 * struct rc_stream - one segment under construction
 * @words: where it is built
 * @count: words so far
 * @capacity: words there is room for
 * @overflow: set when a word found no room, or a task's rows none in the CBUF
 */
struct rc_stream {
	uint64_t *words;
	uint32_t count;
	uint32_t capacity;
	bool overflow;
};

/**
 * struct rc_conv_io - where a convolution's data is and which rows to do
 * @in: IOVA of the whole input cube
 * @weights: IOVA of the weights
 * @coef: IOVA of the coefficients
 * @operand: IOVA of the cube to add
 * @out: IOVA of the whole output cube
 * @out_row: first output row of this task
 * @out_rows: output rows of this task
 * @reuse: keep the weights that the previous task loaded
 */
struct rc_conv_io {
	uint32_t in;
	uint32_t weights;
	uint32_t coef;
	uint32_t operand;
	uint32_t out;
	unsigned int out_row;
	unsigned int out_rows;
	bool reuse;
};

uint64_t rc_word(enum rc_target target, uint16_t offset, uint32_t value);
uint32_t rc_amount(uint32_t words);

void rc_put(struct rc_stream *s, enum rc_target target, uint16_t offset,
	    uint32_t value);
void rc_finish(struct rc_stream *s, uint32_t next_iova, uint32_t next_words,
	       uint32_t run);

void rc_conv(struct rc_stream *s, const struct npu_conv *c,
	     const struct rc_conv_io *io);
void rc_pool(struct rc_stream *s, const struct npu_pool *p, uint32_t in,
	     uint32_t out);
void rc_eltwise(struct rc_stream *s, const struct npu_eltwise *e, uint32_t a,
		uint32_t b, uint32_t out);

/* Memory layouts (E.2, E.4, E.6). All cubes here are int8. */
uint32_t rc_feature_offset(unsigned int w, unsigned int h, unsigned int c,
			   unsigned int y, unsigned int x);
void rc_pack_feature(int8_t *dst, const int8_t *src, unsigned int w,
		     unsigned int h, unsigned int channels, int8_t fill);
void rc_unpack_feature(int8_t *dst, const int8_t *src, unsigned int w,
		       unsigned int h, unsigned int channels);
void rc_pack_image(uint8_t *dst, const int8_t *src, unsigned int w,
		   unsigned int h, uint8_t fill);
uint32_t rc_image_bytes(unsigned int w, unsigned int h);
void rc_pack_weights(int8_t *dst, const int8_t *src, const struct npu_conv *c,
		     int8_t fill);
uint32_t rc_coef_bytes(const struct npu_conv *c);
void rc_pack_coef(void *dst, const int32_t *bias, const int16_t *cpend,
		  const int16_t *mul, const struct npu_conv *c);

#endif /* SUNMAO_TEST_REGCMD_H */
