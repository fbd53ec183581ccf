/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: validation of parameter buffers
 */
#ifndef _ISP_VALIDATE_H_
#define _ISP_VALIDATE_H_

#include <linux/types.h>

#include "isp_blocks.h"

struct device;

/* Largest buffers of both formats, with the head. */
#define ISP_RK_PARAMS_SIZE \
	(sizeof(struct sunmao_isp_buffer) + SUNMAO_ISP_RK_PARAMS_MAX_SIZE)
#define ISP_EXT_PARAMS_SIZE \
	(sizeof(struct sunmao_isp_buffer) + SUNMAO_ISP_PARAMS_MAX_SIZE)

int isp_params_validate(struct device *dev, const struct sunmao_isp_buffer *buf,
			size_t bytes, const struct isp_env *env, bool extended);

#endif /* _ISP_VALIDATE_H_ */
