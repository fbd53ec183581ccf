// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: addresses, address spaces and mappings
 *
 * See npu_vm.h.
 */

#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <kunit/visibility.h>

#include <drm/drm_gem.h>
#include <sunmao/compat.h>

#include "npu_ctx.h"
#include "npu_device.h"
#include "npu_gem.h"
#include "npu_vm.h"

/* One 4 KiB page table covers 4 MiB (IOMMU 1). */
#define NPU_TABLE_SHIFT		22

/* How often a mapping is tried again after waiting for memory. */
#define NPU_MAP_TRIES		4

/**
 * npu_iova_init() - make an allocator of NPU addresses
 * @space: allocator
 * @first: first address that can be translated
 * @last: last address that can be translated
 *
 * Addresses have 32 bits in register streams. The first page of all stays
 * unused, whatever @first is.
 *
 * Return: 0, or -EINVAL if nothing is left.
 */
int npu_iova_init(struct npu_iova_space *space, u64 first, u64 last)
{
	first = max_t(u64, PAGE_ALIGN(first), PAGE_SIZE);
	last = PAGE_ALIGN_DOWN(min_t(u64, last, U32_MAX) + 1);
	if (first >= last)
		return -EINVAL;

	drm_mm_init(&space->mm, first, last - first);
	space->used = RB_ROOT;

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(npu_iova_init);

/**
 * npu_iova_fini() - end of npu_iova_init()
 * @space: allocator with nothing allocated
 */
void npu_iova_fini(struct npu_iova_space *space)
{
	drm_mm_takedown(&space->mm);
}
EXPORT_SYMBOL_IF_KUNIT(npu_iova_fini);

/**
 * npu_iova_alloc() - find addresses for a buffer
 * @space: allocator
 * @node: zeroed; describes the addresses afterwards
 * @size: bytes, a multiple of the page size
 *
 * Return: 0, -ENOSPC, or -ENOMEM.
 */
int npu_iova_alloc(struct npu_iova_space *space, struct npu_iova_node *node,
		   u64 size)
{
	struct rb_node **link = &space->used.rb_node, *parent = NULL;
	struct npu_iova_node *other;
	int ret;

	ret = drm_mm_insert_node_in_range(&space->mm, &node->mm, size,
					  PAGE_SIZE, 0, 0, U64_MAX,
					  DRM_MM_INSERT_BEST);
	if (ret)
		return ret;

	while (*link) {
		parent = *link;
		other = rb_entry(parent, struct npu_iova_node, rb);
		link = node->mm.start < other->mm.start ? &parent->rb_left :
							  &parent->rb_right;
	}
	rb_link_node(&node->rb, parent, link);
	rb_insert_color(&node->rb, &space->used);

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(npu_iova_alloc);

/**
 * npu_iova_free() - end of npu_iova_alloc()
 * @space: allocator
 * @node: addresses
 */
void npu_iova_free(struct npu_iova_space *space, struct npu_iova_node *node)
{
	rb_erase(&node->rb, &space->used);
	drm_mm_remove_node(&node->mm);
}
EXPORT_SYMBOL_IF_KUNIT(npu_iova_free);

/**
 * npu_iova_find() - who owns an address range?
 * @space: allocator
 * @iova: first address
 * @size: bytes, at least 1
 *
 * Return: the allocation that contains the whole range, or NULL.
 */
struct npu_iova_node *npu_iova_find(struct npu_iova_space *space, u64 iova,
				    u64 size)
{
	struct rb_node *rb = space->used.rb_node;
	struct npu_iova_node *node;
	u64 skip;

	while (rb) {
		node = rb_entry(rb, struct npu_iova_node, rb);
		if (iova < node->mm.start) {
			rb = rb->rb_left;
			continue;
		}

		skip = iova - node->mm.start;
		if (skip < node->mm.size)
			return size <= node->mm.size - skip ? node : NULL;
		rb = rb->rb_right;
	}

	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(npu_iova_find);

/**
 * npu_vm_init() - make an address space
 * @vm: address space, zeroed
 * @ndev: device
 *
 * Return: 0 or an error.
 */
int npu_vm_init(struct npu_vm *vm, struct npu_device *ndev)
{
	u64 first, last;
	int ret;

	vm->ndev = ndev;
	ret = ndev->mmu_ops->init(vm, &first, &last);
	if (ret)
		return ret;

	ret = npu_iova_init(&vm->iova, first, last);
	if (ret) {
		ndev->mmu_ops->fini(vm);
		return ret;
	}
	mutex_init(&vm->lock);
	mutex_init(&vm->mmu_lock);

	return 0;
}

/**
 * npu_vm_fini() - end of npu_vm_init()
 * @vm: address space; nothing is mapped and no core uses it
 */
void npu_vm_fini(struct npu_vm *vm)
{
	mutex_destroy(&vm->mmu_lock);
	mutex_destroy(&vm->lock);
	npu_iova_fini(&vm->iova);
	vm->ndev->mmu_ops->fini(vm);
}

/**
 * npu_vm_read() - read from a range that must lie inside one buffer
 * @vm: address space
 * @iova: start of the range
 * @size: bytes in the range
 * @offset: where to read, relative to @iova, a multiple of 8
 * @words: receives the words
 * @count: number of words
 *
 * Return: 0, -EINVAL if the range is not inside one mapped buffer, or what
 * reading the buffer gives.
 */
int npu_vm_read(struct npu_vm *vm, u64 iova, u64 size, u64 offset, u64 *words,
		unsigned int count)
{
	struct npu_iova_node *node;
	struct npu_mapping *mapping;
	int ret = -EINVAL;

	mutex_lock(&vm->lock);
	node = npu_iova_find(&vm->iova, iova, size);
	if (node) {
		mapping = container_of(node, struct npu_mapping, node);
		if (mapping->live)
			ret = npu_bo_read(mapping->bo,
					  iova - node->mm.start + offset,
					  words, count);
	}
	mutex_unlock(&vm->lock);

	return ret;
}

/*
 * Recovery waits for mmu_lock, so whoever holds it must not wait for memory: the
 * memory could be freed only after a fence that recovery has to signal. If there
 * is none at hand, wait for as much as the page tables can need without the lock.
 */
static int npu_vm_map(struct npu_vm *vm, u64 iova, struct npu_bo *bo)
{
	u64 tables = (npu_bo_obj(bo)->size >> NPU_TABLE_SHIFT) + 2;
	unsigned int tries;
	void *memory;
	int ret;

	for (tries = 0; tries < NPU_MAP_TRIES; tries++) {
		mutex_lock(&vm->mmu_lock);
		ret = vm->ndev->mmu_ops->map(vm, iova, bo);
		mutex_unlock(&vm->mmu_lock);
		if (ret != -ENOMEM)
			break;

		/* A buffer that does not fit is this caller's loss, nobody else's. */
		memory = kvmalloc_array(tables, SZ_4K, GFP_KERNEL_ACCOUNT |
					__GFP_RETRY_MAYFAIL | __GFP_NOWARN);
		if (!memory)
			break;
		kvfree(memory);
	}

	return ret;
}

static void npu_vm_unmap(struct npu_vm *vm, u64 iova, u64 size)
{
	mutex_lock(&vm->mmu_lock);
	vm->ndev->mmu_ops->unmap(vm, iova, size);
	mutex_unlock(&vm->mmu_lock);
}

static struct npu_mapping *npu_mapping_create(struct npu_ctx *ctx,
					      struct npu_bo *bo)
{
	struct npu_vm *vm = &ctx->vm;
	struct npu_mapping *mapping;
	int ret;

	mapping = kzalloc_obj(*mapping, GFP_KERNEL_ACCOUNT);
	if (!mapping)
		return ERR_PTR(-ENOMEM);

	/* Addresses first: a request that cannot fit must not cost memory. */
	mutex_lock(&vm->lock);
	ret = npu_iova_alloc(&vm->iova, &mapping->node, npu_bo_obj(bo)->size);
	mutex_unlock(&vm->lock);
	if (ret)
		goto err_free;

	ret = npu_bo_pin(bo);
	if (ret)
		goto err_iova;

	ret = npu_vm_map(vm, npu_mapping_iova(mapping), bo);
	if (ret)
		goto err_iova;

	mapping->ctx = npu_ctx_get(ctx);
	mapping->bo = bo;
	drm_gem_object_get(npu_bo_obj(bo));

	mutex_lock(&vm->lock);
	mapping->live = true;
	mutex_unlock(&vm->lock);

	return mapping;

err_iova:
	mutex_lock(&vm->lock);
	npu_iova_free(&vm->iova, &mapping->node);
	mutex_unlock(&vm->lock);
err_free:
	kfree(mapping);
	return ERR_PTR(ret);
}

/**
 * npu_mapping_destroy() - unmap a buffer
 * @mapping: mapping that no job can use any more
 *
 * Context: may sleep; not from the scheduler's work.
 */
void npu_mapping_destroy(struct npu_mapping *mapping)
{
	struct npu_ctx *ctx = mapping->ctx;
	struct npu_bo *bo = mapping->bo;
	struct npu_vm *vm = &ctx->vm;

	npu_vm_unmap(vm, npu_mapping_iova(mapping), mapping->node.mm.size);

	mutex_lock(&vm->lock);
	npu_iova_free(&vm->iova, &mapping->node);
	mutex_unlock(&vm->lock);

	kfree(mapping);
	drm_gem_object_put(npu_bo_obj(bo));
	npu_ctx_put(ctx);
}

static struct npu_mapping *npu_mapping_find(struct npu_ctx *ctx,
					    struct npu_bo *bo)
{
	struct npu_mapping *mapping;

	lockdep_assert_held(&bo->map_lock);

	list_for_each_entry(mapping, &bo->mappings, bo_link) {
		if (mapping->ctx == ctx)
			return mapping;
	}

	return NULL;
}

/**
 * npu_mapping_get() - make sure that a buffer is in an address space
 * @ctx: context
 * @bo: buffer
 *
 * Return: the mapping, to be given back with npu_mapping_put(), or an ERR_PTR:
 * -ENOSPC, -ENOMEM.
 */
struct npu_mapping *npu_mapping_get(struct npu_ctx *ctx, struct npu_bo *bo)
{
	struct npu_mapping *mapping;

	mutex_lock(&bo->map_lock);
	mapping = npu_mapping_find(ctx, bo);
	if (!mapping) {
		mapping = npu_mapping_create(ctx, bo);
		if (!IS_ERR(mapping))
			list_add(&mapping->bo_link, &bo->mappings);
	}
	if (!IS_ERR(mapping))
		mapping->handles++;
	mutex_unlock(&bo->map_lock);

	return mapping;
}

/**
 * npu_mapping_put() - end of npu_mapping_get()
 * @mapping: mapping
 *
 * The caller must hold a reference on the buffer.
 */
void npu_mapping_put(struct npu_mapping *mapping)
{
	struct npu_bo *bo = mapping->bo;
	bool last;

	mutex_lock(&bo->map_lock);
	last = !--mapping->handles;
	if (last)
		list_del(&mapping->bo_link);
	mutex_unlock(&bo->map_lock);

	if (last)
		npu_ctx_retire(mapping->ctx, mapping);
}

/**
 * npu_mapping_close() - a handle of a buffer goes away
 * @ctx: context of the file
 * @bo: buffer, referenced by the caller
 */
void npu_mapping_close(struct npu_ctx *ctx, struct npu_bo *bo)
{
	struct npu_mapping *mapping;

	mutex_lock(&bo->map_lock);
	mapping = npu_mapping_find(ctx, bo);
	mutex_unlock(&bo->map_lock);

	/* The handle that is being closed keeps it from going away. */
	if (mapping)
		npu_mapping_put(mapping);
}
