// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bad input: refused when it is queued or set, with nothing applied, and the next
 * frame is as if it had not been.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/media-bus-format.h>

#include "isp_rig.h"
#include "tap.h"

#define W	160u
#define H	144u

static struct isp_rig rig;

/* ---- parameter buffers ---- */

/**
 * struct bad - a parameter buffer with one fault
 * @own: in the own format
 * @spoil: makes it; the buffer begins with a gain block that would show in the
 *	picture
 * @a: argument
 * @b: argument
 */
struct bad {
	bool own;
	void (*spoil)(struct isp_params *p, unsigned int a, unsigned int b);
	unsigned int a, b;
};

static struct sunmao_isp_buffer *head(struct isp_params *p)
{
	return (void *)p->data;
}

/* Bytes that are queued; 0: as many as the container says. */
static uint32_t payload;

static void bad_version(struct isp_params *p, unsigned int a, unsigned int b)
{
	(void)b;
	head(p)->version = a;
}

static void bad_data_size(struct isp_params *p, unsigned int a, unsigned int b)
{
	(void)b;
	payload = (uint32_t)isp_params_bytes(p);
	head(p)->data_size += a;
}

static void bad_payload(struct isp_params *p, unsigned int a, unsigned int b)
{
	(void)p;
	(void)b;
	payload = a;
}

static void bad_left_over(struct isp_params *p, unsigned int a, unsigned int b)
{
	(void)b;
	head(p)->data_size += a;
}

static void bad_block(struct isp_params *p, unsigned int a, unsigned int b)
{
	isp_params_add(p, a, b, SUNMAO_ISP_BLOCK_FL_ENABLE);
}

static void bad_block_size(struct isp_params *p, unsigned int a, unsigned int b)
{
	struct sunmao_isp_rk_bls *bls = isp_add(p, sunmao_isp_rk_bls, SUNMAO_ISP_RK_PARAMS_BLS);

	(void)b;
	bls->header.size = a;
}

static void bad_flags(struct isp_params *p, unsigned int a, unsigned int b)
{
	(void)b;
	isp_params_add(p, SUNMAO_ISP_RK_PARAMS_BLS, sizeof(struct sunmao_isp_rk_bls), a);
}

static void bad_disable_size(struct isp_params *p, unsigned int a, unsigned int b)
{
	(void)b;
	isp_params_add(p, SUNMAO_ISP_RK_PARAMS_BLS, a, SUNMAO_ISP_BLOCK_FL_DISABLE);
}

static const size_t rk_sizes[] = { 48, 32, 32, 80, 112, 4768, 32, 24, 56, 256, 256, 256, 256 };

/* Block @a with @b bytes more (or less, as a signed number). */
static void bad_by_bytes(struct isp_params *p, unsigned int a, unsigned int b)
{
	isp_params_add(p, a, rk_sizes[a] + (size_t)(int)b, SUNMAO_ISP_BLOCK_FL_ENABLE);
}

static void bad_twice(struct isp_params *p, unsigned int a, unsigned int b)
{
	(void)b;
	isp_params_off(p, a);
	isp_params_off(p, a);
}

/*
 * Valid blocks of each kind, whose 16-bit (or 8-bit) field at offset @a is then set to
 * a value outside its range.
 */
static void *good(struct isp_params *p, unsigned int type)
{
	uint8_t *block = p->data + isp_params_bytes(p);
	struct sunmao_isp_rk_hist_lite *lite;
	struct sunmao_isp_rk_crop *crop;
	struct sunmao_isp_params_af *af;
	struct sunmao_isp_params_ae_big *ae;
	static const int unit[3][3] = { { 128, 0, 0 }, { 0, 128, 0 }, { 0, 0, 128 } };

	switch (type) {
	case SUNMAO_ISP_RK_PARAMS_BLS:
		isp_add_bls(p, 0, 0, 0, 0);
		break;
	case SUNMAO_ISP_RK_PARAMS_CSM:
		isp_add_csm(p, ISP_BT601, true);
		break;
	case SUNMAO_ISP_RK_PARAMS_CCM:
		isp_add_ccm(p, unit, 0);
		break;
	case SUNMAO_ISP_RK_PARAMS_GOC:
		isp_add_goc(p, 2, false);
		break;
	case SUNMAO_ISP_RK_PARAMS_LSC:
		isp_add_lsc(p, W, H);
		break;
	case SUNMAO_ISP_RK_PARAMS_CROP:
		crop = isp_add(p, sunmao_isp_rk_crop, SUNMAO_ISP_RK_PARAMS_CROP);
		crop->crop_en = 3;
		crop->mp_crop = crop->sp_crop = (struct sunmao_isp_window){ 0, 0, W, H };
		break;
	case SUNMAO_ISP_RK_PARAMS_AE_LITE:
		isp_add_ae(p, W, H);
		break;
	case SUNMAO_ISP_RK_PARAMS_HIST_LITE:
		lite = isp_add(p, sunmao_isp_rk_hist_lite, type);
		lite->mode = SUNMAO_ISP_HIST_Y;
		lite->meas_window = (struct sunmao_isp_window){ 0, 0, 30, 26 };
		break;
	case SUNMAO_ISP_RK_PARAMS_HIST_BIG0:
	case SUNMAO_ISP_RK_PARAMS_HIST_BIG1:
	case SUNMAO_ISP_RK_PARAMS_HIST_BIG2:
		isp_add_hist(p, type - SUNMAO_ISP_RK_PARAMS_HIST_BIG0, W, H);
		break;
	case SUNMAO_ISP_RK_PARAMS_AWB_MEAS:
		isp_add_awb_meas(p, W, H);
		break;
	case SUNMAO_ISP_PARAMS_DPCC:
		(void)isp_add(p, sunmao_isp_params_dpcc, type);
		break;
	case SUNMAO_ISP_PARAMS_DEBAYER:
		(void)isp_add(p, sunmao_isp_params_debayer, type);
		break;
	case SUNMAO_ISP_PARAMS_CPROC:
		(void)isp_add(p, sunmao_isp_params_cproc, type);
		break;
	case SUNMAO_ISP_PARAMS_IE:
		(void)isp_add(p, sunmao_isp_params_ie, type);
		break;
	case SUNMAO_ISP_PARAMS_GIC:
		(void)isp_add(p, sunmao_isp_params_gic, type);
		break;
	case SUNMAO_ISP_PARAMS_BAYNR:
		(void)isp_add(p, sunmao_isp_params_baynr, type);
		break;
	case SUNMAO_ISP_PARAMS_YNR:
		(void)isp_add(p, sunmao_isp_params_ynr, type);
		break;
	case SUNMAO_ISP_PARAMS_CNR:
		(void)isp_add(p, sunmao_isp_params_cnr, type);
		break;
	case SUNMAO_ISP_PARAMS_SHARP:
		(void)isp_add(p, sunmao_isp_params_sharp, type);
		break;
	case SUNMAO_ISP_PARAMS_DRC:
		(void)isp_add(p, sunmao_isp_params_drc, type);
		break;
	case SUNMAO_ISP_PARAMS_AE_BIG0:
	case SUNMAO_ISP_PARAMS_AE_BIG1:
	case SUNMAO_ISP_PARAMS_AE_BIG2:
		ae = isp_add(p, sunmao_isp_params_ae_big, type);
		ae->window_num = 1;
		ae->meas_window = (struct sunmao_isp_window){ 0, 0, 30, 26 };
		ae->subwin[1] = (struct sunmao_isp_subwindow){ { 0, 0, 40, 40 }, .enable = 1 };
		break;
	case SUNMAO_ISP_PARAMS_AF:
		af = isp_add(p, sunmao_isp_params_af, type);
		af->window_a = (struct sunmao_isp_window){ 2, 2, 150, 135 };
		af->window_b = (struct sunmao_isp_window){ 2, 2, 40, 40 };
		break;
	default:
		abort();
	}
	return block;
}

/* @a is block << 16 | offset of a field, @b its value. */
static void bad_u16(struct isp_params *p, unsigned int a, unsigned int b)
{
	uint8_t *block = good(p, a >> 16);

	*(uint16_t *)(block + (a & 0xffff)) = (uint16_t)b;
}

static void bad_u8(struct isp_params *p, unsigned int a, unsigned int b)
{
	uint8_t *block = good(p, a >> 16);

	block[a & 0xffff] = (uint8_t)b;
}

static void bad_u32(struct isp_params *p, unsigned int a, unsigned int b)
{
	uint8_t *block = good(p, a >> 16);

	*(uint32_t *)(block + (a & 0xffff)) = b;
}

static void bad_gain(struct isp_params *p, unsigned int a, unsigned int b)
{
	/* the block that is there already */
	struct sunmao_isp_rk_awb_gains *gains = (void *)head(p)->data;

	((uint16_t *)gains->gains)[a] = (uint16_t)b;
}

static void bad_bls_window(struct isp_params *p, unsigned int a, unsigned int b)
{
	struct sunmao_isp_rk_bls *bls = good(p, SUNMAO_ISP_RK_PARAMS_BLS);

	bls->enable_auto = 1;
	bls->enabled_windows = 1;
	bls->bls_window1 = (struct sunmao_isp_window){
		(uint16_t)a, (uint16_t)b, 32, 32
	};
}

static void bad_lsc_sum(struct isp_params *p, unsigned int a, unsigned int b)
{
	struct sunmao_isp_rk_lsc *lsc = good(p, SUNMAO_ISP_RK_PARAMS_LSC);
	uint16_t *sizes = a ? lsc->y_sizes : lsc->x_sizes;

	sizes[5] = (uint16_t)(sizes[5] + b);
}

static void bad_lsc_mirrored(struct isp_params *p, unsigned int a, unsigned int b)
{
	struct sunmao_isp_rk_lsc *lsc = good(p, SUNMAO_ISP_RK_PARAMS_LSC);

	(void)a;
	(void)b;
	/* eight times ten, mirrored, fit; eight times eleven do not */
	lsc->window_mode = 0;
	lsc->x_sizes[0] = 11;
}

static void bad_lsc_narrow(struct isp_params *p, unsigned int a, unsigned int b)
{
	struct sunmao_isp_rk_lsc *lsc = good(p, SUNMAO_ISP_RK_PARAMS_LSC);

	(void)a;
	(void)b;
	/* adds up, but a sector is narrower than its gradient can tell */
	lsc->x_sizes[0] = 4;
	lsc->x_sizes[1] = 16;
}

static void bad_lsc_other_size(struct isp_params *p, unsigned int a, unsigned int b)
{
	isp_add_lsc(p, a, b);
}

static void bad_af_flags(struct isp_params *p, unsigned int a, unsigned int b)
{
	struct sunmao_isp_params_af *af = good(p, SUNMAO_ISP_PARAMS_AF);

	(void)b;
	af->flags = (uint16_t)a;
}

static void test_bad(const void *arg)
{
	static const struct isp_rig_setup setups[2] = {
		{ .width = W, .height = H, .stats = true },
		{ .width = W, .height = H, .stats = true, .own = true },
	};
	const struct bad *bad = arg;
	struct isp_node *node;
	struct isp_done done;
	struct isp_params p;
	int ret;

	isp_rig_open(&rig, &setups[bad->own]);
	node = &rig.dev->node[ISP_PARAMS];
	isp_params_init(&p);
	isp_add_csm(&p, ISP_BT601, true);
	isp_rig_frame(&rig, ISP_SCENE_CHART, 1, &p, "before");
	isp_params_init(&p);
	isp_add_gains(&p, 0x200, 0x80, 0x40);
	payload = 0;
	bad->spoil(&p, bad->a, bad->b);
	ret = isp_queue_params(node, 0, p.data, payload ? payload : isp_params_bytes(&p));
	tap_check(ret == -EINVAL, "queued with %s", ret ? strerror(-ret) : "success");
	if (!ret) {
		/* what the driver makes of it must at least not break anything */
		rig.with &= ~ISP_WITH_PARAMS;
		isp_rig_submit(&rig, 0, NULL);
		ret = isp_collect(rig.dev, rig.with, &rig.result);
		tap_check(!ret, "and the frame does not come: %s", strerror(-ret));
		isp_dequeue(node, &done, 1000);
		isp_rig_close(&rig);
		return;
	}
	ret = isp_dequeue(node, &done, 0);
	tap_check(ret == -ETIMEDOUT, "a refused buffer comes back");
	isp_rig_frame(&rig, ISP_SCENE_CHART, 2, NULL, "after");
	isp_rig_close(&rig);
}

/* The valid blocks above are valid: a refusal is for the field that was spoiled. */
static void test_good(const void *arg)
{
	static const struct isp_rig_setup setup = {
		.width = W, .height = H, .stats = true, .own = true,
	};
	struct isp_params p;
	unsigned int type;
	int ret;

	(void)arg;
	isp_rig_open(&rig, &setup);
	for (type = 0; type < SUNMAO_ISP_PARAMS_END; type++) {
		if (type == SUNMAO_ISP_RK_PARAMS_AWB_GAINS)
			continue;
		if (type == SUNMAO_ISP_RK_PARAMS_MAX)
			type = SUNMAO_ISP_PARAMS_DPCC;
		isp_params_init(&p);
		good(&p, type);
		ret = isp_queue_params(&rig.dev->node[ISP_PARAMS], 0, p.data, isp_params_bytes(&p));
		tap_check(!ret, "block %u: %s", type, strerror(-ret));
		tap_require(!isp_stream(&rig.dev->node[ISP_PARAMS], false) &&
			    !isp_stream(&rig.dev->node[ISP_PARAMS], true), "restart");
	}
	isp_rig_close(&rig);
}

/* A buffer whose content changes after it was checked (ISP user ABI 3.1, snapshot). */
static void test_changed_after_queueing(const void *arg)
{
	static const struct isp_rig_setup setup = { .width = W, .height = H };
	struct isp_params p;
	struct isp_done done;
	unsigned int i;
	int ret;

	(void)arg;
	isp_rig_open(&rig, &setup);
	for (i = 0; i < 3; i++) {
		struct isp_node *node = &rig.dev->node[ISP_PARAMS];

		isp_params_init(&p);
		isp_add_csm(&p, ISP_BT601, true);
		isp_add_gains(&p, 0x100 + 0x40 * i, 0x100, 0x100);
		isp_ref_apply(&rig.set, p.data, isp_params_bytes(&p));
		ret = isp_queue_params(node, 0, p.data, isp_params_bytes(&p));
		tap_require(!ret, "queue: %s", strerror(-ret));
		memset(node->buf[0].map[0], 0xff, node->buf[0].length[0]);
		rig.with &= ~ISP_WITH_PARAMS;
		isp_rig_draw(&rig, 0, ISP_SCENE_CHART, i);
		isp_rig_submit(&rig, 0, NULL);
		ret = isp_collect(rig.dev, rig.with, &rig.result) ?:
			isp_dequeue(node, &done, ISP_WAIT_MS);
		tap_require(!ret, "frame: %s", strerror(-ret));
		rig.sequence++;
		isp_rig_check(&rig, "changed after queueing");
	}
	isp_rig_close(&rig);
}

/* ---- buffers ---- */

static struct isp_dev *small(unsigned int depth)
{
	struct isp_dev *dev = isp_open(0);
	int ret;

	tap_require(dev, "open: %s", strerror(errno));
	ret = isp_set_raw(dev, W, H, depth, ISP_RGGB) ?:
		isp_set_path(dev, ISP_MAIN, V4L2_PIX_FMT_NV12, W, H) ?: isp_set_meta(dev, false);
	tap_require(!ret, "formats: %s", strerror(-ret));
	return dev;
}

static void one_frame(struct isp_dev *dev)
{
	struct isp_result r;
	int ret = isp_setup(dev, ISP_WITH_MAIN, 1) ?: isp_start(dev, ISP_WITH_MAIN) ?:
		isp_submit(dev, ISP_WITH_MAIN, 0, NULL, 0, 1) ?: isp_collect(dev, ISP_WITH_MAIN, &r);

	tap_check(!ret && !r.main.error, "a good frame afterwards: %s", strerror(-ret));
	tap_check(!isp_stop(dev), "stop");
	isp_close(dev);
}

static void test_short_raw(const void *arg)
{
	static const uint32_t bytes[] = { 1, W, W * H, W * H * 2 - 1 };
	struct isp_dev *dev = small(10);
	unsigned int i;
	int ret;

	(void)arg;
	ret = isp_alloc(&dev->node[ISP_RAW0], 1);
	tap_require(!ret, "allocate: %s", strerror(-ret));
	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		ret = isp_queue_bytes(&dev->node[ISP_RAW0], 0, bytes[i], 1);
		tap_check(ret == -EINVAL, "%u of %u bytes: %s", bytes[i], W * H * 2,
			  ret ? strerror(-ret) : "taken");
		if (!ret)
			break;
	}
	ret = isp_queue_bytes(&dev->node[ISP_RAW0], 0, 0x7fffffff, 1);
	tap_check(ret == -EINVAL, "more than there is: %s", ret ? strerror(-ret) : "taken");
	tap_check(!isp_free(&dev->node[ISP_RAW0]), "free");
	one_frame(dev);
}

/* Descriptors of things that are no buffers, or buffers that are too small. */
static void test_bad_descriptors(const void *arg)
{
	static const enum isp_node_id nodes[] = { ISP_RAW0, ISP_MAIN, ISP_PARAMS, ISP_STATS };
	struct isp_dev *dev = small(10);
	int memfd = memfd_create("no buffer", MFD_CLOEXEC), tiny, pipes[2], ret;
	struct isp_node *donor = &dev->node[ISP_STATS];
	unsigned int i, k;

	(void)arg;
	tap_require(memfd >= 0 && !ftruncate(memfd, 1 << 20) && !pipe(pipes), "files");
	/* the smallest picture there is */
	ret = isp_set_path(dev, ISP_SELF, V4L2_PIX_FMT_GREY, 32, 32);
	tap_require(!ret, "self path: %s", strerror(-ret));
	donor = &dev->node[ISP_SELF];
	ret = isp_alloc(donor, 1) ?: isp_export(donor, 0);
	tap_require(!ret, "a small buffer: %s", strerror(-ret));
	tiny = donor->buf[0].dmabuf[0];
	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		const int fds[] = { -1, 12345, memfd, pipes[0], dev->subdev, tiny };
		struct isp_node *node = &dev->node[nodes[i]];

		ret = isp_import(node, 1);
		tap_require(!ret, "%s: import: %s", isp_node_names[nodes[i]], strerror(-ret));
		for (k = 0; k < ARRAY_SIZE(fds); k++) {
			node->buf[0].planes = 1;
			node->buf[0].dmabuf[0] = fds[k];
			/* a length that would do; 0 is for the kernel to find out */
			node->buf[0].length[0] = fds[k] == tiny ? 0 : 1 << 20;
			ret = isp_queue_bytes(node, 0, nodes[i] == ISP_PARAMS ? 8 : W * H * 2, 1);
			tap_check(ret == -EINVAL || ret == -EBADF || ret == -ENOTTY,
				  "%s, descriptor %u: %s", isp_node_names[nodes[i]], k,
				  ret ? strerror(-ret) : "taken");
			if (!ret)
				break;
		}
		node->buf[0].dmabuf[0] = -1;
		tap_check(!isp_free(node), "free");
	}
	tap_check(!isp_free(donor), "free");
	close(memfd);
	close(pipes[0]);
	close(pipes[1]);
	/* pad and node of the self path back to what an unused one has */
	tap_check(!isp_set_path(dev, ISP_SELF, V4L2_PIX_FMT_UYVY, 800, 600), "self path");
	one_frame(dev);
}

static void test_busy(const void *arg)
{
	struct isp_dev *dev = small(10);
	unsigned int i;
	int ret;

	(void)arg;
	ret = isp_setup(dev, ISP_WITH_MAIN | ISP_WITH_PARAMS | ISP_WITH_STATS, 1);
	tap_require(!ret, "buffers: %s", strerror(-ret));
	for (i = 0; i < ISP_NODES; i++) {
		if (i == ISP_SELF || i == ISP_RAW1 || i == ISP_RAW2)
			continue;
		struct v4l2_format f = dev->node[i].fmt;

		if (i == ISP_PARAMS)
			f.fmt.meta.dataformat = V4L2_META_FMT_SUNMAO_ISP_PARAMS;
		else if (i == ISP_STATS)
			f.fmt.meta.dataformat = V4L2_META_FMT_SUNMAO_ISP_STATS;
		else
			f.fmt.pix_mp.width += 32;
		ret = isp_ioctl(dev->node[i].fd, VIDIOC_S_FMT, &f);
		tap_check(ret == -EBUSY, "%s: another format with buffers: %s", isp_node_names[i],
			  ret ? strerror(-ret) : "taken");
	}
	ret = isp_start(dev, ISP_WITH_MAIN);
	tap_require(!ret, "start: %s", strerror(-ret));
	ret = isp_pad_format(dev, ISP_PAD_RAW0, MEDIA_BUS_FMT_SRGGB10_1X10, 64, 64, NULL);
	tap_check(ret == -EBUSY, "sink pad while streaming: %s", ret ? strerror(-ret) : "taken");
	ret = isp_link(dev, ISP_RAW0, false);
	tap_check(ret == -EBUSY, "link while streaming: %s", ret ? strerror(-ret) : "taken");
	tap_check(!isp_stop(dev), "stop");
	one_frame(dev);
}

/* Node and pad disagree: starting fails, and works when they agree again. */
static void test_mismatch(const void *arg)
{
	struct isp_dev *dev = small(10);
	int ret;

	(void)arg;
	ret = isp_pad_format(dev, ISP_PAD_MAIN, MEDIA_BUS_FMT_YUYV8_2X8, W / 2, H / 2, NULL) ?:
		isp_setup(dev, ISP_WITH_MAIN, 1);
	tap_require(!ret, "set up: %s", strerror(-ret));
	ret = isp_stream(&dev->node[ISP_MAIN], true);
	tap_check(ret == -EPIPE, "size of the main path: %s", ret ? strerror(-ret) : "started");
	isp_stop(dev);
	ret = isp_pad_format(dev, ISP_PAD_MAIN, MEDIA_BUS_FMT_YUYV8_2X8, W, H, NULL) ?:
		isp_pad_format(dev, ISP_PAD_RAW0, MEDIA_BUS_FMT_SRGGB10_1X10, W + 2, H, NULL) ?:
		isp_setup(dev, ISP_WITH_MAIN, 1);
	tap_require(!ret, "set up: %s", strerror(-ret));
	ret = isp_start(dev, ISP_WITH_MAIN);
	tap_check(ret == -EPIPE, "size of the raw input: %s", ret ? strerror(-ret) : "started");
	isp_stop(dev);
	ret = isp_pad_format(dev, ISP_PAD_RAW0, MEDIA_BUS_FMT_SRGGB8_1X8, W, H, NULL) ?:
		isp_setup(dev, ISP_WITH_MAIN, 1);
	tap_require(!ret, "set up: %s", strerror(-ret));
	ret = isp_start(dev, ISP_WITH_MAIN);
	tap_check(ret == -EPIPE, "depth of the raw input: %s", ret ? strerror(-ret) : "started");
	isp_stop(dev);
	ret = isp_set_raw(dev, W, H, 10, ISP_RGGB);
	tap_require(!ret, "raw: %s", strerror(-ret));
	one_frame(dev);
}

static void test_unlinked_raw(const void *arg)
{
	struct isp_dev *dev = small(10);
	int ret;

	(void)arg;
	ret = isp_link(dev, ISP_RAW0, false) ?: isp_setup(dev, ISP_WITH_MAIN, 1);
	tap_require(!ret, "set up: %s", strerror(-ret));
	ret = isp_stream(&dev->node[ISP_RAW0], true);
	if (!ret) {
		/* a node without a link may start, but nothing comes of it */
		struct isp_done done;

		isp_queue(&dev->node[ISP_RAW0], 0, 1);
		ret = isp_dequeue(&dev->node[ISP_RAW0], &done, 200);
		tap_check(ret == -ETIMEDOUT, "a frame through a link that is off");
	}
	isp_stop(dev);
	ret = isp_link(dev, ISP_RAW0, true);
	tap_require(!ret, "link: %s", strerror(-ret));
	one_frame(dev);
}

/* Numbers that no ioctl may trip over. */
static void test_wild_arguments(const void *arg)
{
	struct isp_dev *dev = small(10);
	uint64_t seed = 99;
	unsigned int i, k;

	(void)arg;
	for (i = 0; i < 400; i++) {
		unsigned int n = (unsigned int)isp_random_below(&seed, ISP_NODES);
		struct v4l2_format f = { .type = dev->node[n].type };
		struct v4l2_subdev_format sf = { .which = V4L2_SUBDEV_FORMAT_ACTIVE };
		struct v4l2_subdev_selection sel = { .which = V4L2_SUBDEV_FORMAT_ACTIVE };
		struct v4l2_requestbuffers req = { .type = dev->node[n].type };
		uint32_t *words = (uint32_t *)&f.fmt;

		for (k = 0; k < 48; k++)
			words[k] = (uint32_t)isp_random(&seed);
		if (i & 1)
			f.fmt.pix_mp.num_planes = 1;
		isp_ioctl(dev->node[n].fd, i & 2 ? VIDIOC_S_FMT : VIDIOC_TRY_FMT, &f);
		sf.pad = (uint32_t)isp_random_below(&seed, 10);
		sf.format.width = (uint32_t)isp_random(&seed);
		sf.format.height = (uint32_t)isp_random(&seed);
		sf.format.code = i & 4 ? MEDIA_BUS_FMT_SRGGB10_1X10 : (uint32_t)isp_random(&seed);
		isp_ioctl(dev->subdev, VIDIOC_SUBDEV_S_FMT, &sf);
		sel.pad = (uint32_t)isp_random_below(&seed, 10);
		sel.target = (uint32_t)isp_random_below(&seed, 3);
		sel.r.left = (int32_t)isp_random(&seed);
		sel.r.top = (int32_t)isp_random(&seed);
		sel.r.width = (uint32_t)isp_random(&seed);
		sel.r.height = (uint32_t)isp_random(&seed);
		isp_ioctl(dev->subdev, VIDIOC_SUBDEV_S_SELECTION, &sel);
		req.count = (uint32_t)isp_random_below(&seed, 4);
		req.memory = (uint32_t)isp_random_below(&seed, 6);
		isp_ioctl(dev->node[n].fd, VIDIOC_REQBUFS, &req);
		req.count = 0;
		isp_ioctl(dev->node[n].fd, VIDIOC_REQBUFS, &req);
	}
	isp_close(dev);
	dev = small(10);
	tap_check(!isp_set_path(dev, ISP_SELF, V4L2_PIX_FMT_UYVY, 800, 600), "self path");
	one_frame(dev);
}

/* Random damage to valid parameter buffers: refused or harmless. */
static void test_fuzzed_parameters(const void *arg)
{
	static const struct isp_rig_setup setup = { .width = W, .height = H, .stats = true };
	uint64_t seed = 4711;
	unsigned int i, k, taken = 0;
	struct isp_done done;
	struct isp_params p;

	(void)arg;
	isp_rig_open(&rig, &setup);
	for (i = 0; i < 200; i++) {
		unsigned int flips = 1 + (unsigned int)isp_random_below(&seed, 6);
		size_t bytes;
		int ret;

		isp_params_random(&p, i, W, H);
		bytes = isp_params_bytes(&p);
		for (k = 0; k < flips; k++)
			p.data[isp_random_below(&seed, bytes)] ^=
				(uint8_t)(1u << isp_random_below(&seed, 8));
		ret = isp_queue_params(&rig.dev->node[ISP_PARAMS], 0, p.data, bytes);
		tap_check(!ret || ret == -EINVAL, "buffer %u: %s", i, strerror(-ret));
		if (ret)
			continue;
		taken++;
		ret = isp_submit(rig.dev, rig.with & ~ISP_WITH_PARAMS, 0, NULL, 0, rig.time_us) ?:
			isp_collect(rig.dev, rig.with & ~ISP_WITH_PARAMS, &rig.result) ?:
			isp_dequeue(&rig.dev->node[ISP_PARAMS], &done, ISP_WAIT_MS);
		tap_require(!ret, "frame after buffer %u: %s", i, strerror(-ret));
		tap_check(!rig.result.main.error, "buffer %u was taken and broke the frame", i);
	}
	tap_note("%u of %u taken", taken, i);
	isp_rig_close(&rig);
}

#define AT(block, type, field)	((SUNMAO_ISP_##block) << 16 | offsetof(struct type, field))
#define B(name, ...)	{ "parameters: " name, test_bad, &(const struct bad){ false, __VA_ARGS__ }, 0 }
#define O(name, ...)	{ "own parameters: " name, test_bad,			\
			  &(const struct bad){ true, __VA_ARGS__ }, 0 }
#define RK8(name, block, type, field, v)	B(name, bad_u8, AT(RK_PARAMS_##block, type, field), v)
#define RK16(name, block, type, field, v)	B(name, bad_u16, AT(RK_PARAMS_##block, type, field), v)
#define OWN8(name, block, type, field, v)	O(name, bad_u8, AT(PARAMS_##block, type, field), v)
#define OWN16(name, block, type, field, v)	O(name, bad_u16, AT(PARAMS_##block, type, field), v)
#define T(name, fn)	{ name, fn, NULL, 0 }

static const struct tap_test tests[] = {
	T("the blocks that are spoiled below are valid", test_good),
	B("version 2", bad_version, 2, 0),
	B("version of all ones", bad_version, 0xffffffff, 0),
	B("container longer than the payload", bad_data_size, 8, 0),
	B("container shorter than the payload", bad_data_size, -8u, 0),
	B("container of 4 GiB", bad_data_size, 0xffffff00, 0),
	B("payload of 1 byte", bad_payload, 1, 0),
	B("payload of 7 bytes", bad_payload, 7, 0),
	B("payload that ends inside a block", bad_payload, 30, 0),
	B("payload larger than the buffer", bad_payload, 6217, 0),
	B("4 bytes behind the last block", bad_left_over, 4, 0),
	B("8 zero bytes behind the last block", bad_left_over, 8, 0),
	B("block of size 0", bad_block_size, 0, 0),
	B("block smaller than its header", bad_block_size, 4, 0),
	B("block that reaches beyond the buffer", bad_block_size, 4096, 0),
	B("block of 4 GiB", bad_block_size, 0xfffffff8, 0),
	B("unknown block 13", bad_block, 13, 48),
	B("unknown block 0x80", bad_block, 0x80, 48),
	B("unknown block 0xffff", bad_block, 0xffff, 48),
	O("unknown block 13", bad_block, 13, 48),
	O("unknown block 0x8e", bad_block, 0x8e, 48),
	B("enabled and disabled", bad_flags, 3, 0),
	B("disabled block of 16 bytes", bad_disable_size, 16, 0),
	B("BLS, 8 bytes less", bad_by_bytes, 0, -8u), B("BLS, 8 bytes more", bad_by_bytes, 0, 8),
	B("gains, 8 bytes more", bad_by_bytes, 1, 8), B("CSM, 8 bytes less", bad_by_bytes, 2, -8u),
	B("CCM, 8 bytes less", bad_by_bytes, 3, -8u), B("GOC, 8 bytes more", bad_by_bytes, 4, 8),
	B("LSC, 8 bytes less", bad_by_bytes, 5, -8u), B("crop, 8 bytes more", bad_by_bytes, 6, 8),
	B("AE, 8 bytes less", bad_by_bytes, 7, -8u), B("histogram, 8 less", bad_by_bytes, 8, -8u),
	B("big histogram, 8 more", bad_by_bytes, 11, 8), B("AWB, 8 less", bad_by_bytes, 12, -8u),
	B("the same block twice", bad_twice, SUNMAO_ISP_RK_PARAMS_CCM, 0),
	B("gains twice", bad_twice, SUNMAO_ISP_RK_PARAMS_AWB_GAINS, 0),

	RK16("black level 4096", BLS, sunmao_isp_rk_bls, bls_fixed_val.b, 4096),
	RK16("black level -4097", BLS, sunmao_isp_rk_bls, bls_fixed_val.d, (uint16_t)-4097),
	RK8("2^16 samples", BLS, sunmao_isp_rk_bls, bls_samples, 16),
	RK8("black level mode 2", BLS, sunmao_isp_rk_bls, enable_auto, 2),
	RK8("black level window 3", BLS, sunmao_isp_rk_bls, enabled_windows, 4),
	B("black level window right of the picture", bad_bls_window, W - 16, 0),
	B("black level window below the picture", bad_bls_window, 0, H - 16),
	B("red gain 64", bad_gain, 0, 0x4000), B("gain of another exposure", bad_gain, 11, 0xffff),
	RK16("CSM coefficient 0x200", CSM, sunmao_isp_rk_csm, coeff[2][2], 0x200),
	RK16("CCM coefficient 0x800", CCM, sunmao_isp_rk_ccm, coeff[0][1], 0x800),
	RK16("CCM offset 0x4000", CCM, sunmao_isp_rk_ccm, offset[1], 0x4000),
	RK16("CCM luma weight 2048", CCM, sunmao_isp_rk_ccm, y_coeff[0], 2048),
	RK16("CCM strength 1025", CCM, sunmao_isp_rk_ccm, alp[16], 1025),
	RK8("CCM knee 16", CCM, sunmao_isp_rk_ccm, inflection_point, 16),
	RK8("tone curve mode 2", GOC, sunmao_isp_rk_goc, mode, 2),
	RK8("tone curve segments 2", GOC, sunmao_isp_rk_goc, segments, 2),
	RK16("tone curve point 4096", GOC, sunmao_isp_rk_goc, gamma_y[44], 4096),
	B("shading: columns one pixel too wide", bad_lsc_sum, 0, 1),
	B("shading: columns one pixel too narrow", bad_lsc_sum, 0, -1u),
	B("shading: lines do not add up", bad_lsc_sum, 1, 2),
	B("shading: mirrored columns do not add up", bad_lsc_mirrored, 0, 0),
	B("shading: a sector of 4 pixels", bad_lsc_narrow, 0, 0),
	B("shading for another picture size", bad_lsc_other_size, 320, 240),
	RK16("shading gain 8192", LSC, sunmao_isp_rk_lsc, gb_data_tbl[0][16][16], 8192),
	RK16("shading gradient 4096", LSC, sunmao_isp_rk_lsc, x_grads[3], 4096),
	RK8("shading table 2", LSC, sunmao_isp_rk_lsc, active_table, 2),
	RK8("shading window mode 2", LSC, sunmao_isp_rk_lsc, window_mode, 2),
	RK16("crop right of the picture", CROP, sunmao_isp_rk_crop, mp_crop.h_offs, 2),
	RK16("crop below the picture", CROP, sunmao_isp_rk_crop, sp_crop.v_offs, 2),
	RK16("crop of no width", CROP, sunmao_isp_rk_crop, mp_crop.h_size, 0),
	RK16("crop of no height", CROP, sunmao_isp_rk_crop, sp_crop.v_size, 0),
	RK16("crop of odd width", CROP, sunmao_isp_rk_crop, mp_crop.h_size, W - 1),
	RK16("crop of 65534", CROP, sunmao_isp_rk_crop, mp_crop.h_offs, 65534),
	RK8("crop of a third path", CROP, sunmao_isp_rk_crop, crop_en, 4),
	RK16("exposure right of the picture", AE_LITE, sunmao_isp_rk_ae_lite, meas_window.h_offs, 40),
	RK16("exposure below the picture", AE_LITE, sunmao_isp_rk_ae_lite, meas_window.v_offs, 40),
	RK16("exposure cell of 14 pixels", AE_LITE, sunmao_isp_rk_ae_lite, meas_window.h_size, 14),
	RK16("exposure cell of 2 lines", AE_LITE, sunmao_isp_rk_ae_lite, meas_window.v_size, 2),
	RK16("exposure cell of the whole picture", AE_LITE, sunmao_isp_rk_ae_lite,
	     meas_window.h_size, W),
	RK8("exposure grid 2", AE_LITE, sunmao_isp_rk_ae_lite, window_num, 2),
	RK8("histogram bits 5", HIST_LITE, sunmao_isp_rk_hist_lite, data_sel, 5),
	RK8("histogram mode 1", HIST_LITE, sunmao_isp_rk_hist_lite, mode, 1),
	RK8("histogram mode 6", HIST_BIG0, sunmao_isp_rk_hist_big, mode, 6),
	RK8("histogram step 8", HIST_BIG1, sunmao_isp_rk_hist_big, stepsize, 8),
	RK16("histogram limit 4096", HIST_LITE, sunmao_isp_rk_hist_lite, waterline, 4096),
	RK8("histogram weight 64", HIST_LITE, sunmao_isp_rk_hist_lite, weights[24], 64),
	RK8("big histogram weight 64", HIST_BIG2, sunmao_isp_rk_hist_big, weights[224], 64),
	RK8("big histogram grid 4", HIST_BIG0, sunmao_isp_rk_hist_big, window_num, 4),
	RK16("histogram beyond the picture", HIST_BIG0, sunmao_isp_rk_hist_big,
	     meas_window.h_offs, 60),
	RK16("histogram cell of nothing", HIST_LITE, sunmao_isp_rk_hist_lite, meas_window.v_size, 0),
	RK16("white balance beyond the picture", AWB_MEAS, sunmao_isp_rk_awb_meas,
	     meas_window.v_size, H),
	RK8("white balance weight 64", AWB_MEAS, sunmao_isp_rk_awb_meas, weights[0], 64),

	OWN8("defect pixels: rank limit 4", DPCC, sunmao_isp_params_dpcc, sets[2].ro_limit.rb, 4),
	OWN8("defect pixels: sets 16", DPCC, sunmao_isp_params_dpcc, set_use, 16),
	OWN8("defect pixels: method 0x40", DPCC, sunmao_isp_params_dpcc, sets[0].methods.g, 0x40),
	OWN8("debayer: filter 8", DEBAYER, sunmao_isp_params_debayer, filter1[0], 8),
	OWN8("debayer: filter -9", DEBAYER, sunmao_isp_params_debayer, filter2[4], (uint8_t)-9),
	OWN8("debayer: ratio 8", DEBAYER, sunmao_isp_params_debayer, max_ratio, 8),
	OWN8("controls: range flag 2", CPROC, sunmao_isp_params_cproc, y_out_full, 2),
	OWN8("effect 7", IE, sunmao_isp_params_ie, mode, 7),
	OWN16("green imbalance: 1024", GIC, sunmao_isp_params_gic, min_busy_thre, 1024),
	OWN16("raw noise: weight 1024", BAYNR, sunmao_isp_params_baynr, weit_d[2], 1024),
	O("raw noise: largest value", bad_u32, AT(PARAMS_BAYNR, sunmao_isp_params_baynr, dat_max),
	  0x100000),
	OWN16("luma noise: gain 1024", YNR, sunmao_isp_params_ynr, global_gain, 1024),
	OWN8("luma noise: unknown flag", YNR, sunmao_isp_params_ynr, flags, 0x80),
	OWN8("colour noise: unknown flag", CNR, sunmao_isp_params_cnr, flags, 0x10),
	OWN16("sharpening: 1024", SHARP, sunmao_isp_params_sharp, clip_hf[7], 1024),
	OWN16("range compression: position", DRC, sunmao_isp_params_drc, position, 0x4000),
	OWN8("big exposure grid 3", AE_BIG0, sunmao_isp_params_ae_big, window_num, 3),
	OWN16("free window beyond the picture", AE_BIG1, sunmao_isp_params_ae_big,
	      subwin[1].window.h_offs, 121),
	OWN16("focus: window A no multiple of 15", AF, sunmao_isp_params_af, window_a.h_size, 151),
	OWN16("focus: window A at the edge", AF, sunmao_isp_params_af, window_a.h_offs, 0),
	OWN16("focus: window B beyond the picture", AF, sunmao_isp_params_af, window_b.v_offs, 120),
	O("focus: unknown flag", bad_af_flags, 0x2000, 0),
	O("focus: IIR without Gaussian", bad_af_flags, SUNMAO_ISP_AF_VIIR_EN, 0),
	O("focus: FIR without IIR", bad_af_flags,
	  SUNMAO_ISP_AF_GAUS_EN | SUNMAO_ISP_AF_V1_FIR_SEL, 0),

	T("parameters changed after queueing", test_changed_after_queueing),
	T("parameters with random damage", test_fuzzed_parameters),
	T("short raw buffers", test_short_raw),
	T("bad descriptors", test_bad_descriptors),
	T("formats while busy", test_busy),
	T("pads and nodes that disagree", test_mismatch),
	T("raw node without a link", test_unlinked_raw),
	T("wild arguments", test_wild_arguments),
};

int main(int argc, char **argv)
{
	return tap_main(tests, ARRAY_SIZE(tests), argc > 1 ? argv[1] : NULL, isp_close_all);
}
