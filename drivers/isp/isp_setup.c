// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: from formats and buffers to register values
 *
 * What a frame needs besides parameter blocks: input and output windows, crop and
 * scalers, writers and their addresses (ISP 2.3). All of it goes into the
 * context's register image; nothing is written here. Called with isp.lock held.
 */

#include "isp_dev.h"

/* Registers of a component of a writer: base, size and ring offset follow. */
static const u16 isp_mi_base[ISP_NUM_PATHS][3] = {
	{ 0x1408, 0x141c, 0x142c },
	{ 0x143c, 0x1450, 0x1460 },
};

static const u16 isp_mi_geometry[ISP_NUM_PATHS][4] = {
	{ ISP_MI_MP_LLENGTH, ISP_MI_MP_PIC_WIDTH, ISP_MI_MP_PIC_HEIGHT,
	  ISP_MI_MP_PIC_SIZE },
	{ ISP_MI_SP_LLENGTH, ISP_MI_SP_PIC_WIDTH, ISP_MI_SP_PIC_HEIGHT,
	  ISP_MI_SP_PIC_SIZE },
};

const struct isp_unit isp_units[ISP_NUM_UNITS] = {
	{ ISP_UNIT_AE_LITE, ISP_AE_LITE },
	{ ISP_UNIT_HIST_LITE, ISP_HIST_LITE },
	{ ISP_UNIT_HIST_BIG(0), ISP_HIST_BIG0 },
	{ ISP_UNIT_HIST_BIG(1), ISP_HIST_BIG1 },
	{ ISP_UNIT_HIST_BIG(2), ISP_HIST_BIG2 },
	{ ISP_UNIT_AE_BIG(0), ISP_AE_BIG0 },
	{ ISP_UNIT_AE_BIG(1), ISP_AE_BIG1 },
	{ ISP_UNIT_AE_BIG(2), ISP_AE_BIG2 },
	{ ISP_UNIT_AWB, ISP_AWB_CTRL },
	{ ISP_UNIT_AF, ISP_AF_CTRL },
};

/**
 * isp_setup_ctx() - begin anew
 * @ctx: context; size of its input and raw node are known, no job is on its way
 *
 * Frames count from 0, blocks are off, and the registers are set that stay as long
 * as the raw node streams.
 */
void isp_setup_ctx(struct isp_ctx *ctx)
{
	const struct isp_node *raw = ctx->raw_node;
	struct isp_image *image = &ctx->state.image;
	u16 w = ctx->env.width, h = ctx->env.height;
	unsigned int i;

	isp_blocks_reset(&ctx->state);
	memset(&ctx->stats, 0, sizeof(ctx->stats));
	ctx->sequence = 0;
	ctx->cproc_pending = ctx->cproc_on;
	ctx->ie_pending = ctx->ie_on;

	/* A single exposure is not merged. */
	isp_image_set(image, ISP_HDRMGE_CTRL, 0);

	isp_image_set(image, ISP_ACQ_H_OFFS, 0);
	isp_image_set(image, ISP_ACQ_V_OFFS, 0);
	isp_image_set(image, ISP_ACQ_H_SIZE, w);
	isp_image_set(image, ISP_ACQ_V_SIZE, h);
	isp_image_set(image, ISP_ACQ_NR_FRAMES, 0);
	isp_image_set(image, ISP_OUT_H_OFFS, 0);
	isp_image_set(image, ISP_OUT_V_OFFS, 0);
	isp_image_set(image, ISP_OUT_H_SIZE, w);
	isp_image_set(image, ISP_OUT_V_SIZE, h);

	isp_image_set(image, ISP_IS_CTRL, 1);
	for (i = ISP_IS_RECENTER; i <= ISP_IS_DISPLACE; i += 4)
		isp_image_set(image, i, 0);
	isp_image_set(image, ISP_IS_H_SIZE, w);
	isp_image_set(image, ISP_IS_V_SIZE, h);

	isp_image_set(image, ISP_CSI2RX_DATA_IDS_1, raw->raw->data_type);
	isp_image_set(image, ISP_RAW_RD_CTRL, raw->raw->rd_ctrl);
	isp_image_set(image, ISP_RAW_RD_PIC_SIZE, h << 16 | w);
	isp_image_set(image, ISP_RAWS_RD_LENGTH,
		      raw->fmt.fmt.pix_mp.plane_fmt[0].bytesperline);
	isp_image_set(image, ISP_MI_RD_CTRL2, ISP_MI_RD_CTRL2_RAW);

	isp_image_update(image, ISP_CTRL0,
			 ~(u32)(ISP_CTRL0_AWB_GAIN | ISP_CTRL0_CSM_FULL),
			 ISP_CTRL0_ENABLE | ISP_CTRL0_MODE_BAYER |
			 ISP_CTRL0_INFORM_ENABLE | ISP_CTRL0_CFG_UPD_PERMANENT);
	isp_image_set(image, ISP_CTRL1,
		      raw->raw->bayer << ISP_CTRL1_BAYER_SHIFT |
		      (isp_needs_big_mode(w, h) ? ISP_CTRL1_BIG_MODE : 0));

	isp_csm_set(&ctx->state,
		    isp_csm_matrix(ctx->ycbcr_enc, ctx->full_range)->c,
		    ctx->full_range);
}

/* Crop window and scaler of a path. */
static void setup_window(struct isp_ctx *ctx, enum isp_path path)
{
	const struct isp_out_layout *out = &ctx->nodes[path].layout;
	struct isp_image *image = &ctx->state.image;
	struct sunmao_isp_window win;
	bool whole;

	if (ctx->state.crop_en & BIT(path)) {
		win = ctx->state.crop[path];
	} else {
		win.h_offs = ctx->crop[path].left;
		win.v_offs = ctx->crop[path].top;
		win.h_size = ctx->crop[path].width;
		win.v_size = ctx->crop[path].height;
	}
	whole = win.h_size == ctx->env.width && win.v_size == ctx->env.height;

	isp_image_set(image, ISP_DUAL_CROP_H_OFFS(path), win.h_offs);
	isp_image_set(image, ISP_DUAL_CROP_V_OFFS(path), win.v_offs);
	isp_image_set(image, ISP_DUAL_CROP_H_SIZE(path), win.h_size);
	isp_image_set(image, ISP_DUAL_CROP_V_SIZE(path), win.v_size);
	isp_image_update(image, ISP_DUAL_CROP_CTRL,
			 3 * ISP_DUAL_CROP_YUV(path),
			 whole ? 0 : ISP_DUAL_CROP_YUV(path));
	isp_scaler_set(image, path, win.h_size, win.v_size, out->width,
		       out->height);
}

/* Writer of a path; returns the addresses ORed together. */
static u32 setup_writer(struct isp_ctx *ctx, enum isp_path path,
			const struct isp_buf *buf)
{
	const struct isp_node *node = &ctx->nodes[path];
	const struct isp_out_layout *out = &node->layout;
	const struct isp_out_format *fmt = node->out;
	struct isp_image *image = &ctx->state.image;
	u32 size[3], addr[3], all = 0;
	unsigned int i;

	memcpy(size, out->size, sizeof(size));
	memcpy(addr, buf->addr, sizeof(addr));
	if (fmt->layout == ISP_MI_PLANAR && fmt->swap)
		swap(addr[1], addr[2]);
	/* The main writer has no way to leave chroma out (ISP UAPI 9). */
	if (fmt->chroma == ISP_MI_400 && path == ISP_PATH_MAIN) {
		for (i = 1; i < 3; i++) {
			size[i] = out->size[0] / 2;
			addr[i] = ctx->dummy_dma;
		}
	}

	for (i = 0; i < 3; i++) {
		isp_image_set(image, isp_mi_base[path][i], addr[i]);
		isp_image_set(image, isp_mi_base[path][i] + 4, size[i]);
		isp_image_set(image, isp_mi_base[path][i] + 8, 0);
		all |= addr[i];
	}
	isp_image_set(image, isp_mi_geometry[path][0], out->stride);
	isp_image_set(image, isp_mi_geometry[path][1], out->width);
	isp_image_set(image, isp_mi_geometry[path][2], out->height);
	isp_image_set(image, isp_mi_geometry[path][3],
		      out->stride * out->height);

	isp_image_update(image, ISP_MI_XTD_FORMAT, BIT(path),
			 fmt->swap && fmt->layout == ISP_MI_SEMI_PLANAR ?
			 BIT(path) : 0);
	isp_image_update(image, ISP_MPFBC_CTRL, ISP_MPFBC_CTRL_422(path),
			 fmt->chroma == ISP_MI_420 ? 0 :
			 ISP_MPFBC_CTRL_422(path));

	return all;
}

static u32 writer_ctrl(const struct isp_ctx *ctx, enum isp_path path)
{
	const struct isp_out_format *fmt = ctx->nodes[path].out;
	u32 ctrl = ISP_MI_WR_CTRL_EN(path) |
		   fmt->layout << ISP_MI_WR_CTRL_FORMAT_SHIFT(path);

	if (path == ISP_PATH_SELF) {
		ctrl |= (fmt->chroma == ISP_MI_400 ? ISP_MI_400 : ISP_MI_422)
			<< ISP_MI_WR_CTRL_SP_IN_SHIFT |
			fmt->chroma << ISP_MI_WR_CTRL_SP_OUT_SHIFT;
		if (fmt->chroma >= ISP_MI_RGB565 &&
		    isp_image_get(&ctx->state.image, ISP_CTRL0) &
		    ISP_CTRL0_CSM_FULL)
			ctrl |= ISP_MI_WR_CTRL_SP_FULL;
	}

	return ctrl;
}

/* A control goes in with the next frame, a block with its own: the later counts. */
static void setup_controls(struct isp_ctx *ctx)
{
	bool full_range = isp_image_get(&ctx->state.image, ISP_CTRL0) &
			  ISP_CTRL0_CSM_FULL;

	ctx->cproc.y_in_full = full_range;
	ctx->cproc.y_out_full = full_range;
	ctx->cproc.c_out_full = full_range;
	ctx->ie.full_range = full_range;
	if (ctx->cproc_pending)
		isp_block_find(SUNMAO_ISP_PARAMS_CPROC, true)->apply
			(&ctx->state, &ctx->cproc, ctx->cproc_on, &ctx->env);
	if (ctx->ie_pending)
		isp_block_find(SUNMAO_ISP_PARAMS_IE, true)->apply
			(&ctx->state, &ctx->ie, ctx->ie_on, &ctx->env);
	ctx->cproc_pending = false;
	ctx->ie_pending = false;
}

/*
 * One interrupt per frame is enough: the writers' ends come after that of the core
 * or shortly before it, and the handler looks at all of them. It asks for what is
 * still missing, and remembers when that is the core's end.
 */
static void setup_interrupts(struct isp_job *job)
{
	struct isp_image *image = &job->ctx->state.image;
	bool frame = !job->wait_mi || job->ctx->isp->frame_is_late;

	isp_image_set(image, ISP_IMSC,
		      ISP_INT_ERRORS | (frame ? ISP_INT_FRAME : 0));
	isp_image_set(image, ISP_MI_IMSC, ISP_MI_INT_BUS_ERR |
		      (job->wait_mi ? BIT(__fls(job->wait_mi)) : 0));
}

/* Units with memory of the frame before start afresh after another context. */
static u32 fresh_start(const struct isp_state *state)
{
	const struct isp_image *image = &state->image;
	u32 flags = 0;

	if (isp_image_get(image, ISP_YNR_GLOBAL_CTRL) & BIT(0))
		flags |= ISP_CTRL1_FIRST_YNR;
	if (isp_image_get(image, ISP_CNR_CTRL) & BIT(0))
		flags |= ISP_CTRL1_FIRST_CNR;
	if (isp_image_get(image, ISP_DRC_CTRL0) & BIT(0))
		flags |= ISP_CTRL1_FIRST_DRC;

	return flags;
}

static u32 enabled_units(const struct isp_state *state)
{
	u32 units = 0, ctrl = isp_image_get(&state->image, ISP_BLS_CTRL);
	unsigned int i;

	for (i = 0; i < ISP_NUM_UNITS; i++) {
		if (isp_image_get(&state->image, isp_units[i].ctrl) &
		    ISP_UNIT_EN)
			units |= isp_units[i].unit;
	}
	if (ctrl & ISP_BLS_CTRL_EN && ctrl & ISP_BLS_CTRL_MEASURED)
		units |= ISP_UNIT_BLS;

	return units;
}

/**
 * isp_setup_job() - registers of a frame
 * @job: frame with its buffers; owns the registers
 *
 * Paths without a buffer have their writer off: the frame is processed, so that
 * statistics and sequence numbers go on, and its picture is dropped (the vendor's
 * driver does the same in frames that it reads twice, ISP 1.6).
 */
void isp_setup_job(struct isp_job *job)
{
	struct isp_ctx *ctx = job->ctx;
	struct isp_state *state = &ctx->state;
	struct isp_image *image = &state->image;
	const struct isp_buf *params = job->bufs[ISP_NODE_PARAMS];
	enum isp_path path;
	u32 ctrl, all = 0;
	bool memory;

	setup_controls(ctx);
	/* Sizes do not change while streaming, but may have before. */
	job->params_stale = params &&
			    (params->env.width != ctx->env.width ||
			     params->env.height != ctx->env.height);
	if (params && !job->params_stale)
		isp_params_apply(state, params->params, &ctx->env,
				 isp_node_is_extended
				 (&ctx->nodes[ISP_NODE_PARAMS]));

	ctrl = ISP_MI_WR_CTRL_INIT_BASE | ISP_MI_WR_CTRL_INIT_OFFSET |
	       ISP_MI_WR_CTRL_AUTOUPDATE(ISP_PATH_MAIN) |
	       ISP_MI_WR_CTRL_AUTOUPDATE(ISP_PATH_SELF);
	isp_image_update(image, ISP_MPFBC_CTRL, ISP_MPFBC_CTRL_SEPARATE_YUV,
			 ISP_MPFBC_CTRL_SEPARATE_YUV);
	for (path = 0; path < ISP_NUM_PATHS; path++) {
		if (ctx->nodes[path].streaming)
			setup_window(ctx, path);
		if (!job->bufs[path])
			continue;
		all |= setup_writer(ctx, path, job->bufs[path]);
		ctrl |= writer_ctrl(ctx, path);
		job->wait_mi |= ISP_MI_INT_FRAME(path);
	}
	ctrl |= isp_burst_code(all) << ISP_MI_WR_CTRL_LUMA_BURST_SHIFT |
		isp_burst_code(all) << ISP_MI_WR_CTRL_CHROMA_BURST_SHIFT;
	isp_image_set(image, ISP_MI_WR_CTRL, ctrl);
	isp_image_set(image, ISP_VI_DPCL, ctx->nodes[ISP_NODE_SELF].streaming ?
		      ISP_VI_DPCL_MP_SP : ISP_VI_DPCL_MP);

	if (ctx->isp->last != ctx)
		state->first_frame |= fresh_start(state);
	isp_image_update(image, ISP_CTRL1, ISP_CTRL1_FIRST_MASK,
			 state->first_frame);
	state->first_frame = 0;

	isp_image_set(image, ISP_RAWS_RD_BASE,
		      job->bufs[ISP_NODE_RAW0]->addr[0]);
	job->wait_isp = ISP_INT_FRAME;
	setup_interrupts(job);
	memset(&job->measured, 0, sizeof(job->measured));
	job->measured.enabled = enabled_units(state);
	job->measured.words = job->stats_mem;
	memory = job->measured.enabled && ctx->isp->stats_in_memory;
	if (memory)
		isp_image_set(image, ISP_MI_3A_WR_BASE, job->stats_dma);
	isp_image_set(image, ISP_SWS_CFG, ISP_SWS_CFG_READ_BACK |
		      (memory ? ISP_SWS_CFG_3A_TO_DDR : 0));
}
