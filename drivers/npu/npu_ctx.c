// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: contexts: jobs in flight, retired mappings, end of life
 *
 * See npu_ctx.h.
 */

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/wait.h>

#define SUNMAO_NEED_DRM_SCHED
#include <sunmao/compat.h>
#include <drm/drm_drv.h>

#include "npu_ctx.h"
#include "npu_device.h"
#include "npu_job.h"
#include "npu_vm.h"

/*
 * How long closing a file waits for jobs that are on the hardware. Without it,
 * unloading the module right after a client has finished could find the tail of
 * its last job still being cleaned up.
 */
#define NPU_CLOSE_GRACE		(HZ / 10)

/* Woken when a context has no job; outlives every context. */
static DECLARE_WAIT_QUEUE_HEAD(npu_ctx_idle);

static void npu_ctx_free_work(struct work_struct *work)
{
	struct npu_ctx *ctx = container_of(work, struct npu_ctx, free);
	struct npu_device *ndev = ctx->ndev;

	npu_device_forget_vm(ndev, &ctx->vm);
	npu_vm_fini(&ctx->vm);
	mutex_destroy(&ctx->submit_lock);
	kfree(ctx);
	drm_dev_put(&ndev->ddev);
}

static void npu_ctx_release(struct kref *ref)
{
	struct npu_ctx *ctx = container_of(ref, struct npu_ctx, ref);

	queue_work(npu_wq, &ctx->free);
}

/**
 * npu_ctx_get() - take a reference
 * @ctx: context
 *
 * Return: @ctx.
 */
struct npu_ctx *npu_ctx_get(struct npu_ctx *ctx)
{
	kref_get(&ctx->ref);
	return ctx;
}

/**
 * npu_ctx_put() - give a reference back
 * @ctx: context
 *
 * Context: any.
 */
void npu_ctx_put(struct npu_ctx *ctx)
{
	kref_put(&ctx->ref, npu_ctx_release);
}

/* Destroy what was retired before the oldest job that still exists. */
static void npu_ctx_reap_work(struct work_struct *work)
{
	struct npu_ctx *ctx = container_of(work, struct npu_ctx, reap);
	struct npu_mapping *mapping, *next;
	struct npu_job *oldest;
	LIST_HEAD(list);

	spin_lock(&ctx->lock);
	oldest = list_first_entry_or_null(&ctx->jobs, struct npu_job, ctx_link);
	list_for_each_entry_safe(mapping, next, &ctx->retired, retire_link) {
		if (oldest && mapping->retire_seq >= oldest->seq)
			break;
		list_move_tail(&mapping->retire_link, &list);
	}
	spin_unlock(&ctx->lock);

	list_for_each_entry_safe(mapping, next, &list, retire_link)
		npu_mapping_destroy(mapping);

	npu_ctx_put(ctx);
}

/**
 * npu_ctx_retire() - destroy a mapping as soon as no job can use it
 * @ctx: context
 * @mapping: mapping without handles
 *
 * Context: may sleep.
 */
void npu_ctx_retire(struct npu_ctx *ctx, struct npu_mapping *mapping)
{
	bool now;

	spin_lock(&ctx->lock);
	now = list_empty(&ctx->jobs);
	if (!now) {
		mapping->retire_seq = ctx->next_seq - 1;
		list_add_tail(&mapping->retire_link, &ctx->retired);
	}
	spin_unlock(&ctx->lock);

	if (now)
		npu_mapping_destroy(mapping);
}

/**
 * npu_ctx_busy() - has the client queued jobs that are not done?
 * @ctx: context
 *
 * Return: whether it has.
 */
bool npu_ctx_busy(struct npu_ctx *ctx)
{
	return READ_ONCE(ctx->queued);
}

/**
 * npu_ctx_job_begin() - a job begins to exist
 * @ctx: context
 * @job: job; gets its sequence number
 */
void npu_ctx_job_begin(struct npu_ctx *ctx, struct npu_job *job)
{
	spin_lock(&ctx->lock);
	job->seq = ctx->next_seq++;
	list_add_tail(&job->ctx_link, &ctx->jobs);
	spin_unlock(&ctx->lock);
}

/**
 * npu_ctx_job_queued() - a job goes to the scheduler
 * @ctx: context
 * @job: job
 */
void npu_ctx_job_queued(struct npu_ctx *ctx, struct npu_job *job)
{
	spin_lock(&ctx->lock);
	job->queued = true;
	ctx->queued++;
	spin_unlock(&ctx->lock);
}

/**
 * npu_ctx_job_end() - a job is gone
 * @ctx: context
 * @job: job
 *
 * Context: may be the scheduler's; waits for nothing.
 */
void npu_ctx_job_end(struct npu_ctx *ctx, struct npu_job *job)
{
	bool reap, idle;

	spin_lock(&ctx->lock);
	list_del(&job->ctx_link);
	if (job->queued)
		ctx->queued--;
	reap = !list_empty(&ctx->retired);
	idle = list_empty(&ctx->jobs);
	spin_unlock(&ctx->lock);

	if (reap) {
		npu_ctx_get(ctx);
		if (!queue_work(npu_wq, &ctx->reap))
			npu_ctx_put(ctx);
	}
	if (idle)
		wake_up_all(&npu_ctx_idle);
}

/**
 * npu_ctx_create() - make a context
 * @ndev: device
 * @client_id: number of the client in traces
 *
 * Return: the context with one reference, which npu_ctx_close() takes, or an
 * ERR_PTR.
 */
struct npu_ctx *npu_ctx_create(struct npu_device *ndev, u64 client_id)
{
	struct drm_gpu_scheduler *sched;
	struct npu_ctx *ctx;
	unsigned int i;
	int ret;

	ctx = kzalloc_obj(*ctx, GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return ERR_PTR(-ENOMEM);

	ctx->ndev = ndev;
	ctx->client_id = client_id;
	kref_init(&ctx->ref);
	mutex_init(&ctx->submit_lock);
	spin_lock_init(&ctx->lock);
	INIT_LIST_HEAD(&ctx->jobs);
	INIT_LIST_HEAD(&ctx->retired);
	INIT_WORK(&ctx->reap, npu_ctx_reap_work);
	INIT_WORK(&ctx->free, npu_ctx_free_work);
	ctx->next_seq = 1;

	ret = npu_vm_init(&ctx->vm, ndev);
	if (ret)
		goto err_free;

	for (i = 0; i < ndev->num_slots; i++) {
		sched = &ndev->slots[i].sched;
		ret = drm_sched_entity_init(&ctx->entity[i],
					    DRM_SCHED_PRIORITY_NORMAL, &sched,
					    1, NULL);
		if (ret)
			goto err_entities;
	}
	drm_dev_get(&ndev->ddev);

	return ctx;

err_entities:
	while (i--)
		drm_sched_entity_fini(&ctx->entity[i]);
	npu_vm_fini(&ctx->vm);
err_free:
	mutex_destroy(&ctx->submit_lock);
	kfree(ctx);
	return ERR_PTR(ret);
}

static bool npu_ctx_no_jobs(struct npu_ctx *ctx)
{
	bool none;

	spin_lock(&ctx->lock);
	none = list_empty(&ctx->jobs);
	spin_unlock(&ctx->lock);

	return none;
}

/**
 * npu_ctx_close() - the file of a context is closed
 * @ctx: context; the caller's reference is gone afterwards
 *
 * Jobs that wait in a queue still run when the client closes the file of its own
 * will, and are cancelled when it was killed. What is on the hardware goes on.
 *
 * Context: may sleep.
 */
void npu_ctx_close(struct npu_ctx *ctx)
{
	bool killed = (current->flags & PF_EXITING) &&
		      current->exit_code == SIGKILL;
	unsigned int i;

	for (i = 0; i < ctx->ndev->num_slots; i++) {
		if (!killed)
			drm_sched_entity_flush(&ctx->entity[i],
					       MAX_WAIT_SCHED_ENTITY_Q_EMPTY);
		drm_sched_entity_fini(&ctx->entity[i]);
	}

	wait_event_timeout(npu_ctx_idle, npu_ctx_no_jobs(ctx), NPU_CLOSE_GRACE);
	npu_ctx_put(ctx);
}
