/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Raw pictures from a seed, and settings from a seed.
 */
#ifndef SUNMAO_TEST_ISP_SCENE_H
#define SUNMAO_TEST_ISP_SCENE_H

#include "isp_ref.h"

/**
 * enum isp_scene - kinds of raw pictures
 * @ISP_SCENE_MIX: quarters of the next four
 * @ISP_SCENE_GRADIENT: three colours that run in different directions
 * @ISP_SCENE_NOISE: every pixel by chance
 * @ISP_SCENE_EDGES: bars, steps and diagonals of several widths
 * @ISP_SCENE_CHART: 24 patches of colour with a little noise
 * @ISP_SCENE_SMOOTH: waves, no two neighbours far apart; for the scalers
 * @ISP_SCENE_FLAT: one colour
 * @ISP_SCENE_DEFECTS: the smooth one with single hot and dead pixels
 */
enum isp_scene {
	ISP_SCENE_MIX, ISP_SCENE_GRADIENT, ISP_SCENE_NOISE, ISP_SCENE_EDGES,
	ISP_SCENE_CHART, ISP_SCENE_SMOOTH, ISP_SCENE_FLAT, ISP_SCENE_DEFECTS,
};

uint64_t isp_random(uint64_t *state);
uint64_t isp_random_below(uint64_t *state, uint64_t limit);

void isp_scene_fill(enum isp_scene kind, uint64_t seed, const struct isp_ref_raw *raw);
bool isp_scene_is_defect(unsigned int x, unsigned int y);

/* Room for all blocks of both formats and more. */
#define ISP_PARAMS_ROOM		16384

/**
 * struct isp_params - a parameter buffer under construction
 * @data: the buffer from its head on
 */
struct isp_params {
	uint8_t data[ISP_PARAMS_ROOM] __attribute__((aligned(8)));
};

void isp_params_init(struct isp_params *p);
size_t isp_params_bytes(const struct isp_params *p);
void *isp_params_add(struct isp_params *p, unsigned int type, size_t size,
		     unsigned int flags);
void isp_params_off(struct isp_params *p, unsigned int type);

/* Adds an enabled block: isp_add(p, sunmao_isp_rk_bls, SUNMAO_ISP_RK_PARAMS_BLS). */
#define isp_add(p, type, id)						\
	((struct type *)isp_params_add(p, id, sizeof(struct type),	\
				       SUNMAO_ISP_BLOCK_FL_ENABLE))

enum isp_encoding { ISP_BT601, ISP_BT709, ISP_BT2020 };

void isp_add_bls(struct isp_params *p, int r, int gr, int gb, int b);
void isp_add_gains(struct isp_params *p, unsigned int r, unsigned int g, unsigned int b);
void isp_add_csm(struct isp_params *p, enum isp_encoding encoding, bool full);
void isp_add_ccm(struct isp_params *p, const int matrix[3][3], int offset);
void isp_add_goc(struct isp_params *p, double gamma, bool dense);
struct sunmao_isp_rk_lsc *isp_add_lsc(struct isp_params *p, unsigned int width,
				      unsigned int height);
struct sunmao_isp_rk_lsc *isp_add_lsc_bowl(struct isp_params *p, unsigned int width,
					   unsigned int height, unsigned int rise);
struct sunmao_isp_rk_ae_lite *isp_add_ae(struct isp_params *p, unsigned int width,
					 unsigned int height);
struct sunmao_isp_rk_hist_big *isp_add_hist(struct isp_params *p, unsigned int unit,
					    unsigned int width, unsigned int height);
struct sunmao_isp_rk_awb_meas *isp_add_awb_meas(struct isp_params *p, unsigned int width,
						unsigned int height);
void isp_params_random(struct isp_params *p, uint64_t seed, unsigned int width,
		       unsigned int height);

#endif /* SUNMAO_TEST_ISP_SCENE_H */
