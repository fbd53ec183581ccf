/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: jobs
 *
 * A job is what one scheduler entry runs: an array of kick records, the buffers
 * it reads and writes, and the fence that the hardware side signals. It is
 * allocated completely when it is submitted; running it allocates nothing.
 */
#ifndef _NPU_JOB_H_
#define _NPU_JOB_H_

#include <linux/dma-fence.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <drm/gpu_scheduler.h>

#include "npu_kick.h"

struct drm_gem_object;
struct drm_sunmao_npu_task;
struct npu_ctx;

/**
 * struct npu_fence - what a scheduler waits for
 * @base: the fence; first, so that the default release frees all
 * @lock: its lock; lives as long as the fence does
 */
struct npu_fence {
	struct dma_fence base;
	spinlock_t lock; /* of base */
};

/**
 * struct npu_job_desc - a job as user space described it, already in the kernel
 * @tasks: register streams
 * @num_tasks: entries of @tasks, at least 1
 * @in: buffers that are read; duplicates are fine
 * @num_in: entries of @in
 * @out: buffers that are written; duplicates are fine
 * @num_out: entries of @out
 */
struct npu_job_desc {
	const struct drm_sunmao_npu_task *tasks;
	u32 num_tasks;
	struct drm_gem_object **in;
	u32 num_in;
	struct drm_gem_object **out;
	u32 num_out;
};

/**
 * struct npu_job - a job
 * @base: the scheduler's part
 * @ctx: context it belongs to; holds a reference
 * @ctx_link: in the context's list of jobs in flight
 * @seq: place of the job in its context
 * @core_link: in the queue of a core
 * @slot: slot it was queued on
 * @queued: @slot and the context count this job
 * @last_resort: when no core worked, they were tried for this job
 * @fence: signalled when the hardware is done with the job
 * @fence_live: @fence is initialised
 * @started: when the first kick was started
 * @num_kicks: entries of @kicks
 * @kicks: one per task
 * @in: buffers it reads, each with a reference; the mappings of the context keep
 *	them too, so dropping these never frees a buffer
 * @num_in: entries of @in and @in_fences
 * @out: buffers it writes, likewise
 * @num_out: entries of @out
 * @in_fences: last writer of each input when the job was queued, may be NULL
 */
struct npu_job {
	struct drm_sched_job base;
	struct npu_ctx *ctx;
	struct list_head ctx_link;
	u64 seq;
	struct list_head core_link;
	unsigned int slot;
	bool queued;
	bool last_resort;
	struct npu_fence *fence;
	bool fence_live;
	ktime_t started;
	u32 num_kicks;
	struct npu_kick *kicks;
	struct drm_gem_object **in;
	u32 num_in;
	struct drm_gem_object **out;
	u32 num_out;
	struct dma_fence **in_fences;
};

extern const struct drm_sched_backend_ops npu_sched_ops;

struct npu_job *npu_job_create(struct npu_ctx *ctx,
			       const struct npu_job_desc *desc);
void npu_job_destroy(struct npu_job *job);
int npu_jobs_queue(struct npu_ctx *ctx, struct npu_job **jobs, u32 count);
void npu_job_finish(struct npu_job *job, int error);

#endif /* _NPU_JOB_H_ */
