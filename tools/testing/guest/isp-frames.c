// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many frames: settings that change with every frame, formats, sizes, crop and
 * scaler, several instances and contexts. Every frame is compared with the
 * reference.
 *
 *   isp-frames [TEXT]              tests that need nothing but the module
 *   isp-frames --contexts [TEXT]   tests that need several contexts per instance
 *   isp-frames --largest           the largest picture alone
 *   isp-frames --run N             N frames of 320x240 without looking at them
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "isp_rig.h"
#include "tap.h"

static struct isp_rig rig;

/* ---- a different setting every frame ---- */

struct changes {
	unsigned int frames;
	unsigned int ahead;	/* frames queued before the first is taken back */
};

/*
 * Settings and picture of frame n are queued together, up to @ahead frames before
 * they are looked at: a setting that lands one frame early or late shows.
 */
static void test_changes(const void *arg)
{
	const struct changes *c = arg;
	const struct isp_rig_setup setup = {
		.width = 160, .height = 144, .buffers = c->ahead, .stats = true,
	};
	unsigned int queued = 0, done;
	struct isp_params p;

	isp_rig_open(&rig, &setup);
	for (done = 0; done < c->frames; done++) {
		while (queued < c->frames && queued < done + c->ahead) {
			isp_params_random(&p, queued, 160, 144);
			isp_rig_draw(&rig, queued % c->ahead, ISP_SCENE_MIX, queued);
			isp_rig_submit(&rig, queued % c->ahead, &p);
			queued++;
		}
		isp_rig_collect(&rig);
		tap_check(rig.result.main.index == done % c->ahead &&
			  rig.result.stats.index == done % c->ahead &&
			  rig.result.params.index == done % c->ahead &&
			  rig.result.raw.index == done % c->ahead,
			  "frame %u: buffers come out of order", done);
		isp_params_random(&p, done, 160, 144);
		tap_require(!isp_ref_apply(&rig.set, p.data, isp_params_bytes(&p)), "apply");
		isp_rig_check(&rig, "changes");
		tap_require(!tap_failed(), "stopped at frame %u", done);
	}
	isp_rig_close(&rig);
	tap_note("largest difference %u", rig.worst);
}

/* Parameters for some frames only: the others keep what was set. */
static void test_sparse_parameters(const void *arg)
{
	const struct isp_rig_setup setup = { .width = 160, .height = 144, .stats = true };
	struct isp_params p;
	unsigned int i;

	(void)arg;
	isp_rig_open(&rig, &setup);
	isp_params_random(&p, 1000, 160, 144);
	isp_rig_frame(&rig, ISP_SCENE_MIX, 0, &p, "first");
	/* a frame without a parameter buffer at all */
	rig.with &= ~ISP_WITH_PARAMS;
	for (i = 0; i < 5; i++) {
		isp_rig_draw(&rig, 0, ISP_SCENE_MIX, i);
		isp_rig_submit(&rig, 0, NULL);
		isp_rig_collect(&rig);
		isp_rig_check(&rig, "no parameter buffer");
	}
	rig.with |= ISP_WITH_PARAMS;
	isp_params_random(&p, 1001, 160, 144);
	isp_rig_frame(&rig, ISP_SCENE_MIX, 9, &p, "parameters again");
	isp_rig_close(&rig);
}

/* ---- formats ---- */

struct format_case {
	uint32_t fourcc;
	bool self;
};

static void test_format(const void *arg)
{
	const struct format_case *c = arg;
	const struct isp_rig_setup setup = {
		.width = 128, .height = 96, .main = c->self ? V4L2_PIX_FMT_GREY : c->fourcc,
		.self = c->self ? c->fourcc : 0,
	};
	bool rgb = c->fourcc == V4L2_PIX_FMT_XBGR32 || c->fourcc == V4L2_PIX_FMT_RGB565;
	const struct v4l2_pix_format_mplane *pix;
	struct isp_image image = { .fourcc = c->fourcc, .width = 128, .height = 96 };
	size_t sizes[ISP_PLANES] = { 0 };
	struct isp_params p;
	unsigned int i, full;

	isp_rig_open(&rig, &setup);
	pix = &rig.dev->node[c->self ? ISP_SELF : ISP_MAIN].fmt.fmt.pix_mp;
	isp_image_layout(&image, sizes);
	tap_check(pix->num_planes == image.planes, "%u memory planes, not %u", pix->num_planes,
		  image.planes);
	for (i = 0; i < image.planes && i < pix->num_planes; i++) {
		tap_check(pix->plane_fmt[i].bytesperline == image.stride[i],
			  "plane %u: %u bytes per line, not %zu", i,
			  pix->plane_fmt[i].bytesperline, image.stride[i]);
		tap_check(pix->plane_fmt[i].sizeimage == sizes[i], "plane %u: %u bytes, not %zu", i,
			  pix->plane_fmt[i].sizeimage, sizes[i]);
	}
	for (full = 0; full < 2; full++) {
		isp_params_init(&p);
		isp_add_csm(&p, ISP_BT601, full);
		isp_rig_frame(&rig, rgb ? ISP_SCENE_SMOOTH : ISP_SCENE_MIX, 7, &p,
			      full ? "full range" : "limited range");
	}
	for (i = 0; i < image.planes; i++) {
		const struct isp_done *d = c->self ? &rig.result.self : &rig.result.main;

		tap_check(d->bytes[i] == sizes[i], "plane %u: payload %u, not %zu", i, d->bytes[i],
			  sizes[i]);
	}
	isp_rig_close(&rig);
}

/* Lines longer than the picture, where the driver lets the client choose. */
static void test_long_lines(const void *arg)
{
	struct isp_rig_setup setup = { .width = 128, .height = 96, .depth = 10 };
	struct v4l2_pix_format_mplane *pix;
	struct isp_params p;
	struct isp_dev *dev;
	int ret;

	(void)arg;
	dev = isp_open(0);
	tap_require(dev, "open: %s", strerror(errno));
	isp_rig_open_on(&rig, dev, &setup);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	isp_rig_frame(&rig, ISP_SCENE_MIX, 1, &p, "narrow lines");
	ret = isp_stop(dev);
	tap_require(!ret, "stop: %s", strerror(-ret));
	/* VICAP may have aligned lines; the raw node has to honour them (ISP user ABI 2.3) */
	pix = &dev->node[ISP_RAW0].fmt.fmt.pix_mp;
	pix->plane_fmt[0].bytesperline = 512;
	pix->plane_fmt[0].sizeimage = 512 * 96;
	ret = isp_ioctl(dev->node[ISP_RAW0].fd, VIDIOC_S_FMT, &dev->node[ISP_RAW0].fmt);
	tap_require(!ret, "format: %s", strerror(-ret));
	tap_require(pix->plane_fmt[0].bytesperline == 512, "lines of %u bytes, not 512",
		    pix->plane_fmt[0].bytesperline);
	dev->raw.stride = 512;
	pix = &dev->node[ISP_MAIN].fmt.fmt.pix_mp;
	pix->plane_fmt[0].bytesperline = 256;
	ret = isp_ioctl(dev->node[ISP_MAIN].fd, VIDIOC_S_FMT, &dev->node[ISP_MAIN].fmt);
	tap_require(!ret, "format: %s", strerror(-ret));
	tap_note("main path has lines of %u bytes", pix->plane_fmt[0].bytesperline);
	ret = isp_setup(dev, rig.with, 1) ?: isp_start(dev, rig.with);
	tap_require(!ret, "start: %s", strerror(-ret));
	rig.sequence = 0;
	rig.time_us = 5000000;
	isp_rig_frame(&rig, ISP_SCENE_MIX, 2, &p, "long lines");
	isp_rig_close(&rig);
}

/* ---- sizes ---- */

struct size_case {
	unsigned int w, h;
	unsigned int main_w, main_h;
	unsigned int self_w, self_h;
	enum isp_scene scene;
};

static void test_size(const void *arg)
{
	const struct size_case *c = arg;
	const struct isp_rig_setup setup = {
		.width = c->w, .height = c->h, .depth = 10, .main_w = c->main_w, .main_h = c->main_h,
		.self = c->self_w ? V4L2_PIX_FMT_NV12 : 0, .self_w = c->self_w, .self_h = c->self_h,
	};
	const struct v4l2_pix_format_mplane *pix;
	struct isp_params p;
	unsigned int i;

	isp_rig_open(&rig, &setup);
	pix = &rig.dev->node[ISP_MAIN].fmt.fmt.pix_mp;
	if (!(c->main_w & 1) && !(c->main_h & 1))
		tap_check(pix->width == (c->main_w ? c->main_w : c->w) &&
			  pix->height == (c->main_h ? c->main_h : c->h),
			  "%ux%u became %ux%u", c->main_w, c->main_h, pix->width, pix->height);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	isp_add_gains(&p, 0x120, 0x100, 0x140);
	for (i = 0; i < 2; i++)
		isp_rig_frame(&rig, c->scene, i, &p, "size");
	isp_rig_close(&rig);
	tap_note("largest difference %u", rig.worst);
}

/*
 * Sizes outside the limits come back inside them (ISP user ABI 2.2). The paths may
 * offer more than mainline's, up to what the hardware does (ISP 1.5).
 */
static void test_size_limits(const void *arg)
{
	static const struct {
		enum isp_node_id id;
		unsigned int w, h, at_least_w, at_least_h;
	} c[] = {
		{ ISP_MAIN, 65535, 65535, 4416, 3312 }, { ISP_SELF, 65535, 65535, 1920, 1920 },
		{ ISP_RAW0, 65535, 65535, 4672, 3504 },
		{ ISP_MAIN, 1, 1, 32, 16 }, { ISP_SELF, 1, 1, 32, 16 }, { ISP_RAW0, 1, 1, 32, 32 },
	};
	struct isp_dev *dev = isp_open(0);
	unsigned int i;

	(void)arg;
	tap_require(dev, "open: %s", strerror(errno));
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		struct v4l2_format f = { .type = dev->node[c[i].id].type };
		struct v4l2_pix_format_mplane *pix = &f.fmt.pix_mp;
		int ret;

		pix->width = c[i].w;
		pix->height = c[i].h;
		pix->pixelformat = c[i].id == ISP_RAW0 ? V4L2_PIX_FMT_SRGGB10 : V4L2_PIX_FMT_NV12;
		ret = isp_ioctl(dev->node[c[i].id].fd, VIDIOC_TRY_FMT, &f);
		tap_check(!ret, "case %u: %s", i, strerror(-ret));
		tap_check(pix->width >= c[i].at_least_w && pix->height >= c[i].at_least_h &&
			  pix->width <= (c[i].w == 1 ? 32 : 4672) &&
			  pix->height <= (c[i].w == 1 ? 32 : 3504),
			  "case %u: %ux%u", i, pix->width, pix->height);
	}
	isp_close(dev);
}

/*
 * The largest raw picture, and the largest part of it that the main path takes
 * without scaling. The reference develops only some stripes of it.
 */
static void test_largest(const void *arg)
{
	const struct isp_rig_setup setup = { .width = 4672, .height = 3504, .depth = 8 };
	unsigned int i, x, y, w, h, left, top, worst = 0;
	const struct v4l2_pix_format_mplane *pix;
	struct sunmao_isp_rk_crop *crop;
	struct isp_params p;
	struct isp_image got;
	struct isp_ref_set set;

	(void)arg;
	isp_rig_open(&rig, &setup);
	pix = &rig.dev->node[ISP_MAIN].fmt.fmt.pix_mp;
	w = pix->width;
	h = pix->height;
	left = (4672 - w) / 4 * 2;
	top = (3504 - h) / 4 * 2;
	tap_note("main path shows %ux%u of 4672x3504", w, h);
	tap_check(w >= 4416 && h >= 3312, "main path takes %ux%u", w, h);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT709, true);
	isp_add_lsc_bowl(&p, 4672, 3504, 500);
	crop = isp_add(&p, sunmao_isp_rk_crop, SUNMAO_ISP_RK_PARAMS_CROP);
	crop->crop_en = SUNMAO_ISP_RK_CROP_MAIN;
	crop->mp_crop = (struct sunmao_isp_window){
		(uint16_t)left, (uint16_t)top, (uint16_t)w, (uint16_t)h
	};
	isp_rig_draw(&rig, 0, ISP_SCENE_GRADIENT, 1);
	isp_rig_submit(&rig, 0, &p);
	isp_rig_collect(&rig);
	isp_image(&got, &rig.dev->node[ISP_MAIN], 0);
	isp_ref_reset(&set);
	tap_require(!isp_ref_apply(&set, p.data, isp_params_bytes(&p)), "apply");
	for (i = 0; i < 3; i++) {
		/* 48 lines at the top, in the middle, at the bottom; two more around them */
		unsigned int first = 2 + (h - 52) / 4 * i * 2;
		struct isp_ref_frame part;
		struct isp_ref_raw raw;

		isp_raw_at(&raw, rig.dev, ISP_RAW0, 0);
		raw.line0 = top + first - 2;
		raw.full_height = raw.height;
		raw.height = 52;
		raw.data = (const uint8_t *)raw.data + raw.line0 * raw.stride;
		isp_ref_develop(&part, &set, &raw);
		for (y = 0; y < 48; y++)
			for (x = 0; x < w; x++) {
				const uint8_t *luma = got.plane[0] + (first + y) * got.stride[0];
				const uint8_t *chroma = luma + h * got.stride[0];
				size_t at = (y + 2) * 4672 + left + x;
				const uint8_t *c = x & 1 ? part.yuv.cr : part.yuv.cb;
				unsigned int l = (unsigned int)abs(part.yuv.y[at] - luma[x]);
				unsigned int d = (unsigned int)abs(c[at / 2] - chroma[x]);

				worst = l > worst ? l : worst;
				worst = d > worst ? d : worst;
			}
		isp_ref_free(&part);
	}
	tap_check(worst <= ISP_REF_TOLERANCE, "largest difference %u", worst);
	isp_rig_close(&rig);
}

/* ---- crop and scale ---- */

static void test_crop_scale(const void *arg)
{
	static const struct {
		struct sunmao_isp_window main, self;
		unsigned int main_w, main_h, self_w, self_h;
	} c[] = {
		{ { 0, 0, 160, 120 }, { 160, 120, 160, 120 }, 160, 120, 160, 120 },
		{ { 2, 4, 300, 200 }, { 40, 40, 64, 64 }, 300, 200, 64, 64 },
		{ { 64, 48, 128, 96 }, { 64, 48, 128, 96 }, 256, 192, 64, 48 },
		{ { 0, 0, 320, 240 }, { 100, 20, 120, 200 }, 96, 72, 240, 100 },
		{ { 10, 10, 200, 200 }, { 0, 0, 320, 240 }, 100, 300, 32, 32 },
		{ { 288, 208, 32, 32 }, { 0, 0, 32, 32 }, 320, 240, 128, 96 },
		{ { 0, 0, 322 - 2, 34 }, { 0, 0, 34, 240 }, 322, 34, 34, 242 },
	};
	struct sunmao_isp_rk_crop *crop;
	struct isp_params p;
	unsigned int i;

	(void)arg;
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		const struct isp_rig_setup setup = {
			.depth = 10, .main_w = c[i].main_w, .main_h = c[i].main_h,
			.self = V4L2_PIX_FMT_NV16, .self_w = c[i].self_w, .self_h = c[i].self_h,
		};
		char what[32];

		snprintf(what, sizeof(what), "crop case %u", i);
		isp_rig_open(&rig, &setup);
		isp_params_init(&p);
		isp_add_csm(&p, ISP_BT601, true);
		crop = isp_add(&p, sunmao_isp_rk_crop, SUNMAO_ISP_RK_PARAMS_CROP);
		crop->crop_en = SUNMAO_ISP_RK_CROP_MAIN | SUNMAO_ISP_RK_CROP_SELF;
		crop->mp_crop = c[i].main;
		crop->sp_crop = c[i].self;
		isp_rig_frame(&rig, ISP_SCENE_SMOOTH, i, &p, what);
		/* only one path */
		crop->crop_en = SUNMAO_ISP_RK_CROP_SELF;
		isp_rig_frame(&rig, ISP_SCENE_SMOOTH, i + 50, &p, what);
		/* none: the whole input */
		isp_params_init(&p);
		isp_params_off(&p, SUNMAO_ISP_RK_PARAMS_CROP);
		isp_rig_frame(&rig, ISP_SCENE_SMOOTH, i + 100, &p, what);
		isp_rig_close(&rig);
	}
	tap_note("largest difference %u", rig.worst);
}

/* A crop window that wanders, one place per frame. */
static void test_crop_moves(const void *arg)
{
	const struct isp_rig_setup setup = {
		.width = 256, .height = 192, .main_w = 64, .main_h = 48, .buffers = 4,
	};
	unsigned int queued = 0, done;
	struct isp_params p[4];

	(void)arg;
	isp_rig_open(&rig, &setup);
	for (done = 0; done < 40; done++) {
		while (queued < 40 && queued < done + 4) {
			struct sunmao_isp_rk_crop *crop;
			struct isp_params *next = &p[queued % 4];

			isp_params_init(next);
			isp_add_csm(next, ISP_BT601, true);
			crop = isp_add(next, sunmao_isp_rk_crop, SUNMAO_ISP_RK_PARAMS_CROP);
			crop->crop_en = SUNMAO_ISP_RK_CROP_MAIN;
			crop->mp_crop = (struct sunmao_isp_window){
				.h_offs = (uint16_t)(queued * 26 % 192),
				.v_offs = (uint16_t)(queued * 14 % 144),
				.h_size = 64, .v_size = 48,
			};
			isp_rig_draw(&rig, queued % 4, ISP_SCENE_MIX, queued);
			isp_rig_submit(&rig, queued % 4, next);
			queued++;
		}
		isp_rig_collect(&rig);
		tap_require(!isp_ref_apply(&rig.set, p[done % 4].data,
					   isp_params_bytes(&p[done % 4])), "apply");
		isp_rig_check(&rig, "moving window");
	}
	isp_rig_close(&rig);
}

/* Crop by selection on the source pad, for clients without a crop block. */
static void test_selection(const void *arg)
{
	const struct isp_rig_setup setup = { .depth = 10, .main_w = 120, .main_h = 90 };
	struct v4l2_subdev_selection sel = {
		.which = V4L2_SUBDEV_FORMAT_ACTIVE, .pad = ISP_PAD_MAIN, .target = V4L2_SEL_TGT_CROP,
		.r = { .left = 40, .top = 30, .width = 240, .height = 180 },
	};
	struct isp_dev *dev = isp_open(0);
	struct isp_params p;
	int ret;

	(void)arg;
	tap_require(dev, "open: %s", strerror(errno));
	isp_rig_open_on(&rig, dev, &setup);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	isp_rig_frame(&rig, ISP_SCENE_SMOOTH, 1, &p, "whole input");
	tap_require(!isp_stop(dev), "stop");
	ret = isp_ioctl(dev->subdev, VIDIOC_SUBDEV_S_SELECTION, &sel);
	tap_require(!ret, "selection: %s", strerror(-ret));
	tap_check(sel.r.left == 40 && sel.r.top == 30 && sel.r.width == 240 && sel.r.height == 180,
		  "selection became %d,%d %ux%u", sel.r.left, sel.r.top, sel.r.width, sel.r.height);
	ret = isp_setup(dev, rig.with, 1) ?: isp_start(dev, rig.with);
	tap_require(!ret, "start: %s", strerror(-ret));
	rig.sequence = 0;
	rig.time_us = 5000000;
	/* the reference knows windows from the crop block only */
	rig.set.crop_on = true;
	rig.set.crop.crop_en = SUNMAO_ISP_RK_CROP_MAIN;
	rig.set.crop.mp_crop = (struct sunmao_isp_window){ 40, 30, 240, 180 };
	isp_rig_frame(&rig, ISP_SCENE_SMOOTH, 2, &p, "selection");
	isp_rig_close(&rig);
}

/* ---- several at once ---- */

static void test_both_instances(const void *arg)
{
	static const char *const parents[] = { "fdcb0000.isp", "fdcc0000.isp" };
	static struct isp_rig rigs[2];
	unsigned int i, frame;

	(void)arg;
	for (i = 0; i < 2; i++) {
		const struct isp_rig_setup setup = {
			.width = i ? 128 : 160, .height = i ? 96 : 144, .order = i ? ISP_BGGR : ISP_RGGB,
			.stats = true,
		};
		struct isp_dev *dev = isp_open_at(parents[i], 0);

		tap_require(dev, "%s: %s", parents[i], strerror(errno));
		isp_rig_open_on(&rigs[i], dev, &setup);
	}
	for (frame = 0; frame < 40; frame++) {
		for (i = 0; i < 2; i++) {
			struct isp_params p;

			isp_params_random(&p, frame * 2 + i, rigs[i].dev->raw.width,
					  rigs[i].dev->raw.height);
			tap_require(!isp_ref_apply(&rigs[i].set, p.data, isp_params_bytes(&p)),
				    "apply");
			isp_rig_draw(&rigs[i], 0, ISP_SCENE_MIX, frame + i * 1000);
			isp_rig_submit(&rigs[i], 0, &p);
		}
		for (i = 0; i < 2; i++) {
			isp_rig_collect(&rigs[i]);
			isp_rig_check(&rigs[i], parents[i]);
		}
	}
	for (i = 0; i < 2; i++)
		isp_rig_close(&rigs[i]);
}

#define CONTEXTS	4
#define PICTURES	3

/*
 * All buffers of all contexts are queued at once. Each round looks once at every
 * context: when one has all its frames while another has none, the instance
 * served them one after the other.
 */
static void check_fair(struct isp_rig *rigs)
{
	unsigned int done[CONTEXTS] = { 0 }, c, i, total = 0, idle = 0;
	struct isp_done frame;

	for (i = 0; i < PICTURES; i++)
		for (c = 0; c < CONTEXTS; c++)
			isp_rig_submit(&rigs[c], i, NULL);
	while (total < CONTEXTS * PICTURES && idle < 100) {
		unsigned int before = total, most = 0, least = PICTURES;

		for (c = 0; c < CONTEXTS; c++) {
			struct isp_node *node = &rigs[c].dev->node[ISP_MAIN];
			bool wait = idle && done[c] < PICTURES;

			if (!isp_dequeue(node, &frame, wait ? 50 : 0)) {
				done[c]++;
				total++;
			}
			most = done[c] > most ? done[c] : most;
			least = done[c] < least ? done[c] : least;
		}
		tap_check(most < PICTURES || least, "a context has %u frames, another none", most);
		idle = total == before ? idle + 1 : 0;
	}
	tap_check(total == CONTEXTS * PICTURES, "%u frames of the last round are missing",
		  CONTEXTS * PICTURES - total);
}

/*
 * Four contexts on one instance, each with its own size, order, settings and
 * pictures. All references are made beforehand, so that the device never waits
 * for the test.
 */
static void test_contexts(const void *arg)
{
	static struct isp_rig rigs[CONTEXTS];
	static struct isp_image want[CONTEXTS][PICTURES];
	const unsigned int frames = *(const unsigned int *)arg;
	unsigned int c, i, frame;

	for (c = 0; c < CONTEXTS; c++) {
		const struct isp_rig_setup setup = {
			.width = 64 + 16 * c, .height = 48 + 16 * (c & 1), .buffers = PICTURES,
			.order = (enum isp_order)c, .main = V4L2_PIX_FMT_NV12,
		};
		struct isp_dev *dev = isp_open_at("fdcb0000.isp", c);
		struct isp_params p;

		tap_require(dev, "context %u: %s", c, strerror(errno));
		isp_rig_open_on(&rigs[c], dev, &setup);
		isp_params_init(&p);
		isp_add_csm(&p, (enum isp_encoding)(c % 3), c & 1);
		isp_add_bls(&p, (int)c * 60, 30, 40, 50);
		isp_add_gains(&p, 0x100 + 0x40 * c, 0x100, 0x1c0 - 0x40 * c);
		if (c & 1)
			isp_add_goc(&p, 1.5 + c, false);
		tap_require(!isp_ref_apply(&rigs[c].set, p.data, isp_params_bytes(&p)), "apply");
		for (i = 0; i < PICTURES; i++) {
			struct isp_ref_frame ref;
			struct isp_ref_raw raw;
			size_t sizes[ISP_PLANES];

			isp_rig_draw(&rigs[c], i, ISP_SCENE_MIX, c * 10 + i);
			isp_raw_at(&raw, dev, ISP_RAW0, i);
			isp_ref_develop(&ref, &rigs[c].set, &raw);
			want[c][i] = (struct isp_image){
				.fourcc = V4L2_PIX_FMT_NV12, .width = raw.width, .height = raw.height,
			};
			isp_image_layout(&want[c][i], sizes);
			want[c][i].plane[0] = malloc(sizes[0]);
			isp_ref_pack(&want[c][i], &ref.yuv);
			isp_ref_free(&ref);
		}
		for (i = 0; i < PICTURES; i++)
			isp_rig_submit(&rigs[c], i, i ? NULL : &p);
	}
	for (frame = 0; frame < frames; frame++) {
		for (c = 0; c < CONTEXTS; c++) {
			struct isp_image got;
			struct isp_diff d;

			isp_rig_collect(&rigs[c]);
			i = rigs[c].result.main.index;
			tap_check(i == frame % PICTURES, "context %u, frame %u: buffer %u", c, frame, i);
			isp_image(&got, &rigs[c].dev->node[ISP_MAIN], i);
			d = isp_image_compare(&want[c][i], &got, ISP_REF_TOLERANCE);
			tap_require(!d.over, "context %u, frame %u: %u samples off by up to %u", c,
				    frame, d.over, d.max);
			if (frame + PICTURES < frames)
				isp_rig_submit(&rigs[c], i, NULL);
		}
	}
	check_fair(rigs);
	for (c = 0; c < CONTEXTS; c++) {
		isp_rig_close(&rigs[c]);
		for (i = 0; i < PICTURES; i++)
			free(want[c][i].plane[0]);
	}
}

static int run(unsigned int frames)
{
	const struct isp_rig_setup setup = { .buffers = 4, .stats = true };
	unsigned int queued, done;
	struct isp_params p;

	isp_rig_open(&rig, &setup);
	isp_params_random(&p, 1, 320, 240);
	for (queued = 0; queued < 4 && queued < frames; queued++) {
		isp_rig_draw(&rig, queued, ISP_SCENE_MIX, queued);
		isp_rig_submit(&rig, queued, queued ? NULL : &p);
	}
	for (done = 0; done < frames; done++) {
		isp_rig_collect(&rig);
		if (queued++ < frames)
			isp_rig_submit(&rig, rig.result.main.index, NULL);
	}
	isp_rig_close(&rig);
	return 0;
}

static unsigned int run_frames;

static void test_run(const void *arg)
{
	(void)arg;
	run(run_frames);
}

#define F(name, fourcc)		{ "main path: " name, test_format,		\
				  &(const struct format_case){ fourcc, false }, 0 }
#define G(name, fourcc)		{ "self path: " name, test_format,		\
				  &(const struct format_case){ fourcc, true }, 0 }
#define S(name, ...)		{ "size: " name, test_size,			\
				  &(const struct size_case){ __VA_ARGS__ }, 0 }

static const struct changes in_order = { 300, 4 }, one_by_one = { 60, 1 };

static const struct tap_test tests[] = {
	{ "another setting every frame, 300 frames, four ahead", test_changes, &in_order, 600 },
	{ "another setting every frame, one at a time", test_changes, &one_by_one, 0 },
	{ "frames without parameters", test_sparse_parameters, NULL, 0 },
	F("UYVY", V4L2_PIX_FMT_UYVY), F("YUV422P", V4L2_PIX_FMT_YUV422P),
	F("NV16", V4L2_PIX_FMT_NV16), F("NV61", V4L2_PIX_FMT_NV61),
	F("NV16M", V4L2_PIX_FMT_NV16M), F("NV61M", V4L2_PIX_FMT_NV61M),
	F("YVU422M", V4L2_PIX_FMT_YVU422M), F("GREY", V4L2_PIX_FMT_GREY),
	F("NV21", V4L2_PIX_FMT_NV21), F("NV12", V4L2_PIX_FMT_NV12),
	F("NV21M", V4L2_PIX_FMT_NV21M), F("NV12M", V4L2_PIX_FMT_NV12M),
	F("YUV420", V4L2_PIX_FMT_YUV420), F("YVU420", V4L2_PIX_FMT_YVU420),
	G("UYVY", V4L2_PIX_FMT_UYVY), G("YUV422P", V4L2_PIX_FMT_YUV422P),
	G("NV16", V4L2_PIX_FMT_NV16), G("NV61", V4L2_PIX_FMT_NV61),
	G("NV16M", V4L2_PIX_FMT_NV16M), G("NV61M", V4L2_PIX_FMT_NV61M),
	G("YVU422M", V4L2_PIX_FMT_YVU422M), G("GREY", V4L2_PIX_FMT_GREY),
	G("NV21", V4L2_PIX_FMT_NV21), G("NV12", V4L2_PIX_FMT_NV12),
	G("NV21M", V4L2_PIX_FMT_NV21M), G("NV12M", V4L2_PIX_FMT_NV12M),
	G("YUV420", V4L2_PIX_FMT_YUV420), G("YVU420", V4L2_PIX_FMT_YVU420),
	G("XBGR32", V4L2_PIX_FMT_XBGR32), G("RGB565", V4L2_PIX_FMT_RGB565),
	{ "lines longer than the picture", test_long_lines, NULL, 0 },
	S("smallest", 32, 32, .self_w = 32, .self_h = 32, .scene = ISP_SCENE_MIX),
	S("34x50", 34, 50, .self_w = 34, .self_h = 50, .scene = ISP_SCENE_MIX),
	S("322x242", 322, 242, .self_w = 322, .self_h = 242, .scene = ISP_SCENE_MIX),
	S("wide", 1938, 38, .scene = ISP_SCENE_MIX),
	S("high", 38, 1502, .scene = ISP_SCENE_MIX),
	S("down to the smallest", 320, 240, 32, 32, 32, 32, ISP_SCENE_SMOOTH),
	S("up", 64, 48, 640, 480, 320, 240, ISP_SCENE_SMOOTH),
	S("one pixel pair less", 320, 240, 318, 238, 318, 240, ISP_SCENE_SMOOTH),
	S("odd output", 320, 240, 161, 121, 0, 0, ISP_SCENE_SMOOTH),
	{ "sizes outside the limits", test_size_limits, NULL, 0 },
	{ "crop and scale", test_crop_scale, NULL, 0 },
	{ "a crop window that moves", test_crop_moves, NULL, 0 },
	{ "crop by selection", test_selection, NULL, 0 },
	{ "both instances at once", test_both_instances, NULL, 0 },
};

/* of each context */
static const unsigned int many = 500;

static const struct tap_test contexts[] = {
	{ "four contexts, 500 frames each", test_contexts, &many, 600 },
};

static const struct tap_test largest[] = {
	{ "the largest picture", test_largest, NULL, 600 },
};

static const struct tap_test plain_run[] = {
	{ "frames", test_run, NULL, 600 },
};

int main(int argc, char **argv)
{
	const char *mode = argc > 1 && !strncmp(argv[1], "--", 2) ? argv[1] : "";
	const char *rest = argv[*mode ? 2 : 1];

	if (argc < 2)
		rest = NULL;
	if (!strcmp(mode, "--contexts"))
		return tap_main(contexts, ARRAY_SIZE(contexts), rest, isp_close_all);
	if (!strcmp(mode, "--largest"))
		return tap_main(largest, ARRAY_SIZE(largest), rest, isp_close_all);
	if (!strcmp(mode, "--run") && rest) {
		run_frames = (unsigned int)strtoul(rest, NULL, 10);
		return tap_main(plain_run, ARRAY_SIZE(plain_run), NULL, isp_close_all);
	}
	return tap_main(tests, ARRAY_SIZE(tests), rest, isp_close_all);
}
