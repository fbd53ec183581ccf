// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what all video nodes have in common
 *
 * Queues, registration, and start and stop. The first node of a context that
 * starts resets its processing state and counter, so that all queues count from
 * 0 together.
 */

#include <media/v4l2-fh.h>
#include <media/v4l2-ioctl.h>
#include <media/videobuf2-dma-contig.h>
#include <media/videobuf2-vmalloc.h>

#include "isp_dev.h"

int isp_node_querycap(struct file *file, void *priv,
		      struct v4l2_capability *cap)
{
	const struct isp_node *node = video_drvdata(file);
	const struct isp_ctx *ctx = node->ctx;
	bool picture = node->id == ISP_NODE_MAIN || node->id == ISP_NODE_SELF;

	strscpy(cap->driver, ISP_ABI_NAME, sizeof(cap->driver));
	strscpy(cap->card, picture ? ISP_ABI_NAME : node->vdev.name,
		sizeof(cap->card));
	if (isp_node_is_raw(node))
		snprintf(cap->bus_info, sizeof(cap->bus_info), "platform:%s",
			 dev_name(ctx->isp->dev));
	else
		strscpy(cap->bus_info, ctx->mdev.bus_info,
			sizeof(cap->bus_info));

	return 0;
}

/* A parameter or statistics buffer is known to the scheduler from here on. */
void isp_node_buf_queue(struct vb2_buffer *vb)
{
	struct isp_node *node = vb2_get_drv_priv(vb->vb2_queue);
	struct isp_device *isp = node->ctx->isp;
	unsigned long flags;

	spin_lock_irqsave(&isp->lock, flags);
	list_add_tail(&to_isp_buf(vb)->entry, &node->bufs);
	spin_unlock_irqrestore(&isp->lock, flags);

	if (isp_node_is_raw(node))
		isp_sched_kick(isp);
}

/**
 * isp_node_return_all() - give waiting buffers back
 * @node: node that does not take part in jobs
 * @state: in this state
 */
void isp_node_return_all(struct isp_node *node, enum vb2_buffer_state state)
{
	struct isp_device *isp = node->ctx->isp;
	struct isp_buf *buf, *next;
	unsigned long flags;
	LIST_HEAD(bufs);

	spin_lock_irqsave(&isp->lock, flags);
	list_splice_init(&node->bufs, &bufs);
	spin_unlock_irqrestore(&isp->lock, flags);

	list_for_each_entry_safe(buf, next, &bufs, entry) {
		list_del(&buf->entry);
		vb2_buffer_done(&buf->vb.vb2_buf, state);
	}
}

/**
 * isp_node_start() - let a node take part in jobs
 * @node: node, ready for it
 *
 * The caller holds ctx.lock.
 *
 * Return: 0 or a negative error.
 */
int isp_node_start(struct isp_node *node)
{
	struct isp_ctx *ctx = node->ctx;
	struct isp_device *isp = ctx->isp;
	unsigned long flags;
	int ret;

	lockdep_assert_held(&ctx->lock);
	ret = video_device_pipeline_start(&node->vdev, &ctx->pipe);
	if (ret)
		return ret;

	spin_lock_irqsave(&isp->lock, flags);
	if (!ctx->streams++) {
		isp_blocks_reset(&ctx->state);
		memset(&ctx->stats, 0, sizeof(ctx->stats));
		ctx->sequence = 0;
		ctx->cproc_pending = ctx->cproc_on;
		ctx->ie_pending = ctx->ie_on;
	}
	if (isp_node_is_raw(node)) {
		ctx->raw_node = node;
		isp_setup_ctx(ctx);
	}
	node->streaming = true;
	spin_unlock_irqrestore(&isp->lock, flags);

	return 0;
}

/**
 * isp_node_stop() - take a node out of jobs and give its buffers back
 * @node: node
 */
void isp_node_stop(struct isp_node *node)
{
	struct isp_ctx *ctx = node->ctx;
	struct isp_device *isp = ctx->isp;
	unsigned long flags;

	mutex_lock(&ctx->lock);
	spin_lock_irqsave(&isp->lock, flags);
	node->streaming = false;
	if (isp_node_is_raw(node))
		ctx->raw_node = NULL;
	spin_unlock_irqrestore(&isp->lock, flags);

	isp_node_return_all(node, VB2_BUF_STATE_ERROR);
	isp_sched_drain(node);
	spin_lock_irqsave(&isp->lock, flags);
	ctx->streams--;
	spin_unlock_irqrestore(&isp->lock, flags);
	video_device_pipeline_stop(&node->vdev);
	mutex_unlock(&ctx->lock);
}

const struct v4l2_file_operations isp_node_fops = {
	.owner = THIS_MODULE,
	.open = v4l2_fh_open,
	.release = vb2_fop_release,
	.poll = vb2_fop_poll,
	.unlocked_ioctl = video_ioctl2,
	.mmap = vb2_fop_mmap,
};

/**
 * isp_node_queue_init() - set a node's queue up
 * @node: node
 * @type: enum v4l2_buf_type
 * @ops: queue operations
 * @mem_ops: where buffers come from
 *
 * The raw queue takes the timestamps of its user; all others repeat them.
 *
 * Return: 0 or a negative error.
 */
int isp_node_queue_init(struct isp_node *node, u32 type,
			const struct vb2_ops *ops,
			const struct vb2_mem_ops *mem_ops)
{
	struct vb2_queue *queue = &node->queue;

	mutex_init(&node->lock);
	INIT_LIST_HEAD(&node->bufs);
	queue->type = type;
	queue->io_modes = VB2_MMAP | VB2_DMABUF;
	queue->dev = node->ctx->isp->dev;
	queue->drv_priv = node;
	queue->ops = ops;
	queue->mem_ops = mem_ops;
	queue->buf_struct_size = sizeof(struct isp_buf);
	queue->timestamp_flags = isp_node_is_raw(node) ?
				 V4L2_BUF_FLAG_TIMESTAMP_COPY :
				 V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
	queue->lock = &node->lock;

	return vb2_queue_init(queue);
}

/**
 * isp_node_register() - make a node visible
 * @node: node whose queue is set up
 * @name: its name
 * @caps: device capabilities besides streaming
 * @ioctls: its ioctls
 *
 * Return: 0 or a negative error.
 */
int isp_node_register(struct isp_node *node, const char *name, u32 caps,
		      const struct v4l2_ioctl_ops *ioctls)
{
	struct video_device *vdev = &node->vdev;
	int ret;

	strscpy(vdev->name, name, sizeof(vdev->name));
	vdev->fops = &isp_node_fops;
	vdev->ioctl_ops = ioctls;
	vdev->device_caps = caps | V4L2_CAP_STREAMING;
	vdev->v4l2_dev = &node->ctx->v4l2_dev;
	vdev->queue = &node->queue;
	vdev->lock = &node->lock;
	vdev->release = video_device_release_empty;
	vdev->vfl_dir = V4L2_TYPE_IS_OUTPUT(node->queue.type) ? VFL_DIR_TX :
								 VFL_DIR_RX;
	video_set_drvdata(vdev, node);

	node->pad.flags = V4L2_TYPE_IS_OUTPUT(node->queue.type) ?
			  MEDIA_PAD_FL_SOURCE : MEDIA_PAD_FL_SINK;
	ret = media_entity_pads_init(&vdev->entity, 1, &node->pad);
	if (ret)
		return ret;

	ret = video_register_device(vdev, VFL_TYPE_VIDEO, -1);
	if (ret)
		media_entity_cleanup(&vdev->entity);

	return ret;
}

/**
 * isp_node_unregister() - stop a node and make it invisible
 * @node: node; nothing happens when it was never registered
 */
void isp_node_unregister(struct isp_node *node)
{
	if (!video_is_registered(&node->vdev))
		return;
	vb2_video_unregister_device(&node->vdev);
	media_entity_cleanup(&node->vdev.entity);
	mutex_destroy(&node->lock);
}
