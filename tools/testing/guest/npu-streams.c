// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs from raw register streams, compared bit for bit with the CPU reference.
 *
 * With --rocket the program knows that it runs on mainline's driver, whose
 * pooling jobs always time out (hardware notes, NPU H.1 item 22), and skips
 * what follows from that; everything else must hold there as well. It then
 * closes files only when their memory has gone, because that driver uses a
 * closed file's memory (item 4).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"
#include "workload.h"

static bool on_rocket;

static struct npu_client *client_or_fail(void)
{
	struct npu_client *client = npu_open();

	if (!client)
		tap_fail("open: %s", strerror(errno));
	return client;
}

struct conv_case {
	struct conv_shape shape;
	unsigned int slices;
	enum work_layout layout;
	void (*tune)(struct npu_conv *c);
};

static void test_conv(const void *arg)
{
	const struct conv_case *t = arg;
	struct npu_client *client = client_or_fail();
	struct npu_conv c;

	if (!client)
		return;
	conv_from_shape(&c, &t->shape, 0x5eed);
	if (t->tune)
		t->tune(&c);
	work_run(work_conv(client, &c, 0xc0ffee, t->slices ? t->slices : 1,
			   t->layout, NULL));
}

static void tune_relu(struct npu_conv *c)
{
	c->relu = true;
}

static void tune_relux(struct npu_conv *c)
{
	c->relu = true;
	c->relux = (int32_t)((60ll << c->out_shift) / c->out_scale);
}

static void tune_ties_even(struct npu_conv *c)
{
	/* A gain of 1/512: one in 512 results is an exact tie. */
	c->out_scale = 1;
	c->out_shift = 9;
}

static void tune_ties_away(struct npu_conv *c)
{
	tune_ties_even(c);
	c->ties_away = true;
}

static void tune_negative_gain(struct npu_conv *c)
{
	c->out_scale = INT16_MIN;
}

static void tune_saturate(struct npu_conv *c)
{
	c->out_shift -= 4;
	c->out_offset = 100;
}

static void tune_record(struct npu_conv *c)
{
	c->coef = NPU_COEF_RECORD;
	c->bs_shift = 14;
}

static void tune_zero_points(struct npu_conv *c)
{
	c->pad_value = -128;
	c->cpend = 128;
	c->out_offset = -128;
}

static void tune_add(struct npu_conv *c)
{
	/* Operand gain in accumulator units, not rounded. */
	c->add = true;
	c->add_offset = 13;
	c->add_scale = 1001;
}

static void tune_add_fraction(struct npu_conv *c)
{
	/*
	 * Rounded, but never a tie: E.8 has no certain fact for those. An odd
	 * factor and a sum below 2^9 cannot give half of 2^12.
	 */
	tune_add(c);
	c->add_scale = 16001;
	c->add_shift = 12;
}

#define CONV(w, h, ic, oc, ks, st, sm)	{				\
		.in_w = (w), .in_h = (h), .in_c = (ic), .out_c = (oc),	\
		.k = (ks), .stride = (st), .same = (sm),		\
	}
#define DEPTHWISE(w, h, channels, ks, st)	{			\
		.in_w = (w), .in_h = (h), .in_c = (channels),		\
		.k = (ks), .stride = (st), .same = true, .depthwise = true, \
	}

static void test_pool(const void *arg)
{
	struct npu_client *client;

	if (on_rocket) {
		tap_skip("mainline arms no pooling interrupt");
		return;
	}
	client = client_or_fail();
	if (client)
		work_run(work_pool(client, arg, 0xb00, NULL));
}

static void test_eltwise(const void *arg)
{
	struct npu_client *client = client_or_fail();

	if (client)
		work_run(work_eltwise(client, arg, 0xe17, NULL, NULL));
}

/* A job with two programs of different classes: the last one is a pooling. */
static void test_mixed_job(const void *arg)
{
	const struct conv_shape shape = CONV(12, 12, 16, 32, 3, 1, true);
	const struct npu_pool pool = {
		.kind = NPU_POOL_MAX, .in_w = 12, .in_h = 12, .channels = 32,
		.out_w = 6, .out_h = 6, .k_w = 2, .k_h = 2, .stride = 2,
	};
	struct npu_client *client;
	struct work *conv, *max;
	struct npu_conv c;
	int ret;

	(void)arg;
	if (on_rocket) {
		tap_skip("mainline arms no pooling interrupt");
		return;
	}
	client = client_or_fail();
	if (!client)
		return;
	conv_from_shape(&c, &shape, 7);
	conv = work_conv(client, &c, 8, 1, WORK_UNLINKED, NULL);
	tap_require(conv, "no job");
	max = work_pool(client, &pool, 9, conv);
	tap_require(max, "no job");

	/* Both tasks in the pooling's job; the convolution's output is inside. */
	max->tasks[1] = max->tasks[0];
	max->tasks[0] = conv->tasks[0];
	max->job.task_count = 2;
	max->in_handles[0] = conv->in->handle;
	ret = work_submit(max);
	tap_require(!ret, "submit: %s", strerror(-ret));
	ret = work_wait(max);
	tap_require(!ret, "wait: %s", strerror(-ret));
	tap_check(!work_compare(max), "wrong result");
}

/* conv -> conv -> eltwise(conv, conv) in one SUBMIT: only fences order it. */
static void test_dependency_chain(const void *arg)
{
	const bool separate = arg;
	const struct conv_shape first = CONV(10, 10, 16, 32, 3, 1, true);
	const struct conv_shape second = CONV(10, 10, 32, 32, 3, 1, true);
	const struct npu_eltwise sum = { NPU_ELTWISE_ADD, 10, 10, 32 };
	struct npu_client *client = client_or_fail();
	struct npu_abi_job jobs[3];
	struct work *a, *b, *d;
	struct npu_conv c;
	int round, ret;

	if (!client)
		return;
	conv_from_shape(&c, &first, 1);
	a = work_conv(client, &c, 2, 1, WORK_UNLINKED, NULL);
	tap_require(a, "no job");
	conv_from_shape(&c, &second, 3);
	b = work_conv(client, &c, 4, 1, WORK_UNLINKED, a);
	tap_require(b, "no job");
	d = work_eltwise(client, &sum, 5, a, b);
	tap_require(d, "no job");
	work_repeat(a, 20);	/* the consumers have something to wait for */

	for (round = 0; round < 8; round++) {
		ret = work_poison(a) ?: work_poison(b) ?: work_poison(d);
		tap_require(!ret, "poison: %s", strerror(-ret));
		jobs[0] = a->job;
		jobs[1] = b->job;
		jobs[2] = d->job;
		if (separate)
			ret = npu_submit(client, &jobs[0], 1) ?:
			      npu_submit(client, &jobs[1], 1) ?:
			      npu_submit(client, &jobs[2], 1);
		else
			ret = npu_submit(client, jobs, 3);
		tap_require(!ret, "submit: %s", strerror(-ret));
		ret = work_wait(d);
		tap_require(!ret, "wait: %s", strerror(-ret));
		tap_require(!work_compare(d), "sum wrong in round %d", round);
		ret = work_wait(a) ?: work_wait(b);
		tap_require(!ret, "wait: %s", strerror(-ret));
		tap_require(!work_compare(a) && !work_compare(b),
			    "intermediate wrong in round %d", round);
	}
}

/* Several jobs read one buffer; none may change it or wait for ever. */
static void test_many_readers(const void *arg)
{
	const struct conv_shape shape = CONV(8, 8, 32, 32, 3, 1, true);
	struct npu_client *client = client_or_fail();
	struct work *source, *reader[6];
	struct npu_abi_job jobs[7];
	struct npu_conv c;
	unsigned int i;
	int ret;

	(void)arg;
	if (!client)
		return;
	conv_from_shape(&c, &shape, 11);
	source = work_conv(client, &c, 12, 1, WORK_UNLINKED, NULL);
	tap_require(source, "no job");
	jobs[0] = source->job;
	for (i = 0; i < ARRAY_SIZE(reader); i++) {
		conv_from_shape(&c, &shape, 20 + i);
		reader[i] = work_conv(client, &c, 30 + i, 1, WORK_UNLINKED, source);
		tap_require(reader[i], "no job");
		jobs[1 + i] = reader[i]->job;
	}
	ret = npu_submit(client, jobs, 1 + ARRAY_SIZE(reader));
	tap_require(!ret, "submit: %s", strerror(-ret));
	for (i = 0; i < ARRAY_SIZE(reader); i++) {
		ret = work_wait(reader[i]);
		tap_require(!ret, "reader %u: %s", i, strerror(-ret));
		tap_check(!work_compare(reader[i]), "reader %u wrong", i);
	}
	tap_check(!work_compare(source), "the source changed");
}

/*
 * Write after read: a slow reader of a buffer is queued, then a writer of the
 * same buffer. The reader must still see the old content.
 */
static void test_write_after_read(const void *arg)
{
	const struct conv_shape shape = CONV(16, 16, 32, 32, 3, 1, true);
	struct npu_client *client;
	struct work *old, *reader, *writer;
	struct npu_conv c;
	int round, ret;

	(void)arg;
	if (on_rocket) {
		tap_skip("mainline attaches no fence to inputs");
		return;
	}
	client = client_or_fail();
	if (!client)
		return;
	conv_from_shape(&c, &shape, 41);
	old = work_conv(client, &c, 42, 1, WORK_UNLINKED, NULL);
	tap_require(old, "no job");
	conv_from_shape(&c, &shape, 43);
	reader = work_conv(client, &c, 44, 1, WORK_UNLINKED, old);
	tap_require(reader, "no job");
	work_repeat(reader, 30);
	writer = work_small(client, 45);
	tap_require(writer, "no job");

	for (round = 0; round < 4; round++) {
		struct npu_abi_job jobs[3];
		uint32_t handle = old->out->handle;

		ret = work_poison(old) ?: work_poison(reader);
		tap_require(!ret, "poison: %s", strerror(-ret));
		jobs[0] = old->job;
		jobs[1] = reader->job;
		/* The small job's stream with its output moved to old's buffer. */
		jobs[2] = writer->job;
		jobs[2].out_bo_handles = (uintptr_t)&handle;
		ret = npu_submit(client, jobs, 3);
		tap_require(!ret, "submit: %s", strerror(-ret));
		/*
		 * The writer declares the buffer, it need not touch it: its end
		 * must not come before the reader's.
		 */
		ret = npu_wait(old->out);
		tap_require(!ret, "wait: %s", strerror(-ret));
		ret = npu_prep(client->fd, reader->out->handle, 0);
		tap_require(!ret, "the writer ended before the reader: %s", strerror(-ret));
		tap_require(!work_compare(reader), "reader wrong in round %d", round);
	}
}

/* Several files with jobs in flight at once, all in one process. */
static void test_many_files(const void *arg)
{
	const struct conv_shape shape = CONV(12, 12, 32, 32, 3, 1, true);
	struct work *w[6];
	struct npu_conv c;
	unsigned int i, round;
	int ret;

	(void)arg;
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		struct npu_client *client = client_or_fail();

		if (!client)
			return;
		conv_from_shape(&c, &shape, 100 + i);
		w[i] = work_conv(client, &c, 200 + i, 3, WORK_UNLINKED, NULL);
		tap_require(w[i], "no job");
	}
	for (round = 0; round < 8; round++) {
		for (i = 0; i < ARRAY_SIZE(w); i++) {
			ret = work_poison(w[i]) ?: work_submit(w[i]);
			tap_require(!ret, "file %u: %s", i, strerror(-ret));
		}
		for (i = 0; i < ARRAY_SIZE(w); i++) {
			ret = work_wait(w[i]);
			tap_require(!ret, "file %u: %s", i, strerror(-ret));
			tap_require(!work_compare(w[i]), "file %u wrong", i);
		}
	}
}

/* Independent jobs of one file: any order, any core, all right. */
static void test_many_jobs(const void *arg)
{
	struct npu_client *client = client_or_fail();
	struct npu_abi_job jobs[24];
	struct work *w[24];
	unsigned int i;
	int ret;

	(void)arg;
	if (!client)
		return;
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i] = work_small(client, 300 + i);
		tap_require(w[i], "no job");
		jobs[i] = w[i]->job;
	}
	ret = npu_submit(client, jobs, ARRAY_SIZE(jobs));
	tap_require(!ret, "submit: %s", strerror(-ret));
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		ret = work_wait(w[i]);
		tap_require(!ret, "job %u: %s", i, strerror(-ret));
		tap_check(!work_compare(w[i]), "job %u wrong", i);
	}
}

/* The same job again and again: no state may be left from one to the next. */
static void test_same_job_again(const void *arg)
{
	const struct conv_shape direct = CONV(8, 8, 32, 32, 3, 1, true);
	const struct conv_shape dw = DEPTHWISE(8, 8, 64, 3, 1);
	const struct npu_eltwise sum = { NPU_ELTWISE_ADD, 8, 8, 32 };
	struct npu_client *client = client_or_fail();
	struct work *w[3];
	struct npu_conv c;
	unsigned int i;

	(void)arg;
	if (!client)
		return;
	conv_from_shape(&c, &direct, 51);
	w[0] = work_conv(client, &c, 52, 1, WORK_UNLINKED, NULL);
	conv_from_shape(&c, &dw, 53);
	w[1] = work_conv(client, &c, 54, 1, WORK_UNLINKED, NULL);
	w[2] = work_eltwise(client, &sum, 55, NULL, NULL);
	/* An uneven order, so that every kind meets both register groups. */
	for (i = 0; i < 30; i++)
		if (work_run(w[(i + i / 3) % 3]))
			return;
}

/* The clocks' worth of one job with the most tasks a test can list. */
static void test_long_job(const void *arg)
{
	struct npu_client *client = client_or_fail();
	struct work *w;

	(void)arg;
	if (!client)
		return;
	w = work_small(client, 61);
	tap_require(w, "no job");
	work_repeat(w, 300);
	work_run(w);
}

/* A stream at the last possible place of its buffer, odd word count. */
static void test_stream_placement(const void *arg)
{
	struct npu_client *client = client_or_fail();
	struct npu_bo *place;
	struct work *w;
	uint32_t count;

	(void)arg;
	if (!client)
		return;
	w = work_small(client, 71);
	tap_require(w, "no job");
	count = w->tasks[0].regcmd_count;
	place = npu_bo_new(client, 2 * NPU_PAGE);
	tap_require(place, "no buffer: %s", strerror(errno));
	/* 64-byte aligned start, the end as near to the buffer's as it goes. */
	w->tasks[0].regcmd = (place->iova + place->size - count * 8) & ~63u;
	memset(place->map, 0, place->size);
	memcpy((char *)place->map + (w->tasks[0].regcmd - place->iova),
	       w->regcmd->map, count * 8);
	npu_fini(client->fd, place->handle);
	if (work_run(w))
		return;

	/* One empty word (B.3) in front makes the count odd or even. */
	w->tasks[0].regcmd = place->iova;
	w->tasks[0].regcmd_count = count + 1;
	memset(place->map, 0, place->size);
	memcpy((char *)place->map + 8, w->regcmd->map, count * 8);
	npu_fini(client->fd, place->handle);
	work_run(w);
}

#define T(name, fn, ...)	{ name, fn, __VA_ARGS__, 0 }
#define CASE(...)	(&(const struct conv_case){ __VA_ARGS__ })

static const struct tap_test tests[] = {
	T("conv 1x1", test_conv,
	  CASE(.shape = CONV(8, 8, 16, 32, 1, 1, true))),
	T("conv 1x1, one pixel, 64 to 96 channels", test_conv,
	  CASE(.shape = CONV(1, 1, 64, 96, 1, 1, true))),
	T("conv 1x1, wide plane", test_conv,
	  CASE(.shape = CONV(23, 5, 64, 64, 1, 1, true))),
	T("conv 1x1, 48 input channels", test_conv,
	  CASE(.shape = CONV(7, 9, 48, 32, 1, 1, true))),
	T("conv 1x1, 21 input channels", test_conv,
	  CASE(.shape = CONV(6, 6, 21, 32, 1, 1, true))),
	T("conv 1x1, 16 output channels", test_conv,
	  CASE(.shape = CONV(8, 8, 32, 16, 1, 1, true))),
	T("conv 1x1, 48 output channels", test_conv,
	  CASE(.shape = CONV(8, 8, 32, 48, 1, 1, true))),
	T("conv 1x1, 37 output channels", test_conv,
	  CASE(.shape = CONV(5, 5, 32, 37, 1, 1, true))),
	T("conv 1x1, stride 2", test_conv,
	  CASE(.shape = CONV(9, 9, 32, 32, 1, 2, true))),
	T("conv 3x3 same", test_conv,
	  CASE(.shape = CONV(12, 12, 32, 32, 3, 1, true))),
	T("conv 3x3 valid", test_conv,
	  CASE(.shape = CONV(12, 10, 32, 32, 3, 1, false))),
	T("conv 3x3, stride 2", test_conv,
	  CASE(.shape = CONV(14, 14, 32, 64, 3, 2, true))),
	T("conv 3x3, odd plane, stride 2", test_conv,
	  CASE(.shape = CONV(13, 11, 16, 32, 3, 2, true))),
	T("conv 3x3, three input channels", test_conv,
	  CASE(.shape = CONV(32, 32, 3, 32, 3, 2, true))),
	T("conv 3x3, three rows", test_conv,
	  CASE(.shape = CONV(16, 3, 16, 32, 3, 1, true))),
	T("conv 5x5", test_conv,
	  CASE(.shape = CONV(11, 13, 16, 32, 5, 1, true))),
	T("conv 3x3, one-channel image", test_conv,
	  CASE(.shape = {
		.in_w = 20, .in_h = 14, .in_c = 1, .out_c = 32, .k = 3,
		.stride = 1, .same = true, .image = true,
	  })),
	T("depthwise 3x3", test_conv,
	  CASE(.shape = DEPTHWISE(10, 12, 64, 3, 1))),
	T("depthwise 3x3, 32 channels", test_conv,
	  CASE(.shape = DEPTHWISE(9, 9, 32, 3, 1))),
	T("depthwise 3x3, 128 channels, stride 2", test_conv,
	  CASE(.shape = DEPTHWISE(14, 14, 128, 3, 2))),
	T("depthwise 5x5", test_conv,
	  CASE(.shape = DEPTHWISE(12, 12, 64, 5, 1))),
	T("ReLU", test_conv,
	  CASE(.shape = CONV(8, 8, 32, 32, 3, 1, true), .tune = tune_relu)),
	T("ReLU with upper clamp", test_conv,
	  CASE(.shape = CONV(8, 8, 32, 32, 3, 1, true), .tune = tune_relux)),
	T("requantisation rounds ties to even", test_conv,
	  CASE(.shape = CONV(16, 16, 16, 32, 1, 1, true), .tune = tune_ties_even)),
	T("requantisation rounds ties away from zero", test_conv,
	  CASE(.shape = CONV(16, 16, 16, 32, 1, 1, true), .tune = tune_ties_away)),
	T("requantisation with a negative gain", test_conv,
	  CASE(.shape = CONV(8, 8, 16, 32, 1, 1, true), .tune = tune_negative_gain)),
	T("requantisation saturates", test_conv,
	  CASE(.shape = CONV(8, 8, 16, 32, 1, 1, true), .tune = tune_saturate)),
	T("per-channel coefficient records", test_conv,
	  CASE(.shape = CONV(8, 8, 32, 64, 3, 1, true), .tune = tune_record)),
	T("per-channel coefficient records, depthwise", test_conv,
	  CASE(.shape = DEPTHWISE(8, 8, 64, 3, 1), .tune = tune_record)),
	T("extreme zero points", test_conv,
	  CASE(.shape = CONV(8, 8, 19, 32, 3, 1, true), .tune = tune_zero_points)),
	T("fused residual add", test_conv,
	  CASE(.shape = CONV(8, 8, 32, 64, 1, 1, true), .tune = tune_add)),
	T("fused residual add, operand scaled down", test_conv,
	  CASE(.shape = CONV(8, 8, 32, 32, 3, 1, true), .tune = tune_add_fraction)),
	T("two tasks", test_conv,
	  CASE(.shape = CONV(16, 16, 32, 32, 3, 1, true),
	       .slices = 2, .layout = WORK_UNLINKED)),
	T("five tasks, stride 2", test_conv,
	  CASE(.shape = CONV(15, 17, 16, 32, 3, 2, true),
	       .slices = 5, .layout = WORK_UNLINKED)),
	T("five linked tasks", test_conv,
	  CASE(.shape = CONV(15, 17, 16, 32, 3, 1, true),
	       .slices = 5, .layout = WORK_LINKED)),
	T("four linked depthwise tasks", test_conv,
	  CASE(.shape = DEPTHWISE(12, 12, 64, 3, 1),
	       .slices = 4, .layout = WORK_LINKED)),
	T("fused residual add in three tasks", test_conv,
	  CASE(.shape = CONV(8, 9, 32, 64, 1, 1, true),
	       .slices = 3, .layout = WORK_UNLINKED, .tune = tune_add)),
	T("element-wise add", test_eltwise,
	  &(const struct npu_eltwise){ NPU_ELTWISE_ADD, 9, 7, 64 }),
	T("element-wise minus", test_eltwise,
	  &(const struct npu_eltwise){ NPU_ELTWISE_MINUS, 8, 8, 32 }),
	T("element-wise max", test_eltwise,
	  &(const struct npu_eltwise){ NPU_ELTWISE_MAX, 8, 8, 32 }),
	T("element-wise min", test_eltwise,
	  &(const struct npu_eltwise){ NPU_ELTWISE_MIN, 8, 8, 32 }),
	T("max pooling 2x2", test_pool,
	  &(const struct npu_pool){
		.kind = NPU_POOL_MAX, .in_w = 16, .in_h = 12, .channels = 32,
		.out_w = 8, .out_h = 6, .k_w = 2, .k_h = 2, .stride = 2,
	  }),
	T("max pooling 3x3, padded", test_pool,
	  &(const struct npu_pool){
		.kind = NPU_POOL_MAX, .in_w = 11, .in_h = 11, .channels = 16,
		.out_w = 6, .out_h = 6, .k_w = 3, .k_h = 3, .stride = 2,
		.pad_left = 1, .pad_top = 1, .pad_right = 1, .pad_bottom = 1,
	  }),
	T("min pooling 3x3", test_pool,
	  &(const struct npu_pool){
		.kind = NPU_POOL_MIN, .in_w = 9, .in_h = 9, .channels = 16,
		.out_w = 7, .out_h = 7, .k_w = 3, .k_h = 3, .stride = 1,
	  }),
	T("average pooling 3x3", test_pool,
	  &(const struct npu_pool){
		.kind = NPU_POOL_AVERAGE, .in_w = 10, .in_h = 10, .channels = 32,
		.out_w = 8, .out_h = 8, .k_w = 3, .k_h = 3, .stride = 1,
	  }),
	T("average pooling 2x2", test_pool,
	  &(const struct npu_pool){
		.kind = NPU_POOL_AVERAGE, .in_w = 16, .in_h = 16, .channels = 16,
		.out_w = 8, .out_h = 8, .k_w = 2, .k_h = 2, .stride = 2,
	  }),
	T("average pooling 7x7", test_pool,
	  &(const struct npu_pool){
		.kind = NPU_POOL_AVERAGE, .in_w = 7, .in_h = 7, .channels = 64,
		.out_w = 1, .out_h = 1, .k_w = 7, .k_h = 7, .stride = 1,
	  }),
	T("convolution and pooling in one job", test_mixed_job, NULL),
	T("dependent jobs in one submit", test_dependency_chain, NULL),
	T("dependent jobs in separate submits", test_dependency_chain, "separate"),
	T("many readers of one buffer", test_many_readers, NULL),
	T("a writer waits for earlier readers", test_write_after_read, NULL),
	T("independent jobs of one file", test_many_jobs, NULL),
	T("jobs over several open files", test_many_files, NULL),
	T("kinds of jobs in turn", test_same_job_again, NULL),
	T("a job of 300 tasks", test_long_job, NULL),
	T("stream at the end of its buffer and with an odd length", test_stream_placement, NULL),
};

/* Shared memory in use, in KiB: buffer objects and nothing else that changes. */
static long shmem_kb(void)
{
	char line[128];
	long kb = -1;
	FILE *f;
	int fd;

	/* Counters are per CPU; this folds them. */
	fd = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, "1", 1) < 0)
			tap_note("stat_refresh: %s", strerror(errno));
		close(fd);
	}
	f = fopen("/proc/meminfo", "r");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "Shmem: %ld", &kb) == 1)
			break;
	fclose(f);
	return kb;
}

static long shmem_at_start;

/* Drops all buffers and waits until finished jobs have dropped them too. */
static void close_gently(void)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	int64_t begin = npu_now_ns();

	npu_free_all();
	while (shmem_kb() > shmem_at_start) {
		if (npu_now_ns() - begin > 1000000000LL) {
			tap_note("buffers are still in use");
			break;
		}
		nanosleep(&pause, NULL);
	}
	npu_close_all();
}

int main(int argc, char **argv)
{
	const char *only = NULL;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--rocket"))
			on_rocket = true;
		else
			only = argv[i];
	}
	shmem_at_start = shmem_kb();
	return tap_main(tests, ARRAY_SIZE(tests), only,
			on_rocket ? close_gently : npu_close_all);
}
