// SPDX-License-Identifier: GPL-2.0-only
/*
 * NPU jobs with data, see workload.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ref.h"
#include "regcmd.h"
#include "tap.h"
#include "workload.h"

#define GUARD_BYTE	0xa5
#define POISON_BYTE	0x5a
#define SEGMENT_WORDS	192u	/* room for the longest segment, aligned */

/**
 * prng_next() - next number of a seeded sequence (splitmix64)
 * @state: the sequence
 *
 * Return: 64 random bits.
 */
uint64_t prng_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static void fill_random(int8_t *p, size_t n, uint64_t *state)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = (int8_t)prng_next(state);
}

static unsigned int isqrt(uint64_t v)
{
	uint64_t r = 0;

	while ((r + 1) * (r + 1) <= v)
		r++;
	return (unsigned int)r;
}

/**
 * conv_from_shape() - complete a convolution from its shape
 * @c: result
 * @shape: the shape; TFLite's SAME or VALID padding
 * @seed: chooses zero points
 *
 * The requantisation gain spreads the results over the int8 range without
 * saturating many of them: products of full-range operands have a standard
 * deviation near 6000.
 */
void conv_from_shape(struct npu_conv *c, const struct conv_shape *shape,
		     uint64_t seed)
{
	unsigned int s = shape->stride, k = shape->k;
	uint64_t terms = (uint64_t)k * k * (shape->depthwise ? 1 : shape->in_c);
	uint64_t divisor = 6000ull * (isqrt(terms) + 1) / 50;

	memset(c, 0, sizeof(*c));
	c->in_w = shape->in_w;
	c->in_h = shape->in_h;
	c->in_c = shape->in_c;
	c->out_c = shape->depthwise ? shape->in_c : shape->out_c;
	c->k_w = k;
	c->k_h = k;
	c->stride = s;
	c->depthwise = shape->depthwise;
	c->image = shape->image;
	if (shape->same) {
		int pad_w, pad_h;

		c->out_w = (c->in_w + s - 1) / s;
		c->out_h = (c->in_h + s - 1) / s;
		pad_w = (int)((c->out_w - 1) * s + k) - (int)c->in_w;
		pad_h = (int)((c->out_h - 1) * s + k) - (int)c->in_h;
		c->pad_left = pad_w > 0 ? (unsigned int)pad_w / 2 : 0;
		c->pad_top = pad_h > 0 ? (unsigned int)pad_h / 2 : 0;
	} else {
		c->out_w = (c->in_w - k) / s + 1;
		c->out_h = (c->in_h - k) / s + 1;
	}
	c->pad_value = (int8_t)(prng_next(&seed) % 64) - 32;
	c->cpend = (int16_t)(prng_next(&seed) % 64) - 32;
	c->out_offset = (int32_t)(prng_next(&seed) % 32) - 16;

	while ((1ull << c->out_shift) / divisor < 0x4000)
		c->out_shift++;
	c->out_scale = (int16_t)((1ull << c->out_shift) / divisor | 1);
}

static struct work *work_new(struct npu_client *client)
{
	struct work *w = calloc(1, sizeof(*w));

	if (!w) {
		perror("calloc");
		exit(3);
	}
	w->client = client;
	return w;
}

static void *scratch(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p) {
		perror("calloc");
		exit(3);
	}
	return p;
}

static void set_job(struct work *w)
{
	w->in_handles[0] = w->in->handle;
	if (w->operand)
		w->in_handles[1] = w->operand->handle;
	w->out_handle = w->out->handle;
	w->job = (struct npu_abi_job){
		.tasks = (uintptr_t)w->tasks,
		.in_bo_handles = (uintptr_t)w->in_handles,
		.out_bo_handles = (uintptr_t)&w->out_handle,
		.task_count = w->job.task_count,
		.task_struct_size = sizeof(w->tasks[0]),
		.in_bo_handle_count = w->operand ? 2 : 1,
		.out_bo_handle_count = 1,
	};
}

/* Makes an input cube, or takes the producer's output as it will be. */
static int take_input(struct work *w, struct npu_bo **bo, bool *borrowed,
		      const struct work *producer, int8_t *dense,
		      unsigned int width, unsigned int height,
		      unsigned int channels, int8_t fill, uint64_t *seed)
{
	size_t n = (size_t)width * height * channels;

	if (producer) {
		if (producer->out_w != width || producer->out_h != height ||
		    producer->out_c != channels)
			return -EINVAL;
		*bo = producer->out;
		*borrowed = true;
		memcpy(dense, producer->expect, n);
		return 0;
	}
	fill_random(dense, n, seed);
	*bo = npu_bo_new(w->client, npu_cube_bytes(width, height, channels));
	if (!*bo)
		return -errno;
	rc_pack_feature((*bo)->map, dense, width, height, channels, fill);
	return npu_fini(w->client->fd, (*bo)->handle);
}

static int make_output(struct work *w, unsigned int width, unsigned int height,
		       unsigned int channels, unsigned int walked)
{
	w->out_w = width;
	w->out_h = height;
	w->out_c = channels;
	w->out_bytes = npu_cube_bytes(width, height, walked);
	w->expect = scratch((size_t)width * height * channels);
	w->out = npu_bo_new(w->client, w->out_bytes + NPU_PAGE);
	if (!w->out)
		return -errno;
	memset(w->out->map, GUARD_BYTE, w->out->size);
	return work_poison(w);
}

static struct work *finish(struct work *w, int ret)
{
	if (!ret) {
		set_job(w);
		return w;
	}
	tap_note("cannot set up a job: %s", strerror(-ret));
	work_free(w);
	errno = -ret;
	return NULL;
}

/* Starts segment @i of the stream buffer. */
static struct rc_stream segment(struct work *w, unsigned int i)
{
	return (struct rc_stream){
		.words = (uint64_t *)w->regcmd->map + i * SEGMENT_WORDS,
		.capacity = SEGMENT_WORDS,
	};
}

static uint32_t segment_iova(const struct work *w, unsigned int i)
{
	return w->regcmd->iova + i * SEGMENT_WORDS * 8;
}

static int make_streams(struct work *w, unsigned int count)
{
	w->regcmd = npu_bo_new(w->client, count * SEGMENT_WORDS * 8);
	if (!w->regcmd)
		return -errno;
	memset(w->regcmd->map, 0, w->regcmd->size);
	return 0;
}

static int conv_streams(struct work *w, const struct npu_conv *c,
			unsigned int slices, enum work_layout layout)
{
	unsigned int i, row = 0;
	int ret;

	ret = make_streams(w, slices);
	if (ret)
		return ret;
	for (i = 0; i < slices; i++) {
		struct rc_conv_io io = {
			.in = w->in->iova,
			.weights = w->weights->iova,
			.coef = w->coef->iova,
			.operand = w->operand ? w->operand->iova : 0,
			.out = w->out->iova,
			.out_row = row,
			.out_rows = (c->out_h - row) / (slices - i),
			.reuse = i > 0,
		};
		const bool link = layout == WORK_LINKED && i + 1 < slices;
		struct rc_stream s = segment(w, i);

		rc_conv(&s, c, &io);
		/* All segments of one operation are equally long. */
		rc_finish(&s, link ? segment_iova(w, i + 1) : 0,
			  s.count + RC_TRAILER_WORDS, RC_RUN_CONV);
		if (s.overflow)
			return -EOVERFLOW;
		w->tasks[i] = (struct npu_abi_task){
			.regcmd = segment_iova(w, i),
			.regcmd_count = s.count,
		};
		row += io.out_rows;
	}
	w->job.task_count = slices;
	return npu_fini(w->client->fd, w->regcmd->handle);
}

static int conv_setup(struct work *w, const struct npu_conv *c, uint64_t seed,
		      unsigned int slices, enum work_layout layout,
		      const struct work *producer)
{
	size_t in_n = (size_t)c->in_w * c->in_h * c->in_c;
	size_t out_n = (size_t)c->out_w * c->out_h * c->out_c;
	size_t w_n = (size_t)c->k_w * c->k_h * c->in_c *
		     (c->depthwise ? 1 : c->out_c);
	int8_t *dense = scratch(in_n);
	int8_t *weights = scratch(w_n);
	int8_t *operand = scratch(out_n);
	int32_t *bias = scratch(c->out_c * sizeof(*bias));
	int16_t *cpend = scratch(c->out_c * sizeof(*cpend));
	int16_t *mul = scratch(c->out_c * sizeof(*mul));
	unsigned int i;
	int ret;

	if (c->image) {
		fill_random(dense, in_n, &seed);
		ret = -ENOMEM;
		w->in = npu_bo_new(w->client, rc_image_bytes(c->in_w, c->in_h));
		if (!w->in)
			goto out;
		rc_pack_image(w->in->map, dense, c->in_w, c->in_h,
			      (uint8_t)(c->pad_value + 128));
		ret = npu_fini(w->client->fd, w->in->handle);
	} else {
		ret = take_input(w, &w->in, &w->borrowed_in, producer, dense,
				 c->in_w, c->in_h, c->in_c, c->pad_value, &seed);
	}
	if (ret)
		goto out;
	if (c->add) {
		ret = take_input(w, &w->operand, &w->borrowed_operand, NULL,
				 operand, c->out_w, c->out_h, c->out_c, 0, &seed);
		if (ret)
			goto out;
	}

	fill_random(weights, w_n, &seed);
	for (i = 0; i < c->out_c; i++) {
		bias[i] = (int32_t)(prng_next(&seed) % 65536) - 32768;
		cpend[i] = (int16_t)(prng_next(&seed) % 128) - 64;
		mul[i] = (int16_t)(prng_next(&seed) % 32768) - 8192;
	}

	ret = -ENOMEM;
	w->weights = npu_bo_new(w->client, npu_conv_weight_bytes(c));
	w->coef = npu_bo_new(w->client, rc_coef_bytes(c));
	if (!w->weights || !w->coef)
		goto out;
	rc_pack_weights(w->weights->map, weights, c, (int8_t)-c->cpend);
	rc_pack_coef(w->coef->map, bias, cpend, mul, c);
	ret = npu_fini(w->client->fd, w->weights->handle);
	if (!ret)
		ret = npu_fini(w->client->fd, w->coef->handle);
	if (!ret)
		ret = make_output(w, c->out_w, c->out_h, c->out_c,
				  npu_conv_out_channels(c));
	if (!ret)
		ret = conv_streams(w, c, slices, layout);
	if (!ret)
		ref_conv(w->expect, c, dense, weights, bias, cpend, mul, operand);
out:
	free(dense);
	free(weights);
	free(operand);
	free(bias);
	free(cpend);
	free(mul);
	return ret;
}

/**
 * work_conv() - a convolution job
 * @client: who will submit it
 * @c: the operation
 * @seed: chooses all data
 * @slices: tasks, each a band of output rows
 * @layout: whether the tasks' segments link to each other
 * @producer: job whose output is the input; NULL for random data
 *
 * Return: the job, or NULL with errno set.
 */
struct work *work_conv(struct npu_client *client, const struct npu_conv *c,
		       uint64_t seed, unsigned int slices,
		       enum work_layout layout, const struct work *producer)
{
	struct work *w = work_new(client);

	return finish(w, conv_setup(w, c, seed, slices, layout, producer));
}

/**
 * work_pool() - a pooling job
 * @client: who will submit it
 * @p: the operation
 * @seed: chooses the data
 * @producer: job whose output is the input; NULL for random data
 *
 * Return: the job, or NULL with errno set.
 */
struct work *work_pool(struct npu_client *client, const struct npu_pool *p,
		       uint64_t seed, const struct work *producer)
{
	int8_t *dense = scratch((size_t)p->in_w * p->in_h * p->channels);
	struct work *w = work_new(client);
	struct rc_stream s;
	int ret;

	ret = take_input(w, &w->in, &w->borrowed_in, producer, dense, p->in_w,
			 p->in_h, p->channels, 0, &seed);
	if (!ret)
		ret = make_output(w, p->out_w, p->out_h, p->channels, p->channels);
	if (!ret)
		ret = make_streams(w, 1);
	if (!ret) {
		s = segment(w, 0);
		rc_pool(&s, p, w->in->iova, w->out->iova);
		rc_finish(&s, 0, 0, RC_RUN_POOL);
		w->tasks[0] = (struct npu_abi_task){ w->regcmd->iova, s.count };
		w->job.task_count = 1;
		ret = npu_fini(client->fd, w->regcmd->handle);
		ref_pool(w->expect, p, dense);
	}
	free(dense);
	return finish(w, ret);
}

/**
 * work_eltwise() - an element-wise job
 * @client: who will submit it
 * @e: the operation
 * @seed: chooses the data
 * @producer_a: job whose output is the main operand; NULL for random data
 * @producer_b: job whose output is the other operand; NULL for random data
 *
 * Return: the job, or NULL with errno set.
 */
struct work *work_eltwise(struct npu_client *client,
			  const struct npu_eltwise *e, uint64_t seed,
			  const struct work *producer_a,
			  const struct work *producer_b)
{
	size_t n = (size_t)e->w * e->h * e->channels;
	struct work *w = work_new(client);
	int8_t *a = scratch(n), *b = scratch(n);
	struct rc_stream s;
	int ret;

	ret = take_input(w, &w->in, &w->borrowed_in, producer_a, a, e->w, e->h,
			 e->channels, 0, &seed);
	if (!ret)
		ret = take_input(w, &w->operand, &w->borrowed_operand,
				 producer_b, b, e->w, e->h, e->channels, 0, &seed);
	if (!ret)
		ret = make_output(w, e->w, e->h, e->channels, e->channels);
	if (!ret)
		ret = make_streams(w, 1);
	if (!ret) {
		s = segment(w, 0);
		rc_eltwise(&s, e, w->in->iova, w->operand->iova, w->out->iova);
		rc_finish(&s, 0, 0, RC_RUN_ELTWISE);
		w->tasks[0] = (struct npu_abi_task){ w->regcmd->iova, s.count };
		w->job.task_count = 1;
		ret = npu_fini(client->fd, w->regcmd->handle);
		ref_eltwise(w->expect, e, a, b);
	}
	free(a);
	free(b);
	return finish(w, ret);
}

/**
 * work_small() - a small convolution, where any job will do
 * @client: who will submit it
 * @seed: chooses all data
 *
 * Return: the job, or NULL with errno set.
 */
struct work *work_small(struct npu_client *client, uint64_t seed)
{
	static const struct conv_shape shape = {
		.in_w = 8, .in_h = 8, .in_c = 16, .out_c = 32,
		.k = 3, .stride = 1, .same = true,
	};
	struct npu_conv c;

	conv_from_shape(&c, &shape, seed);
	return work_conv(client, &c, seed, 1, WORK_UNLINKED, NULL);
}

/**
 * work_repeat() - lengthen a one-task job by running its task many times
 * @w: the job
 * @times: tasks it shall have
 *
 * Return: 0, or -E2BIG beyond WORK_MAX_TASKS.
 */
int work_repeat(struct work *w, unsigned int times)
{
	unsigned int i;

	if (times > WORK_MAX_TASKS)
		return -E2BIG;
	for (i = 1; i < times; i++)
		w->tasks[i] = w->tasks[0];
	w->job.task_count = times;
	return 0;
}

/**
 * work_poison() - overwrite the result, so that a job that does nothing shows
 * @w: the job; must not be running
 *
 * Return: 0 or a negative errno.
 */
int work_poison(struct work *w)
{
	memset(w->out->map, POISON_BYTE, w->out_bytes);
	return npu_fini(w->client->fd, w->out->handle);
}

int work_submit(struct work *w)
{
	return npu_submit(w->client, &w->job, 1);
}

int work_wait(struct work *w)
{
	return npu_wait(w->out);
}

/**
 * work_compare() - compare the result with the reference
 * @w: the job; must have been waited for
 *
 * Prints the first difference.
 *
 * Return: number of wrong elements and overwritten guard bytes.
 */
int work_compare(struct work *w)
{
	size_t n = (size_t)w->out_w * w->out_h * w->out_c, i;
	const uint8_t *guard = (uint8_t *)w->out->map + w->out_bytes;
	int8_t *got = scratch(n);
	int wrong = 0;

	rc_unpack_feature(got, w->out->map, w->out_w, w->out_h, w->out_c);
	for (i = 0; i < n; i++) {
		if (got[i] == w->expect[i])
			continue;
		if (!wrong++)
			tap_note("row %zu column %zu channel %zu: got %d, expected %d",
				 i / w->out_c / w->out_w, i / w->out_c % w->out_w,
				 i % w->out_c, got[i], w->expect[i]);
	}
	for (i = 0; i < NPU_PAGE; i++) {
		if (guard[i] == GUARD_BYTE)
			continue;
		if (!wrong++)
			tap_note("byte %zu behind the output was overwritten", i);
	}
	free(got);
	return wrong;
}

/**
 * work_run() - poison, submit, wait and compare, with the checks of a test
 * @w: the job, may be NULL (counts as a failure)
 *
 * Return: 0 when everything held, otherwise a failure has been recorded.
 */
int work_run(struct work *w)
{
	int ret, wrong;

	if (!w) {
		tap_fail("no job");
		return -ENOMEM;
	}
	ret = work_poison(w);
	if (!ret)
		ret = work_submit(w);
	if (ret) {
		tap_fail("submit: %s", strerror(-ret));
		return ret;
	}
	ret = work_wait(w);
	if (ret) {
		tap_fail("wait: %s", strerror(-ret));
		return ret;
	}
	wrong = work_compare(w);
	if (wrong) {
		tap_fail("%d wrong elements", wrong);
		return -EILSEQ;
	}
	return 0;
}

/**
 * work_free() - release a job and the buffers it owns
 * @w: the job, may be NULL
 */
void work_free(struct work *w)
{
	if (!w)
		return;
	if (!w->borrowed_in)
		npu_bo_free(w->in);
	if (!w->borrowed_operand)
		npu_bo_free(w->operand);
	npu_bo_free(w->weights);
	npu_bo_free(w->coef);
	npu_bo_free(w->out);
	npu_bo_free(w->regcmd);
	free(w->expect);
	free(w);
}
