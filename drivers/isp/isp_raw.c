// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: raw inputs
 *
 * Three nodes, as user space expects; the one whose link is enabled feeds the
 * ISP, always through the read channel of the only exposure (ISP 4). The raw node
 * is the one that powers the hardware.
 */

#include <linux/pm_runtime.h>

#include <media/videobuf2-dma-contig.h>

#include "isp_dev.h"

/* Widest line that is passed on to the read channel. */
#define ISP_RAW_MAX_STRIDE	65536
/* Lines start at multiples of this (ISP 1.4). */
#define ISP_RAW_ALIGN		4

static int isp_raw_enum_fmt(const struct isp_node *node,
			    struct v4l2_fmtdesc *f)
{
	const struct isp_raw_format *raw = isp_raw_format_get(f->index);

	if (!raw)
		return -EINVAL;
	f->pixelformat = raw->fourcc;

	return 0;
}

static void isp_raw_try_fmt(const struct isp_node *node, struct v4l2_format *f)
{
	struct v4l2_pix_format_mplane *pix = &f->fmt.pix_mp;
	const struct v4l2_frmsize_stepwise *sizes = &node->sizes;
	const struct isp_raw_format *raw = isp_raw_format_find(pix->pixelformat);
	u32 stride = pix->num_planes ? pix->plane_fmt[0].bytesperline : 0;

	pix->pixelformat = raw->fourcc;
	pix->width = clamp(pix->width, sizes->min_width, sizes->max_width) & ~1;
	pix->height = clamp(pix->height, sizes->min_height,
			    sizes->max_height) & ~1;
	pix->field = V4L2_FIELD_NONE;
	pix->colorspace = V4L2_COLORSPACE_RAW;
	pix->ycbcr_enc = V4L2_YCBCR_ENC_DEFAULT;
	pix->quantization = V4L2_QUANTIZATION_FULL_RANGE;
	pix->xfer_func = V4L2_XFER_FUNC_DEFAULT;
	pix->flags = 0;
	pix->num_planes = 1;
	memset(pix->reserved, 0, sizeof(pix->reserved));
	memset(pix->plane_fmt, 0, sizeof(pix->plane_fmt));

	stride = clamp_t(u32, stride, pix->width * raw->bytes,
			 ISP_RAW_MAX_STRIDE);
	pix->plane_fmt[0].bytesperline = ALIGN(stride, ISP_RAW_ALIGN);
	pix->plane_fmt[0].sizeimage =
		pix->plane_fmt[0].bytesperline * pix->height;
}

static void isp_raw_set_fmt(struct isp_node *node)
{
	node->raw = isp_raw_format_find(node->fmt.fmt.pix_mp.pixelformat);
}

static int isp_raw_buf_prepare(struct isp_node *node, struct isp_buf *buf)
{
	struct vb2_buffer *vb = &buf->vb.vb2_buf;
	u32 size = node->fmt.fmt.pix_mp.plane_fmt[0].sizeimage;
	u32 offset = vb->planes[0].data_offset;
	unsigned long used = vb2_get_plane_payload(vb, 0);

	if (vb2_plane_size(vb, 0) < size || used < offset ||
	    used - offset < size || offset % ISP_RAW_ALIGN) {
		dev_dbg(node->ctx->isp->dev,
			"raw buffer: %lu bytes from %u on, %u are needed\n",
			used, offset, size);
		return -EINVAL;
	}
	buf->addr[0] = vb2_dma_contig_plane_dma_addr(vb, 0) + offset;

	return 0;
}

static int isp_raw_start(struct isp_node *node)
{
	const struct v4l2_pix_format_mplane *pix = &node->fmt.fmt.pix_mp;
	struct isp_ctx *ctx = node->ctx;
	struct isp_device *isp = ctx->isp;
	struct isp_env env;
	u32 code;
	int ret;

	isp_entity_get_env(ctx, &env, &code);
	if (env.width != pix->width || env.height != pix->height ||
	    code != node->raw->code) {
		dev_dbg(isp->dev, "raw picture is %ux%u %#x, the pad %ux%u %#x\n",
			pix->width, pix->height, node->raw->code, env.width,
			env.height, code);
		return -EPIPE;
	}
	if (!media_pad_remote_pad_first(&node->pad))
		return -ENOLINK;
	if (ctx->raw_node)
		return -EBUSY;

	ret = pm_runtime_resume_and_get(isp->dev);
	if (ret)
		return ret;
	ctx->env = env;
	isp_entity_get_csc(ctx);

	return 0;
}

static void isp_raw_stop(struct isp_node *node)
{
	struct isp_device *isp = node->ctx->isp;

	pm_runtime_mark_last_busy(isp->dev);
	pm_runtime_put_autosuspend(isp->dev);
}

#define ISP_RAW_DESC(_name) {						\
	.name = (_name),						\
	.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE,			\
	.caps = V4L2_CAP_VIDEO_OUTPUT_MPLANE | V4L2_CAP_IO_MC,		\
	.mem_ops = &vb2_dma_contig_memops,				\
	.enum_fmt = isp_raw_enum_fmt,					\
	.try_fmt = isp_raw_try_fmt,					\
	.set_fmt = isp_raw_set_fmt,					\
	.buf_prepare = isp_raw_buf_prepare,				\
	.start = isp_raw_start,						\
	.stop = isp_raw_stop,						\
}

static const struct isp_node_desc isp_raw_descs[] = {
	ISP_RAW_DESC(ISP_ABI_NAME "_rawrd0"),
	ISP_RAW_DESC(ISP_ABI_NAME "_rawrd1"),
	ISP_RAW_DESC(ISP_ABI_NAME "_rawrd2"),
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
	struct isp_node *node = &ctx->nodes[id];
	const struct isp_soc *soc = ctx->isp->soc;

	node->sizes = (struct v4l2_frmsize_stepwise) {
		soc->min_width, soc->max_width, 2,
		soc->min_height, soc->max_height, 2,
	};
	node->fmt.fmt.pix_mp.width = 1920;
	node->fmt.fmt.pix_mp.height = 1080;

	return isp_node_register(node, &isp_raw_descs[id - ISP_NODE_RAW0]);
}
