// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: raw inputs
 *
 * Three nodes, as user space expects; the one whose link is enabled feeds the
 * ISP, always through the read channel of the only exposure (ISP 4). The raw node
 * is the one that powers the hardware.
 */

#include <linux/pm_runtime.h>

#include <media/v4l2-ioctl.h>
#include <media/videobuf2-dma-contig.h>

#include "isp_dev.h"

/* Widest line that is passed on to the read channel. */
#define ISP_RAW_MAX_STRIDE	65536

static void isp_raw_try(struct isp_node *node,
			struct v4l2_pix_format_mplane *pix,
			const struct isp_raw_format **rawp)
{
	const struct isp_soc *soc = node->ctx->isp->soc;
	const struct isp_raw_format *raw = isp_raw_format_find(pix->pixelformat);
	u32 stride = pix->num_planes ? pix->plane_fmt[0].bytesperline : 0;
	u32 min;

	pix->pixelformat = raw->fourcc;
	pix->width = clamp(pix->width, soc->min_width, soc->max_width) & ~1;
	pix->height = clamp(pix->height, soc->min_height, soc->max_height) & ~1;
	pix->field = V4L2_FIELD_NONE;
	pix->colorspace = V4L2_COLORSPACE_RAW;
	pix->ycbcr_enc = V4L2_YCBCR_ENC_DEFAULT;
	pix->quantization = V4L2_QUANTIZATION_FULL_RANGE;
	pix->xfer_func = V4L2_XFER_FUNC_DEFAULT;
	pix->flags = 0;
	pix->num_planes = 1;
	memset(pix->reserved, 0, sizeof(pix->reserved));
	memset(pix->plane_fmt, 0, sizeof(pix->plane_fmt));

	/* The read channel wants multiples of 4 bytes (ISP 1.4). */
	min = ALIGN(pix->width * raw->bytes, 4);
	pix->plane_fmt[0].bytesperline =
		ALIGN(clamp(stride, min, ISP_RAW_MAX_STRIDE), 4);
	pix->plane_fmt[0].sizeimage =
		pix->plane_fmt[0].bytesperline * pix->height;
	if (rawp)
		*rawp = raw;
}

static int isp_raw_enum_fmt(struct file *file, void *priv,
			    struct v4l2_fmtdesc *f)
{
	const struct isp_raw_format *raw = isp_raw_format_get(f->index);

	if (!raw)
		return -EINVAL;
	f->pixelformat = raw->fourcc;

	return 0;
}

static int isp_raw_g_fmt(struct file *file, void *priv, struct v4l2_format *f)
{
	struct isp_node *node = video_drvdata(file);

	f->fmt.pix_mp = node->pix;

	return 0;
}

static int isp_raw_try_fmt(struct file *file, void *priv, struct v4l2_format *f)
{
	isp_raw_try(video_drvdata(file), &f->fmt.pix_mp, NULL);

	return 0;
}

static int isp_raw_s_fmt(struct file *file, void *priv, struct v4l2_format *f)
{
	struct isp_node *node = video_drvdata(file);

	if (vb2_is_busy(&node->queue))
		return -EBUSY;
	isp_raw_try(node, &f->fmt.pix_mp, &node->raw);
	node->pix = f->fmt.pix_mp;

	return 0;
}

static int isp_raw_enum_framesizes(struct file *file, void *priv,
				   struct v4l2_frmsizeenum *fsize)
{
	struct isp_node *node = video_drvdata(file);
	const struct isp_soc *soc = node->ctx->isp->soc;

	if (fsize->index ||
	    isp_raw_format_find(fsize->pixel_format)->fourcc !=
	    fsize->pixel_format)
		return -EINVAL;
	fsize->type = V4L2_FRMSIZE_TYPE_STEPWISE;
	fsize->stepwise = (struct v4l2_frmsize_stepwise) {
		soc->min_width, soc->max_width, 2,
		soc->min_height, soc->max_height, 2,
	};

	return 0;
}

static const struct v4l2_ioctl_ops isp_raw_ioctls = {
	.vidioc_querycap = isp_node_querycap,
	.vidioc_enum_fmt_vid_out = isp_raw_enum_fmt,
	.vidioc_g_fmt_vid_out_mplane = isp_raw_g_fmt,
	.vidioc_s_fmt_vid_out_mplane = isp_raw_s_fmt,
	.vidioc_try_fmt_vid_out_mplane = isp_raw_try_fmt,
	.vidioc_enum_framesizes = isp_raw_enum_framesizes,
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

static int isp_raw_queue_setup(struct vb2_queue *queue,
			       unsigned int *num_buffers,
			       unsigned int *num_planes, unsigned int sizes[],
			       struct device *alloc_devs[])
{
	const struct isp_node *node = vb2_get_drv_priv(queue);
	u32 size = node->pix.plane_fmt[0].sizeimage;

	if (*num_planes)
		return *num_planes != 1 || sizes[0] < size ? -EINVAL : 0;
	*num_planes = 1;
	sizes[0] = size;

	return 0;
}

static int isp_raw_buf_out_validate(struct vb2_buffer *vb)
{
	to_vb2_v4l2_buffer(vb)->field = V4L2_FIELD_NONE;

	return 0;
}

static int isp_raw_buf_prepare(struct vb2_buffer *vb)
{
	const struct isp_node *node = vb2_get_drv_priv(vb->vb2_queue);
	u32 size = node->pix.plane_fmt[0].sizeimage;

	if (vb2_plane_size(vb, 0) < size || vb2_get_plane_payload(vb, 0) < size) {
		dev_dbg(node->ctx->isp->dev, "raw buffer: %lu of %u bytes\n",
			vb2_get_plane_payload(vb, 0), size);
		return -EINVAL;
	}
	to_isp_buf(vb)->addr[0] = vb2_dma_contig_plane_dma_addr(vb, 0);

	return 0;
}

static int isp_raw_start_streaming(struct vb2_queue *queue, unsigned int count)
{
	struct isp_node *node = vb2_get_drv_priv(queue);
	struct isp_ctx *ctx = node->ctx;
	struct isp_device *isp = ctx->isp;
	struct isp_env env;
	int ret;

	mutex_lock(&ctx->lock);
	isp_entity_get_env(ctx, &env);
	ret = -EPIPE;
	if (env.width != node->pix.width || env.height != node->pix.height) {
		dev_dbg(isp->dev, "raw picture is %ux%u, the pad %ux%u\n",
			node->pix.width, node->pix.height, env.width,
			env.height);
		goto unlock;
	}
	ret = -ENOLINK;
	if (!media_pad_remote_pad_first(&node->pad))
		goto unlock;
	ret = -EBUSY;
	if (ctx->raw_node)
		goto unlock;

	ret = pm_runtime_resume_and_get(isp->dev);
	if (ret)
		goto unlock;
	ctx->env = env;
	isp_entity_get_csc(ctx);
	ret = isp_node_start(node);
	if (ret)
		pm_runtime_put_autosuspend(isp->dev);
unlock:
	mutex_unlock(&ctx->lock);
	if (ret) {
		isp_node_return_all(node, VB2_BUF_STATE_QUEUED);
		return ret;
	}
	isp_hw_update_rate(isp);
	isp_sched_kick(isp);

	return 0;
}

static void isp_raw_stop_streaming(struct vb2_queue *queue)
{
	struct isp_node *node = vb2_get_drv_priv(queue);
	struct isp_device *isp = node->ctx->isp;

	isp_node_stop(node);
	isp_hw_update_rate(isp);
	pm_runtime_mark_last_busy(isp->dev);
	pm_runtime_put_autosuspend(isp->dev);
}

static const struct vb2_ops isp_raw_queue_ops = {
	.queue_setup = isp_raw_queue_setup,
	.buf_out_validate = isp_raw_buf_out_validate,
	.buf_prepare = isp_raw_buf_prepare,
	.buf_queue = isp_node_buf_queue,
	.start_streaming = isp_raw_start_streaming,
	.stop_streaming = isp_raw_stop_streaming,
	SUNMAO_VB2_WAIT_OPS
};

/* The size is compared when streaming starts, which knows who streams. */
static int isp_raw_link_validate(struct media_link *link)
{
	return 0;
}

static const struct media_entity_operations isp_raw_entity_ops = {
	.link_validate = isp_raw_link_validate,
};

/**
 * isp_raw_register() - make a raw node
 * @ctx: context
 * @id: ISP_NODE_RAW0..ISP_NODE_RAW2
 *
 * Return: 0 or a negative error.
 */
int isp_raw_register(struct isp_ctx *ctx, enum isp_node_id id)
{
	static const char * const names[] = {
		ISP_ABI_NAME "_rawrd0", ISP_ABI_NAME "_rawrd1",
		ISP_ABI_NAME "_rawrd2",
	};
	struct isp_node *node = &ctx->nodes[id];
	int ret;

	node->pix.width = 1920;
	node->pix.height = 1080;
	isp_raw_try(node, &node->pix, &node->raw);

	ret = isp_node_queue_init(node, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,
				  &isp_raw_queue_ops, &vb2_dma_contig_memops);
	if (ret)
		return ret;
	node->vdev.entity.ops = &isp_raw_entity_ops;

	return isp_node_register(node, names[id - ISP_NODE_RAW0],
				 V4L2_CAP_VIDEO_OUTPUT_MPLANE | V4L2_CAP_IO_MC,
				 &isp_raw_ioctls);
}
