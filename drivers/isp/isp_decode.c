// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: from hardware statistics to statistics blocks
 *
 * See isp_decode.h.
 */

#include <linux/bitfield.h>
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/string.h>
#include <kunit/visibility.h>

#include "isp_decode.h"
#include "isp_regs.h"

/**
 * isp_decode_means() - decode the cells of an exposure grid
 * @words: one word per cell (R 5.1)
 * @num: cells
 * @r: means of red, 10 bits
 * @g: means of green, 12 bits
 * @b: means of blue, 10 bits
 */
void isp_decode_means(const u32 *words, unsigned int num, u16 *r, u16 *g,
		      u16 *b)
{
	unsigned int i;

	for (i = 0; i < num; i++) {
		g[i] = words[i] & 0xfff;
		b[i] = words[i] >> 12 & 0x3ff;
		r[i] = words[i] >> 22;
	}
}
EXPORT_SYMBOL_IF_KUNIT(isp_decode_means);

/**
 * isp_decode_bins() - decode a histogram
 * @words: 256 words
 * @bins: counts, 28 bits with 5 fraction bits
 */
void isp_decode_bins(const u32 *words, u32 *bins)
{
	unsigned int i;

	for (i = 0; i < 256; i++)
		bins[i] = words[i] & GENMASK(27, 0);
}
EXPORT_SYMBOL_IF_KUNIT(isp_decode_bins);

/**
 * isp_decode_awb() - decode a white balance grid
 * @words: two words per cell (R 5.4)
 * @awb: block whose counts are filled
 */
void isp_decode_awb(const u32 *words, struct sunmao_isp_rk_stats_awb *awb)
{
	unsigned int i;

	for (i = 0; i < 225; i++) {
		u64 cell = words[2 * i] | (u64)words[2 * i + 1] << 32;

		awb->counts_b[i] = FIELD_GET(GENMASK_ULL(17, 0), cell);
		awb->counts_g[i] = FIELD_GET(GENMASK_ULL(35, 18), cell);
		awb->counts_r[i] = FIELD_GET(GENMASK_ULL(53, 36), cell);
		awb->counts_w[i] = FIELD_GET(GENMASK_ULL(63, 54), cell);
	}
}
EXPORT_SYMBOL_IF_KUNIT(isp_decode_awb);

/**
 * isp_decode_af() - decode the focus values of the grid
 * @words: four words per cell: v1, v2, h1, h2 (R 5.3)
 * @af: block whose values are filled
 */
void isp_decode_af(const u32 *words, struct sunmao_isp_stats_af *af)
{
	unsigned int i;

	for (i = 0; i < 225; i++) {
		af->v1[i] = words[4 * i];
		af->v2[i] = words[4 * i + 1];
		af->h1[i] = words[4 * i + 2];
		af->h2[i] = words[4 * i + 3];
	}
}
EXPORT_SYMBOL_IF_KUNIT(isp_decode_af);

static void update_hist(struct sunmao_isp_rk_stats_hist *hist, const u32 *words,
			bool done)
{
	hist->done = done;
	if (done)
		isp_decode_bins(words, hist->hist_bins);
}

static void update_ae_big(struct sunmao_isp_stats_ae_big *ae, const u32 *words,
			  const u32 *sums, bool done)
{
	ae->done = done;
	if (!done)
		return;
	isp_decode_means(words, 225, ae->exp_mean_r, ae->exp_mean_g,
			 ae->exp_mean_b);
	memcpy(ae->sum_r, sums, sizeof(ae->sum_r));
	memcpy(ae->sum_g, sums + 4, sizeof(ae->sum_g));
	memcpy(ae->sum_b, sums + 8, sizeof(ae->sum_b));
}

static s16 measured_level(u32 word)
{
	return sign_extend32(word, 12);
}

/**
 * isp_stats_update() - take over what a frame delivered
 * @cache: last values
 * @measured: results of the frame
 */
void isp_stats_update(struct isp_stats_cache *cache,
		      const struct isp_measured *measured)
{
	const u32 *words = measured->words;
	u32 done = measured->done;
	unsigned int i;

	cache->ae_lite.done = !!(done & ISP_UNIT_AE_LITE);
	if (cache->ae_lite.done)
		isp_decode_means(words + ISP_DDR_AE_LITE / 4, 25,
				 cache->ae_lite.exp_mean_r,
				 cache->ae_lite.exp_mean_g,
				 cache->ae_lite.exp_mean_b);
	update_hist(&cache->hist_lite, words + ISP_DDR_HIST_LITE / 4,
		    done & ISP_UNIT_HIST_LITE);
	for (i = 0; i < 3; i++) {
		update_hist(&cache->hist_big[i],
			    words + isp_ddr_hist_big(i) / 4,
			    done & ISP_UNIT_HIST_BIG(i));
		update_ae_big(&cache->ae_big[i], words + ISP_DDR_AE_BIG(i) / 4,
			      measured->ae_sums[i], done & ISP_UNIT_AE_BIG(i));
	}
	cache->awb.done = !!(done & ISP_UNIT_AWB);
	if (cache->awb.done)
		isp_decode_awb(words + ISP_DDR_AWB / 4, &cache->awb);
	cache->af.done = !!(done & ISP_UNIT_AF);
	if (cache->af.done) {
		isp_decode_af(words + ISP_DDR_AF / 4, &cache->af);
		cache->af.sum_b = measured->af[0];
		cache->af.lum_b = measured->af[1];
		cache->af.int_state = measured->af[2];
		cache->af.highlit_cnt_b = measured->af[3];
	}
	cache->bls.done = !!(done & ISP_UNIT_BLS);
	if (cache->bls.done) {
		cache->bls.measured.a = measured_level(measured->bls[0]);
		cache->bls.measured.b = measured_level(measured->bls[1]);
		cache->bls.measured.c = measured_level(measured->bls[2]);
		cache->bls.measured.d = measured_level(measured->bls[3]);
	}
}
EXPORT_SYMBOL_IF_KUNIT(isp_stats_update);

static void emit(struct sunmao_isp_buffer *buf, unsigned int type,
		 const void *block, u32 size)
{
	struct sunmao_isp_block_header *head;

	head = (void *)(buf->data + buf->data_size);
	memcpy(head, block, size);
	head->type = type;
	head->flags = 0;
	head->size = size;
	buf->data_size += size;
}

/**
 * isp_stats_emit() - fill a statistics buffer
 * @cache: last values
 * @enabled: units that are on
 * @buf: buffer of ISP_RK_STATS_SIZE or ISP_EXT_STATS_SIZE bytes
 * @extended: which of them
 *
 * The three blocks that libcamera reads without asking are always there.
 */
void isp_stats_emit(const struct isp_stats_cache *cache, u32 enabled,
		    struct sunmao_isp_buffer *buf, bool extended)
{
	unsigned int i;

	buf->version = SUNMAO_ISP_VERSION_V1;
	buf->data_size = 0;

	emit(buf, SUNMAO_ISP_RK_STATS_AE_LITE, &cache->ae_lite,
	     sizeof(cache->ae_lite));
	if (enabled & ISP_UNIT_HIST_LITE)
		emit(buf, SUNMAO_ISP_RK_STATS_HIST_LITE, &cache->hist_lite,
		     sizeof(cache->hist_lite));
	for (i = 0; i < 3; i++) {
		if (!i || enabled & ISP_UNIT_HIST_BIG(i))
			emit(buf, SUNMAO_ISP_RK_STATS_HIST_BIG0 + i,
			     &cache->hist_big[i], sizeof(cache->hist_big[i]));
	}
	emit(buf, SUNMAO_ISP_RK_STATS_AWB, &cache->awb, sizeof(cache->awb));
	if (!extended)
		return;

	for (i = 0; i < 3; i++) {
		if (enabled & ISP_UNIT_AE_BIG(i))
			emit(buf, SUNMAO_ISP_STATS_AE_BIG0 + i,
			     &cache->ae_big[i], sizeof(cache->ae_big[i]));
	}
	if (enabled & ISP_UNIT_AF)
		emit(buf, SUNMAO_ISP_STATS_AF, &cache->af, sizeof(cache->af));
	if (enabled & ISP_UNIT_BLS)
		emit(buf, SUNMAO_ISP_STATS_BLS, &cache->bls,
		     sizeof(cache->bls));
}
EXPORT_SYMBOL_IF_KUNIT(isp_stats_emit);
