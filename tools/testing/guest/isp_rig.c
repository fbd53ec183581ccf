// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device under test beside its reference, see isp_rig.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "isp_rig.h"
#include "tap.h"

/* Frames of one test carry timestamps of their own, a millisecond apart. */
#define FIRST_US	5000000
#define STEP_US		1000

static unsigned int or(unsigned int v, unsigned int fallback)
{
	return v ? v : fallback;
}

/**
 * isp_rig_open_on() - set up an open device and start it
 * @rig: the rig
 * @dev: the device
 * @setup: formats and sizes
 */
void isp_rig_open_on(struct isp_rig *rig, struct isp_dev *dev,
		     const struct isp_rig_setup *setup)
{
	unsigned int w = or(setup->width, 320), h = or(setup->height, 240);
	int ret;

	memset(rig, 0, sizeof(*rig));
	isp_ref_reset(&rig->set);
	rig->dev = dev;
	rig->tolerance = ISP_REF_TOLERANCE;
	rig->time_us = FIRST_US;
	rig->buffers = or(setup->buffers, 1);
	rig->with = ISP_WITH_PARAMS | ISP_WITH_MAIN;
	ret = isp_set_raw(dev, w, h, or(setup->depth, 12), setup->order);
	tap_require(!ret, "raw format %ux%u: %s", w, h, strerror(-ret));
	ret = isp_set_path(dev, ISP_MAIN, or(setup->main, V4L2_PIX_FMT_NV16),
			   or(setup->main_w, w), or(setup->main_h, h));
	tap_require(!ret, "main path: %s", strerror(-ret));
	if (setup->self) {
		ret = isp_set_path(dev, ISP_SELF, setup->self, or(setup->self_w, w),
				   or(setup->self_h, h));
		tap_require(!ret, "self path: %s", strerror(-ret));
		rig->with |= ISP_WITH_SELF;
	}
	if (setup->stats)
		rig->with |= ISP_WITH_STATS;
	ret = isp_set_meta(dev, setup->own);
	tap_require(!ret, "metadata formats: %s", strerror(-ret));
	ret = isp_setup(dev, rig->with, rig->buffers);
	tap_require(!ret, "buffers: %s", strerror(-ret));
	ret = isp_start(dev, rig->with);
	tap_require(!ret, "start: %s", strerror(-ret));
}

/**
 * isp_rig_open() - open a device, set it up, start it
 * @rig: the rig
 * @setup: which device, formats and sizes
 */
void isp_rig_open(struct isp_rig *rig, const struct isp_rig_setup *setup)
{
	struct isp_dev *dev = isp_open(setup->index);

	tap_require(dev, "open ISP %u: %s", setup->index, strerror(errno));
	isp_rig_open_on(rig, dev, setup);
}

/** isp_rig_close() - stop and close; @rig: the rig */
void isp_rig_close(struct isp_rig *rig)
{
	int ret = isp_stop(rig->dev);

	tap_check(!ret, "stop: %s", strerror(-ret));
	isp_ref_free(&rig->ref);
	isp_close(rig->dev);
	rig->dev = NULL;
}

/**
 * isp_rig_draw() - draw a raw picture into a raw buffer
 * @rig: the rig
 * @index: the buffer
 * @scene: what
 * @seed: which
 */
void isp_rig_draw(struct isp_rig *rig, unsigned int index, enum isp_scene scene,
		  uint64_t seed)
{
	struct isp_ref_raw raw;

	isp_raw_at(&raw, rig->dev, ISP_RAW0, index);
	isp_scene_fill(scene, seed, &raw);
}

/* A buffer that the device does not write shows. */
static void poison(struct isp_node *node, unsigned int index)
{
	unsigned int k;

	for (k = 0; k < node->buf[index].planes; k++)
		memset(node->buf[index].map[k], 0xa5, node->buf[index].length[k]);
}

/**
 * isp_rig_submit() - queue a frame
 * @rig: the rig
 * @index: which buffers
 * @p: parameters; NULL: a buffer that changes nothing
 */
void isp_rig_submit(struct isp_rig *rig, unsigned int index, const struct isp_params *p)
{
	struct isp_params none;
	int ret;

	if (!p) {
		isp_params_init(&none);
		p = &none;
	}
	poison(&rig->dev->node[ISP_MAIN], index);
	if (rig->with & ISP_WITH_SELF)
		poison(&rig->dev->node[ISP_SELF], index);
	if (rig->with & ISP_WITH_STATS)
		poison(&rig->dev->node[ISP_STATS], index);
	ret = isp_submit(rig->dev, rig->with, index, p->data, isp_params_bytes(p), rig->time_us);
	tap_require(!ret, "queue frame: %s", strerror(-ret));
	rig->time_us += STEP_US;
}

static void check_done(const struct isp_done *done, uint32_t sequence, int64_t time_us,
		       const char *what)
{
	tap_check(!done->error, "frame %u: %s is marked as broken", sequence, what);
	tap_check(done->sequence == sequence, "frame %u: %s has number %u", sequence, what,
		  done->sequence);
	tap_check(done->time_us == time_us, "frame %u: %s has time %lld, raw buffer %lld",
		  sequence, what, (long long)done->time_us, (long long)time_us);
}

/**
 * isp_rig_collect() - take a frame back and check its numbers
 * @rig: the rig
 *
 * Numbers count from 0 and are the same on all nodes, every node has the raw
 * buffer's timestamp (ISP user ABI 5.1, 10.2 rows 6 and 7).
 */
void isp_rig_collect(struct isp_rig *rig)
{
	int ret = isp_collect(rig->dev, rig->with, &rig->result);
	int64_t time_us = FIRST_US + (int64_t)rig->sequence * STEP_US;

	tap_require(!ret, "frame %u does not come: %s", rig->sequence, strerror(-ret));
	check_done(&rig->result.main, rig->sequence, time_us, "main path");
	if (rig->with & ISP_WITH_SELF)
		check_done(&rig->result.self, rig->sequence, time_us, "self path");
	if (rig->with & ISP_WITH_STATS)
		check_done(&rig->result.stats, rig->sequence, time_us, "statistics");
	/* the ABI names no time for parameters and no number for raw buffers */
	rig->result.params.time_us = time_us;
	if (rig->with & ISP_WITH_PARAMS)
		check_done(&rig->result.params, rig->sequence, time_us, "parameters");
	rig->result.raw.sequence = rig->sequence;
	check_done(&rig->result.raw, rig->sequence, time_us, "raw");
	rig->sequence++;
}

/**
 * isp_rig_window() - what a path shows
 * @rig: the rig
 * @path: ISP_MAIN or ISP_SELF
 *
 * Return: the window of the crop block, or the whole input (ISP user ABI 10.2
 * row 11).
 */
struct isp_rect isp_rig_window(const struct isp_rig *rig, enum isp_node_id path)
{
	const struct sunmao_isp_rk_crop *crop = &rig->set.crop;
	unsigned int bit = path == ISP_MAIN ? SUNMAO_ISP_RK_CROP_MAIN : SUNMAO_ISP_RK_CROP_SELF;
	const struct sunmao_isp_window *w = path == ISP_MAIN ? &crop->mp_crop : &crop->sp_crop;

	if (rig->set.crop_on && (crop->crop_en & bit))
		return (struct isp_rect){ w->h_offs, w->v_offs, w->h_size, w->v_size };
	return (struct isp_rect){ 0, 0, rig->dev->raw.width, rig->dev->raw.height };
}

/**
 * isp_rig_compare() - picture of a path against the reference's last frame
 * @rig: the rig
 * @path: ISP_MAIN or ISP_SELF
 * @index: the buffer
 * @what: names the case in messages
 */
void isp_rig_compare(struct isp_rig *rig, enum isp_node_id path, unsigned int index,
		     const char *what)
{
	struct isp_image got, want = { 0 };
	size_t sizes[ISP_PLANES] = { 0 };
	struct isp_yuv out;
	struct isp_diff d;
	unsigned int k;

	isp_image(&got, &rig->dev->node[path], index);
	want.fourcc = got.fourcc;
	want.width = got.width;
	want.height = got.height;
	isp_image_layout(&want, sizes);
	for (k = 0; k < want.planes; k++) {
		want.plane[k] = calloc(1, sizes[k]);
		tap_require(want.plane[k], "memory");
	}
	isp_ref_path(&out, &rig->ref.yuv, isp_rig_window(rig, path), want.width, want.height);
	isp_ref_pack(&want, &out);
	d = isp_image_compare(&want, &got, rig->tolerance);
	tap_check(!d.over,
		  "%s, frame %u, %s: %u samples off, by up to %u: component %u at %u,%u is %d, not %d",
		  what, rig->sequence - 1, isp_node_names[path], d.over, d.max, d.plane, d.x, d.y,
		  d.got, d.want);
	rig->worst = d.max > rig->worst ? d.max : rig->worst;
	isp_yuv_free(&out);
	for (k = 0; k < want.planes; k++)
		free(want.plane[k]);
}

/**
 * isp_rig_check() - develop the frame just collected and compare everything
 * @rig: the rig, settings up to date
 * @what: names the case in messages
 */
void isp_rig_check(struct isp_rig *rig, const char *what)
{
	struct isp_ref_raw raw;

	isp_raw_at(&raw, rig->dev, ISP_RAW0, rig->result.raw.index);
	isp_ref_free(&rig->ref);
	isp_ref_develop(&rig->ref, &rig->set, &raw);
	isp_rig_compare(rig, ISP_MAIN, rig->result.main.index, what);
	if (rig->with & ISP_WITH_SELF)
		isp_rig_compare(rig, ISP_SELF, rig->result.self.index, what);
	if (rig->with & ISP_WITH_STATS)
		isp_rig_statistics(rig, what);
}

/**
 * isp_rig_frame() - one frame from drawing to comparing
 * @rig: the rig
 * @scene: raw picture
 * @seed: which
 * @p: parameters, may be NULL
 * @what: names the case in messages
 */
void isp_rig_frame(struct isp_rig *rig, enum isp_scene scene, uint64_t seed,
		   const struct isp_params *p, const char *what)
{
	isp_rig_draw(rig, 0, scene, seed);
	if (p)
		tap_require(!isp_ref_apply(&rig->set, p->data, isp_params_bytes(p)),
			    "%s: bad test", what);
	isp_rig_submit(rig, 0, p);
	isp_rig_collect(rig);
	isp_rig_check(rig, what);
}

/* ---- statistics ---- */

/**
 * isp_rig_block() - a block of the last statistics buffer
 * @rig: the rig
 * @type: block number
 * @size: its size
 *
 * Return: the block, or NULL.
 */
const void *isp_rig_block(struct isp_rig *rig, unsigned int type, size_t size)
{
	const struct isp_done *done = &rig->result.stats;

	return isp_stats_block(rig->dev->node[ISP_STATS].buf[done->index].map[0],
			       done->bytes[0], type, size);
}

static unsigned int apart(unsigned int a, unsigned int b)
{
	return a > b ? a - b : b - a;
}

/* R and B have 10 bits, G has 12 (ISP 6.1); a mean may be rounded or truncated. */
static void compare_means(const struct isp_ref_ae *want, const uint16_t *r, const uint16_t *g,
			  const uint16_t *b, const char *what, const char *unit)
{
	unsigned int i, bad = 0, first = 0;

	for (i = 0; i < want->cells * want->cells; i++) {
		if (apart(r[i], want->r[i] >> 2) <= 1 && apart(g[i], want->g[i]) <= 1 &&
		    apart(b[i], want->b[i] >> 2) <= 1)
			continue;
		first = bad++ ? first : i;
	}
	tap_check(!bad, "%s, %s: %u cells off, cell %u is %u %u %u, not %u %u %u", what, unit, bad,
		  first, r[first], g[first], b[first], want->r[first] >> 2, want->g[first],
		  want->b[first] >> 2);
}

static void check_ae_lite(struct isp_rig *rig, const char *what)
{
	const struct sunmao_isp_rk_stats_ae_lite *got =
		isp_rig_stats(rig, sunmao_isp_rk_stats_ae_lite, SUNMAO_ISP_RK_STATS_AE_LITE);
	struct isp_ref_ae want;

	tap_require(got, "%s: no exposure block", what);
	tap_check(got->done == 1, "%s: exposure is not done", what);
	isp_ref_exposure(&want, &rig->ref.tap, &rig->set.ae.meas_window,
			 rig->set.ae.window_num ? 5 : 1);
	compare_means(&want, got->exp_mean_r, got->exp_mean_g, got->exp_mean_b, what, "exposure");
}

static void check_ae_big(struct isp_rig *rig, unsigned int unit, const char *what)
{
	static const unsigned int cells[] = { 1, 5, 15, 15 };
	const struct sunmao_isp_params_ae_big *set = &rig->set.ae_big[unit];
	const struct sunmao_isp_stats_ae_big *got =
		isp_rig_stats(rig, sunmao_isp_stats_ae_big, SUNMAO_ISP_STATS_AE_BIG0 + unit);
	struct isp_ref_ae want;
	unsigned int i, k;

	tap_require(got, "%s: no big exposure block %u", what, unit);
	tap_check(got->done == 1, "%s: big exposure %u is not done", what, unit);
	isp_ref_exposure(&want, &rig->ref.tap, &set->meas_window, cells[set->window_num]);
	compare_means(&want, got->exp_mean_r, got->exp_mean_g, got->exp_mean_b, what,
		      "big exposure");
	for (i = 0; i < 4; i++) {
		const uint32_t sum[3] = { got->sum_r[i], got->sum_g[i], got->sum_b[i] };
		uint64_t exact[3];

		if (!set->subwin[i].enable)
			continue;
		isp_ref_sums(exact, &rig->ref.tap, &set->subwin[i].window);
		/* the notes do not tell whether red and blue lose two bits here too */
		for (k = 0; k < 3; k++)
			tap_check(llabs((long long)sum[k] - (long long)exact[k]) * 1000 <=
				  (long long)exact[k] + 1000 ||
				  (k != 1 && llabs((long long)sum[k] - (long long)exact[k] / 4) * 1000 <=
				   (long long)exact[k] / 4 + 1000),
				  "%s: sum %u of free window %u is %u, not %llu", what, k, i, sum[k],
				  (unsigned long long)exact[k]);
	}
}

/*
 * A bin holds at least what surely belongs to it, and at most what may: values may
 * be rounded by one, behind a lens correction by two.
 */
static void check_bin(const uint32_t *got, const uint32_t *levels, unsigned int bin,
		      unsigned int shift, int slack, const char *what, unsigned int block)
{
	uint64_t least = 0, most = 0;
	int turn, v, width = 1 << shift, turns = 16 >> shift;

	for (turn = 0; turn < turns; turn++) {
		int first = ((turn << 8) + (int)bin) << shift;

		for (v = first - slack; v < first + width + slack; v++) {
			bool sure = v >= first + slack && v < first + width - slack;

			if (v < 0 || v >= ISP_LEVELS)
				continue;
			most += levels[v];
			/* what is clipped at either end stays there */
			least += sure ? levels[v] : 0;
		}
	}
	tap_check(got[bin] >= least && got[bin] <= most,
		  "%s: histogram %u: bin %u is %u, not %llu to %llu", what, block, bin, got[bin],
		  (unsigned long long)least, (unsigned long long)most);
}

static void check_histogram(struct isp_rig *rig, unsigned int block,
			    const struct sunmao_isp_rk_hist_big *set, bool lite, const char *what)
{
	const struct sunmao_isp_rk_stats_hist *got =
		isp_rig_stats(rig, sunmao_isp_rk_stats_hist, block);
	bool averaged = set->mode == SUNMAO_ISP_HIST_Y || set->mode == SUNMAO_ISP_HIST_G;
	static uint32_t levels[ISP_LEVELS];
	uint64_t total = 0, got_total = 0;
	int slack = (averaged ? 1 : 0) +
		(rig->set.lsc_on && isp_ref_choices.tap != ISP_TAP_BLS ? 1 : 0);
	unsigned int i;

	tap_require(got, "%s: no histogram block %u", what, block);
	tap_check(got->done == 1, "%s: histogram %u is not done", what, block);
	isp_ref_histogram(levels, &rig->ref.tap, set, lite);
	for (i = 0; i < ISP_LEVELS; i++)
		total += levels[i];
	for (i = 0; i < 256; i++)
		got_total += got->hist_bins[i];
	tap_check(got_total == total, "%s: histogram %u counts %llu, not %llu", what, block,
		  (unsigned long long)got_total, (unsigned long long)total);
	for (i = 0; i < 256 && !tap_failed(); i++)
		check_bin(got->hist_bins, levels, i, 4u - set->data_sel, slack, what, block);
}

/* Two percent, and one code value per sample that somebody rounded another way. */
static void check_grid_colour(const uint32_t *got, const uint64_t *want, const uint32_t *count,
			      double scale, const char *what, const char *colour)
{
	unsigned int i, bad = 0, first = 0;

	for (i = 0; i < 225; i++) {
		double least = scale * ((double)want[i] - count[i]) * 0.98 - 8;
		double most = scale * ((double)want[i] + count[i]) * 1.02 + 8;

		if (got[i] > 0x3ffff || got[i] > most || got[i] < least)
			first = bad++ ? first : i;
	}
	tap_check(!bad, "%s: %s of %u cells of the grid off, cell %u is %u, not %.0f", what, colour,
		  bad, first, got[first], scale * (double)want[first]);
}

/* Sums are known up to a constant factor, see isp_ref.h. */
static void check_awb(struct isp_rig *rig, const char *what)
{
	const struct sunmao_isp_rk_stats_awb *got =
		isp_rig_stats(rig, sunmao_isp_rk_stats_awb, SUNMAO_ISP_RK_STATS_AWB);
	static struct isp_ref_awb want;
	double all = 0, got_all = 0, count = 0, got_count = 0;
	unsigned int i, bad = 0;

	tap_require(got, "%s: no white balance block", what);
	tap_check(got->done == 1, "%s: white balance is not done", what);
	isp_ref_awb(&want, &rig->ref.awb, &rig->set.awb_meas);
	for (i = 0; i < 225; i++) {
		all += (double)(want.r[i] + want.g[i] + want.b[i]);
		got_all += (double)got->counts_r[i] + got->counts_g[i] + got->counts_b[i];
		count += want.count[i];
		got_count += got->counts_w[i];
	}
	tap_check(!all == !got_all, "%s: grid sums up to %.0f, reference %.0f", what, got_all, all);
	if (!all || !got_all)
		return;
	check_grid_colour(got->counts_r, want.r, want.count, got_all / all, what,
			  "red");
	check_grid_colour(got->counts_g, want.g, want.count, got_all / all, what,
			  "green");
	check_grid_colour(got->counts_b, want.b, want.count, got_all / all, what,
			  "blue");
	for (i = 0; i < 225; i++)
		bad += got->counts_w[i] > 1023 || (!got->counts_w[i] && want.count[i] > 8) ||
			(got->counts_w[i] && !want.count[i]);
	tap_check(!bad && got_count > 0, "%s: white points of %u cells are wrong", what, bad);
}

/**
 * isp_rig_statistics() - compare every enabled unit with the reference
 * @rig: the rig, reference of this frame at hand
 * @what: names the case in messages
 */
void isp_rig_statistics(struct isp_rig *rig, const char *what)
{
	unsigned int i;

	if (rig->set.ae_on)
		check_ae_lite(rig, what);
	if (rig->set.hist_on && rig->set.hist.mode != SUNMAO_ISP_HIST_OFF) {
		const struct sunmao_isp_rk_hist_lite *lite = &rig->set.hist;
		struct sunmao_isp_rk_hist_big big = {
			.data_sel = lite->data_sel, .mode = lite->mode, .stepsize = lite->stepsize,
			.waterline = lite->waterline, .coeffs = lite->coeffs,
			.meas_window = lite->meas_window,
		};

		memcpy(big.weights, lite->weights, sizeof(lite->weights));
		check_histogram(rig, SUNMAO_ISP_RK_STATS_HIST_LITE, &big, true, what);
	}
	for (i = 0; i < 3; i++) {
		if (rig->set.hist_big_on[i] && rig->set.hist_big[i].mode != SUNMAO_ISP_HIST_OFF)
			check_histogram(rig, SUNMAO_ISP_RK_STATS_HIST_BIG0 + i,
					&rig->set.hist_big[i], false, what);
		if (rig->set.ae_big_on[i])
			check_ae_big(rig, i, what);
	}
	if (rig->set.awb_meas_on)
		check_awb(rig, what);
}
