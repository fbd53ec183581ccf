/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NPU jobs with data, streams and the expected result: what the tests submit.
 */
#ifndef SUNMAO_TEST_WORKLOAD_H
#define SUNMAO_TEST_WORKLOAD_H

#include "npu_client.h"
#include "npu_op.h"

#define WORK_MAX_TASKS	1024u

/**
 * struct work - one job ready to be submitted any number of times
 * @client: who submits it
 * @in: input buffer; the producer's output buffer when there is a producer
 * @operand: second input buffer or NULL
 * @weights: weights or NULL
 * @coef: coefficients or NULL
 * @out: output buffer, followed by a guard page
 * @regcmd: register streams
 * @borrowed_in: @in belongs to another job
 * @borrowed_operand: @operand belongs to another job
 * @out_w: columns of the result
 * @out_h: rows of the result
 * @out_c: channels of the result
 * @out_bytes: bytes of the output cube, padding channels included
 * @expect: what the CPU reference computed, [out_h][out_w][out_c]
 * @in_handles: input buffers as the job lists them
 * @out_handle: output buffer as the job lists it
 * @tasks: tasks of the job
 * @job: the job
 */
struct work {
	struct npu_client *client;
	struct npu_bo *in, *operand, *weights, *coef, *out, *regcmd;
	bool borrowed_in, borrowed_operand;
	unsigned int out_w, out_h, out_c;
	uint32_t out_bytes;
	int8_t *expect;
	uint32_t in_handles[2];
	uint32_t out_handle;
	struct npu_abi_task tasks[WORK_MAX_TASKS];
	struct npu_abi_job job;
};

/**
 * enum work_layout - how a job's tasks lie in memory
 * @WORK_UNLINKED: every segment ends its own chain
 * @WORK_LINKED: every segment links to the next (hardware notes, NPU C.3)
 */
enum work_layout {
	WORK_UNLINKED,
	WORK_LINKED,
};

/**
 * struct conv_shape - a convolution as a network's author thinks of it
 * @in_w: input columns
 * @in_h: input rows
 * @in_c: input channels
 * @out_c: output channels; as many as input channels when @depthwise
 * @k: kernel columns and rows
 * @stride: step in both directions
 * @same: TFLite's SAME padding, otherwise VALID
 * @depthwise: output channel c sees only input channel c
 * @image: one-channel unsigned image input
 */
struct conv_shape {
	unsigned int in_w, in_h, in_c, out_c, k, stride;
	bool same;
	bool depthwise;
	bool image;
};

uint64_t prng_next(uint64_t *state);
void conv_from_shape(struct npu_conv *c, const struct conv_shape *shape,
		     uint64_t seed);

struct work *work_conv(struct npu_client *client, const struct npu_conv *c,
		       uint64_t seed, unsigned int slices,
		       enum work_layout layout, const struct work *producer);
struct work *work_pool(struct npu_client *client, const struct npu_pool *p,
		       uint64_t seed, const struct work *producer);
struct work *work_eltwise(struct npu_client *client,
			  const struct npu_eltwise *e, uint64_t seed,
			  const struct work *producer_a,
			  const struct work *producer_b);
struct work *work_small(struct npu_client *client, uint64_t seed);
int work_repeat(struct work *w, unsigned int times);

int work_poison(struct work *w);
int work_submit(struct work *w);
int work_wait(struct work *w);
int work_compare(struct work *w);
int work_run(struct work *w);
void work_free(struct work *w);

#endif /* SUNMAO_TEST_WORKLOAD_H */
