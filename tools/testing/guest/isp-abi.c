// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conformance with what libcamera's rkisp2 handler needs: one test for each row of
 * the list (hardware notes, ISP user ABI 10.2), and a client that goes through the
 * handler's steps in its order and in others (ISP user ABI 6).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/media-bus-format.h>

#include "isp_rig.h"
#include "tap.h"

#define DRIVER		"rkisp2"
#define REVISION	30u

static struct isp_rig rig;

static const uint32_t main_formats[] = {
	V4L2_PIX_FMT_UYVY, V4L2_PIX_FMT_YUV422P, V4L2_PIX_FMT_NV16, V4L2_PIX_FMT_NV61,
	V4L2_PIX_FMT_NV16M, V4L2_PIX_FMT_NV61M, V4L2_PIX_FMT_YVU422M, V4L2_PIX_FMT_GREY,
	V4L2_PIX_FMT_NV21, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_NV21M, V4L2_PIX_FMT_NV12M,
	V4L2_PIX_FMT_YUV420, V4L2_PIX_FMT_YVU420,
};

static const uint32_t self_only[] = { V4L2_PIX_FMT_XBGR32, V4L2_PIX_FMT_RGB565 };

static struct isp_dev *need(void)
{
	struct isp_dev *dev = isp_open(0);

	tap_require(dev, "open: %s", strerror(errno));
	return dev;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- row 1 ---- */

static void check_pad(const struct media_v2_pad *pad, unsigned int index)
{
	static const bool source[ISP_PADS] = {
		[ISP_PAD_MAIN] = true, [ISP_PAD_SELF] = true, [ISP_PAD_STATS] = true,
	};

	tap_check(index < ISP_PADS &&
		  !(pad->flags & MEDIA_PAD_FL_SOURCE) == !source[index] &&
		  !(pad->flags & MEDIA_PAD_FL_SINK) == source[index],
		  "pad %u has flags %x", index, pad->flags);
}

struct graph {
	struct media_v2_entity entities[16];
	struct media_v2_pad pads[32];
	struct media_v2_link links[64];
	struct media_v2_topology t;
};

static uint32_t pad_id(const struct graph *g, const char *name, unsigned int index)
{
	unsigned int i, k;

	for (i = 0; i < g->t.num_entities; i++) {
		if (strcmp(g->entities[i].name, name))
			continue;
		for (k = 0; k < g->t.num_pads; k++)
			if (g->pads[k].entity_id == g->entities[i].id && g->pads[k].index == index)
				return g->pads[k].id;
	}
	return 0;
}

static void check_link(const struct graph *g, const char *from, unsigned int from_pad,
		       const char *to, unsigned int to_pad, uint32_t flags)
{
	uint32_t a = pad_id(g, from, from_pad), b = pad_id(g, to, to_pad);
	unsigned int i;

	for (i = 0; i < g->t.num_links; i++)
		if (a && b && g->links[i].source_id == a && g->links[i].sink_id == b)
			break;
	tap_check(i < g->t.num_links, "no link from %s:%u to %s:%u", from, from_pad, to, to_pad);
	if (i < g->t.num_links)
		tap_check((g->links[i].flags & 7) == flags, "link from %s:%u to %s:%u has flags %x",
			  from, from_pad, to, to_pad, g->links[i].flags);
}

static void test_identity(const void *arg)
{
	static const uint32_t fixed = MEDIA_LNK_FL_ENABLED | MEDIA_LNK_FL_IMMUTABLE;
	struct media_device_info info = { 0 };
	struct isp_dev *dev = need();
	char path[160], target[256] = "";
	static struct graph g;
	unsigned int i, isp = 0;
	ssize_t n;
	int ret;

	(void)arg;
	ret = isp_ioctl(dev->media, MEDIA_IOC_DEVICE_INFO, &info);
	tap_require(!ret, "device info: %s", strerror(-ret));
	tap_check(!strcmp(info.driver, DRIVER), "driver %s", info.driver);
	tap_check(!strcmp(info.model, DRIVER), "model %s", info.model);
	tap_check(!strcmp(info.bus_info, "platform:" DRIVER), "bus %s", info.bus_info);
	tap_check(info.hw_revision == REVISION, "hardware revision %u", info.hw_revision);

	memset(&g, 0, sizeof(g));
	g.t.ptr_entities = (uintptr_t)g.entities;
	g.t.ptr_pads = (uintptr_t)g.pads;
	g.t.ptr_links = (uintptr_t)g.links;
	g.t.num_entities = ARRAY_SIZE(g.entities);
	g.t.num_pads = ARRAY_SIZE(g.pads);
	g.t.num_links = ARRAY_SIZE(g.links);
	ret = isp_ioctl(dev->media, MEDIA_IOC_G_TOPOLOGY, &g.t);
	tap_require(!ret, "topology: %s", strerror(-ret));
	tap_check(g.t.num_entities == ISP_NODES + 1, "%u entities", g.t.num_entities);
	for (i = 0; i < g.t.num_entities; i++) {
		if (strcmp(g.entities[i].name, "rkisp2_isp"))
			continue;
		isp = g.entities[i].id;
		tap_check(g.entities[i].function == MEDIA_ENT_F_PROC_VIDEO_PIXEL_FORMATTER,
			  "function %x", g.entities[i].function);
	}
	for (i = 0; i < g.t.num_pads; i++)
		if (g.pads[i].entity_id == isp)
			check_pad(&g.pads[i], g.pads[i].index);
	tap_check(pad_id(&g, "rkisp2_isp", ISP_PADS - 1), "less than %u pads", ISP_PADS);
	check_link(&g, "rkisp2_rawrd0", 0, "rkisp2_isp", ISP_PAD_RAW0, MEDIA_LNK_FL_ENABLED);
	check_link(&g, "rkisp2_rawrd1", 0, "rkisp2_isp", ISP_PAD_RAW1, 0);
	check_link(&g, "rkisp2_rawrd2", 0, "rkisp2_isp", ISP_PAD_RAW2, 0);
	check_link(&g, "rkisp2_params", 0, "rkisp2_isp", ISP_PAD_PARAMS, fixed);
	check_link(&g, "rkisp2_isp", ISP_PAD_MAIN, "rkisp2_mainpath", 0, fixed);
	check_link(&g, "rkisp2_isp", ISP_PAD_SELF, "rkisp2_selfpath", 0, fixed);
	check_link(&g, "rkisp2_isp", ISP_PAD_STATS, "rkisp2_stats", 0, fixed);

	snprintf(path, sizeof(path), "/sys/bus/platform/devices/%s/driver", dev->parent);
	n = readlink(path, target, sizeof(target) - 1);
	tap_check(n > 0 && strstr(target, "/sunmao-isp"), "bound by %s", target);
	isp_close(dev);
}

/* ---- row 2 ---- */

static bool listed(int fd, uint32_t type, uint32_t code, const uint32_t *want, unsigned int count,
		   const char *what)
{
	unsigned int i;

	for (i = 0;; i++) {
		struct v4l2_fmtdesc d = { .index = i, .type = type, .mbus_code = code };
		int ret = isp_ioctl(fd, VIDIOC_ENUM_FMT, &d);

		if (ret == -EINVAL)
			break;
		tap_require(!ret, "%s: list formats: %s", what, strerror(-ret));
		tap_check(d.description[0], "%s: format %u has no description", what, i);
		if (i < count)
			tap_check(d.pixelformat == want[i], "%s: format %u is %.4s", what, i,
				  (const char *)&d.pixelformat);
	}
	return i >= count;
}

static void check_caps(struct isp_dev *dev, enum isp_node_id id, uint32_t caps)
{
	struct v4l2_capability c = { 0 };
	int ret = isp_ioctl(dev->node[id].fd, VIDIOC_QUERYCAP, &c);

	tap_require(!ret, "querycap: %s", strerror(-ret));
	caps |= V4L2_CAP_STREAMING;
	if (id != ISP_PARAMS && id != ISP_STATS)
		caps |= V4L2_CAP_IO_MC;
	tap_check((c.device_caps & caps) == caps, "%s: capabilities %x", isp_node_names[id],
		  c.device_caps);
	tap_check(!strcmp((char *)c.driver, DRIVER), "%s: driver %s", isp_node_names[id], c.driver);
	tap_check(!strncmp((char *)c.bus_info, "platform:", 9), "%s: bus %s", isp_node_names[id],
		  c.bus_info);
}

static void test_nodes(const void *arg)
{
	static const uint32_t raw[] = {
		V4L2_PIX_FMT_SRGGB8, V4L2_PIX_FMT_SBGGR8, V4L2_PIX_FMT_SGRBG8, V4L2_PIX_FMT_SGBRG8,
		V4L2_PIX_FMT_SRGGB10, V4L2_PIX_FMT_SBGGR10, V4L2_PIX_FMT_SGRBG10,
		V4L2_PIX_FMT_SGBRG10, V4L2_PIX_FMT_SRGGB12, V4L2_PIX_FMT_SBGGR12,
		V4L2_PIX_FMT_SGRBG12, V4L2_PIX_FMT_SGBRG12,
	};
	static const uint32_t params = V4L2_META_FMT_SUNMAO_RK2P, stats = V4L2_META_FMT_SUNMAO_RK2S;
	struct isp_dev *dev = need();
	unsigned int i, k;
	int ret;

	(void)arg;
	check_caps(dev, ISP_MAIN, V4L2_CAP_VIDEO_CAPTURE_MPLANE);
	check_caps(dev, ISP_SELF, V4L2_CAP_VIDEO_CAPTURE_MPLANE);
	for (i = ISP_RAW0; i <= ISP_RAW2; i++)
		check_caps(dev, (enum isp_node_id)i, V4L2_CAP_VIDEO_OUTPUT_MPLANE);
	check_caps(dev, ISP_PARAMS, V4L2_CAP_META_OUTPUT);
	check_caps(dev, ISP_STATS, V4L2_CAP_META_CAPTURE);

	tap_check(listed(dev->node[ISP_MAIN].fd, dev->node[ISP_MAIN].type, 0, main_formats,
			 ARRAY_SIZE(main_formats), "main path"), "main path lists too few");
	tap_check(listed(dev->node[ISP_MAIN].fd, dev->node[ISP_MAIN].type,
			 MEDIA_BUS_FMT_YUYV8_2X8, main_formats, 1, "main path, by code"), "by code");
	tap_check(listed(dev->node[ISP_SELF].fd, dev->node[ISP_SELF].type, 0, main_formats, 8,
			 "self path"), "self path lists too few");
	for (i = 0; i < ARRAY_SIZE(self_only); i++) {
		struct v4l2_format f = { .type = dev->node[ISP_SELF].type };

		f.fmt.pix_mp.width = f.fmt.pix_mp.height = 64;
		f.fmt.pix_mp.pixelformat = self_only[i];
		ret = isp_ioctl(dev->node[ISP_SELF].fd, VIDIOC_TRY_FMT, &f);
		tap_check(!ret && f.fmt.pix_mp.pixelformat == self_only[i], "self path RGB %u", i);
		ret = isp_ioctl(dev->node[ISP_MAIN].fd, VIDIOC_TRY_FMT, &f);
		tap_check(!ret && f.fmt.pix_mp.pixelformat == V4L2_PIX_FMT_UYVY, "main path RGB %u", i);
	}
	for (i = 0; i < ARRAY_SIZE(raw); i++) {
		bool found = false;

		for (k = 0; k < 32 && !found; k++) {
			struct v4l2_fmtdesc d = { .index = k, .type = dev->node[ISP_RAW0].type };

			if (isp_ioctl(dev->node[ISP_RAW0].fd, VIDIOC_ENUM_FMT, &d))
				break;
			found = d.pixelformat == raw[i];
		}
		tap_check(found, "raw format %.4s is not listed", (const char *)&raw[i]);
	}
	for (i = 0; i < 2; i++) {
		const uint32_t code = i ? MEDIA_BUS_FMT_METADATA_FIXED : 0;

		tap_check(listed(dev->node[ISP_PARAMS].fd, dev->node[ISP_PARAMS].type, code, &params,
				 1, "parameters"), "parameters");
		tap_check(listed(dev->node[ISP_STATS].fd, dev->node[ISP_STATS].type, code, &stats,
				 1, "statistics"), "statistics");
	}

	/* of a module that was just loaded */
	tap_check(dev->node[ISP_MAIN].fmt.fmt.pix_mp.width == 800 &&
		  dev->node[ISP_MAIN].fmt.fmt.pix_mp.height == 600 &&
		  dev->node[ISP_MAIN].fmt.fmt.pix_mp.pixelformat == V4L2_PIX_FMT_UYVY,
		  "default of the main path");
	tap_check(dev->node[ISP_RAW0].fmt.fmt.pix_mp.width == 1920 &&
		  dev->node[ISP_RAW0].fmt.fmt.pix_mp.height == 1080 &&
		  dev->node[ISP_RAW0].fmt.fmt.pix_mp.pixelformat == V4L2_PIX_FMT_SRGGB8,
		  "default of the raw input");
	tap_check(dev->node[ISP_PARAMS].fmt.fmt.meta.dataformat == params &&
		  dev->node[ISP_PARAMS].fmt.fmt.meta.buffersize == 6216, "default of parameters");
	tap_check(dev->node[ISP_STATS].fmt.fmt.meta.dataformat == stats &&
		  dev->node[ISP_STATS].fmt.fmt.meta.buffersize == 7488, "default of statistics");
	isp_close(dev);
}

/* No fourcc as libcamera's validate() sends it, and no rounding of sizes. */
static void test_formats(const void *arg)
{
	static const unsigned int sizes[][2] = {
		{ 32, 32 }, { 34, 36 }, { 322, 242 }, { 1922, 1082 }, { 4416, 3312 },
	};
	struct isp_dev *dev = need();
	unsigned int i, k;
	int ret;

	(void)arg;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct v4l2_format f = { .type = dev->node[ISP_MAIN].type };

		f.fmt.pix_mp.width = sizes[i][0];
		f.fmt.pix_mp.height = sizes[i][1];
		ret = isp_ioctl(dev->node[ISP_MAIN].fd, VIDIOC_TRY_FMT, &f);
		tap_check(!ret, "try without a format: %s", strerror(-ret));
		tap_check(f.fmt.pix_mp.pixelformat == V4L2_PIX_FMT_UYVY, "another default");
		for (k = 0; k < ARRAY_SIZE(main_formats); k++) {
			memset(&f, 0, sizeof(f));
			f.type = dev->node[ISP_MAIN].type;
			f.fmt.pix_mp.width = sizes[i][0];
			f.fmt.pix_mp.height = sizes[i][1];
			f.fmt.pix_mp.pixelformat = main_formats[k];
			ret = isp_ioctl(dev->node[ISP_MAIN].fd, VIDIOC_S_FMT, &f);
			tap_check(!ret && f.fmt.pix_mp.width == sizes[i][0] &&
				  f.fmt.pix_mp.height == sizes[i][1] &&
				  f.fmt.pix_mp.pixelformat == main_formats[k],
				  "%.4s %ux%u became %.4s %ux%u", (const char *)&main_formats[k],
				  sizes[i][0], sizes[i][1], (const char *)&f.fmt.pix_mp.pixelformat,
				  f.fmt.pix_mp.width, f.fmt.pix_mp.height);
		}
	}
	for (i = 0;; i++) {
		struct v4l2_frmsizeenum e = { .index = i, .pixel_format = V4L2_PIX_FMT_NV12 };

		ret = isp_ioctl(dev->node[ISP_MAIN].fd, VIDIOC_ENUM_FRAMESIZES, &e);
		if (i == 1 && ret == -EINVAL)
			break;
		tap_require(!ret && !i, "frame sizes: %s", strerror(-ret));
		tap_check(e.type == V4L2_FRMSIZE_TYPE_STEPWISE && e.stepwise.min_width == 32 &&
			  e.stepwise.max_width >= 4416 && e.stepwise.max_height >= 3312 &&
			  e.stepwise.step_width == 2 && e.stepwise.step_height == 2,
			  "sizes %u to %ux%u in steps of %u", e.stepwise.min_width,
			  e.stepwise.max_width, e.stepwise.max_height, e.stepwise.step_width);
	}
	isp_close(dev);
}

/* ---- row 3 ---- */

static void test_pad_codes(const void *arg)
{
	static const struct {
		uint32_t code, fourcc;
	} c[] = {
		{ MEDIA_BUS_FMT_YUYV8_2X8, V4L2_PIX_FMT_UYVY },
		{ MEDIA_BUS_FMT_YUYV8_2X8, V4L2_PIX_FMT_NV12 },
		{ MEDIA_BUS_FMT_YUYV8_1_5X8, V4L2_PIX_FMT_YUV420 },
		{ MEDIA_BUS_FMT_YUYV8_1_5X8, V4L2_PIX_FMT_NV16 },
		{ MEDIA_BUS_FMT_YUYV8_1_5X8, V4L2_PIX_FMT_YVU420 },
	};
	struct isp_dev *dev = need();
	unsigned int i;
	int ret;

	(void)arg;
	ret = isp_set_raw(dev, 128, 96, 10, ISP_RGGB);
	tap_require(!ret, "raw: %s", strerror(-ret));
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		struct v4l2_mbus_framefmt got;
		struct isp_result r;

		ret = isp_set_path(dev, ISP_MAIN, c[i].fourcc, 128, 96);
		tap_require(!ret, "case %u: %s", i, strerror(-ret));
		ret = isp_pad_format(dev, ISP_PAD_MAIN, c[i].code, 128, 96, &got);
		tap_check(!ret && got.code == c[i].code && got.width == 128 && got.height == 96,
			  "case %u: code %x became %x", i, c[i].code, got.code);
		ret = isp_setup(dev, ISP_WITH_MAIN, 1) ?: isp_start(dev, ISP_WITH_MAIN);
		tap_check(!ret, "case %u: start: %s", i, strerror(-ret));
		if (!ret)
			ret = isp_submit(dev, ISP_WITH_MAIN, 0, NULL, 0, 1) ?:
				isp_collect(dev, ISP_WITH_MAIN, &r);
		tap_check(!ret && !r.main.error, "case %u: frame: %s", i, strerror(-ret));
		tap_check(!isp_stop(dev), "stop");
	}
	isp_close(dev);
}

static void test_colour_fields(const void *arg)
{
	struct v4l2_subdev_format f = {
		.which = V4L2_SUBDEV_FORMAT_ACTIVE, .pad = ISP_PAD_MAIN,
		.format = {
			.width = 128, .height = 96, .code = MEDIA_BUS_FMT_YUYV8_2X8,
			.field = V4L2_FIELD_NONE, .colorspace = V4L2_COLORSPACE_REC709,
			.xfer_func = V4L2_XFER_FUNC_709, .ycbcr_enc = V4L2_YCBCR_ENC_709,
			.quantization = V4L2_QUANTIZATION_FULL_RANGE,
			.flags = V4L2_MBUS_FRAMEFMT_SET_CSC,
		},
	};
	struct isp_dev *dev = need();
	int ret;

	(void)arg;
	ret = isp_set_raw(dev, 128, 96, 10, ISP_RGGB);
	tap_require(!ret, "raw: %s", strerror(-ret));
	ret = isp_ioctl(dev->subdev, VIDIOC_SUBDEV_S_FMT, &f);
	tap_require(!ret, "set format: %s", strerror(-ret));
	tap_check(f.format.quantization == V4L2_QUANTIZATION_FULL_RANGE &&
		  f.format.ycbcr_enc == V4L2_YCBCR_ENC_709 &&
		  f.format.colorspace == V4L2_COLORSPACE_REC709 &&
		  f.format.xfer_func == V4L2_XFER_FUNC_709, "colour fields were not taken");
	tap_check(f.format.flags & V4L2_MBUS_FRAMEFMT_SET_CSC, "the flag is gone");
	isp_close(dev);
}

/* The self path is linked for ever; at its defaults it must not stand in the way. */
static void test_unused_self_path(const void *arg)
{
	struct isp_dev *dev = need();
	struct isp_result r;
	int ret;

	(void)arg;
	ret = isp_set_raw(dev, 800, 600, 8, ISP_RGGB);
	tap_require(!ret, "raw: %s", strerror(-ret));
	ret = isp_setup(dev, ISP_WITH_MAIN, 1) ?: isp_start(dev, ISP_WITH_MAIN) ?:
		isp_submit(dev, ISP_WITH_MAIN, 0, NULL, 0, 1) ?: isp_collect(dev, ISP_WITH_MAIN, &r);
	tap_check(!ret, "defaults: %s", strerror(-ret));
	tap_check(!isp_stop(dev), "stop");
	ret = isp_set_path(dev, ISP_MAIN, V4L2_PIX_FMT_NV12, 400, 300) ?:
		isp_setup(dev, ISP_WITH_MAIN, 1) ?: isp_start(dev, ISP_WITH_MAIN) ?:
		isp_submit(dev, ISP_WITH_MAIN, 0, NULL, 0, 1) ?: isp_collect(dev, ISP_WITH_MAIN, &r);
	tap_check(!ret, "another size: %s", strerror(-ret));
	isp_close(dev);
}

/* ---- row 4: blocks as libcamera's IPA fills them (ISP user ABI 3.4) ---- */

static void ipa_blocks(struct isp_params *p, unsigned int w, unsigned int h, unsigned int frame)
{
	static const int matrix[3][3] = { { 180, -40, -12 }, { -30, 170, -12 }, { -4, -60, 192 } };
	struct sunmao_isp_rk_awb_meas *meas;
	struct sunmao_isp_rk_hist_big *hist;
	struct sunmao_isp_rk_ae_lite *ae;

	isp_params_init(p);
	if (!frame)
		isp_add_csm(p, ISP_BT601, true);
	if (frame < 2) {
		isp_add_bls(p, 256, 256, 256, 256);
		ae = isp_add(p, sunmao_isp_rk_ae_lite, SUNMAO_ISP_RK_PARAMS_AE_LITE);
		ae->window_num = 1;
		ae->meas_window.h_size = (uint16_t)(w / 5);
		ae->meas_window.v_size = (uint16_t)(h / 5 - 2);
		hist = isp_add(p, sunmao_isp_rk_hist_big, SUNMAO_ISP_RK_PARAMS_HIST_BIG0);
		hist->data_sel = 2;
		hist->mode = SUNMAO_ISP_HIST_Y;
		hist->coeffs = (struct sunmao_isp_hist_coeffs){ 0x21, 0x20, 0x0d };
		hist->meas_window.h_size = (uint16_t)(w / 15);
		hist->meas_window.v_size = (uint16_t)(h / 15 - 2);
		memset(hist->weights, 0x20, sizeof(hist->weights));
		isp_params_add(p, SUNMAO_ISP_RK_PARAMS_HIST_LITE,
			       sizeof(struct sunmao_isp_rk_hist_lite), SUNMAO_ISP_BLOCK_FL_DISABLE);
	}
	/* sets 1 and 2 stay zero */
	isp_add_gains(p, 0x1a0 + frame % 16, 0x100, 0x1d0 - frame % 16);
	meas = isp_add(p, sunmao_isp_rk_awb_meas, SUNMAO_ISP_RK_PARAMS_AWB_MEAS);
	meas->meas_window.h_size = (uint16_t)(w / 15);
	meas->meas_window.v_size = (uint16_t)(h / 15);
	meas->limits[1] = (struct sunmao_isp_awb_limit){ 255, 255, 255, 255 };
	memset(meas->weights, 0x20, sizeof(meas->weights));
	isp_add_ccm(p, matrix, 0);
	isp_add_goc(p, 2.2, false);
}

static void test_blocks(const void *arg)
{
	static const struct isp_rig_setup setup = { .stats = true };
	struct sunmao_isp_rk_crop *crop;
	struct isp_params p;
	unsigned int i;

	(void)arg;
	isp_rig_open(&rig, &setup);
	for (i = 0; i < 4; i++) {
		ipa_blocks(&p, 320, 240, i);
		if (i == 1)
			isp_add_lsc_bowl(&p, 320, 240, 500);
		if (i == 2) {
			/* switched off with the whole block, as the IPA does */
			isp_params_add(&p, SUNMAO_ISP_RK_PARAMS_LSC,
				       sizeof(struct sunmao_isp_rk_lsc),
				       SUNMAO_ISP_BLOCK_FL_DISABLE);
			crop = isp_add(&p, sunmao_isp_rk_crop, SUNMAO_ISP_RK_PARAMS_CROP);
			crop->crop_en = SUNMAO_ISP_RK_CROP_MAIN;
			crop->mp_crop = (struct sunmao_isp_window){ 0, 0, 320, 240 };
		}
		isp_rig_draw(&rig, 0, ISP_SCENE_CHART, i);
		tap_require(!isp_ref_apply(&rig.set, p.data, isp_params_bytes(&p)), "apply");
		isp_rig_submit(&rig, 0, &p);
		isp_rig_collect(&rig);
	}
	/* all of them off by header only, then nothing flagged */
	isp_params_init(&p);
	for (i = 0; i < SUNMAO_ISP_RK_PARAMS_MAX; i++)
		isp_params_off(&p, i);
	isp_rig_frame(&rig, ISP_SCENE_CHART, 9, &p, "all off");
	isp_params_init(&p);
	isp_params_add(&p, SUNMAO_ISP_RK_PARAMS_BLS, sizeof(struct sunmao_isp_rk_bls), 0);
	isp_params_add(&p, SUNMAO_ISP_RK_PARAMS_CCM, sizeof(struct sunmao_isp_rk_ccm), 0);
	isp_rig_frame(&rig, ISP_SCENE_CHART, 10, &p, "no flags");
	/* version 0 means the same */
	isp_params_init(&p);
	((struct sunmao_isp_buffer *)p.data)->version = SUNMAO_ISP_VERSION_V0;
	isp_add_csm(&p, ISP_BT709, true);
	isp_rig_frame(&rig, ISP_SCENE_CHART, 11, &p, "version 0");
	isp_rig_close(&rig);
}

static void test_all_blocks(const void *arg)
{
	static const struct isp_rig_setup setup = { .stats = true };
	struct sunmao_isp_rk_hist_lite *lite;
	struct sunmao_isp_rk_crop *crop;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &setup);
	isp_params_random(&p, 17, 320, 240);
	isp_params_init(&p);
	isp_add_bls(&p, 10, 20, 30, 40);
	isp_add_gains(&p, 0x140, 0x100, 0x160);
	isp_add_csm(&p, ISP_BT601, true);
	isp_add_ccm(&p, (const int[3][3]){ { 150, -20, -2 }, { 0, 128, 0 }, { -10, -20, 158 } }, 5);
	isp_add_goc(&p, 1.8, true);
	isp_add_lsc_bowl(&p, 320, 240, 300);
	crop = isp_add(&p, sunmao_isp_rk_crop, SUNMAO_ISP_RK_PARAMS_CROP);
	crop->crop_en = SUNMAO_ISP_RK_CROP_MAIN;
	crop->mp_crop = (struct sunmao_isp_window){ 0, 0, 320, 240 };
	isp_add_ae(&p, 320, 240);
	lite = isp_add(&p, sunmao_isp_rk_hist_lite, SUNMAO_ISP_RK_PARAMS_HIST_LITE);
	lite->mode = SUNMAO_ISP_HIST_R;
	lite->meas_window = (struct sunmao_isp_window){ 0, 0, 60, 40 };
	memset(lite->weights, 0x20, sizeof(lite->weights));
	isp_add_hist(&p, 0, 320, 240);
	isp_add_hist(&p, 1, 320, 240);
	isp_add_hist(&p, 2, 320, 240);
	isp_add_awb_meas(&p, 320, 240);
	tap_check(isp_params_bytes(&p) == 6216, "all blocks are %zu bytes", isp_params_bytes(&p));
	isp_rig_frame(&rig, ISP_SCENE_MIX, 3, &p, "all 13 blocks");
	isp_rig_close(&rig);
}

/* ---- row 5 ---- */

static void test_own_formats(const void *arg)
{
	static const uint32_t params[] = { V4L2_META_FMT_SUNMAO_RK2P,
					   V4L2_META_FMT_SUNMAO_ISP_PARAMS };
	static const uint32_t stats[] = { V4L2_META_FMT_SUNMAO_RK2S,
					  V4L2_META_FMT_SUNMAO_ISP_STATS };
	struct isp_dev *dev = need();
	struct sunmao_isp_params_cproc *cproc;
	struct isp_params p;
	int ret;

	(void)arg;
	tap_check(listed(dev->node[ISP_PARAMS].fd, dev->node[ISP_PARAMS].type, 0, params, 2,
			 "parameters"), "no second parameter format");
	tap_check(listed(dev->node[ISP_STATS].fd, dev->node[ISP_STATS].type, 0, stats, 2,
			 "statistics"), "no second statistics format");
	isp_params_init(&p);
	cproc = isp_add(&p, sunmao_isp_params_cproc, SUNMAO_ISP_PARAMS_CPROC);
	cproc->contrast = cproc->saturation = 0x80;
	ret = isp_set_meta(dev, false) ?: isp_alloc(&dev->node[ISP_PARAMS], 1);
	tap_require(!ret, "parameters: %s", strerror(-ret));
	ret = isp_queue_params(&dev->node[ISP_PARAMS], 0, p.data, isp_params_bytes(&p));
	tap_check(ret == -EINVAL, "own block in the first format: %s", strerror(-ret));
	tap_check(!isp_free(&dev->node[ISP_PARAMS]), "free");
	ret = isp_set_meta(dev, true) ?: isp_alloc(&dev->node[ISP_PARAMS], 1);
	tap_require(!ret, "own parameters: %s", strerror(-ret));
	tap_check(dev->node[ISP_PARAMS].fmt.fmt.meta.buffersize == SUNMAO_ISP_PARAMS_MAX_SIZE + 8,
		  "own parameters have %u bytes", dev->node[ISP_PARAMS].fmt.fmt.meta.buffersize);
	tap_check(dev->node[ISP_STATS].fmt.fmt.meta.buffersize == SUNMAO_ISP_STATS_MAX_SIZE + 8,
		  "own statistics have %u bytes", dev->node[ISP_STATS].fmt.fmt.meta.buffersize);
	ret = isp_queue_params(&dev->node[ISP_PARAMS], 0, p.data, isp_params_bytes(&p));
	tap_check(!ret, "own block in the own format: %s", strerror(-ret));
	tap_check(!isp_free(&dev->node[ISP_PARAMS]), "free");
	tap_check(!isp_set_meta(dev, false), "back");
	isp_close(dev);
}

/* ---- row 6 and 7 ---- */

static void test_params_per_frame(const void *arg)
{
	static const struct isp_rig_setup setup = { .width = 128, .height = 96, .buffers = 4 };
	struct isp_params p;
	struct isp_done done;
	unsigned int i;
	int ret;

	(void)arg;
	isp_rig_open(&rig, &setup);
	/* parameters alone do nothing, and wait */
	for (i = 0; i < 4; i++) {
		isp_params_init(&p);
		isp_add_csm(&p, ISP_BT601, true);
		isp_add_gains(&p, 0x100 + 0x20 * i, 0x100, 0x100);
		ret = isp_queue_params(&rig.dev->node[ISP_PARAMS], i, p.data, isp_params_bytes(&p));
		tap_require(!ret, "queue: %s", strerror(-ret));
	}
	ret = isp_dequeue(&rig.dev->node[ISP_PARAMS], &done, 0);
	tap_check(ret == -ETIMEDOUT, "parameters came back without a frame");
	rig.with &= ~ISP_WITH_PARAMS;
	for (i = 0; i < 4; i++) {
		isp_rig_draw(&rig, i, ISP_SCENE_CHART, i);
		isp_rig_submit(&rig, i, NULL);
		tap_require(!isp_collect(rig.dev, rig.with, &rig.result), "frame %u", i);
		rig.sequence++;
		ret = isp_dequeue(&rig.dev->node[ISP_PARAMS], &done, ISP_WAIT_MS);
		tap_require(!ret, "parameters of frame %u: %s", i, strerror(-ret));
		tap_check(done.index == i && done.sequence == i, "buffer %u with number %u, not %u",
			  done.index, done.sequence, i);
		ret = isp_dequeue(&rig.dev->node[ISP_PARAMS], &done, 0);
		tap_check(ret == -ETIMEDOUT, "two parameter buffers for frame %u", i);
		isp_params_init(&p);
		isp_add_csm(&p, ISP_BT601, true);
		isp_add_gains(&p, 0x100 + 0x20 * i, 0x100, 0x100);
		isp_ref_apply(&rig.set, p.data, isp_params_bytes(&p));
		isp_rig_check(&rig, "oldest parameters first");
	}
	isp_rig_close(&rig);
}

static void walk_stats(const void *buffer, size_t bytes)
{
	const struct sunmao_isp_buffer *head = buffer;
	size_t at = 0;

	tap_check(head->version == SUNMAO_ISP_VERSION_V1, "version %u", head->version);
	tap_require(bytes >= 8 && head->data_size <= bytes - 8, "%u bytes of blocks in %zu",
		    head->data_size, bytes);
	while (at < head->data_size) {
		const struct sunmao_isp_block_header *b = (const void *)(head->data + at);

		/* libcamera's older reader never leaves an empty block */
		tap_require(b->size >= 8 && b->size <= head->data_size - at, "block %u of %u bytes",
			    b->type, b->size);
		tap_check(!(b->size & 7) && !b->flags, "block %u: size %u, flags %u", b->type, b->size,
			  b->flags);
		at += b->size;
	}
}

static void test_stats_per_frame(const void *arg)
{
	static const struct isp_rig_setup setup = { .stats = true };
	struct isp_params p;
	unsigned int i;

	(void)arg;
	isp_rig_open(&rig, &setup);
	for (i = 0; i < 6; i++) {
		const struct sunmao_isp_rk_stats_ae_lite *ae;
		const struct sunmao_isp_rk_stats_hist *hist;
		const struct sunmao_isp_rk_stats_awb *awb;

		isp_params_init(&p);
		if (i == 2)
			ipa_blocks(&p, 320, 240, 0);
		if (i == 4) {
			isp_params_off(&p, SUNMAO_ISP_RK_PARAMS_AE_LITE);
			isp_params_off(&p, SUNMAO_ISP_RK_PARAMS_AWB_MEAS);
			isp_params_off(&p, SUNMAO_ISP_RK_PARAMS_HIST_BIG0);
		}
		isp_rig_draw(&rig, 0, ISP_SCENE_CHART, i);
		isp_rig_submit(&rig, 0, &p);
		isp_rig_collect(&rig);
		walk_stats(rig.dev->node[ISP_STATS].buf[0].map[0], rig.result.stats.bytes[0]);
		ae = isp_rig_stats(&rig, sunmao_isp_rk_stats_ae_lite, SUNMAO_ISP_RK_STATS_AE_LITE);
		hist = isp_rig_stats(&rig, sunmao_isp_rk_stats_hist, SUNMAO_ISP_RK_STATS_HIST_BIG0);
		awb = isp_rig_stats(&rig, sunmao_isp_rk_stats_awb, SUNMAO_ISP_RK_STATS_AWB);
		tap_require(ae && hist && awb, "frame %u: a block is missing", i);
		tap_check(ae->done == (i == 2 || i == 3) && hist->done == ae->done &&
			  awb->done == ae->done, "frame %u: done is %u %u %u", i, ae->done,
			  hist->done, awb->done);
		tap_check(i < 2 || ae->exp_mean_g[12], "frame %u: the values before are gone", i);
	}
	isp_rig_close(&rig);
}

/* ---- row 8 ---- */

static void test_frame_sync(const void *arg)
{
	static const struct isp_rig_setup setup = { .width = 128, .height = 96 };
	uint32_t sequence;
	unsigned int i, round;
	int ret;

	(void)arg;
	for (round = 0; round < 2; round++) {
		isp_rig_open(&rig, &setup);
		ret = isp_subscribe_sync(rig.dev, true);
		tap_require(!ret, "subscribe: %s", strerror(-ret));
		for (i = 0; i < 5; i++) {
			isp_rig_submit(&rig, 0, NULL);
			isp_rig_collect(&rig);
			/* the picture is there, so the event must have been */
			ret = isp_next_sync(rig.dev, &sequence, 0);
			tap_check(!ret && sequence == i, "frame %u: event %s, number %u", i,
				  strerror(-ret), ret ? 0 : sequence);
			ret = isp_next_sync(rig.dev, &sequence, 0);
			tap_check(ret == -ETIMEDOUT, "frame %u: a second event", i);
		}
		tap_check(!isp_subscribe_sync(rig.dev, false), "unsubscribe");
		isp_rig_close(&rig);
	}
}

/* ---- row 9 ---- */

static void test_discard(const void *arg)
{
	static const struct isp_rig_setup setup = {
		.width = 128, .height = 96, .buffers = 2, .stats = true,
	};
	unsigned int with, i;
	struct isp_params p;
	struct isp_result r;

	(void)arg;
	isp_rig_open(&rig, &setup);
	with = rig.with;
	isp_params_init(&p);
	/* frames without an image buffer: dropped, but counted */
	for (i = 0; i < 3; i++) {
		int ret;

		isp_params_random(&p, i, 128, 96);
		isp_ref_apply(&rig.set, p.data, isp_params_bytes(&p));
		ret = isp_submit(rig.dev, with & ~ISP_WITH_MAIN, 0, p.data, isp_params_bytes(&p),
				 rig.time_us) ?:
			isp_collect(rig.dev, with & ~ISP_WITH_MAIN, &r);
		tap_require(!ret, "frame %u: %s", i, strerror(-ret));
		tap_check(r.stats.sequence == i && r.params.sequence == i, "numbers %u %u, not %u",
			  r.stats.sequence, r.params.sequence, i);
		tap_check(!r.raw.error && !r.stats.error, "frame %u is marked as broken", i);
		rig.time_us += 1000;
		rig.sequence++;
	}
	tap_check(isp_dequeue(&rig.dev->node[ISP_MAIN], &r.main, 0), "a picture without a buffer");
	isp_rig_frame(&rig, ISP_SCENE_CHART, 4, NULL, "picture after dropped ones");
	isp_rig_close(&rig);
}

static void test_no_image_node(const void *arg)
{
	struct isp_dev *dev = need();
	const unsigned int with = ISP_WITH_PARAMS | ISP_WITH_STATS;
	struct isp_params p;
	struct isp_result r;
	unsigned int i;
	int ret;

	(void)arg;
	ret = isp_set_raw(dev, 320, 240, 10, ISP_RGGB) ?: isp_set_meta(dev, false) ?:
		isp_setup(dev, with, 1) ?: isp_start(dev, with);
	tap_require(!ret, "start without a path: %s", strerror(-ret));
	for (i = 0; i < 3; i++) {
		ipa_blocks(&p, 320, 240, i);
		ret = isp_submit(dev, with, 0, p.data, isp_params_bytes(&p), 1000) ?:
			isp_collect(dev, with, &r);
		tap_require(!ret, "frame %u: %s", i, strerror(-ret));
		tap_check(r.stats.sequence == i && !r.stats.error, "number %u", r.stats.sequence);
	}
	tap_check(!isp_stop(dev), "stop");
	/* raw alone */
	ret = isp_setup(dev, 0, 1) ?: isp_start(dev, 0) ?: isp_submit(dev, 0, 0, NULL, 0, 1) ?:
		isp_collect(dev, 0, &r);
	tap_check(!ret && !r.raw.error, "raw alone: %s", strerror(-ret));
	tap_check(!isp_stop(dev), "stop");
	isp_close(dev);
}

/* ---- row 10 ---- */

static const enum isp_node_id startable[] = { ISP_MAIN, ISP_RAW0, ISP_STATS, ISP_PARAMS };

/* The k-th order of four nodes. */
static void permutation(enum isp_node_id order[4], unsigned int k)
{
	enum isp_node_id rest[4];
	unsigned int i, n = 4;

	memcpy(rest, startable, sizeof(rest));
	for (i = 0; i < 4; i++, n--) {
		unsigned int pick = k % n;

		k /= n;
		order[i] = rest[pick];
		memmove(&rest[pick], &rest[pick + 1], (n - pick - 1) * sizeof(rest[0]));
	}
}

/*
 * Every order of STREAMON, buffers queued before (@early) or after it, every order
 * of STREAMOFF.
 */
static void test_start_orders(const void *arg)
{
	const bool early = *(const bool *)arg;
	const unsigned int with = ISP_WITH_MAIN | ISP_WITH_STATS | ISP_WITH_PARAMS;
	struct isp_dev *dev = need();
	unsigned int k, i;
	int ret;

	ret = isp_set_raw(dev, 128, 96, 10, ISP_RGGB) ?:
		isp_set_path(dev, ISP_MAIN, V4L2_PIX_FMT_NV12, 128, 96) ?: isp_set_meta(dev, false);
	tap_require(!ret, "formats: %s", strerror(-ret));
	for (k = 0; k < 24; k++) {
		enum isp_node_id order[4];
		struct isp_params p;
		struct isp_result r;
		int64_t begin;

		permutation(order, k);
		isp_params_init(&p);
		ret = isp_setup(dev, with, 2);
		tap_require(!ret, "buffers: %s", strerror(-ret));
		if (early)
			ret = isp_submit(dev, with, 0, p.data, isp_params_bytes(&p), 7);
		for (i = 0; !ret && i < 4; i++)
			ret = isp_stream(&dev->node[order[i]], true);
		tap_require(!ret, "order %u: start: %s", k, strerror(-ret));
		if (!early)
			ret = isp_submit(dev, with, 0, p.data, isp_params_bytes(&p), 7);
		tap_require(!ret, "order %u: queue: %s", k, strerror(-ret));
		/*
		 * With early buffers the frame runs as soon as the raw node does; nodes that
		 * start later may keep theirs for the next frame.
		 */
		if (!early) {
			ret = isp_collect(dev, with, &r);
			tap_check(!ret && !r.main.sequence && !r.stats.sequence, "order %u: %s", k,
				  strerror(-ret));
		} else {
			ret = isp_dequeue(&dev->node[ISP_RAW0], &r.raw, ISP_WAIT_MS);
			tap_check(!ret, "order %u: raw: %s", k, strerror(-ret));
		}
		/* one more frame is queued half, so that something is left to stop */
		isp_queue(&dev->node[ISP_MAIN], 1, 0);
		isp_queue(&dev->node[ISP_STATS], 1, 0);
		begin = now_ms();
		permutation(order, 23 - k);
		for (i = 0; i < 4; i++) {
			ret = isp_stream(&dev->node[order[i]], false);
			tap_check(!ret, "order %u: stop: %s", k, strerror(-ret));
		}
		tap_check(now_ms() - begin < 500, "order %u: stopping takes %lld ms", k,
			  (long long)(now_ms() - begin));
		ret = isp_stop(dev);
		tap_check(!ret, "order %u: free: %s", k, strerror(-ret));
	}
	isp_close(dev);
}

/* Nodes go away and come back while raw frames run on. */
static void test_nodes_come_and_go(const void *arg)
{
	static const struct isp_rig_setup setup = { .width = 128, .height = 96, .stats = true };
	struct isp_result r;
	struct isp_params p;
	unsigned int i;
	int ret;

	(void)arg;
	isp_rig_open(&rig, &setup);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	isp_rig_frame(&rig, ISP_SCENE_CHART, 1, &p, "all nodes");
	for (i = 0; i < 3; i++) {
		const enum isp_node_id id = startable[i == 1 ? 2 : i == 2 ? 3 : 0];
		unsigned int without = id == ISP_MAIN ? ISP_WITH_MAIN :
			id == ISP_STATS ? ISP_WITH_STATS : ISP_WITH_PARAMS;

		ret = isp_stream(&rig.dev->node[id], false);
		tap_require(!ret, "stop %s: %s", isp_node_names[id], strerror(-ret));
		isp_params_init(&p);
		ret = isp_submit(rig.dev, rig.with & ~without, 0, p.data, isp_params_bytes(&p),
				 rig.time_us) ?:
			isp_collect(rig.dev, rig.with & ~without, &r);
		tap_require(!ret, "without %s: %s", isp_node_names[id], strerror(-ret));
		rig.time_us += 1000;
		rig.sequence++;
		ret = isp_stream(&rig.dev->node[id], true);
		tap_require(!ret, "start %s: %s", isp_node_names[id], strerror(-ret));
		isp_rig_frame(&rig, ISP_SCENE_CHART, i, NULL, isp_node_names[id]);
	}
	isp_rig_close(&rig);
}

/* Stop with frames in flight: prompt, and everything can be queued again. */
static void test_stop_in_flight(const void *arg)
{
	static const struct isp_rig_setup setup = { .buffers = 4, .stats = true };
	unsigned int round, i;
	struct isp_params p;

	(void)arg;
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	for (round = 0; round < 10; round++) {
		int64_t begin;

		isp_rig_open(&rig, &setup);
		for (i = 0; i < 4; i++)
			isp_rig_submit(&rig, i, NULL);
		for (i = 0; i < round % 4; i++)
			isp_rig_collect(&rig);
		begin = now_ms();
		isp_rig_close(&rig);
		tap_check(now_ms() - begin < 1000, "stopping takes %lld ms",
			  (long long)(now_ms() - begin));
	}
	isp_rig_open(&rig, &setup);
	isp_rig_frame(&rig, ISP_SCENE_CHART, 1, &p, "after all that");
	isp_rig_close(&rig);
}

/* ---- row 11 ---- */

static void test_default_resize(const void *arg)
{
	static const struct isp_rig_setup setup = { .depth = 10, .main_w = 160, .main_h = 180 };
	struct sunmao_isp_rk_crop *crop;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &setup);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	isp_rig_frame(&rig, ISP_SCENE_SMOOTH, 1, &p, "no crop block ever");
	crop = isp_add(&p, sunmao_isp_rk_crop, SUNMAO_ISP_RK_PARAMS_CROP);
	crop->crop_en = SUNMAO_ISP_RK_CROP_MAIN;
	crop->mp_crop = (struct sunmao_isp_window){ 80, 30, 160, 180 };
	isp_rig_frame(&rig, ISP_SCENE_SMOOTH, 2, &p, "crop");
	isp_rig_frame(&rig, ISP_SCENE_SMOOTH, 3, NULL, "crop stays");
	crop->crop_en = 0;
	isp_rig_frame(&rig, ISP_SCENE_SMOOTH, 4, &p, "main path not in the block");
	isp_rig_close(&rig);
}

/* ---- row 12 ---- */

struct shared {
	int fd[ISP_BUFFERS];
	void *map[ISP_BUFFERS];
	size_t length;
};

/* Buffers that only live by their descriptors, as libcamera's do. */
static void export_buffers(struct isp_node *node, unsigned int count, struct shared *s)
{
	unsigned int i;
	int ret = isp_alloc(node, count);

	tap_require(!ret, "allocate: %s", strerror(-ret));
	for (i = 0; i < count; i++) {
		ret = isp_export(node, i);
		tap_require(!ret, "export: %s", strerror(-ret));
		s->fd[i] = node->buf[i].dmabuf[0];
		s->map[i] = node->buf[i].map[0];
		s->length = node->buf[i].length[0];
		node->buf[i].dmabuf[0] = -1;
		node->buf[i].map[0] = NULL;
	}
	ret = isp_free(node);
	tap_require(!ret, "free exported buffers: %s", strerror(-ret));
}

static void test_dmabuf(const void *arg)
{
	struct isp_dev *dev = need();
	struct shared raw, image;
	struct isp_params p;
	struct isp_ref_set set;
	unsigned int i;
	int ret;

	(void)arg;
	ret = isp_set_raw(dev, 128, 96, 10, ISP_RGGB) ?:
		isp_set_path(dev, ISP_MAIN, V4L2_PIX_FMT_NV12, 128, 96);
	tap_require(!ret, "formats: %s", strerror(-ret));
	export_buffers(&dev->node[ISP_RAW0], 2, &raw);
	export_buffers(&dev->node[ISP_MAIN], 2, &image);
	ret = isp_import(&dev->node[ISP_RAW0], 2) ?: isp_import(&dev->node[ISP_MAIN], 2) ?:
		isp_alloc(&dev->node[ISP_PARAMS], 1);
	tap_require(!ret, "import: %s", strerror(-ret));
	ret = isp_start(dev, ISP_WITH_MAIN | ISP_WITH_PARAMS);
	tap_require(!ret, "start: %s", strerror(-ret));
	isp_ref_reset(&set);
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	isp_ref_apply(&set, p.data, isp_params_bytes(&p));
	for (i = 0; i < 6; i++) {
		struct isp_ref_raw r = dev->raw;
		struct isp_ref_frame ref;
		struct isp_result result;
		struct isp_image got, want;
		struct isp_diff d;
		size_t sizes[3];

		r.data = raw.map[i % 2];
		isp_scene_fill(ISP_SCENE_MIX, i, &r);
		/* which memory a buffer has may change with every frame */
		ret = isp_use_dmabuf(&dev->node[ISP_RAW0], 0, &raw.fd[i % 2]) ?:
			isp_use_dmabuf(&dev->node[ISP_MAIN], 0, &image.fd[(i / 2) % 2]) ?:
			isp_submit(dev, ISP_WITH_MAIN | ISP_WITH_PARAMS, 0, p.data,
				   isp_params_bytes(&p), 1000 * i) ?:
			isp_collect(dev, ISP_WITH_MAIN | ISP_WITH_PARAMS, &result);
		tap_require(!ret, "frame %u: %s", i, strerror(-ret));
		isp_ref_develop(&ref, &set, &r);
		got = (struct isp_image){
			.fourcc = V4L2_PIX_FMT_NV12, .width = 128, .height = 96, .planes = 1,
			.plane = { image.map[(i / 2) % 2] }, .stride = { 128 },
		};
		want = got;
		isp_image_layout(&want, sizes);
		want.plane[0] = malloc(sizes[0]);
		isp_ref_pack(&want, &ref.yuv);
		d = isp_image_compare(&want, &got, ISP_REF_TOLERANCE);
		tap_check(!d.over, "frame %u: %u samples off by up to %u", i, d.over, d.max);
		free(want.plane[0]);
		isp_ref_free(&ref);
	}
	isp_stop(dev);
	isp_close(dev);
	for (i = 0; i < 2; i++) {
		close(raw.fd[i]);
		close(image.fd[i]);
	}
}

/* ---- libcamera's handler, step by step (ISP user ABI 6) ---- */

/**
 * struct handler - an order of events
 * @raw_first: raw buffers arrive before the first request
 * @late_params: parameters come this many frames after their request's picture
 * @gap: every so many frames the application has no request
 */
struct handler {
	bool raw_first;
	unsigned int late_params;
	unsigned int gap;
};

#define REQUESTS	24
#define INTERNAL	4

struct camera {
	struct isp_dev *dev;
	struct shared raw, image;
	struct isp_ref_set set;
	unsigned int params_used;
};

static void handler_configure(struct camera *c, unsigned int w, unsigned int h)
{
	struct v4l2_subdev_format f = {
		.which = V4L2_SUBDEV_FORMAT_ACTIVE, .pad = ISP_PAD_MAIN,
		.format = {
			.width = w, .height = h, .code = MEDIA_BUS_FMT_YUYV8_2X8,
			.field = V4L2_FIELD_NONE, .colorspace = V4L2_COLORSPACE_RAW,
			.flags = V4L2_MBUS_FRAMEFMT_SET_CSC,
		},
	};
	struct isp_dev *dev = c->dev;
	struct v4l2_format *fmt = &dev->node[ISP_MAIN].fmt;
	int ret;

	/* validate(): TRY_FMT with no fourcc */
	memset(fmt, 0, sizeof(*fmt));
	fmt->type = dev->node[ISP_MAIN].type;
	fmt->fmt.pix_mp.width = w;
	fmt->fmt.pix_mp.height = h;
	ret = isp_ioctl(dev->node[ISP_MAIN].fd, VIDIOC_TRY_FMT, fmt);
	tap_require(!ret, "try: %s", strerror(-ret));
	/* configure(): rawrd0, pad 0, pad 5, mainpath, params, stats */
	ret = isp_set_raw(dev, w, h, 10, ISP_RGGB);
	tap_require(!ret, "raw: %s", strerror(-ret));
	ret = isp_ioctl(dev->subdev, VIDIOC_SUBDEV_S_FMT, &f);
	tap_require(!ret, "pad 5: %s", strerror(-ret));
	memset(fmt, 0, sizeof(*fmt));
	fmt->type = dev->node[ISP_MAIN].type;
	fmt->fmt.pix_mp.width = w;
	fmt->fmt.pix_mp.height = h;
	fmt->fmt.pix_mp.pixelformat = V4L2_PIX_FMT_NV12;
	ret = isp_ioctl(dev->node[ISP_MAIN].fd, VIDIOC_S_FMT, fmt);
	tap_require(!ret && fmt->fmt.pix_mp.width == w && fmt->fmt.pix_mp.height == h &&
		    fmt->fmt.pix_mp.pixelformat == V4L2_PIX_FMT_NV12, "main path");
	ret = isp_set_meta(dev, false);
	tap_require(!ret, "metadata: %s", strerror(-ret));
}

static void handler_start(struct camera *c)
{
	struct isp_dev *dev = c->dev;
	unsigned int i;
	int ret;

	ret = isp_alloc(&dev->node[ISP_STATS], INTERNAL) ?:
		isp_alloc(&dev->node[ISP_PARAMS], INTERNAL) ?:
		isp_stream(&dev->node[ISP_PARAMS], true) ?:
		isp_import(&dev->node[ISP_RAW0], INTERNAL) ?:
		isp_import(&dev->node[ISP_MAIN], INTERNAL);
	for (i = 0; !ret && i < INTERNAL; i++)
		ret = isp_queue(&dev->node[ISP_STATS], i, 0);
	ret = ret ?: isp_stream(&dev->node[ISP_RAW0], true) ?:
		isp_stream(&dev->node[ISP_STATS], true) ?:
		isp_stream(&dev->node[ISP_MAIN], true) ?: isp_subscribe_sync(dev, true);
	tap_require(!ret, "start: %s", strerror(-ret));
}

static void handler_stop(struct camera *c)
{
	static const enum isp_node_id order[] = { ISP_RAW0, ISP_MAIN, ISP_STATS, ISP_PARAMS };
	int64_t begin = now_ms();
	unsigned int i;
	int ret = isp_subscribe_sync(c->dev, false);

	for (i = 0; !ret && i < 3; i++)
		ret = isp_stream(&c->dev->node[order[i]], false) ?: isp_free(&c->dev->node[order[i]]);
	ret = ret ?: isp_stream(&c->dev->node[ISP_PARAMS], false) ?:
		isp_free(&c->dev->node[ISP_PARAMS]);
	tap_require(!ret, "stop: %s", strerror(-ret));
	tap_check(now_ms() - begin < 500, "stopping takes %lld ms", (long long)(now_ms() - begin));
}

static void queue_image(struct camera *c, unsigned int request)
{
	unsigned int i = request % INTERNAL;
	int ret = isp_use_dmabuf(&c->dev->node[ISP_MAIN], i, &c->image.fd[i]) ?:
		isp_queue(&c->dev->node[ISP_MAIN], i, 0);

	tap_require(!ret, "queue picture %u: %s", request, strerror(-ret));
}

static void queue_params(struct camera *c, unsigned int request)
{
	struct isp_params p;
	int ret;

	ipa_blocks(&p, 320, 240, request);
	ret = isp_queue_params(&c->dev->node[ISP_PARAMS], request % INTERNAL, p.data,
			       isp_params_bytes(&p));
	tap_require(!ret, "queue parameters %u: %s", request, strerror(-ret));
}

/* A frame of VICAP: its buffer goes to the ISP with number and time of capture. */
static void feed(struct camera *c, unsigned int frame)
{
	struct isp_ref_raw raw = c->dev->raw;
	unsigned int i = frame % INTERNAL;
	int ret;

	raw.data = c->raw.map[i];
	isp_scene_fill(ISP_SCENE_CHART, frame, &raw);
	ret = isp_use_dmabuf(&c->dev->node[ISP_RAW0], i, &c->raw.fd[i]) ?:
		isp_queue(&c->dev->node[ISP_RAW0], i, 40000 * (int64_t)frame + 17);
	tap_require(!ret, "queue raw %u: %s", frame, strerror(-ret));
}

static void check_request(struct camera *c, unsigned int frame, const struct isp_done *image,
			  const struct isp_done *stats)
{
	const void *block = c->dev->node[ISP_STATS].buf[stats->index].map[0];
	struct isp_ref_raw raw = c->dev->raw;
	struct isp_ref_frame ref;
	struct isp_image got = {
		.fourcc = V4L2_PIX_FMT_NV12, .width = raw.width, .height = raw.height, .planes = 1,
		.plane = { c->image.map[image->index] }, .stride = { raw.width },
	}, want = got;
	struct isp_diff d;
	size_t sizes[3];

	tap_check(image->sequence == frame && stats->sequence == frame,
		  "frame %u: picture %u, statistics %u", frame, image->sequence, stats->sequence);
	tap_check(image->time_us == 40000 * (int64_t)frame + 17, "frame %u: time %lld", frame,
		  (long long)image->time_us);
	/* what the IPA reads without asking, from frame 1 on */
	tap_require(isp_stats_block(block, stats->bytes[0], SUNMAO_ISP_RK_STATS_AE_LITE,
				    sizeof(struct sunmao_isp_rk_stats_ae_lite)) &&
		    isp_stats_block(block, stats->bytes[0], SUNMAO_ISP_RK_STATS_HIST_BIG0,
				    sizeof(struct sunmao_isp_rk_stats_hist)) &&
		    isp_stats_block(block, stats->bytes[0], SUNMAO_ISP_RK_STATS_AWB,
				    sizeof(struct sunmao_isp_rk_stats_awb)),
		    "frame %u: statistics lack a block", frame);
	raw.data = c->raw.map[frame % INTERNAL];
	isp_ref_develop(&ref, &c->set, &raw);
	isp_image_layout(&want, sizes);
	want.plane[0] = malloc(sizes[0]);
	isp_ref_pack(&want, &ref.yuv);
	d = isp_image_compare(&want, &got, ISP_REF_TOLERANCE);
	tap_check(!d.over, "frame %u: %u samples off by up to %u", frame, d.over, d.max);
	free(want.plane[0]);
	isp_ref_free(&ref);
}

/*
 * One frame after the other as the sensor delivers them. Parameter buffers are
 * taken in order, one per frame that is processed, whether it has a picture or not.
 */
static void handler_frames(struct camera *c, const struct handler *h)
{
	unsigned int frame, request = 0, params = 0;

	for (frame = 0; frame < REQUESTS; frame++) {
		bool wanted = !(h->gap && frame % h->gap == h->gap - 1) && !(h->raw_first && !frame);
		struct isp_done image = { 0 }, stats, raw, used;
		uint32_t sequence;
		int ret;

		if (wanted)
			queue_image(c, request);
		if (frame >= h->late_params)
			queue_params(c, params++);
		feed(c, frame);
		ret = isp_next_sync(c->dev, &sequence, ISP_WAIT_MS);
		tap_require(!ret && sequence == frame, "frame %u: sync %s, number %u", frame,
			    strerror(-ret), ret ? 0 : sequence);
		if (frame >= h->late_params) {
			struct isp_params p;

			ret = isp_dequeue(&c->dev->node[ISP_PARAMS], &used, ISP_WAIT_MS);
			tap_require(!ret && used.sequence == frame, "frame %u: parameters %s, number %u",
				    frame, strerror(-ret), used.sequence);
			ipa_blocks(&p, 320, 240, c->params_used++);
			isp_ref_apply(&c->set, p.data, isp_params_bytes(&p));
		}
		ret = isp_dequeue(&c->dev->node[ISP_STATS], &stats, ISP_WAIT_MS);
		tap_require(!ret, "frame %u: statistics: %s", frame, strerror(-ret));
		if (wanted) {
			ret = isp_dequeue(&c->dev->node[ISP_MAIN], &image, ISP_WAIT_MS);
			tap_require(!ret, "frame %u: picture: %s", frame, strerror(-ret));
			tap_check(image.index == request++ % INTERNAL, "frame %u: buffer %u", frame,
				  image.index);
			/* before the first parameters the matrix is the driver's choice */
			if (c->params_used)
				check_request(c, frame, &image, &stats);
		}
		ret = isp_dequeue(&c->dev->node[ISP_RAW0], &raw, ISP_WAIT_MS);
		tap_require(!ret && !raw.error, "frame %u: raw: %s", frame, strerror(-ret));
		ret = isp_queue(&c->dev->node[ISP_STATS], stats.index, 0);
		tap_require(!ret, "frame %u: statistics again: %s", frame, strerror(-ret));
	}
}

static void test_handler(const void *arg)
{
	const struct handler *h = arg;
	struct camera c = { .dev = need() };
	unsigned int session, i;

	for (session = 0; session < 2; session++) {
		isp_ref_reset(&c.set);
		c.params_used = 0;
		handler_configure(&c, 320, 240);
		/* VICAP's buffers: any exporter will do, here the node of another exposure */
		if (!session) {
			c.dev->node[ISP_RAW1].fmt = c.dev->node[ISP_RAW0].fmt;
			tap_require(!isp_ioctl(c.dev->node[ISP_RAW1].fd, VIDIOC_S_FMT,
					       &c.dev->node[ISP_RAW1].fmt), "exporter");
			export_buffers(&c.dev->node[ISP_RAW1], INTERNAL, &c.raw);
			export_buffers(&c.dev->node[ISP_MAIN], INTERNAL, &c.image);
		}
		handler_start(&c);
		handler_frames(&c, h);
		handler_stop(&c);
	}
	isp_close(c.dev);
	for (i = 0; i < INTERNAL; i++) {
		close(c.raw.fd[i]);
		close(c.image.fd[i]);
	}
}

#define T(name, fn)	{ name, fn, NULL, 0 }
#define H(name, ...)	{ "libcamera's handler: " name, test_handler,	\
			  &(const struct handler){ __VA_ARGS__ }, 0 }

static const bool yes = true, no;

static const struct tap_test tests[] = {
	T("row 1: media device, entities, pads, links", test_identity),
	T("row 2: nodes, formats, defaults", test_nodes),
	T("row 2: sizes and formats are not rounded", test_formats),
	T("row 3: both pad codes", test_pad_codes),
	T("row 3: colour fields of the pad", test_colour_fields),
	T("row 3: an unused self path", test_unused_self_path),
	T("row 4: blocks as libcamera sends them", test_blocks),
	T("row 4: all 13 blocks in one buffer", test_all_blocks),
	T("row 5: own blocks in an own format", test_own_formats),
	T("row 6: one parameter buffer per frame", test_params_per_frame),
	T("row 7: one statistics buffer per frame", test_stats_per_frame),
	T("row 8: frame sync events", test_frame_sync),
	T("row 9: frames without a picture buffer", test_discard),
	T("row 9: frames without a picture node", test_no_image_node),
	{ "row 10: 24 orders of starting, buffers after", test_start_orders, &no, 0 },
	{ "row 10: 24 orders of starting, buffers before", test_start_orders, &yes, 0 },
	T("row 10: nodes come and go", test_nodes_come_and_go),
	T("row 10: stop with frames in flight", test_stop_in_flight),
	T("row 11: whole input by default, crop per frame", test_default_resize),
	T("row 12: buffers by descriptor", test_dmabuf),
	H("its order", false, 0, 0),
	H("first parameters late by one frame", false, 1, 0),
	H("raw before the first request", true, 0, 0),
	H("raw first, parameters later", true, 2, 0),
	H("requests with gaps", false, 0, 5),
};

int main(int argc, char **argv)
{
	return tap_main(tests, ARRAY_SIZE(tests), argc > 1 ? argv[1] : NULL, isp_close_all);
}
