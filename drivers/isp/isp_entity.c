// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the ISP entity
 *
 * A sub-device with the pads of ISP UAPI 1.3. Its sink pads tell the size of the
 * input, its source pads the size of the outputs, a crop window of the input for
 * each and the colour space. Its controls are those that V4L2 has a name for.
 */

#include <media/v4l2-event.h>

#include "isp_dev.h"

#define ISP_DEFAULT_WIDTH	800
#define ISP_DEFAULT_HEIGHT	600
#define ISP_MIN_CROP_WIDTH	32
#define ISP_MIN_CROP_HEIGHT	16
/* Starts of frames that a slow reader may be behind. */
#define ISP_NUM_EVENTS		16

static const u32 isp_sink_codes[] = {
	MEDIA_BUS_FMT_SRGGB10_1X10, MEDIA_BUS_FMT_SBGGR10_1X10,
	MEDIA_BUS_FMT_SGBRG10_1X10, MEDIA_BUS_FMT_SGRBG10_1X10,
	MEDIA_BUS_FMT_SRGGB12_1X12, MEDIA_BUS_FMT_SBGGR12_1X12,
	MEDIA_BUS_FMT_SGBRG12_1X12, MEDIA_BUS_FMT_SGRBG12_1X12,
	MEDIA_BUS_FMT_SRGGB8_1X8, MEDIA_BUS_FMT_SBGGR8_1X8,
	MEDIA_BUS_FMT_SGBRG8_1X8, MEDIA_BUS_FMT_SGRBG8_1X8,
};

static const u32 isp_source_codes[] = {
	MEDIA_BUS_FMT_YUYV8_2X8,
	MEDIA_BUS_FMT_YUYV8_1_5X8,
};

static struct isp_ctx *sd_to_ctx(struct v4l2_subdev *sd)
{
	return container_of(sd, struct isp_ctx, sd);
}

static bool is_raw_sink(unsigned int pad)
{
	return pad <= ISP_PAD_SINK_RAW2;
}

static bool is_source(unsigned int pad)
{
	return pad == ISP_PAD_SOURCE_MAIN || pad == ISP_PAD_SOURCE_SELF;
}

static const u32 *pad_codes(unsigned int pad, unsigned int *num)
{
	static const u32 metadata[] = { MEDIA_BUS_FMT_METADATA_FIXED };

	if (is_raw_sink(pad)) {
		*num = ARRAY_SIZE(isp_sink_codes);
		return isp_sink_codes;
	}
	if (is_source(pad)) {
		*num = ARRAY_SIZE(isp_source_codes);
		return isp_source_codes;
	}
	*num = ARRAY_SIZE(metadata);

	return metadata;
}

static u32 pad_code(unsigned int pad, u32 code)
{
	const u32 *codes;
	unsigned int i, num;

	codes = pad_codes(pad, &num);
	for (i = 0; i < num; i++) {
		if (codes[i] == code)
			return code;
	}

	return codes[0];
}

static int isp_entity_enum_mbus_code(struct v4l2_subdev *sd,
				     struct v4l2_subdev_state *state,
				     struct v4l2_subdev_mbus_code_enum *code)
{
	const u32 *codes;
	unsigned int num;

	codes = pad_codes(code->pad, &num);
	if (code->index >= num)
		return -EINVAL;
	code->code = codes[code->index];
	if (is_source(code->pad))
		code->flags = V4L2_SUBDEV_MBUS_CODE_CSC_QUANTIZATION;

	return 0;
}

static int isp_entity_enum_frame_size(struct v4l2_subdev *sd,
				      struct v4l2_subdev_state *state,
				      struct v4l2_subdev_frame_size_enum *fse)
{
	const struct isp_soc *soc = sd_to_ctx(sd)->isp->soc;

	/* Metadata has no size. */
	if (!is_raw_sink(fse->pad) && !is_source(fse->pad))
		return -ENOTTY;
	if (fse->index || pad_code(fse->pad, fse->code) != fse->code)
		return -EINVAL;
	fse->min_width = soc->min_width;
	fse->max_width = soc->max_width;
	fse->min_height = is_source(fse->pad) ? soc->min_out_height :
						soc->min_height;
	fse->max_height = soc->max_height;

	return 0;
}

static void isp_entity_whole(const struct v4l2_mbus_framefmt *sink,
			     struct v4l2_rect *crop)
{
	*crop = (struct v4l2_rect) { 0, 0, sink->width, sink->height };
}

/* Keep the copy that the jobs use in step with the active state. */
static void isp_entity_publish_crop(struct isp_ctx *ctx,
				    struct v4l2_subdev_state *state)
{
	unsigned long flags;
	unsigned int path;

	spin_lock_irqsave(&ctx->isp->lock, flags);
	for (path = 0; path < ISP_NUM_PATHS; path++)
		ctx->crop[path] = *v4l2_subdev_state_get_crop
			(state, ISP_PAD_SOURCE_MAIN + path);
	spin_unlock_irqrestore(&ctx->isp->lock, flags);
}

static bool isp_entity_is_streaming(struct isp_ctx *ctx)
{
	unsigned long flags;
	bool streaming;

	spin_lock_irqsave(&ctx->isp->lock, flags);
	streaming = ctx->streams;
	spin_unlock_irqrestore(&ctx->isp->lock, flags);

	return streaming;
}

static void isp_entity_set_sink(struct isp_ctx *ctx,
				struct v4l2_subdev_state *state,
				struct v4l2_mbus_framefmt *fmt)
{
	const struct isp_soc *soc = ctx->isp->soc;
	struct v4l2_mbus_framefmt *pad;
	unsigned int i;

	fmt->code = pad_code(ISP_PAD_SINK_RAW0, fmt->code);
	fmt->width = clamp(fmt->width, soc->min_width, soc->max_width) & ~1;
	fmt->height = clamp(fmt->height, soc->min_height, soc->max_height) & ~1;
	fmt->field = V4L2_FIELD_NONE;
	if (fmt->colorspace == V4L2_COLORSPACE_DEFAULT)
		fmt->colorspace = V4L2_COLORSPACE_RAW;
	fmt->ycbcr_enc = V4L2_YCBCR_ENC_601;
	fmt->quantization = V4L2_QUANTIZATION_FULL_RANGE;

	for (i = ISP_PAD_SINK_RAW0; i <= ISP_PAD_SINK_RAW2; i++) {
		pad = v4l2_subdev_state_get_format(state, i);
		*pad = *fmt;
	}
	for (i = ISP_PAD_SOURCE_MAIN; i <= ISP_PAD_SOURCE_SELF; i++)
		isp_entity_whole(fmt, v4l2_subdev_state_get_crop(state, i));
}

static void isp_entity_set_source(struct isp_ctx *ctx,
				  struct v4l2_subdev_state *state,
				  unsigned int pad,
				  struct v4l2_mbus_framefmt *fmt)
{
	const struct isp_soc *soc = ctx->isp->soc;
	struct v4l2_mbus_framefmt *old = v4l2_subdev_state_get_format(state,
								      pad);
	bool set_csc = fmt->flags & V4L2_MBUS_FRAMEFMT_SET_CSC;

	fmt->code = pad_code(pad, fmt->code);
	fmt->width = clamp(fmt->width, soc->min_width, soc->max_width) & ~1;
	fmt->height = clamp(fmt->height, soc->min_out_height,
			    soc->max_height) & ~1;
	fmt->field = V4L2_FIELD_NONE;
	/* Without the flag the colour space is for reading only. */
	if (!set_csc || fmt->colorspace == V4L2_COLORSPACE_DEFAULT)
		fmt->colorspace = old->colorspace;
	if (!set_csc || fmt->xfer_func == V4L2_XFER_FUNC_DEFAULT)
		fmt->xfer_func = old->xfer_func;
	if (!set_csc || fmt->ycbcr_enc == V4L2_YCBCR_ENC_DEFAULT)
		fmt->ycbcr_enc = old->ycbcr_enc;
	if (!set_csc || fmt->quantization == V4L2_QUANTIZATION_DEFAULT)
		fmt->quantization = old->quantization;

	*old = *fmt;
}

static int isp_entity_set_fmt(struct v4l2_subdev *sd,
			      struct v4l2_subdev_state *state,
			      struct v4l2_subdev_format *format)
{
	struct isp_ctx *ctx = sd_to_ctx(sd);
	bool active = format->which == V4L2_SUBDEV_FORMAT_ACTIVE;

	if (!is_raw_sink(format->pad) && !is_source(format->pad)) {
		format->format = *v4l2_subdev_state_get_format(state,
							       format->pad);
		return 0;
	}
	if (active && isp_entity_is_streaming(ctx))
		return -EBUSY;

	if (is_raw_sink(format->pad))
		isp_entity_set_sink(ctx, state, &format->format);
	else
		isp_entity_set_source(ctx, state, format->pad, &format->format);
	if (active)
		isp_entity_publish_crop(ctx, state);

	return 0;
}

static int isp_entity_get_selection(struct v4l2_subdev *sd,
				    struct v4l2_subdev_state *state,
				    struct v4l2_subdev_selection *sel)
{
	if (!is_source(sel->pad))
		return -EINVAL;

	switch (sel->target) {
	case V4L2_SEL_TGT_CROP:
		sel->r = *v4l2_subdev_state_get_crop(state, sel->pad);
		return 0;
	case V4L2_SEL_TGT_CROP_BOUNDS:
	case V4L2_SEL_TGT_CROP_DEFAULT:
		isp_entity_whole(v4l2_subdev_state_get_format
				 (state, ISP_PAD_SINK_RAW0), &sel->r);
		return 0;
	default:
		return -EINVAL;
	}
}

/* Allowed while streaming: the next frame shows it. */
static int isp_entity_set_selection(struct v4l2_subdev *sd,
				    struct v4l2_subdev_state *state,
				    struct v4l2_subdev_selection *sel)
{
	const struct v4l2_mbus_framefmt *sink;
	struct v4l2_rect *r = &sel->r;

	if (!is_source(sel->pad) || sel->target != V4L2_SEL_TGT_CROP)
		return -EINVAL;

	sink = v4l2_subdev_state_get_format(state, ISP_PAD_SINK_RAW0);
	r->width = clamp_t(u32, r->width, ISP_MIN_CROP_WIDTH, sink->width) & ~1;
	r->height = clamp_t(u32, r->height, ISP_MIN_CROP_HEIGHT,
			    sink->height) & ~1;
	r->left = clamp_t(s32, r->left, 0, sink->width - r->width) & ~1;
	r->top = clamp_t(s32, r->top, 0, sink->height - r->height) & ~1;
	*v4l2_subdev_state_get_crop(state, sel->pad) = *r;
	if (sel->which == V4L2_SUBDEV_FORMAT_ACTIVE)
		isp_entity_publish_crop(sd_to_ctx(sd), state);

	return 0;
}

static int isp_entity_init_state(struct v4l2_subdev *sd,
				 struct v4l2_subdev_state *state)
{
	struct v4l2_mbus_framefmt sink = {
		.code = MEDIA_BUS_FMT_SRGGB10_1X10,
		.width = ISP_DEFAULT_WIDTH,
		.height = ISP_DEFAULT_HEIGHT,
		.colorspace = V4L2_COLORSPACE_RAW,
	};
	const struct v4l2_mbus_framefmt metadata = {
		.code = MEDIA_BUS_FMT_METADATA_FIXED,
		.width = 1,
		.height = 1,
		.field = V4L2_FIELD_NONE,
	};
	struct v4l2_mbus_framefmt source = {
		.code = MEDIA_BUS_FMT_YUYV8_2X8,
		.width = ISP_DEFAULT_WIDTH,
		.height = ISP_DEFAULT_HEIGHT,
		.field = V4L2_FIELD_NONE,
		.colorspace = V4L2_COLORSPACE_SRGB,
		.ycbcr_enc = V4L2_YCBCR_ENC_601,
		.quantization = V4L2_QUANTIZATION_LIM_RANGE,
	};
	unsigned int i;

	/* Metadata has no size, but v4l2-compliance wants to see one. */
	for (i = 0; i < ISP_NUM_PADS; i++)
		*v4l2_subdev_state_get_format(state, i) = metadata;
	isp_entity_set_sink(sd_to_ctx(sd), state, &sink);
	for (i = ISP_PAD_SOURCE_MAIN; i <= ISP_PAD_SOURCE_SELF; i++)
		*v4l2_subdev_state_get_format(state, i) = source;

	return 0;
}

static int isp_entity_subscribe(struct v4l2_subdev *sd, struct v4l2_fh *fh,
				struct v4l2_event_subscription *sub)
{
	if (sub->type != V4L2_EVENT_FRAME_SYNC)
		return v4l2_ctrl_subdev_subscribe_event(sd, fh, sub);
	if (sub->id)
		return -EINVAL;

	return v4l2_event_subscribe(fh, sub, ISP_NUM_EVENTS, NULL);
}

/**
 * isp_entity_frame_sync() - tell that a frame starts
 * @ctx: context
 * @sequence: its number
 */
void isp_entity_frame_sync(struct isp_ctx *ctx, u32 sequence)
{
	struct v4l2_event event = {
		.type = V4L2_EVENT_FRAME_SYNC,
		.u.frame_sync.frame_sequence = sequence,
	};

	v4l2_event_queue(ctx->sd.devnode, &event);
}

/**
 * isp_entity_get_env() - size and format of the input
 * @ctx: context
 * @env: filled
 * @code: set to the media bus code; may be NULL
 */
void isp_entity_get_env(struct isp_ctx *ctx, struct isp_env *env, u32 *code)
{
	const struct v4l2_mbus_framefmt *sink;
	struct v4l2_subdev_state *state;

	state = v4l2_subdev_lock_and_get_active_state(&ctx->sd);
	sink = v4l2_subdev_state_get_format(state, ISP_PAD_SINK_RAW0);
	env->width = sink->width;
	env->height = sink->height;
	if (code)
		*code = sink->code;
	v4l2_subdev_unlock_state(state);
}

/**
 * isp_entity_get_csc() - colour space of the outputs
 * @ctx: context; colour fields are filled from the main path's pad
 */
void isp_entity_get_csc(struct isp_ctx *ctx)
{
	const struct v4l2_mbus_framefmt *fmt;
	struct v4l2_subdev_state *state;

	state = v4l2_subdev_lock_and_get_active_state(&ctx->sd);
	fmt = v4l2_subdev_state_get_format(state, ISP_PAD_SOURCE_MAIN);
	ctx->ycbcr_enc = fmt->ycbcr_enc;
	ctx->full_range = fmt->quantization == V4L2_QUANTIZATION_FULL_RANGE;
	v4l2_subdev_unlock_state(state);
}

/**
 * isp_entity_matches() - does a node agree with its pad?
 * @node: main or self path
 *
 * Both YUV codes are fine with every format: which of them goes with 4:2:0 is
 * still moving upstream (ISP UAPI 2.2).
 *
 * Return: true when the sizes are equal.
 */
bool isp_entity_matches(struct isp_node *node)
{
	unsigned int pad = ISP_PAD_SOURCE_MAIN + node->id - ISP_NODE_MAIN;
	const struct v4l2_mbus_framefmt *fmt;
	struct v4l2_subdev_state *state;
	bool ok;

	state = v4l2_subdev_lock_and_get_active_state(&node->ctx->sd);
	fmt = v4l2_subdev_state_get_format(state, pad);
	ok = fmt->width == node->compose.width &&
	     fmt->height == node->compose.height;
	if (!ok)
		dev_dbg(node->ctx->isp->dev, "%s takes %ux%u, its pad is %ux%u\n",
			node->vdev.name, node->compose.width,
			node->compose.height, fmt->width, fmt->height);
	v4l2_subdev_unlock_state(state);

	return ok;
}

static const struct v4l2_subdev_core_ops isp_entity_core_ops = {
	.subscribe_event = isp_entity_subscribe,
	.unsubscribe_event = v4l2_event_subdev_unsubscribe,
};

static const struct v4l2_subdev_pad_ops isp_entity_pad_ops = {
	.enum_mbus_code = isp_entity_enum_mbus_code,
	.enum_frame_size = isp_entity_enum_frame_size,
	.get_fmt = v4l2_subdev_get_fmt,
	.set_fmt = isp_entity_set_fmt,
	.get_selection = isp_entity_get_selection,
	.set_selection = isp_entity_set_selection,
};

static const struct v4l2_subdev_ops isp_entity_ops = {
	.core = &isp_entity_core_ops,
	.pad = &isp_entity_pad_ops,
};

static const struct v4l2_subdev_internal_ops isp_entity_internal_ops = {
	.init_state = isp_entity_init_state,
};

/* One raw input at a time; which one is the user's choice. */
static int isp_entity_link_setup(struct media_entity *entity,
				 const struct media_pad *local,
				 const struct media_pad *remote, u32 flags)
{
	unsigned int i;

	if (!(flags & MEDIA_LNK_FL_ENABLED) || !is_raw_sink(local->index))
		return 0;
	for (i = ISP_PAD_SINK_RAW0; i <= ISP_PAD_SINK_RAW2; i++) {
		if (i != local->index &&
		    media_pad_remote_pad_first(&entity->pads[i]))
			return -EBUSY;
	}

	return 0;
}

static const struct media_entity_operations isp_entity_media_ops = {
	.link_setup = isp_entity_link_setup,
};

static int isp_entity_s_ctrl(struct v4l2_ctrl *ctrl)
{
	struct isp_ctx *ctx = container_of(ctrl->handler, struct isp_ctx,
					   ctrls);
	unsigned long flags;

	spin_lock_irqsave(&ctx->isp->lock, flags);
	switch (ctrl->id) {
	case V4L2_CID_BRIGHTNESS:
		ctx->cproc.brightness = ctrl->val;
		break;
	case V4L2_CID_CONTRAST:
		ctx->cproc.contrast = ctrl->val;
		break;
	case V4L2_CID_SATURATION:
		ctx->cproc.saturation = ctrl->val;
		break;
	case V4L2_CID_HUE:
		ctx->cproc.hue = ctrl->val;
		break;
	case V4L2_CID_COLORFX:
		ctx->ie_on = ctrl->val != V4L2_COLORFX_NONE;
		if (ctrl->val == V4L2_COLORFX_BW)
			ctx->ie.mode = SUNMAO_ISP_IE_BW;
		else if (ctrl->val == V4L2_COLORFX_NEGATIVE)
			ctx->ie.mode = SUNMAO_ISP_IE_NEGATIVE;
		else
			ctx->ie.mode = SUNMAO_ISP_IE_SEPIA;
		ctx->ie_pending = true;
		break;
	case V4L2_CID_COLORFX_CBCR:
		ctx->ie.tint_cb = ctrl->val >> 8;
		ctx->ie.tint_cr = ctrl->val & 0xff;
		ctx->ie_pending = true;
		break;
	}
	if (ctrl->id != V4L2_CID_COLORFX && ctrl->id != V4L2_CID_COLORFX_CBCR) {
		ctx->cproc_on = ctx->cproc.brightness || ctx->cproc.hue ||
				ctx->cproc.contrast != 0x80 ||
				ctx->cproc.saturation != 0x80;
		ctx->cproc_pending = true;
	}
	spin_unlock_irqrestore(&ctx->isp->lock, flags);

	return 0;
}

static const struct v4l2_ctrl_ops isp_entity_ctrl_ops = {
	.s_ctrl = isp_entity_s_ctrl,
};

static int isp_entity_create_ctrls(struct isp_ctx *ctx)
{
	const struct v4l2_ctrl_ops *ops = &isp_entity_ctrl_ops;
	struct v4l2_ctrl_handler *ctrls = &ctx->ctrls;
	const u64 effects = BIT(V4L2_COLORFX_NONE) | BIT(V4L2_COLORFX_BW) |
			    BIT(V4L2_COLORFX_NEGATIVE) |
			    BIT(V4L2_COLORFX_SET_CBCR);

	ctx->cproc.contrast = 0x80;
	ctx->cproc.saturation = 0x80;

	v4l2_ctrl_handler_init(ctrls, 6);
	v4l2_ctrl_new_std(ctrls, ops, V4L2_CID_BRIGHTNESS, -128, 127, 1, 0);
	v4l2_ctrl_new_std(ctrls, ops, V4L2_CID_CONTRAST, 0, 255, 1, 0x80);
	v4l2_ctrl_new_std(ctrls, ops, V4L2_CID_SATURATION, 0, 255, 1, 0x80);
	v4l2_ctrl_new_std(ctrls, ops, V4L2_CID_HUE, -128, 127, 1, 0);
	v4l2_ctrl_new_std_menu(ctrls, ops, V4L2_CID_COLORFX,
			       V4L2_COLORFX_SET_CBCR, ~effects,
			       V4L2_COLORFX_NONE);
	v4l2_ctrl_new_std(ctrls, ops, V4L2_CID_COLORFX_CBCR, 0, 0xffff, 1, 0);
	ctx->sd.ctrl_handler = ctrls;

	return ctrls->error;
}

/**
 * isp_entity_register() - make the ISP entity
 * @ctx: context
 *
 * Return: 0 or a negative error.
 */
int isp_entity_register(struct isp_ctx *ctx)
{
	struct v4l2_subdev *sd = &ctx->sd;
	unsigned int i;
	int ret;

	v4l2_subdev_init(sd, &isp_entity_ops);
	sd->internal_ops = &isp_entity_internal_ops;
	sd->flags = V4L2_SUBDEV_FL_HAS_DEVNODE | V4L2_SUBDEV_FL_HAS_EVENTS;
	sd->entity.function = MEDIA_ENT_F_PROC_VIDEO_PIXEL_FORMATTER;
	sd->entity.ops = &isp_entity_media_ops;
	sd->dev = ctx->isp->dev;
	sd->owner = THIS_MODULE;
	strscpy(sd->name, ISP_ABI_NAME "_isp", sizeof(sd->name));

	ret = isp_entity_create_ctrls(ctx);
	if (ret)
		goto free_ctrls;

	for (i = 0; i < ISP_NUM_PADS; i++)
		ctx->sd_pads[i].flags = i < ISP_PAD_SOURCE_MAIN ?
					MEDIA_PAD_FL_SINK : MEDIA_PAD_FL_SOURCE;
	ret = media_entity_pads_init(&sd->entity, ISP_NUM_PADS, ctx->sd_pads);
	if (ret)
		goto free_ctrls;
	ret = v4l2_subdev_init_finalize(sd);
	if (ret)
		goto cleanup_entity;
	ret = v4l2_device_register_subdev(&ctx->v4l2_dev, sd);
	if (ret)
		goto cleanup_subdev;

	isp_entity_publish_crop(ctx, v4l2_subdev_lock_and_get_active_state(sd));
	v4l2_subdev_unlock_state(v4l2_subdev_get_locked_active_state(sd));

	return 0;

cleanup_subdev:
	v4l2_subdev_cleanup(sd);
cleanup_entity:
	media_entity_cleanup(&sd->entity);
free_ctrls:
	v4l2_ctrl_handler_free(&ctx->ctrls);

	return ret;
}

/**
 * isp_entity_release() - free what isp_entity_register() made
 * @ctx: context whose entity nobody has open any more
 */
void isp_entity_release(struct isp_ctx *ctx)
{
	v4l2_subdev_cleanup(&ctx->sd);
	media_entity_cleanup(&ctx->sd.entity);
	v4l2_ctrl_handler_free(&ctx->ctrls);
}
