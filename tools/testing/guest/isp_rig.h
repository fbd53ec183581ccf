/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device under test beside its reference: every frame that goes through the
 * device goes through the reference too, with the same settings.
 *
 * All functions report through tap_check() and tap_require().
 */
#ifndef SUNMAO_TEST_ISP_RIG_H
#define SUNMAO_TEST_ISP_RIG_H

#include "isp_client.h"
#include "isp_scene.h"

/**
 * struct isp_rig - device and reference
 * @dev: the device
 * @set: settings after all parameter buffers so far
 * @with: parts of a frame, ISP_WITH_*
 * @buffers: buffers of each node
 * @sequence: number of the next frame
 * @time_us: timestamp of the next raw buffer
 * @ref: pictures of the last frame by the reference
 * @result: what the device gave for it
 * @tolerance: allowed difference of a sample
 * @worst: largest difference so far
 */
struct isp_rig {
	struct isp_dev *dev;
	struct isp_ref_set set;
	unsigned int with;
	unsigned int buffers;
	uint32_t sequence;
	int64_t time_us;
	struct isp_ref_frame ref;
	struct isp_result result;
	unsigned int tolerance;
	unsigned int worst;
};

/* What a rig is set up for; zero fields have defaults. */
struct isp_rig_setup {
	unsigned int index;
	unsigned int width, height;	/* 320x240 */
	unsigned int depth;		/* 12 */
	enum isp_order order;
	uint32_t main, self;		/* fourcc; main: NV16, self: off */
	unsigned int main_w, main_h, self_w, self_h;	/* as the input */
	unsigned int buffers;		/* 1 */
	bool own;			/* own metadata formats */
	bool stats;
};

void isp_rig_open(struct isp_rig *rig, const struct isp_rig_setup *setup);
void isp_rig_open_on(struct isp_rig *rig, struct isp_dev *dev,
		     const struct isp_rig_setup *setup);
void isp_rig_close(struct isp_rig *rig);

void isp_rig_draw(struct isp_rig *rig, unsigned int index, enum isp_scene scene,
		  uint64_t seed);
void isp_rig_submit(struct isp_rig *rig, unsigned int index, const struct isp_params *p);
void isp_rig_collect(struct isp_rig *rig);
void isp_rig_check(struct isp_rig *rig, const char *what);
void isp_rig_frame(struct isp_rig *rig, enum isp_scene scene, uint64_t seed,
		   const struct isp_params *p, const char *what);
void isp_rig_compare(struct isp_rig *rig, enum isp_node_id path, unsigned int index,
		     const char *what);
void isp_rig_statistics(struct isp_rig *rig, const char *what);
const void *isp_rig_block(struct isp_rig *rig, unsigned int type, size_t size);
struct isp_rect isp_rig_window(const struct isp_rig *rig, enum isp_node_id path);

#define isp_rig_stats(rig, type, id)	\
	((const struct type *)isp_rig_block(rig, id, sizeof(struct type)))

#endif /* SUNMAO_TEST_ISP_RIG_H */
