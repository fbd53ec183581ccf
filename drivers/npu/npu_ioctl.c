// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the DRM driver: files, buffers, waiting
 *
 * An accel node where the kernel has them, a render node otherwise; the calls are
 * the same on both.
 */

#include <linux/dma-resv.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/sched.h>

#include <drm/drm_accel.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_print.h>
#include <drm/drm_vma_manager.h>
#include <drm/sunmao_npu_drm.h>
#include <sunmao/compat.h>

#include "npu_ctx.h"
#include "npu_device.h"
#include "npu_gem.h"
#include "npu_ioctl.h"
#include "npu_submit.h"
#include "npu_vm.h"

static int npu_open(struct drm_device *ddev, struct drm_file *file)
{
	struct npu_ctx *ctx;
	int idx;

	if (!drm_dev_enter(ddev, &idx))
		return -ENODEV;
	ctx = npu_ctx_create(to_npu_device(ddev), file->client_id);
	drm_dev_exit(idx);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);

	file->driver_priv = ctx;

	return 0;
}

static void npu_postclose(struct drm_device *ddev, struct drm_file *file)
{
	npu_ctx_close(file->driver_priv);
}

static void npu_show_fdinfo(struct drm_printer *p, struct drm_file *file)
{
	struct npu_ctx *ctx = file->driver_priv;

	drm_printf(p, "drm-engine-npu:\t%lld ns\n",
		   atomic64_read(&ctx->busy_ns));
	drm_printf(p, "drm-engine-capacity-npu:\t%u\n", ctx->ndev->num_slots);
	drm_show_memory_stats(p, file);
}

/**
 * npu_ioctl_create_bo() - DRM_IOCTL_SUNMAO_NPU_CREATE_BO
 * @ddev: DRM device
 * @data: struct drm_sunmao_npu_create_bo
 * @file: file
 *
 * Return: 0, -EINVAL, -ENOSPC without addresses left, -ENOMEM, -ENODEV.
 */
int npu_ioctl_create_bo(struct drm_device *ddev, void *data,
			struct drm_file *file)
{
	struct drm_sunmao_npu_create_bo *args = data;
	struct npu_mapping *mapping;
	struct npu_bo *bo;
	int ret, idx;

	if (!drm_dev_enter(ddev, &idx))
		return -ENODEV;

	bo = npu_bo_create(ddev, args->size);
	if (IS_ERR(bo)) {
		ret = PTR_ERR(bo);
		goto exit;
	}

	/* Ours as well, since another thread can close the handle at once. */
	mapping = npu_mapping_get(file->driver_priv, bo);
	if (IS_ERR(mapping)) {
		ret = PTR_ERR(mapping);
		goto put;
	}

	ret = drm_gem_handle_create(file, npu_bo_obj(bo), &args->handle);
	if (!ret) {
		args->dma_address = npu_mapping_iova(mapping);
		args->offset =
			drm_vma_node_offset_addr(&npu_bo_obj(bo)->vma_node);
	}
	npu_mapping_put(mapping);
put:
	drm_gem_object_put(npu_bo_obj(bo));
exit:
	drm_dev_exit(idx);

	return ret;
}

/* As drm_timeout_abs_to_jiffies(), which Android's kernel images do not export. */
static unsigned long npu_jiffies_until(s64 deadline_ns)
{
	s64 now = ktime_get();

	if (deadline_ns <= now)
		return 0;

	return min_t(u64, div_u64(deadline_ns - now, TICK_NSEC),
		     MAX_SCHEDULE_TIMEOUT - 2) + 1;
}

static int npu_bo_wait(struct drm_gem_object *obj, s64 deadline_ns)
{
	unsigned long timeout = npu_jiffies_until(deadline_ns);
	long ret;

	if (!timeout)
		return dma_resv_test_signaled(obj->resv, DMA_RESV_USAGE_READ) ?
			0 : -EBUSY;

	ret = dma_resv_wait_timeout(obj->resv, DMA_RESV_USAGE_READ, true,
				    timeout);
	if (!ret)
		return -ETIMEDOUT;

	return ret < 0 ? ret : 0;
}

/**
 * npu_ioctl_prep_bo() - DRM_IOCTL_SUNMAO_NPU_PREP_BO
 * @ddev: DRM device
 * @data: struct drm_sunmao_npu_prep_bo
 * @file: file
 *
 * Return: 0 when the CPU may read and write the buffer, an error of the job
 * that wrote it (the CPU may use the buffer then as well), -EINVAL, -ENOENT,
 * -ETIMEDOUT, -EBUSY, -ERESTARTSYS.
 */
int npu_ioctl_prep_bo(struct drm_device *ddev, void *data,
		      struct drm_file *file)
{
	const struct drm_sunmao_npu_prep_bo *args = data;
	struct drm_gem_object *obj;
	int ret;

	if (args->reserved)
		return -EINVAL;

	obj = drm_gem_object_lookup(file, args->handle);
	if (!obj)
		return -ENOENT;

	ret = npu_bo_wait(obj, args->timeout_ns);
	if (!ret)
		ret = npu_bo_begin_cpu(to_npu_bo(obj));
	if (!ret)
		ret = npu_bo_error(to_npu_bo(obj));
	drm_gem_object_put(obj);

	return ret;
}

/**
 * npu_ioctl_fini_bo() - DRM_IOCTL_SUNMAO_NPU_FINI_BO
 * @ddev: DRM device
 * @data: struct drm_sunmao_npu_fini_bo
 * @file: file
 *
 * Return: 0, -EINVAL, -ENOENT.
 */
int npu_ioctl_fini_bo(struct drm_device *ddev, void *data,
		      struct drm_file *file)
{
	const struct drm_sunmao_npu_fini_bo *args = data;
	struct drm_gem_object *obj;
	int ret;

	if (args->reserved)
		return -EINVAL;

	obj = drm_gem_object_lookup(file, args->handle);
	if (!obj)
		return -ENOENT;

	ret = npu_bo_end_cpu(to_npu_bo(obj));
	drm_gem_object_put(obj);

	return ret;
}

#define NPU_IOCTL(name, func) \
	DRM_IOCTL_DEF_DRV(SUNMAO_NPU_##name, npu_ioctl_##func, DRM_RENDER_ALLOW)

static const struct drm_ioctl_desc npu_ioctls[] = {
	NPU_IOCTL(CREATE_BO, create_bo),
	NPU_IOCTL(SUBMIT, submit),
	NPU_IOCTL(PREP_BO, prep_bo),
	NPU_IOCTL(FINI_BO, fini_bo),
};

static const struct file_operations npu_fops = {
	.owner = THIS_MODULE,
#ifdef SUNMAO_NPU_ACCEL
	.open = accel_open,
#else
	.open = drm_open,
#endif
	.release = drm_release,
	.unlocked_ioctl = drm_ioctl,
	.compat_ioctl = drm_compat_ioctl,
	.poll = drm_poll,
	.read = drm_read,
	.llseek = noop_llseek,
	.mmap = drm_gem_mmap,
	.show_fdinfo = drm_show_fdinfo,
	.fop_flags = FOP_UNSIGNED_OFFSET,
};

const struct drm_driver npu_drm_driver = {
#ifdef SUNMAO_NPU_ACCEL
	.driver_features = DRIVER_GEM | DRIVER_COMPUTE_ACCEL,
#else
	.driver_features = DRIVER_GEM | DRIVER_RENDER,
#endif
	.open = npu_open,
	.postclose = npu_postclose,
	.show_fdinfo = npu_show_fdinfo,
	.gem_create_object = npu_gem_create_object,
	.gem_prime_import_sg_table = drm_gem_shmem_prime_import_sg_table,
	.ioctls = npu_ioctls,
	.num_ioctls = ARRAY_SIZE(npu_ioctls),
	.fops = &npu_fops,
	/* The name and version that user space of this interface looks for. */
	.name = "rocket",
	.desc = "Sunmao NPU",
	SUNMAO_DRM_DRIVER_DATE("20261121")
	.major = 0,
	.minor = 0,
};
