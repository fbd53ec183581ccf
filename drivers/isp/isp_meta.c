// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: parameter and statistics nodes
 *
 * Both offer two formats: the one of the rkisp2 series, which is the default, and
 * our own with more blocks. A parameter buffer is copied when it is queued,
 * before it is validated, so that nobody can change it afterwards.
 */

#include <linux/slab.h>

#include <media/v4l2-ioctl.h>
#include <media/videobuf2-vmalloc.h>

#include "isp_dev.h"
#include "isp_validate.h"

struct isp_meta_format {
	u32 fourcc;
	u32 size;
	const char *description;
};

static const struct isp_meta_format isp_params_formats[] = {
	{ V4L2_META_FMT_SUNMAO_RK2P, ISP_RK_PARAMS_SIZE,
	  "Rockchip ISP2 Parameters" },
	{ V4L2_META_FMT_SUNMAO_ISP_PARAMS, ISP_EXT_PARAMS_SIZE,
	  "Sunmao ISP Parameters" },
};

static const struct isp_meta_format isp_stats_formats[] = {
	{ V4L2_META_FMT_SUNMAO_RK2S, ISP_RK_STATS_SIZE,
	  "Rockchip ISP2 Statistics" },
	{ V4L2_META_FMT_SUNMAO_ISP_STATS, ISP_EXT_STATS_SIZE,
	  "Sunmao ISP Statistics" },
};

static const struct isp_meta_format *isp_meta_formats(const struct isp_node *n)
{
	return n->id == ISP_NODE_PARAMS ? isp_params_formats :
					  isp_stats_formats;
}

static const struct isp_meta_format *isp_meta_find(const struct isp_node *node,
						   u32 fourcc)
{
	const struct isp_meta_format *fmts = isp_meta_formats(node);

	return fourcc == fmts[1].fourcc ? &fmts[1] : &fmts[0];
}

static int isp_meta_enum_fmt(struct file *file, void *priv,
			     struct v4l2_fmtdesc *f)
{
	const struct isp_node *node = video_drvdata(file);
	const struct isp_meta_format *fmt;

	if (f->index >= ARRAY_SIZE(isp_params_formats) ||
	    (f->mbus_code && f->mbus_code != MEDIA_BUS_FMT_METADATA_FIXED))
		return -EINVAL;
	fmt = &isp_meta_formats(node)[f->index];
	f->pixelformat = fmt->fourcc;
	strscpy(f->description, fmt->description, sizeof(f->description));

	return 0;
}

static void isp_meta_fill(const struct isp_node *node, struct v4l2_format *f,
			  u32 fourcc)
{
	const struct isp_meta_format *fmt = isp_meta_find(node, fourcc);

	memset(&f->fmt.meta, 0, sizeof(f->fmt.meta));
	f->fmt.meta.dataformat = fmt->fourcc;
	f->fmt.meta.buffersize = fmt->size;
}

static int isp_meta_g_fmt(struct file *file, void *priv, struct v4l2_format *f)
{
	const struct isp_node *node = video_drvdata(file);

	isp_meta_fill(node, f, node->meta);

	return 0;
}

static int isp_meta_try_fmt(struct file *file, void *priv,
			    struct v4l2_format *f)
{
	isp_meta_fill(video_drvdata(file), f, f->fmt.meta.dataformat);

	return 0;
}

static int isp_meta_s_fmt(struct file *file, void *priv, struct v4l2_format *f)
{
	struct isp_node *node = video_drvdata(file);

	if (vb2_is_busy(&node->queue))
		return -EBUSY;
	isp_meta_fill(node, f, f->fmt.meta.dataformat);
	node->meta = f->fmt.meta.dataformat;

	return 0;
}

static const struct v4l2_ioctl_ops isp_params_ioctls = {
	.vidioc_querycap = isp_node_querycap,
	.vidioc_enum_fmt_meta_out = isp_meta_enum_fmt,
	.vidioc_g_fmt_meta_out = isp_meta_g_fmt,
	.vidioc_s_fmt_meta_out = isp_meta_s_fmt,
	.vidioc_try_fmt_meta_out = isp_meta_try_fmt,
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

static const struct v4l2_ioctl_ops isp_stats_ioctls = {
	.vidioc_querycap = isp_node_querycap,
	.vidioc_enum_fmt_meta_cap = isp_meta_enum_fmt,
	.vidioc_g_fmt_meta_cap = isp_meta_g_fmt,
	.vidioc_s_fmt_meta_cap = isp_meta_s_fmt,
	.vidioc_try_fmt_meta_cap = isp_meta_try_fmt,
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

static int isp_meta_queue_setup(struct vb2_queue *queue,
				unsigned int *num_buffers,
				unsigned int *num_planes, unsigned int sizes[],
				struct device *alloc_devs[])
{
	const struct isp_node *node = vb2_get_drv_priv(queue);
	u32 size = isp_meta_find(node, node->meta)->size;

	if (*num_planes)
		return *num_planes != 1 || sizes[0] < size ? -EINVAL : 0;
	*num_planes = 1;
	sizes[0] = size;

	return 0;
}

static int isp_params_buf_init(struct vb2_buffer *vb)
{
	struct isp_buf *buf = to_isp_buf(vb);

	buf->params = kvzalloc(ISP_EXT_PARAMS_SIZE, GFP_KERNEL);

	return buf->params ? 0 : -ENOMEM;
}

static void isp_params_buf_cleanup(struct vb2_buffer *vb)
{
	kvfree(to_isp_buf(vb)->params);
}

static int isp_params_buf_prepare(struct vb2_buffer *vb)
{
	const struct isp_node *node = vb2_get_drv_priv(vb->vb2_queue);
	const struct isp_meta_format *fmt = isp_meta_find(node, node->meta);
	struct isp_ctx *ctx = node->ctx;
	struct isp_buf *buf = to_isp_buf(vb);
	size_t bytes = vb2_get_plane_payload(vb, 0);
	const void *user = vb2_plane_vaddr(vb, 0);

	if (!user)
		return -EFAULT;
	/* Longer ones do not fit the copy; validation refuses them. */
	memcpy(buf->params, user, min_t(size_t, bytes, fmt->size));
	isp_entity_get_env(ctx, &buf->env);

	return isp_params_validate(ctx->isp->dev, buf->params, bytes, &buf->env,
				   fmt == &isp_params_formats[1]);
}

static int isp_stats_buf_prepare(struct vb2_buffer *vb)
{
	const struct isp_node *node = vb2_get_drv_priv(vb->vb2_queue);
	u32 size = isp_meta_find(node, node->meta)->size;

	if (!vb2_plane_vaddr(vb, 0))
		return -EFAULT;
	if (vb2_plane_size(vb, 0) < size) {
		dev_dbg(node->ctx->isp->dev,
			"statistics buffer: %lu of %u bytes\n",
			vb2_plane_size(vb, 0), size);
		return -EINVAL;
	}
	vb2_set_plane_payload(vb, 0, size);

	return 0;
}

static int isp_meta_start_streaming(struct vb2_queue *queue,
				    unsigned int count)
{
	struct isp_node *node = vb2_get_drv_priv(queue);
	int ret;

	mutex_lock(&node->ctx->lock);
	ret = isp_node_start(node);
	mutex_unlock(&node->ctx->lock);
	if (ret)
		isp_node_return_all(node, VB2_BUF_STATE_QUEUED);

	return ret;
}

static void isp_meta_stop_streaming(struct vb2_queue *queue)
{
	isp_node_stop(vb2_get_drv_priv(queue));
}

static const struct vb2_ops isp_params_queue_ops = {
	.queue_setup = isp_meta_queue_setup,
	.buf_init = isp_params_buf_init,
	.buf_cleanup = isp_params_buf_cleanup,
	.buf_prepare = isp_params_buf_prepare,
	.buf_queue = isp_node_buf_queue,
	.start_streaming = isp_meta_start_streaming,
	.stop_streaming = isp_meta_stop_streaming,
	SUNMAO_VB2_WAIT_OPS
};

static const struct vb2_ops isp_stats_queue_ops = {
	.queue_setup = isp_meta_queue_setup,
	.buf_prepare = isp_stats_buf_prepare,
	.buf_queue = isp_node_buf_queue,
	.start_streaming = isp_meta_start_streaming,
	.stop_streaming = isp_meta_stop_streaming,
	SUNMAO_VB2_WAIT_OPS
};

static int isp_meta_link_validate(struct media_link *link)
{
	return 0;
}

static const struct media_entity_operations isp_meta_entity_ops = {
	.link_validate = isp_meta_link_validate,
};

/**
 * isp_params_register() - make the parameter node
 * @ctx: context
 *
 * Return: 0 or a negative error.
 */
int isp_params_register(struct isp_ctx *ctx)
{
	struct isp_node *node = &ctx->nodes[ISP_NODE_PARAMS];
	int ret;

	node->meta = V4L2_META_FMT_SUNMAO_RK2P;
	ret = isp_node_queue_init(node, V4L2_BUF_TYPE_META_OUTPUT,
				  &isp_params_queue_ops, &vb2_vmalloc_memops);
	if (ret)
		return ret;
	node->vdev.entity.ops = &isp_meta_entity_ops;

	return isp_node_register(node, ISP_ABI_NAME "_params",
				 V4L2_CAP_META_OUTPUT,
				 &isp_params_ioctls);
}

/**
 * isp_stats_register() - make the statistics node
 * @ctx: context
 *
 * Return: 0 or a negative error.
 */
int isp_stats_register(struct isp_ctx *ctx)
{
	struct isp_node *node = &ctx->nodes[ISP_NODE_STATS];
	int ret;

	node->meta = V4L2_META_FMT_SUNMAO_RK2S;
	ret = isp_node_queue_init(node, V4L2_BUF_TYPE_META_CAPTURE,
				  &isp_stats_queue_ops, &vb2_vmalloc_memops);
	if (ret)
		return ret;
	node->vdev.entity.ops = &isp_meta_entity_ops;

	return isp_node_register(node, ISP_ABI_NAME "_stats",
				 V4L2_CAP_META_CAPTURE,
				 &isp_stats_ioctls);
}
