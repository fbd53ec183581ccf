/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: from hardware statistics to statistics blocks
 *
 * The hardware can write its results to memory; when it does not, the driver
 * reads the registers into the same layout (R 6). So there is one decoder. Units
 * that did not finish in a frame keep their last values, with "done" 0.
 */
#ifndef _ISP_DECODE_H_
#define _ISP_DECODE_H_

#include <linux/bits.h>
#include <linux/types.h>

#include <linux/sunmao_isp.h>

/* Measuring units, bits of &struct isp_measured. */
#define ISP_UNIT_AE_LITE	BIT(0)
#define ISP_UNIT_HIST_LITE	BIT(1)
#define ISP_UNIT_HIST_BIG(n)	BIT(2 + (n))
#define ISP_UNIT_AE_BIG(n)	BIT(5 + (n))
#define ISP_UNIT_AWB		BIT(8)
#define ISP_UNIT_AF		BIT(9)
#define ISP_UNIT_BLS		BIT(10)
#define ISP_UNITS		11

/**
 * struct isp_measured - what the units of a frame delivered
 * @enabled: units that were on
 * @done: units that finished
 * @words: results in the layout of R 6
 * @ae_sums: sums of the free windows, by unit: 4 of R, 4 of G, 4 of B
 * @af: window B: sharpness, luma, line interrupt state, highlights
 * @bls: measured black level A..D
 */
struct isp_measured {
	u32 enabled;
	u32 done;
	const u32 *words;
	u32 ae_sums[3][12];
	u32 af[4];
	u32 bls[4];
};

/**
 * struct isp_stats_cache - last values of all units
 * @ae_lite: block
 * @hist_lite: block
 * @hist_big: blocks
 * @awb: block
 * @ae_big: blocks
 * @af: block
 * @bls: block
 */
struct isp_stats_cache {
	struct sunmao_isp_rk_stats_ae_lite ae_lite;
	struct sunmao_isp_rk_stats_hist hist_lite;
	struct sunmao_isp_rk_stats_hist hist_big[3];
	struct sunmao_isp_rk_stats_awb awb;
	struct sunmao_isp_stats_ae_big ae_big[3];
	struct sunmao_isp_stats_af af;
	struct sunmao_isp_stats_bls bls;
};

/* Largest buffers of both formats, with the head. */
#define ISP_RK_STATS_SIZE \
	(sizeof(struct sunmao_isp_buffer) + SUNMAO_ISP_RK_STATS_MAX_SIZE)
#define ISP_EXT_STATS_SIZE \
	(sizeof(struct sunmao_isp_buffer) + SUNMAO_ISP_STATS_MAX_SIZE)

void isp_decode_means(const u32 *words, unsigned int num, u16 *r, u16 *g,
		      u16 *b);
void isp_decode_bins(const u32 *words, u32 *bins);
void isp_decode_awb(const u32 *words, struct sunmao_isp_rk_stats_awb *awb);
void isp_decode_af(const u32 *words, struct sunmao_isp_stats_af *af);
void isp_stats_update(struct isp_stats_cache *cache,
		      const struct isp_measured *measured);
void isp_stats_emit(const struct isp_stats_cache *cache, u32 enabled,
		    struct sunmao_isp_buffer *buf, bool extended);

#endif /* _ISP_DECODE_H_ */
