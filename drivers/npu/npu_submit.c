// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: SUBMIT, from user memory to jobs
 *
 * See npu_submit.h.
 */

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <kunit/visibility.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>
#include <drm/sunmao_npu_drm.h>
#include <sunmao/compat.h>

#include "npu_ctx.h"
#include "npu_device.h"
#include "npu_job.h"
#include "npu_submit.h"

/* Sizes of the first version, which user space may not go below. */
#define NPU_JOB_MIN_SIZE	40
#define NPU_TASK_MIN_SIZE	8

static_assert(sizeof(struct drm_sunmao_npu_submit) == 24);
static_assert(sizeof(struct drm_sunmao_npu_job) == NPU_JOB_MIN_SIZE);
static_assert(sizeof(struct drm_sunmao_npu_task) == NPU_TASK_MIN_SIZE);

static int npu_check_stride(u32 stride, u32 min_size)
{
	if (stride < min_size)
		return -EINVAL;

	return stride <= PAGE_SIZE ? 0 : -E2BIG;
}

/**
 * npu_submit_check() - is the argument of SUBMIT well-formed?
 * @submit: argument
 *
 * Return: 0, -EINVAL, or -E2BIG for structures beyond any sense.
 */
int npu_submit_check(const struct drm_sunmao_npu_submit *submit)
{
	if (submit->reserved || submit->job_count > NPU_MAX_JOBS)
		return -EINVAL;

	return npu_check_stride(submit->job_struct_size, NPU_JOB_MIN_SIZE);
}
EXPORT_SYMBOL_IF_KUNIT(npu_submit_check);

/**
 * npu_job_check() - is a job well-formed, as far as its structure tells?
 * @job: job
 *
 * Return: 0, -EINVAL or -E2BIG.
 */
int npu_job_check(const struct drm_sunmao_npu_job *job)
{
	if (!job->task_count || job->task_count > NPU_MAX_TASKS ||
	    job->in_bo_handle_count > NPU_MAX_BOS ||
	    job->out_bo_handle_count > NPU_MAX_BOS)
		return -EINVAL;

	return npu_check_stride(job->task_struct_size, NPU_TASK_MIN_SIZE);
}
EXPORT_SYMBOL_IF_KUNIT(npu_job_check);

/* The counts are bounded by npu_job_check(), so nothing can wrap here. */
static struct drm_sunmao_npu_task *
npu_copy_tasks(const struct drm_sunmao_npu_job *job)
{
	struct drm_sunmao_npu_task *tasks;
	u64 from = job->tasks;
	u32 i;
	int ret;

	tasks = kvmalloc_array(job->task_count, sizeof(*tasks),
			       GFP_KERNEL_ACCOUNT);
	if (!tasks)
		return ERR_PTR(-ENOMEM);

	for (i = 0; i < job->task_count; i++, from += job->task_struct_size) {
		ret = copy_struct_from_user(&tasks[i], sizeof(*tasks),
					    u64_to_user_ptr(from),
					    job->task_struct_size);
		if (ret) {
			kvfree(tasks);
			return ERR_PTR(ret);
		}
	}

	return tasks;
}

static void npu_put_handles(struct drm_gem_object **objs, u32 count)
{
	while (count--)
		drm_gem_object_put(objs[count]);
	kvfree(objs);
}

/* An empty list gives NULL. */
static struct drm_gem_object **npu_lookup_handles(struct drm_file *file,
						  u64 from, u32 count)
{
	const u32 __user *handles = u64_to_user_ptr(from);
	struct drm_gem_object **objs;
	u32 i, handle;
	int ret;

	if (!count)
		return NULL;

	objs = kvmalloc_array(count, sizeof(*objs), GFP_KERNEL_ACCOUNT);
	if (!objs)
		return ERR_PTR(-ENOMEM);

	for (i = 0; i < count; i++) {
		ret = -EFAULT;
		if (get_user(handle, &handles[i]))
			goto err;
		ret = -ENOENT;
		objs[i] = drm_gem_object_lookup(file, handle);
		if (!objs[i])
			goto err;
	}

	return objs;

err:
	npu_put_handles(objs, i);
	return ERR_PTR(ret);
}

static struct npu_job *npu_copy_job(struct npu_ctx *ctx, struct drm_file *file,
				    const struct drm_sunmao_npu_job *args)
{
	struct drm_sunmao_npu_task *tasks;
	struct npu_job_desc desc = {
		.num_tasks = args->task_count,
		.num_in = args->in_bo_handle_count,
		.num_out = args->out_bo_handle_count,
	};
	struct npu_job *job;
	int ret;

	ret = npu_job_check(args);
	if (ret)
		return ERR_PTR(ret);

	tasks = npu_copy_tasks(args);
	if (IS_ERR(tasks))
		return ERR_CAST(tasks);
	desc.tasks = tasks;

	desc.in = npu_lookup_handles(file, args->in_bo_handles, desc.num_in);
	if (IS_ERR(desc.in)) {
		job = ERR_CAST(desc.in);
		goto free_tasks;
	}

	desc.out = npu_lookup_handles(file, args->out_bo_handles, desc.num_out);
	if (IS_ERR(desc.out)) {
		job = ERR_CAST(desc.out);
		goto put_in;
	}

	job = npu_job_create(ctx, &desc);

	npu_put_handles(desc.out, desc.num_out);
put_in:
	npu_put_handles(desc.in, desc.num_in);
free_tasks:
	kvfree(tasks);

	return job;
}

static int npu_submit(struct npu_ctx *ctx, struct drm_file *file,
		      const struct drm_sunmao_npu_submit *submit)
{
	struct drm_sunmao_npu_job args;
	u64 from = submit->jobs;
	struct npu_job **jobs;
	u32 i, count = 0;
	int ret;

	jobs = kvcalloc(submit->job_count, sizeof(*jobs), GFP_KERNEL_ACCOUNT);
	if (!jobs)
		return -ENOMEM;

	for (i = 0; i < submit->job_count; i++) {
		ret = -EINTR;
		if (fatal_signal_pending(current))
			goto destroy;

		ret = copy_struct_from_user(&args, sizeof(args),
					    u64_to_user_ptr(from),
					    submit->job_struct_size);
		if (ret)
			goto destroy;
		from += submit->job_struct_size;

		jobs[i] = npu_copy_job(ctx, file, &args);
		if (IS_ERR(jobs[i])) {
			ret = PTR_ERR(jobs[i]);
			drm_dbg_driver(&ctx->ndev->ddev, "job %u of %u: %pe\n",
				       i, submit->job_count, jobs[i]);
			goto destroy;
		}
		count++;
		cond_resched();
	}

	ret = npu_jobs_queue(ctx, jobs, count);
	if (!ret)
		count = 0;
destroy:
	while (count--)
		npu_job_destroy(jobs[count]);
	kvfree(jobs);

	return ret;
}

/**
 * npu_ioctl_submit() - DRM_IOCTL_SUNMAO_NPU_SUBMIT
 * @ddev: DRM device
 * @data: struct drm_sunmao_npu_submit
 * @file: file
 *
 * Return: 0 if all jobs were queued; otherwise none was: -EINVAL, -E2BIG,
 * -EFAULT, -ENOENT, -ENOMEM, -EINTR, -ENODEV.
 */
int npu_ioctl_submit(struct drm_device *ddev, void *data,
		     struct drm_file *file)
{
	const struct drm_sunmao_npu_submit *submit = data;
	int ret, idx;

	ret = npu_submit_check(submit);
	if (ret)
		return ret;
	if (!submit->job_count)
		return 0;

	if (!drm_dev_enter(ddev, &idx))
		return -ENODEV;
	ret = npu_submit(file->driver_priv, file, submit);
	drm_dev_exit(idx);

	return ret;
}
