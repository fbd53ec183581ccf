/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: parameter blocks
 *
 * One entry per block that user space can send: its size, the ranges of its
 * fields, rules that span several fields, and the function that turns it into
 * register values. Validation and encoding use the same table; neither knows
 * videobuf2 or the hardware.
 */
#ifndef _ISP_BLOCKS_H_
#define _ISP_BLOCKS_H_

#include <linux/types.h>

#include <linux/sunmao_isp.h>

struct isp_state;

/**
 * struct isp_env - what the validity of parameters depends on
 * @width: width of the ISP's input, pixels
 * @height: height, lines
 */
struct isp_env {
	u16 width;
	u16 height;
};

/**
 * struct isp_field - range of a field
 * @name: for the message; NULL ends a list
 * @offset: bytes from the start of the block
 * @count: array elements
 * @size: bytes of one
 * @is_signed: two's complement
 * @min: smallest value
 * @max: largest value
 */
struct isp_field {
	const char *name;
	u16 offset;
	u16 count;
	u8 size;
	bool is_signed;
	s32 min;
	s32 max;
};

/**
 * struct isp_block - a kind of parameter block
 * @name: for messages
 * @size: bytes
 * @fields: ranges; fields that are not listed take every value
 * @check: further rules; returns the name of an offending field or NULL
 * @apply: encodes the block, or turns the unit off; @data is only valid when
 *	@enable is set
 */
struct isp_block {
	const char *name;
	u32 size;
	const struct isp_field *fields;
	const char *(*check)(const void *data, const struct isp_env *env);
	void (*apply)(struct isp_state *state, const void *data, bool enable,
		      const struct isp_env *env);
};

const struct isp_block *isp_block_find(unsigned int type, bool extended);
const char *isp_block_check(const struct isp_block *block, const void *data,
			    const struct isp_env *env);
void isp_blocks_reset(struct isp_state *state);
void isp_params_apply(struct isp_state *state,
		      const struct sunmao_isp_buffer *buf,
		      const struct isp_env *env, bool extended);
u32 isp_cell_fit(const struct sunmao_isp_window *win, unsigned int cells,
		 const struct isp_env *env);
bool isp_csm_is_full_range(const u16 coeff[3][3]);
void isp_csm_set(struct isp_state *state, const u16 coeff[3][3],
		 bool full_range);

#endif /* _ISP_BLOCKS_H_ */
