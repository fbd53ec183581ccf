/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client of the ISP's media device: nodes, formats, buffers, frames.
 *
 * Finds everything by the names of the user ABI (hardware notes, ISP user ABI
 * 1 and 2). Functions return 0 or a negative errno; none retries or hides an
 * error, and none waits longer than ISP_WAIT_MS.
 */
#ifndef SUNMAO_TEST_ISP_CLIENT_H
#define SUNMAO_TEST_ISP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/media.h>
#include <linux/sunmao_isp.h>
#include <linux/v4l2-subdev.h>
#include <linux/videodev2.h>

#include "isp_ref.h"

#define ISP_BUFFERS	8
#define ISP_WAIT_MS	20000

/* Nodes in the order of registration (ISP user ABI 1.2). */
enum isp_node_id {
	ISP_MAIN, ISP_SELF, ISP_RAW0, ISP_RAW1, ISP_RAW2, ISP_PARAMS, ISP_STATS, ISP_NODES
};

/* Pads of the sub-device (ISP user ABI 1.3). */
enum isp_pad {
	ISP_PAD_RAW0, ISP_PAD_RAW1, ISP_PAD_RAW2, ISP_PAD_CIF, ISP_PAD_PARAMS,
	ISP_PAD_MAIN, ISP_PAD_SELF, ISP_PAD_STATS, ISP_PADS
};

/**
 * struct isp_buf - one buffer of a node
 * @planes: memory planes
 * @map: CPU mappings, NULL for imported ones that are not mapped
 * @length: bytes of the planes
 * @dmabuf: exported or imported file descriptors, -1 when there are none
 */
struct isp_buf {
	unsigned int planes;
	void *map[ISP_PLANES];
	size_t length[ISP_PLANES];
	int dmabuf[ISP_PLANES];
};

/**
 * struct isp_node - one video node
 * @fd: open file, -1 when closed
 * @type: V4L2 buffer type
 * @memory: V4L2_MEMORY_MMAP or V4L2_MEMORY_DMABUF
 * @fmt: format in use
 * @count: buffers
 * @buf: the buffers
 * @on: streaming
 */
struct isp_node {
	int fd;
	uint32_t type;
	uint32_t memory;
	struct v4l2_format fmt;
	unsigned int count;
	struct isp_buf buf[ISP_BUFFERS];
	bool on;
};

/**
 * struct isp_dev - one media device of an ISP
 * @media: its file
 * @subdev: file of the sub-device
 * @path: of the media device
 * @parent: name of the platform device, "fdcb0000.isp"
 * @node: the video nodes; opened all at once
 * @entity: entity ids of the sub-device and of the nodes
 * @raw: what the raw pictures are: size, depth and order; no memory
 */
struct isp_dev {
	int media, subdev;
	char path[32];
	char parent[64];
	struct isp_node node[ISP_NODES];
	uint32_t entity[ISP_NODES + 1];
	struct isp_ref_raw raw;
};

/**
 * struct isp_done - a buffer that came back
 * @index: which
 * @sequence: frame number
 * @error: marked as broken
 * @time_us: timestamp
 * @bytes: payload of the planes
 * @flags: V4L2 buffer flags
 */
struct isp_done {
	unsigned int index;
	uint32_t sequence;
	bool error;
	int64_t time_us;
	uint32_t bytes[ISP_PLANES];
	uint32_t flags;
};

extern const char *const isp_node_names[ISP_NODES];

struct isp_dev *isp_open(unsigned int index);
struct isp_dev *isp_open_at(const char *parent, unsigned int context);
void isp_close(struct isp_dev *dev);
void isp_close_all(void);

int isp_ioctl(int fd, unsigned long request, void *arg);
int isp_link(struct isp_dev *dev, enum isp_node_id raw, bool on);
uint32_t isp_raw_fourcc(unsigned int depth, enum isp_order order);
uint32_t isp_raw_code(unsigned int depth, enum isp_order order);

int isp_pad_format(struct isp_dev *dev, enum isp_pad pad, uint32_t code,
		   unsigned int width, unsigned int height,
		   struct v4l2_mbus_framefmt *got);
int isp_set_raw(struct isp_dev *dev, unsigned int width, unsigned int height,
		unsigned int depth, enum isp_order order);
int isp_set_path(struct isp_dev *dev, enum isp_node_id path, uint32_t fourcc,
		 unsigned int width, unsigned int height);
int isp_set_meta(struct isp_dev *dev, bool own);

int isp_alloc(struct isp_node *node, unsigned int count);
int isp_export(struct isp_node *node, unsigned int index);
int isp_import(struct isp_node *node, unsigned int count);
int isp_use_dmabuf(struct isp_node *node, unsigned int index, const int *fds);
int isp_free(struct isp_node *node);
int isp_stream(struct isp_node *node, bool on);
int isp_queue(struct isp_node *node, unsigned int index, int64_t time_us);
int isp_queue_bytes(struct isp_node *node, unsigned int index, uint32_t bytes,
		    int64_t time_us);
int isp_dequeue(struct isp_node *node, struct isp_done *done, int wait_ms);
int isp_queue_params(struct isp_node *node, unsigned int index, const void *data,
		     size_t bytes);

void isp_image(struct isp_image *image, const struct isp_node *node, unsigned int index);
void isp_raw_at(struct isp_ref_raw *raw, const struct isp_dev *dev, enum isp_node_id node,
		unsigned int index);
const void *isp_stats_block(const void *buffer, size_t bytes, unsigned int type,
			    size_t size);

int isp_subscribe_sync(struct isp_dev *dev, bool on);
int isp_next_sync(struct isp_dev *dev, uint32_t *sequence, int wait_ms);

/* What a frame needs besides the raw picture. */
#define ISP_WITH_PARAMS	(1u << 0)
#define ISP_WITH_STATS	(1u << 1)
#define ISP_WITH_MAIN	(1u << 2)
#define ISP_WITH_SELF	(1u << 3)

/**
 * struct isp_result - what a frame gave
 * @main: main path's buffer
 * @self: self path's buffer
 * @stats: statistics buffer
 * @params: parameter buffer
 * @raw: raw buffer
 */
struct isp_result {
	struct isp_done main, self, stats, params, raw;
};

int isp_setup(struct isp_dev *dev, unsigned int with, unsigned int buffers);
int isp_start(struct isp_dev *dev, unsigned int with);
int isp_stop(struct isp_dev *dev);
int isp_submit(struct isp_dev *dev, unsigned int with, unsigned int index,
	       const void *params, size_t bytes, int64_t time_us);
int isp_collect(struct isp_dev *dev, unsigned int with, struct isp_result *result);

#endif /* SUNMAO_TEST_ISP_CLIENT_H */
