/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: instances, contexts, jobs, and the locking of the whole driver
 *
 * An instance is one ISP in hardware. It has one or more contexts; a context is
 * a media device with an ISP entity and seven video nodes, and has a register
 * image of its own. A job is one frame of a context: a raw buffer and what of the
 * other queues goes with it. One job at a time is on the hardware; a few more may
 * wait for their statistics to be decoded.
 *
 * Locks, outermost first:
 *
 * ============== ======== ====================================================
 * lock           kind     protects
 * ============== ======== ====================================================
 * node.lock      mutex    ioctls and videobuf2 queue of a node
 * ctx.lock       mutex    which nodes stream, media pipeline, crop selections
 * subdev state   mutex    formats of the entity's pads
 * isp.rate_lock  mutex    clock rate
 * isp.lock       spin irq jobs, buffer lists, processing states, power state
 * ============== ======== ====================================================
 *
 * Registers belong to whoever holds the running job (isp.running), without any
 * lock: the interrupt handlers and the work items of the instance. Work items run
 * one after the other (ordered workqueue), and the handlers leave a job alone
 * that is not on the hardware (job.state).
 */
#ifndef _ISP_DEV_H_
#define _ISP_DEV_H_

#include <linux/clk.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <media/media-device.h>
#include <media/v4l2-ctrls.h>
#include <media/v4l2-device.h>
#include <media/v4l2-subdev.h>
#include <media/videobuf2-v4l2.h>

#include <sunmao/compat.h>

#include "isp_blocks.h"
#include "isp_decode.h"
#include "isp_format.h"
#include "isp_image.h"
#include "isp_soc.h"
#include "isp_state.h"

#define ISP_DRV_NAME		"sunmao-isp"
/* What user space looks for (ISP UAPI 1). */
#define ISP_ABI_NAME		"rkisp2"

#define ISP_MAX_CONTEXTS	8
#define ISP_NUM_JOBS		4
#define ISP_MAX_CLOCKS		8

/* Pads of the ISP entity (ISP UAPI 1.3). */
enum isp_pad {
	ISP_PAD_SINK_RAW0,
	ISP_PAD_SINK_RAW1,
	ISP_PAD_SINK_RAW2,
	ISP_PAD_SINK_INLINE,
	ISP_PAD_SINK_PARAMS,
	ISP_PAD_SOURCE_MAIN,
	ISP_PAD_SOURCE_SELF,
	ISP_PAD_SOURCE_STATS,
	ISP_NUM_PADS,
};

/* In order of registration. */
enum isp_node_id {
	ISP_NODE_MAIN,
	ISP_NODE_SELF,
	ISP_NODE_RAW0,
	ISP_NODE_RAW1,
	ISP_NODE_RAW2,
	ISP_NODE_PARAMS,
	ISP_NODE_STATS,
	ISP_NUM_NODES,
};

struct isp_ctx;
struct isp_device;
struct isp_node;

/**
 * struct isp_buf - a buffer of any queue
 * @vb: videobuf2's part
 * @entry: in its node's list
 * @addr: DMA addresses of the components
 * @params: copy of a parameter buffer's content
 * @env: size of the picture that it was validated for
 */
struct isp_buf {
	struct vb2_v4l2_buffer vb;
	struct list_head entry;
	u32 addr[3];
	struct sunmao_isp_buffer *params;
	struct isp_env env;
};

/**
 * struct isp_node_desc - what differs between video nodes
 * @name: of the node
 * @type: enum v4l2_buf_type
 * @caps: device capabilities besides streaming
 * @mem_ops: where its buffers come from
 * @enum_fmt: VIDIOC_ENUM_FMT
 * @try_fmt: turns any format into a valid one
 * @set_fmt: takes isp_node.fmt, which is valid, into use
 * @buf_init: optional, a buffer is new
 * @buf_cleanup: optional, a buffer goes away
 * @buf_prepare: checks a buffer before it is queued
 * @start: optional, the node is about to take part in jobs
 * @stop: optional, undoes @start, when it takes part no more
 *
 * @start and @stop are called with isp_ctx.lock held.
 */
struct isp_node_desc {
	const char *name;
	u32 type;
	u32 caps;
	const struct vb2_mem_ops *mem_ops;
	int (*enum_fmt)(const struct isp_node *node, struct v4l2_fmtdesc *f);
	void (*try_fmt)(const struct isp_node *node, struct v4l2_format *f);
	void (*set_fmt)(struct isp_node *node);
	int (*buf_init)(struct isp_buf *buf);
	void (*buf_cleanup)(struct isp_buf *buf);
	int (*buf_prepare)(struct isp_node *node, struct isp_buf *buf);
	int (*start)(struct isp_node *node);
	void (*stop)(struct isp_node *node);
};

/**
 * struct isp_node - a video node
 * @ctx: context
 * @id: which one
 * @desc: what differs from others
 * @vdev: V4L2's part
 * @pad: its pad
 * @queue: videobuf2's part
 * @lock: see the table
 * @bufs: buffers that wait
 * @streaming: takes part in jobs
 * @fmt: format
 * @sizes: picture sizes that it takes, all 0 for metadata
 * @raw: raw format
 * @out: output format
 * @compose: place of the picture in an output buffer
 * @layout: the picture at that place in memory
 */
struct isp_node {
	struct isp_ctx *ctx;
	enum isp_node_id id;
	const struct isp_node_desc *desc;
	struct video_device vdev;
	struct media_pad pad;
	struct vb2_queue queue;
	struct mutex lock; /* ioctls and queue */
	struct list_head bufs;
	bool streaming;
	struct v4l2_format fmt;
	struct v4l2_frmsize_stepwise sizes;
	const struct isp_raw_format *raw;
	const struct isp_out_format *out;
	struct v4l2_rect compose;
	struct isp_out_layout layout;
};

/* Life of a job. Interrupts only look at one that is on the hardware. */
enum isp_job_state {
	ISP_JOB_FREE,
	ISP_JOB_CLAIMED,
	ISP_JOB_STARTED,
	ISP_JOB_READ_STATS,
	ISP_JOB_FAILED,
	ISP_JOB_DONE,
};

/**
 * struct isp_job - one frame
 * @state: where it is
 * @ctx: context
 * @bufs: buffers by node; the raw buffer is at ISP_NODE_RAW0
 * @sequence: frame number
 * @timestamp: of the raw buffer, ns
 * @entry: in isp.done
 * @failed: give its buffers back with an error
 * @params_stale: the parameters were validated for another size
 * @wait_isp: ISP interrupts to come
 * @wait_mi: MI interrupts to come
 * @wait_stats: statistics still go to memory
 * @stats_by_registers: statistics are not in memory
 * @deadline: jiffies after which it counts as lost
 * @measured: statistics
 * @stats_mem: memory for the results
 * @stats_dma: its address
 */
struct isp_job {
	enum isp_job_state state;
	struct isp_ctx *ctx;
	struct isp_buf *bufs[ISP_NUM_NODES];
	u32 sequence;
	u64 timestamp;
	struct list_head entry;
	bool failed;
	bool params_stale;
	u32 wait_isp;
	u32 wait_mi;
	bool wait_stats;
	bool stats_by_registers;
	unsigned long deadline;
	struct isp_measured measured;
	u32 *stats_mem;
	dma_addr_t stats_dma;
};

/**
 * struct isp_ctx - a context
 * @isp: instance
 * @index: its number
 * @mdev: media device
 * @v4l2_dev: V4L2 device
 * @sd: ISP entity
 * @sd_pads: its pads
 * @ctrls: its controls
 * @lock: see the table
 * @pipe: media pipeline of the nodes that stream
 * @streams: number of them
 * @nodes: video nodes
 * @env: size of the input while streaming
 * @raw_node: node that feeds the ISP, NULL when none does
 * @crop: crop selections of the paths
 * @ycbcr_enc: colour encoding of the main path
 * @full_range: quantization of the main path
 * @state: processing state
 * @cproc: picture controls to apply with the next frame
 * @ie: effect to apply with the next frame
 * @cproc_pending: @cproc is new
 * @ie_pending: @ie is new
 * @cproc_on: @cproc is not neutral
 * @ie_on: there is an effect
 * @sequence: number of the next frame
 * @stats: last statistics
 * @dummy: where chroma of a grey picture goes
 * @dummy_dma: its address
 * @dummy_size: its size
 */
struct isp_ctx {
	struct isp_device *isp;
	unsigned int index;
	struct media_device mdev;
	struct v4l2_device v4l2_dev;
	struct v4l2_subdev sd;
	struct media_pad sd_pads[ISP_NUM_PADS];
	struct v4l2_ctrl_handler ctrls;
	struct mutex lock; /* streams and selections */
	struct media_pipeline pipe;
	unsigned int streams;
	struct isp_node nodes[ISP_NUM_NODES];

	struct isp_env env;
	struct isp_node *raw_node;
	struct v4l2_rect crop[ISP_NUM_PATHS];
	u32 ycbcr_enc;
	bool full_range;
	struct isp_state state;
	struct sunmao_isp_params_cproc cproc;
	struct sunmao_isp_params_ie ie;
	bool cproc_pending;
	bool ie_pending;
	bool cproc_on;
	bool ie_on;
	u32 sequence;
	struct isp_stats_cache stats;
	void *dummy;
	dma_addr_t dummy_dma;
	size_t dummy_size;
};

/**
 * struct isp_unit - a measuring unit with a control register of its own
 * @unit: ISP_UNIT_* bit
 * @ctrl: the register, with ISP_UNIT_EN and ISP_UNIT_DONE
 */
struct isp_unit {
	u32 unit;
	u16 ctrl;
};

#define ISP_NUM_UNITS	10

extern const struct isp_unit isp_units[ISP_NUM_UNITS];

/**
 * struct isp_loaded - which table of which context the hardware holds
 * @ctx: context, NULL when unknown
 * @generation: number of the content
 */
struct isp_loaded {
	const struct isp_ctx *ctx;
	u32 generation;
};

/**
 * struct isp_device - an instance
 * @ref: contexts and the driver
 * @dev: platform device
 * @soc: constants
 * @regs: registers
 * @irqs: ISP and MI interrupt
 * @iommu_irq: interrupt of the IOMMU, 0 without one
 * @clks: clocks
 * @wq: ordered workqueue
 * @work: finishes jobs, starts what takes long, resets after errors
 * @watchdog: notices lost frames
 * @rate_lock: see the table
 * @rate: core clock, Hz
 * @lock: see the table
 * @wait: for jobs to end
 * @ctxs: contexts
 * @num_ctxs: number of them
 * @turn: context that is asked first for the next job
 * @jobs: all jobs
 * @running: job that owns the registers
 * @done: jobs that wait for @work
 * @last: context of the last job on the hardware
 * @powered: registers may be accessed
 * @blocked: no job may start
 * @stats_in_memory: the hardware writes statistics to memory
 * @frame_is_late: the core's end of frame comes after that of a writer
 * @measuring: the frame before had measuring units on
 * @shadow: what the registers hold
 * @weights: what the weight tables hold
 * @lsc: what the lens shading banks hold
 * @lsc_bank: bank in use
 */
struct isp_device {
	struct kref ref;
	struct device *dev;
	const struct isp_soc *soc;
	void __iomem *regs;
	int irqs[2];
	unsigned int iommu_irq;
	struct clk_bulk_data clks[ISP_MAX_CLOCKS];

	struct workqueue_struct *wq;
	struct work_struct work;
	struct delayed_work watchdog;

	struct mutex rate_lock; /* rate */
	unsigned long rate;

	spinlock_t lock; /* see the table */
	wait_queue_head_t wait;
	struct isp_ctx *ctxs[ISP_MAX_CONTEXTS];
	unsigned int num_ctxs;
	unsigned int turn;
	struct isp_job jobs[ISP_NUM_JOBS];
	struct isp_job *running;
	struct list_head done;
	const struct isp_ctx *last;
	bool powered;
	bool blocked;
	bool stats_in_memory;
	bool frame_is_late;
	bool measuring;

	struct isp_shadow shadow;
	struct isp_loaded weights[ISP_WEIGHTS_NUM];
	struct isp_loaded lsc[2];
	unsigned int lsc_bank;
};

static inline struct isp_buf *to_isp_buf(struct vb2_buffer *vb)
{
	return container_of(to_vb2_v4l2_buffer(vb), struct isp_buf, vb);
}

static inline bool isp_node_is_raw(const struct isp_node *node)
{
	return node->id >= ISP_NODE_RAW0 && node->id <= ISP_NODE_RAW2;
}

static inline bool isp_node_is_picture(const struct isp_node *node)
{
	return node->id == ISP_NODE_MAIN || node->id == ISP_NODE_SELF;
}

/* Does a metadata node have our own format? */
static inline bool isp_node_is_extended(const struct isp_node *node)
{
	u32 format = node->fmt.fmt.meta.dataformat;

	return format == V4L2_META_FMT_SUNMAO_ISP_PARAMS ||
	       format == V4L2_META_FMT_SUNMAO_ISP_STATS;
}

/* isp_hw.c */
int isp_hw_create(struct isp_device *isp);
int isp_hw_request_irqs(struct isp_device *isp);
void isp_hw_free_irqs(struct isp_device *isp);
int isp_hw_power_on(struct isp_device *isp);
void isp_hw_power_off(struct isp_device *isp);
void isp_hw_reset(struct isp_device *isp);
bool isp_hw_is_slow(struct isp_device *isp, const struct isp_job *job);
void isp_hw_program(struct isp_device *isp, struct isp_job *job);
void isp_hw_trigger(struct isp_device *isp);
void isp_hw_service(struct isp_device *isp);
void isp_hw_read_stats(struct isp_device *isp, struct isp_job *job);
void isp_hw_update_rate(struct isp_device *isp);

/* isp_sched.c */
int isp_sched_create(struct isp_device *isp);
void isp_sched_destroy(struct isp_device *isp);
void isp_sched_kick(struct isp_device *isp);
void isp_sched_progress(struct isp_device *isp, bool failed);
void isp_sched_drain(struct isp_node *node);
int isp_sched_block(struct isp_device *isp);
void isp_sched_unblock(struct isp_device *isp);

/* isp_setup.c */
void isp_setup_ctx(struct isp_ctx *ctx);
void isp_setup_job(struct isp_job *job);

/* isp_node.c */
int isp_node_register(struct isp_node *node, const struct isp_node_desc *desc);
void isp_node_unregister(struct isp_node *node);

/* isp_capture.c */
void isp_capture_set_compose(struct isp_node *node, const struct v4l2_rect *r);

/* Nodes and entity. */
int isp_raw_register(struct isp_ctx *ctx, enum isp_node_id id);
int isp_capture_register(struct isp_ctx *ctx, enum isp_path path);
int isp_params_register(struct isp_ctx *ctx);
int isp_stats_register(struct isp_ctx *ctx);
int isp_entity_register(struct isp_ctx *ctx);
void isp_entity_release(struct isp_ctx *ctx);
bool isp_entity_matches(struct isp_node *node);
void isp_entity_get_csc(struct isp_ctx *ctx);
void isp_entity_frame_sync(struct isp_ctx *ctx, u32 sequence);
void isp_entity_get_env(struct isp_ctx *ctx, struct isp_env *env, u32 *code);

/* isp_ctx.c */
struct isp_ctx *isp_ctx_create(struct isp_device *isp, unsigned int index);
void isp_ctx_unplug(struct isp_ctx *ctx);
void isp_ctx_put(struct isp_ctx *ctx);

/* isp_drv.c */
struct isp_device *isp_device_get(struct isp_device *isp);
void isp_device_put(struct isp_device *isp);

#endif /* _ISP_DEV_H_ */
