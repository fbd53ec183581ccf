// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: parameter and statistics nodes
 *
 * Both offer two formats: the one of the rkisp2 series, which is the default, and
 * our own with more blocks. A parameter buffer is copied when it is queued,
 * before it is validated, so that nobody can change it afterwards.
 */

#include <linux/slab.h>

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

static int isp_meta_enum_fmt(const struct isp_node *node,
			     struct v4l2_fmtdesc *f)
{
	const struct isp_meta_format *fmt;

	if (f->index >= ARRAY_SIZE(isp_params_formats) ||
	    (f->mbus_code && f->mbus_code != MEDIA_BUS_FMT_METADATA_FIXED))
		return -EINVAL;
	fmt = &isp_meta_formats(node)[f->index];
	f->pixelformat = fmt->fourcc;
	/* The core knows none of them and would complain. */
	strscpy(f->description, fmt->description, sizeof(f->description));

	return 0;
}

static void isp_meta_try_fmt(const struct isp_node *node,
			     struct v4l2_format *f)
{
	const struct isp_meta_format *fmt = isp_meta_formats(node);

	if (f->fmt.meta.dataformat == fmt[1].fourcc)
		fmt++;
	memset(&f->fmt.meta, 0, sizeof(f->fmt.meta));
	f->fmt.meta.dataformat = fmt->fourcc;
	f->fmt.meta.buffersize = fmt->size;
}

static int isp_params_buf_init(struct isp_buf *buf)
{
	buf->params = kvzalloc(ISP_EXT_PARAMS_SIZE, GFP_KERNEL);

	return buf->params ? 0 : -ENOMEM;
}

static void isp_params_buf_cleanup(struct isp_buf *buf)
{
	kvfree(buf->params);
}

static int isp_params_buf_prepare(struct isp_node *node, struct isp_buf *buf)
{
	size_t bytes = vb2_get_plane_payload(&buf->vb.vb2_buf, 0);
	const void *user = vb2_plane_vaddr(&buf->vb.vb2_buf, 0);
	struct isp_ctx *ctx = node->ctx;

	if (!user)
		return -EFAULT;
	/* Longer ones do not fit the copy; validation refuses them. */
	memcpy(buf->params, user,
	       min_t(size_t, bytes, node->fmt.fmt.meta.buffersize));
	isp_entity_get_env(ctx, &buf->env, NULL);

	return isp_params_validate(ctx->isp->dev, buf->params, bytes, &buf->env,
				   isp_node_is_extended(node));
}

static int isp_stats_buf_prepare(struct isp_node *node, struct isp_buf *buf)
{
	return vb2_plane_vaddr(&buf->vb.vb2_buf, 0) ? 0 : -EFAULT;
}

static const struct isp_node_desc isp_params_desc = {
	.name = ISP_ABI_NAME "_params",
	.type = V4L2_BUF_TYPE_META_OUTPUT,
	.caps = V4L2_CAP_META_OUTPUT | V4L2_CAP_IO_MC,
	.mem_ops = &vb2_vmalloc_memops,
	.enum_fmt = isp_meta_enum_fmt,
	.try_fmt = isp_meta_try_fmt,
	.buf_init = isp_params_buf_init,
	.buf_cleanup = isp_params_buf_cleanup,
	.buf_prepare = isp_params_buf_prepare,
};

static const struct isp_node_desc isp_stats_desc = {
	.name = ISP_ABI_NAME "_stats",
	.type = V4L2_BUF_TYPE_META_CAPTURE,
	.caps = V4L2_CAP_META_CAPTURE | V4L2_CAP_IO_MC,
	.mem_ops = &vb2_vmalloc_memops,
	.enum_fmt = isp_meta_enum_fmt,
	.try_fmt = isp_meta_try_fmt,
	.buf_prepare = isp_stats_buf_prepare,
};

/**
 * isp_params_register() - make the parameter node
 * @ctx: context
 *
 * Return: 0 or a negative error.
 */
int isp_params_register(struct isp_ctx *ctx)
{
	return isp_node_register(&ctx->nodes[ISP_NODE_PARAMS],
				 &isp_params_desc);
}

/**
 * isp_stats_register() - make the statistics node
 * @ctx: context
 *
 * Return: 0 or a negative error.
 */
int isp_stats_register(struct isp_ctx *ctx)
{
	return isp_node_register(&ctx->nodes[ISP_NODE_STATS], &isp_stats_desc);
}
