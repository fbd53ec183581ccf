// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: validation of parameter buffers
 *
 * The user-space layout is fixed: sizes and offsets are asserted here, literals
 * on the right-hand side (ISP UAPI 3 and 4).
 *
 * A buffer is copied before it is looked at, so what passes here is what is
 * applied. The kernel's helper for this container exists from 7.3 on; it knows
 * neither duplicates nor the size of the picture, so the walk here does both
 * things in one go on every kernel.
 */

#include <linux/bitmap.h>
#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/export.h>
#include <kunit/visibility.h>

#include "isp_validate.h"

#define SIZE(_type, _size) \
	static_assert(sizeof(struct sunmao_isp_##_type) == (_size))
#define OFFSET(_type, _member, _offset) \
	static_assert(offsetof(struct sunmao_isp_##_type, _member) == (_offset))

SIZE(block_header, 8);
SIZE(buffer, 8);
SIZE(window, 8);

SIZE(rk_bls, 48);
OFFSET(rk_bls, enable_auto, 8);
OFFSET(rk_bls, enabled_windows, 9);
OFFSET(rk_bls, bls_window1, 10);
OFFSET(rk_bls, bls_window2, 18);
OFFSET(rk_bls, bls_samples, 26);
OFFSET(rk_bls, bls_fixed_val, 28);
OFFSET(rk_bls, bls1_fixed_val, 36);

SIZE(rk_awb_gains, 32);
OFFSET(rk_awb_gains, gains[0].r, 8);
OFFSET(rk_awb_gains, gains[0].gr, 10);
OFFSET(rk_awb_gains, gains[0].b, 12);
OFFSET(rk_awb_gains, gains[0].gb, 14);

SIZE(rk_csm, 32);
OFFSET(rk_csm, coeff, 8);

SIZE(rk_ccm, 80);
OFFSET(rk_ccm, high_y_alpha_adj_en, 8);
OFFSET(rk_ccm, coeff, 10);
OFFSET(rk_ccm, offset, 28);
OFFSET(rk_ccm, y_coeff, 34);
OFFSET(rk_ccm, alp, 40);
OFFSET(rk_ccm, inflection_point, 74);

SIZE(rk_goc, 112);
OFFSET(rk_goc, mode, 8);
OFFSET(rk_goc, segments, 9);
OFFSET(rk_goc, offset, 10);
OFFSET(rk_goc, gamma_y, 12);
OFFSET(rk_goc, reserved, 110);

SIZE(rk_lsc, 4768);
OFFSET(rk_lsc, r_data_tbl, 8);
OFFSET(rk_lsc, gr_data_tbl, 1164);
OFFSET(rk_lsc, gb_data_tbl, 2320);
OFFSET(rk_lsc, b_data_tbl, 3476);
OFFSET(rk_lsc, write_table, 4632);
OFFSET(rk_lsc, active_table, 4634);
OFFSET(rk_lsc, set_active_table_when, 4635);
OFFSET(rk_lsc, x_sizes, 4636);
OFFSET(rk_lsc, y_sizes, 4668);
OFFSET(rk_lsc, x_grads, 4700);
OFFSET(rk_lsc, y_grads, 4732);
OFFSET(rk_lsc, window_mode, 4764);

SIZE(rk_crop, 32);
OFFSET(rk_crop, crop_en, 8);
OFFSET(rk_crop, mp_crop, 10);
OFFSET(rk_crop, sp_crop, 18);

SIZE(rk_ae_lite, 24);
OFFSET(rk_ae_lite, window_num, 8);
OFFSET(rk_ae_lite, meas_window, 10);

SIZE(rk_hist_lite, 56);
OFFSET(rk_hist_lite, data_sel, 8);
OFFSET(rk_hist_lite, mode, 9);
OFFSET(rk_hist_lite, stepsize, 10);
OFFSET(rk_hist_lite, waterline, 12);
OFFSET(rk_hist_lite, coeffs, 14);
OFFSET(rk_hist_lite, meas_window, 18);
OFFSET(rk_hist_lite, weights, 26);

SIZE(rk_hist_big, 256);
OFFSET(rk_hist_big, data_sel, 8);
OFFSET(rk_hist_big, mode, 9);
OFFSET(rk_hist_big, stepsize, 10);
OFFSET(rk_hist_big, window_num, 11);
OFFSET(rk_hist_big, waterline, 12);
OFFSET(rk_hist_big, coeffs, 14);
OFFSET(rk_hist_big, meas_window, 18);
OFFSET(rk_hist_big, weights, 26);

SIZE(rk_awb_meas, 256);
OFFSET(rk_awb_meas, meas_window, 8);
OFFSET(rk_awb_meas, limits, 16);
OFFSET(rk_awb_meas, weights, 24);
static_assert(ISP_RK_PARAMS_SIZE == 6216);

SIZE(rk_stats_ae_lite, 160);
OFFSET(rk_stats_ae_lite, exp_mean_r, 8);
OFFSET(rk_stats_ae_lite, exp_mean_g, 58);
OFFSET(rk_stats_ae_lite, exp_mean_b, 108);
OFFSET(rk_stats_ae_lite, done, 158);
SIZE(rk_stats_hist, 1040);
OFFSET(rk_stats_hist, hist_bins, 8);
OFFSET(rk_stats_hist, done, 1032);
SIZE(rk_stats_awb, 3160);
OFFSET(rk_stats_awb, counts_r, 8);
OFFSET(rk_stats_awb, counts_g, 908);
OFFSET(rk_stats_awb, counts_b, 1808);
OFFSET(rk_stats_awb, counts_w, 2708);
OFFSET(rk_stats_awb, done, 3158);
static_assert(SUNMAO_ISP_RK_STATS_MAX_SIZE == 7480);

/* Our own blocks: not to change once released. */
SIZE(params_dpcc, 72);
SIZE(params_debayer, 40);
SIZE(params_cproc, 16);
SIZE(params_ie, 24);
SIZE(params_gic, 72);
SIZE(params_baynr, 112);
SIZE(params_ynr, 200);
SIZE(params_cnr, 56);
SIZE(params_sharp, 104);
SIZE(params_drc, 152);
SIZE(params_ae_big, 88);
SIZE(params_af, 184);
SIZE(stats_ae_big, 1408);
SIZE(stats_af, 3632);
SIZE(stats_bls, 24);
static_assert(ISP_EXT_PARAMS_SIZE == 7512);
static_assert(SUNMAO_ISP_STATS_MAX_SIZE == 15360);

/**
 * isp_params_validate() - is a parameter buffer valid?
 * @dev: for the debug message
 * @buf: buffer in kernel memory, aligned to 8 bytes
 * @bytes: its payload
 * @env: size of the picture
 * @extended: the buffer has the extended format
 *
 * Return: 0, or -EINVAL with one debug message that names block and field.
 */
int isp_params_validate(struct device *dev, const struct sunmao_isp_buffer *buf,
			size_t bytes, const struct isp_env *env, bool extended)
{
	size_t max = extended ? ISP_EXT_PARAMS_SIZE : ISP_RK_PARAMS_SIZE;
	const u16 both = SUNMAO_ISP_BLOCK_FL_ENABLE |
			 SUNMAO_ISP_BLOCK_FL_DISABLE;
	DECLARE_BITMAP(seen, SUNMAO_ISP_PARAMS_END) = {};
	const struct sunmao_isp_block_header *head;
	const struct isp_block *block;
	const char *field;
	size_t pos, left;

	if (bytes < sizeof(*buf) || bytes > max) {
		dev_dbg(dev, "parameters: payload of %zu bytes\n", bytes);
		return -EINVAL;
	}
	if (buf->version > SUNMAO_ISP_VERSION_V1) {
		dev_dbg(dev, "parameters: version %u\n", buf->version);
		return -EINVAL;
	}
	/* Without blocks, as in zeroed memory, the rest does not matter. */
	if (buf->data_size && buf->data_size != bytes - sizeof(*buf)) {
		dev_dbg(dev, "parameters: data_size %u in %zu bytes\n",
			buf->data_size, bytes);
		return -EINVAL;
	}

	for (pos = 0; pos < buf->data_size; pos += head->size) {
		left = buf->data_size - pos;
		head = (const void *)(buf->data + pos);
		if (left < sizeof(*head)) {
			dev_dbg(dev, "parameters: %zu bytes left over\n", left);
			return -EINVAL;
		}

		block = isp_block_find(head->type, extended);
		if (!block) {
			dev_dbg(dev, "parameters: unknown block %u\n",
				head->type);
			return -EINVAL;
		}
		if (head->size > left ||
		    (head->size != block->size &&
		     !(head->size == sizeof(*head) &&
		       head->flags & SUNMAO_ISP_BLOCK_FL_DISABLE))) {
			dev_dbg(dev, "block %s: header.size %u\n", block->name,
				head->size);
			return -EINVAL;
		}
		if (head->flags & ~both || (head->flags & both) == both) {
			dev_dbg(dev, "block %s: header.flags %#x\n",
				block->name, head->flags);
			return -EINVAL;
		}
		if (test_and_set_bit(head->type, seen)) {
			dev_dbg(dev, "block %s: header.type a second time\n",
				block->name);
			return -EINVAL;
		}
		/* A block that turns a unit off may contain anything. */
		if (!(head->flags & SUNMAO_ISP_BLOCK_FL_ENABLE))
			continue;
		field = isp_block_check(block, head, env);
		if (field) {
			dev_dbg(dev, "block %s: field %s out of range\n",
				block->name, field);
			return -EINVAL;
		}
	}

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(isp_params_validate);
