// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: contexts
 *
 * A context is a media device with the graph that user space expects (ISP UAPI
 * 1). It lives until the last file of its nodes is closed, which may be after its
 * instance is gone.
 */

#include <linux/slab.h>

#include "isp_dev.h"

struct isp_link {
	enum isp_node_id node;
	enum isp_pad pad;
	u32 flags;
};

static const struct isp_link isp_links[] = {
	{ ISP_NODE_RAW0, ISP_PAD_SINK_RAW0, MEDIA_LNK_FL_ENABLED },
	{ ISP_NODE_RAW1, ISP_PAD_SINK_RAW1, 0 },
	{ ISP_NODE_RAW2, ISP_PAD_SINK_RAW2, 0 },
	{ ISP_NODE_PARAMS, ISP_PAD_SINK_PARAMS,
	  MEDIA_LNK_FL_ENABLED | MEDIA_LNK_FL_IMMUTABLE },
	{ ISP_NODE_MAIN, ISP_PAD_SOURCE_MAIN,
	  MEDIA_LNK_FL_ENABLED | MEDIA_LNK_FL_IMMUTABLE },
	{ ISP_NODE_SELF, ISP_PAD_SOURCE_SELF,
	  MEDIA_LNK_FL_ENABLED | MEDIA_LNK_FL_IMMUTABLE },
	{ ISP_NODE_STATS, ISP_PAD_SOURCE_STATS,
	  MEDIA_LNK_FL_ENABLED | MEDIA_LNK_FL_IMMUTABLE },
};

static int isp_ctx_create_links(struct isp_ctx *ctx)
{
	struct media_entity *isp = &ctx->sd.entity;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(isp_links); i++) {
		const struct isp_link *link = &isp_links[i];
		struct media_entity *node = &ctx->nodes[link->node].vdev.entity;

		if (ctx->sd_pads[link->pad].flags & MEDIA_PAD_FL_SINK)
			ret = media_create_pad_link(node, 0, isp, link->pad,
						    link->flags);
		else
			ret = media_create_pad_link(isp, link->pad, node, 0,
						    link->flags);
		if (ret)
			return ret;
	}

	return 0;
}

static int isp_ctx_register_nodes(struct isp_ctx *ctx)
{
	enum isp_node_id id;
	int ret;

	ret = isp_capture_register(ctx, ISP_PATH_MAIN);
	if (!ret)
		ret = isp_capture_register(ctx, ISP_PATH_SELF);
	for (id = ISP_NODE_RAW0; !ret && id <= ISP_NODE_RAW2; id++)
		ret = isp_raw_register(ctx, id);
	if (!ret)
		ret = isp_params_register(ctx);
	if (!ret)
		ret = isp_stats_register(ctx);

	return ret;
}

static void isp_ctx_free(struct isp_ctx *ctx)
{
	struct isp_device *isp = ctx->isp;
	unsigned int i;

	media_device_cleanup(&ctx->mdev);
	for (i = 0; i < ISP_NUM_NODES; i++)
		mutex_destroy(&ctx->nodes[i].lock);
	mutex_destroy(&ctx->lock);
	kvfree(ctx);
	isp_device_put(isp);
}

/* The last file is closed. */
static void isp_ctx_release(struct v4l2_device *v4l2_dev)
{
	struct isp_ctx *ctx = container_of(v4l2_dev, struct isp_ctx, v4l2_dev);

	isp_entity_release(ctx);
	isp_ctx_free(ctx);
}

static void isp_ctx_last_put(struct kref *ref)
{
	isp_ctx_release(container_of(ref, struct v4l2_device, ref));
}

static void isp_ctx_unregister_nodes(struct isp_ctx *ctx)
{
	unsigned int i;

	for (i = 0; i < ISP_NUM_NODES; i++)
		isp_node_unregister(&ctx->nodes[i]);
}

/**
 * isp_ctx_create() - make a context
 * @isp: instance
 * @index: number of the context
 *
 * Return: the context or an error pointer.
 */
struct isp_ctx *isp_ctx_create(struct isp_device *isp, unsigned int index)
{
	struct isp_ctx *ctx;
	unsigned int i;
	int ret;

	ctx = kvzalloc_obj(*ctx);
	if (!ctx)
		return ERR_PTR(-ENOMEM);
	ctx->isp = isp_device_get(isp);
	ctx->index = index;
	mutex_init(&ctx->lock);
	for (i = 0; i < ISP_NUM_NODES; i++) {
		ctx->nodes[i].ctx = ctx;
		ctx->nodes[i].id = i;
		mutex_init(&ctx->nodes[i].lock);
	}

	ctx->mdev.dev = isp->dev;
	ctx->mdev.hw_revision = isp->soc->hw_revision;
	strscpy(ctx->mdev.driver_name, ISP_ABI_NAME,
		sizeof(ctx->mdev.driver_name));
	strscpy(ctx->mdev.model, ISP_ABI_NAME, sizeof(ctx->mdev.model));
	/* All else is equal for all contexts of all instances. */
	snprintf(ctx->mdev.serial, sizeof(ctx->mdev.serial), "%s.%u",
		 dev_name(isp->dev), index);
	strscpy(ctx->mdev.bus_info, "platform:" ISP_ABI_NAME,
		sizeof(ctx->mdev.bus_info));
	media_device_init(&ctx->mdev);

	strscpy(ctx->v4l2_dev.name, ISP_ABI_NAME, sizeof(ctx->v4l2_dev.name));
	ctx->v4l2_dev.mdev = &ctx->mdev;
	ctx->v4l2_dev.release = isp_ctx_release;
	ret = v4l2_device_register(isp->dev, &ctx->v4l2_dev);
	if (ret)
		goto free_ctx;

	ret = isp_entity_register(ctx);
	if (ret) {
		v4l2_device_unregister(&ctx->v4l2_dev);
		goto free_ctx;
	}

	ret = isp_ctx_register_nodes(ctx);
	if (ret)
		goto unregister;
	ret = isp_ctx_create_links(ctx);
	if (ret)
		goto unregister;
	ret = v4l2_device_register_subdev_nodes(&ctx->v4l2_dev);
	if (ret)
		goto unregister;
	ret = media_device_register(&ctx->mdev);
	if (ret)
		goto unregister;

	return ctx;

unregister:
	isp_ctx_unregister_nodes(ctx);
	v4l2_device_unregister(&ctx->v4l2_dev);
	isp_ctx_put(ctx);
	return ERR_PTR(ret);
free_ctx:
	isp_ctx_free(ctx);
	return ERR_PTR(ret);
}

/**
 * isp_ctx_unplug() - stop a context and make it invisible
 * @ctx: context
 */
void isp_ctx_unplug(struct isp_ctx *ctx)
{
	/* Streams end while the graph is still whole. */
	isp_ctx_unregister_nodes(ctx);
	media_device_unregister(&ctx->mdev);
	v4l2_device_unregister(&ctx->v4l2_dev);
}

/**
 * isp_ctx_put() - let go of an unplugged context
 * @ctx: context; freed when its last file is closed
 */
void isp_ctx_put(struct isp_ctx *ctx)
{
	/* v4l2_device_put() is not part of Android's kernel interface. */
	kref_put(&ctx->v4l2_dev.ref, isp_ctx_last_put);
}
