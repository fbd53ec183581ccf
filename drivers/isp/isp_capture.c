// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: main and self path
 */

#include <linux/dma-mapping.h>

#include <media/v4l2-ioctl.h>
#include <media/videobuf2-dma-contig.h>

#include "isp_dev.h"

/* Widest line, as in the ABI (ISP UAPI 2.2). */
#define ISP_OUT_MAX_STRIDE	65536

static enum isp_path isp_capture_path(const struct isp_node *node)
{
	return node->id == ISP_NODE_MAIN ? ISP_PATH_MAIN : ISP_PATH_SELF;
}

static void isp_capture_limits(const struct isp_node *node, u32 *max_width,
			       u32 *max_height)
{
	const struct isp_soc *soc = node->ctx->isp->soc;

	*max_width = node->id == ISP_NODE_MAIN ? soc->max_width : soc->self_max;
	*max_height = node->id == ISP_NODE_MAIN ? soc->max_height :
						  soc->self_max;
}

static void isp_capture_try(struct isp_node *node,
			    struct v4l2_pix_format_mplane *pix,
			    const struct isp_out_format **outp,
			    struct isp_out_layout *layoutp)
{
	const struct isp_soc *soc = node->ctx->isp->soc;
	const struct isp_out_format *out;
	struct isp_out_layout layout;
	u32 stride = pix->num_planes ? pix->plane_fmt[0].bytesperline : 0;
	u32 max_width, max_height, min;
	unsigned int i;

	isp_capture_limits(node, &max_width, &max_height);
	out = isp_out_format_find(isp_capture_path(node), pix->pixelformat);
	pix->pixelformat = out->fourcc;
	pix->width = clamp(pix->width, soc->min_width, max_width) & ~1;
	pix->height = clamp(pix->height, soc->min_out_height, max_height) & ~1;
	pix->field = V4L2_FIELD_NONE;
	pix->colorspace = V4L2_COLORSPACE_DEFAULT;
	pix->ycbcr_enc = V4L2_YCBCR_ENC_DEFAULT;
	pix->quantization = V4L2_QUANTIZATION_DEFAULT;
	pix->flags = 0;
	pix->num_planes = out->buffers;
	memset(pix->reserved, 0, sizeof(pix->reserved));
	memset(pix->plane_fmt, 0, sizeof(pix->plane_fmt));

	/* Chroma lines of planar formats are half as long: keep them whole. */
	min = isp_out_min_stride(out, pix->width);
	stride = ALIGN(clamp(stride, min, ISP_OUT_MAX_STRIDE), 2 * out->bpp);
	isp_out_layout(&layout, out, pix->width, pix->height, stride);

	for (i = 0; i < pix->num_planes; i++) {
		pix->plane_fmt[i].bytesperline = i ?
			isp_out_chroma_stride(out, stride) : stride;
		pix->plane_fmt[i].sizeimage = layout.size[i];
	}
	if (pix->num_planes == 1)
		pix->plane_fmt[0].sizeimage += layout.size[1] + layout.size[2];

	if (outp) {
		*outp = out;
		*layoutp = layout;
	}
}

static int isp_capture_enum_fmt(struct file *file, void *priv,
				struct v4l2_fmtdesc *f)
{
	const struct isp_node *node = video_drvdata(file);
	const struct isp_out_format *out;

	out = isp_out_format_get(isp_capture_path(node), f->mbus_code,
				 f->index);
	if (!out)
		return -EINVAL;
	f->pixelformat = out->fourcc;

	return 0;
}

static int isp_capture_g_fmt(struct file *file, void *priv,
			     struct v4l2_format *f)
{
	struct isp_node *node = video_drvdata(file);

	f->fmt.pix_mp = node->pix;

	return 0;
}

static int isp_capture_try_fmt(struct file *file, void *priv,
			       struct v4l2_format *f)
{
	isp_capture_try(video_drvdata(file), &f->fmt.pix_mp, NULL, NULL);

	return 0;
}

static int isp_capture_s_fmt(struct file *file, void *priv,
			     struct v4l2_format *f)
{
	struct isp_node *node = video_drvdata(file);

	if (vb2_is_busy(&node->queue))
		return -EBUSY;
	isp_capture_try(node, &f->fmt.pix_mp, &node->out, &node->layout);
	node->pix = f->fmt.pix_mp;

	return 0;
}

static int isp_capture_enum_framesizes(struct file *file, void *priv,
				       struct v4l2_frmsizeenum *fsize)
{
	struct isp_node *node = video_drvdata(file);
	const struct isp_soc *soc = node->ctx->isp->soc;
	u32 max_width, max_height;

	if (fsize->index ||
	    isp_out_format_find(isp_capture_path(node),
				fsize->pixel_format)->fourcc !=
	    fsize->pixel_format)
		return -EINVAL;
	isp_capture_limits(node, &max_width, &max_height);
	fsize->type = V4L2_FRMSIZE_TYPE_STEPWISE;
	fsize->stepwise = (struct v4l2_frmsize_stepwise) {
		soc->min_width, max_width, 2,
		soc->min_out_height, max_height, 2,
	};

	return 0;
}

static const struct v4l2_ioctl_ops isp_capture_ioctls = {
	.vidioc_querycap = isp_node_querycap,
	.vidioc_enum_fmt_vid_cap = isp_capture_enum_fmt,
	.vidioc_g_fmt_vid_cap_mplane = isp_capture_g_fmt,
	.vidioc_s_fmt_vid_cap_mplane = isp_capture_s_fmt,
	.vidioc_try_fmt_vid_cap_mplane = isp_capture_try_fmt,
	.vidioc_enum_framesizes = isp_capture_enum_framesizes,
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

static int isp_capture_queue_setup(struct vb2_queue *queue,
				   unsigned int *num_buffers,
				   unsigned int *num_planes,
				   unsigned int sizes[],
				   struct device *alloc_devs[])
{
	const struct isp_node *node = vb2_get_drv_priv(queue);
	const struct v4l2_pix_format_mplane *pix = &node->pix;
	unsigned int i;

	if (*num_planes) {
		if (*num_planes != pix->num_planes)
			return -EINVAL;
		for (i = 0; i < pix->num_planes; i++) {
			if (sizes[i] < pix->plane_fmt[i].sizeimage)
				return -EINVAL;
		}
		return 0;
	}
	*num_planes = pix->num_planes;
	for (i = 0; i < pix->num_planes; i++)
		sizes[i] = pix->plane_fmt[i].sizeimage;

	return 0;
}

static int isp_capture_buf_prepare(struct vb2_buffer *vb)
{
	const struct isp_node *node = vb2_get_drv_priv(vb->vb2_queue);
	const struct v4l2_pix_format_mplane *pix = &node->pix;
	struct isp_buf *buf = to_isp_buf(vb);
	unsigned int i;

	for (i = 0; i < pix->num_planes; i++) {
		if (vb2_plane_size(vb, i) < pix->plane_fmt[i].sizeimage) {
			dev_dbg(node->ctx->isp->dev,
				"%s: plane %u has %lu of %u bytes\n",
				node->vdev.name, i, vb2_plane_size(vb, i),
				pix->plane_fmt[i].sizeimage);
			return -EINVAL;
		}
		vb2_set_plane_payload(vb, i, pix->plane_fmt[i].sizeimage);
	}
	for (i = 0; i < 3; i++) {
		if (!node->layout.size[i])
			buf->addr[i] = 0;
		else if (pix->num_planes > 1)
			buf->addr[i] = vb2_dma_contig_plane_dma_addr(vb, i);
		else
			buf->addr[i] = vb2_dma_contig_plane_dma_addr(vb, 0) +
				       node->layout.offset[i];
	}

	return 0;
}

static void isp_capture_free_dummy(struct isp_ctx *ctx)
{
	if (ctx->dummy)
		dma_free_attrs(ctx->isp->dev, ctx->dummy_size, ctx->dummy,
			       ctx->dummy_dma, DMA_ATTR_NO_KERNEL_MAPPING);
	ctx->dummy = NULL;
}

/* Grey pictures of the main path have chroma that nobody wants. */
static int isp_capture_alloc_dummy(struct isp_node *node)
{
	struct isp_ctx *ctx = node->ctx;

	if (node->id != ISP_NODE_MAIN || node->out->chroma != ISP_MI_400)
		return 0;
	ctx->dummy_size = PAGE_ALIGN(node->layout.size[0] / 2);
	ctx->dummy = dma_alloc_attrs(ctx->isp->dev, ctx->dummy_size,
				     &ctx->dummy_dma, GFP_KERNEL,
				     DMA_ATTR_NO_KERNEL_MAPPING);

	return ctx->dummy ? 0 : -ENOMEM;
}

static int isp_capture_start_streaming(struct vb2_queue *queue,
				       unsigned int count)
{
	struct isp_node *node = vb2_get_drv_priv(queue);
	struct isp_ctx *ctx = node->ctx;
	int ret;

	mutex_lock(&ctx->lock);
	ret = isp_entity_matches(node) ? 0 : -EPIPE;
	if (!ret)
		ret = isp_capture_alloc_dummy(node);
	if (!ret)
		ret = isp_node_start(node);
	if (ret && node->id == ISP_NODE_MAIN)
		isp_capture_free_dummy(ctx);
	mutex_unlock(&ctx->lock);
	if (ret)
		isp_node_return_all(node, VB2_BUF_STATE_QUEUED);

	return ret;
}

static void isp_capture_stop_streaming(struct vb2_queue *queue)
{
	struct isp_node *node = vb2_get_drv_priv(queue);

	isp_node_stop(node);
	if (node->id == ISP_NODE_MAIN)
		isp_capture_free_dummy(node->ctx);
}

static const struct vb2_ops isp_capture_queue_ops = {
	.queue_setup = isp_capture_queue_setup,
	.buf_prepare = isp_capture_buf_prepare,
	.buf_queue = isp_node_buf_queue,
	.start_streaming = isp_capture_start_streaming,
	.stop_streaming = isp_capture_stop_streaming,
	SUNMAO_VB2_WAIT_OPS
};

/* Pad and node are compared when this node starts; others do not care. */
static int isp_capture_link_validate(struct media_link *link)
{
	return 0;
}

static const struct media_entity_operations isp_capture_entity_ops = {
	.link_validate = isp_capture_link_validate,
};

/**
 * isp_capture_register() - make the node of a path
 * @ctx: context
 * @path: path
 *
 * Return: 0 or a negative error.
 */
int isp_capture_register(struct isp_ctx *ctx, enum isp_path path)
{
	struct isp_node *node = &ctx->nodes[ISP_NODE_MAIN + path];
	int ret;

	node->id = ISP_NODE_MAIN + path;
	node->pix.width = 800;
	node->pix.height = 600;
	isp_capture_try(node, &node->pix, &node->out, &node->layout);

	ret = isp_node_queue_init(node, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
				  &isp_capture_queue_ops,
				  &vb2_dma_contig_memops);
	if (ret)
		return ret;
	node->vdev.entity.ops = &isp_capture_entity_ops;

	return isp_node_register(node, path == ISP_PATH_MAIN ?
				 ISP_ABI_NAME "_mainpath" :
				 ISP_ABI_NAME "_selfpath",
				 V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_IO_MC,
				 &isp_capture_ioctls);
}
