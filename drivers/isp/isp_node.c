// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what all video nodes have in common
 *
 * One table of ioctls and one of queue operations serve all nodes; where they
 * differ the node's descriptor is asked. A node may start and stop at any time.
 * The raw node begins anew: with its start the processing state is reset and
 * frames count from 0 on all queues.
 */

#include <media/v4l2-fh.h>
#include <media/v4l2-ioctl.h>

#define SUNMAO_NEED_VIDEO_PIPELINE
#include "isp_dev.h"

static int isp_node_querycap(struct file *file, void *priv,
			     struct v4l2_capability *cap)
{
	const struct isp_node *node = video_drvdata(file);

	strscpy(cap->driver, ISP_ABI_NAME, sizeof(cap->driver));
	strscpy(cap->card, isp_node_is_picture(node) ? ISP_ABI_NAME :
		node->vdev.name, sizeof(cap->card));
	strscpy(cap->bus_info, node->ctx->mdev.bus_info,
		sizeof(cap->bus_info));

	return 0;
}

static int isp_node_enum_fmt(struct file *file, void *priv,
			     struct v4l2_fmtdesc *f)
{
	const struct isp_node *node = video_drvdata(file);

	return node->desc->enum_fmt(node, f);
}

static int isp_node_g_fmt(struct file *file, void *priv, struct v4l2_format *f)
{
	const struct isp_node *node = video_drvdata(file);

	*f = node->fmt;

	return 0;
}

static int isp_node_try_fmt(struct file *file, void *priv,
			    struct v4l2_format *f)
{
	const struct isp_node *node = video_drvdata(file);

	node->desc->try_fmt(node, f);

	return 0;
}

static void isp_node_set_fmt(struct isp_node *node, struct v4l2_format *f)
{
	node->desc->try_fmt(node, f);
	node->fmt = *f;
	if (node->desc->set_fmt)
		node->desc->set_fmt(node);
}

static int isp_node_s_fmt(struct file *file, void *priv, struct v4l2_format *f)
{
	struct isp_node *node = video_drvdata(file);

	if (vb2_is_busy(&node->queue))
		return -EBUSY;
	isp_node_set_fmt(node, f);

	return 0;
}

static int isp_node_enum_framesizes(struct file *file, void *priv,
				    struct v4l2_frmsizeenum *fsize)
{
	const struct isp_node *node = video_drvdata(file);
	struct v4l2_fmtdesc f = {};

	if (fsize->index)
		return -EINVAL;
	do {
		if (node->desc->enum_fmt(node, &f))
			return -EINVAL;
		f.index++;
	} while (f.pixelformat != fsize->pixel_format);
	fsize->type = V4L2_FRMSIZE_TYPE_STEPWISE;
	fsize->stepwise = node->sizes;

	return 0;
}

/* Where a picture lies in its buffer; output nodes only. */
static int isp_node_g_selection(struct file *file, void *priv,
				struct v4l2_selection *sel)
{
	const struct isp_node *node = video_drvdata(file);

	if (sel->type != V4L2_BUF_TYPE_VIDEO_CAPTURE)
		return -EINVAL;
	switch (sel->target) {
	case V4L2_SEL_TGT_COMPOSE:
		sel->r = node->compose;
		return 0;
	case V4L2_SEL_TGT_COMPOSE_DEFAULT:
	case V4L2_SEL_TGT_COMPOSE_BOUNDS:
		sel->r = (struct v4l2_rect) {
			.width = node->fmt.fmt.pix_mp.width,
			.height = node->fmt.fmt.pix_mp.height,
		};
		return 0;
	default:
		return -EINVAL;
	}
}

static int isp_node_s_selection(struct file *file, void *priv,
				struct v4l2_selection *sel)
{
	struct isp_node *node = video_drvdata(file);

	if (sel->type != V4L2_BUF_TYPE_VIDEO_CAPTURE ||
	    sel->target != V4L2_SEL_TGT_COMPOSE)
		return -EINVAL;
	/* Addresses in buffers that are queued follow from it. */
	if (vb2_is_busy(&node->queue))
		return -EBUSY;
	isp_capture_set_compose(node, &sel->r);
	sel->r = node->compose;

	return 0;
}

static const struct v4l2_ioctl_ops isp_node_ioctls = {
	.vidioc_querycap = isp_node_querycap,
	.vidioc_enum_fmt_vid_cap = isp_node_enum_fmt,
	.vidioc_enum_fmt_vid_out = isp_node_enum_fmt,
	.vidioc_enum_fmt_meta_cap = isp_node_enum_fmt,
	.vidioc_enum_fmt_meta_out = isp_node_enum_fmt,
	.vidioc_g_fmt_vid_cap_mplane = isp_node_g_fmt,
	.vidioc_g_fmt_vid_out_mplane = isp_node_g_fmt,
	.vidioc_g_fmt_meta_cap = isp_node_g_fmt,
	.vidioc_g_fmt_meta_out = isp_node_g_fmt,
	.vidioc_s_fmt_vid_cap_mplane = isp_node_s_fmt,
	.vidioc_s_fmt_vid_out_mplane = isp_node_s_fmt,
	.vidioc_s_fmt_meta_cap = isp_node_s_fmt,
	.vidioc_s_fmt_meta_out = isp_node_s_fmt,
	.vidioc_try_fmt_vid_cap_mplane = isp_node_try_fmt,
	.vidioc_try_fmt_vid_out_mplane = isp_node_try_fmt,
	.vidioc_try_fmt_meta_cap = isp_node_try_fmt,
	.vidioc_try_fmt_meta_out = isp_node_try_fmt,
	.vidioc_enum_framesizes = isp_node_enum_framesizes,
	.vidioc_g_selection = isp_node_g_selection,
	.vidioc_s_selection = isp_node_s_selection,
	.vidioc_reqbufs = vb2_ioctl_reqbufs,
	.vidioc_create_bufs = vb2_ioctl_create_bufs,
	.vidioc_prepare_buf = vb2_ioctl_prepare_buf,
	.vidioc_querybuf = vb2_ioctl_querybuf,
	.vidioc_qbuf = vb2_ioctl_qbuf,
	.vidioc_dqbuf = vb2_ioctl_dqbuf,
	.vidioc_expbuf = vb2_ioctl_expbuf,
	.vidioc_streamon = vb2_ioctl_streamon,
	.vidioc_streamoff = vb2_ioctl_streamoff,
};

static const struct v4l2_file_operations isp_node_fops = {
	.owner = THIS_MODULE,
	.open = v4l2_fh_open,
	.release = vb2_fop_release,
	.poll = vb2_fop_poll,
	.unlocked_ioctl = video_ioctl2,
	.mmap = vb2_fop_mmap,
};

static unsigned int isp_node_num_planes(const struct isp_node *node)
{
	return V4L2_TYPE_IS_MULTIPLANAR(node->fmt.type) ?
	       node->fmt.fmt.pix_mp.num_planes : 1;
}

static u32 isp_node_plane_size(const struct isp_node *node, unsigned int plane)
{
	return V4L2_TYPE_IS_MULTIPLANAR(node->fmt.type) ?
	       node->fmt.fmt.pix_mp.plane_fmt[plane].sizeimage :
	       node->fmt.fmt.meta.buffersize;
}

static int isp_node_queue_setup(struct vb2_queue *queue,
				unsigned int *num_buffers,
				unsigned int *num_planes, unsigned int sizes[],
				struct device *alloc_devs[])
{
	const struct isp_node *node = vb2_get_drv_priv(queue);
	unsigned int i, planes = isp_node_num_planes(node);

	if (*num_planes && *num_planes != planes)
		return -EINVAL;
	for (i = 0; i < planes; i++) {
		u32 size = isp_node_plane_size(node, i);

		if (*num_planes && sizes[i] < size)
			return -EINVAL;
		if (!*num_planes)
			sizes[i] = size;
	}
	*num_planes = planes;

	return 0;
}

static int isp_node_buf_init(struct vb2_buffer *vb)
{
	const struct isp_node *node = vb2_get_drv_priv(vb->vb2_queue);

	return node->desc->buf_init ? node->desc->buf_init(to_isp_buf(vb)) : 0;
}

static void isp_node_buf_cleanup(struct vb2_buffer *vb)
{
	const struct isp_node *node = vb2_get_drv_priv(vb->vb2_queue);

	if (node->desc->buf_cleanup)
		node->desc->buf_cleanup(to_isp_buf(vb));
}

static int isp_node_buf_out_validate(struct vb2_buffer *vb)
{
	to_vb2_v4l2_buffer(vb)->field = V4L2_FIELD_NONE;

	return 0;
}

static int isp_node_buf_prepare(struct vb2_buffer *vb)
{
	struct isp_node *node = vb2_get_drv_priv(vb->vb2_queue);
	unsigned int i;

	for (i = 0; !vb->vb2_queue->is_output && i < vb->num_planes; i++) {
		u32 size = isp_node_plane_size(node, i);

		if (vb2_plane_size(vb, i) < size) {
			dev_dbg(node->ctx->isp->dev,
				"%s: plane %u has %lu of %u bytes\n",
				node->vdev.name, i, vb2_plane_size(vb, i),
				size);
			return -EINVAL;
		}
		vb2_set_plane_payload(vb, i, size);
	}

	return node->desc->buf_prepare(node, to_isp_buf(vb));
}

/* The scheduler knows the buffer from here on. */
static void isp_node_buf_queue(struct vb2_buffer *vb)
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

/* Give waiting buffers of a node back that does not take part in jobs. */
static void isp_node_return_all(struct isp_node *node,
				enum vb2_buffer_state state)
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

/* Let a node take part in jobs; ctx.lock is held. */
static int isp_node_join(struct isp_node *node)
{
	struct isp_ctx *ctx = node->ctx;
	struct isp_device *isp = ctx->isp;
	unsigned long flags;
	int ret;

	lockdep_assert_held(&ctx->lock);
	ret = sunmao_video_pipeline_start(&node->vdev, &ctx->pipe);
	if (ret)
		return ret;

	spin_lock_irqsave(&isp->lock, flags);
	ctx->streams++;
	if (isp_node_is_raw(node)) {
		ctx->raw_node = node;
		isp_setup_ctx(ctx);
	}
	node->streaming = true;
	spin_unlock_irqrestore(&isp->lock, flags);

	return 0;
}

/* Take a node out of jobs, and give its buffers back; ctx.lock is held. */
static void isp_node_leave(struct isp_node *node)
{
	struct isp_ctx *ctx = node->ctx;
	struct isp_device *isp = ctx->isp;
	unsigned long flags;

	lockdep_assert_held(&ctx->lock);
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
}

static int isp_node_start_streaming(struct vb2_queue *queue, unsigned int count)
{
	struct isp_node *node = vb2_get_drv_priv(queue);
	struct isp_ctx *ctx = node->ctx;
	int ret;

	mutex_lock(&ctx->lock);
	ret = node->desc->start ? node->desc->start(node) : 0;
	if (!ret) {
		ret = isp_node_join(node);
		if (ret && node->desc->stop)
			node->desc->stop(node);
	}
	if (!ret && isp_node_is_raw(node))
		isp_hw_update_rate(ctx->isp);
	mutex_unlock(&ctx->lock);

	if (ret)
		isp_node_return_all(node, VB2_BUF_STATE_QUEUED);
	else
		isp_sched_kick(ctx->isp);

	return ret;
}

static void isp_node_stop_streaming(struct vb2_queue *queue)
{
	struct isp_node *node = vb2_get_drv_priv(queue);
	struct isp_ctx *ctx = node->ctx;

	mutex_lock(&ctx->lock);
	isp_node_leave(node);
	if (isp_node_is_raw(node))
		isp_hw_update_rate(ctx->isp);
	if (node->desc->stop)
		node->desc->stop(node);
	mutex_unlock(&ctx->lock);
}

static const struct vb2_ops isp_node_queue_ops = {
	.queue_setup = isp_node_queue_setup,
	.buf_init = isp_node_buf_init,
	.buf_cleanup = isp_node_buf_cleanup,
	.buf_out_validate = isp_node_buf_out_validate,
	.buf_prepare = isp_node_buf_prepare,
	.buf_queue = isp_node_buf_queue,
	.start_streaming = isp_node_start_streaming,
	.stop_streaming = isp_node_stop_streaming,
	SUNMAO_VB2_WAIT_OPS
};

/* Pads and nodes are compared when a node starts; others do not care. */
static int isp_node_link_validate(struct media_link *link)
{
	return 0;
}

static const struct media_entity_operations isp_node_entity_ops = {
	.link_validate = isp_node_link_validate,
};

/* The raw queue takes the timestamps of its user; all others repeat them. */
static int isp_node_queue_init(struct isp_node *node)
{
	struct vb2_queue *queue = &node->queue;

	INIT_LIST_HEAD(&node->bufs);
	queue->type = node->desc->type;
	queue->io_modes = VB2_MMAP | VB2_DMABUF;
	queue->dev = node->ctx->isp->dev;
	queue->drv_priv = node;
	queue->ops = &isp_node_queue_ops;
	queue->mem_ops = node->desc->mem_ops;
	queue->buf_struct_size = sizeof(struct isp_buf);
	queue->timestamp_flags = isp_node_is_raw(node) ?
				 V4L2_BUF_FLAG_TIMESTAMP_COPY :
				 V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
	queue->lock = &node->lock;

	return vb2_queue_init(queue);
}

/**
 * isp_node_register() - make a node visible
 * @node: node whose context, number and picture sizes are known; its format is a
 *	wish
 * @desc: what it is
 *
 * Return: 0 or a negative error.
 */
int isp_node_register(struct isp_node *node, const struct isp_node_desc *desc)
{
	struct video_device *vdev = &node->vdev;
	bool output = V4L2_TYPE_IS_OUTPUT(desc->type);
	struct v4l2_format f = node->fmt;
	int ret;

	node->desc = desc;
	f.type = desc->type;
	isp_node_set_fmt(node, &f);
	ret = isp_node_queue_init(node);
	if (ret)
		return ret;

	strscpy(vdev->name, desc->name, sizeof(vdev->name));
	vdev->fops = &isp_node_fops;
	vdev->ioctl_ops = &isp_node_ioctls;
	vdev->device_caps = desc->caps | V4L2_CAP_STREAMING;
	vdev->v4l2_dev = &node->ctx->v4l2_dev;
	vdev->queue = &node->queue;
	vdev->lock = &node->lock;
	vdev->release = video_device_release_empty;
	vdev->vfl_dir = output ? VFL_DIR_TX : VFL_DIR_RX;
	vdev->entity.ops = &isp_node_entity_ops;
	video_set_drvdata(vdev, node);
	if (!isp_node_is_picture(node)) {
		v4l2_disable_ioctl(vdev, VIDIOC_G_SELECTION);
		v4l2_disable_ioctl(vdev, VIDIOC_S_SELECTION);
	}

	node->pad.flags = output ? MEDIA_PAD_FL_SOURCE : MEDIA_PAD_FL_SINK;
	ret = media_entity_pads_init(&vdev->entity, 1, &node->pad);
	if (ret)
		goto release_queue;
	ret = video_register_device(vdev, VFL_TYPE_VIDEO, -1);
	if (ret)
		goto cleanup_entity;

	return 0;

cleanup_entity:
	media_entity_cleanup(&vdev->entity);
release_queue:
	vb2_queue_release(&node->queue);

	return ret;
}

/**
 * isp_node_unregister() - stop a node and make it invisible
 * @node: node; nothing happens when it was never registered
 *
 * The context must still hold its first reference: files may be open.
 */
void isp_node_unregister(struct isp_node *node)
{
	if (!video_is_registered(&node->vdev))
		return;
	video_unregister_device(&node->vdev);
	mutex_lock(&node->lock);
	vb2_queue_release(&node->queue);
	node->queue.owner = NULL;
	mutex_unlock(&node->lock);
}
