/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: processing state of a context
 *
 * What parameter blocks change: the register image, and what does not fit into
 * one because it is written through data ports: lens shading tables and the
 * weights of measuring grids. Tables carry a generation number; the hardware side
 * remembers which one it loaded last and reloads only when it is another one.
 */
#ifndef _ISP_STATE_H_
#define _ISP_STATE_H_

#include <linux/types.h>

#include <linux/sunmao_isp.h>

#include "isp_image.h"

/* Tables of 225 weights, five in a word (R 5.2, 5.4). */
enum isp_weights {
	ISP_WEIGHTS_HIST_BIG0,
	ISP_WEIGHTS_HIST_BIG1,
	ISP_WEIGHTS_HIST_BIG2,
	ISP_WEIGHTS_AWB,
	ISP_WEIGHTS_NUM,
};

#define ISP_WEIGHT_WORDS	45
#define ISP_LSC_CHANNELS	4

/**
 * struct isp_lsc_bank - a lens shading table as the hardware takes it
 * @words: by channel in register order R, Gr, B, Gb
 * @generation: number of this content, 0 when there is none
 */
struct isp_lsc_bank {
	u32 words[ISP_LSC_CHANNELS][ISP_LSC_BANK_WORDS];
	u32 generation;
};

/**
 * struct isp_weight_table - weights of a measuring grid
 * @words: as the hardware takes them
 * @generation: number of this content, 0 when there is none
 */
struct isp_weight_table {
	u32 words[ISP_WEIGHT_WORDS];
	u32 generation;
};

/**
 * struct isp_state - processing state
 * @image: registers
 * @lsc: lens shading tables by the user's bank number
 * @lsc_active: bank in use
 * @weights: tables by enum isp_weights
 * @generations: last generation number given out
 * @first_frame: first-frame flags for the next frame, ISP_CTRL1 bits
 * @crop_en: paths whose window comes from a parameter block
 * @crop: their windows
 */
struct isp_state {
	struct isp_image image;
	struct isp_lsc_bank lsc[2];
	u8 lsc_active;
	struct isp_weight_table weights[ISP_WEIGHTS_NUM];
	u32 generations;
	u32 first_frame;
	u8 crop_en;
	struct sunmao_isp_window crop[2];
};

#endif /* _ISP_STATE_H_ */
