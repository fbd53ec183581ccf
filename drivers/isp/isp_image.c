// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: register images
 *
 * See isp_image.h.
 */

#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/string.h>
#include <kunit/visibility.h>

#include "isp_image.h"

/**
 * struct isp_update_group - registers that share an update bit (R 7)
 * @first: first register
 * @last: last register
 * @ctrl: register with the update bit
 * @update: the bit
 */
struct isp_update_group {
	u16 first;
	u16 last;
	u16 ctrl;
	u32 update;
};

/*
 * In order of writing: the core's own update comes last. Whether the blocks of
 * the last lines have shadows is not known; the core's update does them no harm.
 */
static const struct isp_update_group isp_update_groups[] = {
	{ ISP_IE_CTRL, ISP_IE_TINT, ISP_IE_CTRL, ISP_IE_CTRL_CFG_UPD },
	{ ISP_DUAL_CROP_CTRL, ISP_DUAL_CROP_V_SIZE(1), ISP_DUAL_CROP_CTRL,
	  ISP_DUAL_CROP_CFG_UPD },
	{ ISP_RSZ(0), ISP_RSZ(0) + ISP_RSZ_PHASE_VC, ISP_RSZ(0),
	  ISP_RSZ_CTRL_CFG_UPD },
	{ ISP_RSZ(1), ISP_RSZ(1) + ISP_RSZ_PHASE_VC, ISP_RSZ(1),
	  ISP_RSZ_CTRL_CFG_UPD },
	{ ISP_MPFBC_CTRL, ISP_MPFBC_CTRL, ISP_MPFBC_CTRL,
	  ISP_MPFBC_CTRL_FORCE_UPD },
	{ ISP_CTRL0, ISP_OUT_V_SIZE, ISP_CTRL0, ISP_CTRL0_CFG_UPD },
	{ ISP_CCM_CTRL, ISP_CPROC_HUE, ISP_CTRL0, ISP_CTRL0_CFG_UPD },
	{ ISP_GOC_CTRL, 0x0970, ISP_CTRL0, ISP_CTRL0_CFG_UPD },
	{ ISP_LSC_CTRL, ISP_REGS_END - 4, ISP_CTRL0, ISP_CTRL0_CFG_UPD },
};

/**
 * isp_image_clear() - forget all values
 * @image: image
 */
void isp_image_clear(struct isp_image *image)
{
	memset(image, 0, sizeof(*image));
}

/**
 * isp_image_set() - give a register a value
 * @image: image
 * @reg: offset below ISP_REGS_END, multiple of 4
 * @val: value without update bits
 */
void isp_image_set(struct isp_image *image, u32 reg, u32 val)
{
	unsigned int i = reg / 4;

	if (test_bit(i, image->used) && image->val[i] == val)
		return;
	image->val[i] = val;
	__set_bit(i, image->used);
	__set_bit(i, image->dirty);
}
EXPORT_SYMBOL_IF_KUNIT(isp_image_set);

/**
 * isp_image_get() - value of a register
 * @image: image
 * @reg: offset
 *
 * Return: the value, 0 when it was never set.
 */
u32 isp_image_get(const struct isp_image *image, u32 reg)
{
	return image->val[reg / 4];
}
EXPORT_SYMBOL_IF_KUNIT(isp_image_get);

/**
 * isp_image_update() - change some bits of a register
 * @image: image
 * @reg: offset
 * @mask: bits to change
 * @val: their values
 */
void isp_image_update(struct isp_image *image, u32 reg, u32 mask, u32 val)
{
	isp_image_set(image, reg,
		      (isp_image_get(image, reg) & ~mask) | (val & mask));
}
EXPORT_SYMBOL_IF_KUNIT(isp_image_update);

/**
 * isp_image_touch() - compare everything at the next flush
 * @image: image
 *
 * For when somebody else wrote to the hardware, or it was reset.
 */
void isp_image_touch(struct isp_image *image)
{
	bitmap_copy(image->dirty, image->used, ISP_IMAGE_WORDS);
}
EXPORT_SYMBOL_IF_KUNIT(isp_image_touch);

/**
 * isp_image_touch_reg() - compare a register at the next flush
 * @image: image
 * @reg: offset of a register that has a value
 *
 * For when it was written past the image.
 */
void isp_image_touch_reg(struct isp_image *image, u32 reg)
{
	__set_bit(reg / 4, image->dirty);
}
EXPORT_SYMBOL_IF_KUNIT(isp_image_touch_reg);

/**
 * isp_shadow_forget() - nothing is known of the hardware any more
 * @shadow: what it held
 */
void isp_shadow_forget(struct isp_shadow *shadow)
{
	bitmap_zero(shadow->known, ISP_IMAGE_WORDS);
}
EXPORT_SYMBOL_IF_KUNIT(isp_shadow_forget);

static const struct isp_update_group *isp_update_group_of(u32 reg)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(isp_update_groups); i++) {
		if (reg >= isp_update_groups[i].first &&
		    reg <= isp_update_groups[i].last)
			return &isp_update_groups[i];
	}

	return NULL;
}

/**
 * isp_image_flush() - bring the hardware up to an image
 * @image: image; nothing of it is dirty afterwards
 * @shadow: what the hardware holds
 * @write: writes a register
 * @priv: its first argument
 *
 * Return: number of writes.
 */
unsigned int isp_image_flush(struct isp_image *image, struct isp_shadow *shadow,
			     isp_write_fn write, void *priv)
{
	const struct isp_update_group *group;
	unsigned int i, writes = 0;
	u32 touched = 0;

	for_each_set_bit(i, image->dirty, ISP_IMAGE_WORDS) {
		if (test_bit(i, shadow->known) &&
		    shadow->val[i] == image->val[i])
			continue;
		shadow->val[i] = image->val[i];
		__set_bit(i, shadow->known);

		group = isp_update_group_of(4 * i);
		if (group)
			touched |= BIT(group - isp_update_groups);
		if (group && group->ctrl == 4 * i)
			continue;
		write(priv, 4 * i, image->val[i]);
		writes++;
	}
	bitmap_zero(image->dirty, ISP_IMAGE_WORDS);

	for (i = 0; i < ARRAY_SIZE(isp_update_groups); i++) {
		group = &isp_update_groups[i];
		if (!(touched & BIT(i)))
			continue;
		/* Lines that share a register need one write for all. */
		if (i + 1 < ARRAY_SIZE(isp_update_groups) &&
		    group->ctrl == group[1].ctrl) {
			touched |= BIT(i + 1);
			continue;
		}
		write(priv, group->ctrl,
		      image->val[group->ctrl / 4] | group->update);
		writes++;
	}

	return writes;
}
EXPORT_SYMBOL_IF_KUNIT(isp_image_flush);
