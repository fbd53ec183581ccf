/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: register images
 *
 * Every context keeps all its register values in memory. Before a frame the
 * image is compared with what the hardware holds and only differences are
 * written: a frame like the one before costs nothing, a frame of another context
 * costs what differs between the two, and after a reset, when nothing is known
 * of the hardware, everything is written.
 *
 * Several groups of registers take effect only when an update bit of their
 * control register is written. Such a control register is written last in its
 * group, with that bit, when anything in the group changed.
 *
 * So no set of parameters takes more writes than it has registers: 107 and an
 * update for all blocks of RK2P but lens shading, 433 and an update for all blocks of
 * our own format; in both 184 more when all four tables of weights are new. There is
 * no way to write several registers at once, hence that is also the least.
 *
 * Pure: the registers are reached through a function that the caller gives.
 */
#ifndef _ISP_IMAGE_H_
#define _ISP_IMAGE_H_

#include <linux/bitmap.h>
#include <linux/types.h>

#include "isp_regs.h"

#define ISP_IMAGE_WORDS		(ISP_REGS_END / 4)

/**
 * struct isp_image - register values of a context
 * @val: values by word number
 * @used: words that have a value
 * @dirty: words that may differ from what this context wrote last
 */
struct isp_image {
	u32 val[ISP_IMAGE_WORDS];
	DECLARE_BITMAP(used, ISP_IMAGE_WORDS);
	DECLARE_BITMAP(dirty, ISP_IMAGE_WORDS);
};

/**
 * struct isp_shadow - what the hardware holds
 * @val: values by word number
 * @known: words that were written since the last reset
 */
struct isp_shadow {
	u32 val[ISP_IMAGE_WORDS];
	DECLARE_BITMAP(known, ISP_IMAGE_WORDS);
};

typedef void (*isp_write_fn)(void *priv, u32 reg, u32 val);

void isp_image_clear(struct isp_image *image);
void isp_image_set(struct isp_image *image, u32 reg, u32 val);
u32 isp_image_get(const struct isp_image *image, u32 reg);
void isp_image_update(struct isp_image *image, u32 reg, u32 mask, u32 val);
void isp_image_touch(struct isp_image *image);
void isp_image_touch_reg(struct isp_image *image, u32 reg);
void isp_shadow_forget(struct isp_shadow *shadow);
unsigned int isp_image_flush(struct isp_image *image, struct isp_shadow *shadow,
			     isp_write_fn write, void *priv);

#endif /* _ISP_IMAGE_H_ */
