/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: buffers
 *
 * Buffers are shmem objects, pinned while they are mapped for the NPU, or
 * imported dma-bufs. Each handle of a buffer in a file makes sure that the buffer
 * is mapped in that file's address space (npu_vm.h).
 *
 * A reservation object forgets a fence once it is signalled, and with it the
 * error. So a buffer remembers the fence of its last writer until the CPU gives
 * the buffer back with new content or another job writes it.
 */
#ifndef _NPU_GEM_H_
#define _NPU_GEM_H_

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include <drm/drm_device.h>
#include <drm/drm_gem_shmem_helper.h>

struct dma_fence;

/**
 * struct npu_bo - a buffer
 * @shmem: the object
 * @map_lock: protects @mappings
 * @mappings: address spaces with a handle to the buffer
 * @fence_lock: protects @last_write
 * @last_write: finished fence of the job that last wrote it, or NULL
 */
struct npu_bo {
	struct drm_gem_shmem_object shmem;
	struct mutex map_lock; /* mappings */
	struct list_head mappings;
	spinlock_t fence_lock; /* last_write */
	struct dma_fence *last_write;
};

static inline struct npu_bo *to_npu_bo(struct drm_gem_object *obj)
{
	return container_of(to_drm_gem_shmem_obj(obj), struct npu_bo, shmem);
}

static inline struct drm_gem_object *npu_bo_obj(struct npu_bo *bo)
{
	return &bo->shmem.base;
}

/* Whether the memory belongs to another driver. */
static inline bool npu_bo_imported(const struct npu_bo *bo)
{
	return bo->shmem.base.import_attach;
}

struct drm_gem_object *npu_gem_create_object(struct drm_device *ddev,
					     size_t size);
struct npu_bo *npu_bo_create(struct drm_device *ddev, u64 size);
int npu_bo_pin(struct npu_bo *bo);
int npu_bo_read(struct npu_bo *bo, u64 offset, u64 *words, unsigned int count);
int npu_bo_begin_cpu(struct npu_bo *bo);
int npu_bo_end_cpu(struct npu_bo *bo);
void npu_bo_set_writer(struct npu_bo *bo, struct dma_fence *fence);
struct dma_fence *npu_bo_get_writer(struct npu_bo *bo);
int npu_bo_error(struct npu_bo *bo);

#endif /* _NPU_GEM_H_ */
