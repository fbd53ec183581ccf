// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: main and self path
 */

#include <linux/dma-mapping.h>

#include <media/videobuf2-dma-contig.h>

#include "isp_dev.h"

/* Widest line, as in the ABI (ISP UAPI 2.2). */
#define ISP_OUT_MAX_STRIDE	65536

static enum isp_path isp_capture_path(const struct isp_node *node)
{
	return node->id == ISP_NODE_MAIN ? ISP_PATH_MAIN : ISP_PATH_SELF;
}

static int isp_capture_enum_fmt(const struct isp_node *node,
				struct v4l2_fmtdesc *f)
{
	const struct isp_out_format *out;

	out = isp_out_format_get(isp_capture_path(node), f->mbus_code,
				 f->index);
	if (!out)
		return -EINVAL;
	f->pixelformat = out->fourcc;

	return 0;
}

static void isp_capture_try_fmt(const struct isp_node *node,
				struct v4l2_format *f)
{
	struct v4l2_pix_format_mplane *pix = &f->fmt.pix_mp;
	const struct v4l2_frmsize_stepwise *sizes = &node->sizes;
	u32 stride = pix->num_planes ? pix->plane_fmt[0].bytesperline : 0;
	const struct isp_out_format *out;
	struct isp_out_layout layout;
	unsigned int i;

	out = isp_out_format_find(isp_capture_path(node), pix->pixelformat);
	pix->pixelformat = out->fourcc;
	pix->width = clamp(pix->width, sizes->min_width, sizes->max_width) & ~1;
	pix->height = clamp(pix->height, sizes->min_height,
			    sizes->max_height) & ~1;
	pix->field = V4L2_FIELD_NONE;
	pix->colorspace = V4L2_COLORSPACE_DEFAULT;
	pix->ycbcr_enc = V4L2_YCBCR_ENC_DEFAULT;
	pix->quantization = V4L2_QUANTIZATION_DEFAULT;
	pix->flags = 0;
	pix->num_planes = out->buffers;
	memset(pix->reserved, 0, sizeof(pix->reserved));
	memset(pix->plane_fmt, 0, sizeof(pix->plane_fmt));

	stride = isp_out_stride(out, pix->width, pix->height,
				min_t(u32, stride, ISP_OUT_MAX_STRIDE));
	isp_out_layout(&layout, out, pix->width, pix->height, stride);
	for (i = 0; i < pix->num_planes; i++) {
		pix->plane_fmt[i].bytesperline = i ?
			isp_out_chroma_stride(out, stride) : stride;
		pix->plane_fmt[i].sizeimage = layout.size[i];
	}
	if (pix->num_planes == 1)
		pix->plane_fmt[0].sizeimage += layout.size[1] + layout.size[2];
}

/**
 * isp_capture_set_compose() - choose where a picture lies in its buffers
 * @node: main or self path, nothing queued
 * @r: wish; offsets are rounded down to what the writer can do
 */
void isp_capture_set_compose(struct isp_node *node, const struct v4l2_rect *r)
{
	const struct v4l2_pix_format_mplane *pix = &node->fmt.fmt.pix_mp;
	const struct v4l2_frmsize_stepwise *sizes = &node->sizes;
	u32 stride = pix->plane_fmt[0].bytesperline;
	struct v4l2_rect *c = &node->compose;
	struct isp_out_layout whole;
	u32 step_x, step_y;

	isp_out_compose_steps(node->out, stride, &step_x, &step_y);
	c->width = clamp_t(u32, r->width, sizes->min_width, pix->width) & ~1;
	c->height = clamp_t(u32, r->height, sizes->min_height,
			    pix->height) & ~1;
	c->left = clamp_t(s32, r->left, 0, pix->width - c->width);
	c->top = clamp_t(s32, r->top, 0, pix->height - c->height);
	c->left -= c->left % step_x;
	c->top -= c->top % step_y;

	isp_out_layout(&whole, node->out, pix->width, pix->height, stride);
	if (pix->num_planes > 1)
		memset(whole.offset, 0, sizeof(whole.offset));
	isp_out_layout_part(&node->layout, node->out, &whole, c->left, c->top,
			    c->width, c->height);
}

static void isp_capture_set_fmt(struct isp_node *node)
{
	const struct v4l2_pix_format_mplane *pix = &node->fmt.fmt.pix_mp;
	const struct v4l2_rect whole = {
		.width = pix->width,
		.height = pix->height,
	};

	node->out = isp_out_format_find(isp_capture_path(node),
					pix->pixelformat);
	isp_capture_set_compose(node, &whole);
}

static int isp_capture_buf_prepare(struct isp_node *node, struct isp_buf *buf)
{
	struct vb2_buffer *vb = &buf->vb.vb2_buf;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buf->addr); i++) {
		unsigned int plane = vb->num_planes > 1 ? i : 0;

		buf->addr[i] = !node->layout.size[i] ? 0 :
			       vb2_dma_contig_plane_dma_addr(vb, plane) +
			       node->layout.offset[i];
	}

	return 0;
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

static int isp_capture_start(struct isp_node *node)
{
	return isp_entity_matches(node) ? isp_capture_alloc_dummy(node) :
					  -EPIPE;
}

static void isp_capture_stop(struct isp_node *node)
{
	struct isp_ctx *ctx = node->ctx;

	if (node->id != ISP_NODE_MAIN || !ctx->dummy)
		return;
	dma_free_attrs(ctx->isp->dev, ctx->dummy_size, ctx->dummy,
		       ctx->dummy_dma, DMA_ATTR_NO_KERNEL_MAPPING);
	ctx->dummy = NULL;
}

#define ISP_CAPTURE_DESC(_name) {					\
	.name = (_name),						\
	.type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,			\
	.caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_IO_MC,		\
	.mem_ops = &vb2_dma_contig_memops,				\
	.enum_fmt = isp_capture_enum_fmt,				\
	.try_fmt = isp_capture_try_fmt,					\
	.set_fmt = isp_capture_set_fmt,					\
	.buf_prepare = isp_capture_buf_prepare,				\
	.start = isp_capture_start,					\
	.stop = isp_capture_stop,					\
}

static const struct isp_node_desc isp_capture_descs[ISP_NUM_PATHS] = {
	ISP_CAPTURE_DESC(ISP_ABI_NAME "_mainpath"),
	ISP_CAPTURE_DESC(ISP_ABI_NAME "_selfpath"),
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
	const struct isp_soc *soc = ctx->isp->soc;
	bool main_path = path == ISP_PATH_MAIN;

	node->sizes = (struct v4l2_frmsize_stepwise) {
		soc->min_width,
		main_path ? soc->main_max_width : soc->self_max, 2,
		soc->min_out_height,
		main_path ? soc->main_max_height : soc->self_max, 2,
	};
	node->fmt.fmt.pix_mp.width = 800;
	node->fmt.fmt.pix_mp.height = 600;

	return isp_node_register(node, &isp_capture_descs[path]);
}
