// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: buffers
 *
 * See npu_gem.h.
 */

#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>
#include <sunmao/compat.h>

#include "npu_ctx.h"
#include "npu_gem.h"
#include "npu_vm.h"

static void npu_gem_free(struct drm_gem_object *obj)
{
	struct npu_bo *bo = to_npu_bo(obj);

	/* Mappings hold references, so there are none. */
	drm_WARN_ON(obj->dev, !list_empty(&bo->mappings));

	dma_fence_put(bo->last_write);
	mutex_destroy(&bo->map_lock);
	drm_gem_shmem_free(&bo->shmem);
}

static int npu_gem_open(struct drm_gem_object *obj, struct drm_file *file)
{
	struct npu_mapping *mapping;

	mapping = npu_mapping_get(file->driver_priv, to_npu_bo(obj));

	return PTR_ERR_OR_ZERO(mapping);
}

static void npu_gem_close(struct drm_gem_object *obj, struct drm_file *file)
{
	npu_mapping_close(file->driver_priv, to_npu_bo(obj));
}

static enum drm_gem_object_status npu_gem_status(struct drm_gem_object *obj)
{
	struct npu_bo *bo = to_npu_bo(obj);

	return bo->shmem.sgt ? DRM_GEM_OBJECT_RESIDENT : 0;
}

static const struct drm_gem_object_funcs npu_gem_funcs = {
	.free = npu_gem_free,
	.open = npu_gem_open,
	.close = npu_gem_close,
	.print_info = drm_gem_shmem_object_print_info,
	.pin = drm_gem_shmem_object_pin,
	.unpin = drm_gem_shmem_object_unpin,
	.get_sg_table = drm_gem_shmem_object_get_sg_table,
	.vmap = drm_gem_shmem_object_vmap,
	.vunmap = drm_gem_shmem_object_vunmap,
	.mmap = drm_gem_shmem_object_mmap,
	.status = npu_gem_status,
	.vm_ops = &drm_gem_shmem_vm_ops,
};

/**
 * npu_gem_create_object() - allocate our part of a buffer
 * @ddev: DRM device
 * @size: bytes
 *
 * Return: the object, not initialised as a GEM object yet, or an ERR_PTR.
 */
struct drm_gem_object *npu_gem_create_object(struct drm_device *ddev,
					     size_t size)
{
	struct npu_bo *bo;

	bo = kzalloc_obj(*bo, GFP_KERNEL_ACCOUNT);
	if (!bo)
		return ERR_PTR(-ENOMEM);

	mutex_init(&bo->map_lock);
	INIT_LIST_HEAD(&bo->mappings);
	spin_lock_init(&bo->fence_lock);
	npu_bo_obj(bo)->funcs = &npu_gem_funcs;

	return npu_bo_obj(bo);
}

/**
 * npu_bo_create() - make a buffer
 * @ddev: DRM device
 * @size: bytes, not 0
 *
 * No memory is allocated until the buffer is pinned.
 *
 * Return: the buffer with one reference, or an ERR_PTR.
 */
struct npu_bo *npu_bo_create(struct drm_device *ddev, u64 size)
{
	struct drm_gem_shmem_object *shmem;

	if (!size)
		return ERR_PTR(-EINVAL);
	if (PAGE_ALIGN(size) >> PAGE_SHIFT > totalram_pages())
		return ERR_PTR(-ENOMEM);

	shmem = drm_gem_shmem_create(ddev, size);
	if (IS_ERR(shmem))
		return ERR_CAST(shmem);

	return to_npu_bo(&shmem->base);
}

/**
 * npu_bo_pin() - allocate the memory of a buffer and keep it in place
 * @bo: buffer
 *
 * The memory stays until the buffer is freed.
 *
 * Context: may sleep; takes the reservation lock.
 *
 * Return: 0 or an error.
 */
int npu_bo_pin(struct npu_bo *bo)
{
	if (npu_bo_imported(bo))
		return 0;

	return PTR_ERR_OR_ZERO(drm_gem_shmem_get_pages_sgt(&bo->shmem));
}

static int npu_bo_read_imported(struct npu_bo *bo, u64 offset, u64 *words,
				unsigned int count)
{
	struct dma_buf *dmabuf = npu_bo_obj(bo)->import_attach->dmabuf;
	struct iosys_map map;
	int ret;

	ret = dma_buf_vmap_unlocked(dmabuf, &map);
	if (ret)
		return ret;
	iosys_map_memcpy_from(words, &map, offset, count * sizeof(*words));
	dma_buf_vunmap_unlocked(dmabuf, &map);

	return 0;
}

/**
 * npu_bo_read() - read words as user space sees them
 * @bo: pinned buffer
 * @offset: bytes from the start, a multiple of 8
 * @words: receives the words
 * @count: number of words; all must be inside the buffer
 *
 * Return: 0 or an error.
 */
int npu_bo_read(struct npu_bo *bo, u64 offset, u64 *words, unsigned int count)
{
	unsigned int i;
	void *page;

	if (npu_bo_imported(bo))
		return npu_bo_read_imported(bo, offset, words, count);

	for (i = 0; i < count; i++, offset += sizeof(*words)) {
		page = kmap_local_page(bo->shmem.pages[offset >> PAGE_SHIFT]);
		words[i] = READ_ONCE(*(u64 *)(page + offset_in_page(offset)));
		kunmap_local(page);
	}

	return 0;
}

/**
 * npu_bo_begin_cpu() - make what the NPU wrote visible to the CPU
 * @bo: pinned buffer that no job uses
 *
 * Return: 0, or what the exporter of an imported buffer says.
 */
int npu_bo_begin_cpu(struct npu_bo *bo)
{
	struct drm_gem_object *obj = npu_bo_obj(bo);

	if (npu_bo_imported(bo))
		return dma_buf_begin_cpu_access(obj->import_attach->dmabuf,
						DMA_BIDIRECTIONAL);

	dma_sync_sgtable_for_cpu(obj->dev->dev, bo->shmem.sgt,
				 DMA_BIDIRECTIONAL);

	return 0;
}

/**
 * npu_bo_end_cpu() - make what the CPU wrote visible to the NPU
 * @bo: pinned buffer
 *
 * The content is the CPU's from now on, so an error of the job that wrote it
 * before is forgotten.
 *
 * Return: 0, or what the exporter of an imported buffer says.
 */
int npu_bo_end_cpu(struct npu_bo *bo)
{
	struct drm_gem_object *obj = npu_bo_obj(bo);
	struct dma_fence *writer;

	writer = npu_bo_get_writer(bo);
	if (writer && dma_fence_is_signaled(writer))
		npu_bo_set_writer(bo, NULL);
	dma_fence_put(writer);

	if (npu_bo_imported(bo))
		return dma_buf_end_cpu_access(obj->import_attach->dmabuf,
					      DMA_BIDIRECTIONAL);

	dma_sync_sgtable_for_device(obj->dev->dev, bo->shmem.sgt,
				    DMA_BIDIRECTIONAL);

	return 0;
}

/**
 * npu_bo_set_writer() - remember who wrote a buffer last
 * @bo: buffer
 * @fence: finished fence of the job, or NULL for the CPU
 */
void npu_bo_set_writer(struct npu_bo *bo, struct dma_fence *fence)
{
	struct dma_fence *old;

	dma_fence_get(fence);
	spin_lock(&bo->fence_lock);
	old = bo->last_write;
	bo->last_write = fence;
	spin_unlock(&bo->fence_lock);
	dma_fence_put(old);
}

/**
 * npu_bo_get_writer() - who wrote a buffer last?
 * @bo: buffer
 *
 * Return: a reference on the fence of the last job that wrote it, or NULL.
 */
struct dma_fence *npu_bo_get_writer(struct npu_bo *bo)
{
	struct dma_fence *fence;

	spin_lock(&bo->fence_lock);
	fence = dma_fence_get(bo->last_write);
	spin_unlock(&bo->fence_lock);

	return fence;
}

/**
 * npu_bo_error() - did the job fail that wrote a buffer last?
 * @bo: buffer
 *
 * Return: 0 or the job's error.
 */
int npu_bo_error(struct npu_bo *bo)
{
	struct dma_fence *fence = npu_bo_get_writer(bo);
	int error = 0;

	if (fence && dma_fence_is_signaled(fence))
		error = fence->error;
	dma_fence_put(fence);

	return error;
}

SUNMAO_IMPORT_NS(DMA_BUF);
