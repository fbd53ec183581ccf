/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU reference of the NPU's int8 arithmetic (hardware notes, NPU E.8, E.15),
 * on dense tensors.
 */
#ifndef SUNMAO_TEST_REF_H
#define SUNMAO_TEST_REF_H

#include <stddef.h>

#include "npu_op.h"

int64_t ref_shift_even(int64_t v, unsigned int shift);
int64_t ref_shift_away(int64_t v, unsigned int shift);

void ref_conv(int8_t *out, const struct npu_conv *c, const int8_t *in,
	      const int8_t *weights, const int32_t *bias, const int16_t *cpend,
	      const int16_t *mul, const int8_t *operand);
void ref_pool(int8_t *out, const struct npu_pool *p, const int8_t *in);
void ref_eltwise(int8_t *out, const struct npu_eltwise *e, const int8_t *a,
		 const int8_t *b);

#endif /* SUNMAO_TEST_REF_H */
