// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: life of a job, fences, and the scheduler's side
 *
 * Dependencies come from the reservation objects alone: a job waits for the
 * writers of what it reads and for everybody on what it writes, and leaves read
 * and write fences behind. All jobs of one submission go to the same queue entry,
 * which keeps them in order among themselves, so their dependencies on each other
 * need no memory and the queueing step cannot fail.
 */

#include <linux/dma-resv.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/sort.h>

#include <drm/drm_gem.h>

#define SUNMAO_NEED_DRM_SCHED
#include <sunmao/compat.h>
#include <drm/sunmao_npu_drm.h>

#include "npu_core.h"
#include "npu_ctx.h"
#include "npu_device.h"
#include "npu_gem.h"
#include "npu_job.h"
#include "npu_kick.h"
#include "npu_vm.h"

static const char *npu_fence_driver_name(struct dma_fence *fence)
{
	return "sunmao-npu";
}

static const char *npu_fence_timeline_name(struct dma_fence *fence)
{
	return "npu";
}

#if SUNMAO_FENCE_PINS_MODULE
/*
 * The caller holds the RCU read lock or we do: unloading waits for it before it
 * takes this code away.
 */
static void npu_fence_release(struct dma_fence *fence)
{
	rcu_read_lock();
	dma_fence_free(fence);
	module_put(THIS_MODULE);
	rcu_read_unlock();
}
#endif

static const struct dma_fence_ops npu_fence_ops = {
	.get_driver_name = npu_fence_driver_name,
	.get_timeline_name = npu_fence_timeline_name,
#if SUNMAO_FENCE_PINS_MODULE
	.release = npu_fence_release,
#endif
};

static void npu_fence_init(struct npu_fence *fence, u64 context, u64 seqno)
{
#if SUNMAO_FENCE_PINS_MODULE
	__module_get(THIS_MODULE);
#endif
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &npu_fence_ops, &fence->lock, context,
		       seqno);
}

/**
 * npu_job_finish() - the hardware is done with a job
 * @job: job that was handed to the cores; may be gone afterwards
 * @error: 0, or why it failed
 *
 * Context: any, no lock of a core held.
 */
void npu_job_finish(struct npu_job *job, int error)
{
	struct dma_fence *fence = dma_fence_get(&job->fence->base);

	if (error)
		dma_fence_set_error(fence, error);
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static void npu_put_objs(struct drm_gem_object **objs, u32 count)
{
	u32 i;

	for (i = 0; objs && i < count; i++)
		drm_gem_object_put(objs[i]);
	kvfree(objs);
}

static struct drm_gem_object **npu_get_objs(struct drm_gem_object **objs,
					    u32 count)
{
	struct drm_gem_object **copy;
	u32 i;

	copy = kvmalloc_array(count, sizeof(*copy), GFP_KERNEL_ACCOUNT);
	if (!copy)
		return NULL;
	for (i = 0; i < count; i++) {
		copy[i] = objs[i];
		drm_gem_object_get(copy[i]);
	}

	return copy;
}

static void npu_job_put_bos(struct npu_job *job)
{
	npu_put_objs(job->in, job->num_in);
	npu_put_objs(job->out, job->num_out);
	job->in = NULL;
	job->out = NULL;
}

/**
 * npu_job_destroy() - free a job
 * @job: job that was never queued, or that the scheduler has let go
 *
 * Context: any that may sleep, also the scheduler's; waits for nothing.
 */
void npu_job_destroy(struct npu_job *job)
{
	struct npu_ctx *ctx = job->ctx;
	struct npu_device *ndev = ctx->ndev;
	u32 i;

	if (job->queued)
		atomic_dec(&ndev->slots[job->slot].load);

	for (i = 0; job->in_fences && i < job->num_in; i++)
		dma_fence_put(job->in_fences[i]);
	kvfree(job->in_fences);
	npu_job_put_bos(job);
	kvfree(job->kicks);
	if (job->fence_live)
		dma_fence_put(&job->fence->base);
	else
		kfree(job->fence);

	npu_ctx_job_end(ctx, job);
	npu_ctx_put(ctx);
	kfree(job);
	npu_device_job_put(ndev);
}

/*
 * Check one task against the address space and fill its record. The stream stays
 * in user space's hands; what its start word says now decides which interrupt is
 * awaited, and changing it later only makes the job hang or end early.
 */
static int npu_job_fill_kick(struct npu_job *job, u32 index,
			     const struct drm_sunmao_npu_task *task)
{
	const struct npu_soc *soc = job->ctx->ndev->soc;
	u32 count = min(task->regcmd_count, NPU_STREAM_TAIL);
	u64 tail[NPU_STREAM_TAIL];
	int ret;

	ret = npu_task_check(soc, task);
	if (ret)
		return ret;

	ret = npu_vm_read(&job->ctx->vm, task->regcmd,
			  npu_stream_fetch_bytes(soc, task->regcmd_count),
			  (u64)(task->regcmd_count - count) * sizeof(u64),
			  tail, count);
	if (ret)
		return ret;

	npu_kick_prepare(&job->kicks[index], soc, task,
			 npu_stream_blocks(tail, count));

	return 0;
}

/**
 * npu_job_create() - make a job out of its description
 * @ctx: context
 * @desc: description; nothing of it is kept
 *
 * From here on the address space of @ctx keeps its mappings until the job is
 * destroyed.
 *
 * Return: the job, or an ERR_PTR: -EINVAL for a stream that is malformed or not
 * inside a buffer of @ctx, -ENOMEM.
 */
struct npu_job *npu_job_create(struct npu_ctx *ctx,
			       const struct npu_job_desc *desc)
{
	struct npu_job *job;
	int ret;
	u32 i;

	if (!desc->num_tasks)
		return ERR_PTR(-EINVAL);

	job = kzalloc_obj(*job, GFP_KERNEL_ACCOUNT);
	if (!job)
		return ERR_PTR(-ENOMEM);

	INIT_LIST_HEAD(&job->core_link);
	job->ctx = npu_ctx_get(ctx);
	npu_device_job_get(ctx->ndev);
	npu_ctx_job_begin(ctx, job);

	ret = -ENOMEM;
	job->fence = kzalloc_obj(*job->fence, GFP_KERNEL_ACCOUNT);
	job->kicks = kvmalloc_array(desc->num_tasks, sizeof(*job->kicks),
				    GFP_KERNEL_ACCOUNT);
	if (!job->fence || !job->kicks)
		goto err;
	job->num_kicks = desc->num_tasks;

	if (desc->num_in) {
		job->in = npu_get_objs(desc->in, desc->num_in);
		if (!job->in)
			goto err;
		job->num_in = desc->num_in;
		job->in_fences = kvcalloc(desc->num_in, sizeof(*job->in_fences),
					  GFP_KERNEL_ACCOUNT);
		if (!job->in_fences)
			goto err;
	}
	if (desc->num_out) {
		job->out = npu_get_objs(desc->out, desc->num_out);
		if (!job->out)
			goto err;
		job->num_out = desc->num_out;
	}

	for (i = 0; i < desc->num_tasks; i++) {
		ret = npu_job_fill_kick(job, i, &desc->tasks[i]);
		if (ret)
			goto err;
	}

	return job;

err:
	npu_job_destroy(job);
	return ERR_PTR(ret);
}

static int npu_cmp_resv(const void *a, const void *b)
{
	const struct drm_gem_object *x = *(struct drm_gem_object * const *)a;
	const struct drm_gem_object *y = *(struct drm_gem_object * const *)b;

	if (x->resv == y->resv)
		return 0;
	return x->resv < y->resv ? -1 : 1;
}

/*
 * All buffers of all jobs, each reservation object once: locking one twice is an
 * error that user space could provoke by listing a buffer twice.
 */
static int npu_collect_objs(struct npu_job **jobs, u32 count,
			    struct drm_gem_object ***objs_out, u32 *num_out)
{
	struct drm_gem_object **objs;
	u32 i, total = 0, num = 0;

	for (i = 0; i < count; i++) {
		if (check_add_overflow(total, jobs[i]->num_in, &total) ||
		    check_add_overflow(total, jobs[i]->num_out, &total) ||
		    total > INT_MAX)
			return -EINVAL;
	}

	*objs_out = NULL;
	*num_out = 0;
	if (!total)
		return 0;

	objs = kvmalloc_array(total, sizeof(*objs), GFP_KERNEL_ACCOUNT);
	if (!objs)
		return -ENOMEM;

	for (i = 0; i < count; i++) {
		memcpy(objs + num, jobs[i]->in,
		       jobs[i]->num_in * sizeof(*objs));
		num += jobs[i]->num_in;
		memcpy(objs + num, jobs[i]->out,
		       jobs[i]->num_out * sizeof(*objs));
		num += jobs[i]->num_out;
	}

	sort(objs, total, sizeof(*objs), npu_cmp_resv, NULL);
	for (i = 1, num = 1; i < total; i++) {
		if (objs[i]->resv != objs[num - 1]->resv)
			objs[num++] = objs[i];
	}

	*objs_out = objs;
	*num_out = num;

	return 0;
}

static int npu_job_prepare(struct npu_job *job, struct npu_ctx *ctx)
{
	int ret;
	u32 i;

	ret = sunmao_sched_job_init(&job->base, &ctx->entity[ctx->slot], 1, ctx,
				    ctx->client_id);
	if (ret)
		return ret;

	for (i = 0; i < job->num_in; i++) {
		ret = drm_sched_job_add_implicit_dependencies(&job->base,
							      job->in[i],
							      false);
		if (ret)
			return ret;
	}
	for (i = 0; i < job->num_out; i++) {
		ret = drm_sched_job_add_implicit_dependencies(&job->base,
							      job->out[i],
							      true);
		if (ret)
			return ret;
	}

	return 0;
}

/* Cannot fail. The job may be gone when it returns. */
static void npu_job_push(struct npu_job *job, struct npu_ctx *ctx)
{
	struct dma_fence *finished;
	u32 i;

	drm_sched_job_arm(&job->base);
	finished = &job->base.s_fence->finished;

	for (i = 0; i < job->num_in; i++) {
		job->in_fences[i] = npu_bo_get_writer(to_npu_bo(job->in[i]));
		dma_resv_add_fence(job->in[i]->resv, finished,
				   DMA_RESV_USAGE_READ);
	}
	for (i = 0; i < job->num_out; i++) {
		npu_bo_set_writer(to_npu_bo(job->out[i]), finished);
		dma_resv_add_fence(job->out[i]->resv, finished,
				   DMA_RESV_USAGE_WRITE);
	}

	job->slot = ctx->slot;
	npu_ctx_job_queued(ctx, job);
	atomic_inc(&ctx->ndev->slots[job->slot].load);
	drm_sched_entity_push_job(&job->base);
}

/**
 * npu_jobs_queue() - queue jobs, all of them or none
 * @ctx: context of all jobs
 * @jobs: jobs in the order in which they are to run
 * @count: entries of @jobs, at least 1
 *
 * Context: process, may wait for other submissions.
 *
 * Return: 0; the jobs belong to the scheduler then. Otherwise an error and the
 * caller still owns them: -ENOMEM, -EINTR.
 */
int npu_jobs_queue(struct npu_ctx *ctx, struct npu_job **jobs, u32 count)
{
	struct ww_acquire_ctx acquire;
	struct drm_gem_object **objs;
	u32 i, num_objs, ready = 0;
	int ret;

	ret = npu_collect_objs(jobs, count, &objs, &num_objs);
	if (ret)
		return ret;

	mutex_lock(&ctx->submit_lock);
	if (!npu_ctx_busy(ctx))
		ctx->slot = npu_device_pick_slot(ctx->ndev);

	ret = drm_gem_lock_reservations(objs, num_objs, &acquire);
	if (ret)
		goto unlock;

	/* One queue entry leaves at most one read and one write fence. */
	for (i = 0; i < num_objs; i++) {
		ret = dma_resv_reserve_fences(objs[i]->resv, 2);
		if (ret)
			goto unlock_resv;
	}

	for (ready = 0; ready < count; ready++) {
		ret = npu_job_prepare(jobs[ready], ctx);
		if (ret)
			goto unlock_resv;
	}

	for (i = 0; i < count; i++)
		npu_job_push(jobs[i], ctx);

unlock_resv:
	drm_gem_unlock_reservations(objs, num_objs, &acquire);
	for (i = 0; ret && i <= ready && i < count; i++) {
		if (jobs[i]->base.s_fence)
			drm_sched_job_cleanup(&jobs[i]->base);
	}
unlock:
	mutex_unlock(&ctx->submit_lock);
	kvfree(objs);

	return ret;
}

/*
 * Why a job must not run: what it reads was never produced. Only the last writer
 * of an input counts; that somebody failed who wrote a buffer which this job
 * overwrites is none of its business.
 */
static int npu_job_input_error(struct npu_job *job)
{
	struct dma_fence *fence;
	u32 i;

	for (i = 0; i < job->num_in; i++) {
		fence = job->in_fences[i];
		if (fence && dma_fence_is_signaled(fence) && fence->error)
			return fence->error;
	}

	return 0;
}

static struct dma_fence *npu_sched_run_job(struct drm_sched_job *base)
{
	struct npu_job *job = container_of(base, struct npu_job, base);
	struct npu_device *ndev = job->ctx->ndev;
	struct npu_slot *slot = &ndev->slots[job->slot];
	struct dma_fence *fence;
	LIST_HEAD(jobs);
	int error;

	npu_fence_init(job->fence, slot->fence_context, ++slot->seqno);
	job->fence_live = true;
	fence = dma_fence_get(&job->fence->base);

	error = npu_job_input_error(job);
	if (error) {
		npu_job_finish(job, error);
	} else {
		list_add(&job->core_link, &jobs);
		npu_device_dispatch(ndev, &jobs);
	}

	return fence;
}

static void npu_sched_free_job(struct drm_sched_job *base)
{
	drm_sched_job_cleanup(base);
	npu_job_destroy(container_of(base, struct npu_job, base));
}

/* Never called: the schedulers have no timeout of their own (npu_core.h). */
static enum drm_gpu_sched_stat npu_sched_timedout(struct drm_sched_job *base)
{
	WARN_ON_ONCE(1);
	return DRM_GPU_SCHED_STAT_ENODEV;
}

const struct drm_sched_backend_ops npu_sched_ops = {
	.run_job = npu_sched_run_job,
	.timedout_job = npu_sched_timedout,
	.free_job = npu_sched_free_job,
};
